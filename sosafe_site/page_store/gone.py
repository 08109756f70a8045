"""What is public no more: its copies go, and those that mention it, before anybody is told that it was withdrawn.

Else a copy would bring it back when the database fails. Noted for that time is also what will be withdrawn at a moment
still to come, and what shows only until one.
"""

import logging
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import Error
from django.db.backends.base.base import BaseDatabaseWrapper

from sosafe_site.page_store.content_mark import current_mark, next_moment, public_models, ring
from sosafe_site.page_store.copies import FILE, Copies, Copy, Known, Shelf, code, site_digest
from sosafe_site.publishing.clock import moment, seconds
from sosafe_site.publishing.models import Address
from sosafe_site.publishing.models.address import with_parts
from sosafe_site.publishing.models.publishable import Publishable

logger = logging.getLogger(__name__)
HOME = "/"
GONE = 410
PICTURES = "/pictures/"
MANY = 20  # records withdrawn at once, after which it takes too long to look for the name of each
SHORTEST = 4  # letters of a name by which it is told from other words
CHANGES_NOTHING = ("SELECT", "BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK", "PRAGMA")  # how such a statement begins
HEADING = re.compile(rb"<h1[^>]*>(.*?)</h1>", re.DOTALL)
TAG = re.compile(rb"<[^>]*>")


class NoContentError(OSError):
    """The database is not the one that had the content: it is as good as gone."""


@dataclass(frozen=True)
class Look:
    """What was known at the last look, and the copies that should have gone and could not."""

    known: Known = field(default_factory=Known)
    unwanted: frozenset[str] = frozenset()


def forget_what_is_gone(shelf: Shelf, mark: str) -> Look:
    """Once for each edition, by whichever process of this machine comes first.

    Raises a django.db.Error when it can't be told what is gone, and NoContentError.
    """
    if (known := shelf.own.known()).holds(mark, seconds()):
        return Look(known)
    with shelf.turn_to_look():
        before, at = shelf.own.known(), seconds()
        return Look(before) if before.holds(mark, at) else look_for_what_is_gone(shelf, before, mark, at)


def look_for_what_is_gone(shelf: Shelf, before: Known, mark: str, at: float) -> Look:
    if not before.mark:  # a new release knows what the last one knew
        before = max(shelf.all(), key=Copies.heard_at).known()
    now = known_of(mark, at)
    has_home = HOME not in now.gone and Address.objects.issued().filter(path=HOME).exists()
    if not has_home and any(copies.head(HOME) for copies in shelf.all()):
        raise NoContentError("The database holds no home page.")
    unwanted = forget(shelf, before, now)
    try:
        shelf.own.keep_known(replace(now, until=0) if unwanted else now)  # then the next has to see to it too
    except OSError as error:
        logger.warning("What may be shown when the database is gone could not be noted: %s", error)
    return Look(now, frozenset(unwanted))


def known_of(mark: str, at: float) -> Known:
    until = next_moment(at, public_models())
    gone: list[str] = []
    ending: dict[str, float] = {}
    passing: dict[str, float] = {}
    unaddressed: list[str] = []
    for model in publishable():
        label, public = model._meta.label_lower, model.objects.published()
        if not model().suffixes() and not model.shows_until:
            unaddressed += [str(key) for key in public.values_list("pk", flat=True)]
        if name := model.shows_until:
            ahead = public.filter(**{f"{name}__gt": moment()}).values_list("pk", name)
            passing |= {str(key): until.timestamp() for key, until in ahead}
        issued = Address.objects.issued().filter(model=label)
        gone += issued.exclude(record__in=public.values("pk")).values_list("path", flat=True)
        for record in model.objects.filter(withdrawn_at__gt=moment()):
            paths = Address.objects.issued().of_all(with_parts([record])).values_list("path", flat=True)
            at = record.withdrawn_at.timestamp()
            ending |= {path: min(at, ending.get(path, at)) for path in paths}
    return Known(mark, at, until, sorted(gone), ending, passing, sorted(unaddressed))


def publishable() -> Iterator[Any]:
    return (model for model in apps.get_models() if issubclass(model, Publishable))


def forget(shelf: Shelf, before: Known, now: Known) -> set[str]:
    """Takes the copies away, and gives the paths of those that stay, as on a disk that can't be written to."""
    if not shelf.folder.exists():
        return set()
    passed = set(before.unaddressed) - set(now.unaddressed)
    stay: set[str] = set()
    for copies in shelf.all():
        own = [copy for path in now.gone if (copy := copies.head(path)) and copy.code != GONE]
        new = (set(now.gone) - set(before.gone)) | {copy.path for copy in own}
        if not new and not passed:
            continue
        names = {name for copy in own if len(name := heading(copies, copy)) >= SHORTEST}
        everything = bool(passed) or len(names) > MANY
        lost = [copy for copy in copies if everything or copy.path in new or mentions(copies, copy, new, names)]
        pictures = {link for copy in lost for link in copies.links(copy) if link.startswith(PICTURES)}
        paths = {copy.path for copy in lost if copy.code != GONE or copy.path not in now.gone}
        if paths and not shelf.forget(paths):
            stay |= {path for path in paths if copies.head(path)}
        if pictures:
            for copy in copies:
                pictures -= copies.links(copy)
            shelf.forget(pictures)
    return stay


def mentions(copies: Copies, copy: Copy, paths: set[str], names: Iterable[bytes]) -> bool:
    if copy.kind == FILE:
        return False
    if not paths.isdisjoint(copies.links(copy)):
        return True
    body = copies.body(copy, "identity") if names else None
    return body is not None and any(name in body for name in names)


def heading(copies: Copies, copy: Copy) -> bytes:
    """What the page calls its record, as pages write it; empty for what is no page."""
    body = copies.body(copy, "identity") if not copy.file else None
    found = HEADING.search(body) if body else None
    return TAG.sub(b"", found[1]).strip() if found else b""


def after_commit(execute: Any, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    """Before whoever has changed something hears that it is done: an officer's browser, a command, a shell."""
    result = execute(sql, params, many, context)
    connection = context["connection"]
    is_awaited = any(each[1] is look_over for each in connection.run_on_commit)
    if not is_awaited and not str(sql).lstrip().startswith(CHANGES_NOTHING):
        connection.on_commit(look_over, robust=True)
    return result


def look_over() -> None:
    with suppress(Error, NoContentError):  # while tables are made there is nothing to tell it by: the next look does
        mark = current_mark()
        if mark and mark != this_shelf().own.known().mark:
            forget_what_is_gone(this_shelf(), mark)
            ring()


@cache
def this_shelf() -> Shelf:
    return Shelf(settings.DATA_DIR / "pages", site_digest(), code())


def listen(connection: BaseDatabaseWrapper, **options: Any) -> None:
    if after_commit not in connection.execute_wrappers:
        connection.execute_wrappers.append(after_commit)
