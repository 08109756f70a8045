"""An answer in the three codings in which it is stored, and which of them, if any, a request wants."""

import gzip
import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import brotli
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import parse_http_date_safe

CODINGS = ("br", "gzip", "identity")  # the shortest first
LAST_CHOICE = 0.0001  # a weight below all that can be written
WEIGHT = re.compile(r"\s*(?:q\s*=\s*([01](?:\.[0-9]{0,3})?)\s*)?")
CONDITIONS = frozenset(
    ("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_IF_MATCH", "HTTP_IF_UNMODIFIED_SINCE")
)  # fmt: skip
OF_THE_BODY = {"Content-Type", "Content-Length", "Content-Encoding", "Content-Language", "Content-Disposition"}


@dataclass(frozen=True, slots=True)
class StoredResponse:
    status: str
    headers: list[tuple[str, str]]
    body: bytes
    etag: str = ""  # of what is stored
    without_body: list[tuple[str, str]] = field(init=False)  # the headers of an answer that needs none

    def __post_init__(self) -> None:
        object.__setattr__(self, "without_body", [pair for pair in self.headers if pair[0] not in OF_THE_BODY])

    def send(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        status = self.judge(environ) if self.etag and not CONDITIONS.isdisjoint(environ.keys()) else 200
        if status == 304:
            start_response("304 Not Modified", [*self.without_body])
            return []
        if status == 412:
            empty = [("Content-Type", "text/plain"), ("Content-Length", "0")]
            start_response("412 Precondition Failed", self.without_body + empty)
            return []
        start_response(self.status, [*self.headers])
        return [self.body] if environ["REQUEST_METHOD"] == "GET" else []

    def judge(self, environ: dict[str, Any]) -> int:
        """The status that the request's conditions lead to (RFC 9110, 13.2.2)."""
        if environ.get("HTTP_IF_NONE_MATCH") == self.etag and "HTTP_IF_MATCH" not in environ:
            return 304
        request = HttpRequest()
        request.META, request.method = environ, "GET"
        modified = parse_http_date_safe(dict(self.headers).get("Last-Modified", ""))
        response = get_conditional_response(request, self.etag, modified, HttpResponse())
        return response.status_code if response else 200


@lru_cache(maxsize=64)
def coding_for(accepted: str) -> str:
    """What suits an Accept-Encoding header best (RFC 9110, 12.5.3); if nothing does, the plain text."""
    weights = {}
    for part in accepted.lower().split(","):
        name, _, parameter = part.partition(";")
        given = WEIGHT.fullmatch(parameter)
        weights[name.strip().removeprefix("x-")] = float(given[1] or 1) if given else 0
    others = weights.get("*", 0)
    suits = {coding: weights.get(coding, others) for coding in CODINGS}
    if not {"identity", "*"} & weights.keys():
        suits["identity"] = LAST_CHOICE
    best = max(CODINGS, key=lambda coding: suits[coding])
    return best if suits[best] else "identity"


def in_all_codings(response: HttpResponse) -> dict[str, StoredResponse]:
    patch_vary_headers(response, ["Accept-Encoding"])
    headers = [(name, value) for name, value in response.items() if name not in ("Content-Length", "ETag")]
    content = response.content
    bodies = {"br": brotli.compress(content, quality=11), "gzip": gzip.compress(content, mtime=0), "identity": content}
    return {coding: of_coding(headers, coding, body) for coding, body in bodies.items()}


def of_coding(headers: list[tuple[str, str]], coding: str, body: bytes) -> StoredResponse:
    etag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'  # strong: of these very bytes
    own = [("Content-Length", str(len(body))), ("ETag", etag)]
    if coding != "identity":
        own.append(("Content-Encoding", coding))
    return StoredResponse("200 OK", headers + own, body, etag)


def pack(path: str, answers: dict[str, StoredResponse]) -> bytes:
    parts = {coding: (answer.headers, answer.etag, len(answer.body)) for coding, answer in answers.items()}
    head = json.dumps({"path": path, "parts": parts}).encode()
    rest = b"\n".join([head, b"".join(answer.body for answer in answers.values())])
    return b"\n".join([hashlib.sha256(rest).hexdigest().encode(), rest])


def unpack(data: bytes, path: str, coding: str) -> StoredResponse | None:
    """None when this is not, or no longer, what pack() made of the path."""
    checksum, _, rest = data.partition(b"\n")
    if checksum != hashlib.sha256(rest).hexdigest().encode():
        return None
    head, _, bodies = rest.partition(b"\n")
    stored = json.loads(head)
    if stored["path"] != path:
        return None
    start = 0
    for name, (headers, etag, length) in stored["parts"].items():
        if name == coding:
            return StoredResponse(
                "200 OK", [(name, value) for name, value in headers], bodies[start : start + length], etag
            )
        start += length
    return None
