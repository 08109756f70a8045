"""Officers' sign-in: of django-allauth's views those that this site uses, under its names."""

from allauth.account import views as account
from allauth.mfa.base import views as second_factor
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.contrib.admin import site
from django.urls import path, re_path
from django.views.generic import RedirectView

from sosafe_site.accounts import set_up, sign_in
from sosafe_site.accounts.new_password import forgotten, new_password
from sosafe_site.accounts.sessions import signed_in

urlpatterns = [
    path("sign-out/", account.logout, name="account_logout"),
    path(
        "signed-in/",
        site.admin_view(signed_in),
        name="account_signed_in",
    ),
    path("again/", account.reauthenticate, name="account_reauthenticate"),
    path("password/", account.password_change, name="account_change_password"),
    # Where allauth leads who has no password to change
    path("password/none/", RedirectView.as_view(pattern_name="account_reset_password"), name="account_set_password"),
    path("forgotten/", forgotten, name="account_reset_password"),
    path("forgotten/sent/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^new-password/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[0-9A-Za-z-]+)/$",
        new_password,
        name="account_reset_password_from_key",
    ),
    path("new-password/set/", account.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    path("second-factor/", set_up.index, name="mfa_index"),
    path("second-factor/ask/", second_factor.authenticate, name="mfa_authenticate"),
    path("second-factor/again/", second_factor.reauthenticate, name="mfa_reauthenticate"),
    path("second-factor/app/", set_up.set_up_app, name="mfa_activate_totp"),
    path("second-factor/app/remove/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("second-factor/codes/", set_up.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("second-factor/codes/new/", recovery_codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("second-factor/passkeys/add/", set_up.add_passkey, name="mfa_add_webauthn"),
    path("second-factor/passkeys/again/", webauthn.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("second-factor/passkeys/sign-in/", sign_in.sign_in_by_passkey, name="mfa_login_webauthn"),
    path("second-factor/passkeys/<int:pk>/", set_up.rename_passkey, name="mfa_edit_webauthn"),
    path("second-factor/passkeys/<int:pk>/remove/", set_up.remove_passkey, name="mfa_remove_webauthn"),
]
