"""How a backup comes back: checked first, made anew beside the site, then put in its place in one go."""

import hashlib
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import User
from django.core.files import File
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import Error, connection
from django.db.migrations.loader import MigrationLoader

from sosafe_site.accounts.leavers import close, is_anonymous, make_anonymous
from sosafe_site.backup.archive import FILES, STEP, Archive, BackupError, Contents, checked
from sosafe_site.backup.databases import database, working_on
from sosafe_site.backup.making import MOMENT, back_up, compare, key, named_files, scratch
from sosafe_site.durable import durable, make_folders
from sosafe_site.page_store.content_mark import WHOLE
from sosafe_site.publishing.clock import right_now
from sosafe_site.publishing.models import Address, AuditEntry, ContentMark, Picture
from sosafe_site.publishing.models.audit import audit

PICTURE = Picture._meta.label_lower
BY_HAND = (
    "The database that was there can't be read, so nobody can tell what was erased since the backup was made, as the "
    "law demanded. Look through what you know of that, and erase it again."
)


@dataclass
class Gone:
    """What must not come back."""

    records: dict[tuple[str, str], str] = field(default_factory=dict)  # model and key, with the reason
    closed: set[int] = field(default_factory=set)  # accounts
    anonymous: set[int] = field(default_factory=set)


def restore(place: Path, tell: Callable[[str], None]) -> None:
    """Raises BackupError, before anything is changed, for a backup that is damaged, newer, or another database's."""
    began, stamp = time.perf_counter(), right_now().astimezone(UTC).strftime(MOMENT)
    aside = settings.DATA_DIR / "backups"
    make_folders(aside)
    with checked(place) as archive, scratch(aside) as beside:
        refuse(archive.contents)
        own, gone = database(), gone_since(archive.contents)
        archive.extract_database(beside / "database")
        with own.beside(beside / "database", "restored") as name:
            with working_on(name):
                compare(own.rows(), archive.contents.rows)
                call_command("migrate", interactive=False, verbosity=0)
                done = take_away(gone) if gone else [BY_HAND]
                ContentMark.objects.filter(pk=WHOLE).update(mark=uuid.uuid4())
                names = named_files()
            if gone is None:
                tell(keep_broken(aside / f"before-{stamp}", archive))
            else:
                kept, _ = back_up(aside)
                tell(f"What was there is kept as {kept}; to go back, restore that.")
            put_back(archive, names)
            said = own.take_place(name, stamp)
    for line in filter(None, [said, *done, *advice(archive.contents, names)]):
        tell(line)
    tell(f"{archive.contents.in_words} are restored, as they were on {archive.contents.made_at}. "
         f"It took {time.perf_counter() - began:.1f} seconds. All officers sign in anew.")  # fmt: skip


def refuse(contents: Contents) -> None:
    if contents.kind != connection.vendor:
        raise BackupError(
            f"This is a backup of a {contents.kind} database, and DATABASE_URL asks for {connection.vendor}. Restore "
            "it where the database is of that kind."
        )
    loader = MigrationLoader(None)
    known = {*loader.disk_migrations, *(old for each in loader.disk_migrations.values() for old in each.replaces)}
    newer = sorted(f"{app} {name}" for app, names in contents.migrations.items() for name in names
                   if (app, name) not in known)  # fmt: skip
    if newer:
        raise BackupError(f"This backup is of newer code than this, which doesn't know {newer[0]}. Install that first.")


def gone_since(contents: Contents) -> Gone | None:
    """What the present database knows to be erased, and who has left. None if it can't be read."""
    gone = Gone()
    try:
        for model, record, reason in Address.objects.exclude(erased_because="").values_list(
            "model", "record", "erased_because"
        ):
            gone.records[model, str(record)] = reason
        since = AuditEntry.objects.filter(at__gte=datetime.fromisoformat(contents.made_at))
        erased = since.filter(kind=AuditEntry.Kind.ERASED)
        pictures = since.filter(kind=AuditEntry.Kind.DELETED, model=PICTURE)
        for entry in [*erased, *pictures]:
            gone.records[entry.model, entry.record] = entry.words
        accounts = list(User.objects.filter(is_active=False))
        gone.closed = {account.pk for account in accounts}
        gone.anonymous = {account.pk for account in accounts if is_anonymous(account)}
    except Error:
        return None
    finally:
        connection.close()
    return gone


