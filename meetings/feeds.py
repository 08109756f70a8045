"""Addresses that programs ask again and again: calendars to subscribe to, and the feed of new and changed dates."""

from collections.abc import Iterable
from datetime import datetime, time
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.formats import date_format
from django.views.decorators.http import require_safe

from meetings import for_residents
from meetings.calendar import calendar
from meetings.models import Group, Meeting, PublicMeeting
from meetings.models.occasion import Occasion, in_london
from sosafe_site.periods import today
from sosafe_site.publishing.feeds import NEWEST, atom, send
from sosafe_site.publishing.templatetags.publishing import clock


@require_safe
def public_calendar(request: HttpRequest) -> HttpResponse:
    meetings = for_residents.recent(today())
    name = "Public meetings in Stevenage"
    return send_calendar(request, name, meetings, last_told(meetings), "public-meetings")


@require_safe
def public_meeting_calendar(request: HttpRequest, slug: str) -> HttpResponse:
    meeting = get_object_or_404(PublicMeeting.objects.visible_to(request.user).with_parts(), slug=slug)
    return send_calendar(request, meeting.title, [meeting], meeting.told_at, meeting.slug)


@require_safe
def group_calendar(request: HttpRequest, slug: str) -> HttpResponse:
    group = get_object_or_404(Group.objects.visible_to(request.user), slug=slug)
    meetings = group.meetings.select_related("group").recent(today())
    return send_calendar(request, str(group), meetings, last_told(meetings), group.slug)


@require_safe
def meeting_calendar(request: HttpRequest, slug: str, pk: str) -> HttpResponse:
    """By the meeting's key, so that the address outlives a new day."""
    group = get_object_or_404(Group.objects.visible_to(request.user), slug=slug)
    meeting = get_object_or_404(group.meetings.select_related("group"), pk=pk)
    return send_calendar(request, str(group), [meeting], meeting.told_at, f"{slug}-{meeting.held_on.isoformat()}")


@require_safe
def dates(request: HttpRequest) -> HttpResponse:
    """What is new or has changed, among public meetings and the groups' meetings."""
    of_groups = Meeting.objects.filter(group__in=Group.objects.published()).select_related("group")
    occasions: list[Occasion] = [
        *PublicMeeting.objects.published().with_parts().recent(today()).last_told_first("published_at")[:NEWEST],
        *of_groups.recent(today()).last_told_first("group__published_at")[:NEWEST],
    ]
    occasions.sort(key=lambda occasion: (occasion.told_at, occasion.pk), reverse=True)
    entries = [entry(occasion) for occasion in occasions[:NEWEST]]
    return atom(request, "New and changed dates of meetings", reverse("public-meetings"), entries)


def entry(occasion: Occasion) -> dict[str, Any]:
    hour = f", {clock(occasion.starts)}" if occasion.starts else ""
    cancelled = "Cancelled: " if occasion.is_cancelled else ""
    return {
        "title": f"{cancelled}{occasion.headline}, {date_format(occasion.held_on, 'l j F Y')}{hour}",
        "link": occasion.get_absolute_url(),
        "description": " ".join(filter(None, [occasion.promises, occasion.place])),
        "unique_id": occasion.pk.urn,
        "pubdate": occasion.shown_since,
        "updateddate": occasion.told_at,
    }


def last_told(occasions: Iterable[Occasion]) -> datetime:
    """Never before today: a list of dates can't tell when what is not in it any more went away."""
    return max([in_london(today(), time()), *(occasion.told_at for occasion in occasions)])


def send_calendar(
    request: HttpRequest, name: str, occasions: Iterable[Occasion], changed_at: datetime, filename: str
) -> HttpResponse:
    response = send(request, calendar(name, occasions), "text/calendar; charset=utf-8", changed_at)
    response.headers["Content-Disposition"] = f'inline; filename="{filename}.ics"'
    return response
