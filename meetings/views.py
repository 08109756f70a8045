from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from meetings import for_residents
from meetings.calendar import event_data
from meetings.models import Group, PublicMeeting
from meetings.models.meeting import entries_past, entries_to_come
from sosafe_site.periods import viewing_date
from sosafe_site.publishing.paging import paged


@require_safe
def group(request: HttpRequest, slug: str) -> HttpResponse:
    on = viewing_date(request)
    groups = Group.objects.visible_to(request.user).with_next_and_last(on).with_relations(request.user)
    group = get_object_or_404(groups, slug=slug)
    meetings = group.meetings.meant().with_papers(request.user)
    members, perhaps = group.memberships.of_public_partners().told(on)
    years = group.meetings.meant().past_years(on)
    year = asked_year(request) or max(years, default=None)
    context = {
        "on": on,
        "group": group,
        "updated_on": group.updated_on,
        "chairs": group.chairs.told(on),
        "members": members,
        "perhaps": perhaps,
        "to_come": entries_to_come(meetings.to_show(on), on),
        "years": years,
        "year": year,
        "past": entries_past(meetings.past(on).filter(held_on__year=year) if year else [], on),
    }
    return render(request, "meetings/group_detail.html", context)


def asked_year(request: HttpRequest) -> int | None:
    """That of ?year=2019, for long histories. Raises BadRequest, in words for the reader, when it is no year."""
    given = request.GET.get("year", "")
    if not given:
        return None
    if not (given.isascii() and given.isdigit() and len(given) == 4 and given > "0000"):
        shown = "".join(letter for letter in given[:40] if letter.isprintable())
        raise BadRequest(f"“{shown}” is not a year. Write it with four digits, such as 2019.")
    return int(given)


@require_safe
def public_meetings(request: HttpRequest) -> HttpResponse:
    on = viewing_date(request)
    areas = PublicMeeting.objects.published().areas()
    area = chosen(request, areas)
    context = {
        "on": on,
        "areas": areas,
        "area": area,
        "paged": paged(request, for_residents.to_come(on, area)),
        "has_past": bool(for_residents.over(on)),
    }
    return render(request, "meetings/publicmeeting_list.html", context)


@require_safe
def past_public_meetings(request: HttpRequest) -> HttpResponse:
    on = viewing_date(request)
    areas = PublicMeeting.objects.published().areas()
    area = chosen(request, areas)
    past = paged(request, for_residents.over(on, area))
    context = {"on": on, "areas": areas, "area": area, "paged": past}
    return render(request, "meetings/publicmeeting_past.html", context)


@require_safe
def public_meeting(request: HttpRequest, slug: str) -> HttpResponse:
    on = viewing_date(request)
    meeting = get_object_or_404(PublicMeeting.objects.visible_to(request.user).with_parts(), slug=slug)
    context = {
        "on": on,
        "meeting": meeting,
        "updated_on": meeting.updated_on,
        "data": event_data(meeting),
        "is_on": meeting.is_on(on),
        "shows_link": meeting.shows_link(on),
        "answers_go_to": PublicMeeting.objects.published().filter(surveys=meeting).first(),
        "surveys": meeting.surveys.published(),
    }
    return render(request, "meetings/publicmeeting_detail.html", context)


def chosen(request: HttpRequest, areas: list[str]) -> str:
    """The area that was asked for; an area that is no more leads to all of them."""
    area = request.GET.get("area", "")
    return area if area in areas else ""
