"""What officers are told of the days of strategies and plans: gaps, overlaps, and what is missing or can't be."""

from datetime import date

import pytest

from partners.models import Series
from tests import make
from tests.pages.test_coherence import DAY, link, told


def test_a_strategy_and_a_plan_that_fit_give_no_word_about_their_days(db):
    strategy = make.make_strategy()
    second = make.make_strategy(starts_on=strategy.ends_on + DAY, ends_on=None)
    plan = make.make_plan(strategy=strategy, starts_on=strategy.starts_on, ends_on=strategy.ends_on)
    make.make_plan(strategy=second, starts_on=plan.ends_on + DAY, ends_on=None)
    assert told("overlap") + told("We hold no") + told("outside") + told("is in force.") == []


@pytest.mark.parametrize(("make_one", "noun"), [(make.make_strategy, "strategy"), (make.make_plan, "action plan")])
def test_one_day_without_any_is_a_gap_and_one_day_with_two_an_overlap(db, make_one, noun):
    make_one(title="A", **make.typed(starts_on="2018-04-01", ends_on="2019-03-31"))
    second = make_one(title="B", **make.typed(starts_on="2019-04-02", ends_on="2021-03-31"))
    both = "Check “A 2018 to 2019” and “B 2019 to 2021”."
    assert told("We hold no") == [f"We hold no {noun} for 1 April 2019. {both}"]
    assert link("We hold no").endswith(f"/{second.pk}/change/")
    second.starts_on = date(2019, 3, 31)
    second.save()
    overlap = "“A 2018 to 2019” and “B 2019 to 2021” overlap, 31 March 2019."
    assert told("We hold no") + told("overlap") == [f"{overlap} {both}"]


def test_of_days_that_are_assumed_only_whole_years_are_a_gap_or_an_overlap(db):
    make.make_strategy(title="A", **make.typed(starts_on="2015-04-01?", ends_on="2018-03-31?"))
    second = make.make_strategy(title="B", **make.typed(starts_on="2018-07-01?", ends_on="2022-03-31?"))
    assert told("We hold no") + told("overlap") == []
    second.starts_on = date(2019, 4, 1)
    second.save()
    assert told("We hold no strategy for 2018 to 2019.")
    second.starts_on = date(2017, 4, 1)
    second.save()
    assert told("overlap, 2017 to 2018.")


def test_what_is_known_to_the_year_leaves_no_gap_that_is_not_certain(db):
    make.make_plan(title="A", **make.typed(starts_on="2015", ends_on="2018"))
    second = make.make_plan(title="B", **make.typed(starts_on="June 2018", ends_on="?"))
    assert told("We hold no") + told("overlap") == []
    for name, value in make.typed(starts_on="June 2019").items():
        setattr(second, name, value)
    second.save()
    assert told("We hold no action plan for 1 January 2019 to 31 May 2019.")


def test_each_series_has_its_own_order(db):
    bedwell = Series.objects.create(name="Bedwell")
    make.make_strategy(title="Town")
    quarter = {"title": "Bedwell", "series": bedwell, "is_period_confirmed": True}
    make.make_strategy(**quarter, starts_on=date(2019, 4, 1), ends_on=date(2019, 6, 30))
    assert told("overlap") == []
    make.make_strategy(**quarter, starts_on=date(2019, 10, 1), ends_on=date(2019, 12, 31))
    assert told("We hold no strategy for 1 July 2019 to 30 September 2019.")


def test_a_series_without_anything_in_it_is_told(db):
    series = Series.objects.create(name="Bedwell")
    assert told("belongs to the series “Bedwell”") == ["No strategy or plan belongs to the series “Bedwell”."]
    make.make_plan(series=series)
    assert told("belongs to the series") == []


