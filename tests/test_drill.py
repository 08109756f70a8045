"""What the drill says is so: a request that is cut off counts as failed, a save that is gone as lost."""

import asyncio
import socketserver
import threading
from contextlib import contextmanager

import pytest

from tests.drill.clients import Crowd, Place
from tests.drill.officers import Officer, lost

WHOLE = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwhole"


@contextmanager
def answering(*answers):
    """The place of a server that answers its connections so, one after the other, and closes each after its answer."""
    waiting = [*answers]

    class Handler(socketserver.StreamRequestHandler):
        def handle(self):
            while self.rfile.readline() not in (b"\r\n", b""):
                pass
            self.wfile.write(waiting.pop(0))

    with socketserver.TCPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
        yield Place(server.server_address[1])
        server.shutdown()


def tally_of(place, readers):
    """Of so many readers who each ask for one page."""
    asked = iter(range(1, 1_000))
    crowd = Crowd(readers=1_000, pages=["/"])
    return asyncio.run(crowd.come(place, lambda: next(asked) > readers))["readers"]


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (b"", "closed without an answer"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nwhole", "cut off"),
        (b"HTTP/1.1 200 OK\r\nServer: none\r\n\r\nwhole", "how long it is"),
        (b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 5\r\n\r\nwhole", "answered 503"),
    ],
)
def test_what_is_no_whole_answer_is_counted_as_failed(answer, why):
    with answering(*[answer] * 50) as place:
        tally = tally_of(place, 1)
    assert tally.failures
    assert not tally.seconds
    assert [failure for failure in tally.failures if why not in failure] == []
    with answering(*[WHOLE] * 50) as place:
        tally = tally_of(place, 1)
    assert tally.seconds
    assert not tally.failures


def test_what_was_told_to_be_saved_and_is_not_there_or_not_as_it_was_is_lost(monkeypatch):
    monkeypatch.setattr(Officer, "__post_init__", lambda officer: None)
    there = {"one": ["What one is about.", "digest"], "torn": ["What torn is about.", "another"]}
    monkeypatch.setattr("tests.drill.officers.kept", lambda environ: there)
    officer = Officer(Place(0), "anna", "")
    officer.acknowledged = {"one": there["one"]}
    assert lost([officer], {}) == []
    officer.acknowledged |= {"torn": ["What torn is about.", "digest"], "gone": ["What gone is about.", "digest"]}
    assert lost([officer], {}) == ["torn", "gone"]
