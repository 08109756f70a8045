"""A draft, or an earlier version, written into its record."""

from typing import Any

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import DataError, IntegrityError

from sosafe_site.publishing.models.revision import Revision
from sosafe_site.publishing.revisions.snapshot import parts_of, with_parents, write

# What is raised when what it needs is gone: rows, or a file that was uploaded with it
IMPOSSIBLE = (ValidationError, IntegrityError, DataError, ObjectDoesNotExist, FileNotFoundError)


def apply(revision: Revision) -> Any:
    """Writes what it changes, and only that, so that what has changed elsewhere since it was begun stays.

    Gives the record. Raises one of IMPOSSIBLE when that can't be done any more.
    """
    record = revision.target or revision.kind(pk=revision.record)
    write(record, revision.content["fields"], revision.base.get("fields", {}))
    for relation, kind, _ in parts_of(revision.kind):
        rows = revision.content["parts"].get(relation, {})
        manager, before = getattr(record, relation), revision.base.get("parts", {}).get(relation, {})
        changed = {key: fields for key, fields in rows.items() if fields != before.get(key)}
        there = {str(part.pk): part for part in with_parents(kind._default_manager.filter(pk__in=changed))}
        written = []
        for key, fields in changed.items():
            part = there.get(key) or (None if key in before else kind(pk=key, **{manager.field.name: record}))
            if part and getattr(part, manager.field.attname) == record.pk:  # not what belongs elsewhere by now
                part.is_one_of_many = True
                write(part, fields, before.get(key, {}))
                written.append(part)
        kind.settle(written)
        for part in manager.filter(pk__in=before.keys() - rows.keys()):
            part.delete()
    return revision.kind._default_manager.get(pk=revision.record)
