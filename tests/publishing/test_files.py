"""What is read from an uploaded file: that it is what its name says, its pages and date, what shuts readers out."""

import zipfile
from contextlib import suppress
from datetime import date
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import BooleanObject, DecodedStreamObject, DictionaryObject, NameObject, TextStringObject

from sosafe_site.publishing.files import inspect as files
from sosafe_site.publishing.files import pdf
from sosafe_site.publishing.files.flaws import FLAWS
from sosafe_site.publishing.files.inspect import read
from sosafe_site.publishing.files.reading import Facts, first_day, inside
from tests import make

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CORE = (
    '<cp:coreProperties><dcterms:created xsi:type="dcterms:W3CDTF">2018-01-01T09:00:00Z</dcterms:created>'
    '<dcterms:modified xsi:type="dcterms:W3CDTF">2018-07-12T23:30:00Z</dcterms:modified></cp:coreProperties>'
)
META = (
    "<office:meta><meta:creation-date>2018-01-01T09:00:00</meta:creation-date><dc:date>2018-07-13T08:00:00.5</dc:date>"
)
XMP = (
    '<rdf:Description xmp:ModifyDate="2018-07-13T00:30:00+01:00"><dc:title><rdf:Alt>'
    '<rdf:li xml:lang="x-default">The plan</rdf:li></rdf:Alt></dc:title></rdf:Description>'
)


def good_pdf(
    *,
    words="Some words",
    title="The plan",
    language="en-GB",
    tags=True,
    xmp="",
    password=None,
    info=None,
    drawn=None,
    algorithm="RC4-128",
):
    """Without a fault, unless told so. What is drawn is in the language of PDFs."""
    writer, content = PdfWriter(), BytesIO()
    page, root = writer.add_blank_page(width=595, height=842), writer.root_object
    font = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica"}
    font = DictionaryObject({NameObject(key): NameObject(value) for key, value in font.items()})
    fonts = DictionaryObject({NameObject("/F1"): font})
    page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
    text = DecodedStreamObject()
    text.set_data(drawn or f"BT /F1 12 Tf 72 720 Td ({words}) Tj ET".encode())
    page[NameObject("/Contents")] = writer._add_object(text)
    writer.metadata = {"/Title": title, **(info or {})}
    if language:
        root[NameObject("/Lang")] = TextStringObject(language)
    if tags:
        root[NameObject("/StructTreeRoot")] = DictionaryObject()
        root[NameObject("/MarkInfo")] = DictionaryObject({NameObject("/Marked"): BooleanObject(tags is True)})
    if xmp:
        writer.xmp_metadata = xmp.encode()
    if password is not None:
        writer.encrypt(password, owner_password="maintainer", algorithm=algorithm)
    writer.write(content)
    return content.getvalue()


def zipped(**members):
    content = BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name.replace("__", "."), text)
    return content.getvalue()


def office(kind, core=CORE):
    types = f'<Override PartName="/main.xml" ContentType="{kind}.main+xml"/>'
    return zipped(**{"[Content_Types].xml": types, "docProps/core.xml": core})


def odt(meta=META):
    return zipped(mimetype="application/vnd.oasis.opendocument.text", **{"meta.xml": meta})


def picture(kind, size=(4, 3)):
    content = BytesIO()
    Image.new("1", size).save(content, kind)
    return content.getvalue()


GOOD = {
    "pdf": good_pdf(info={"/ModDate": "D:20180712233000Z", "/CreationDate": "D:20180101090000Z"}),
    "docx": office(WORD),
    "xlsx": office(EXCEL),
    "odt": odt(),
    "csv": "Jahr,Größe\n".encode(),
    "png": picture("PNG"),
    "jpg": picture("JPEG"),
    "jpeg": picture("JPEG"),
}


def facts(content, kind="pdf"):
    return read(ContentFile(content, name=f"a.{kind}"), kind)


@pytest.mark.parametrize("kind", GOOD)
def test_every_kind_that_the_site_takes_is_read_with_its_date_in_london(kind):
    assert GOOD.keys() == files.FORMATS.keys()
    has_date = kind in {"pdf", "docx", "xlsx", "odt"}
    found = facts(GOOD[kind], kind)
    assert (found.pages, found.dated_on) == (1 if kind == "pdf" else None, date(2018, 7, 13) if has_date else None)
    assert not found.flaws


