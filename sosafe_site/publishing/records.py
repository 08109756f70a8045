"""What it means to be published. The only place that reads the moment for it."""

import uuid
from datetime import date, datetime
from typing import cast

from django.db import models
from django.db.models import Q
from django.utils import timezone


def moment() -> datetime:
    return timezone.now()


def is_live(parent: str = "") -> Q:
    """The condition for being published, of a record or, as "strategy", of what it is a part of."""
    return Q(**{f"{parent}__published_at__lte" if parent else "published_at__lte": moment()})


class Record(models.Model):
    # Keys are made before the row is, so that a draft's parts have theirs and no database ever gives one out twice.
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)

    class Meta:
        abstract = True


class PublishableQuerySet(models.QuerySet):
    def published(self):
        """What the public may see now. A part of a draft is a draft."""
        parents = cast("type[Publishable]", self.model).part_of
        return self.filter(is_live(), *map(is_live, parents))

    def visible_to(self, user):
        """What this reader may open at its own address: staff preview drafts."""
        return self.all() if user.is_staff else self.published()


class Publishable(Record):
    #: Foreign keys to what this is a part of
    part_of: tuple[str, ...] = ()

    published_at = models.DateTimeField(
        "published from",
        null=True,
        blank=True,
        help_text="Empty: a draft, which only staff see. A moment to come: it appears by itself then.",
    )
    updated_on = models.DateField("content last changed", null=True, blank=True, editable=False)
    notes = models.TextField(
        "officers’ notes", blank=True, help_text="Where the facts come from and what is still to do. Never public."
    )

    class Meta:
        abstract = True

    @property
    def is_published(self) -> bool:
        """Whether this record's own moment has come; published() also asks what it is a part of."""
        return self.published_at is not None and self.published_at <= moment()

    @property
    def state(self) -> str:
        if self.published_at is None:
            return "Draft"
        return "Published" if self.is_published else "Scheduled"

    def touch(self) -> None:
        """Note that an officer changed the content today. Saves nothing."""
        self.updated_on = timezone.localdate(moment())


def last_change(records) -> date | None:
    """The newest day on which an officer changed any of these; None if none was ever changed since it was loaded."""
    return max((record.updated_on for record in records if record.updated_on), default=None)


def numbered(parent: str) -> list[str]:
    """The order of a parent's numbered parts; the key keeps equal numbers from changing places."""
    return [parent, "position", "pk"]
