"""Every address that the site answers, with something of the filled site in it."""

import re
from uuid import UUID

from django.apps import apps
from django.contrib.auth.models import User
from django.urls import URLResolver, get_resolver

from sosafe_site.publishing.models import DocumentVersion, Picture
from tests.content import FILLED, SEEDED

PLACE = re.compile(r"\(\?P<(\w+)>[^)]*\)\$?|<(?:\w+:)?(\w+)>")
# What stands in an address; the key of a record stands for itself
EXAMPLES = {
    "kind": "svg",
    "token": "nonsense",
    "url": "nothing-here/",
    "uidb36": "1",
    "key": "nonsense",
    "word": "slug",
}


def routes(resolver=None, before=""):
    """As Django writes them, such as "strategy/<slug:slug>/"."""
    for each in (resolver or get_resolver()).url_patterns:
        route = before + str(each.pattern).removeprefix("^").removesuffix("$")
        if isinstance(each, URLResolver):
            yield from routes(each, route)
        else:
            yield route


def public_addresses():
    """Of fill(): pages, feeds, calendars, files, and what machines ask for."""
    version = DocumentVersion.objects.filter(document__slug="plan").latest("number")
    group = "/meetings/forum/"
    found = dict.fromkeys([*SEEDED.values(), *FILLED.values()])
    found |= dict.fromkeys(f"/{route}" for route in routes() if not PLACE.search(route) and "admin/" not in route)
    found |= dict.fromkeys(["/strategy/now/updates.atom", "/action-plan/now/updates.atom", f"{group}calendar.ics"])
    found |= dict.fromkeys(["/documents/plan/file/", f"/documents/plan/v/{version.number}/file/"])
    found |= dict.fromkeys(["/meetings/public/forum/calendar.ics", "/preview/nonsense/"])
    for picture in Picture.objects.all()[:1]:
        found |= dict.fromkeys(f"/pictures/{picture.pk}/{name}" for name in picture.names[:1])
    return list(found)


def admin_addresses():
    """Of each way to write one, that of the first record of its kind."""
    return list(dict.fromkeys(f"/{PLACE.sub(example(route), route)}" for route in routes() if route[:6] == "admin/"))


def example(route):
    kind = re.match(r"admin/(\w+)/(\w+)/", route)
    try:
        first = apps.get_model(*kind.groups())._default_manager.first() if kind else None
    except LookupError:  # a page of our own
        first = None
    key = str(first.pk) if first else str(UUID(int=1))

    def of(place):
        name = place[1] or place[2]
        if name == "app_label":
            return "pages"
        if name == "pk" and "int:" in place[0]:
            return "1"
        return EXAMPLES.get(name, str(User.objects.first().pk) if route.startswith("admin/auth/user/") else key)

    return of
