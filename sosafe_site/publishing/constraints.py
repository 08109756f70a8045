"""What the database refuses, in the words of the rule that it has enforced."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import IntegrityError, models

UNKNOWN = (
    "A rule of the site does not allow this, or what it names was changed or deleted at the same moment. "
    "Look over what you typed, and press the button again."
)


def rule_in_words(error: IntegrityError) -> str:
    """Databases name the rule or, of what may be there once, the columns: "UNIQUE constraint failed: t.a, t.b"."""
    said = str(error).partition("\n")[0]
    for kind in apps.get_models(include_auto_created=True):
        for sign, words in rules(kind):
            if said.endswith(sign) or f'"{sign}"' in said:
                return words
    return UNKNOWN


def rules(kind: type[models.Model]) -> Iterator[tuple[str, str]]:
    """Each rule of a table, as a database may name it."""
    table = kind._meta.db_table
    for constraint in kind._meta.constraints:
        words = str(constraint.violation_error_message)
        yield constraint.name, words
        if isinstance(constraint, models.UniqueConstraint):
            fields: list[Any] = [kind._meta.get_field(name) for name in constraint.fields]
            yield ": " + ", ".join(f"{table}.{field.column}" for field in fields), words
    for field in kind._meta.local_concrete_fields:
        if field.unique and not field.primary_key:
            words = f"Another entry has the same “{field.verbose_name}” already. Choose a different one."
            yield f": {table}.{field.column}", words
            yield f"{table}_{field.column}_key", words
