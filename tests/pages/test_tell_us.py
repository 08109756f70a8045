"""The form by which readers write to the officers: what it sends, what it refuses, and that nothing typed is lost."""

import re
from base64 import b64decode
from datetime import UTC, date, datetime, timedelta
from html import unescape
from smtplib import SMTPDataError

import pytest
import time_machine
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pages import forms
from pages.coherence import findings
from pages.models import SiteSettings
from tests import make
from tests.content import seed
from tests.pages.test_seed_document import words

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
TYPED = "The lamp in Fern Way is out.\n“Since May”, says ℵ 😀 <b>"
BROKEN = "tests.pages.test_tell_us.BrokenMail"


class BrokenMail:
    def __init__(self, *args, **kwargs):
        pass

    def send_messages(self, messages):
        """With an answer that repeats what it refuses."""
        raise SMTPDataError(554, f"refused: {TYPED}, answer to ann@example.org".encode())


@pytest.fixture
def _form(db):
    """The seed content and a mailbox; nobody has written yet."""
    with time_machine.travel(make.LONG_AGO, tick=False):
        seed()
    SiteSettings.objects.update(mailbox="officers@example.org")
    cache.clear()
    yield
    cache.clear()


def hidden(response, name):
    return re.search(rf'name="{name}" value="([^"]*)"', response.content.decode())[1]


def fill_in(client, about="", **fields):
    """What the browser sends of a form that was opened at noon."""
    with time_machine.travel(NOON, tick=False):
        page = client.get("/contact/", {"about": about} if about else {})
    return {"message": TYPED, "email": "", "about": hidden(page, "about"), "opened": hidden(page, "opened")} | fields


def send(client, sent, after=timedelta(minutes=2), **headers):
    with time_machine.travel(NOON + after, tick=False):
        return client.post("/contact/", sent, headers={"Sec-Fetch-Site": "same-origin", **headers})


def assert_kept(response, text=TYPED):
    """Nothing is sent, and what was typed is in the form again."""
    assert mail.outbox == []
    typed = re.search(r"<textarea[^>]*>\n?(.*?)</textarea>", response.content.decode(), re.DOTALL)[1]
    assert unescape(typed).replace("\r\n", "\n") == text
    assert response.content.decode().count("<title>Not sent: Contact us") == 1
    assert "Do not use this form" not in words(response), "what is wrong comes first"
    assert not response.cookies


@pytest.mark.usefixtures("_form")
def test_a_message_reaches_the_mailbox_and_its_sender_is_thanked(client):
    sent = fill_in(client, about="/strategy/2015-2018/", email="ann@example.org")
    with CaptureQueriesContext(connection) as queries:
        response = send(client, sent)
    assert (response.status_code, response["Location"]) == (302, "/contact/?sent=1#tell-us")
    written = [query["sql"] for query in queries if query["sql"].startswith(("INSERT", "UPDATE"))]
    assert all("sosafe_cache" in sql for sql in written), "nothing is stored but the count against floods"
    (message,) = mail.outbox
    assert message.to == ["officers@example.org"]
    assert message.recipients() == ["officers@example.org"]
    assert message.reply_to == ["ann@example.org"]
    assert message.subject == "Message from the website of SoSafe"
    assert message.content_subtype == "plain"
    assert message.body.splitlines() == [
        "Page: http://127.0.0.1:8000/strategy/2015-2018/",
        "Answer to: ann@example.org",
        "",
        *TYPED.splitlines(),
    ]
    assert message.message()["From"] == "website@127.0.0.1"
    thanks = client.get("/contact/?sent=1")
    assert "Thank you. We have sent your message to our mailbox." in words(thanks)
    assert "<textarea" not in thanks.content.decode()
    assert thanks["X-Robots-Tag"] == "noindex"


@pytest.mark.usefixtures("_form")
def test_without_an_address_the_officers_are_told_that_nobody_can_answer(client):
    send(client, fill_in(client))
    (message,) = mail.outbox
    assert message.reply_to == []
    assert message.body.startswith("No e-mail address was given, so nobody can answer.\n\nThe lamp")


