"""Changing an address, and giving further ones: a step of its own, told before it happens; nothing given out breaks."""

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from sosafe_site.publishing.models import Revision
from sosafe_site.publishing.models.address import Address
from sosafe_site.publishing.moving import give_further
from sosafe_site.publishing.revisions.snapshot import snapshot
from tests import make
from tests.admin.test_editing import url
from tests.forms import Form
from tests.pages.test_seed_document import plain, words


def said(response):
    return plain(response.content.decode())


def address_url(record):
    return reverse(f"admin:{record._meta.app_label}_{record._meta.model_name}_address", args=[record.pk])


def change(client, record, slug):
    """Both presses, as an officer does."""
    seen = client.post(address_url(record), {"slug": slug})
    assert seen.status_code == 200
    return client.post(address_url(record), {"slug": slug, "seen": slug}, follow=True)


def location(client, path, **query):
    response = client.get(path, query)
    return response.status_code, response.headers.get("Location")


def test_what_will_happen_is_told_before_it_does(admin_client, client, db):
    plan = make.make_plan(slug="2019-2020", title="Our plan")
    make.make_priority(plan=plan, slug="knives")
    assert (
        f'href="{address_url(plan)}">Change address, or add another…</a>'
        in admin_client.get(url(plan, "change")).content.decode()
    )
    told = said(admin_client.post(address_url(plan), {"slug": "Our Plan"}))
    assert "Links to the old address keep working" in told
    assert "So do QR codes that are printed" in told
    assert "3 addresses will change" in told
    for pair in (
        "/action-plan/2019-2020/ leads to /action-plan/our-plan/",
        "/action-plan/2019-2020/updates.atom leads to /action-plan/our-plan/updates.atom",
        "/action-plan/2019-2020/knives/ leads to /action-plan/our-plan/knives/",
    ):
        assert pair in told
    assert client.get("/action-plan/2019-2020/").status_code == 200, "nothing has happened yet"
    done = said(admin_client.post(address_url(plan), {"slug": "our-plan", "seen": "our-plan"}, follow=True))
    assert "is now at /action-plan/our-plan/. /action-plan/2019-2020/ leads there." in done
    assert location(client, "/action-plan/2019-2020/", on="2019-05-01") == (301, "/action-plan/our-plan/?on=2019-05-01")
    assert location(client, "/action-plan/2019-2020/knives/") == (301, "/action-plan/our-plan/knives/")
    history = said(admin_client.get(plan.get_edit_url().replace("/change/", "/history/")))
    assert "Address changed from /action-plan/2019-2020/ to /action-plan/our-plan/." in history
    plan.refresh_from_db()
    assert plan.updated_on is None, "an address dates no words"


def test_a_new_address_is_only_taken_as_it_was_seen(admin_client, client, db):
    page = make.make_page(slug="one")
    told = said(admin_client.post(address_url(page), {"slug": "three", "seen": "two"}))
    assert "/one/ leads to /three/" in told
    assert client.get("/one/").status_code == 200


@pytest.mark.parametrize(
    ("maker", "old", "new"),
    [
        (lambda: make.make_page(slug="a"), "/a/", "/b/"),
        (lambda: make.make_partner(slug="a"), "/who-belongs/a/", "/who-belongs/b/"),
        (lambda: make.make_document(slug="a"), "/documents/a/", "/documents/b/"),
        (lambda: make.make_objective(strategy=make.make_strategy(slug="s"), slug="a"), "/s/a/", "/s/b/"),
        (lambda: make.make_priority(plan=make.make_plan(slug="p"), slug="a"), "/p/a/", "/p/b/"),
        (lambda: make.make_meeting(group=make.make_group(slug="a")).group, "/meetings/a/", "/meetings/b/"),
        (lambda: make.make_public_meeting(slug="a"), "/meetings/public/a/", "/meetings/public/b/"),
    ],
    ids=["page", "partner", "document", "objective", "priority", "group", "public meeting"],
)  # fmt: skip
def test_wholes_and_parts_move_and_move_back(admin_client, client, db, maker, old, new):
    record = maker()
    given = list(Address.objects.of(record).values_list("path", flat=True))
    assert change(admin_client, record, "b").status_code == 200
    for path in given:
        assert location(client, path) == (301, path.replace(old, new)), path
        assert client.get(path.replace(old, new)).status_code == 200 or "file" in path
    record.refresh_from_db()
    present = record.get_absolute_url()
    change(admin_client, record, "a")
    assert client.get(present.replace(new, old)).status_code == 200
    assert location(client, present) == (301, present.replace(new, old))


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("taken", "Another record has it"),
        ("once-taken", "was given out for something else"),
        ("given", "was given out for something else"),
        ("search", "The site itself uses this address."),
        ("?!", "Use letters, figures and hyphens."),
        ("", "Type the new last part of the address."),
        ("here", "This is its address already."),
    ],
)
def test_an_address_that_can_not_be_is_refused_with_the_reason_and_kept(admin_client, client, db, typed, why):
    page, other = make.make_page(slug="here"), make.make_page(slug="once-taken")
    change(admin_client, other, "taken")
    give_further(other, "/given/", None)
    answer = admin_client.post(address_url(page), {"slug": typed, "seen": typed}).content.decode()
    if typed != "taken":
        assert why in answer
    assert 'role="alert"' in answer
    assert f'value="{typed}"' in answer, "what was typed stays"
    assert client.get("/here/").status_code == 200


def test_a_word_of_the_site_is_no_address_of_a_group(admin_client, db):
    group = make.make_group(slug="here")
    answer = admin_client.post(address_url(group), {"slug": "public", "seen": "public"}).content.decode()
    assert "is kept for the list of public meetings" in answer


