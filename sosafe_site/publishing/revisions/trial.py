"""Where a draft is applied to be looked at: nothing of it stays, and nobody who saves waits for it."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def trial() -> Iterator[None]:
    """A transaction for whoever undoes it. On SQLite, where one alone can write, it is one of a copy in memory."""
    if connection.vendor != "sqlite" or connection.in_atomic_block:  # what isn't committed can't be copied
        with transaction.atomic():
            yield
        return
    connection.ensure_connection()
    own = connection.connection
    copy = connection.get_new_connection({**connection.get_connection_params(), "database": ":memory:"})
    try:
        own.backup(copy)
        connection.connection = copy
        with transaction.atomic():
            yield
    finally:
        connection.connection = own
        copy.close()
