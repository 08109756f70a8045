"""How an officer without a password gets one, from the sign-in page or by a link."""

from typing import Any

from allauth.account import forms as allauth
from allauth.account import views
from django import forms
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from sosafe_site.accounts.audit import link_asked_for
from sosafe_site.accounts.letters import in_background, send_link
from sosafe_site.publishing.mail import can_send


class ForgottenForm(allauth.ResetPasswordForm):
    email = forms.EmailField(
        label="Your e-mail address",
        error_messages={
            "required": "Fill this in.",
            "invalid": "Check the e-mail address: it looks like name@example.org.",
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def clean_email(self) -> str:
        return self.cleaned_data["email"]

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        """The same work whether or not there is such an account, and nobody waits for the mail server."""
        accounts = list(User.objects.filter(email__iexact=self.cleaned_data["email"], is_active=True))
        link_asked_for(request, accounts)
        in_background(send_links, accounts)
        return self.cleaned_data["email"]


def send_links(accounts: list[User]) -> None:
    """To the address that each account has: what was typed may only look like it."""
    for account in accounts:
        send_link(account)


class NewPasswordForm(allauth.ResetPasswordKeyForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in (("password1", "New password"), ("password2", "The same password again")):
            field = self.fields[name]
            field.label, field.help_text = label, ""
            field.widget.attrs.pop("placeholder", None)
            field.error_messages["required"] = "Fill this in."


@never_cache
def forgotten(request: HttpRequest) -> HttpResponse:
    if not can_send():
        return render(request, "account/forgotten_by_hand.html")
    return views.password_reset(request)


@never_cache
def new_password(request: HttpRequest, **link: Any) -> HttpResponse:
    """Whoever looks at it, such as a program that reads e-mail, uses up nothing.

    The address that holds the key tells it to no other page; the form stands at one that doesn't hold it, since under
    that policy browsers would not say where the form comes from.
    """
    response = views.password_reset_from_key(request, **link)
    if link["key"] != views.PasswordResetFromKeyView.reset_url_key:
        response.headers["Referrer-Policy"] = "no-referrer"
    return response
