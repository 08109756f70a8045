"""What every answer carries and refuses."""

import re
from datetime import UTC, datetime

import pytest
import time_machine
from django.test import Client, override_settings
from django.urls import resolve

from tests import make
from tests.content import SEEDED, fill

OF_MACHINES = ["/robots.txt", "/.well-known/security.txt", "/sitemap.xml", "/healthz", "/readyz"]


@pytest.fixture
def _site(db):
    fill()


@pytest.mark.usefixtures("_site")
@pytest.mark.parametrize("address", [*SEEDED.values(), *OF_MACHINES])
def test_a_public_address_sets_no_cookie_and_takes_no_other_method(client, address):
    response = client.get(address)
    assert not response.cookies
    assert response["Content-Security-Policy"].startswith("default-src 'none'")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert client.head(address).status_code == response.status_code
    if response.status_code == 200 and address != "/sitemap.xml":
        for method in (client.post, client.put, client.delete, client.patch, client.trace, client.options):
            takes_it = address == "/contact/" and method == client.post
            assert method(address).status_code == (422 if takes_it else 405)


@pytest.mark.usefixtures("_site")
def test_the_policy_of_the_admin_is_strict_too(admin_client):
    policy = admin_client.get("/admin/")["Content-Security-Policy"]
    assert "default-src 'none'; script-src 'self'; style-src 'self'" in policy
    assert "unsafe" not in policy


@pytest.mark.usefixtures("_site")
def test_what_staff_see_is_stored_nowhere(admin_client, client):
    assert admin_client.get("/")["Cache-Control"] == "private, no-store"
    assert client.get("/")["Cache-Control"] == "no-cache", "others keep it, and ask each time whether it still holds"


@override_settings(DEBUG=False)
def test_the_page_for_our_own_faults_stands_alone(db, monkeypatch):
    def fail(request):
        raise RuntimeError("broken")

    monkeypatch.setattr("pages.views.viewing_date", fail)
    make.make_page(slug="any")
    response = Client(raise_request_exception=False).get("/any/")
    page = response.content.decode()
    assert response.status_code == 500
    assert "Sorry, something is wrong on our side" in page
    assert 'href="tel:999"' in page


def test_a_form_without_its_token_is_told_what_to_do(db):
    response = Client(enforce_csrf_checks=True).post("/admin/login/", {"login": "a"})
    assert response.status_code == 403
    assert "Please send that once more" in response.content.decode()
    assert "style-src 'sha256-" in response["Content-Security-Policy"], "its style is inside, as on public pages"
    assert " style=" not in response.content.decode()


def test_what_is_missing_in_the_admin_has_the_sites_own_page(admin_client, db):
    fill()
    response = admin_client.get("/admin/nothing-here/")
    assert response.status_code == 404
    assert "Stevenage Community Safety Partnership" in response.content.decode()
    assert "style-src 'sha256-" in response["Content-Security-Policy"]


def test_the_address_of_each_page_is_absolute_and_canonical(client, db):
    fill()
    assert canonical(client.get("/privacy/")) == "http://127.0.0.1:8000/privacy/"


@pytest.mark.parametrize("address", ["/strategy/", "/action-plan/", "/strategy/now/", "/action-plan/now/"])
def test_what_always_leads_to_what_holds_is_canonical_to_itself_as_each_of_its_own_page_is(client, db, address):
    fill()
    assert canonical(client.get(address)) == f"http://127.0.0.1:8000{address}"
    assert canonical(client.get(address, {"on": "2019-05-01"})) == f"http://127.0.0.1:8000{address}"


def canonical(response):
    return re.search(r'rel="canonical"\s+href="([^"]+)"', response.content.decode())[1]


def test_robots_find_the_sitemap_and_leave_the_admin_alone(client, db):
    lines = client.get("/robots.txt").content.decode().splitlines()
    assert "Disallow: /admin/" in lines
    assert "Sitemap: http://127.0.0.1:8000/sitemap.xml" in lines


@time_machine.travel(datetime(2026, 6, 1, 11, tzinfo=UTC), tick=False)
def test_who_finds_a_weakness_is_told_where_to_report_it(client, db):
    site = make.make_site(email="safe+sound@example.org")
    lines = client.get("/.well-known/security.txt").content.decode().splitlines()
    assert lines == [
        "Contact: mailto:safe%2Bsound@example.org",
        "Contact: http://127.0.0.1:8000/contact/",
        "Expires: 2026-11-28T11:00:00Z",
        "Preferred-Languages: en",
        "Canonical: http://127.0.0.1:8000/.well-known/security.txt",
    ]
    type(site).objects.update(email="")
    assert not resolve("/.well-known/security.txt").func.is_stored
    assert "mailto" not in client.get("/.well-known/security.txt").content.decode(), "only what is known"
    with time_machine.travel(datetime(2028, 6, 1, tzinfo=UTC), tick=False):
        assert "Expires: 2028-11-28" in client.get("/.well-known/security.txt").content.decode(), "it is never stale"


def test_a_site_without_content_is_not_ready(client, db):
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 503


@pytest.mark.parametrize("address", ["/strategy/", "/action-plan/"])
def test_the_standing_addresses_answer_even_on_an_empty_site(client, db, address):
    response = client.get(address)
    assert response.status_code == 200
    assert "for today, " in response.content.decode()


def test_the_sitemap_names_the_sites_own_address_and_only_answers_readers(client, db):
    make.make_strategy(slug="now")
    page = client.get("/sitemap.xml", headers={"host": "127.0.0.1:9999"}).content.decode()
    assert "<loc>http://127.0.0.1:8000/strategy/now/</loc>" in page
    assert "<loc>http://127.0.0.1:8000/meetings/public/</loc>" in page
    assert "9999" not in page
    assert client.trace("/sitemap.xml").status_code == 405
