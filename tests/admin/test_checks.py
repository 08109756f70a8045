""" "Checked, all is right": of one record on its form, of many on the list of all that is public."""

import re
from datetime import UTC, date, datetime
from importlib import import_module
from types import SimpleNamespace

import lxml.html
import pytest
import time_machine
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pages.models import Page
from partners.models import Priority
from sosafe_site.publishing.models import ChangeNote, Revision
from sosafe_site.publishing.models.review import a_year_on, kinds_to_check
from sosafe_site.publishing.revisions.snapshot import snapshot
from tests import make
from tests.admin.test_editing import save, url
from tests.admin.test_first_page import seen
from tests.forms import Form

pytestmark = pytest.mark.django_db
LIST = "/admin/check/"
NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _at_a_fixed_time():
    with time_machine.travel(NOW):
        yield


def boxes(client, query=""):
    """The ticks of the list, by the names of the records."""
    page = lxml.html.fromstring(client.get(f"{LIST}?{query}").content.decode())
    labels = {label.get("for"): " ".join(label.text_content().split()) for label in page.iter("label")}
    return {labels[box.get("id")]: box.get("value") for box in page.xpath("//input[@name='tick']")}


def confirm(client, ticks, day="2027-11-02", **others):
    response = client.post(LIST, {"tick": ticks, "review_on": day, **others}, follow=True)
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def on_form(client, record):
    """The tick of the button on its form."""
    page = lxml.html.fromstring(client.get(url(record, "change")).content.decode())
    [tick] = page.xpath("//input[@name='tick']/@value")
    return tick


def test_a_check_is_told_to_readers_with_the_next_one_and_changes_nothing_else(client):
    page = make.make_page(title="Privacy", slug="privacy", updated_on=date(2026, 5, 3))
    anna = make.make_officer("Editor", first_name="Anna", last_name="Smith")
    client.force_login(anna)
    told = confirm(client, on_form(client, page), _one="")
    assert "“Privacy” is noted as checked. Next check by 2 November 2027." in told
    assert "2 November 2026, by Anna Smith. Next check by 2 November 2027." in told, "back on its form"
    shown = seen(client, "/privacy/")
    assert "Last changed 3 May 2026 . Checked on 2 November 2026 ; next check by 2 November 2027 ." in shown
    assert "Anna" not in shown
    assert not ChangeNote.objects.exists()
    words = "Checked, all is right. Next check by 2 November 2027."
    assert LogEntry.objects.get().get_change_message() == words
    assert words in seen(client, url(page, "change").replace("change", "history"))


@pytest.mark.parametrize("kind", kinds_to_check(), ids=lambda kind: kind._meta.model_name)
def test_whatever_is_public_can_be_checked_on_its_form_and_in_the_list(admin_client, kind):
    record = make.MAKERS[kind]()
    ticks = boxes(admin_client, f"kind={kind._meta.label_lower}")
    assert on_form(admin_client, record) in ticks.values()
    confirm(admin_client, list(ticks.values()))
    record = kind.objects.get(pk=record.pk)
    assert (record.checked_on, record.review_on) == (NOW.date(), date(2027, 11, 2))
    assert record.checked_by is not None
    assert record.updated_on is None


def test_a_check_of_the_accessibility_statement_is_its_last_review(admin_client):
    page = make.make_page(slug="accessibility")
    make.make_section(page=page, shows="accessibility")
    statement = make.make_statement(prepared_on=date(2026, 5, 1))
    confirm(admin_client, on_form(admin_client, statement), _one="")
    said = "This statement was prepared on 1 May 2026."
    assert f"{said} It was last reviewed on 2 November 2026." in seen(admin_client, "/accessibility/")
    type(statement).objects.update(prepared_on=date(2026, 11, 3))
    page = seen(admin_client, "/accessibility/")
    assert "prepared on 3 November 2026." in page
    assert "last reviewed" not in page, "that was the one before"


def test_what_is_not_public_is_neither_listed_nor_checked(admin_client):
    draft = make.make_page(published_at=None)
    gone = make.make_page(withdrawn_at=make.LONG_AGO, withdrawal_reason="It was wrong.")
    make.make_priority(plan=make.make_plan(published_at=None))
    assert boxes(admin_client) == {}
    for record in (draft, gone):
        assert "Checked, all is right" not in admin_client.get(url(record, "change")).content.decode()


def test_the_day_of_the_next_check_is_a_year_on_and_can_be_another(admin_client):
    assert a_year_on(date(2028, 2, 29)) == date(2029, 2, 28)
    page = make.make_page()
    assert 'value="2027-11-02"' in admin_client.get(LIST).content.decode()
    confirm(admin_client, on_form(admin_client, page), "2027-01-31", _day="")
    page.refresh_from_db()
    assert (page.checked_on, page.review_on) == (None, date(2027, 1, 31)), "only the day"
    shown = seen(admin_client, page.get_absolute_url())
    assert "We have not checked this page yet. Next check by 31 January 2027 ." in shown


