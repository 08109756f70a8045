"""What all that read uploaded files share: what is found in one, and how it is refused."""

import lzma
import re
import struct
import zipfile
import zlib
from dataclasses import dataclass, field
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.utils import timezone
from PIL import Image
from pypdf.errors import DependencyError, PyPdfError

from sosafe_site.periods import today
from sosafe_site.publishing.files.refusals import REFUSALS

PDF_BEGAN = date(1993, 6, 15)  # an older date in a file is some program's zero

# What the libraries raise for files that are damaged, or not what they say
UNREADABLE = (
    PyPdfError, DependencyError, zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error,
    Image.DecompressionBombError, ArithmeticError, AssertionError, AttributeError, EOFError, LookupError, OSError,
    RuntimeError, SyntaxError, TypeError, ValueError,
)  # fmt: skip


@dataclass
class Facts:
    pages: int | None = None
    dated_on: date | None = None
    flaws: list[str] = field(default_factory=list)  # names of FLAWS
    rewritten: bytes | None = None  # what is to be kept instead of the file, if that said more than it shows


def must(is_so: bool) -> None:
    """Raises ValueError, from which read() makes a sentence."""
    if not is_so:
        raise ValueError


def refuse(reason: str, **words: object) -> None:
    raise ValidationError(REFUSALS[reason].format(**words))


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
