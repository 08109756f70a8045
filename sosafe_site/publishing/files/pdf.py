"""What a PDF says of itself, and whether a screen reader finds text in it."""

import re
from collections.abc import Iterator
from io import BytesIO
from time import monotonic

from django.core.exceptions import ValidationError
from pypdf import DocumentInformation, PageObject, PdfReader, apply_configuration
from pypdf.errors import FileNotDecryptedError
from pypdf.generic import BooleanObject, DictionaryObject, NullObject, StreamObject

from sosafe_site.publishing.files.pdf_contents import refuse_more_than_pages
from sosafe_site.publishing.files.reading import UNREADABLE, Facts, first_day, inside, must

MOST_OF_METADATA = 200_000  # bytes
PAGES_SEARCHED_FOR_TEXT = 5
SECONDS_FOR_TEXT = 5  # of searching; the drawing of a map may be a thousand times as long as a page of text
SLOWLY_UNPACKED = 10_000_000  # bytes of a drawing in the one packing that takes a second for each two million
BEFORE_A_PDF = 1024  # bytes that may stand before its first line, as its readers have it

# What programs put in when nobody gave one
NO_TITLE = re.compile(r"\s*(untitled.*|document\s?\d*|microsoft \w+ - .*|\S*\.[a-z]{3,4})?\s*", re.IGNORECASE)


def read_pdf(content: BytesIO) -> Facts:
    start = content.getvalue().find(b"%PDF-", 0, BEFORE_A_PDF + 5)
    must(start >= 0)
    whole = content.getvalue()[start:]  # its own places are counted from there
    try:
        reader = PdfReader(BytesIO(whole))
        facts = facts_of_pdf(reader)
        refuse_more_than_pages(reader, whole)
        return facts
    except FileNotDecryptedError as error:
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
    xmp = metadata.get_data()[:MOST_OF_METADATA] if isinstance(metadata, StreamObject) else b""
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
