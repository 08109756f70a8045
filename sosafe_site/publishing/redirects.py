"""What the site answers at a path: the page, where it has moved, or why it is gone, by the addresses ever given out."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db.models import Exists, OuterRef
from django.urls import Resolver404, resolve, reverse

from sosafe_site.publishing.clock import moment
from sosafe_site.publishing.models.address import Address
from sosafe_site.publishing.models.publishable import Publishable


class Verdict(Enum):
    OPEN = "open"
    MOVED = "moved"
    DRAFT = "not public yet"
    GONE = "withdrawn or erased"
    UNKNOWN = "never given out"


@dataclass(frozen=True)
class Judgement:
    answer: Verdict
    present: str = ""  # the path to use instead, where there is one
    record: Publishable | None = None
    successor: Publishable | None = None
    reason: str = ""

    def words(self, link: str) -> str:
        """What is wrong and what to do, for officers. For any answer but OPEN."""
        start, instead = f"the link to {link} leads to", "Link to something else, or take the link out."
        if self.present:
            named = f" (“{self.successor}”)" if self.successor else ""
            instead = f"Link to {self.present}{named} instead."
        match self.answer:
            case Verdict.MOVED:
                return f"the page at {link} has moved. {instead}"
            case Verdict.DRAFT:
                return f"{start} “{self.record}”, which is not public yet. Readers can follow it once it is public."
            case Verdict.GONE if self.record:
                return f"{start} “{self.record}”, which was withdrawn. {instead}"
            case Verdict.GONE:
                return f"{start} something that was erased for good. {instead}"
        return f"{start} nothing: this site has no page there. Check it letter by letter, or take the link out."


def judge(paths: Collection[str]) -> dict[str, Judgement]:
    """What the site answers at each path now, in as many queries for a hundred paths as for one."""
    known = given_out(paths)
    others = [path for path in paths if path not in known and not is_fixed(path)]
    unpublished = drafts_at(others)

    def otherwise(path: str) -> Judgement:
        if path not in others:
            return Judgement(Verdict.OPEN)
        if is_fixed(f"{path}/"):
            return Judgement(Verdict.MOVED, f"{path}/")
        drafts = [url for url in unpublished if f"{path}/".startswith(url)]  # of itself and of what it is a part of
        return Judgement(Verdict.DRAFT, record=unpublished[max(drafts)]) if drafts else Judgement(Verdict.UNKNOWN)

    return {path: known.get(path) or otherwise(path) for path in paths}


def instead_of(path: str) -> Judgement | None:
    """Of a path at which no page answers: it may be an address in capital letters. None if it was never given out."""
    small = in_small_letters(path)
    found = given_out({path, small})
    judgement = found.get(path) or found.get(small)
    is_page = judgement.answer == Verdict.OPEN if judgement else is_fixed(small)
    return Judgement(Verdict.MOVED, small) if is_page and small != path else judgement


def in_small_letters(path: str) -> str:
    """As the site writes its addresses; officers' pages, files and signed links are what they are."""
    is_exact = path.lower().startswith((reverse("admin:index"), settings.STATIC_URL, "/preview/"))
    return path if is_exact else path.lower()


def given_out(paths: Collection[str]) -> dict[str, Judgement]:
    """Of those paths that are, or will be, an address of a record. The last slash may be missing."""
    asked = {path for path in paths if "\0" not in path}  # which PostgreSQL refuses to look for
    addresses = Address.objects.filter(path__in={*asked, *(f"{path}/" for path in asked)})
    by_path = {address.path: address for address in addresses}
    records = records_of(by_path.values())
    gone = {pk: withdrawn_one for pk, record in records.items() if (withdrawn_one := withdrawn(record))}
    successors = records_of(withdrawn_one.replaced_by for withdrawn_one in gone.values() if withdrawn_one.replaced_by)

    def one(path: str, address: Address) -> Judgement:
        record = records.get(address.record)
        if record is None:
            return Judgement(Verdict.GONE, reason=address.erased_because)
        if record.is_public:
            present = record.get_absolute_url() + address.suffix
            return Judgement(Verdict.OPEN if present == path else Verdict.MOVED, present, record)
        if address.issued_at > moment() or record.pk not in gone:
            return Judgement(Verdict.DRAFT, record=record)
        withdrawn_one = gone[record.pk]
        successor = successors.get(withdrawn_one.replaced_by.record) if withdrawn_one.replaced_by else None
        if successor is None or not successor.is_public:
            return Judgement(Verdict.GONE, record=record, reason=withdrawn_one.withdrawal_reason)
        return Judgement(Verdict.GONE, successor.get_absolute_url(), record, successor, withdrawn_one.withdrawal_reason)

    found = ((path, by_path.get(path) or by_path.get(f"{path}/")) for path in paths)
    return {path: one(path, address) for path, address in found if address}


def records_of(addresses: Iterable[Address]) -> dict[Any, Any]:
    """The records that these belong to by their keys, each with its parents and "is_public". A query for each kind."""
    keys = defaultdict(set)
    for address in addresses:
        keys[address.model].add(address.record)
    found = {}
    for label, wanted in keys.items():
        model: Any = apps.get_model(label)
        is_public = Exists(model.objects.published().filter(pk=OuterRef("pk")))
        joined = ["replaced_by", *model.part_of, *(f"{parent}__replaced_by" for parent in model.part_of)]
        for record in model.objects.filter(pk__in=wanted).select_related(*joined).annotate(is_public=is_public):
            found[record.pk] = record
    return found


def withdrawn(record: Publishable) -> Publishable | None:
    """The record itself or what it is a part of, whichever was withdrawn."""
    return next((parent for parent in (record, *record.parents()) if parent.is_withdrawn), None)


def is_fixed(path: str) -> bool:
    """Whether the site has a page or a file of its own at the path, one that belongs to no record."""
    try:
        return path.startswith(settings.STATIC_URL) or "<" not in resolve(path).route
    except Resolver404:
        return False


def drafts_at(paths: list[str]) -> dict[str, Publishable]:
    """By the addresses that they will have: what is not public yet and might be what these paths mean."""
    words = {word for path in paths for word in path.split("/") if word}
    models: list[Any] = [model for model in apps.get_models() if issubclass(model, Publishable)]
    return {
        record.get_absolute_url(): record
        for model in models
        if words and hasattr(model, "slug")
        for record in model.objects.filter(slug__in=words)
        .exclude(pk__in=model.objects.published())
        .select_related(*model.part_of)
    }
