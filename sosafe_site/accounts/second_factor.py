"""Who has shown no second factor is no officer, on no page: all there is for him are the pages that set one up."""

from functools import partial
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.logout import logout
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import Resolver404, resolve, reverse
from django.utils.functional import SimpleLazyObject

from sosafe_site.publishing.resubmit import SIGNED_OUT, Typed, keep

KINDS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]  # recovery codes stand in for one, and are none
#: The names of the only addresses that are there for somebody who has no second factor yet
SETTING_UP = {
    *("mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "account_reauthenticate"),
    *("admin:login", "admin:logout", "account_logout"),
}
ONWARD = "onward"  # in the session: where he wanted to go


def has_one(user: Any) -> bool:
    return is_mfa_enabled(user, KINDS)


def has_shown_one(request: HttpRequest, user: Any) -> bool:
    """In this session, and it is still one of his account."""
    records = get_authentication_records(request, user)
    return any(record["method"] == "mfa" for record in records) and has_one(user)


def demanded(request: HttpRequest) -> HttpResponse | None:
    """An answer instead of what was asked for; None where the request may go on, as whoever he has shown to be."""
    if not settings.SECOND_FACTOR:
        return None
    if request.path.startswith(reverse("admin:index")) and (answer := led_to_set_up(request)):
        return answer
    if name_at(request.path_info) not in SETTING_UP:
        request.user = SimpleLazyObject(partial(officer, request, request.user))  # type: ignore[assignment]  # lazy, as Django itself sets it
    return None


def officer(request: HttpRequest, user: Any) -> Any:
    return user if user.is_authenticated and has_shown_one(request, user) else AnonymousUser()


def led_to_set_up(request: HttpRequest) -> HttpResponse | None:
    user = request.user
    if not user.is_authenticated or has_shown_one(request, user):
        return None
    if has_one(user):  # by now, and not by this session: it may be somebody else's who knows the password
        logout(request)
        return None
    if name_at(request.path_info) in SETTING_UP:
        return None
    if typed := Typed.of(request, SIGNED_OUT):
        keep(request, typed)
    wanted = reverse("admin:not_sent") if typed else request.get_full_path()
    request.session[ONWARD] = wanted if typed or request.method == "GET" else reverse("admin:index")
    return HttpResponseRedirect(reverse("mfa_index"))


def name_at(path: str) -> str:
    try:
        return resolve(path).view_name
    except Resolver404:
        return ""
