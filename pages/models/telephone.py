"""A telephone number is one number. What else has to be said of it, such as an extension, stands in words beside it.

No library: those know the numbers of all countries and weigh megabytes; here a handful of short ones count as much,
and a number is dialled just as it was typed.
"""

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

# 999 or 61016; 116 123; Childline's 0800 1111; 01438 242666; +44 1438 242666; and after 18001, for text relay
NUMBER = re.compile(
    r"(?:1800[12] )?(?:[1-9]\d{2,5}|116 \d{3}|0(?: ?\d){7}|0(?: ?\d){9,10}|\+[1-9](?: ?\d){6,14})", re.ASCII
)
ONLY_AT_HOME = re.compile(r"(\+\d{1,3}[\s.-]*)\(0\)")  # a 0 that is dialled only within the country
BEGINNING = re.compile(r"(?:(?:tel|telephone|phone|call|text)\b[.:]*\s*)?(\+?(?:\(\d+\)|[\d\s.-])+)", re.IGNORECASE)
NO_NUMBER = (
    "This is no telephone number. Give one with its area code, such as 01438 242666, or a short one such as 101."
)


def dialled(number: str) -> str:
    """As a tel: link wants it, without the spaces that people read it by."""
    return re.sub(r"[^+0-9]", "", ONLY_AT_HOME.sub(r"\1", number))


def as_read(number: str) -> str:
    """With spaces alone between its digits."""
    return " ".join(re.sub(r"[().\s-]+", " ", ONLY_AT_HOME.sub(r"\1 ", number)).split())


def is_number(text: str) -> bool:
    return bool(NUMBER.fullmatch(as_read(text)))


def split(text: str) -> tuple[str, str]:
    """The number with which a text begins, and the words after it. What can't be told apart is all words."""
    found = BEGINNING.match(text.strip())
    if found and is_number(found[1]):
        return as_read(found[1]), text.strip()[found.end() :].strip(" ,;:/–—-()")
    return "", text.strip()


def with_words(number: str, words: str) -> str:
    return f"{number} ({words})" if words else number


def one_number(text: str) -> None:
    """Raises ValidationError, with what to do, for anything else."""
    if not is_number(text):
        number, words = split(text)
        raise ValidationError(
            f"Give the number alone here, {number}, and “{words}” in the words after it." if number else NO_NUMBER
        )


class TelephoneField(models.CharField):
    default_validators = [one_number]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"max_length": 30, "blank": True, **options})

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return as_read(text) if isinstance(text, str) and is_number(text) else text
