"""Whether the version that still runs can go on with the tables that a migration leaves behind (expand and contract).

While a new version is being installed, the one before it reads and writes the tables that are the new version's
already; and so it does for longer, when the new one turns out to be no good. docs/decisions/0011-migrations.md.
"""

from collections.abc import Iterator

from django.db import migrations, models
from django.db.migrations import operations
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.operations.fields import FieldOperation
from django.db.migrations.state import ModelState, ProjectState
from django.db.models import NOT_PROVIDED

# The last migrations of the first release. Those after them are looked at; these never change again.
FIRST_RELEASE = {
    "accounts": "0002_second_factors_are_sealed",
    "meetings": "0010_chairs",
    "pages": "0021_what_the_site_keeps",
    "partners": "0010_logos",
    "publishing": "0017_content_mark_has_rows",
}
# What a migration says of itself when it takes away what no running version uses any more: a sentence
REASON = "breaks_nothing_because"

OTHERS = ("django.", "allauth.")  # packages, whose migrations nobody here writes
HARMLESS = (
    operations.CreateModel,
    operations.AddIndex,
    operations.RemoveIndex,
    operations.RenameIndex,
    operations.RemoveConstraint,
    operations.AlterModelOptions,
    operations.AlterModelManagers,
    operations.AlterModelTableComment,
)
STOP_USING = "First release a version that doesn't use it any more, then take it away in the next release"
ADD_AND_COPY = (
    "Add another one beside it, which the new version fills together with it, and copy what there is; take the old one "
    "away in the next release"
)
KEEP_FIRST = "First release a version that keeps the rule in all that it saves, then add it in the next release"
# Each holds all that those before it hold.
WIDER = [
    ["CharField", "TextField"],
    ["SmallIntegerField", "IntegerField", "BigIntegerField"],
    ["PositiveSmallIntegerField", "PositiveIntegerField", "PositiveBigIntegerField"],
    ["SmallAutoField", "AutoField", "BigAutoField"],
]
CHARS = {"SlugField", "URLField", "EmailField", "FilePathField", "FileField", "ImageField", "GenericIPAddressField"}


def complaints(loader: MigrationLoader, since: dict[str, str]) -> list[str]:
    """Of all our migrations that come after the given ones."""
    old = {key for leaf in since.items() for key in loader.graph.forwards_plan(leaf)}
    later = {key: migration for key, migration in loader.disk_migrations.items() if key not in old}
    ours = [key for key, migration in later.items() if not migration.__module__.startswith(OTHERS)]
    states = {key: loader.project_state(key, at_end=False) for key in ours}
    return [complaint for key in sorted(ours) for complaint in judged(later[key], states[key])]


def judged(migration: migrations.Migration, state: ProjectState) -> list[str]:
    """What is wrong with a migration of tables that are as in this state, which is changed."""
    found, new = [], set[tuple[str, str]]()
    for operation in migration.operations:
        found += list(wrong_with(operation, migration.app_label, state, new))
        operation.state_forwards(migration.app_label, state)
    reason = getattr(migration, REASON, "")
    place = f"{migration.app_label}.{migration.name}"
    if reason:
        return [] if found else [f"{place} says {REASON}, and has no need to."]
    if found:
        found.append(f"What no running version uses any more may go: in a migration that says {REASON} = a sentence.")
    return [f"{place}: {each}" for each in found]


