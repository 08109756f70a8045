"""What follows what within a series, and the times between: as far as the days are certain."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from partners.models.status import DRAFTS, WAITING, State
from partners.scale import Scale, draw
from sosafe_site.partial_dates import Known, PartialDate
from sosafe_site.periods import ONE_DAY, add_months, span_words, years_of

if TYPE_CHECKING:
    from partners.models.agreed import Agreed


class Following:
    """What came after another, and the time between them for which the site holds none."""

    def __init__(self, earlier: "Agreed", record: "Agreed", on: date, others: "Iterable[Agreed]") -> None:
        self.record = record
        status = record.status(on)
        self.is_lost = status.state == State.NOT_AGREED
        self.was_draft = status.was_proposed
        self.is_draft = status.state in DRAFTS
        self.is_to_come = status.state == State.NOT_STARTED
        self.has_ended = status.state == State.ENDED and not status.is_hedged
        between = gap_between(earlier, record)
        # By what an officer said, or by its days: it began when the other ended, at the latest
        self.is_successor = earlier.followed_by_id == record.pk or not between
        held = [each for each in others if each.comes_before(record) and not each.is_proposed_on(on)]
        last = max([earlier, *held], key=lambda each: each.ends_on or date.max)
        self.gap = between and gap_between(last, record)


def following(earlier: "Agreed", everyone: "Iterable[Agreed]", on: date) -> list[Following]:
    """What comes next in its series: what an officer named, else the agreed one that began next, else drafts."""
    others = [each for each in newest_first(everyone) if each.pk != earlier.pk]
    of_series = [each for each in others if each.series_id == earlier.series_id]
    if named := next((each for each in others if each.pk == earlier.followed_by_id), None):
        return [Following(earlier, named, on, of_series)]
    since = earlier.starts_on or earlier.ends_on
    if since is None:
        return []
    after = [each for each in of_series if each.goes_beyond(since)]
    agreed = [each for each in after if each.starts_on and not each.is_proposed_on(on)]
    drafts = [each for each in after if each.status(on).state in DRAFTS]
    return [Following(earlier, each, on, of_series) for each in agreed[-1:] or drafts]


def newest_first(records: "Iterable[Agreed]") -> list[Any]:
    """As the queryset of that name."""
    return sorted(records, key=lambda each: (each.starts_on or date.min, each.ends_on or date.min), reverse=True)


def leading(records: "Iterable[Agreed]", on: date) -> list[Any]:
    """All that is in force on the day, or else the one that ended last, or nothing."""
    by_state = of_states(records, on)
    ended = newest_first(by_state[State.ENDED])
    return newest_first(by_state[State.CURRENT]) or sorted(ended, key=last_day, reverse=True)[:1]


def waiting(records: "Iterable[Agreed]", on: date) -> list[Any]:
    """Neither in force on the day nor over, the soonest first: not begun, proposed, undated, or not known."""
    by_state = of_states(records, on)
    return sorted((each for state in WAITING for each in by_state[state]), key=lambda each: each.starts_on or date.max)


def of_states(records: "Iterable[Agreed]", on: date) -> dict[State, list[Any]]:
    found: dict[State, list[Any]] = {state: [] for state in State}
    for record in records:
        found[record.status(on).state].append(record)
    return found


def last_day(record: "Agreed") -> date:
    return record.ends_on or date.min


class Seam(NamedTuple):
    """Where two neighbours of one series leave a time out or both hold."""

    before: "Agreed"
    after: "Agreed"
    sentence: str
    is_gap: bool


def seams(records: Iterable["Agreed"], noun: str) -> Iterator[Seam]:
    """What is certain of the times between neighbours of one series, in order of time."""
    dated = sorted(
        (each for each in records if each.starts_on or each.ends_on),
        key=lambda each: (each.starts_on or date.min, each.ends_on or date.max),
    )
    latest = None  # the one that ends last so far
    for record in dated:
        if latest and (gap := gap_between(latest, record)):
            yield Seam(latest, record, f"We hold no {noun} for {gap}.", True)
        elif latest and (both := overlap(latest, record)):
            yield Seam(latest, record, f"“{latest}” and “{record}” overlap, {both}.", False)
        if latest is None or (record.ends_on or date.max) > (latest.ends_on or date.max):
            latest = record


def gap_between(earlier: "Agreed", later: "Agreed") -> str:
    """The time between them, "2021 to 2025", if there certainly is any; by the years where days are assumed."""
    until, since = earlier.last.latest, later.first.earliest
    if until is None or since is None or since <= until + ONE_DAY:
        return ""
    if earlier.last.is_assumed or later.first.is_assumed:
        return in_years(earlier.last, later.first)
    return span_words(PartialDate(until + ONE_DAY).words, PartialDate(since - ONE_DAY).words)


def overlap(before: "Agreed", after: "Agreed") -> str:
    """The time for which both certainly hold, in words; by the years where days are assumed."""
    ends = [each for each in (before.last, after.last) if each.day or each.known == Known.UNKNOWN]
    last = min(ends, key=lambda each: each.earliest or date.min, default=PartialDate())
    if last.known == Known.BY and any(each.latest and last.day and each.latest < last.day for each in ends):
        last = PartialDate()
    first = (
        max(before.first, after.first, key=lambda each: each.latest or date.min) if before.first.latest else last
    )  # nobody knows since when the one before held
    since, until = first.latest, before.last.earliest
    if since is None or (before.last in ends and not (until and since <= until)):
        return ""
    is_near = any(each.is_assumed and years_of(each, each) == years_of(last, last) for each in ends)
    if first.is_assumed and until and until.year == since.year:
        return ""
    if first.is_assumed or is_near:
        return in_years(first, last) if last.day else span_words(str(since.year), None)
    return span_words(first.words, last.words)


def in_years(first: PartialDate, last: PartialDate) -> str:
    """Empty within one year, of which assumed days tell nothing."""
    since, until = years_of(first, last)
    return "" if since == until else span_words(since, until)


def drawn(records: "Iterable[Agreed]", on: date) -> Scale:
    """To scale, as they are known on the day. One that has no last day goes on beyond all that is known."""
    dated = [each for each in records if each.starts_on or each.ends_on]
    days = [day for each in dated for day in (each.starts_on, each.last_then(on).day) if day]
    if not days:
        return Scale()
    far = add_months(max(*days, on), 12)
    spans = ((each.starts_on or min(days), each.last_then(on).day or far, each.status(on).look) for each in dated)
    return draw(sorted(spans), on)
