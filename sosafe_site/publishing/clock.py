"""The moment at which it is judged what is published. The only place of this floor that reads the clock."""

from datetime import datetime

from django.utils import timezone


def moment() -> datetime:
    return timezone.now()
