"""That `manage.py doctor` says what is wrong, each fault caused on purpose, and nothing where all is well."""

import json
import shutil
import socket
from contextlib import ExitStack
from dataclasses import asdict, replace
from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from pages.admin_site.timers import TIMERS
from pages.health import doctor, ready
from sosafe_site.page_store.keeper import Whole
from sosafe_site.publishing.clock import moment, seconds
from sosafe_site.publishing.models import ContentMark, Run
from tests import make
from tests.broken import on_the_disk, state

pytestmark = pytest.mark.django_db


@pytest.fixture
def site(tmp_path, settings):
    """Well run, under https, on the disk. Gives the file of its database."""
    tmp_path.chmod(0o700)
    settings.DATA_DIR, settings.MEDIA_ROOT = tmp_path, str(tmp_path / "uploads")
    settings.SITE_URL, settings.IS_HTTPS, settings.PROXIES = "https://www.example.org", True, 1
    settings.SECOND_FACTOR, settings.SECURE_SSL_REDIRECT, settings.SECURE_HSTS_SECONDS = True, True, 31_536_000
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    settings.SILENCED_SYSTEM_CHECKS = [*settings.SILENCED_SYSTEM_CHECKS, "async.E001"]  # which browser tests need
    with on_the_disk("set-up", tmp_path) as file:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA journal_mode = WAL")
        for command in TIMERS:
            Run.objects.update_or_create(command=command, defaults={"ended_at": moment(), "problem": ""})
        yield file


def wrong(**options):
    """What is wrong, by what was looked at."""
    return {looked.title: " ".join(looked.wrong) for looked in doctor.examine(**options) if looked.wrong}


def said(**options):
    """By the command: its exit status and its words."""
    written, status = StringIO(), 0
    try:
        call_command("doctor", stdout=written, **options)
    except SystemExit as ended:
        status = ended.code
    return status, written.getvalue()


def test_of_a_site_that_is_well_it_says_so_and_what_it_looked_at(site, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    status, words = said()
    assert status == 0, words
    assert words.endswith("All is well.\n")
    assert [line for line in words.splitlines() if line.endswith("all is well")] == [
        f"{check.title}: all is well" for check in doctor.CHECKS
    ]
    assert "Note: No mail server is set" in words
    assert "Note: 1 accounts have no second factor yet" in words
    before = sorted(site.parent.rglob("*"))
    said()
    assert sorted(site.parent.rglob("*")) == before, "it leaves nothing"


SETTINGS = [
    ({"DEBUG": True}, "DEBUG is on"),
    ({"PROXIES": 0}, "PROXIES is 0"),
    ({"SITE_URL": "http://sosafe.example.org", "IS_HTTPS": False}, "does not begin with https://"),
    ({"SITE_URL": "http://sosafe.example.org", "IS_HTTPS": False, "SECOND_FACTOR": False}, "SECOND_FACTOR is off"),
    ({"SECRET_KEY": "a" * 60}, "SECRET_KEY"),
    ({"SESSION_COOKIE_SECURE": False}, "SESSION_COOKIE_SECURE"),
]


@pytest.mark.parametrize(("changed", "expected"), SETTINGS)
def test_settings_that_are_wrong(changed, expected, site, settings):
    for name, value in changed.items():
        setattr(settings, name, value)
    found = wrong()
    assert expected in found["The settings"]
    assert said()[0] == 1


def test_secrets_that_others_can_read(site, settings, tmp_path):
    settings.BASE_DIR = tmp_path
    (tmp_path / ".env").touch(0o644)
    assert "chmod 600" in wrong()["The settings"]


def test_a_site_that_is_only_tried_needs_no_https_and_no_timers(site, settings):
    settings.SITE_URL, settings.IS_HTTPS, settings.SECOND_FACTOR = "http://localhost:8000", False, False
    Run.objects.all().delete()
    assert wrong() == {}
    assert "Note: The backup: Never ran." in said()[1]


def test_a_data_folder_that_is_open_to_others_or_nearly_full_or_not_there(site, settings, monkeypatch):
    site.parent.chmod(0o755)
    monkeypatch.setattr(doctor, "ROOM", 10**18)
    told = wrong()["The data folder"]
    assert "chmod 700" in told
    assert "MB are free" in told
    settings.DATA_DIR = site.parent / "not-there"
    assert "is not there" in wrong()["The data folder"]
    assert not settings.DATA_DIR.exists(), "it makes none"


def test_a_data_folder_of_somebody_else_that_can_not_be_written(site, monkeypatch):
    monkeypatch.setattr(doctor.os, "geteuid", lambda: 12345)
    monkeypatch.setattr(ready.tempfile, "TemporaryFile", failing(PermissionError(13, "Permission denied")))
    told = wrong()["The data folder"]
    assert "belongs to somebody else" in told
    assert "Nothing can be written" in told


def failing(error):
    def fail(*args, **options):
        raise error

    return fail


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        ("gone", "The database is not there"),
        ("garbage", "The database does not answer"),
        ("empty", "The database is empty"),
        ("read-only", "See who may write to it"),
        ("full", "Make room on its disk"),
        ("locked", "Another program has kept it locked"),
    ],
)
def test_in_each_state_of_the_database_it_says_so_and_ends_without_a_traceback(what, expected, site):
    with ExitStack() as stack:
        stack.enter_context(state(what, site))
        status, words = said()
    assert status == 1
    assert f"The database:\n  WRONG: {expected}" in words or expected in words.partition("The tables")[0]
    assert "The content: not looked at" in words
    assert "Traceback" not in words


