"""Which part has failed when an error is nobody's fault in the code: the database, the disk, the place of files."""

import errno
from collections.abc import Iterator
from enum import Enum

from django.db import (
    DatabaseError,
    DataError,
    IntegrityError,
    InterfaceError,
    InternalError,
    NotSupportedError,
    ProgrammingError,
)


class Failure(Enum):
    """In words for officers: a whole sentence without its full stop."""

    GONE = "The site can’t reach its records just now"
    FULL = "The site can’t save anything: its disk is full"
    READ_ONLY = "The site can’t save anything just now: what it keeps can only be read"
    BUSY = "The site is busy: something else has kept its records for long"
    FILES = "The site can’t reach its files just now"


# By how the names of SQLite's codes begin; the first that fits
OF_SQLITE = {
    "SQLITE_READONLY_DBMOVED": Failure.GONE,
    "SQLITE_READONLY": Failure.READ_ONLY,
    "SQLITE_FULL": Failure.FULL,
    "SQLITE_IOERR_WRITE": Failure.FULL,  # a file may not grow
    "SQLITE_BUSY": Failure.BUSY,
    "SQLITE_LOCKED": Failure.BUSY,
}
# By how PostgreSQL's codes begin
OF_POSTGRESQL = {
    "25006": Failure.READ_ONLY,
    "53100": Failure.FULL,
    "53": Failure.BUSY,  # too many connections, no memory
    "40": Failure.BUSY,  # deadlock
    "55P03": Failure.BUSY,  # waited too long for a lock
    "57014": Failure.BUSY,  # took too long
    "42P01": Failure.GONE,  # the table is not there: the database is another, or empty
}
OF_THE_SYSTEM = {
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT, errno.EFBIG), Failure.FULL),
    **dict.fromkeys((errno.EROFS, errno.EACCES, errno.EPERM), Failure.READ_ONLY),
    **dict.fromkeys((errno.ENOENT, errno.EIO, errno.ESTALE), Failure.FILES),
}
OURS = (
    DataError,
    IntegrityError,
    InternalError,
    NotSupportedError,
    ProgrammingError,
)  # faults of the code, unless told
REMOTE_STORAGE = {"boto3", "botocore", "s3transfer"}


def failure_of(error: BaseException | None) -> Failure | None:
    """None for what may be a fault of the code. What an error came from counts as well."""
    return next((found for each in chain(error) if (found := failure_of_one(each))), None)


def chain(error: BaseException | None) -> Iterator[BaseException]:
    while error:
        yield error
        error = error.__cause__ or error.__context__


def failure_of_one(error: BaseException) -> Failure | None:
    if isinstance(error, (DatabaseError, InterfaceError)):
        told = by_code(OF_SQLITE, getattr(error.__cause__, "sqlite_errorname", None))
        told = told or by_code(OF_POSTGRESQL, getattr(error.__cause__, "sqlstate", None))
        return told or (None if isinstance(error, OURS) else Failure.GONE)
    if isinstance(error, OSError):
        return OF_THE_SYSTEM.get(error.errno or 0)
    return Failure.FILES if type(error).__module__.partition(".")[0] in REMOTE_STORAGE else None


def by_code(kinds: dict[str, Failure], code: str | None) -> Failure | None:
    return next((kind for begin, kind in kinds.items() if (code or "").startswith(begin)), None)
