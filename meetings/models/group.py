from datetime import date

from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.urls import reverse

from meetings.models.meeting import Meeting
from sosafe_site.publishing.models import Document
from sosafe_site.publishing.records import Publishable, PublishableQuerySet, withdrawal_has_a_reason
from sosafe_site.publishing.richtext import RichTextField

NUMBER_WORDS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]


class GroupQuerySet(PublishableQuerySet):
    def with_next_and_last(self, on: date):
        """The days "next_on" and "last_on" of the nearest meetings that are not cancelled; None where there is none."""
        held = Meeting.objects.filter(group=OuterRef("pk"), is_cancelled=False)
        return self.annotate(
            next_on=Subquery(held.upcoming(on).values("held_on")[:1]),
            last_on=Subquery(held.past(on).values("held_on")[:1]),
        )


class Group(Publishable):
    class Unit(models.TextChoices):
        WEEK = "week", "weeks"
        MONTH = "month", "months"
        YEAR = "year", "years"

    name = models.CharField(max_length=120, unique=True)
    abbreviation = models.CharField(max_length=12, blank=True, help_text="Such as RAG.")
    slug = models.SlugField(
        "address", max_length=80, unique=True, help_text="The last part of the web address. Given once, kept for good."
    )
    summary = models.TextField(blank=True, help_text="What it is, in a sentence or two.")
    responsibilities = RichTextField("what it does", blank=True)
    every_count = models.PositiveSmallIntegerField(
        "meets every",
        null=True,
        blank=True,
        help_text="Such as 4, for every four weeks. Leave both empty if not known.",
    )
    every_unit = models.CharField("weeks, months or years", max_length=8, choices=Unit, blank=True)
    position = models.PositiveSmallIntegerField("order in lists", default=100, help_text="Lower numbers come first.")
    documents = models.ManyToManyField(Document, blank=True)

    objects = GroupQuerySet.as_manager()

    class Meta:
        ordering = ["position", "name"]
        constraints = [
            withdrawal_has_a_reason("group"),
            models.CheckConstraint(
                name="group_cadence_has_count_and_unit",
                condition=Q(every_count__gte=1, every_unit__in=["week", "month", "year"])
                | Q(every_count=None, every_unit=""),
                violation_error_message="Give both a number and a unit, such as 4 and weeks, or leave both empty.",
            ),
            models.CheckConstraint(
                name="group_address_is_not_a_word_of_the_site",
                condition=~Q(slug="public"),
                violation_error_message="The address “public” is kept for the list of public meetings. Choose another.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.abbreviation})" if self.abbreviation else self.name

    def get_absolute_url(self) -> str:
        return reverse("group", args=[self.slug])

    def suffixes(self) -> list[str]:
        return ["", "calendar.ics"]

    @property
    def short_name(self) -> str:
        return self.abbreviation or self.name

    @property
    def cadence(self) -> str:
        """ "every four weeks"; empty when no pattern is known."""
        if not self.every_count:
            return ""
        if self.every_count == 1:
            return f"every {self.every_unit}"
        in_words = self.every_count < len(NUMBER_WORDS)
        return (
            f"every {NUMBER_WORDS[self.every_count] if in_words else self.every_count} {self.get_every_unit_display()}"
        )
