"""Whole answers in front of Django: a public page that is stored costs a look-up. docs/decisions/0005 says why so.

An edition is all that the site says between two changes. What is stored belongs to one, and is forgotten with it.
"""

import logging
import re
import threading
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from functools import lru_cache, partial
from io import BytesIO
from pathlib import Path
from typing import Any, TypeGuard
from urllib.parse import urlsplit

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.db import Error, connection
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve
from django.utils.cache import patch_vary_headers

from sosafe_site.page_store.content_mark import bell, current_mark, next_moment
from sosafe_site.page_store.copies import FILE, PAGE, STANDBY, Copy, Shelf, code, digest, site_digest, sum_of
from sosafe_site.page_store.gone import Look, forget_what_is_gone
from sosafe_site.page_store.response import StoredResponse, coding_for, in_all_codings
from sosafe_site.page_store.standby import FileResponse as FileCopy
from sosafe_site.page_store.standby import Standby
from sosafe_site.page_store.turns import SingleFlight
from sosafe_site.publishing.clock import seconds
from sosafe_site.publishing.models import Readiness
from sosafe_site.publishing.revisions.schedule import publish_due

BY_MACHINES = ("/healthz", "/readyz")  # asked by programs, which need an answer when the database gives none
TRUSTED_FOR = 0.5  # seconds, in which a change on another machine may not show yet
MOST_IN_MEMORY = 8_000_000  # bytes, of each process
LARGEST = 2_000_000  # bytes of an answer that is stored
TRIED_AGAIN_AFTER = 1  # second, once the database could not be asked
LONGEST_WAIT = 3  # seconds for another's question to the database, which says sooner that it does not answer
LONGEST_PATH = 300
KEPT = {200, 301, 308, 410}  # what a path may have answered for ever; 404 is no answer of the site's
OF_ONE_CODING = {"Content-Length", "Content-Encoding", "ETag"}
# A path that has its like nowhere else. With these alone in it, it needs no quoting, and nothing in it leads elsewhere.
PLAIN = re.compile(r"/(?:[A-Za-z0-9._-]+/)*[A-Za-z0-9._-]*")
# What has no copies: officers' pages, and files that need no database
NOT_PUBLIC = ("/admin/", "/preview/", settings.STATIC_URL)
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
    """What was last seen of the database. Without an edition nothing that is stored may be shown as if it held."""

    sound: bytes
    at: float
    until: float
    edition: Edition | None
    has_failed: bool = False  # and then the copies answer

    def holds(self) -> bool:
        """For a moment, and not after the next ring of the bell. No ring tells that the database is back."""
        return self.at <= seconds() < self.until and (self.has_failed or bell().sound() == self.sound)


FAILED = View(b"", 0, 0, None, has_failed=True)


