"""The one way in which anything becomes public: dated by when it was due, and tried again after a fault that passes."""

import ast
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.core.management import call_command
from django.db import InterfaceError, OperationalError, connection

from meetings.models import PublicMeeting
from pages.models import Page
from partners.models import Priority, Strategy
from sosafe_site.publishing.models import Address, ChangeNote, Readiness, Revision
from sosafe_site.publishing.revisions import schedule
from sosafe_site.publishing.revisions.snapshot import snapshot
from tests import make
from tests.admin.test_editing import save, url
from tests.forms import Form
from tests.test_architecture import ROOT, SOURCES

TYPED = "2026-06-01T23:30"
DUE = datetime(2026, 6, 1, 22, 30, tzinfo=UTC)  # still 1 June in London
FIRST_VISIT = datetime(2026, 6, 3, 8, tzinfo=UTC)


@pytest.fixture
def may():
    with time_machine.travel(datetime(2026, 5, 20, 12, tzinfo=UTC), tick=False) as clock:
        yield clock


def scheduled(client, record, **changes):
    save(client, url(record, "change"), **changes, publish_at=TYPED, _schedule="")


def test_a_draft_that_nobody_came_for_is_dated_by_when_it_was_due(admin_client, client, may):
    make.make_page(slug="updates")
    strategy = make.make_strategy(slug="now", starts_on=date(2026, 4, 1), ends_on=date(2029, 3, 31))
    scheduled(admin_client, strategy, summary="New words.", change_note="It has new words.")
    may.move_to(FIRST_VISIT)
    page = client.get("/strategy/now/").content.decode()
    assert "New words." in page
    strategy.refresh_from_db()
    assert strategy.updated_on == date(2026, 6, 1)
    assert ChangeNote.objects.get().noted_at == DUE
    assert Revision.objects.kept().of(strategy).first().made_at == DUE
    assert LogEntry.objects.latest("pk").action_time == DUE
    assert "<updated>2026-06-01T22:30:00+00:00</updated>" in client.get("/updates.atom").content.decode()
    assert client.get("/updates/").content.decode().count("1 June 2026") >= 1


def test_a_first_publication_that_nobody_came_for_is_dated_by_when_it_was_due(admin_client, client, may):
    page = make.make_page(slug="there", published_at=None)
    scheduled(admin_client, page, change_note="It joins us.")
    page.refresh_from_db()
    assert page.published_at is None
    assert page.state == "Scheduled"
    may.move_to(DUE - timedelta(seconds=1))
    assert client.get("/there/").status_code == 404
    may.move_to(FIRST_VISIT)
    assert client.get("/there/").status_code == 200
    page.refresh_from_db()
    assert page.published_at == Address.objects.of(page).get().issued_at == ChangeNote.objects.get().noted_at == DUE
    assert LogEntry.objects.latest("pk").change_message == "Published."
    assert not Readiness.objects.exists()


def test_a_meeting_that_moved_by_a_due_draft_moved_then_for_calendars_too(admin_client, client, may):
    meeting = make.make_public_meeting(slug="m", held_on=date(2026, 6, 20))
    scheduled(admin_client, meeting, held_on="2026-06-27", change_note="A week later.")
    may.move_to(FIRST_VISIT)
    client.get("/meetings/public/m/")
    meeting = PublicMeeting.objects.get()
    assert (meeting.held_on, meeting.former_days, meeting.changed_at) == (date(2026, 6, 27), [date(2026, 6, 20)], DUE)


def test_private_fields_date_nothing_by_any_way(admin_client, client, may):
    record = make.make_strategy(updated_on=date(2020, 1, 1))
    private = {"internal_notes": "For us.", "maintainer": str(make.make_post().pk)}
    save(admin_client, url(record, "change"), **private, _publish="")
    record.refresh_from_db()
    assert (record.internal_notes, record.updated_on) == ("For us.", date(2020, 1, 1))
    scheduled(admin_client, record, internal_notes="Still for us.")
    may.move_to(FIRST_VISIT)
    client.get("/")
    record.refresh_from_db()
    assert (record.internal_notes, record.updated_on) == ("Still for us.", date(2020, 1, 1))


