"""The moment at which it is judged what is published. The only place of this floor that reads the clock."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from time import time

from django.utils import timezone

_due: ContextVar[datetime | None] = ContextVar("due", default=None)


def moment() -> datetime:
    return _due.get() or timezone.now()


def right_now() -> datetime:
    """When something really happens, also where it is dated by the moment at which it was due."""
    return timezone.now()


@contextmanager
def as_of(due: datetime) -> Iterator[None]:
    """What is done within was due at that moment, so all that notes a moment or a day notes that one."""
    token = _due.set(due)
    try:
        yield
    finally:
        _due.reset(token)


def this_minute() -> datetime:
    """The moment as forms can say it: a field without seconds, sent back untouched, counts as unchanged."""
    return moment().replace(second=0, microsecond=0)


def this_day() -> date:
    """In London; of what was due, the day on which it was."""
    return day_of(moment())


def day_of(at: datetime) -> date:
    """In London."""
    return timezone.localdate(at)


def fault_of_hour(wall: datetime) -> str:
    """Why London's clocks don't show this one time in that night, in an officer's words; empty where they do."""
    first, second = (timezone.make_aware(wall.replace(fold=fold)).astimezone(UTC) for fold in (0, 1))
    if first == second:
        return ""
    if timezone.localtime(first).replace(tzinfo=None) != wall.replace(fold=0):
        return "The clocks go forward in that night, so there is no such time. Give one an hour later."
    return "The clocks go back in that night, so this time comes twice. Give one before 1 or from 2 in the morning."


def seconds() -> float:
    """The moment as a number since 1970: for what is asked at every request."""
    return time()
