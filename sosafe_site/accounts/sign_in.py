"""The sign-in page: by password, to which a second step belongs, or by a passkey alone.

What an officer typed before a sign-in ended comes along with the page. Once the password was right, it waits in the
session, and after the last step the site shows it: publishing/resubmit.py.
"""

from typing import Any

from allauth.account.internal.stagekit import get_pending_stage
from allauth.account.views import LoginView
from allauth.mfa.webauthn.views import LoginWebAuthnView
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.response import TemplateResponse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_http_methods

from sosafe_site.accounts.sign_in_forms import SignInForm
from sosafe_site.publishing.resubmit import Typed, headed, keep

SEEN_AND_SENT = method_decorator(require_http_methods(["GET", "HEAD", "POST"]), name="dispatch")
NO_SUCH_PASSKEY = "This passkey isn’t known here, or it was not used in time. Try again, or sign in by password."


@SEEN_AND_SENT
class SignIn(LoginView):
    template_name = "account/login.html"
    form_class = SignInForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        typed = Typed.carried(request)
        if typed and get_pending_stage(request):  # whose password was right, in another tab
            keep(request, typed)
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        if typed := Typed.carried(self.request):
            keep(self.request, typed)
        return super().form_valid(form)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        typed = kwargs.pop("typed", None) or Typed.carried(self.request)
        context = super().get_context_data(**kwargs)
        path = typed.path if typed else context["redirect_field_value"]
        return context | {"typed": typed, "kept": typed.sign() if typed else "", "next": path}


sign_in = SignIn.as_view()


def ask_to_sign_in(request: HttpRequest, typed: Typed | None, wrong: str = "") -> HttpResponse:
    """The page as an answer to something else that was sent."""
    view = SignIn()
    view.setup(request)
    context = view.get_context_data(form=SignInForm(request=request), typed=typed, wrong=wrong)
    return headed(TemplateResponse(request, view.template_name, context))


@SEEN_AND_SENT
class SignInByPasskey(LoginWebAuthnView):
    def form_invalid(self, form: Any) -> HttpResponse:
        return ask_to_sign_in(self.request, Typed.carried(self.request), NO_SUCH_PASSKEY)

    def form_valid(self, form: Any) -> HttpResponse:
        if typed := Typed.carried(self.request):
            keep(self.request, typed)
        return super().form_valid(form)


sign_in_by_passkey = SignInByPasskey.as_view()
