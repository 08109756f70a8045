import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from sosafe_site.publishing.clock import moment
from sosafe_site.publishing.models.tidied import Tidied


class GapAnswer(Tidied):
    """That what is missing will never be there, and why, so that officers are asked for it no more."""

    is_public_content = False  # officers alone are asked

    class Kind(models.TextChoices):
        NOT_ON_RECORD = "not-on-record", "Not on record"
        NOT_FOR_US = "not-for-us", "Not for us"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    rule = models.CharField(max_length=80)  # by which it is found missing
    record = models.CharField(max_length=200, blank=True)  # its key; empty for what concerns the whole site
    kind = models.CharField(max_length=16, choices=Kind)
    reason = models.TextField(blank=True)  # a rule of the table asks for it
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    made_at = models.DateTimeField(default=moment)

    class Meta:
        ordering = ["-made_at"]
        constraints = [
            models.UniqueConstraint(
                name="gap_is_answered_once",
                fields=["rule", "record"],
                violation_error_message="A colleague has answered this already.",
            ),
            models.CheckConstraint(
                name="gap_is_answered_with_a_reason",
                condition=~Q(reason=""),
                violation_error_message="Give the reason, for whoever asks later.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.reason}"
