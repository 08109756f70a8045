from itertools import chain

from django.conf import settings
from django.core.exceptions import BadRequest
from django.db import connection
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from pages.models import Page
from pages.models.page import HOME
from pages.shows import SHOWS, groups, objectives, partners, priorities, public_meetings
from sosafe_site.periods import viewing_date
from sosafe_site.publishing.addresses import Address
from sosafe_site.publishing.models import Document
from sosafe_site.publishing.records import last_change


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    on = viewing_date(request)
    context = {
        "on": on,
        "page": get_object_or_404(Page.objects.visible_to(request.user), slug=HOME),
        "objectives": objectives(on),
        "priorities": priorities(on),
        "partners": partners(on),
        "groups": groups(on),
        "public_meetings": public_meetings(on),
    }
    return render(request, "pages/home.html", context)


@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponse:
    on = viewing_date(request)
    documents = Document.objects.visible_to(request.user).with_files()
    pages = (
        Page.objects.visible_to(request.user)
        .select_related("parent")
        .prefetch_related(
            "sections",
            Prefetch("children", Page.objects.published(), to_attr="shown_children"),
            Prefetch("documents", documents, to_attr="shown_documents"),
        )
    )
    page = get_object_or_404(pages.exclude(slug=HOME), slug=slug)
    sections = [(section, SHOWS[section.shows](on) if section.shows else {}) for section in page.sections.all()]
    listed = chain.from_iterable(facts["records"] for _, facts in sections if facts)
    context = {"on": on, "page": page, "sections": sections, "updated_on": last_change([page, *listed])}
    return render(request, "pages/page_detail.html", context)


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    lines = ["User-agent: *", "Disallow: /admin/", "", f"Sitemap: {settings.SITE_URL}/sitemap.xml", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain")


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Whether the process answers at all."""
    return HttpResponse("ok", content_type="text/plain")


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Whether it can serve pages: the database answers and holds the home page."""
    connection.ensure_connection()
    is_ready = Page.objects.published().filter(slug=HOME).exists()
    return HttpResponse(
        "ready" if is_ready else "no content", status=200 if is_ready else 503, content_type="text/plain"
    )


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """An address that was ever given out leads to where its record is now, or says why that is gone."""
    paths = {request.path, f"{request.path}/"}
    address = Address.objects.issued().filter(path__in=paths).first()
    if address is None:
        return render(request, "404.html", status=404)
    record = address.target
    if record is None:
        return render(request, "410.html", {"reason": address.erased_because}, status=410)
    if type(record).objects.published().filter(pk=record.pk).exists():
        present = record.get_absolute_url() + address.suffix
        if present in paths:  # its page is public, so what is missing is something else
            return render(request, "404.html", status=404)
        query = request.META["QUERY_STRING"]
        return redirect(f"{present}?{query}" if query else present, permanent=True)
    withdrawn = next((owner for owner in (record, *record.owners()) if owner.is_withdrawn), record)
    context = {"reason": withdrawn.withdrawal_reason, "successor": withdrawn.successor}
    return render(request, "410.html", context, status=410)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Without the site's frame, which would ask the request for what is wrong with it."""
    message = str(exception) if isinstance(exception, BadRequest) else ""
    return HttpResponse(render_to_string("400.html", {"message": message, "path": request.path}), status=400)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "403_csrf.html", status=403)
