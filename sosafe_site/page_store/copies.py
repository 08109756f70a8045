"""The copies of what the site answers, as files: one for each path, with all that was answered there.

The first line is the sum of the second, which is the head; the third names the addresses of this site that the answer
mentions; after it come the bodies, each with its sum in the head.
"""

import hashlib
import json
import logging
import os
import re
import shutil
import threading
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

import django
from django.apps import apps
from django.conf import settings

from sosafe_site.page_store.response import StoredResponse
from sosafe_site.page_store.turns import turn
from sosafe_site.publishing.clock import seconds
from sosafe_site.settings import env

logger = logging.getLogger(__name__)
HOUR = 3600  # seconds, after which what was never finished is nobody's work any more
LONG_UNUSED = 30 * 24 * HOUR  # of a folder of copies
TURNS, PLACES = "turns", 256  # the folder of the files that keep the turns, and how many pages have one each
UNFINISHED = re.compile(r"\.[0-9]+-[0-9]+$")  # in the name of what a process has not written to its end
HEAD_LINES = 3
KNOWN = "known.json"
# Whatever may be an address of this site: at the beginning of what is quoted, listed or bound, or behind its name.
MENTION = re.compile(rb"(?:[\"'\s,=>(<;]|%s)(/[A-Za-z0-9._/-]*)" % re.escape(settings.SITE_URL.encode()))
FOLD = b"\r\n "  # by which a calendar breaks its lines
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


@dataclass(frozen=True, slots=True)
class Known:
    """What was known of the content when it could last be asked for; it need not be asked again until a moment."""

    mark: str = ""
    begun: float = 0  # both in seconds since 1970; over once the second is reached
    until: float = 0
    gone: list[str] = field(default_factory=list)  # the addresses of what is public no more
    ending: dict[str, float] = field(default_factory=dict)  # by address, the moment at which it is withdrawn
    passing: dict[str, float] = field(default_factory=dict)  # by record, the moment at which no page shows it any more
    unaddressed: list[str] = field(default_factory=list)  # the public records that have no address of their own

    @property
    def edition(self) -> str:
        return digest((self.mark, self.until))[:32]

    def holds(self, mark: str, now: float) -> bool:
        return self.mark == mark and self.begun <= now < self.until


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
            for _ in range(HEAD_LINES):
                file.readline()
            for each, (length, _) in copy.bodies.items():
                if each == coding:
                    break
                file.seek(length, os.SEEK_CUR)
            body = file.read(copy.bodies[coding][0])
            return body if sum_of(body) == copy.bodies[coding][1] else None
        return None

    def write(self, copy: Copy, bodies: dict[str, bytes]) -> None:
        """Raises OSError."""
        head, links = json.dumps(asdict(copy)).encode(), b" ".join(sorted(mentioned(bodies.get("identity", b""))))
        put(self.place(copy.path), b"\n".join([sum_of(head).encode(), head, links, b"".join(bodies.values())]))

    def links(self, copy: Copy) -> set[str]:
        """The addresses of this site that it mentions; more than those when in doubt."""
        with suppress(OSError), self.place(copy.path).open("rb") as file:
            file.readline()
            file.readline()
            return set(file.readline().decode(errors="replace").split())
        return set()

    def known(self) -> Known:
        with suppress(OSError, ValueError, TypeError):
            return Known(**json.loads((self.folder / KNOWN).read_bytes()))
        return Known()

    def keep_known(self, known: Known) -> None:
        """Raises OSError."""
        self.folder.mkdir(parents=True, exist_ok=True)
        put(self.folder / KNOWN, json.dumps(asdict(known)).encode())

    def hear(self, now: float) -> None:
        """Notes that what is known held at this moment."""
        with suppress(OSError):
            os.utime(self.folder / KNOWN, (now, now))

    def heard_at(self) -> float:
        """When that was, in seconds since 1970."""
        with suppress(OSError):
            return (self.folder / KNOWN).stat().st_mtime
        return 0

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
                    is_needed = place.name in known if folder is self.files else not UNFINISHED.search(place.name)
                    if not is_needed and place.stat().st_mtime < long_ago:
                        place.unlink(missing_ok=True)


class Shelf:
    """All folders of copies of this site on this machine: of this code, and of others that run here too or have run."""

    def __init__(self, folder: Path, site: str, code: str) -> None:
        self.folder, self.site = folder, site
        self.own = Copies(folder / f"{site}-{code[:24]}")

    def turn(self, path: str) -> AbstractContextManager[None]:
        """In which to render that page, on this machine. Few pages share one."""
        return turn(self.folder / TURNS / str(int(digest(path), 16) % PLACES))

    def turn_to_look(self) -> AbstractContextManager[None]:
        """In which to work out what is gone."""
        return turn(self.folder / TURNS / "look")

    def all(self) -> list[Copies]:
        """Its own first, then those last in use."""
        found = [Copies(place) for place in self.folder.glob(f"{self.site}-*") if place != self.own.folder]
        return [self.own, *sorted(found, key=Copies.heard_at, reverse=True)]

    def forget(self, paths: Iterable[str]) -> bool:
        """Whether all copies at these paths are gone from this machine."""
        is_done = True
        for path in paths:
            for copies in self.all():
                try:
                    copies.forget(path)
                except OSError as error:
                    is_done = False
                    logger.warning("A copy that should go could not be taken away: %s", error)
        return is_done

    def tidy(self) -> None:
        """Takes away what code has left that has not run here for long."""
        long_ago = seconds() - LONG_UNUSED
        with suppress(OSError):
            for place in self.folder.iterdir():
                used_at = Copies(place).heard_at() or place.stat().st_mtime
                if place not in (self.own.folder, self.folder / TURNS) and used_at < long_ago:
                    shutil.rmtree(place, ignore_errors=True)


def mentioned(body: bytes) -> set[bytes]:
    return set(MENTION.findall(body.replace(FOLD, b"")))


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


def code() -> str:
    """Of the code, its settings and its packages: another release or another setting shows none of the old pages."""
    packages = {app.name.partition(".")[0] for app in apps.get_app_configs()}  # those of others are in no folder here
    folders = [settings.BASE_DIR / name for name in ("templates", *sorted(packages))]
    files = [path for folder in folders for path in sorted(folder.rglob("*.*")) if path.suffix != ".pyc"]
    files += [Path(django.__file__).parents[1], settings.STATIC_ROOT / "staticfiles.json"]
    stats = [(str(path), path.stat().st_size, path.stat().st_mtime_ns) for path in files if path.exists()]
    chosen = [env.str(name) for name in env.scheme]
    return digest((stats, chosen))


def site_digest() -> str:
    """Of what makes it this site, whatever the code: a copy of another site's page must never be shown."""
    database = settings.DATABASES["default"]
    names = [str(database.get(name, "")) for name in ("ENGINE", "HOST", "PORT", "NAME")]
    return digest((settings.SITE_URL, names))[:8]


def digest(of: object) -> str:
    return hashlib.sha256(repr(of).encode()).hexdigest()
