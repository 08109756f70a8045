"""What Django and allauth tell of signing in, for the audit log. Nothing that was typed gets into it.

What was done by somebody who was not signed in is noted of the account, not as done by it.
"""

from typing import Any

from allauth.account import signals as account
from allauth.mfa import signals as second_factor
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.http import HttpRequest

from sosafe_site.publishing.models.audit import AuditEntry, audit

Kind = AuditEntry.Kind
WORDS = {
    Authenticator.Type.TOTP: "Authenticator app",
    Authenticator.Type.WEBAUTHN: "Passkey",
    Authenticator.Type.RECOVERY_CODES: "Recovery codes",
}


def signed_in(request: HttpRequest, user: User, **told: Any) -> None:
    audit(Kind.SIGNED_IN, by=user, request=request)


def signed_out(request: HttpRequest, user: User | None, **told: Any) -> None:
    if user:
        audit(Kind.SIGNED_OUT, by=user, request=request)


def sign_in_failed(credentials: dict[str, Any], request: HttpRequest | None = None, **told: Any) -> None:
    """With the account whose name was given, if it was the name of one."""
    audit(Kind.SIGN_IN_FAILED, by=signed_in_at(request), record=known_by(credentials), request=request)


def locked_out(request: HttpRequest, credentials: dict[str, Any]) -> None:
    audit(Kind.LOCKED_OUT, by=signed_in_at(request), record=known_by(credentials), request=request)


def known_by(credentials: dict[str, Any]) -> User | None:
    return User.objects.filter(username=credentials.get("username")).first()


def given_again(request: HttpRequest, user: User, reauthenticated: bool = False, **told: Any) -> None:
    if reauthenticated:
        audit(Kind.CONFIRMED, by=user, request=request)


def factor_added(request: HttpRequest, user: User, authenticator: Authenticator, **told: Any) -> None:
    audit(Kind.FACTOR_ADDED, by=user, words=called(authenticator), request=request)


def factor_removed(request: HttpRequest, user: User, authenticator: Authenticator, **told: Any) -> None:
    audit(Kind.FACTOR_REMOVED, by=user, words=called(authenticator), request=request)


def codes_renewed(request: HttpRequest, user: User, **told: Any) -> None:
    audit(Kind.CODES_RENEWED, by=user, request=request)


def factor_used(request: HttpRequest, user: User, authenticator: Authenticator, **told: Any) -> None:
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        audit(Kind.CODE_USED, by=user, request=request)


def factor_failed(request: HttpRequest, user: User, **told: Any) -> None:
    audit(Kind.FACTOR_FAILED, by=signed_in_at(request), record=user, request=request)


def password_changed(request: HttpRequest, user: User, **told: Any) -> None:
    audit(Kind.PASSWORD_CHANGED, by=user, record=user, request=request)


def password_given_by_link(request: HttpRequest, user: User, **told: Any) -> None:
    audit(Kind.PASSWORD_CHANGED, by=None, record=user, words="By a link", request=request)


def link_asked_for(request: HttpRequest, accounts: list[User]) -> None:
    """One entry, whether one account has the address, several have it, or none: more work for one would tell of it."""
    words = "More accounts have this address" if len(accounts) > 1 else ""
    audit(Kind.LINK_ASKED, by=signed_in_at(request), record=next(iter(accounts), None), words=words, request=request)


def account_saved(by: Any, account: User, labels: dict[str, str], before: str) -> None:
    """Notes what was done to an account: "labels" are those of the fields that were changed, "before" was its role."""
    after = roles_of(account)
    if not before:
        audit(Kind.ACCOUNT_MADE, by=by, record=account, words=after)
        return
    if before != after:
        audit(Kind.ROLE_CHANGED, by=by, record=account, words=f"{before} → {after}")
    if others := [label for name, label in labels.items() if name != "groups"]:
        audit(Kind.ACCOUNT_CHANGED, by=by, record=account, words=", ".join(others))


def roles_of(account: User) -> str:
    return ", ".join(account.groups.order_by("name").values_list("name", flat=True)) or "No role"


def signed_in_at(request: HttpRequest | None) -> Any:
    return getattr(request, "user", None)


def called(authenticator: Authenticator | None) -> str:
    return WORDS[Authenticator.Type(authenticator.type)] if authenticator else ""


HEARD = [
    (user_logged_in, signed_in),
    (user_logged_out, signed_out),
    (user_login_failed, sign_in_failed),
    (account.authentication_step_completed, given_again),
    (account.password_changed, password_changed),
    (account.password_set, password_changed),
    (account.password_reset, password_given_by_link),
    (second_factor.authenticator_added, factor_added),
    (second_factor.authenticator_removed, factor_removed),
    (second_factor.authenticator_reset, codes_renewed),
    (second_factor.authenticator_used, factor_used),
    (second_factor.authentication_failed, factor_failed),
]


def listen() -> None:
    for signal, handler in HEARD:
        signal.connect(handler)
