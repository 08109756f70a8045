import os
import shutil
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import pytest
from django.urls import URLPattern, get_resolver

ROOT = Path(__file__).resolve().parent.parent
QUICK = ROOT / "tests" / "quick"  # for PYTHONPATH: see what is in it
CODE = ["manage.py", "meetings", "pages", "partners", "pyproject.toml", "sosafe_site", "static", "templates"]
PATIENCE = 600  # seconds, after which what hangs is ended. No test asks how long something takes: machines are busy

OFFICERS_PASSWORD = "only-for-tests"


def public_routes() -> list[URLPattern]:
    """Of all addresses but the admin's."""
    public = [each for each in get_resolver().url_patterns if not str(each.pattern).startswith("admin/")]
    return [pattern for each in public for pattern in each.url_patterns]


def need(program: str, how_to_get_it: str) -> str:
    """The path of a program, from node_modules or from the system. Without it the test lacks something."""
    places = [str(ROOT / "node_modules" / ".bin"), os.environ.get("PATH", os.defpath)]
    if path := shutil.which(program, path=os.pathsep.join(places)):
        return path
    return lack(f"There is no {program} on this machine. {how_to_get_it}")


def lack(message: str) -> NoReturn:
    """Skips the test on a person's machine, and fails it where CI=true: there nobody reads of a skipped one."""
    if os.environ.get("CI") == "true":
        pytest.fail(message, pytrace=False)
    pytest.skip(message)


def listen() -> socket.socket:
    """On a port that is nobody else's from now on, so that none takes it before the server starts."""
    return socket.create_server(("127.0.0.1", 0))


@contextmanager
def served(listening: socket.socket, environ: dict[str, str], *flags: str) -> Iterator[str]:
    """The site under gunicorn, from its first answer on; takes the socket over. Gives its address.

    Raises OSError when the server ends without an answer.
    """
    address = "http://{}:{}".format(*listening.getsockname())
    gunicorn = [sys.executable, "-m", "gunicorn", "tests.wsgi", "--bind", f"fd://{listening.fileno()}"]
    gunicorn += ["--worker-class=gthread", "--threads=4", *flags]
    process = subprocess.Popen(gunicorn, cwd=ROOT, env=environ, pass_fds=[listening.fileno()])
    listening.close()
    try:
        urllib.request.urlopen(f"{address}/healthz", timeout=PATIENCE).close()  # waits in the queue of the socket
        yield address
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE)


def copy_of_the_code(root: Path) -> Path:
    """What a fresh clone has, without data, .env and packages."""
    for name in CODE:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, root / name)
        else:
            root.mkdir(exist_ok=True)
            shutil.copy(ROOT / name, root / name)
    return root


def more_queries(found: dict[str, int], most: dict[str, int]) -> dict[str, tuple[int, int]]:
    """Of all that costs more queries than it may: how many, and how many it may. To cost fewer is no fault."""
    return {what: (found[what], most[what]) for what in most if found[what] > most[what]}


def content_of(response) -> bytes:
    """The whole of a file that a view sends; the test client closes the file at its end."""
    return b"".join(response.streaming_content)
