"""Days known to the day, the month, the year, "by" a day, or not at all: read, shown back, kept."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.forms import modelform_factory
from hypothesis import given
from hypothesis import strategies as st

from partners.models import Strategy
from sosafe_site.partial_dates import Known, PartialDate
from tests import make

# What an officer may write, as a last day; its text in a version, how it is shown back, and to readers after a verb
WRITTEN = [
    ("2019-06-15", "2019-06-15", "15 June 2019", "on 15 June 2019"),
    ("15/06/2019", "2019-06-15", "15 June 2019", "on 15 June 2019"),
    ("15.6.2019", "2019-06-15", "15 June 2019", "on 15 June 2019"),
    ("15th June 2019", "2019-06-15", "15 June 2019", "on 15 June 2019"),
    ("Saturday, 15 June 2019", "2019-06-15", "15 June 2019", "on 15 June 2019"),
    (" 15  jun 2019 ", "2019-06-15", "15 June 2019", "on 15 June 2019"),
    ("June 2019", "2019-06", "June 2019", "in June 2019"),
    ("06/2019", "2019-06", "June 2019", "in June 2019"),
    ("2019", "2019", "2019", "in 2019"),
    ("by 2019-12-31", "by 2019-12-31", "by 31 December 2019", "by 31 December 2019"),
    ("By June 2019", "by 2019-06-30", "by 30 June 2019", "by 30 June 2019"),
    ("by 2019", "by 2019-12-31", "by 31 December 2019", "by 31 December 2019"),
    ("2019-04-01?", "2019-04-01?", "1 April 2019?", "in 2019"),
    ("2019?", "2019", "2019", "in 2019"),
    ("?", "?", "?", ""),
    ("not on record", "?", "?", ""),
    ("", "", "", ""),
]


@pytest.mark.parametrize(("written", "text", "shown", "when"), WRITTEN)
def test_what_is_written_is_understood_and_shown_back(written, text, shown, when):
    found = PartialDate.read(written, is_last=True)
    assert (found.text, found.typed, found.when) == (text, shown, when)
    for again in (found.text, found.typed):
        assert PartialDate.read(again, is_last=True) == found


@pytest.mark.parametrize(
    "written", ["soon", "2019-13-01", "30 February 2019", "by", "by ?", "1/4", "19", "0", "April", "2019-20", "??"]
)
def test_what_is_no_day_month_or_year_is_refused_with_what_to_write(written):
    with pytest.raises(ValidationError, match="Write a day, a month or a year, such as 1 April 2019"):
        PartialDate.read(written)


@given(
    day=st.dates(min_value=date(1900, 1, 1), max_value=date(2999, 12, 31)),
    known=st.sampled_from(list(Known)),
    is_last=st.booleans(),
)
def test_any_day_survives_its_version_and_its_form(day, known, is_last):
    shape = {Known.MONTH: "%Y-%m", Known.YEAR: "%Y", Known.BY: "by %Y-%m-%d", Known.ASSUMED: "%Y-%m-%d?"}
    found = PartialDate.read("?" if known == Known.UNKNOWN else day.strftime(shape.get(known, "%Y-%m-%d")), is_last)
    assert found.known == known
    assert PartialDate.read(found.text, is_last) == PartialDate.read(found.typed, is_last) == found
    if found.day:
        assert (found.earliest or day) <= day <= found.latest


@pytest.mark.parametrize(
    ("written", "on", "is_open"),
    [
        ("2019", "2018-12-31", False),
        ("2019", "2019-01-01", True),
        ("2019", "2019-12-30", True),
        ("2019", "2019-12-31", False),
        ("by 2019-12-31", "1950-01-01", True),
        ("by 2019-12-31", "2019-12-31", False),
        ("2019-06-15", "2019-06-14", False),
        ("2019-06-15", "2019-06-15", False),
        ("?", "2019-06-15", False),
        ("", "2019-06-15", False),
    ],
)
def test_a_day_leaves_open_what_was_before_it_for_as_long_as_nobody_can_know(written, on, is_open):
    assert PartialDate.read(written, is_last=True).leaves_open(date.fromisoformat(on)) is is_open


Form = modelform_factory(Strategy, fields=["title", "slug", "starts_on", "ends_on", "standing"])


def form(record=None, **texts):
    data = {"title": "S", "slug": "s", "starts_on": "", "ends_on": "", "standing": "proposed", **texts}
    return Form(data, instance=record)


def test_a_form_keeps_how_much_is_known_and_shows_it_back(db):
    strategy = form(starts_on="June 2019", ends_on="by 2021").save()
    strategy.refresh_from_db()
    assert (strategy.starts_on, strategy.starts_on_known) == (date(2019, 6, 1), "month")
    assert (strategy.ends_on, strategy.ends_on_known) == (date(2021, 12, 31), "by")
    shown = Form(instance=strategy)
    assert (shown["starts_on"].value(), shown["ends_on"].value()) == ("June 2019", "by 31 December 2021")
    assert not form(strategy, starts_on="2019-06", ends_on="by 31/12/2021").changed_data
    assert form(strategy, starts_on="1 June 2019", ends_on="by 2021").changed_data == ["starts_on"]
    form(strategy, starts_on="?", ends_on="").save()
    assert (strategy.starts_on, strategy.starts_on_known) == (None, "unknown")
    assert (strategy.ends_on, strategy.ends_on_known) == (None, "day")


def test_a_form_says_what_is_wrong_and_keeps_what_was_typed(db):
    refused = form(starts_on="last spring")
    assert "Write a day, a month or a year" in refused.errors["starts_on"][0]
    assert refused["starts_on"].value() == "last spring"
    assert "it has four digits" in form(starts_on="by 0219-01-01").errors["starts_on"][0]
    assert "before the first day" in str(form(starts_on="2021", ends_on="2019").errors)


def test_a_year_that_begins_and_ends_in_itself_is_no_contradiction(db):
    strategy = form(starts_on="2019", ends_on="2019").save()
    assert (strategy.starts_on, strategy.ends_on) == (date(2019, 1, 1), date(2019, 12, 31))


def test_a_last_day_by_which_it_was_over_may_lie_before_the_latest_first_day(db):
    """It is over by a day, and began in that year: both are true."""
    assert make.make_strategy(**make.typed(starts_on="2019", ends_on="by 2019-06-30")).pk
