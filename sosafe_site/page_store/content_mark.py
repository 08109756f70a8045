"""Whether what the site says may have changed: a mark in the database, a bell on this machine, and the next moment.

Triggers of the database give a new mark with every change of what readers can see, in the same transaction, whoever
makes it.
"""

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, time, timedelta
from functools import cache, reduce
from itertools import product
from operator import xor
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connections, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Min, Q
from django.utils.timezone import get_default_timezone

from sosafe_site.page_store.change_bell import Bell

MARK = "publishing.ContentMark"
WHOLE = 0  # the key of the row that is there while all triggers are; no sequence gives it


def current_mark() -> str | None:
    """None when it can't be trusted; raises a django.db.Error when it can't be read."""
    marks = dict(apps.get_model(MARK)._default_manager.values_list("pk", "mark"))
    return f"{reduce(xor, (mark.int for mark in marks.values())):032x}" if WHOLE in marks else None


def public_models() -> list[type[models.Model]]:
    """All that a page may show. Django's and allauth's own, of accounts, are none of it, nor what says so itself."""
    found = apps.get_models(include_auto_created=True)
    ours = [model for model in found if not model.__module__.startswith(("django", "allauth"))]
    return [model for model in ours if getattr(model, "is_public_content", True)]


def next_moment(now: float, kinds: Iterable[type[models.Model]]) -> float:
    """The first after now that stands in a record of these kinds, or midnight: a page may then say something else.

    In seconds since 1970.
    """
    at = datetime.fromtimestamp(now, get_default_timezone())
    ahead = [datetime.combine(at.date() + timedelta(days=1), time(), at.tzinfo)]
    for model in kinds:
        names = [field.name for field in model._meta.local_fields if isinstance(field, models.DateTimeField)]
        firsts = {f"first_{name}": Min(name, filter=Q(**{f"{name}__gt": at})) for name in names}
        if firsts:
            ahead += filter(None, model._base_manager.aggregate(**firsts).values())
    return min(ahead).timestamp()


SQLITE_TRIGGER = """
CREATE TRIGGER "{table}_{way}_changes_content" AFTER {way} ON "{table}"
BEGIN UPDATE publishing_contentmark SET mark = lower(hex(randomblob(16))); END
"""
POSTGRESQL_TRIGGER = """
CREATE OR REPLACE TRIGGER content_changes AFTER INSERT OR UPDATE OR DELETE ON "{table}"
EXECUTE FUNCTION content_changes()
"""
# Each change adds a row, so that none waits for another to be committed, and both together make the mark. Now and then
# one takes away the others that nobody holds; its own row makes the mark another all the same.
POSTGRESQL_FUNCTION = """
CREATE OR REPLACE FUNCTION content_changes() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE added bigint;
BEGIN
    INSERT INTO publishing_contentmark (mark) VALUES (gen_random_uuid()) RETURNING id INTO added;
    IF added % 100 = 0 THEN
        DELETE FROM publishing_contentmark WHERE id IN (
            SELECT id FROM publishing_contentmark WHERE id NOT IN (0, added) FOR UPDATE SKIP LOCKED
        );
    END IF;
    RETURN NULL;
END $$
"""
POSTGRESQL_TRIGGERS = """
SELECT DISTINCT event_object_table, action_timing FROM information_schema.triggers
WHERE trigger_name = 'content_changes' AND trigger_schema = current_schema()
"""


def begin_migrating(using: str, plan: list, **options: Any) -> None:
    """Without a mark nothing that is stored is shown, and without triggers every table can change its columns."""
    if plan and "publishing_contentmark" in connections[using].introspection.table_names():
        with transaction.atomic(using=using), connections[using].cursor() as cursor:
            if connections[using].vendor == "sqlite":
                drop_sqlite_triggers(cursor)
            apps.get_model(MARK)._default_manager.using(using).all().delete()


def drop_sqlite_triggers(cursor: Any) -> None:
    cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%_changes_content'")
    for (trigger,) in cursor.fetchall():
        cursor.execute(f'DROP TRIGGER "{trigger}"')


def end_migrating(using: str, **options: Any) -> None:
    """Triggers on the tables that are, or have become, public content, and on no others."""
    tables = {model._meta.db_table for model in public_models()}
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        if connections[using].vendor == "postgresql":
            cursor.execute(POSTGRESQL_FUNCTION)
            cursor.execute(POSTGRESQL_TRIGGERS)
            there = dict(cursor.fetchall())
            for table in there.keys() - tables:
                cursor.execute(f'DROP TRIGGER content_changes ON "{table}"')
            for table in sorted(tables):
                if there.get(table) != "AFTER":  # one that is there is not touched: that would hold up who writes
                    cursor.execute(POSTGRESQL_TRIGGER.format(table=table))
        else:
            drop_sqlite_triggers(cursor)
            for table, way in product(sorted(tables), ("INSERT", "UPDATE", "DELETE")):
                cursor.execute(SQLITE_TRIGGER.format(table=table, way=way))
        apps.get_model(MARK)._default_manager.using(using).get_or_create(pk=WHOLE)


@cache
def bell() -> Bell:
    """Raises OSError when DATA_DIR can't be written to."""
    return Bell(settings.DATA_DIR / "bell")


def listen(connection: BaseDatabaseWrapper, **options: Any) -> None:
    if ring_after not in connection.execute_wrappers:
        connection.execute_wrappers.append(ring_after)


def ring_after(execute: Any, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    """Rings after all that may have changed something, and once more when that is there for others to see."""
    result = execute(sql, params, many, context)
    if not str(sql).startswith("SELECT"):
        ring()
        context["connection"].on_commit(ring)
    return result


def ring() -> None:
    with suppress(OSError):  # unheard, it is noticed a little later: whoever answers from the store asks every second
        bell().ring()
