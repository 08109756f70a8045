"""Nothing that an officer has typed is lost because a sign-in had ended or anything failed: it is shown and sent again.

Nothing is stored of strangers. What was typed travels with the sign-in page, signed; once a password was right it waits
in the session for the last step. It is sent only by a press of a button on a page that shows it, so that nobody else
can have an officer's browser send something of theirs.
"""

import logging
import re
from functools import update_wrapper
from typing import Any
from urllib.parse import urlencode, urlsplit

from allauth.account.adapter import get_adapter
from allauth.core.exceptions import ReauthenticationRequired
from django.conf import settings
from django.contrib.admin import AdminSite, site
from django.core.signing import BadSignature, dumps, loads
from django.db import IntegrityError, models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.urls import Resolver404, path, resolve, reverse
from django.utils.text import capfirst
from django.views.decorators.http import require_http_methods

from sosafe_site import logs
from sosafe_site.publishing.choosers import ChooserView
from sosafe_site.publishing.constraints import rule_in_words
from sosafe_site.publishing.failures import Failure
from sosafe_site.publishing.files.inspect import read_ahead
from sosafe_site.publishing.files.pictures import made_from
from sosafe_site.publishing.files.receiving import not_received
from sosafe_site.publishing.models.sent_form import once
from sosafe_site.security import ADMIN_POLICY

logger = logging.getLogger(__name__)

PICTURE = "image"  # the name of the field of a form that holds a picture and no document
SALT, HOURS = "typed", 12
KEPT = "kept"  # the name under which it travels with a page, and waits in a session
ENDS = ("add", "change")  # of the names of forms' addresses
LONGEST = 1_000_000  # characters of what travels with the sign-in page
NO_TEXT = re.compile(r"csrfmiddlewaretoken|.*password.*", re.IGNORECASE)
# Names of fields that no officer has typed into
UNSEEN = re.compile(
    r"(_\w+|.*-(TOTAL|INITIAL|MIN_NUM|MAX_NUM)_FORMS|.*-__prefix__-.*|.+-\d+-id|initial-.*|index|step|seen|draft_shown)"
)
KEY = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")  # of a record that was chosen, or that a part belongs to
SIGNED_OUT = "You were signed out before this was sent, so it was not saved."
NOT_DONE = "This was not done yet, since the site had to make sure first that it is you."
STALE = "This form was opened before you last signed in, so it was not saved."
FAILED = "Something was wrong on our side, so this may not be saved."
NOT_SAVED = "{failure}, so this was not saved."
WHAT_NOW = (
    "What you typed is still here. Wait a minute, then send it again. "
    "If that fails too, copy what you typed from this page and keep it."
)


class Typed:
    """The fields of a form as they were sent: (name, value) in their order. Neither passwords nor files."""

    def __init__(self, path: str, fields: list[tuple[str, str]], files: list[str], why: str) -> None:
        self.path, self.fields, self.files, self.why = path, fields, files, why

    @classmethod
    def of(cls, request: HttpRequest, why: str) -> "Typed | None":
        """None for what is no officer's text or was not sent by a page of this site."""
        name = name_at(request.path_info)
        if request.method != "POST" or not is_from_here(request):
            return None
        if typed := cls.carried(request):
            return cls(typed.path, typed.fields, typed.files, why)
        if not name or name in {"login", "logout"} or name.endswith("password_change"):
            return None
        fields = [(name, value) for name, values in request.POST.lists() for value in values if not NO_TEXT.match(name)]
        return cls(
            request.get_full_path(),
            fields,
            [str(file.name) for _, files in request.FILES.lists() for file in files]
            + [name for name, _ in not_received(request)],
            why,
        )

    @classmethod
    def carried(cls, request: HttpRequest) -> "Typed | None":
        """What was typed before, and came along with a sign-in page."""
        return cls.signed(request.POST.get(KEPT, ""))

    @classmethod
    def waiting(cls, request: HttpRequest) -> "Typed | None":
        return cls.signed(request.session.get(KEPT, ""))

    @classmethod
    def signed(cls, text: str) -> "Typed | None":
        try:
            path, fields, files, why = loads(text, salt=SALT, max_age=HOURS * 60 * 60)
        except BadSignature:
            return None
        return cls(path, [(name, value) for name, value in fields], files, why)

    def sign(self) -> str:
        """Empty when it is too much to travel with a page."""
        text = dumps([self.path, self.fields, self.files, self.why], salt=SALT, compress=True)
        return text if len(text) <= LONGEST else ""

    @property
    def seen(self) -> list[tuple[str, str]]:
        """What an officer knows as typed, under the names that its form gave it."""
        kind = kind_at(self.path)
        typed = [each for each in self.fields if is_typed(*each)]
        return [(in_words(name, kind), value) for name, value in typed]


def is_typed(name: str, value: str) -> bool:
    return bool(value.strip() and not UNSEEN.fullmatch(name) and not KEY.fullmatch(value))


def name_at(path: str) -> str:
    """Of the page of the admin that has this address; empty if there is none."""
    try:
        match = resolve(path)
    except Resolver404:
        return ""
    return str(match.url_name) if match.app_name == "admin" else ""


def kind_at(path: str) -> type[models.Model] | None:
    """The kind of record whose form has this address."""
    forms = {f"{kind._meta.app_label}_{kind._meta.model_name}_{end}": kind for kind in site._registry for end in ENDS}
    return forms.get(name_at(urlsplit(path).path))


