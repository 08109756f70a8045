from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Greatest
from django.utils.formats import date_format

from meetings.models.days import DaysField, read_days, write_days
from sosafe_site.periods import in_known_years
from sosafe_site.publishing.clock import fault_of_hour, moment, this_day
from sosafe_site.publishing.models.record import Record
from sosafe_site.publishing.templatetags.publishing import clock

LONDON = ZoneInfo("Europe/London")
LATEST_END = time(6)  # of the night after: a later one is more likely a slip, such as 08:00 for 8 in the evening
IN_ORDER = ("held_on", F("starts").asc(nulls_last=True), "pk")


class OccasionQuerySet(models.QuerySet):
    """A meeting is upcoming until its day has passed: one held today is not past."""

    def upcoming(self, on: date):
        return self.filter(held_on__gte=on).order_by(*IN_ORDER)

    def past(self, on: date):
        return self.filter(held_on__lt=on).order_by("-held_on", F("starts").desc(nulls_last=True), "pk")

    def since(self, first: date):
        return self.filter(held_on__gte=first).order_by(*IN_ORDER)

    def last_told_first(self, shown_since: str):
        """By "told_at", which this reckons in the database; "shown_since" names the moment that it is about."""
        return self.order_by(Greatest("changed_at", Coalesce(shown_since, "changed_at")).desc(), "-pk")


class Occasion(Record):
    """Something that happens on one day. Day and hours are London's wall clock, so no clock change can move them."""

    held_on = models.DateField("date", validators=[in_known_years])
    starts = models.TimeField("from", null=True, blank=True, help_text="Leave empty if the time is not set yet.")
    ends = models.TimeField("until", null=True, blank=True, help_text="After midnight is in the night that follows.")
    venue = models.CharField("place", max_length=200, blank=True)
    online = models.URLField(
        "link to join online",
        blank=True,
        help_text="Only if anyone may join: the public sees it. Else write Online as the place.",
        max_length=2000,
    )
    is_cancelled = models.BooleanField("cancelled", default=False)
    promised_days = DaysField("planned before for")
    last_promised_on = models.DateField(null=True, editable=False)  # the latest of them
    # How calendars know that they hold an older copy (RFC 5545, SEQUENCE and LAST-MODIFIED)
    sequence = models.PositiveIntegerField(default=0, editable=False)
    changed_at = models.DateTimeField(default=moment, editable=False)

    #: What a reader's calendar shows, so that a change of it is a new edition of the event
    told: tuple[str, ...] = ("held_on", "promised_days", "starts", "ends", "venue", "online", "is_cancelled")

    class Meta:
        abstract = True

    def clean(self) -> None:
        """Raises ValidationError for an hour at which the clocks change."""
        super().clean()
        refuse_faulty_hours(self.held_on, self.starts, self.ends)

    def save(self, *args, **kwargs) -> None:
        """Keeps the day that people may have noted, and counts the edition when something that was told has changed."""
        before: Any = self.before
        self.before = None  # once it is saved, that is not how it was
        if before is None and not self._state.adding:
            before = type(self)._default_manager.filter(pk=self.pk).values("held_on", *self.told).first()
        promised = read_days(self.promised_days)
        was_told = before and self.shown_since and self.shown_since <= moment() and before["held_on"] >= this_day()
        if was_told and before["held_on"] != self.held_on:
            promised.append(before["held_on"])
        if promised and promised[-1] == self.held_on:
            promised.pop()  # to stay on a day is no move
        self.promised_days, self.last_promised_on = write_days(promised), max(promised, default=None)
        if before and any(before[name] != getattr(self, name) for name in self.told):
            self.sequence += 1
            self.changed_at = moment()
        super().save(*args, **kwargs)

    def tell(self) -> None:
        """A new edition, since something about it has changed that is kept elsewhere, such as its stops."""
        self.sequence += 1
        self.changed_at = moment()
        self.save(update_fields=["sequence", "changed_at"])

    # What calendars and feeds say of it
    def get_absolute_url(self) -> str:
        raise NotImplementedError

    @property
    def headline(self) -> str:
        raise NotImplementedError

    @property
    def place(self) -> str:
        return self.venue

    def details(self, on: date) -> list[str]:
        """Lines of text, as they hold on the day; empty ones are left out."""
        return []

    @property
    def fate(self) -> str:
        """What stands before its title: a calendar or a feed may show nothing else of it."""
        return "Cancelled: " if self.is_cancelled else "Moved: " if self.former_days else ""

    def is_on(self, on: date) -> bool:
        """Whether one can still come to it, or answer."""
        return not self.is_off and self.held_on >= on

    @property
    def is_off(self) -> bool:
        return self.is_cancelled

    @property
    def shown_since(self) -> datetime | None:
        """The moment from which the public can know of it, if that is set."""
        raise NotImplementedError

    @property
    def told_at(self) -> datetime:
        """The moment from which the public can know of this edition."""
        return max(self.changed_at, self.shown_since or self.changed_at)

    @property
    def former_days(self) -> list[date]:
        """In the order in which it was planned for them; the day that holds now may be among them again."""
        return read_days(self.promised_days)

    @property
    def promises(self) -> str:
        """ "It was planned for Sunday 31 January 2027, then for Tuesday 2 February 2027."; empty if it did not move."""
        days = ", then for ".join(date_format(day, "l j F Y") for day in self.former_days)
        return f"It was planned for {days}." if days else ""

    @property
    def hours(self) -> tuple[time | None, time | None]:
        """From when until when, as far as that is set."""
        return self.starts, self.ends

    @property
    def hours_words(self) -> str:
        """ "10am to midday", "7pm to 12:30am"; empty until the time is set."""
        return in_words(*self.hours)

    @property
    def begins(self) -> date | datetime:
        """The day alone until the time is set."""
        starts, _ = self.hours
        return self.held_on if starts is None else in_london(self.held_on, starts)

    @property
    def finishes(self) -> datetime | None:
        starts, ends = self.hours
        return None if ends is None else in_london(day_of_end(self.held_on, starts, ends), ends)


def in_london(day: date, at: time) -> datetime:
    return datetime.combine(day, at, LONDON)


def in_words(starts: time | None, ends: time | None) -> str:
    return " to ".join(clock(at) for at in (starts, ends) if at is not None)


def day_of_end(day: date, starts: time | None, ends: time) -> date:
    """An end before its start is in the night that follows."""
    return day + timedelta(days=1) if starts is not None and ends < starts else day


def refuse_faulty_hours(day: date | None, starts: time | None, ends: time | None) -> None:
    """Raises ValidationError for an hour that the clocks leave out, or that comes twice."""
    if day is None:
        return
    found = {}
    if starts is not None:
        found["starts"] = fault_of_hour(datetime.combine(day, starts))
    if ends is not None:
        found["ends"] = fault_of_hour(datetime.combine(day_of_end(day, starts, ends), ends))
    if problems := {name: words for name, words in found.items() if words}:
        raise ValidationError(problems)


def ends_after_its_start(name: str) -> models.CheckConstraint:
    """The rule that each kind of occasion names in its own Meta, since a child's Meta drops an abstract parent's."""
    return models.CheckConstraint(
        name=f"{name}_ends_after_it_starts",
        condition=Q(ends=None)
        | Q(starts__isnull=False, ends__gt=F("starts"))
        | Q(starts__isnull=False, starts__gte=time(12), ends__lte=LATEST_END),
        violation_error_message="It has an end but no start, or ends before its start. Check both times. "
        "An evening may go on after midnight, until 6 in the morning.",
    )
