import logging
import sys
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from pages.forms import NOT_SENT, TOO_MANY, TellUs, is_flood, is_from_here
from pages.health.ready import PROBE
from pages.models import Page, SiteSettings
from pages.models.page import CONTACT, HOME, UPDATES
from pages.sections import bands, records_of, shown
from sosafe_site import logs
from sosafe_site.periods import viewing_date
from sosafe_site.publishing.caching import never_stored
from sosafe_site.publishing.clock import moment
from sosafe_site.publishing.failures import Failure, failure_of
from sosafe_site.publishing.feeds import NEWEST, atom, told
from sosafe_site.publishing.models import ChangeNote
from sosafe_site.publishing.models.change_note import with_records
from sosafe_site.publishing.models.publishable import last_change
from sosafe_site.publishing.paging import asked_page, longest, paged
from sosafe_site.publishing.redirects import Verdict, instead_of
from sosafe_site.publishing.resubmit import stale

logger = logging.getLogger(__name__)

AGAIN_AFTER = 60  # seconds, after which to ask again for what can't be shown
SECURITY_TXT_HOLDS = timedelta(days=180)  # less than a year, as the standard asks


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    on = viewing_date(request)
    page = get_object_or_404(Page.objects.visible_to(request.user).with_content(request.user), slug=HOME)
    sections = shown(page, on, asked_page(request))
    context = {
        "on": on,
        "page": page,
        "bands": bands(sections),
        "updated_on": last_change([page, *records_of(sections)]),
        "campaigns": Page.objects.published().in_campaign(on).select_related("picture"),
    }
    return render(request, "pages/home.html", context)


@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponse:
    return render(request, "pages/page_detail.html", page_context(request, slug))


# Exempt, since its token needs a cookie. A forged message gains nothing: it is sent without a session, and anybody may
# send one. What floods and programs could do is bounded in pages/forms.py, which also asks where a message comes from.
@never_stored
@csrf_exempt  # its token needs a cookie, which readers don't get; a forged message gains nothing (see above)
@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(private=True, no_cache=True)
def contact(request: HttpRequest) -> HttpResponse:
    """The contact page and, once the officers have a mailbox for it, the form that writes to them."""
    site = SiteSettings.objects.first()
    takes_messages = site is not None and site.takes_messages
    if request.method == "POST":
        if site is None or not takes_messages:
            raise Http404("There is no form without a mailbox.")
        return answer(request, site)
    form = TellUs(initial={"about": request.GET.get("about", "")}) if takes_messages else None
    return contact_page(request, form)


def answer(request: HttpRequest, site: SiteSettings) -> HttpResponse:
    """To a message: that it is on its way, or the form as it was typed and what to do."""
    form = TellUs(request.POST, is_from_here=is_from_here(request))
    if not form.is_valid():
        return contact_page(request, form, status=422)
    if is_flood(request):
        form.add_error(None, TOO_MANY)
        return contact_page(request, form, status=429)
    try:
        form.send(site)
    except OSError as error:  # whose words may be the reader's
        logger.error("A message from the contact form could not be sent: %s", type(error).__name__)
        form.add_error(None, NOT_SENT)
        return contact_page(request, form, status=503)
    return redirect(f"{request.path}?sent=1#tell-us")


def contact_page(request: HttpRequest, form: TellUs | None, status: int = 200) -> HttpResponse:
    context = {**page_context(request, CONTACT), "form": form, "is_sent": "sent" in request.GET}
    response = render(request, "pages/contact.html", context, status=status)
    if request.GET:
        response.headers["X-Robots-Tag"] = "noindex"
    return response


def page_context(request: HttpRequest, slug: str) -> dict[str, Any]:
    on = viewing_date(request)
    pages = Page.objects.visible_to(request.user).select_related("parent", "picture").with_content(request.user)
    page = get_object_or_404(pages.exclude(slug=HOME), slug=slug)
    number = asked_page(request)
    sections = shown(page, on, number)
    lists = [facts["paged"] for _, facts in sections if "paged" in facts]
    has_parent = page.parent and (page.parent.is_published or request.user.is_staff)
    parent = page.parent if has_parent else None
    return {
        "on": on,
        "page": page,
        "parent": parent,
        "sections": sections,
        "paged": longest(number, lists) if lists else None,
        "lists": any(section.shows for section, _ in sections),
        "updated_on": last_change([page, *records_of(sections)]),
    }


@require_safe
def updates(request: HttpRequest) -> HttpResponse:
    on = viewing_date(request)
    page = get_object_or_404(Page.objects.visible_to(request.user), slug=UPDATES)
    told = paged(request, ChangeNote.objects.public(on))
    context = {"on": on, "page": page, "paged": told, "notes": with_records(list(told))}
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


@never_stored  # its last day moves on
@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """Where to report a weakness of the site (RFC 9116)."""
    site = SiteSettings.objects.first()
    ends_at = (moment() + SECURITY_TXT_HOLDS).replace(microsecond=0)
    lines = [f"Contact: mailto:{quote(site.email, safe='@')}"] if site and site.email else []
    lines += [f"Contact: {settings.SITE_URL}{reverse('contact')}", f"Expires: {ends_at:%Y-%m-%dT%H:%M:%SZ}"]
    lines += ["Preferred-Languages: en", f"Canonical: {settings.SITE_URL}{reverse('security-txt')}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@never_stored
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Whether the process answers at all. Asks nothing."""
    return HttpResponse("ok", content_type="text/plain", headers={"Cache-Control": "no-store"})


@never_stored
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Whether it can serve pages and save what officers send; if not, what is wrong."""
    state = PROBE.ask()
    told = {"ready": state.is_ready, "serves": state.serves, "saves": state.saves, "problems": state.problems}
    status = 200 if state.is_ready else 503
    return JsonResponse(
        told, status=status, headers={"Cache-Control": "no-store"}, json_dumps_params={"ensure_ascii": False}
    )


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """An address that was ever given out leads to where its record is now, or says why that is gone."""
    judgement = instead_of(request.path)
    if judgement is None or judgement.answer in (Verdict.OPEN, Verdict.DRAFT):  # open: its page is, but this is no part
        return render(request, "404.html", status=404)
    if judgement.answer == Verdict.MOVED:
        query = request.META["QUERY_STRING"]
        return redirect(f"{judgement.present}?{query}" if query else judgement.present, permanent=True)
    context = {"reason": judgement.reason, "successor": judgement.successor}
    return render(request, "410.html", context, status=410)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Without the site's frame, which would ask the request for what is wrong with it."""
    message = str(exception) if isinstance(exception, BadRequest) else ""
    context = {"message": message, "path": request.path, "site": SiteSettings.last_names}
    return HttpResponse(render_to_string("400.html", context), status=400)


def server_error(request: HttpRequest) -> HttpResponse:
    """It must not fail too, so it asks nothing. Django calls it while it handles the error."""
    failure = failure_of(sys.exc_info()[1])
    context = {"site": SiteSettings.last_names, "failure": failure, "number": logs.number.get()}
    if failure and request.path.startswith("/admin/"):
        headers = {"Retry-After": AGAIN_AFTER, "Cache-Control": "no-store", "X-Robots-Tag": "noindex"}
        response = HttpResponse(render_to_string("admin/unavailable.html", context), status=503, headers=headers)
        response.failure = failure  # type: ignore[attr-defined]  # ours, for whoever shows what was typed
        return response
    status = 503 if failure is Failure.FILES else 500  # the page that leads to the file is there meanwhile
    return HttpResponse(render_to_string("500.html", context), status=status)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return stale(request) or render(request, "403_csrf.html", status=403)
