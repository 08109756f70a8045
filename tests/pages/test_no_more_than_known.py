"""What random histories found (tests/test_no_claim_too_much.py): sentences that told more than anybody knows."""

from datetime import date

import pytest

from tests import make
from tests.pages.states import a, b, build
from tests.pages.test_dates import on
from tests.pages.test_seed_document import words

KINDS = [("/strategy/", make.make_strategy), ("/action-plan/", make.make_plan)]


@pytest.fixture(params=KINDS, ids=["strategy", "action plan"])
def read(request, client, db):
    """What a page tells of some records, on a day and as read on another."""
    address, maker = request.param
    make.make_site()

    def told(records, day, today=None, page="a/"):
        build(maker, lambda record: None, records)
        with on(date.fromisoformat(today or day)):
            return words(client.get(f"{address}{page}", {"on": day} if today else {}))

    return told


def test_a_day_of_agreement_that_follows_from_its_year_alone_is_no_day(read):
    """It may have been agreed in January, so in May nobody knows that it was a draft."""
    page = read([a("2018-04-01", "2021-03-31", "2018-07-23?")], "2018-05-01")
    assert "In force, as far as we know. It runs from 1 April 2018 to 31 March 2021. It was agreed in 2018." in page
    assert "draft" not in page


@pytest.mark.parametrize("day", ["2021-04-15", "2021-06-15"])
def test_nor_is_a_day_on_which_an_extension_was_decided(read, day):
    page = read([a("2018-04-01", "2022-03-31", extended=("2021-03-31", "2021-05-10?"))], day)
    assert "In force, as far as we know. It runs from 1 April 2018 to 31 March 2022." in page
    assert "has ended" not in page


def test_on_a_day_that_is_over_it_had_not_started_as_far_as_we_know(read):
    """Its first day follows from its year."""
    page = read([a("2018-04-01?", "2021-03-31?")], "2018-03-01", today="2026-06-01")
    noun = "strategy" if "this strategy" in page else "action plan"
    assert f"On 1 March 2018, this {noun} had not started, as far as we know." in page


def test_what_is_to_be_decided_is_no_extension_yet(read):
    extended = a("2014-07-01", "2020-06-30", extended=("2019-06-30", "2019-06-20"))
    assert "It was extended later" not in read([extended], "2017-05-24", today="2019-03-01")
    assert "It was extended later, to 30 June 2020." in read([], "2017-05-24", today="2019-06-20")


def test_what_followed_has_not_flatly_ended_while_its_last_day_is_assumed(read):
    records = [a("2014-04-01", "2016-03-31"), b("2016-04-01", "2017-03-31?")]
    assert "It was followed by B 2016 to 2017. We" not in read(records, "2017-06-23"), "no gap"
    assert "which has ended too" not in read([], "2017-06-23")
    assert "It was followed by B 2016 to 2017, which has ended too." in read([], "2018-06-23")


@pytest.mark.parametrize(
    ("last", "told"),
    [
        ("2017-03-31?", "overlap, 2016 to 2017."),
        ("2017-06-30?", "overlap, 2016 to 2017."),
        ("2019-03-31?", "overlap, 1 April 2016 to 31 March 2017."),
        ("2017", "overlap, 1 April 2016 to 2017."),
        ("2018", "overlap, 1 April 2016 to 31 March 2017."),
        ("by 2016-12-31", "overlap, 1 April 2016 to 31 December 2016 or earlier."),
        ("by 2018-03-31", "overlap, from 1 April 2016."),
        ("?", "overlap, from 1 April 2016."),
        ("", "overlap, 1 April 2016 to 31 March 2017."),
    ],
)
def test_an_overlap_goes_no_further_than_both_are_known_to(read, last, told):
    records = [a("2014-04-01", "2017-03-31"), b("2016-04-01", last)]
    assert told in read(records, "2019-06-01", page="")


def test_by_a_year_is_no_year(read):
    page = read([a("2029-04-01?", "by 2032-03-31")], "2029-06-04")
    assert "It is on record as running from 2029 to 2032 or earlier." in page


@pytest.mark.parametrize(
    ("other", "gap"),
    [
        (("2018-04-01", "2021-03-31"), ""),
        (("2019-04-01", "2021-03-31"), ""),
        (("2018-04-01", "2020-06-30"), "We hold none for 1 July 2020 to 31 March 2021."),
        (("2018-04-01", "2019-06-30"), "We hold none for 1 April 2020 to 31 March 2021."),
        (("2018-04-01", "?"), ""),
    ],
)
def test_what_another_covers_is_no_gap(read, other, gap):
    """One of a year lies within one of three, and what comes next begins after both."""
    records = [a("2019-04-01", "2020-03-31"), b("2021-04-01", ""), b(*other, title="C", slug="c")]
    page = read(records, "2022-06-01")
    assert f"The next on this site is the B from 2021. {gap}".strip() in page
    assert gap or "We hold none" not in page


def test_the_time_of_a_draft_is_not_flatly_over_in_the_year_of_an_assumed_last_day(read):
    draft = a("2029-01-01", "2030-03-31?", standing="proposed")
    assert "That time is over." not in read([draft], "2030-04-01")
    assert "That time is over." in read([], "2031-01-01")


def test_an_overlap_begins_no_earlier_than_both_are_known_to(read):
    records = [a("July 2022", "2022-09-30"), b("2022-07-01", "2027-06-30")]
    assert "overlap, July 2022 to 30 September 2022." in read(records, "2023-06-01", page="")


def test_an_overlap_within_the_year_of_an_assumed_first_day_is_not_told(read):
    records = [a("2012-01-01", "2012-09-30"), b("2012-04-01?", "by 2012-12-31")]
    assert "overlap" not in read(records, "2012-12-30", page="")
