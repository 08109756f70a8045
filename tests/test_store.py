"""What is stored in front of Django: right at every moment, nobody else's, and gone when it can't be trusted."""

import errno
import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from unittest.mock import Mock

import pytest
import time_machine
from django.apps import AppConfig, apps
from django.core.handlers.wsgi import WSGIHandler
from django.core.management import call_command
from django.db import OperationalError, connection, transaction
from django.http import HttpResponse

import pages
from pages.models import Alert, BadLink, Page
from partners.models import Strategy
from sosafe_site.page_store import gone, store, turns
from sosafe_site.page_store.content_mark import begin_migrating, bell, current_mark, end_migrating, public_models
from sosafe_site.page_store.copies import Known, Shelf
from sosafe_site.page_store.gone import Look, look_over
from sosafe_site.page_store.response import coding_for
from sosafe_site.publishing.models import Readiness, ReviewReminder, Revision, SentForm
from sosafe_site.publishing.revisions.history import keep
from sosafe_site.publishing.revisions.publish import make_ready
from sosafe_site.publishing.revisions.snapshot import snapshot
from tests import make
from tests.admin.test_editing import save, url
from tests.content import FILLED, SEEDED, fill
from tests.forms import Form
from tests.store import Site, ask, in_the_tests_transaction
from tests.tools import PATIENCE, public_routes

OF_THE_CODING = {"Content-Length", "Content-Encoding", "ETag", "Vary"}
NOON = datetime(2026, 6, 1, 11, tzinfo=UTC)


@pytest.fixture
def site(db):
    make.make_site()
    make.make_page(slug="get-help", title="Get help", menu="")
    make.make_strategy(slug="now", title="The strategy")
    return Site()


def stored():
    return {path for path in store.settings.DATA_DIR.glob("pages/*-*/*") if len(path.name) == 32}


def warm(site, path):
    """Makes sure that the page is stored, and answered without Django."""
    first, before = site.get(path), len(site.django.asked)
    assert site.get(path).body == first.body
    assert len(site.django.asked) == before, f"{path} is stored"
    return first


@time_machine.travel(NOON, tick=False)  # else a slow machine asks again after a second
def test_a_stored_page_is_djangos_answer_and_asks_neither_django_nor_the_database(site, django_assert_num_queries):
    for path in ("/strategy/", "/strategy/now/", "/strategy/now/updates.atom", "/sitemap.xml", "/robots.txt"):
        answer, fresh = warm(site, path), site.fresh(path)
        assert answer.content == fresh.content
        for name in fresh.headers.keys() - OF_THE_CODING:
            assert answer[name] == fresh[name], name
        with django_assert_num_queries(0):
            assert site.get(path).content == fresh.content
    assert warm(site, "/strategy/")["Cache-Control"] == "no-cache"


def test_what_one_process_has_stored_the_others_have_too_and_a_restart_keeps_it(site):
    page = warm(site, "/strategy/")
    another = Site()
    assert another.get("/strategy/").body == page.body
    assert another.django.asked == []


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("br", "br"),
        ("GZIP", "gzip"),
        ("gzip;q=1.0, br;q=0.5", "gzip"),
        ("gzip;q=0.5, br; q=0", "gzip"),
        ("*", "br"),
        ("br;q=0, *", "gzip"),
        ("*;q=0, gzip", "gzip"),
        ("identity;q=0, *", "br"),
        ("identity;q=0, gzip;q=0.1", "gzip"),
        ("identity, gzip;q=0.5", "identity"),
        ("gzip;q=0.001", "gzip"),
        ("br;q=nonsense, gzip;q=2", "identity"),
        ("deflate", "identity"),
        ("*;q=0", "identity"),
        ("", "identity"),
    ],
)
def test_each_reader_gets_the_coding_that_suits_best(accepted, coding):
    assert coding_for(accepted) == coding


def test_each_coding_has_an_etag_of_its_own_and_names_what_it_varies_by(site):
    fresh, etags = site.fresh("/strategy/").content, set()
    for coding in ("br", "gzip", "identity"):
        answer = site.get("/strategy/", HTTP_ACCEPT_ENCODING=coding)
        assert answer.headers.get("Content-Encoding", "identity") == coding
        assert answer.content == fresh
        assert answer["Content-Length"] == str(len(answer.body))
        assert "Accept-Encoding" in answer["Vary"]
        etags.add(answer["ETag"])
        head = site.get("/strategy/", "HEAD", HTTP_ACCEPT_ENCODING=coding)
        assert (head.body, head.headers) == (b"", answer.headers)
    assert len(etags) == 3
    assert all(etag.startswith('"') for etag in etags), "strong"


