"""Parts that the site stands on fail while it is read: readers notice nothing worse than words, and all comes back.

In each state the site is asked for everything, by the server that was running before and by one that is started then.
"""

import json
import os
import re
import resource
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager, nullcontext, suppress
from http.client import HTTPException
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmark.servers import Server
from tests.drill.clients import PAGES, Crowd, Place, Tally, beside
from tests.drill.officers import Browser, Officer, lost
from tests.drill.row import Row
from tests.drill.site import Site, site
from tests.servers import Cluster, common_cluster
from tests.tools import PATIENCE

WHOLE_WITHIN = 60  # seconds after a change, on a site of the size of today; tests.drill.grown tells of a large one
HOLDS = 5  # seconds at least for which a state lasts
RECOVERS = 30  # seconds after which it is no recovery any more
ENOUGH = 50  # failures
PLENTY, TINY = 800_000_000, 512  # bytes; the keeper of the copy leaves 500 MB to officers
NOT_OURS = re.compile("//|/admin/|/static/")
LINK = re.compile(r'href="(/[^"?#]*)"')
HEADING = re.compile(r"<h1.*?</h1>", re.DOTALL)
State = Callable[[Site, list[Server]], AbstractContextManager[None]]


@contextmanager
def without_its_file(here: Site, servers: list[Server], instead: bytes | None = None) -> Iterator[None]:
    """The database is elsewhere for a while; in its place is nothing, or a file of these bytes."""
    elsewhere = here.folder / "elsewhere"
    elsewhere.mkdir()
    for file in here.data.glob("sosafe.sqlite3*"):
        file.rename(elsewhere / file.name)
    if instead is not None:
        (here.data / "sosafe.sqlite3").write_bytes(instead)
    try:
        yield
    finally:
        for file in here.data.glob("sosafe.sqlite3*"):
            file.unlink()
        for file in elsewhere.iterdir():
            file.rename(here.data / file.name)
        elsewhere.rmdir()


def garbage(here: Site, servers: list[Server]) -> AbstractContextManager[None]:
    return without_its_file(here, servers, b"no database " * 10_000)


def emptied(here: Site, servers: list[Server]) -> AbstractContextManager[None]:
    return without_its_file(here, servers, b"")


@contextmanager
def locked(here: Site, servers: list[Server]) -> Iterator[None]:
    with closing(sqlite3.connect(here.data / "sosafe.sqlite3", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield
        other.execute("ROLLBACK")


@contextmanager
def read_only(here: Site, servers: list[Server]) -> Iterator[None]:
    """The whole data folder."""
    modes = {path: path.stat().st_mode for path in [here.data, *here.data.rglob("*")]}
    for path, mode in modes.items():
        path.chmod(mode & 0o555)
    try:
        yield
    finally:
        for path, mode in modes.items():
            path.chmod(mode)


@contextmanager
def no_growth(here: Site, servers: list[Server]) -> Iterator[None]:
    """No file may grow, as on a full disk; whoever starts now inherits that from this process."""
    processes = [0, *(pid for server in servers for pid in server.pids)]
    before = {pid: resource.prlimit(pid, resource.RLIMIT_FSIZE) for pid in processes}
    for pid, (_, most) in before.items():
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (TINY, most))
    try:
        yield
    finally:
        for pid, limits in before.items():
            resource.prlimit(pid, resource.RLIMIT_FSIZE, limits)


@contextmanager
def full(here: Site, servers: list[Server]) -> Iterator[None]:
    """A disk of its own, on which no byte is left."""
    filler = here.data / "filler"
    with suppress(OSError), filler.open("wb", buffering=0) as file:
        os.posix_fallocate(file.fileno(), 0, shutil.disk_usage(here.data).free)
        file.seek(0, os.SEEK_END)
        while file.write(b"x" * 4_096):
            pass
    try:
        yield
    finally:
        filler.unlink()


SQLITE: dict[str, State] = {
    "database gone": without_its_file,
    "database is garbage": garbage,
    "database emptied": emptied,
    "database locked": locked,
    "folder read-only": read_only,
    "files can't grow": no_growth,
    "disk full": full,
}


def rows(is_small: bool) -> Iterator[Row]:
    states = list(SQLITE.items())
    for name, state in states[:1] if is_small else states:
        with own_disk() if state is full else nullcontext() as disk, site(disk=disk) as here:
            if state is full and disk is None:
                continue  # there is none to be had: the state before says nearly the same
            yield tried(Row(name, "granian"), here, state, 0 if is_small else HOLDS)
    if not is_small:
        postgresql = common_cluster()
        with site(postgresql) as here:
            yield tried(Row("PostgreSQL stopped", "granian", "PostgreSQL"), here, stopped(postgresql), HOLDS)


def stopped(server: Cluster) -> State:
    @contextmanager
    def state(here: Site, servers: list[Server]) -> Iterator[None]:
        server.stop("immediate")
        yield
        server.start()

    return state


@contextmanager
def own_disk() -> Iterator[Path | None]:
    """A small one in memory, where whoever runs this may mount it."""
    with TemporaryDirectory(prefix="sosafe-drill-") as folder:
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={PLENTY}", "none", folder], stderr=subprocess.DEVNULL
        )
        try:
            yield Path(folder) if mounted.returncode == 0 else None
        finally:
            if mounted.returncode == 0:
                subprocess.run(["umount", folder], check=True)