def take_away(gone: Gone) -> list[str]:
    """Out of the restored database. What was done, in sentences that name nothing of what was erased."""
    done, left = [], dict(gone.records)
    for _ in range(len(left)):  # what others belong to can go only after them
        before = len(left)
        for (model, pk), reason in list(left.items()):
            with suppress(Exception):  # it is told below
                if take_one_away(model, pk, reason):
                    done.append(f"Erased again, since it was erased after this backup: {model} {pk}.")
                del left[model, pk]
        if len(left) == before:
            break
    done += [f"Erased since this backup was made, but something needs it now. Erase by hand: {model} {pk}."
             for model, pk in left]  # fmt: skip
    for account in User.objects.filter(pk__in=gone.closed):
        if account.is_active:
            close(account, None)
            done.append(f"Closed again, since it was closed after this backup: account {account.pk}.")
        if account.pk in gone.anonymous and not is_anonymous(account):
            make_anonymous(account, None)
            done.append(f"Made anonymous again: account {account.pk}.")
    return done


def take_one_away(model: str, pk: str, reason: str) -> bool:
    """Whether it was there."""
    record = apps.get_model(model)._default_manager.filter(pk=pk).first()
    if record is None:
        return False
    if isinstance(record, Picture):
        audit(AuditEntry.Kind.DELETED, by=None, record=record, words=reason)
        record.delete()
    else:
        audit(AuditEntry.Kind.ERASED, by=None, record=record, words=reason)
        record.erase(reason)
    return True


def keep_broken(folder: Path, archive: Archive) -> str:
    """Of a site whose database can't be read: that, and all files that the backup hasn't."""
    make_folders(folder)
    said = database().keep_broken(folder)
    count = 0
    for name in sorted(stored("") - {*archive.contents.files}):
        with default_storage.open(name) as file, durable(folder / "uploads" / name) as copy:
            for piece in file.chunks(STEP):
                copy.write(piece)
        count += 1
    return f"{said} {count} files that the backup has not are kept in {folder}.".strip()


def stored(folder: str) -> set[str]:
    try:
        folders, names = default_storage.listdir(folder)
    except FileNotFoundError:
        return set()
    below = (name for each in folders for name in stored(f"{folder}{each}/"))
    return {*below, *(f"{folder}{name}" for name in names)}


def put_back(archive: Archive, names: set[str]) -> None:
    """All files that the restored database names and that are not there as they were. None is taken away."""
    for name in sorted(names & {*archive.contents.files}):
        if digest_of(name) == archive.contents.digests[FILES + name]:
            continue
        default_storage.delete(name)
        with archive.open(FILES + name) as file:
            default_storage.save(name, File(file, name))


def digest_of(name: str) -> str:
    """Empty for what isn't there."""
    try:
        with default_storage.open(name) as file:
            digest = hashlib.sha256()
            for piece in file.chunks(STEP):
                digest.update(piece)
            return digest.hexdigest()
    except FileNotFoundError:
        return ""


def advice(contents: Contents, names: set[str]) -> list[str]:
    told = []
    if missing := sorted(name for name in names & {*contents.missing} if not default_storage.exists(name)):
        told.append(f"{len(missing)} files were missing when the backup was made: {', '.join(missing[:5])}.")
    if contents.key != key():
        told.append(
            "SECRET_KEY is another one than when the backup was made, so nobody’s second step works: put the old one "
            "into .env, or run for each officer: make officer NAME=... PHONE=lost"
        )
    return told
