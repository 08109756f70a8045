"""What every answer tells a browser to refuse, whoever makes it: a view, Django, WhiteNoise or the store."""

import pytest
from django.http import HttpResponse
from django.test import Client

from sosafe_site.publishing.files.download import POLICY, POLICY_OF_PDF
from sosafe_site.security import ADMIN_POLICY, public_policy, with_headers
from tests import make
from tests.addresses import public_addresses
from tests.content import fill
from tests.store import Site, ask, in_the_tests_transaction
from tests.tools import content_of

HSTS = "max-age=31536000"
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
# Which no answer has: another site's scripts may read nothing, and nobody is told what runs here
NEVER = {"Access-Control-Allow-Origin", "Access-Control-Allow-Credentials", "X-Powered-By", "Server"}


def faults_of(response, hsts=None, **other):
    """What is wrong with the headers of an answer: nothing, it is hoped. `other` are those that it may have instead."""
    expected = ALWAYS | {name.replace("_", "-"): value for name, value in other.items()}
    headers = {name.title(): value for name, value in dict(response.headers).items()}
    found = [f"{name}: {headers.get(name.title())}" for name in expected if headers.get(name.title()) != expected[name]]
    policy = headers.get("Content-Security-Policy", "")
    for part in ("default-src 'none'", "base-uri 'none'", "form-action '", "frame-ancestors '"):
        found += [] if part in policy else [f"the policy lacks {part}: {policy}"]
    found += ["a script may run"] * ("script-src" in policy and policy != ADMIN_POLICY)
    found += [] if "geolocation=()" in headers.get("Permissions-Policy", "") else ["no Permissions-Policy"]
    found += [] if headers.get("Strict-Transport-Security") == hsts else ["Strict-Transport-Security"]
    return found + [name for name in NEVER if name.title() in headers]


@pytest.fixture
def https(settings):
    """As under https://www.example.org behind a proxy."""
    settings.SITE_URL, settings.ALLOWED_HOSTS = "https://www.example.org", ["www.example.org"]
    settings.SECURE_SSL_REDIRECT, settings.SECURE_HSTS_SECONDS = True, 31_536_000
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
    return {"HTTP_HOST": "www.example.org", "HTTP_X_FORWARDED_PROTO": "https"}


def test_every_public_address_has_them_stored_or_not_and_when_nothing_has_changed(https, db):
    fill()
    site = Site()
    for address in public_addresses():
        other = {"Cross_Origin_Resource_Policy": "cross-origin"} if address.startswith("/pictures/") else {}
        for method in ("GET", "HEAD"):
            answer = site.get(address, method, **https)
            assert faults_of(answer, HSTS, **other) == [], (method, address, answer.status)
            assert "Set-Cookie" not in answer.headers, address
        if etag := answer.headers.get("ETag"):
            again = site.get(address, HTTP_IF_NONE_MATCH=etag, **https)
            assert again.status_code == 304
            assert faults_of(again, HSTS, **other) == [], address


def fail(*_):
    raise RuntimeError("broken")


STATUSES = {
    "301 to https": (301, "/", {"HTTP_X_FORWARDED_PROTO": "http"}),
    "301 to the address as it is written": (301, "/strategy/now", {}),
    "302 to the sign-in": (302, "/admin/", {}),
    "400 for a day that is none": (400, "/?on=yesterday", {}),
    "400 for the name of another site": (400, "/", {"HTTP_HOST": "evil.example"}),
    "400 for the same over http": (400, "/", {"HTTP_HOST": "evil.example", "HTTP_X_FORWARDED_PROTO": ""}),
    "400 for a name that can't be one": (400, "/strategy/", {"HTTP_HOST": "www.example.org/evil"}),
    "403 for a form without its token": (403, "/admin/login/", {"REQUEST_METHOD": "POST"}),
    "404": (404, "/nothing-here/", {}),
    "405": (405, "/strategy/", {"REQUEST_METHOD": "OPTIONS"}),
    "410": (410, "/withdrawn/", {}),
    "412": (412, "/strategy/", {"HTTP_IF_MATCH": '"x"'}),
    "416": (416, "/documents/plan/file/", {"HTTP_RANGE": "bytes=99999999-"}),
    "422": (422, "/contact/", {"REQUEST_METHOD": "POST"}),
    "500": (500, "/strategy/next/", {}),
    "503": (503, "/readyz", {}),
}  # fmt: skip