def test_who_has_the_page_is_told_only_that_it_still_holds(site):
    etag = warm(site, "/strategy/")["ETag"]
    other = site.get("/strategy/", HTTP_ACCEPT_ENCODING="gzip")["ETag"]
    for given in (etag, f"W/{etag}", f'"x", {etag}', "*"):
        answer = site.get("/strategy/", HTTP_IF_NONE_MATCH=given)
        assert (answer.status_code, answer.body, answer["ETag"]) == (304, b"", etag), given
        assert {"Cache-Control", "Vary", "Content-Security-Policy"} <= answer.headers.keys()
        assert not {"Content-Length", "Content-Type", "Content-Encoding"} & answer.headers.keys()
        assert site.get("/strategy/", "HEAD", HTTP_IF_NONE_MATCH=given).status_code == 304
    for given in (other, '"x"', "nonsense", ""):
        assert site.get("/strategy/", HTTP_IF_NONE_MATCH=given).status_code == 200, given
    assert site.get("/strategy/", HTTP_IF_MATCH='"x"').status_code == 412
    assert site.get("/strategy/", HTTP_IF_MATCH=etag).status_code == 200
    make.make_strategy()
    assert site.get("/strategy/", HTTP_IF_NONE_MATCH=etag).status_code == 200


def test_programs_that_ask_by_date_are_told_that_a_calendar_still_holds(site):
    make.make_public_meeting(slug="forum")
    path = "/meetings/public/forum/calendar.ics"
    modified = warm(site, path)["Last-Modified"]
    assert site.get(path, HTTP_IF_MODIFIED_SINCE=modified).status_code == 304
    assert site.get(path, HTTP_IF_MODIFIED_SINCE="Mon, 01 Jan 2001 00:00:00 GMT").status_code == 200


def saved(strategy):
    strategy.title = "Another"
    strategy.save()


def updated(strategy):
    Strategy.objects.update(title="Another")


def raw(strategy):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE partners_strategy SET title = %s", ["Another"])


def made_in_bulk(strategy):
    fields = {field.name: getattr(strategy, field.name) for field in strategy._meta.concrete_fields}
    Strategy.objects.bulk_create([Strategy(**{**fields, "id": None, "slug": "more", "title": "Another"})])


def bound(strategy):
    strategy.documents.add(make.make_document(title="Another"))


def removed(strategy):
    make.make_objective(strategy=strategy, title="Former")
    Site().get("/strategy/now/")
    strategy.objectives.get().erase("It named a person.")


@pytest.mark.parametrize("change", [saved, updated, raw, bound, removed])
def test_every_way_to_change_something_shows_at_the_next_request_in_every_process(site, change):
    others = Site()
    warm(site, "/strategy/now/")
    warm(others, "/strategy/now/")
    change(Strategy.objects.get())
    for each in (site, others, Site()):
        page = each.get("/strategy/now/").text
        assert page == site.fresh("/strategy/now/").text
        assert "Former" not in page
        assert change is removed or "Another" in page


def test_what_a_change_leaves_as_it_was_is_not_compressed_again(site, monkeypatch):
    before = warm(site, "/strategy/now/")
    files = stored()
    make.make_document(slug="another")
    monkeypatch.setattr(store, "in_all_codings", None)
    after = site.get("/strategy/now/")
    assert (after.headers, after.body) == (before.headers, before.body)
    assert len(site.django.asked) == 2, "it was made anew"
    assert stored() == files, "in one file for each path"
    another = Site()
    assert another.get("/strategy/now/", HTTP_ACCEPT_ENCODING="gzip").content == before.content
    assert another.django.asked == [], "and the copy is of the new edition"


def test_what_officers_do_not_change_is_no_change(site, client):
    warm(site, "/strategy/")
    mark, files = current_mark(), stored()
    client.force_login(make.make_officer("Editor"))
    assert client.get("/admin/").status_code == 200
    assert current_mark() == mark
    site.get("/strategy/")
    assert stored() == files
    assert len(site.django.asked) == 1


