"""The audit log keeps what is written into it, whoever would have it otherwise, and holds no more than numbers."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser, User
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from sosafe_site.publishing.clock import as_of
from sosafe_site.publishing.models import AuditEntry
from sosafe_site.publishing.models.audit import AND_MORE, MOST_IN_AN_HOUR, audit, session_of
from tests import make

pytestmark = pytest.mark.django_db
Kind = AuditEntry.Kind
TABLE = AuditEntry._meta.db_table
A_DAY = timedelta(days=1)


def raw(sql):
    def run():
        with connection.cursor() as cursor:
            cursor.execute(sql.format(table=TABLE))

    return run


def saved_again():
    entry = AuditEntry.objects.get()
    entry.words = "Nothing happened."
    entry.save()


def replaced():
    AuditEntry.objects.bulk_create(
        [AuditEntry(pk=AuditEntry.objects.get().pk, at=datetime.now(UTC), kind=Kind.SIGNED_OUT)],
        update_conflicts=True,
        update_fields=["kind"],
        unique_fields=["id"],
    )


ATTEMPTS = {
    "saved again": saved_again,
    "updated": lambda: AuditEntry.objects.update(account=1),
    "replaced": replaced,
    "deleted": lambda: AuditEntry.objects.get().delete(),
    "all deleted": lambda: AuditEntry.objects.all().delete(),
    "deleted without asking": lambda: AuditEntry.objects.all()._raw_delete("default"),
    "SQL: updated": raw("UPDATE {table} SET account = 1"),
    "SQL: deleted": raw("DELETE FROM {table}"),
    "SQL: made old": raw("UPDATE {table} SET at = '2001-01-01 00:00:00'"),
    "SQL: inserted over": raw(
        "INSERT INTO {table} (id, at, kind, session, model, record, words) "
        "SELECT id, at, 'signed-out', '', '', '', '' FROM {table}"
    ),
}


@pytest.mark.parametrize("attempt", ATTEMPTS.values(), ids=ATTEMPTS)
def test_the_database_refuses_to_change_or_erase_an_entry(attempt):
    audit(Kind.ERASED, by=make.make_officer(), words="Kept.")
    before = AuditEntry.objects.values().get()
    with pytest.raises(DatabaseError), transaction.atomic():
        attempt()
    assert AuditEntry.objects.values().get() == before


@pytest.mark.skipif(connection.vendor != "sqlite", reason="no other database knows this statement")
def test_sqlite_does_not_replace_an_entry_either():
    audit(Kind.ERASED, by=None)
    before = AuditEntry.objects.values().get()
    with pytest.raises(DatabaseError), transaction.atomic():
        raw(
            "INSERT OR REPLACE INTO {table} (id, at, kind, session, model, record, words) "
            "SELECT id, at, 'signed-out', '', '', '', '' FROM {table}"
        )()
    assert AuditEntry.objects.values().get() == before


@pytest.mark.skipif(connection.vendor != "postgresql", reason="no other database knows this statement")
def test_postgresql_does_not_empty_the_log():
    audit(Kind.ERASED, by=None)
    with pytest.raises(DatabaseError), transaction.atomic():
        raw("TRUNCATE {table}")()
    assert AuditEntry.objects.count() == 1


def test_an_entry_goes_once_it_has_been_kept_as_long_as_is_stated_and_not_a_week_earlier():
    now = datetime.now(UTC)
    for kept in (AuditEntry.KEPT + A_DAY, AuditEntry.KEPT - 7 * A_DAY):
        with time_machine.travel(now - kept, tick=False):
            audit(Kind.SIGNED_IN, by=None)
    assert AuditEntry.objects.over().count() == 1
    AuditEntry.objects.over().delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        AuditEntry.objects.all().delete()
    assert AuditEntry.objects.count() == 1


def test_the_guard_is_there_again_after_each_migration():
    if connection.vendor == "sqlite":
        raw('DROP TRIGGER "audit_is_not_changed"')()
    audit(Kind.SIGNED_IN, by=None)
    call_command("migrate", verbosity=0)
    with pytest.raises(DatabaseError), transaction.atomic():
        AuditEntry.objects.update(account=1)


def test_an_entry_says_who_and_which_record_by_number_and_from_which_session_without_its_key(client):
    officer, page = make.make_officer(), make.make_page()
    client.force_login(officer)
    request = client.get("/admin/").wsgi_request
    audit(Kind.WITHDRAWN, by=officer, record=page, request=request)
    entry = AuditEntry.objects.get(kind=Kind.WITHDRAWN)
    assert (entry.account, entry.model, entry.record) == (officer.pk, "pages.page", str(page.pk))
    assert entry.session == session_of(request)
    assert len(entry.session) == 12
    assert entry.session not in client.session.session_key
    client.logout()
    client.force_login(officer)
    assert session_of(client.get("/admin/").wsgi_request) != entry.session


def test_who_is_not_signed_in_has_no_number(client):
    request = client.get("/admin/login/").wsgi_request
    audit(Kind.SIGN_IN_FAILED, by=AnonymousUser(), request=request)
    entry = AuditEntry.objects.get()
    assert (entry.account, entry.session, entry.record) == (None, "", "")


def test_it_is_dated_by_when_it_was_done_not_by_when_it_was_due():
    """Of a draft that was due at night and published by the first reader of the morning, the log tells the morning."""
    ready_at = datetime(2026, 6, 1, 2, tzinfo=UTC)
    with time_machine.travel(ready_at + timedelta(hours=5), tick=False), as_of(ready_at):
        audit(Kind.PUBLISHED, by=None)
    assert AuditEntry.objects.get().at == ready_at + timedelta(hours=5)


@pytest.mark.parametrize("kind", sorted(AuditEntry.ENDLESS))
def test_nobody_fills_the_disk_with_what_he_can_do_as_often_as_he_likes(kind):
    at = datetime(2026, 6, 1, 12, tzinfo=UTC)
    with time_machine.travel(at, tick=False):
        AuditEntry.objects.bulk_create([AuditEntry(kind=kind, at=at) for _ in range(MOST_IN_AN_HOUR - 1)])
        for _ in range(3):
            audit(kind, by=None)
    of_kind = AuditEntry.objects.filter(kind=kind)
    assert of_kind.count() == MOST_IN_AN_HOUR
    assert of_kind[0].words == AND_MORE
    with time_machine.travel(at + timedelta(hours=1), tick=False):
        audit(kind, by=None)
    assert of_kind.count() == MOST_IN_AN_HOUR + 1


def test_the_account_may_go_and_its_entries_stay_as_they_were():
    officer = make.make_officer()
    audit(Kind.SIGNED_IN, by=officer)
    before = AuditEntry.objects.values().get()
    User.objects.filter(pk=officer.pk).delete()
    assert AuditEntry.objects.values().get() == before
