"""What an uploaded file is and says of itself. Officers type none of it.

Each kind of file has a function that reads it and so proves that it is what its name says. However large the file, it
takes seconds at most, and an upload is read once, before anything is saved: nobody waits for it but who sent it.
"""

import re
from collections.abc import Callable, Iterable
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.core.files import File

from sosafe_site.publishing.files.apart import apart
from sosafe_site.publishing.files.images import rewritten
from sosafe_site.publishing.files.office import ODT, read_odt, read_office
from sosafe_site.publishing.files.pdf import read_pdf
from sosafe_site.publishing.files.reading import UNREADABLE, Facts, must, refuse

LARGEST_FILE = 50 * 1024 * 1024  # bytes
# A cell that begins as a formula: with =, or with what else Excel takes for that before a name and a bracket or bar
FORMULA = re.compile(r"(?:^|[,;\t\r\n])[\" ]{0,9}(?:=|[-+@][A-Za-z][\w.]*[(|])")


def read(file: File, extension: str) -> Facts:
    """Raises ValidationError, with what to do, when the site does not take the file."""
    if extension not in FORMATS:
        raise ValidationError(f"The site does not take this kind of file. Upload one of these: {', '.join(FORMATS)}.")
    if not file.size:
        raise ValidationError("This file is empty. Save it again in the program that made it and upload that.")
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
    """So that no transaction, which may keep all others from saving, is open while a file is read, whatever it is."""
    for upload in uploads:
        upload.found = apart(reader, upload)


def found_in(file: Any, reader: Callable[[Any], Any] = facts_of) -> Any:
    """In what a field holds, be it read ahead or not. Raises ValidationError when the site does not take it."""
    found = getattr(file.file, "found", None) or reader(file)
    if isinstance(found, ValidationError):
        raise found
    return found


def read_picture(kind: str, content: BytesIO) -> Facts:
    return Facts(rewritten=rewritten(content.getvalue(), kind))


def read_csv(content: BytesIO) -> Facts:
    must(b"\0" not in content.getvalue() and not content.getvalue().lstrip().startswith((b"<", b"%PDF-")))
    try:
        text = content.getvalue().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValidationError(
            "The letters of this CSV file would come out wrong for readers. In Excel: File, Save as, "
            "“CSV UTF-8 (Comma delimited)”. In LibreOffice: Save as, Text CSV, character set UTF-8."
        ) from error
    if formula := FORMULA.search(text):
        refuse("formula", line=text.count("\n", 0, formula.end()) + 1)
    return Facts()


class Format(NamedTuple):
    name: str
    content_type: str
    read: Callable[[BytesIO], Facts]


_OFFICE = "application/vnd.openxmlformats-officedocument."
_WORD, _EXCEL = f"{_OFFICE}wordprocessingml.document", f"{_OFFICE}spreadsheetml.sheet"
# By the end of the file's name
FORMATS = {
    "pdf": Format("PDF", "application/pdf", read_pdf),
    "docx": Format("Word", _WORD, partial(read_office, f"{_WORD}.main+xml", "Word")),
    "odt": Format("OpenDocument", f"{ODT}text", read_odt),
    "xlsx": Format("Excel", _EXCEL, partial(read_office, f"{_EXCEL}.main+xml", "Excel")),
    "csv": Format("CSV", "text/csv; charset=utf-8", read_csv),
    "png": Format("PNG image", "image/png", partial(read_picture, "PNG")),
    "jpg": Format("JPEG image", "image/jpeg", partial(read_picture, "JPEG")),
    "jpeg": Format("JPEG image", "image/jpeg", partial(read_picture, "JPEG")),
}