NEVER_PUBLIC = {
    "accounts.Session": "who is signed in",
    "publishing.AuditEntry": "who did what, told to administrators",
    "pages.BadLink": "what the link check found is told to officers",
    "publishing.ContentMark": "it is the mark",
    "publishing.GapAnswer": "why officers are no longer asked for what is missing",
    "publishing.Post": "who looks after a page, and the address that reminders go to",
    "publishing.Readiness": "what waits to be published; what publishes it writes to the record",
    "publishing.ReviewReminder": "the site's own note",
    "publishing.Revision": "drafts, previews and history; publishing one writes to the record",
    "publishing.Run": "when what a timer starts ran last, told to officers",
    "publishing.SentForm": "the site's own note",
}


def test_every_kind_of_record_is_public_content_or_is_known_not_to_be():
    public = {model._meta.label for model in public_models()}
    ours = {model._meta.label for model in apps.get_models() if not model.__module__.startswith(("django", "allauth"))}
    assert ours - public == NEVER_PUBLIC.keys()
    fields = [field for model in public_models() for field in model._meta.local_fields]
    kept = [field for field in fields if field.related_model and field.related_model._meta.label in NEVER_PUBLIC]
    assert {field.name for field in kept} == {"maintainer"}, "which no page shows"


def test_what_readers_can_not_see_ends_no_stored_page(site, admin_client):
    page = make.make_page(title="Old", maintainer=make.make_post(), review_on=make.LONG_AGO.date())
    save(admin_client, url(page, "change"), title="Newer")
    warm(site, page.get_absolute_url())
    mark = current_mark()
    form = Form(admin_client, url(page, "change"))
    assert "preview" in form.press("_preview", title="New")["Location"]
    assert form.press("_draft", title="New").status_code == 302
    draft = Revision.objects.open().get()
    admin_client.post(url(page, "change").replace("change", "draft"), {"_share": ""})
    assert admin_client.get(Revision.objects.get(pk=draft.pk).get_link()).status_code == 200
    assert "New" in admin_client.get(url(page, "change")).content.decode()
    keep(page, None, "A note of history.")
    call_command("send_review_reminders")
    make.make_bad_link()
    counts = [kind.objects.count() for kind in (SentForm, ReviewReminder, BadLink)]
    assert all(counts), "each was written"
    assert current_mark() == mark
    asked = len(site.django.asked)
    assert "Newer" in site.get(page.get_absolute_url()).text
    assert len(site.django.asked) == asked, "it is still stored"


@pytest.mark.parametrize("is_known_before", [True, False])
def test_a_draft_appears_at_its_very_moment_though_pages_are_stored(site, is_known_before):
    at = NOON + timedelta(seconds=0.5)
    strategy = Strategy.objects.get()
    with time_machine.travel(NOON, tick=False) as clock:
        first = snapshot(strategy)
        place = {"model": "partners.strategy", "record": str(strategy.pk), "base": first}
        make.make_draft(**place, content={**first, "fields": {**first["fields"], "title": "Another"}})
        make_ready(strategy, None, publish_at=at if is_known_before else NOON + timedelta(days=9))
        warm(site, "/strategy/now/")
        if not is_known_before:
            Readiness.objects.update(publish_at=at)
        clock.move_to(at - timedelta(microseconds=1))
        asked = len(site.django.asked)
        assert "Another" not in site.get("/strategy/now/").text
        assert len(site.django.asked) == asked, "it is stored until then"
        clock.move_to(at)
        for each in (site, Site()):
            assert "Another" in each.get("/strategy/now/").text


def test_a_table_that_is_no_content_any_more_loses_its_triggers(db, monkeypatch):
    monkeypatch.setattr(Strategy, "is_public_content", False, raising=False)
    make.make_strategy()
    mark = current_mark()
    Strategy.objects.update(title="Another")
    assert current_mark() != mark
    end_migrating(using="default")
    mark = current_mark()
    Strategy.objects.update(title="A third")
    assert current_mark() == mark


def test_a_look_at_the_database_rings_no_bell(site):
    sound = bell().sound()
    with in_the_tests_transaction():
        site.store.look()
    assert bell().sound() == sound
    make.make_strategy()
    assert bell().sound() != sound


def test_what_is_rolled_back_was_never_said(site):
    before = warm(site, "/strategy/now/").text
    with suppress(ZeroDivisionError), transaction.atomic():
        updated(None)
        assert "Another" in site.get("/strategy/now/").text, "the change itself shows"
        raise ZeroDivisionError
    assert site.get("/strategy/now/").text == before
    assert warm(site, "/strategy/now/").text == before


