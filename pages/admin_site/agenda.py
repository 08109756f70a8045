"""What is not public yet, and what readers will see appear, begin, end and disappear."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.timezone import localtime

from pages.coherence.finding import Finding, form
from sosafe_site.periods import DATE_WORDS
from sosafe_site.publishing.clock import moment
from sosafe_site.publishing.models.publishable import Publishable
from sosafe_site.publishing.models.revision import Revision
from sosafe_site.publishing.revisions.diff import name_of

Kinds = Iterable[type[models.Model]]
AHEAD = timedelta(days=366)
# A field of any kind of record, and what happens then
COMING = {
    "published_at": "appears",
    "withdrawn_at": "is withdrawn",
    "starts_at": "appears above every page",
    "ends_at": "disappears",
    "starts_on": "has its first day",
    "ends_on": "has its last day",
    "review_on": "is to be reviewed",
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
    found = [*coming_of_records(kinds, on), *coming_of_drafts(kinds)]
    return sorted(found, key=lambda coming: (coming.day, coming.at or time.min, coming.title))


def coming_of_records(kinds: Kinds, on: date) -> Iterator[Coming]:
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
            if isinstance(record, Publishable) and not is_or_will_be_public(record):
                continue
            for name, (first, last) in windows.items():
                value = getattr(record, name)
                if value and first <= value <= last:
                    when = localtime(value) if isinstance(value, datetime) else value
                    yield Coming(when, noun(kind), str(record), COMING[name], form(record))


def is_or_will_be_public(record: Publishable) -> bool:
    return all(each.published_at and not each.is_withdrawn for each in (record, *record.parents()))


def coming_of_drafts(kinds: Kinds) -> Iterator[Coming]:
    for draft in open_drafts(kinds).exclude(publish_at=None):
        title = name_of(draft.kind, draft.content["fields"])
        yield Coming(localtime(draft.publish_at), noun(draft.kind), title, "gets its new version", draft.get_edit_url())


def drafts(kinds: Kinds) -> dict[str, list[Finding]]:
    """What is written and not public, under its headings: what a publisher has to do comes first."""
    found: dict[str, list[Finding]] = {"Could not be published": [], "Ready to publish": [], "Being written": []}
    headings = dict(zip((Revision.State.FAILED, Revision.State.READY, Revision.State.DRAFT), found, strict=True))
    for draft in open_drafts(kinds).filter(publish_at=None):
        by = f" by {draft.made_by.get_full_name() or draft.made_by}" if draft.made_by else ""
        words = f"“{name_of(draft.kind, draft.content['fields'])}”, {noun(draft.kind)}: changed{by}"
        sentence = f"{words} on {date_format(localtime(draft.made_at), DATE_WORDS)}. {draft.problem}"
        found[headings[Revision.State(draft.state)]].append(Finding(sentence.strip(), draft.get_edit_url()))
    told = set(open_drafts(kinds).values_list("record", flat=True))
    found["Never published yet"] = list(never_published(kinds, told))
    return {heading: findings for heading, findings in found.items() if findings}


def never_published(kinds: Kinds, told: set[str]) -> Iterator[Finding]:
    """Drafts as a whole, but for those of which is told already."""
    for kind in kinds:
        if issubclass(kind, Publishable):
            records: Any = kind._default_manager.filter(published_at=None, withdrawn_at=None).exclude(pk__in=told)
            for record in records.select_related(*kind.part_of):
                yield Finding(f"“{record}”, {noun(kind)}.", form(record))


def open_drafts(kinds: Kinds) -> Any:
    labels = [kind._meta.label_lower for kind in kinds]
    return Revision.objects.open().filter(model__in=labels).select_related("made_by")


def noun(kind: type[models.Model]) -> str:
    return str(kind._meta.verbose_name)
