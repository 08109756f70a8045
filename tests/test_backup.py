"""A backup is whole, made while the site is used, and brings all back but what was erased."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pytest

from tests import prepared, servers
from tests.tools import ROOT

FILL = """
from django.contrib.auth.models import User
from sosafe_site.publishing.models import Document
from tests import make
kept = make.make_version(document=make.make_document(slug="kept", title="Kept for ever"))
gone = make.make_version(document=make.make_document(slug="gone", title="Person X"))
make.make_picture(); make.make_officer("Editor")
"""
SEEN = """
import json
from django.contrib.auth.models import User
from django.core.files.storage import default_storage
from sosafe_site.backup.databases import database
from sosafe_site.backup.making import named_files
from sosafe_site.page_store.content_mark import current_mark
from sosafe_site.publishing.models import Document, Run
print(json.dumps({
    "documents": sorted(Document.objects.filter(slug__in=["kept", "gone", "later"]).values_list("slug", flat=True)),
    "there": sorted(name for name in named_files() if default_storage.exists(name)),
    "named": sorted(named_files()), "rows": database().rows(), "mark": current_mark(),
    "active": User.objects.filter(is_active=True).count(),
    "runs": {run.pk: run.problem for run in Run.objects.all()},
}))
"""


@dataclass
class Site:
    folder: Path
    environ: dict[str, str]

    def manage(self, *arguments: str, ends: int = 0, **more: str) -> str:
        """What the command says; of one that fails, why."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments], cwd=ROOT, env=self.environ | more, capture_output=True, text=True
        )
        assert done.returncode == ends, done.stderr + done.stdout
        return done.stderr if ends else done.stdout

    def do(self, code: str) -> str:
        return self.manage("shell", "--no-imports", "-c", code)

    def seen(self) -> dict:
        return json.loads(self.do(SEEN))

    def back_up(self) -> Path:
        self.manage("backup", str(self.folder / "kept"))
        return max((self.folder / "kept").glob("sosafe-*.tar"))


@pytest.fixture(params=["sqlite", "postgresql"])
def site(request, tmp_path):
    """With two documents, one of which will have to go, a picture and an officer."""
    address = ""
    if request.param == "postgresql":
        address = servers.site("seeded", tmp_path)
    else:
        shutil.copytree(prepared.site("seeded"), tmp_path, dirs_exist_ok=True)
    own = {"DATA_DIR": str(tmp_path), "DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "sosafe_site.settings"}
    found = Site(tmp_path, os.environ | own | {"SITE_URL": "http://127.0.0.1:8000"})
    found.manage("createcachetable")
    found.do(FILL)
    return found


def test_what_is_backed_up_comes_back_but_what_was_erased_stays_gone(site):
    before = site.seen()
    assert before["named"] == before["there"], "all that it is about"
    assert len(before["named"]) > 5
    said = site.manage("backup", str(site.folder / "kept"), "--keep", "30")
    assert f"{len(before['named'])} files. It took" in said
    assert "restore beside the site and compare" in said
    backup = next((site.folder / "kept").glob("sosafe-*.tar"))
    assert backup.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in (site.folder / "kept").iterdir()] == [backup.name], "nothing else is left"
    assert site.seen()["runs"]["backup"] == ""

    site.do(
        "from django.core.files.storage import default_storage as storage; from django.contrib.auth.models import User;"
        "from sosafe_site.publishing.models import Document, DocumentVersion;"
        "Document.objects.get(slug='gone').erase('A court ordered it.');"
        "[lost] = DocumentVersion.objects.filter(document__slug='kept'); storage.delete(lost.file.name);"
        "Document.objects.filter(slug='kept').update(slug='later'); User.objects.update(is_active=False)"
    )
    meanwhile = site.seen()
    assert meanwhile["documents"] == ["later"]
    told = site.manage("restore", str(backup))
    after = site.seen()
    assert after["documents"] == ["kept"]
    assert after["named"] == after["there"]
    assert set(after["named"]) < set(before["named"]), "all but that of the document that was erased"
    assert after["mark"] not in (before["mark"], meanwhile["mark"]), "no page that was stored is shown"
    assert after["active"] == 0
    assert "Erased again, since it was erased after this backup: publishing.document" in told
    assert "Person X" not in told
    assert "Closed again" in told
    kept = next(Path(word.rstrip(";")) for word in told.split() if "/backups/sosafe-" in word)
    told = site.manage("restore", str(kept))
    assert site.seen()["documents"] == ["later"], "what was there comes back by the same command"
    assert "another one" not in told
    assert "PHONE=lost" in site.manage("restore", str(kept), SECRET_KEY="another-" * 8)