@pytest.mark.usefixtures("_form")
def test_no_cookie_is_set_at_any_step_even_where_forged_forms_are_looked_for(db):
    client = Client(enforce_csrf_checks=True)
    sent = fill_in(client)
    for response in (client.get("/contact/"), send(client, {}), send(client, sent), client.get("/contact/?sent=1")):
        assert not response.cookies
        assert response["Cache-Control"] == "private, no-cache"
    assert len(mail.outbox) == 1


@pytest.mark.usefixtures("_form")
def test_every_page_leads_to_the_form_and_names_itself(client):
    for address in ("/", "/strategy/2015-2018/reduce-crime/", "/contact/", "/nothing-here/"):
        page = client.get(address).content.decode()
        assert f'href="/contact/?about={address}#tell-us"' in page, address
    response = client.get("/contact/?about=/strategy/2015-2018/reduce-crime/")
    assert "Your message is about this page: /strategy/2015-2018/reduce-crime/" in words(response)
    assert response["X-Robots-Tag"] == "noindex"
    assert "X-Robots-Tag" not in client.get("/contact/")


@pytest.mark.usefixtures("_form")
@pytest.mark.parametrize(
    "about",
    ["//example.org/", "https://example.org/", "/\\example.org/", "javascript:alert(1)", "/a b/", "/x/\nBcc: a@b.cd",
     '/"><script>', "strategy", "/" + "a" * 400, "/call-0900/?x=1", "/é/"],
)  # fmt: skip
def test_what_is_no_path_of_this_site_is_no_page_to_write_about(client, about):
    page = client.get("/contact/", {"about": about})
    assert hidden(page, "about") == ""
    assert "about this page" not in words(page)
    send(client, fill_in(client, **{"email": ""}) | {"about": about})
    (message,) = mail.outbox
    assert "Page:" not in message.body
    assert message.subject == "Message from the website of SoSafe"


@pytest.mark.usefixtures("_form")
@pytest.mark.parametrize(
    "email",
    ["ann@example.org\nBcc: all@example.org", "ann@example.org\r\nSubject: x", "ann@example.org, bob@example.org",
     "Ann <ann@example.org>", "ann", "a" * 300 + "@example.org"],
)  # fmt: skip
def test_no_header_can_be_slipped_in_by_the_address(client, email):
    response = send(client, fill_in(client, email=email))
    assert response.status_code == 422
    assert_kept(response)
    page = response.content.decode()
    assert '<a href="#tell-us-email">Check your e-mail address' in page
    assert 'aria-describedby="tell-us-email_helptext tell-us-email_error"' in page
    assert 'id="tell-us-email_error"' in page


@pytest.mark.usefixtures("_form")
def test_headers_within_the_message_or_the_sites_name_stay_words(client):
    SiteSettings.objects.update(name="SoSafe\nBcc: all@example.org")
    send(client, fill_in(client, message="Bcc: all@example.org\n\nSubject: x\n.\nQUIT"))
    (message,) = mail.outbox
    parsed = message.message()
    assert parsed["Bcc"] is None
    assert parsed["Subject"] == "Message from the website of SoSafe Bcc: all@example.org"
    assert message.recipients() == ["officers@example.org"]


@pytest.mark.usefixtures("_form")
@pytest.mark.parametrize("text", ["", "  \n "])
def test_an_empty_message_is_asked_for_beside_its_field(client, text):
    response = send(client, fill_in(client, message=text, email="ann@example.org"))
    assert response.status_code == 422
    page = response.content.decode()
    assert '<a href="#tell-us-message">Write your message.</a>' in page
    assert 'aria-describedby="tell-us-message_helptext tell-us-message_error"' in page
    assert 'value="ann@example.org"' in page
    assert mail.outbox == []