@pytest.mark.parametrize("inside", GOOD)
@pytest.mark.parametrize("kind", GOOD)
def test_a_file_that_is_not_what_its_name_says_is_refused(kind, inside):
    if files.FORMATS[inside].name == files.FORMATS[kind].name:
        return
    with pytest.raises(ValidationError, match=rf"ends in \.{kind}, but what is inside is not .* save it again as"):
        facts(GOOD[inside], kind)


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("docx", zipped(readme="no document")),
        ("csv", b"<!doctype html><script>alert(1)</script>"),
        ("csv", b"a\0b"),
        ("jpg", picture("JPEG", (64, 64))[:-40]),
        ("pdf", b"<script>alert(1)</script>%PDF-1.7"),
        ("pdf", b"<p>" + b"x" * 1024 + good_pdf()),
    ],
    ids=["any zip", "a page", "a program", "half a picture", "a page with words", "a page with a PDF in it"],
)
def test_what_only_looks_right_is_refused(kind, content):
    with pytest.raises(ValidationError, match="what is inside is not"):
        facts(content, kind)


def test_a_csv_whose_letters_would_come_out_wrong_is_refused_with_the_way_out():
    with pytest.raises(ValidationError, match="In Excel: File, Save as, “CSV UTF-8"):
        facts("Café".encode("cp1252"), "csv")


@pytest.mark.parametrize("algorithm", ["RC4-128", "AES-256"])
def test_a_pdf_that_needs_a_password_is_refused_with_the_way_out(algorithm):
    with pytest.raises(ValidationError, match="Save it without a password"):
        facts(good_pdf(password="secret", algorithm=algorithm))


@pytest.mark.parametrize(
    ("given", "flaw"),
    [
        ({"password": ""}, "protected"),
        ({"password": "", "algorithm": "AES-256"}, "protected"),
        ({"words": " "}, "no-text"),
        ({"tags": False}, "no-tags"),
        ({"tags": "switched off"}, "no-tags"),
        ({"language": ""}, "no-language"),
        ({"title": ""}, "no-title"),
        ({"title": "Microsoft Word - plan final.docx"}, "no-title"),
        ({"title": "Untitled-3"}, "no-title"),
        ({"title": "plan_final.pdf"}, "no-title"),
    ],
)
def test_each_fault_of_a_pdf_is_found_alone(given, flaw):
    assert facts(good_pdf(**given)).flaws == [flaw]
    assert all(FLAWS[flaw])


@pytest.mark.parametrize(
    ("drawn", "is_text"),
    [
        (rb"(Plan) Tj", True),
        (rb"(Plan)'", True),
        (rb'0 0 (Plan)"', True),
        (rb"[(P) -20 (lan)] TJ", True),
        (rb"[(P\)) 1.5 (\154)]TJ", True),
        (rb"<00030015> Tj", True),
        (rb"[<0003> -1 <0015>]TJ", True),
        (rb"(P) Tj 0 1 Td (l) Tj", True),
        (rb"(   ) Tj [( )] TJ <0020> Tj", False),
        (rb"<0003> Tj <00 03> Tj", False),
        (rb"(\003) Tj (\0\003) Tj", False),
        (rb"(7) Tj", False),
        (rb"/Picture Do % (Plan) is no text unless it is shown", False),
        (rb"[3 2] 0 d 1 1 m 2 2 l S", False),
        (rb"(Plan] Tj [(Plan] TJ [ (", False),
    ],
)
def test_text_is_what_shows_two_letters(drawn, is_text):
    assert facts(good_pdf(drawn=drawn)).flaws == ([] if is_text else ["no-text"])


def drawn_apart(words):
    """A page that draws nothing itself; a part of it draws a part that shows the words."""
    writer, content = PdfWriter(), BytesIO()
    whole = writer.add_blank_page(width=595, height=842)
    for drawing in (b"/Part Do", b"/Part Do", b"(%s) Tj" % words):
        form = DecodedStreamObject()
        form.set_data(drawing)
        form[NameObject("/Subtype")] = NameObject("/Form")
        objects = DictionaryObject({NameObject("/Part"): writer._add_object(form)})
        whole[NameObject("/Resources")] = DictionaryObject({NameObject("/XObject"): objects})
        whole = form
    whole[NameObject("/Resources")] = writer.pages[0]["/Resources"]  # and so on for ever
    writer.write(content)
    return content.getvalue()


