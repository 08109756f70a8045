"""Files on S3-compatible storage: served, kept and failing as those on a disk are."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client

from pages.privacy.orphans import delete_orphans
from sosafe_site.publishing.failures import Failure
from sosafe_site.publishing.models import Document, DocumentVersion, Picture
from tests import make
from tests.admin.test_documents import upload
from tests.bucket import server
from tests.publishing.test_files import good_pdf
from tests.tools import content_of


@pytest.fixture(scope="module")
def running():
    with server() as here:
        yield here


@pytest.fixture
def storage(running, db, settings):
    backend = {"BACKEND": "sosafe_site.s3.Bucket", "OPTIONS": {"url": running.url}}
    settings.STORAGES = {**settings.STORAGES, "default": backend}
    return running


def test_an_officers_file_is_in_a_private_bucket_and_only_the_sites_own_address_gives_it(storage, admin_client, client):
    document = make.make_document(slug="plan", published_at=make.LONG_AGO)
    content = good_pdf()
    assert "Version 1: PDF" in upload(admin_client, document, content, button="_publish")
    version = DocumentVersion.objects.get()
    assert content_of(client.get("/documents/plan/file/")) == content
    part = client.get("/documents/plan/file/", headers={"Range": "bytes=-10"})
    assert (part.status_code, content_of(part)) == (206, content[-10:])
    page = admin_client.get(document.get_edit_url()).content.decode()
    assert storage.bucket.bucket_name not in page
    assert version.file.url == ""
    granted = storage.bucket.connection.ObjectAcl(storage.bucket.bucket_name, version.file.name).grants
    assert [grant for grant in granted if grant["Grantee"].get("URI")] == [], "everybody would be an address"
    document.withdrawn_at, document.withdrawal_reason = make.LONG_AGO, "Wrong."
    document.save()
    assert client.get("/documents/plan/file/").status_code == 410


AT_ONCE = 256 * 1024  # bytes ahead of who reads


def test_of_a_large_file_no_more_is_fetched_than_is_read(storage):
    content = bytes(range(256)) * 20_000
    name = default_storage.save("documents/large.csv", ContentFile(content))
    with default_storage.open(name) as file:
        stored = file.file.raw
        for place, length in ((0, 10), (5_000_000, 20), (1_000, 1_000)):
            file.seek(place)
            assert file.read(length) == content[place : place + length]
            assert stored.place <= place + length + AT_ONCE
        assert file.seek(0, 2) == file.size == len(content)
        file.seek(0)
        assert file.read() == content


def test_nothing_is_ever_written_over(storage):
    first = default_storage.save("documents/a.csv", ContentFile(b"first"))
    second = default_storage.save("documents/a.csv", ContentFile(b"second"))
    assert first != second
    assert default_storage.open(first).read() == b"first"


def test_pictures_are_served_and_what_nothing_names_goes(storage, client, monkeypatch):
    picture = make.make_picture()
    assert (
        content_of(client.get(picture.src)) == default_storage.open(picture.place(picture.src.rsplit("/")[-1])).read()
    )
    default_storage.save("documents/of-nobody.csv", ContentFile(b"x"))
    assert delete_orphans() == 0, "it may belong to a form that is being saved"
    monkeypatch.setattr("pages.privacy.orphans.UNTOUCHED", timedelta(days=-1))
    assert delete_orphans()
    assert not default_storage.exists("documents/of-nobody.csv")
    assert default_storage.exists(picture.image.name)
    assert Picture.objects.exists()


def test_what_is_not_there_or_cannot_be_reached_fails_as_on_a_disk(storage):
    with pytest.raises(FileNotFoundError):
        default_storage.open("documents/none.csv")
    with pytest.raises(FileNotFoundError):
        default_storage.get_modified_time("documents/none.csv")
    assert not default_storage.exists("documents/none.csv")
    assert default_storage.listdir("documents-of-nobody") == ([], [])
    default_storage.delete("documents/none.csv")
    storage.stop()
    try:
        for ask in (default_storage.exists, default_storage.open, default_storage.delete, default_storage.size):
            with pytest.raises(OSError, match="The storage failed"):
                ask("documents/none.csv")
    finally:
        storage.start()


def test_while_the_storage_is_away_pages_answer_files_say_so_and_officers_lose_nothing(storage):
    document = make.make_document(slug="plan", published_at=make.LONG_AGO)
    make.make_version(document=document)
    User.objects.create_superuser("anna")
    officer = Client(raise_request_exception=False)
    officer.force_login(User.objects.get(username="anna"))
    storage.stop()
    try:
        reader = Client(raise_request_exception=False)
        assert reader.get("/documents/plan/").status_code == 200
        assert reader.get("/documents/plan/file/").status_code == 503
        page = upload(officer, document, good_pdf(), button="_publish")
        assert Failure.FILES.value in page
    finally:
        storage.start()
    assert [version.number for version in Document.objects.get().versions.all()] == [1]
    assert reader.get("/documents/plan/file/").status_code == 200
