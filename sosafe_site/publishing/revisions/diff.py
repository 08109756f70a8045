"""What differs between two versions of a record, in words that officers read."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
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

from sosafe_site.partial_dates import DATE_WORDS
from sosafe_site.publishing.revisions.snapshot import Content, parts_of, with_parents

Named = dict[Any, dict[str, Any]]  # records by kind and key; of a kind of text, where its links lead
At = tuple[str, str, str]  # relation and key of a part, both empty for the record itself, and the name of a field
NAMES = ["title", "name", "heading", "what", "post", "standing"]  # the first that there is
UNSAID = {"size", "pages", "dated_on", "flaws"}  # what an uploaded file says of itself
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
    def name(self) -> str:
        """ "title", "actions.what" of a part, or "actions" of one that was added or removed."""
        relation, _, field = self.at
        return ".".join(filter(None, [relation, field]))

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
    own, rows = _present(kind, new), list(_rows_that_differ(kind, before, after))
    fields = [
        (field, row.get(field.name)) for field in own for row in (old, new) if old.get(field.name) != new[field.name]
    ]
    fields += [
        (field, of_one[field.name]) for _, part, _, *pair in rows for of_one in pair for field in _present(part, of_one)
    ]
    named = records_named(fields)
    found += _of_fields(("", ""), own, old, new, "", named)
    for (relation, key), part, part_fields, old, new in rows:
        title = f"{capfirst(str(part._meta.verbose_name))} “{name_of(part, new or old, named)}”"
        if not old or not new:
            what = "removed" if old else "added"
            words = [
                shown(field, (new or old).get(field.name), named) for field in part_fields if field.name not in UNSAID
            ]
            text = ", ".join(word for word in words if word)
            found.append(Change((relation, key, ""), title, text if old else "", text if new else "", what))
        else:
            found += _of_fields((relation, key), part_fields, old, new, f"{title}: ", named)
    return [change for change in found if only is None or change.at in only]


def _rows_that_differ(kind: type[models.Model], before: Content, after: Content) -> Iterator[Any]:
    """Relation and key, model and fields of each part, with what it was and what it is; empty where it is not there."""
    for relation, part, fields in parts_of(kind):
        old, new = (content.get("parts", {}).get(relation, {}) for content in (before, after))
        for key in {**old, **new}:
            if old.get(key) != new.get(key):
                yield (relation, key), part, fields, old.get(key, {}), new.get(key, {})


def _of_fields(
    place: tuple[str, str], fields: Iterable[Any], old: dict, new: dict, prefix: str, named: Named
) -> list[Change]:
    return [
        Change(
            (*place, field.name),
            _label(prefix, field),
            shown(field, old.get(field.name), named),
            shown(field, new[field.name], named),
            is_text=isinstance(field, models.CharField | models.TextField) and not field.choices,
        )
        for field in fields
        if field.name in new
        and old.get(field.name, field.get_default()) != new[field.name]  # it may be older than that
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


def name_before_others(field: models.Field) -> int:
    return NAMES.index(field.name) if field.name in NAMES else len(NAMES)


def name_of(kind: type[models.Model], fields: dict[str, Any], named: Named | None = None) -> str:
    """What officers know it by: its name, or else the first that they filled in."""
    unseen = getattr(kind, "untold", ())
    for field in sorted(_present(kind, fields), key=name_before_others):
        if field.name in unseen or isinstance(field, models.IntegerField):
            continue
        if words := shown(field, fields[field.name], named):
            return words if len(words) <= SHORT else words[: SHORT - 1] + "…"
    return str(kind._meta.verbose_name)


def _present(kind: type[models.Model], fields: dict[str, Any]) -> list[Any]:
    """In the model's order, whatever the database made of that of the names."""
    return [field for field in [*kind._meta.concrete_fields, *kind._meta.many_to_many] if field.name in fields]


def records_named(values: Iterable[tuple[Any, Any]]) -> Named:
    """The records that these values of fields name, and that their texts link to: a query for each kind."""
    keys: dict[Any, set[Any]] = defaultdict(set)
    texts: dict[Any, list[str]] = defaultdict(list)
    for field, value in values:
        if value and field.related_model:
            keys[field.related_model].update(value if isinstance(value, list) else [value])
        elif value and hasattr(field, "in_words"):
            texts[type(field)].append(value)
    found: Named = {kind: kind.targets_in(of_kind) for kind, of_kind in texts.items()}
    for kind, wanted in keys.items():
        others = with_parents(kind._default_manager.all()).in_bulk(wanted)
        found[kind] = {str(key): other for key, other in others.items()}
    return found


def shown(field: Any, value: Any, named: Named | None = None) -> str:
    """A value of a version as officers see it in the form. What it names is fetched, unless that was done for many."""
    if value in (None, "", []):
        return ""
    if field.many_to_many or field.many_to_one:
        there = (records_named([(field, value)]) if named is None else named).get(field.related_model, {})
        keys = value if isinstance(value, list) else [value]
        found = [there[str(key)] for key in keys if str(key) in there]
        return ", ".join(sorted(str(other) for other in found)) or "something that is not there any more"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if hasattr(field, "in_words"):  # a RichTextField, which is built on records, as these are on this
        return field.in_words(value, named and named.get(type(field)))
    if hasattr(field, "as_written"):  # of days, whose text no officer would write
        return field.as_written(value)
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
