"""Before what is dangerous an officer shows once more who he is; what he typed is kept, and never done unasked."""

from datetime import UTC, datetime, timedelta

import lxml.html
import pytest
import time_machine
from allauth.mfa.totp.internal import auth as totp
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from pages.models import Page
from tests import make

MORNING = datetime(2026, 3, 2, 8, tzinfo=UTC)
PASSWORD = "correct horse battery"
AGAIN, NOT_SENT = reverse("account_reauthenticate"), reverse("admin:not_sent")
SECRET = "JBSWY3DPEHPK3PXP"


@pytest.fixture(autouse=True)
def clock(db):
    with time_machine.travel(MORNING, tick=False) as traveller:
        yield traveller


@pytest.fixture
def officer():
    return User.objects.create_superuser("anna", "anna@example.org", PASSWORD)


@pytest.fixture
def window(officer, clock):
    """Of somebody who signed in twenty minutes ago."""
    client = Client(headers={"Origin": settings.SITE_URL})
    client.post(reverse("account_login"), {"login": "anna", "password": PASSWORD})
    clock.shift(timedelta(minutes=20))
    return client


def confirm(window, asked, password=PASSWORD):
    assert asked.status_code == 302
    address = asked["Location"].partition("?")[0]
    assert address == AGAIN
    form = lxml.html.fromstring(window.get(asked["Location"]).content.decode())
    (after,) = form.xpath("//input[@name='next']/@value")
    return window.post(AGAIN, {"password": password, "next": after})


def send_again(window):
    """Presses the button on the page that shows what was typed."""
    page = lxml.html.fromstring(window.get(NOT_SENT).content.decode())
    (form,) = [form for form in page.forms if set(form.inputs.keys()) - {"csrfmiddlewaretoken"}]
    return window.post(form.action, dict(form.form_values()))


@pytest.fixture
def page():
    return make.make_page(title="Gone soon")


@pytest.fixture
def erase(page):
    return reverse("admin:pages_page_erase", args=[page.pk])


def test_erasing_asks_first_who_it_is(window, erase):
    asked = window.get(erase)
    assert "This is not your password" in confirm(window, asked, "wrong").content.decode()
    assert window.get(erase).status_code == 302, "a wrong password opens nothing"
    assert confirm(window, asked)["Location"] == erase
    assert window.get(erase).status_code == 200


def test_what_was_typed_is_shown_then_and_done_only_by_a_press(window, page, erase, clock):
    confirm(window, window.get(erase))
    clock.shift(timedelta(minutes=16))
    asked = window.post(erase, {"title": "Gone soon", "reason": "The court says so."})
    assert Page.objects.filter(pk=page.pk).exists()
    assert confirm(window, asked)["Location"] == NOT_SENT
    shown = window.get(NOT_SENT).content.decode()
    assert "The court says so." in shown
    assert Page.objects.filter(pk=page.pk).exists(), "to show who one is erases nothing"
    assert send_again(window).status_code == 302
    assert not Page.objects.filter(pk=page.pk).exists()


def test_what_was_left_is_not_done_by_a_later_confirmation(window, page, erase, clock):
    window.post(erase, {"title": "Gone soon", "reason": "A mistake."})
    for address in (erase, reverse("admin:auth_user_add"), erase):
        confirm(window, window.get(erase))
        window.get(address)
        clock.shift(timedelta(minutes=16))
    assert Page.objects.filter(pk=page.pk).exists()


