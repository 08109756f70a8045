from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from meetings.models import Group
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
        "upcoming": group.meetings.upcoming(on),
        "past": group.meetings.past(on),
    }
    return render(request, "meetings/group_detail.html", context)