@pytest.mark.parametrize("what", STATUSES)
def test_so_has_every_answer_that_is_no_page(what, https, db, settings, monkeypatch, mailoutbox):
    fill()
    status, address, given = STATUSES[what]
    if status == 500:
        monkeypatch.setattr("partners.views.viewing_date", fail)
    if status == 503:
        monkeypatch.setattr("pages.health.ready.HOME", "nothing")
    with in_the_tests_transaction():
        answer = ask(Site().store, address, given.get("REQUEST_METHOD", "GET"), **(https | given))
    is_secure = given.get("HTTP_X_FORWARDED_PROTO", "https") == "https" and "HTTP_HOST" not in given
    assert answer.status_code == status
    assert faults_of(answer, answer.headers.get("Strict-Transport-Security") and HSTS) == []
    assert not is_secure or answer["Strict-Transport-Security"] == HSTS


def test_the_admin_has_a_policy_and_features_of_its_own_and_its_errors_the_public_ones(admin_client, db):
    fill()
    page, missing = admin_client.get("/admin/"), admin_client.get("/admin/nothing-here/")
    assert page["Content-Security-Policy"] == ADMIN_POLICY
    assert "publickey-credentials-get=(self)" in page["Permissions-Policy"]
    assert missing["Content-Security-Policy"] == public_policy()
    assert "publickey-credentials-get=()" in missing["Permissions-Policy"]
    assert faults_of(page) + faults_of(missing) == []


def test_only_a_preview_can_be_shown_in_a_frame_and_only_by_this_site(https, rf):
    for asked, expected in (("SAMEORIGIN", "'self'"), ("DENY", "'none'")):
        answer = with_headers(rf.get("/preview/x/"), HttpResponse(headers={"X-Frame-Options": asked}))
        assert f"frame-ancestors {expected}" in answer["Content-Security-Policy"]
        assert answer["X-Frame-Options"] == asked


def test_static_files_and_files_of_officers_have_them_too(client, settings, db):
    fill()
    (settings.STATIC_ROOT / "script.js").write_text("1")
    settings.WHITENOISE_AUTOREFRESH = True  # so that it finds what was not there when it began
    static = Client().get("/static/script.js")
    assert content_of(static) == b"1"
    assert faults_of(static) == []
    document = client.get("/documents/plan/file/")
    assert content_of(document)
    assert document["Content-Security-Policy"] == POLICY_OF_PDF
    make.make_version(document=make.make_document(slug="table"), name="a.csv", content=b"a,b\n1,2\n")
    table = client.get("/documents/table/file/")
    assert content_of(table)
    assert table["Content-Security-Policy"] == POLICY
    assert faults_of(table) == []


def test_a_reader_gets_no_cookie_and_an_officer_none_that_a_script_or_another_host_could_touch(https, settings, db):
    fill()
    client = Client(headers={"host": "www.example.org", "x-forwarded-proto": "https"})
    for address in ("/contact/", "/admin/"):
        assert not client.get(address).cookies, address
    client.get("/admin/login/")
    client.force_login(make.make_officer())
    settings.SESSION_SAVE_EVERY_REQUEST = True  # the cookie that it sets, not the one of the test's own client
    client.post("/admin/pages/page/", {"index": "0", "action": ""})  # which is answered by a message
    assert set(client.cookies) == {settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME}, "and that by no cookie"
    for name in (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME):
        cookie = client.cookies[name]
        assert name.startswith("__Host-")
        assert (cookie["path"], cookie["domain"], cookie["samesite"]) == ("/", "", "Lax"), name
        assert cookie["secure"], name
        assert cookie["httponly"], name
