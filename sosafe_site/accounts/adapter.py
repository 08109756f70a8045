"""What this site decides otherwise than django-allauth about accounts: nobody makes one for himself."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.urls import reverse

from sosafe_site.accounts.client import client_address

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