class Store:
    def __init__(self, app: WSGIHandler) -> None:
        self.app = app
        site = urlsplit(settings.SITE_URL)
        self.scheme, self.host = site.scheme, site.netloc
        port = f":{site.port}" if site.port else ""
        self.hosts = {f"{host}{port}" for host in settings.ALLOWED_HOSTS}
        self.cookie = settings.SESSION_COOKIE_NAME
        self.folder = settings.DATA_DIR / "pages"
        self.shelf = Shelf(self.folder, site_digest(), code())
        self.kept = self.shelf.own
        self.view = View(b"", 0, 0, None)
        self.last = Look()
        self.looked_at = 0.0
        self.standby: Standby | None = None
        self.looks, self.rendering = SingleFlight(), SingleFlight()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        method = environ["REQUEST_METHOD"]
        if (
            (method == "GET" or method == "HEAD")
            and environ.get("HTTP_X_FORWARDED_PROTO", environ["wsgi.url_scheme"]) == self.scheme
            and not environ.get("SCRIPT_NAME")
            and environ["PATH_INFO"] not in BY_MACHINES
        ):
            host = environ.get("HTTP_HOST", "")
            is_plain = not environ.get("QUERY_STRING") and self.cookie not in environ.get("HTTP_COOKIE", "")
            if is_plain and host in self.hosts:
                view = self.see()
                if not view.has_failed:
                    path, coding = environ["PATH_INFO"], coding_for(environ.get("HTTP_ACCEPT_ENCODING", ""))
                    known = view.edition.memory.get((path, coding)) if view.edition else None
                    if answer := known or self.find(view.edition, path, coding):
                        return (self.instead_of(answer, environ) or answer).send(environ, start_response)
            is_ours = host.partition(":")[0].lower() in settings.ALLOWED_HOSTS  # as Django judges it, whatever the port
            if is_ours and not environ["PATH_INFO"].startswith(NOT_PUBLIC):
                return self.answer_or_copy(environ, start_response)
        return self.app(environ, start_response)

    def answer_or_copy(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Django's answer or, where it fails, the copy of an earlier one."""
        if (self.view.has_failed or not self.view.at) and self.see().has_failed:
            # Whoever only waited too long for the one who asks does not know that the database is gone
            copy = self.in_failure(environ) if self.view.has_failed else self.copy_for(environ)
            if copy:
                return copy.send(environ, start_response)
        told: list[Any] = []

        def tell(*status_and_headers: Any) -> Any:
            told.extend(status_and_headers)

        response = self.app(environ, tell)
        instead = None
        if told[0] >= "500":
            instead = self.in_failure(environ) if self.see().has_failed else self.copy_for(environ)
        if instead is None:
            start_response(*told)
            return response
        if hasattr(response, "close"):
            response.close()
        return instead.send(environ, start_response)

    def instead_of(self, answer: StoredResponse, environ: dict[str, Any]) -> StoredResponse | FileCopy | None:
        return self.copy_for(environ) if answer.status >= "500" else None

    def in_failure(self, environ: dict[str, Any]) -> StoredResponse | FileCopy:
        return self.copy_for(environ) or self.copies_that_stand_by().words(environ, "503 Service Unavailable")

    def copy_for(self, environ: dict[str, Any]) -> StoredResponse | FileCopy | None:
        return None if environ.get("QUERY_STRING") else self.copies_that_stand_by().answer(environ)

    def copies_that_stand_by(self) -> Standby:
        standby, sound = self.standby, heard()
        if standby is None or standby.sound != sound or standby.look is not self.last:
            standby = self.standby = Standby(self.shelf, self.last, self.looked_at, sound)
        return standby

    def current(self) -> Edition | None:
        """The edition that holds now, as seen at most a second ago and not before the last ring of the bell."""
        return self.see().edition

    def see(self) -> View:
        view = self.view
        if view.holds():
            return view
        # Nobody waits long for a database that may never answer
        return self.looks.get("", self.look, lambda: FAILED, 0 if view.has_failed else LONGEST_WAIT)

    def look(self) -> View:
        """Asks the database. When it can't be asked, or holds no mark, Django is the judge of every page."""
        last, edition, has_failed = self.view, None, False
        sound, now = heard(), seconds()  # before the mark is read: a ring after that makes the next request look again
        until = now
        try:
            mark = current_mark()
            if publish_due():  # as Django does before it makes a page
                mark = current_mark()
            if last.edition and last.edition.mark == mark and last.edition.begun <= now < last.edition.until:
                edition = last.edition
            elif mark:
                edition = self.begin(mark)
            if edition:  # something may have been given a moment, of which no mark tells
                until = min(now + TRUSTED_FOR, edition.until, next_moment(now, [Readiness]))
        except (Error, OSError) as error:
            edition, has_failed, until = None, True, now + TRIED_AGAIN_AFTER
            if not last.has_failed:
                logger.warning(
                    "Readers get copies that may be out of date, since the database can't be asked: %s", error
                )
        connection.close_if_unusable_or_obsolete()
        if edition:
            if not 0 <= now - self.looked_at < TRUSTED_FOR:
                self.kept.hear(now)
            self.looked_at = now
            if last.has_failed:
                logger.warning("The database can be asked again.")
            if not sound:  # unheard, others' changes could be missed
                edition = None
        self.view = View(sound, now, until if edition or has_failed else now, edition, has_failed)
        return self.view

    def begin(self, mark: str) -> Edition:
        with suppress(OSError):  # without a place on the disk, it is kept in memory alone
            self.kept.folder.mkdir(parents=True, exist_ok=True)
        if not self.looked_at:
            self.shelf.tidy()
        self.last = forget_what_is_gone(self.shelf, mark)
        known = self.last.known
        return Edition(mark, known.begun, known.until, known.edition)

    def find(self, edition: Edition | None, path: str, coding: str) -> StoredResponse | None:
        """What is not in memory: from the disk, else from Django. None for what is not the same for every reader.

        Without an edition, as while tables are changed, nothing is stored, but who wait for a page share it.
        """
        if not is_storable(path):
            return None
        if answer := self.read(edition, path, coding):
            return answer
        render = partial(self.read_or_render, path, coding)
        return self.rendering.get((path, coding), render, instead=render)

    def read_or_render(self, path: str, coding: str) -> StoredResponse | None:
        with self.shelf.turn(path):
            # Whoever had the turn before may have stored it, or an officer may have changed it.
            view = self.see()
            found = self.read(view.edition, path, coding)
            return found if found or view.has_failed else self.render(view.edition, path, coding)

    def read(self, edition: Edition | None, path: str, coding: str) -> StoredResponse | None:
        if edition is None:
            return None
        answer = edition.memory.get((path, coding))
        if answer is None:
            copy = self.kept.head(path)
            if copy and copy.kind == PAGE and copy.edition == edition.name:
                body = self.kept.body(copy, coding)
                if body is not None:
                    return edition.keep(path, coding, copy.answer(coding, body))
        return answer

    def render(self, edition: Edition | None, path: str, coding: str) -> StoredResponse | None:
        """Django's answer to a request of which nothing but the path is the reader's."""
        made = seconds()
        with closing(self.app(self.plain_environ(path), unheard)) as response:
            if not is_for_everybody(response):
                return None
            is_page = response.status_code == 200 and len(response.content) <= LARGEST
            if not is_page or edition is None or not self.is_still(edition):  # else it may be half old, half new
                return StoredResponse(status_of(response), list(response.items()), response.content)
            patch_vary_headers(response, ["Accept-Encoding"])
            copy, bodies = self.store(edition, path, PAGE, response, made)
        return edition.keep(path, coding, copy.answer(coding, bodies[coding]))

    def is_still(self, edition: Edition) -> bool:
        now_edition = self.looks.get("", self.look, lambda: FAILED).edition
        return now_edition is not None and now_edition.name == edition.name

    def store(
        self, edition: Edition, path: str, kind: str, response: HttpResponse, made: float
    ) -> tuple[Copy, dict[str, bytes]]:
        """The copy and its bodies: those from before if they say the same, since to compress them takes its time."""
        headers = [(name, value) for name, value in response.items() if name not in OF_ONE_CODING]
        told, old = (status_of(response), headers, kind), self.kept.head(path)
        is_same = old and (old.status, old.headers, old.kind) == told and old.sum == sum_of(response.content)
        bodies = (self.kept.bodies(old) if old and is_same else {}) or in_all_codings(response.content)
        sums = {coding: (len(body), sum_of(body)) for coding, body in bodies.items()}
        copy = Copy(path, *told, edition.name, made, edition.until, sums)
        self.write(copy, bodies)
        return copy, bodies

    def write(self, copy: Copy, bodies: dict[str, bytes]) -> None:
        try:
            self.kept.write(copy, bodies)
            edition = self.current()
            if edition and edition.name != copy.edition:  # withdrawn just now, perhaps, by somebody who did not see it
                self.kept.forget(copy.path)
        except OSError as error:
            logger.warning("A page could not be stored on the disk: %s", error)

    def renew(self, path: str) -> bool:
        """Whether there is, after this, a copy of what the site answers at this path now.

        Of a page, of a file, of a page that was withdrawn, or of a way to another address. Not of what is not there.
        """
        edition = self.current()
        if edition is None or len(path) > LONGEST_PATH or not PLAIN.fullmatch(path):
            return False
        old = self.kept.head(path)
        if old and old.edition == edition.name and self.kept.has_all(old):
            return True
        made = seconds()
        with self.shelf.turn(path), closing(self.app(self.plain_environ(path), unheard)) as response:
            if response.status_code >= 500:
                return False
            if response.status_code not in KEPT:
                self.forget([path])
                return False
            if isinstance(response, FileResponse):
                return self.renew_file(edition, path, response, made)
            if not isinstance(response, HttpResponse) or not self.is_still(edition):
                return False
            is_page = is_storable(path) and response.status_code == 200 and is_for_everybody(response)
            if is_page and len(response.content) <= LARGEST:
                patch_vary_headers(response, ["Accept-Encoding"])
                self.store(edition, path, PAGE, response, made)
            else:
                self.store(edition, path, STANDBY, response, made)
        return True

    def renew_file(self, edition: Edition, path: str, response: FileResponse, made: float) -> bool:
        file: Any = response.file_to_stream
        size = response.headers.get("Content-Length", "")
        place = getattr(getattr(file, "file", file), "name", None) or path
        name = digest((str(place), size))[:32]
        try:
            if not (self.kept.files / name).exists():
                source = Path(place) if isinstance(place, str) and Path(place).is_absolute() else None
                self.kept.keep_file(name, source, iter(response))
        except OSError as error:
            logger.warning("A file could not be copied: %s", error)
            return False
        if not self.is_still(edition):
            return False
        headers = [(key, value) for key, value in response.items() if key not in OF_ONE_CODING]
        self.write(Copy(path, status_of(response), headers, FILE, edition.name, made, edition.until, {}, name), {})
        return True

    def forget(self, paths: Iterable[str]) -> None:
        """The copies at these paths, on this machine. Those of other releases too."""
        self.shelf.forget(paths)

    def copies(self) -> Iterator[Copy]:
        """Of this code, whether or not they are of the edition that holds now."""
        return iter(self.kept)

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


def heard() -> bytes:
    """The sound of the bell; none when there is no bell, as on a disk that can't be written to."""
    with suppress(OSError):
        return bell().sound()
    return b""


def status_of(response: HttpResponseBase) -> str:
    return f"{response.status_code} {response.reason_phrase}"


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
