"""The larger parts that the site can stand on, each a real one on this machine, for tests and `make drill`."""

import fcntl
import os
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import psycopg
from django.conf import settings

from tests import prepared
from tests.tools import lack, listen

POSTGRESQL = Path("/usr/lib/postgresql")  # where Debian keeps all versions; what is elsewhere is in PATH


class Cluster:
    """A PostgreSQL server with databases of its own, which nobody trusts with anything: it never waits for the disk."""

    def __init__(self, folder: Path) -> None:
        """In a folder that is there already, or is not there yet."""
        self.folder = folder
        self.note = folder.with_name(f"{folder.name}.port")
        self.user = "postgres" if os.geteuid() == 0 else None  # it refuses to be run by root
        if not self.note.exists():
            self.make()
        self.port = int(self.note.read_text())

    def make(self) -> None:
        self.folder.mkdir(mode=0o700, exist_ok=True)
        if self.user:
            shutil.chown(self.folder, self.user)
        self.run("initdb", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync")
        with listen() as free:
            self.note.write_text(str(free.getsockname()[1]))

    def run(self, program: str, *arguments: str) -> None:
        command = [str(programs() / program), "-D", str(self.folder), *arguments]
        as_user = ["runuser", "-u", self.user, "--"] if self.user else []
        done = subprocess.run(
            [*as_user, *command], cwd="/", stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL
        )
        if done.returncode:
            raise RuntimeError(done.stdout.decode())

    def start(self, *options: str) -> None:
        """With further options as in postgresql.conf, such as "max_connections=20"."""
        here = ["listen_addresses=127.0.0.1", f"port={self.port}", f"unix_socket_directories={self.folder}"]
        quick = ["fsync=off", "shared_buffers=16MB", "max_connections=200"]
        flags = " ".join(f"-c {option}" for option in (*here, *quick, *options))
        self.run("pg_ctl", "start", "-w", "-s", "-l", str(self.folder / "log"), "-o", flags)

    def stop(self, how: str = "fast") -> None:
        """How: "fast" ends all sessions, "immediate" is a crash."""
        self.run("pg_ctl", "stop", "-w", "-s", "-m", how)

    def processes(self) -> list[int]:
        first = int((self.folder / "postmaster.pid").read_text().split()[0])
        children = Path(f"/proc/{first}/task/{first}/children").read_text().split()
        return [first, *map(int, children)]

    def address(self, database: str) -> str:
        """For DATABASE_URL."""
        return f"postgres://postgres@127.0.0.1:{self.port}/{database}"

    def create(self, name: str = "", like: str = "template1") -> str:
        """A database, with all that another one has that nobody uses now. Gives its address."""
        name = name or f"test_{secrets.token_hex(8)}"
        with psycopg.connect(self.address("postgres"), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{like}" STRATEGY file_copy')
        return self.address(name)

    def has(self, name: str) -> bool:
        with psycopg.connect(self.address("postgres")) as connection:
            found = connection.execute("SELECT FROM pg_database WHERE datname = %s", [name])
            return found.fetchone() is not None


@cache
def programs() -> Path:
    """The folder of PostgreSQL's programs. Without them the test lacks something."""
    found = sorted(POSTGRESQL.glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    if found or (elsewhere := shutil.which("initdb")):
        return (found[-1] if found else Path(elsewhere).resolve()).parent
    return lack("There is no PostgreSQL server on this machine. On Debian: apt install postgresql.")


@contextmanager
def cluster(folder: Path) -> Iterator[Cluster]:
    """One of one's own, to stop and start at will, in a folder that is not there yet."""
    server = Cluster(folder)
    server.start()
    try:
        yield server
    finally:
        server.stop("immediate")
        shutil.rmtree(folder)
        server.note.unlink()


@cache
def common_cluster() -> Cluster:
    """One for the whole run, which the first who needs it starts, and end_common_cluster() ends."""
    programs()
    folder = settings.RUN_DIR.with_name(f"{settings.RUN_DIR.name}-postgresql")  # not inside: that may be root's alone
    with (settings.RUN_DIR / "postgresql.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        is_new = not folder.exists()
        server = Cluster(folder)
        if is_new:
            server.start()
    return server


def end_common_cluster() -> None:
    folder = settings.RUN_DIR.with_name(f"{settings.RUN_DIR.name}-postgresql")
    if folder.exists():
        server = Cluster(folder)
        server.stop("immediate")
        shutil.rmtree(folder)
        server.note.unlink()


def database(like: str = "") -> str:
    """The address of a database that nobody else has: empty, or that of prepared.site()."""
    server = common_cluster()
    if like:
        prepared.site(like, server)
    return server.create(like=like or "template1")


def site(like: str, folder: Path) -> str:
    """That site with its database on PostgreSQL: fills the folder with its files. Gives the database's address."""
    address = database(like)
    shutil.copytree(prepared.site(like, common_cluster()), folder, dirs_exist_ok=True)
    return address
