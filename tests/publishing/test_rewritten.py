"""What is given out of pictures and Office files is what they show: not where, by whom and with what."""

import importlib
import zipfile
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from PIL import Image, ImageChops, ImageCms, ImageStat

from sosafe_site.publishing.files.images import rewritten, scans
from sosafe_site.publishing.files.inspect import read
from sosafe_site.publishing.models import DocumentVersion
from sosafe_site.publishing.revisions.snapshot import snapshot
from tests import make
from tests.publishing.hostile import TEMPLATE, action, docx, image, many_scans, odt, photo, png_with_more, rels, zipped
from tests.tools import content_of


def anew(content, extension):
    return read(ContentFile(content, name=f"a.{extension}"), extension).rewritten


def noisy(kind, mode="RGB", **options):
    """A picture as a camera makes them, which no packing makes much smaller."""
    content = BytesIO()
    Image.effect_noise((300, 200), 60).convert(mode).save(content, kind, **options)
    return content.getvalue()


HIDES = {
    "a JPEG with a zip file behind it": ("jpg", noisy("JPEG") + zipped([("Ann Example", "Ann Example")])),
    "a JPEG with a page behind it": ("jpg", noisy("JPEG") + b"<script>Ann Example</script>"),
    "a JPEG with a comment": ("jpg", noisy("JPEG", comment=b"Ann Example")),
    "a JPEG with a profile": ("jpg", noisy("JPEG", icc_profile=b"Ann Example")),
    "a JPEG with XMP": ("jpg", noisy("JPEG", xmp=b"Ann Example")),
    "a JPEG with notes": ("jpg", photo(place=False)),
    "a JPEG with a segment of Photoshop": (
        "jpg",
        noisy("JPEG", extra=b"\xff\xed\0\x1dPhotoshop 3.0\x008BIMAnn Example"),
    ),
    "a PNG with words": ("png", png_with_more()),
    "a PNG with notes": ("png", photo("PNG", place=False)),
    "two JPEGs in one": ("jpg", noisy("MPO", save_all=True, append_images=[Image.new("RGB", (300, 200))])),
}


@pytest.mark.parametrize("what", HIDES)
def test_a_picture_that_is_given_out_holds_nothing_but_its_dots(what):
    extension, content = HIDES[what]
    new = anew(content, extension)
    for word in (b"Ann Example", b"Exif", b"xpacket", b"8BIM", b"ICC_PROFILE", b"iCCP", b"MPF", b"eXIf", b"tEXt"):
        assert word not in new
    with Image.open(BytesIO(new)) as picture:
        assert picture.getexif() == {}
        assert not {"icc_profile", "comment", "xmp", "exif", "photoshop", "mp"} & picture.info.keys()


@pytest.mark.parametrize("quality", [40, 75, 95])
def test_a_photo_becomes_no_larger_and_no_worse(quality):
    content = noisy("JPEG", quality=quality)
    new = anew(content, "jpg")
    assert len(new) <= len(content) * 1.02
    with Image.open(BytesIO(content)) as was, Image.open(BytesIO(new)) as is_now:
        assert max(ImageStat.Stat(ImageChops.difference(was, is_now)).mean) < 1.5


@pytest.mark.parametrize(
    ("mode", "kept"),
    [("1", "1"), ("L", "L"), ("P", "P"), ("RGB", "RGB"), ("RGBA", "RGBA"), ("LA", "LA"), ("I;16", "RGB")],
)
def test_a_picture_keeps_its_kind_of_colours(mode, kept):
    with Image.open(BytesIO(anew(image("PNG", mode), "png"))) as picture:
        assert picture.mode == kept


def test_a_deep_grey_stays_as_dark_as_it_was():
    deep = Image.new("I;16", (2, 1))
    deep.putpixel((0, 0), 65_535)
    deep.putpixel((1, 0), 32_768)
    content = BytesIO()
    deep.save(content, "PNG")
    with Image.open(BytesIO(anew(content.getvalue(), "png"))) as picture:
        assert [picture.getpixel((x, 0)) for x in (0, 1)] == [(255,) * 3, (128,) * 3]


def test_what_is_see_through_in_few_colours_stays_so():
    with Image.open(BytesIO(anew(image("PNG", "P", transparency=0), "png"))) as picture:
        assert picture.convert("RGBA").getpixel((0, 0))[3] == 0


def test_a_picture_in_colours_of_its_own_is_given_out_in_common_ones():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    assert b"ICC_PROFILE" not in anew(noisy("JPEG", icc_profile=profile), "jpg")
    with Image.open(BytesIO(anew(image("JPEG", "CMYK"), "jpg"))) as picture:
        assert (picture.mode, picture.getpixel((5, 5))) == ("RGB", (255, 255, 255))


def test_only_the_scans_of_a_picture_itself_count():
    """A small picture in its notes, and a film behind its end, are none of them."""
    assert scans(many_scans(3)) > scans(many_scans(1)) > 5
    plain = image("JPEG")
    noted = plain[:2] + b"\xff\xe1\0\x0c" + b"\xff\xda" * 5 + plain[2:] + b"\xff\xda" * 500
    assert scans(noted) == scans(plain) == 1
    hidden = many_scans(101)
    assert scans(hidden[:2] + b"\xff\1\xff\xff" + hidden[2:]) > 100, "what has no length hides nothing"


