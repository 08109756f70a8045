"""How often a group meets: the sentence for readers and the days that follow from it. No tables."""

from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache

import holidays
from dateutil.relativedelta import relativedelta
from dateutil.rrule import MONTHLY, WEEKLY, YEARLY, rrule, weekday

NUMBERS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
WEEKDAYS = dict(enumerate(["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]))
WHICH = {1: "first", 2: "second", 3: "third", 4: "fourth", -1: "last"}
FREQUENCIES = {"week": WEEKLY, "month": MONTHLY, "year": YEARLY}


TIMES = "times"  # so many a year, which says nothing of what lies between them
TIMES_WORDS = {1: "once", 2: "twice"}


@dataclass(frozen=True)
class Cadence:
    every: int
    unit: str  # "week", "month", "year" or TIMES
    weekday: int | None = None  # 0 is Monday
    which: int | None = None  # of the month's days of that name; -1 is the last

    def __str__(self) -> str:
        """ "every four weeks", "every two weeks on a Thursday", "on the last Friday of every month", "twice a year"."""
        number = NUMBERS[self.every] if self.every < len(NUMBERS) else str(self.every)
        if self.unit == TIMES:
            return f"{TIMES_WORDS.get(self.every, f'{number} times')} a year"
        every = f"every {self.unit}" if self.every == 1 else f"every {number} {self.unit}s"
        if self.weekday is None:
            return every
        day = WEEKDAYS[self.weekday]
        if self.which:
            of_month = f"on the {WHICH[self.which]} {day} of"
            return f"{of_month} {every}" if self.every == 1 else f"{every}, {of_month} the month"
        return f"every {day}" if self.every == 1 else f"{every} on a {day}"

    @property
    def gives_days(self) -> bool:
        return self.unit != TIMES

    @property
    def needs_a_start(self) -> bool:
        """Every Monday is the same wherever one counts from; every four weeks is not."""
        return self.gives_days and (self.every > 1 or self.weekday is None)

    @property
    def two_intervals(self) -> relativedelta:
        if self.unit == TIMES:
            return relativedelta(days=2 * 366 // self.every)
        return relativedelta(**{f"{self.unit}s": 2 * self.every})

    def has_lapsed(self, last: date, on: date) -> bool:
        """Whether two in a row would have been missed by then, if there was none after the last."""
        return last + self.two_intervals < on

    def days(self, first: date, last: date, counted_from: date) -> list[date]:
        """Those from first to last, both inside. Counting starts in the week, month or year of counted_from.

        A day that a month lacks is its last day instead: the 31st in June, 29 February in most years.
        """
        rule: dict[str, object] = {}
        if self.weekday is not None:
            rule["byweekday"] = weekday(self.weekday, self.which)
        elif self.unit != "week":
            rule |= {"bymonthday": range(min(counted_from.day, 28), counted_from.day + 1), "bysetpos": -1}
            if self.unit == "year":
                rule["bymonth"] = counted_from.month
        start = datetime.combine(counted_from, time())
        if self.which:
            start = start.replace(day=1)  # the month counts, whichever of its days was given
        elif self.weekday is not None:
            start = datetime.fromisocalendar(*start.isocalendar()[:2], 1)  # likewise the week
        found = rrule(FREQUENCIES[self.unit], dtstart=start, interval=self.every, **rule)
        between = found.between(datetime.combine(first, time()), datetime.combine(last, time()), inc=True)
        return [moment.date() for moment in between]


@cache
def bank_holiday(day: date) -> str:
    """Its name in England, such as "Good Friday"; empty on other days."""
    return holidays.country_holidays("GB", subdiv="ENG", years=day.year).get(day, "")
