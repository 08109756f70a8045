"""A record with its parts as it was, or as it is to become: history and drafts of what is public already."""

import json
import logging
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.admin import site
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.core.signing import BadSignature, Signer
from django.db import DatabaseError, models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime

from sosafe_site.periods import DATE_WORDS
from sosafe_site.publishing.clock import moment, this_minute
from sosafe_site.publishing.models.change_note import ChangeNote
from sosafe_site.publishing.revisions.diff import Change, changes, collisions, name_of, sentences
from sosafe_site.publishing.revisions.snapshot import Content, parts_of, snapshot, write

SHARED_FOR = timedelta(days=14)  # how long a link to a draft works
PREVIEWED_FOR = timedelta(hours=1)
SIGNER = Signer(salt="preview")
FIRST = "As it was before it was first changed here."
UNCHANGED = "Saved without a change."
# What applying a draft raises when what it needs is gone: the rows, or a file that it has uploaded
IMPOSSIBLE = (ValidationError, DatabaseError, ObjectDoesNotExist, OSError)
logger = logging.getLogger(__name__)


class RevisionQuerySet(models.QuerySet):
    def of(self, record: models.Model):
        return self.filter(model=record._meta.label_lower, record=str(record.pk))

    def kept(self):
        return self.filter(state=Revision.State.KEPT)

    def open(self):
        """Changes of something public that the public does not see yet: one of each record at most."""
        return self.filter(state__in=Revision.OPEN)

    def due(self):
        return self.filter(state=Revision.State.READY, publish_at__lte=moment())

    def at(self, token: str) -> Any:
        """The one that a link leads to; None if the link is forged, has expired or was stopped."""
        try:
            key, until = SIGNER.unsign_object(token)
        except BadSignature:
            return None
        version: Any = self.filter(pk=key, link_until__gt=moment()).first()
        return version if version and version.link_until.isoformat() == until else None


class Revision(models.Model):
    is_public_content = False  # what it holds is, once it is written to the record

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        READY = "ready", "Ready to publish"
        FAILED = "failed", "Could not be published"
        KEPT = "kept", "Earlier version"
        PREVIEW = "preview", "Preview of what is not saved"

    OPEN = (State.DRAFT, State.READY, State.FAILED)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    model = models.CharField(max_length=60)
    record = models.CharField(max_length=36)
    content = models.JSONField()
    base = models.JSONField(default=dict)  # of a draft: what the public had when it was begun
    state = models.CharField(max_length=8, choices=State)
    note = models.TextField(blank=True)  # what readers are to be told when it is published
    publish_at = models.DateTimeField(null=True, blank=True)
    problem = models.TextField(blank=True)  # why it could not be published, for officers
    words = models.TextField(blank=True)  # what changed, for officers
    link_until = models.DateTimeField(null=True, blank=True)  # until when those who have its link may see it
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    made_at = models.DateTimeField(default=moment)

    objects = RevisionQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        permissions = [("publish", "Can publish, withdraw and schedule")]
        constraints = [
            models.UniqueConstraint(
                name="record_has_one_draft",
                fields=["model", "record"],
                condition=Q(state__in=["draft", "ready", "failed"]),
                violation_error_message="A colleague began a draft of this at the same moment. Open it again.",
            ),
            models.CheckConstraint(
                name="only_what_is_ready_has_a_moment_to_be_published",
                condition=Q(publish_at=None) | Q(state="ready"),
                violation_error_message="Only what is ready can be set to be published at a moment.",
            ),
        ]
        indexes = [models.Index(fields=["model", "record"], name="revisions_of_a_record")]

    def __str__(self) -> str:
        return self.title

    @property
    def kind(self) -> type[models.Model]:
        return apps.get_model(self.model)

    @property
    def title(self) -> str:
        return str(self.target or name_of(self.kind, self.content["fields"]))

    @property
    def when(self) -> str:
        return on_day(self.made_at)

    @property
    def publishes(self) -> str:
        return on_day(self.publish_at) if self.publish_at else ""

    @property
    def target(self) -> models.Model | None:
        return self.kind._default_manager.filter(pk=self.record).first()

    def get_edit_url(self) -> str:
        return reverse(f"admin:{self.model.replace('.', '_')}_change", args=[self.record])

    def get_link(self) -> str:
        """The address at which those who have it may see it; empty when it is not shared."""
        if not self.link_until or self.link_until <= moment():
            return ""
        return reverse("preview", args=[SIGNER.sign_object([str(self.pk), self.link_until.isoformat()])])

    def changes(self) -> list[Change]:
        """What a draft changes of what the public had when it was begun."""
        return changes(self.kind, self.base, self.content)

    def collisions(self) -> list[Change]:
        """What has changed for the public too since the draft was begun, otherwise than in the draft."""
        record = self.target
        return collisions(self.kind, self.base, snapshot(record), self.content) if record else []

    def apply(self) -> Any:
        """Writes what it changes, and only that, so that what has changed elsewhere since it was begun stays.

        Raises one of IMPOSSIBLE when that can't be done any more.
        """
        record = self.target or self.kind(pk=self.record)
        write(record, self.content["fields"], self.base.get("fields", {}))
        for relation, _, _ in parts_of(self.kind):
            rows = self.content["parts"].get(relation, {})
            manager, before = getattr(record, relation), self.base.get("parts", {}).get(relation, {})
            for key, fields in rows.items():
                part = manager.filter(pk=key).first()  # not what is a part of something else by now
                if part is None and key not in before and not manager.model._default_manager.filter(pk=key).exists():
                    part = manager.model(pk=key, **{manager.field.name: record})
                if part:
                    write(part, fields, before.get(key, {}))
            for part in manager.filter(pk__in=before.keys() - rows.keys()):
                part.delete()
        return self.kind._default_manager.get(pk=record.pk)

    @transaction.atomic
    def publish(self) -> None:
        """Makes a draft public without its form. Raises ValidationError, with the draft as it was, if it can't be."""
        if clashes := self.collisions():
            raise ValidationError(
                f"{sentences(clashes)} Since the draft was begun, this was changed for the public as well. "
                "Open the draft, look at both and publish it from there."
            )
        try:
            with transaction.atomic():
                self._make_public()
        except ValidationError:
            raise
        except IMPOSSIBLE as error:
            raise ValidationError("What this draft needs is not there any more. Open it and save it anew.") from error

    def _make_public(self) -> None:
        record = self.apply()
        touched = [record]
        for relation, _, _ in parts_of(self.kind):
            rows = self.content["parts"].get(relation, {})
            before = self.base.get("parts", {}).get(relation, {})
            touched += getattr(record, relation).filter(pk__in=[key for key in rows if rows[key] != before.get(key)])
        if record.published_at is None:
            record.published_at = this_minute()
            record.save(update_fields=["published_at"])
        for each in touched:
            each.full_clean()
            if hasattr(each, "touch"):
                each.touch()
                each.save(update_fields=["updated_on"])
        if self.note:
            ChangeNote.objects.tell(record, self.note)
        found = self.changes()
        words = sentences(found)
        keep_parts(record, self.made_by, found, self.base)
        keep(record, self.made_by, words)
        if self.made_by:
            LogEntry.objects.log_actions(self.made_by.pk, [record], CHANGE, f"Published. {words}", single_object=True)
        self.delete()

    def delete(self, *args, **kwargs):
        """With the files that only it has."""
        files = dict(files_of(self))
        deleted = super().delete(*args, **kwargs)
        others = {
            name
            for other in Revision.objects.filter(model=self.model, record=self.record)
            for name in dict(files_of(other))
        }
        for name, field in files.items():
            if name not in others and not field.model._default_manager.filter(**{field.name: name}).exists():
                transaction.on_commit(partial(field.storage.delete, name))
        return deleted


