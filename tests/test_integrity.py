"""A browser runs no script and takes no style of the admin that isn't what this release holds."""

import base64
import hashlib
import re
from pathlib import Path

import pytest
from django.conf import settings as now
from django.contrib.staticfiles.storage import staticfiles_storage

from sosafe_site.storage import attribute_for, with_integrity
from tests import prepared
from tests.content import fill

LOADED = re.compile(r'<(?:script|link)\b[^>]*\b(?:src|href)="/static/([^"]+\.(?:js|css))"[^>]*>')
HASH = re.compile(r' integrity="sha384-([^"]+)"')


@pytest.fixture
def _collected(settings):
    """The static files as they are served to people."""
    settings.STATIC_ROOT = prepared.site("set-up") / "static"
    settings.STORAGES = {**now.STORAGES, "staticfiles": {"BACKEND": "sosafe_site.storage.StaticStorage"}}
    attribute_for.cache_clear()
    yield
    attribute_for.cache_clear()


@pytest.mark.usefixtures("_collected")
@pytest.mark.parametrize(
    "address",
    ["/admin/", "/admin/login/", "/admin/pages/page/", "/admin/pages/page/add/", "/admin/partners/actionplan/add/"],
)
def test_every_script_and_style_of_the_admin_comes_with_its_hash(address, client, admin_client, db):
    fill()
    page = (client if "login" in address else admin_client).get(address)
    html = page.content.decode().replace('<script src="/admin/jsi18n/"></script>', "")  # Django's words: made anew
    loaded = list(LOADED.finditer(html))
    assert len(loaded) == len(re.findall(r"<script|<link[^>]*stylesheet", html)), "each is a file of ours"
    assert loaded
    for tag in loaded:
        content = Path(staticfiles_storage.path(tag[1])).read_bytes()
        assert HASH.findall(tag[0]) == [base64.b64encode(hashlib.sha384(content).digest()).decode()], tag[0]
    assert int(page["Content-Length"]) == len(page.content)


@pytest.mark.usefixtures("_collected")
@pytest.mark.parametrize(
    "address", ["/static/admin/css/base.css", "/static/../sosafe.sqlite3.js", "//evil.example/a.js"]
)
def test_what_may_change_under_its_name_gets_none(address):
    html = f'<script src="{address}"></script>'.encode()
    assert with_integrity(html) == html


@pytest.mark.usefixtures("_collected")
def test_a_tag_gets_one_hash():
    name = staticfiles_storage.stored_name("admin/css/base.css")
    html = f'<link rel="stylesheet" href="/static/{name}">'.encode()
    once = with_integrity(html)
    assert once.count(b"integrity=") == 1
    assert with_integrity(once) == once
