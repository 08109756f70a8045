from datetime import date, time
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.text import slugify

from meetings.models.occasion import (
    IN_ORDER,
    Occasion,
    OccasionQuerySet,
    ends_after_its_start,
    in_words,
    refuse_faulty_hours,
)
from partners.models import Partner
from sosafe_site.periods import Phase
from sosafe_site.publishing.models.address import free_slug
from sosafe_site.publishing.models.publishable import Publishable, PublishableQuerySet, withdrawal_has_a_reason
from sosafe_site.publishing.models.record import Record

WHICH_KIND = "Choose what kind of meeting it is."


class PublicMeetingQuerySet(PublishableQuerySet, OccasionQuerySet):
    def with_parts(self):
        """What lists, pages and calendars say of each: its organiser by the name of the day, and its stops."""
        return self.select_related("partner").prefetch_related(
            "partner__earlier_names", "partner__earlier_standings", "stops"
        )

    def upcoming(self, on: date):
        """One that was moved to an earlier day stays until the last day for which it was planned has passed."""
        return self.filter(Q(held_on__gte=on) | Q(last_promised_on__gte=on)).order_by(*IN_ORDER)

    def past(self, on: date):
        return super().past(on).exclude(last_promised_on__gte=on)

    def in_area(self, area: str):
        """Also what only stops there."""
        return self.filter(Q(area=area) | Q(pk__in=Stop.objects.filter(area=area).values("meeting"))) if area else self

    def areas(self) -> list[str]:
        """Of these meetings and of their stops, by name."""
        own = self.order_by().values_list("area", flat=True)
        of_stops = Stop.objects.filter(meeting__in=self.order_by()).order_by().values_list("area", flat=True)
        return sorted({*own.union(of_stops)} - {""})


