"""A backup as one file: a tar of the database, of the files that it names, and of a list by which damage shows."""

import hashlib
import json
import re
import tarfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from io import BytesIO
from pathlib import Path
from typing import IO, cast

from django.core.files.storage import default_storage

from sosafe_site.durable import durable

FORM = 1  # of the archive; another one would be for other code to read
DATABASE, FILES = "database", "files/"
LIST = re.compile(r"list-([0-9a-f]{64})\.json")  # bears its own digest
NAME = re.compile(r"[^/\\\0]+(/[^/\\\0]+)*")
STEP = 1 << 20


class BackupError(Exception):
    """With a sentence for whoever runs the site."""


@dataclass
class Contents:
    """What a backup says of itself."""

    made_at: str
    kind: str  # of the database
    key: str  # by which it is told whether SECRET_KEY is another one; nothing can be made of it
    migrations: dict[str, list[str]]  # the last of each app
    rows: dict[str, list[int | str]]  # of each table: how many, and a digest of all
    digests: dict[str, str] = field(default_factory=dict)  # of each member
    missing: list[str] = field(default_factory=list)  # files that the database names and the storage has not
    form: int = FORM

    @property
    def files(self) -> list[str]:
        return sorted(name.removeprefix(FILES) for name in self.digests if name.startswith(FILES))

    @property
    def in_words(self) -> str:
        rows = sum(int(count) for count, _ in self.rows.values())
        return f"{rows:,} rows in {len(self.rows)} tables and {len(self.files):,} files"


class Digesting:
    """A file whose digest is known once it was read."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file, self.digest = file, hashlib.sha256()

    def read(self, size: int = STEP) -> bytes:
        piece = self.file.read(size)
        self.digest.update(piece)
        return piece


def pack(place: Path, contents: Contents, database: Path, names: Iterable[str]) -> None:
    """Writes the backup. A file that was erased since the database was copied is left out, and told."""
    with durable(place) as whole, tarfile.open(fileobj=whole, mode="w") as tar:
        with database.open("rb") as file:
            add(tar, contents, DATABASE, file, database.stat().st_size)
        for name in sorted(names):
            try:
                size = default_storage.size(name)
                with default_storage.open(name) as file:
                    add(tar, contents, FILES + name, file, size)
            except FileNotFoundError:
                contents.missing.append(name)
        listed = json.dumps(asdict(contents), indent=1).encode()
        member = tarfile.TarInfo(f"list-{hashlib.sha256(listed).hexdigest()}.json")
        member.size = len(listed)
        tar.addfile(member, BytesIO(listed))


def add(tar: tarfile.TarFile, contents: Contents, name: str, file: IO[bytes], size: int) -> None:
    member, read = tarfile.TarInfo(name), Digesting(file)
    member.size = size
    tar.addfile(member, read)
    contents.digests[name] = read.digest.hexdigest()


class Archive:
    """A backup that was read through, and is whole."""

    def __init__(self, tar: tarfile.TarFile, contents: Contents) -> None:
        self.tar, self.contents = tar, contents

    @contextmanager
    def open(self, name: str) -> Iterator[IO[bytes]]:
        with cast(IO[bytes], self.tar.extractfile(name)) as file:  # a real file: checked() has seen that
            yield file

    def extract_database(self, to: Path) -> None:
        with self.open(DATABASE) as file, to.open("wb") as copy:
            while piece := file.read(STEP):
                copy.write(piece)


@contextmanager
def checked(place: Path) -> Iterator[Archive]:
    """The backup, once every byte of it was read and is as it was written. Raises BackupError."""
    try:
        tar = tarfile.open(place, "r:")  # noqa: SIM115  # closed below
    except FileNotFoundError as error:
        raise BackupError(f"There is no file {place}.") from error
    except (tarfile.TarError, OSError) as error:
        raise BackupError(f"{place} is no backup of this site, or its beginning is damaged: {error}.") from error
    with tar:
        yield Archive(tar, contents_of(tar, place))


def contents_of(tar: tarfile.TarFile, place: Path) -> Contents:
    damaged = f"{place} is damaged, or no backup of this site, so nothing of it is used"
    found, listed = {}, None
    try:
        for member in tar:
            file = tar.extractfile(member) if member.isreg() else None
            if file is None or listed is not None:
                raise BackupError(f"{damaged}: there is something in it that no backup has, {member.name!r}.")
            if title := LIST.fullmatch(member.name):
                listed = file.read()
                if hashlib.sha256(listed).hexdigest() != title[1]:
                    raise BackupError(f"{damaged}: its list is not as it was written.")
                continue
            if member.name in found or not is_sound(member.name):
                raise BackupError(f"{damaged}: there is something in it that no backup has, {member.name!r}.")
            read = Digesting(file)
            while read.read():
                pass
            found[member.name] = read.digest.hexdigest()
        if listed is None:
            raise BackupError(f"{damaged}: it is cut off, its list is missing.")
        known = json.loads(listed)
        if known.get("form") != FORM:
            raise BackupError(f"{place} is a backup of another form, which newer code can read.")
        contents = Contents(**known)
    except (tarfile.TarError, OSError, EOFError, ValueError, TypeError) as error:
        raise BackupError(f"{damaged}: {error}.") from error
    if found != contents.digests:
        wrong = sorted(name for name in {*found, *contents.digests} if found.get(name) != contents.digests.get(name))
        raise BackupError(f"{damaged}: not as it was written: {', '.join(wrong[:5])}.")
    return contents


def is_sound(name: str) -> bool:
    """Whether a backup has such a member: no name that leads out of the folder of files."""
    path = name.removeprefix(FILES)
    return name == DATABASE or (path != name and bool(NAME.fullmatch(path)) and not {".", ".."} & {*path.split("/")})