@pytest.mark.parametrize("day", ["", "2026-11-02", "2020-01-01", "soon", "2999-01-01", "2027-02-30"])
def test_a_day_that_is_none_to_come_is_refused_and_the_ticks_stay(admin_client, day):
    make.make_page(title="One")
    make.make_page(title="Two")
    ticks = boxes(admin_client)
    response = admin_client.post(LIST, {"tick": [ticks["One"]], "review_on": day})
    page = lxml.html.fromstring(response.content.decode())
    assert "Choose the day of the next check" in page.text_content()
    assert page.xpath("//input[@name='tick'][@checked]/@value") == [ticks["One"]]
    assert not Page.objects.exclude(checked_on=None).exists()
    assert "Choose the day of the next check" in confirm(admin_client, ticks["One"], day, _one="")


def test_what_a_colleague_changed_or_withdrew_meanwhile_is_named_and_not_confirmed(admin_client):
    pages = {title: make.make_page(title=title) for title in ("Changed", "Withdrawn", "Deleted", "Right")}
    ticks = boxes(admin_client)
    save(admin_client, url(pages["Changed"], "change"), lead="Other words.")
    Page.objects.filter(title="Withdrawn").update(withdrawn_at=make.LONG_AGO, withdrawal_reason="It was wrong.")
    pages["Deleted"].erase("By law.")
    told = confirm(admin_client, list(ticks.values()))
    for title in ("Changed", "Withdrawn"):
        assert f"“{title}” was changed or withdrawn after you had opened it here" in told
    assert "1 of them is not there any more." in told
    assert "“Right” is noted as checked." in told
    assert [page.title for page in Page.objects.exclude(checked_on=None)] == ["Right"]


def test_a_part_that_changed_is_a_change_of_what_shows_it(admin_client):
    section = make.make_section(page=make.make_page(title="Whole"))
    [tick] = boxes(admin_client).values()
    type(section).objects.update(body="<p>Other</p>")
    assert "“Whole” was changed" in confirm(admin_client, tick)


def test_it_works_while_a_colleagues_draft_is_open_and_the_draft_stays(admin_client, client):
    page = make.make_page(lead="Old words.")
    save(admin_client, url(page, "change"), lead="New words.", _draft="")
    assert "You say it of what readers see now, not of the draft." in seen(admin_client, url(page, "change"))
    confirm(admin_client, on_form(admin_client, page), _one="")
    page.refresh_from_db()
    assert (page.checked_on, page.lead) == (NOW.date(), "Old words.")
    form = Form(admin_client, url(page, "change"))
    assert form["lead"] == "New words."
    form.press("_publish")
    page.refresh_from_db()
    assert (page.lead, page.checked_on, page.review_on) == ("New words.", NOW.date(), date(2027, 11, 2))
    assert not Revision.objects.open().exists()


def test_a_form_that_was_open_meanwhile_is_saved_at_once_and_takes_nothing_back(admin_client):
    page = make.make_page()
    form = Form(admin_client, url(page, "change"))
    confirm(admin_client, list(boxes(admin_client).values()))
    assert form.press("_publish", lead="New words.").status_code == 302
    page.refresh_from_db()
    assert (page.lead, page.checked_on) == ("New words.", NOW.date())


def test_a_version_from_before_a_check_comes_back_without_undoing_it(admin_client):
    page = make.make_page(title="Before")
    save(admin_client, url(page, "change"), title="After")
    confirm(admin_client, list(boxes(admin_client).values()))
    first = Revision.objects.kept().of(page).order_by("made_at").first()
    admin_client.post(url(Page, "changelist") + f"versions/{first.pk}/restore/")
    Form(admin_client, url(page, "change")).press("_publish")
    page.refresh_from_db()
    assert (page.title, page.checked_on) == ("Before", NOW.date())


def test_the_list_begins_with_what_was_never_checked_and_can_be_narrowed(admin_client):
    manager = make.make_post(title="Manager")
    make.make_page(title="Newer", checked_on=date(2026, 6, 1), maintainer=manager)
    make.make_page(title="Older", checked_on=date(2026, 1, 1), review_on=date(2026, 10, 1))
    make.make_page(title="Never")
    make.make_partner(name="A body")
    assert list(boxes(admin_client)) == ["Never", "A body", "Older", "Newer"]
    assert list(boxes(admin_client, "kind=partners.partner")) == ["A body"]
    assert list(boxes(admin_client, "checked=never")) == ["Never", "A body"]
    assert list(boxes(admin_client, "checked=due")) == ["Older"]
    assert list(boxes(admin_client, f"post={manager.pk}")) == ["Newer"]
    assert "Newer" not in boxes(admin_client, "post=nobody")
    for nonsense in ("kind=x", "post=x", "checked=x", "page=x", "page=9"):
        assert admin_client.get(f"{LIST}?{nonsense}").status_code == 200, nonsense
    ticked = lxml.html.fromstring(admin_client.get(f"{LIST}?kind=pages.page&all").content.decode())
    assert len(ticked.xpath("//input[@name='tick'][@checked]")) == 3


