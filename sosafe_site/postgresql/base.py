"""Django's PostgreSQL through a pool, with limits: a server that hangs or is cut off is an error, no hung thread."""

import os
from typing import Any

import psycopg
from django.db.backends.postgresql import base
from psycopg.errors import OperationalError, _WaitTimeout

# Seconds. For the first, nobody waits longer when the server is away; the others end what hangs while it is at work.
TO_CONNECT = 2
FOR_A_LOCK, FOR_A_STATEMENT, FOR_AN_ANSWER = 10, 20, 22
IDLE_IN_A_TRANSACTION = 60  # such as of a machine that was cut off, whose locks others wait for
CONNECTIONS = 10  # of one process at most: one for each of its threads

LIMITS = {
    "lock_timeout": FOR_A_LOCK,
    "statement_timeout": FOR_A_STATEMENT,
    "idle_in_transaction_session_timeout": IDLE_IN_A_TRANSACTION,
}


class Connection(psycopg.Connection):
    """Gives up a server that is silent for too long."""

    patience = FOR_AN_ANSWER

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        try:
            return super().wait(gen, interval, self.patience if timeout is None else timeout)
        except _WaitTimeout as error:
            if timeout is not None:
                raise
            self.close()
            raise OperationalError(f"The database has not answered for {self.patience} seconds.") from error

    def execute(self, *args: Any, **options: Any) -> Any:
        """By this the pool asks whether the server is there. Django has cursors of its own."""
        self.patience = TO_CONNECT
        try:
            return super().execute(*args, **options)
        finally:
            self.patience = FOR_AN_ANSWER


OPTIONS: dict[str, Any] = {
    "connect_timeout": TO_CONNECT,
    "tcp_user_timeout": 1000 * TO_CONNECT,  # for what is sent to be received
    "options": " ".join(f"-c {name}={seconds}s" for name, seconds in LIMITS.items()),
    "pool": {
        "connection_class": Connection,
        "min_size": 0,
        "max_size": CONNECTIONS,
        "timeout": TO_CONNECT,
        "reconnect_timeout": 0.1,  # whoever comes next tries again, so that all is well as soon as the server is back
    },
}


class DatabaseWrapper(base.DatabaseWrapper):
    _connection_pools: dict[str, Any] = {}  # Django's own name

    def __init__(self, settings_dict: dict[str, Any], *args: Any, **options: Any) -> None:
        """What DATABASE_URL says behind its question mark comes first."""
        own = {**OPTIONS, **settings_dict["OPTIONS"]}
        super().__init__({**settings_dict, "OPTIONS": own, "CONN_HEALTH_CHECKS": True}, *args, **options)


_of_the_parent: list[Any] = []


def leave_pools_to_the_parent() -> None:
    """A process that was forked opens pools of its own, and does not close those that it has from its parent."""
    _of_the_parent.extend(DatabaseWrapper._connection_pools.values())
    DatabaseWrapper._connection_pools.clear()


os.register_at_fork(after_in_child=leave_pools_to_the_parent)