@pytest.mark.usefixtures("_form")
def test_a_message_may_be_long_and_one_that_is_too_long_is_kept(client):
    limit = forms.LONGEST_MESSAGE
    response = send(client, fill_in(client, message="ä" * (limit + 1)))
    assert response.status_code == 422
    assert_kept(response, "ä" * (limit + 1))
    assert "Your message has 4,001 characters. Shorten it to 4,000 or fewer." in words(response)
    longest = "ä" * (limit - 2) + "\n!"
    assert send(client, fill_in(client, message=longest.replace("\n", "\r\n"))).status_code == 302, (
        "as browsers send it"
    )
    assert mail.outbox[0].body.endswith(longest)


@pytest.mark.usefixtures("_form")
@pytest.mark.parametrize(
    ("after", "sentence"),
    [
        (timedelta(seconds=1), "That was very quick."),
        (timedelta(seconds=4), None),
        (timedelta(hours=23, minutes=59), None),
        (timedelta(days=1, seconds=2), "This page was open for more than a day."),
    ],
)
def test_what_comes_too_quickly_or_too_late_can_be_sent_again(client, after, sentence):
    response = send(client, fill_in(client), after)
    if sentence is None:
        assert response.status_code == 302
        return
    assert response.status_code == 422
    assert sentence in words(response)
    assert_kept(response)
    again = {"message": TYPED, "opened": hidden(response, "opened")}
    assert send(client, again, after + timedelta(seconds=5)).status_code == 302


@pytest.mark.usefixtures("_form")
@pytest.mark.parametrize("ticket", ["", "x", ":1:x", "\0", "💥:💥:💥"])
def test_a_form_that_this_site_did_not_give_out_is_refused(client, ticket):
    response = send(client, fill_in(client, opened=ticket))
    assert response.status_code == 422
    assert_kept(response)


@pytest.mark.usefixtures("_form")
def test_a_mistake_that_is_mended_quickly_is_not_taken_for_haste(client):
    refused = send(client, fill_in(client, message=""), timedelta(seconds=1))
    mended = {"message": TYPED, "opened": hidden(refused, "opened")}
    assert "quick" not in words(refused), "one thing at a time"
    assert send(client, mended, timedelta(seconds=4)).status_code == 302


@pytest.mark.usefixtures("_form")
def test_a_program_that_fills_in_every_field_sends_nothing(client):
    page = client.get("/contact/").content.decode()
    assert re.search(r'<div hidden>\s*<label>[^<]*<input type="text" name="website"', page)
    response = send(client, fill_in(client, website="https://spam.example.org/"))
    assert response.status_code == 422
    assert_kept(response)
    assert "spam.example.org" not in response.content.decode(), "so that a person's second try goes through"


@pytest.mark.usefixtures("_form")
@pytest.mark.parametrize(
    ("headers", "is_taken"),
    [
        ({"Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example"}, True),  # the browser's own word counts
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Sec-Fetch-Site": "", "Origin": "https://evil.example"}, False),
        ({"Sec-Fetch-Site": "", "Origin": "null"}, False),
        ({"Sec-Fetch-Site": "", "Origin": "http://127.0.0.1:8000"}, True),
        ({"Sec-Fetch-Site": ""}, True),
    ],
)
def test_a_form_on_another_website_can_not_send(client, headers, is_taken):
    response = send(client, fill_in(client), **headers)
    assert response.status_code == (302 if is_taken else 422)
    assert len(mail.outbox) == is_taken


@pytest.mark.usefixtures("_form")
def test_one_sender_can_not_flood_the_mailbox_and_others_still_write(client, settings):
    settings.PROXIES = 1
    sent = fill_in(client)
    for _ in range(forms.FROM_ONE):
        assert send(client, sent, **{"X-Forwarded-For": "192.0.2.1"}).status_code == 302
    mail.outbox.clear()
    response = send(client, sent, **{"X-Forwarded-For": "198.51.100.7, 192.0.2.1"})
    assert response.status_code == 429
    assert "use the contact details on this page" in words(response)
    assert_kept(response)
    assert send(client, sent, **{"X-Forwarded-For": "192.0.2.2"}).status_code == 302
    assert send(client, sent, timedelta(hours=1, minutes=3), **{"X-Forwarded-For": "192.0.2.1"}).status_code == 302


