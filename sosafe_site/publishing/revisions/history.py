"""What was done to records, for officers: earlier versions of them, and the log that Django's admin keeps."""

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.contrib.admin import site
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q

from sosafe_site.publishing.clock import moment
from sosafe_site.publishing.models.readiness import Readiness
from sosafe_site.publishing.models.revision import Revision
from sosafe_site.publishing.revisions.diff import Change, name_of, sentences
from sosafe_site.publishing.revisions.snapshot import Content, parts_of, snapshot, with_all

FIRST = "As it was before it was first changed here."
A_MOMENT = timedelta(microseconds=1)
UNCHANGED = "Saved without a change."
CHECKED = "Checked, all is right."
PLANNED = "The next check was set to another day."
PROBLEM_FORGOTTEN = "What it named was erased. Open it and publish it from there."


def keep(record: models.Model, by: Any, words: str, content: Content | None = None) -> None:
    """Adds the record to its history, as it is now or with the content given."""
    earlier(record, by, words, content or snapshot(record)).save(force_insert=True)


def earlier(record: models.Model, by: Any, words: str, content: Content) -> Revision:
    return Revision(
        model=record._meta.label_lower,
        record=str(record.pk),
        content=content,
        state=Revision.State.KEPT,
        words=words,
        made_by=by,
        made_at=moment() - (A_MOMENT if words == FIRST else timedelta()),  # before the change that is kept with it
    )


def note(records: Sequence[models.Model], by: Any, words: str) -> None:
    """Adds to history and log what was done to many records that changes none of their content."""
    Revision.objects.bulk_create([earlier(each, by, words, snapshot(each)) for each in records])
    LogEntry.objects.bulk_create([logged(each, by, words) for each in records] if by else [])


def log(record: models.Model, by: Any, words: str) -> None:
    """For the officers' log, which knows of nothing that nobody did."""
    if by:
        logged(record, by, words).save(force_insert=True)


def logged(record: models.Model, by: Any, words: str) -> LogEntry:
    of = {"content_type": ContentType.objects.get_for_model(record), "object_id": record.pk}
    of["object_repr"] = str(record)[:200]
    return LogEntry(user=by, action_flag=CHANGE, action_time=moment(), change_message=words, **of)


def remember(record: Any, by: Any, before: Content, after: Content, found: list[Change], words: str) -> None:
    """Adds to history and log what was changed of a record and of its parts."""
    first, last = earlier(record, None, FIRST, before), earlier(record, by, words, after)
    parts, entries = of_parts(record, by, found, before)
    Revision.objects.bulk_create(begun_once([first, *parts, last]))
    LogEntry.objects.bulk_create([*entries, logged(record, by, words)] if by else [])


def keep_parts(record: models.Model, by: Any, found: list[Change], before: Content) -> None:
    parts, entries = of_parts(record, by, found, before)
    Revision.objects.bulk_create(begun_once(parts))
    LogEntry.objects.bulk_create(entries if by else [])


def begin(record: models.Model, before: Content) -> None:
    """Adds what there was before the first change."""
    if not Revision.objects.kept().of(record).exists():
        keep(record, None, FIRST, before)


def begun_once(revisions: list[Revision]) -> list[Revision]:
    """Without what there was before the first change of those records that have a history already."""
    kept = Revision.objects.kept().filter(record__in={each.record for each in revisions})
    known = set(kept.order_by().values_list("model", "record").distinct())
    return [each for each in revisions if each.words != FIRST or (each.model, each.record) not in known]


def of_parts(
    record: models.Model, by: Any, found: list[Change], before: Content
) -> tuple[list[Revision], list[LogEntry]]:
    """For the history of each part that has a form of its own: what was changed of it on the form of its whole.

    Whoever has the part's form open is told of it, as of any other save. So many queries for any number of parts.
    """
    kept, entries = [], []
    for relation, kind, _ in parts_of(type(record)):
        changed = [change for change in found if change.at[0] == relation and change.what == "field"]
        keys = {change.at[1] for change in changed}
        if not keys or not site.is_registered(kind):
            continue
        was = before.get("parts", {}).get(relation, {})
        for part in with_all(getattr(record, relation).filter(pk__in=keys)):
            key, now = str(part.pk), snapshot(part)
            then = {name: was[key].get(name, value) for name, value in now["fields"].items()}
            words = sentences([change for change in changed if change.at[1] == key])
            kept += [earlier(part, None, FIRST, {**now, "fields": then}), earlier(part, by, words, now)]
            entries.append(logged(part, by, words))
    return kept, entries


def forget(record: models.Model, parents: list[str]) -> None:
    """Takes a record out of all history: its own, and that of what it is or was a part of or is named by."""
    key, names = str(record.pk), {str(record)}  # it may have had others
    Readiness.objects.of(record).delete()
    for version in Revision.objects.of(record):
        names.add(name_of(type(record), version.content["fields"]))
        version.delete()
    naming = Revision.objects.filter(Q(content__icontains=key) | Q(base__icontains=key))
    others = {*parents, *naming.values_list("record", flat=True)}
    versions = list(Revision.objects.filter(record__in=others))
    for version in versions:
        for rows in (rows for content in (version.content, version.base) for rows in content.get("parts", {}).values()):
            if row := rows.pop(key, None):
                names.add(name_of(type(record), row))
    for version in versions:
        if any(name in version.words for name in names):
            version.words = ""
        version.save()
    said = Q()
    for name in names:  # in words, or as Django keeps what it notes itself
        said |= Q(change_message__contains=name) | Q(change_message__contains=json.dumps(name)[1:-1])
    LogEntry.objects.filter(said, object_id__in=others).delete()
    for ready in Readiness.objects.exclude(problem=""):
        if any(name in ready.problem for name in names):
            ready.problem = PROBLEM_FORGOTTEN
            ready.save()


def last_save() -> int:
    """The key of the last thing that any officer saved; 0 when nothing was ever saved here."""
    return LogEntry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def saves_since(seen: int, records: list[models.Model]) -> models.QuerySet[LogEntry]:
    """What officers have done to these records, all of one kind, since that save: drafts included, no-ops not."""
    if not records:
        return LogEntry.objects.none()
    of_them = LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(records[0]), object_id__in=[str(each.pk) for each in records]
    )
    changed_nothing = Q(change_message__in=[UNCHANGED, "[]"])
    for words in (CHECKED, PLANNED):
        changed_nothing |= Q(change_message__startswith=words)
    return of_them.filter(pk__gt=seen).exclude(changed_nothing).select_related("user").order_by("pk")
