"""What stands in a log tells nobody's whole address, nothing that was typed, and nothing that lets its reader in."""

import json
import logging
import re
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

# Of an address, what is left is that of the network: other readers have the same.
IPV4 = re.compile(r"(?<![\d.])(\d{1,3}\.\d{1,3}\.\d{1,3})\.\d{1,3}(?!\d)")
IPV6 = re.compile(r"(?<![\w:.])[0-9a-fA-F]*:[0-9a-fA-F:.]*[0-9a-fA-F:](?:%\w+)?")
E_MAIL = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")
# What follows these in an address is as good as a password, and what follows "?" may be what somebody typed.
SECRET = re.compile(r"(/(?:preview|new-password)/)[^\s\"'<>?]+")
SAFE = re.compile(r"[A-Za-z0-9_-]{8,64}")  # a number that a proxy gives, and that can be nothing else
QUERY = re.compile(r"(/[^\s\"'<>?]*)\?[^\s\"'<>]+")

#: Of the request that this thread answers: its number, which its lines and the page that says it failed carry
number: ContextVar[str] = ContextVar("number", default="")
_began: ContextVar[float] = ContextVar("began", default=0)


@contextmanager
def numbered(given: str = "") -> Iterator[None]:
    """One request. Its number is the given one, if it can be nothing else, or else a new one."""
    tokens = number.set(given if SAFE.fullmatch(given) else secrets.token_hex(6)), _began.set(time.perf_counter())
    try:
        yield
    finally:
        number.reset(tokens[0])
        _began.reset(tokens[1])


def milliseconds() -> int:
    """Since this thread's request began."""
    return int((time.perf_counter() - _began.get()) * 1_000)


class Line(logging.Formatter):
    """Of all that this process writes, tracebacks and the server's own words among it.

    Of what an error says only the first line is told: in others, PostgreSQL tells what a row would have held.
    """

    def format(self, record: logging.LogRecord) -> str:
        record.exc_text = None  # as another handler has kept it
        return without_secrets(super().format(record))

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  # logging's name for it
        record.message = record.message.partition("\nDETAIL:")[0]
        return super().formatMessage(record)

    def formatException(self, ei: Any) -> str:  # noqa: N802  # logging's name for it
        text, error = super().formatException(ei), ei[1]
        while error:
            said = str(error)
            text = text.replace(said, said.partition("\n")[0])
            error = error.__cause__ or error.__context__
        return text


class Json(Line):
    """One object on each line, for programs that collect them."""

    def format(self, record: logging.LogRecord) -> str:
        record.message = record.getMessage()
        told = {
            "level": record.levelname,
            "logger": record.name,
            "message": record.message.partition("\nDETAIL:")[0],
            "traceback": self.formatException(record.exc_info) if record.exc_info else "",
            **of_request(record),
        }
        told = {name: without_secrets(value) if isinstance(value, str) else value for name, value in told.items()}
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        told = {"time": at, **told, "request": number.get()}
        return json.dumps({name: value for name, value in told.items() if value != ""}, ensure_ascii=False)


def of_request(record: logging.LogRecord) -> dict[str, Any]:
    """Of what Django logs with its request: how it was asked, for which kind of page, and how long it took."""
    request = getattr(record, "request", None)
    if request is None or not hasattr(request, "method"):  # a server's may be a socket
        return {}
    match = getattr(request, "resolver_match", None)
    route, status = f"/{match.route}" if match else "", getattr(record, "status_code", "")
    return {"method": request.method, "route": route, "status": status, "ms": milliseconds()}


def without_secrets(text: str) -> str:
    for pattern, instead in ((E_MAIL, "…@…"), (SECRET, r"\1…"), (QUERY, r"\1?…")):
        text = pattern.sub(instead, text)
    return IPV4.sub(r"\1.0", IPV6.sub(lambda found: network_of(found[0]), text))


def network_of(text: str) -> str:
    """The first 48 bits of an address of IPv6; a time of day as it is."""
    if "::" not in text and text.count(":") < 4:
        return text
    return ":".join(text.partition("::")[0].split(":")[:3]) + "::"
