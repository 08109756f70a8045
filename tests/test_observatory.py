"""What the MDN Observatory says of the site under https: version 1.4.8 of its scorer, algorithm 4.

Its rules that give or take points here are written out below, since the scorer itself is 190 packages. With it in the
folder OBSERVATORY it is asked too, and has to say the same: see CONTRIBUTING.md.
"""

import json
import os
import re
import subprocess

import pytest
from django.test import Client

from tests import make
from tests.addresses import public_addresses
from tests.content import fill
from tests.test_headers import https  # noqa: F401  # a fixture
from tests.test_integrity import _collected  # noqa: F401  # a fixture
from tests.tools import PATIENCE, ROOT, need

BROAD = {"*", "data:", "http:", "https:", "ftp:", "'unsafe-inline'", "'unsafe-eval'"}
SCRIPT = re.compile(r"<script\b[^>]* src=[^>]*>")


def score(answer):
    """100, and what its rules add or take away. What is added counts only where little was taken."""
    headers, cookies = answer.headers, [morsel.OutputString() for morsel in answer.cookies.values()]
    policy = {part.split()[0]: part.split()[1:] for part in headers["Content-Security-Policy"].split(";")}
    scripts = SCRIPT.findall(answer.text) if "html" in headers["Content-Type"] else []
    is_strict = policy["default-src"] == ["'none'"] and not BROAD & {
        *policy.get("script-src", []), *policy.get("style-src", []), *policy.get("object-src", []),
    }  # fmt: skip
    is_guarded = all("Secure" in each and "HttpOnly" in each and "SameSite" in each for each in cookies)
    points = [
        10 if is_strict else -20,
        5 if policy["frame-ancestors"] == ["'none'"] else -20,
        0 if not cookies else 5 if is_guarded else -40,
        -50 if "Access-Control-Allow-Credentials" in headers else 0,
        10 if headers["Cross-Origin-Resource-Policy"] == "same-origin" else 0,
        5 if headers["Referrer-Policy"] == "same-origin" else -5,
        0 if re.match("max-age=31536000", headers["Strict-Transport-Security"]) else -20,
        5 if any("integrity=" in each for each in scripts) else 0,
        0 if headers["X-Content-Type-Options"] == "nosniff" else -5,
    ]
    without = 100 + sum(each for each in points if each < 0)
    return without if without < 90 else 100 + sum(points)


def scores(answers):
    own = {address: score(answer) for address, answer in answers.items()}
    if folder := os.environ.get("OBSERVATORY"):
        sent = [
            {
                "headers": dict(answer.headers),
                "body": answer.text,
                "cookies": [morsel.OutputString() for morsel in answer.cookies.values()],
            }
            for answer in answers.values()
        ]
        node = need("node", "Install Node.js.")
        command = [node, str(ROOT / "tests" / "observatory.mjs"), folder]
        told = subprocess.run(
            command, input=json.dumps(sent), capture_output=True, text=True, check=True, timeout=PATIENCE
        )
        assert dict(zip(own, json.loads(told.stdout), strict=True)) == own
    return own


@pytest.fixture
def browser(https):  # noqa: F811  # the fixture of that name, which is imported
    return Client(headers={"host": "www.example.org", "x-forwarded-proto": "https"})


def test_all_public_pages_have_all_the_points_that_a_page_without_script_or_cookie_can_have(browser, db):
    fill()
    answers = {address: browser.get(address) for address in public_addresses()}
    texts = {address: answer for address, answer in answers.items() if not answer.streaming}
    assert len(texts) > 40
    assert {address: points for address, points in scores(texts).items() if points < 130} == {}
    for answer in answers.values():
        assert not answer.streaming or b"".join(answer.streaming_content)


@pytest.mark.usefixtures("_collected")
def test_the_admin_has_more_since_its_scripts_have_hashes_and_its_cookies_are_guarded(browser, settings, db):
    fill()
    assert scores({"/admin/login/": browser.get("/admin/login/")})["/admin/login/"] >= 135
    settings.SESSION_SAVE_EVERY_REQUEST = True  # so that each answer is judged with its cookie
    browser.force_login(make.make_officer(is_superuser=True))
    paths = ["/admin/", "/admin/pages/page/", "/admin/pages/page/add/", "/admin/partners/partner/", "/admin/guide/"]
    found = scores({path: browser.get(path) for path in paths})
    assert {path: points for path, points in found.items() if points < 135} == {}
