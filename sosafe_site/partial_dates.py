"""Days that are known to the day, the month or the year, only "by" a day, or not at all: as one field of a form.

In a version of a record they are text: "2019-06-15", "2019-06", "2019", "by 2019-12-31", "2019-04-01?" or "?".
"""

import re
from calendar import monthrange
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.formats import date_format

DATE_WORDS = "j F Y"
HOW = (
    "Write a day, a month or a year, such as 1 April 2019, June 2019 or 2019. "
    "Write “by 31 December 2019” if you only know that it was no later, and “?” if it is not on record."
)


class Known(models.TextChoices):
    DAY = "day", "to the day"
    MONTH = "month", "to the month"
    YEAR = "year", "to the year"
    BY = "by", "no later than this day"
    ASSUMED = "assumed", "assumed from the year"
    UNKNOWN = "unknown", "not on record"


# How officers write each; what a year or a month leaves open is read from the first that fits
WRITTEN = {
    Known.DAY: ("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%d/%m/%y", "%d %B %Y", "%d %b %Y", "%A %d %B %Y"),
    Known.MONTH: ("%Y-%m", "%m/%Y", "%B %Y", "%b %Y"),
    Known.YEAR: ("%Y",),
}
UNKNOWN = {"?", "unknown", "not known", "not on record"}
ORDINAL = re.compile(r"(?<=\d)(st|nd|rd|th)\b")
SHAPES = {Known.MONTH: ("%Y-%m", "F Y"), Known.YEAR: ("%Y", "Y")}  # in a version and in words


@dataclass(frozen=True)
class PartialDate:
    """Of a month or a year "day" is its first day or its last, whichever lies further out."""

    day: date | None = None
    known: Known = Known.DAY

    @classmethod
    def read(cls, text: Any, is_last: bool = False) -> "PartialDate":
        """Of what an officer or a version has written. Raises ValidationError in an officer's words."""
        if isinstance(text, date):
            return cls(text)
        typed = ORDINAL.sub("", " ".join(str(text or "").replace(",", " ").lower().split()))
        if not typed or typed in UNKNOWN:
            return cls(None, Known.UNKNOWN if typed else Known.DAY)
        is_bound, is_assumed = typed.startswith("by "), typed.endswith("?")
        day, known = written(typed.removeprefix("by ").removesuffix("?").strip())
        first, last = within(day, known)
        if is_bound:
            return cls(last, Known.BY)
        if is_assumed and known == Known.DAY:
            known = Known.ASSUMED
        return cls(last if is_last else first, known)

    @property
    def earliest(self) -> date | None:
        """None if nothing says how early it may have been."""
        return None if self.day is None or self.known == Known.BY else within(self.day, self.known)[0]

    @property
    def latest(self) -> date | None:
        return None if self.day is None else within(self.day, self.known)[1]

    def leaves_open(self, on: date) -> bool:
        """Whether it may have been by that day, and may not."""
        return self.latest is not None and on < self.latest and (self.earliest is None or self.earliest <= on)

    @property
    def is_assumed(self) -> bool:
        return self.day is not None and self.known == Known.ASSUMED

    @property
    def text(self) -> str:
        """As a version has it; empty if nobody has said anything."""
        if self.day is None:
            return "?" if self.known == Known.UNKNOWN else ""
        if self.known in SHAPES:
            return self.day.strftime(SHAPES[self.known][0]).rjust(4, "0")
        mark = {Known.BY: "by {}", Known.ASSUMED: "{}?"}.get(self.known, "{}")
        return mark.format(self.day.isoformat())

    @property
    def typed(self) -> str:
        """As an officer could have written it."""
        if self.day is None:
            return self.text
        mark = {Known.BY: "by {}", Known.ASSUMED: "{}?"}.get(self.known, "{}")
        return mark.format(date_format(self.day, SHAPES.get(self.known, ("", DATE_WORDS))[1]))

    @property
    def words(self) -> str:
        """As readers are told it: "15 June 2019", "June 2019", "2019", "3 May 2019 or earlier"; empty if not known."""
        if self.day is None:
            return ""
        if self.known == Known.BY:
            return f"{date_format(self.day, DATE_WORDS)} or earlier"
        return str(self.day.year) if self.known == Known.ASSUMED else self.typed

    @property
    def when(self) -> str:
        """After a verb: "on 15 June 2019", "in June 2019", "in 2019", "by 31 December 2019"."""
        if self.day is None or self.known == Known.BY:
            return self.typed.removeprefix("?")
        return f"on {self.words}" if self.known == Known.DAY else f"in {self.words}"


def written(text: str) -> tuple[date, Known]:
    for known, shapes in WRITTEN.items():
        for shape in shapes:
            with suppress(ValueError):
                return datetime.strptime(text, shape).date(), known
    raise ValidationError(HOW, code="invalid")


def within(day: date, known: Known | str) -> tuple[date, date]:
    """The first and the last day that it may be."""
    if known == Known.YEAR:
        return day.replace(month=1, day=1), day.replace(month=12, day=31)
    if known == Known.MONTH:
        return day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1])
    return day, day


def partial(record: models.Model, name: str) -> PartialDate:
    """What a record knows of one of its days."""
    return PartialDate(getattr(record, name), Known(getattr(record, f"{name}_known")))


class KnownField(models.CharField):
    """How much is known of the day in the column beside it, whose form field says both."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"max_length": 8, "choices": Known, "default": Known.DAY, "editable": False, **options})


class PartialDateField(models.DateField):
    """Needs a KnownField beside it, named after it: "starts_on" and "starts_on_known"."""

    def __init__(self, *args: Any, is_last: bool = False, **options: Any) -> None:
        self.is_last = is_last
        super().__init__(*args, **options)

    def deconstruct(self) -> Any:
        name, path, args, options = super().deconstruct()
        return name, path, args, {**options, "is_last": True} if self.is_last else options

    def value_from_object(self, obj: models.Model) -> Any:
        return partial(obj, self.name).text or None

    def save_form_data(self, instance: models.Model, data: Any) -> None:
        found = PartialDate.read(data, self.is_last)
        setattr(instance, self.name, found.day)
        setattr(instance, f"{self.name}_known", found.known)

    def as_written(self, value: str) -> str:
        """Of a version, for officers."""
        return PartialDate.read(value, self.is_last).typed

    def formfield(self, **options: Any) -> Any:
        return super().formfield(**{**options, "form_class": PartialDateFormField, "widget": forms.TextInput})


class PartialDateFormField(forms.CharField):
    """Its value is the text of a version, which the form shows as an officer writes it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.widget.attrs.setdefault("size", 20)

    def prepare_value(self, value: Any) -> Any:
        try:
            return PartialDate.read(value).typed if value else value
        except ValidationError:
            return value  # as it was typed

    def to_python(self, value: Any) -> str:
        """Raises ValidationError for what is no day, month or year."""
        return PartialDate.read(super().to_python(value)).text

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return not self.disabled and self.to_python(initial) != self.to_python(data)
        except ValidationError:
            return True
