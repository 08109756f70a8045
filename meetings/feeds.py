"""Addresses that programs ask again and again: calendars to subscribe to, and the feed of new and changed dates."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
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
from sosafe_site.publishing.feeds import NEWEST, atom, publisher, send
from sosafe_site.publishing.templatetags.publishing import clock


@require_safe
def public_calendar(request: HttpRequest) -> HttpResponse:
    meetings = for_residents.in_calendar(asked(request))
    return send_calendar(request, f"Public meetings: {publisher(request)}", meetings, "public-meetings")


@require_safe
def public_meeting_calendar(request: HttpRequest, slug: str) -> HttpResponse:
    meeting = get_object_or_404(PublicMeeting.objects.visible_to(request.user).with_parts(), slug=slug)
    return send_calendar(request, meeting.title, [meeting], meeting.slug)


@require_safe
def group_calendar(request: HttpRequest, slug: str) -> HttpResponse:
    group = get_object_or_404(Group.objects.visible_to(request.user), slug=slug)
    meetings = group.meetings.for_followers().since(asked(request))
    return send_calendar(request, str(group), meetings, group.slug)


@require_safe
def meeting_calendar(request: HttpRequest, slug: str, pk: str) -> HttpResponse:
    """By the meeting's key, so that the address outlives a new day."""
    group = get_object_or_404(Group.objects.visible_to(request.user), slug=slug)
    meeting = get_object_or_404(group.meetings.for_followers(), pk=pk)
    return send_calendar(request, str(group), [meeting], f"{slug}-{meeting.held_on.isoformat()}")


@require_safe
def dates(request: HttpRequest) -> HttpResponse:
    """What is new or has changed, among public meetings and the groups' meetings."""
    of_groups = Meeting.objects.filter(group__in=Group.objects.published()).for_followers()
    occasions: list[Occasion] = [
        *PublicMeeting.objects.published().with_parts().since(a_year_ago()).last_told_first("published_at")[:NEWEST],
        *of_groups.since(a_year_ago()).last_told_first("group__published_at")[:NEWEST],
    ]
    occasions.sort(key=lambda occasion: (occasion.told_at, occasion.pk), reverse=True)
    entries = [entry(occasion) for occasion in occasions[:NEWEST]]
    return atom(request, "New and changed dates of meetings", reverse("public-meetings"), entries)


def entry(occasion: Occasion) -> dict[str, Any]:
    starts, _ = occasion.hours
    hour = f", {clock(starts)}" if starts else ""
    return {
        "title": f"{occasion.fate}{occasion.headline}, {date_format(occasion.held_on, 'l j F Y')}{hour}",
        "link": occasion.get_absolute_url(),
        "description": " ".join(filter(None, [occasion.promises, occasion.place])),
        "unique_id": occasion.pk.urn,
        "pubdate": occasion.shown_since,
        "updateddate": occasion.told_at,
    }


def last_told(occasions: Iterable[Occasion]) -> datetime:
    """Never before today: a list of dates can't tell when what is not in it any more went away, and what is over says
    less from the day after it on."""
    return max([in_london(today(), time()), *(occasion.told_at for occasion in occasions)])


def a_year_ago() -> date:
    """So long, calendars that are subscribed to and feeds keep what is over."""
    return today() - timedelta(days=366)


def asked(request: HttpRequest) -> date:
    """From which day on: all of them with ?dates=all, which is for a file to keep."""
    return date.min if request.GET.get("dates") == "all" else a_year_ago()


def send_calendar(request: HttpRequest, name: str, occasions: Iterable[Occasion], filename: str) -> HttpResponse:
    content = calendar(name, occasions, today())
    response = send(request, content, "text/calendar; charset=utf-8", last_told(occasions))
    response.headers["Content-Disposition"] = f'inline; filename="{filename}.ics"'
    return response
