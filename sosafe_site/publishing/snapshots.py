"""What officers fill in of a record and of the parts on its form, as JSON and back."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

Content = dict[str, Any]  # {"fields": {name: value}, "parts": {relation: {key: {name: value}}}}, all of it JSON
# Moments at which a record became public are facts, and no content.
NEVER_CONTENT = {"published_at"}


def fields_of(model: type[models.Model], but: str = "") -> Iterator[models.Field]:
    """Those that officers fill in, and no more."""
    for field in [*model._meta.concrete_fields, *model._meta.many_to_many]:
        is_own_table = not field.many_to_many or field.remote_field.through._meta.auto_created
        if field.editable and not field.primary_key and field.name != but and is_own_table:
            yield field


def parts_of(model: type[models.Model]) -> Iterator[tuple[str, type[models.Model], list[models.Field]]]:
    """The relations to what is edited on the same form, with the model and the fields that are edited there."""
    for relation, names in getattr(model, "edited_with", {}).items():
        found = model._meta.get_field(relation)
        part = found.related_model
        fields = [part._meta.get_field(name) for name in names] or list(fields_of(part, but=found.field.name))
        yield relation, part, fields


def snapshot(record: models.Model) -> Content:
    model = type(record)
    own = [field for field in fields_of(model) if field.name not in NEVER_CONTENT]
    parts = {
        relation: {str(part.pk): values(part, fields) for part in getattr(record, relation).all()}
        for relation, _, fields in parts_of(model)
    }
    content = {"fields": values(record, own), "parts": parts}
    return json.loads(json.dumps(content, cls=DjangoJSONEncoder))  # as the database gives it back


def values(record: models.Model, fields: Iterable[models.Field]) -> dict[str, Any]:
    found = {}
    for field in fields:
        value = field.value_from_object(record)
        if field.many_to_many:
            value = sorted(str(other.pk) for other in value)
        elif isinstance(field, models.FileField):
            value = str(value)
        found[field.name] = value
    return found


def write(record: models.Model, fields: dict[str, Any], before: dict[str, Any]) -> None:
    many = {}
    changed = {name: value for name, value in fields.items() if name not in before or before[name] != value}
    for name, value in changed.items():
        field = record._meta.get_field(name)
        if field.many_to_many:
            many[name] = field.related_model._default_manager.filter(pk__in=value)
        elif isinstance(field, models.FileField):
            setattr(record, name, value)
        else:
            setattr(record, field.attname, field.to_python(value))
    if changed or record._state.adding:
        record.save()
    for name, others in many.items():
        getattr(record, name).set(others)
