"""The copy of the whole public site: complete after each change, by itself, and noticed when it is not right."""

import os
import signal
import subprocess
import sys
from unittest.mock import Mock

import pytest
from django.http import HttpResponse

from pages.models import Page
from sosafe_site.page_store import keeper as keeping
from sosafe_site.page_store.copies import FILE, PAGE
from sosafe_site.page_store.keeper import LOCK, Keeper, kept_whole, state_of_copy
from sosafe_site.publishing.models import Address, Document
from sosafe_site.publishing.revisions.history import keep
from tests import make
from tests.store import Site, in_the_tests_transaction

MOST_STEPS = 100


class Stopped(BaseException):
    """Ends what has no end."""


@pytest.fixture
def site(db):
    make.make_site()
    make.make_home()
    make.make_document(slug="linked", title="The other")
    make.make_document(slug="alone", title="Alone")
    body = "<p>See <a href='/documents/linked/'>the other</a>.</p>"
    make.make_section(page=make.make_page(slug="get-help", title="Get help"), body=body)
    make.make_version(document=make.make_document(slug="plan"))
    with in_the_tests_transaction():
        yield Site()


@pytest.fixture
def keeper(site):
    return Keeper(site.store)


def round_of(keeper):
    """The paths that it asked Django for, until there was nothing more to do."""
    django = keeper.store.app
    django.asked.clear()
    for _ in range(MOST_STEPS):
        if keeper.step():
            return list(django.asked)
    raise AssertionError("It does not come to an end")


def text_of(keeper, path):
    copy = keeper.store.kept.head(path)
    return copy and keeper.store.kept.body(copy, "identity").decode()


def test_after_a_round_there_is_a_copy_of_everything_and_it_is_said_so(keeper):
    assert state_of_copy() is None or state_of_copy().edition != keeper.store.current().name
    round_of(keeper)
    copies = {copy.path: copy for copy in keeper.store.copies()}
    issued = set(Address.objects.issued().values_list("path", flat=True))
    assert issued
    assert issued <= copies.keys()
    assert {"/", "/sitemap.xml", "/meetings/dates.atom", "/robots.txt", "/.well-known/security.txt"} <= copies.keys()
    assert copies["/documents/plan/file/"].kind == FILE
    assert {copy.edition for copy in copies.values()} == {keeper.store.current().name}
    assert not any(path.startswith(("/admin/", "/preview/", "/healthz", "/static/")) for path in copies)
    whole = state_of_copy()
    assert (whole.edition, whole.addresses, whole.failed) == (keeper.store.current().name, len(copies), [])


def test_a_change_is_in_the_copy_after_the_next_round_and_those_concerned_come_first(keeper):
    round_of(keeper)
    page = Document.objects.get(slug="linked")
    page.title = "Quite another"
    page.save()
    keep(page, None, "The title")
    asked = round_of(keeper)
    assert "Quite another" in text_of(keeper, "/documents/linked/")
    concerned = {path for path, links in keeper.links.items() if "/documents/linked/" in links} | {"/documents/linked/"}
    assert "/get-help/" in concerned
    assert "/documents/alone/" not in concerned
    assert set(asked[: len(concerned)]) == concerned
    assert len(round_of(keeper)) <= 1, "without a change there is only one to look after"


def test_rounds_that_changes_interrupt_get_on_all_the_same(keeper):
    round_of(keeper)
    began = max(keeper.made.values())
    page = Document.objects.get(slug="alone")
    for number in range(20):
        page.summary = f"Version {number}"
        page.save()
        for _ in range(6):
            keeper.step()
        if min(keeper.made.values()) > began:
            break
    assert min(keeper.made.values()) > began, "each was made anew, though no round was finished"
    assert state_of_copy().edition != keeper.store.current().name


def test_what_nothing_leads_to_any_more_has_no_copy_any_more(keeper):
    page = Page.objects.get(slug="get-help")
    page.picture = make.make_picture()
    page.save()
    round_of(keeper)
    pictures = {path for path in keeper.made if path.startswith("/pictures/")}
    assert pictures
    page.picture = None
    page.save()
    round_of(keeper)
    assert [path for path in pictures if keeper.store.kept.head(path)] == []
    assert keeper.made.keys().isdisjoint(pictures)


def test_a_copy_that_is_not_what_the_site_says_is_noticed_and_made_anew(keeper, caplog):
    round_of(keeper)
    right = text_of(keeper, "/documents/linked/")
    wrong = HttpResponse("Something else")
    keeper.store.store(keeper.store.current(), "/documents/linked/", PAGE, wrong, keeper.made["/documents/linked/"])
    assert text_of(keeper, "/documents/linked/") == "Something else"
    for _ in range(len(keeper.made)):
        assert keeper.step()
    assert text_of(keeper, "/documents/linked/") == right
    assert [each.args for each in caplog.records] == [("/documents/linked/",)]