def keep(record: models.Model, by: Any, words: str, content: Content | None = None) -> Revision:
    """Adds the record to its history, as it is now or with the content given."""
    return Revision.objects.create(
        model=record._meta.label_lower,
        record=str(record.pk),
        content=content or snapshot(record),
        state=Revision.State.KEPT,
        words=words,
        made_by=by,
    )


def keep_parts(record: models.Model, by: Any, found: list[Change], before: Content) -> None:
    """Adds to the history of each part that has a form of its own what was changed of it on the form of its whole.

    Whoever has the part's form open is told of it, as of any other save.
    """
    for relation, kind, _ in parts_of(type(record)):
        if not site.is_registered(kind):
            continue
        was = before.get("parts", {}).get(relation, {})
        changed = [change for change in found if change.at[0] == relation and change.what == "field"]
        for part in kind._default_manager.filter(pk__in={change.at[1] for change in changed}):
            words = sentences([change for change in changed if change.at[1] == str(part.pk)])
            if not Revision.objects.kept().of(part).exists():
                now, then = snapshot(part), was[str(part.pk)]
                fields = {name: then.get(name, value) for name, value in now["fields"].items()}
                keep(part, None, FIRST, {**now, "fields": fields})
            keep(part, by, words)
            if by:
                LogEntry.objects.log_actions(by.pk, [part], CHANGE, words, single_object=True)


def forget(record: models.Model, parents: list[str]) -> None:
    """Takes a record out of all history: its own, and that of what it is or was a part of or is named by."""
    key, names = str(record.pk), {str(record)}  # it may have had others
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
        if any(name in text for name in names for text in (version.words, version.problem)):
            version.words = version.problem = ""
        version.save()
    said = Q()
    for name in names:  # in words, or as Django keeps what it notes itself
        said |= Q(change_message__contains=name) | Q(change_message__contains=json.dumps(name)[1:-1])
    LogEntry.objects.filter(said, object_id__in=others).delete()


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
    return (
        of_them.filter(pk__gt=seen).exclude(change_message__in=[UNCHANGED, "[]"]).select_related("user").order_by("pk")
    )


def on_day(at: datetime) -> str:
    """For after "was saved" or "appears": a moment as officers say it."""
    return date_format(localtime(at), f"\\o\\n {DATE_WORDS} \\a\\t H:i")


def files_of(version: Revision) -> Iterator[tuple[str, models.FileField]]:
    for relation, _, fields in parts_of(version.kind):
        for field in fields:
            if isinstance(field, models.FileField):
                for row in version.content["parts"].get(relation, {}).values():
                    yield row[field.name], field
