"""What the text editor asks the site while an officer writes."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_POST, require_safe

from sosafe_site.publishing.text import readability
from sosafe_site.publishing.text.record_links import to_choose_from
from sosafe_site.publishing.text.sanitise import clean_html, remarks
from sosafe_site.publishing.text.shown import to_choose_from as to_show

LONGEST_TEXT = 200_000  # characters


@require_safe
def links(request: HttpRequest) -> JsonResponse:
    """What the officer may want to link to."""
    return JsonResponse({"links": to_choose_from(request.GET.get("q", "").replace("\0", "")[:200])})


@require_safe
def shown(request: HttpRequest) -> JsonResponse:
    """What the officer may put into the text beside words, unpublished pictures too."""
    if not request.user.has_perm("publishing.view_picture"):
        raise PermissionDenied
    return JsonResponse({"groups": to_show()})


@require_POST  # a text does not fit into an address; nothing of it is kept
def advice(request: HttpRequest) -> JsonResponse:
    """On a text as it stands in the editor, whose tags are all closed."""
    html = request.POST.get("html", "")
    if len(html) > LONGEST_TEXT:
        return JsonResponse({}, status=413)
    groups = [
        {
            **{name: getattr(group["kind"], name) for name in ("title", "why", "how")},
            "is_error": group["kind"].is_error,
            "count": group["count"],
            "findings": [
                {"words": each.words, "block": each.block, "start": each.start, "end": each.end}
                for each in group["findings"]
            ],
        }
        for group in readability.grouped(readability.advice(html))
    ]
    return JsonResponse({"groups": groups})


@require_POST
def paste(request: HttpRequest) -> JsonResponse:
    """What another program put on the clipboard, as the editor is to have it."""
    html = request.POST.get("html", "")
    if len(html) > LONGEST_TEXT:
        return JsonResponse({}, status=413)
    try:
        return JsonResponse({"html": clean_html(html, is_foreign=True), "remarks": remarks(html)})
    except ValidationError as error:  # nested too deep
        return JsonResponse({"error": error.message}, status=413)
