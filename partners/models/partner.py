from datetime import date

from django.db import models
from django.urls import reverse

from sosafe_site.periods import Span, SpanQuerySet, ends_after_start
from sosafe_site.publishing.records import Publishable, PublishableQuerySet


class PartnerQuerySet(PublishableQuerySet, SpanQuerySet):
    def belonging(self, on: date):
        """Members on the day, and those whose membership dates nobody has stated."""
        return self.current(on) | self.undated()


class Partner(Publishable, Span):
    class Standing(models.TextChoices):
        """The limbs of "responsible authority" are those of the Crime and Disorder Act 1998, section 5(1)."""

        RESPONSIBLE_AUTHORITY = "responsible-authority", "Responsible authority"
        OTHER_MEMBER = "other-member", "Other member"
        WORKS_CLOSELY = "works-closely", "Works closely with SoSafe"
        NOT_STATED = "not-stated", "Standing in law not stated"

        @property
        def heading(self) -> str:
            """Over a list of partners of this standing."""
            return {
                self.RESPONSIBLE_AUTHORITY: "Responsible authorities",
                self.OTHER_MEMBER: "Other members",
                self.WORKS_CLOSELY: "SoSafe works closely with",
                self.NOT_STATED: "Other partners, whose standing in law is not stated",
            }[self]

    name = models.CharField(max_length=120, unique=True)
    slug = models.SlugField(
        "address", max_length=80, unique=True, help_text="The last part of the web address. Given once, kept for good."
    )
    standing = models.CharField("standing in law", max_length=24, choices=Standing, default=Standing.NOT_STATED)
    role = models.CharField("what it does, in one line", max_length=200, blank=True)
    website = models.URLField("its own website", blank=True)
    position = models.PositiveSmallIntegerField("order in lists", default=100, help_text="Lower numbers come first.")

    objects = PartnerQuerySet.as_manager()

    class Meta:
        ordering = ["position", "name"]
        constraints = [ends_after_start("partner")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("partner", args=[self.slug])
