"""Which strategy covers which years of a plan, on the page of the plan and on those of the strategies."""

from datetime import date

import pytest

from partners.cover import cover
from partners.models import Series, Strategy
from tests import make
from tests.pages.test_seed_document import words

FIRST, LAST = (4, 1), (3, 31)
THESE = "The strategy for these years"


def years(since, until, **fields):
    return {"starts_on": date(since, *FIRST), "ends_on": date(until, *LAST), **fields}


def exact(since, until):
    return years(since, until, is_period_confirmed=True)


@pytest.fixture
def first(db):
    return make.make_strategy(slug="first", title="First", **years(2015, 2018))


@pytest.fixture
def second(db):
    return make.make_strategy(slug="second", title="Second", **years(2018, 2021))


def plan_page(client, strategy, **fields):
    make.make_plan(slug="plan", title="Plan", strategy=strategy, **fields)
    return words(client.get("/action-plan/plan/")).replace(" .", ".").replace(" ,", ",").replace(" :", ":")


def page_of(client, strategy):
    return words(client.get(strategy.get_absolute_url())).replace(" .", ".").replace(" ,", ",").replace(" :", ":")


def test_a_plan_within_its_strategy_says_no_more(client, first, second):
    page = plan_page(client, second, **years(2019, 2020))
    assert "The strategy for these years: Second 2018 to 2021." in page
    assert "First 2015 to 2018" not in page
    assert "beyond" not in page
    assert "The action plan Plan" not in page_of(client, second)


def test_a_plan_across_two_strategies_says_both_and_so_do_they(client, first, second):
    page = plan_page(client, first, **years(2017, 2019))
    assert "The strategy for 2017 to 2018: First 2015 to 2018." in page
    assert "The strategy for 2018 to 2019: Second 2018 to 2021. This plan runs beyond First 2015 to 2018." in page
    assert THESE not in page
    assert "We hold no strategy" not in page
    assert "The action plan Plan 2017 to 2019: It runs beyond this strategy." in page_of(client, first)
    assert "The action plan Plan 2017 to 2019: For 2018 to 2019, this is its strategy." in page_of(client, second)


def test_of_confirmed_days_the_days_are_told(client, db):
    first = make.make_strategy(slug="first", title="First", **exact(2015, 2018))
    page = plan_page(client, first, **exact(2017, 2019))
    assert "The strategy for 1 April 2017 to 31 March 2018: First" in page
    assert "This plan runs beyond First 2015 to 2018. We hold no strategy for 1 April 2018 to 31 March 2019." in page


def test_a_plan_that_begins_after_its_strategy_ended_is_not_under_the_strategy_for_these_years(client, first):
    page = plan_page(client, first, **years(2018, 2019))
    assert THESE not in page
    assert "The strategy that it names, First 2015 to 2018, ends before this plan begins, as far as we know." in page
    assert "We hold no strategy for 2018 to 2019." in page
    assert "It names this strategy, which ends before this plan begins, as far as we know." in page_of(client, first)


def test_one_that_another_strategy_covers_says_which(client, first, second):
    page = plan_page(client, first, **years(2018, 2019))
    assert "ends before this plan begins, as far as we know. The strategy for these years: Second 2018 to 2021." in page
    assert "We hold no strategy" not in page


def test_one_that_begins_before_it_says_so(client, second):
    page = plan_page(client, second, **years(2017, 2019))
    assert "The strategy for 2018 to 2019: Second 2018 to 2021. This plan begins before Second 2018 to 2021." in page
    assert "We hold no strategy for 2017 to 2018." in page


@pytest.mark.parametrize(
    "days",
    [
        {"starts_on": None, "ends_on": None},
        {"starts_on": None, "starts_on_known": "unknown", "ends_on": date(2020, 3, 31)},
        {"starts_on": date(2019, 12, 31), "starts_on_known": "by", "ends_on": None, "ends_on_known": "unknown"},
    ],
    ids=["undated", "begun nobody knows when", "ended nobody knows when"],
)
def test_of_what_is_not_known_no_years_are_claimed(client, second, days):
    page = plan_page(client, second, **days)
    assert "The strategy that it names: Second 2018 to 2021." in page
    assert THESE not in page
    assert "beyond" not in page
    assert "We hold no strategy" not in page


def test_a_plan_of_an_undated_strategy_claims_no_years(client, db):
    page = plan_page(client, make.make_strategy(title="Some", starts_on=None, ends_on=None), **years(2019, 2020))
    assert "The strategy that it names: Some (dates not stated)." in page
    assert THESE not in page
    assert "We hold no strategy" not in page


def test_a_plan_without_an_end_is_told_until_the_day(client, second):
    make.make_plan(slug="plan", strategy=second, starts_on=date(2019, 4, 1), ends_on=None)
    within = words(client.get("/action-plan/plan/", {"on": "2020-05-01"}))
    assert "The strategy for these years: Second" in within
    beyond = words(client.get("/action-plan/plan/", {"on": "2022-05-01"}))
    assert "This plan runs beyond Second 2018 to 2021. We hold no strategy for the time since 2021." in beyond


def test_a_strategy_not_agreed_by_the_day_or_of_another_series_or_a_draft_covers_nothing(db, first):
    plan = make.make_plan(strategy=first, **years(2017, 2019))
    make.make_strategy(standing="proposed", **years(2018, 2021))
    make.make_strategy(agreed_on=date(2018, 7, 23), **years(2018, 2021))
    make.make_strategy(published_at=None, **years(2018, 2021))
    make.make_strategy(series=make.make(Series, name="Another"), **years(2018, 2021))
    published = Strategy.objects.published().of(None)
    found = cover(plan, published, date(2018, 6, 1))
    assert ([each for each, _ in found.pieces], found.missing) == ([first], ["2018 to 2019"])
    assert cover(plan, published, date(2018, 8, 1)).missing == []


def test_a_plan_without_a_public_strategy_names_none(client, db):
    assert THESE not in plan_page(client, make.make_strategy(published_at=None), **years(2019, 2020))
    assert cover(make.make_plan(), [], date(2020, 1, 1)) is None


def test_before_it_was_extended_the_former_last_day_is_told(client, db):
    strategy = make.make_strategy(slug="s", title="Long", **exact(2018, 2022))
    strategy.extensions.create(until_on=date(2021, 3, 31), decided_on=date(2021, 2, 1))
    make.make_plan(slug="plan", strategy=strategy, **exact(2020, 2022))
    before = words(client.get("/action-plan/plan/", {"on": "2021-01-31"}))
    assert "We hold no strategy for 1 April 2021 to 31 March 2022." in before
    assert "The strategy for these years" in words(client.get("/action-plan/plan/", {"on": "2021-02-01"}))
