from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from meetings.models import Group
from meetings.models.meeting import entries_past, entries_to_come
from sosafe_site.periods import viewing_date


@require_safe
def group(request: HttpRequest, slug: str) -> HttpResponse:
    on = viewing_date(request)
    groups = Group.objects.visible_to(request.user).with_next_and_last(on).with_relations(request.user)
    group = get_object_or_404(groups, slug=slug)
    meetings = group.meetings.with_papers(request.user)
    years = group.meetings.past_years(on)
    year = asked_year(request) or max(years, default=None)
    context = {
        "on": on,
        "group": group,
        "members": group.memberships.belonging(on).with_names(),
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
        raise BadRequest(f"“{given[:40]}” is not a year. Write it with four digits, such as 2019.")
    return int(given)
