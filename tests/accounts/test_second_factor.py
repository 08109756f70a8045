"""A password alone makes nobody an officer: the second step is demanded everywhere, and holds."""

import json
import re

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.contrib.auth.models import User
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from pages.models import Page
from sosafe_site.accounts.adapter import NO_SUCH_ACCOUNT
from sosafe_site.accounts.second_factor import SETTING_UP
from sosafe_site.publishing.clock import seconds
from sosafe_site.publishing.models import AuditEntry
from tests import make
from tests.admin.test_resubmit import hidden

pytestmark = pytest.mark.django_db
PASSWORD = "a-long-pass-phrase"
HERE = {"headers": {"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"}}
NOON = "2026-11-30T12:00:00Z"


@pytest.fixture(autouse=True)
def _demanded(settings):
    settings.SECOND_FACTOR = True


@pytest.fixture
def anna():
    return User.objects.create_superuser("anna", password=PASSWORD)


def give_app(officer):
    """Gives the secret in it."""
    secret = generate_totp_secret()
    TOTP.activate(officer, secret)
    return secret


def give_passkey(officer, name="Laptop"):
    """One that no browser has."""
    data = {"name": name, "credential": {}}
    return Authenticator.objects.create(user=officer, type=Authenticator.Type.WEBAUTHN, data=data)


