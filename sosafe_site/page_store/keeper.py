"""Keeps the copy of the public site whole: after each change it asks for every page anew, while the machine has time.

A thread of the process that serves: one on each machine, for each release that runs there.
"""

import fcntl
import json
import logging
import os
import shutil
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import close_old_connections

from sosafe_site.page_store.copies import PAGE, Copy, put, sum_of
from sosafe_site.page_store.links import fixed, issued, links_of
from sosafe_site.page_store.store import Edition, Store, unheard
from sosafe_site.publishing.clock import moment, seconds
from sosafe_site.publishing.models import Address, Revision
from sosafe_site.publishing.models.publishable import Publishable

BEGINS_AFTER = 5  # seconds in which a new process has readers alone
PAUSE = 1  # second between two looks for a change
GOES_ON = 5  # seconds in which a round goes on, though something has changed again: a burst of saves is one change
HELD_UP = 1.5  # times as long as its work takes: somebody else needs the processor too
REST_IN_IDLE_TIME = 0.1  # times as long as it took: it uses most of a core while nothing else needs it,
REST = 6  # and less than a seventh otherwise
SPARED = 500_000_000  # bytes of the disk, which are for what officers save
MOST = 50_000  # addresses; more would be a walk without end
SAID_EACH = 60  # seconds in which it says that the copy is whole still
LOCK, WHOLE = "keeper", "whole"  # files beside the copies
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Whole:
    """The last time that there was a copy of everything. Moments in seconds since 1970."""

    edition: str
    at: float
    addresses: int
    failed: list[str]  # addresses at which the site has failed to answer
    still_at: float  # when nothing had changed since


def state_of_copy() -> Whole | None:
    """Without asking the database. None if there never was a whole copy on this machine."""
    found = []
    for place in (settings.DATA_DIR / "pages").glob(f"*/{WHOLE}"):
        with suppress(OSError, ValueError, TypeError):
            found.append(Whole(**json.loads(place.read_text())))
    return max(found, key=lambda whole: whole.still_at, default=None)


