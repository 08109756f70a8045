"""Nothing that is written anywhere runs as a script or fetches anything, in a real browser without the site's policy.

The policy would stop most of it. It is left out here, so that what is tried is the cleaning and escaping behind it.
"""

import json
from contextlib import suppress
from urllib.parse import quote

import pytest
from django.contrib import admin
from django.urls import reverse
from playwright.sync_api import Error

from sosafe_site.publishing.admin_urls import admin_url
from tests.browser.conftest import serve, sign_in, window
from tests.content import FILLED, SEEDED
from tests.payloads import ESCAPES, HIDING, PAYLOADS

FEEDS = ["/updates.atom", "/strategy/now/updates.atom", "/meetings/dates.atom"]
CALL = "xss(0)"
# What a reader could be led to press, listens for something, or loads from elsewhere
LOOK = r"""() => {
    const runs = /^(javascript|data|vbscript|blob|view-source):(?!image\/)/i
    const loads = /^(src|srcset|style|poster|background|ping|action|href)$/
    const holders = "script:not([type='application/ld+json']), iframe, object, embed, style, meta[http-equiv]"
    const leads = each => ["href", "src", "action", "formAction", "data"]
        .map(name => each[name]?.baseVal ?? each[name])
        .some(value => typeof value === "string" && runs.test(value))
    const asks = (each, name, value) => loads.test(name) && /evil\.example/.test(value) && !each.matches("a[href]")
    const is_bad = each => leads(each)
        || [...each.attributes].some(({ name, value }) => /^on/.test(name) || asks(each, name, value))
        || each.matches(holders) && /xss|evil/.test(each.outerHTML)
    return [...document.querySelectorAll("*")].filter(is_bad).map(each => each.outerHTML.slice(0, 200))
}"""


class Watched:
    """A page of which it is noted what runs in it and what it asks of others."""

    def __init__(self, context, address):
        self.address, self.ran, self.page = address, [], context.new_page()

    def open(self, path):
        """What ran, was fetched from elsewhere or would run at a click."""
        self.ran.clear()
        response = self.page.goto(f"{self.address}{path}", wait_until="load")
        assert response.status < 500, path
        return [*self.ran, *self.page.evaluate(LOOK)]

    def found_in(self, paths):
        found = {path: self.open(path) for path in dict.fromkeys(paths)}
        return {path: what for path, what in found.items() if what}


@pytest.fixture(scope="module")
def planted(tmp_path_factory):
    """The filled site, with payloads in all that can be written."""
    folder = tmp_path_factory.mktemp("planted")
    for address in serve("set-up-filled", folder, "from tests.payloads import prepare; prepare()"):
        yield address, json.loads((folder / "planted").read_text())


@pytest.fixture
def watched(planted, chromium):
    address = planted[0]
    context = window(chromium, bypass_csp=True)
    page = Watched(context, address)
    context.expose_binding("xss", lambda source, number: page.ran.append(f"payload {number}: {PAYLOADS[number]}"))

    def elsewhere(route):
        page.ran.append(f"asks {route.request.url}")
        route.abort()

    context.route(lambda url: not url.startswith((address, "data:", "about:", "blob:")), elsewhere)
    yield page
    context.close()


def test_the_watch_notes_what_runs(watched):
    """Else all that follows would prove nothing."""
    watched.open("/healthz")

    def is_unnoticed(payload, wait):
        watched.ran.clear()
        with suppress(Error):  # it, or the one before, leads the page away
            watched.page.set_content(f'<!doctype html><body><p title="{payload}">{payload}')
            watched.page.wait_for_timeout(wait)  # in milliseconds: a busy browser runs some a little later
            watched.ran += watched.page.evaluate(LOOK)
        return not watched.ran

    unnoticed = PAYLOADS
    for wait in (0, 300, 1_000):
        unnoticed = [payload for payload in unnoticed if is_unnoticed(payload, wait)]
    assert len(PAYLOADS) >= 123
    assert len(unnoticed) < 30, "of what this browser no longer runs, or what runs only where something else is wrong"


def test_nothing_runs_on_public_pages(planted, watched):
    told = planted[1]
    assert told["refused"] == []
    shared = [n for n, payload in enumerate(PAYLOADS) if payload not in HIDING]
    assert [n for n in shared if f"After {n}." not in told["text"]] == [], "no payload hides another in the texts"
    paths = [*SEEDED.values(), *FILLED.values(), *FEEDS, *told["drafts"], *reflecting()]
    assert watched.found_in(paths) == {}


def reflecting():
    """Addresses that show something of what was asked."""
    for payload in (PAYLOADS[0], PAYLOADS[-len(ESCAPES)], f'"><img src=x onerror={CALL}>', f"javascript:{CALL}"):
        said = quote(payload, safe="")
        yield from (f"/{said}", f"/?on={said}", f"/updates/?page={said}", f"/contact/?about={said}")
        yield from (f"/preview/{said}/", f"/admin/login/?next={said}", f"/strategy/{said}/?{said}={said}")


def test_nothing_runs_in_what_a_reader_is_shown_again_of_the_form_to_us(watched):
    watched.open("/contact/")
    for field in watched.page.locator("main form").locator("input:not([type=hidden]), textarea").all():
        if field.is_visible():
            field.fill(f'</textarea>"><img src=x onerror={CALL}>')
    watched.page.locator("main form button").last.click()
    assert CALL in watched.page.locator("main form textarea").first.input_value()
    assert watched.ran == []
    assert watched.page.evaluate(LOOK) == []


def test_nothing_runs_in_the_admin(planted, watched):
    watched.open("/admin/")
    sign_in(watched.page)
    paths = ["/admin/", "/admin/attention/", "/admin/progress/", *pages_of_records(planted[1]["keys"])]
    assert len(paths) > 70
    assert watched.found_in(paths) == {}


def pages_of_records(keys):
    """Of each kind the list, with what is looked for in it, and of its first record the form and the history."""
    reverse("admin:index")  # after which the admin knows all kinds
    for kind in admin.site._registry:
        changelist = admin_url(kind, "changelist")
        yield from (changelist, f"{changelist}?q={quote(PAYLOADS[-len(ESCAPES)])}")
        if key := keys.get(kind._meta.label):
            yield from (admin_url(kind, "change", key), admin_url(kind, "history", key))