def test_every_table_of_ours_gives_another_mark_with_every_change(db):
    if connection.vendor == "postgresql":
        query = "SELECT event_object_table, event_manipulation FROM information_schema.triggers"
        query += " WHERE trigger_name = 'content_changes'"
    else:
        query = "SELECT tbl_name, substr(name, length(tbl_name) + 2, 6) FROM sqlite_master WHERE type = 'trigger'"
        query += " AND name LIKE '%changes_content'"
    with connection.cursor() as cursor:
        cursor.execute(query)
        found = set(cursor.fetchall())
    tables = {model._meta.db_table for model in public_models()}
    assert {"pages_page", "partners_strategy_documents", "publishing_address", "meetings_stop"} <= tables
    assert found == {(table, way) for table in tables for way in ("INSERT", "UPDATE", "DELETE")}


def test_nothing_stored_is_shown_while_tables_change(site):
    warm(site, "/strategy/")
    begin_migrating(using="default", plan=["a migration"])
    asked = len(site.django.asked)
    for _ in range(2):
        site.get("/strategy/")
    updated(None)
    assert current_mark() is None, "a migration that fails leaves it so"
    assert "Another" in site.get("/strategy/now/").text
    assert len(site.django.asked) == asked + 3
    end_migrating(using="default")
    warm(site, "/strategy/")


@pytest.mark.parametrize(
    ("fields", "path", "moment"),
    [
        ({"published_at": NOON + timedelta(hours=1)}, "/strategy/", NOON + timedelta(hours=1)),
        (
            {"withdrawn_at": NOON + timedelta(minutes=1), "withdrawal_reason": "Wrong."},
            "/strategy/soon/",
            NOON + timedelta(minutes=1),
        ),
        ({"starts_on": datetime(2026, 6, 2).date()}, "/strategy/", datetime(2026, 6, 1, 23, tzinfo=UTC)),
        ({"ends_on": datetime(2026, 6, 1).date()}, "/strategy/", datetime(2026, 6, 1, 23, tzinfo=UTC)),
    ],
    ids=["publication", "withdrawal", "first day", "last day"],
)
def test_a_page_changes_at_its_very_moment_without_a_change_or_a_job(site, fields, path, moment):
    with time_machine.travel(NOON, tick=False) as clock:
        make.make_strategy(slug="soon", **{"starts_on": datetime(2026, 1, 1).date(), "ends_on": None, **fields})
        before = warm(site, path)
        clock.move_to(moment - timedelta(microseconds=1))
        another = Site()
        for each in (site, another):
            assert each.get(path).content == before.content
        assert another.django.asked == [], "it is stored until then"
        clock.move_to(moment)
        for each in (site, another, Site()):
            answer, fresh = each.get(path), site.fresh(path)
            assert (answer.status_code, answer.content) == (fresh.status_code, fresh.content)
            assert answer.content != before.content
        clock.move_to(NOON)  # a clock that is set back
        for each in (site, another, Site()):
            assert each.get(path).content == before.content


def test_an_alert_begins_and_ends_on_time(site):
    with time_machine.travel(NOON, tick=False) as clock:
        make.make_alert(title="A fire", starts_at=NOON + timedelta(hours=1), ends_at=NOON + timedelta(hours=2))
        for hours, shows in ((0, False), (1, True), (2, False)):
            clock.move_to(NOON + timedelta(hours=hours))
            assert ("A fire" in warm(site, "/strategy/").text) is shows


def test_a_change_on_another_machine_shows_within_a_second(site, monkeypatch):
    with time_machine.travel(NOON, tick=False) as clock:
        warm(site, "/strategy/now/")
        monkeypatch.setattr("sosafe_site.page_store.content_mark.ring", lambda: None)  # its bell is not heard here
        updated(None)
        assert "Another" not in site.get("/strategy/now/").text
        clock.shift(1)
        assert "Another" in site.get("/strategy/now/").text


