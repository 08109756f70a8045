"""What is not public yet, and what readers will see appear, begin, end and disappear."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.timezone import localtime

from pages.coherence.finding import Finding
from sosafe_site.partial_dates import DATE_WORDS, Known, PartialDateField, partial
from sosafe_site.publishing.admin_urls import edit_url
from sosafe_site.publishing.clock import moment
from sosafe_site.publishing.models import Readiness, Revision
from sosafe_site.publishing.models.publishable import Publishable
from sosafe_site.publishing.revisions.diff import name_of

Kinds = Iterable[type[models.Model]]
AHEAD = timedelta(days=366)
# A field of any kind of record, and what happens then
COMING = {
    "withdrawn_at": "is withdrawn",
    "starts_at": "appears above every page",
    "ends_at": "disappears",
    "campaign_starts_on": "appears on the home page",
    "campaign_ends_on": "has its last day on the home page",
    "starts_on": "has its first day",
    "ends_on": "has its last day",
    "agreed_on": "is to be agreed",
    "review_on": "is to be checked",
}


@dataclass(frozen=True)
class Coming:
    when: date | datetime
    kind: str
    title: str
    what: str
    url: str

    @property
    def day(self) -> date:
        return self.when.date() if isinstance(self.when, datetime) else self.when

    @property
    def at(self) -> time | None:
        return self.when.time() if isinstance(self.when, datetime) else None


def to_come(kinds: Kinds, on: date) -> list[Coming]:
    """Within a year from this day, the soonest first; of what is public now or will be by itself."""
    waiting = [ready for ready in all_ready(kinds).values() if ready.publish_at]
    found = [*coming_of_records(kinds, on, {ready.record for ready in waiting}), *coming_by_itself(waiting)]
    return sorted(found, key=lambda coming: (coming.day, coming.at or time.min, coming.title))


def coming_of_records(kinds: Kinds, on: date, scheduled: set[UUID]) -> Iterator[Coming]:
    """With one query for each kind."""
    days, moments = (on, on + AHEAD), (moment(), moment() + AHEAD)
    for kind in kinds:
        fields = [field for field in kind._meta.fields if field.name in COMING]
        windows = {field.name: moments if isinstance(field, models.DateTimeField) else days for field in fields}
        if not windows:
            continue
        records: Any = kind._default_manager.filter(
            reduce(or_, (Q(**{f"{name}__range": window}) for name, window in windows.items()))
        )
        for record in records.select_related(*getattr(kind, "part_of", ())):
            if isinstance(record, Publishable) and not is_or_will_be_public(record, scheduled):
                continue
            for name, (first, last) in windows.items():
                value = getattr(record, name)
                if value and first <= value <= last:
                    when = localtime(value) if isinstance(value, datetime) else value
                    yield Coming(when, noun(kind), str(record), words(record, name), edit_url(record))


def words(record: models.Model, name: str) -> str:
    """What happens, and how well its day is known."""
    if not isinstance(record._meta.get_field(name), PartialDateField):
        return COMING[name]
    day = partial(record, name)
    how = {Known.DAY: "", Known.ASSUMED: ", as far as is known"}.get(day.known, f" {day.when}")
    return f"{COMING[name]}{how}"


def is_or_will_be_public(record: Publishable, scheduled: set[UUID]) -> bool:
    family = (record, *record.parents())
    return all((each.published_at or each.pk in scheduled) and not each.is_withdrawn for each in family)


def coming_by_itself(waiting: list[Readiness]) -> Iterator[Coming]:
    """With one query for each kind."""
    for label in {ready.model for ready in waiting}:
        of_kind = {ready.record: ready.publish_at for ready in waiting if ready.model == label}
        kind: Any = apps.get_model(label)
        for record in kind._default_manager.select_related(*kind.part_of).filter(pk__in=of_kind):
            what = "gets its new version" if record.published_at else "appears"
            yield Coming(localtime(of_kind[record.pk]), noun(kind), str(record), what, edit_url(record))


def drafts(kinds: Kinds) -> dict[str, list[Finding]]:
    """What is written and not public, under its headings: what a publisher has to do comes first."""
    found: dict[str, list[Finding]] = {
        heading: []
        for heading in ("Could not be published", "Ready to publish", "Being written", "Never published yet")
    }
    ready = all_ready(kinds)
    for draft in Revision.objects.open().filter(model__in=labels(kinds)).select_related("made_by"):
        waits, title = ready.get(UUID(draft.record)), name_of(draft.kind, draft.content["fields"])
        if waits is None or not waits.publish_at:
            sentence = f"“{title}”, {noun(draft.kind)}: changed{said_by(draft)} {waits.problem if waits else ''}"
            found[waits.state if waits else "Being written"].append(Finding(sentence.strip(), draft.get_edit_url()))
    for record in never_published(kinds):
        waits, name = ready.get(record.pk), f"“{record}”, {noun(type(record))}"
        if waits is None:
            found["Never published yet"].append(Finding(f"{name}.", edit_url(record)))
        elif not waits.publish_at:
            sentence = f"{name}: finished{said_by(waits)} {waits.problem}"
            found[waits.state].append(Finding(sentence.strip(), edit_url(record)))
    return {heading: findings for heading, findings in found.items() if findings}


def said_by(made: Revision | Readiness) -> str:
    by = f" by {made.made_by.get_full_name() or made.made_by}" if made.made_by else ""
    return f"{by} on {date_format(localtime(made.made_at), DATE_WORDS)}."


def never_published(kinds: Kinds) -> Iterator[Publishable]:
    """Drafts as a whole."""
    for kind in kinds:
        if issubclass(kind, Publishable):
            records: Any = kind._default_manager.filter(published_at=None, withdrawn_at=None)
            yield from records.select_related(*kind.part_of)


def all_ready(kinds: Kinds) -> dict[UUID, Readiness]:
    """By the keys of the records."""
    found = Readiness.objects.filter(model__in=labels(kinds)).select_related("made_by")
    return {ready.record: ready for ready in found}


def labels(kinds: Kinds) -> list[str]:
    return [kind._meta.label_lower for kind in kinds]


def noun(kind: type[models.Model]) -> str:
    return str(kind._meta.verbose_name)
