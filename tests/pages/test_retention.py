"""What is kept besides content is in one table, which says why and how long, and which a command enforces."""

import re
from datetime import UTC, datetime, timedelta
from io import StringIO
from uuid import uuid4

import pytest
import time_machine
from django.apps import apps
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import GenericIPAddressField
from django.test.utils import CaptureQueriesContext

from pages.privacy import orphans, retention
from pages.privacy.orphans import delete_orphans
from pages.privacy.retention import ALL, OF_CONTENT, OF_OFFICERS, in_words
from sosafe_site.accounts.models import Session
from sosafe_site.page_store.content_mark import public_models
from sosafe_site.publishing.models import AuditEntry, Revision, Run, SentForm
from tests import make
from tests.admin.test_first_page import seen

NOW = datetime(2020, 11, 24, 12, 30, tzinfo=UTC)  # long ago also by the clock of a database
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


def forget() -> str:
    written = StringIO()
    call_command("forget_old", stdout=written)
    return written.getvalue()


def test_of_every_table_it_is_said_once_why_it_is_kept_and_how_long():
    named = [label for kept in ALL for label in kept.models]
    assert len(named) == len(set(named)), "in one row each"
    every = {model._meta.label for model in apps.get_models(include_auto_created=True)}
    content = {model._meta.label for model in public_models()}
    assert every - content == set(named)
    for kept in ALL:
        assert all([kept.what, kept.why, kept.until]), kept.what
        assert bool(kept.end) == bool(kept.ended), kept.what


# Fields that could tell of a person, by their names. Readers are in none of them, officers and posts in these alone.
TELLING = re.compile(
    r"e?mail(box)?|(tele)?phone|ip|.*addr(ess)?|agent|browser|.*postcode|birth.*|born.*|person|reader|visitor|sender|"
    r"(user|first|last|full)_?name|contact|user|account|session.*|device|password"
)
OF_OFFICERS_ALONE = {
    "accounts.Session.account", "accounts.Session.session_data", "accounts.Session.session_key",
    "account.EmailAddress.email", "account.EmailAddress.user", "account.EmailConfirmation.email_address",
    "admin.LogEntry.user", "auth.User.email", "auth.User.first_name", "auth.User.last_name", "auth.User.password",
    "auth.User.username", "auth.User_groups.user", "auth.User_user_permissions.user", "mfa.Authenticator.user",
    "publishing.AuditEntry.account", "publishing.AuditEntry.session", "publishing.Post.email",
    "sessions.Session.session_data", "sessions.Session.session_key",
}  # fmt: skip
PUBLISHED = {
    "meetings.PublicMeeting.address": "where it is",
    "pages.ReportingRoute.telephone": "of a body",
    "pages.SiteSettings.address": "of the office",
    "pages.SiteSettings.email": "of the office",
    "pages.SiteSettings.mailbox": "of the office, never shown",
    "pages.SiteSettings.telephone": "of the office",
    "partners.Partner.address": "of a body",
}


def test_no_table_has_a_place_for_what_tells_of_a_reader():
    fields = [field for model in apps.get_models(include_auto_created=True) for field in model._meta.local_fields]
    telling = {field for field in fields if TELLING.fullmatch(field.name) or isinstance(field, GenericIPAddressField)}
    found = {f"{field.model._meta.label}.{field.name}" for field in telling}
    assert found <= OF_OFFICERS_ALONE | PUBLISHED.keys()
    assert found >= OF_OFFICERS_ALONE, "each still exists"


@pytest.fixture
def _two_of_each(db):
    """At noon: of all that ends, one thing that is just over, and one that is almost."""
    officer = make.make_officer("Editor")
    place = {"model": "pages.page", "content": {"fields": {}, "parts": {}}, "made_by": officer}
    with time_machine.travel(NOW, tick=False):
        for over in (True, False):
            ends_at = NOW - MINUTE if over else NOW + MINUTE
            word = "over" if over else "kept"
            for state in ("preview", "shared", "draft", "kept"):
                Revision.objects.create(record=f"{word}-{state}", state=state, link_until=ends_at, **place)
            Session.objects.create(session_key=word, session_data="x", expire_date=ends_at, used_at=NOW - DAY)
            SentForm.objects.create(pk=uuid4(), sent_at=ends_at - timedelta(days=2), leads_to=word)
            AuditEntry.objects.create(
                at=ends_at - AuditEntry.KEPT, kind="signed-in", session="", model="", record="", words=word
            )
        cache.set("kept", 1, 60)
    with time_machine.travel(NOW - DAY, tick=False):
        cache.set("over", 1, 60)
        cache.set("kept-longer", 1, 3 * DAY.total_seconds())


def cached() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key FROM sosafe_cache")
        return {key.rpartition(":")[2] for (key,) in cursor.fetchall()}


@pytest.mark.usefixtures("_two_of_each")
def test_what_is_over_goes_and_nothing_else():
    with time_machine.travel(NOW, tick=False):
        told = forget()
        left = set(Revision.objects.values_list("record", flat=True))
        assert left == {"kept-preview", "kept-shared", "over-draft", "kept-draft", "over-kept", "kept-kept"}
        assert [each.pk for each in Session.objects.all()] == ["kept"]
        assert [each.leads_to for each in SentForm.objects.all()] == ["kept"]
        assert [each.words for each in AuditEntry.objects.all()] == ["kept"]
        assert {"kept", "kept-longer"} <= cached()
        assert "over" not in cached()
        for kept in ALL:
            assert not kept.ended or f" {kept.ended}." in told
        for line in ("1 sign-ins that had ended.", "2 previews and links that had ended.", "1 old entries of the log."):
            assert line in told
        again = forget()
        assert {line.split()[0] for line in again.splitlines()} == {"0"}, "nothing is left to end"


