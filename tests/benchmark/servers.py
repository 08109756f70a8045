"""Starts what is measured, each on a port of its own; reads from /proc what it costs."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from tests.tools import PATIENCE, ROOT

TICKS = os.sysconf("SC_CLK_TCK")
# As `make run` serves the site
FLAGS = re.search(r"-m gunicorn .*\\\s+(.*)", (ROOT / "Makefile").read_text())[1].split()  # type: ignore[index]  # without a match it ends here, as it should


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return listening.getsockname()[1]


def environment(data_dir: Path, **more: str) -> dict[str, str]:
    """Nothing of what the machine or .env says, so that the site is the same everywhere."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "DATA_DIR": str(data_dir),
        "SITE_URL": "http://127.0.0.1",
        "SECRET_KEY": "only-for-the-benchmark-" * 3,
        "DJANGO_SETTINGS_MODULE": "sosafe_site.settings",
        **dict.fromkeys(("DATABASE_URL", "EMAIL_URL", "FROM_EMAIL"), ""),
        "DEBUG": "off",
        **more,
    }


class Server:
    def __init__(self, port: int, process: subprocess.Popen, started_in: float) -> None:
        self.port, self.process, self.started_in = port, process, started_in

    @property
    def pids(self) -> list[int]:
        """The master and its workers."""
        own = self.process.pid
        workers = Path(f"/proc/{own}/task/{own}/children").read_text().split()
        return [own, *map(int, workers)]

    def cpu(self) -> float:
        """Seconds of the processor that it has used so far."""
        used = 0
        for pid in self.pids:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            used += int(fields[11]) + int(fields[12])  # utime and stime
        return used / TICKS

    def worker_memory(self) -> list[float]:
        """Megabytes in memory, of each worker."""
        status = [Path(f"/proc/{pid}/status").read_text() for pid in self.pids[1:]]
        return [int(re.search(r"VmRSS:\s+(\d+)", each)[1]) / 1024 for each in status]  # type: ignore[index]  # without a match it ends here, as it should


@contextmanager
def served(command: list[str], port: int, environ: dict[str, str], path: str = "/", log: IO[bytes] | None = None):
    """The server from its first answer on. Raises OSError when none comes."""
    began = time.perf_counter()
    with subprocess.Popen(command, cwd=ROOT, env=environ, stderr=log) as process:
        try:
            yield Server(port, process, first_answer(port, path, process) - began)
        finally:
            process.terminate()
            process.wait(timeout=PATIENCE)


def first_answer(port: int, path: str, process: subprocess.Popen) -> float:
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=PATIENCE):
                return time.perf_counter()
        except (ConnectionError, urllib.error.URLError) as error:
            if isinstance(error, urllib.error.HTTPError):
                raise
            time.sleep(0.01)
        if process.poll() is not None:
            break
    raise OSError(f"{' '.join(map(str, process.args))} does not answer.")  # type: ignore[arg-type]  # always strings here


def gunicorn(application: str, environ: dict[str, str], *flags: str, log: IO[bytes] | None = None):
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", application, "--bind", f"127.0.0.1:{port}", *(flags or FLAGS)]
    return served(command, port, environ, log=log)


def granian(environ: dict[str, str], log: IO[bytes] | None = None):
    port = free_port()
    return served([sys.executable, "-m", "sosafe_site.serve", f"127.0.0.1:{port}"], port, environ, log=log)


def nginx(folder: Path):
    """With a file of the same size as the constant; None where it isn't installed."""
    program = shutil.which("nginx", path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin")
    if program is None:
        return None
    folder.mkdir()
    port = free_port()
    (folder / "index.html").write_bytes(b"x" * 9_000)
    paths = " ".join(
        f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(
        f"{user} daemon off; pid {folder}/pid; error_log stderr crit; worker_processes 2; events {{}}\n"
        f"http {{ access_log off; keepalive_requests 1000000000; {paths}\n"
        f"server {{ listen 127.0.0.1:{port}; root {folder}; }} }}\n"
    )
    return served([program, "-p", str(folder), "-c", "nginx.conf", "-e", "stderr"], port, environment(folder))
