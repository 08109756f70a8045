"""The quality of every kind of public page, in a real browser."""

import json
import re
import subprocess
import time
import urllib.error
import urllib.request
from itertools import pairwise

import pytest
from playwright.sync_api import expect

from sosafe_site.page_store.response import in_all_codings
from tests.browser.conftest import follow, narrow_and_wide, until, violations
from tests.content import FILLED, SEEDED
from tests.tools import PATIENCE, need

KINDS = [("seeded", kind, path) for kind, path in SEEDED.items()] + [
    ("filled", kind, path) for kind, path in FILLED.items()
]
every_kind = pytest.mark.parametrize(("site", "path"), [(s, p) for s, _, p in KINDS], ids=[k for _, k, _ in KINDS])
AXE = {
    "preload": False,  # it would add style elements, which the policy refuses
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    },
    # The enhanced contrast finds only what is between both: text below the plain one is left to the plain one.
    "rules": {"color-contrast-enhanced": {"enabled": True}, "target-size": {"enabled": True}},
}
# What the scheme decides; that of a dark page is measured again.
COLOURS = {
    "preload": False,
    "runOnly": {"type": "rule", "values": ["color-contrast", "color-contrast-enhanced", "link-in-text-block"]},
}
WIDTHS = (320, 1280)
LARGEST_PAGE = 13_000  # bytes under brotli
# Without the decorative gradients, behind which axe can't measure.
PLAIN = "* { background-image: none !important } "
# Links, fields and summaries that stand alone; links among words are exempt (WCAG 2.5.8).
SMALL_TARGETS = """() => [...document.querySelectorAll('a, button, input, textarea, summary')].filter(element => {
    const box = element.getBoundingClientRect();
    if (!box.width || element.matches('.skip')) return false;
    const card = element.closest('.card');
    const inSentence = element.tagName === 'A' && [...element.parentElement.childNodes].some(
        node => node.nodeType === 3 && node.textContent.trim().length > 1);
    const height = card ? card.getBoundingClientRect().height : box.height;
    return !inSentence && Math.round(height) < 44;
}).map(element => element.outerHTML.slice(0, 120) + ' ' + element.getBoundingClientRect().height)"""
SIDEWAYS = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


def fetch(address):
    """The response as bytes, whatever its status."""
    try:
        return urllib.request.urlopen(address, timeout=PATIENCE)
    except urllib.error.HTTPError as error:
        return error


def open_parts(page):
    page.evaluate("() => document.querySelectorAll('details').forEach(details => details.open = true)")


def plain(page):
    page.evaluate("rule => document.querySelector('style').sheet.insertRule(rule)", PLAIN)


@every_kind
def test_a_page_of_every_kind_serves_everybody(request, open_page, site, path):
    """One window, since opening one takes longer than most of what is looked at in it."""
    address = request.getfixturevalue(site) + path
    page = open_page(address)
    it_is_one_small_response_that_asks_for_nothing_else(page, address)
    the_keyboard_reaches_everything_and_shows_where_it_is(page)
    it_prints_without_its_frame(page)
    open_parts(page)
    every_target_that_stands_alone_is_large_enough(page)
    axe_finds_nothing(page)
    nothing_scrolls_sideways(page)
    it_reads_in_order_without_css_and_images(page)


def it_is_one_small_response_that_asks_for_nothing_else(page, address):
    response = fetch(address)
    body = response.read()
    assert len(in_all_codings(body)["br"]) <= LARGEST_PAGE
    assert response.headers["Set-Cookie"] is None
    policy = response.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert b" style=" not in body
    assert b"<script" not in body.replace(b'<script type="application/ld+json">', b""), "only data, which does not run"
    requests = []
    page.on("request", lambda request: requests.append(request.url))
    page.goto(address)
    assert {url for url in requests if not url.endswith("/static/favicon.svg")} == {address}
    assert page.context.cookies() == []
    assert page.evaluate("() => getComputedStyle(document.querySelector('.dark')).backgroundColor") == "rgb(10, 74, 70)"


def the_keyboard_reaches_everything_and_shows_where_it_is(page):
    count = page.evaluate("""() => [...document.querySelectorAll('a[href], button, input, textarea, summary')].filter(
        element => element.type !== 'hidden' && !element.closest('[hidden]')).length""")
    page.evaluate("""() => {
        window.stops = [];
        window.stop = () => {
            const element = document.activeElement, style = getComputedStyle(element);
            const ring = element.closest('.card') ? getComputedStyle(element.closest('.card')) : style;
            const box = element.getBoundingClientRect();
            stops.push([element.tagName, parseFloat(ring.outlineWidth) >= 2 && ring.outlineStyle !== 'none',
                        box.bottom > 0 && box.top < innerHeight]);
        };
        addEventListener('keydown', stop, true);  // the stop that the key leaves
    }""")
    for _ in range(count):
        page.keyboard.press("Tab")
    _, *seen = page.evaluate("() => { stop(); return stops }")
    hidden = page.evaluate("() => [...document.querySelectorAll('details:not([open]) a')].length")
    assert seen[0][0] == "A"
    reached = [stop for stop in seen if stop[0] != "BODY"]
    assert len(reached) >= count - hidden
    assert all(ring and visible for _, ring, visible in reached)


