"""What an officer is told of what readers see of a change, and of how they come to know of it."""

from typing import Any

from sosafe_site.publishing.models.record import Record
from sosafe_site.publishing.revisions.diff import Change, sentences

UNTOLD = "It is not among the updates. If it matters to those who follow them, write it under “Note for readers”."
TOLD = "Calendars and the feed of dates tell it, too."


def what_readers_see(record: Record, news: list[Change]) -> str:
    tells_itself = all(is_told_by_itself(record, change) for change in news)
    return f"Readers see: {sentences(news, at_most=3)} {TOLD if tells_itself else UNTOLD}"


def is_told_by_itself(record: Record, change: Change) -> bool:
    """Whether it changes what calendars have of this, or of a part of it."""
    relation, _, name = change.at
    if record.told and relation:
        return True
    kind: Any = record._meta.get_field(relation).related_model if relation else record
    return name in kind.told or (bool(kind.told) and change.what != "field")