def test_the_list_and_what_it_does_are_for_officers_who_may(client):
    page = make.make_page()
    assert "/login/" in client.get(LIST)["Location"]
    client.force_login(User.objects.create_user("resident"))
    assert "/login/" in client.post(LIST)["Location"]
    client.force_login(make.make_officer("Editor"))
    ticks = list(boxes(client).values())
    client.force_login(make.make_onlooker())
    assert client.get(LIST).status_code == 200
    assert boxes(client) == {}
    assert client.post(LIST, {"tick": ticks, "review_on": "2027-11-02"}).status_code == 403
    page.refresh_from_db()
    assert page.checked_on is None


def test_ticks_that_are_none_are_no_error(admin_client):
    for tick in ("", "x", "pages.page:1:2", f"pages.nothing:{make.make_page().pk}:{'0' * 16}"):
        assert "Tick what you have checked" in confirm(admin_client, tick)


def test_the_list_costs_the_same_queries_whatever_it_shows(admin_client):
    def fill():
        plan = make.make_plan()
        for part in (make.make_priority(plan=plan), make.make_priority(plan=plan)):
            make.make_action(priority=part, many={"leads": [make.make_partner()]})
        make.make_objective()
        make.make_section()
        make.make_membership()
        make.make_version()
        make.make_route()
        make.make_stop(meeting=make.make_public_meeting(maintainer=make.make_post()))

    counts = []
    for _ in range(2):
        fill()
        ticks = list(boxes(admin_client).values())
        with CaptureQueriesContext(connection) as captured:
            admin_client.get(LIST)
        with CaptureQueriesContext(connection) as noting:
            admin_client.post(LIST, {"tick": ticks, "review_on": "2027-11-02"})
        counts.append((len(captured), len(noting)))
    assert len(ticks) > 20
    assert counts[0] >= counts[1]


def test_a_plan_vouches_for_its_parts_only_once_each_was_checked(client):
    plan = make.make_plan(slug="now", checked_on=date(2026, 11, 1))
    priority = make.make_priority(plan=plan)
    assert "Checked on 1 November 2026 , but not all of its parts." in seen(client, "/action-plan/now/")
    Priority.objects.filter(pk=priority.pk).update(checked_on=date(2026, 6, 1))
    assert "Checked on 1 June 2026 ." in seen(client, "/action-plan/now/"), "the oldest of the checks"


def test_a_check_of_a_page_does_not_vouch_for_what_it_lists(client):
    page = make.make_page(slug="with-a-list", checked_on=date(2026, 11, 1))
    own = "This is about the words of this page, not about what it lists."
    make.make_section(page=page)
    assert own not in seen(client, "/with-a-list/")
    make.make_section(page=page, shows="partners")
    assert f"Checked on 1 November 2026 . {own}" in seen(client, "/with-a-list/")


def test_a_check_that_an_earlier_release_kept_as_content_is_none_any_more_and_none_is_lost(admin_client):
    route, page = make.make_route(checked_on=date(2026, 1, 1)), make.make_page(review_on=date(2027, 1, 1))
    drafts = {}
    for record, typed in ((route, {"checked_on": "2026-10-01"}), (page, {"review_on": "2028-01-01"})):
        before = snapshot(record)
        old = {**before, "fields": {**before["fields"], **dict.fromkeys(typed, "2026-01-01")}}
        new = {**old, "fields": {**old["fields"], **typed}}
        of = {"model": record._meta.label_lower, "record": str(record.pk)}
        drafts[record] = make.make_draft(**of, content=new, base=old)
        make.make_draft(**of, content=old, base=old, state="kept")
    words = {**drafts[page].content["fields"], "lead": "New words."}
    Revision.objects.filter(pk=drafts[page].pk).update(content={**drafts[page].content, "fields": words})
    migration = import_module("pages.migrations.0011_checks_are_no_content")
    migration.take_out_of_history(apps, SimpleNamespace(connection=connection))
    route.refresh_from_db()
    page.refresh_from_db()
    assert (route.checked_on, page.review_on) == (date(2026, 10, 1), date(2028, 1, 1)), "as typed into the drafts"
    assert Revision.objects.open().get().record == str(page.pk), "nothing else was typed into the other"
    held = {name for each in Revision.objects.all() for name in {**each.content["fields"], **each.base["fields"]}}
    assert held.isdisjoint({"checked_on", "review_on"})
    Form(admin_client, url(page, "change")).press("_publish")
    page.refresh_from_db()
    assert (page.lead, page.review_on) == ("New words.", date(2028, 1, 1))
