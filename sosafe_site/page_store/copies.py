"""The copies of what the site answers, as files: one for each path, with all that was answered there.

The first line is the sum of the second, which is the head; after it come the bodies, each with its sum in the head.
"""

import hashlib
import json
import os
import threading
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from sosafe_site.page_store.response import StoredResponse
from sosafe_site.publishing.clock import seconds

HOUR = 3600  # seconds, after which what was never finished is nobody's work any more
PAGE, STANDBY, FILE = "page", "standby", "file"


@dataclass(frozen=True, slots=True)
class Copy:
    """Of one answer."""

    path: str
    status: str  # such as "200 OK"
    headers: list[tuple[str, str]]  # those that do not follow from the coding
    kind: str  # PAGE: sent as it is while its edition lasts; STANDBY: only when parts fail; FILE: so too, in parts too
    edition: str
    made: float  # the moment at which it was right, in seconds since 1970
    until: float  # the moment at which its edition would have ended by itself
    bodies: dict[str, tuple[int, str]]  # by coding, in their order in the file: the length and the sum
    file: str = ""  # the name, among the files, of what is too large to be in here

    @property
    def code(self) -> int:
        return int(self.status[:3])

    @property
    def sum(self) -> str:
        """Of the plain text."""
        return self.bodies.get("identity", (0, ""))[1]

    def answer(self, coding: str, body: bytes) -> StoredResponse:
        etag = etag_of(self.bodies[coding][1])
        own = {"Content-Length": str(len(body)), "ETag": etag}
        if coding != "identity":
            own["Content-Encoding"] = coding
        return StoredResponse(self.status, [*self.headers, *own.items()], body, etag)


class Copies:
    """A folder of them, and of the files that belong to them."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.files = folder, folder / "files"

    def place(self, path: str) -> Path:
        return self.folder / sum_of(path.encode())[:32]

    def head(self, path: str) -> Copy | None:
        """None when there is none, or it is not what was written."""
        return read_head(self.place(path), path)

    def body(self, copy: Copy, coding: str) -> bytes | None:
        """None when it is gone, another's by now, or not what was written."""
        if coding not in copy.bodies:
            return None
        with suppress(OSError), self.place(copy.path).open("rb") as file:
            file.readline()
            file.readline()
            for each, (length, _) in copy.bodies.items():
                if each == coding:
                    break
                file.seek(length, os.SEEK_CUR)
            body = file.read(copy.bodies[coding][0])
            return body if sum_of(body) == copy.bodies[coding][1] else None
        return None

    def write(self, copy: Copy, bodies: Iterable[bytes]) -> None:
        """Raises OSError."""
        head = json.dumps(asdict(copy)).encode()
        put(self.place(copy.path), b"\n".join([sum_of(head).encode(), head, b"".join(bodies)]))

    def bodies(self, copy: Copy) -> dict[str, bytes]:
        """In all codings; empty when one of them is not what was written."""
        bodies = {coding: body for coding in copy.bodies if (body := self.body(copy, coding)) is not None}
        return bodies if len(bodies) == len(copy.bodies) else {}

    def __iter__(self) -> Iterator[Copy]:
        with suppress(OSError):
            for place in self.folder.iterdir():
                if len(place.name) == 32 and (copy := read_head(place)):
                    yield copy

    def forget(self, path: str) -> None:
        """With its file, even if another shares it: that is then fetched again. Raises OSError when something stays."""
        place = self.place(path)
        if (copy := read_head(place, path)) and copy.file:
            (self.files / copy.file).unlink(missing_ok=True)
        place.unlink(missing_ok=True)

    def has_all(self, copy: Copy) -> bool:
        """Whether its file is there too, if it has one."""
        return not copy.file or (self.files / copy.file).exists()

    def keep_file(self, name: str, source: Path | None, chunks: Iterable[bytes]) -> None:
        """Under that name, from where it lies on this disk if it does. Raises OSError."""
        place = self.files / name
        self.files.mkdir(parents=True, exist_ok=True)
        unfinished = unfinished_for(place)
        unfinished.unlink(missing_ok=True)
        try:
            os.link(source or "", unfinished)  # two names of the same bytes, which nobody ever changes
        except OSError:  # it lies elsewhere
            with unfinished.open("wb") as file:
                file.writelines(chunks)
        unfinished.replace(place)

    def tidy(self) -> None:
        """Takes away what was never finished, and files that belong to no copy."""
        known, long_ago = {copy.file for copy in self if copy.file}, seconds() - HOUR
        for folder in (self.folder, self.files):
            with suppress(OSError):
                for place in folder.iterdir():
                    is_needed = "." not in place.name if folder is self.folder else place.name in known
                    if not is_needed and place.stat().st_mtime < long_ago:
                        place.unlink(missing_ok=True)


def read_head(place: Path, path: str = "") -> Copy | None:
    with suppress(OSError, ValueError, TypeError), place.open("rb") as file:
        checksum, head = file.readline().strip(), file.readline().removesuffix(b"\n")
        if checksum != sum_of(head).encode():
            return None
        fields = json.loads(head)
        fields["headers"] = [(name, value) for name, value in fields["headers"]]
        fields["bodies"] = {coding: (length, checksum) for coding, (length, checksum) in fields["bodies"].items()}
        copy = Copy(**fields)
        return copy if place.name == sum_of(copy.path.encode())[:32] and path in ("", copy.path) else None
    return None


def put(place: Path, content: bytes) -> None:
    """Whole or not at all: nobody reads a file that is half written. Raises OSError."""
    unfinished = unfinished_for(place)
    try:
        unfinished.write_bytes(content)
        unfinished.replace(place)
    except OSError:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)
        raise


def unfinished_for(place: Path) -> Path:
    return place.with_suffix(f".{os.getpid()}-{threading.get_ident()}")


def sum_of(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def etag_of(checksum: str) -> str:
    return f'"{checksum[:20]}"'  # strong: of these very bytes
