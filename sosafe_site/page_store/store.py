"""Whole answers in front of Django: a public page that is stored costs a look-up. docs/decisions/0005 says why so.

An edition is all that the site says between two changes. What is stored belongs to one, and is forgotten with it.
"""

import hashlib
import logging
import os
import re
import shutil
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, field
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any, TypeGuard
from urllib.parse import urlsplit

import django
from django.apps import apps
from django.conf import settings
from django.core.files import locks
from django.core.handlers.wsgi import WSGIHandler
from django.db import Error, connection
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve

from sosafe_site.page_store.content_mark import bell, current_mark, next_moment, public_models
from sosafe_site.page_store.response import StoredResponse, coding_for, in_all_codings, pack, unpack
from sosafe_site.publishing.clock import seconds
from sosafe_site.publishing.models import Readiness
from sosafe_site.publishing.revisions.schedule import publish_due
from sosafe_site.settings import env

TRUSTED_FOR = 1  # second, in which a change on another machine may not show yet
MOST_IN_MEMORY = 8_000_000  # bytes, of each process
LARGEST = 2_000_000  # bytes of an answer that is stored
PLACES_IN_TURN = 256  # pages that can be rendered at once
PATIENCE, PAUSE = 3, 0.01  # seconds to wait, and to sleep meanwhile, for whoever renders the same page
TURNS = "turns"  # the folder of the files that keep the turns
LONGEST_PATH = 300
# A path that has its like nowhere else. With these alone in it, it needs no quoting, and nothing in it leads elsewhere.
PLAIN = re.compile(r"/(?:[A-Za-z0-9._-]+/)*[A-Za-z0-9._-]*")
logger = logging.getLogger(__name__)


@dataclass
class Edition:
    mark: str
    begun: float  # both in seconds since 1970; over once the second is reached
    until: float
    name: str
    memory: dict[tuple[str, str], StoredResponse] = field(default_factory=dict)
    size: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def keep(self, path: str, coding: str, answer: StoredResponse) -> StoredResponse:
        """The oldest goes first."""
        with self.lock:
            if (path, coding) not in self.memory:
                self.memory[path, coding] = answer
                self.size += len(answer.body)
            while self.size > MOST_IN_MEMORY:
                self.size -= len(self.memory.pop(next(iter(self.memory))).body)
        return answer


@dataclass(frozen=True)
class View:
    """What was last seen of the database. Without an edition nothing that is stored may be shown."""

    sound: bytes
    at: float
    until: float
    edition: Edition | None


