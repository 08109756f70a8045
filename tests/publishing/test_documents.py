import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile

from sosafe_site.publishing import models
from sosafe_site.publishing.models import DocumentVersion
from tests.make import FAR_AHEAD, make_document, make_version
from tests.tools import content_of


def test_format_size_and_pages_come_from_the_file(db):
    version = make_version(pages=3)
    version.refresh_from_db()
    assert (version.format, version.pages, version.size) == ("PDF", 3, version.file.size)


def test_versions_number_themselves_and_the_newest_is_served(client, db):
    document = make_document(slug="plan")
    make_version(document=document, pages=1)
    newest = make_version(document=document, pages=2)
    assert [version.number for version in document.versions.order_by("number")] == [1, 2]
    response = client.get("/documents/plan/file/")
    with newest.file.open("rb") as file:
        assert content_of(response) == file.read()
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == 'inline; filename="plan.pdf"'
    first = client.get("/documents/plan/v/1/file/")
    assert content_of(first)
    assert first["Content-Disposition"] == 'inline; filename="plan-1.pdf"'


def test_a_document_without_a_file_has_a_page_that_says_so(client, db):
    make_document(slug="plan")
    assert "We do not have this file." in client.get("/documents/plan/").content.decode()
    assert client.get("/documents/plan/file/").status_code == 404


@pytest.mark.parametrize("published_at", [None, FAR_AHEAD])
@pytest.mark.parametrize("address", ["", "file/", "v/1/file/"])
def test_the_public_gets_nothing_of_an_unpublished_document(client, db, published_at, address):
    make_version(document=make_document(slug="plan", published_at=published_at))
    assert client.get(f"/documents/plan/{address}").status_code == 404


def test_staff_can_open_the_file_of_a_draft(admin_client):
    make_version(document=make_document(slug="plan", published_at=None))
    response = admin_client.get("/documents/plan/file/")
    assert content_of(response).startswith(b"%PDF")
    assert response["Cache-Control"] == "private, no-store"


def test_uploads_have_no_address_of_their_own(client, db):
    version = make_version()
    for address in (f"/uploads/{version.file.name}", f"/media/{version.file.name}", f"/static/{version.file.name}"):
        assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("plan.exe", b"MZ", "Upload a file of one of these kinds"),
        ("plan.svg", b"<svg/>", "Upload a file of one of these kinds"),
        ("plan.pdf", b"not a pdf", "cannot be read as one"),
        ("plan.pdf", b"%PDF-1.7\n%%EOF", "cannot be read as one"),
    ],
)
def test_a_bad_file_is_refused_with_a_sentence(db, name, content, words):
    version = DocumentVersion(document=make_document(), file=ContentFile(content, name=name))
    with pytest.raises(ValidationError, match=words):
        version.full_clean()


def test_a_file_over_the_limit_is_refused(db, monkeypatch):
    monkeypatch.setattr(models, "LARGEST_FILE", 10)
    with pytest.raises(ValidationError, match="larger than 50 MB"):
        make_version()
