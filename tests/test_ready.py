"""What /healthz and /readyz say of a site in each state, to programs, without a word that is nobody's business."""

import threading
import time

import pytest
from django.test import Client

from pages.health import ready
from pages.health.ready import BEHIND, EMPTY, LITTLE_ROOM, NO_ANSWER, Probe, State
from sosafe_site.publishing.failures import Failure
from tests.broken import on_the_disk, state
from tests.tools import PATIENCE

pytestmark = pytest.mark.django_db
# Whether it serves and saves, and what is said
EXPECTED = {
    "gone": (False, False, Failure.GONE.value),
    "garbage": (False, False, Failure.GONE.value),
    "empty": (False, False, BEHIND),
    "read-only": (True, False, Failure.READ_ONLY.value),
    "full": (True, False, Failure.FULL.value),
    "locked": (True, False, Failure.BUSY.value),
}


@pytest.fixture
def file(tmp_path):
    with on_the_disk("seeded", tmp_path) as file:
        yield file


def asked(address="/readyz", **headers):
    return Client(raise_request_exception=False, headers=headers).get(address)


@pytest.mark.parametrize("what", EXPECTED)
def test_in_each_state_it_says_what_works_and_what_is_wrong(what, file):
    assert asked().json() == {"ready": True, "serves": True, "saves": True, "problems": []}
    serves, saves, said = EXPECTED[what]
    with state(what, file):
        answer = asked(Cookie="sessionid=any", Host="203.0.113.7")
        assert answer.status_code == 503
        assert answer["Content-Type"] == "application/json"
        assert answer["Cache-Control"].endswith("no-store")
        told = answer.json()
        assert (told["ready"], told["serves"], told["saves"]) == (False, serves, saves)
        assert f"{said}." in told["problems"]
        assert str(file.parent) not in answer.text
        alive = asked("/healthz", Cookie="sessionid=any", Host="203.0.113.7")
        assert (alive.status_code, alive.text) == (200, "ok")
    assert asked().status_code == 200


def test_what_is_tried_leaves_nothing(file, settings):
    before = sorted(settings.DATA_DIR.rglob("*"))
    rows = ready.Run.objects.count()
    assert asked().status_code == 200
    assert sorted(settings.DATA_DIR.rglob("*")) == before
    assert ready.Run.objects.count() == rows


def test_a_database_without_the_home_page_is_not_ready(file, monkeypatch):
    monkeypatch.setattr(ready, "HOME", "nothing")
    assert asked().json()["problems"] == [f"{EMPTY}."]


def test_a_disk_that_is_nearly_full_or_a_folder_that_can_not_be_written_is_told(file, settings, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(ready, "FREE_ROOM", 10**18)
        assert asked().json()["problems"] == [f"{LITTLE_ROOM}."]
    settings.DATA_DIR = settings.DATA_DIR / "not-there"
    told = asked().json()
    assert told["serves"], "what is in the database can be shown"
    assert not told["saves"]


def test_files_elsewhere_that_can_not_be_reached_are_told(file, monkeypatch):
    class Elsewhere:
        def exists(self, name):
            raise type("EndpointConnectionError", (Exception,), {"__module__": "botocore.exceptions"})

    monkeypatch.setattr(ready, "default_storage", Elsewhere())
    assert asked().json() == {
        "ready": False, "serves": True, "saves": False, "problems": [f"{Failure.FILES.value}."]
    }  # fmt: skip


def test_what_hangs_is_told_in_time_and_tried_by_one_thread_alone(file, monkeypatch):
    hangs, looks, begun, fine = threading.Event(), threading.Event(), [], State(True, True)

    def look():
        begun.append(1)
        looks.set()
        hangs.wait(60)
        return fine

    monkeypatch.setattr(ready, "look", look)
    monkeypatch.setattr(ready, "ANSWERED_WITHIN", 0.01)
    monkeypatch.setattr(ready, "HOLDS_FOR", PATIENCE)
    probe = Probe()
    assert [probe.ask(), probe.ask()] == [NO_ANSWER, NO_ANSWER]
    assert looks.wait(PATIENCE)
    assert len(begun) == 1
    hangs.set()
    probe.thread.join()
    assert probe.ask() == fine
    assert len(begun) == 1, "what was seen holds for a few seconds"
    hangs.clear()
    monkeypatch.setattr(ready, "HOLDS_FOR", 0)
    assert probe.ask() == NO_ANSWER
    hangs.set()
    probe.thread.join()


def test_it_is_looked_at_by_a_thread_with_a_connection_of_its_own(file):
    probe = Probe()
    answer = probe.ask()
    probe.thread.join()
    assert answer in (NO_ANSWER, State(True, True)), "a busy machine may take longer"
    assert probe.ask() == State(True, True)
    assert time.monotonic() - probe.seen_at < 60


def test_a_change_is_logged_once(caplog):
    probe = Probe()
    for each in (State(True, True), NO_ANSWER, NO_ANSWER, State(True, True)):
        probe.note(each)
    assert [record.getMessage() for record in caplog.records] == [
        "Ready.", f"Not ready: {NO_ANSWER.problems[0]}", "Ready."
    ]  # fmt: skip
