"""What was saved stays: files are whole on the disk before a row names them, and go only when nothing does."""

import os

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from sosafe_site import durable
from sosafe_site.publishing.models import Document
from tests import make


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
