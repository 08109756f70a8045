from datetime import date

from django.db import models
from django.db.models import F, Q

from sosafe_site.periods import Period, Phase, SpanQuerySet
from sosafe_site.publishing.models import Document
from sosafe_site.publishing.models.publishable import Publishable, PublishableQuerySet
from sosafe_site.publishing.text.field import RichTextField

CORRECTION = (
    "It was agreed and has ended, so its text changes only with a correction: tell readers what was wrong or missing."
)


class AgreedQuerySet(PublishableQuerySet, SpanQuerySet):
    def agreed(self):
        return self.filter(standing=Agreed.Standing.AGREED)

    def newest_first(self):
        """By first day, so that the undated come last."""
        return self.order_by(F("starts_on").desc(nulls_last=True), F("ends_on").desc(nulls_last=True), "pk")

    def in_force(self, on: date):
        return self.agreed().current(on).newest_first()

    def last_in_force(self, on: date):
        """The agreed ones that ended before the day, the one that ended last first."""
        return self.agreed().ended(on).order_by("-ends_on", F("starts_on").desc(nulls_last=True), "pk")

    def leading(self, on: date) -> list:
        """What readers see first: all that is in force on the day, or else the one that ended last, or nothing."""
        return list(self.in_force(on)) or list(self.last_in_force(on)[:1])

    def waiting(self, on: date):
        """Neither in force on the day nor over, the soonest first: agreed but not begun, proposed, or undated."""
        is_waiting = Q(standing=Agreed.Standing.PROPOSED) | Q(starts_on__gt=on) | Q(starts_on=None, ends_on=None)
        return self.not_ended(on).filter(is_waiting).order_by(F("starts_on").asc(nulls_last=True), "pk")

    def following(self, earlier: "Agreed") -> list:
        """The agreed one that began next after another, or else what is proposed to, or nothing."""
        since = earlier.starts_on or earlier.ends_on
        if since is None:
            return []
        others = self.exclude(pk=earlier.pk)
        later = others.agreed().filter(starts_on__gt=since).order_by("starts_on", "pk")
        proposed = (
            others.filter(standing=Agreed.Standing.PROPOSED).exclude(starts_on__lte=since).exclude(ends_on__lte=since)
        )
        return list(later[:1]) or list(proposed.newest_first())


# What the form of the whole says of a part, which has a form of its own
AS_PART = ("position", "title", "slug", "published_at")


class Agreed(Publishable, Period):
    """A strategy or a plan: something that partners propose, agree and hold to for some years."""

    class Standing(models.TextChoices):
        PROPOSED = "proposed", "Draft for consultation"
        AGREED = "agreed", "Agreed"

    title = models.CharField(max_length=120, help_text="Without the years: the site adds them.")
    slug = models.SlugField(
        "address",
        max_length=80,
        unique=True,
        help_text="The last part of the web address, such as 2018-2021. Given once, kept for good.",
    )
    standing = models.CharField("proposed or agreed", max_length=12, choices=Standing, default=Standing.PROPOSED)
    agreed_on = models.DateField("agreed on", null=True, blank=True)
    summary = models.TextField(blank=True, help_text="Two or three sentences at the top of its page.")
    body = RichTextField("text", blank=True)
    documents = models.ManyToManyField(Document, blank=True, help_text="The full text and other files, to download.")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.title} {self.years}" if self.years else f"{self.title} (dates not stated)"

    @property
    def is_proposed(self) -> bool:
        return self.standing == self.Standing.PROPOSED

    def suffixes(self) -> list[str]:
        return ["", "updates.atom"]

    def address_words(self, suffix: str) -> str:
        return "Feed of its changes" if suffix else super().address_words(suffix)

    def is_settled(self, on: date) -> bool:
        """Whether it is a public record of what was agreed and has ended, which changes only with a correction note."""
        return self.is_published and not self.is_proposed and self.phase(on) == Phase.ENDED

    def must_tell(self, changed: set[str], on: date) -> str:
        if not self.is_published:
            return ""
        if "ends_on" in changed:
            return "Its last day has changed. Tell readers why: was it extended, or was the old day wrong?"
        settled = {"title", "summary", "body", "starts_on", "period_label", "standing", "agreed_on", *self.parts}
        if self.is_settled(on) and changed & settled:
            return CORRECTION
        return ""

    def phase_words(self, on: date) -> str:
        """What is only proposed is never in force, whatever its days."""
        if not self.is_proposed:
            return super().phase_words(on)
        return "Draft that was not agreed" if self.phase(on) == Phase.ENDED else str(self.get_standing_display())

    def comes_before(self, other: "Agreed") -> bool:
        """Whether it began first. Without a first day it reaches back for ever, if it has a last day at all."""
        if other.starts_on is None:
            return False
        return self.starts_on < other.starts_on if self.starts_on else self.ends_on is not None


def agreed_day_needs_agreement(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        name=f"{name}_has_an_agreed_day_only_when_agreed",
        condition=Q(agreed_on=None) | Q(standing=Agreed.Standing.AGREED),
        violation_error_message="There is a day of agreement, but it is still a draft for consultation. "
        "Choose “Agreed” or clear the day.",
    )
