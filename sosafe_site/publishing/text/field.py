"""Text with headings, lists, links and tables: its editor in the admin, and the one way into the database."""

import re
from html import unescape
from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminTextareaWidget
from django.db import models
from django.urls import reverse_lazy
from django.utils.html import strip_tags

from sosafe_site.publishing.text.record_links import Target, record_links_in, targets, with_addresses, with_records
from sosafe_site.publishing.text.sanitise import clean_html
from sosafe_site.publishing.text.shown import in_words as shown_in_words

TAKES = (
    "Headings, lists, links, tables, and by their buttons pictures that were added under Pictures. "
    "Not videos, maps or forms: link to those instead."
)


class RichTextWidget(AdminTextareaWidget):
    """Without JavaScript, a plain box of HTML."""

    class Media:
        css = {"all": ["editor/richtext.css"]}
        js = [forms.Script("editor/richtext.js", type="module")]

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        asks = {
            f"data-{name}": reverse_lazy(f"admin:publishing_address_{name}")
            for name in ("links", "shown", "advice", "paste")
        }
        super().__init__({"data-richtext": "", **asks, **(attrs or {})})


class RichTextFormField(forms.CharField):
    """Shows addresses, cleans before comparing: a form opened and saved untouched counts as unchanged."""

    def to_python(self, value: Any) -> Any:
        return with_addresses(clean_html(super().to_python(value) or ""), for_readers=False)

    def prepare_value(self, value: Any) -> Any:
        return with_addresses(value, for_readers=False) if isinstance(value, str) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.to_python(initial), data)


def _clean_if_text(value: Any) -> Any:
    return clean_html(value) if isinstance(value, str) else value  # None, or an expression for the database


def _as_kept(value: Any) -> Any:
    return with_records(clean_html(value)) if isinstance(value, str) else value


class RichTextField(models.TextField):
    def to_python(self, value: Any) -> Any:
        return _clean_if_text(super().to_python(value))

    @staticmethod
    def targets_in(texts: list[str]) -> dict[str, Target]:
        """Where the links of all of these texts lead, for in_words()."""
        return targets({link for text in texts for link in record_links_in(text)})

    def in_words(self, value: str, known: dict[str, Target] | None = None) -> str:
        """Without its markup, for officers who compare; each link with where it leads."""
        shown = with_addresses(shown_in_words(value), for_readers=False, known=known)
        html = re.sub(r'<a href="([^"]*)">(.*?)</a>', r"\2 (\1)", shown, flags=re.DOTALL)
        return unescape(" ".join(strip_tags(html.replace("<", " <")).split()))

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """So that the object in memory shows what was stored."""
        value = _as_kept(super().pre_save(model_instance, add))
        setattr(model_instance, self.attname, value)
        return value

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        """The gate that update(), bulk_update() and loaddata pass too; none of them calls pre_save()."""
        return super().get_db_prep_save(_as_kept(value), connection)

    def formfield(self, **kwargs: Any) -> Any:
        # The admin passes its own textarea for every TextField, so the widget is not a mere default.
        given = {**kwargs, "form_class": RichTextFormField, "widget": RichTextWidget}
        return super().formfield(**{**given, "help_text": f"{self.help_text} {TAKES}".strip()})
