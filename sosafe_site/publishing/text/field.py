"""Text with headings, lists, links and tables: its editor in the admin, and the one gate that keeps it clean."""

import re
from html import unescape
from typing import Any

import nh3
from django import forms
from django.contrib.admin.widgets import AdminTextareaWidget
from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse_lazy
from django.utils.html import strip_tags

from sosafe_site.publishing.text.record_links import (
    Target,
    parsed,
    record_links_in,
    targets,
    with_addresses,
    with_records,
)
from sosafe_site.publishing.text.word import OWN_PLACE, with_lists, with_structure

# The page's own headings are h1 and h2, so text starts at h3. A div is a paragraph that its program did not name.
RENAMED = {"b": "strong", "i": "em", "h1": "h3", "h2": "h3", "h5": "h4", "h6": "h4", "div": "p"}
KEPT = {
    *("p", "br", "strong", "em", "a", "h3", "h4", "ul", "ol", "li", "blockquote"),
    *("table", "caption", "thead", "tbody", "tr", "th", "td"),
}
# Browsers take a backslash for a slash, and skip tabs and newlines: "/\host" and "/<tab>/host" leave the site.
SAFE_HREF = re.compile(r'(?:(?:https?|mailto|tel):|/(?![/\\])|#)[^\x00-\x1f\x7f<>"\\]*', re.IGNORECASE)


def _safe_attribute(tag: str, name: str, value: str) -> str | None:
    if name == "href":
        value = value.strip()
        is_good = parsed(value) or (SAFE_HREF.fullmatch(value) and not OWN_PLACE.fullmatch(value))
        return value if is_good else None
    if name == "scope":
        return value if value in {"col", "row", "colgroup", "rowgroup"} else None
    return value if value.isascii() and value.isdigit() else None  # colspan, rowspan


CLEANER = nh3.Cleaner(
    tags=KEPT | RENAMED.keys(),
    clean_content_tags={"script", "style", "title", "svg", "math", "del"},
    attributes={"a": {"href"}, "th": {"scope", "colspan", "rowspan"}, "td": {"colspan", "rowspan"}},
    attribute_filter=_safe_attribute,
    url_schemes={"http", "https", "mailto", "tel", "record"},
    link_rel=None,
)


def _row_with_scopes(row: re.Match[str]) -> str:
    html = row[0]
    if "<td" in html:
        html = re.sub(r"^<tr>\s*<th(?=[ >])(?![^>]*scope=)", '<tr><th scope="row"', html)
    return re.sub(r"<th(?=[ >])(?![^>]*scope=)", '<th scope="col"', html)


def _inner_table_as_text(cell: re.Match[str]) -> str:
    return cell[1] + re.sub(r"</?(table|caption|thead|tbody|tr|th|td)\b[^>]*>", " ", cell[2])


LINK = re.compile(r'<a href="([^"]*)">(.*?)</a>', re.DOTALL)
LINK_TO_NOWHERE = re.compile(r"<a>((?:(?!<a[ >]).)*?)</a>", re.DOTALL)
EMPTY_WORDS = re.compile(r"<(strong|em|a)( [^>]*)?>(\s*)</\1>")
EMPTY_BLOCK = re.compile(r"<(p|h3|h4|li|ul|ol|blockquote|caption|thead|tbody|table)>(\s|<br>)*</\1>\n?")
TABLE_IN_CELL = re.compile(r"(<t[dh](?=[ >])(?:(?!</t[dh]>).)*?)(<table>(?:(?!<table>).)*?</table>)", re.DOTALL)
# The editor wraps the words of every cell and list item; a list nested in the item may follow them.
ONLY_PARAGRAPH = re.compile(r"<(li|td|th)( [^>]*)?>\s*<p>((?:(?!<p>|<table>).)*?)</p>\s*(?=</\1>|<[uo]l>)", re.DOTALL)
ROW = re.compile(r"<tr>(?:(?!<tr>).)*?</tr>", re.DOTALL)


def _clean_once(html: str) -> str:
    # After the cleaner every "<" and ">" belongs to a tag: it escapes those in text, and no safe attribute holds one.
    html = re.sub(r"(?<![ \n])[ \n]*(?:&nbsp;[ \n]*)+", " ", CLEANER.clean(html).replace("\r\n", "\n"))
    html = re.sub(r"(</?)(\w+)", lambda tag: tag[1] + RENAMED.get(tag[2], tag[2]), html)
    html = LINK_TO_NOWHERE.sub(r"\1", html)
    html = EMPTY_WORDS.sub(r"\3", html)
    html = EMPTY_BLOCK.sub("", html)
    html = TABLE_IN_CELL.sub(_inner_table_as_text, html)
    html = ONLY_PARAGRAPH.sub(r"<\1\2>\3", with_structure(html))
    return ROW.sub(_row_with_scopes, html).strip()


NESTING = re.compile(r"<(/?)(?:ul|ol|li|blockquote|table|tr|td|th|a|strong|b|em|i)\b")
DEEPEST = 40


def is_too_deep(html: str) -> bool:
    level = 0
    for tag in NESTING.finditer(html):
        level += -1 if tag[1] else 1
        if level > DEEPEST:
            return True
    return False


def clean_html(html: str) -> str:
    """Raises ValidationError for what no person writes, and what would take long to clean."""
    if is_too_deep(CLEANER.clean(html)):
        raise ValidationError(
            "Lists, tables or bold words stand in each other too deep here. Paste this as plain text."
        )
    html = with_lists(html)
    # Taking one thing away can lay bare another (an empty paragraph in an empty list item), so until nothing changes.
    while (cleaner := _clean_once(html)) != html:
        html = cleaner
    return html if re.sub(r"<[^>]*>", "", html).strip() else ""


class RichTextWidget(AdminTextareaWidget):
    """Without JavaScript, a plain box of HTML."""

    class Media:
        css = {"all": ["editor/richtext.css"]}
        js = [forms.Script("editor/richtext.js", type="module")]

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        asks = {"data-links": reverse_lazy("admin:publishing_address_links")}
        asks["data-advice"] = reverse_lazy("admin:publishing_address_advice")
        super().__init__({"data-richtext": "", **asks, **(attrs or {})})


class RichTextFormField(forms.CharField):
    """Shows addresses, cleans before comparing: a form opened and saved untouched counts as unchanged."""

    def to_python(self, value: Any) -> Any:
        return with_addresses(clean_html(super().to_python(value) or ""), for_readers=False)

    def prepare_value(self, value: Any) -> Any:
        return with_addresses(value, for_readers=False) if isinstance(value, str) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


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
        shown = with_addresses(value, for_readers=False, known=known)
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
        return super().formfield(**{**kwargs, "form_class": RichTextFormField, "widget": RichTextWidget})
