"""Each button of a form, of a record in each state that there is: it does what it says, or says why not."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from pages.models import Page
from partners.models import ActionPlan
from sosafe_site.publishing.models import Revision
from tests import make
from tests.admin.test_editing import url
from tests.forms import Form

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
EARLIER, LATER = NOW - timedelta(days=30), NOW + timedelta(days=30)
WITHDRAWN = {"withdrawal_reason": "It gave a wrong number."}
STATES = {
    "draft": {"published_at": None},
    "scheduled": {"published_at": LATER},
    "published": {"published_at": EARLIER},
    "ending": {"published_at": EARLIER, "withdrawn_at": LATER, **WITHDRAWN},
    "withdrawn": {"published_at": EARLIER, "withdrawn_at": NOW - timedelta(days=1), **WITHDRAWN},
}
PRESSES = {
    "draft": {"button": "_draft"},
    "ready": {"button": "_ready"},
    "preview": {"button": "_preview"},
    "publish": {"button": "_publish"},
    "schedule": {"button": "_schedule", "publish_at": "2026-06-15T09:00"},
    "schedule without a moment": {"button": "_schedule"},
    "schedule in the past": {"button": "_schedule", "publish_at": "2026-05-15T09:00"},
    "schedule, withdrawn no more": {
        "button": "_schedule", "publish_at": "2026-06-15T09:00", "withdrawn_at": "", "withdrawal_reason": ""
    },
    "publish, withdrawn no more": {"button": "_publish", "withdrawn_at": "", "withdrawal_reason": ""},
    "withdraw without a reason": {"button": "_publish", "withdrawn_at": "2026-05-31T09:00", "withdrawal_reason": ""},
}  # fmt: skip


@pytest.fixture(autouse=True)
def on_a_day():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.mark.parametrize("press", PRESSES)
@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("maker", ["make_page", "make_priority"])
def test_no_button_fails_in_any_state_and_what_is_refused_keeps_what_was_typed(admin_client, maker, state, press):
    record = getattr(make, maker)(slug="there", **STATES[state])
    form = Form(admin_client, url(record, "change"))
    for _ in range(2):  # also what comes after a draft or a refusal
        response = form.press(internal_notes="Typed by an officer", **PRESSES[press])
        assert response.status_code in (200, 302), response.status_code
        if press == "preview":
            return
        if response.status_code == 302:
            form = Form(admin_client, url(record, "change"))
        else:
            assert form.problems()
        assert form["internal_notes"] == "Typed by an officer"
    record.refresh_from_db()
    if state in ("published", "ending", "withdrawn"):
        assert record.published_at == EARLIER


def test_a_first_publication_is_no_change_that_readers_must_be_told_of(admin_client, client):
    form = Form(admin_client, url(ActionPlan, "add"))
    days = {"starts_on": "2026-04-01", "ends_on": "2027-03-31"}
    response = form.press("_publish", title="Plan", slug="plan", standing="agreed", agreed_on="2026-03-19", **days)
    assert response.status_code == 302, form.problems()
    assert client.get("/action-plan/plan/").status_code == 200
    form = Form(admin_client, url(ActionPlan.objects.get(), "change"))
    assert form.press("_publish", ends_on="2027-06-30").status_code == 200
    assert "Its last day has changed. Tell readers why" in form.problems()[0]
    assert form.press("_publish", change_note="Extended by three months.").status_code == 302


@pytest.mark.parametrize("days", [(date(2015, 4, 1), date(2016, 3, 31)), (date(2026, 4, 1), date(2027, 3, 31))])
@pytest.mark.parametrize("state", ["draft", "scheduled"])
def test_nor_is_that_of_a_saved_draft_or_of_something_that_has_ended(admin_client, state, days):
    plan = make.make_plan(starts_on=days[0], ends_on=days[1], **STATES[state])
    priority = make.make_priority(plan=plan, published_at=plan.published_at)
    form = Form(admin_client, url(plan, "change"))
    changes = {"ends_on": "2027-12-31", "summary": "Other words", f"{form.row(priority)}title": "Another title"}
    assert form.press("_publish", **changes).status_code == 302, form.problems()
    plan.refresh_from_db()
    assert plan.is_published
    form = Form(admin_client, url(priority, "change"))
    assert form.press("_publish", body="<p>Words</p>").status_code == 302, form.problems()


def test_a_refused_form_shows_the_state_that_holds(admin_client):
    form = Form(admin_client, url(Page, "add"))
    form.press("_publish", title="Page", slug="", menu="footer")
    assert "Not yet: only staff see it." in public_since(form)
    draft = make.make_page(published_at=None)
    make.make_section(page=draft)
    form = Form(admin_client, url(draft, "change"))
    for faults in ({"title": ""}, {"title": "Page", "sections-0-heading": ""}):
        for step in ({"button": "_publish"}, {"button": "_schedule", "publish_at": "2026-06-15T09:00"}):
            assert form.press(**step, **faults).status_code == 200
            assert "Not yet: only staff see it." in public_since(form)
    withdrawn = make.make_page(**STATES["withdrawn"])
    form = Form(admin_client, url(withdrawn, "change"))
    form.press("_publish", title="", withdrawn_at="", withdrawal_reason="")
    assert "Since it was published on 2 May 2026" in public_since(form)


def public_since(form):
    return form.html.find_class("field-public_since")[0].text_content()


def test_what_was_withdrawn_appears_again_at_the_moment_that_was_set(admin_client):
    reader = Client()
    page = make.make_page(slug="there", title="Old title", **STATES["withdrawn"])
    form = Form(admin_client, url(page, "change"))
    assert form.press("_schedule", publish_at="2026-06-15T09:00", title="New title").status_code == 200
    assert "At that time it would be withdrawn." in form.problems()[0]
    assert form.press("_schedule", withdrawn_at="", withdrawal_reason="").status_code == 302, form.problems()
    assert reader.get("/there/").status_code == 410
    with time_machine.travel(datetime(2026, 6, 15, 8, 1, tzinfo=UTC)):
        assert "New title" in reader.get("/there/").content.decode()
    assert not Revision.objects.open().exists()


def test_a_fault_that_lies_in_no_field_of_the_form_is_told_of_the_whole(admin_client, client):
    """An editor's form only shows the moments and, of what was public, the address."""
    strategy = make.make_strategy(slug="there", standing="proposed", ends_on=None)
    part = make.make_objective(strategy=strategy, published_at=None)
    client.force_login(make.make_officer("Editor"))
    make.make_strategy(slug="elsewhere", ends_on=None)
    for record, changes in ((part, {"title": "Mine"}), (strategy, {"summary": "Mine"})):
        form = Form(client, url(record, "change"))
        assert form.press("_draft", **changes).status_code == 302, form.problems()