def code_of(secret, later=0):
    """What the app shows now, or some half minutes later."""
    return format_hotp_value(hotp_value(secret, int(seconds()) // 30 + later))


def password(browser, **more):
    return browser.post(reverse("admin:login"), {"login": "anna", "password": PASSWORD, **more}, **HERE)


def second_step(browser, code):
    return browser.post(reverse("mfa_authenticate"), {"code": code}, **HERE)


def set_up_app(browser):
    """Gives the answer to the code, and the secret."""
    page = browser.get(reverse("mfa_activate_totp")).content.decode()
    secret = re.search(r'<code class="key">([A-Z2-7 ]+)</code>', page)[1].replace(" ", "")
    return browser.post(reverse("mfa_activate_totp"), {"code": code_of(secret)}, **HERE), secret


def is_let_in(browser):
    return browser.get(reverse("admin:guide")).status_code == 200


def addresses_of_the_admin(patterns, before="/", namespace=""):
    """Of each pattern below /admin/ an address that it takes, and its name."""
    for pattern in patterns:
        path = before + re.sub(r"<\w+:?\w*>|\(\?P<\w+>[^)]*\)", "1", str(pattern.pattern)).strip("^$")
        if isinstance(pattern, URLPattern):
            name = f"{namespace}{pattern.name}"
            if path.startswith("/admin/"):
                yield path, name
        else:
            within = f"{pattern.namespace}:" if pattern.namespace else namespace
            yield from addresses_of_the_admin(pattern.url_patterns, path, within)


@pytest.mark.parametrize("method", ["get", "post"])
def test_who_has_shown_only_a_password_gets_no_page_of_the_admin_but_those_that_set_one_up(anna, client, method):
    password(client)
    found = dict(addresses_of_the_admin(get_resolver().url_patterns))
    assert len(found) > 100
    for path, name in found.items():
        if name.endswith(("login", "logout")):
            continue
        answer = getattr(client, method)(path)
        if name not in SETTING_UP:
            assert (answer.status_code, answer["Location"]) == (302, reverse("mfa_index")), path
        elif method == "get":
            assert answer.status_code in (200, 302), path
            assert "/admin/pages" not in answer.content.decode(), path
    for odd in ("/admin", "/admin//", "/admin/x/../pages/", "/admin/pages", "/Admin/", "//admin/", "/admin/%70ages/"):
        assert client.get(odd, follow=True).request["PATH_INFO"] != "/admin/", odd
        assert "recent" not in client.get(odd).content.decode()


def test_nor_does_he_see_drafts_on_the_sites_own_pages(anna, client):
    draft = make.make_page(slug="draft", title="Not yet", published_at=None)
    password(client)
    assert client.get(draft.get_absolute_url()).status_code == 404
    set_up_app(client)
    assert "Not yet" in client.get(draft.get_absolute_url()).content.decode(), "there was something to be seen"


def test_the_first_officer_is_led_through_it_and_then_to_where_he_wanted_to_go(anna, client):
    page = make.make_page(slug="a")
    wanted = reverse("admin:pages_page_change", args=[page.pk])
    assert password(client, next=wanted)["Location"] == wanted
    assert client.get(wanted)["Location"] == reverse("mfa_index")
    assert "Set up your second step" in client.get(reverse("mfa_index")).content.decode()
    answer, _ = set_up_app(client)
    assert answer["Location"] == reverse("mfa_view_recovery_codes")
    shown = client.get(answer["Location"]).content.decode()
    assert len(re.findall(r"<code>\d{8}</code>", shown)) == 10
    assert f'href="{wanted}"' in shown
    assert client.get(wanted).status_code == 200
    again = client.get(answer["Location"]).content.decode()
    assert "<code>" not in again, "they are shown once"


def test_the_sign_in_by_which_one_is_set_up_stays_one_in_the_log(anna, client):
    password(client)
    key = client.session.session_key
    set_up_app(client)
    assert client.session.session_key != key
    client.post(reverse("admin:logout"))
    assert AuditEntry.objects.filter(kind=AuditEntry.Kind.SIGNED_OUT).exists()
    assert AuditEntry.objects.values("session").distinct().count() == 1


def test_a_wrong_code_sets_up_nothing_and_keeps_the_key(anna, client):
    password(client)
    page = client.get(reverse("mfa_activate_totp")).content.decode()
    again = client.post(reverse("mfa_activate_totp"), {"code": "abc"}, **HERE).content.decode()
    key = re.compile(r'<code class="key">.+?</code>')
    assert key.search(page)[0] == key.search(again)[0]
    assert "This code is wrong" in again
    assert not Authenticator.objects.exists()
    assert not is_let_in(client)


def test_a_reload_keeps_the_key_that_the_app_may_have_already(anna, client):
    password(client)
    before = client.get(reverse("mfa_activate_totp")).content.decode()
    _, secret = set_up_app(client)
    assert re.search(r'<code class="key">(.+?)</code>', before)[1].replace(" ", "") == secret
    assert is_let_in(client)


def test_an_app_that_is_set_up_anew_gets_a_new_key(anna, client):
    password(client)
    _, first = set_up_app(client)
    give_passkey(anna)
    Authenticator.objects.filter(type=Authenticator.Type.TOTP).delete()
    _, second = set_up_app(client)
    assert second != first


def test_other_ways_to_show_who_one_is_are_called_as_on_the_other_pages(anna, client):
    password(client)
    set_up_app(client)
    give_passkey(anna)
    page = client.get(reverse("account_reauthenticate")).content.decode()
    assert "Use a passkey" in page
    assert "Type a code of your authenticator app" in page
    assert "security key" not in page


def test_what_somebody_else_who_knows_the_password_has_open_ends_once_there_is_a_second_factor(anna, client):
    thief = Client()
    password(thief)
    password(client)
    set_up_app(client)
    assert is_let_in(client)
    for address in (reverse("mfa_index"), reverse("mfa_activate_totp"), reverse("mfa_add_webauthn"), "/admin/"):
        assert thief.get(address)["Location"].startswith(reverse("admin:login")), address
    assert "_auth_user_id" not in thief.session


def test_an_officer_whose_second_factors_were_taken_away_sets_one_up_anew(anna, client):
    password(client)
    set_up_app(client)
    Authenticator.objects.exclude(type=Authenticator.Type.RECOVERY_CODES).delete()  # which are none
    assert Authenticator.objects.exists()
    assert client.get(reverse("admin:guide"))["Location"] == reverse("mfa_index")


def test_the_password_alone_is_not_enough_once_there_is_one(anna, client):
    secret = give_app(anna)
    assert password(client)["Location"] == reverse("mfa_authenticate")
    assert not is_let_in(client)
    assert second_step(client, "000000" if code_of(secret) != "000000" else "000001").status_code == 200
    assert not is_let_in(client)
    assert second_step(client, code_of(secret)).status_code == 302
    assert is_let_in(client)


def test_a_code_is_taken_once_and_for_a_minute_and_a_half_at_most(anna):
    secret = give_app(anna)
    with time_machine.travel(NOON, tick=False) as clock:
        code = code_of(secret)
        assert signs_in_with(code)
        assert not signs_in_with(code)
        clock.shift(31)
        assert not signs_in_with(f" {code[:3]} {code[3:]} "), "nor written otherwise, while it would still hold"
        assert signs_in_with(code_of(secret))
        old = code_of(secret, later=2)
        clock.shift(60 + 61)
        assert not signs_in_with(old), "nor one that nobody has used, once it is old"


def signs_in_with(code):
    browser = Client()
    password(browser)
    return second_step(browser, code).status_code == 302


def test_the_code_that_set_the_app_up_signs_nobody_in(anna, client):
    with time_machine.travel(NOON, tick=False):
        password(client)
        _, secret = set_up_app(client)
        assert not signs_in_with(code_of(secret))
        assert signs_in_with(code_of(secret, later=1))


def test_a_recovery_code_is_taken_once(anna):
    give_app(anna)
    first, second, *_ = RecoveryCodes.activate(anna).generate_codes()
    assert signs_in_with(first)
    assert not signs_in_with(first)
    assert signs_in_with(second)


def test_the_last_second_factor_can_not_be_removed_and_recovery_codes_are_none(anna, client):
    give_passkey(User.objects.create_superuser("bert"))  # a colleague's, which is none of hers
    password(client)
    set_up_app(client)
    remove = reverse("mfa_deactivate_totp")
    assert "This is your only second step" in client.post(remove, **HERE).content.decode()
    assert Authenticator.objects.filter(type=Authenticator.Type.TOTP).exists()
    passkey = give_passkey(anna)
    client.post(remove, **HERE)
    assert not Authenticator.objects.filter(type=Authenticator.Type.TOTP).exists(), "another stays"
    answer = client.post(reverse("mfa_remove_webauthn", args=[passkey.pk]), follow=True, **HERE)
    assert "This is your only second step" in answer.content.decode()
    assert Authenticator.objects.filter(pk=passkey.pk).exists()
    give_passkey(anna, "Phone")
    client.post(reverse("mfa_remove_webauthn", args=[passkey.pk]), **HERE)
    assert not Authenticator.objects.filter(pk=passkey.pk).exists(), "another stays"


def test_nobody_touches_a_colleagues_passkey(anna, client):
    theirs = give_passkey(User.objects.create_superuser("bert"))
    password(client)
    set_up_app(client)
    for name in ("mfa_remove_webauthn", "mfa_edit_webauthn"):
        assert client.get(reverse(name, args=[theirs.pk])).status_code == 404
        assert client.post(reverse(name, args=[theirs.pk]), {"name": "Mine"}, **HERE).status_code == 404
    theirs.refresh_from_db()
    assert theirs.data["name"] == "Laptop"


def test_what_was_typed_is_kept_through_both_steps_and_nothing_of_strangers_is(anna):
    page = make.make_page(title="Old", slug="a")
    form = reverse("admin:pages_page_change", args=[page.pk])
    secret, browser = give_app(anna), Client()
    asked = browser.post(form, {"title": "Long thought out"}, **HERE)
    assert not browser.session.keys()
    carried = {name: value for name, value in hidden(asked).items() if name in ("kept", "next")}
    password(browser, **carried | {"password": "wrong"})
    assert "kept" not in browser.session
    assert password(browser, **carried)["Location"] == reverse("mfa_authenticate")
    second_step(browser, "wrong")
    answer = second_step(browser, code_of(secret))
    assert answer["Location"] == reverse("admin:not_sent")
    for _ in range(2):  # as when the page is loaded again
        assert hidden(browser.get(answer["Location"]))["title"] == "Long thought out"
    assert Page.objects.get().title == "Old", "only a press sends it"
    browser.get(form)
    assert browser.get(answer["Location"])["Location"] == reverse("admin:index"), "it was left"


def test_what_was_typed_is_kept_through_setting_one_up(anna, client):
    page = make.make_page(slug="a")
    password(client)
    set_up_app(client)
    Authenticator.objects.all().delete()  # by an administrator, while something is typed
    client.post(reverse("admin:pages_page_change", args=[page.pk]), {"title": "Long thought out"}, **HERE)
    answer, _ = set_up_app(client)
    assert f'href="{reverse("admin:not_sent")}"' in client.get(answer["Location"]).content.decode()
    assert hidden(client.get(reverse("admin:not_sent")))["title"] == "Long thought out"


def test_an_account_that_is_closed_between_the_steps_is_not_let_in(anna, client):
    secret = give_app(anna)
    password(client)
    User.objects.update(is_active=False)
    answer = second_step(client, code_of(secret))
    assert answer["Location"] == reverse("admin:login")
    assert "_auth_user_id" not in client.session
    assert "account_login" not in client.session
    assert anna.last_login is None


@pytest.mark.parametrize("changed", [{"is_active": False}, {"is_staff": False}])
def test_the_right_password_of_who_is_no_officer_gets_the_words_of_a_wrong_one(anna, client, changed):
    User.objects.update(**changed)
    assert NO_SUCH_ACCOUNT in password(client).content.decode()


SIGNED = "eyJ0eXBlIjoid2ViYXV0aG4uZ2V0IiwiY2hhbGxlbmdlIjoiZUEiLCJvcmlnaW4iOiJ4In0"  # a client's data, in base64


def credential(client_data, authenticator_data, handle):
    response = {"clientDataJSON": client_data, "authenticatorData": authenticator_data, "signature": "eA"}
    made = {"id": "eA", "rawId": "eA", "type": "public-key", "response": response | {"userHandle": handle}}
    return json.dumps(made)


ODD = ["", "x", "null", "[]", "{}", "1", '"x"', '{"id": 1}', '{"id": "eA"}', '{"response": []}', "[" * 5_000]
ODD += [credential(data, "A" * 50, "MQ") for data in ("e30", "W10", "x", "", None, 1, [], {}, SIGNED)]
ODD += [credential(SIGNED, data, "MQ") for data in ("", "A", "AAAA", "é", None, 1, [], "A" * 400, "_" * 400)]
ODD += [credential(SIGNED, "A" * 50, handle) for handle in ("enp6enp6enp6enp6eg", "_w", "", "é", None, 1, [], {})]


@pytest.mark.parametrize("credential", ODD)
def test_a_passkey_that_is_none_is_refused_wherever_it_is_sent(anna, client, credential):
    client.get(reverse("mfa_login_webauthn"), headers={"Accept": "application/json"})
    answer = client.post(reverse("mfa_login_webauthn"), {"credential": credential}, **HERE)
    assert answer.status_code == 200
    assert "This passkey isn’t known here" in answer.content.decode()
    give_app(anna)
    password(client)
    assert client.post(reverse("mfa_authenticate"), {"credential": credential}, **HERE).status_code == 200
    assert not is_let_in(client)


def test_setting_up_a_passkey_takes_one(anna, client):
    password(client)
    client.get(reverse("mfa_add_webauthn"))
    for credential in [*ODD, '{"id":"eA","rawId":"eA","type":"public-key","response":{"attestationObject":"oA"}}']:
        answer = client.post(reverse("mfa_add_webauthn"), {"name": "x", "credential": credential}, **HERE)
        assert "could not be added" in answer.content.decode()
    assert not Authenticator.objects.exists()
