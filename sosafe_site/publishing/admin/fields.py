"""Fields of forms that Django has none of."""

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.timezone import localtime, make_aware


class MomentField(forms.DateTimeField):
    """A minute by London's clock, which is all that a browser asks for: the same minute is no change."""

    def to_python(self, value: Any) -> datetime | None:
        """Of an hour that comes twice, the first. Raises ValidationError for one that is left out."""
        try:
            return super().to_python(value)
        except ValidationError as error:
            if error.code != "ambiguous_timezone" or not error.params:
                raise
            typed = error.params["datetime"]
            first = make_aware(typed).astimezone(UTC)
            if wall_clock(first) != typed:
                words = "The clocks go forward in that night, so there is no such time. Give one an hour later."
                raise ValidationError(words) from error
            return first

    def has_changed(self, initial: Any, data: Any) -> bool:
        if self.disabled or not isinstance(initial, datetime):
            return super().has_changed(initial, data)
        try:
            sent = self.to_python(data)
        except ValidationError:
            return True
        return sent is None or wall_clock(sent) != wall_clock(initial)


def wall_clock(moment: datetime) -> datetime:
    return localtime(moment).replace(second=0, microsecond=0, tzinfo=None)


class FetchedChoice(forms.ModelChoiceField):
    """A chooser of one of several forms: looks first among what was fetched for all of them."""

    fetched: dict[str, models.Model] = {}

    def to_python(self, value: Any) -> Any:
        return self.fetched.get(value) or super().to_python(value)


class FetchedChoices(forms.ModelMultipleChoiceField):
    """As FetchedChoice, of any number."""

    fetched: dict[str, models.Model] = {}

    def _check_values(self, value: Any) -> Any:
        if self.fetched.keys() >= set(value):
            return [self.fetched[key] for key in dict.fromkeys(value)]
        return super()._check_values(value)  # type: ignore[misc]  # a hook of Django's that django-stubs leaves out
