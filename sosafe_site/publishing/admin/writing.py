"""What the text editor asks the site while an officer writes."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from sosafe_site.publishing.recordlinks import to_choose_from


@require_safe
def links(request: HttpRequest) -> JsonResponse:
    """What the officer may want to link to."""
    return JsonResponse({"links": to_choose_from(request.GET.get("q", "")[:200])})
