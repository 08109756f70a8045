"""The site and the partnership are called what their record says, wherever anything is said of them."""

import time_machine
from django.test import Client, override_settings

from pages.models import SiteSettings
from tests import make
from tests.admin.test_editing import save, url

OLD, NEW = ("SoSafe", "Stevenage"), {"name": "Safer & Sound", "partnership": "Harlow Community Safety Partnership"}
PAGES = ["/", "/updates/", "/contact/", "/get-help/", "/what-we-do/"]
FEEDS = ["/updates.atom", "/strategy/now/updates.atom", "/action-plan/now/updates.atom", "/meetings/dates.atom"]
OF_ADMIN = ["/admin/", "/admin/guide/", "/admin/progress/", "/admin/pages/page/", "/admin/account/password/"]


def make_records():
    """One of each kind, in words that name nobody."""
    for address, shows in zip(PAGES, ["partners", "documents", "contact", "routes", "public-meetings"], strict=True):
        page = make.make_page(slug=address.strip("/") or "home", title="A page")
        make.make_section(page=page, shows=shows)
    make.make_objective(slug="one", strategy=make.make_strategy(slug="now", ends_on=None))
    make.make_priority(slug="one", plan=make.make_plan(slug="now", ends_on=None))
    make.make_group(slug="group")
    make.make_public_meeting(slug="meeting")
    make.make_version(document=make.make_document(slug="document"))
    make.make_page(slug="withdrawn", withdrawn_at=make.LONG_AGO, withdrawal_reason="It was wrong.")


def test_once_it_is_renamed_no_page_and_no_feed_has_the_old_name(
    admin_client, client, db, django_capture_on_commit_callbacks
):
    make_records()
    with django_capture_on_commit_callbacks(execute=True):
        site = make.make_site(name="SoSafe", partnership="Stevenage Community Safety Partnership")
        client.get("/")  # as any process may remember it
    with django_capture_on_commit_callbacks(execute=True):
        save(admin_client, url(site, "change"), _publish="", **NEW)
    of_records = ["/strategy/now/", "/strategy/now/one/", "/action-plan/now/", "/action-plan/now/one/"]
    of_records += ["/meetings/group/", "/meetings/public/meeting/", "/documents/document/", "/documents/document/v/1/"]
    others = ["/strategy/", "/action-plan/", "/meetings/public/", "/nothing-here/", "/withdrawn/", "/?on=never"]
    for address in [*PAGES, *of_records, *others, *FEEDS]:
        page = client.get(address).content.decode()
        assert [name for name in OLD if name in page] == [], address
        assert "Safer &amp; Sound" in page, address
    for address in ["/meetings/public/calendar.ics", "/meetings/group/calendar.ics"]:
        assert "SoSafe" not in client.get(address).content.decode(), address
    assert "NAME:Public meetings: Safer & Sound" in client.get("/meetings/public/calendar.ics").content.decode()
    for address in OF_ADMIN:
        page = admin_client.get(address).content.decode()
        assert "Safer &amp; Sound: editing" in page, address
        assert "SoSafe" not in page.replace("changed from “SoSafe” to", ""), address
    assert "Safer &amp; Sound: editing" in client.get("/admin/login/").content.decode()


def test_a_feed_names_its_author_by_the_record_and_without_one_by_the_sites_address(client, db):
    make.make_strategy(slug="now")
    feed = "/strategy/now/updates.atom"
    assert "<author><name>http://127.0.0.1:8000</name></author>" in client.get(feed).content.decode()
    make.make_site(**NEW)
    author = "Safer &amp; Sound, Harlow Community Safety Partnership"
    assert f"<author><name>{author}</name></author>" in client.get(feed).content.decode()


def test_the_logo_is_drawn_only_for_the_name_that_it_spells(client, db):
    make.make_page(slug="any")
    site = make.make_site()
    assert 'aria-label="SoSafe"' in client.get("/any/").content.decode()
    site.name = "Safer"
    site.save()
    header = client.get("/any/").content.decode().partition("<header")[2].partition("</header>")[0]
    assert "<b>Safer</b>" in header
    assert "<svg" not in header


@override_settings(DEBUG=False)
def test_the_page_for_our_own_faults_has_the_last_name_that_is_known_or_none(
    db, monkeypatch, django_capture_on_commit_callbacks
):
    def fail(*args):
        raise RuntimeError("broken")

    reader = Client(raise_request_exception=False)
    make.make_page(slug="any")
    monkeypatch.setattr(SiteSettings, "last_names", None)
    monkeypatch.setattr("pages.views.viewing_date", fail)
    unnamed = reader.get("/any/").content.decode()
    assert [name for name in OLD if name in unnamed] == []
    assert "<title>Sorry, something is wrong on our side</title>" in unnamed
    with django_capture_on_commit_callbacks(execute=True):
        make.make_site(**NEW)
    monkeypatch.setattr(SiteSettings.objects, "first", fail)  # the database is gone
    named = reader.get("/any/").content.decode()
    assert "<title>Sorry, something is wrong on our side – Safer &amp; Sound</title>" in named
    assert "<span>Harlow Community Safety Partnership</span>" in named


@time_machine.travel("2026-05-01 12:00Z")
def test_a_citation_names_the_partnership_by_its_record(client, db):
    make.make_strategy(slug="now", title="Plan of all", ends_on=None)
    make.make_site(**NEW)
    assert "<code>Harlow Community Safety Partnership, Plan of all" in client.get("/strategy/now/").content.decode()
