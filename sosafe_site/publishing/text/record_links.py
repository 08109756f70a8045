"""Links in texts that lead to a record, wherever it moves: how they are kept, shown to readers and to officers.

A text keeps "record:pages.page/<key>/<end of the address>?query#place". Officers and readers only ever meet addresses:
those that are typed or pasted become records when the text is stored, and addresses again when it is shown.
"""

import re
from collections.abc import Collection, Iterable
from functools import cache
from html import escape, unescape
from typing import Any, NamedTuple
from urllib.parse import urlsplit
from uuid import UUID

from django.apps import apps
from django.db.models import Exists, OuterRef, Q

from sosafe_site.publishing.clock import moment
from sosafe_site.publishing.models.address import Address
from sosafe_site.publishing.models.publishable import Publishable
from sosafe_site.publishing.redirects import drafts_at, is_fixed, records_of
from sosafe_site.publishing.text.link_check import HREF, path_of

UUID_WORDS = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
RECORD_LINK = re.compile(rf'record:([a-z]+\.[a-z]+)/({UUID_WORDS})/([\w./-]*)((?:\?[^#<>"]*)?(?:#[^<>"]*)?)')
LINK = re.compile(r'<a href="(record:[^"]*)">(.*?)</a>', re.DOTALL)  # in cleaned text, where links have nothing else
MOST_FOUND = 10


class Target(NamedTuple):
    address: str
    is_given_out: bool  # readers may have it, even if the record was withdrawn or erased since: then it says why


@cache
def kinds() -> list[Any]:
    """The models whose records have an address."""
    return [model for model in apps.get_models() if issubclass(model, Publishable) and model().suffixes()]


def parsed(link: str) -> re.Match[str] | None:
    """Kind, key, end of the address and the rest of a well-formed link to a record; None of any other."""
    found = RECORD_LINK.fullmatch(link)
    return found if found and found[1] in {model._meta.label_lower for model in kinds()} else None


def targets(links: Iterable[str]) -> dict[str, Target]:
    """Where each of those links leads that lead to a record; one query for each kind of record.

    Those to a draft that was deleted are left out.
    """
    asked = {link: found for link in links if (found := parsed(link))}
    records = records_of(Address(model=found[1], record=UUID(found[2])) for found in asked.values())
    missing = {UUID(found[2]) for found in asked.values()} - records.keys()
    erased = Address.objects.issued().filter(record__in=missing).order_by("issued_at") if missing else []
    paths = {(address.record, address.suffix): address.path for address in erased}

    def one(key: UUID, suffix: str, rest: str) -> Target | None:
        if record := records.get(key):
            began = [each.published_at for each in (record, *record.parents())]
            return Target(record.get_absolute_url() + suffix + rest, all(at and at <= moment() for at in began))
        path = paths.get((key, suffix))
        return Target(path + rest, True) if path else None

    found_targets = {link: one(UUID(found[2]), found[3], found[4]) for link, found in asked.items()}
    return {link: target for link, target in found_targets.items() if target}


def record_links_in(html: str) -> set[str]:
    return {unescape(link) for link, _ in LINK.findall(html)}


def with_addresses(html: str, *, for_readers: bool, known: dict[str, Target] | None = None) -> str:
    """The text with each link to a record leading to its present address, if that is known; else all are looked up.

    For readers, a link to what is not public yet leaves only its words; it is a link from the publication on.
    """
    found = targets(record_links_in(html)) if known is None else known

    def addressed(link: re.Match[str]) -> str:
        target = found.get(unescape(link[1]))
        is_link = target and (target.is_given_out or not for_readers)
        return f'<a href="{escape(target.address)}">{link[2]}</a>' if target and is_link else link[2]

    return LINK.sub(addressed, html)


def paths_in(html: str) -> set[str]:
    """The paths on this site that the cleaned text links to."""
    return {path for link in HREF.findall(html) if (path := path_of(unescape(link)))}


def with_records(html: str, known: dict[str, Address] | None = None) -> str:
    """The cleaned text as it is kept: its links to addresses of records, as whose() knows them, lead to the records."""
    found = whose(paths_in(html)) if known is None else known

    def recorded(tag: re.Match[str]) -> str:
        link = unescape(tag[1])
        if not (address := found.get(path_of(link))):
            return tag[0]
        parts = urlsplit(link)
        rest = (f"?{parts.query}" if parts.query else "") + (f"#{parts.fragment}" if parts.fragment else "")
        kept = f"record:{address.model}/{address.record}/{address.suffix}{rest}"
        return f'<a href="{escape(kept)}"' if parsed(kept) else tag[0]

    return HREF.sub(recorded, html)


def whose(paths: Collection[str]) -> dict[str, Address]:
    """Those of the paths that are, were or will be an address of a record. The last slash may be missing."""
    asked = {path for path in paths if "\0" not in path}  # which PostgreSQL refuses to look for
    if not asked:
        return {}
    issued = Address.objects.filter(path__in={*asked, *(f"{path}/" for path in asked)})
    by_path = {address.path: address for address in issued}
    for url, record in drafts_at([path for path in asked if path not in by_path and not is_fixed(path)]).items():
        for suffix in record.suffixes():
            by_path.setdefault(url + suffix, Address(model=record._meta.label_lower, record=record.pk, suffix=suffix))
    found = {path: by_path.get(path) or by_path.get(f"{path}/") for path in asked}
    return {path: address for path, address in found.items() if address}


def to_choose_from(query: str) -> list[dict[str, str]]:
    """The records that an officer may mean by these words or by this address, public ones first."""
    path = path_of(query)
    return [
        {
            "title": str(record),
            "kind": str(record._meta.verbose_name),
            "address": record.get_absolute_url(),
            "state": "" if record.is_public else record.state.lower(),
        }
        for record in (at_address(path) if path else named(query.split()))
    ]


def at_address(path: str) -> list[Any]:
    return list(records_of(whose([path]).values()).values())


def named(words: list[str]) -> list[Any]:
    """Those with every word in their title or address."""
    found: list[Any] = []
    for model in kinds() if words else []:
        title = next(name for name in ("title", "name") if hasattr(model, name))
        matches = Q()
        for word in words:
            matches &= Q(**{f"{title}__icontains": word}) | Q(slug__icontains=word)
        is_public = Exists(model.objects.published().filter(pk=OuterRef("pk")))
        others = model.objects.filter(matches).exclude(withdrawn_at__lte=moment()).select_related(*model.part_of)
        found += others.annotate(is_public=is_public).order_by("-is_public", title)[:MOST_FOUND]
    begins = " ".join(words).lower()
    found.sort(key=lambda record: (not record.is_public, not str(record).lower().startswith(begins), str(record)))
    return found[:MOST_FOUND]
