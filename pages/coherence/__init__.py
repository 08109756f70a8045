"""What officers should look at: facts that are missing and dates that contradict each other, computed when read.

Each rule asks the querysets that the public pages ask, so the list and the pages can't disagree.
"""

from collections.abc import Callable, Iterable
from datetime import date

from pages.coherence.content import (
    accessibility,
    campaigns,
    case_reviews,
    contact,
    documents,
    groups,
    leads,
    never_checked,
    parts,
    public_meetings,
    reviews,
    sections,
)
from pages.coherence.finding import Finding
from pages.coherence.links import links
from pages.coherence.partners import partners, succession
from pages.coherence.periods import fit, nothing_in_force, periods, sequence, series

__all__ = ["Finding", "by_kind", "findings"]

# What readers miss most comes first.
RULES: dict[str, list[Callable[[date], Iterable[Finding]]]] = {
    "Nothing in force": [nothing_in_force],
    "Links that readers can’t follow": [links],
    "Missing on public pages": [parts, documents, contact, sections, campaigns, case_reviews, public_meetings, groups],
    "Partners": [leads, partners, succession],
    "The accessibility statement": [accessibility],
    "Days of strategies and plans": [fit, sequence, periods, series],
    "Reviews": [reviews, never_checked],
}


def by_kind(on: date) -> dict[str, list[Finding]]:
    """All of them on this day, under their headings; none that is empty."""
    found = {kind: [finding for rule in rules for finding in rule(on)] for kind, rules in RULES.items()}
    return {kind: findings for kind, findings in found.items() if findings}


def findings(on: date) -> list[Finding]:
    return [finding for found in by_kind(on).values() for finding in found]
