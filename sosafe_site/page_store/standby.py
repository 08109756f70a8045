"""What readers get while the database can't be asked, or Django fails: the copy of the page, and what it may lack.

It says of itself that it may be out of date, and nobody keeps it (RFC 5861, 4: stale-if-error).
"""

import gzip
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from wsgiref.util import FileWrapper

from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse
from django.middleware.security import SecurityMiddleware
from django.template.loader import render_to_string
from django.utils.timezone import get_default_timezone

from sosafe_site.page_store.copies import FILE, Copies, Copy, Known, Shelf
from sosafe_site.page_store.gone import Look
from sosafe_site.page_store.response import StoredResponse, coding_for
from sosafe_site.publishing.clock import seconds
from sosafe_site.publishing.files.download import Part, asked_for
from sosafe_site.security import with_headers

MOST_IN_MEMORY = 2_000  # answers
RETRY = "30"  # seconds, after which to ask again
MAIN = b'<main id="main">'
PASSING = re.compile(rb'<section class="alert"[^>]* data-passing="(\S*) (\d*)">.*?</section>', re.DOTALL)
NOT_IN_COPIES = {"Cache-Control", "ETag", "Last-Modified", "Expires", "Content-Length", "Content-Encoding"}
NOBODY_KEEPS_IT = ("Cache-Control", "no-store")


@dataclass(frozen=True)
class FileResponse:
    """A file that lies here, or a part of it."""

    status: str
    headers: list[tuple[str, str]]
    file: Any

    def send(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        start_response(self.status, [*self.headers])
        if environ["REQUEST_METHOD"] == "GET":
            return FileWrapper(self.file)
        self.file.close()
        return []


@dataclass
class Standby:
    """What the copies say in one failure. It is made anew when something was taken away meanwhile."""

    shelf: Shelf
    look: Look
    looked_at: float  # 0 when this process has never seen the database
    sound: bytes
    memory: dict[tuple[str, str], tuple[float, StoredResponse]] = field(default_factory=dict)

    def answer(self, environ: dict[str, Any]) -> StoredResponse | FileResponse | None:
        """The copy of what is asked for; None when there is none."""
        path, coding = environ["PATH_INFO"], coding_for(environ.get("HTTP_ACCEPT_ENCODING", ""))
        until, answer = self.memory.get((path, coding), (0, None))
        if answer and seconds() < until:
            return answer
        for copies in self.shelf.all():
            known = self.known(copies)
            if path in self.look.unwanted:
                return None
            if known.ending.get(path, seconds() + 1) <= seconds():
                return self.words(environ, "410 Gone", has_ended=True)
            copy = copies.head(path)
            if copy and (copy.code == 410 or path not in known.gone):
                found = self.send_file(copies, copy, environ) if copy.kind == FILE else self.page(copies, copy, coding)
                if isinstance(found, StoredResponse):
                    if len(self.memory) >= MOST_IN_MEMORY:
                        self.memory.clear()
                    ends = [at for at in (*known.ending.values(), *known.passing.values()) if at > seconds()]
                    self.memory[path, coding] = min(ends, default=seconds() + 3600), found
                if found:
                    return found
        return self.other_spelling(environ)

    def known(self, copies: Copies) -> Known:
        return self.look.known if copies is self.shelf.own and self.look.known.mark else copies.known()

    def page(self, copies: Copies, copy: Copy, coding: str) -> StoredResponse | None:
        headers = [pair for pair in copy.headers if pair[0] not in NOT_IN_COPIES] + [NOBODY_KEEPS_IT]
        is_page = dict(headers).get("Content-Type", "").startswith("text/html")
        body = copies.body(copy, "identity" if is_page else coding)
        if body is None:
            return None
        if is_page:
            known = self.known(copies)
            body = PASSING.sub(lambda found: still_shown(found, known), body)
            body = body.replace(MAIN, MAIN + notice(self.since(copies, copy, known)), 1)
            coding = coding if coding in ("gzip", "identity") else "gzip"
            if coding == "gzip":
                body = gzip.compress(body, compresslevel=5, mtime=0)
        if coding != "identity":
            headers.append(("Content-Encoding", coding))
        return StoredResponse(copy.status, [*headers, ("Content-Length", str(len(body)))], body)

    def since(self, copies: Copies, copy: Copy, known: Known) -> float:
        """The last moment at which the copy was known to be right."""
        heard_at = max(copies.heard_at(), self.looked_at if copies is self.shelf.own else 0)
        return heard_at if copy.edition == known.edition and heard_at else copy.made

    def send_file(self, copies: Copies, copy: Copy, environ: dict[str, Any]) -> FileResponse | None:
        place = copies.files / copy.file
        try:
            file: Any = place.open("rb")
            size = place.stat().st_size
        except OSError:
            return None
        headers = [pair for pair in copy.headers if pair[0] not in NOT_IN_COPIES] + [NOBODY_KEEPS_IT]
        part = None if "HTTP_IF_RANGE" in environ else asked_for(WSGIRequest(environ), size)
        if part:
            headers += [("Content-Range", f"bytes {part[0]}-{part[-1]}/{size}"), ("Content-Length", str(len(part)))]
            return FileResponse("206 Partial Content", headers, Part(file, part))
        return FileResponse(copy.status, [*headers, ("Content-Length", str(size))], file)

    def other_spelling(self, environ: dict[str, Any]) -> StoredResponse | None:
        """The way to the address as the site writes it, in small letters and with a last slash."""
        path = environ["PATH_INFO"]
        for spelling in (path.lower(), f"{path}/", f"{path.lower()}/"):
            if spelling != path and any(copies.head(spelling) for copies in self.shelf.all()):
                answer = self.words(environ, "302 Found")
                return StoredResponse(answer.status, [*answer.headers, ("Location", spelling)], answer.body)
        return None

    def words(self, environ: dict[str, Any], status: str, *, has_ended: bool = False) -> StoredResponse:
        """A page that says what can't be said now, and what to do."""
        request = WSGIRequest(environ)
        context = {"path": request.path if environ.get("QUERY_STRING") else "", "has_ended": has_ended}
        response = HttpResponse(render_to_string("503.html", context), status=int(status[:3]))
        response["Cache-Control"] = "no-store"
        if response.status_code == 503:
            response["Retry-After"] = RETRY
        response["Content-Length"] = str(len(response.content))
        response = SecurityMiddleware(lambda request: response).process_response(
            request, with_headers(request, response)
        )
        return StoredResponse(status, list(response.items()), response.content)


def still_shown(found: re.Match[bytes], known: Known) -> bytes:
    """An alert while it lasts; nothing once it has ended, or was taken down before the last look."""
    until = known.passing.get(found[1].decode(), 0) if known.mark else int(found[2] or 0)
    return found[0] if seconds() < until else b""


def notice(since: float) -> bytes:
    at = datetime.fromtimestamp(since, get_default_timezone()) if since else None
    return render_to_string("components/standby.html", {"since": at}).encode()
