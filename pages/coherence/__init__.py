"""What officers should look at: facts that are missing and dates that contradict each other, computed when read.

Each rule asks the querysets that the public pages ask, so the list and the pages can't disagree.
"""

from datetime import date

from pages.coherence.content import (
    accessibility,
    case_reviews,
    contact,
    documents,
    groups,
    leads,
    never_checked,
    partners,
    parts,
    public_meetings,
    reviews,
    sections,
)
from pages.coherence.finding import Finding
from pages.coherence.links import links
from pages.coherence.periods import fit, nothing_in_force, periods, sequence

__all__ = ["Finding", "findings"]

RULES = [
    nothing_in_force,
    links,
    parts,
    documents,
    contact,
    sections,
    case_reviews,
    public_meetings,
    groups,
    leads,
    partners,
    accessibility,
    fit,
    sequence,
    periods,
    reviews,
    never_checked,
]


def findings(on: date) -> list[Finding]:
    """All of them on this day, what readers miss most first."""
    return [finding for rule in RULES for finding in rule(on)]
