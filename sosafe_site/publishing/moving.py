"""Moving a record to another address, and giving it further ones. What was given out leads to it for ever."""

import re
from itertools import groupby
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import Resolver404, resolve

from sosafe_site.publishing.models.address import Address, paths_of, with_parts
from sosafe_site.publishing.models.audit import AuditEntry, audit
from sosafe_site.publishing.models.publishable import Publishable, address_problems
from sosafe_site.publishing.redirects import drafts_at, is_fixed
from sosafe_site.publishing.revisions.history import log, remember
from sosafe_site.publishing.revisions.snapshot import snapshot

# First words of addresses that are the site's own, whatever follows them
OF_THE_SITE = {"admin", "changes", "healthz", "measures", "preview", "readyz", "search", "static"}
NO_PATH = (
    "Give only the path: from the first slash after the host, without what follows a ? or a #. "
    "Such as /about-stevenage/so-safe/53824/."
)


def would_move(record: Any, slug: str) -> list[tuple[str, str]]:
    """The addresses that readers have of the record and its parts and that would change, each with what it becomes.

    The record has the new slug afterwards, and is not saved. Raises ValidationError, in words for the officer, when it
    can't have it.
    """
    parts = with_parts([record])
    before = [(each, suffix, path) for each in parts for path, suffix in paths_of(each).items()]
    route = resolve(record.get_absolute_url()).route
    record.slug = slug
    others = {field.name for field in record._meta.fields} - {"slug", *record.part_of}
    record.clean_fields(exclude=others)
    record.validate_unique(exclude=others)
    record.validate_constraints(exclude=others)
    if resolve(record.get_absolute_url()).route != route:
        raise ValidationError("The site itself uses this address. Choose another.")
    for _, of_kind in groupby(parts, key=type):
        for problem in filter(None, address_problems(list(of_kind))):
            raise problem
    issued = set(Address.objects.of_all(parts).issued().values_list("path", flat=True))
    moved = [(old, each.get_absolute_url() + suffix) for each, suffix, old in before]
    return [(old, new) for old, new in moved if old in issued and old != new]


@transaction.atomic
def move(record: Any, slug: str, by: Any) -> None:
    """Raises ValidationError as would_move()."""
    before, old = snapshot(record), record.get_absolute_url()
    would_move(record, slug)
    record.save(update_fields=["slug"])
    new = record.get_absolute_url()
    remember(record, by, before, snapshot(record), [], f"Address changed from {old} to {new}. The old one leads there.")
    audit(AuditEntry.Kind.PUBLISHED, by=by, record=record, words="Another address")


def further_path(typed: str) -> str:
    """As it is kept: a word alone is a path of one. Raises ValidationError for what is no path, or can't be taken."""
    path = f"/{typed}/" if re.fullmatch(r"[\w-]+", typed) else typed
    if not re.fullmatch(r"/[^?#\s]*", path) or path.startswith("//"):
        raise ValidationError(NO_PATH)
    if why := why_not(path):
        raise ValidationError(why)
    return path


def why_not(path: str) -> str:
    """Why no record can get this further address; empty if one can."""
    variants = {path, f"{path}/", path.removesuffix("/")}
    if taken := Address.objects.filter(path__in=variants).first():
        target = taken.target
        whose = f"belongs to “{target}”" if target else "belonged to something that was erased"
        return f"{path} {whose}, and links to it must keep working. Choose another."
    if draft := next((draft for url, draft in drafts_at([path]).items() if url in variants), None):
        return f"{path} will be the address of “{draft}”, which is not public yet. Choose another."
    if path.strip("/").split("/")[0] in OF_THE_SITE or any(is_fixed(each) for each in variants) or is_admins(path):
        return f"The site itself answers at {path}. Choose another."
    return ""


def is_admins(path: str) -> bool:
    """Whether the admin answers there, wherever it is."""
    try:
        return "admin" in resolve(path).app_names
    except Resolver404:
        return False


@transaction.atomic
def give_further(record: Publishable, path: str, by: Any) -> None:
    Address.objects.lead(path, record)
    log(record, by, f"Further address {path} given.")
    audit(AuditEntry.Kind.PUBLISHED, by=by, record=record, words="A further address")
