"""Readers are served while the database is gone or broken: as before, and told that it may be out of date."""

import re
import shutil
import threading
from contextlib import ExitStack
from datetime import timedelta
from unittest.mock import patch

import pytest
import time_machine
from django.conf import settings
from django.db import OperationalError, connection
from django.http import HttpResponse
from django.utils.formats import date_format
from django.utils.timezone import localtime, now

from pages.models import Alert, ReportingRoute
from partners.models import Partner, Strategy
from sosafe_site.page_store import gone
from sosafe_site.page_store import store as store_module
from sosafe_site.publishing.models import Address, Document
from tests import make, prepared
from tests.addresses import public_addresses
from tests.broken import on_the_disk, state
from tests.store import Site, ask

NOTICE = re.compile(r'\n<section class="straw" role="status">.*?</section>\n', re.DOTALL)
WITHOUT = {"/healthz", "/readyz", "/preview/nonsense/", "/nothing-here/"}  # what has no copy
BY_THE_CLOCK = {"/contact/", "/.well-known/security.txt"}  # what says when it was made
UNREADABLE = ["gone", "garbage", "empty"]
AT = (now() + timedelta(days=1)).replace(hour=13, minute=32, second=0, microsecond=0)  # after all that fill() made


class Server(Site):
    """Each request of which has a connection of its own, and no transaction of the test's."""

    def get(self, path, method="GET", **environ):
        reply = ask(self.store, path, method, **environ)
        connection.close()
        return reply

    def text(self, path, **environ):
        return NOTICE.sub("", self.get(path, **environ).content.decode("latin-1"))


@pytest.fixture(scope="module")
def copies(tmp_path_factory, django_db_blocker):
    """Of all that the filled site answers: the folder, and by address what was answered."""
    folder, place = tmp_path_factory.mktemp("copies"), settings.DATA_DIR / "pages"
    with ExitStack() as stack:
        stack.enter_context(django_db_blocker.unblock())
        stack.enter_context(on_the_disk("filled", folder))
        shutil.copytree(prepared.site("filled") / "uploads", settings.MEDIA_ROOT, dirs_exist_ok=True)
        for module in (store_module, gone):
            stack.enter_context(patch.object(module, "site_digest", lambda: "filled"))
        server = Server()
        paths = dict.fromkeys(
            [*public_addresses(), *Address.objects.issued().values_list("path", flat=True), "/strategy"]
        )
        before = {}
        for path in paths.keys() - WITHOUT:
            assert server.store.renew(path), path
            before[path] = server.get(path)
    shutil.copytree(place, folder / "pages")
    shutil.rmtree(place)
    return folder / "pages", before


@pytest.fixture
def before(copies):
    shutil.rmtree(settings.DATA_DIR / "pages", ignore_errors=True)
    shutil.copytree(copies[0], settings.DATA_DIR / "pages")
    return copies[1]


@pytest.fixture
def file(tmp_path, monkeypatch, django_db_blocker):
    """Of the database that the site has in this test."""
    for module in (store_module, gone):
        monkeypatch.setattr(module, "site_digest", lambda: "filled")  # wherever its file lies
    gone.this_shelf.cache_clear()
    with django_db_blocker.unblock(), on_the_disk("filled", tmp_path) as file:
        yield file
    gone.this_shelf.cache_clear()


@pytest.mark.parametrize("what", [*UNREADABLE, "read-only", "full", "locked"])
def test_every_page_says_what_it_said_in_every_state_and_from_a_cold_start(what, file, before):
    warm = Server()
    warm.get("/")
    with state(what, file), time_machine.travel(now() + timedelta(seconds=2)):
        for server in (warm, Server()):
            for path, said in before.items():
                reply = server.get(path)
                assert reply.status_code == said.status_code, path
                assert reply.headers.get("Location") == said.headers.get("Location"), path
                if path not in BY_THE_CLOCK:
                    assert NOTICE.sub("", reply.content.decode("latin-1")) == said.content.decode("latin-1"), path
            assert what not in UNREADABLE or server.django.asked == []


def test_whoever_may_ask_gets_a_copy_whatever_the_port_and_nobody_else(file, before):
    warm = Server()
    warm.get("/")
    with state("gone", file), time_machine.travel(now() + timedelta(seconds=2)):
        for server in (warm, Server()):
            for host in ("127.0.0.1", "localhost:8001", "127.0.0.1:9000"):
                assert server.get("/strategy/", HTTP_HOST=host).status_code == 200, host
            assert server.get("/strategy/", HTTP_HOST="www.example.com").status_code == 400


