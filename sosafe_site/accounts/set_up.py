"""The pages on which an officer sets up a second factor, looks after it, and gets recovery codes."""

import re
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.base.views import IndexView
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import ViewRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.webauthn.internal.auth import begin_registration
from allauth.mfa.webauthn.views import AddWebAuthnView, EditWebAuthnView, RemoveWebAuthnView
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse, reverse_lazy

from sosafe_site.accounts.second_factor import ONWARD
from sosafe_site.publishing.models.audit import give_another_key

HOW_YOU_SIGN_IN = reverse_lazy("mfa_index")


def shown(request: HttpRequest, factor: Authenticator) -> None:
    """Who has just set it up has it in his hands: from here on the session is an officer's, under another key."""
    give_another_key(request)
    post_authentication(request, factor)


class Index(IndexView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        factors = context["authenticators"]
        codes = factors.get(Authenticator.Type.RECOVERY_CODES)
        return context | {
            "app": factors.get(Authenticator.Type.TOTP),
            "passkeys": factors.get(Authenticator.Type.WEBAUTHN, []),
            "codes": codes,
            "codes_left": len(codes.get_unused_codes()) if codes else 0,
        }


class SetUpApp(ActivateTOTPView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return context | {"key": " ".join(re.findall(".{1,4}", context["form"].secret))}

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        factor = Authenticator.objects.get(user=self.request.user, type=Authenticator.Type.TOTP)
        factor.wrap().validate_code(form.cleaned_data["code"])  # which is used up by that
        shown(self.request, factor)
        return response


class AddPasskey(AddWebAuthnView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        options = begin_registration(self.request.user, passwordless=True)  # whose challenge is the last that counts
        return context | {"js_data": {"creation_options": options}}

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        newest = Authenticator.objects.filter(user=self.request.user, type=Authenticator.Type.WEBAUTHN).latest("pk")
        shown(self.request, newest)
        return response


class RemovePasskey(RemoveWebAuthnView):
    success_url = HOW_YOU_SIGN_IN

    def form_valid(self, form: Any) -> HttpResponse:
        if not get_adapter().can_delete_authenticator(self.get_object()):
            messages.error(self.request, get_adapter().error_messages["cannot_delete_authenticator"])
            return HttpResponseRedirect(reverse("mfa_index"))
        return super().form_valid(form)


class RecoveryCodes(ViewRecoveryCodesView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        onward = self.request.session.pop(ONWARD, reverse("mfa_index"))
        return super().get_context_data(**kwargs) | {"onward": onward}


index = Index.as_view()
set_up_app = SetUpApp.as_view()
add_passkey = AddPasskey.as_view()
rename_passkey = EditWebAuthnView.as_view(success_url=HOW_YOU_SIGN_IN)
remove_passkey = RemovePasskey.as_view()
view_recovery_codes = RecoveryCodes.as_view()
