"""A site with a database of its own on the disk, and the states in which such a one has been found."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from django.db import connections

from tests import prepared

NAME = "sosafe.sqlite3"


@contextmanager
def on_the_disk(name: str, folder: Path) -> Iterator[Path]:
    """This thread's database is, within, a copy of that of a prepared site. Gives its file."""
    file = folder / NAME
    shutil.copy(prepared.site(name) / NAME, file)
    before, settings_before = connections["default"], connections.settings["default"]
    connections.settings["default"] = {
        **settings_before,
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": f"{file.as_uri()}?mode=rw",
        "OPTIONS": {"uri": True, "transaction_mode": "IMMEDIATE", "timeout": 0.2},
    }
    connections["default"] = connections.create_connection("default")
    try:
        yield file
    finally:
        connections["default"].close()
        connections.settings["default"] = settings_before
        connections["default"] = before


@contextmanager
def gone(file: Path) -> Iterator[None]:
    away = file.with_suffix(".away")
    file.rename(away)
    yield
    away.rename(file)


@contextmanager
def instead(file: Path, content: bytes) -> Iterator[None]:
    with gone(file):
        file.write_bytes(content)
        yield
        for each in file.parent.glob(f"{NAME}*"):
            each.unlink()


def garbage(file: Path):
    return instead(file, b"This is no database. " * 400)


def empty(file: Path):
    return instead(file, b"")


@contextmanager
def told_at_first(command: str) -> Iterator[None]:
    """Of every connection that is made within."""
    connections["default"].settings_dict["OPTIONS"]["init_command"] = command
    yield
    del connections["default"].settings_dict["OPTIONS"]["init_command"]


def read_only(file: Path):
    return told_at_first("PRAGMA query_only = ON")


@contextmanager
def full(file: Path) -> Iterator[None]:
    """It may not grow, and holds no room that is free."""
    with closing(sqlite3.connect(file)) as database:
        database.execute("VACUUM")
        [(pages,)] = database.execute("PRAGMA page_count")
    with told_at_first(f"PRAGMA max_page_count = {pages}"):
        yield


@contextmanager
def locked(file: Path) -> Iterator[None]:
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


STATES: dict[str, Callable] = {
    "gone": gone, "garbage": garbage, "empty": empty, "read-only": read_only, "full": full, "locked": locked
}  # fmt: skip


@contextmanager
def state(name: str, file: Path) -> Iterator[None]:
    """Met by each request as a new one: with a connection of its own."""
    connections["default"].close()
    with STATES[name](file):
        yield
        connections["default"].close()
