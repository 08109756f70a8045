"""Officers get from each public page to the form behind it; readers see nothing of that."""

import re

import pytest

from partners.models import Strategy
from sosafe_site.publishing.models import Revision
from sosafe_site.publishing.revisions.snapshot import snapshot
from tests import make
from tests.content import FILLED, SEEDED, fill

pytestmark = pytest.mark.django_db
EDIT = re.compile(r'<p class="btns"><a class="btn ghost" href="(/admin/[^"]+)">Edit (?:this|the) [^<]+</a>')


def test_every_page_leads_officers_to_what_edits_it_and_tells_readers_nothing(client, django_user_model):
    fill()
    addresses = {*SEEDED.values(), *FILLED.values()} - {SEEDED["not found"], FILLED["withdrawn"]}
    for address in addresses:
        assert "/admin/" not in client.get(address).content.decode(), address
    client.force_login(make.make_officer("Editor"))
    forms = {address: EDIT.findall(client.get(address).content.decode()) for address in addresses}
    assert [address for address, found in forms.items() if len(found) != 1] == []
    for [form] in forms.values():
        assert client.get(form).status_code == 200
    for account in (django_user_model.objects.create_user("resident"), make.make_officer()):
        client.force_login(account)
        for address in addresses:
            assert "/admin/" not in client.get(address).content.decode(), "without the right to change it"


def test_the_link_leads_to_the_record_of_the_page(client):
    client.force_login(make.make_officer("Editor"))
    priority = make.make_priority()
    for record in (priority, priority.plan, make.make_group(), make.make_page(), make.make_document()):
        assert EDIT.findall(client.get(record.get_absolute_url()).content.decode()) == [record.get_edit_url()]


def test_officers_see_that_a_page_is_not_public_or_has_a_draft(client):
    client.force_login(make.make_officer("Editor"))
    plan = make.make_plan(published_at=make.FAR_AHEAD)
    for record in (plan, make.make_priority(plan=plan)):
        page = client.get(record.get_absolute_url()).content.decode()
        assert "<strong>Scheduled.</strong> Only signed-in officers can see this page." in page
    strategy = make.make_strategy()
    draft = {"model": "partners.strategy", "record": str(strategy.pk), "content": snapshot(strategy)}
    kept = Revision.objects.create(**draft, state="kept")
    assert "It has a draft" not in client.get(strategy.get_absolute_url()).content.decode()
    kept.delete()
    Revision.objects.create(**draft, state="draft")
    page = client.get(strategy.get_absolute_url()).content.decode()
    assert "It has a draft that readers do not see yet." in page
    assert "Only signed-in officers" not in page
    client.logout()
    assert "draft" not in client.get(strategy.get_absolute_url()).content.decode()
    assert Strategy.objects.published().contains(strategy)


def test_a_page_for_readers_asks_for_no_session(client):
    assert "Cookie" not in client.get("/meetings/public/").headers.get("Vary", "")
