"""The site goes on while its server is restarted, and its server's own ends are as they are meant."""

import os
import re
import signal
import socket
import subprocess
import sys

import pytest
from django.core.files.storage import FileSystemStorage

from pages.management.commands.setup import collect_static
from sosafe_site.serve import listening_socket
from tests import prepared
from tests.benchmark.client import request
from tests.benchmark.servers import environment
from tests.tools import PATIENCE, ROOT

SERVE = [sys.executable, "-m", "sosafe_site.serve"]


@pytest.fixture
def place():
    """A socket that is held as systemd holds one: open before, while and after the server runs."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening


def serve(listening: socket.socket) -> subprocess.Popen:
    """As systemd starts it: with the socket as file number 3, and told that it is meant for this process."""
    script = f'export LISTEN_PID=$$ LISTEN_FDS=1; exec "$@" 3<&{listening.fileno()}'
    environ = environment(prepared.site("set-up"), DATABASE_URL="")
    command = ["/bin/bash", "-c", script, "-", *SERVE]
    return subprocess.Popen(command, cwd=ROOT, env=environ, pass_fds=[listening.fileno()])


def ask(listening: socket.socket, asked: bytes = b"") -> socket.socket:
    connection = socket.create_connection(listening.getsockname(), timeout=PATIENCE)
    connection.sendall(asked)
    return connection


def answer(connection: socket.socket) -> bytes:
    """All that comes until the server closes the connection."""
    with connection, connection.makefile("rb") as file:
        return file.read()


def test_who_comes_while_the_server_restarts_waits_and_what_it_has_begun_is_finished(place):
    home = request("/", "close")
    form = b"a=" + b"x" * 1_000
    head = "\r\n".join(
        [
            "POST /search/ HTTP/1.1",
            "Host: 127.0.0.1",
            "Connection: close",
            "Content-Type: application/x-www-form-urlencoded",
            f"Content-Length: {len(form)}",
            f"Cookie: csrftoken={'a' * 32}",  # with one, Django reads the form to its end before it answers
        ]
    )
    with serve(place) as first:
        assert b"200 OK" in answer(ask(place, home))
        begun = ask(place, f"{head}\r\n\r\n".encode() + form[:500])
        answer(ask(place, home))  # so that what came before this one has been accepted
        first.send_signal(signal.SIGTERM)
        with pytest.raises(subprocess.TimeoutExpired):
            first.wait(timeout=0.5)  # it waits for the rest of the form
        waiting = ask(place, home)
        begun.sendall(form[500:])
        assert answer(begun).startswith(b"HTTP/1.1 4"), "the whole answer, whatever it is"
        assert first.wait(timeout=PATIENCE) == 0
    with serve(place) as second:
        assert b"200 OK" in answer(waiting), "it waited in the queue of the socket"
        second.send_signal(signal.SIGTERM)
        assert second.wait(timeout=PATIENCE) == 0


def test_without_systemd_the_server_listens_where_it_is_told_to(monkeypatch, place):
    with listening_socket("127.0.0.1:0") as own:
        assert own.getsockname()[0] == "127.0.0.1"
        assert own.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)
    monkeypatch.setenv("LISTEN_PID", str(os.getppid()))  # meant for another process, which had us inherit the variable
    with listening_socket("127.0.0.1:0") as own:
        assert own.getsockname() != place.getsockname()
    with pytest.raises(OSError, match="in use"):
        listening_socket("{}:{}".format(*place.getsockname()))


def test_collecting_static_files_anew_leaves_those_there_that_pages_still_name(settings, tmp_path, monkeypatch):
    """The running version serves on meanwhile: no file that it names is gone for a moment, or half written."""
    settings.DATA_DIR, settings.STATIC_ROOT = tmp_path, tmp_path / "static"
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": "sosafe_site.storage.StaticStorage"}}
    settings.STATICFILES_DIRS, settings.STATICFILES_FINDERS = [tmp_path / "own"], settings.STATICFILES_FINDERS[:1]
    (tmp_path / "own").mkdir()
    stylesheet = tmp_path / "own" / "site.css"
    stylesheet.write_text("a { color: red }")
    collect_static()
    before = {path.name: path.read_bytes() for path in settings.STATIC_ROOT.iterdir()}
    assert len(before) >= 3, "the stylesheet, the same under the name of its hash, and the list of names"

    stylesheet.write_text("a { color: green }")
    places = []
    for way in ("delete", "_save"):
        monkeypatch.setattr(FileSystemStorage, way, noting_where(getattr(FileSystemStorage, way), places))
    collect_static()
    after = {path.name: path.read_bytes() for path in settings.STATIC_ROOT.iterdir()}
    assert places
    assert str(settings.STATIC_ROOT) not in places, "where it is served from, whole files come by a rename alone"
    assert before.keys() < after.keys()
    assert all(after[name] == before[name] for name in before if re.fullmatch(r"site\.[0-9a-f]+\.css", name))
    assert b"green" in after["site.css"]

    settings.STATICFILES_DIRS = [(tmp_path / "own").rename(tmp_path / "another version's")]
    places.clear()
    collect_static()
    assert not places, "the same files in another place are the same"


def noting_where(way, places):
    def noted(storage, *arguments, **options):
        places.append(storage.location)
        return way(storage, *arguments, **options)

    return noted