HOSTILE = {
    "another host": {"HTTP_X_FORWARDED_HOST": "evil.example", "HTTP_X_HOST": "evil.example"},
    "another port": {"SERVER_NAME": "evil.example", "SERVER_PORT": "666"},
    "another address": {"HTTP_X_ORIGINAL_URL": "/admin/", "HTTP_X_REWRITE_URL": "/admin/"},
    "another language": {"HTTP_ACCEPT_LANGUAGE": "de", "HTTP_COOKIE": "django_language=de"},
    "a cookie": {"HTTP_COOKIE": "csrftoken=x; messages=evil; other=evil"},
    "a part": {"HTTP_RANGE": "bytes=0-10"},
    "only if changed": {"HTTP_IF_NONE_MATCH": "*", "HTTP_IF_MODIFIED_SINCE": "Fri, 01 Jan 2999 00:00:00 GMT"},
    "only the head": {"REQUEST_METHOD": "HEAD"},
    "a form": {"CONTENT_TYPE": "application/x-www-form-urlencoded", "CONTENT_LENGTH": "3"},
    "an account": {"REMOTE_USER": "officer", "HTTP_AUTHORIZATION": "Basic eDp5"},
    "another method": {"HTTP_X_HTTP_METHOD_OVERRIDE": "DELETE"},
    "no coding": {"HTTP_ACCEPT_ENCODING": "identity;q=0, zstd"},
}


@pytest.mark.parametrize("sent", HOSTILE.values(), ids=HOSTILE)
def test_nothing_that_the_first_reader_sends_reaches_the_next(site, sent):
    path = "/strategy/now/"
    site.get(path, **sent)
    site.django.asked.clear()
    answer, fresh = site.get(path), site.fresh(path)
    assert site.django.asked == [], "it was the hostile request that filled the store"
    assert (answer.status_code, answer.content) == (200, fresh.content)
    assert b"evil" not in answer.content
    assert {name for name in answer.headers if name not in fresh.headers} <= OF_THE_CODING


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("/strategy/", {"HTTP_COOKIE": "a=b; sessionid=x"}),
        ("/strategy/", {"REQUEST_METHOD": "POST"}),
        ("/strategy/", {"REQUEST_METHOD": "OPTIONS"}),
        ("/strategy/", {"SCRIPT_NAME": "/x"}),
        ("/strategy/?on=2019-05-01", {}),
        ("/strategy/?x=1", {}),
        ("/strategy/?page=2", {}),
        ("/contact/", {}),
        ("/nothing-here/", {}),
        ("/strategy", {}),
        ("/gone/", {}),
        ("/healthz", {}),
        ("/admin/", {}),
        ("/admin/login/", {}),
        ("/documents/plan/file/", {}),
        ("/documents/plan/v/1/file/", {}),
        ("/documents/plan/v/01/", {}),
        ("//strategy/", {}),
        ("/./strategy/", {}),
        ("/strategy/../strategy/", {}),
        ("/strategy/%00", {}),
        ("/strategy/\0", {}),
        ("/strategy/\xff/", {}),
        ("/strategy/\n", {}),
    ],
)  # fmt: skip
def test_what_is_one_readers_own_or_no_page_fills_no_store(site, path, sent):
    make.make_version(document=make.make_document(slug="plan"))
    make.make_page(slug="contact", title="Contact")
    reason = {"withdrawn_at": make.LONG_AGO, "withdrawal_reason": "It was wrong."}
    make.make_page(slug="gone", **reason)
    files = stored()
    for _ in range(2):
        before = len(site.django.asked)
        answer = site.get(path, **sent)
        assert len(site.django.asked) > before
        expected = site.fresh(path, **sent)
        assert (answer.status_code, answer.headers.get("Location")) == (
            expected.status_code,
            expected.headers.get("Location"),
        )
        assert "ETag" not in answer.headers or "/file/" in path
    assert not stored() - files
    assert site.store.view.edition is None or not site.store.view.edition.memory


@pytest.mark.parametrize(
    "path",
    [
        "/admin/",
        "/admin/pages/page/",
        "/contact/",
        "/documents/plan/file/",
        "/documents/plan/v/1/file/",
        "/healthz",
        "/no/such/page/",
        "/preview/token/",
        "/readyz",
        "/static/admin.css",
    ],
)
def test_what_is_never_stored_is_asked_once_and_as_the_reader_asks(site, path):
    asked = []

    def django(environ, start_response):
        asked.append(environ["REMOTE_ADDR"])
        start_response("200 OK", [("Content-Type", "text/plain")])
        return HttpResponse()

    site.store.app = django
    site.get(path, REMOTE_ADDR="192.0.2.1")
    assert asked == ["192.0.2.1"]


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1:8000.evil.example", "127.0.0.1:8000@evil.example", ""])
def test_another_host_is_refused_though_the_page_is_stored(site, host, settings):
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    site = Site()
    warm(site, "/strategy/")
    sent = {"HTTP_HOST": host, "SERVER_NAME": "evil.example"}
    assert site.get("/strategy/", **sent).status_code == 400