def test_text_is_found_in_parts_that_are_drawn_apart_and_none_is_looked_through_for_ever(monkeypatch):
    assert "no-text" not in facts(drawn_apart(b"Plan")).flaws
    monkeypatch.setattr(pdf, "SECONDS_FOR_TEXT", 0.2)
    assert "no-text" not in facts(drawn_apart(b" ")).flaws, "what can't be judged is not blamed"


def test_a_map_is_judged_without_working_out_its_drawing(monkeypatch):
    lines = b"".join(b"%d.5 %d m %d 700.25 l S\n" % (n % 500, n % 700, n % 300) for n in range(50_000))
    monkeypatch.setattr("pypdf.generic.ContentStream._parse_content_stream", lambda *args: pytest.fail("too long"))
    assert facts(good_pdf(drawn=lines)).flaws == ["no-text"]
    assert facts(good_pdf(drawn=lines + b"BT (High Street) Tj ET")).flaws == []
    monkeypatch.setattr(pdf, "SECONDS_FOR_TEXT", 0)
    assert facts(good_pdf(drawn=lines)).flaws == [], "what can't be judged is not blamed"


@pytest.mark.parametrize("before", [b"\xef\xbb\xbf", b"\r\n", b"x" * 1024], ids=["byte-order mark", "line", "junk"])
def test_what_readers_of_pdfs_skip_is_skipped(before):
    assert facts(before + GOOD["pdf"]) == facts(GOOD["pdf"])


def test_a_pdf_without_anything_has_every_fault_but_protection():
    assert facts(make.pdf(1)).flaws == [name for name in FLAWS if name != "protected"]


def test_title_and_date_are_found_where_newer_pdfs_keep_them():
    assert facts(good_pdf(title="", xmp=XMP)) == Facts(1, date(2018, 7, 13), [])
    assert facts(good_pdf(title="", xmp=XMP.replace("The plan", " "))).flaws == ["no-title"]


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("D:20180712233000+00'00'", date(2018, 7, 13)),
        ("D:20180712233000Z00'00'", date(2018, 7, 13)),
        ("D:20180713003000+01'00'", date(2018, 7, 13)),
        ("D:20180712233000", date(2018, 7, 12)),
        ("D:20180712", date(2018, 7, 12)),
        ("2018-07-12T23:30:00Z", date(2018, 7, 13)),
        ("2018-07-12", date(2018, 7, 12)),
        ("D:20181340", None),
        ("D:2018", None),
        ("99999-01-01", None),
        ("2999-01-01", None),
        ("1970-01-01T00:00:00Z", None),
        ("yesterday", None),
        ("", None),
        (None, None),
    ],
)
def test_a_date_that_can_not_be_true_is_none(moment, day):
    assert first_day(moment) == day
    assert first_day(moment, "2018-01-01") == (day or date(2018, 1, 1))


def test_a_picture_of_too_many_dots_is_refused_before_it_fills_the_memory():
    with pytest.raises(ValidationError, match="5001 × 5000 dots, more than the 25 million"):
        facts(picture("PNG", (5001, 5000)), "png")


@settings(max_examples=300, deadline=None, derandomize=True)
@given(
    kind=st.sampled_from(list(GOOD)),
    changes=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), max_size=8),
    kept=st.floats(0, 1),
)
def test_no_damage_makes_the_site_fail(kind, changes, kept):
    content = bytearray(GOOD[kind])
    for place, byte in changes:
        content[int(place * len(content))] = byte
    with suppress(ValidationError):
        facts(bytes(content[: max(1, round(kept * len(content)))]), kind)


def test_text_is_looked_for_a_few_tags_deep_and_no_deeper_so_that_no_file_takes_long():
    assert inside(b"<dc:title><rdf:Alt><rdf:li>Plan</rdf:li></rdf:Alt></dc:title>", "title") == "Plan"
    assert inside(b"<title>" + b"<a>" * 6 + b"Plan", "title") == ""
