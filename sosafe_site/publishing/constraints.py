"""The rules of the tables: asked of many records at once, and told in words when the database has enforced one."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import repeat
from typing import Any

from django.apps import apps
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, models
from django.db.models import F, Q, Value

Asked = tuple[Any, set[str]]  # a record, and the names of its fields that were refused already
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


def rule_problems(records: list[Any], refused: Iterable[set[str]] | None = None) -> list[ValidationError | None]:
    """Of each of these records, all of one kind: which rules of its table it breaks, but none about what was refused.

    In a question or two for all of them, where Django asks for each rule of each record; only those that may break one
    are then asked alone.
    """
    asked = list(zip(records, refused or repeat(set()), strict=False))
    suspects = may_break_a_rule(asked)
    return [broken_by(*each) if each in suspects else None for each in asked]


def broken_by(record: models.Model, refused: set[str]) -> ValidationError | None:
    errors: dict[str, Any] = {}
    for check in (models.Model.validate_unique, models.Model.validate_constraints):
        try:
            check(record, exclude=refused | errors.keys() - {NON_FIELD_ERRORS})
        except ValidationError as error:
            errors = error.update_error_dict(errors)
    return ValidationError(errors) if errors else None


def may_break_a_rule(asked: list[Asked]) -> list[Asked]:
    if not asked:
        return []
    kind = type(asked[0][0])
    everything, values = Q(), dict[str, Value]()
    for rule in kind._meta.constraints:
        if not isinstance(rule, models.CheckConstraint):
            continue
        names = Q(rule.condition).referenced_base_fields
        for number, (record, refused) in enumerate(asked):
            if refused.isdisjoint(names):
                everything &= of_one(Q(rule.condition), f"r{number}_")
                values |= {f"r{number}_{name}": value_of(record, name) for name in names}
    if values and not everything.check(values):
        return asked
    return [each for names in unique_fields(kind) for each in clashing(asked, names)]


def of_one(condition: Any, prefix: str) -> Any:
    """A condition with this before the names of its fields, so that it tells one record from others."""
    if isinstance(condition, Q):
        children = [of_one(child, prefix) for child in condition.children]
        return Q.create(children, condition.connector, condition.negated)
    if isinstance(condition, F):
        return F(prefix + condition.name)  # type: ignore[attr-defined]  # F.name, which django-stubs leaves out
    if isinstance(condition, tuple):
        lookup, value = condition
        return (prefix + lookup, of_one(value, prefix))
    return condition


def value_of(record: models.Model, name: str) -> Value:
    field: Any = record._meta.pk if name == "pk" else record._meta.get_field(name)
    return Value(getattr(record, field.attname), field)


def unique_fields(kind: type[models.Model]) -> list[tuple[str, ...]]:
    """What may be there once only, under whatever condition."""
    rules = [rule for rule in kind._meta.constraints if isinstance(rule, models.UniqueConstraint) and rule.fields]
    fields = [field for field in kind._meta.local_concrete_fields if field.unique and not field.primary_key]
    return [*(tuple(rule.fields) for rule in rules), *((field.name,) for field in fields)]


def clashing(asked: list[Asked], names: tuple[str, ...]) -> list[Asked]:
    """Those in whose place another record stands already."""
    concerned = [each for each in asked if each[1].isdisjoint(names)]
    places = [tuple(value_of(record, name).value for name in names) for record, _ in concerned]
    if not places:
        return []
    wanted = {f"{name}__in": {place[n] for place in places} for n, name in enumerate(names)}
    taken = defaultdict(set)
    for key, *place in type(asked[0][0])._default_manager.filter(**wanted).values_list("pk", *names):
        taken[tuple(place)].add(key)
    return [each for each, place in zip(concerned, places, strict=True) if taken[place] - {each[0].pk}]