def in_words(name: str, kind: type[models.Model] | None) -> str:
    """Such as "Section 1: text" for "sections-0-body"; as near as can be where that is no field of a record."""
    place, part = "", re.fullmatch(r"(\w+)-(\d+)-(\w+)", name)
    if part:
        relations = kind._meta.related_objects if kind else []
        kind = next((each.related_model for each in relations if each.get_accessor_name() == part[1]), None)
        place, name = f"{kind._meta.verbose_name if kind else part[1]} {int(part[2]) + 1}: ", part[3]
    words: Any = name.replace("_", " ")
    if kind in site._registry and name in (own := site._registry[kind].form.declared_fields):
        words = own[name].label
    elif kind:
        fields = {field.name: field for field in (*kind._meta.fields, *kind._meta.many_to_many)}
        words = fields[name].verbose_name if name in fields else words
    return capfirst(f"{place}{words}")


def is_from_here(request: HttpRequest) -> bool:
    """Whether the browser says that a page of this site sent it. One that says nothing is not believed."""
    here = {settings.SITE_URL, f"{request.scheme}://{request.get_host()}"}
    return (
        request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin" and request.headers.get("Origin") in here
    )


class KeepingSite(AdminSite):
    """What the floors above make of it: site_name() and ask_to_sign_in(request, typed)."""

    def site_name(self) -> str:
        raise NotImplementedError

    def ask_to_sign_in(self, request: HttpRequest, typed: Typed) -> HttpResponse:
        raise NotImplementedError

    def admin_view(self, view, cacheable=False):
        guarded = super().admin_view(view, cacheable)

        @require_http_methods(["GET", "HEAD", "POST"])
        def kept(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not self.has_permission(request):  # of whom nothing is stored
                typed = Typed.of(request, SIGNED_OUT)
                return self.ask_to_sign_in(request, typed) if typed else guarded(request, *args, **kwargs)
            pictures = request.FILES.getlist(PICTURE)
            for _, error in not_received(request):
                raise error
            read_ahead(pictures, made_from)
            read_ahead(file for file in request.FILES.values() if file not in pictures)
            take_out(request)
            try:
                return once(request, lambda: guarded(request, *args, **kwargs))
            except ReauthenticationRequired:
                return ask_who_it_is(request)
            except IntegrityError as error:
                typed = Typed.of(request, rule_in_words(error))
                if not typed:
                    raise
                logger.exception("What an officer sent to %s could not be saved.", request.path)
                return send_again(request, typed, status=409)

        return update_wrapper(kept, guarded)

    def autocomplete_view(self, request):
        return ChooserView.as_view(admin_site=self)(request)

    def get_urls(self):
        return [path("not-sent/", self.admin_view(self.not_sent), name="not_sent"), *super().get_urls()]

    def not_sent(self, request: HttpRequest) -> HttpResponse:
        """Where a sign-in leads to whose page carried something. It may be loaded again until it is sent or left."""
        typed = Typed.waiting(request)
        return send_again(request, typed) if typed else HttpResponseRedirect(reverse("admin:index"))


def keep(request: HttpRequest, typed: Typed) -> None:
    """Of somebody whose password was right. It takes the place of what waited before."""
    request.session[KEPT] = typed.sign()


def waits(request: HttpRequest) -> bool:
    return Typed.waiting(request) is not None


def take_out(request: HttpRequest) -> None:
    """What waits has come to its form: it was sent again, or the form was opened without it."""
    if (typed := Typed.waiting(request)) and urlsplit(typed.path).path == request.path:
        del request.session[KEPT]


def ask_who_it_is(request: HttpRequest, after: str = "") -> HttpResponse:
    """By password or second factor. Leads from there to another address, to what was typed, or else back."""
    typed = Typed.of(request, NOT_DONE)
    if typed:
        keep(request, typed)
    after = after or (reverse("admin:not_sent") if typed else request.get_full_path())
    ways = get_adapter(request).get_reauthentication_methods(request.user)
    return HttpResponseRedirect(f"{ways[0]['url']}?{urlencode({'next': after})}")


def unless_typed(request: HttpRequest, failed: HttpResponse) -> HttpResponse:
    """Instead of an answer that only says that the site has failed: what was typed, and the way to send it again."""
    what: Failure | None = getattr(failed, "failure", None)
    is_saved = getattr(request, "is_saved", False)
    why = NOT_SAVED.format(failure=what.value) if what and not is_saved else FAILED
    typed = Typed.of(request, f"{why} {WHAT_NOW}")
    return send_again(request, typed, failed.status_code) if typed else failed


def stale(request: HttpRequest) -> HttpResponse | None:
    """For a form whose token no longer holds; None for what was not sent by a page of the admin."""
    typed = Typed.of(request, STALE)
    if not typed:
        return None
    if site.has_permission(request):
        return send_again(request, typed, status=403)
    return site.ask_to_sign_in(request, typed)  # type: ignore[attr-defined]  # the admin's site is our KeepingSite


def send_again(request: HttpRequest, typed: Typed, status: int = 200) -> HttpResponse:
    """Shows what was typed, and sends it at the press of a button. Asks no database, which may be what has failed."""
    context: dict[str, Any] = {"title": "Not saved yet", "typed": typed, "why": typed.why}
    context["number"] = logs.number.get() if status >= 500 else ""
    context |= {"site_title": site.site_title, "site_header": site.site_header, "csrf_token": get_token(request)}
    return headed(HttpResponse(render_to_string("admin/send_again.html", context), status=status))


def headed(response: HttpResponse) -> HttpResponse:
    response.headers["Content-Security-Policy"] = ADMIN_POLICY  # also where its status is that of an error page
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Cache-Control"] = "private, no-store"
    return response