def test_a_page_says_since_when_it_may_be_out_of_date_and_nobody_keeps_it(file, before):
    with time_machine.travel(AT, tick=False) as clock:
        Server().get("/strategy/")
        with state("gone", file):
            clock.shift(timedelta(days=3))
            server = Server()
            for coding in ("br", "gzip", "identity"):
                reply = server.get("/strategy/", HTTP_ACCEPT_ENCODING=coding, HTTP_IF_NONE_MATCH="*")
                assert (reply.status_code, reply["Cache-Control"]) == (200, "no-store")
                assert "ETag" not in reply.headers
                assert int(reply["Content-Length"]) == len(reply.body)
                assert "it shows what we knew at" in reply.text
                assert f"{date_format(localtime(AT), 'g:i')}pm on {date_format(localtime(AT), 'j F Y')}" in reply.text
                head = server.get("/strategy/", "HEAD", HTTP_ACCEPT_ENCODING=coding)
                assert (head.body, head.headers) == (b"", reply.headers)
            for path in ("/updates.atom", "/sitemap.xml", "/meetings/forum/calendar.ics", "/robots.txt"):
                reply = server.get(path, HTTP_ACCEPT_ENCODING="br")
                assert reply.content == before[path].content
                assert reply["Cache-Control"] == "no-store"
            assert "out of date" in server.get("/", HTTP_COOKIE="sessionid=x").text


def test_a_file_comes_whole_or_in_part(file, before):
    with state("gone", file):
        server, path = Server(), "/documents/plan/file/"
        whole = before[path].content
        reply = server.get(path)
        assert (reply.body, reply["Cache-Control"]) == (whole, "no-store")
        assert reply["Content-Disposition"] == before[path]["Content-Disposition"]
        part = server.get(path, HTTP_RANGE="bytes=2-5")
        assert (part.status_code, part.body) == (206, whole[2:6])
        assert part["Content-Range"] == f"bytes 2-5/{len(whole)}"
        assert server.get(path, "HEAD").body == b""


def test_what_can_not_be_answered_says_so_and_what_to_do(file, before):
    with state("gone", file):
        server = Server()
        for path in ("/search/?q=x", "/strategy/?on=2019-05-01", "/documents/?page=2", "/never-seen/"):
            reply = server.get(path)
            assert (reply.status_code, reply["Retry-After"], reply["Cache-Control"]) == (503, "30", "no-store")
            assert 'href="tel:999"' in reply.text
            assert "can’t show this page now" in reply.text
            assert "default-src 'none'" in reply["Content-Security-Policy"]
            assert reply["X-Content-Type-Options"] == "nosniff"
            assert ("Read this page without it" in reply.text) is ("?" in path)
        assert 'href="/strategy/"' in server.get("/strategy/?on=2019-05-01").text
        assert server.get("/Who-Belongs")["Location"] == "/who-belongs/"
        assert server.django.asked == []
        for path in ("/admin/", "/healthz", "/static/none.css"):
            server.get(path)
        assert server.django.asked == ["/admin/", "/healthz", "/static/none.css"]


def test_when_the_database_is_back_so_is_everything_within_a_second(file, before):
    with time_machine.travel(AT, tick=False) as clock:
        server = Server()
        with state("gone", file):
            assert "out of date" in server.get("/strategy/now/").text
        Strategy.objects.filter(slug="now").update(title="A better name")
        clock.shift(0.9)
        assert "A better name" not in server.get("/strategy/now/").text, "it asks once a second"
        clock.shift(0.2)
        text = server.get("/strategy/now/").text
        assert "A better name" in text
        assert "out of date" not in text
        assert "ETag" in server.get("/strategy/now/").headers


def withdrawn(record):
    type(record).objects.filter(pk=record.pk).update(withdrawn_at=now(), withdrawal_reason="It named a person.")


def saved(record):
    record.withdrawn_at, record.withdrawal_reason = now(), "It named a person."
    record.save()


def erased(record):
    record.erase("It named a person.")


@pytest.mark.parametrize("way", [withdrawn, saved, erased])
def test_what_was_withdrawn_or_erased_does_not_come_back(way, file, before):
    """Neither it nor what mentions it, though no server has seen it before: a shell's process takes the copies away."""
    page, server = make.make_page(slug="secret", title="Quite a secret"), Server()
    showing = ["/secret/", "/", "/who-belongs/", "/sitemap.xml"]
    for path in showing:
        assert server.store.renew(path)
        assert "ecret" in server.get(path).text
    way(page)
    with state("gone", file):
        for each in (Server(), server):
            for path in showing:
                assert each.get(path).status_code == 503, path
            assert each.get("/documents/").status_code == 200, "it did not mention it"
    server = Server()  # the other asks again only after a second
    assert all(server.store.renew(path) for path in showing)
    with state("gone", file):
        assert Server().get("/secret/").status_code == 410
        assert "ecret" not in Server().get("/").text


def test_a_withdrawn_document_takes_its_files_along(file, before):
    server = Server()
    Document.objects.filter(slug="plan").update(withdrawn_at=now(), withdrawal_reason="Wrong.")
    with state("gone", file):
        for path in before:
            if path.startswith("/documents/plan/"):
                assert server.get(path).status_code == 503, path
    blobs = settings.DATA_DIR.glob("pages/*/files/*")
    kept = {copy.file for copy in server.store.copies()}
    assert {blob.name for blob in blobs} == kept - {""}