def test_open_ends_overlap_without_end(db):
    make.make_strategy(title="A", starts_on=date(2018, 4, 1), ends_on=None, is_period_confirmed=True)
    make.make_strategy(title="B", starts_on=date(2019, 4, 1), ends_on=None, is_period_confirmed=True)
    make.make_strategy(title="C", starts_on=None, ends_on=date(2018, 4, 1), is_period_confirmed=True)
    assert told("overlap") == [
        "“C until 2018” and “A from 2018” overlap, 1 April 2018. Check “C until 2018” and “A from 2018”.",
        "“A from 2018” and “B from 2019” overlap, from 1 April 2019. Check “A from 2018” and “B from 2019”.",
    ]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        (make.typed(starts_on="2018-04-01?"), "check the exact first and last day"),
        (make.typed(starts_on="", ends_on=""), "has no dates, so nobody can tell whether it holds"),
        (make.typed(agreed_on=""), "is agreed, but the day of agreement is missing"),
    ],
)
def test_what_is_missing_is_asked_for_until_an_officer_says_that_it_is_not_on_record(db, fields, sentence):
    exact = {"title": "A", **make.typed(starts_on="2018-04-01", ends_on="2021-03-31", agreed_on="2018-03-01")}
    strategy = make.make_strategy(**{**exact, **fields})
    assert told(sentence)
    for name, value in make.typed(**{name: "?" for name in fields if not name.endswith("known")}).items():
        setattr(strategy, name, value)
    strategy.save()
    assert not told(sentence)


def test_days_of_agreement_and_extension_that_contradict_its_last_day_are_told(db):
    days = make.typed(starts_on="2018-04-01", ends_on="2021-03-31", agreed_on="2021-07-01")
    strategy = make.make_strategy(title="A", **days)
    assert told("“A 2018 to 2021” was agreed after its last day: check both.")
    assert not told("was extended, but")
    strategy.extensions.create(**make.typed(until_on="2021-03-31", decided_on="2021-02-10"))
    assert told("“A 2018 to 2021” was extended, but its last day is not after the former one: check both.")


def test_a_short_strategy_within_a_long_one_leaves_no_gap_after_it(db):
    make.make_strategy(title="Long", starts_on=date(2015, 4, 1), ends_on=date(2020, 3, 31))
    make.make_strategy(title="Short", starts_on=date(2016, 4, 1), ends_on=date(2017, 3, 31))
    make.make_strategy(title="Next", starts_on=date(2020, 4, 1), ends_on=None)
    assert told("We hold no") == []
    assert len(told("overlap")) == 1


@pytest.mark.parametrize(
    "fields", [{"standing": "proposed"}, {"published_at": None}, {"starts_on": None, "ends_on": None}]
)
def test_only_what_is_agreed_public_and_dated_can_overlap(db, fields):
    make.make_strategy(title="Other")
    make.make_strategy(**fields)
    assert told("overlap") == []


@pytest.mark.parametrize(
    ("days", "is_outside"),
    [
        ({"starts_on": date(2018, 4, 1), "ends_on": date(2021, 3, 31)}, False),
        ({"starts_on": date(2018, 3, 31)}, True),
        ({"ends_on": date(2021, 4, 1)}, True),
        ({"starts_on": None, "ends_on": None}, False),
    ],
)
def test_a_plan_keeps_within_the_days_of_its_strategy(db, days, is_outside):
    make.make_plan(title="Plan", strategy=make.make_strategy(title="Strategy"), **days)
    assert bool(told("has days outside its strategy, “Strategy 2018 to 2021”")) is is_outside


def test_a_plan_without_a_strategy_is_told(db):
    make.make_plan(title="Alone")
    assert told("belongs to no strategy") == ["“Alone 2019 to 2020” belongs to no strategy."]


def test_an_ended_strategy_with_only_a_proposed_one_after_it_is_told_from_the_day_after_its_last(db):
    last = make.make_strategy(title="Old")
    idea = make.make_strategy(title="Idea", standing="proposed", starts_on=date(2021, 4, 1), ends_on=None)
    assert told("No strategy is in force", last.ends_on) == []
    expected = "No strategy is in force. “Old 2018 to 2021” has ended. “Idea from 2021” is only a draft for"
    assert told(expected, last.ends_on + DAY)
    assert link(expected, last.ends_on + DAY).endswith(f"/{idea.pk}/change/")


def test_a_proposed_strategy_whose_own_days_are_over_follows_nothing(db):
    make.make_strategy(title="Old")
    make.make_strategy(standing="proposed", starts_on=date(2021, 4, 1), ends_on=date(2022, 3, 31))
    assert told("“Old 2018 to 2021” has ended and nothing follows it.", date(2022, 4, 1))


def test_between_two_agreed_strategies_the_list_names_the_day_on_which_the_next_begins(db):
    make.make_strategy(title="Old")
    make.make_strategy(title="New", starts_on=date(2021, 6, 1), ends_on=None, is_period_confirmed=True)
    sentence = "“Old 2018 to 2021” has ended. “New from 2021” begins on 1 June 2021."
    assert told(sentence, date(2021, 5, 31))
    assert not told("No strategy is in force", date(2021, 6, 1))
