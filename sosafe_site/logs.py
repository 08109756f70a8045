"""What stands in a log tells nobody's whole address, nothing that was typed, and nothing that lets its reader in."""

import logging
import re
from typing import Any

# Of an address, what is left is that of the network: other readers have the same.
IPV4 = re.compile(r"(?<![\d.])(\d{1,3}\.\d{1,3}\.\d{1,3})\.\d{1,3}(?!\d)")
IPV6 = re.compile(r"(?<![\w:.])[0-9a-fA-F]*:[0-9a-fA-F:.]*[0-9a-fA-F:](?:%\w+)?")
E_MAIL = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")
# What follows these in an address is as good as a password, and what follows "?" may be what somebody typed.
SECRET = re.compile(r"(/(?:preview|new-password)/)[^\s\"'<>?]+")
QUERY = re.compile(r"(/[^\s\"'<>?]*)\?[^\s\"'<>]+")


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


def without_secrets(text: str) -> str:
    for pattern, instead in ((E_MAIL, "…@…"), (SECRET, r"\1…"), (QUERY, r"\1?…")):
        text = pattern.sub(instead, text)
    return IPV4.sub(r"\1.0", IPV6.sub(lambda found: network_of(found[0]), text))


def network_of(text: str) -> str:
    """The first 48 bits of an address of IPv6; a time of day as it is."""
    if "::" not in text and text.count(":") < 4:
        return text
    return ":".join(text.partition("::")[0].split(":")[:3]) + "::"
