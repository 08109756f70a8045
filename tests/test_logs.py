"""What the site writes into its log names nobody, tells nothing that was typed, and lets nobody in."""

import json
import logging
import logging.config
import re

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.db import IntegrityError
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from gunicorn.config import Config
from gunicorn.glogging import Logger

from pages import views
from sosafe_site import middleware
from sosafe_site.logs import without_secrets
from tests import make

READER = "203.0.113.77"
READER_6 = "2001:db8:1234:5678:9abc:def0:1234:5678"


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("Invalid request from ip=203.0.113.77: x", "Invalid request from ip=203.0.113.0: x"),
        ("Invalid HTTP_HOST header: '203.0.113.77:8000'.", "Invalid HTTP_HOST header: '203.0.113.0:8000'."),
        ("x-203.0.113.77.example.org", "x-203.0.113.0.example.org"),
        ("[2001:db8:1234:5678::9]:443", "[2001:db8:1234::]:443"),
        ("2001:db8::9 and 2001:DB8:1:2:3:4:5:6:8000", "2001:db8:: and 2001:DB8:1::"),
        ("::ffff:203.0.113.77, ::ffff:cb00:714d, fe80::1%eth0", "::, ::, fe80::"),
        ("from 2001:db8:1234:5678:9abc:def0:203.0.113.77.", "from 2001:db8:1234::."),
        ("at 12:30:45 with Django 5.2.19", "at 12:30:45 with Django 5.2.19"),
        ("to <ann.o'x+y@mail.example.org>: 550", "to <…@…>: 550"),
        ("GET /search/?q=my+name HTTP/1.1", "GET /search/?… HTTP/1.1"),
        ("Error handling request /preview/abc:de-f_g:h/", "Error handling request /preview/…"),
        ("https://example.org/admin/account/new-password/4-ab/", "https://example.org/admin/account/new-password/…"),
        ("due: 0f0e0d0c-0000-4000-8000-000000000001", "due: 0f0e0d0c-0000-4000-8000-000000000001"),
    ],
)  # fmt: skip
def test_a_line_says_what_went_wrong_and_not_of_whom(said, written):
    assert without_secrets(said) == written


@pytest.mark.parametrize("form", ["log", "log_for_programs"])
@pytest.mark.parametrize("address", [READER, READER_6])
def test_neither_the_servers_words_nor_a_traceback_hold_a_whole_address(form, request, address):
    log = request.getfixturevalue(form)
    logging.getLogger("gunicorn.error").warning("Invalid request from ip=%s: %s", address, "bad header")
    try:
        raise ValueError(f"from {address}")
    except ValueError:
        logging.getLogger("sosafe_site").exception("It failed.")
    assert log.getvalue().count("Traceback") == 1
    assert address not in log.getvalue()
    assert log.getvalue().count(re.split(r"\.77|:5678", address)[0]) == 2


def test_the_server_writes_no_list_of_requests_even_if_it_is_told_to(request, capfd):
    server = Logger(config := Config())
    config.set("accesslog", "-")
    server.setup(config)
    log = request.getfixturevalue("log")  # as wsgi.py sets it up once the server is there
    server.access_log.info("%s - %s", READER, "GET /search/?q=my+name")
    assert READER.rpartition(".")[0] not in log.getvalue() + "".join(capfd.readouterr())


@pytest.mark.django_db
def test_a_host_that_is_not_ours_and_a_page_that_fails_name_no_reader(log, monkeypatch):
    client = Client(raise_request_exception=False, REMOTE_ADDR=READER)
    assert client.get("/", headers={"Host": READER}).status_code == 400
    monkeypatch.setattr(views, "viewing_date", lambda request: 1 / 0)
    assert client.get(f"/?q={READER}&name=Ann", headers={"X-Forwarded-For": READER}).status_code == 500
    assert "Invalid HTTP_HOST header: '203.0.113.0'" in log.getvalue()
    assert "Internal Server Error: /" in log.getvalue()
    assert not any(secret in log.getvalue() for secret in (READER, "Ann"))


@pytest.mark.parametrize("form", ["log", "log_for_programs"])
@pytest.mark.django_db
def test_no_password_session_or_typed_word_is_written_when_an_officers_page_fails(form, request, monkeypatch):
    log = request.getfixturevalue(form)
    client = Client(raise_request_exception=False, REMOTE_ADDR=READER)
    officer = make.make_officer("Administrator", email="officer@example.org")
    client.force_login(officer)
    page = make.make_page()

    earlier = "before\nEarlier words"
    said = "violates a_rule\nDETAIL:  Failing row contains (First words\n\nDETAIL: Typed words, me@example.org)."

    def fail(*args, **kwargs):
        try:
            raise ValueError(earlier)
        except ValueError as error:
            logging.getLogger("sosafe_site").warning("It failed: %s", said)
            raise IntegrityError(said) from error

    monkeypatch.setattr("sosafe_site.publishing.admin.base.OfficersAdmin.change_view", fail)
    sent = {"title": "Typed words", "password": "my-password"}
    client.post(page.get_edit_url(), sent, headers={"Origin": settings.SITE_URL})
    assert log.getvalue().count("Traceback") == 2
    assert log.getvalue().count("violates a_rule") == 2
    secrets = [
        "Earlier words",
        "First words",
        "Typed words",
        "officer@example.org",
        "my-password",
        client.session.session_key,
        READER,
    ]
    assert [secret for secret in secrets if secret in log.getvalue()] == []
    assert User.objects.get() == officer


