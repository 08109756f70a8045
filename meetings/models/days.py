"""The days for which an occasion was planned before: in a table as text, such as "2027-01-31, 2027-02-02"."""

from collections.abc import Iterable
from datetime import date
from itertools import groupby
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.formats import date_format

from sosafe_site.partial_dates import DATE_WORDS, Known, PartialDate
from sosafe_site.periods import in_known_years

HOW = (
    "Filled in by itself when you change the date of what readers know of. If it moved before it was entered here, "
    "write the earlier days in their order, such as 31 January 2027, 2 February 2027."
)


def read_days(text: str) -> list[date]:
    return [date.fromisoformat(day) for day in text.split(", ") if day]


def write_days(days: Iterable[date]) -> str:
    """A day that follows on itself is no move."""
    return ", ".join(day.isoformat() for day, _ in groupby(days))


def days_in_words(text: str) -> str:
    """Raises ValueError for text that is not of a table."""
    return ", ".join(date_format(day, DATE_WORDS) for day in read_days(text))


def day_in(typed: str) -> date:
    """Raises ValidationError in an officer's words."""
    try:
        found = PartialDate.read(typed)
    except ValidationError:
        found = PartialDate()
    if found.day is None or found.known != Known.DAY:
        raise ValidationError("Write each day in full, such as 31 January 2027, with commas between them.")
    in_known_years(found.day)
    return found.day


class DaysFormField(forms.CharField):
    """As officers write them: with commas, semicolons or the word "then" between them."""

    def to_python(self, value: Any) -> str:
        """Raises ValidationError for what is not a day."""
        typed = (super().to_python(value) or "").replace(";", ",").replace(" then ", " , ")
        days = [day_in(each) for each in typed.split(",") if each.strip()]
        return write_days(days)

    def prepare_value(self, value: Any) -> Any:
        """What was refused is shown as it was typed."""
        try:
            return days_in_words(value or "")
        except ValueError:
            return value


class DaysField(models.CharField):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max_length": 300, "blank": True, "help_text": HOW, **kwargs})

    def as_written(self, value: str) -> str:
        """Of a version, for officers."""
        return days_in_words(value)

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"form_class": DaysFormField, **kwargs})
