"""The moment at which it is judged what is published. The only place of this floor that reads the clock."""

from datetime import datetime
from time import time

from django.utils import timezone


def moment() -> datetime:
    return timezone.now()


def this_minute() -> datetime:
    """The moment as forms can say it: a field without seconds, sent back untouched, counts as unchanged."""
    return moment().replace(second=0, microsecond=0)


def seconds() -> float:
    """The moment as a number since 1970: for what is asked at every request."""
    return time()
