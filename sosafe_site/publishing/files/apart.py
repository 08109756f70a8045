"""Reading an upload in a process of its own, which ends when it takes more memory or time than one may.

Whatever a file does to the libraries that read it, it does to that process alone: others are served meanwhile, and the
officer is told. It is a copy of this one (a fork), made in milliseconds; it touches no database and nothing that
another thread may hold, and ends without a farewell.
"""

import os
import resource
from collections.abc import Callable
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError

from sosafe_site.publishing.files.refusals import REFUSALS

MEMORY = 1_000_000_000  # bytes more than the site has
SECONDS = 60  # of work
PATIENCE = 300  # seconds, on a busy machine
OURS = get_context("fork")
PAGES = Path("/proc/self/statm")  # what Linux says of a process: first, how many pages of memory it may touch


def apart(reader: Callable[[Any], Any], upload: Any) -> Any:
    """What the reader finds in the upload, or the ValidationError that it raises, or would if it came to its end."""
    found, ends = OURS.Pipe(duplex=False)
    process = OURS.Process(target=answer, args=(reader, upload, ends), daemon=True)
    process.start()
    ends.close()
    try:
        with suppress(EOFError):
            if found.poll(PATIENCE):
                return found.recv()
        return ValidationError(REFUSALS["too-much"])
    finally:
        process.kill()
        process.join()
        found.close()
        upload.seek(0)  # a large one is a file on the disk, and where it was read is common to both


def answer(reader: Callable[[Any], Any], upload: Any, ends: Connection) -> None:
    limit()
    try:
        ends.send(reader(upload))
    except ValidationError as error:
        ends.send(ValidationError(error.messages))
    except MemoryError:
        ends.send(ValidationError(REFUSALS["too-much"]))


def limit() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))
    if PAGES.exists():
        memory = int(PAGES.read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE") + MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
