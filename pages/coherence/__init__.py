"""What officers should look at: facts that are missing and dates that contradict each other, computed when read.

Each rule asks the querysets that the public pages ask, so the list and the pages can't disagree.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.timezone import make_aware

from meetings.models import Membership
from pages.coherence.content import (
    accessibility,
    campaigns,
    case_reviews,
    contact,
    dead_ends,
    documents,
    groups,
    leads,
    never_checked,
    parts,
    privacy,
    public_meetings,
    reviews,
    sections,
    shown,
)
from pages.coherence.finding import Finding, Rank
from pages.coherence.links import links
from pages.coherence.partners import partners, succession
from pages.coherence.periods import fit, nothing_in_force, periods, sequence, series
from sosafe_site.partial_dates import DATE_WORDS
from sosafe_site.periods import ONE_DAY
from sosafe_site.publishing.clock import as_of
from sosafe_site.publishing.models import GapAnswer
from sosafe_site.publishing.models.review import kinds_to_check

__all__ = ["Attention", "Finding", "Rank", "attention", "findings"]

Rule = Callable[[date], Iterable[Finding]]
# What readers miss most comes first.
RULES: dict[str, list[Rule]] = {
    "Ways to reach you and to get help": [dead_ends],
    "Nothing in force": [nothing_in_force],
    "Links that readers can’t follow": [links],
    "Missing on public pages": [
        parts,
        documents,
        contact,
        sections,
        shown,
        campaigns,
        case_reviews,
        public_meetings,
        groups,
    ],
    "Partners": [leads, partners, succession],
    "The accessibility statement": [accessibility],
    "The privacy page": [privacy],
    "Days of strategies and plans": [fit, sequence, periods, series],
    "Checks": [reviews, never_checked],
}
# Those that find something else on another day, though nobody changes anything
DATED: set[Rule] = {nothing_in_force, campaigns, groups, leads, fit, reviews}
BOUNDARIES = {"starts_on", "ends_on", "agreed_on", "review_on", "campaign_ends_on"}
AHEAD = timedelta(days=30)
MOST_DAYS = 5  # that are looked at one by one: each costs as much as today


@dataclass(frozen=True)
class Attention:
    asked: dict[Rank, dict[str, list[Finding]]]  # under their headings; none that is empty
    answered: list[tuple[Finding, GapAnswer]]  # what officers have said of gaps that are still there


def attention(on: date) -> Attention:
    """What is wrong on this day, what will be, and what is missing and was not answered."""
    answers = {(answer.rule, answer.record): answer for answer in GapAnswer.objects.select_related("made_by")}
    asked: dict[Rank, dict[str, list[Finding]]] = {rank: defaultdict(list) for rank in Rank}
    answered = []
    today = [(kind, finding) for kind, rules in RULES.items() for rule in rules for finding in rule(on)]
    for kind, finding in today:
        answer = answers.get((finding.rule, finding.about)) if finding.rank == Rank.GAP else None
        if answer:
            answered.append((finding, answer))
        else:
            asked[finding.rank][kind].append(finding)
    for kind, finding in to_come(on, {(finding.rule, finding.about) for _, finding in today}):
        asked[Rank.SOON][kind].append(finding)
    return Attention({rank: dict(kinds) for rank, kinds in asked.items() if kinds}, answered)


def findings(on: date) -> list[Finding]:
    """What is wrong or missing on this day."""
    asked = attention(on).asked
    return [each for rank in asked if rank != Rank.SOON for found in asked[rank].values() for each in found]


def to_come(on: date, known: set[tuple[str, str]]) -> Iterator[tuple[str, Finding]]:
    """What readers will see wrong on a day to come if nobody does anything, each with the first such day; where more
    changes than can be looked at day by day, by which day."""
    days = days_of_change(on)
    skipped = days[MOST_DAYS:-1]
    for day in [day for day in days if day not in skipped]:
        since = "By" if skipped and day == days[-1] else "From"
        with as_of(make_aware(datetime.combine(day, time(12)))):
            found = [
                (kind, each) for kind, rules in RULES.items() for rule in rules if rule in DATED for each in rule(day)
            ]
        for kind, finding in found:
            key = (finding.rule, finding.about)
            if finding.rank == Rank.WRONG and key not in known:
                known = {*known, key}
                sentence = f"{since} {date_format(day, DATE_WORDS)}: {finding.sentence}"
                yield kind, Finding(sentence, finding.url, finding.rule, finding.about, Rank.SOON)


def days_of_change(on: date) -> list[date]:
    """Those within the time ahead on which something begins, or on the day before has its last day; and the last."""
    found = {on + AHEAD}
    kinds: list[Any] = [*kinds_to_check(), Membership]
    for kind in kinds:
        names = BOUNDARIES & {field.name for field in kind._meta.fields}
        within = (Q(**{f"{name}__range": (on, on + AHEAD)}) for name in names)
        for days in kind._default_manager.filter(reduce(or_, within)).values_list(*names):
            found |= {each for day in days if day for each in (day, day + ONE_DAY)}
    return sorted(day for day in found if on < day <= on + AHEAD)
