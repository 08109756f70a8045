"""What an uploaded file is and says of itself. Officers type none of it.

Each kind of file has a function that reads it and so proves that it is what its name says. However large the file, it
takes seconds at most, and an upload is read once, before anything is saved: nobody waits for it but who sent it.
"""

import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from io import BytesIO
from pathlib import Path
from time import monotonic
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.core.files import File
from django.utils import timezone
from PIL import ExifTags, Image
from pypdf import DocumentInformation, PageObject, PdfReader, apply_configuration
from pypdf.errors import DependencyError, FileNotDecryptedError, PyPdfError
from pypdf.generic import BooleanObject, DictionaryObject, NullObject, StreamObject

from sosafe_site.periods import today

LARGEST_FILE = 50 * 1024 * 1024  # bytes
LARGEST_PICTURE = 25_000_000  # pixels; a small file can hold far more, and each takes memory to open
MOST_OF_A_MEMBER = 200_000  # bytes read of a part of a zip file; a small one can hold gigabytes
PAGES_SEARCHED_FOR_TEXT = 5
SECONDS_FOR_TEXT = 5  # of searching; the drawing of a map may be a thousand times as long as a page of text
SLOWLY_UNPACKED = 10_000_000  # bytes of a drawing in the one packing that takes a second for each two million
BEFORE_A_PDF = 1024  # bytes that may stand before its first line, as its readers have it
SAID_BY_PICTURES = {"exif", "xmp", "XML:com.adobe.xmp", "Raw profile type exif", "photoshop", "comment", "Comment"}
PDF_BEGAN = date(1993, 6, 15)  # an older date in a file is some program's zero

# What the libraries raise for files that are damaged, or not what they say
UNREADABLE = (
    PyPdfError, zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, Image.DecompressionBombError,
    ArithmeticError, AssertionError, AttributeError, EOFError, LookupError, OSError, RuntimeError, SyntaxError,
    TypeError, ValueError,
)  # fmt: skip


@dataclass
class Facts:
    pages: int | None = None
    dated_on: date | None = None
    flaws: list[str] = field(default_factory=list)  # names of FLAWS
    rewritten: bytes | None = None  # what is to be kept instead of the file, if that said more than it shows


# What programs put in when nobody gave one
NO_TITLE = re.compile(r"\s*(untitled.*|document\s?\d*|microsoft \w+ - .*|\S*\.[a-z]{3,4})?\s*", re.IGNORECASE)


def read(file: File, extension: str) -> Facts:
    """Raises ValidationError, with what to do, when the site does not take the file."""
    if extension not in FORMATS:
        raise ValidationError(f"The site does not take this kind of file. Upload one of these: {', '.join(FORMATS)}.")
    if file.size > LARGEST_FILE:
        raise ValidationError("This file is larger than 50 MB. Make it smaller, or split it, and try again.")
    file.open("rb")
    content = BytesIO(file.read())
    file.seek(0)  # left open: an upload that is still in memory would be gone once closed
    kind = FORMATS[extension]
    try:
        return kind.read(content)
    except UNREADABLE as error:
        raise ValidationError(
            f"This file’s name ends in .{extension}, but what is inside is not {kind.name}, or is damaged. "
            f"Open it in the program that made it, save it again as {kind.name} and upload that."
        ) from error


def extension_of(name: str | None) -> str:
    return Path(name or "").suffix.lower().lstrip(".")


def facts_of(upload: File) -> Facts:
    return read(upload, extension_of(upload.name))


def read_ahead(uploads: Iterable[Any], reader: Callable[[Any], Any] = facts_of) -> None:
    """So that no transaction, which may keep all others from saving, is open while a file is read."""
    for upload in uploads:
        try:
            upload.found = reader(upload)
        except ValidationError as error:
            upload.found = error


def found_in(file: Any, reader: Callable[[Any], Any] = facts_of) -> Any:
    """In what a field holds, be it read ahead or not. Raises ValidationError when the site does not take it."""
    found = getattr(file.file, "found", None) or reader(file)
    if isinstance(found, ValidationError):
        raise found
    return found


def must(is_so: bool) -> None:
    """Raises ValueError, from which read() makes a sentence."""
    if not is_so:
        raise ValueError


def read_pdf(content: BytesIO) -> Facts:
    start = content.getvalue().find(b"%PDF-", 0, BEFORE_A_PDF + 5)
    must(start >= 0)
    try:
        return facts_of_pdf(PdfReader(BytesIO(content.getvalue()[start:])))  # from there its own places are counted
    except (FileNotDecryptedError, DependencyError) as error:
        raise ValidationError(
            "This PDF is locked, so neither the site nor readers can be sure to open it. "
            "Save it without a password and without protection, and upload that."
        ) from error


