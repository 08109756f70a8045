"""What "in force on a date" means, at the days on which it changes."""

from datetime import date

import pytest

from partners.models import Strategy
from sosafe_site.periods import Phase
from tests.make import make_strategy

FIRST, LAST = date(2018, 4, 1), date(2021, 3, 31)


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "on", "phase"),
    [
        (FIRST, LAST, date(2018, 3, 31), Phase.NOT_STARTED),
        (FIRST, LAST, date(2018, 4, 1), Phase.CURRENT),
        (FIRST, LAST, date(2021, 3, 31), Phase.CURRENT),
        (FIRST, LAST, date(2021, 4, 1), Phase.ENDED),
        (FIRST, FIRST, FIRST, Phase.CURRENT),
        (None, LAST, date(1900, 1, 1), Phase.CURRENT),
        (None, LAST, date(2021, 4, 1), Phase.ENDED),
        (FIRST, None, date(2018, 3, 31), Phase.NOT_STARTED),
        (FIRST, None, date(2999, 1, 1), Phase.CURRENT),
        (None, None, date(2019, 1, 1), Phase.UNDATED),
    ],
)
def test_a_record_and_its_querysets_agree_on_the_phase(db, starts_on, ends_on, on, phase):
    strategy = make_strategy(starts_on=starts_on, ends_on=ends_on)
    found = {
        Phase.NOT_STARTED: Strategy.objects.not_started(on),
        Phase.CURRENT: Strategy.objects.current(on),
        Phase.ENDED: Strategy.objects.ended(on),
        Phase.UNDATED: Strategy.objects.undated(),
    }
    assert strategy.phase(on) == phase
    assert [name for name, queryset in found.items() if queryset.exists()] == [phase]
    assert Strategy.objects.not_ended(on).exists() is (phase != Phase.ENDED)


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "years", "run"),
    [
        (FIRST, LAST, "2018 to 2021", "from 2018 to 2021"),
        (date(2019, 1, 1), date(2019, 12, 31), "2019", "in 2019"),
        (date(2019, 7, 1), date(2019, 9, 30), "2019", "in 2019"),
        (date(2018, 1, 1), date(2022, 12, 31), "2018 to 2022", "from 2018 to 2022"),
        (FIRST, None, "from 2018", "from 2018"),
        (None, LAST, "until 2021", "until 2021"),
        (None, None, "", ""),
    ],
)
def test_years_are_words_made_from_the_dates(starts_on, ends_on, years, run):
    strategy = Strategy(starts_on=starts_on, ends_on=ends_on)
    assert (strategy.years, strategy.run, strategy.exact_dates) == (years, run, "")


def test_days_are_told_only_once_an_officer_has_confirmed_them():
    strategy = Strategy(starts_on=FIRST, ends_on=LAST, is_period_confirmed=True)
    assert strategy.exact_dates == "1 April 2018 to 31 March 2021"
    assert strategy.run == "from 1 April 2018 to 31 March 2021"
    assert strategy.years == "2018 to 2021"


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "years", "run"),
    [
        (date(2019, 4, 1), date(2019, 6, 30), "April to June 2019", "from 1 April 2019 to 30 June 2019"),
        (
            date(2019, 12, 1),
            date(2020, 2, 29),
            "December 2019 to February 2020",
            "from 1 December 2019 to 29 February 2020",
        ),
        (date(2019, 4, 1), date(2019, 4, 30), "April 2019", "from 1 April 2019 to 30 April 2019"),
        (date(2019, 4, 1), date(2019, 4, 1), "April 2019", "on 1 April 2019"),
        (date(2019, 4, 1), date(2020, 3, 30), "April 2019 to March 2020", "from 1 April 2019 to 30 March 2020"),
        (date(2019, 4, 1), date(2020, 3, 31), "2019 to 2020", "from 1 April 2019 to 31 March 2020"),
        (date(2019, 1, 1), date(2019, 12, 31), "2019", "from 1 January 2019 to 31 December 2019"),
        (date(2019, 4, 1), None, "from 2019", "from 1 April 2019"),
        (date(2019, 4, 1), date(9999, 12, 31), "2019 to 9999", "from 1 April 2019 to 31 December 9999"),
    ],
)
def test_less_than_a_year_is_known_by_its_months_once_the_days_are_confirmed(starts_on, ends_on, years, run):
    strategy = Strategy(starts_on=starts_on, ends_on=ends_on, is_period_confirmed=True)
    assert (strategy.years, strategy.run) == (years, run)


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "next_end"),
    [
        *((date(2019, 4, 1), date(2019 + n, 3, 31), date(2019 + 2 * n, 3, 31)) for n in range(1, 6)),
        *((date(2019, 1, 1), date(2018 + n, 12, 31), date(2018 + 2 * n, 12, 31)) for n in range(1, 6)),
        (date(2019, 4, 1), date(2019, 6, 30), date(2019, 9, 30)),
        (date(2019, 10, 1), date(2019, 12, 31), date(2020, 3, 31)),
        (date(2019, 3, 1), date(2020, 2, 29), date(2021, 2, 28)),
        (date(2022, 3, 1), date(2023, 2, 28), date(2024, 2, 29)),
        (date(2019, 2, 1), date(2019, 2, 28), date(2019, 3, 31)),
        (date(2019, 1, 15), date(2019, 2, 14), date(2019, 3, 14)),
        (date(2019, 1, 31), date(2019, 3, 1), date(2019, 3, 31)),
        (date(2019, 4, 1), date(2019, 4, 10), date(2019, 4, 20)),
    ],
)
def test_the_last_day_of_the_next_span_is_as_far_on_as_this_one_is_long(starts_on, ends_on, next_end):
    assert Strategy(starts_on=starts_on, ends_on=ends_on).moved_on(ends_on) == next_end


def test_an_officers_own_label_stands_for_the_years():
    assert Strategy(starts_on=FIRST, ends_on=LAST, period_label="2018-21").years == "2018-21"
