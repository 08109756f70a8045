"""A file that is whole on the disk, to stay there through a power cut, or not there at all."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO


@contextmanager
def durable(place: Path, mode: int = 0o600) -> Iterator[IO[bytes]]:
    """A file to write to, which gets its name when all is written. Of a failure nothing is left; of a death, a ".part".

    In place of what had the name.
    """
    make_folders(place.parent)
    descriptor, unfinished = tempfile.mkstemp(prefix=f".{place.name}-", suffix=".part", dir=place.parent)
    try:
        with os.fdopen(descriptor, "w+b") as file:
            yield file
            file.flush()
            os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
        os.replace(unfinished, place)
    except BaseException:
        with suppress(OSError):
            os.unlink(unfinished)
        raise
    settle(place.parent)


def make_folders(folder: Path) -> None:
    """With those above it; a folder is there to stay once the one that it is in says so."""
    if not folder.is_dir():
        make_folders(folder.parent)
        folder.mkdir(exist_ok=True)
        settle(folder.parent)


def settle(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
