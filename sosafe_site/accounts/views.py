"""How an officer without a password gets one, from the sign-in page or by a link."""

from typing import Any

from allauth.account import views as account
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from sosafe_site.accounts.letters import can_send


@never_cache
def forgotten(request: HttpRequest) -> HttpResponse:
    if not can_send():
        return render(request, "account/forgotten_by_hand.html")
    return account.password_reset(request)


@never_cache
def new_password(request: HttpRequest, **link: Any) -> HttpResponse:
    """Whoever looks at it, such as a program that reads e-mail, uses up nothing.

    The address that holds the key tells it to no other page; the form stands at one that doesn't hold it, since under
    that policy browsers would not say where the form comes from.
    """
    response = account.password_reset_from_key(request, **link)
    if link["key"] != account.PasswordResetFromKeyView.reset_url_key:
        response.headers["Referrer-Policy"] = "no-referrer"
    return response
