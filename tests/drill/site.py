"""A site of its own for a scenario: its data, its officers, and the servers that it can run under."""

import os
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests import prepared
from tests.benchmark.servers import FLAGS, Server, environment, free_port, served
from tests.drill.clients import Place
from tests.drill.officers import OFFICERS_SECRET, Officer
from tests.servers import Cluster
from tests.test_deploy import Proxy
from tests.tools import OFFICERS_PASSWORD, ROOT

SERVERS = {
    "gunicorn": ["-m", "gunicorn", "sosafe_site.wsgi", "--bind", "127.0.0.1:{port}", *FLAGS],
    "granian": ["-m", "sosafe_site.serve", "127.0.0.1:{port}"],
}
NAMES = ("anna", "ben", "carla", "dev", "eve")
OFFICERS = (
    "from allauth.mfa.totp.internal.auth import TOTP\nfrom django.contrib.auth.models import User\n"
    f"for name in {NAMES}:\n"
    f"    TOTP.activate(User.objects.create_superuser(name, password={OFFICERS_PASSWORD!r}), {OFFICERS_SECRET!r})"
)
NAME = "www.example.org"  # by which nginx is asked
# Lines of a log that nobody should have to read
BAD = re.compile(r"\b(?:ERROR|CRITICAL|Traceback)\b", re.IGNORECASE)


@dataclass
class Site:
    folder: Path
    environ: dict[str, str]

    @property
    def data(self) -> Path:
        return Path(self.environ["DATA_DIR"])

    @property
    def log(self) -> str:
        """All that its servers have written."""
        return (self.folder / "log").read_text()

    def bad_lines(self) -> list[str]:
        return [line for line in self.log.splitlines() if BAD.search(line)]

    def manage(self, *arguments: str) -> str:
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.run(command, cwd=ROOT, env=self.environ, check=True, stdout=subprocess.PIPE, text=True).stdout

    @contextmanager
    def running(self, server: str, **more: str) -> Iterator[Server]:
        """Under that server, with further settings, from its first answer on."""
        port = free_port()
        command = [*without_roots_might(), sys.executable, *(each.format(port=port) for each in SERVERS[server])]
        log, environ = self.folder / "log", self.environ | more
        with log.open("ab") as lines, ExitStack() as stack:
            try:
                running = stack.enter_context(served(command, port, environ, "/healthz", lines))
            except OSError as error:
                raise OSError(f"{error} It said: {self.log[-2_000:]}") from error
            yield running

    def officers(self, place: Place, *names: str) -> list[Officer]:
        """Signed in, each from an address of its own, and each once: a code of a second factor is good for one time."""
        return [Officer(place, name, OFFICERS_PASSWORD, f"127.0.1.{1 + NAMES.index(name)}") for name in names]


def without_roots_might() -> list[str]:
    """What a command begins with that may write only where it is allowed to, even if root has started it."""
    return ["setpriv", "--bounding-set", "-dac_override,-dac_read_search"] if os.geteuid() == 0 else []


@contextmanager
def site(postgresql: Cluster | None = None, disk: Path | None = None) -> Iterator[Site]:
    """With the content of tests/content.py and officers, in a folder that is removed in the end.

    Its database is in that folder, or on PostgreSQL; its data are on a disk of their own if one is given.
    """
    with tempfile.TemporaryDirectory(prefix="sosafe-drill-") as folder:
        data = (disk or Path(folder)) / "data"
        shutil.copytree(prepared.site("set-up-filled", postgresql), data)
        database = postgresql.create(like="set-up-filled") if postgresql else ""
        environ = environment(data, SECRET_KEY=secrets.token_urlsafe(50), DATABASE_URL=database)
        made = Site(Path(folder), environ)
        made.manage("shell", "--no-imports", "-c", OFFICERS)
        yield made


@contextmanager
def behind_nginx(site: Site, server: Server) -> Iterator[Place]:
    """As deploy/nginx.conf has it; the site's SITE_URL is then that of NAME."""
    proxy = Proxy(site.folder / f"nginx-{server.port}", server.port)
    with proxy.running():
        yield Place(proxy.port, NAME, is_https=True)