def facts_of_pdf(reader: PdfReader) -> Facts:
    pages, info, root = reader.pages[:], reader.metadata or DocumentInformation(), reader.root_object
    must(len(pages) > 0)
    # get() alone gives a reference to an object, and the default is one that is never false
    metadata, marks, language = (
        root.get(name, NullObject()).get_object() for name in ("/Metadata", "/MarkInfo", "/Lang")
    )
    xmp = metadata.get_data()[:MOST_OF_A_MEMBER] if isinstance(metadata, StreamObject) else b""
    is_marked = isinstance(marks, DictionaryObject) and marks.get("/Marked") == BooleanObject(True)
    searched, until = pages[:PAGES_SEARCHED_FOR_TEXT], monotonic() + SECONDS_FOR_TEXT
    flaws = {
        "protected": reader.is_encrypted,
        "no-text": sum(has_text(page, until) for page in searched) * 2 < len(searched),
        "no-tags": not (is_marked and "/StructTreeRoot" in root),
        "no-language": not (isinstance(language, str) and language.strip()),
        "no-title": bool(NO_TITLE.fullmatch(info.title or inside(xmp, "title"))),
    }
    changed = first_day(info.modification_date_raw, inside(xmp, "ModifyDate"))
    made = first_day(info.creation_date_raw, inside(xmp, "CreateDate"))
    return Facts(len(pages), changed or made, [name for name, is_so in flaws.items() if is_so])


# In the language that draws a page: a string, in letters or in hexadecimal numbers, and what shows one or several
SHOWN = rb"\((?:[^()\\]|\\.)*+\)|<[0-9A-Fa-f\s]*+>"
SHOWS_TEXT = re.compile(rb"\[(?:" + SHOWN + rb"|[-+.0-9\s]++)*+\]\s*TJ|(?:" + SHOWN + rb")\s*(?:Tj|['\"])", re.DOTALL)
STRING, OCTAL = re.compile(SHOWN, re.DOTALL), re.compile(rb"\\([0-7]{1,3})")


def has_text(page: PageObject, until: float) -> bool:
    """Whether it shows two different letters or more: less is a space or the number of the page.

    What they are is not worked out, which would take minutes for a map.
    """
    letters: set[int] = set()
    try:
        with apply_configuration(lzw_maximum_output_length=SLOWLY_UNPACKED):
            for content in contents(page):
                for shown in SHOWS_TEXT.finditer(content):
                    letters |= {letter for string in STRING.findall(shown[0]) for letter in letters_of(string)}
                    if len(letters) > 1 or monotonic() > until:
                        return True
                if monotonic() > until:
                    return True  # what can't be judged is not blamed
    except UNREADABLE:
        return True
    return False


def letters_of(string: bytes) -> set[int]:
    """Their numbers; spaces are none, nor is what only fills up a number of two bytes."""
    inside = string[1:-1]
    if string.startswith(b"<"):
        digits = b"".join(inside.split()).decode()
        inside = bytes.fromhex(digits + "0" * (len(digits) % 2))
    else:
        inside = OCTAL.sub(lambda number: bytes([int(number[1], 8) % 256]), inside)
    return set(inside) - set(b"\0 \t\r\n\\")


def contents(page: PageObject) -> Iterator[bytes]:
    """What draws a page, and its parts that are drawn apart, each of which may have such parts itself."""
    content = page.get_contents()
    yield b"" if content is None else content.get_data()
    whole: list[DictionaryObject] = [page]
    while whole:
        parts = dictionary(dictionary(whole.pop(), "/Resources"), "/XObject").values()
        forms = [form for form in (part.get_object() for part in parts) if form.get("/Subtype") == "/Form"]
        yield from (form.get_data() for form in forms)
        whole += forms


def dictionary(of: DictionaryObject, name: str) -> DictionaryObject:
    """An empty one where there is none."""
    found = of.get(name, NullObject()).get_object()
    return found if isinstance(found, DictionaryObject) else DictionaryObject()


def read_office(main_part: bytes, content: BytesIO) -> Facts:
    """Word or Excel. The kind of the main part tells a document from one with macros under the same name."""
    with zipfile.ZipFile(content) as archive:
        must(main_part in member(archive, "[Content_Types].xml"))
        core = member(archive, "docProps/core.xml")
    return Facts(dated_on=first_day(inside(core, "modified"), inside(core, "created")))


def read_odt(content: BytesIO) -> Facts:
    with zipfile.ZipFile(content) as archive:
        must(member(archive, "mimetype") == b"application/vnd.oasis.opendocument.text")
        meta = member(archive, "meta.xml")
    return Facts(dated_on=first_day(inside(meta, "date"), inside(meta, "creation-date")))


