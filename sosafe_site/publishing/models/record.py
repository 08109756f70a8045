import uuid
from collections.abc import Iterable
from typing import Any

from django.db import models, transaction

from sosafe_site.publishing.models.tidied import Tidied


class Record(Tidied):
    # Keys are made before the row is, so that a draft's parts have theirs and no database ever gives one out twice.
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)

    #: Fields of which readers see nothing, or that are no words: a change of them dates no page
    untold: frozenset[str] = frozenset(
        {"internal_notes", "maintainer", "position", "replaced_by", "withdrawal_reason", "withdrawn_at"}
    )
    #: Fields of whose changes the site tells readers by itself, in calendars and in the feed of dates
    told: tuple[str, ...] = ()

    #: Whether it is checked and saved together with others of its kind: whoever does that calls rule_problems(),
    #: address_problems() and settle(), which ask once for all of them what each would ask for itself
    is_one_of_many = False
    #: The values with which it was fetched, where that was just before: they needn't be fetched again to compare
    before: dict[str, Any] | None = None

    class Meta:
        abstract = True

    def clean_fields(self, exclude=None) -> None:
        if self.is_one_of_many:  # what it belongs to is there, if it has just been fetched
            relations: list[Any] = [field for field in self._meta.fields if field.many_to_one]
            exclude = {field.name for field in relations if field.is_cached(self)}.union(exclude or ())
        super().clean_fields(exclude)

    def validate_unique(self, exclude=None) -> None:
        if not self.is_one_of_many:
            super().validate_unique(exclude)

    def validate_constraints(self, exclude=None) -> None:
        if not self.is_one_of_many:
            super().validate_constraints(exclude)

    def save(self, *args, **kwargs) -> None:
        with transaction.atomic(savepoint=False):
            super().save(*args, **kwargs)
            if not self.is_one_of_many and self.needs_settling(kwargs.get("update_fields")):
                self.settle([self])

    def needs_settling(self, saved_fields: Iterable[str] | None) -> bool:
        """Whether settle() has anything to do when these fields were saved; None: all."""
        return True

    @classmethod
    def settle(cls, saved: list) -> None:
        """Writes down elsewhere what has to be known of these records once they are saved; of most kinds nothing."""