def it_prints_without_its_frame(page):
    page.set_viewport_size({"width": 794, "height": 800})
    page.emulate_media(media="print")
    visible = "(selector) => [...document.querySelectorAll(selector)].some(element => element.offsetParent)"
    assert not page.evaluate(visible, ".menu, .skip, .crumbs, .btns")
    assert page.evaluate(visible, "h1")
    assert page.locator(".paper-only").inner_text() == f"This page: {page.url}"
    assert page.evaluate(SIDEWAYS) == 0
    assert len(page.pdf(format="A4")) > 5_000
    page.emulate_media(media="screen")


def every_target_that_stands_alone_is_large_enough(page):
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate(SMALL_TARGETS) == [], f"at {width} px"


def axe_finds_nothing(page):
    plain(page)
    found = []
    for width, scheme in narrow_and_wide(page, *WIDTHS):
        found += [(width, scheme, *each) for each in violations(page, AXE)]
    assert found == []


def nothing_scrolls_sideways(page):
    for width, text in ((320, "100%"), (320, "150%"), (390, "200%"), (1280, "200%")):
        page.set_viewport_size({"width": width, "height": 800})
        page.evaluate("text => { document.documentElement.style.fontSize = text }", text)
        assert page.evaluate(SIDEWAYS) == 0, f"at {width} px with text at {text}"


def it_reads_in_order_without_css_and_images(page):
    page.reload()  # with its parts closed
    page.set_viewport_size({"width": 320, "height": 800})
    page.evaluate("() => document.querySelectorAll('style').forEach(style => style.remove())")
    assert page.evaluate(SIDEWAYS) == 0
    headings = page.evaluate("() => [...document.querySelectorAll('h1,h2,h3,h4')].map(h => +h.tagName[1])")
    assert headings.count(1) == 1
    after_title = headings[headings.index(1) :]
    assert all(later - earlier <= 1 for earlier, later in pairwise(after_title))
    large = page.evaluate("() => [...document.querySelectorAll('main svg')].filter(s => s.clientWidth > 600).length")
    assert large == 0
    unnamed = """() => [...document.querySelectorAll('a')].filter(
        a => !a.textContent.trim() && !a.querySelector('[aria-label]')).length"""
    assert page.evaluate(unnamed) == 0


def test_every_page_is_valid_html(seeded, filled, tmp_path):
    checker = need("html-validate", "Install Node.js and npm, then run: npm ci")
    sites = {"seeded": seeded, "filled": filled}
    for site, kind, path in KINDS:
        (tmp_path / f"{kind}.html").write_bytes(fetch(sites[site] + path).read())
    rules = {"extends": ["html-validate:recommended"], "root": True}
    rules["rules"] = {  # style, not validity
        "long-title": "off", "no-trailing-whitespace": "off", "tel-non-breaking": "off", "void-style": "off",
        "no-inline-style": "error", "no-redundant-role": "off", "prefer-native-element": "off", "doctype-style": "off",
    }  # fmt: skip
    (tmp_path / ".htmlvalidate.json").write_text(json.dumps(rules))
    result = subprocess.run([checker, "--formatter=text", "."], cwd=tmp_path, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout


def test_the_anchor_of_a_link_that_was_followed_is_marked(seeded, open_page):
    page = open_page(f"{seeded}/strategy/2015-2018/#reduce-crime")
    assert page.evaluate("() => getComputedStyle(document.querySelector(':target')).boxShadow") != "none"


def test_the_first_thing_a_screen_reader_meets_skips_to_the_content(seeded, open_page):
    page = open_page(f"{seeded}/")
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.innerText") == "Skip to main content"
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#main$"))


@pytest.mark.parametrize("width", WIDTHS)
def test_a_message_that_is_refused_is_mended_and_sent(filled, open_page, width):
    page = open_page(f"{filled}/strategy/now/", width=width)
    follow(page, page.get_by_role("link", name="Report a problem with this page"))
    page.get_by_label("Your e-mail address").fill("nobody")
    opened, send = time.monotonic(), page.get_by_role("button", name="Send the message")
    follow(page, send)
    assert page.title().startswith("Not sent: ")
    assert until(page, lambda: page.evaluate("() => scrollY") > 0), "the reader is taken to what went wrong"
    plain(page)
    for scheme, options in (("light", AXE), ("dark", COLOURS)):
        page.emulate_media(color_scheme=scheme)
        assert violations(page, options) == [], scheme
    assert page.evaluate(SMALL_TARGETS) == []
    assert page.evaluate(SIDEWAYS) == 0
    page.get_by_role("link", name="Write your message.").click()
    expect(page.get_by_label("Your message")).to_be_focused()
    page.keyboard.type("The date is wrong.")
    page.get_by_label("Your e-mail address").fill("")
    page.wait_for_timeout(max(0, 4_000 - 1_000 * (time.monotonic() - opened)))  # as long as a person takes
    follow(page, send)
    assert page.title().startswith("Sent: ")
    assert page.context.cookies() == []
