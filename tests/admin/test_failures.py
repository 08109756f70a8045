"""What officers are told when the database or the disk fails, and that nothing they typed is lost, in real files."""

import html
import re
import resource

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.test import Client
from django.urls import reverse

from pages.models import Page
from partners.models import ActionPlan, Partner
from sosafe_site.publishing.failures import Failure
from tests.broken import STATES, on_the_disk, state
from tests.forms import Form

pytestmark = pytest.mark.django_db
FROM_HERE = {"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"}
SAID = {
    "gone": Failure.GONE, "garbage": Failure.GONE, "empty": Failure.GONE,
    "read-only": Failure.READ_ONLY, "full": Failure.FULL, "locked": Failure.BUSY,
}  # fmt: skip
LONG = "Long thought out. " * 3_000


@pytest.fixture
def file(tmp_path):
    with on_the_disk("set-up", tmp_path) as file:
        yield file


@pytest.fixture
def browser(file):
    browser = Client(raise_request_exception=False, headers=FROM_HERE)
    browser.force_login(User.objects.get(username="officer"))
    return browser


def hidden(response):
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', response.content.decode())
    return {name: html.unescape(value) for name, value in found}


@pytest.mark.parametrize("what", STATES)
def test_in_every_state_what_was_typed_is_shown_the_fault_is_named_and_it_is_saved_later(what, file, browser):
    page = Page.objects.exclude(slug="").first()
    form = Form(browser, page.get_edit_url())
    with state(what, file):
        failed = form.press("_save", lead=LONG)
        assert failed.status_code == 503
        text = html.unescape(failed.content.decode())
        assert f"{SAID[what].value}, so this was not saved. What you typed is still here." in text
        assert hidden(failed)["lead"] == LONG
        assert failed["Cache-Control"] == "private, no-store"
    assert browser.post(form.address, hidden(failed)).status_code == 302
    page.refresh_from_db()
    assert page.lead == LONG.strip()


@pytest.mark.parametrize("what", ["gone", "garbage", "empty"])
@pytest.mark.parametrize("address", ["admin:index", "admin:pages_page_changelist", "admin:login"])
def test_a_page_of_the_admin_that_cannot_be_read_says_why_and_when_to_ask_again(what, address, file, browser):
    assert browser.get(reverse(address)).status_code in (200, 302)
    with state(what, file):
        answer = browser.get(reverse(address))
        assert answer.status_code == 503
        assert Failure.GONE.value in html.unescape(answer.content.decode())
        assert "manage.py doctor" in answer.content.decode()
        assert answer["Retry-After"] == "60"
        assert "no-store" in answer["Cache-Control"]
    assert browser.get(reverse(address)).status_code in (200, 302)


def test_every_kind_of_form_keeps_what_was_typed(file, browser):
    partner, plan = Partner.objects.first(), ActionPlan.objects.first()
    upload = {"title": "A map", "versions-0-file": SimpleUploadedFile("map.pdf", b"%PDF-1.4")}
    chosen = {"action": "check_all_right", "_selected_action": [str(partner.pk)], "select_across": "0"}
    partners_form, plans_form = (Form(browser, each.get_edit_url()) for each in (partner, plan))
    sent = {
        partners_form.address: {**partners_form.fields, "body": "Typed", "_save": ""},
        plans_form.address: {**plans_form.fields, "priorities-0-title": "Typed", "_save": ""},
        reverse("admin:publishing_document_add"): upload,
        reverse("admin:partners_partner_changelist"): chosen,
        reverse("admin:auth_user_add"): {"username": "berta", "email": "b@example.org"},
    }
    with state("gone", file):
        for address, fields in sent.items():
            failed = browser.post(address, fields)
            kept = hidden(failed)
            assert failed.status_code == 503
            for name, value in fields.items():
                if name in kept and name != "csrfmiddlewaretoken":
                    assert kept[name] in value
            assert {"body", "priorities-0-title", "title", "action", "username"} & kept.keys()
        assert "The file “map.pdf” can’t be kept." in browser.post(*list(sent.items())[2]).content.decode()


def test_a_sign_in_that_can_not_be_tried_says_so(file):
    stranger = Client(raise_request_exception=False, headers=FROM_HERE)
    with state("gone", file):
        answer = stranger.post(reverse("admin:login"), {"login": "officer", "password": "Xanadu-secret"})
        assert answer.status_code == 503
        assert "Xanadu" not in answer.content.decode()
        assert Failure.GONE.value in html.unescape(answer.content.decode())


def test_what_fails_once_it_was_saved_is_not_called_unsaved(browser, monkeypatch):
    page = Page.objects.exclude(slug="").first()
    form = Form(browser, page.get_edit_url())
    session = "django.contrib.sessions.middleware.SessionMiddleware.process_response"

    def fail(*args):
        raise OperationalError("The database is gone.")

    with monkeypatch.context() as patched:
        patched.setattr(session, fail)
        failed = form.press("_save", lead="Long thought out")
    assert "this may not be saved" in failed.content.decode()
    again = browser.post(form.address, hidden(failed), follow=True)
    assert "saved the first time" in again.content.decode()


def test_a_file_that_the_disk_has_no_room_for_takes_nothing_typed_along(file, browser):
    large = SimpleUploadedFile("map.pdf", b"%PDF-1.4" + bytes(3_000_000))  # so large that it is kept on the disk
    before, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, most))
    try:
        failed = browser.post(reverse("admin:publishing_document_add"), {"title": "A map", "versions-0-file": large})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (before, most))
    assert failed.status_code == 503
    assert f"{Failure.FULL.value}, so this was not saved." in html.unescape(failed.content.decode())
    assert hidden(failed)["title"] == "A map"
    assert "The file “map.pdf” can’t be kept." in failed.content.decode()
