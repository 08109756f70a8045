import uuid
from datetime import datetime
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models
from django.utils.formats import date_format
from django.utils.timezone import localtime

from sosafe_site.partial_dates import DATE_WORDS
from sosafe_site.publishing.clock import moment
from sosafe_site.publishing.models.tidied import Tidied


class ReadinessQuerySet(models.QuerySet):
    def of(self, record: models.Model):
        return self.filter(model=record._meta.label_lower, record=record.pk)

    def due(self):
        """Each brings along what is to be published with it."""
        return self.filter(publish_at__lte=moment(), goes_with=None).order_by("publish_at")


class Readiness(Tidied):
    """That a record, or the open draft of it, is ready to be public: once a publisher agrees, or at a set moment."""

    is_public_content = False  # what it leads to is

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    model = models.CharField(max_length=60)
    record = models.UUIDField()
    publish_at = models.DateTimeField(null=True, blank=True)  # none: a publisher decides
    goes_with = models.ForeignKey(
        "self", on_delete=models.CASCADE, null=True, blank=True, related_name="companions"
    )  # that of what it is published together with, or not at all
    change_note = models.TextField(blank=True)  # what readers are to be told then; a draft has its own
    problem = models.TextField(blank=True)  # why it could not be published, for officers
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    made_at = models.DateTimeField(default=moment)

    objects = ReadinessQuerySet.as_manager()

    class Meta:
        default_permissions = ()  # whoever may publish sets the moment
        constraints = [
            models.UniqueConstraint(
                name="record_is_ready_once",
                fields=["model", "record"],
                violation_error_message="A colleague said at the same moment that this is ready. Open it again.",
            ),
            models.CheckConstraint(
                name="what_could_not_be_published_has_no_moment",
                condition=models.Q(problem="") | models.Q(publish_at=None),
                violation_error_message="What could not be published needs a new moment.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.model} {self.record}: {self.state.lower()}"

    @property
    def kind(self) -> type[models.Model]:
        return apps.get_model(self.model)

    @property
    def target(self) -> Any:
        return self.kind._default_manager.filter(pk=self.record).first()

    @property
    def state(self) -> str:
        if self.problem:
            return "Could not be published"
        return "Scheduled" if self.publish_at else "Ready to publish"

    @property
    def publishes(self) -> str:
        return on_day(self.publish_at)

    @property
    def when(self) -> str:
        return on_day(self.made_at)


def with_moments(records: models.QuerySet) -> models.QuerySet:
    """Each with "publish_at", the moment at which it, or its draft, is to be published."""
    waiting = Readiness.objects.filter(model=records.model._meta.label_lower, record=models.OuterRef("pk"))
    return records.annotate(publish_at=models.Subquery(waiting.values("publish_at")))


def on_day(at: datetime | None) -> str:
    """For after "was saved" or "appears": a moment as officers say it. Empty for none."""
    return "" if at is None else date_format(localtime(at), f"\\o\\n {DATE_WORDS} \\a\\t H:i")