def test_a_part_waits_for_its_moment_as_anything_does_and_can_be_given_another(admin_client, client, may):
    plan = make.make_plan(slug="p")
    part = make.make_priority(plan=plan, slug="x", title="Part", published_at=None)
    form = Form(admin_client, url(plan, "change"))
    assert form.press("_publish", **{f"{form.row(part)}published_at": TYPED}, change_note="A part.").status_code == 302
    assert Readiness.objects.get().publish_at == DUE
    form = Form(admin_client, url(plan, "change"))
    assert form[f"{form.row(part)}published_at"] == TYPED
    assert form.press("_publish", summary="Other words.", change_note="Words.").status_code == 302
    assert Readiness.objects.get().publish_at == DUE, "saving the whole leaves it as it is"
    may.move_to(FIRST_VISIT)
    assert client.get("/action-plan/p/x/").status_code == 200
    assert Priority.objects.get().published_at == DUE
    other = make.make_priority(plan=plan, slug="y", published_at=None)
    form = Form(admin_client, url(plan, "change"))
    form.press("_publish", **{f"{form.row(other)}published_at": "2026-07-01T09:00"}, change_note="One more.")
    form = Form(admin_client, url(plan, "change"))
    form.press("_publish", **{f"{form.row(other)}published_at": ""}, change_note="Not yet.")
    assert not Readiness.objects.exists()


@pytest.mark.parametrize("fault", [OperationalError("database is locked"), InterfaceError("gone"), OSError("busy")])
def test_after_a_fault_that_passes_it_is_tried_again_and_keeps_its_moment(
    admin_client, client, may, monkeypatch, fault
):
    page = make.make_page(slug="there", title="Old title")
    scheduled(admin_client, page, title="New title")
    may.move_to(FIRST_VISIT)

    def fail(*args, **fields):
        raise fault

    with monkeypatch.context() as broken:
        broken.setattr(schedule, "publish", fail)
        assert "Old title" in client.get("/there/").content.decode()
    ready = Readiness.objects.get()
    assert (ready.publish_at, ready.problem) == (DUE, "")
    assert "New title" in client.get("/there/").content.decode()
    page.refresh_from_db()
    assert page.updated_on == date(2026, 6, 1)


def test_what_a_fault_of_the_storage_keeps_back_keeps_back_nothing_else(admin_client, client, may, monkeypatch):
    first, second = make.make_page(slug="first", published_at=None), make.make_page(slug="second", published_at=None)
    scheduled(admin_client, first)
    scheduled(admin_client, second)
    may.move_to(FIRST_VISIT)
    real = schedule.publish

    def fail(record, **fields):
        if record == first:
            raise PermissionError("The storage lets nobody in.")
        return real(record, **fields)

    monkeypatch.setattr(schedule, "publish", fail)
    assert [client.get(path).status_code for path in ("/first/", "/second/")] == [404, 200]
    assert Readiness.objects.get().publish_at == DUE


def test_a_form_does_not_take_a_fault_that_passes_for_a_draft_that_no_longer_fits(admin_client, db, monkeypatch):
    page = make.make_page(title="Old title")
    save(admin_client, url(page, "change"), title="New title", _draft="")
    real = type(connection.cursor()).execute

    def locked(cursor, sql, *args, **kwargs):
        if sql.startswith("UPDATE") and "pages_page" in sql:
            raise OperationalError("database is locked")
        return real(cursor, sql, *args, **kwargs)

    monkeypatch.setattr(type(connection.cursor()), "execute", locked)
    admin_client.raise_request_exception = False
    assert "no longer fits" not in admin_client.get(url(page, "change")).content.decode()


def test_a_timer_publishes_what_is_due_where_nobody_visits(admin_client, may, capsys):
    page, other = make.make_page(title="Old title"), make.make_page(published_at=None)
    scheduled(admin_client, page, title="New title")
    scheduled(admin_client, other)
    call_command("publish_due")
    may.move_to(FIRST_VISIT)
    call_command("publish_due")
    call_command("publish_due")
    assert capsys.readouterr().out == "0 published.\n2 published.\n0 published.\n"
    assert set(Page.objects.published().values_list("title", flat=True)) == {"New title", other.title}


