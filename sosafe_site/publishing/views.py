from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from sosafe_site.publishing.caching import never_stored
from sosafe_site.publishing.files.download import send, send_picture
from sosafe_site.publishing.models import Document, Picture, Revision
from sosafe_site.publishing.revisions.preview import page_of


@require_safe
def document(request: HttpRequest, slug: str) -> HttpResponse:
    document = get_object_or_404(Document.objects.visible_to(request.user).with_files(), slug=slug)
    context = {"document": document, "citing": document.citing(), "earlier": document.versions.all()[1:]}
    return render(request, "publishing/document_detail.html", context)


@require_safe
def document_version(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    document = get_object_or_404(Document.objects.visible_to(request.user).with_files(), slug=slug)
    version = get_object_or_404(document.versions, number=number)
    return render(request, "publishing/documentversion_detail.html", {"document": document, "version": version})


@never_stored
@require_safe
def document_file(request: HttpRequest, slug: str) -> HttpResponseBase:
    document = get_object_or_404(Document.objects.visible_to(request.user).with_files(), slug=slug)
    return send(request, document.newest, slug)


@never_stored
@require_safe
def document_version_file(request: HttpRequest, slug: str, number: int) -> HttpResponseBase:
    document = get_object_or_404(Document.objects.visible_to(request.user).with_files(), slug=slug)
    return send(request, document.version(number), f"{slug}-version-{number}")


@never_stored
@require_safe
def picture(request: HttpRequest, pk: UUID, name: str) -> HttpResponseBase:
    """One of its files. Its address is as good as a secret until a public page shows it."""
    return send_picture(get_object_or_404(Picture, pk=pk), name)


@never_stored
@require_safe
def preview(request: HttpRequest, token: str) -> HttpResponseBase:
    version = Revision.objects.at(token)
    if version is None:
        response = render(request, "publishing/preview_ended.html", status=410)
        response.headers["Cache-Control"] = "private, no-store"
        return response
    return page_of(request, version)
