"""What only a real PostgreSQL can show: how the site stands on a server that others share."""

import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest

from tests import servers
from tests.test_store_processes import get
from tests.tools import ROOT, listen, served

CHANGE = "UPDATE partners_partner SET name = name"
ANOTHER = "UPDATE pages_page SET title = title"


@pytest.fixture
def connect():
    """Gives further connections to a site of the test's own. Who waits for another fails."""
    address = servers.database("seeded")
    with ExitStack() as open_ones:
        yield lambda: open_ones.enter_context(psycopg.connect(address, options="-c lock_timeout=5s"))


def rows_of_the_mark(reader):
    """Which the mark is made of."""
    with reader.transaction():
        return frozenset(reader.execute("SELECT id, mark FROM publishing_contentmark"))


def test_two_who_change_something_at_once_do_not_wait_for_one_another_and_the_mark_tells_of_both(connect):
    one, two, reader = connect(), connect(), connect()
    marks = [rows_of_the_mark(reader)]
    one.execute(CHANGE)
    two.execute(ANOTHER)
    assert rows_of_the_mark(reader) == marks[0], "nothing is there for others to see"
    for writer in (two, one):  # the one that was first to change something is the last
        writer.commit()
        marks.append(rows_of_the_mark(reader))
    assert len(set(marks)) == 3


def test_what_is_rolled_back_leaves_the_mark_but_not_what_is_kept_of_it(connect):
    writer, reader = connect(), connect()
    before = rows_of_the_mark(reader)
    writer.execute(CHANGE)
    writer.rollback()
    assert rows_of_the_mark(reader) == before
    with writer.transaction():
        writer.execute("SAVEPOINT first")
        writer.execute(CHANGE)
        writer.execute("ROLLBACK TO first")
    assert rows_of_the_mark(reader) == before
    with writer.transaction():
        writer.execute("SAVEPOINT first")
        writer.execute(CHANGE)
        writer.execute("ROLLBACK TO first")
        writer.execute(ANOTHER)
    assert rows_of_the_mark(reader) != before


def test_the_mark_stays_small_though_others_are_at_work_and_never_comes_back(connect):
    one, two, reader = connect(), connect(), connect()
    two.execute(ANOTHER)  # and holds its row meanwhile
    marks = [rows_of_the_mark(reader)]
    for _ in range(500):
        one.execute(CHANGE)
        one.commit()
        marks.append(rows_of_the_mark(reader))
    two.commit()
    marks.append(rows_of_the_mark(reader))
    assert len(set(marks)) == len(marks)
    assert max(map(len, marks)) <= 310, "a hundred, and as many again each time that somebody was in the way"
    assert min(map(len, marks[200:])) < 10
    assert all(0 in dict(mark) for mark in marks), "it can be trusted all the time"


ASKER = """
import os, sys, threading
import django
django.setup()
from django.db import Error, connection
def ask():
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        return "answered"
    except Error as error:
        return type(error).__name__
    finally:
        connection.close()
for line in sys.stdin:
    if line == "forked\\n":
        child = os.fork()
        if child:
            os.waitpid(child, 0)
            continue
    told = []
    threads = [threading.Thread(target=lambda: told.append(ask())) for _ in range(8)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    print(*sorted(set(told)), flush=True)
    if line == "forked\\n":
        os._exit(0)
"""


def test_a_server_that_is_away_or_hangs_is_an_error_and_one_that_is_back_is_used_at_once():
    """From eight threads of one process, and of one that is forked from it when it has connections already."""
    servers.programs()
    with tempfile.TemporaryDirectory(prefix="sosafe-tests-") as folder:
        os.chmod(folder, 0o755)  # noqa: S103  # for the server's own user
        with servers.cluster(Path(folder) / "cluster") as server:
            environ = os.environ | {"DATABASE_URL": server.create(), "SECRET_KEY": secrets.token_urlsafe(50)}
            environ |= {"DJANGO_SETTINGS_MODULE": "sosafe_site.settings", "SITE_URL": "http://127.0.0.1:8000"}
            asker = subprocess.Popen(
                [sys.executable, "-c", ASKER], cwd=ROOT, env=environ, text=True, bufsize=1,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            )  # fmt: skip

            def told(how="asked"):
                asker.stdin.write(f"{how}\n")
                return asker.stdout.readline().strip()

            assert (told(), told("forked"), told()) == ("answered",) * 3
            server.stop("immediate")
            assert told() == "OperationalError"
            server.start()
            assert told() == "answered"
            server.stop()
            server.start()
            assert told() == "answered", "what was connected to the one before is replaced unseen"
            for process in server.processes():
                os.kill(process, signal.SIGSTOP)
            assert told() == "OperationalError", "soon, and no thread hangs"
            for process in server.processes():
                os.kill(process, signal.SIGCONT)
            assert told() == "answered"
            asker.stdin.close()
            asker.wait()
            asker.stdout.close()


@pytest.fixture
def two_machines(tmp_path):
    """The ports of two servers that have nothing in common but PostgreSQL, and its address."""
    database, listening = servers.site("set-up", tmp_path / "one"), [listen(), listen()]
    shutil.copytree(tmp_path / "one", tmp_path / "two")
    ports = [each.getsockname()[1] for each in listening]
    environ = os.environ | {
        "DATABASE_URL": database,
        "SITE_URL": f"http://127.0.0.1:{ports[0]}",
        "SECRET_KEY": secrets.token_urlsafe(50),
        "DJANGO_SETTINGS_MODULE": "sosafe_site.settings",
    }
    with ExitStack() as running:
        for each, name in zip(listening, ("one", "two"), strict=True):
            running.enter_context(served(each, environ | {"DATA_DIR": str(tmp_path / name)}, "--workers=1"))
        yield *ports, database


def test_a_change_shows_on_all_machines_within_a_second(two_machines):
    """Of how long the machine takes to make the page after that nothing is said: it may be busy."""
    one, two, database = two_machines
    with psycopg.connect(database, autocommit=True) as elsewhere:
        for number in range(8):
            for port in (one, two):
                get(port, "/strategy/", one)
            elsewhere.execute("UPDATE partners_strategy SET title = %s", [f"Strategy number {number}"])
            time.sleep(1)
            for port in (one, two):
                assert f"Strategy number {number}" in get(port, "/strategy/", one)


def test_machines_that_set_up_the_same_database_wait_for_one_another():
    code = "import time\nfrom pages.management.commands.setup import alone\n"
    code += "with alone():\n print('begins', flush=True); time.sleep(0.5); print('ends', flush=True)"
    environ = os.environ | {"DATABASE_URL": servers.database(), "DJANGO_SETTINGS_MODULE": "sosafe_site.settings"}
    command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", code]
    both, told = os.pipe()
    machines = [subprocess.Popen(command, cwd=ROOT, env=environ, stdout=told) for _ in range(2)]
    os.close(told)
    assert [machine.wait() for machine in machines] == [0, 0]
    with os.fdopen(both) as lines:
        assert lines.read().split() == ["begins", "ends"] * 2
