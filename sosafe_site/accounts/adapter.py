"""What this site decides otherwise than django-allauth: who gets an account, who gets in, and in which words."""

from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.logout import logout
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal import ratelimit
from django.contrib import messages
from django.contrib.auth.models import User
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from sosafe_site.accounts.audit import locked_out
from sosafe_site.accounts.began import BEGAN
from sosafe_site.accounts.client import client_address
from sosafe_site.accounts.letters import send_later
from sosafe_site.publishing.clock import right_now
from sosafe_site.publishing.resubmit import waits

CHANGES = {
    "account/email/password_changed": "Your password was changed",
    "account/email/password_reset": "Your password was changed, by a link that was made for it",
    "account/email/password_set": "Your account got a password",
    "mfa/email/totp_activated": "An authenticator app was added to your account",
    "mfa/email/totp_deactivated": "The authenticator app was taken from your account",
    "mfa/email/recovery_codes_generated": "Your account got new recovery codes",
    "mfa/email/webauthn_added": "A passkey was added to your account",
    "mfa/email/webauthn_removed": "A passkey was taken from your account",
}

TOLD_ONCE_IN = 5 * 60  # seconds
NO_SUCH_ACCOUNT = "This name and this password don’t belong together. Check both: capital and small letters differ."
NOT_LET_IN = "You can’t sign in with this account. Ask another administrator."
WAIT = "Too many tries were wrong. Wait five minutes, then try again."

AGAIN = {
    "reauthenticate": "Type your password",
    "mfa_reauthenticate": "Type a code of your authenticator app, or a recovery code",
    "mfa_reauthenticate:webauthn": "Use a passkey",
}


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": NO_SUCH_ACCOUNT,
        "incorrect_password": "This is not your password. Type it again.",
        "enter_current_password": "This is not your present password. Type it again.",
        "too_many_login_attempts": WAIT,
        "rate_limited": WAIT,
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def login(self, request: HttpRequest, user: Any) -> None:
        """The last step, whatever came before it. Raises ImmediateHttpResponse for an account closed meanwhile."""
        if not (user.is_active and user.is_staff):
            raise ImmediateHttpResponse(self.respond_user_inactive(request, user))
        super().login(request, user)

    def respond_user_inactive(self, request: HttpRequest, user: Any) -> HttpResponse:
        logout(request)
        messages.error(request, NOT_LET_IN)
        return HttpResponseRedirect(reverse("account_login"))

    def post_login(self, request: HttpRequest, user: Any, *, redirect_url: str | None, **hooks: Any) -> HttpResponse:
        """What waits to be sent again comes first."""
        url = reverse("admin:not_sent") if waits(request) else redirect_url
        return super().post_login(request, user, redirect_url=url, **hooks)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return reverse("admin:index")

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """One for a name however it is spelt, and whatever host and port the request names.

        Who is signed in has another, since a stranger's failures under his name must not keep him from his work.
        """
        name = credentials.get("username", "").strip().lower()
        is_own = request.user.is_authenticated and request.user.get_username().lower() == name
        return f"{'again' if is_own else 'sign-in'}:{name}"

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Raises ValidationError for who has to wait, which the log tells once, however often he tries.

        What fails from one address of the network is counted apart from what fails under one name: allauth forgets
        the latter when a right code follows, and whoever has one account could try all others' names in between.
        """
        try:
            self.from_here = ratelimit.consume(request, app="allauth.account", action="login_failed_from")
            if not self.from_here:
                raise self.validation_error("too_many_login_attempts")
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            name = self._get_login_attempts_cache_key(request, **credentials)
            if cache.add(f"told:{name}", value=True, timeout=TOLD_ONCE_IN):
                locked_out(request, credentials)
            raise

    def _rollback_login_failed_rl_usage(self) -> None:
        """A right password is no failure."""
        super()._rollback_login_failed_rl_usage()
        if self.from_here:
            self.from_here.rollback()

    def send_notification_mail(
        self, template_prefix: str, user: User, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """Without the network address and the browser, of which allauth's own letters tell."""
        send_later("changed", user, what=CHANGES[template_prefix])

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account_login")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("mfa_index")

    def is_safe_url(self, url: str) -> bool:
        """Of this site alone, whatever other names it answers to."""
        request = context.request
        return url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure())

    def get_reauthentication_methods(self, user: User) -> list[dict[str, Any]]:
        return [way | {"description": AGAIN[way["id"]]} for way in super().get_reauthentication_methods(user)]

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Who has just signed in has just shown who he is."""
        request = context.request
        records = get_authentication_records(request, request.user)
        shown = [request.session.get(BEGAN, 0), *(record["at"] for record in records)]
        return right_now().timestamp() - max(shown) >= app_settings.REAUTHENTICATION_TIMEOUT
