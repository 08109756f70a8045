"""The site's own middlewares, in the order in which a request meets them; what each does is in the module it calls."""

import logging
import re
from collections.abc import Callable
from contextlib import suppress

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse
from django.middleware.security import SecurityMiddleware
from django.urls import resolve

from sosafe_site import as_at as other_day
from sosafe_site import logs, security
from sosafe_site.accounts import second_factor as factors
from sosafe_site.page_store.store import BY_MACHINES
from sosafe_site.publishing import resubmit
from sosafe_site.publishing.revisions.schedule import publish_due as publish_what_is_due
from sosafe_site.publishing.text.record_links import with_addresses
from sosafe_site.publishing.text.shown import BEGIN, with_shown
from sosafe_site.storage import with_integrity

logger = logging.getLogger(__name__)
SLOW = 5_000  # milliseconds, after which whoever waits for a page wonders
GetResponse = Callable[[HttpRequest], HttpResponse]
MARKED = re.compile(rf'{BEGIN}|<a href="record:'.encode())


def logged(get_response: GetResponse) -> GetResponse:
    """Each request has a number, which an answer that says that we failed carries; what was slow is logged."""

    def middleware(request: HttpRequest) -> HttpResponse:
        with logs.numbered(request.headers.get("X-Request-ID", "") if settings.PROXIES else ""):
            response = get_response(request)
            if response.status_code >= 500:
                response.headers["X-Request-ID"] = logs.number.get()
            elif logs.milliseconds() > SLOW:
                said = {"request": request, "status_code": response.status_code}
                logger.warning("Slow: %s %s", request.method, request.path, extra=said)
        return response

    return middleware


def security_headers(get_response: GetResponse) -> GetResponse:
    of_django = SecurityMiddleware(get_response)  # adds nothing a second time, but what it refuses itself lacks them

    def middleware(request: HttpRequest) -> HttpResponse:
        response = security.with_headers(request, get_response(request))
        with suppress(DisallowedHost):  # which the answer says
            of_django.process_response(request, response)
        return response

    return middleware


def asked_by_machines(get_response: GetResponse) -> GetResponse:
    """Before all that a database, a session or another name of this host could keep from an answer."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path_info in BY_MACHINES:
            return without_a_second_line(resolve(request.path_info).func(request))
        return get_response(request)

    return middleware


def keep_typed(get_response: GetResponse) -> GetResponse:
    """Outside of all that may fail: Django has made an answer of any error, and has logged it."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code < 500:
            return response
        return without_a_second_line(resubmit.unless_typed(request, response))

    return middleware


def publish_due(get_response: GetResponse) -> GetResponse:
    """Drafts whose moment has come are published before the next page is made, whether or not a timer runs."""

    def middleware(request: HttpRequest) -> HttpResponse:
        publish_what_is_due()
        return get_response(request)

    return middleware


def as_at(get_response: GetResponse) -> GetResponse:
    def middleware(request: HttpRequest) -> HttpResponse:
        day = other_day.asked_for(request)  # before the page is made, so that a bad date is refused on every page alike
        response = get_response(request)
        return other_day.with_day(response, day) if day else response

    return middleware


def second_factor(get_response: GetResponse) -> GetResponse:
    def middleware(request: HttpRequest) -> HttpResponse:
        return factors.demanded(request) or get_response(request)

    return middleware


def texts(get_response: GetResponse) -> GetResponse:
    """Gives the texts of a page what they show, and their links the addresses: all at once."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if is_page(response) and MARKED.search(response.content):
            response.content = with_addresses(with_shown(response.content.decode()), for_readers=True).encode()
        return response

    return middleware


def integrity(get_response: GetResponse) -> GetResponse:
    """The public pages have neither scripts nor files of style."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.path.startswith("/admin/") and is_page(response):
            response.content = with_integrity(response.content)
        return response

    return middleware


def without_a_second_line(response: HttpResponse) -> HttpResponse:
    """In the log, which tells of this failure already."""
    response._has_been_logged = True  # type: ignore[attr-defined]  # Django's own mark
    return response


def is_page(response: HttpResponse) -> bool:
    return not response.streaming and response.headers.get("Content-Type", "").startswith("text/html")
