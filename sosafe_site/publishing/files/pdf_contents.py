"""That a PDF is no more than pages: no scripts, no attached files, nothing that starts or fetches anything.

The bytes themselves are searched, of the whole file and of what is packed in its streams of objects, instead of the
objects that one reader finds in it: another finds others where a file is damaged on purpose, and what an older state of
it held can be brought back. It also takes no time to speak of, however many objects there are.
"""

import re
from collections.abc import Iterator

from PIL import ExifTags, Image
from pypdf import PdfReader
from pypdf.generic import DictionaryObject, PdfObject, StreamObject

from sosafe_site.publishing.files.reading import UNREADABLE, refuse

SPACE = rb"[\0\t\n\f\r ]"
LONG_COMMENT = rb"%[^\r\n]{2000}"  # between a key and its value: only to hide it
GAP = rb"(?:" + SPACE + rb"|%[^\r\n]{0,1999}[\r\n])*+"
END = rb"(?=" + SPACE + rb"|[()<>\[\]{}/%]|\Z)"
REFERENCE = rb"\d+" + SPACE + rb"+\d+" + SPACE + rb"+R"
UNPACKED = 300_000_000  # bytes of all streams of objects together
MOST_PHOTOS = 2000


def written(*words: str) -> bytes:
    """The pattern of any of these names, each letter as itself or as a number, such as /J#61vaScript."""
    names = ["".join(f"(?:{letter}|#(?i:{ord(letter):02x}))" for letter in word) for word in words]
    return b"/(?:" + "|".join(names).encode() + b")" + END


def action(*kinds: str) -> bytes:
    return written("S") + GAP + written(*kinds)


REASONS = {
    "script": action("JavaScript") + b"|" + written("S") + GAP + b"(?:" + REFERENCE + b"|" + LONG_COMMENT + b")",
    "starts": action("Launch", "SubmitForm", "ImportData", "GoToR", "GoToE"),
    "media": action("Rendition", "Movie", "Sound", "RichMediaExecute", "GoTo3DView")
    + b"|" + written("Subtype") + GAP + written("RichMedia", "Screen", "Movie", "Sound", "3D"),
    "attached": written("EF") + GAP + b"<<",
    "xfa": written("XFA") + GAP + rb"[\[(<\d]",
}  # fmt: skip
FOUND = re.compile(b"|".join(b"(?P<%s>%s)" % (reason.encode(), pattern) for reason, pattern in REASONS.items()))
LINK = re.compile(written("URI") + GAP + rb"(?:\(((?:[^()\\]|\\.){0,200})|<([0-9A-Fa-f\s]{0,400}))", re.DOTALL)
ESCAPED = re.compile(rb"\\(?:([0-7]{1,3})|\r?\n|(.))", re.DOTALL)
SCRIPTED = re.compile(rb"(?:javascript|vbscript|data):", re.IGNORECASE)
ATTACHED_APART = re.compile(written("EF") + GAP + rb"(\d{1,9})" + SPACE)
SYSTEMS = {"/F", "/UF", "/DOS", "/Mac", "/Unix"}  # under whose names one attached file may be
STREAM_OF_OBJECTS = re.compile(
    rb"(\d{1,9})" + SPACE + rb"+\d{1,5}" + SPACE + rb"+obj(?:(?!endobj|stream).){0,500}?" + written("ObjStm"), re.DOTALL
)
PLACE_IN_XMP = re.compile(rb"exif:GPSLatitude\s*[>=]")


def refuse_more_than_pages(reader: PdfReader, content: bytes) -> None:
    """Raises ValidationError with the first reason."""
    for part in (content, *objects_in_streams(reader, content)):
        if found := FOUND.search(part):
            refuse(str(found.lastgroup))
        if any(SCRIPTED.match(target(link)) for link in LINK.finditer(part)):
            refuse("script")
        if any(is_attached(reader.get_object(int(found[1]))) for found in ATTACHED_APART.finditer(part)):
            refuse("attached")
    if tells_a_place(content):
        refuse("position")


def objects_in_streams(reader: PdfReader, content: bytes) -> Iterator[bytes]:
    numbers = {int(number) for number, _ in reader.xref_objStm.values()}
    numbers |= {int(found[1]) for found in STREAM_OF_OBJECTS.finditer(content)}
    left = UNPACKED
    for number in sorted(numbers):
        stream = reader.get_object(number)
        if isinstance(stream, StreamObject):
            part = stream.get_data()
            left -= len(part)
            if left < 0:
                refuse("too-much")
            yield part


def is_attached(found: PdfObject | None) -> bool:
    """And no font, say, that a page calls EF."""
    parts = found if isinstance(found, DictionaryObject) else {}
    return any(isinstance(parts[name].get_object(), StreamObject) for name in SYSTEMS & parts.keys())


def target(link: re.Match[bytes]) -> bytes:
    """Of a link, without what browsers skip in it."""
    if link[2] is not None:
        digits = b"".join(link[2].split()).decode()
        address = bytes.fromhex(digits + "0" * (len(digits) % 2))
    else:
        address = ESCAPED.sub(lambda found: bytes([int(found[1], 8) % 256]) if found[1] else found[2] or b"", link[1])
    return bytes(letter for letter in address if letter > 32 and letter not in (0xFE, 0xFF))


def tells_a_place(content: bytes) -> bool:
    """Whether a photo in it, kept as the camera made it, does."""
    if PLACE_IN_XMP.search(content):
        return True
    place = -1
    for _ in range(MOST_PHOTOS):
        place = content.find(b"Exif\0\0", place + 1)
        if place < 0:
            return False
        if has_position(content[place : place + 65_536]):
            return True
    return False


def has_position(noted: bytes) -> bool:
    """Whether these notes of a camera hold degrees of latitude. What can't be read tells nothing."""
    exif = Image.Exif()
    try:
        exif.load(noted)
        return ExifTags.GPS.GPSLatitude in exif.get_ifd(ExifTags.IFD.GPSInfo)
    except UNREADABLE:
        return False
