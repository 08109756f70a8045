"""What an officer has typed outlives a sign-in that ended, a stale form and whatever fails."""

import html
import re
from uuid import uuid4

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, OperationalError, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import Client
from django.urls import reverse

from pages.models import Page
from sosafe_site.page_store.content_mark import current_mark
from sosafe_site.publishing.models import SentForm
from sosafe_site.publishing.resubmit import LONGEST
from tests import make
from tests.admin.test_editing import data_of, url
from tests.forms import Form

pytestmark = pytest.mark.django_db
PASSWORD = "a-long-pass-phrase"
HERE = {"headers": {"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"}}


@pytest.fixture
def browser(django_user_model):
    """One that is held to the site's tokens, and an officer with a password."""
    django_user_model.objects.create_superuser("anna", password=PASSWORD)
    return Client(enforce_csrf_checks=True)


def hidden(response):
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', response.content.decode())
    return {name: html.unescape(value) for name, value in found}


def sign_in(browser, response=None, password=PASSWORD):
    page = response or browser.get(reverse("admin:login"))
    sent = {**hidden(page), "login": "anna", "password": password}
    return browser.post(reverse("admin:login"), sent, follow="kept" in sent, **HERE)


def typed_words(browser, record, **words):
    """The form as an officer sends it, with its token."""
    page = browser.get(url(record, "change"))
    return {**data_of(page), **words, "csrfmiddlewaretoken": hidden(page)["csrfmiddlewaretoken"], "_save": "Save"}


def test_what_was_typed_is_sent_after_a_new_sign_in_and_not_before_a_press(browser):
    page = make.make_page(title="Old", slug="a")
    sign_in(browser)
    make.make_section(page=page)
    sent = typed_words(browser, page, title="Long thought out", lead="One\n<b>two</b>")
    browser.cookies.pop("sessionid")
    asked = browser.post(url(page, "change"), sent, **HERE)
    assert "what you typed is still here" in asked.content.decode()
    assert asked["Cache-Control"] == "private, no-store"
    again = sign_in(browser, sign_in(browser, asked, password="mistyped"))
    shown = again.content.decode()
    assert "Long thought out" in shown
    assert "<b>two" not in shown
    assert "<dt>Seen</dt>" not in shown
    assert not re.search(rf"<dd>\s*{page.pk}", shown), "no officer types a key"
    assert re.findall(r"<dt>(.+?)</dt>", shown)[:3] == ["Title", "Opening", "Shown in"], "as the form calls them"
    assert f'action="{url(page, "change")}"' in shown
    page.refresh_from_db()
    assert page.title == "Old", "only an officer's press sends it"
    assert browser.post(url(page, "change"), hidden(again), **HERE).status_code == 302
    page.refresh_from_db()
    assert (page.title, page.lead) == ("Long thought out", "One\n<b>two</b>")


def test_a_form_older_than_the_sign_in_is_shown_and_can_be_sent_again(browser):
    page = make.make_page(title="Old")
    sign_in(browser)
    sent = typed_words(browser, page, title="Long thought out")
    browser.cookies.pop("csrftoken")
    sign_in(browser)
    refused = browser.post(url(page, "change"), sent, **HERE)
    assert refused.status_code == 403
    assert "before you last signed in" in refused.content.decode()
    assert browser.post(url(page, "change"), hidden(refused), **HERE).status_code == 302
    page.refresh_from_db()
    assert page.title == "Long thought out"


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "null"},
        {"Origin": "http://testserver", "Sec-Fetch-Site": "same-site"},
        {},
    ],
)
@pytest.mark.parametrize("is_signed_in", [True, False])
def test_what_another_site_sends_is_never_kept(browser, headers, is_signed_in):
    page = make.make_page(title="Old")
    if is_signed_in:
        sign_in(browser)
    answer = browser.post(url(page, "change"), {"title": "Planted", "csrfmiddlewaretoken": "x"}, headers=headers)
    assert "Planted" not in answer.content.decode()
    assert "kept" not in hidden(answer)
    assert answer.status_code == 403


