from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from meetings.calendar import event_data
from meetings.models import Group, PublicMeeting
from sosafe_site.periods import viewing_date
from sosafe_site.publishing.models import Document


@require_safe
def group(request: HttpRequest, slug: str) -> HttpResponse:
    on = viewing_date(request)
    documents = Document.objects.visible_to(request.user).with_files()
    groups = Group.objects.visible_to(request.user).with_next_and_last(on)
    groups = groups.prefetch_related(Prefetch("documents", documents, to_attr="shown_documents"))
    group = get_object_or_404(groups, slug=slug)
    context = {
        "on": on,
        "group": group,
        "upcoming": group.meetings.select_related("group").upcoming(on),
        "past": group.meetings.select_related("group").past(on),
    }
    return render(request, "meetings/group_detail.html", context)


@require_safe
def public_meetings(request: HttpRequest) -> HttpResponse:
    on = viewing_date(request)
    meetings = PublicMeeting.objects.published()
    areas = meetings.areas()
    area = chosen(request, areas)
    context = {
        "on": on,
        "areas": areas,
        "area": area,
        "meetings": meetings.in_area(area).with_parts().upcoming(on),
        "has_past": meetings.past(on).exists(),
    }
    return render(request, "meetings/publicmeeting_list.html", context)


@require_safe
def past_public_meetings(request: HttpRequest) -> HttpResponse:
    on = viewing_date(request)
    meetings = PublicMeeting.objects.published()
    areas = meetings.areas()
    area = chosen(request, areas)
    past = Paginator(meetings.in_area(area).with_parts().past(on), 20)
    context = {"on": on, "areas": areas, "area": area, "page_of_meetings": past.get_page(request.GET.get("page"))}
    return render(request, "meetings/publicmeeting_past.html", context)


@require_safe
def public_meeting(request: HttpRequest, slug: str) -> HttpResponse:
    on = viewing_date(request)
    meeting = get_object_or_404(PublicMeeting.objects.visible_to(request.user).with_parts(), slug=slug)
    context = {
        "on": on,
        "meeting": meeting,
        "data": event_data(meeting),
        "answers_go_to": PublicMeeting.objects.published().filter(surveys=meeting).first(),
        "surveys": meeting.surveys.published(),
    }
    return render(request, "meetings/publicmeeting_detail.html", context)


def chosen(request: HttpRequest, areas: list[str]) -> str:
    """The area that was asked for; an area that is no more leads to all of them."""
    area = request.GET.get("area", "")
    return area if area in areas else ""
