"""What is wrong with an installation, in sentences for whoever runs it. To look at more, add a check to CHECKS."""

import os
import secrets
import stat
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core import checks
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.mail import get_connection
from django.db import NotSupportedError, connection
from django.db.migrations.recorder import MigrationRecorder

from pages.admin_site.timers import timers
from pages.health.ready import migrations_of_the_code, missing_migrations, room, write_a_file, write_a_row
from pages.management.commands.setup import static_state
from pages.models import Page
from pages.models.page import HOME
from sosafe_site.accounts.roles import ADMINISTRATOR
from sosafe_site.accounts.second_factor import has_one
from sosafe_site.page_store.content_mark import current_mark
from sosafe_site.page_store.keeper import state_of_copy
from sosafe_site.publishing.clock import moment, seconds
from sosafe_site.publishing.failures import Failure, failure_of
from sosafe_site.publishing.mail import can_send
from sosafe_site.publishing.models import DocumentVersion, Run

ROOM = 500_000_000  # bytes, below which it is time to think of the disk
OTHERS = stat.S_IRWXG | stat.S_IRWXO  # what a mode lets others do than the owner
COPY_HOLDS = 60 * 60  # seconds, after which a running site has certainly made a whole copy anew
NEWEST_FILES = 100  # of the documents' files, which are looked for
CLOCKS_DIFFER = timedelta(seconds=10)
ADDRESS_ANSWERS_WITHIN = 10  # seconds
RESTORE = "Restore the last backup: “manage.py restore”"


class Remark(str):
    """Worth saying, and nothing wrong."""

    __slots__ = ()


Sentences = Iterator[str]


class Check(NamedTuple):
    title: str
    look: Callable[[], Sentences]
    asks_database: bool = False


class Looked(NamedTuple):
    title: str
    wrong: list[str]
    remarks: list[str]
    is_skipped: bool = False


def examine(*, ask: bool = False) -> Iterator[Looked]:
    """One after the other, as each is done. With `ask`, the site's own address is asked as well."""
    is_there = True
    for check in [*CHECKS, *([ADDRESS] if ask else [])]:
        if check.asks_database and not is_there:
            yield Looked(check.title, [], [], is_skipped=True)
            continue
        found = list(sentences(check))
        wrong = [each for each in found if not isinstance(each, Remark)]
        is_there = is_there and not (check is DATABASE and wrong)
        yield Looked(check.title, wrong, [each for each in found if isinstance(each, Remark)])


def sentences(check: Check) -> Sentences:
    try:
        yield from check.look()
    except Exception as error:  # what keeps it from looking is something to say, whatever it is
        yield f"This could not be looked at to its end: {told_by(error)}"


def told_by(error: BaseException) -> str:
    first = str(error).partition("\n")[0].rstrip(".")
    return f"{type(error).__name__}: {first}." if first else f"{type(error).__name__}."


def is_only_tried() -> bool:
    """On somebody's own machine, where much of what a public site needs is no fault."""
    return urlsplit(settings.SITE_URL).hostname in ("localhost", "127.0.0.1")


def chosen() -> Sentences:
    if settings.DEBUG:
        yield "DEBUG is on, which shows strangers the code and the settings. Turn it off."
    if is_only_tried():
        yield Remark(f"The site is only tried, since SITE_URL is {settings.SITE_URL}.")
    elif not settings.IS_HTTPS:
        yield "SITE_URL does not begin with https://, so passwords can be read on their way. Get a certificate."
    if not settings.SECOND_FACTOR and not is_only_tried():
        yield "SECOND_FACTOR is off, so a password alone opens the editing. Turn it on."
    if settings.IS_HTTPS:
        if settings.PROXIES == 0:
            yield (
                "PROXIES is 0 though a proxy must stand in front to speak https, so the failed sign-ins of all count "
                "as one person’s. Set it to the number of your proxies, such as 1."
            )
        found = checks.run_checks(include_deployment_checks=True)
        yield from (f"Django says: {each.msg}" for each in found if not each.is_silenced() and each.level > checks.INFO)
    env = settings.BASE_DIR / ".env"
    if env.exists() and env.stat().st_mode & OTHERS:
        yield f"Others on this machine can read the secrets in {env}. Run: chmod 600 {env}"