def test_over_https_the_redirect_stays_and_the_page_carries_what_browsers_must_keep(site, settings):
    settings.SITE_URL, settings.ALLOWED_HOSTS = "https://www.example.org", ["www.example.org"]
    settings.SECURE_SSL_REDIRECT, settings.SECURE_HSTS_SECONDS = True, 31_536_000
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    site, host = Site(), {"HTTP_HOST": "www.example.org"}
    for _ in range(2):
        open_ = site.get("/strategy/", HTTP_X_FORWARDED_PROTO="http", **host)
        assert (open_.status_code, open_["Location"]) == (301, "https://www.example.org/strategy/")
        assert site.get("/strategy/", **host).status_code == 301
        page = site.get("/strategy/", HTTP_X_FORWARDED_PROTO="https", **host)
        assert (page.status_code, page["Strict-Transport-Security"]) == (200, "max-age=31536000")
        assert 'href="https://www.example.org/strategy/' in page.text
    assert len(site.django.asked) == 5, "the page was rendered once"


def test_a_page_that_changes_while_it_is_rendered_is_not_stored(site):
    class Meanwhile(WSGIHandler):
        def __call__(self, environ, start_response):
            response = super().__call__(environ, start_response)
            Strategy.objects.update(title="Another")
            return response

    site.store.app, django = Meanwhile(), site.django
    assert "The strategy" in site.get("/strategy/now/").text
    site.store.app = django
    assert "Another" in site.get("/strategy/now/").text


def no_database(*args, **options):
    raise OperationalError("There is no such database.")


@pytest.mark.parametrize("end", ["withdrawal", "expiry"])
def test_what_is_withdrawn_or_expires_does_not_come_back_when_the_database_is_gone(site, end, monkeypatch):
    fields = {"withdrawal_reason": "Wrong.", "withdrawn_at": NOON + timedelta(hours=1)}
    with time_machine.travel(NOON, tick=False) as clock:
        strategy = make.make_strategy(slug="secret", **(fields if end == "expiry" else {}))
        others = Site()
        for each in (site, others):
            assert warm(each, "/strategy/secret/").status_code == 200
        if end == "expiry":
            clock.shift(3600)
        else:
            Strategy.objects.filter(pk=strategy.pk).update(**fields | {"withdrawn_at": NOON})
            look_over()  # as each commit does; the test's own never comes
        monkeypatch.setattr(store, "current_mark", no_database)
        monkeypatch.setattr("django.db.models.sql.compiler.SQLCompiler.execute_sql", no_database)
        for each in (site, others, Site()):
            assert each.get("/strategy/secret/").status_code == (410 if end == "expiry" else 503)


def test_after_a_second_without_the_database_a_page_says_that_it_may_be_out_of_date(site, monkeypatch):
    with time_machine.travel(NOON, tick=False) as clock:
        warm(site, "/strategy/")
        monkeypatch.setattr(store, "current_mark", no_database)
        clock.shift(1)
        assert "may be out of date" in site.get("/strategy/").text


def spoil(change):
    files = stored()
    assert files
    for file in files:
        change(file)


@pytest.mark.parametrize(
    "change",
    [
        lambda file: file.write_bytes(b""),
        lambda file: file.write_bytes(file.read_bytes()[:-1]),
        lambda file: file.write_bytes(file.read_bytes().replace(b"Content-Type", b"Content-Evil")),
        lambda file: file.write_bytes(b"\xff" * 100),
        lambda file: file.write_bytes(next(other for other in stored() if other != file).read_bytes()),
        lambda file: (file.unlink(), file.mkdir()),
    ],
    ids=["empty", "cut off", "changed", "foreign", "of another page", "a folder"],
)
def test_a_file_that_is_not_what_was_stored_is_ignored(site, change):
    right = warm(site, "/strategy/"), warm(site, "/strategy/now/")
    spoil(change)
    another = Site()
    assert (another.get("/strategy/").body, another.get("/strategy/now/").body) == tuple(page.body for page in right)
    assert another.django.asked, "it was rendered anew"


