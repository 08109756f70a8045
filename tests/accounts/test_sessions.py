"""How long a sign-in lasts, what ends it, and what the site keeps of it."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.auth.models import User
from django.contrib.sessions.backends.base import UpdateError
from django.test import Client
from django.urls import reverse

from sosafe_site.accounts.models import Session
from sosafe_site.accounts.sessions import end_sessions

MORNING = datetime(2026, 3, 2, 8, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
AGENT = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/141.0 Safari/537.36 Edg/141.0"


@pytest.fixture
def clock():
    with time_machine.travel(MORNING, tick=False) as traveller:
        yield traveller


@pytest.fixture
def officer(db):
    return User.objects.create_superuser("anna", password="correct horse battery")


@pytest.fixture
def at_desk(officer, clock):
    return signed_in(officer)


def signed_in(officer):
    client = Client(headers={"User-Agent": AGENT})
    client.force_login(officer)
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
    answer = client.post(reverse("admin:login"), {"username": "anna", "password": "correct horse battery"})
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
    elsewhere, colleague = signed_in(officer), signed_in(User.objects.create_superuser("ben", password="x"))
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
