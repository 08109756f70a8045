from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db import models
from django.urls import reverse


@dataclass(frozen=True)
class Finding:
    sentence: str
    url: str  # of the form that mends it


def form(record: models.Model) -> str:
    return reverse(f"admin:{record._meta.app_label}_{record._meta.model_name}_change", args=[record.pk])


def say(records: Iterable[models.Model], sentence: str) -> Iterator[Finding]:
    for record in records:
        yield Finding(sentence.format(record=record), form(record))
