"""Who guesses passwords or codes has to wait, and nobody else has."""

from datetime import UTC, datetime, timedelta
from unittest.mock import patch

import pytest
import time_machine
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.contrib.auth.models import User
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse

from sosafe_site.accounts.adapter import WAIT
from sosafe_site.accounts.backend import OfficersBackend
from sosafe_site.accounts.limits import forget_old_counts
from sosafe_site.security import ADMIN_POLICY

MORNING = datetime(2026, 3, 2, 8, tzinfo=UTC)
PASSWORD, SECRET = "correct horse battery", "JBSWY3DPEHPK3PXP"
OF_A_NAME, OF_AN_ADDRESS = 5, 20  # tries that are judged in five minutes
SIGN_IN = reverse("account_login")


@pytest.fixture(autouse=True)
def clock(db):
    with time_machine.travel(MORNING, tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def judged():
    """The names of which a password was looked at, or would have been if there were such an account."""
    names, look = [], OfficersBackend.authenticate

    def noted(self, request, **credentials):
        names.append(credentials["username"])
        return look(self, request, **credentials)

    with patch.object(OfficersBackend, "authenticate", noted):
        yield names


@pytest.fixture
def officer(db):
    return User.objects.create_superuser("anna", "anna@example.org", PASSWORD)


def sign_in(name="anna", password="wrong", client=None, address="192.0.2.1", host="127.0.0.1:8000"):  # noqa: S107  # nobody has it
    sent = {"login": name, "password": password}
    return (client or Client()).post(SIGN_IN, sent, REMOTE_ADDR=address, headers={"Host": host})


def told_to_wait(answer):
    return WAIT in answer.content.decode()


def test_of_sixty_wrong_passwords_five_are_looked_at(officer, judged):
    answers = [sign_in() for _ in range(60)]
    assert len(judged) == OF_A_NAME
    assert [told_to_wait(answer) for answer in answers] == [False] * OF_A_NAME + [True] * 55
    assert sign_in(password=PASSWORD).status_code == 200, "not even the right one is looked at"
    assert len(judged) == OF_A_NAME


def test_after_five_minutes_one_can_try_again(officer, clock):
    for _ in range(10):
        sign_in()
    clock.shift(timedelta(minutes=4, seconds=59))
    assert told_to_wait(sign_in(password=PASSWORD))
    clock.shift(timedelta(seconds=2))
    assert sign_in(password=PASSWORD).status_code == 302


def test_nobody_learns_whether_there_is_such_an_account(officer):
    """The same words and status, before and after the lock, for an account, for none, and for one that is closed."""
    User.objects.create_user("ben", password=PASSWORD, is_active=False)

    def told(name):
        answers = [sign_in(name, address=f"192.0.2.{len(name)}") for _ in range(8)]
        return [(answer.status_code, answer.context["form"].errors.as_text()) for answer in answers]

    assert told("anna") == told("nobody") == told("ben")
    assert "Wait five minutes" in told("anna")[-1][1]


@pytest.mark.parametrize(
    "spellings",
    [["anna", "ANNA", "Anna", "aNNa"], [" anna", "anna ", "\tanna", "\u00a0anna"]],
    ids=["capitals", "spaces"],
)
def test_a_name_is_one_however_it_is_spelt(officer, judged, spellings):
    for n in range(20):
        sign_in(spellings[n % len(spellings)], address=f"192.0.2.{n}")
    assert len(judged) == OF_A_NAME


def test_every_spelling_that_finds_an_account_counts_for_it(judged):
    """Whatever letters the database and Python take for the same."""
    for number, name in enumerate(
        ["jos\u00e9", "\u212aim", "i\u0307da", "\u017fam", "stra\u00dfe", "\u03c3\u03b1\u03c2"]
    ):
        stored = User.objects.create_superuser(name, password=PASSWORD).username
        spellings = {stored, name, name.upper(), name.lower(), name.casefold(), name.title(), name.swapcase()}
        found = [word for word in spellings if OfficersBackend().authenticate(None, username=word, password=PASSWORD)]
        del judged[:]
        for turn in range(3 * OF_A_NAME):
            sign_in(found[turn % len(found)], address=f"198.51.{number}.{turn}")
        assert len(judged) == OF_A_NAME, name


def test_one_name_from_many_addresses_is_one_name(officer, judged):
    for n in range(60):
        sign_in(address=f"198.51.100.{n}")
    assert len(judged) == OF_A_NAME


@pytest.mark.parametrize("hosts", [[f"127.0.0.1:{port}" for port in range(8000, 8020)], ["localhost", "127.0.0.1"]])
def test_one_name_at_many_hosts_is_one_name(officer, judged, hosts):
    for n in range(20):
        sign_in(host=hosts[n % len(hosts)])
    assert len(judged) == OF_A_NAME


def test_many_names_from_one_address_are_one_address(judged, clock):
    for n in range(60):
        sign_in(f"name-{n}", password="Spring2026!")
    assert len(judged) == OF_AN_ADDRESS
    assert not told_to_wait(sign_in("name-70", address="192.0.2.99")), "others go on"
    clock.shift(timedelta(minutes=5, seconds=1))
    assert not told_to_wait(sign_in("name-71"))


def test_who_has_one_account_does_not_try_more_names_by_signing_in_in_between(with_app, judged, clock):
    for n in range(OF_AN_ADDRESS - 1):
        sign_in(f"name-{n}", password="Spring2026!")
    clock.shift(timedelta(seconds=1))  # what is taken back is known by its moment
    client = Client(REMOTE_ADDR="192.0.2.1")
    sign_in(password=PASSWORD, client=client)
    code = format_hotp_value(hotp_value(SECRET, int(MORNING.timestamp()) // 30))
    client.post(reverse("mfa_authenticate"), {"code": code})
    assert client.get(reverse("admin:index")).status_code == 200, "both steps were right"
    for n in range(60):
        sign_in(f"another-{n}", password="Spring2026!")
    assert len([name for name in judged if name != "anna"]) == OF_AN_ADDRESS


def test_no_claim_of_another_address_helps(judged):
    for n in range(60):
        way = {"X-Forwarded-For": f"198.51.100.{n}", "X-Real-Ip": f"198.51.100.{n}", "Forwarded": f"for=198.51.100.{n}"}
        Client().post(SIGN_IN, {"login": f"name-{n}", "password": "x"}, headers=way, REMOTE_ADDR="192.0.2.1")
    assert len(judged) == OF_AN_ADDRESS


def test_right_passwords_do_not_make_anybody_wait_nor_hide_wrong_ones(officer, judged):
    for _ in range(30):
        assert sign_in(password=PASSWORD).status_code == 302
    del judged[:]
    for _ in range(10):  # who knows one password tries others in between
        User.objects.filter(username="ben").exists() or User.objects.create_superuser("ben", password=PASSWORD)
        sign_in("anna")
        sign_in("ben", PASSWORD)
    assert judged.count("anna") == OF_A_NAME


def test_a_stranger_who_fails_under_a_name_disturbs_nobody_who_is_signed_in(officer):
    at_work = Client(headers={"Host": "127.0.0.1:8000"})
    at_work.force_login(officer)
    for n in range(60):
        sign_in(address=f"198.51.100.{n}")
    assert at_work.get(reverse("admin:index")).status_code == 200
    again = at_work.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    assert again.status_code == 302, "nor does he have to wait before what is dangerous"


def test_who_took_a_session_can_not_guess_the_password_with_it(officer, judged):
    thief = Client()
    thief.force_login(officer)
    for _ in range(60):
        thief.post(reverse("account_reauthenticate"), {"password": "wrong"})
    assert len(judged) == OF_A_NAME


def test_who_took_a_session_can_not_guess_the_password_where_it_is_changed(officer):
    thief = Client()
    thief.force_login(officer)
    with patch.object(User, "check_password", return_value=False) as look:
        for _ in range(60):
            thief.post(reverse("account_change_password"), {"oldpassword": "wrong"})
    assert 0 < look.call_count <= 2 * OF_A_NAME


def test_one_officer_can_not_guess_the_password_of_another_while_signed_in(officer, judged):
    colleague = Client()
    colleague.force_login(User.objects.create_superuser("ben", password=PASSWORD))
    for _ in range(60):
        sign_in("anna", client=colleague)
    assert len(judged) <= OF_A_NAME


@pytest.fixture
def with_app(officer, settings):
    settings.SECOND_FACTOR = True
    TOTP.activate(officer, SECRET)
    RecoveryCodes.activate(officer)
    return officer


def test_codes_can_not_be_guessed(with_app):
    looked_at = []
    with (
        patch.object(TOTP, "validate_code", lambda self, code: looked_at.append(code)),
        patch.object(RecoveryCodes, "validate_code", lambda self, code: looked_at.append(code)),
    ):
        for n in range(60):  # signing in anew each time gives no new tries
            client = Client(REMOTE_ADDR=f"198.51.100.{n}")
            assert sign_in(password=PASSWORD, client=client, address=f"198.51.100.{n}").status_code == 302
            client.post(reverse("mfa_authenticate"), {"code": f"{n:06}"})
    assert len(set(looked_at)) == OF_A_NAME


def test_many_other_names_do_not_make_the_site_forget_one(officer, judged):
    for _ in range(OF_A_NAME):
        sign_in()
    for n in range(1_500):
        cache.set(f"allauth:rl:allauth.account:login_failed:5/300s/key:{'f' * 60}{n:04}", [MORNING.timestamp()], 300)
    sign_in(password=PASSWORD)
    assert len(judged) == OF_A_NAME


def test_counts_whose_time_is_over_are_forgotten_and_no_others(officer, judged, clock):
    sign_in()
    clock.shift(timedelta(minutes=6))
    for _ in range(OF_A_NAME):
        sign_in("ben")
    assert forget_old_counts() == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM sosafe_cache")
        assert cursor.fetchone() == (2,), "of a name and of an address"
    assert told_to_wait(sign_in("ben"))


def test_who_asks_for_links_too_often_is_told_to_wait_in_our_own_words(officer):
    answers = [Client().post(reverse("account_reset_password"), {"email": "anna@example.org"}) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [302] * 3 + [429]
    page = answers[-1].content.decode()
    assert "Wait five minutes" in page
    assert 'lang="en-gb"' in page
    assert answers[-1].headers["Content-Security-Policy"] == ADMIN_POLICY, "or its styles would not load"
