"""The site's own middlewares, in the order in which a request meets them; what each does is in the module it calls."""

import re
from collections.abc import Callable
from contextlib import suppress

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse
from django.middleware.security import SecurityMiddleware
from django.urls import resolve

from sosafe_site import as_at as other_day
from sosafe_site import security
from sosafe_site.accounts import second_factor as factors
from sosafe_site.page_store.store import BY_MACHINES
from sosafe_site.publishing import resubmit
from sosafe_site.publishing.revisions.schedule import publish_due as publish_what_is_due
from sosafe_site.publishing.text.record_links import with_addresses
from sosafe_site.publishing.text.shown import BEGIN, with_shown
from sosafe_site.storage import with_integrity

GetResponse = Callable[[HttpRequest], HttpResponse]
MARKED = re.compile(rf'{BEGIN}|<a href="record:'.encode())


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
            return resolve(request.path_info).func(request)
        return get_response(request)

    return middleware


def keep_typed(get_response: GetResponse) -> GetResponse:
    """Outside of all that may fail: Django has made an answer of any error, and has logged it."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        return resubmit.unless_typed(request, response) if response.status_code >= 500 else response

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


def is_page(response: HttpResponse) -> bool:
    return not response.streaming and response.headers.get("Content-Type", "").startswith("text/html")