def tried(row: Row, here: Site, state: State, holds: float) -> Row:
    with ExitStack() as running:
        serving = running.enter_context(here.running("granian"))
        place = Place(serving.port)
        [officer] = officers = here.officers(place, "anna")
        officer.save()
        took = whole(here, since=time.time())
        row.expect(took < WHOLE_WITHIN, f"the copy is whole within {WHOLE_WITHIN} s of a change: {took:.0f} s")
        before = all_pages(place)
        [file] = [f"/documents/{slug}/file/" for slug in officer.acknowledged]  # without it there is nothing to try
        with beside(place, Crowd(readers=10, pages=[*PAGES, file])) as tallies:
            with state(here, [serving]):
                began = time.monotonic()
                asked = sweep(place, before)
                officer.save()  # which is no failure of the site when it says that it can't
                with here.running("granian") as started:
                    asked.add(sweep(Place(started.port), before))
                time.sleep(max(0, began + holds - time.monotonic()))
            row.seconds, row.until = recovery(officer), "until saving worked again"
            row.expect(row.seconds < RECOVERS, f"all returns by itself: not within {RECOVERS} s")
        row.asked = tallies["readers"].add(asked)
        row.saved, row.lost = len(officer.acknowledged), len(lost(officers, here.environ))
    row.expect_nothing_failed_or_lost()
    return row


def whole(here: Site, since: float) -> float:
    """Seconds until there was a copy of everything that was changed before that moment."""
    began = time.monotonic()
    while time.monotonic() - began < PATIENCE:
        for place in here.data.glob("pages/*/whole"):
            found = json.loads(place.read_text())
            if found["at"] > since:
                if found["failed"]:
                    raise OSError(f"The site fails at {found['failed'][:5]}.")
                return time.monotonic() - began
        time.sleep(0.2)
    raise OSError("There never was a whole copy.")


def all_pages(place: Place) -> dict[str, str]:
    """The heading of each, by address, of all that can be reached from the home page."""
    browser, found, to_ask = Browser(place), dict[str, str](), ["/"]
    while to_ask:
        path = to_ask.pop()
        reply = browser.get(path)
        found[path] = heading(reply.content)
        if reply.headers.get("Content-Type", "").startswith("text/html"):
            links = set(LINK.findall(reply.content.decode()))
            to_ask += [each for each in links if each not in found and each not in to_ask and not NOT_OURS.match(each)]
    return found


def heading(content: bytes) -> str:
    match = HEADING.search(content.decode(errors="replace"))
    return match[0] if match else ""


def sweep(place: Place, before: dict[str, str]) -> Tally:
    """Asks for all of it. Another answer than a whole one with the same heading is a failure; many are enough."""
    browser, tally = Browser(place), Tally()
    for path, expected in before.items():
        if len(tally.failures) >= ENOUGH:
            break
        began = time.perf_counter()
        try:
            reply = browser.get(path)
            if reply.status_code != 200 or heading(reply.content) != expected:
                raise OSError(f"{path}: {reply.status_code}, {heading(reply.content)}")
        except (OSError, HTTPException) as error:
            tally.failures.append(str(error))
        else:
            tally.seconds.append(time.perf_counter() - began)
    return tally


def recovery(officer: Officer) -> float:
    """Seconds until the officer can save again."""
    began, before = time.monotonic(), len(officer.acknowledged)
    while len(officer.acknowledged) == before and time.monotonic() - began < RECOVERS:
        officer.save()
        time.sleep(0.1)
    return time.monotonic() - began
