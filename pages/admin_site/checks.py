"""Everything that is public in one list, what was checked longest ago first, to be confirmed many at once."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.text import capfirst

from sosafe_site.partial_dates import DATE_WORDS
from sosafe_site.periods import ONE_DAY, today
from sosafe_site.publishing.admin_urls import admin_url
from sosafe_site.publishing.models import Post
from sosafe_site.publishing.models.publishable import Publishable
from sosafe_site.publishing.models.review import a_year_on, confirm, kinds_to_check, ready_to_tick, tick
from sosafe_site.publishing.revisions.snapshot import snapshot, with_parents

SHOWN = 100  # on a page, so that what is sent stays far below the number of fields that Django takes
LATEST = timedelta(days=5 * 366)
NOBODY = "nobody"
TICK = re.compile(r"[a-z]+\.[a-z]+:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}:[0-9a-f]{16}")
CHECKS = {"never": "Never checked", "due": "The day of the next check has passed"}
NO_DAY = "Choose the day of the next check: one to come, within five years."


@dataclass(frozen=True)
class Row:
    record: Any
    kind: str
    tick: str  # empty for what this officer may not change


def check_public(request: HttpRequest, admin_site: Any) -> HttpResponse:
    if request.method == "POST":
        return confirmed(request, admin_site)
    return listed(request, admin_site)


def listed(request: HttpRequest, admin_site: Any, ticked: Iterable[str] = (), day: str = "") -> HttpResponse:
    """With these boxes ticked: after what was wrong, as they were."""
    kinds = [kind for kind in kinds_to_check() if admin_site._registry[kind].has_view_permission(request)]
    may = {kind for kind in kinds if admin_site._registry[kind].has_change_permission(request)}
    asked = {name: request.GET.get(name, "") for name in ("kind", "post", "checked")}
    found = sorted(public(kinds, asked), key=lambda record: (record.checked_on or date.min, noun(record), str(record)))
    page = Paginator(found, SHOWN).get_page(request.GET.get("page"))
    rows = [Row(each, noun(each), box(each) if type(each) in may else "") for each in to_tick(list(page))]
    all_ticked = "all" in request.GET
    context = {
        **admin_site.each_context(request),
        "title": "Check what is public",
        "rows": rows,
        "page": page,
        "asked": asked,
        "kinds": {kind._meta.label_lower: capfirst(str(kind._meta.verbose_name_plural)) for kind in kinds},
        "posts": {NOBODY: "Nobody", **{str(post.pk): post.title for post in Post.objects.all()}},
        "checks": CHECKS,
        "query": urlencode({name: value for name, value in asked.items() if value}),
        "ticked": {row.tick for row in rows} if all_ticked else set(ticked),
        "day": day or a_year_on(today()).isoformat(),
        "tomorrow": today() + ONE_DAY,
    }
    return TemplateResponse(request, "admin/check.html", context)


def public(kinds: list[Any], asked: dict[str, str]) -> list[Publishable]:
    """What readers see, of these kinds and as it was asked for; a query for each kind."""
    found: list[Publishable] = []
    for kind in kinds:
        if asked["kind"] in ("", kind._meta.label_lower):
            records = with_parents(kind.objects.published())
            if asked["post"]:
                records = records.filter(maintainer=None if asked["post"] == NOBODY else key(asked["post"]))
            if asked["checked"]:
                is_due: dict[str, dict[str, Any]] = {"never": {"checked_on": None}, "due": {"review_on__lt": today()}}
                records = records.filter(**is_due.get(asked["checked"], {}))
            found += records
    return found


def key(text: str) -> UUID:
    """That of nothing for what is none."""
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)


def to_tick(records: list[Publishable]) -> list[Any]:
    """The same in their order, with all that is shown of them."""
    keys: dict[Any, list[UUID]] = defaultdict(list)
    for record in records:
        keys[type(record)].append(record.pk)
    ready: dict[Any, Any] = {}
    for kind, of_kind in keys.items():
        found = kind.objects.filter(pk__in=of_kind).select_related("maintainer", "checked_by")
        ready |= {each.pk: each for each in ready_to_tick(found)}
    return [ready[record.pk] for record in records if record.pk in ready]


def box(record: Publishable) -> str:
    return tick(record, snapshot(record))


def noun(record: Publishable) -> str:
    return str(record._meta.verbose_name)


def confirmed(request: HttpRequest, admin_site: Any) -> HttpResponse:
    """From the list, or from the form of one record, to which it leads back."""
    ticks, typed = list(filter(TICK.fullmatch, request.POST.getlist("tick"))), request.POST.get("review_on", "")
    ticked = {
        kind: of_kind
        for kind in kinds_to_check()
        if (of_kind := [each for each in ticks if each.startswith(f"{kind._meta.label_lower}:")])
    }
    if not all(admin_site._registry[kind].has_change_permission(request) for kind in ticked):
        raise PermissionDenied
    only_day = "_day" in request.POST
    is_of_form, day = only_day or "_one" in request.POST, read_day(typed)
    if day and ticked:
        note(request, ticked, day, is_check=not only_day)
    else:
        messages.error(request, "Tick what you have checked, then send it again." if day else NO_DAY)
        if not is_of_form:
            return listed(request, admin_site, ticks, typed)
    if is_of_form and ticked:
        [kind] = ticked
        return redirect(admin_url(kind, "change", ticked[kind][0].split(":")[1]))
    return redirect(request.get_full_path())


def note(request: HttpRequest, ticked: dict[Any, list[str]], day: date, *, is_check: bool) -> None:
    """And says of what it was noted, and of what not."""
    noted, count = [], sum(map(len, ticked.values()))
    for kind, of_kind in ticked.items():
        right, changed = confirm(kind, of_kind, request.user, day, is_check=is_check)
        noted += right
        count -= len(right) + len(changed)
        for each in changed:
            said = f"“{each}” was changed or withdrawn after you had opened it here, so it is not noted as checked."
            messages.warning(request, f"{said} Look at it again.")
    if count:
        messages.warning(request, f"{count} of them {'is' if count == 1 else 'are'} not there any more.")
    if noted:
        what = f"“{noted[0]}”" if len(noted) == 1 else f"{len(noted)} records"
        done = "noted as checked" if is_check else "to be checked on another day"
        until = date_format(day, DATE_WORDS)
        messages.success(request, f"{what} {'is' if len(noted) == 1 else 'are'} {done}. Next check by {until}.")


def read_day(typed: str) -> date | None:
    """One to come, within five years; None for any other text."""
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        return None
    return day if today() < day <= today() + LATEST else None
