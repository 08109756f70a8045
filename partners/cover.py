"""Which strategy covers which years of an action plan, and for which of its years there is none.

Only what is certain is said. Of days that are not known to the day, or only follow from the years, years are told.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from partners.models import ActionPlan, Strategy
from sosafe_site.partial_dates import Known, PartialDate
from sosafe_site.periods import ONE_DAY, Period, span_words

Days = tuple[date, date]  # the first and the last, both inside


@dataclass
class Cover:
    plan: ActionPlan
    named: Strategy  # by the plan
    #: Each strategy with those years of the plan that it covers, in words; empty words: all of them
    pieces: list[tuple[Strategy, str]] = field(default_factory=list)
    #: The years of the plan for which there is no strategy, in words
    missing: list[str] = field(default_factory=list)
    begins_before: bool = False  # the strategy that it names
    runs_beyond: bool = False
    is_apart: bool = False  # from the strategy that it names, which has no day in common with it
    is_assumed: bool = False

    @property
    def has_named_piece(self) -> bool:
        return any(strategy == self.named for strategy, _ in self.pieces)

    @property
    def about_named(self) -> str:
        """For after "The strategy that it names": how that lies to the plan; empty if they have days in common."""
        if not self.is_apart:
            return ""
        hedge = ", as far as we know" if self.is_assumed else ""
        return f"{'ends before this plan begins' if self.runs_beyond else 'begins after this plan ends'}{hedge}"

    @property
    def reach(self) -> str:
        """For between the plan and the strategy that it names: "runs beyond"; empty if it doesn't, or nobody knows."""
        if self.is_apart or not (self.begins_before or self.runs_beyond):
            return ""
        verbs = ["begins before" if self.begins_before else "", "runs beyond" if self.runs_beyond else ""]
        return " and ".join(filter(None, verbs))

    def said_to(self, strategy: Strategy) -> str:
        """For after the plan's name on that strategy's page; empty if there is nothing to say besides."""
        if strategy != self.named:
            return " ".join(f"For {years}, this is its strategy." for each, years in self.pieces if each == strategy)
        if self.is_apart:
            return f"It names this strategy, which {self.about_named}."
        return f"It {self.reach} this strategy." if self.reach else ""


def cover(plan: ActionPlan, others: Iterable[Strategy], on: date) -> Cover | None:
    """By the strategy that the plan names and, for the rest of its years, by the others that were agreed by the day.

    None for a plan that names none that the public may read.
    """
    named = plan.strategy
    if named is None or not named.is_published:
        return None
    found = Cover(plan, named, is_assumed=plan.is_assumed or named.is_assumed)
    asked = certain(plan, on)
    if asked is None:
        return found
    found.is_apart = not common(plan.possible_days(on), named.possible_days(on))
    rest, pieces = [asked], []
    agreed = [each for each in others if each != named and not each.is_proposed_on(on)]
    for strategy in (named, *sorted(agreed, key=lambda each: each.starts_on or date.min)):
        holds = certain(strategy, on)
        covered = [both for days in rest if holds and (both := common(days, holds))]
        pieces += [(days, strategy) for days in covered]
        if covered or strategy == named:
            rest = without(rest, strategy.possible_days(on))
        if strategy == named:
            since, until = named.possible_days(on)
            found.begins_before = any(last < since for _, last in rest)
            found.runs_beyond = any(first > until for first, _ in rest)
    periods: list[Period] = [plan, named, *(strategy for _, strategy in pieces)]
    found.pieces = [
        (strategy, "" if days == asked else in_words(days, periods, asked, plan, on))
        for days, strategy in sorted(pieces, key=lambda piece: piece[0])
    ]
    found.missing = [in_words(days, periods, asked, plan, on) for days in rest]
    return found


def reaching(strategy: Strategy, plans: Iterable[ActionPlan], others: Sequence[Strategy], on: date) -> list:
    """The plans with days both of this strategy and outside it, or that name it without having any: with the words."""
    covers = [(plan, cover(plan, others, on)) for plan in plans]
    return [(plan, words) for plan, found in covers if found and (words := found.said_to(strategy))]


def certain(period: Period, on: date) -> Days | None:
    """The days on which it holds for certain; None if there are none. Without an end it goes on until the day."""
    since, last = period.first.latest, period.last_then(on)
    is_open = last.day is None and last.known != Known.UNKNOWN
    until = max(on, since) if is_open and since else last.earliest
    return (since, until) if since and until and since <= until else None


def common(one: Days, other: Days) -> Days | None:
    since, until = max(one[0], other[0]), min(one[1], other[1])
    return (since, until) if since <= until else None


def without(every: Iterable[Days], taken: Days) -> list[Days]:
    left = []
    for since, until in every:
        if not common((since, until), taken):
            left.append((since, until))
            continue
        if since < taken[0]:
            left.append((since, taken[0] - ONE_DAY))
        if taken[1] < until:
            left.append((taken[1] + ONE_DAY, until))
    return left


def in_words(days: Days, periods: Iterable[Period], asked: Days, plan: ActionPlan, on: date) -> str:
    """For after "for"."""
    is_exact = all(
        each.known == Known.DAY for period in periods for each in (period.first, period.last_then(on)) if each.day
    )
    first, last = (PartialDate(day).words if is_exact else str(day.year) for day in days)
    if plan.last_then(on).day is None and days[1] == asked[1]:
        return f"the time since {first}"
    return span_words(first, last)
