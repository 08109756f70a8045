"""Strategies drawn to the scale of time: gaps as gaps, what overlaps in a row of its own. Plain data in and out."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

ROW, TOP = 28, 16  # units of a bar with the space below it, and above the first for the sun


@dataclass(frozen=True)
class Bar:
    look: str  # "was", "now" or "next"; "gap" where the site holds none
    x: float  # per cent of the whole, as is the width
    width: float
    row: int = 0

    @property
    def y(self) -> int:
        return TOP + self.row * ROW


@dataclass(frozen=True)
class Year:
    words: str
    x: float
    anchor: str = "middle"


@dataclass(frozen=True)
class Scale:
    bars: list[Bar] = field(default_factory=list)
    years: list[Year] = field(default_factory=list)
    now: float | None = None

    @property
    def floor(self) -> int:
        return TOP + ROW * (1 + max((bar.row for bar in self.bars), default=0))

    @property
    def height(self) -> int:
        return self.floor + 16


def draw(spans: Sequence[tuple[date, date, str]], on: date) -> Scale:
    """Of (first day, last day, look), in order of time; between neighbours that leave one out, a gap."""
    if not spans:
        return Scale()
    begin, end = min(first for first, _, _ in spans), max(last for _, last, _ in spans)
    whole = max((end - begin).days, 1)

    def at(day: date) -> float:
        return round(100 * (day - begin).days / whole, 2)

    bars: list[Bar] = []
    ends: list[date] = []  # of what stands last in each row
    until = begin
    for first, last, look in spans:
        if (first - until).days > 1:
            bars.append(Bar("gap", at(until), round(at(first) - at(until), 2)))
        row = next((row for row, taken in enumerate(ends) if taken < first), len(ends))
        ends[row : row + 1] = [last]
        bars.append(Bar(look, at(first), round(at(last) - at(first), 2), row))
        until = max(until, last)
    return Scale(bars, ticks(spans, at), at(on) if begin <= on <= end else None)


def ticks(spans: Sequence[tuple[date, date, str]], at) -> list[Year]:
    """The years of first and last days, as far as they don't crowd: a word needs a twelfth of the width."""
    days = sorted({day for first, last, _ in spans for day in (first, last)})
    found: list[Year] = []
    for day in days:
        x = at(day)
        if (not found or (x - found[-1].x >= 12 and found[-1].words != str(day.year))) and (x == 100 or x <= 88):
            found.append(Year(str(day.year), x, "start" if x == 0 else "end" if x == 100 else "middle"))
    return found
