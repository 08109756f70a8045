"""What an officer has typed outlives a sign-in that ended, a stale form and a busy database."""

import html
import re
from uuid import uuid4

import pytest
from django.contrib.admin import site
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.test import Client
from django.urls import reverse

from pages.models import Page
from sosafe_site.page_store.content_mark import current_mark
from sosafe_site.publishing.models import SentForm
from sosafe_site.publishing.resubmit import LONGEST
from tests import make
from tests.admin.test_editing import data_of, url

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
    sent = {**hidden(page), "username": "anna", "password": password}
    return browser.post(reverse("admin:login"), sent, **HERE)


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
    sent = {"username": "anna", "password": PASSWORD, "kept": planted}
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


def test_a_busy_database_gives_back_what_was_typed(admin_client, monkeypatch, caplog):
    def busy(*args, **kwargs):
        raise OperationalError("database is locked")

    page = make.make_page(title="Old")
    sent = {**data_of(admin_client.get(url(page, "change"))), "title": "Long thought out"}
    with monkeypatch.context() as patched:
        patched.setattr(site._registry[Page], "save_model", busy)
        failed = admin_client.post(url(page, "change"), sent, **HERE)
    assert failed.status_code == 503
    assert hidden(failed)["title"] == "Long thought out"
    assert "could not be saved" in caplog.text
    monkeypatch.setattr(site._registry[Page], "get_queryset", busy)
    with pytest.raises(OperationalError):
        admin_client.get(url(page, "change"))


def test_after_a_sign_in_nobody_is_led_to_another_site(browser):
    answer = browser.post(
        f"{reverse('admin:login')}?next=https://evil.example/",
        {**hidden(browser.get(reverse("admin:login"))), "username": "anna", "password": PASSWORD},
        **HERE,
    )
    assert "evil" not in answer["Location"]


def test_what_somebody_without_an_account_sends_is_not_stored_and_ends_no_stored_page(client, db):
    before = current_mark()
    answer = client.post("/admin/pages/page/add/", {"_number": str(uuid4())})
    assert "/login/" in answer["Location"]
    assert not SentForm.objects.exists()
    assert current_mark() == before
