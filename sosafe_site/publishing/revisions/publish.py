"""The one way in which anything becomes public."""

from collections.abc import Iterable
from copy import copy
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import capfirst

from sosafe_site.publishing.clock import as_of, moment, this_day, this_minute
from sosafe_site.publishing.models.audit import AuditEntry, audit
from sosafe_site.publishing.models.change_note import ChangeNote
from sosafe_site.publishing.models.publishable import Publishable
from sosafe_site.publishing.models.readiness import Readiness, on_day
from sosafe_site.publishing.models.revision import Revision
from sosafe_site.publishing.revisions.diff import Change, changes, sentences
from sosafe_site.publishing.revisions.history import UNCHANGED, remember
from sosafe_site.publishing.revisions.snapshot import Content, parts_of, snapshot

BY_ITSELF = "By itself, at the moment that was set."


@transaction.atomic(savepoint=False)
def publish(
    record: Publishable,
    *,
    before: Content,
    at: datetime,
    by: Any = None,
    note: str = "",
    draft: Revision | None = None,
    by_itself: bool = False,
) -> list[Change]:
    """Publishes a record for the first time, or what was changed of it.

    The record is saved already as it is to be public; "before" is what there was before it was changed, "draft" the
    one that this makes public, "by_itself" says that its moment has come and nobody is at work on it.
    Whoever comes first after it, all is dated by "at", the moment at which it was due.
    Gives what readers see changed: nothing for a first publication, which is no change.
    Raises ValidationError, with nothing done, when a rule is against it.
    """
    with as_of(at):
        became = "" if record.has_come_out else "Published."
        after = snapshot(record)
        if schedule_parts(record, by, after):
            after = snapshot(record)
        found = changes(type(record), before, after)
        told = [change for change in found if change.at[2] not in record.untold]
        if became:
            record.published_at = this_minute()
            record.full_clean()
        if told:
            record.touch()
        if became or told:
            record.save(update_fields=["published_at", *record.touched] if became else record.touched)
        if draft:  # of what a form changes, it dates the parts itself
            date_parts(record, told)
        if note:
            amends = not became and record.amends({change.name for change in told}, this_day())
            ChangeNote.objects.tell(record, note, is_amendment=amends)
        words = " ".join(filter(None, [became or ("Published." if draft else ""), sentences(found)])) or UNCHANGED
        remember(record, by, before, after, found, words)
        audit(kind_of(record, before), by=by, record=record, words=BY_ITSELF if by_itself else concerned(record, found))
        if draft:
            draft.delete()
        if became:  # whoever had a link to it finds it at its address
            Revision.objects.linked().of(record).filter(state=Revision.State.SHARED).delete()
        ready = Readiness.objects.of(record).first()
        if ready and not Revision.objects.open().of(record).exists():  # a colleague's, which nobody saw, stays ready
            ready.delete()
    return [] if became else told


def kind_of(record: Publishable, before: Content) -> AuditEntry.Kind:
    if record.withdrawn_at and not before.get("fields", {}).get("withdrawn_at"):
        return AuditEntry.Kind.WITHDRAWN
    return AuditEntry.Kind.SETTINGS if record.is_of_the_site else AuditEntry.Kind.PUBLISHED


def concerned(record: Publishable, found: list[Change]) -> str:
    """What was changed, by the names of fields and of kinds of parts alone."""
    kinds = {relation: capfirst(str(kind._meta.verbose_name_plural)) for relation, kind, _ in parts_of(type(record))}
    names = [kinds[change.at[0]] if change.at[0] else change.label for change in found]
    return ", ".join(dict.fromkeys(names))


def publish_along(records: Iterable[Publishable], *, at: datetime, by: Any, by_itself: bool = False) -> None:
    """Publishes drafts together with something. Raises ValidationError, which says of which it is the fault."""
    for record in records:
        try:
            publish(record, before=snapshot(record), at=at, by=by, by_itself=by_itself)
        except ValidationError as error:
            raise ValidationError(f"“{record}” can’t be published with it. {' '.join(error.messages)}") from error


def refusal(record: Publishable, when: datetime | None) -> str:
    """Why it can't be published at that moment or, without one, become a draft; empty if it can."""
    if when and record.is_withdrawn:
        return "It is withdrawn. Clear that on its form first."
    if when and record.is_published:  # and keeps the moment since which it has been
        return "It is public already."
    if when is None and record.published_at is None and not record.appears_at:
        return "It is a draft already."
    tried = copy(record)
    tried.published_at = when
    try:
        tried.full_clean()
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


@transaction.atomic(savepoint=False)
def make_ready(
    record: Publishable,
    by: Any,
    *,
    publish_at: datetime | None = None,
    note: str = "",
    along: Iterable[Publishable] = (),
) -> Readiness:
    """Says that a record, or its draft, can be published: by a publisher, or by itself at a moment, others with it."""
    Readiness.objects.of(record).delete()
    place = {"model": record._meta.label_lower, "record": record.pk}
    ready = Readiness.objects.create(**place, made_by=by, publish_at=publish_at, change_note=note)
    if publish_at:
        audit(AuditEntry.Kind.SCHEDULED, by=by, record=record, words=capfirst(on_day(publish_at)))
    for other in along:
        make_ready(other, by, publish_at=publish_at)
        Readiness.objects.of(other).update(goes_with=ready)
    return ready


def date_parts(record: Publishable, told: list[Change]) -> None:
    """Notes the day on those of its parts that have pages of their own and were changed with it."""
    for relation, kind, _ in parts_of(type(record)):
        if issubclass(kind, Publishable):
            keys = {change.at[1] for change in told if change.at[0] == relation and change.what != "removed"}
            kind.objects.filter(pk__in=keys).update(updated_on=this_day())


def date_new_parts(parts: Iterable[Publishable], at: datetime | None) -> None:
    """Those that come into being only with a draft of their whole have nothing yet that could wait with it."""
    for part in parts:
        part.published_at = at
        part.save(update_fields=["published_at"])


def schedule_parts(record: Publishable, by: Any, content: Content) -> bool:
    """Those of its parts that were given a moment still to come wait for it as anything else does. Whether any do."""
    ahead = {
        relation: [key for key, row in rows.items() if is_ahead(row.get("published_at"))]
        for relation, rows in content["parts"].items()
    }
    for relation, keys in ahead.items():
        for part in getattr(record, relation).filter(pk__in=keys) if keys else ():
            publish_at, part.published_at = part.published_at, None
            part.save(update_fields=["published_at"])
            make_ready(part, by, publish_at=publish_at)
    return any(ahead.values())


def is_ahead(written: str | None) -> bool:
    return written is not None and datetime.fromisoformat(written) > moment()
