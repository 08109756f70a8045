"""The store in real processes: two servers that share a database and a data folder."""

import os
import secrets
import shutil
import time
import urllib.error
import urllib.parse
import urllib.request
from contextlib import ExitStack
from http.cookiejar import CookieJar

import pytest

from tests import prepared
from tests.tools import OFFICERS_PASSWORD, PATIENCE, listen, served


@pytest.fixture
def site(tmp_path):
    """The ports of two servers of one site that has just been set up."""
    shutil.copytree(prepared.site("set-up"), tmp_path, dirs_exist_ok=True)
    listening = [listen(), listen()]
    ports = [each.getsockname()[1] for each in listening]
    settings = {
        "DATA_DIR": str(tmp_path),
        "SITE_URL": f"http://127.0.0.1:{ports[0]}",
        "SECRET_KEY": secrets.token_urlsafe(50),
        "DATABASE_URL": "",
        "DEBUG": "off",
        "EMAIL_URL": "",
        "DJANGO_SETTINGS_MODULE": "sosafe_site.settings",
    }
    environ = os.environ | settings
    with ExitStack() as running:
        for each in listening:
            running.enter_context(served(each, environ, "--workers=2"))
        yield ports


def get(port, path, host):
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Host": f"127.0.0.1:{host}"})
    with urllib.request.urlopen(request, timeout=PATIENCE) as response:
        return response.read().decode()


class Officer:
    """Signed in, and filling in forms."""

    def __init__(self, port, password):
        self.site, self.cookies = f"http://127.0.0.1:{port}", CookieJar()
        self.browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))
        self.first_page = self.send("/admin/login/", login="officer", password=password, next="/admin/")

    def send(self, path, **fields):
        with self.browser.open(self.site + path, timeout=PATIENCE):
            return self.press(path, **fields)

    def press(self, path, **fields):
        """In a form that is open already."""
        token = next(cookie.value for cookie in self.cookies if cookie.name == "csrftoken")
        data = urllib.parse.urlencode({**fields, "csrfmiddlewaretoken": token}).encode()
        request = urllib.request.Request(self.site + path, data, {"Origin": self.site})
        with self.browser.open(request, timeout=PATIENCE) as response:
            return response.read().decode()


def test_a_change_through_one_process_shows_in_the_other_at_once_and_copies_speak_without_the_database(site, tmp_path):
    one, two = site
    for _ in range(8):  # each worker of each server
        assert "Urgent:" not in get(one, "/strategy/", one)
        assert "Urgent:" not in get(two, "/strategy/", one)
    assert [path for path in tmp_path.glob("pages/*/*") if path.parent.name != "turns"], "it is stored"

    officer = Officer(one, OFFICERS_PASSWORD)
    alert = {"title": "A large fire", "advice": "Keep away.", "ends_at": "2999-01-01T00:00"}
    officer.send("/admin/pages/alert/add/", starts_at="2020-01-01T00:00", _publish="", **alert)
    for _ in range(8):
        assert "A large fire" in get(two, "/strategy/", one)
        assert "A large fire" in get(one, "/strategy/", one)

    (tmp_path / "sosafe.sqlite3").rename(tmp_path / "elsewhere")
    time.sleep(1)
    for _ in range(4):
        for port in (one, two):
            assert "may be out of date" in get(port, "/strategy/", one)
    with pytest.raises(urllib.error.HTTPError, match="503") as failed:
        officer.press("/admin/pages/alert/add/", title="Long thought out")
    page = failed.value.read().decode()
    assert "send it again" in page
    assert "Long thought out" in page, "as it was typed"