def data_folder() -> Sentences:
    folder = settings.DATA_DIR
    if not folder.is_dir():
        yield f"The folder DATA_DIR is not there: {folder}. {RESTORE}, or begin anew: “manage.py setup”."
        return
    found = folder.stat()
    if found.st_uid != os.geteuid():
        yield f"{folder} belongs to somebody else than who runs this command. Run it as the user of the site."
    if found.st_mode & OTHERS:
        yield f"Others on this machine can look into {folder}. Run: chmod 700 {folder}"
    if room() < ROOM:
        yield f"Only {room() // 1_000_000} MB are free on the disk of {folder}. Make room, or take a larger one."
    try:
        write_a_file()
    except OSError as error:
        yield f"Nothing can be written into {folder}. {told_by(error)}"


ADVICE = {
    Failure.FULL: "Make room on its disk.",
    Failure.READ_ONLY: "See who may write to it, and whether its disk is mounted read-only.",
    Failure.BUSY: "Another program has kept it locked. See which one runs, and end it or wait.",
}


def database() -> Sentences:
    file = settings.DATA_DIR / "sosafe.sqlite3"
    if connection.vendor == "sqlite" and "/" in str(connection.settings_dict["NAME"]) and not file.exists():
        yield f"The database is not there: {file}. {RESTORE}, or begin anew: “manage.py setup”."
        return
    try:
        connection.ensure_connection()
        connection.check_database_version_supported()
        if connection.vendor == "sqlite":
            yield from sqlite()
    except NotSupportedError as error:
        yield f"The database is too old. {told_by(error)}"
        return
    except Exception as error:
        yield f"The database does not answer. {told_by(error)} See whether it runs, DATABASE_URL, and DATA_DIR."
        return
    if not connection.introspection.table_names():
        yield f"The database is empty. {RESTORE}, or begin anew: “manage.py setup”."
        return
    try:
        write_a_row()
    except Exception as error:
        advice = ADVICE.get(failure_of(error) or Failure.GONE, "Run “manage.py migrate”.")
        yield f"Nothing can be saved in the database. {told_by(error)} {advice}"


def sqlite() -> Sentences:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA quick_check(3)")
        faults = [row for (row,) in cursor.fetchall() if row != "ok"]
        if faults:
            yield f"The database is damaged ({'; '.join(faults)}). {RESTORE}."
        cursor.execute("PRAGMA journal_mode")
        [(mode,)] = cursor.fetchall()
    if mode not in ("wal", "memory"):
        yield "The database keeps no write-ahead log, as on a network’s disk. Keep DATA_DIR on this machine’s own disk."


def tables() -> Sentences:
    ours = {label for label, _ in migrations_of_the_code()}
    there = {each for each in MigrationRecorder(connection).applied_migrations() if each[0] in ours}
    if missing := missing_migrations():
        yield f"{len(missing)} migrations are missing in the database. Run: manage.py migrate"
    if newer := there - migrations_of_the_code():
        yield f"The database is that of newer code, by {len(newer)} migrations. Install that version."
    if settings.CACHES["default"]["LOCATION"] not in connection.introspection.table_names():
        yield "The table of the cache is missing. Run: manage.py createcachetable"
    if not missing and current_mark() is None:
        yield "The mark of the content is missing, so no page is stored and all are slow. Run: manage.py migrate"


def content() -> Sentences:
    if not Page.objects.published().filter(slug=HOME).exists():
        yield f"There is no home page. {RESTORE}, or load what the site begins with: “manage.py setup”."


def static_files() -> Sentences:
    collected = settings.DATA_DIR / "static.sha256"
    if not getattr(staticfiles_storage, "hashed_files", True):
        yield "The style and the scripts of the editing were not collected. Run: manage.py setup"
    elif collected.exists() and collected.read_text() != static_state():
        yield "The style and the scripts are those of other code. Run: manage.py setup"


