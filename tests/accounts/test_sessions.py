"""How long a sign-in lasts, what ends it, and what the site keeps of it."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from django.conf import settings
from django.contrib.auth.models import Group, User
from django.contrib.sessions.backends.base import UpdateError
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from sosafe_site.accounts.models import Session
from sosafe_site.accounts.roles import EDITOR
from sosafe_site.accounts.session_store import SessionStore, stored_key
from sosafe_site.accounts.sessions import end_sessions
from sosafe_site.publishing.models import AuditEntry
from sosafe_site.publishing.resubmit import Typed
from tests.forms import Form

MORNING = datetime(2026, 3, 2, 8, tzinfo=UTC)
PASSWORD = "correct horse battery"
MINUTE = timedelta(minutes=1)
AGENT = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/141.0 Safari/537.36 Edg/141.0"


@pytest.fixture
def clock():
    with time_machine.travel(MORNING, tick=False) as traveller:
        yield traveller


@pytest.fixture
def officer(db):
    return User.objects.create_superuser("anna", password=PASSWORD)


@pytest.fixture
def at_desk(officer, clock):
    return signed_in(officer)


def signed_in(officer, agent=AGENT):
    client = Client(headers={"User-Agent": agent, "Origin": settings.SITE_URL})
    assert client.post(reverse("account_login"), {"login": officer.username, "password": PASSWORD}).status_code == 302
    return client


def is_in(client):
    return client.get(reverse("admin:index")).status_code == 200


def test_a_sign_in_ends_after_an_hour_in_which_nothing_is_done(at_desk, clock):
    clock.shift(59 * MINUTE)
    assert is_in(at_desk)
    clock.shift(59 * MINUTE)
    assert is_in(at_desk), "what was done moved the end"
    clock.shift(61 * MINUTE)
    assert not is_in(at_desk)


def test_a_sign_in_ends_after_ten_hours_whatever_is_done(at_desk, clock):
    for _ in range(19):
        clock.shift(30 * MINUTE)
        assert is_in(at_desk)
    clock.shift(31 * MINUTE)
    assert not is_in(at_desk)


def test_few_requests_write_that_a_session_is_used(at_desk, clock):
    begun = Session.objects.get().used_at
    clock.shift(4 * MINUTE)
    is_in(at_desk)
    assert Session.objects.get().used_at == begun
    clock.shift(MINUTE)
    is_in(at_desk)
    assert Session.objects.get().used_at == begun + 5 * MINUTE


def test_the_cookie_ends_with_the_browser(officer, client):
    client.force_login(officer)
    answer = client.post(reverse("admin:login"), {"login": "anna", "password": PASSWORD})
    assert not any(
        cookie["max-age"] or cookie["expires"] for name, cookie in answer.cookies.items() if "session" in name
    )


def test_who_reads_the_table_of_sessions_can_not_go_on_with_one(at_desk):
    (cookie,) = (cookie.value for name, cookie in at_desk.cookies.items() if "session" in name)
    (row,) = Session.objects.values()
    assert is_in(at_desk)
    assert cookie not in str(row)
    at_desk.cookies[next(name for name in at_desk.cookies if "session" in name)] = row["session_key"]
    assert not is_in(at_desk)


def test_an_account_is_signed_out_elsewhere(officer, at_desk):
    elsewhere, colleague = signed_in(officer), signed_in(User.objects.create_superuser("ben", password=PASSWORD))
    assert end_sessions(officer, but=at_desk.session.session_key) == 1
    assert [is_in(client) for client in (at_desk, elsewhere, colleague)] == [True, False, True]
    assert end_sessions(officer) == 1
    assert [is_in(client) for client in (at_desk, colleague)] == [False, True]


def test_a_session_that_was_ended_is_not_brought_back_by_a_request_under_way(officer, at_desk):
    session = at_desk.session
    session["something"] = "new"
    end_sessions(officer)
    with pytest.raises(UpdateError):
        session.save()
    assert not Session.objects.exists()


LIST = reverse("account_signed_in")
SEEN = [
    (
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.0 Safari/605.1.15",
        "Safari on a Mac",
    ),
    ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) CriOS/140.0 Mobile Safari/604.1", "Chrome on an iPhone"),
    ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/141.0 Mobile Safari/537.36", "Chrome on Android"),
    ("Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0", "Firefox on Linux"),
    (AGENT, "Edge on Windows"),
    ("", "A browser on a device that we don’t know"),
    ("<script>alert(1)</script>" * 1_000, "A browser on a device that we don’t know"),
]


@pytest.mark.parametrize(("agent", "words"), SEEN)
def test_a_browser_is_told_in_plain_words_and_no_more_is_kept_of_it(officer, agent, words):
    client = signed_in(officer, agent)
    assert f"{words} (here)" in client.get(LIST).content.decode()
    assert client.session["device"] == words


def test_officers_see_where_they_are_signed_in_and_by_what(officer, at_desk, clock):
    clock.shift(90 * MINUTE)
    assert not is_in(at_desk)
    signed_in(officer)
    clock.shift(30 * MINUTE)
    here = signed_in(officer)
    signed_in(User.objects.create_superuser("ben", password=PASSWORD))
    page = here.get(LIST)
    assert [(place.by, place.is_this) for place in page.context["places"]] == [("password", True), ("password", False)]
    text = " ".join(page.content.decode().split())
    assert "Signed in 2 March, 09:30, by password. Last used 2 March, about 09:30" in text


def test_officers_sign_out_one_place_or_all_others_and_never_a_colleague(officer, at_desk):
    lost, home = signed_in(officer), signed_in(officer)
    colleague = signed_in(User.objects.create_superuser("ben", password=PASSWORD))
    keys = {client: stored_key(client.session.session_key) for client in (at_desk, lost, home, colleague)}

    at_desk.post(LIST, {"place": keys[colleague]})
    at_desk.post(LIST, {"place": ""})
    at_desk.post(LIST)
    at_desk.post(LIST, {"place": keys[at_desk]})
    assert all(is_in(client) for client in keys)
    assert not AuditEntry.objects.filter(kind=AuditEntry.Kind.SIGNED_OUT_ELSEWHERE).exists()

    assert "signed out there" in at_desk.post(LIST, {"place": keys[lost]}, follow=True).content.decode()
    assert [is_in(client) for client in (at_desk, lost, home, colleague)] == [True, False, True, True]
    at_desk.post(LIST, {"_others": ""})
    assert [is_in(client) for client in (at_desk, home, colleague)] == [True, False, True]
    noted = AuditEntry.objects.filter(kind=AuditEntry.Kind.SIGNED_OUT_ELSEWHERE, account=officer.pk)
    assert noted.count() == 2


def test_a_look_signs_nobody_out(officer, at_desk):
    other = signed_in(officer)
    at_desk.get(LIST, {"_others": "", "place": stored_key(other.session.session_key)})
    assert is_in(other)
    assert at_desk.put(LIST).status_code == 405


def test_strangers_see_no_list(client, db):
    assert client.get(LIST).status_code == 302


def test_with_another_password_every_other_place_is_out_and_off_the_list(officer, at_desk):
    other = signed_in(officer)
    officer.set_password("another long one")
    officer.save()
    anew = Client()
    anew.force_login(officer)
    assert [place.is_this for place in anew.get(LIST).context["places"]] == [True]
    assert not is_in(at_desk)
    assert not is_in(other)


@pytest.mark.parametrize("changed", [authenticator_added, authenticator_removed, authenticator_reset])
def test_with_another_second_factor_every_other_place_is_out(officer, at_desk, changed):
    other = signed_in(officer)
    request = at_desk.get(LIST).wsgi_request
    changed.send(sender=None, request=request, user=officer, authenticator=None)
    assert [is_in(client) for client in (at_desk, other)] == [True, False]


def test_a_second_factor_taken_away_by_a_colleague_ends_all(officer, at_desk):
    request = signed_in(User.objects.create_superuser("ben", password=PASSWORD)).get(LIST).wsgi_request
    authenticator_removed.send(sender=None, request=request, user=officer, authenticator=None)
    assert not is_in(at_desk)


def test_a_closed_account_is_out_at_once(officer, at_desk):
    officer.is_active = False
    officer.save()
    assert not is_in(at_desk)


def test_another_role_counts_at_once(at_desk, officer):
    address = reverse("admin:auth_user_changelist")
    assert at_desk.get(address).status_code == 200
    officer.is_superuser = False
    officer.save()
    officer.groups.add(Group.objects.get(name=EDITOR))
    assert at_desk.get(address).status_code == 403


def test_nobody_can_choose_the_key_of_a_session(officer, client):
    """Neither one that he made up nor one that the site gave him before somebody else signed in with it."""
    name = settings.SESSION_COOKIE_NAME
    client.cookies[name] = "a" * 32
    client.post(reverse("account_login"), {"login": "anna", "password": PASSWORD})
    assert is_in(client)
    assert client.cookies[name].value != "a" * 32

    victim, session = Client(), SessionStore()
    session["left"] = "by a stranger"
    session.save()
    victim.cookies[name] = session.session_key
    victim.post(reverse("account_login"), {"login": "anna", "password": PASSWORD})
    assert is_in(victim)
    thief = Client()
    thief.cookies[name] = session.session_key
    assert not is_in(thief)


def test_a_form_that_was_open_for_too_long_comes_back_whole(officer, at_desk, clock):
    form = Form(at_desk, reverse("admin:pages_page_add"))
    clock.shift(3 * 60 * MINUTE)
    page = at_desk.post(form.address, {**form.fields, "title": "Long thought out", "_draft": ""}).content.decode()
    typed = Typed.signed(re.search(r'name="kept" value="([^"]+)"', page)[1])
    assert typed.path == form.address
    assert ("title", "Long thought out") in typed.fields
    assert {name for name, _ in typed.fields} >= form.fields.keys() - {"csrfmiddlewaretoken"}


def test_sessions_that_are_over_are_taken_away(officer, at_desk, clock):
    clock.shift(61 * MINUTE)
    signed_in(officer)
    call_command("clearsessions")
    assert Session.objects.count() == 1
