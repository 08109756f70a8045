"""No entry of the audit log is changed, and none erased before its time: the database refuses it, whoever asks.

Whoever has the password of the database, or its file, can take these triggers away and then do as he likes. Against him
only a copy elsewhere helps, such as a backup that he can't reach. A number that is missing between two entries tells of
one that went otherwise than by age.
"""

from datetime import timedelta
from typing import Any

from django.apps import apps
from django.db import connections, transaction

LOG = "publishing.AuditEntry"
A_DAY = timedelta(days=1)  # by which it may go earlier, since the clocks of the site and of its database may differ
REFUSAL = "Entries of the audit log are not changed, and not erased before their time."

SQLITE = [
    'DROP TRIGGER IF EXISTS "audit_is_not_changed"',
    'DROP TRIGGER IF EXISTS "audit_is_not_erased"',
    'DROP TRIGGER IF EXISTS "audit_is_not_replaced"',
    """CREATE TRIGGER "audit_is_not_changed" BEFORE UPDATE ON "{table}"
    BEGIN SELECT RAISE(ABORT, '{refusal}'); END""",
    """CREATE TRIGGER "audit_is_not_erased" BEFORE DELETE ON "{table}"
    WHEN OLD.at > strftime('%Y-%m-%d %H:%M:%S', 'now', '-{days} days')
    BEGIN SELECT RAISE(ABORT, '{refusal}'); END""",
    # INSERT OR REPLACE deletes what it replaces, and calls no trigger for that
    """CREATE TRIGGER "audit_is_not_replaced" BEFORE INSERT ON "{table}"
    WHEN EXISTS (SELECT 1 FROM "{table}" WHERE id = NEW.id)
    BEGIN SELECT RAISE(ABORT, '{refusal}'); END""",
]
POSTGRESQL = [
    "DROP FUNCTION IF EXISTS audit_entries_stay CASCADE",  # with the triggers that call it
    """CREATE FUNCTION audit_entries_stay() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN
        IF TG_OP = 'DELETE' THEN
            IF OLD.at <= now() - interval '{days} days' THEN RETURN OLD; END IF;
        END IF;
        RAISE EXCEPTION '{refusal}' USING ERRCODE = 'integrity_constraint_violation';
    END $$""",
    """CREATE TRIGGER audit_entries_stay BEFORE UPDATE OR DELETE ON "{table}"
    FOR EACH ROW EXECUTE FUNCTION audit_entries_stay()""",
    """CREATE TRIGGER audit_stays BEFORE TRUNCATE ON "{table}"
    FOR EACH STATEMENT EXECUTE FUNCTION audit_entries_stay()""",
]


def guard(using: str, **options: Any) -> None:
    """After each migration: SQLite drops a table's triggers when its columns change."""
    connection, log = connections[using], apps.get_model(LOG)
    table, kept = log._meta.db_table, log.KEPT - A_DAY
    if table not in connection.introspection.table_names():
        return
    with transaction.atomic(using=using), connection.cursor() as cursor:
        for statement in POSTGRESQL if connection.vendor == "postgresql" else SQLITE:
            cursor.execute(statement.format(table=table, days=kept.days, refusal=REFUSAL))
