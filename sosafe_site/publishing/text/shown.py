"""What a text shows beside its words: pictures, contact cards and the meaning of words, each from its one record.

A text keeps a paragraph of nothing but <a href="show:publishing.picture/<key>">words</a>, where the words are for
officers. What is shown is looked up once the whole page is made, for all of its texts together.
"""

import re
from collections import defaultdict
from functools import cache
from typing import Any

from django.apps import apps
from django.contrib.admin import site
from django.db import models
from django.template.loader import render_to_string

from sosafe_site.publishing.models import Picture, Revision, Term
from sosafe_site.publishing.models.publishable import Publishable

KEY = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
SHOW = re.compile(rf"show:([a-z]+\.[a-z]+)/({KEY})")
BLOCK = re.compile(rf'<p><a href="{SHOW.pattern}">.*?</a></p>', re.DOTALL)
AMONG_WORDS = re.compile(rf'<a href="{SHOW.pattern}">(.*?)</a>', re.DOTALL)
# Around each text of a page while it is made
BEGIN, END = "\ue000", "\ue001"
TEXT = re.compile(f"{BEGIN}(.*?){END}", re.DOTALL)
TAG = re.compile(r"(<[^>]*>)")
MOST_CHOICES = 200
UNMARKED = re.compile(r"</?(a|h[1-6]|caption|figcaption)\b")  # links, and what stands as a heading


@cache
def kinds() -> dict[str, Any]:
    """The models of which a text can show a record, by their labels: those that name the piece that shows it."""
    return {model._meta.label_lower: model for model in apps.get_models() if getattr(model, "piece_in_text", "")}


def link_to(record: Any) -> str:
    return f"show:{record._meta.label_lower}/{record.pk}"


def there(wanted: set[tuple[str, str]]) -> dict[tuple[str, str], Any]:
    """Those of these kinds and keys that readers may see; one query for each kind."""
    keys = defaultdict(set)
    for label, key in wanted:
        keys[label].add(key)
    found: dict[tuple[str, str], Any] = {}
    for label, model in kinds().items():
        if label in keys:
            records = model.objects.published() if issubclass(model, Publishable) else model.objects.all()
            found |= {(label, str(record.pk)): record for record in records.filter(pk__in=keys[label])}
    return found


def with_shown(page: str) -> str:
    """The page with what its texts show, in as many queries however many that are."""
    if "show:" in page:
        known = there(set(SHOW.findall(page)))

        def piece(link: re.Match[str]) -> str:
            record = known.get((link[1], link[2]))
            return render_to_string(record.piece_in_text, {"record": record}) if record else ""

        page = AMONG_WORDS.sub(r"\3", BLOCK.sub(piece, page))
    return with_meanings(page) if BEGIN in page else page


def with_meanings(page: str) -> str:
    """The page with each explained word linked to its meaning where a text has it first, and the meaning below the
    first text of the page that has it."""
    terms = Term.objects.by_form()
    told: set[Term] = set()

    def one(text: re.Match[str]) -> str:
        html, found = marked(text[1], terms)
        new = [term for term in found if term not in told]
        told.update(new)
        return html + (render_to_string("components/words.html", {"terms": new}) if new else "")

    return TEXT.sub(one, page)


def marked(html: str, terms: dict[str, Term]) -> tuple[str, list[Term]]:
    """The text, and the terms that it has in their order."""
    if not terms:
        return html, []
    anywhere = re.compile(rf"(?<![\w&-])({'|'.join(map(re.escape, sorted(terms, key=len, reverse=True)))})(?![\w-])")
    found: list[Term] = []
    depth = 0

    def link(word: re.Match[str]) -> str:
        term = terms[word[1]]
        if term in found:
            return word[1]
        found.append(term)
        return f'<a class="word" href="#{term.anchor}">{word[1]}</a>'

    pieces = TAG.split(html)
    for n, piece in enumerate(pieces):
        if n % 2:
            depth += UNMARKED.match(piece) is not None and (-1 if piece.startswith("</") else 1)
        elif not depth:
            pieces[n] = anywhere.sub(link, piece)
    return "".join(pieces), found


def framed(html: str) -> str:
    """Each table of more than two columns in a frame of its own that scrolls, so that it stays readable on a phone."""

    def frame(table: re.Match[str]) -> str:
        first_row = table[0].split("</tr>", 1)[0]
        if len(re.findall("<t[hd]", first_row)) < 3:
            return table[0]
        caption = re.search("<caption>(.*?)</caption>", table[0], re.DOTALL)
        name = re.sub("<[^>]*>", "", caption[1]) if caption else "Table"
        return f'<div class="frame" role="region" aria-label="{name}" tabindex="0">{table[0]}</div>'

    return re.sub("<table>.*?</table>", frame, html, flags=re.DOTALL)


def to_choose_from() -> list[dict[str, Any]]:
    """What an officer can put into a text, by kinds, the newest pictures first."""
    groups = []
    for model in kinds().values():
        records = model.objects.published() if issubclass(model, Publishable) else model.objects.all()
        choices = [{"address": link_to(record), "title": str(record)} for record in records[:MOST_CHOICES]]
        groups.append({"kind": str(model._meta.verbose_name_plural), "choices": choices})
    return groups


def texts_with(words: str) -> list[tuple[Any, str]]:
    """The record on whose form each text is edited that holds these words, and the text."""
    found = []
    for model in apps.get_models():
        for field in (each for each in model._meta.fields if hasattr(each, "in_words") and hasattr(each, "targets_in")):
            for record in model._default_manager.filter(**{f"{field.name}__contains": words}):
                found.append((whole_of(record), getattr(record, field.name)))
    return found


def whole_of(record: Any) -> Any:
    """The record on whose form a part is edited; itself if it has a form."""
    if site.is_registered(type(record)):
        return record
    fields = record._meta.fields
    up = next(each for each in fields if each.many_to_one and each.remote_field.on_delete is models.CASCADE)
    return whole_of(getattr(record, up.name))


def shown_by(picture: Picture) -> list[Any]:
    """The records that show it, public or not, and the drafts that will."""
    relations = Picture._meta.related_objects
    shown = [record for each in relations for record in getattr(picture, str(each.get_accessor_name())).all()]
    shown += [record for record, _ in texts_with(link_to(picture))]
    keys = {str(record.pk) for record in shown}
    drafts = Revision.objects.open().filter(content__icontains=str(picture.pk)).exclude(record__in=keys)
    return [*dict.fromkeys(shown), *drafts]


def missing() -> list[tuple[Any, str]]:
    """Texts that name something which readers don't see there: the record with the text, and the words for it."""
    found = texts_with('href="show:')
    known = there({pair for _, text in found for pair in SHOW.findall(text)})
    return [
        (record, words)
        for record, text in found
        for label, key, words in AMONG_WORDS.findall(text)
        if (label, key) not in known
    ]


def in_words(html: str) -> str:
    return AMONG_WORDS.sub(lambda link: f"[{link[3]}]", html)


def as_text(html: str) -> str:
    """Marked for with_shown(), which the whole page goes through."""
    return f"{BEGIN}{html.replace(BEGIN, '').replace(END, '')}{END}"