def test_an_office_file_is_given_out_without_its_writers_and_the_places_of_its_photos(client, db):
    core = "<dc:creator>Ann</dc:creator><cp:lastModifiedBy>Ann</cp:lastModifiedBy><dc:title>Plan</dc:title>"
    app = "<Manager>Ann</Manager><Pages>3</Pages>"
    parts = [("docProps/core.xml", core), ("docProps/app.xml", app), ("word/media/image1.jpeg", photo())]
    document = make.make_document(slug="plan")
    version = make.make_version(document=document, name="plan.docx", content=docx("Words", *parts))
    given = content_of(client.get("/documents/plan/file/"))
    assert version.size == len(given)
    with zipfile.ZipFile(BytesIO(given)) as archive:
        assert archive.testzip() is None
        assert archive.namelist()[:2] == ["[Content_Types].xml", "word/document.xml"]
        assert archive.read("docProps/core.xml") == (
            b"<dc:creator></dc:creator><cp:lastModifiedBy></cp:lastModifiedBy><dc:title>Plan</dc:title>"
        )
        assert archive.read("docProps/app.xml") == b"<Manager></Manager><Pages>3</Pages>"
        with Image.open(BytesIO(archive.read("word/media/image1.jpeg"))) as picture:
            assert not picture.getexif()


def test_a_word_document_is_given_out_tied_to_no_template_and_with_all_its_links():
    link = rels("hyperlink", "https://example.org/?a=1&amp;b=&quot;2&quot;").partition(">")[2].rpartition("<")[0]
    name, tied = TEMPLATE
    new = anew(docx("Words", (name, tied.replace("</", link + "</", 1))), "docx")
    with zipfile.ZipFile(BytesIO(new)) as archive:
        root = ElementTree.fromstring(archive.read(name))  # our own
        assert archive.read("word/document.xml") == b"<w:document><w:body>Words</w:body></w:document>"
    assert root.tag == "{http://schemas.openxmlformats.org/package/2006/relationships}Relationships"
    assert [each.tag.rpartition("}")[2] for each in root] == ["Relationship"] * 2
    assert [(each.get("Id"), each.get("Target"), each.get("TargetMode")) for each in root] == [
        ("r1", "Normal.dotm", "External"),
        ("r1", 'https://example.org/?a=1&b="2"', "External"),
    ]
    assert anew(new, "docx") is None, "what was given out can be uploaded again"


def test_an_opendocument_begins_with_its_kind_also_when_it_is_written_anew():
    meta = "<meta:initial-creator>Ann Example</meta:initial-creator><dc:creator>Ann Example</dc:creator>"
    new = anew(odt("Words", ("meta.xml", meta), ("Pictures/a.png", b"no picture")), "odt")
    assert new[30:].startswith(b"mimetypeapplication/vnd.oasis")
    with zipfile.ZipFile(BytesIO(new)) as archive:
        assert b"Ann" not in archive.read("meta.xml")
        assert archive.read("Pictures/a.png") == b"no picture"


def test_an_office_file_that_tells_nothing_stays_byte_by_byte_as_it_is():
    assert anew(docx("Words", ("word/media/image1.png", image("PNG"))), "docx") is None


def test_a_photo_in_an_office_file_is_bounded_as_any_is():
    large = BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "A wall"
    Image.new("1", (5001, 5000)).save(large, "PNG", exif=exif)
    with pytest.raises(ValidationError, match="25 million"):
        anew(docx("Words", ("word/media/image1.png", large.getvalue())), "docx")


def test_writing_twice_changes_no_more_than_writing_once():
    once = rewritten(noisy("JPEG"), "JPEG")
    assert abs(len(rewritten(once, "JPEG")) - len(once)) < 20


def test_files_taken_before_are_written_anew_and_none_is_lost(client, db):
    """As the migration does it: a photo with its place, a file that is gone, and one that would not be taken today."""
    repair = importlib.import_module("sosafe_site.publishing.migrations.0015_files_tell_only_what_they_show")
    quay, gone, old = (make.make_document(slug=slug) for slug in ("quay", "gone", "old"))
    versions = [make.make_version(document=each, name="a.jpg", content=image("JPEG")) for each in (quay, gone)]
    versions.append(make.make_version(document=old, name="a.pdf"))
    for version, content in zip(versions, (photo(), b"", action(b"/S/JavaScript")), strict=True):
        Path(version.file.path).write_bytes(content)
        DocumentVersion.objects.filter(pk=version.pk).update(size=len(content))
    Path(versions[1].file.path).unlink()
    draft = make.make_draft(
        record=str(quay.pk), model="publishing.document", content=snapshot(quay), base=snapshot(quay)
    )
    for _ in range(2):
        repair.write_anew(apps, None)
    given = content_of(client.get("/documents/quay/file/"))
    assert given.startswith(b"\xff\xd8")
    assert b"Exif" not in given
    versions[0].refresh_from_db()
    draft.refresh_from_db()
    for content in (draft.content, draft.base):
        assert versions[0].size == content["parts"]["versions"][str(versions[0].pk)]["size"] == len(given)
    assert content_of(client.get("/documents/old/file/")) == action(b"/S/JavaScript")
    assert client.get("/documents/gone/").status_code == 200
