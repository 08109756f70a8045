"""What this site decides otherwise than django-allauth about second factors."""

from io import BytesIO
from typing import Any

import segno
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.contrib.admin import site

from sosafe_site.accounts.sealed import opened, seal
from sosafe_site.accounts.second_factor import KINDS

ONLY_ONE = "This is your only second step. Set up another first, then remove this one."


class SecondFactorAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "This code is wrong, was used already, or came too late. Type the one that is shown now.",
        "cannot_delete_authenticator": ONLY_ONE,
        "cannot_generate_recovery_codes": "Set up an app or a passkey first.",
    }

    def encrypt(self, text: str) -> str:
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return opened(encrypted_text)

    def get_totp_issuer(self) -> str:
        return site.site_name()  # type: ignore[attr-defined]  # the admin's site is our KeepingSite

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """A passkey belongs to the host; people know it by the site's name."""
        return {"id": context.request.get_host().partition(":")[0], "name": self.get_totp_issuer()}

    def get_totp_label(self, user: Any) -> str:
        return user.get_username()

    def build_totp_svg(self, url: str) -> str:
        """Without a style of its own, which the policy would refuse."""
        picture = BytesIO()
        options = {"scale": 5, "light": "#fff", "svgclass": None, "lineclass": None, "xmldecl": False}
        segno.make_qr(url, error="m").save(picture, kind="svg", **options)
        return picture.getvalue().decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Recovery codes alone are no second factor."""
        others = Authenticator.objects.filter(user=authenticator.user_id, type__in=KINDS).exclude(pk=authenticator.pk)
        return others.exists()

    def generate_authenticator_name(self, user: Any, type: Authenticator.Type) -> str:
        number = Authenticator.objects.filter(user=user, type=type).count() + 1
        return "Passkey" if number == 1 else f"Passkey {number}"