def test_what_another_website_sends_is_neither_done_nor_kept(window, page, erase):
    strict = Client(enforce_csrf_checks=True, headers={"Origin": "https://evil.example"})
    strict.cookies = window.cookies
    sent = {"title": "Gone soon", "reason": "Ha."}
    assert strict.post(erase, sent).status_code == 403
    assert strict.post(erase, sent, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert window.get(NOT_SENT)["Location"] == reverse("admin:index")
    assert Page.objects.filter(pk=page.pk).exists()


@pytest.mark.parametrize(("minutes", "is_asked"), [(14, False), (15, True)])
def test_it_holds_for_a_quarter_of_an_hour_whatever_is_done_meanwhile(window, erase, clock, minutes, is_asked):
    confirm(window, window.get(erase))
    for _ in range(minutes):
        clock.shift(timedelta(minutes=1))
        answer = window.get(erase)
    assert (answer.status_code == 302) is is_asked


def test_who_has_just_signed_in_is_not_asked(officer, erase):
    client = Client()
    client.post(reverse("account_login"), {"login": "anna", "password": PASSWORD})
    assert client.get(erase).status_code == 200


def test_accounts_are_changed_only_by_whom_the_site_is_sure_of(window, officer):
    ben = User.objects.create_superuser("ben", "ben@example.org", PASSWORD)
    change = reverse("admin:auth_user_change", args=[ben.pk])
    assert window.get(change).status_code == 302
    asked = window.post(change, {"username": "ben", "email": "mine@evil.example", "first_name": "Kept"})
    ben.refresh_from_db()
    assert ben.email == "ben@example.org"
    assert confirm(window, asked)["Location"] == NOT_SENT
    assert "mine@evil.example" in window.get(NOT_SENT).content.decode()
    assert window.get(reverse("admin:auth_user_add")).status_code == 200


@pytest.mark.parametrize("act", ["link", "second-factor", "close", "reopen", "anonymous"])
def test_nothing_is_done_to_a_colleague_by_whom_the_site_is_not_sure_of(window, officer, act):
    is_open = act in {"link", "second-factor", "close"}
    ben = User.objects.create_superuser("ben", "ben@example.org", PASSWORD, is_active=is_open)
    before = User.objects.filter(pk=ben.pk).values().get()
    address = reverse(f"admin:auth_user_{act}", args=[ben.pk])
    assert window.get(address)["Location"].startswith(AGAIN)
    asked = window.post(address, {"is_anonymous": "on"})
    assert "/new-password/" not in asked.content.decode()
    assert User.objects.filter(pk=ben.pk).values().get() == before
    assert confirm(window, asked)["Location"] == NOT_SENT
    assert User.objects.filter(pk=ben.pk).values().get() == before


@pytest.mark.parametrize("kind", ["auth_user", "pages_page", "publishing_post", "publishing_auditentry"])
def test_no_list_is_taken_out_by_whom_the_site_is_not_sure_of(window, officer, kind):
    sheet, listed = (reverse(f"admin:{kind}_{name}") for name in ("sheet", "changelist"))
    asked = window.get(sheet, {"q": "a&b"})
    assert "once more" in window.get(asked["Location"]).content.decode()
    assert confirm(window, asked)["Location"] == f"{listed}?q=a%26b"
    assert window.get(sheet)["Content-Type"] == "text/csv; charset=utf-8"


def test_a_code_of_the_second_factor_will_do_as_well(officer, window, erase):
    totp.TOTP.activate(officer, SECRET)
    code = totp.format_hotp_value(totp.hotp_value(SECRET, next(totp.yield_hotp_counters_from_time())))
    for given, status in (("000000", 302), (code, 200)):
        window.post(reverse("mfa_reauthenticate"), {"code": given, "next": erase})
        assert window.get(erase).status_code == status


@pytest.mark.parametrize(("page", "field"), [("account_reauthenticate", "password"), ("mfa_reauthenticate", "code")])
def test_the_keyboard_is_in_the_field_that_is_asked_for(officer, window, page, field):
    totp.TOTP.activate(officer, SECRET)
    for answer in (window.get(reverse(page)), window.post(reverse(page), {field: "wrong"})):
        shown = lxml.html.fromstring(answer.content.decode())
        (asked,) = shown.xpath("//input[@autofocus]")
        assert asked.get("name") == field
        assert not asked.get("value"), "what was wrong stands before what is typed next"


@pytest.mark.parametrize("page", ["account_reauthenticate", "account_change_password"])
def test_browsers_know_whose_password_is_asked_for(window, page):
    shown = lxml.html.fromstring(window.get(reverse(page)).content.decode())
    assert shown.xpath("//form//input[@autocomplete='username']/@value") == ["anna"]


def test_confirming_leads_to_no_other_website(window, erase):
    asked = window.get(erase)
    for evil in ("https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example"):
        answer = window.post(AGAIN, {"password": PASSWORD, "next": evil})
        assert answer["Location"] == reverse("admin:index"), evil
    assert asked["Location"].startswith(AGAIN)
