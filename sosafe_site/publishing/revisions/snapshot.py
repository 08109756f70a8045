"""What officers fill in of a record and of the parts on its form, as JSON and back."""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from sosafe_site.partial_dates import PartialDateField

Content = dict[str, Any]  # {"fields": {name: value}, "parts": {relation: {key: {name: value}}}}, all of it JSON
# What no older version brings back: when it was public, under which address, and what readers were promised are facts;
# and who gets what readers write is for fewer to say than may bring a version back.
FACTS = {"published_at", "withdrawn_at", "withdrawal_reason", "replaced_by", "slug", "promised_days", "mailbox"}


def fields_of(model: Any, but: str = "") -> Iterator[Any]:
    """Those that officers fill in, and no more."""
    for field in [*model._meta.concrete_fields, *model._meta.many_to_many]:
        is_own_table = not field.many_to_many or field.remote_field.through._meta.auto_created
        if field.editable and not field.primary_key and field.name != but and is_own_table:
            yield field


def parts_of(model: Any) -> Iterator[tuple[str, Any, list[Any]]]:
    """The relations to what is edited on the same form, with the model and the fields that are edited there."""
    for relation, names in getattr(model, "edited_with", {}).items():
        found = model._meta.get_field(relation)
        part = found.related_model
        fields = [part._meta.get_field(name) for name in names] or list(fields_of(part, but=found.field.name))
        yield relation, part, fields


def with_parents(records: models.QuerySet, but: str = "") -> models.QuerySet:
    """Each fetched together with what it is a part of, by which it is named and judged."""
    names = [name for name in getattr(records.model, "part_of", ()) if name != but]
    return records.select_related(*names) if names else records  # without a name, it would follow every relation


def with_all(records: models.QuerySet) -> models.QuerySet:
    """Each with all of which snapshot() writes."""
    model = records.model
    names = [field.name for field in model._meta.many_to_many]
    for relation, _, fields in parts_of(model):
        names += [relation, *(f"{relation}__{field.name}" for field in fields if field.many_to_many)]
    return records.prefetch_related(*names)


def snapshot(record: models.Model) -> Content:
    model = type(record)
    own = [field for field in fields_of(model) if field.name != "published_at"]
    parts = {relation: rows(list(getattr(record, relation).all()), fields) for relation, _, fields in parts_of(model)}
    content = {"fields": values(record, own), "parts": parts}
    return json.loads(json.dumps(content, cls=DjangoJSONEncoder))  # as the database gives it back


def rows(parts: list[models.Model], fields: list[Any]) -> dict[str, Content]:
    models.prefetch_related_objects(parts, *(field.name for field in fields if field.many_to_many))
    return {str(part.pk): values(part, fields) for part in parts}


def values(record: models.Model, fields: Iterable[Any]) -> dict[str, Any]:
    found = {}
    for field in fields:
        value = field.value_from_object(record)
        if field.many_to_many:
            value = sorted(str(other.pk) for other in value)
        elif isinstance(field, models.FileField):
            value = str(value)
        elif isinstance(value, datetime):  # the same moment is written in one way, whatever clock it was given by
            value = value.astimezone(UTC)
        found[field.name] = value
    return found


def write(record: Any, fields: dict[str, Any], before: dict[str, Any]) -> None:
    """What differs from before, as far as the model still has it. Saves the record.

    Raises ObjectDoesNotExist or FileNotFoundError when what it can't be without is gone.
    """
    changed = {name: value for name, value in fields.items() if name not in before or before[name] != value}
    many, files = {}, []
    for field in [*record._meta.concrete_fields, *record._meta.many_to_many]:
        if field.name not in changed:
            continue
        if field.many_to_many:
            many[field.name] = field.related_model._default_manager.filter(pk__in=changed[field.name])
        elif isinstance(field, models.FileField):
            if not field.storage.exists(changed[field.name]):
                raise FileNotFoundError(changed[field.name])
            setattr(record, field.name, changed[field.name])
            files.append(field.name)
        else:
            if field.many_to_one and not field.null:
                field.related_model._default_manager.get(pk=changed[field.name])
            if isinstance(field, PartialDateField):
                field.save_form_data(record, changed[field.name])
            else:
                setattr(record, field.attname, field.to_python(changed[field.name]))
    if changed or record._state.adding:
        record.save()
    for name in files:
        getattr(record, name).close()  # saving may have read it
    for name, others in many.items():
        getattr(record, name).set(others)


def restored(model: Any, old: Content, live: Content) -> Content:
    """An older version as it can come back: addresses, and what has one of its own, stay as they are now."""
    content: Content = {"fields": _with_facts_of(old["fields"], live.get("fields", {})), "parts": {}}
    for relation, part, _ in parts_of(model):
        now = live.get("parts", {}).get(relation, {})
        rows = {key: _with_facts_of(row, now.get(key, {})) for key, row in old["parts"].get(relation, {}).items()}
        stay = now if hasattr(part, "get_absolute_url") else {}
        content["parts"][relation] = {**stay, **rows}
    return content


def _with_facts_of(old: dict[str, Any], live: dict[str, Any]) -> dict[str, Any]:
    return {**old, **{name: live[name] for name in FACTS if name in live and name in old}}
