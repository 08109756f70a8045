"""What was saved stays: files are whole on the disk before a row names them, and go only when nothing does."""

import os
import shutil
import subprocess
import sys

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from sosafe_site import durable
from sosafe_site.publishing.models import Document
from tests import make, prepared
from tests.drill import killing
from tests.drill.row import Row
from tests.tools import ROOT


class UndoneError(Exception):
    pass


@pytest.fixture
def steps(monkeypatch, tmp_path, settings):
    """What is done to the disk, in its order."""
    settings.MEDIA_ROOT = tmp_path
    done, fsync, replace = [], os.fsync, os.replace

    def noted_fsync(descriptor):
        done.append(("fsync", os.path.basename(os.readlink(f"/proc/self/fd/{descriptor}"))))
        fsync(descriptor)

    def noted_replace(old, new):
        done.append(("rename", os.path.basename(new)))
        replace(old, new)

    monkeypatch.setattr(durable.os, "fsync", noted_fsync)
    monkeypatch.setattr(durable.os, "replace", noted_replace)
    return done


def test_an_upload_is_on_the_disk_before_it_has_its_name_and_its_name_before_a_row_has_it(steps):
    name = default_storage.save("documents/a.pdf", ContentFile(b"all of it"))
    with default_storage.open(name) as file:
        assert file.read() == b"all of it"
    (_, folder), (_, unfinished), renamed, settled = steps
    assert folder, "the new folder is noted in the one that it is in"
    assert unfinished.endswith(".part")
    assert renamed == ("rename", "a.pdf")
    assert settled == ("fsync", "documents")
    assert default_storage.save("documents/a.pdf", ContentFile(b"another")) != name, "none is written over"


def test_of_an_upload_that_fails_half_way_nothing_is_left(steps):
    class Broken(ContentFile):
        def chunks(self, chunk_size=None):
            yield b"half of"
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        default_storage.save("documents/a.pdf", Broken(b"half of it"))
    assert default_storage.listdir("documents") == ([], [])


def test_sizes_of_pictures_and_versions_of_documents_are_kept_so_too(db, steps):
    picture, version = make.make_picture(), make.make_version()
    renamed = {name for what, name in steps if what == "rename"}
    assert {*picture.names, version.file.name.rpartition("/")[2]} == renamed


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_undone", [True, False])
def test_what_is_erased_or_deleted_keeps_its_files_until_that_is_certain(is_undone):
    erased = make.make_version().file
    deleted = make.make_version(document=make.make_document(published_at=None)).file
    picture = make.make_picture()
    places = [picture.place(name) for name in picture.names]
    try:
        with transaction.atomic():
            Document.objects.get(versions__file=erased.name).erase("A court ordered it.")
            Document.objects.get(versions__file=deleted.name).delete()
            picture.delete()
            there = [default_storage.exists(name) for name in (erased.name, deleted.name, *places)]
            assert all(there)
            if is_undone:
                raise UndoneError
    except UndoneError:
        pass
    there = [default_storage.exists(name) for name in (erased.name, deleted.name, *places)]
    assert set(there) == {is_undone}


@pytest.fixture
def held(tmp_path, settings):
    """A site of its own on the disk in which somebody else is saving, and doesn't come to an end."""
    shutil.copytree(prepared.site("set-up-filled"), tmp_path, dirs_exist_ok=True)
    own = {"DATA_DIR": str(tmp_path), "DATABASE_URL": "", "DJANGO_SETTINGS_MODULE": "sosafe_site.settings"}
    environ = os.environ | own | {"SITE_URL": "http://127.0.0.1:8000", "SECOND_FACTOR": "off"}
    return tmp_path / "sosafe.sqlite3", environ


# Opens all that an officer or a partner only looks at, while another process holds the lock for writing
OPENED = """
import sys, sqlite3
from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from sosafe_site.publishing.admin_urls import admin_url
from sosafe_site.publishing.models import Revision
from sosafe_site.publishing.models.publishable import Publishable
from sosafe_site.publishing.revisions.snapshot import snapshot
from partners.models import ActionPlan, Partner
from datetime import timedelta
from django.utils import timezone
call_command("createcachetable")
officer = User.objects.create_superuser("somebody", password="only-for-tests")
partner = Partner.objects.published().first()
draft = snapshot(partner)
draft["fields"]["role"] = "what no reader knows yet"
Revision.objects.create(model="partners.partner", record=str(partner.pk), content=draft, base=snapshot(partner),
    state="draft", made_by=officer, link_until=timezone.now() + timedelta(days=1))
link = Revision.objects.get(state="draft").get_link()
client = Client(headers={"host": "127.0.0.1:8000"})
client.force_login(officer)
kinds = [kind for kind in apps.get_models() if issubclass(kind, Publishable) and kind._default_manager.exists()]
opened = [link, partner.get_edit_url(), reverse("admin:index")]
for kind in kinds:
    record = kind._default_manager.first()
    opened += [admin_url(kind, "add"), admin_url(kind, "changelist"), record.get_edit_url()]
    opened += [admin_url(kind, "history", record.pk)]
opened += [reverse("admin:partners_actionplan_next", args=[ActionPlan.objects.first().pk])]
opened = [path for path in opened if client.get(path).status_code == 200]  # to refuse one is noted, so it waits
connection.close()
other = sqlite3.connect(settings.DATA_DIR / "sosafe.sqlite3", isolation_level=None)
other.execute("BEGIN IMMEDIATE")
settings.DATABASES["default"]["OPTIONS"]["timeout"] = connection.settings_dict["OPTIONS"]["timeout"] = 0.01
shown = {path: client.get(path) for path in opened}
other.execute("ROLLBACK")
assert len(kinds) > 10
assert len(opened) > 40
assert {link, partner.get_edit_url()} < set(opened)
wrong = {path: response.status_code for path, response in shown.items() if response.status_code != 200}
assert not wrong, wrong
for path in (link, partner.get_edit_url()):
    assert "what no reader knows yet" in shown[path].content.decode(), path
assert not Partner.objects.filter(role="what no reader knows yet").exists()
print(len(opened), "opened")
"""


def test_what_is_only_looked_at_waits_for_nobody_who_saves(held):
    _, environ = held
    manage = [sys.executable, "manage.py", "shell", "--no-imports", "-c", OPENED]
    done = subprocess.run(manage, cwd=ROOT, env=environ, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout.endswith(" opened\n")


def test_of_what_officers_save_while_the_server_is_killed_nothing_is_lost_or_torn():
    row = killing.killed(Row("kill -9 at random"), None, killing.FEW)
    assert row.broken == []
    assert row.saved >= killing.FEW
