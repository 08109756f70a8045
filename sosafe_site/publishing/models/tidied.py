from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from sosafe_site.publishing.text.tidy import has_words, tidy

NO_WORDS = "Give at least one letter or number: of this, readers would see nothing, or only signs."


class Tidied(models.Model):
    """The gate that all text passes before it is checked and before it is stored, whichever way it came in.

    Texts with markup have a gate of their own in their field.
    """

    class Meta:
        abstract = True

    def tidy(self) -> None:
        for field in self._meta.concrete_fields:
            value = self.__dict__.get(field.attname)
            if isinstance(value, str) and is_plain_text(field):
                setattr(self, field.attname, tidy(value, is_one_line=isinstance(field, models.CharField)))

    def clean_fields(self, exclude: Any = None) -> None:
        """Raises ValidationError also for signs alone where words are asked for."""
        self.tidy()
        errors: dict[str, Any] = {}
        try:
            super().clean_fields(exclude)
        except ValidationError as error:
            errors = error.update_error_dict(errors)
        for field in self._meta.concrete_fields:
            value = self.__dict__.get(field.attname)
            is_asked = is_plain_text(field) and not (field.blank or field.choices or field.name in (exclude or ()))
            if is_asked and isinstance(value, str) and field.name not in errors and not has_words(value):
                errors[field.name] = [NO_WORDS]
        if errors:
            raise ValidationError(errors)

    def _prepare_related_fields_for_save(self, *args: Any, **kwargs: Any) -> None:
        """What save(), bulk_create() and bulk_update() all call."""
        self.tidy()
        super()._prepare_related_fields_for_save(*args, **kwargs)  # type: ignore[misc]  # a hook of Django's that django-stubs leaves out


def is_plain_text(field: Any) -> bool:
    return isinstance(field, models.CharField | models.TextField) and not hasattr(field, "in_words")
