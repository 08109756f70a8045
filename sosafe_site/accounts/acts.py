"""What administrators do to a colleague's account beside its form. Each asks first, and nothing happens by a look."""

from typing import Any

from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_http_methods

from sosafe_site.accounts.leavers import (
    LookedAfter,
    close,
    heirs_of,
    is_anonymous,
    make_anonymous,
    reopen,
    take_away_second_factors,
)
from sosafe_site.accounts.letters import in_words, send_later, send_link
from sosafe_site.accounts.links import end_links, link_for, works_for
from sosafe_site.publishing.admin import OfficersAdmin
from sosafe_site.publishing.fresh import demand_fresh_sign_in
from sosafe_site.publishing.mail import can_send
from sosafe_site.publishing.models.audit import AuditEntry, audit
from sosafe_site.publishing.revisions.history import log

SEEN_AND_SENT = require_http_methods(["GET", "HEAD", "POST"])


class ClosingForm(forms.Form):
    heir = forms.ChoiceField(
        label="Who takes over",
        error_messages={"required": "Choose who takes over.", "invalid_choice": "That can’t be chosen any more."},
        help_text="Reminders to check pages then go there.",
    )
    is_anonymous = forms.BooleanField(
        label="Make the account anonymous as well",
        required=False,
        help_text="History then says “a former officer” instead of the name, for good. Nobody can undo this.",
    )

    def __init__(self, account: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.looked_after = LookedAfter.by(account)
        heirs = heirs_of(account) if self.looked_after.posts else []
        if heirs:
            self.fields["heir"].choices = [("", "Choose one"), *heirs]  # type: ignore[attr-defined]  # declared as a ChoiceField above
        else:
            del self.fields["heir"]


class ActsAdmin(OfficersAdmin):
    def get_urls(self):
        acts = {"link": self.link, "second-factor": self.second_factor, "close": self.close}
        acts |= {"reopen": self.reopen, "anonymous": self.anonymous}
        own = [self.own_path(f"<int:pk>/{name}/", SEEN_AND_SENT(act), name) for name, act in acts.items()]
        return [*own, *super().get_urls()]

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        context |= {"show_save_and_add_another": False, "show_save_and_continue": False}
        if obj:
            context |= {
                "is_own": obj == request.user,
                "is_anonymous": is_anonymous(obj),
                "has_second_factor": Authenticator.objects.filter(user=obj).exists(),
            }
        return super().render_change_form(request, context, add, change, form_url, obj)

    def colleague(self, request: HttpRequest, pk: int, *, is_open: bool = True) -> User:
        """Raises PermissionDenied for one's own account and for any that this administrator can't change."""
        account = get_object_or_404(User, pk=pk)
        if account == request.user or not self.has_change_permission(request, account):
            raise PermissionDenied
        if account.is_active is not is_open:
            raise PermissionDenied("Somebody else has closed or reopened this account meanwhile.")
        demand_fresh_sign_in(request)
        return account

    def ask(self, request: HttpRequest, account: User, name: str, **context: Any) -> HttpResponse:
        context |= {"account": account, "back": self.own_url("change", account.pk), "opts": self.opts}
        context = {**self.admin_site.each_context(request), **context}
        return TemplateResponse(request, f"admin/accounts/{name}.html", context)

    def done(self, request: HttpRequest, account: User, words: str) -> HttpResponse:
        self.message_user(request, words, messages.SUCCESS)
        return redirect(self.own_url("change", account.pk))

    def link(self, request: HttpRequest, pk: int) -> HttpResponse:
        """By e-mail, or shown in this one answer, to hand over."""
        account = self.colleague(request, pk)
        context = {"title": f"A link for {account}", "works_for": in_words(works_for(account))}
        if request.method != "POST":
            return self.ask(request, account, "link", can_send=can_send() and account.email, **context)
        with transaction.atomic():
            is_new = not account.has_usable_password()
            if is_new:
                end_links(account)
            log(account, request.user, "A link to choose a password was made.")
            audit(AuditEntry.Kind.INVITED if is_new else AuditEntry.Kind.LINK_MADE, by=request.user, record=account)
        is_sent = "_send" in request.POST
        if is_sent and send_link(account):
            words = f"The link was sent to {account.email}. It works for {context['works_for']}."
            return self.done(request, account, words)
        return self.ask(request, account, "link_shown", link=link_for(account), has_failed=is_sent, **context)

    def second_factor(self, request: HttpRequest, pk: int) -> HttpResponse:
        account = self.colleague(request, pk)
        if request.method != "POST":
            return self.ask(request, account, "second_factor", title=f"{account} has lost the second factor")
        with transaction.atomic():
            take_away_second_factors(account)
            log(account, request.user, "The second factor was taken away.")
            audit(AuditEntry.Kind.FACTOR_REMOVED, by=request.user, record=account)
        send_later("changed", account, what="An administrator took away your second factor, to be set up anew")
        return self.done(request, account, f"{account} sets up a second factor anew at the next sign-in.")

    def close(self, request: HttpRequest, pk: int) -> HttpResponse:
        account = self.colleague(request, pk)
        form = ClosingForm(account, request.POST if request.method == "POST" else None)
        if form.is_valid():
            try:
                with transaction.atomic():
                    close(account, request.user, form.cleaned_data.get("heir", ""))
                    if form.cleaned_data["is_anonymous"]:
                        make_anonymous(account, request.user)
            except ValidationError as error:
                form.add_error(None, error)
            else:
                return self.done(request, account, f"The account of {account} is closed.")
        return self.ask(request, account, "close", title=f"Close the account of {account}", form=form)

    def reopen(self, request: HttpRequest, pk: int) -> HttpResponse:
        account = self.colleague(request, pk, is_open=False)
        if request.method != "POST":
            return self.ask(request, account, "reopen", title=f"Reopen the account of {account}")
        reopen(account, request.user)
        return redirect(self.own_url("link", account.pk))

    def anonymous(self, request: HttpRequest, pk: int) -> HttpResponse:
        account = self.colleague(request, pk, is_open=False)
        if request.method != "POST":
            return self.ask(request, account, "anonymous", title=f"Make the account of {account} anonymous")
        make_anonymous(account, request.user)
        return self.done(request, account, "The account is anonymous.")
