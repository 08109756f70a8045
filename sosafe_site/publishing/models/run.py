from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management.base import CommandError
from django.db import models

from sosafe_site.publishing.clock import moment
from sosafe_site.publishing.models.tidied import Tidied


class Run(Tidied):
    """When a command that a timer starts last came to its end, and what kept it from its work, if anything did."""

    is_public_content = False

    command = models.CharField(max_length=60, primary_key=True)
    ended_at = models.DateTimeField()
    problem = models.TextField(blank=True)

    class Meta:
        default_permissions = ()  # no form edits it

    def __str__(self) -> str:
        return f"{self.command}, {self.ended_at:%Y-%m-%d %H:%M}"


@contextmanager
def noted(command: str) -> Iterator[None]:
    """Notes that the command ran. Hands on what is raised within."""
    problem = ""
    try:
        yield
    except Exception as error:
        problem = str(error) if isinstance(error, CommandError) else f"{type(error).__name__}: {error}"
        raise
    finally:
        Run.objects.update_or_create(command=command, defaults={"ended_at": moment(), "problem": problem})
