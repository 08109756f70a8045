"""All that residents may come to or answer, whoever holds it: public meetings, and the open meetings of groups.

A list of them asks the database for their order first, then for those that are shown.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from django.db.models import BooleanField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import reverse

from meetings.models import Group, Meeting, PublicMeeting, Stop
from meetings.models.occasion import Occasion

IN_ORDER = ("held_on", "hour", "pk")
LATEST_FIRST = ("-held_on", "-hour", "pk")


@dataclass(frozen=True)
class OpenMeeting:
    """What a list says of one."""

    meeting: Occasion
    record: Any  # whose page it is
    title: str
    kind: str
    calendar_url: str
    organised: str = ""
    access: str = ""
    note: str = ""
    stops: str = ""

    def __str__(self) -> str:
        return f"{self.title}, {self.meeting.held_on:%-d %B %Y}"


def of_public(meeting: PublicMeeting) -> OpenMeeting:
    return OpenMeeting(
        meeting,
        meeting,
        meeting.title,
        meeting.get_kind_display(),
        reverse("public-meeting-calendar", args=[meeting.slug]),
        organised=meeting.organiser_words,
        access=meeting.access,
        stops="; ".join(map(str, meeting.stops.all())),
    )


def of_group(meeting: Meeting) -> OpenMeeting:
    url = reverse("meeting-calendar", args=[meeting.group.slug, meeting.pk])
    return OpenMeeting(meeting, meeting.group, meeting.headline, "Meeting of a group", url, note=meeting.note)


class OpenMeetings:
    """A list that fetches only what is taken of it, in three queries and those for the parts of public meetings."""

    def __init__(self, public: QuerySet, of_groups: QuerySet, order: tuple[str, ...]) -> None:
        self.keys = keys(public, False).union(keys(of_groups, True), all=True).order_by(*order)

    def __bool__(self) -> bool:
        return self.keys.exists()

    def __len__(self) -> int:
        return self.keys.count()

    def __getitem__(self, some: slice) -> list[OpenMeeting]:
        chosen = [(pk, is_of_group) for pk, _, _, is_of_group in self.keys[some]]
        public = fetched(PublicMeeting.objects.with_parts(), (pk for pk, is_of_group in chosen if not is_of_group))
        of_groups = fetched(Meeting.objects.select_related("group"), (pk for pk, is_of_group in chosen if is_of_group))
        return [of_group(of_groups[pk]) if is_of_group else of_public(public[pk]) for pk, is_of_group in chosen]


def keys(occasions: QuerySet, is_of_group: bool) -> QuerySet:
    """With what they are ordered by; one whose time is not set comes after the others of its day."""
    first_stop = [] if is_of_group else [Subquery(Stop.objects.filter(meeting=OuterRef("pk")).values("starts")[:1])]
    return (
        occasions.order_by()
        .annotate(hour=Coalesce("starts", *first_stop, time.max), is_of_group=Value(is_of_group, BooleanField()))
        .values_list("pk", "held_on", "hour", "is_of_group")
    )


def fetched(occasions: QuerySet, wanted: Iterable[Any]) -> dict[Any, Any]:
    return occasions.in_bulk(found) if (found := list(wanted)) else {}


def open_meetings() -> Any:
    return of_public_groups().meant()


def of_public_groups() -> Any:
    return Meeting.objects.filter(group__in=Group.objects.published()).open_to_residents()


def to_come(on: date, area: str = "") -> OpenMeetings:
    """Soonest first. Of an area, only public meetings are known."""
    public, of_groups = PublicMeeting.objects.published().in_area(area), open_meetings()
    return OpenMeetings(public.upcoming(on), of_groups.none() if area else of_groups.to_show(on), IN_ORDER)


def over(on: date, area: str = "") -> OpenMeetings:
    """Latest first."""
    public, of_groups = PublicMeeting.objects.published().in_area(area), open_meetings()
    return OpenMeetings(public.past(on), of_groups.none() if area else of_groups.gone(on), LATEST_FIRST)


def in_calendar(first: date) -> list[Occasion]:
    """All from that day on."""
    public = PublicMeeting.objects.published().with_parts().since(first)
    return [*public, *of_public_groups().for_followers().since(first)]
