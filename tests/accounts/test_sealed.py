"""A copy of the database is no second factor, and a changed SECRET_KEY no fault of the site."""

import importlib
import json

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.apps import apps
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from tests.accounts.test_second_factor import PASSWORD, code_of, give_app, is_let_in, password, second_step

pytestmark = pytest.mark.django_db
ANOTHER_KEY = "another-key-that-is-long-enough-" * 2
migration = importlib.import_module("sosafe_site.accounts.migrations.0002_second_factors_are_sealed")


@pytest.fixture(autouse=True)
def _demanded(settings):
    settings.SECOND_FACTOR = True


@pytest.fixture
def anna(db):
    return User.objects.create_superuser("anna", password=PASSWORD)


def stored():
    return json.dumps(list(Authenticator.objects.values_list("data", flat=True)))


def test_no_secret_of_a_second_factor_stands_in_the_database(anna, monkeypatch):
    seed = RecoveryCodes.generate_seed()
    monkeypatch.setattr(RecoveryCodes, "generate_seed", lambda: seed)
    secret, recovery = give_app(anna), RecoveryCodes.activate(anna)
    assert "seed" in stored()
    assert secret not in stored()
    assert seed not in stored()
    for code in (code_of(secret), recovery.generate_codes()[0]):
        browser = Client()
        password(browser)
        second_step(browser, code)
        assert is_let_in(browser)


def test_under_another_key_every_code_is_wrong_until_the_last_resort(anna, settings, capsys):
    secret, [recovery, *_] = give_app(anna), RecoveryCodes.activate(anna).generate_codes()
    settings.SECRET_KEY = ANOTHER_KEY
    browser = Client()
    password(browser)
    for code in (code_of(secret), recovery, code_of("")):
        answer = second_step(browser, code)
        assert "This code is wrong" in answer.content.decode()
        assert not is_let_in(browser)
    call_command("make_officer", "anna", "--second-factor-lost")
    printed = capsys.readouterr().out
    browser = Client()
    browser.post(reverse("admin:login"), {"login": "anna", "password": printed.split("password:")[1].split()[0]})
    assert browser.get(reverse("admin:index"))["Location"] == reverse("mfa_index"), "to set up another"


def test_what_was_set_up_before_is_sealed_once_and_still_works(anna):
    secret, seed = "JBSWY3DPEHPK3PXP", RecoveryCodes.generate_seed()
    for kind, data in (("totp", {"secret": secret}), ("recovery_codes", {"seed": seed, "used_mask": 1})):
        Authenticator.objects.create(user=anna, type=kind, data=data)
    Authenticator.objects.create(user=anna, type="webauthn", data={"name": "secret", "credential": {}})
    migration.seal_all(apps, None)
    once = stored()
    assert secret not in once
    assert seed not in once
    migration.seal_all(apps, None)
    assert stored() == once
    app, codes = (Authenticator.objects.get(type=kind) for kind in ("totp", "recovery_codes"))
    assert TOTP(app).validate_code(code_of(secret))
    assert codes.data["used_mask"] == 1
    assert len(RecoveryCodes(codes).get_unused_codes()) == 9
