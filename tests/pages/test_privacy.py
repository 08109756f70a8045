"""The privacy page says what the site does: its facts come from the code, and no cookie is set that it doesn't name."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import get_resolver, reverse

from pages import forms
from pages.coherence import Rank, attention
from pages.models import Page, SiteSettings
from pages.privacy.cookies import cookies
from pages.privacy.retention import OF_OFFICERS, OF_READERS, in_words
from sosafe_site.accounts.session_store import IDLE, LONGEST  # as they are, before a fixture changes them
from sosafe_site.periods import today
from sosafe_site.publishing.models import AuditEntry
from tests import make
from tests.content import SEEDED, seed
from tests.forms import Form
from tests.pages.test_seed_document import words
from tests.test_logs import every

PAGE = "/privacy/"


@pytest.fixture
def _seed(db):
    seed()


@pytest.fixture
def _mailbox(_seed):
    SiteSettings.objects.update(mailbox="officers@example.org")


def asked(sentence):
    found = [each for rank in attention(today()).asked.values() for kinds in rank.values() for each in kinds]
    return [each.rank for each in found if sentence in each.sentence]


@pytest.mark.usefixtures("_mailbox")
def test_the_page_tells_each_cookie_and_all_that_is_kept_of_people(client):
    page = words(client.get(PAGE))
    for cookie in cookies():
        assert f"{cookie.name}: {cookie.why} {cookie.until}" in page
    for kept in [*OF_READERS, *OF_OFFICERS]:
        assert f"{kept.what}. {kept.why} How long: {kept.until}" in page
    times = [LONGEST, IDLE, AuditEntry.KEPT, timedelta(seconds=forms.HOUR)]
    assert [time for time in times if in_words(time) not in page] == []


@pytest.mark.usefixtures("_seed")
def test_without_a_form_it_tells_of_none(client):
    assert "contact form" not in words(client.get(PAGE))


@pytest.mark.usefixtures("_mailbox")
def test_readers_get_no_cookie():
    client = Client(enforce_csrf_checks=True)
    assert [address for address in SEEDED.values() if client.get(address).cookies] == []


@pytest.fixture
def heard():
    """A client that remembers the names of all cookies that it was ever given."""

    class Listening(Client):
        def request(self, **asked):
            response = super().request(**asked)
            self.names |= set(response.cookies)
            self.lasting |= {name for name, cookie in response.cookies.items() if cookie["max-age"] not in ("", 0)}
            return response

    Listening.names, Listening.lasting = set(), set()
    return Listening(raise_request_exception=False)


def plain_addresses():
    """Of the pages around signing in, those whose addresses hold nothing."""
    plain = [each for each in every(get_resolver().url_patterns) if each.name and not each.pattern.regex.groupindex]
    names = {each.name for each in plain if each.name.startswith(("account_", "mfa_"))}
    return sorted(reverse(name) for name in names - {"account_logout"})


@pytest.mark.usefixtures("_seed")
def test_signing_in_and_all_around_it_sets_no_cookie_but_those_that_the_page_names(heard):
    officer = make.make_officer("Administrator", email="officer@example.org")
    officer.set_password("a-long-password-1")
    officer.save()
    sign_in = "/admin/login/"
    addresses = plain_addresses()
    assert len(addresses) > 10
    for address in [sign_in, *addresses]:
        heard.get(address)
        heard.post(address, {"username": officer.username, "login": officer.username, "email": officer.email})
    typed = {"username": officer.username, "login": officer.username, "next": "/admin/"}
    heard.post(sign_in, {**typed, "password": "wrong-password"})
    cache.clear()
    heard.post(sign_in, {**typed, "password": "a-long-password-1"})
    assert heard.session.get("_auth_user_id"), "is signed in"
    for address in ["/", "/admin/", "/admin/guide/", *addresses]:
        heard.get(address)
    Form(heard, make.make_page().get_edit_url()).press("_publish", title="Another")
    heard.post("/admin/account/sign-out/")
    heard.post("/admin/logout/")
    assert heard.names == {cookie.name for cookie in cookies()}
    assert heard.lasting == set(), "each ends with the browser, as the page says"


@pytest.mark.usefixtures("_seed")
def test_officers_are_asked_for_what_only_the_council_knows_and_for_the_list_where_it_is_gone():
    page = Page.objects.get(slug="privacy")
    assert asked("“Privacy” has no section “Whom to ask about your data”.") == [Rank.GAP]
    assert asked("“Privacy” doesn’t list what this website keeps") == []
    page.sections.filter(shows="privacy").update(shows="")
    assert asked("“Privacy” doesn’t list what this website keeps") == [Rank.WRONG]
    make.make_section(page=page, anchor="whom-to-ask-about-your-data", heading="Whom to ask", position=9)
    assert asked("Whom to ask about your data") == []


@pytest.mark.usefixtures("_mailbox")
def test_its_words_are_short(client):
    page = client.get(PAGE).content.decode().partition('id="kept"')[2].partition("</section>")[0]
    sentences = [sentence.split() for sentence in re.split(r"[.:;] ", re.sub(r"<[^>]+>", " ", page))]
    assert max(len(sentence) for sentence in sentences) <= 30