def test_what_another_site_sends_with_a_sign_in_is_refused_or_ignored(browser):
    """Not even with a text that the site signed for somebody else."""
    page = make.make_page(title="Old")
    anybody = Client()
    planted = hidden(anybody.post(url(page, "change"), {"title": "Planted"}, **HERE))["kept"]
    browser.get(reverse("admin:login"))
    sent = {"login": "anna", "password": PASSWORD, "kept": planted}
    assert browser.post(reverse("admin:login"), sent, headers={"Origin": "https://evil.example"}).status_code == 403
    token = hidden(browser.get(reverse("admin:login")))
    forged = browser.post(reverse("admin:login"), {**token, **sent, "kept": planted[:-2] + "xx"}, **HERE)
    assert forged.status_code == 302
    assert Page.objects.get().title == "Old"


def test_passwords_and_tokens_travel_nowhere(browser):
    sign_in(browser)
    sent = {"username": "bert", "password1": "Xanadu-secret", "password2": "Xanadu-secret", "csrfmiddlewaretoken": "x"}
    stale = browser.post(reverse("admin:auth_user_add"), sent, **HERE)
    assert hidden(stale)["username"] == "bert"
    assert "Xanadu" not in stale.content.decode()
    changed = browser.post(reverse("admin:password_change"), {"old_password": "Xanadu-secret"}, **HERE)
    assert "send it again" not in changed.content.decode()


