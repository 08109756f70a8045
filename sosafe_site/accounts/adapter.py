"""What this site decides otherwise than django-allauth about accounts: nobody makes one for himself."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth.models import User
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse

from sosafe_site.accounts.audit import locked_out
from sosafe_site.accounts.client import client_address
from sosafe_site.accounts.letters import send_later

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
WAIT = "Too many tries were wrong. Wait five minutes, then try again."


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {"too_many_login_attempts": WAIT, "rate_limited": WAIT}

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

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
        """Raises ValidationError for who has to wait, which the log tells once, however often he tries."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            name = self._get_login_attempts_cache_key(request, **credentials)
            if cache.add(f"told:{name}", value=True, timeout=TOLD_ONCE_IN):
                locked_out(request, credentials)
            raise

    def send_notification_mail(
        self, template_prefix: str, user: User, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """Without the network address and the browser, of which allauth's own letters tell."""
        send_later("changed", user, what=CHANGES[template_prefix])