def test_a_damaged_database(site):
    connection.close()
    with site.open("r+b") as file:
        file.seek(4096 * 30)
        file.write(b"\xff" * 4096 * 40)
    assert "The database" in wrong()


def test_a_database_without_its_log(site):
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA journal_mode = DELETE")
    assert "write-ahead log" in wrong()["The database"]


def test_a_database_of_other_code(site):
    applied = MigrationRecorder(connection).migration_qs
    applied.filter(app="pages", name__startswith="0021").delete()
    MigrationRecorder(connection).record_applied("pages", "9999_of_newer_code")
    told = wrong()["The tables"]
    assert "1 migrations are missing" in told
    assert "newer code, by 1" in told


def test_tables_and_rows_that_are_missing(site, monkeypatch):
    ContentMark.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE sosafe_cache")
    monkeypatch.setattr(doctor, "HOME", "nothing")
    found = wrong()
    assert "createcachetable" in found["The tables"]
    assert "mark of the content" in found["The tables"]
    assert "no home page" in found["The content"]


def test_style_of_other_code(site, monkeypatch):
    (site.parent / "static.sha256").write_text("of other code")
    assert "those of other code" in wrong()["Style and scripts"]
    monkeypatch.setattr(doctor.staticfiles_storage, "hashed_files", {}, raising=False)
    assert "were not collected" in wrong()["Style and scripts"]


def test_a_place_of_files_that_takes_none_or_gives_back_others(site, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr("sosafe_site.storage.UploadStorage._save", failing(OSError(28, "No space left on device")))
        assert "No file can be stored. OSError" in wrong()["The place of files"]
    monkeypatch.setattr(doctor, "ContentFile", lambda content: make.ContentFile(b"another"))
    assert "came back as another" in wrong()["The place of files"]


def test_files_of_documents_that_are_missing(site):
    make.make_version(document=make.make_document(title="The strategy"))
    assert wrong() == {}
    shutil.rmtree(site.parent / "uploads")
    assert "1 files of documents are missing, such as of “The strategy”" in wrong()["The documents’ files"]


def test_a_mail_server_that_does_not_answer(site, settings):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", free.getsockname()[1], 1
        assert "The mail server does not answer" in wrong()["E-mail"]


def test_timers_that_never_ran_ran_too_long_ago_or_failed(site):
    Run.objects.filter(command="backup").delete()
    Run.objects.filter(command="check_links").update(ended_at=moment() - timedelta(days=3))
    Run.objects.filter(command="forget_old").update(problem="The disk was full.")
    told = wrong()["What runs by itself"]
    assert "The backup: Never ran. A timer must start “manage.py backup” once a day." in told
    assert "The link check: Has not run since" in told
    assert "The disk was full." in told
    assert "Reminders" not in told


def test_a_copy_that_is_not_whole_or_a_page_that_fails(site):
    assert "Note: There is no whole copy" in said()[1]
    place = site.parent / "pages" / "of-this-code"
    place.mkdir(parents=True)
    whole = Whole(edition="x", at=seconds(), addresses=9, failed=[], still_at=seconds())
    (place / "whole").write_text(json.dumps(asdict(whole)))
    assert wrong() == {}
    worse = replace(whole, failed=["/strategy/"], still_at=seconds() - 7_230)
    (place / "whole").write_text(json.dumps(asdict(worse)))
    told = wrong()["The copy of the site"]
    assert "not been whole for 120 minutes" in told
    assert "fails at 1 addresses, such as /strategy/." in told


def test_a_clock_that_is_behind(site):
    Run.objects.update(ended_at=moment() + timedelta(hours=1))
    assert "clock of this machine is behind" in wrong()["The clock"]


def test_a_site_without_an_administrator(site):
    User.objects.update(is_active=False)
    assert "make_officer" in wrong()["The accounts"]


def test_its_own_address_is_asked_only_on_request(site, settings):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        settings.SITE_URL = f"https://127.0.0.1:{free.getsockname()[1]}"
        assert wrong() == {}
        assert "/readyz does not answer" in wrong(ask=True)["The site’s own address"]


def test_a_check_that_fails_itself_is_told_and_the_others_go_on(site, monkeypatch):
    monkeypatch.setattr(doctor, "timers", failing(KeyError("x")))
    assert wrong() == {"What runs by itself": "This could not be looked at to its end: KeyError: 'x'."}
