from datetime import UTC, datetime
from io import BytesIO

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from PIL import ExifTags, Image, ImageOps, PngImagePlugin

from sosafe_site.publishing.files import inspect as files
from sosafe_site.publishing.models import DocumentVersion
from sosafe_site.publishing.models import document as models
from tests.make import (
    FAR_AHEAD,
    LONG_AGO,
    make_document,
    make_group,
    make_page,
    make_plan,
    make_section,
    make_strategy,
    make_version,
)
from tests.pages.test_seed_document import words
from tests.publishing.test_files import good_pdf
from tests.tools import content_of

WITHDRAWN = {"withdrawn_at": LONG_AGO, "withdrawal_reason": "It was wrong."}


def test_format_size_and_pages_come_from_the_file(db):
    version = make_version(pages=3)
    version.refresh_from_db()
    assert (version.format, version.pages, version.size) == ("PDF", 3, version.file.size)


def photo(kind):
    """Of the quay on its side, with where it was taken and by whom."""
    exif, texts, content = Image.Exif(), PngImagePlugin.PngInfo(), BytesIO()
    exif[ExifTags.Base.Orientation], exif[ExifTags.Base.Artist] = 6, "Ann Example"
    exif.get_ifd(ExifTags.IFD.GPSInfo).update({1: "N", 2: (51.0, 54.0, 7.0)})
    texts.add_text("Author", "Ann Example")
    with Image.new("RGB", (64, 48), "navy") as picture:
        picture.putpixel((1, 1), (255, 255, 255))
        more = {"pnginfo": texts} if kind == "PNG" else {"comment": b"Ann Example", "quality": 90}
        picture.save(content, kind, exif=exif, xmp=b"<x:xmpmeta>Ann Example</x:xmpmeta>", **more)
    assert b"Ann Example" in content.getvalue()
    return content.getvalue()


@pytest.mark.parametrize(("kind", "name"), [("JPEG", "quay.jpg"), ("PNG", "quay.png")])
def test_a_picture_given_out_does_not_tell_where_and_by_whom_it_was_taken(client, db, kind, name):
    version = make_version(document=make_document(slug="quay"), name=name, content=photo(kind))
    given = content_of(client.get("/documents/quay/file/"))
    assert b"Ann Example" not in given
    assert version.size == len(given)
    with Image.open(BytesIO(given)) as picture, Image.open(BytesIO(photo(kind))) as taken:
        assert not picture.getexif()
        upright = ImageOps.exif_transpose(taken)
        assert picture.size == upright.size == (48, 64)
        for at in ((20, 20), (24, 32), (47, 63)):
            pairs = zip(picture.getpixel(at), upright.getpixel(at), strict=True)
            assert all(abs(kept - was) <= 2 for kept, was in pairs)


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
    assert first["Content-Disposition"] == 'inline; filename="plan-version-1.pdf"'


def test_a_page_says_which_date_is_the_files_own_and_which_the_sites(client, db):
    document = make_document(slug="plan", published_at=datetime(2026, 6, 2, tzinfo=UTC))
    dated = good_pdf(info={"/CreationDate": "D:20180312101500Z"})
    with time_machine.travel(datetime(2026, 6, 1, 12, tzinfo=UTC)):
        make_version(document=document, content=dated)
    with time_machine.travel(datetime(2026, 6, 30, 23, 30, tzinfo=UTC)):
        make_version(document=document)
    page = words(client.get("/documents/plan/"))
    assert "2 pages) On this site since 1 July 2026. Earlier versions" in page, "and no date that the file lacks"
    first = "Replaced by version 2. On this site since 2 June 2026. The file itself is dated 12 March 2018."
    assert first in page, "as long as the document was a draft the file was not on the site"
    assert "On this site since 2 June 2026. The file itself is dated 12 March 2018." in words(
        client.get("/documents/plan/v/1/")
    )


@pytest.mark.parametrize("address", ["/documents/plan/", "/documents/plan/v/1/", "/library/", "/who/"])
def test_as_at_a_day_before_a_file_was_on_this_site_nothing_says_since_when_it_is(client, db, address):
    document = make_document(slug="plan", published_at=datetime(2026, 6, 1, 22, 30, tzinfo=UTC))
    make_version(document=document)
    DocumentVersion.objects.update(added_at=datetime(2026, 6, 1, 23, 30, tzinfo=UTC))  # half past midnight in London
    make_section(page=make_page(slug="library"), shows="documents")
    make_page(slug="who", many={"documents": [document]})
    since = "On this site since 2 June 2026."
    assert since in words(client.get(address))
    assert "On this site since" not in words(client.get(address, {"on": "2026-06-01"}))
    assert since in words(client.get(address, {"on": "2026-06-02"}))


def test_a_file_is_read_once(db, monkeypatch):
    version = make_version(pages=3)
    monkeypatch.setattr(models, "found_in", None)
    version.full_clean()
    version.save()
    version.refresh_from_db()
    assert (version.pages, version.flaws) == (3, ["no-text", "no-tags", "no-language", "no-title"])


@pytest.mark.parametrize("fields", [{"published_at": None}, {"published_at": FAR_AHEAD}, {**WITHDRAWN}])
def test_a_document_leads_to_the_public_pages_that_offer_it_before_its_file(client, admin_client, fields):
    document = make_document(slug="plan", summary="What it says.")
    make_version(document=document)
    cites = {"many": {"documents": [document]}}
    for maker in (make_strategy, make_plan):
        maker(title="Public one", **cites)
        maker(title="Xanadu", **cites, **fields)
    for maker, title in ((make_group, "name"), (make_page, "title")):
        maker(**{title: f"Public {title}"}, **cites)
        maker(**{title: "Xanadu"}, **cites, **fields)
    links = "Public one 2019 to 2020 Public one 2018 to 2021 Public name Public title"
    for reader in (client, admin_client):
        page = words(reader.get("/documents/plan/"))
        assert f"What it says. Read about it on this site {links} Download" in page
        assert "Xanadu" not in page


def test_search_engines_are_led_to_the_newest_version(client, db):
    document = make_document(slug="plan")
    make_version(document=document)
    make_version(document=document)
    first, second = (client.get(f"/documents/plan/v/{number}/").content.decode() for number in (1, 2))
    assert '<meta name="robots" content="noindex">' in first
    assert "canonical" not in first
    assert 'rel="canonical" href="http://127.0.0.1:8000/documents/plan/"' in second
    assert "noindex" not in second


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
        ("plan.exe", b"MZ", "does not take this kind of file"),
        ("plan.svg", b"<svg/>", "does not take this kind of file"),
        ("plan.pdf", b"not a pdf", "is not PDF, or is damaged"),
        ("plan.pdf", b"%PDF-1.7\n%%EOF", "is not PDF, or is damaged"),
    ],
)
def test_a_bad_file_is_refused_with_a_sentence(db, name, content, words):
    version = DocumentVersion(document=make_document(), file=ContentFile(content, name=name))
    with pytest.raises(ValidationError, match=words):
        version.full_clean()


def test_a_file_over_the_limit_is_refused(db, monkeypatch):
    monkeypatch.setattr(files, "LARGEST_FILE", 10)
    with pytest.raises(ValidationError, match="larger than 50 MB"):
        make_version()
