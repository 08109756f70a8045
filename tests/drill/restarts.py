"""The server is restarted, and a new version with a migration takes over, while readers read and officers save."""

import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests import servers
from tests.benchmark.servers import first_answer
from tests.drill.clients import Crowd, Place, beside
from tests.drill.officers import Browser, at_work, lost
from tests.drill.row import Row
from tests.drill.site import Site, site
from tests.servers import Cluster
from tests.tools import PATIENCE, ROOT, copy_of_the_code

TIMES, READERS = 3, 60  # restarts; readers a second
REST = 8  # seconds before a restart and after it, in which all goes its way
AT_LEAST = 2_000  # requests that none of may fail
MARK = "<!-- the next version -->"
MIGRATION = """
from django.db import migrations, models
class Migration(migrations.Migration):
    dependencies = [("publishing", "{before}")]
    shelf = models.CharField(max_length=9, blank=True, db_default="", editable=False)
    operations = [migrations.AddField("Document", "shelf", shelf)]
"""


@dataclass
class Service:
    """As deploy/systemd runs it: on a socket that stays open while the server is started anew."""

    site: Site
    listening: socket.socket
    process: subprocess.Popen

    @property
    def place(self) -> Place:
        return Place(self.listening.getsockname()[1])

    def restart(self, code: Path = ROOT) -> float:
        """Seconds until the new one answers."""
        began = time.monotonic()
        self.process.terminate()
        self.process.wait(timeout=PATIENCE)
        self.process = start(self.site, self.listening, code)
        first_answer(self.place.port, "/", self.process)
        return time.monotonic() - began


def start(here: Site, listening: socket.socket, code: Path) -> subprocess.Popen:
    """The socket is file number 3, and meant for this very process."""
    script = f'export LISTEN_PID=$$ LISTEN_FDS=1; exec "$@" 3<&{listening.fileno()}'
    command = ["/bin/bash", "-c", script, "-", sys.executable, "-m", "sosafe_site.serve"]
    with (here.folder / "log").open("ab") as log:
        return subprocess.Popen(command, cwd=code, env=here.environ, stderr=log, pass_fds=[listening.fileno()])


@contextmanager
def service(here: Site) -> Iterator[Service]:
    with socket.create_server(("127.0.0.1", 0), backlog=1024) as listening:
        running = Service(here, listening, start(here, listening, ROOT))
        try:
            first_answer(running.place.port, "/", running.process)
            yield running
        finally:
            running.process.terminate()
            running.process.wait(timeout=PATIENCE)


def rows(is_small: bool) -> Iterator[Row]:
    yield restarts(Row(f"{TIMES} restarts", "granian"), None, is_small)
    yield deploy(Row("a deploy with a migration", "granian"), None, is_small)
    if not is_small:
        postgresql = servers.common_cluster()
        yield deploy(Row("a deploy with a migration", "granian", "PostgreSQL"), postgresql, False)


def restarts(row: Row, cluster: Cluster | None, is_small: bool) -> Row:
    rest, times = (0.5, 1) if is_small else (REST, TIMES)
    with under_load(row, cluster, is_small) as running:
        row.seconds, row.until = 0, "at most until the next server answered"
        for _ in range(times):
            time.sleep(rest)
            row.seconds = max(row.seconds, running.restart())
        time.sleep(rest)
    return row


def deploy(row: Row, cluster: Cluster | None, is_small: bool) -> Row:
    rest = 0.5 if is_small else REST
    with under_load(row, cluster, is_small) as running:
        code = next_version(running.site.folder / "next")
        time.sleep(rest)
        setup = [sys.executable, "manage.py", "setup"]
        subprocess.run(setup, cwd=code, env=running.site.environ, check=True, stdout=subprocess.DEVNULL)
        time.sleep(rest)  # in which the version before serves what the next one has set up
        row.seconds, row.until = running.restart(code), "until the next version answered"
        row.expect(MARK.encode() in Browser(running.place).get("/").content, "the next version serves")
        time.sleep(rest)
        running.restart()  # and back: the version before goes on with the new tables
        time.sleep(rest)
        row.expect(MARK.encode() not in Browser(running.place).get("/").content, "the version before serves again")
    return row


def next_version(folder: Path) -> Path:
    """This one with a mark on each page, and a column more in a table that officers write into all the time."""
    copy_of_the_code(folder)
    base = folder / "templates" / "base.html"
    base.write_text(base.read_text() + MARK)
    migrations = folder / "sosafe_site" / "publishing" / "migrations"
    last = max(path.stem for path in migrations.glob("[0-9]*.py"))
    (migrations / "9000_shelf.py").write_text(MIGRATION.format(before=last))
    document = migrations.parent / "models" / "document.py"
    field = '    shelf = models.CharField(max_length=9, blank=True, db_default="", editable=False)\n'
    document.write_text(re.sub(r"(?=\n    objects = DocumentQuerySet)", field, document.read_text(), count=1))
    return folder


@contextmanager
def under_load(row: Row, cluster: Cluster | None, is_small: bool) -> Iterator[Service]:
    """What the readers and officers have met stands in the row in the end, and what is promised of it."""
    with site(cluster) as here:
        with service(here) as running:
            officers = here.officers(running.place, "anna", "ben")
            crowd = Crowd(readers=5 if is_small else READERS, pollers=2 if is_small else 20)
            with beside(running.place, crowd) as tallies, at_work(officers, pause=0.2):
                yield running
        row.asked = tallies["readers"].add(tallies["pollers"])
        row.count(officers, lost(officers, here.environ))
        row.expect_nothing_failed_or_lost()
        row.expect(is_small or row.asked.sent >= AT_LEAST, f"at least {AT_LEAST} requests are sent: {row.asked.sent}")
        row.expect(not here.bad_lines(), f"no errors in the log: {here.bad_lines()[:3]}")
        shutil.rmtree(here.folder / "next", ignore_errors=True)
