"""The site as it runs for people: set up, filled, served by gunicorn, and opened in Chromium."""

import itertools
import json
import os
import re
import secrets
import shutil
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path
from urllib.parse import urljoin
from zlib import crc32

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect, sync_playwright

from tests import prepared
from tests.tools import OFFICERS_PASSWORD as PASSWORD
from tests.tools import PATIENCE, ROOT, listen, need, served

CHROMIUM_FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--process-per-site",  # or each page begins with a process of its own, which takes longer than most tests
]  # fmt: skip
WAIT = 60  # seconds for whatever a page does next, since a busy machine has no haste
expect.set_options(timeout=1_000 * WAIT)


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("browser")


def serve(site, data_dir, *commands):
    """Serves a copy of that site of tests/prepared.py, in which the Python commands were run. Yields its address."""
    shutil.copytree(prepared.site(site), data_dir, dirs_exist_ok=True)
    listening = listen()
    site = "http://{}:{}".format(*listening.getsockname())
    environment = {**os.environ, "DATA_DIR": str(data_dir), "SITE_URL": site, "SECRET_KEY": secrets.token_urlsafe(50)}
    environment |= {"DJANGO_SETTINGS_MODULE": "sosafe_site.settings", "DATABASE_URL": "", "DEBUG": "off"}
    environment |= {"EMAIL_URL": "memorymail://", "SECOND_FACTOR": "off"}
    for code in commands:
        command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", code]
        subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)
    with served(listening, environment) as address:
        yield address


@pytest.fixture(scope="session")
def seeded(tmp_path_factory):
    """The site as its first visitor meets it."""
    yield from serve("set-up", tmp_path_factory.mktemp("seeded"))


@pytest.fixture(scope="session")
def filled(tmp_path_factory):
    """The site with something of every kind, an alert, and an officer named officer."""
    yield from serve("set-up-filled", tmp_path_factory.mktemp("filled"))


@pytest.fixture(scope="session")
def chromium():
    path = need("chromium", "Install it, on Debian with: sudo apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS, timeout=1_000 * PATIENCE)
        yield browser
        browser.close()


def window(browser, **options):
    """A fresh one, with patience."""
    context = browser.new_context(**options)
    context.set_default_timeout(1_000 * WAIT)
    return context


@pytest.fixture(scope="session")
def windows(chromium):
    """Those of this worker that are free, by their options: a test takes one that is there and gives it back."""
    free = defaultdict(list)
    yield free
    for context in itertools.chain(*free.values()):
        context.close()


def clean(context, state):
    """As it was opened, with no page but its first."""
    for page in context.pages[1:]:
        if page.url.startswith("http"):
            page.evaluate("() => { localStorage.clear(); sessionStorage.clear() }")
        page.close()
    context.clear_cookies()
    context.add_cookies(state["cookies"] if state else [])


@pytest.fixture
def open_page(chromium, windows):
    """Opens an address in a window of its own; every complaint of the browser about it fails the test at its end."""
    taken, complaints = [], []

    def open_page(address, *, width=1280, height=800, scheme="light", storage_state=None, **options):
        kind = (json.dumps(storage_state), *sorted(options.items()))
        if windows[kind]:
            context = windows[kind].pop()
        else:
            context = window(chromium, storage_state=storage_state, **options)
            # Whose process the later ones share
            context.new_page().goto(urljoin(address, "/healthz"))
        taken.append((kind, context, storage_state))
        page = context.new_page()
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=scheme)
        page.on("console", lambda message: complaints.append(f"{address}: {message.text}"))
        page.on("pageerror", lambda error: complaints.append(f"{address}: {error}"))
        page.goto(address)
        return page

    yield open_page
    for kind, context, state in taken:
        clean(context, state)
        windows[kind].append(context)
    # The second: a test was quicker to use a field than the browser was to go to the first one
    expected = re.compile("the server responded with a status of 4(04|10|22)|^\\S+ Autofocus processing was blocked")
    assert [complaint for complaint in complaints if not expected.search(complaint)] == []


def follow(page, link):
    """Clicks and waits for the page that it leads to: between two pages there is no document to look at."""
    with page.expect_navigation():
        link.click()


def until(page, is_so):
    """Waits until it is so, for what can't be waited for by an event. Whether it came."""
    ends = time.monotonic() + WAIT
    while not (came := is_so()) and time.monotonic() < ends:
        page.wait_for_timeout(50)
    return bool(came)


def narrow_and_wide(page, narrow, wide):
    """Sets the window to both widths, one in light and one in dark; gives each in turn.

    The title says which: of pages that share their parts, about half are dark where the others are light.
    """
    schemes = ("light", "dark") if crc32(page.title().encode()) % 2 else ("dark", "light")
    for width, scheme in zip((narrow, wide), schemes, strict=True):
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme)
        yield width, scheme


def violations(page, options):
    """What axe finds: the name of each rule, and the elements that break it; while a dialog is open, in it alone."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(Axe().axe_script)
    run = "options => axe.run(document.querySelector('dialog:modal') ?? document, options)"
    found = page.evaluate(run, {**options, "resultTypes": ["violations"]})["violations"]
    return [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found]


def sign_in(page):
    page.get_by_label("Username").fill("officer")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.locator("#logout-form").wait_for()  # the sign-in page's own address ends in /admin/ too


@pytest.fixture(scope="session")
def signed_in(filled, chromium):
    """What a browser keeps of an officer's sign-in."""
    context = window(chromium)
    page = context.new_page()
    page.goto(f"{filled}/admin/")
    sign_in(page)
    yield context.storage_state()
    context.close()


@pytest.fixture
def officer(filled, open_page, signed_in):
    """An officer's window, signed in, on a page of the admin, of which the first is the slowest."""
    return lambda path="", **options: open_page(f"{filled}/admin/{path}", storage_state=signed_in, **options)


@pytest.fixture
def workplace(tmp_path):
    """A site of its own, to be changed."""
    yield from serve("set-up", tmp_path)
