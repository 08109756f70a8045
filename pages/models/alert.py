from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from sosafe_site.publishing.clock import moment, this_minute
from sosafe_site.publishing.models.publishable import Publishable, PublishableQuerySet, withdrawal_has_a_reason
from sosafe_site.publishing.models.readiness import with_moments


class AlertQuerySet(PublishableQuerySet):
    def live(self):
        now = moment()
        return self.published().filter(starts_at__lte=now, ends_at__gt=now)

    def to_show(self):
        """Those that are public or become so by themselves, whenever they show."""
        return with_moments(self).filter(Q(published_at__isnull=False) | Q(publish_at__isnull=False), withdrawn_at=None)


class Alert(Publishable):
    """An urgent message above every page, once it is published from its start to its end; two never show at once."""

    touched = ["updated_on", "updated_at"]
    is_checked = False  # it ends before that
    shows_until = "ends_at"

    title = models.CharField(max_length=120, help_text="The site puts “Urgent:” before it.")
    advice = models.TextField("what to do", max_length=400)
    link = models.URLField("link for more", blank=True, max_length=2000)
    link_label = models.CharField("words of the link", max_length=80, blank=True, help_text="Where it leads.")
    starts_at = models.DateTimeField("shows from")
    ends_at = models.DateTimeField("shows until", help_text="It disappears by itself at this moment.")
    updated_at = models.DateTimeField(default=moment, editable=False)

    objects = AlertQuerySet.as_manager()

    class Meta:
        verbose_name = "urgent alert"
        ordering = ["-starts_at"]
        constraints = [
            withdrawal_has_a_reason("alert"),
            models.CheckConstraint(
                name="alert_ends_after_it_starts",
                condition=Q(ends_at__gt=F("starts_at")),
                violation_error_message="The alert ends before it starts. Check both moments.",
            ),
            models.CheckConstraint(
                name="alert_names_its_link",
                condition=Q(link="") | ~Q(link_label=""),
                violation_error_message="Give the words of the link.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_page_url(self) -> str:
        return "/"

    def suffixes(self) -> list[str]:
        return []  # it has no page of its own

    def touch(self) -> None:
        super().touch()
        self.updated_at = moment()

    def clean(self) -> None:
        """Raises ValidationError when it is to show during part of the time of another; drafts may overlap."""
        super().clean()
        if self.published_at and not self.withdrawn_at:
            self.check_alone()

    def check_alone(self) -> None:
        """From now on: one that was taken down a moment ago is in nobody's way. Raises ValidationError."""
        now = moment()
        if not (self.starts_at and self.ends_at and self.ends_at > now):
            return
        others = Alert.objects.to_show().exclude(pk=self.pk)
        if other := others.filter(starts_at__lt=self.ends_at, ends_at__gt=max(self.starts_at, now)).first():
            raise ValidationError(
                f"“{other.title}” shows during that time, and only one alert can show at once. End that one first."
            )

    def end(self) -> None:
        """Takes it down now. It ended with the minute before, so that another can begin at once."""
        self.ends_at = this_minute() if self.starts_at < this_minute() else moment()
        self.save()
