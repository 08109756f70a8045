"""What the drill says is so: a request that is cut off counts as failed, a save that is gone as lost."""

import asyncio
import socketserver
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from tests.drill import run
from tests.drill.clients import Crowd, Place, Tally
from tests.drill.day import wrong_for
from tests.drill.failures import sweep
from tests.drill.officers import Officer, lost
from tests.drill.row import Row

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
    with ThreadPoolExecutor(1) as thread:  # in this one, Playwright may run an event loop
        return thread.submit(asyncio.run, crowd.come(place, lambda: next(asked) > readers)).result()["readers"]


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


def test_a_page_with_another_heading_or_status_has_failed():
    page = b"HTTP/1.1 200 OK\r\nContent-Length: 14\r\n\r\n<h1>Other</h1>"
    with answering(page, page, page.replace(b"200 OK", b"410 Gone"), b"") as place:
        tally = sweep(
            place, {"/same/": "<h1>Other</h1>", "/other/": "<h1>One</h1>", "/gone/": "<h1>Other</h1>", "/": ""}
        )
    assert len(tally.seconds) == 1
    assert [failure.split(":")[0] for failure in tally.failures[:2]] == ["/other/", "/gone/"]
    assert len(tally.failures) == 3


def test_an_alert_that_is_late_or_comes_and_goes_is_noticed():
    with answering(*[WHOLE] * 50) as place:
        assert wrong_for(place, "whole", is_shown=True, watched=0.2) == 0
        assert wrong_for(place, "whole", is_shown=False, watched=0.2) > 0


@pytest.mark.parametrize(
    ("row", "promise"),
    [
        (Row("a day", asked=Tally([0.1], ["17:00:00 cut off"])), "0 of 2 requests fail: 1, such as: 17:00:00 cut off"),
        (Row("a day", saved=7, lost=2), "0 of 7 acknowledged saves are lost: 2"),
    ],
)
def test_a_promise_that_was_not_kept_is_named_and_the_command_fails(monkeypatch, capsys, row, promise):
    row.expect_nothing_failed_or_lost()
    monkeypatch.setattr(run, "SCENARIOS", {"day": lambda is_small: [row]})
    assert run.main(["day"], is_small=True, is_written=False) == 1
    assert promise in capsys.readouterr().out
    monkeypatch.setattr(run, "SCENARIOS", {"day": lambda is_small: [Row("a day", saved=7, lost=0)]})
    assert run.main(["day"], is_small=True, is_written=False) == 0
    assert "Every promise was kept." in capsys.readouterr().out


def test_a_scenario_that_ends_in_an_error_has_kept_no_promise_and_the_next_one_runs(monkeypatch, capsys):
    def breaks(is_small):
        yield Row("first")
        raise OSError("no answer")

    monkeypatch.setattr(run, "SCENARIOS", {"bad": breaks, "good": lambda is_small: [Row("last")]})
    assert run.main(["bad", "good"], is_small=True, is_written=False) == 1
    said = capsys.readouterr().out
    assert "no answer" in said
    assert "| last" in said


def test_the_figures_go_where_the_document_has_marked_their_place(tmp_path):
    document = tmp_path / "operations.md"
    document.write_text(f"Before\n{run.BEGIN}old\n{run.END}\nAfter\n")
    run.write(["| new |"], document)
    assert document.read_text() == f"Before\n{run.BEGIN}\n| new |\n\n{run.END}\nAfter\n"
    document.write_text("No place")
    with pytest.raises(ValueError, match="lacks"):
        run.write(["| new |"], document)
    assert run.BEGIN in run.FIGURES.read_text()