def test_what_cannot_be_published_at_its_moment_is_told_and_can_wait_no_more(admin_client, client, may, monkeypatch):
    page = make.make_page(slug="there", published_at=None)
    scheduled(admin_client, page)
    monkeypatch.setattr(Page, "clean", only_drafts)
    may.move_to(FIRST_VISIT)
    assert client.get("/there/").status_code == 404
    ready = Readiness.objects.get()
    assert (ready.state, ready.problem) == ("Could not be published", "It can only be a draft.")
    form = Form(admin_client, url(page, "change"))
    assert "It could not be published by itself." in form.html.text_content()
    admin_client.post(url(page, "change").replace("/change/", "/draft/"), {"_unready": ""})
    assert not Readiness.objects.exists()


def test_a_rule_that_only_publication_breaks_is_told_on_the_form(admin_client, db, monkeypatch):
    page = make.make_page(published_at=None)
    monkeypatch.setattr(Page, "clean", only_drafts)
    form = Form(admin_client, url(page, "change"))
    assert form.press("_publish", title="Typed").status_code == 200
    assert form["title"] == "Typed"
    assert form.problems() == ["It can only be a draft."]
    page.refresh_from_db()
    assert page.published_at is None


def test_what_a_rule_keeps_from_the_public_leaves_the_record_without_its_draft(admin_client, db, monkeypatch):
    page = make.make_page(title="Old title", published_at=None)
    base = snapshot(page)
    changed = {**base, "fields": {**base["fields"], "title": "Drafted"}}
    make.make_draft(record=str(page.pk), base=base, content=changed)
    monkeypatch.setattr(Page, "clean", only_drafts)
    form = Form(admin_client, url(page, "change"))
    assert form["title"] == "Drafted"
    assert form.press("_publish").status_code == 200
    page.refresh_from_db()
    assert page.title == "Old title"
    assert Revision.objects.open().of(page).exists()


def only_drafts(record):
    if record.published_at:
        raise schedule.ValidationError("It can only be a draft.")


def test_nothing_else_makes_anything_public():
    """Each place that sets the moment since which a record is public."""
    found = set()
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            targets = node.targets if isinstance(node, ast.Assign) else []
            names = [each for target in targets for each in ast.walk(target) if isinstance(each, ast.Attribute)]
            if any(name.attr == "published_at" for name in names):
                found.add(str(path.relative_to(ROOT)))
    assert found == {
        "sosafe_site/publishing/revisions/publish.py",
        "sosafe_site/publishing/admin/bulk.py",  # takes it back
        "pages/management/commands/load_seed.py",  # as the site begins
    }


def test_every_way_of_publishing_a_strategy_says_so_in_log_and_history(admin_client, client, may):
    ways = {
        "button": lambda record: save(admin_client, url(record, "change"), _publish=""),
        "list": lambda record: admin_client.post(
            url(Strategy, "changelist"),
            {"action": "publish_now", "confirmed": "yes", "_selected_action": [str(record.pk)]},
        ),
        "list, with parts": lambda record: admin_client.post(
            url(Strategy, "changelist"),
            {"action": "publish_with_parts", "confirmed": "yes", "_selected_action": [str(record.pk)]},
        ),
        "moment": lambda record: (scheduled(admin_client, record), may.move_to(FIRST_VISIT), client.get("/")),
    }
    for way, publish in ways.items():
        record = make.make_strategy(published_at=None)
        part = make.make_objective(strategy=record, published_at=None)
        publish(record)
        record.refresh_from_db()
        part.refresh_from_db()
        assert record.is_published, way
        assert Revision.objects.kept().of(record).first().words == "Published.", way
        assert LogEntry.objects.get(object_id=str(record.pk), change_message="Published."), way
        assert part.is_published is (way == "list, with parts")
