"""A site of its own for a scenario: its data, its officers, and the servers that it can run under."""

import os
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests import prepared
from tests.benchmark.servers import FLAGS, Server, environment, free_port, served
from tests.drill.clients import Place
from tests.drill.officers import Officer
from tests.tools import OFFICERS_PASSWORD, ROOT

SERVERS = {
    "gunicorn": ["-m", "gunicorn", "sosafe_site.wsgi", "--bind", "127.0.0.1:{port}", *FLAGS],
    "granian": ["-m", "sosafe_site.serve", "127.0.0.1:{port}"],
}
OFFICERS = (
    "from django.contrib.auth.models import User\n"
    f"for name in ('anna', 'ben', 'carla', 'dev'): User.objects.create_superuser(name, password={OFFICERS_PASSWORD!r})"
)
# Lines of a log that nobody should have to read
BAD = re.compile(r"\b(?:ERROR|CRITICAL|Traceback)\b", re.IGNORECASE)


@dataclass
class Site:
    folder: Path
    environ: dict[str, str]
    names: list[str] = field(default_factory=lambda: ["anna", "ben", "carla", "dev"])

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
        command = [sys.executable, *(each.format(port=port) for each in SERVERS[server])]
        with (self.folder / "log").open("ab") as log, served(command, port, self.environ | more, "/", log) as running:
            yield running

    def officers(self, place: Place, **fields: int) -> list[Officer]:
        """Signed in, each from an address of its own."""
        return [
            Officer(place, name, OFFICERS_PASSWORD, f"127.0.1.{number}", **fields)
            for number, name in enumerate(self.names, 1)
        ]


@contextmanager
def site(database: str = "") -> Iterator[Site]:
    """With the content of tests/content.py and four officers, in a folder that is removed in the end."""
    with tempfile.TemporaryDirectory(prefix="sosafe-drill-") as folder:
        data = shutil.copytree(prepared.site("set-up-filled"), Path(folder) / "data")
        environ = environment(data, SECOND_FACTOR="off", SECRET_KEY=secrets.token_urlsafe(50), DATABASE_URL=database)
        made = Site(Path(folder), environ)
        made.manage("shell", "--no-imports", "-c", OFFICERS)
        yield made


@contextmanager
def behind_nginx(site: Site, server: Server) -> Iterator[Place]:
    """A proxy as small as can be."""
    folder = site.folder / f"nginx-{server.port}"
    folder.mkdir()
    program = shutil.which("nginx", path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin")
    if not program:
        raise FileNotFoundError("There is no nginx on this machine. On Debian: apt install nginx-light")
    port = free_port()
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    (folder / "nginx.conf").write_text(
        f"{'user root;' if os.geteuid() == 0 else ''} daemon off; pid {folder}/pid; worker_processes 2;"
        f" events {{ worker_connections 8192; }}\n http {{ access_log off; client_max_body_size 210m;"
        f" {' '.join(f'{kind}_temp_path {folder}/{kind};' for kind in kinds)}\n"
        f" server {{ listen 127.0.0.1:{port} backlog=4096; location / {{ proxy_pass http://127.0.0.1:{server.port};"
        f" proxy_set_header Host $http_host; proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; }} }} }}\n"
    )
    with served([program, "-p", str(folder), "-c", "nginx.conf", "-e", "stderr"], port, site.environ):
        yield Place(port)