def failing(*args, **kwargs):
    raise RuntimeError("broken")


def lines(log):
    return [json.loads(line) for line in log.getvalue().splitlines()]


@pytest.mark.django_db
def test_a_failed_request_is_one_line_with_a_number_that_its_answer_and_page_carry(log_for_programs, monkeypatch):
    monkeypatch.setattr(views, "viewing_date", failing)
    client = Client(raise_request_exception=False, REMOTE_ADDR=READER)
    answer = client.get("/any-page/?q=typed", headers={"X-Request-ID": "of-a-stranger"})
    [line] = lines(log_for_programs)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", line["time"])
    assert (line["level"], line["logger"], line["message"]) == (
        "ERROR", "django.request", "Internal Server Error: /any-page/"
    )  # fmt: skip
    assert (line["method"], line["route"], line["status"]) == ("GET", "/<slug:slug>/", 500)
    assert line["ms"] >= 0
    assert "RuntimeError: broken" in line["traceback"]
    assert re.fullmatch("[0-9a-f]{12}", line["request"])
    assert answer["X-Request-ID"] == line["request"]
    assert f"give this number: {line['request']}" in answer.text
    assert client.get("/any-page/")["X-Request-ID"] != line["request"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("given", "proxies", "is_taken"),
    [
        ("4f2a91bc07de4f2a91bc07de4f2a91bc", 1, True),
        ("4f2a91bc07de4f2a91bc07de4f2a91bc", 0, False),
        ("short", 1, False),
        ("ann@example.org", 1, False),
        ('x"}\n{"level": "none"}', 1, False),
        ("x" * 65, 1, False),
    ],
)
def test_the_number_that_a_proxy_gives_is_taken_if_it_can_be_nothing_else(given, proxies, is_taken, settings, rf):
    settings.PROXIES = proxies
    answer = middleware.logged(lambda request: HttpResponse(status=503))(rf.get("/", headers={"X-Request-ID": given}))
    assert (answer["X-Request-ID"] == given) == is_taken


def test_what_took_long_is_one_line_and_what_did_not_is_none(log_for_programs, rf, monkeypatch):
    answer = middleware.logged(lambda request: HttpResponse("x"))
    answer(rf.get("/strategy/", {"q": "typed"}))
    assert not log_for_programs.getvalue()
    monkeypatch.setattr(middleware, "SLOW", -1)
    assert "X-Request-ID" not in answer(rf.get("/strategy/", {"q": "typed"}))
    [line] = lines(log_for_programs)
    assert (line["level"], line["message"], line["status"]) == ("WARNING", "Slow: GET /strategy/", 200)


@pytest.mark.django_db
def test_what_an_officer_could_not_save_is_one_line_too_and_its_page_has_the_number(log_for_programs, monkeypatch):
    client = Client(raise_request_exception=False, headers={"Origin": "http://testserver"})
    client.force_login(make.make_officer("Administrator"))
    monkeypatch.setattr("sosafe_site.publishing.admin.base.OfficersAdmin.change_view", failing)
    answer = client.post(make.make_page().get_edit_url(), {"title": "Typed words"})
    [line] = lines(log_for_programs)
    assert f"give this number: {line['request']}" in answer.text
    assert answer["X-Request-ID"] == line["request"]


def every(patterns):
    for each in patterns:
        if isinstance(each, URLPattern):
            yield each
        else:
            yield from every(each.url_patterns)


# What the parts of addresses are that open nothing by themselves; all others are secrets
OPEN = {"app_label", "content_type_id", "kind", "name", "number", "object_id", "pk", "plan", "slug", "strategy", "url",
        "version"}  # fmt: skip


def test_every_address_that_holds_a_secret_is_cut_in_the_log():
    parts = {each: set(each.pattern.regex.groupindex) for each in every(get_resolver().url_patterns)}
    found = {each: names for each, names in parts.items() if names - OPEN}
    assert {name for names in found.values() for name in names} == {"token", "uidb36", "key"}
    for each, names in found.items():
        address = reverse(each.name, kwargs=dict.fromkeys(names, "S3cr3t"))
        assert "S3cr3t" not in without_secrets(f"Internal Server Error: {address}"), address
