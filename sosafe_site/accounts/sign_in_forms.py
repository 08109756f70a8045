"""The forms around signing in, in officers' words."""

import struct
from typing import Any

from allauth.account.forms import ChangePasswordForm, LoginForm, ReauthenticateForm
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as CodeAgainForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY, get_totp_secret
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.core.exceptions import ValidationError


class Plain(forms.Form):
    """Labels say what a field is, so none repeats it in grey within the field; and help stands in the page's words."""

    LABELS: dict[str, str] = {}
    FOCUSED = ""  # the field that the keyboard is in from the start, where nothing before it has to be read first

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = self.LABELS.get(name, field.label)
        if self.FOCUSED:
            self.fields[self.FOCUSED].widget.attrs["autofocus"] = True


class SignInForm(Plain, LoginForm):
    LABELS = {"login": "Username", "password": "Password"}
    FOCUSED = "login"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = ""


class PasswordAgainForm(Plain, ReauthenticateForm):
    LABELS = {"password": "Your password"}
    FOCUSED = "password"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = ""


class ChangedPasswordForm(Plain, ChangePasswordForm):
    LABELS = {"oldpassword": "Your present password", "password1": "New password", "password2": "New password again"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.help_text = ""  # the page says it in plain words
            field.error_messages["required"] = "Fill this in."


class CodeInput(forms.TextInput):
    """Empty after a wrong code: the next is another one, and would be typed behind it."""

    def format_value(self, value: Any) -> None:
        return None


class Code(Plain):
    LABELS = {"code": "Code"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unspelt = {"inputmode": "numeric", "autocapitalize": "off", "spellcheck": "false"}
        self.fields["code"].widget = CodeInput(self.fields["code"].widget.attrs | unspelt)


class SecondStepForm(Code, AuthenticateForm):
    FOCUSED = "code"


class SecondStepAgainForm(Code, CodeAgainForm):
    FOCUSED = "code"


class SetUpAppForm(Code, ActivateTOTPForm):
    """Its key stays the same until it is used: after a reload the app may have it already."""

    LABELS = {"code": "The six digits that the app shows now"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        key = get_totp_secret()
        super().__init__(*args, **kwargs)
        self.secret = context.request.session[SECRET_SESSION_KEY] = key


# What the libraries raise that read a credential, of one that no browser has made
NO_CREDENTIAL = (AttributeError, LookupError, RecursionError, TypeError, ValueError, struct.error)
REFUSED = "This passkey isn’t known here, or it was not used in time. Try again."


class CredentialField(forms.JSONField):
    widget = forms.HiddenInput

    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(value)
        except RecursionError as error:
            raise ValidationError(REFUSED) from error


class Passkey(forms.Form):
    """Anybody may send anything as a credential."""

    credential = CredentialField()

    def clean_credential(self) -> Any:
        try:
            return super().clean_credential()  # type: ignore[misc]  # of the form that this one is mixed into
        except NO_CREDENTIAL as error:
            raise ValidationError(REFUSED) from error


class SignInByPasskeyForm(Passkey, LoginWebAuthnForm):
    pass


class SecondStepByPasskeyForm(Passkey, AuthenticateWebAuthnForm):
    pass


class PasskeyAgainForm(Passkey, ReauthenticateWebAuthnForm):
    pass


class AddPasskeyForm(AddWebAuthnForm):
    """Each can sign in alone, so each must make sure who holds it, by a finger, a face or a PIN."""

    name = forms.CharField(
        label="A name for it",
        max_length=60,
        required=False,
        widget=forms.TextInput({"autocomplete": "off"}),
        help_text="Such as where it is kept: “Work laptop”, “My phone”.",
    )
    passwordless = None  # a choice that is none
    credential = CredentialField()

    def clean(self) -> dict[str, Any] | None:
        self.cleaned_data["passwordless"] = True
        try:
            return super().clean()
        except NO_CREDENTIAL as error:
            raise ValidationError(REFUSED) from error


class RenamePasskeyForm(EditWebAuthnForm):
    name = forms.CharField(label="Its name", max_length=60, widget=forms.TextInput({"autocomplete": "off"}))