def member(archive: zipfile.ZipFile, name: str) -> bytes:
    """The beginning of a part of a zip file; empty if there is none."""
    if name not in archive.namelist():
        return b""
    with archive.open(name) as part:
        return part.read(MOST_OF_A_MEMBER)


def read_picture(kind: str, content: BytesIO) -> Facts:
    with Image.open(content, formats=[kind]) as picture:
        refuse_larger(picture)
        picture.load()
        says_more = SAID_BY_PICTURES & picture.info.keys() or getattr(picture, "text", None)
        return Facts(rewritten=rewritten(picture, kind) if says_more else None)


def rewritten(picture: Image.Image, kind: str) -> bytes:
    """The same dots, and no word of where, when, by whom and with what it was taken; only which side is up stays."""
    exif, upright = Image.Exif(), picture.getexif().get(ExifTags.Base.Orientation)
    if upright:
        exif[ExifTags.Base.Orientation] = upright
    picture.info = {name: value for name, value in picture.info.items() if name not in SAID_BY_PICTURES}
    # Of a photo of several in one file the first is kept, and that can't be packed just as it was
    quality: dict[str, Any] = {"quality": "keep" if picture.format == "JPEG" else 92} if kind == "JPEG" else {}
    content = BytesIO()
    picture.save(content, kind, exif=exif, icc_profile=picture.info.get("icc_profile"), **quality)
    return content.getvalue()


def refuse_larger(picture: Image.Image) -> None:
    """Raises ValidationError for a picture, of which only the size was read, that takes too much memory to open."""
    if picture.width * picture.height > LARGEST_PICTURE:
        raise ValidationError(
            f"This picture has {picture.width} × {picture.height} dots, more than the 25 million that the site "
            "takes. Make it smaller in a picture program and try again."
        )


def read_csv(content: BytesIO) -> Facts:
    must(b"\0" not in content.getvalue() and not content.getvalue().lstrip().startswith((b"<", b"%PDF-")))
    try:
        content.getvalue().decode()
    except UnicodeDecodeError as error:
        raise ValidationError(
            "The letters of this CSV file would come out wrong for readers. In Excel: File, Save as, "
            "“CSV UTF-8 (Comma delimited)”. In LibreOffice: Save as, Text CSV, character set UTF-8."
        ) from error
    return Facts()


def inside(xml: bytes, name: str) -> str:
    """The text of the first element or attribute of that name. No parser, and few steps from each tag, so that
    nothing in the file can exhaust it."""
    found = re.search(
        rf'<(?:\w+:)?{name}(?:\s[^<>]*)?(?<!/)>(?:\s*<[^/<>][^<>]*>){{0,5}}([^<]+)|\s(?:\w+:)?{name}="([^"]*)"',
        xml.decode(errors="replace"),
    )
    return (found[1] or found[2] or "").strip() if found else ""


PDF_MOMENT = re.compile(r"D:(\d{8})(\d{4})?\d*(?:([+-]\d\d)'?(\d\d))?")


def first_day(*moments: str | None) -> date | None:
    """The day in London of the first that is a moment and can be true; written as in a PDF or as ISO 8601 has it."""
    for moment in moments:
        pdf = PDF_MOMENT.match((moment or "").replace("Z", "+00'00'"))
        iso = f"{pdf[1]}T{pdf[2] or '0000'}{pdf[3] or ''}{pdf[4] or ''}" if pdf else moment or ""
        try:
            at = datetime.fromisoformat(iso)
            day = at.astimezone(timezone.get_current_timezone()).date() if at.tzinfo else at.date()
        except (ValueError, OverflowError):
            continue
        if PDF_BEGAN <= day <= today():
            return day
    return None


class Format(NamedTuple):
    name: str
    content_type: str
    read: Callable[[BytesIO], Facts]


_OFFICE = "application/vnd.openxmlformats-officedocument."
_WORD, _EXCEL = f"{_OFFICE}wordprocessingml.document", f"{_OFFICE}spreadsheetml.sheet"
# By the end of the file's name
FORMATS = {
    "pdf": Format("PDF", "application/pdf", read_pdf),
    "docx": Format("Word", _WORD, partial(read_office, f"{_WORD}.main+xml".encode())),
    "odt": Format("OpenDocument", "application/vnd.oasis.opendocument.text", read_odt),
    "xlsx": Format("Excel", _EXCEL, partial(read_office, f"{_EXCEL}.main+xml".encode())),
    "csv": Format("CSV", "text/csv; charset=utf-8", read_csv),
    "png": Format("PNG image", "image/png", partial(read_picture, "PNG")),
    "jpg": Format("JPEG image", "image/jpeg", partial(read_picture, "JPEG")),
    "jpeg": Format("JPEG image", "image/jpeg", partial(read_picture, "JPEG")),
}
