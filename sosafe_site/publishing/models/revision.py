"""A record with its parts as it was, or as it is to become: history, drafts of what is public, and previews."""

import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import models
from django.urls import reverse

from sosafe_site.publishing.admin_urls import admin_url
from sosafe_site.publishing.clock import moment
from sosafe_site.publishing.files.deleting import delete_once_certain
from sosafe_site.publishing.models.readiness import on_day
from sosafe_site.publishing.models.tidied import Tidied
from sosafe_site.publishing.revisions.diff import Change, changes, collisions, name_of
from sosafe_site.publishing.revisions.snapshot import parts_of, snapshot

SHARED_FOR = timedelta(days=14)  # how long a link to a draft works
PREVIEWED_FOR = timedelta(hours=1)
SIGNER = Signer(salt="preview")


class RevisionQuerySet(models.QuerySet):
    def of(self, record: models.Model):
        return self.filter(model=record._meta.label_lower, record=str(record.pk))

    def kept(self):
        return self.filter(state=Revision.State.KEPT)

    def open(self):
        """Changes of something public that the public does not see yet: one of each record at most."""
        return self.filter(state=Revision.State.DRAFT)

    def linked(self):
        """What a link for partners can lead to: a draft of what is public, or what was never public as it now is."""
        return self.filter(state__in=Revision.LINKED)

    def over(self):
        """What was only to be shown for a time, and is not any more. A draft stays when its link has ended."""
        ended = models.Q(link_until=None) | models.Q(link_until__lte=moment())
        return self.filter(ended, state__in=[Revision.State.PREVIEW, Revision.State.SHARED])

    def at(self, token: str) -> Any:
        """The one that a link leads to; None if the link is forged, has expired or was stopped."""
        try:
            key, until = SIGNER.unsign_object(token)
        except BadSignature:
            return None
        version: Any = self.filter(pk=key, link_until__gt=moment()).first()
        return version if version and version.link_until.isoformat() == until and not version.is_over else None


class Revision(Tidied):
    is_public_content = False  # what it holds is, once it is written to the record

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        KEPT = "kept", "Earlier version"
        PREVIEW = "preview", "Preview of what is not saved"
        SHARED = "shared", "Shown to partners before it was ever public"

    LINKED = (State.DRAFT, State.SHARED)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    model = models.CharField(max_length=60)
    record = models.CharField(max_length=36)
    content = models.JSONField()
    base = models.JSONField(default=dict)  # of a draft: what the public had when it was begun
    state = models.CharField(max_length=8, choices=State)
    change_note = models.TextField(blank=True)  # of a draft: what readers are to be told when it is published
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
                condition=models.Q(state__in=["draft", "shared"]),
                violation_error_message="A colleague began a draft of this, or made a link to it, at the same moment. "
                "Open it again.",
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
    def target(self) -> models.Model | None:
        return self.kind._default_manager.filter(pk=self.record).first()

    def get_edit_url(self) -> str:
        return admin_url(self.kind, "change", self.record)

    @classmethod
    def shared(cls, record: models.Model, by: Any) -> "Revision":
        """By which something that was never public, and is its own draft, is shown as it is: it changes nothing."""
        now = snapshot(record)
        return cls(
            model=record._meta.label_lower,
            record=str(record.pk),
            content=now,
            base=now,
            state=cls.State.SHARED,
            made_by=by,
        )

    def get_link(self) -> str:
        """The address at which those who have it may see it; empty when it is not shared."""
        if not self.link_until or self.link_until <= moment():
            return ""
        return reverse("preview", args=[SIGNER.sign_object([str(self.pk), self.link_until.isoformat()])])

    @property
    def is_over(self) -> bool:
        """Whether it showed what was never public, and which is public by now, or gone."""
        return self.state == self.State.SHARED and getattr(self.target, "has_come_out", True)

    def changes(self) -> list[Change]:
        """What a draft changes of what the public had when it was begun."""
        return changes(self.kind, self.base, self.content)

    def collisions(self) -> list[Change]:
        """What has changed for the public too since the draft was begun, otherwise than in the draft."""
        record = self.target
        return collisions(self.kind, self.base, snapshot(record), self.content) if record else []

    def delete(self, *args, **kwargs):
        """With the files that only it has."""
        files = dict(files_of(self))
        deleted = super().delete(*args, **kwargs)
        others = {
            name
            for other in Revision.objects.filter(model=self.model, record=self.record)
            for name in dict(files_of(other))
        }
        delete_once_certain(
            name
            for name, field in files.items()
            if name not in others and not field.model._default_manager.filter(**{field.name: name}).exists()
        )
        return deleted


def files_of(version: Revision) -> Iterator[tuple[str, models.FileField]]:
    for relation, _, fields in parts_of(version.kind):
        for field in fields:
            if isinstance(field, models.FileField):
                for row in version.content["parts"].get(relation, {}).values():
                    yield row[field.name], field
