"""Where an officer is signed in, and signing out elsewhere."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from django.contrib import messages
from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.auth.models import User
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.crypto import constant_time_compare
from django.utils.text import get_text_list
from django.views.decorators.http import require_http_methods

from sosafe_site.accounts.began import BEGAN, DEVICE
from sosafe_site.accounts.models import Session
from sosafe_site.accounts.session_store import SessionStore, stored_key
from sosafe_site.publishing.clock import right_now
from sosafe_site.publishing.models import AuditEntry
from sosafe_site.publishing.models.audit import audit

WAYS = {"totp": "authenticator app", "webauthn": "passkey", "recovery_codes": "recovery code", "password": "password"}


@dataclass
class Place:
    key: str  # as the table has it
    device: str
    since: datetime
    used_at: datetime
    by: str  # such as "password and authenticator app"
    is_this: bool


def places(request: HttpRequest) -> Iterator[Place]:
    """This one first, then those used last."""
    own = stored_key(str(request.session.session_key))
    rows = Session.objects.filter(account=request.user.pk, expire_date__gt=right_now()).order_by("-used_at")
    for row in sorted(rows, key=lambda row: row.pk != own):
        data = SessionStore().decode(row.session_data)
        if constant_time_compare(data.get(HASH_SESSION_KEY, ""), request.user.get_session_auth_hash()):  # type: ignore[union-attr]  # admin_view() lets in nobody else
            since = datetime.fromtimestamp(data[BEGAN], UTC)
            yield Place(row.pk, data[DEVICE], since, row.used_at, ways(data), is_this=row.pk == own)


def ways(data: dict[str, Any]) -> str:
    records = data.get(AUTHENTICATION_METHODS_SESSION_KEY, [])
    names = [record.get("type", record["method"]) for record in records if not record.get("reauthenticated")]
    return get_text_list(list(dict.fromkeys(WAYS.get(name, name) for name in names)), "and")


@require_http_methods(["GET", "HEAD", "POST"])
def signed_in(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return TemplateResponse(request, "account/signed_in.html", {"places": list(places(request))})
    only = None if "_others" in request.POST else request.POST.get("place", "")
    with transaction.atomic():
        ended = end_sessions(request.user, but=request.session.session_key, only=only)  # type: ignore[arg-type]  # admin_view() lets in nobody else
        if ended:
            audit(AuditEntry.Kind.SIGNED_OUT_ELSEWHERE, by=request.user, request=request)
    messages.success(request, "You are signed out there." if ended else "Nothing was open there any more.")
    return redirect("account_signed_in")


def end_sessions(account: User, but: str | None = None, only: str | None = None) -> int:
    """Signs the account out everywhere, but for the session with this key; tells from how many places.

    Of them only the one that the table has under that key, if there is one to be named.
    """
    ended = Session.objects.filter(account=account)
    if but:
        ended = ended.exclude(pk=stored_key(but))
    if only is not None:
        ended = ended.filter(pk=only)
    return ended.delete()[0]


def end_others(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """With another second factor, as with another password, who got in with the former one is out."""
    end_sessions(user, but=request.session.session_key if request.user == user else None)


def listen() -> None:
    for changed in (authenticator_added, authenticator_removed, authenticator_reset):
        changed.connect(end_others)
