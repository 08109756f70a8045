"""What readers are told of changes: one dated sentence a change, of the record that it is about."""

import uuid
from datetime import date, datetime, time
from functools import reduce
from operator import or_
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.formats import date_format
from django.utils.timezone import make_aware

from sosafe_site.partial_dates import DATE_WORDS
from sosafe_site.periods import ONE_DAY
from sosafe_site.publishing.clock import day_of, moment
from sosafe_site.publishing.models.tidied import Tidied


class ChangeNoteQuerySet(models.QuerySet):
    def about(self, records):
        return self.filter(record__in=[record.pk for record in records])

    def told_by(self, on: date):
        """Those made until the end of the day, and not later than now."""
        midnight = make_aware(datetime.combine(on + ONE_DAY, time()))
        return self.filter(noted_at__lt=midnight, noted_at__lte=moment())

    def public(self, on: date):
        """Those made until the end of the day, of records that the public may read now. The newest first.

        Asked note by note, in the order of an index: for the newest few, the many before them are not looked at.
        """
        readable = [
            Q(Exists(kind._default_manager.published().filter(pk=OuterRef("record"))), model=kind._meta.label_lower)
            for kind in apps.get_models()
            if hasattr(kind._default_manager, "published")
        ]
        return self.filter(reduce(or_, readable)).told_by(on)

    def tell(self, record, text: str, *, is_amendment: bool = False) -> models.Model:
        """Readers are told at the moment at which it is, or was due to be, public."""
        place = {"model": record._meta.label_lower, "record": record.pk}
        return self.create(**place, text=text, noted_at=moment(), is_amendment=is_amendment)


class ChangeNote(Tidied):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    model = models.CharField(max_length=60, editable=False)
    record = models.UUIDField(editable=False)
    text = models.TextField("what changed, for readers", max_length=500)
    noted_at = models.DateTimeField("told", editable=False)
    is_amendment = models.BooleanField(
        "amends what was agreed", default=False, help_text="Readers are told the day on which the text was amended."
    )

    about: Any  # its record, fetched by with_records()

    objects = ChangeNoteQuerySet.as_manager()

    class Meta:
        verbose_name = "note for readers"
        verbose_name_plural = "notes for readers"
        ordering = ["-noted_at", "-pk"]
        indexes = [
            models.Index(fields=["record"], name="change_notes_of_a_record"),
            models.Index(fields=["-noted_at", "-id"], name="change_notes_newest_first"),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def day(self) -> date:
        """In London."""
        return day_of(self.noted_at)

    @property
    def words(self) -> str:
        """What readers are told where its day does not stand beside it: an amendment counts from its day."""
        return f"Amended on {date_format(self.day, DATE_WORDS)}: {self.text}" if self.is_amendment else self.text


def with_records(notes: list[ChangeNote]) -> list[ChangeNote]:
    """The same notes, each with its record as "about": a query for each kind of record, however many notes."""
    records: dict = {}
    for label in {note.model for note in notes}:
        kind = apps.get_model(label)
        pks = [note.record for note in notes if note.model == label]
        found = kind._default_manager.select_related(*kind.part_of)
        records |= (found.with_judged() if hasattr(found, "with_judged") else found).in_bulk(pks)
    for note in notes:
        note.about = records.get(note.record)
    return notes
