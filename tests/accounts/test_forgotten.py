"""A new password by e-mail or by an administrator: nobody learns from it who has an account."""

import time

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from sosafe_site.accounts import letters as sending
from sosafe_site.accounts.links import link_for
from sosafe_site.logs import Line
from sosafe_site.publishing.models import AuditEntry
from tests import make
from tests.accounts.letters import PASSWORD, PRINTED, Broken, choose, letters, links_in, path_of

pytestmark = pytest.mark.django_db
FORGOTTEN, OLD = "/admin/account/forgotten/", "the-old-pass-phrase"


def anna(**fields):
    return make.make_officer("Editor", **{"email": "anna@example.org", "password": OLD, **fields})


def ask(email, **headers):
    return Client().post(FORGOTTEN, {"email": email}, follow=True, headers=headers)


def test_a_new_password_comes_by_e_mail_and_ends_what_was_signed_in():
    account, elsewhere = anna(), Client()
    elsewhere.login(username=account.username, password=OLD)
    assert elsewhere.get("/admin/").status_code == 200
    ask("ANNA@example.org")
    [letter] = letters()
    assert letter.to == ["anna@example.org"]
    assert f"Your name to sign in is: {account.username}" in letter.body
    assert "2 hours" in letter.body
    browser = Client()
    choose(browser, path_of(*links_in(letter.body)))
    assert elsewhere.get("/admin/").status_code == 302
    assert browser.get("/admin/").status_code == 302, "a second factor would still be asked for"
    assert not Client().login(username=account.username, password=OLD)
    assert Client().login(username=account.username, password=PASSWORD)
    told = letters()[-1]
    assert told.to == ["anna@example.org"]
    assert "Your password was changed" in told.body


@pytest.mark.parametrize("email", ["anna@example.org", "nobody@example.org", "closed@example.org"])
def test_the_answer_is_the_same_whether_or_not_there_is_an_account(email):
    anna()
    anna(email="closed@example.org", is_active=False)
    response = ask(email)
    assert response.redirect_chain == [("/admin/account/forgotten/sent/", 302)]
    assert email not in response.content.decode()
    assert [letter.to for letter in letters()] == ([["anna@example.org"]] if email.startswith("anna") else [])


def test_the_work_is_the_same_whether_or_not_there_is_an_account(monkeypatch):
    """The mail server, which takes the longest, is asked by somebody for whom nobody waits."""
    anna()
    begun = []
    monkeypatch.setattr("sosafe_site.accounts.new_password.in_background", lambda *work: begun.append(work))
    counts = []
    for email in ("anna@example.org", "nobody@example.org"):
        with CaptureQueriesContext(connection) as queries:
            Client().post(FORGOTTEN, {"email": email})
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert len(begun) == 2
    assert mail.outbox == []


def test_nobody_waits_for_the_mail_server(monkeypatch):
    held = []

    def slow(*args, **kwargs):
        while not held:
            time.sleep(0.01)
        return 1

    monkeypatch.setattr(sending, "send_mail", slow)
    anna()
    assert ask("anna@example.org").status_code == 200
    held.append("released")
    letters()


def test_what_was_typed_may_only_look_like_the_address():
    """In some databases a dotless i, written large, is the I of the address: the letter goes to who has the account."""
    anna(email="mike@example.org")
    for typed in ("MIKE@EXAMPLE.ORG", "mıke@example.org"):
        ask(typed)
    assert {address for letter in letters() for address in letter.to} == {"mike@example.org"}


@pytest.mark.parametrize(
    "headers", [{"host": "evil.example"}, {"host": "localhost"}, {"x-forwarded-host": "evil.example"}]
)
def test_the_link_leads_to_the_site_whatever_the_request_calls_it(headers, settings):
    settings.ALLOWED_HOSTS = ["*"]
    anna()
    ask("anna@example.org", **headers)
    [letter] = letters()
    assert path_of(*links_in(letter.body))
    assert "evil" not in letter.body
    assert "localhost" not in letter.body


def test_without_a_mail_server_an_administrator_is_named_and_nothing_is_printed(settings, capsys):
    settings.EMAIL_BACKEND = PRINTED
    anna()
    for response in (Client().get(FORGOTTEN), ask("anna@example.org")):
        assert "ask an administrator" in response.content.decode()
        assert "<form" not in response.content.decode().partition('id="content-main"')[2].partition("footer")[0]
    letters()
    assert "new-password" not in "".join(capsys.readouterr())


def test_a_mail_server_that_fails_is_no_answer_to_whoever_asks(settings, caplog):
    anna()
    settings.EMAIL_BACKEND = f"{Broken.__module__}.Broken"
    assert ask("anna@example.org").status_code == 200
    letters()
    assert "took no message" in caplog.text
    assert "anna" not in caplog.text


def test_what_fails_where_nobody_waits_is_told_in_the_log_without_addresses(monkeypatch, caplog):
    def fail(*args, **kwargs):
        raise ValueError("no header for anna@example.org")

    monkeypatch.setattr(sending, "send_mail", fail)
    anna()
    ask("anna@example.org")
    letters()
    [record] = caplog.records
    written = Line().format(record)
    assert "could not be written: ValueError" in written
    assert "Traceback" in written
    assert "anna" not in written


@pytest.mark.parametrize("email", ["ANNA@example.org", "nobody@example.org", "closed@example.org"])
def test_the_log_tells_that_a_link_was_asked_for_and_of_which_account_if_of_any(email):
    account = anna()
    anna(email="closed@example.org", is_active=False)
    ask(email)
    letters()
    [entry] = AuditEntry.objects.all()
    assert (entry.kind, entry.account, entry.words) == (AuditEntry.Kind.LINK_ASKED, None, "")
    assert entry.record == (str(account.pk) if email.startswith("ANNA") else "")


def test_an_address_of_several_accounts_gives_no_more_work_than_one():
    anna()
    anna()
    ask("anna@example.org")
    assert len(letters()) == 2
    assert AuditEntry.objects.get().words == "More accounts have this address"


def test_an_administrator_makes_a_link_and_the_old_password_works_until_it_is_used(client):
    account = anna()
    client.force_login(make.make_officer("Administrator"))
    address = reverse("admin:auth_user_link", args=[account.pk])
    assert "2 hours" in client.get(address).content.decode()
    [link] = links_in(client.post(address, {"_show": ""}).content.decode())
    assert AuditEntry.objects.filter(kind=AuditEntry.Kind.LINK_MADE, record=str(account.pk)).count() == 1
    assert Client().login(username=account.username, password=OLD)
    [link] = links_in(client.post(address, {"_show": ""}).content.decode())
    choose(Client(), path_of(link))
    assert not Client().login(username=account.username, password=OLD)


def test_whoever_asks_often_is_slowed_down_alike(settings):
    """Limits are allauth's: the same for an address that has an account and one that has none."""
    anna()
    for email in ("anna@example.org", "nobody@example.org"):
        answers = [Client().post(FORGOTTEN, {"email": email}).status_code for _ in range(30)]
        assert 429 in answers, email
    assert len(letters()) < 30


def test_a_letter_says_names_as_they_are_written():
    account = anna(first_name="Áine", last_name="O’Brien & O'Neil")
    ask("anna@example.org")
    assert "Hello Áine O’Brien & O'Neil," in letters()[0].body
    assert "\n" not in letters()[0].subject
    assert User.objects.get(pk=account.pk).check_password(OLD)


def test_the_second_factor_is_not_passed_by_a_link(settings):
    settings.SECOND_FACTOR = True
    account, browser = anna(), Client()
    choose(browser, path_of(link_for(account)))
    assert "_auth_user_id" not in browser.session
