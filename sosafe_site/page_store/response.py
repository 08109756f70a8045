"""An answer in the three codings in which it is stored, and which of them, if any, a request wants."""

import gzip
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import brotli
from django.http import HttpRequest, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import parse_http_date_safe

CODINGS = ("br", "gzip", "identity")  # the shortest first
LAST_CHOICE = 0.0001  # a weight below all that can be written
WEIGHT = re.compile(r"\s*(?:q\s*=\s*([01](?:\.[0-9]{0,3})?)\s*)?")
CONDITIONS = frozenset(
    ("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_IF_MATCH", "HTTP_IF_UNMODIFIED_SINCE")
)  # fmt: skip
OF_THE_BODY = {"Content-Type", "Content-Length", "Content-Encoding", "Content-Language", "Content-Disposition"}
NOT_MODIFIED = HttpResponseNotModified()


@dataclass(frozen=True, slots=True)
class StoredResponse:
    status: str
    headers: list[tuple[str, str]]
    body: bytes
    etag: str = ""  # of what is stored

    def send(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        instead = self.judge(environ) if self.etag and not CONDITIONS.isdisjoint(environ.keys()) else None
        if instead is None:
            start_response(self.status, [*self.headers])
            return [self.body] if environ["REQUEST_METHOD"] == "GET" else []
        headers = [pair for pair in self.headers if pair[0] not in OF_THE_BODY]
        start_response(f"{instead.status_code} {instead.reason_phrase}", [*headers, *instead.items()])
        return []

    def judge(self, environ: dict[str, Any]) -> HttpResponseBase | None:
        """What the request's conditions lead to instead (RFC 9110, 13.2.2)."""
        if environ.get("HTTP_IF_NONE_MATCH") == self.etag and "HTTP_IF_MATCH" not in environ:
            return NOT_MODIFIED  # the commonest by far; the rest takes ten times as long
        request = HttpRequest()
        request.META, request.method = environ, "GET"
        modified = parse_http_date_safe(dict(self.headers).get("Last-Modified", ""))
        return get_conditional_response(request, self.etag, modified)


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


def in_all_codings(content: bytes) -> dict[str, bytes]:
    """The first reader waits for it: brotli's best, of 11, would take fifty times as long to save an eighth."""
    compressed = {"br": brotli.compress(content, quality=5), "gzip": gzip.compress(content, mtime=0)}
    return compressed | {"identity": content}
