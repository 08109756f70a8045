"""That a form is saved once, however often it is sent: by a double click, or again from the history of a browser."""

import uuid
from datetime import timedelta

from django.db import models

from sosafe_site.publishing.clock import moment

REMEMBERED = timedelta(days=2)


class SentFormQuerySet(models.QuerySet):
    def note(self, number: uuid.UUID) -> "tuple[SentForm, bool]":
        """The form with this number, and whether it is the first time that it was sent.

        Within a transaction: whoever sends it a second time waits for what becomes of the first.
        """
        self.filter(sent_at__lt=moment() - REMEMBERED).delete()
        return self.get_or_create(pk=number, defaults={"sent_at": moment()})


class SentForm(models.Model):
    number = models.UUIDField(primary_key=True, editable=False)  # given to the form when it is opened
    leads_to = models.TextField(editable=False)  # the page that follows it
    sent_at = models.DateTimeField(editable=False)

    objects = SentFormQuerySet.as_manager()

    def __str__(self) -> str:
        return f"A form sent at {self.sent_at}"