@pytest.mark.parametrize("press", ["schedule", "ready", "draft"])
def test_no_success_is_told_where_nothing_was_kept(admin_client, press):
    page = make.make_page()
    form = Form(admin_client, url(page, "change"))
    shown = admin_client.get(form.press(**PRESSES[press])["Location"]).content.decode()
    assert "Nothing in it differs from what the public sees" in shown
    assert "is set to be published" not in shown
    assert "is ready" not in shown
    assert not Revision.objects.exists()


def test_a_note_for_readers_alone_is_kept_in_a_draft(admin_client):
    page = make.make_page()
    form = Form(admin_client, url(page, "change"))
    assert form.press("_draft", change_note="We meet in the library from June.").status_code == 302
    form = Form(admin_client, url(page, "change"))
    assert form["change_note"] == "We meet in the library from June."


def test_a_draft_added_to_what_was_agreed_and_has_ended_needs_no_note_until_it_is_public(admin_client):
    plan = make.make_plan(starts_on=date(2015, 4, 1), ends_on=date(2016, 3, 31))
    form = Form(admin_client, url(plan, "change"))
    row = form.add("priorities", title="Added later", slug="later", position="9")
    assert form.press("_publish", **row).status_code == 302, form.problems()
    form = Form(admin_client, url(plan, "change"))
    row = form.add("priorities", title="At once", slug="once", position="10", published_at="2026-01-01T09:00")
    assert form.press("_publish", **row).status_code == 200
    assert "only with a correction" in form.problems()[0]


def test_what_returns_from_withdrawal_is_no_change_however_often_its_moment_is_set(admin_client):
    plan = make.make_plan(**STATES["withdrawn"])
    for _ in range(2):
        form = Form(admin_client, url(plan, "change"))
        assert form.press(**PRESSES["schedule, withdrawn no more"]).status_code == 302, form.problems()


def test_enter_meets_save_draft_first_and_one_button_alone_is_filled(admin_client):
    form = admin_client.get(make.make_page().get_edit_url()).content.decode()
    buttons = re.findall(r'<(?:button|input)[^>]*type="submit"[^>]*>', form[form.index('id="page_form"') :])
    assert 'name="_draft"' in buttons[0]
    assert sum("default" in button for button in buttons) == 1
