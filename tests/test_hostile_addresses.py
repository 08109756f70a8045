"""No address of this site leads to another, and no request makes it take another name for its own."""

from urllib.parse import urljoin, urlsplit

import pytest
from django.test import Client

from tests import make
from tests.content import fill
from tests.store import Site
from tests.tools import OFFICERS_PASSWORD

HERE = "http://127.0.0.1:8000"
# What browsers take for another site, or for a script
ELSEWHERE = [
    "//evil.example",
    "//evil.example/",
    "///evil.example",
    "////evil.example/%2f..",
    "https://evil.example/",
    "https:evil.example",
    "https:/evil.example",
    "http:///evil.example",
    "\\\\evil.example",
    "/\\evil.example",
    "\\/evil.example",
    "/\t/evil.example",
    "\t//evil.example",
    "\n//evil.example",
    " //evil.example",
    "//evil.example@127.0.0.1:8000",
    "http://127.0.0.1:8000@evil.example/",
    "http://127.0.0.1:8000.evil.example/",
    "//evil%E3%80%82example",
    "javascript:alert(1)",
    "java\nscript:alert(1)",
    "data:text/html,a",
    "/..//evil.example",
    "/admin/..//evil.example",
    "%2f%2fevil.example",
    "https:\\\\evil.example",
    "//[::ffff:1.2.3.4]/",
    "ftp://evil.example/",
    # The same machine, and another program on it
    "http://localhost/",
    "http://127.0.0.1/",
    "//127.0.0.1:8001/",
]


def leads_here(location):
    """Whether a browser stays on this site: it takes a backslash for a slash, and skips what is unseen."""
    seen = location.strip().translate({9: None, 10: None, 13: None}).replace("\\", "/")
    there = urlsplit(urljoin(f"{HERE}/admin/", seen))
    return there.scheme == "http" and there.netloc == "127.0.0.1:8000"


@pytest.fixture
def officer(db):
    return make.make_officer("Editor", password=OFFICERS_PASSWORD)


@pytest.mark.parametrize("given", ELSEWHERE)
def test_who_signs_in_or_is_signed_in_is_led_nowhere_else(given, officer):
    sent = {"login": officer.username, "password": OFFICERS_PASSWORD, "next": given}
    client = Client(headers={"host": "127.0.0.1:8000"})
    answers = [client.post("/admin/login/", sent)]
    assert "_auth_user_id" in client.session, "signed in"
    answers += [client.post("/admin/account/again/", sent)]
    answers += [client.get("/admin/login/", {"next": given}), client.post("/admin/logout/", sent)]
    assert [answer.status_code for answer in answers[:2]] == [302, 302]
    for answer in answers:
        assert leads_here(answer.headers.get("Location", "/")), answer


def test_who_signs_in_over_https_is_not_led_to_where_others_can_listen(officer):
    sent = {"login": officer.username, "password": OFFICERS_PASSWORD, "next": f"{HERE}/admin/guide/"}
    answer = Client(headers={"host": "127.0.0.1:8000"}).post("/admin/login/", sent, secure=True)
    assert (answer.status_code, answer["Location"]) == (302, "/admin/")


@pytest.mark.parametrize(
    "path", [*ELSEWHERE, "//evil.example/strategy", "//evil.example/..", "/\\evil.example/strategy"]
)
def test_a_path_that_looks_like_another_site_leads_to_none(path, db):
    fill()
    site = Site()
    for asked in (f"/{path}", f"//{path.lstrip('/')}", f"/strategy/{path}"):
        answer = site.get(asked)
        assert leads_here(answer.headers.get("Location", "/")), asked


@pytest.mark.parametrize(
    "name",
    ["evil.example", "127.0.0.1:8000.evil.example", "127.0.0.1:8000@evil.example", "127.0.0.1:8000, evil.example"],
)
def test_the_site_goes_by_its_own_name_alone(name, db):
    fill()
    site = Site()
    for path in (
        "/",
        "/strategy/now/",
        "/strategy/now",
        "/sitemap.xml",
        "/updates.atom",
        "/meetings/public/calendar.ics",
        "/admin/login/",
    ):
        answer = site.get(path, HTTP_HOST=name)
        assert answer.status_code == 400, path
        assert "evil" not in answer.text
        claimed = site.get(
            path, HTTP_X_FORWARDED_HOST=name, HTTP_X_FORWARDED_SERVER=name, HTTP_FORWARDED=f"host={name}"
        )
        assert "evil" not in claimed.text + str(claimed.headers), path
