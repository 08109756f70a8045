import hashlib
import socket
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.staticfiles.finders import get_finders
from django.contrib.staticfiles.management.commands import collectstatic
from django.core.files.storage import storages
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError, connection
from django.urls import reverse

from pages.models import SiteSettings

SET_UP = 1_814_050_001  # the number of the lock: one as good as another


class Command(BaseCommand):
    help = "Makes all that the site needs before it can be served, keeps what is there, and says how to sign in."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, help="Stop if another program listens on this port.")

    def handle(self, *args: Any, port: int | None, **options: Any) -> None:
        if port is not None:
            check_port(port)
        make_data_dir()
        with alone():
            call_command("migrate", interactive=False, verbosity=0)
            call_command("createcachetable", verbosity=0)
            if not SiteSettings.objects.exists():  # later runs must not bring back what officers removed
                call_command("load_seed", stdout=self.stdout)
        collect_static()
        self.stdout.write(f"The site:    {settings.SITE_URL}/")
        self.stdout.write(f"Its editing: {settings.SITE_URL}{reverse('admin:index')}")
        if port is not None and settings.IS_HTTPS:
            self.stdout.write(f"It listens on http://127.0.0.1:{port} for a proxy that speaks https for that address.")
        if User.objects.filter(is_staff=True, is_active=True).exists():
            self.stdout.write("Sign in as before; `make officer` gives a new password.")
        else:
            call_command("make_officer", stdout=self.stdout)


def check_port(port: int) -> None:
    """Raises CommandError when the site could not be served on this port."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as gunicorn does: a port just left is free
        try:
            listener.bind(("127.0.0.1", port))
        except (OSError, OverflowError) as error:
            advice = f"Choose another, such as: make run PORT={port + 1}"
            raise CommandError(f"Port {port} can't be used ({error.args[-1]}). {advice}") from error


def make_data_dir() -> None:
    """Makes the folder and, for SQLite, the empty database, which the running site never makes by itself.

    Raises CommandError when that can't be done or the database doesn't answer.
    """
    try:
        settings.DATA_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
        if connection.vendor == "sqlite":
            name = str(connection.settings_dict["NAME"])
            sqlite3.connect(name.replace("?mode=rw", "?mode=rwc"), uri=True).close()
        connection.ensure_connection()
    except (OSError, OperationalError, sqlite3.OperationalError) as error:
        raise CommandError(f"The database can't be opened; check DATA_DIR and DATABASE_URL. {error}") from error


@contextmanager
def alone() -> Iterator[None]:
    """On PostgreSQL, machines that set up the same database wait for one another, as long as it takes."""
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        while True:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [SET_UP])
            if cursor.fetchone() == (True,):
                break
            time.sleep(0.5)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [SET_UP])


def collect_static() -> None:
    """Gathers and compresses the static files; that takes half a minute, so only when what is in them has changed.

    They are made elsewhere and moved here one by one, as a running site goes on serving: none is ever gone or half
    there, and those of former versions stay, since browsers still have pages that name them.
    """
    state = static_state()
    collected = settings.DATA_DIR / "static.sha256"
    if settings.STATIC_ROOT.exists() and collected.exists() and collected.read_text() == state:
        return
    with TemporaryDirectory(dir=settings.DATA_DIR) as folder:
        command = collectstatic.Command()
        command.storage = storages.create_storage(settings.STORAGES["staticfiles"] | {"OPTIONS": {"location": folder}})
        call_command(command, interactive=False, verbosity=0)
        for made in sorted(Path(folder).rglob("*"), key=lambda path: path.suffix == ".json"):  # what lists them at last
            if made.is_file():
                here = settings.STATIC_ROOT / made.relative_to(folder)
                here.parent.mkdir(parents=True, exist_ok=True)
                made.replace(here)
    collected.write_text(state)


def static_state() -> str:
    """Another one whenever what is in a static file of the code has changed, wherever that code is."""
    found = sorted((name, storage.path(name)) for finder in get_finders() for name, storage in finder.list([]))
    files = [(name, hashlib.sha256(Path(path).read_bytes()).hexdigest()) for name, path in found]
    return hashlib.sha256(repr(files).encode()).hexdigest()
