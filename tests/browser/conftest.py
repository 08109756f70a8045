"""The site as it runs for people: set up, filled, served by gunicorn, and opened in Chromium."""

import os
import re
import secrets
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect, sync_playwright

from tests.tools import OFFICERS_PASSWORD as PASSWORD
from tests.tools import PATIENCE, ROOT, listen, need, served

CHROMIUM_FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
WAIT = 60  # seconds for whatever a page does next, since a busy machine has no haste
expect.set_options(timeout=1_000 * WAIT)


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("browser")


def serve(set_up, data_dir, *commands):
    """A site of its own: data_dir becomes a copy of set_up, the Python commands are run in it, it is served.

    Yields its address.
    """
    shutil.copytree(set_up, data_dir, dirs_exist_ok=True)
    listening = listen()
    site = "http://{}:{}".format(*listening.getsockname())
    environment = {**os.environ, "DATA_DIR": str(data_dir), "SITE_URL": site, "SECRET_KEY": secrets.token_urlsafe(50)}
    environment |= {"DJANGO_SETTINGS_MODULE": "sosafe_site.settings", "DATABASE_URL": "", "DEBUG": "off"}
    environment["EMAIL_URL"] = "memorymail://"
    for code in commands:
        command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", code]
        subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)
    with served(listening, environment) as address:
        yield address


@pytest.fixture(scope="session")
def seeded(set_up, tmp_path_factory):
    """The site as its first visitor meets it."""
    yield from serve(set_up, tmp_path_factory.mktemp("seeded"))


@pytest.fixture(scope="session")
def filled(set_up, tmp_path_factory):
    """The site with something of every kind, an alert, and an officer named officer."""
    yield from serve(set_up, tmp_path_factory.mktemp("filled"), "from tests.content import fill; fill()")


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


@pytest.fixture
def open_page(chromium):
    """Opens an address in a fresh window; every complaint of the browser about the page fails the test at its end."""
    contexts, complaints = [], []

    def open_page(address, *, width=1280, height=800, scheme="light", **options):
        context = window(chromium, viewport={"width": width, "height": height}, color_scheme=scheme, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(f"{address}: {message.text}"))
        page.on("pageerror", lambda error: complaints.append(f"{address}: {error}"))
        page.goto(address)
        return page

    yield open_page
    for context in contexts:
        context.close()
    expected = re.compile("the server responded with a status of 4(04|10|22)")
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


def violations(page, options):
    """What axe finds: the name of each rule, and the elements that break it."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(Axe().axe_script)
    found = page.evaluate("options => axe.run(options)", {**options, "resultTypes": ["violations"]})["violations"]
    return [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found]


def sign_in(page):
    page.get_by_label("Username").fill("officer")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
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
    """An officer's window, signed in, on the admin's first page."""
    return lambda **options: open_page(f"{filled}/admin/", storage_state=signed_in, **options)


@pytest.fixture
def workplace(set_up, tmp_path):
    """A site of its own, to be changed."""
    yield from serve(set_up, tmp_path)
