"""The two kinds of database: how each is copied while it is used, made anew beside itself, and put in its own place."""

import hashlib
import os
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import psycopg
from django.conf import settings
from django.db import Error, connection, transaction
from psycopg import sql

from sosafe_site.backup.archive import BackupError

# Of no worth to anybody later: sign-ins, counts of failed ones, and numbers of forms
LEFT_OUT = ("django_session", "accounts_session", "publishing_sentform", settings.CACHES["default"]["LOCATION"])
FAULTS = (Error, sqlite3.Error, psycopg.Error)
Rows = dict[str, list[int | str]]
LIMITED = ("pool", "options")  # of PostgreSQL: what readers must not wait for may take its time here
PATIENCE = 10  # seconds in which PostgreSQL ends connections that it was told to end


def rows_of(ask: Callable[[str], Any], tables: list[str]) -> Rows:
    """Of each table: how many rows, and a digest of all that does not depend on their order."""
    found: Rows = {}
    for table in sorted(set(tables) - set(LEFT_OUT)):
        count = total = 0
        for row in ask(f'SELECT * FROM "{table}"'):  # noqa: S608  # the name is the database's own
            count += 1
            total += int.from_bytes(hashlib.sha256(repr(tuple(row)).encode()).digest())
        found[table] = [count, f"{total % (1 << 256):064x}"]
    return found


@contextmanager
def working_on(name: str) -> Iterator[None]:
    """All that this process asks of the database goes to another one meanwhile."""
    own = connection.settings_dict
    before = {"NAME": own["NAME"], "OPTIONS": own["OPTIONS"]}
    connection.close()
    own.update(NAME=name, OPTIONS={key: each for key, each in own["OPTIONS"].items() if key not in LIMITED})
    try:
        yield
    finally:
        connection.close()
        own.update(before)


class SQLite:
    def __init__(self) -> None:
        self.path = Path(unquote(urlsplit(str(connection.settings_dict["NAME"])).path))

    @contextmanager
    def copied(self, to: Path) -> Iterator[Rows]:
        """Copied as it was at one moment, while others go on writing; what is asked within is asked of the copy."""
        with closing(sqlite3.connect(f"{self.path.as_uri()}?mode=ro", uri=True, isolation_level=None)) as live:
            live.execute("BEGIN")
            rows = sqlite_rows(live)
            with closing(sqlite3.connect(to, isolation_level=None)) as copy:
                live.backup(copy)
                for table in LEFT_OUT:
                    copy.execute(f'DELETE FROM "{table}"')  # noqa: S608  # no name of a stranger's
                copy.execute("VACUUM")  # with all that was ever deleted
        with working_on(f"{to.as_uri()}?mode=rw"):
            yield rows

    @contextmanager
    def beside(self, dump: Path, ending: str) -> Iterator[str]:
        """A database made of the copy. Its name, for working_on()."""
        with closing(sqlite3.connect(dump)) as copy:
            found = [line for (line,) in copy.execute("PRAGMA integrity_check")]
        if found != ["ok"]:
            raise BackupError(f"The database in the backup is damaged: {found[0]}.")
        yield f"{dump.as_uri()}?mode=rw"

    def rows(self) -> Rows:
        with closing(sqlite3.connect(str(connection.settings_dict["NAME"]), uri=True)) as database:
            return sqlite_rows(database)

    def keep_broken(self, folder: Path) -> str:
        """Copies aside what can't be read. What was done, in words."""
        ends = [end for end in ("", "-wal", "-shm") if Path(f"{self.path}{end}").exists()]
        for end in ends:
            shutil.copy2(f"{self.path}{end}", folder)
        return f"The database that was there is kept in {folder}." if ends else "There was no database."

    def take_place(self, name: str, stamp: str) -> str:
        """As one change, which others see whole or not at all, whatever they are reading or waiting to write."""
        try:
            with closing(sqlite3.connect(name, uri=True)) as new, closing(sqlite3.connect(self.path)) as live:
                new.backup(live)
        except sqlite3.DatabaseError:  # what is there is no database, so nobody is using it
            for end in ("-wal", "-shm", ""):
                Path(f"{self.path}{end}").unlink(missing_ok=True)
            with closing(sqlite3.connect(name, uri=True)) as new, closing(sqlite3.connect(self.path)) as live:
                new.backup(live)
        return ""


def sqlite_rows(database: sqlite3.Connection) -> Rows:
    names = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
    return rows_of(database.execute, [name for (name,) in database.execute(names).fetchall()])