def test_a_file_is_told_to_be_chosen_again_and_a_giant_text_to_be_fetched_back(client):
    document = make.make_document()
    sent = {"title": "Typed", "versions-0-file": SimpleUploadedFile("plan.pdf", b"x")}
    asked = client.post(url(document, "change"), sent, **HERE)
    assert hidden(asked)["kept"]
    noise = "".join(chr(0x4E00 + (n * n * 7919) % 20000) for n in range(LONGEST // 2))
    asked = client.post(url(document, "change"), {"title": noise}, **HERE)
    assert "too long to be kept here" in asked.content.decode()
    assert len(asked.content) < LONGEST


def test_the_file_that_is_missing_is_named_where_the_rest_is_sent(browser):
    document = make.make_document()
    sent = {"title": "Typed", "versions-0-file": SimpleUploadedFile("plan.pdf", b"x")}
    browser.get(reverse("admin:login"))
    sent["csrfmiddlewaretoken"] = hidden(browser.get(reverse("admin:login")))["csrfmiddlewaretoken"]
    again = sign_in(browser, browser.post(url(document, "change"), sent, **HERE))
    assert "The file “plan.pdf” can’t be kept." in again.content.decode()


def failing(error):
    def fail(*args, **kwargs):
        raise error

    return fail


@pytest.fixture
def window(browser):
    """The form of a page as an officer has it open."""
    browser.defaults |= Client(**HERE).defaults
    browser.raise_request_exception = False
    page = make.make_page(title="Old")
    sign_in(browser)
    return Form(browser, url(page, "change"))


def sends_again(window, failed, status=503):
    """Whether a press of the button saves it, once."""
    assert failed.status_code == status
    assert "send it again" in failed.content.decode()
    assert (hidden(failed)["title"], hidden(failed)["lead"]) == ("Long thought out", "One\r\n<b>two</b>")
    assert window.client.post(window.address, hidden(failed)).status_code == 302
    page = Page.objects.get()
    return (page.title, page.lead, LogEntry.objects.count()) == ("Long thought out", "One\n<b>two</b>", 1)


GONE, OURS = OperationalError("The database is gone."), KeyError("a fault of ours")


@pytest.mark.parametrize(
    ("place", "error"),
    [
        ("django.db.backends.base.base.BaseDatabaseWrapper.cursor", GONE),
        ("django.contrib.sessions.middleware.SessionMiddleware.process_request", GONE),
        ("sosafe_site.accounts.session_store.SessionStore.load", GONE),
        ("django.contrib.sessions.middleware.SessionMiddleware.process_response", GONE),
        ("sosafe_site.middleware.publish_what_is_due", GONE),
        ("sosafe_site.as_at.asked_for", OURS),
        ("django.contrib.auth.backends.ModelBackend.get_user", GONE),
        ("django.contrib.messages.middleware.MessageMiddleware.process_request", OURS),
        ("django.contrib.messages.middleware.MessageMiddleware.process_response", GONE),
        ("pages.admin.PageAdmin.save_model", GONE),
        ("pages.admin.PageAdmin.save_model", OURS),
        ("pages.admin.PageAdmin.response_change", OURS),
    ],
)
def test_wherever_it_fails_what_was_typed_is_shown_and_saved_once_when_sent_again(
    window, place, error, monkeypatch, caplog
):
    with monkeypatch.context() as patched:
        patched.setattr(place, failing(error))
        failed = window.press("_save", title="Long thought out", lead="One\r\n<b>two</b>")
    assert sends_again(window, failed, status=503 if error is GONE else 500)
    assert ("so this was not saved" in failed.content.decode()) == (error is GONE and "process_response" not in place)
    assert any(record.exc_info and record.exc_info[1] is error for record in caplog.records), "whoever runs it is told"


def test_what_could_not_be_committed_is_shown_and_saved_when_sent_again(window, monkeypatch):
    outside, commit, refused = len(connection.savepoint_ids), BaseDatabaseWrapper.savepoint_commit, []

    def locked(self, savepoint):
        if len(self.savepoint_ids) == outside and not refused:  # in a test, this is where the transaction ends
            refused.append(savepoint)
            raise OperationalError("database is locked")
        commit(self, savepoint)

    with monkeypatch.context() as patched:
        patched.setattr(BaseDatabaseWrapper, "savepoint_commit", locked)
        failed = window.press("_save", title="Long thought out", lead="One\r\n<b>two</b>")
    assert Page.objects.get().title == "Old"
    assert sends_again(window, failed)


def test_what_the_page_that_answers_can_not_show_is_still_shown(window, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr("sosafe_site.publishing.admin.base.problems", failing(OURS))
        failed = window.press("_save", title="", lead="Long thought out")
    assert failed.status_code == 500
    assert hidden(failed)["lead"] == "Long thought out"


def test_what_the_database_refuses_at_last_is_told_in_words(window, monkeypatch):
    refused = IntegrityError("FOREIGN KEY constraint failed")
    monkeypatch.setattr("sosafe_site.publishing.resubmit.once", failing(refused))
    answer = window.press("_save", title="Long thought out")
    assert answer.status_code == 409
    assert "A rule of the site does not allow this" in answer.content.decode()
    assert hidden(answer)["title"] == "Long thought out"


def test_a_sign_in_that_fails_keeps_what_was_typed_before(window, monkeypatch):
    window.client.cookies.pop("sessionid")
    asked = window.client.post(window.address, {**window.fields, "title": "Long thought out"})
    sent = {**hidden(asked), "login": "anna", "password": PASSWORD}
    with monkeypatch.context() as patched:
        patched.setattr(BaseDatabaseWrapper, "cursor", failing(GONE))
        failed = window.client.post(reverse("admin:login"), sent)
    assert failed.status_code == 503
    assert PASSWORD not in failed.content.decode()
    again = sign_in(window.client, window.client.post(window.address, hidden(failed)))
    assert hidden(again)["title"] == "Long thought out"
    window.client.cookies.pop("csrftoken")
    sent["csrfmiddlewaretoken"] = "0" * 32
    assert hidden(window.client.post(reverse("admin:login"), sent))["title"] == "Long thought out"


@pytest.mark.parametrize("sent_from", ["https://evil.example", "null", ""])
def test_what_another_site_sends_is_not_shown_when_it_fails(window, sent_from, monkeypatch):
    monkeypatch.setattr(BaseDatabaseWrapper, "cursor", failing(GONE))
    answer = window.client.post(window.address, {"title": "Planted"}, headers={"Origin": sent_from})
    assert answer.status_code in (403, 503)
    assert "Planted" not in answer.content.decode()


def test_what_fails_for_readers_is_djangos_own_answer(window, monkeypatch):
    monkeypatch.setattr(BaseDatabaseWrapper, "cursor", failing(GONE))
    answer = window.client.post("/contact/", {"message": "Typed"})
    assert answer.status_code == 500
    assert "Sorry, something is wrong on our side" in answer.content.decode()


def test_after_a_sign_in_nobody_is_led_to_another_site(browser):
    answer = browser.post(
        f"{reverse('admin:login')}?next=https://evil.example/",
        {**hidden(browser.get(reverse("admin:login"))), "login": "anna", "password": PASSWORD},
        **HERE,
    )
    assert "evil" not in answer["Location"]


def test_what_somebody_without_an_account_sends_is_not_stored_and_ends_no_stored_page(client, db):
    before = current_mark()
    answer = client.post("/admin/pages/page/add/", {"_number": str(uuid4())})
    assert "/login/" in answer["Location"]
    assert not SentForm.objects.exists()
    assert current_mark() == before
