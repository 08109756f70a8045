"""Long lists, some at a time: each page of a list has an address, such as /updates/?page=2."""

import re
from collections.abc import Sequence
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest

SHOWN = 20  # entries; with so many a page still comes whole within the first 14,600 bytes


def paged(request: HttpRequest, items: Any) -> Page:
    """The page that ?page= asks for, else the first. Raises Http404 for one that is none."""
    number = asked_page(request)
    return longest(number, [part(items, number)])


def asked_page(request: HttpRequest) -> int:
    """Raises Http404 for what is no number of a page."""
    given = request.GET.get("page", "1")
    if not re.fullmatch("[1-9][0-9]{0,5}", given):
        raise Http404("There is no such page.")
    return int(given)


def part(items: Any, number: int = 1) -> Page:
    """That page of a list; of a shorter one its last, since another list above or below it may go on."""
    return Paginator(items, SHOWN).get_page(number)


def longest(number: int, lists: Sequence[Page]) -> Page:
    """Of at least one list, the one that has the most pages. Raises Http404 when not even that has this one."""
    found = max(lists, key=lambda page: page.paginator.num_pages)
    if number > found.paginator.num_pages:
        raise Http404("There is no such page.")
    return found