@pytest.mark.usefixtures("_form")
def test_one_sender_can_not_pass_for_many(client):
    sent = fill_in(client)
    statuses = [send(client, sent, **{"X-Forwarded-For": f"192.0.2.{n}"}).status_code for n in range(12)]
    assert statuses == [302] * forms.FROM_ONE + [429] * 2, "no proxy of ours stands in front, so nobody is believed"


@pytest.mark.usefixtures("_form")
def test_many_senders_together_can_not_flood_the_mailbox(client, settings):
    settings.PROXIES = 1
    sent = fill_in(client)
    statuses = [
        send(client, sent, **{"X-Forwarded-For": f"192.0.2.{n}"}).status_code for n in range(forms.FROM_ALL + 5)
    ]
    assert statuses == [302] * forms.FROM_ALL + [429] * 5
    assert len(mail.outbox) == forms.FROM_ALL


@pytest.mark.usefixtures("_form")
def test_nothing_that_is_remembered_against_floods_tells_who_wrote(client):
    send(client, fill_in(client, email="ann@example.org"), **{"X-Forwarded-For": "192.0.2.1"})
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key, value FROM sosafe_cache")
        rows = cursor.fetchall()
    remembered = f"{rows} {[b64decode(value) for _, value in rows]}"
    assert "tell-us" in remembered
    for trace in ("192.0.2.1", "127.0.0.1", "ann@", "lamp"):
        assert trace not in remembered


@pytest.mark.usefixtures("_form")
def test_a_mail_server_that_fails_is_admitted_and_the_text_is_kept(client, settings, caplog):
    sent = fill_in(client, email="ann@example.org")
    settings.EMAIL_BACKEND = BROKEN
    response = send(client, sent)
    assert response.status_code == 503
    assert "Something is wrong on our side, so your message was not sent." in words(response)
    assert_kept(response)
    assert 'value="ann@example.org"' in response.content.decode()
    assert "could not be sent" in caplog.text
    assert "lamp" not in caplog.text
    assert "ann@" not in caplog.text


@pytest.mark.usefixtures("_form")
def test_it_says_first_where_to_report_a_crime(client):
    page = client.get("/contact/").content.decode().partition('id="tell-us"')[2]
    assert page.index("Do not use this form to report a crime") < page.index('href="tel:999"')
    assert page.index('href="tel:999"') < page.index('href="tel:101"') < page.index("<textarea")


@pytest.mark.usefixtures("_form")
def test_for_an_officer_who_is_signed_in_the_form_is_no_other(admin_client):
    response = admin_client.get("/contact/")
    assert "csrfmiddlewaretoken" not in response.content.decode()
    assert response["Cache-Control"] == "private, no-store"


def test_without_a_mailbox_there_is_no_form_no_link_and_no_promise(client, db):
    seed()
    for address in ("/", "/contact/", "/contact/?about=/strategy/", "/contact/?sent=1", "/accessibility/"):
        page = client.get(address).content.decode()
        assert "tell-us" not in page.partition("</style>")[2], address
        assert "Thank you" not in page
    assert client.post("/contact/", {"message": TYPED}).status_code == 404
    assert mail.outbox == []


def told(word):
    return [found.sentence for found in findings(date(2026, 1, 1)) if word in found.sentence]


def test_the_officers_list_asks_for_the_mailbox_and_for_a_mail_server(client, db, settings):
    seed()
    assert told("has no form: give the mailbox")
    assert told("links to no contact form")
    SiteSettings.objects.update(mailbox="officers@example.org")
    assert not told("has no form: give the mailbox")
    assert not told("links to no contact form")
    assert not told("EMAIL_URL")
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    assert told("EMAIL_URL")
    assert "Send us a message" not in client.get("/contact/").content.decode()
    assert client.post("/contact/", {"message": TYPED}).status_code == 404


@pytest.mark.usefixtures("_form")
def test_the_accessibility_statement_links_to_the_form(client):
    assert 'href="/contact/#tell-us">Send us a message' in client.get("/accessibility/").content.decode()