def test_a_part_that_would_take_the_address_of_something_else_keeps_its_whole_where_it_is(admin_client, client, db):
    plan = make.make_plan(slug="here")
    make.make_priority(plan=plan, slug="knives")
    give_further(make.make_page(slug="about-knives"), "/action-plan/there/knives/", None)
    answer = admin_client.post(address_url(plan), {"slug": "there", "seen": "there"}).content.decode()
    assert "/action-plan/there/knives/ was given out for something else" in answer
    assert client.get("/action-plan/here/knives/").status_code == 200


def test_a_page_that_the_site_leads_to_stays_where_it_is_and_can_have_further_addresses(admin_client, client, db):
    page = make.make_page(slug="contact")
    form = said(admin_client.get(address_url(page)))
    assert "This address stays, since the site itself leads to it." in form
    admin_client.post(address_url(page), {"slug": "elsewhere", "seen": "elsewhere"})
    page.refresh_from_db()
    assert page.slug == "contact"
    admin_client.post(address_url(page), {"path": "talk-to-us"})
    assert location(client, "/talk-to-us/") == (301, "/contact/")


def test_an_open_draft_stays_and_is_published_at_the_new_address(admin_client, client, db):
    page = make.make_page(slug="one", title="Old")
    Form(admin_client, url(page, "change")).press("_draft", title="New")
    told = said(admin_client.post(address_url(page), {"slug": "two"}))
    assert "There is a draft of it." in told
    change(admin_client, page, "two")
    draft = Revision.objects.open().get()
    assert [change.name for change in draft.changes()] == ["title"]
    assert Form(admin_client, url(page, "change")).press("_publish", change_note="It is new.").status_code == 302
    assert "New" in words(client.get("/two/"))
    assert location(client, "/one/") == (301, "/two/")


def test_an_earlier_version_that_is_brought_back_leaves_the_address_where_it_is(admin_client, client, db):
    page = make.make_page(slug="one", title="Old")
    change(admin_client, page, "two")
    first = Revision.objects.kept().of(page).order_by("made_at").first()
    admin_client.post(reverse("admin:pages_page_restore", args=[first.pk]))
    page.refresh_from_db()
    assert snapshot(page)["fields"]["slug"] == "two"


def test_only_publishers_change_addresses_and_only_of_what_is_public(client, db):
    page, draft = make.make_page(slug="one"), make.make_page(slug="draft", published_at=None)
    for role, status in (("Editor", 403), ("Publisher", 200)):
        client.force_login(make.make_officer(role))
        assert client.get(address_url(page)).status_code == status
        assert (
            client.post(address_url(page), {"slug": "two", "seen": "two"}).status_code == {403: 403, 200: 302}[status]
        )
        assert ("Change address" in client.get(url(page, "change")).content.decode()) is (status == 200)
    assert client.get(address_url(draft)).status_code == 404
    client.logout()
    assert client.get(address_url(page))["Location"].startswith("/admin/login/")


def test_a_further_address_leads_to_the_record_wherever_it_moves(admin_client, client, db):
    page = make.make_page(slug="asb-case-review-2", title="Ask for a review")
    done = admin_client.post(address_url(page), {"path": "community-trigger"}, follow=True)
    assert "/community-trigger/ leads to “Ask for a review” from now on." in said(done)
    admin_client.post(address_url(page), {"path": "/about-stevenage/so-safe/187520/"})
    change(admin_client, page, "review")
    for path in ("/community-trigger/", "/community-trigger", "/about-stevenage/so-safe/187520/"):
        assert location(client, path, on="2019-05-01") == (301, "/review/?on=2019-05-01")
    page.withdrawn_at, page.withdrawal_reason = make.LONG_AGO, "It was wrong."
    page.save()
    gone = client.get("/community-trigger/")
    assert gone.status_code == 410
    assert "It was wrong." in words(gone)
    assert LogEntry.objects.filter(change_message="Further address /community-trigger/ given.").exists()


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("", "Type the address that is to lead here."),
        ("https://www.example.org/x", "Give only the path"),
        ("/x/?id=5", "Give only the path"),
        ("/here/", "/here/ belongs to “Here”"),
        ("here", "/here/ belongs to “Here”"),
        ("soon", "/soon/ will be the address of “Soon”, which is not public yet."),
        ("search", "The site itself answers at /search/."),
        ("/admin/x/", "The site itself answers at /admin/x/."),
        ("/static/x.css", "The site itself answers at /static/x.css."),
        ("/meetings/public/past/", "The site itself answers at /meetings/public/past/."),
        ("robots.txt", "Give only the path"),
        ("/robots.txt", "The site itself answers at /robots.txt."),
    ],
)
def test_a_further_address_that_can_not_be_is_refused_with_a_true_reason(admin_client, db, typed, why):
    page = make.make_page(slug="here", title="Here")
    make.make_page(slug="soon", title="Soon", published_at=None)
    before = Address.objects.count()
    answer = admin_client.post(address_url(page), {"path": typed})
    assert why in said(answer)
    assert f'value="{typed}"' in answer.content.decode(), "what was typed stays"
    assert Address.objects.count() == before


def test_the_list_of_addresses_takes_a_word_of_the_site_that_is_free(admin_client, client, db):
    """It said that the site had a page there, which it had not."""
    page = make.make_page(slug="case-review")
    to = Address.objects.of(page).get(suffix="")
    admin_client.post("/admin/publishing/address/add/", {"path": "/community-trigger/", "leads_to": to.pk})
    assert location(client, "/community-trigger/") == (301, "/case-review/")