def test_a_site_that_is_gone_comes_back_and_what_was_left_of_it_is_kept(site):
    before, backup = site.seen(), site.back_up()
    shutil.rmtree(site.folder / "uploads")
    (site.folder / "uploads" / "documents").mkdir(parents=True)
    (site.folder / "uploads" / "documents" / "unknown.pdf").write_text("of later")
    if site.environ["DATABASE_URL"]:
        site.do("from django.db import connection; connection.cursor().execute('DROP SCHEMA public CASCADE')")
    else:
        (site.folder / "sosafe.sqlite3").write_text("no database " * 1000)
    told = site.manage("restore", str(backup))
    after = site.seen()
    assert after["there"] == before["named"]
    same = {table for table in before["rows"] if after["rows"][table] == before["rows"][table]}
    assert {"publishing_document", "auth_user", "publishing_revision", "admin_action_plan"} - same == {
        "admin_action_plan"
    }
    assert "nobody can tell what was erased" in told
    [aside] = (site.folder / "backups").glob("before-*")
    assert (aside / "uploads" / "documents" / "unknown.pdf").read_text() == "of later"
    if site.environ["DATABASE_URL"]:
        assert "The database that was there is now called" in told
    else:
        assert (aside / "sosafe.sqlite3").read_text().startswith("no database")


def spoil(backup: Path, how: str) -> None:
    content = bytearray(backup.read_bytes())
    if how == "cut off":
        content = content[: len(content) // 2]
    elif how == "no backup":
        content = bytearray(b"some other file" * 1000)
    elif how == "a bit":
        content[len(content) // 2] ^= 1
    backup.write_bytes(content)


def add(backup: Path, name: str) -> None:
    with tarfile.open(backup, "a") as tar:
        member = tarfile.TarInfo(name)
        member.size = 1
        tar.addfile(member, BytesIO(b"x"))


def relist(backup: Path, **other) -> None:
    """The same with another list, which is sound in itself."""
    with tarfile.open(backup) as tar:
        members = {member.name: tar.extractfile(member).read() for member in tar}
    [name] = [name for name in members if name.startswith("list-")]
    listed = json.dumps(json.loads(members.pop(name)) | other).encode()
    with tarfile.open(backup, "w") as tar:
        for each, content in [*members.items(), (f"list-{hashlib.sha256(listed).hexdigest()}.json", listed)]:
            member = tarfile.TarInfo(each)
            member.size = len(content)
            tar.addfile(member, BytesIO(content))


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_a_backup_that_is_damaged_or_newer_is_refused_before_anything_is_touched(site):
    backup = site.back_up()
    sound, before = backup.read_bytes(), site.seen()

    def refused() -> str:
        said = site.manage("restore", str(backup), ends=1)
        backup.write_bytes(sound)
        return said

    for how in ("cut off", "a bit", "no backup"):
        spoil(backup, how)
        assert "CommandError" in (said := refused())
        assert "no backup of this site" in said
        assert "Traceback" not in said
    for name in ("files/../../evil", "/etc/passwd", "files//etc/passwd", "database"):
        add(backup, name)
        assert "something in it that no backup has" in refused()
    relist(backup, migrations={"pages": ["9999_of_later"]})
    assert "newer code" in refused()
    relist(backup, kind="postgresql")
    assert "DATABASE_URL asks for sqlite" in refused()
    relist(backup, rows={})
    assert "not as it was" in refused()
    assert "There is no file" in site.manage("restore", str(site.folder / "nowhere.tar"), ends=1)
    after = site.seen()
    assert after == before
    assert not (site.folder / "backups").exists() or not any((site.folder / "backups").iterdir())


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_old_backups_go_but_never_the_newest(site):
    folder = site.folder / "kept"
    newest = site.back_up()
    for name in ("sosafe-2019-01-01T000000.tar", "sosafe-2020-01-01T000000.tar", "notes-2019.tar"):
        (folder / name).write_text("old")
    newest.rename(folder / "sosafe-2021-01-01T000000.tar")
    said = site.manage("backup", str(folder), "--keep", "30")
    assert "Removed, being older than 30 days" in said
    assert len(list(folder.iterdir())) == 2
    (folder / "notes-2019.tar").unlink()
    [newest] = folder.iterdir()
    newest.rename(folder / "sosafe-2021-01-01T000000.tar")
    site.do(
        "from pathlib import Path; from sosafe_site.backup.making import end_older;"
        f"assert end_older(Path({str(folder)!r}), 30) == []"
    )
    assert "--keep needs a number of days" in site.manage("backup", "--keep", "0", ends=1)


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_where_a_backup_fails_nothing_is_left_of_it_and_officers_are_told(site):
    folder = site.folder / "kept"
    limited = f"ulimit -f 300; exec {sys.executable} manage.py backup {folder}"  # blocks of 1 kB: as a full disk
    done = subprocess.run(["bash", "-c", limited], cwd=ROOT, env=site.environ, capture_output=True, text=True)
    assert done.returncode == 1
    assert "There is no new backup" in done.stderr
    assert "Traceback" not in done.stderr
    assert list(folder.iterdir()) == []
    assert "There is no new backup" in site.seen()["runs"]["backup"]