def test_with_a_full_disk_the_site_works(site, monkeypatch):
    def full(*args):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    warm(site, "/strategy/")
    another = Site()
    warm(another, "/strategy/")
    assert len(another.django.asked) == 1


def test_without_a_folder_the_site_works(site, tmp_path):
    site.store.folder = tmp_path / "file"
    site.store.folder.write_text("")
    warm(site, "/strategy/")


def test_without_a_bell_nothing_that_is_stored_is_shown(site, monkeypatch):
    def broken():
        raise PermissionError

    warm(site, "/strategy/")
    monkeypatch.setattr(store, "bell", broken)
    another = Site()
    for _ in range(2):
        assert another.get("/strategy/").status_code == 200
    assert len(another.django.asked) == 2


def test_memory_holds_so_much_and_no_more(site, monkeypatch):
    pages = [make.make_page(slug=f"page-{n}").get_absolute_url() for n in range(4)]
    size = len(site.get(pages[0]).body)
    monkeypatch.setattr(store, "MOST_IN_MEMORY", int(size * 2.5))
    for _ in range(2):
        for path in pages:
            assert site.get(path).content == site.fresh(path).content
    edition = site.store.view.edition
    assert edition.size == sum(len(answer.body) for answer in edition.memory.values()) <= size * 2.5
    assert len(site.django.asked) == 4, "the disk has the others"


def test_another_release_shows_none_of_the_old_pages(site, monkeypatch):
    warm(site, "/strategy/")
    monkeypatch.setattr(store, "code", lambda: "another")
    another = Site()
    another.get("/strategy/")
    assert another.django.asked == ["/strategy/"]


@pytest.mark.parametrize("place", ["templates", "sosafe_site", "meetings/models", "another"])
def test_another_file_of_any_app_is_another_release(place, monkeypatch, tmp_path):
    found = [*apps.get_app_configs(), AppConfig("another.inside", pages)]
    monkeypatch.setattr(apps, "get_app_configs", lambda: found)
    monkeypatch.setattr(store.settings, "BASE_DIR", tmp_path)
    folder, packages = tmp_path / place, tmp_path / ".venv"
    for each in (folder, packages):
        each.mkdir(parents=True)
    before = store.code()
    (packages / "a.py").touch()
    (folder / "a.pyc").touch()
    assert store.code() == before
    (folder / "a.py").touch()
    assert store.code() != before


def test_in_a_rush_a_page_is_rendered_once(monkeypatch, tmp_path):
    """Two processes of four threads, none of which needs the database."""
    asked, ready = [], threading.Barrier(8)

    def slow(environ, start_response):
        asked.append(environ["PATH_INFO"])
        threading.Event().wait(0.3)
        return HttpResponse("slow")

    monkeypatch.setattr(turns, "PATIENCE", PATIENCE)  # none renders alone because the machine is busy
    monkeypatch.setattr(store, "current_mark", lambda: "mark")
    monkeypatch.setattr(store, "publish_due", lambda: 0)
    monkeypatch.setattr(store, "forget_what_is_gone", lambda *known: Look(Known(until=make.FAR_AHEAD.timestamp())))
    monkeypatch.setattr(store, "LONGEST_WAIT", PATIENCE)
    monkeypatch.setattr(store, "next_moment", lambda now, kinds: make.FAR_AHEAD.timestamp())
    processes, bodies = [store.Store(slow) for _ in range(2)], []
    for process in processes:
        process.shelf = Shelf(tmp_path, "site", "code")
        process.kept = process.shelf.own

    def read(process):
        ready.wait()
        bodies.append(ask(process, "/slow/").body)

    readers = [threading.Thread(target=read, args=[process]) for process in processes * 4]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert bodies == [b"slow"] * 8
    assert asked == ["/slow/"]


def test_who_waits_too_long_for_another_renders_alone(site, monkeypatch):
    monkeypatch.setattr(turns, "PATIENCE", 0.05)
    with site.store.shelf.turn("/strategy/"):
        assert site.get("/strategy/").status_code == 200


