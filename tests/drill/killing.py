"""Every process of the server is killed at random while officers save: all that they were told is saved is there."""

import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

from tests import servers
from tests.benchmark.servers import first_answer
from tests.drill.clients import Place
from tests.drill.officers import Officer, lost
from tests.drill.row import Row
from tests.drill.site import NAMES, Site, site
from tests.tools import ROOT

SAVES, FEW = 1_000, 20
GIVES_UP = 1_800  # seconds for all of them
LIVES = (1.0, 6.0)  # seconds that a server has to live, at least and at most
# What an officer's browser sees when a server dies; anything else is a fault
CUT_OFF = re.compile(
    r"\S+ (ConnectionResetError|ConnectionAbortedError|BrokenPipeError|RemoteDisconnected|IncompleteRead)"
)
# Documents without their revision, their entry in the log, or their public address
HALF = """
import json
from django.contrib.admin.models import LogEntry
from sosafe_site.publishing.models import Address, AuditEntry, Document, Revision
found = Document.objects.filter(slug__startswith="drill-")
half = [each.slug for each in found if not (
    Revision.objects.kept().of(each).exists() and AuditEntry.objects.filter(record=str(each.pk)).exists()
    and LogEntry.objects.filter(object_id=str(each.pk)).exists() and Address.objects.of(each).issued().exists()
    and each.versions.count() == 1)]
print(json.dumps(half))
"""


def rows(is_small: bool) -> Iterator[Row]:
    yield killed(Row("kill -9 at random", "gunicorn"), None, FEW if is_small else SAVES)
    if not is_small:
        yield killed(Row("kill -9 at random", "gunicorn", "PostgreSQL"), servers.common_cluster(), SAVES)


def killed(row: Row, cluster: servers.Cluster | None, saves: int) -> Row:
    """While so many saves are acknowledged."""
    with site(cluster) as here, socket.create_server(("127.0.0.1", 0), backlog=1024) as listening:
        server = start(here, listening)
        try:
            port = listening.getsockname()[1]
            first_answer(port, "/", server)
            officers = here.officers(Place(port), *NAMES[:4])
            over = threading.Event()
            threads = [threading.Thread(target=work, args=[each, over]) for each in officers]
            began, kills = time.monotonic(), 0
            for each in threads:
                each.start()
            while sum(len(each.acknowledged) for each in officers) < saves and time.monotonic() - began < GIVES_UP:
                time.sleep(random.uniform(*LIVES))  # noqa: S311  # no secret
                os.killpg(server.pid, signal.SIGKILL)
                server.wait()
                server, kills = start(here, listening), kills + 1
                first_answer(port, "/", server)
            over.set()
            for each in threads:
                each.join()
        finally:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()
        judge(row, here, officers, kills, saves)
    return row


def start(here: Site, listening: socket.socket) -> subprocess.Popen:
    """Master and workers in a group of their own; the socket stays, so that who comes meanwhile waits in its queue."""
    command = [sys.executable, "-m", "gunicorn", "sosafe_site.wsgi", "--bind", f"fd://{listening.fileno()}"]
    command += ["--worker-class=gthread", "--workers=2", "--threads=4", "--log-level=error"]
    with (here.folder / "log").open("ab") as log:
        return subprocess.Popen(
            command, cwd=ROOT, env=here.environ, stderr=log, pass_fds=[listening.fileno()], start_new_session=True
        )


def work(officer: Officer, over: threading.Event) -> None:
    while not over.is_set():
        officer.save()


def judge(row: Row, here: Site, officers: list[Officer], kills: int, saves: int) -> None:
    failures = [failure for each in officers for failure in each.tally.failures]
    wrong = [failure for failure in failures if not CUT_OFF.match(failure)]
    gone = lost(officers, here.environ)
    row.saved, row.lost = sum(len(each.acknowledged) for each in officers), len(gone)
    row.asked.seconds += [second for each in officers for second in each.tally.seconds]
    row.asked.failures += wrong
    row.seconds, row.until = kills, "kills"
    row.expect(row.saved >= saves, f"{saves} saves: {row.saved}")
    row.expect(kills > 0, "the server is killed")
    row.expect(not gone, f"0 of {row.saved} acknowledged saves are lost or torn: {gone}")
    half = json.loads(here.manage("shell", "--no-imports", "-c", HALF))
    row.expect(not half, f"no save is there by half: {half}")
    row.expect(not wrong, f"none fails but by the cut connection: {wrong[:3]}")
    row.expect("locked" not in here.log, "none meets a locked database")
