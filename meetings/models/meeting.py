from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import models
from django.db.models import F, Prefetch, Q
from django.utils.formats import date_format

from meetings.models.occasion import Occasion, OccasionQuerySet, ends_after_its_start
from sosafe_site.publishing.models import Document
from sosafe_site.publishing.models.address import issue


class MeetingQuerySet(OccasionQuerySet):
    def meant(self):
        """Without those that were listed by mistake."""
        return self.filter(is_mistake=False)

    def for_followers(self):
        """Also what was listed by mistake while readers could know of it: they and their calendars learn that."""
        was_told = Q(is_mistake=True, sequence__gt=0, changed_at__gt=F("group__published_at"))
        return self.filter(was_told | Q(is_mistake=False)).select_related("group")

    def open_to_residents(self):
        """Those of open groups, unless one is said to be closed; and those that are said to be open."""
        return self.filter(Q(is_open=True) | Q(is_open=None, group__is_open=True))

    def with_papers(self, user):
        """Those of its agenda and minutes that this reader may see; None in the place of the others."""
        documents = Document.objects.visible_to(user).with_files()
        return self.prefetch_related(Prefetch("agenda", documents), Prefetch("minutes", documents))

    def past_years(self, on: date) -> list[int]:
        """Latest first."""
        return [first.year for first in self.past(on).dates("held_on", "year", order="DESC")]

    def gone(self, on: date):
        """All that are not to show any more, latest first."""
        return self.past(on).exclude(last_promised_on__gte=on)

    def to_show(self, on: date):
        """Whose day, or a day for which they were planned before, has not passed."""
        return self.filter(Q(held_on__gte=on) | Q(last_promised_on__gte=on))


class Meeting(Occasion):
    """One meeting of a group."""

    group = models.ForeignKey("Group", on_delete=models.CASCADE, related_name="meetings")
    label = models.CharField(
        "kind of meeting",
        max_length=60,
        blank=True,
        help_text="Such as Annual meeting or Extra meeting. Leave empty for an ordinary one.",
    )
    note = models.CharField(
        "note for readers", max_length=300, blank=True, help_text="Such as: the venue is another one this time."
    )
    is_open = models.BooleanField(
        "residents may come",
        null=True,
        blank=True,
        choices=[(None, "As for the group"), (True, "Yes"), (False, "No")],
        help_text="Only if it is not as for the group. What residents may come to is listed among the public meetings.",
    )
    is_mistake = models.BooleanField(
        "listed by mistake",
        default=False,
        help_text="Only for a date that was never meant: it goes from the page, and those who follow the dates are "
        "told. What was meant and is off is cancelled.",
    )
    agenda = models.ForeignKey(
        Document,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="meetings_with_agenda",
        limit_choices_to={"kind": Document.Kind.AGENDA},
        help_text="Shown once that document is published.",
    )
    minutes = models.ForeignKey(
        Document,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="meetings_with_minutes",
        limit_choices_to={"kind": Document.Kind.MINUTES},
        help_text="Shown once that document is published.",
    )
    minutes_approved_on = models.DateField(
        "minutes approved on", null=True, blank=True, help_text="Until then the public reads “Draft minutes”."
    )

    told = (*Occasion.told, "label", "note", "is_open", "is_mistake")

    objects = MeetingQuerySet.as_manager()

    class Meta:
        ordering = ["group", "held_on"]
        constraints = [
            models.UniqueConstraint(
                name="group_meets_once_a_day",
                fields=["group", "held_on"],
                violation_error_message="This group already has a meeting on that day.",
            ),
            ends_after_its_start("meeting"),
            models.CheckConstraint(
                name="meeting_minutes_are_approved_after_it",
                condition=Q(minutes_approved_on=None) | Q(minutes__isnull=False, minutes_approved_on__gte=F("held_on")),
                violation_error_message="Minutes are approved after the meeting: choose the minutes, "
                "and give the meeting's own day or a later one.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group.short_name}, {self.held_on:%-d %B %Y}"

    def get_absolute_url(self) -> str:
        return self.group.get_absolute_url()

    @classmethod
    def settle(cls, saved: list) -> None:
        """The file of each is an address of its group."""
        issue({meeting.group_id: meeting.group for meeting in saved}.values())

    @property
    def headline(self) -> str:
        return f"{self.group}: {self.label}" if self.label else str(self.group)

    @property
    def openness(self) -> str:
        """What differs from its group, in words."""
        return {None: "", True: "Residents may come", False: "Not open to the public"}[self.is_open]

    @property
    def is_off(self) -> bool:
        return self.is_cancelled or self.is_mistake

    @property
    def fate(self) -> str:
        return "Listed by mistake: " if self.is_mistake else super().fate

    @property
    def promises(self) -> str:
        return f"{date_format(self.held_on, 'j F Y')} was listed by mistake." if self.is_mistake else super().promises

    def details(self, on: date) -> list[str]:
        """Whether residents may come, where that is not as for the group, and the note."""
        return [self.openness and f"{self.openness}.", self.note]

    @property
    def shown_since(self):
        return self.group.published_at


@dataclass(frozen=True)
class Entry:
    """What stands in a list under one day: a meeting, or that it was moved away from that day."""

    day: date
    meeting: Meeting
    on: date

    @property
    def is_moved_away(self) -> bool:
        return self.day != self.meeting.held_on

    @property
    def is_to_come(self) -> bool:
        return self.day >= self.on

    @property
    def has_minutes(self) -> bool:
        """On a day before the meeting there were none."""
        return self.meeting.minutes is not None and self.meeting.held_on <= self.on

    @property
    def minutes_label(self) -> str:
        approved_on = self.meeting.minutes_approved_on
        return "Minutes" if approved_on and approved_on <= self.on else "Draft minutes"


def entries_to_come(meetings: Iterable[Meeting], on: date) -> list[Entry]:
    """Soonest first; a moved meeting stands under each of its old days too until that has passed."""
    days = [(day, meeting) for meeting in meetings for day in {meeting.held_on, *meeting.former_days}]
    return sorted((Entry(day, meeting, on) for day, meeting in days if day >= on), key=lambda entry: entry.day)


def entries_past(meetings: Iterable[Meeting], on: date) -> list[Entry]:
    return [Entry(meeting.held_on, meeting, on) for meeting in meetings]
