from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db import models

from sosafe_site.publishing.admin_urls import edit_url


@dataclass(frozen=True)
class Finding:
    sentence: str
    url: str  # of the form that mends it


def say(records: Iterable[models.Model], sentence: str) -> Iterator[Finding]:
    for record in records:
        yield Finding(sentence.format(record=record), edit_url(record))