def files() -> Sentences:
    if not settings.DATA_DIR.is_dir():  # which was said, and which storing a file would make
        return
    name, content = f"doctor-{secrets.token_hex(8)}", secrets.token_bytes(100)
    try:
        name = default_storage.save(name, ContentFile(content))
        with default_storage.open(name) as file:
            is_same = file.read() == content
        default_storage.delete(name)
    except Exception as error:  # each maker of storages has errors of its own
        yield f"No file can be stored. {told_by(error)} See the disk, or STORAGE_URL."
        return
    if not is_same:
        yield "A file that was stored came back as another one. See the disk, or STORAGE_URL."


def documents() -> Sentences:
    newest = DocumentVersion.objects.exclude(file="").order_by("-pk")[:NEWEST_FILES]
    missing = [each for each in newest if not default_storage.exists(str(each.file))]
    if missing:
        yield f"{len(missing)} files of documents are missing, such as of “{missing[0].document}”. {RESTORE}."


def e_mail() -> Sentences:
    if not can_send():
        yield Remark(
            "No mail server is set, so nobody is reminded of checks, forgotten passwords are given by an "
            "administrator, and readers can’t write by a form. Set EMAIL_URL to change that."
        )
        return
    try:
        mail = get_connection()
        mail.open()
        mail.close()
    except OSError as error:
        yield f"The mail server does not answer as it should. {told_by(error)} See EMAIL_URL."


def what_runs_by_itself() -> Sentences:
    for timer in timers():
        if timer.advice:
            advice = timer.advice.removeprefix("Tell whoever runs this website: ")
            said = f"{timer.name}: {timer.sentence} {advice[0].upper()}{advice[1:]}"
            yield Remark(said) if is_only_tried() else said


def copy_of_the_site() -> Sentences:
    whole = state_of_copy()
    if whole is None:
        yield Remark("There is no whole copy of the public site yet, for when a part fails. The server makes it.")
        return
    if seconds() - whole.still_at > COPY_HOLDS:
        minutes = int(seconds() - whole.still_at) // 60
        yield f"The copy of the public site has not been whole for {minutes} minutes. See the server and its log."
    if whole.failed:
        yield f"The site fails at {len(whole.failed)} addresses, such as {whole.failed[0]}. Its log says why."


def clock() -> Sentences:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            [(theirs,)] = cursor.fetchall()
        if abs(theirs - moment()) > CLOCKS_DIFFER:
            yield "The clocks of this machine and of the database differ. Let both be set by the network’s time."
    newest = Run.objects.order_by("-ended_at").first()
    if newest and newest.ended_at > moment() + CLOCKS_DIFFER:
        yield "The clock of this machine is behind: a command ran in what it takes for the future. Set it right."


def accounts() -> Sentences:
    active = User.objects.filter(is_active=True, is_staff=True)
    if not active.filter(groups__name=ADMINISTRATOR).exists() and not active.filter(is_superuser=True).exists():
        yield "Nobody is an administrator. Run: manage.py make_officer"
    if settings.SECOND_FACTOR and (without := [each for each in active if not has_one(each)]):
        yield Remark(f"{len(without)} accounts have no second factor yet. Each is asked for it at its next sign-in.")


def own_address() -> Sentences:
    address = f"{settings.SITE_URL}/readyz"
    try:
        with urllib.request.urlopen(address, timeout=ADDRESS_ANSWERS_WITHIN) as answer:  # noqa: S310  # settings.py takes no other than http(s)
            answer.read()
    except urllib.error.HTTPError as error:
        yield f"{address} answers {error.code}: {error.read(500).decode(errors='replace')}"
    except OSError as error:
        yield f"{address} does not answer. {told_by(error)} See the server, the proxy, the name and the certificate."


DATABASE = Check("The database", database)
ADDRESS = Check("The site’s own address", own_address)
CHECKS = [
    Check("The settings", chosen),
    Check("The data folder", data_folder),
    DATABASE,
    Check("The tables", tables, asks_database=True),
    Check("The content", content, asks_database=True),
    Check("Style and scripts", static_files),
    Check("The place of files", files),
    Check("The documents’ files", documents, asks_database=True),
    Check("The copy of the site", copy_of_the_site),
    Check("E-mail", e_mail),
    Check("What runs by itself", what_runs_by_itself, asks_database=True),
    Check("The clock", clock, asks_database=True),
    Check("The accounts", accounts, asks_database=True),
]
