"""What was set to be published at a moment: by the first page that is made after it, or by a timer."""

import logging

from django.core.exceptions import ValidationError
from django.db import InterfaceError, OperationalError, transaction

from sosafe_site.publishing.clock import as_of, moment
from sosafe_site.publishing.models.readiness import Readiness
from sosafe_site.publishing.models.revision import Revision
from sosafe_site.publishing.revisions.diff import sentences
from sosafe_site.publishing.revisions.draft import IMPOSSIBLE, apply
from sosafe_site.publishing.revisions.publish import publish, publish_along
from sosafe_site.publishing.revisions.snapshot import parts_of, snapshot

logger = logging.getLogger(__name__)
AWAY = (OperationalError, InterfaceError)  # the database is busy or can't be reached, and nothing can be done now
LATER = "What is due could not be published now, and will be tried again: %s"


def publish_due() -> int:
    """Publishes all whose moment has come, and gives how many. What can't be is marked for officers.

    Raises nothing: no page may fail for it. After a fault that passes, what it left is tried again the next time.
    """
    done = 0
    try:
        for ready in list(Readiness.objects.due()):
            done += publish_if_due(ready)
    except AWAY as error:
        logger.warning(LATER, error)
    return done


def publish_if_due(seen: Readiness) -> bool:
    """Whether it was published here, and not by another process that was first. Raises AWAY."""
    try:
        with transaction.atomic():
            ready = Readiness.objects.select_for_update().due().filter(pk=seen.pk).first()
            if ready:
                publish_ready(ready)
            return ready is not None
    except AWAY:
        raise
    except OSError as error:  # of the storage, without which others may do
        logger.warning(LATER, error)
        return False
    except ValidationError as error:
        problem = " ".join(error.messages)
    except Exception:
        logger.exception("What was due of %s %s could not be published.", seen.model, seen.record)
        problem = "Something was wrong on our side. Open it and publish it from there."
    Readiness.objects.filter(pk=seen.pk, publish_at=seen.publish_at).update(publish_at=None, problem=problem)
    Readiness.objects.filter(goes_with=seen.pk).delete()
    return False


def publish_ready(ready: Readiness) -> None:
    """Makes public what is ready, without its form. Raises ValidationError, with all as it was, if it can't be."""
    at, record = ready.publish_at or moment(), ready.target
    if record is None:
        raise ValidationError("It was deleted meanwhile.")
    before, note = snapshot(record), ready.change_note
    along = [each.target for each in ready.companions.all()]
    with transaction.atomic(), as_of(at):
        if draft := Revision.objects.open().of(record).first():
            record, note = apply_and_check(draft), draft.change_note
        publish(record, before=before, at=at, by=ready.made_by, note=note, draft=draft, by_itself=True)
        publish_along(filter(None, along), at=at, by=ready.made_by, by_itself=True)


def apply_and_check(draft: Revision):
    if clashes := draft.collisions():
        raise ValidationError(
            f"{sentences(clashes)} Since the draft was begun, this was changed for the public as well. "
            "Open the draft, look at both and publish it from there."
        )
    try:
        record = apply(draft)
        record.full_clean()
        for relation, _, _ in parts_of(draft.kind):
            rows, old = (content.get("parts", {}).get(relation, {}) for content in (draft.content, draft.base))
            for part in getattr(record, relation).filter(pk__in=[key for key in rows if rows[key] != old.get(key)]):
                part.full_clean()
    except ValidationError:
        raise
    except IMPOSSIBLE as error:
        raise ValidationError("What this draft needs is not there any more. Open it and save it anew.") from error
    return record