def test_a_way_to_get_help_that_is_withdrawn_is_on_no_copy(file, before):
    route = ReportingRoute.objects.published().filter(is_on_home_page=True).last()
    assert any(route.name in said.content.decode("latin-1") for said in before.values())
    ReportingRoute.objects.filter(pk=route.pk).update(withdrawn_at=now(), withdrawal_reason="Wrong.")
    with state("gone", file):
        assert Server().get("/get-help/").status_code == 503


def test_an_alert_leaves_the_copies_at_its_end_and_when_it_is_ended_or_withdrawn(file, before):
    def shown(server):
        return "Keep away" in server.get("/").text

    with time_machine.travel(AT, tick=False) as clock:
        Alert.objects.all()._raw_delete("default")
        alert = make.make_alert(title="A fire", advice="Keep away", starts_at=AT, ends_at=AT + timedelta(hours=1))
        server = Server()
        assert shown(server)
        with state("gone", file):
            clock.shift(timedelta(minutes=59))
            assert all(map(shown, (server, Server())))
            clock.shift(timedelta(minutes=1))
            assert not any(map(shown, (server, Server())))
        clock.move_to(AT + timedelta(minutes=2))
        server = Server()
        assert shown(server)
        Alert.objects.update(ends_at=AT + timedelta(minutes=1))
        with state("gone", file):
            assert not shown(Server())
        Alert.objects.update(ends_at=alert.ends_at)
        clock.shift(2)
        assert shown(server)
        Alert.objects.update(withdrawn_at=now(), withdrawal_reason="False.")
        with state("gone", file):
            assert not shown(Server())
            assert Server().get("/").status_code == 200


def test_what_was_to_be_withdrawn_at_a_moment_says_that_it_was(file, before):
    with time_machine.travel(AT, tick=False) as clock:
        Strategy.objects.filter(slug="now").update(withdrawn_at=AT + timedelta(hours=1), withdrawal_reason="It ends.")
        server = Server()
        assert server.get("/strategy/now/").status_code == 200
        with state("gone", file):
            clock.shift(timedelta(minutes=59))
            assert "out of date" in server.get("/strategy/now/").text
            clock.shift(timedelta(minutes=1))
            for each in (server, Server()):
                reply = each.get("/strategy/now/")
                assert reply.status_code == 410
                assert "This page was withdrawn" in reply.text
                assert "Strategy" not in reply.text


def test_an_empty_database_with_all_its_tables_is_a_failure_and_no_withdrawal(file, before):
    server = Server()
    server.get("/")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA foreign_keys = OFF")
        for table in ("pages_page", "partners_strategy", "publishing_address"):
            cursor.execute(f"DELETE FROM {table}")  # noqa: S608  # the names are these
    for each in (server, Server()):
        assert "out of date" in each.get("/").text
        assert each.get("/strategy/now/").status_code == 200


def test_a_page_that_django_can_not_make_is_shown_as_it_was(file, before):
    server = Server()
    server.get("/")
    Partner.objects.update(role="Another")

    def broken(environ, start_response):
        start_response("500 Internal Server Error", [("Content-Type", "text/plain")])
        return HttpResponse("broken", status=500)

    server.store.app = broken
    for sent in ({}, {"HTTP_COOKIE": "sessionid=x"}):
        assert "out of date" in server.get("/strategy/now/", **sent).text
        assert server.get("/never-seen/", **sent).status_code == 500, "the database is there, so it is Django's fault"
    assert server.get("/strategy/now/?on=2019-05-01").status_code == 500


def test_a_new_release_shows_the_copies_of_the_last_until_it_has_its_own(file, before, monkeypatch):
    monkeypatch.setattr(store_module, "code", lambda: "another")
    with state("gone", file):
        server = Server()
        assert "out of date" in server.get("/strategy/now/").text
        assert server.get("/documents/plan/file/").body == before["/documents/plan/file/"].content
    monkeypatch.setattr(store_module, "site_digest", lambda: "another")
    with state("gone", file):
        assert Server().get("/strategy/now/").status_code == 503, "of another site, none are shown"


def test_while_one_asks_a_database_that_does_not_answer_the_others_do_not_wait(file, before, monkeypatch):
    monkeypatch.setattr(store_module, "LONGEST_WAIT", 0.01)
    server, began, goes_on = Server(), threading.Event(), threading.Event()

    def hangs():
        began.set()
        goes_on.wait()
        raise OperationalError

    monkeypatch.setattr(store_module, "current_mark", hangs)
    first = threading.Thread(target=server.store.see)
    first.start()
    began.wait()
    assert "out of date" in server.get("/strategy/").text
    goes_on.set()
    first.join()
    assert server.store.view.has_failed