def test_an_address_that_fails_keeps_its_copy_and_is_named(keeper, monkeypatch):
    round_of(keeper)
    right = text_of(keeper, "/documents/linked/")
    page = Document.objects.get(slug="alone")
    page.summary = "Changed"
    page.save()
    django = keeper.store.app

    def failing(environ, start_response):
        if environ["PATH_INFO"] == "/documents/linked/":
            return HttpResponse("Failed", status=500)
        return django(environ, start_response)

    failing.asked = django.asked
    monkeypatch.setattr(keeper.store, "app", failing)
    round_of(keeper)
    assert state_of_copy().failed == ["/documents/linked/"]
    assert text_of(keeper, "/documents/linked/") == right


def test_without_a_database_it_waits_and_lets_all_be(keeper, monkeypatch):
    round_of(keeper)
    before = {copy.path for copy in keeper.store.copies()}
    monkeypatch.setattr(keeper.store, "current", lambda: None)
    assert keeper.step()
    assert {copy.path for copy in keeper.store.copies()} == before


def test_it_leaves_the_last_of_the_disk_to_officers(keeper, monkeypatch):
    free = Mock(return_value=Mock(free=100_000_000))
    monkeypatch.setattr(keeping.shutil, "disk_usage", free)
    monkeypatch.setattr(keeper, "renew", Mock())
    with pytest.raises(OSError, match="nearly full"):
        keeper.step()
    assert keeper.renew.call_count == 0
    free.return_value = Mock(free=900_000_000)
    keeper.step()
    assert keeper.renew.call_count == 1


def test_one_process_of_a_machine_does_it_and_another_goes_on_when_that_dies(keeper, monkeypatch):
    place = keeper.store.kept.folder / LOCK
    place.parent.mkdir(parents=True, exist_ok=True)
    code = "import fcntl, sys; file = open(sys.argv[1], 'a'); fcntl.flock(file, 2); print('mine', flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", code, str(place)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout.readline() == "mine\n"
        monkeypatch.setattr(keeping.time, "sleep", Mock(side_effect=Stopped))
        with pytest.raises(Stopped), keeper.alone():
            raise AssertionError("There are two")
        other.send_signal(signal.SIGKILL)
        other.wait()
    with keeper.alone():
        assert place.exists()


def test_whatever_fails_it_goes_on_and_says_so_once(keeper, monkeypatch, caplog):
    steps = iter([OSError("full"), OSError("full"), Stopped()])
    monkeypatch.setattr(keeper, "step", Mock(side_effect=steps))
    monkeypatch.setattr(keeping.time, "sleep", Mock())
    with pytest.raises(Stopped):
        keeper.run()
    assert [each.getMessage() for each in caplog.records] == ["The copy of the site can't be kept whole: OSError: full"]


def test_it_rests_long_while_somebody_else_needs_the_processor():
    assert keeping.rest(took=0.1, worked=0.1) == pytest.approx(0.01)
    assert keeping.rest(took=0.3, worked=0.1) == pytest.approx(1.8)


def test_a_burst_of_changes_begins_no_round_for_each(keeper, monkeypatch):
    """The round goes on, in the newest edition; then, or after a while, one begins for what has changed meanwhile."""
    began = Mock(side_effect=keeper.begin)
    monkeypatch.setattr(keeper, "begin", began)
    keeper.step()
    for title in ("One", "Two", "Three"):
        Document.objects.filter(slug="linked").update(title=title)
        keeper.step()
    assert began.call_count == 1
    keeper.began -= keeping.GOES_ON
    keeper.step()
    assert began.call_count == 2
    round_of(keeper)
    assert "Three" in text_of(keeper, "/documents/linked/")
    assert state_of_copy().edition == keeper.store.current().name


def test_what_was_changed_in_a_round_is_whole_after_the_next(keeper):
    keeper.step()
    Document.objects.filter(slug="linked").update(title="One")
    round_of(keeper)
    assert state_of_copy().edition == keeper.store.current().name
    assert {copy.edition for copy in keeper.store.copies()} == {keeper.store.current().name}


def test_it_begins_with_the_first_request_of_a_process_and_once(monkeypatch):
    started = Mock()
    monkeypatch.setattr(keeping.threading, "Thread", started)
    application = kept_whole(lambda environ, start_response: ["answer"])
    assert started.call_count == 0, "a process that serves nobody has none"
    assert [application({}, None), application({}, None)] == [["answer"], ["answer"]]
    assert started.call_count == 1
    assert started.call_args.kwargs["daemon"], "it delays no end of the process"
    monkeypatch.setattr(os, "getpid", lambda: -1)  # forked from that one
    application({}, None)
    assert started.call_count == 2
