"""Whether this process can serve and can save: what /readyz answers, within two seconds also where nothing answers."""

import logging
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from django.core.files.storage import FileSystemStorage, default_storage
from django.db import Error, connection, connections, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from pages.models import Page
from pages.models.page import HOME
from sosafe_site.publishing.clock import moment
from sosafe_site.publishing.failures import failure_of
from sosafe_site.publishing.models import Run

ANSWERED_WITHIN = 1.5  # seconds
HOLDS_FOR = 3  # seconds, in which whoever asks again gets the same answer
FREE_ROOM = 100_000_000  # bytes of the disk, below which an upload may fail half-way
A_LOT = 20_000  # characters: so many that a full database has to grow for them
SILENT = "The database or the place of files does not answer in time"
EMPTY = "The home page is not in the database: it is empty, or another site’s"
BEHIND = "The database is not that of this code: run “manage.py migrate”"
LITTLE_ROOM = "The disk has less than 100 MB free"
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class State:
    serves: bool
    saves: bool
    problems: tuple[str, ...] = ()

    @property
    def is_ready(self) -> bool:
        return self.serves and self.saves


NO_ANSWER = State(False, False, (SILENT,))


def look() -> State:
    serving = list(what_keeps_from_serving())
    saving = list(what_keeps_from_saving())
    return State(not serving, not serving and not saving, tuple(dict.fromkeys(f"{each}." for each in serving + saving)))


def what_keeps_from_serving() -> Iterator[str]:
    try:
        if missing_migrations():
            yield BEHIND
        elif not Page.objects.published().filter(slug=HOME).exists():
            yield EMPTY
    except (Error, OSError) as error:
        yield in_words(error)


def what_keeps_from_saving() -> Iterator[str]:
    for attempt in (write_a_row, write_a_file, reach_the_files):
        try:
            attempt()
        except Exception as error:  # each maker of storages has errors of its own
            yield in_words(error)
    if room() < FREE_ROOM:
        yield LITTLE_ROOM


def in_words(error: BaseException) -> str:
    """Without a word of the error itself, which strangers may read."""
    failure = failure_of(error)
    return failure.value if failure else f"Something is wrong on our side ({type(error).__name__})"


@cache
def migrations_of_the_code() -> frozenset[tuple[str, str]]:
    return frozenset(MigrationLoader(None, ignore_no_migrations=True).disk_migrations)


def missing_migrations() -> set[tuple[str, str]]:
    return set(migrations_of_the_code() - MigrationRecorder(connection).applied_migrations().keys())


def write_a_row() -> None:
    """And take it back. Raises a django.db.Error."""
    with transaction.atomic():
        Run.objects.create(command="readyz", ended_at=moment(), problem=A_LOT * "x")
        transaction.set_rollback(True)


def write_a_file() -> None:
    """That has no name and is gone once it is closed. Raises OSError."""
    for folder in (settings.DATA_DIR, Path(settings.MEDIA_ROOT)):
        if folder.exists() or folder == settings.DATA_DIR:
            with tempfile.TemporaryFile(dir=folder) as file:
                file.write(b"x" * A_LOT)


def reach_the_files() -> None:
    """Where they are not on this machine's disk."""
    if not isinstance(default_storage, FileSystemStorage):
        default_storage.exists("readyz")


def room() -> int:
    """In bytes, on the disk of what the site keeps; none where that can't be told."""
    try:
        return shutil.disk_usage(settings.DATA_DIR).free
    except OSError:
        return 0


class Probe:
    """Looks in a thread of its own, which may hang: whoever asks then waits no longer, and no second one is begun."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.thread: threading.Thread | None = None
        self.state, self.seen_at = NO_ANSWER, float("-inf")

    def ask(self) -> State:
        asked_at = time.monotonic()
        with self.lock:
            if asked_at - self.seen_at < HOLDS_FOR:
                return self.state
            if self.thread is None or not self.thread.is_alive():
                self.thread = threading.Thread(target=self.run, daemon=True)
                self.thread.start()
            thread = self.thread
        thread.join(ANSWERED_WITHIN)
        if self.seen_at < asked_at and self.state.is_ready:  # else what was wrong is told until it is known better
            self.note(NO_ANSWER)
        return self.state

    def run(self) -> None:
        try:
            be_impatient()
            state = look()
        except Exception as error:
            state = State(False, False, (f"{in_words(error)}.",))
        finally:
            connections.close_all()  # those of this thread
        self.seen_at = time.monotonic()
        self.note(state)

    def note(self, state: State) -> None:
        before, self.state = self.state, state
        if state != before and not state.is_ready:
            logger.error("Not ready: %s", " ".join(state.problems))
        elif state != before:
            logger.warning("Ready.")


def be_impatient() -> None:
    """With locks that others hold, on the connection of this thread."""
    if connection.vendor != "sqlite":  # the connections of PostgreSQL have limits, and are handed on to others
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout = 1000")


PROBE = Probe()
