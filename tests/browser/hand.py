"""An officer's mouse and keyboard, counted, and a reader who looks at what came of it.

What counts: a click is every press of the mouse, also the one that puts the keyboard into a field, unless the page has
put it there itself; a choice from a list is two clicks, one that opens it and one that chooses; a file is one, on its
button. A field is each field that is typed into or given a date. A load is each new document of the window; a preview
within the page is none.
"""

import re
import sqlite3
import urllib.error
import urllib.request
from contextlib import closing
from html import unescape

from sosafe_site.page_store.change_bell import Bell
from tests.browser.conftest import serve
from tests.tools import PATIENCE


class Site(str):
    """Its address, with its data, in which time can pass: no test waits until Monday."""

    def change(self, sql, *values):
        with closing(sqlite3.connect(self.data_dir / "sosafe.sqlite3", timeout=PATIENCE)) as database, database:
            changed = database.execute(sql, values).rowcount
        Bell(self.data_dir / "bell").ring()  # as whoever changes something does
        assert changed == 1


def its_site(data_dir, prepare):
    """A site for several jobs, with what this code makes beside what is set up."""
    for address in serve("set-up", data_dir, prepare):
        site = Site(address)
        site.data_dir = data_dir
        yield site


class Jobs(dict):
    """What plays each job, by the job's name."""

    def called(self, name):
        def known(play):
            self[name] = play
            return play

        return known


class Hand:
    """An officer's mouse and keyboard, counted."""

    def __init__(self, page):
        self.page, self.clicks, self.fields, self.loads = page, 0, 0, 0
        page.context.on("page", lambda opened: opened.on("framenavigated", self._loaded))
        page.on("framenavigated", self._loaded)

    def begin(self, site):
        """On the admin's first page, with nothing counted."""
        self.page.goto(f"{site}/admin/")
        self.clicks = self.fields = self.loads = 0

    def _loaded(self, frame):
        if frame.parent_frame is None and frame.url != "about:blank":
            self.loads += 1

    def click(self, target):
        self.clicks += 1
        target.click()

    def follow(self, target):
        """A click that leads to another document."""
        with self.page.expect_navigation():
            self.click(target)

    def type(self, target, text, *, at_the_end=False):
        if not target.evaluate("field => field === document.activeElement"):
            self.click(target)
        self.fields += 1
        if at_the_end:
            self.page.keyboard.press("Control+End")
            self.page.keyboard.type(text)
        else:
            target.fill(text)

    def choose(self, target, option):
        self.clicks += 2
        target.select_option(option)

    def give(self, target, file):
        self.clicks += 1
        target.set_input_files(file)

    @property
    def counts(self):
        return self.clicks, self.fields, self.loads


def read(address):
    """What a reader without an account gets: the status, the text, where it was led."""
    try:
        with urllib.request.urlopen(address, timeout=PATIENCE) as response:
            return response.status, response.read(), response.url
    except urllib.error.HTTPError as error:
        return error.code, error.read(), address


def words_of(address):
    page = re.sub(r"(?s)<style>.*?</style>", " ", read(address)[1].decode())
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())
