"""Signing in as officers do it: password, authenticator app, passkey, recovery code; and nothing typed is lost."""

import os
import re
import secrets
import shutil

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import expect

from sosafe_site.publishing.clock import seconds
from tests import prepared
from tests.browser.conftest import follow, narrow_and_wide, violations
from tests.tools import OFFICERS_PASSWORD, listen, served


@pytest.fixture(scope="module")
def demanding(tmp_path_factory):
    """A site that demands a second factor, under the name at which browsers allow passkeys."""
    data_dir = tmp_path_factory.mktemp("demanding")
    shutil.copytree(prepared.site("set-up"), data_dir, dirs_exist_ok=True)
    listening = listen()
    site = f"http://localhost:{listening.getsockname()[1]}"
    environment = {**os.environ, "DATA_DIR": str(data_dir), "SITE_URL": site, "SECRET_KEY": secrets.token_urlsafe(50)}
    environment |= {"DJANGO_SETTINGS_MODULE": "sosafe_site.settings", "DATABASE_URL": "", "DEBUG": "off"}
    environment |= {"EMAIL_URL": "memorymail://", "SECOND_FACTOR": "on"}
    with served(listening, environment):
        yield site


def code(secret, later):
    return format_hotp_value(hotp_value(secret, int(seconds()) // 30 + later))


def password(page):
    page.get_by_label("Username").fill("officer")
    page.get_by_label("Password").fill(OFFICERS_PASSWORD)
    page.keyboard.press("Enter")


def sign_out(page):
    follow(page, page.get_by_role("button", name="Sign out"))


def is_clean(page):
    page.emulate_media(reduced_motion="reduce")  # or a colour is judged half way from light to dark
    for width, _ in narrow_and_wide(page, 320, 1280):
        assert violations(page, {}) == [], (page.url, width)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url


def test_the_first_officer_sets_up_a_passkey_and_an_app_and_signs_in_by_each(demanding, open_page):
    page = open_page(f"{demanding}/admin/pages/page/")
    keys = page.context.new_cdp_session(page)
    keys.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    options |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    keys.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    is_clean(page)
    password(page)
    page.get_by_role("heading", name="Set up your second step").wait_for()
    is_clean(page)
    follow(page, page.get_by_role("link", name="Set up a passkey"))
    is_clean(page)
    page.get_by_role("button", name="Make the passkey").press("Enter")
    page.get_by_role("heading", name="Keep your recovery codes").wait_for()
    is_clean(page)
    recovery = page.locator(".codes code").first.inner_text()
    follow(page, page.get_by_role("link", name="I have kept them"))
    assert page.url == f"{demanding}/admin/pages/page/"

    follow(page, page.get_by_role("link", name="How you sign in"))
    is_clean(page)
    follow(page, page.get_by_role("link", name="Set up an authenticator app"))
    is_clean(page)
    secret = re.sub(r"\s", "", page.locator("code.key").inner_text())
    page.get_by_label("six digits").fill(code(secret, later=0))
    page.keyboard.press("Enter")
    page.get_by_text("The authenticator app is set up.").wait_for()
    sign_out(page)

    page.goto(f"{demanding}/admin/")
    page.get_by_role("button", name="Use a passkey").press("Enter")
    page.locator("#logout-form").wait_for()
    sign_out(page)

    for given in (code(secret, later=1), recovery):
        page.goto(f"{demanding}/admin/guide/")
        password(page)
        page.get_by_role("heading", name="Second step").wait_for()
        is_clean(page)
        expect(page.get_by_label("Code")).to_be_focused()
        page.keyboard.type(given)
        page.keyboard.press("Enter")
        page.locator("#logout-form").wait_for()
        assert page.url == f"{demanding}/admin/guide/"
        if given != recovery:
            sign_out(page)

    page.goto(f"{demanding}/admin/pages/page/add/")
    page.get_by_label("Title:").fill("Long thought out")
    page.context.clear_cookies()
    page.get_by_role("button", name="Save draft").first.click()
    page.get_by_text("what you typed is still here").wait_for()
    page.get_by_role("button", name="Use a passkey").click()
    page.get_by_role("heading", name="Not saved yet").wait_for()
    assert page.get_by_text("Long thought out").is_visible()
