"""Of signing in the log tells who, what, when and in which sign-in, and nothing that was typed."""

from unittest.mock import patch

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.urls import reverse

from sosafe_site.accounts.links import link_for
from sosafe_site.publishing.models import AuditEntry
from sosafe_site.publishing.models.audit import session_of
from tests.accounts.letters import choose, path_of

pytestmark = pytest.mark.django_db
Kind = AuditEntry.Kind
PASSWORD = "correct horse battery"
SECRET = "JBSWY3DPEHPK3PXP"
SIGN_IN = reverse("account_login")


@pytest.fixture
def officer():
    return User.objects.create_superuser("anna", "anna@example.org", PASSWORD)


def sign_in(client, name="anna", password=PASSWORD):
    return client.post(SIGN_IN, {"login": name, "password": password})


def noted():
    """What was done, by whom and to which account, the oldest first."""
    return [(entry.kind, entry.account, entry.record) for entry in reversed(AuditEntry.objects.all())]


def log_as_text():
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM publishing_auditentry")
        return str(cursor.fetchall())


def test_signing_in_and_out_are_entries_of_one_session(client, officer):
    assert sign_in(client).status_code == 302
    session = session_of(client.get("/admin/").wsgi_request)
    client.post(reverse("admin:logout"))
    assert noted() == [(Kind.SIGNED_IN, officer.pk, ""), (Kind.SIGNED_OUT, officer.pk, "")]
    assert {entry.session for entry in AuditEntry.objects.all()} == {session}


def test_a_wrong_password_is_noted_of_the_account_and_not_as_done_by_it(client, officer):
    sign_in(client, password="guessed")
    assert noted() == [(Kind.SIGN_IN_FAILED, None, str(officer.pk))]


def test_nothing_that_was_typed_to_sign_in_gets_into_the_log(client, officer):
    for name, password in [("hunter2", "hunter2"), ("anna", "hunter2"), ("hunter2@example.org", "x" * 300), ("", "")]:
        sign_in(client, name, password)
    assert [kind for kind, *_ in noted()] == [Kind.SIGN_IN_FAILED] * 3
    for typed in ("hunter2", "anna", "xxx", "127.0.0.1", "192.0.2.7"):
        assert typed not in log_as_text()


def test_of_sixty_wrong_passwords_the_log_tells_five_and_once_that_there_was_a_lock(officer):
    for n in range(60):
        sign_in(Client(REMOTE_ADDR=f"198.51.100.{n}"), password="wrong")
    of_anna = (None, str(officer.pk))
    assert noted() == [(Kind.SIGN_IN_FAILED, *of_anna)] * 5 + [(Kind.LOCKED_OUT, *of_anna)]


@pytest.fixture
def with_app(officer, settings):
    settings.SECOND_FACTOR = True
    auth.TOTP.activate(officer, SECRET)
    RecoveryCodes.activate(officer)
    return officer


def right_code():
    return auth.format_hotp_value(auth.hotp_value(SECRET, next(iter(auth.yield_hotp_counters_from_time()))))


def test_a_wrong_code_is_noted_and_only_a_right_one_is_a_sign_in(client, with_app):
    sign_in(client)
    client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert noted() == [(Kind.FACTOR_FAILED, None, str(with_app.pk))]
    client.post(reverse("mfa_authenticate"), {"code": right_code()})
    assert noted()[1:] == [(Kind.SIGNED_IN, with_app.pk, "")]


def test_a_recovery_code_that_was_used_is_noted(client, with_app):
    sign_in(client)
    code = RecoveryCodes(with_app.authenticator_set.get(type="recovery_codes")).get_unused_codes()[0]
    client.post(reverse("mfa_authenticate"), {"code": code})
    assert {kind for kind, *_ in noted()} == {Kind.CODE_USED, Kind.SIGNED_IN}
    assert code not in log_as_text()


def test_second_factors_that_come_and_go_are_noted(client, officer, django_capture_on_commit_callbacks):
    sign_in(client)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    with patch("allauth.mfa.totp.internal.auth.validate_totp_code", lambda *args: True):
        client.get(reverse("mfa_activate_totp"))
        with django_capture_on_commit_callbacks(execute=True):
            client.post(reverse("mfa_activate_totp"), {"code": "123456"})
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("mfa_generate_recovery_codes"))
    Authenticator.objects.create(user=officer, type="webauthn", data={"name": "Laptop"})  # so that it isn't the last
    client.post(reverse("mfa_deactivate_totp"))
    told = [(entry.kind, entry.words) for entry in reversed(AuditEntry.objects.all())]
    assert (Kind.FACTOR_ADDED, "Authenticator app") in told
    assert (Kind.CODES_RENEWED, "") in told
    assert (Kind.FACTOR_REMOVED, "Authenticator app") in told
    assert {entry.account for entry in AuditEntry.objects.all()} == {officer.pk}


def test_giving_the_password_again_is_noted_and_so_is_a_wrong_one(client, officer):
    sign_in(client)
    client.post(reverse("account_reauthenticate"), {"password": "wrong"})
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    assert noted()[1:] == [
        (Kind.SIGN_IN_FAILED, officer.pk, str(officer.pk)),
        (Kind.CONFIRMED, officer.pk, ""),
    ]


def test_a_new_password_is_noted_whether_one_changes_it_or_a_link_does(client, officer):
    sign_in(client)
    new = "battery staple correct"
    client.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new})
    officer.refresh_from_db()
    choose(Client(), path_of(link_for(officer)))
    number = str(officer.pk)
    changed = [each for each in noted() if each[0] == Kind.PASSWORD_CHANGED]
    assert changed == [(Kind.PASSWORD_CHANGED, officer.pk, number), (Kind.PASSWORD_CHANGED, None, number)]
