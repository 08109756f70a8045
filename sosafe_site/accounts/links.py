"""The links by which officers choose a password: signed and stored nowhere, for one use.

A link ends by its use, by a sign-in, by a change of the e-mail address or of the password, and when the account is
closed, since all of these go into what is signed or are asked when it is opened.
"""

from datetime import UTC, datetime, timedelta

from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.urls import reverse
from django.utils.http import base36_to_int

from sosafe_site.publishing.clock import right_now

INVITED_FOR = timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)
NEW_PASSWORD_WITHIN = timedelta(hours=2)


def works_for(account: User) -> timedelta:
    """Who has no password yet may be on leave; who has lost one waits for the link."""
    return NEW_PASSWORD_WITHIN if account.has_usable_password() else INVITED_FOR


class Links(PasswordResetTokenGenerator):
    key_salt = "sosafe_site.accounts.links"

    def check_token(self, user, token):
        return super().check_token(user, token) and user.is_active and self.age(token) <= works_for(user)

    def age(self, token: str) -> timedelta:
        return timedelta(seconds=self._num_seconds(self._now()) - base36_to_int(token.split("-")[0]))

    def _now(self) -> datetime:
        """Without the hour by which London's clocks go back."""
        return right_now().astimezone(UTC).replace(tzinfo=None)


def link_for(account: User) -> str:
    """At the site's own address, whatever the request calls it: what a stranger asks for goes to an officer."""
    whose = {"uidb36": user_pk_to_url_str(account), "key": Links().make_token(account)}
    return settings.SITE_URL + reverse("account_reset_password_from_key", kwargs=whose)


def end_links(account: User) -> None:
    """Of an account without a password: each saying that there is none differs from the one before."""
    account.set_unusable_password()
    account.save(update_fields=["password"])
