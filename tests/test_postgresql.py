"""What only a real PostgreSQL can show: how the site stands on a server that others share."""

from contextlib import ExitStack

import psycopg
import pytest

from tests import servers

CHANGE = "UPDATE partners_partner SET name = name"
ANOTHER = "UPDATE pages_page SET title = title"


@pytest.fixture
def connect():
    """Gives further connections to a site of the test's own. Who waits for another fails."""
    address = servers.database("seeded")
    with ExitStack() as open_ones:
        yield lambda: open_ones.enter_context(psycopg.connect(address, options="-c lock_timeout=5s"))


def rows_of_the_mark(reader):
    """Which the mark is made of."""
    with reader.transaction():
        return frozenset(reader.execute("SELECT id, mark FROM publishing_contentmark"))


def test_two_who_change_something_at_once_do_not_wait_for_one_another_and_the_mark_tells_of_both(connect):
    one, two, reader = connect(), connect(), connect()
    marks = [rows_of_the_mark(reader)]
    one.execute(CHANGE)
    two.execute(ANOTHER)
    assert rows_of_the_mark(reader) == marks[0], "nothing is there for others to see"
    for writer in (two, one):  # the one that was first to change something is the last
        writer.commit()
        marks.append(rows_of_the_mark(reader))
    assert len(set(marks)) == 3


def test_what_is_rolled_back_leaves_the_mark_but_not_what_is_kept_of_it(connect):
    writer, reader = connect(), connect()
    before = rows_of_the_mark(reader)
    writer.execute(CHANGE)
    writer.rollback()
    assert rows_of_the_mark(reader) == before
    with writer.transaction():
        writer.execute("SAVEPOINT first")
        writer.execute(CHANGE)
        writer.execute("ROLLBACK TO first")
    assert rows_of_the_mark(reader) == before
    with writer.transaction():
        writer.execute("SAVEPOINT first")
        writer.execute(CHANGE)
        writer.execute("ROLLBACK TO first")
        writer.execute(ANOTHER)
    assert rows_of_the_mark(reader) != before


def test_the_mark_stays_small_though_others_are_at_work_and_never_comes_back(connect):
    one, two, reader = connect(), connect(), connect()
    two.execute(ANOTHER)  # and holds its row meanwhile
    marks = [rows_of_the_mark(reader)]
    for _ in range(250):
        one.execute(CHANGE)
        one.commit()
        marks.append(rows_of_the_mark(reader))
    two.commit()
    marks.append(rows_of_the_mark(reader))
    assert len(set(marks)) == len(marks)
    assert max(map(len, marks)) <= 110
    assert min(map(len, marks[200:])) < 10
    assert all(0 in dict(mark) for mark in marks), "it can be trusted all the time"
