"""What "in force on a date" means, at the days on which it changes."""

from datetime import date

import pytest

from partners.models import Strategy
from sosafe_site.periods import Phase
from tests.make import make_strategy, typed

PHASES = [
    ("2018-04-01", "2021-03-31", "2018-03-31", Phase.NOT_STARTED),
    ("2018-04-01", "2021-03-31", "2018-04-01", Phase.CURRENT),
    ("2018-04-01", "2021-03-31", "2021-03-31", Phase.CURRENT),
    ("2018-04-01", "2021-03-31", "2021-04-01", Phase.ENDED),
    ("2018-04-01", "2018-04-01", "2018-04-01", Phase.CURRENT),
    ("2018-04-01", "", "2018-03-31", Phase.NOT_STARTED),
    ("2018-04-01", "", "2999-01-01", Phase.CURRENT),
    ("", "2021-03-31", "1900-01-01", Phase.UNKNOWN),
    ("", "2021-03-31", "2021-03-31", Phase.CURRENT),
    ("", "2021-03-31", "2021-04-01", Phase.ENDED),
    ("?", "2021-03-31", "2020-01-01", Phase.UNKNOWN),
    ("2018-04-01", "?", "2018-03-31", Phase.NOT_STARTED),
    ("2018-04-01", "?", "2018-04-01", Phase.CURRENT),
    ("2018-04-01", "?", "2018-04-02", Phase.UNKNOWN),
    ("2018", "2021", "2017-12-31", Phase.NOT_STARTED),
    ("2018", "2021", "2018-01-01", Phase.UNKNOWN),
    ("2018", "2021", "2018-12-30", Phase.UNKNOWN),
    ("2018", "2021", "2018-12-31", Phase.CURRENT),
    ("2018", "2021", "2021-01-01", Phase.CURRENT),
    ("2018", "2021", "2021-01-02", Phase.UNKNOWN),
    ("2018", "2021", "2022-01-01", Phase.ENDED),
    ("April 2018", "March 2021", "2018-04-30", Phase.CURRENT),
    ("April 2018", "March 2021", "2018-04-29", Phase.UNKNOWN),
    ("April 2018", "March 2021", "2021-03-02", Phase.UNKNOWN),
    ("April 2018", "March 2021", "2021-04-01", Phase.ENDED),
    ("by 2018-04-01", "", "2018-03-31", Phase.UNKNOWN),
    ("by 2018-04-01", "", "2018-04-01", Phase.CURRENT),
    ("2018-04-01", "by 2021-03-31", "2018-04-02", Phase.UNKNOWN),
    ("2018-04-01", "by 2021-03-31", "2021-04-01", Phase.ENDED),
    ("2018-04-01?", "2021-03-31?", "2018-03-31", Phase.NOT_STARTED),
    ("2018-04-01?", "2021-03-31?", "2018-04-01", Phase.CURRENT),
    ("", "", "2019-01-01", Phase.UNDATED),
    ("?", "?", "2019-01-01", Phase.UNDATED),
]


@pytest.mark.parametrize(("first", "last", "day", "phase"), PHASES)
def test_a_record_and_its_querysets_agree_on_the_phase(db, first, last, day, phase):
    strategy, on = make_strategy(**typed(starts_on=first, ends_on=last)), date.fromisoformat(day)
    found = {
        Phase.NOT_STARTED: Strategy.objects.not_started(on),
        Phase.CURRENT: Strategy.objects.current(on),
        Phase.ENDED: Strategy.objects.ended(on),
        Phase.UNDATED: Strategy.objects.undated(),
        Phase.UNKNOWN: Strategy.objects.in_phase(on, Phase.UNKNOWN),
    }
    assert strategy.phase(on) == phase
    assert [name for name, queryset in found.items() if queryset.exists()] == [phase]
    assert Strategy.objects.not_ended(on).exists() is (phase != Phase.ENDED)


YEARS = [
    ("2018-04-01?", "2021-03-31?", "2018 to 2021", "from 2018 to 2021"),
    ("2019-01-01?", "2019-12-31?", "2019", "in 2019"),
    ("2019-07-01?", "2019-09-30?", "2019", "in 2019"),
    ("2018-04-01?", "", "from 2018", "from 2018"),
    ("", "2021-03-31?", "until 2021", "until 2021"),
    ("", "", "", ""),
    ("2018-04-01", "2021-03-31", "2018 to 2021", "from 1 April 2018 to 31 March 2021"),
    ("2019-04-01", "2019-06-30", "April to June 2019", "from 1 April 2019 to 30 June 2019"),
    ("2019-12-01", "2020-02-29", "December 2019 to February 2020", "from 1 December 2019 to 29 February 2020"),
    ("2019-04-01", "2019-04-30", "April 2019", "from 1 April 2019 to 30 April 2019"),
    ("2019-04-01", "2019-04-01", "April 2019", "on 1 April 2019"),
    ("2019-04-01", "2020-03-30", "April 2019 to March 2020", "from 1 April 2019 to 30 March 2020"),
    ("2019-04-01", "2020-03-31", "2019 to 2020", "from 1 April 2019 to 31 March 2020"),
    ("2019-04-01", "", "from 2019", "from 1 April 2019"),
    ("2019-04-01", "2999-12-31", "2019 to 2999", "from 1 April 2019 to 31 December 2999"),
    ("2018", "2021", "2018 to 2021", "from 2018 to 2021"),
    ("2019", "2019", "2019", "in 2019"),
    ("April 2018", "2021-03-31", "2018 to 2021", "from April 2018 to 31 March 2021"),
    ("April 2019", "June 2019", "April to June 2019", "from April 2019 to June 2019"),
    ("by 2018-04-01", "2021", "2018 to 2021", "from 1 April 2018 or earlier to 2021"),
    ("2018-04-01", "by 2021-12-31", "2018 to 2021", "from 1 April 2018 to 31 December 2021 or earlier"),
    ("?", "2021", "until 2021", "until 2021"),
    ("?", "?", "", ""),
]


@pytest.mark.parametrize(("first", "last", "years", "run"), YEARS)
def test_years_are_words_made_from_the_dates(first, last, years, run):
    strategy = Strategy(**typed(starts_on=first, ends_on=last))
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
    assert Strategy(starts_on=date(2018, 4, 1), ends_on=date(2021, 3, 31), period_label="2018-21").years == "2018-21"