class PostgreSQL:
    def __init__(self) -> None:
        self.name = str(connection.settings_dict["NAME"])

    @contextmanager
    def copied(self, to: Path) -> Iterator[Rows]:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
            cursor.execute("SET LOCAL statement_timeout = 0")
            cursor.execute("SELECT pg_export_snapshot()")
            [snapshot] = cursor.fetchone()
            left_out = [f"--exclude-table-data={table}" for table in LEFT_OUT]
            self.run("pg_dump", "--format=custom", "--no-owner", "--no-acl", f"--snapshot={snapshot}", *left_out,
                     f"--file={to}", f"--dbname={self.name}")  # fmt: skip
            yield self.rows()

    @contextmanager
    def beside(self, dump: Path, ending: str) -> Iterator[str]:
        """Gone at the end, unless it has taken the other's place; what a dead process left goes with the next."""
        made = f"{self.name}_{ending}"
        with self.outside() as ask:
            try:
                ask(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(made)))
                ask(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(made)))
            except psycopg.errors.InsufficientPrivilege as error:
                user = connection.settings_dict["USER"]
                raise BackupError(
                    f"The user {user} of PostgreSQL may not make databases, and a backup is tried in one of its own. "
                    f"Let an administrator of PostgreSQL run: ALTER ROLE {user} CREATEDB"
                ) from error
            except psycopg.errors.ObjectInUse as error:
                raise BackupError(f"Another backup or restore is using {made}. Wait until it ends.") from error
            try:
                self.run("pg_restore", "--no-owner", "--no-acl", "--exit-on-error", f"--dbname={made}", str(dump))
                yield made
            finally:
                ask(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(made)))

    def rows(self) -> Rows:
        def ask(statement: str) -> Iterator[Any]:
            with connection.cursor() as cursor:
                cursor.execute(statement)
                yield from cursor

        with connection.cursor() as cursor:
            return rows_of(ask, connection.introspection.table_names(cursor))

    def keep_broken(self, folder: Path) -> str:
        return ""  # it keeps its name aside in any case: take_place()

    def take_place(self, name: str, stamp: str) -> str:
        old = f"{self.name[:40]}_before_{stamp.lower()}"
        live, aside, new = (sql.Identifier(each) for each in (self.name, old, name))
        with self.outside() as ask:
            there = ask("SELECT 1 FROM pg_database WHERE datname = %s", [self.name]).fetchone()
            if there:
                ask(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(live))
                try:
                    ask("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [self.name])
                    self.wait_until_left(ask)
                    ask(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(live, aside))
                except BaseException:
                    ask(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(live))
                    raise
            ask(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(new, live))
            if not there:
                return "There was no database."
            ask(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(aside))
        return f"The database that was there is now called {old}; drop it when you are sure."

    def wait_until_left(self, ask: Callable[..., Any]) -> None:
        for _ in range(PATIENCE * 20):
            [count] = ask("SELECT count(*) FROM pg_stat_activity WHERE datname = %s", [self.name]).fetchone()
            if not count:
                return
            time.sleep(0.05)
        raise BackupError("Others are using the database and can't be made to leave it. Stop them, and try again.")

    @contextmanager
    def outside(self) -> Iterator[Callable[..., Any]]:
        """Statements that concern whole databases, from within another one."""
        parameters = connection.get_connection_params() | {"dbname": "postgres", "autocommit": True}
        for name in ("cursor_factory", "options"):
            parameters.pop(name, None)
        with closing(psycopg.connect(**parameters)) as own:
            yield own.execute

    def run(self, program: str, *arguments: str) -> None:
        own = {**connection.settings_dict, "NAME": self.name}
        [_, *to], more = connection.client.settings_to_cmd_args_env(own, [])
        to.remove(self.name)
        command, environ = [program, *to, *arguments], {**os.environ, **(more or {})}
        try:
            done = subprocess.run(command, env=environ, check=False, capture_output=True)  # noqa: S603  # our own words
        except FileNotFoundError as error:
            raise BackupError(f"{program} is missing. On Debian: apt install postgresql-client") from error
        if done.returncode:
            said = done.stderr.decode(errors="replace").strip().splitlines() or ["it says nothing"]
            advice = " Install the one of the server's version." if "version mismatch" in done.stderr.decode() else ""
            raise BackupError(f"{program} failed: {said[0]}.{advice}")


def database() -> SQLite | PostgreSQL:
    return PostgreSQL() if connection.vendor == "postgresql" else SQLite()