class Store:
    def __init__(self, app: WSGIHandler) -> None:
        self.app = app
        site = urlsplit(settings.SITE_URL)
        self.scheme, self.host = site.scheme, site.netloc
        port = f":{site.port}" if site.port else ""
        self.hosts = {f"{host}{port}" for host in settings.ALLOWED_HOSTS}
        self.cookie = settings.SESSION_COOKIE_NAME
        self.folder = settings.DATA_DIR / "pages"
        self.code = code()
        self.view = View(b"", 0, 0, None)
        self.asking = threading.RLock()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        method = environ["REQUEST_METHOD"]
        if (
            (method == "GET" or method == "HEAD")
            and not environ.get("QUERY_STRING")
            and environ.get("HTTP_HOST") in self.hosts
            and environ.get("HTTP_X_FORWARDED_PROTO", environ["wsgi.url_scheme"]) == self.scheme
            and self.cookie not in environ.get("HTTP_COOKIE", "")
            and not environ.get("SCRIPT_NAME")
        ):
            edition = self.current()
            if edition:
                path, coding = environ["PATH_INFO"], coding_for(environ.get("HTTP_ACCEPT_ENCODING", ""))
                answer = edition.memory.get((path, coding)) or self.find(edition, path, coding)
                if answer:
                    return answer.send(environ, start_response)
        return self.app(environ, start_response)

    def current(self) -> Edition | None:
        """The edition that holds now, as seen at most a second ago and not before the last ring of the bell."""
        view = self.view
        if view.at <= seconds() < view.until and bell().sound() == view.sound:
            return view.edition
        with self.asking:  # one asks for all who wait meanwhile
            return self.look() if self.view is view else self.current()

    def look(self) -> Edition | None:
        """Asks the database. None when it does not answer, or holds no mark: then it is the judge of every page."""
        last, edition = self.view, None
        sound, now = b"", seconds()
        until = now
        try:
            sound = bell().sound()  # before the mark is read: a ring after that makes the next request look again
            publish_due()  # as Django does before it makes a page
            mark = current_mark()
            if last.edition and last.edition.mark == mark and last.edition.begun <= now < last.edition.until:
                edition = last.edition
            elif mark:
                edition = self.begin(mark, now)
            if edition:  # something may have been given a moment, of which no mark tells
                until = min(now + TRUSTED_FOR, edition.until, next_moment(now, [Readiness]))
        except (Error, OSError) as error:
            if last.edition or not last.at:
                logger.warning("What is stored is not shown, since it can't be told what has changed: %s", error)
        connection.close_if_unusable_or_obsolete()
        self.view = View(sound, now, until, edition)
        return edition

    def begin(self, mark: str, now: float) -> Edition:
        until = next_moment(now, public_models())
        name = digest((self.code, mark, until))[:32]
        with suppress(OSError):  # without a place on the disk, it is kept in memory alone
            (self.folder / name).mkdir(parents=True, exist_ok=True)
            for old in self.folder.iterdir():
                if old.name not in (name, TURNS):
                    shutil.rmtree(old, ignore_errors=True)
        return Edition(mark, now, until, name)

    def find(self, edition: Edition, path: str, coding: str) -> StoredResponse | None:
        """What is not in memory: from the disk, else from Django. None for what is not the same for every reader."""
        if not is_storable(path):
            return None
        if answer := self.read(edition, path, coding):
            return answer
        with self.turn(path):
            # Whoever had the turn before may have stored it, or an officer may have changed it.
            now_edition = self.current()
            if now_edition is None:
                return None
            return self.read(now_edition, path, coding) or self.render(now_edition, path, coding)

    def read(self, edition: Edition, path: str, coding: str) -> StoredResponse | None:
        answer = edition.memory.get((path, coding))
        if answer is None:
            with suppress(OSError):
                if answer := unpack(self.file(edition, path, coding).read_bytes(), path, coding):
                    edition.keep(path, coding, answer)
        return answer

    def render(self, edition: Edition, path: str, coding: str) -> StoredResponse | None:
        """Django's answer to a request of which nothing but the path is the reader's."""
        with closing(self.app(self.plain_environ(path), unheard)) as response:
            if not is_for_everybody(response):
                return None
            now_edition = self.look()
            is_same = now_edition is not None and now_edition.name == edition.name  # else it may be half old, half new
            if not is_same or response.status_code != 200 or len(response.content) > LARGEST:
                status = f"{response.status_code} {response.reason_phrase}"
                return StoredResponse(status, list(response.items()), response.content)
            answers = in_all_codings(response)
        for each, answer in answers.items():
            self.write(self.file(edition, path, each), pack(path, each, answer))
        return edition.keep(path, coding, answers[coding])

    def write(self, file: Path, content: bytes) -> None:
        unfinished = file.with_suffix(f".{os.getpid()}-{threading.get_ident()}")
        try:
            unfinished.write_bytes(content)
            unfinished.replace(file)
        except OSError as error:
            if file.parent.exists():  # else the edition is over
                logger.warning("A page could not be stored on the disk: %s", error)

    def file(self, edition: Edition, path: str, coding: str) -> Path:
        return self.folder / edition.name / f"{digest(path)[:32]}-{coding}"

    @contextmanager
    def turn(self, path: str) -> Iterator[None]:
        """One at a time renders a page on this machine. Who has waited too long, or can't, does without."""
        place = self.folder / TURNS / str(int(digest(path), 16) % PLACES_IN_TURN)
        with ExitStack() as stack:
            with suppress(OSError):
                place.parent.mkdir(parents=True, exist_ok=True)
                file = stack.enter_context(place.open("wb"))  # when it is closed, the turn ends
                for _ in range(int(PATIENCE / PAUSE)):
                    if locks.lock(file, locks.LOCK_EX | locks.LOCK_NB):
                        break
                    time.sleep(PAUSE)
            yield

    def plain_environ(self, path: str) -> dict[str, Any]:
        """All that Django asks of a server for a page."""
        return {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": path,
            "QUERY_STRING": "",
            "HTTP_HOST": self.host,
            "HTTP_X_FORWARDED_PROTO": self.scheme,
            "wsgi.url_scheme": self.scheme,
            "wsgi.input": BytesIO(),
        }


@lru_cache(maxsize=1_000)
def is_storable(path: str) -> bool:
    """Whether it is the path of a page that is the same for all. Else Django gets the reader's own request, at once."""
    if len(path) > LONGEST_PATH or not PLAIN.fullmatch(path):
        return False
    try:
        match = resolve(path)
    except Resolver404:
        return False
    return getattr(match.func, "is_stored", True) and not match.route.startswith("admin/")


def unheard(*status_and_headers: Any) -> Any:
    """Django's handler tells a server these, and returns a response that has them too."""


def is_for_everybody(response: HttpResponseBase) -> TypeGuard[HttpResponse]:
    """Whether it is whole and the same for all who ask without a session."""
    return (
        not response.streaming
        and not response.cookies
        and not {"private", "no-store"} & words_of(response, "Cache-Control")
        and words_of(response, "Vary") <= {"accept-encoding", "cookie"}
    )


def words_of(response: HttpResponseBase, header: str) -> set[str]:
    return {word.strip().lower() for word in response.headers.get(header, "").split(",") if word.strip()}


def code() -> str:
    """Of the code, its settings and its packages: another release or another setting shows none of the old pages."""
    packages = {app.name.partition(".")[0] for app in apps.get_app_configs()}  # those of others are in no folder here
    folders = [settings.BASE_DIR / name for name in ("templates", *sorted(packages))]
    files = [path for folder in folders for path in sorted(folder.rglob("*.*")) if path.suffix != ".pyc"]
    files += [Path(django.__file__).parents[1], settings.STATIC_ROOT / "staticfiles.json"]
    stats = [(str(path), path.stat().st_size, path.stat().st_mtime_ns) for path in files if path.exists()]
    chosen = [env.str(name) for name in env.scheme]
    return digest((stats, chosen))


def digest(of: object) -> str:
    return hashlib.sha256(repr(of).encode()).hexdigest()