class PublicMeeting(Occasion, Publishable):
    """Something that residents can come to, or a survey that they can answer. A survey's day is the last day to answer:
    that is the day people need, and by it a survey takes its place among the meetings, before the one it is for."""

    edited_with = {"stops": ()}

    class Kind(models.TextChoices):
        STREET_MEET = "street-meet", "Street meet"
        AREA = "area", "Ward or area meeting"
        FORUM = "forum", "Forum"
        SURVEY = "survey", "Survey"
        OTHER = "other", "Public meeting"

    title = models.CharField(max_length=120, help_text="What people call it, such as “Street meet, Bedwell”.")
    slug = models.SlugField(
        "address", max_length=80, unique=True, help_text="The last part of the web address. Given once, kept for good."
    )
    kind = models.CharField(max_length=12, choices=Kind, error_messages={"blank": WHICH_KIND})
    about = models.TextField("what it is about", blank=True, help_text="A few sentences. What can people raise there?")
    area = models.CharField(
        "area of the town",
        max_length=60,
        blank=True,
        help_text="People can ask for the meetings of one area. Choose one that is in use, or write a new one.",
    )
    address = models.CharField("address of the place", max_length=200, blank=True, help_text="Street and postcode.")
    access = models.TextField(
        "getting in", blank=True, help_text="Such as steps, a hearing loop, parking, toilets. What you know is true."
    )
    partner = models.ForeignKey(
        Partner,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="public_meetings",
        verbose_name="organised by",
    )
    other_organiser = models.CharField(
        "or by another body", max_length=120, blank=True, help_text="Only if the organiser is not among the partners."
    )
    answers_go_to = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="surveys",
        limit_choices_to=~Q(kind=Kind.SURVEY),
        verbose_name="the answers go to",
        help_text="Only for a survey: the meeting that talks about the answers.",
    )
    link = models.URLField("link for more", blank=True, help_text="For a survey: where to answer it.", max_length=2000)
    link_label = models.CharField("words of the link", max_length=80, blank=True, help_text="Where it leads.")

    told = (
        *Occasion.told, "title", "kind", "about", "address", "access", "partner_id", "other_organiser",
        "link", "link_label",
    )  # fmt: skip

    objects = PublicMeetingQuerySet.as_manager()

    class Meta:
        ordering = ["-held_on", "title"]
        constraints = [
            withdrawal_has_a_reason("public_meeting"),
            models.CheckConstraint(
                name="public_meeting_has_a_kind",
                condition=~Q(kind=""),
                violation_error_message=WHICH_KIND,
            ),
            ends_after_its_start("public_meeting"),
            models.CheckConstraint(
                name="public_meeting_address_is_not_a_word_of_the_site",
                condition=~Q(slug="past"),
                violation_error_message="The address “past” is kept for the list of past meetings. Choose another.",
            ),
            models.CheckConstraint(
                name="public_meeting_has_one_organiser",
                condition=Q(partner=None) | Q(other_organiser=""),
                violation_error_message="Give one organiser: either a partner or the name of another body.",
            ),
            models.CheckConstraint(
                name="public_meeting_names_its_link",
                condition=Q(link="") | ~Q(link_label=""),
                violation_error_message="Give the words of the link.",
            ),
            models.CheckConstraint(
                name="survey_has_a_last_day_without_hours",
                condition=~Q(kind="survey") | Q(starts=None),
                violation_error_message="A survey is open until the end of its last day. Clear the times.",
            ),
            models.CheckConstraint(
                name="public_meeting_takes_answers_only_from_a_survey",
                condition=Q(answers_go_to=None) | Q(kind="survey"),
                violation_error_message="Only the answers to a survey go to a meeting. Choose “Survey”, or clear it.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}, {self.held_on:%-d %B %Y}"

    def get_absolute_url(self) -> str:
        return reverse("public-meeting", args=[self.slug])

    @classmethod
    def slug_for(cls, title: str, day: Any) -> str:
        """A free one, such as "street-meet-bedwell-2027-03-06"."""
        return free_slug(cls, slugify(f"{title} {day}")[:75])

    def suffixes(self) -> list[str]:
        return ["", "calendar.ics"]

    def address_words(self, suffix: str) -> str:
        return "Calendar" if suffix else super().address_words(suffix)

    def clean(self) -> None:
        """Raises ValidationError when a survey is still open after the meeting that its answers go to."""
        super().clean()
        meeting = self.answers_go_to
        if meeting and self.held_on and meeting.held_on < self.held_on:
            raise ValidationError({"held_on": f"The answers go to “{meeting}”, which is before this day."})

    @property
    def hours(self) -> tuple[time | None, time | None]:
        """Its own, or else from its first stop to its last."""
        timed = [stop for stop in self.stops.all() if stop.starts] if self.starts is None else []
        return (timed[0].starts, timed[-1].ends) if timed else super().hours

    @property
    def areas(self) -> list[str]:
        """Its own, and those of its stops."""
        return [area for area in dict.fromkeys([self.area, *(stop.area for stop in self.stops.all())]) if area]

    @property
    def is_survey(self) -> bool:
        return self.kind == self.Kind.SURVEY

    @property
    def public_partner(self) -> Partner | None:
        """The partner that organises it, unless that is still a draft or was withdrawn."""
        return self.partner if self.partner and self.partner.is_published else None

    @property
    def is_without_organiser(self) -> bool:
        """Whether the partner on record will have gone by then."""
        return bool(self.public_partner and self.public_partner.phase(self.held_on) == Phase.ENDED)

    @property
    def organiser(self) -> str:
        """By the name of the day of the meeting; empty where there is none, or none any more."""
        if self.is_without_organiser:
            return ""
        return self.public_partner.name_on(self.held_on) if self.public_partner else self.other_organiser

    @property
    def organiser_words(self) -> str:
        """In a sentence; empty where none is on record."""
        if self.public_partner and self.is_without_organiser:
            name, days = self.public_partner.name_on(self.held_on), self.public_partner.belonged
            return f"The organiser on record is {name}, a member {days}. No other is recorded."
        return f"Organised by {self.organiser}." if self.organiser else ""

    @property
    def headline(self) -> str:
        return f"Last day to answer: {self.title}" if self.is_survey else self.title

    @property
    def place(self) -> str:
        return ", ".join(filter(None, [self.venue, self.address]))

    def shows_link(self, on: date) -> bool:
        """A survey that is over can't be answered any more; what else was linked may still be read."""
        return bool(self.link) and (self.is_on(on) or not self.is_survey)

    def details(self, on: date) -> list[str]:
        link = f"{self.link_label}: {self.link}" if self.shows_link(on) else ""
        return [self.about, *map(str, self.stops.all()), self.access, self.organiser_words.removesuffix("."), link]

    @property
    def shown_since(self):
        return self.published_at


class Stop(Record):
    """One of several places that a public meeting comes to on its day."""

    meeting = models.ForeignKey(PublicMeeting, on_delete=models.CASCADE, related_name="stops")
    position = models.PositiveSmallIntegerField("number", default=1)
    starts = models.TimeField("from", null=True, blank=True, help_text="Leave empty if the time is not set yet.")
    ends = models.TimeField("until", null=True, blank=True)
    place = models.CharField(max_length=200)
    area = models.CharField("area of the town", max_length=60, blank=True)

    class Meta:
        ordering = ["meeting", "position", F("starts").asc(nulls_last=True), "pk"]
        constraints = [ends_after_its_start("stop")]

    def __str__(self) -> str:
        """ "10am to 10:30am: The shops, Bedwell"."""
        where = ", ".join(filter(None, [self.place, self.area]))
        return f"{in_words(self.starts, self.ends)}: {where}" if self.starts else where

    def clean(self) -> None:
        """Raises ValidationError for an hour at which the clocks change."""
        super().clean()
        refuse_faulty_hours(self.meeting.held_on, self.starts, self.ends)

    @classmethod
    def settle(cls, saved: list) -> None:
        for meeting in {stop.meeting_id: stop.meeting for stop in saved}.values():
            meeting.tell()

    def delete(self, *args, **kwargs):
        deleted = super().delete(*args, **kwargs)
        self.meeting.tell()
        return deleted