def wrong_with(operation: Operation, app: str, state: ProjectState, new: set[tuple[str, str]]) -> Iterator[str]:
    """`new` gathers the models that this migration makes: no running version knows them."""
    if isinstance(operation, operations.SeparateDatabaseAndState):
        apart = state.clone()  # what is done to the tables; that the code forgets something breaks nothing
        for each in operation.database_operations:
            yield from wrong_with(each, app, apart, new)
            each.state_forwards(app, apart)
        return
    if isinstance(operation, operations.RunPython):
        if not operation.reversible:
            yield "A change of rows that can't be undone. Give it a reverse_code; perhaps RunPython.noop"
        return
    if isinstance(operation, operations.RunSQL):
        yield "SQL that nobody can judge but its author. Use Django's operations, or say why it breaks nothing"
        return
    name = getattr(operation, "model_name", getattr(operation, "name", "")).lower()
    if isinstance(operation, operations.CreateModel):
        new.add((app, name))
    if isinstance(operation, HARMLESS) or (app, name) in new:
        return
    if isinstance(operation, FieldOperation):
        yield from wrong_with_field(operation, state.models[app, name])
    elif isinstance(operation, operations.DeleteModel):
        yield f"The running version uses the table of {operation.name}. {STOP_USING}"
    elif isinstance(operation, (operations.RenameModel, operations.AlterModelTable)):
        yield f"The running version uses the table under its name: {operation.describe()}. {ADD_AND_COPY}"
    elif isinstance(operation, operations.AddConstraint):
        yield f"The running version may save what breaks {operation.constraint.name}. {KEEP_FIRST}"
    elif isinstance(operation, operations.AlterUniqueTogether):
        yield f"The running version may save what is no longer unique: {operation.describe()}. {KEEP_FIRST}"
    else:
        yield f"Nobody knows what {type(operation).__name__} does to a running version. Say why it breaks nothing"


def wrong_with_field(operation: FieldOperation, model: ModelState) -> Iterator[str]:
    label = f"{model.name}.{operation.name}"
    if isinstance(operation, operations.RemoveField):
        yield f"The running version reads and writes {label}. {STOP_USING}"
    elif isinstance(operation, operations.RenameField):
        yield f"The running version reads and writes {model.name}.{operation.old_name}. {ADD_AND_COPY}"
    elif isinstance(operation, operations.AddField):
        if must_be_given(operation.field):
            yield f"The running version leaves {label} out of new rows. Give it a db_default, or null=True"
        elif operation.field.unique and operation.field.db_default is not NOT_PROVIDED:
            yield f"The running version makes rows that all have the same {label}. Give it null=True instead"
    else:
        yield from wrong_with_change(label, model.fields[operation.name], operation.field)


def must_be_given(field: models.Field) -> bool:
    return not (field.many_to_many or field.null or field.db_default is not NOT_PROVIDED)


def wrong_with_change(label: str, old: models.Field, new: models.Field) -> Iterator[str]:
    if not holds(new, old):
        yield f"The running version writes into {label} what it will not hold, or reads what it can't. {ADD_AND_COPY}"
    if (old.db_column or label) != (new.db_column or label):
        yield f"The running version uses the column of {label} under its name. {ADD_AND_COPY}"
    if old.null and not new.null:
        yield f"The running version may save {label} without a value. {KEEP_FIRST}"
    if new.unique and not old.unique:
        yield f"The running version may save the same {label} twice. {KEEP_FIRST}"
    if old.db_default is not NOT_PROVIDED and must_be_given(new):
        yield f"The running version may leave {label} to the database. {KEEP_FIRST}"


def holds(new: models.Field, old: models.Field) -> bool:
    """Whether all values of the old field can be those of the new one, and are of the same kind."""
    if old.is_relation or new.is_relation:
        return same_relation(new, old)
    kinds = [kind(old), kind(new)]
    row = next((row for row in WIDER if set(kinds) <= {*row}), kinds[:1])
    if kinds[1] not in row or row.index(kinds[1]) < row.index(kinds[0]):
        return False
    limits = [(getattr(new, name, None), getattr(old, name, None)) for name in ("max_length", "max_digits")]
    is_as_long = all(own is None or (before is not None and own >= before) for own, before in limits)
    return is_as_long and getattr(new, "decimal_places", None) == getattr(old, "decimal_places", None)


def kind(field: models.Field) -> str:
    return "CharField" if field.get_internal_type() in CHARS else field.get_internal_type()


def same_relation(new: models.Field, old: models.Field) -> bool:
    if type(new).__name__ != type(old).__name__ or not (new.remote_field and old.remote_field):
        return False
    ends = [
        (str(each.remote_field.model).lower(), str(getattr(each.remote_field, "through", ""))) for each in (new, old)
    ]
    return ends[0] == ends[1]