@time_machine.travel(NOW, tick=False)
def test_a_link_that_is_made_anew_meanwhile_stays(db, monkeypatch):
    for record in ("one", "other"):
        Revision.objects.create(model="pages.page", record=record, state="shared", content={})
    delete = Revision.delete

    def share_the_other(self):
        delete(self)
        Revision.objects.update(link_until=NOW + DAY)

    monkeypatch.setattr(Revision, "delete", share_the_other)
    assert retention.end_shown_for_a_time() == 1
    assert Revision.objects.count() == 1


def test_officers_are_told_whether_it_ran_and_what_kept_it_from_its_work(admin_client, monkeypatch):
    with time_machine.travel(NOW, tick=False) as clock:
        assert "manage.py forget_old" in seen(admin_client, "/admin/")
        SentForm.objects.create(pk=uuid4(), sent_at=NOW - 3 * DAY)
        monkeypatch.setattr(orphans.default_storage, "listdir", lambda folder: 1 / 0)
        with pytest.raises(CommandError, match="files that nothing had: ZeroDivisionError"):
            forget()
        assert not SentForm.objects.filter(sent_at__lt=NOW - DAY).exists(), "what can be ended is"
        told = seen(admin_client, "/admin/")
        assert "Forgetting what is kept no longer: Failed on" in told
        assert "files that nothing had: ZeroDivisionError" in told
        monkeypatch.undo()
        forget()
        assert Run.objects.get(pk="forget_old").problem == ""
        clock.shift(3 * DAY)
        assert "Forgetting what is kept no longer: Has not run since" in seen(admin_client, "/admin/")


@pytest.fixture(params=["django.core.files.storage.FileSystemStorage", "django.core.files.storage.InMemoryStorage"])
def _storage(request, settings, tmp_path, db):
    settings.MEDIA_ROOT = tmp_path
    settings.STORAGES = {**settings.STORAGES, "default": {"BACKEND": request.param}}


def put(name):
    return default_storage.save(name, ContentFile(b"x"))


def stored(folder=""):
    folders, files = default_storage.listdir(folder or ".")
    below = [name for each in folders for name in stored(f"{folder}/{each}".strip("/"))]
    return {*below, *(f"{folder}/{name}".strip("/") for name in files)}


def names_a_file(state, **contents):
    empty = {"fields": {}, "parts": {}}
    Revision.objects.create(
        model="publishing.document", record=f"a-{state}", state=state, **{"content": empty, **contents}
    )


def with_file(name):
    return {"fields": {}, "parts": {"versions": {"a-key": {"file": name, "number": 1}}}}


@pytest.mark.usefixtures("_storage")
def test_files_that_nothing_has_go_and_what_a_version_ever_had_stays():
    version, picture = make.make_version(), make.make_picture()
    kept = {version.file.name, *(picture.place(name) for name in picture.names)}
    kept |= {put("documents/in-history.pdf"), put("documents/in-draft.pdf"), put("documents/in-its-base.pdf")}
    names_a_file("kept", content=with_file("documents/in-history.pdf"))
    names_a_file("draft", content=with_file("documents/in-draft.pdf"), base=with_file("documents/in-its-base.pdf"))
    kept |= {put("elsewhere.pdf"), put("other/elsewhere.pdf")}
    nobodys = {put("documents/of-nobody.pdf"), put("documents/a-ü.csv"), put("pictures/gone/400.jpg")}
    assert delete_orphans() == 0, "none is a day old: a form that is being saved may have just stored it"
    assert stored() == kept | nobodys
    with time_machine.travel(timedelta(days=2)):
        assert delete_orphans() == 3
        assert stored() == kept
        assert delete_orphans() == 0


@pytest.mark.usefixtures("_storage")
def test_where_nothing_was_ever_stored_there_is_nothing_to_end():
    assert delete_orphans() == 0


@pytest.mark.usefixtures("_storage")
def test_it_asks_no_more_of_the_database_for_many_files_than_for_one():
    def asked(number):
        for n in range(number):
            put(f"documents/{number}-{n}.pdf")
            put(f"pictures/{number}-{n}/1.jpg")
            names_a_file("kept", content=with_file(f"documents/{n}.pdf"))
        with time_machine.travel(timedelta(days=2)), CaptureQueriesContext(connection) as queries:
            assert delete_orphans() == 2 * number
        return len(queries)

    assert asked(1) == asked(3) <= 3


@pytest.mark.usefixtures("_storage")
def test_a_document_that_is_brought_back_from_its_history_has_its_file(admin_client):
    document = make.make_document(published_at=None)
    version = make.make_version(document=document)
    admin_client.post(document.get_edit_url().replace("/change/", "/delete/"), {"post": "yes"})
    assert not type(document).objects.exists()
    assert Revision.objects.kept().filter(record=document.pk).exists()
    with time_machine.travel(timedelta(days=500)):
        assert delete_orphans() == 0
    assert default_storage.exists(version.file.name)


@pytest.mark.parametrize(
    ("time", "words"),
    [(timedelta(hours=1), "1 hour"), (timedelta(days=2), "2 days"), (timedelta(days=730), "2 years"),
     (timedelta(minutes=90), "90 minutes"), (timedelta(hours=36), "36 hours"), (timedelta(days=364), "364 days")],
)  # fmt: skip
def test_a_time_is_said_in_whole_units(time, words):
    assert in_words(time) == words


def test_the_guide_tells_officers_all_of_it(admin_client):
    guide = seen(admin_client, "/admin/guide/")
    for kept in ALL:
        assert f"{kept.what}. {kept.why} How long: {kept.until}" in guide
    assert len(OF_OFFICERS) + len(OF_CONTENT) > 10
