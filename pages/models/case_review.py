from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from pages.models.page import CASE_REVIEW
from sosafe_site.partial_dates import PartialDate
from sosafe_site.periods import ONE_DAY, ends_after_start, span_words
from sosafe_site.publishing.models.publishable import Publishable, PublishableQuerySet, withdrawal_has_a_reason


class CaseReviewYearQuerySet(PublishableQuerySet):
    def shown(self, on: date):
        """Only years that are over: the numbers of one that still runs would look like those of a whole year."""
        return self.published().filter(ends_on__lt=on)

    def misfits(self, on: date) -> "Iterator[Misfit]":
        """Where the years that are shown overlap or leave days out, the newest first."""
        found, latest = [], None  # the one that ends last so far
        for year in self.shown(on).order_by("starts_on", "ends_on"):
            if latest and year.starts_on != latest.ends_on + ONE_DAY:
                found.append(Misfit(latest, year))
            if latest is None or year.ends_on > latest.ends_on:
                latest = year
        return reversed(found)


def number(words: str) -> models.PositiveIntegerField:
    return models.PositiveIntegerField(words, null=True, blank=True)


class CaseReviewYear(Publishable):
    """One year's numbers of ASB case reviews.

    The Anti-social Behaviour, Crime and Policing Act 2014, section 104, asks that they be published at least yearly.
    """

    starts_on = models.DateField("first day", help_text="Such as 1 April.")
    ends_on = models.DateField("last day", help_text="Such as 31 March. The public sees the numbers once it is over.")
    applications = number("requests received")
    not_met = number("requests that did not meet the threshold")
    reviews = number("reviews carried out")
    recommended = number("reviews that led to recommendations")

    objects = CaseReviewYearQuerySet.as_manager()

    class Meta:
        verbose_name = "year of ASB case reviews"
        verbose_name_plural = "years of ASB case reviews"
        ordering = ["-ends_on"]
        constraints = [
            withdrawal_has_a_reason("case_review_year"),
            ends_after_start("case_review_year"),
            models.UniqueConstraint(
                name="case_review_year_is_entered_once",
                fields=["starts_on"],
                violation_error_message="A year that starts on this day is there already. Change that one instead.",
            ),
            models.CheckConstraint(
                name="case_review_year_refuses_no_more_than_it_received",
                condition=Q(applications=None) | Q(not_met=None) | Q(not_met__lte=F("applications")),
                violation_error_message="More requests missed the threshold than were received. Check both numbers, "
                "and count each decision in the year of its request.",
            ),
            # Nothing compares reviews with applications: a review may belong to an application of the year before.
            models.CheckConstraint(
                name="case_review_year_recommends_no_more_than_it_reviewed",
                condition=Q(reviews=None) | Q(recommended=None) | Q(recommended__lte=F("reviews")),
                violation_error_message="More reviews led to recommendations than were done. Check both numbers.",
            ),
        ]

    def __str__(self) -> str:
        return days_in_words(self.starts_on, self.ends_on)

    @property
    def numbers(self) -> list[tuple[str, int | None]]:
        """In the words of their fields and the order of the Act; None is not stated."""
        return [
            (str(field.verbose_name), field.value_from_object(self))
            for field in self._meta.fields
            if isinstance(field, models.PositiveIntegerField)
        ]

    def get_page_url(self) -> str:
        return reverse("page", args=[CASE_REVIEW])

    def suffixes(self) -> list[str]:
        return []  # it has no page of its own


class Misfit(NamedTuple):
    """Two years of numbers of which the later begins before the day after the earlier, or not on it."""

    earlier: CaseReviewYear
    later: CaseReviewYear

    @property
    def is_overlap(self) -> bool:
        return self.later.starts_on <= self.earlier.ends_on

    @property
    def sentence(self) -> str:
        """For readers, who would add up the numbers of both."""
        if self.is_overlap:
            return f"{self.earlier} and {self.later} overlap, so some requests may be counted twice."
        missing = days_in_words(self.earlier.ends_on + ONE_DAY, self.later.starts_on - ONE_DAY)
        return f"We hold no numbers for {missing}."


def days_in_words(first: date, last: date) -> str:
    return span_words(PartialDate(first).words, PartialDate(last).words)
