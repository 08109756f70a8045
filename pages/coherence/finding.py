from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.db import models

from sosafe_site.publishing.admin_urls import edit_url


class Rank(StrEnum):
    """How much it matters, the most first, as officers read it above those that are alike."""

    DEAD_END = "Before you go public"
    WRONG = "Readers see this wrong today"
    SOON = "Will be wrong within 30 days"
    GAP = "Gaps"


@dataclass(frozen=True)
class Finding:
    sentence: str
    url: str  # of the form that mends it
    rule: str = ""  # its name, by which an officer's answer to a gap is kept; none for what can't be answered
    about: str = ""  # the key of the record; none for what concerns the whole site
    rank: Rank = Rank.GAP


def gap(rule: str, record: models.Model, sentence: str) -> Finding:
    return Finding(sentence, edit_url(record), rule, str(record.pk))


def wrong(rule: str, record: models.Model, sentence: str) -> Finding:
    return Finding(sentence, edit_url(record), rule, str(record.pk), Rank.WRONG)


def gaps(rule: str, records: Iterable[models.Model], sentence: str) -> Iterator[Finding]:
    for record in records:
        yield gap(rule, record, sentence.format(record=record))


def wrongs(rule: str, records: Iterable[models.Model], sentence: str) -> Iterator[Finding]:
    for record in records:
        yield wrong(rule, record, sentence.format(record=record))
