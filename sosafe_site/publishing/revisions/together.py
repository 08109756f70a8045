"""What is still a draft and belongs to what is to be published, or is named by it: readers would miss it there."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple
from uuid import UUID

from sosafe_site.publishing.models.address import parts_of_all
from sosafe_site.publishing.models.publishable import Publishable
from sosafe_site.publishing.models.readiness import Readiness
from sosafe_site.publishing.revisions.snapshot import fields_of, parts_of, with_parents


class Companion(NamedTuple):
    record: Any
    named_by: Any  # one of those to be published, or another companion

    @property
    def key(self) -> str:
        """The same for a part that a form makes, each time that it is sent: its address, if it has one."""
        return self.record.get_absolute_url() if getattr(self.record, "slug", "") else str(self.record.pk)

    @property
    def is_part(self) -> bool:
        return self.named_by in self.record.parents()

    @property
    def is_whole(self) -> bool:
        """Whether it has parts itself, about which its own form asks."""
        return bool(type(self.record).parts) and not self.record.part_of


def companions(records: Iterable[Publishable]) -> list[Companion]:
    """The drafts that are parts of these, or that these and such drafts name: each once, what names it before it.

    So many queries for any number of records. What has a moment of its own keeps it, and is none.
    """
    level = list(records)
    public, found = {each.pk for each in level}, dict[UUID, Companion]()
    while level:
        new: dict[UUID, Companion] = {}
        for each in (*parts_with(level), *named_by(level)):
            if each.record.pk not in found and each.record.pk not in public and is_draft(each.record):
                new.setdefault(each.record.pk, each)
        found |= new
        level = [each.record for each in new.values() if not each.is_whole]
    if found:
        waiting = Readiness.objects.filter(record__in=found, publish_at__isnull=False, goes_with=None)
        for key in waiting.values_list("record", flat=True):
            del found[key]
    shown = {*public, *found}  # a part of what readers don't see helps nobody
    return [
        each
        for each in found.values()
        if all(parent.is_published or parent.pk in shown for parent in each.record.parents())
    ]


def is_draft(record: Publishable) -> bool:
    return record.published_at is None and not record.is_withdrawn


def not_named_in(content: str, found: list[Companion]) -> list[Companion]:
    """Without those that a content, as JSON, names already, and without what only those name."""
    left: dict[UUID, Companion] = {}
    dropped: set[UUID] = set()
    for each in found:
        if str(each.record.pk) in content or each.named_by.pk in dropped:
            dropped.add(each.record.pk)
        else:
            left[each.record.pk] = each
    return list(left.values())


def parts_with(records: list[Any]) -> Iterator[Companion]:
    for part in parts_of_all(records):
        yield Companion(part, next(parent for parent in part.parents() if parent in records))


def named_by(records: list[Any]) -> Iterator[Companion]:
    """The drafts that their fields name, and those of the rows on their forms that are no records of their own."""
    keys: dict[Any, dict[Any, Any]] = defaultdict(dict)  # of each kind: the key of what is named, and what names it
    for kind in dict.fromkeys(type(record) for record in records):
        owners = {record.pk: record for record in records if isinstance(record, kind)}
        gather(kind, owners, kind.part_of, keys)
        for relation, part, _ in parts_of(kind):
            if not issubclass(part, Publishable):
                to_whole = kind._meta.get_field(relation).field
                rows = part._default_manager.filter(**{f"{to_whole.name}__in": owners})
                whose = dict(rows.values_list("pk", to_whole.attname))
                gather(part, {key: owners[whole] for key, whole in whose.items()}, (to_whole.name,), keys)
    for kind, named in keys.items():
        for record in with_parents(kind._default_manager.filter(pk__in=named, published_at=None)):
            yield Companion(record, named[record.pk])


def gather(kind: Any, owners: dict[Any, Any], but: tuple[str, ...], keys: dict[Any, dict[Any, Any]]) -> None:
    """Adds the keys of all that may be a draft and that these name."""
    named = [field for field in fields_of(kind) if field.name not in but and is_of_records(field)] if owners else []
    pairs: list[tuple[Any, Any, Any]] = []
    if single := [field for field in named if not field.many_to_many]:
        rows = kind._default_manager.filter(pk__in=owners).values_list("pk", *(field.attname for field in single))
        pairs += [(field, owner, key) for owner, *row in rows for field, key in zip(single, row, strict=True) if key]
    for field in named:
        if field.many_to_many:
            ends = [f"{name}_id" for name in (field.m2m_field_name(), field.m2m_reverse_field_name())]
            rows = field.remote_field.through._default_manager.filter(**{f"{ends[0]}__in": owners}).values_list(*ends)
            pairs += [(field, owner, key) for owner, key in rows]
    for field, owner, key in pairs:
        keys[field.related_model].setdefault(key, owners[owner])


def is_of_records(field: Any) -> bool:
    return isinstance(field.related_model, type) and issubclass(field.related_model, Publishable)
