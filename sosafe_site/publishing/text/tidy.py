"""What programs put into a text and no reader sees: it breaks feeds, turns the words around it, or fakes a title."""

import re
import unicodedata

# As old Windows numbered its quotes, dashes and dots; browsers read them so too
OF_WINDOWS = {number: bytes([number]).decode("cp1252", "ignore") for number in range(0x80, 0xA0)}
ENDS_OF_LINES = re.compile("[\x0b\x0c\u2028\u2029]")  # Word writes the first for a line that breaks inside a paragraph
NO_CHARACTERS = "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000))
NEVER_SEEN = re.compile(
    "["
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f"  # controls, all but tab and line ends
    "\xad\u200b\u2060-\u2064\ufeff"  # places at which a line may break or not
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f"  # marks of direction: letters have their own without them
    "\u115f\u1160\u3164\uffa0"  # letters without a shape
    f"\ud800-\udfff\ufdd0-\ufdef\ufff9-\ufffb{NO_CHARACTERS}"  # halves of characters, and what is none
    "]"
)


def tidy(text: str, *, is_one_line: bool = False) -> str:
    """The same words, as every program can show them. Tidying them again changes nothing."""
    if text.isascii() and text.isprintable():
        return text.strip()
    tidied = composed(seen(text)).strip()
    return re.sub(r"\s*[\r\n\t]+\s*", " ", tidied) if is_one_line else tidied


def seen(text: str) -> str:
    """What of it readers may see."""
    return NEVER_SEEN.sub("", ENDS_OF_LINES.sub("\n", text.translate(OF_WINDOWS)))


def composed(text: str) -> str:
    """Each letter as one character with its accents, however it was typed."""
    return unicodedata.normalize("NFC", text)


def has_words(text: str) -> bool:
    """Whether it holds a letter or a number, and not signs alone."""
    return any(character.isalnum() for character in text)
