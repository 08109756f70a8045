"""How a backup is made: copied while the site runs, kept as one file, then tried by restoring it beside the site."""

import json
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils.crypto import salted_hmac

from sosafe_site.backup.archive import BackupError, Contents, checked, pack
from sosafe_site.backup.databases import database, working_on
from sosafe_site.durable import make_folders
from sosafe_site.publishing.clock import right_now
from sosafe_site.publishing.models import Document, DocumentVersion, Picture, Revision

NAME, MOMENT = re.compile(r"sosafe-(\d{4}-\d\d-\d\dT\d{6})\.tar"), "%Y-%m-%dT%H%M%S"
FILE_IN_HISTORY = re.compile(r"documents/[^\"\\]+")
SCRATCH = ".scratch-"  # begins the names of folders in which backups are tried
ABANDONED = timedelta(days=1)


def back_up(folder: Path) -> tuple[Path, str]:
    """The backup, and what was done in a sentence. Raises BackupError or OSError, and then nothing of it is left."""
    make_folders(folder)
    began, at = time.perf_counter(), right_now()
    place = folder / f"sosafe-{at.astimezone(UTC).strftime(MOMENT)}.tar"
    with scratch(folder) as beside:
        dump = beside / "database"
        with database().copied(dump) as rows:
            contents = Contents(
                made_at=at.isoformat(),
                kind=connection.vendor,
                key=key(),
                migrations=last_migrations(),
                rows=rows,
            )
            names = named_files()
        pack(place, contents, dump, names)
    made = time.perf_counter()
    try:
        attempt(place)
    except BaseException:
        place.unlink(missing_ok=True)
        raise
    tried = time.perf_counter()
    said = (
        f"The backup is {place}, {place.stat().st_size / 1_000_000:,.1f} MB: {contents.in_words}. It took "
        f"{made - began:.1f} seconds to make, and {tried - made:.1f} to restore beside the site and compare."
    )
    if contents.missing:
        said += f" {len(contents.missing)} files are missing in the storage: {', '.join(contents.missing[:5])}."
    return place, said


def attempt(place: Path) -> None:
    """Restores the backup beside the site. Raises BackupError when anything of it is not as it was."""
    with scratch(place.parent) as beside, checked(place) as archive:
        archive.extract_database(beside / "database")
        own = database()
        with own.beside(beside / "database", "tried") as name, working_on(name):
            compare(own.rows(), archive.contents.rows)
            files = {*archive.contents.files, *archive.contents.missing}
            if unexpected := named_files() ^ files:
                raise BackupError(f"The restored database names other files: {', '.join(sorted(unexpected)[:5])}.")


def compare(found: dict, expected: dict) -> None:
    if found != expected:
        wrong = sorted(table for table in {*found, *expected} if found.get(table) != expected.get(table))
        raise BackupError(f"The restored database is not as it was, in {', '.join(wrong[:5])}.")


@contextmanager
def scratch(folder: Path) -> Iterator[Path]:
    """A folder that is gone at the end; so are those that a dead process left."""
    for left in [*folder.glob(f"{SCRATCH}*"), *folder.glob(".sosafe-*.part")]:
        if right_now() - datetime.fromtimestamp(left.stat().st_mtime, UTC) > ABANDONED:
            shutil.rmtree(left) if left.is_dir() else left.unlink()
    with tempfile.TemporaryDirectory(prefix=SCRATCH, dir=folder) as made:
        yield Path(made)


def end_older(folder: Path, days: int) -> list[str]:
    """Removes the backups that are older than so many days, never the newest. Gives the names."""
    at = {path: datetime.strptime(found[1], MOMENT).replace(tzinfo=UTC)
          for path in folder.iterdir() if (found := NAME.fullmatch(path.name))}  # fmt: skip
    newest = max(at.values(), default=None)
    old = sorted(path for path, made in at.items() if made != newest and right_now() - made > timedelta(days))
    for path in old:
        path.unlink()
    return [path.name for path in old]


def named_files() -> set[str]:
    """All that any record, draft or earlier version has."""
    names = set(DocumentVersion.objects.values_list("file", flat=True))
    of_documents = Revision.objects.filter(model=Document._meta.label_lower).order_by()
    for contents in of_documents.values_list("content", "base").iterator(chunk_size=100):
        names.update(FILE_IN_HISTORY.findall(json.dumps(contents, ensure_ascii=False)))
    for picture in Picture.objects.all():
        names.update(picture.place(name) for name in picture.names)
    return names - {""}


def last_migrations() -> dict[str, list[str]]:
    """The last of each app, of those that the database has had."""
    graph = MigrationLoader(connection).graph
    had = MigrationLoader(connection).applied_migrations
    last: dict[str, list[str]] = {}
    for app, name in had:
        after = graph.node_map.get((app, name))
        if after is None or not any(child.key[0] == app and child.key in had for child in after.children):
            last.setdefault(app, []).append(name)
    return {app: sorted(last[app]) for app in sorted(last)}


def key() -> str:
    """Tells whether two SECRET_KEYs are the same."""
    return salted_hmac("sosafe_site.backup", "", algorithm="sha256").hexdigest()[:16]


def default_folder() -> Path:
    return settings.DATA_DIR / "backups"
