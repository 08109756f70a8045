from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from sosafe_site.publishing.models import Document, DocumentVersion


@require_safe
def document(request: HttpRequest, slug: str) -> HttpResponse:
    document = get_object_or_404(Document.objects.visible_to(request.user).with_files(), slug=slug)
    return render(request, "publishing/document_detail.html", {"document": document})


@require_safe
def document_version(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    document = get_object_or_404(Document.objects.visible_to(request.user).with_files(), slug=slug)
    version = get_object_or_404(document.versions, number=number)
    return render(request, "publishing/documentversion_detail.html", {"document": document, "version": version})


@require_safe
def document_file(request: HttpRequest, slug: str) -> FileResponse:
    document = get_object_or_404(Document.objects.visible_to(request.user), slug=slug)
    return send(document.newest, f"{slug}")


@require_safe
def document_version_file(request: HttpRequest, slug: str, number: int) -> FileResponse:
    document = get_object_or_404(Document.objects.visible_to(request.user), slug=slug)
    return send(document.versions.filter(number=number).first(), f"{slug}-{number}")


def send(version: DocumentVersion | None, name: str) -> FileResponse:
    """The file under a name that people recognise among their downloads. Raises Http404 when there is none."""
    if version is None:
        raise Http404("This document has no such file.")
    return FileResponse(
        version.file.open("rb"), filename=f"{name}.{version.extension}", content_type=version.content_type
    )
