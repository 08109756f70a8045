from itertools import chain

from django.conf import settings
from django.core.exceptions import BadRequest
from django.core.paginator import Paginator
from django.db import connection
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_safe

from pages.models import Page
from pages.models.page import HOME, UPDATES
from pages.shows import SHOWS, groups, objectives, partners, priorities
from sosafe_site.periods import viewing_date
from sosafe_site.publishing.feeds import NEWEST, atom, told
from sosafe_site.publishing.links import Answer, given_out
from sosafe_site.publishing.models import ChangeNote, Document
from sosafe_site.publishing.notes import with_records
from sosafe_site.publishing.records import last_change

UPDATES_ON_A_PAGE = 20


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
        "updates": with_records(list(ChangeNote.objects.public(on)[:3])),
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
def updates(request: HttpRequest) -> HttpResponse:
    on = viewing_date(request)
    page = get_object_or_404(Page.objects.visible_to(request.user), slug=UPDATES)
    told = Paginator(ChangeNote.objects.public(on), UPDATES_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {"on": on, "page": page, "told": told, "notes": with_records(list(told))}
    return render(request, "pages/updates.html", context)


@require_safe
def updates_feed(request: HttpRequest) -> HttpResponse:
    on = viewing_date(request)
    title = get_object_or_404(Page.objects.published(), slug=UPDATES).title
    return atom(request, title, reverse("updates"), told(ChangeNote.objects.public(on)[:NEWEST], on))


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
    judgement = given_out([request.path]).get(request.path)
    if judgement is None or judgement.answer in (Answer.OPEN, Answer.DRAFT):  # open: its page is, but this is no part
        return render(request, "404.html", status=404)
    if judgement.answer == Answer.MOVED:
        query = request.META["QUERY_STRING"]
        return redirect(f"{judgement.present}?{query}" if query else judgement.present, permanent=True)
    context = {"reason": judgement.reason, "successor": judgement.successor}
    return render(request, "410.html", context, status=410)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Without the site's frame, which would ask the request for what is wrong with it."""
    message = str(exception) if isinstance(exception, BadRequest) else ""
    return HttpResponse(render_to_string("400.html", {"message": message, "path": request.path}), status=400)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "403_csrf.html", status=403)
