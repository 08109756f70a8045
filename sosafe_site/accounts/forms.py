"""What officers fill in to get a new password, and administrators to close an account."""

from typing import Any

from allauth.account import forms as allauth
from django import forms
from django.contrib.auth.models import User
from django.http import HttpRequest

from sosafe_site.accounts.leavers import LookedAfter, heirs_of
from sosafe_site.accounts.letters import in_background, send_link


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
        in_background(send_links, list(User.objects.filter(email__iexact=self.cleaned_data["email"], is_active=True)))
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
        if self.looked_after.posts:
            self.fields["heir"].choices = [("", "Choose one"), *heirs_of(account)]  # type: ignore[attr-defined]  # a Field in general has none
        else:
            del self.fields["heir"]