def test_a_crowd_waits_for_one_and_all_get_what_was_begun_after_they_had_asked():
    """Each who asks again takes time from whoever renders, and each change meanwhile would need one more rendering."""
    flight, numbers, begun, over, got = turns.SingleFlight(), count(1), threading.Event(), threading.Event(), []

    def work():
        begun.set()
        over.wait(PATIENCE)
        return next(numbers)

    crowd = [threading.Thread(target=lambda: got.append(flight.get("/", work, instead=Mock()))) for _ in range(5)]
    crowd[0].start()
    begun.wait(PATIENCE)
    for each in crowd[1:]:
        each.start()
    while flight.flights["/"].passengers < len(crowd):
        threading.Event().wait(0.01)
    over.set()
    for each in crowd:
        each.join()
    assert sorted(got) == [1, 2, 2, 2, 2]
    assert not flight.flights


def test_while_tables_are_changed_those_who_wait_for_a_page_share_it(monkeypatch, tmp_path):
    """Nothing is stored then, and for each reader a page of its own would be more than a machine can make."""
    asked, begun, over = [], threading.Event(), threading.Event()

    def slow(environ, start_response):
        asked.append(environ["PATH_INFO"])
        begun.set()
        over.wait(PATIENCE)
        return HttpResponse("slow")

    monkeypatch.setattr(store, "current_mark", lambda: None)
    monkeypatch.setattr(store, "publish_due", lambda: 0)
    monkeypatch.setattr(store, "LONGEST_WAIT", PATIENCE)
    process, bodies = store.Store(slow), []
    process.shelf = Shelf(tmp_path, "site", "code")
    process.kept = process.shelf.own
    readers = [threading.Thread(target=lambda: bodies.append(ask(process, "/slow/").body)) for _ in range(6)]
    readers[0].start()
    begun.wait(PATIENCE)
    for each in readers[1:]:
        each.start()
    while next(iter(process.rendering.flights.values())).passengers < len(readers):
        threading.Event().wait(0.01)
    over.set()
    for each in readers:
        each.join()
    assert bodies == [b"slow"] * 6
    assert len(asked) == 2
    assert not list(process.shelf.own)


def test_what_fails_for_one_is_tried_by_the_next():
    flight = turns.SingleFlight()
    with pytest.raises(OSError, match="full"):
        flight.get("/", Mock(side_effect=OSError("full")), instead=Mock())
    assert flight.get("/", lambda: "answer", instead=Mock()) == "answer"


def test_what_is_gone_is_worked_out_once_for_a_change(site, monkeypatch):
    """By whoever makes it, before anybody else hears of it: it takes as long as a page."""
    asked, known_of = [], gone.known_of
    site.get("/strategy/")
    monkeypatch.setattr(gone, "known_of", lambda *edition: asked.append(1) or known_of(*edition))
    Strategy.objects.update(title="Another")
    look_over()
    for each in (site, Site()):
        assert b"Another" in each.get("/strategy/").body
    assert len(asked) == 1


def test_after_a_transaction_that_only_reads_nothing_is_looked_over(site):
    done = connection.run_on_commit
    done.clear()
    with transaction.atomic():
        assert Strategy.objects.exists()
        assert connection.introspection.table_names()
    assert look_over not in [each[1] for each in done]
    with transaction.atomic():
        Strategy.objects.update(title="Another")
        Strategy.objects.update(title="And another")
    assert [each[1] for each in done].count(look_over) == 1


def test_addresses_have_one_spelling_each():
    """Else a reader could fill the store with the same page under ever new names, such as /v/1/, /v/01/, /v/001/."""
    routes = [route for route in public_routes() if getattr(route.callback, "is_stored", True)]
    kinds = {type(converter).__name__ for route in routes for converter in route.pattern.converters.values()}
    assert kinds == {"SlugConverter", "UUIDConverter", "NumberConverter"}


def test_every_page_is_stored_as_django_answers_it(db):
    """But for those that are a reader's own, or no page."""
    fill()
    site, kept = Site(), 0
    for path in {**SEEDED, **FILLED}.values():
        before = len(site.django.asked)
        answers, fresh = [site.get(path), site.get(path)], site.fresh(path)
        for answer in answers:
            assert (answer.status_code, path == "/contact/" or answer.content == fresh.content) == (
                fresh.status_code,
                True,
            ), path
        is_stored = len(site.django.asked) == before + 1 or "ETag" in answers[1].headers
        assert is_stored is (fresh.status_code == 200 and path != "/contact/"), path
        kept += is_stored
    assert kept > 40
    assert Alert.objects.exists()
    assert Page.objects.exists()
