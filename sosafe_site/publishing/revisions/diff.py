"""What differs between two versions of a record, in words that officers read."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from difflib import SequenceMatcher
from typing import Any

from django.db import models
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.timezone import localtime

from sosafe_site.periods import DATE_WORDS
from sosafe_site.publishing.revisions.snapshot import Content, parts_of

At = tuple[str, str, str]  # relation and key of a part, both empty for the record itself, and the name of a field
NAMES = {"title", "name", "heading", "what"}
SHORT = 80  # characters of a value that fit into a sentence


@dataclass(frozen=True)
class Change:
    at: At
    label: str
    old: str
    new: str
    what: str = "field"  # or that a part is "added" or "removed"
    is_text: bool = False

    @property
    def sentence(self) -> str:
        if self.what != "field":
            return f"{self.label} {self.what}."
        if len(self.old) > SHORT or len(self.new) > SHORT:
            return f"{self.label} changed."
        if not self.old:
            return f"{self.label} set to {self._said(self.new)}."
        if not self.new:
            return f"{self.label} emptied; it was {self._said(self.old)}."
        return f"{self.label} changed from {self._said(self.old)} to {self._said(self.new)}."

    def _said(self, value: str) -> str:
        """What officers wrote is told from the sentence around it."""
        return f"“{value.rstrip('.')}”" if self.is_text else value

    @property
    def marked(self) -> SafeString:
        """The new words with the old ones among them, each marked as what it is."""
        old, new = self.old.split(), self.new.split()
        pieces = []
        for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
            if kind == "equal":
                pieces.append(format_html("{}", " ".join(new[c:d])))
                continue
            if a < b:
                pieces.append(format_html("<del>{}</del>", " ".join(old[a:b])))
            if c < d:
                pieces.append(format_html("<ins>{}</ins>", " ".join(new[c:d])))
        return mark_safe(" ".join(pieces))  # noqa: S308  # each piece is escaped above


def changes(kind: type[models.Model], before: Content, after: Content) -> list[Change]:
    """Those of the record's own fields first, then part by part."""
    return _between(kind, before, after, None)


def collisions(kind: type[models.Model], base: Content, theirs: Content, mine: Content) -> list[Change]:
    """From theirs to mine, where both have changed what was there, and not to the same."""
    first, their, my = flat(base), flat(theirs), flat(mine)
    both = {at for at in {*first, *their, *my} if len({repr(each.get(at)) for each in (first, their, my)}) == 3}
    both |= {(relation, key, "") for relation, key, _ in both}  # one may have taken away what the other has changed
    return _between(kind, theirs, mine, both)


def _between(kind: type[models.Model], before: Content, after: Content, only: set[At] | None) -> list[Change]:
    found = []
    old, new = before.get("fields", {}), after.get("fields", {})
    found += _of_fields(("", ""), _present(kind, new), old, new, "")
    for relation, part, part_fields in parts_of(kind):
        rows_before = before.get("parts", {}).get(relation, {})
        rows_after = after.get("parts", {}).get(relation, {})
        noun = capfirst(str(part._meta.verbose_name))
        for key in {**rows_before, **rows_after}:
            old, new = rows_before.get(key), rows_after.get(key)
            title = f"{noun} “{name_of(part, new or old or {})}”"
            if old is None or new is None:
                what = "added" if old is None else "removed"
                words = [shown(field, (new or old or {}).get(field.name)) for field in part_fields]
                text = ", ".join(word for word in words if word)
                at = (relation, key, "")
                found.append(Change(at, title, text if new is None else "", text if old is None else "", what))
            elif old != new:
                found += _of_fields((relation, key), part_fields, old, new, f"{title}: ")
    return [change for change in found if only is None or change.at in only]


def _of_fields(place: tuple[str, str], fields: Iterable[Any], old: dict, new: dict, prefix: str) -> list[Change]:
    return [
        Change(
            (*place, field.name),
            _label(prefix, field),
            shown(field, old.get(field.name)),
            shown(field, new[field.name]),
            is_text=isinstance(field, models.CharField | models.TextField) and not field.choices,
        )
        for field in fields
        if field.name in new and old.get(field.name) != new[field.name]
    ]


def _label(prefix: str, field: models.Field) -> str:
    return prefix + str(field.verbose_name) if prefix else capfirst(str(field.verbose_name))


def flat(content: Content) -> dict[At, Any]:
    found: dict[At, Any] = {("", "", name): value for name, value in content.get("fields", {}).items()}
    for relation, rows in content.get("parts", {}).items():
        for key, fields in rows.items():
            found[relation, key, ""] = True  # it is there
            found |= {(relation, key, name): value for name, value in fields.items()}
    return found


def name_of(kind: type[models.Model], fields: dict[str, Any]) -> str:
    """What officers know it by: its name, or else the first that they filled in."""
    for field in sorted(_present(kind, fields), key=lambda field: field.name not in NAMES):
        if not isinstance(field, models.IntegerField) and (words := shown(field, fields[field.name])):
            return words if len(words) <= SHORT else words[: SHORT - 1] + "…"
    return str(kind._meta.verbose_name)


def _present(kind: type[models.Model], fields: dict[str, Any]) -> list[Any]:
    """In the model's order, whatever the database made of that of the names."""
    return [field for field in [*kind._meta.concrete_fields, *kind._meta.many_to_many] if field.name in fields]


def shown(field: Any, value: Any) -> str:
    """A value of a version as officers see it in the form."""
    if value in (None, "", []):
        return ""
    if field.many_to_many or field.many_to_one:
        keys = value if isinstance(value, list) else [value]
        found = field.related_model._default_manager.in_bulk(keys)
        return ", ".join(sorted(str(other) for other in found.values())) or "something that is not there any more"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if hasattr(field, "in_words"):  # a RichTextField, which is built on records, as these are on this
        return field.in_words(value)
    python: Any = field.to_python(value)
    if isinstance(python, time):
        return python.strftime("%H:%M")
    if isinstance(python, datetime):
        return date_format(localtime(python), f"{DATE_WORDS}, H:i")
    return date_format(python, DATE_WORDS) if isinstance(python, date) else str(python)


def sentences(found: list[Change], at_most: int = 12) -> str:
    """In one line; long ones end in how many more there are."""
    words = [change.sentence for change in found[:at_most]]
    if len(found) > at_most:
        words.append(f"And {len(found) - at_most} more.")
    return " ".join(words)
