"""A year of meetings as one row of half-discs, from April to March: two units a day, so that the eye sees the rhythm.

Plain data in, plain data out; what it draws it also says.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format

WIDTH, HEIGHT, BASE = 732, 34, 32  # units; 366 days, with room for the strokes
LARGEST_RADIUS = 24
# How each is drawn, by its class in the style sheet; a cancelled one is a cross
PAST, NEXT, TO_COME, CANCELLED = "past", "due", "todo", "off"
WORDS = {PAST: "past", NEXT: "to come", TO_COME: "to come", CANCELLED: "cancelled"}


@dataclass(frozen=True)
class Mark:
    kind: str
    path: str


@dataclass(frozen=True)
class Row:
    counts: str
    next_on: date | None
    marks: list[Mark]

    @property
    def sentence(self) -> str:
        return f"{self.counts} The next is on {date_format(self.next_on, 'j F Y')}." if self.next_on else self.counts

    @property
    def has_cancelled(self) -> bool:
        return any(mark.kind == CANCELLED for mark in self.marks)


def year_around(on: date) -> tuple[date, date]:
    """The financial year of the day, both ends inside."""
    first = on.year if on.month > 3 else on.year - 1
    return date(first, 4, 1), date(first + 1, 3, 31)


def draw(meetings: Iterable[tuple[date, bool]], on: date) -> Row:
    """Of (day, whether it is cancelled) within the year of the day; nothing is drawn for a year without any."""
    first, last = year_around(on)
    days = sorted((day, is_cancelled) for day, is_cancelled in meetings if first <= day <= last)
    months = f"from {date_format(first, 'F Y')} to {date_format(last, 'F Y')}"
    if not days:
        return Row(f"No date {months} is published.", None, [])
    next_day = min((day for day, is_cancelled in days if day >= on and not is_cancelled), default=None)
    radius = min(LARGEST_RADIUS, round(0.35 * WIDTH / len(days), 1))
    kinds = [kind_of(day, is_cancelled, on, next_day) for day, is_cancelled in days]
    marks = [
        Mark(kind, shape(kind, 2 * (day - first).days + 1, radius)) for kind, (day, _) in zip(kinds, days, strict=True)
    ]
    counted = Counter(WORDS[kind] for kind in kinds)
    counts = ", ".join(f"{counted[words]} {words}" for words in dict.fromkeys(WORDS.values()) if counted[words])
    number = f"{len(days)} meeting{'s' if len(days) > 1 else ''}"
    return Row(f"{number} {months}: {counts}.", next_day, marks)


def kind_of(day: date, is_cancelled: bool, on: date, next_day: date | None) -> str:
    if is_cancelled:
        return CANCELLED
    if day == next_day:
        return NEXT
    return PAST if day < on else TO_COME


def shape(kind: str, x: float, radius: float) -> str:
    """The path around x: a half-disc on the base line, or a cross that stands on it."""
    if kind == CANCELLED:
        arm = min(radius, 9)
        return f"M{x - arm:g} {BASE - 2 * arm:g}l{2 * arm:g} {2 * arm:g}m0-{2 * arm:g}l-{2 * arm:g} {2 * arm:g}"
    return f"M{x - radius:g} {BASE}a{radius:g} {radius:g} 0 0 1 {2 * radius:g} 0z"