class Keeper:
    def __init__(self, store: Store) -> None:
        self.store = store
        self.edition, self.began = "", 0.0  # of this round: what it began with, and when, in seconds since 1970
        self.since = moment()  # what is changed after this is asked for first
        self.ahead: deque[str] = deque()
        self.known: set[str] = set()  # what is, or was, ahead in this round
        self.fixed: set[str] = set()  # of these, what no link need lead to
        self.issued: set[str] = set()  # and of those, what has to have an answer
        self.made: dict[str, float] = {}  # by path, when its copy was right last
        self.links: dict[str, tuple[str, ...]] = {}
        self.failed: set[str] = set()
        self.whole: Whole | None = None
        self.unchecked: deque[str] = deque()

    def run(self) -> None:
        """Until the process ends."""
        has_failed = False
        time.sleep(BEGINS_AFTER)
        with self.alone():
            while True:
                began, worked = time.monotonic(), time.thread_time()
                try:
                    is_done = self.step()
                    has_failed = False
                except Exception as error:  # whatever it is, the next may go well
                    is_done = True
                    if not has_failed:
                        logger.warning("The copy of the site can't be kept whole: %s: %s", type(error).__name__, error)
                    has_failed = True
                close_old_connections()
                time.sleep(PAUSE if is_done else rest(time.monotonic() - began, time.thread_time() - worked))

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Waits while another process of this machine does it. Should that die, its lock is gone with it."""
        while True:
            with suppress(OSError):
                self.store.kept.folder.mkdir(parents=True, exist_ok=True)
                with (self.store.kept.folder / LOCK).open("a") as file:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    yield
                    return
            time.sleep(PAUSE)

    def step(self) -> bool:
        """One address more. Whether nothing is left to do now. Raises a django.db.Error or OSError."""
        edition = self.store.current()
        if edition is None:
            return True
        if edition.name != self.edition and not (self.ahead and 0 <= seconds() - self.began < GOES_ON):
            self.begin(edition)
        if self.ahead:
            if shutil.disk_usage(self.store.kept.folder).free < SPARED:
                raise OSError("The disk is nearly full.")
            self.renew(self.ahead.popleft())
            if self.ahead or edition.name != self.edition:
                return False
            self.end(edition)
        else:
            self.look_after(edition)
        return True

    def begin(self, edition: Edition) -> None:
        """In an order in which even rounds that are never finished get on: what is oldest comes before the rest."""
        now = moment()
        if not self.edition:
            self.made = {copy.path: copy.made for copy in self.store.copies()}
        changed = changed_since(self.since)
        concerned = changed | {path for path, links in self.links.items() if not changed.isdisjoint(links)}
        self.issued = set(issued())
        begun_with = [*fixed(), *sorted(self.issued)]
        self.fixed = set(begun_with)
        paths = dict.fromkeys([*begun_with, *self.made])
        order = sorted(paths, key=lambda path: (path not in concerned, self.made.get(path, 0)))
        self.ahead, self.since = deque(order[:MOST]), now
        self.edition, self.began = edition.name, seconds()
        self.known = set(self.ahead)
        self.failed.clear()
        self.unchecked.clear()

    def renew(self, path: str) -> None:
        is_there = self.store.renew(path)
        copy = self.store.kept.head(path)
        if not is_there and (copy or path in self.issued):
            self.failed.add(path)
        if copy is None:
            self.made.pop(path, None)
            self.links.pop(path, None)
            return
        self.made[path] = copy.made
        self.links[path] = self.links_of(copy)
        new = [link for link in self.links[path] if link not in self.known][: max(0, MOST - len(self.known))]
        self.ahead += new
        self.known.update(new)

    def links_of(self, copy: Copy) -> tuple[str, ...]:
        """Without those whose answers have no end, and those that need no database."""
        body = self.store.kept.body(copy, "identity") or b""
        links = links_of(copy.path, copy.headers, body)
        return tuple(sys.intern(link) for link in links if "?" not in link and not link.startswith(settings.STATIC_URL))

    def end(self, edition: Edition) -> None:
        """Of a round. A picture that no page shows any more has no copy any more either."""
        led_to = self.fixed.union(*self.links.values())
        lost = [path for path in self.made if path not in led_to]
        self.store.forget(lost)
        for path in lost:
            del self.made[path]
            self.links.pop(path, None)
        self.store.kept.tidy()
        self.say(Whole(edition.name, seconds(), len(self.made), sorted(self.failed), seconds()))
        self.unchecked = deque(self.made)

    def say(self, whole: Whole) -> None:
        self.whole = whole
        put(self.store.kept.folder / WHOLE, json.dumps(asdict(whole)).encode())

    def look_after(self, edition: Edition) -> None:
        """While nothing changes: whether each copy is still what the site says, once."""
        if self.whole and not 0 <= seconds() - self.whole.still_at < SAID_EACH:
            self.say(replace(self.whole, still_at=seconds()))
        if self.unchecked:
            self.check(self.unchecked.popleft(), edition)

    def check(self, path: str, edition: Edition) -> None:
        copy = self.store.kept.head(path)
        if copy is None or copy.kind != PAGE or copy.edition != edition.name:
            return
        with closing(self.store.app(self.store.plain_environ(path), unheard)) as response:
            is_same = response.status_code == copy.code and sum_of(b"".join(response)) == copy.sum
        if not is_same and self.store.is_still(edition):
            logger.error("The copy of %s was not what the site says there. It is made anew.", path)
            self.store.forget([path])
            self.store.renew(path)


def changed_since(at: datetime) -> set[str]:
    """The addresses of records of which something has been published since."""
    records = Revision.objects.kept().filter(made_at__gte=at).values_list("model", "record")
    keys = [record for label, record in records if issubclass(apps.get_model(label), Publishable)]
    return set(Address.objects.filter(record__in=keys).values_list("path", flat=True))


def rest(took: float, worked: float) -> float:
    """Seconds to sleep after a step that took so many, in so many of which it had the processor."""
    return took * (REST if took > HELD_UP * worked else REST_IN_IDLE_TIME)


def kept_whole(store: Store) -> Callable[..., Iterable[bytes]]:
    """The store, with its keeper from a process's first request on: no thread outlives the fork of a server."""
    started_in = 0

    def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        nonlocal started_in
        if started_in != os.getpid():
            started_in = os.getpid()
            threading.Thread(target=Keeper(store).run, name="keeper", daemon=True).start()
        return store(environ, start_response)

    return application
