"""What readers are told of changes, on the pages, under updates and in feeds."""

import xml.etree.ElementTree as ElementTree
from datetime import UTC, date, datetime

import pytest
import time_machine

from partners.models import Partner
from sosafe_site.publishing.models import ChangeNote
from tests import make
from tests.admin.test_editing import data_of, save, url
from tests.content import fill

ATOM = "{http://www.w3.org/2005/Atom}"
ENDED = {"starts_on": date(2018, 4, 1), "ends_on": date(2021, 3, 31)}


def make_part(model, **owner_fields):
    """An objective or a priority of a public strategy or plan."""
    if model == "objective":
        return make.make_objective(strategy=make.make_strategy(**owner_fields))
    return make.make_priority(plan=make.make_plan(**owner_fields))


@pytest.fixture
def updates(db):
    return make.make_page(slug="updates", title="Updates")


@time_machine.travel(datetime(2026, 5, 1, 12, tzinfo=UTC))
def test_a_note_shows_on_the_page_under_updates_and_in_both_feeds(admin_client, client, updates):
    strategy = make.make_strategy(slug="now", title="Strategy", ends_on=None, standing="proposed")
    objective = make.make_objective(strategy=strategy, slug="one", title="Calm streets")
    save(admin_client, url(strategy, "change"), summary="New words", change_note="We say more about streets.")
    save(admin_client, url(objective, "change"), title="Calmer streets", change_note="A clearer name.")
    page = client.get("/strategy/now/").content.decode()
    assert "We say more about streets." in page
    assert "A clearer name." in page
    assert "A clearer name." in client.get("/strategy/now/one/").content.decode()
    assert "We say more about streets." not in client.get("/strategy/now/one/").content.decode()
    told = client.get("/updates/").content.decode()
    assert told.index("A clearer name.") < told.index("We say more about streets.")
    assert '<time datetime="2026-05-01">1 May 2026</time></p>' in told
    assert "Now: draft for consultation." in told
    assert "Now:" not in client.get("/updates/?on=2026-05-01").content.decode(), "how it stands today is not the day's"
    for address in ("/updates.atom", "/strategy/now/updates.atom"):
        entries = ElementTree.fromstring(client.get(address).content).findall(f"{ATOM}entry")
        assert [entry.find(f"{ATOM}summary").text for entry in entries] == [
            "A clearer name.",
            "We say more about streets.",
        ]
        assert entries[1].find(f"{ATOM}title").text == "Strategy from 2018 (draft for consultation)"
        assert entries[1].find(f"{ATOM}link").get("href") == "http://127.0.0.1:8000/strategy/now/"
        assert entries[0].find(f"{ATOM}id").text.startswith("urn:uuid:")


def test_a_feed_answers_304_until_there_is_something_new_or_a_wording_is_put_right(client, updates):
    make.make_site()
    plan = make.make_plan(slug="now")
    note = make.make_note(plan)
    for address in ("/updates.atom", "/action-plan/now/updates.atom"):
        first = client.get(address)
        assert first["Content-Type"] == "application/atom+xml; charset=utf-8"
        assert b"<author><name>SoSafe" in first.content
        known = {"if-none-match": first["ETag"]}
        assert client.get(address, headers=known).status_code == 304
    note.text = "The right word."
    note.save()
    assert b"The right word." in client.get("/action-plan/now/updates.atom", headers=known).content
    make.make_note(plan, "Something new.", noted_at=datetime(2020, 1, 1, tzinfo=UTC))
    assert b"Something new." in client.get("/action-plan/now/updates.atom", headers=known).content


def test_the_feed_of_a_strategy_moves_with_it(client, db):
    strategy = make.make_strategy(slug="old")
    strategy.slug = "new"
    strategy.save()
    assert client.get("/strategy/old/updates.atom")["Location"] == "/strategy/new/updates.atom"


def test_of_another_day_only_what_was_told_by_then_is_shown(client, updates):
    partner = make.make_partner()
    make.make_note(partner, "Just before midnight.", noted_at=datetime(2026, 6, 30, 22, 59, tzinfo=UTC))  # in London
    make.make_note(partner, "Just after.", noted_at=datetime(2026, 6, 30, 23, 0, tzinfo=UTC))
    page = client.get("/updates/", {"on": "2026-06-30"}).content.decode()
    assert "Just before midnight." in page
    assert "Just after." not in page


@pytest.mark.parametrize(
    "maker", [make.make_page, make.make_partner, make.make_group, make.make_document, make.make_objective]
)
def test_a_page_as_at_a_day_tells_no_change_that_came_later(client, db, maker):
    record = maker(updated_on=date(2026, 7, 1))
    make.make_note(record, "Just before midnight.", noted_at=datetime(2026, 6, 30, 22, 59, tzinfo=UTC))  # in London
    make.make_note(record, "Just after.", noted_at=datetime(2026, 6, 30, 23, 0, tzinfo=UTC))
    page = client.get(record.get_absolute_url(), {"on": "2026-06-30"}).content.decode()
    assert "Just before midnight." in page
    assert "Just after." not in page
    assert "Last changed" not in page, "the banner says how old the words are"
    assert "Just after." in client.get(record.get_absolute_url()).content.decode()


def test_many_updates_are_paged_and_keep_the_day(client, updates):
    partner = make.make_partner()
    for n in range(21):
        make.make_note(partner, f"Note {n:02}.", noted_at=datetime(2020, 1, 1 + n, tzinfo=UTC))
    first = client.get("/updates/", {"on": "2020-12-31"}).content.decode()
    assert "Note 20." in first
    assert "Note 00." not in first
    assert 'href="?on=2020-12-31&amp;page=2#main"' in first
    assert "Note 00." in client.get("/updates/", {"page": "2", "on": "2020-12-31"}).content.decode()


def test_without_updates_the_page_says_so(client, updates):
    assert "No update is on this site yet." in client.get("/updates/").content.decode()


@pytest.mark.parametrize("model", ["objective", "priority"])
def test_text_of_what_was_agreed_and_has_ended_changes_only_with_a_note(admin_client, db, model):
    part = make_part(model, **ENDED)
    whole = part.strategy if model == "objective" else part.plan
    for record, field in ((whole, "title"), (whole, "body"), (part, "title"), (part, "body")):
        form = url(record, "change")
        words = "<p>Other words</p>" if field == "body" else "Other words"
        refused = admin_client.post(form, {**data_of(admin_client.get(form)), field: words})
        assert refused.context["adminform"].form.errors == {
            "change_note": [
                "It was agreed and has ended, so its text changes only with a correction: "
                "tell readers what was wrong or missing."
            ]
        }
        assert "Other words" in refused.content.decode(), "what was typed is kept"
        save(admin_client, form, **{field: words, "change_note": "The old words were wrong."})
        save(admin_client, form, internal_notes=f"Not public: {field}")


def test_text_of_what_was_never_agreed_may_change_without_one(admin_client, db):
    part = make_part("objective", standing="proposed")
    save(admin_client, url(part, "change"), title="Other words")
    save(admin_client, url(part.strategy, "change"), title="Other words")
    assert not ChangeNote.objects.exists()


def test_an_action_under_an_ended_plan_changes_only_with_a_note(admin_client, db):
    priority = make.make_priority(plan=make.make_plan(**ENDED))
    action = make.make_action(priority=priority)
    form = url(priority, "change")
    words = {**data_of(admin_client.get(form)), "actions-0-what": "Quite another promise"}
    refused = admin_client.post(form, words)
    assert "Write it under “Note for readers”." in refused.content.decode()
    assert admin_client.post(form, {**words, "change_note": "We had left out a word."}).status_code == 302
    action.refresh_from_db()
    assert action.what == "Quite another promise"


def test_a_changed_last_day_is_told_to_readers(admin_client, client, db):
    plan = make.make_plan(slug="now", ends_on=date(2999, 3, 31))
    form = url(plan, "change")
    refused = admin_client.post(form, {**data_of(admin_client.get(form)), "ends_on": "2999-09-30"})
    assert "Its last day has changed." in refused.context["adminform"].form.errors["change_note"][0]
    save(admin_client, form, ends_on="2999-09-30", change_note="Extended by half a year.")
    assert "Extended by half a year." in client.get("/action-plan/now/").content.decode()


SEE, UNTOLD = "Readers see: ", "It is not among the updates."


def answer(client, record, **changes):
    """What the officer reads once it is saved."""
    form = url(record, "change")
    response = client.post(form, {**data_of(client.get(form)), **changes}, follow=True)
    return " ".join(str(message) for message in response.context["messages"])


def test_an_officer_reads_what_readers_see_and_that_it_is_not_among_the_updates(admin_client, db):
    partner = make.make_partner(role="Old")
    told = answer(admin_client, partner, role="New")
    assert "Readers see: What it does, in one line changed from “Old” to “New”. It is not among the updates." in told
    assert SEE not in answer(admin_client, partner), "nothing has changed"
    assert SEE not in answer(admin_client, partner, role="Newer", change_note="It does more.")


@pytest.mark.parametrize("fields", [{"internal_notes": "For us."}, {"position": "7"}])
def test_of_what_readers_do_not_read_an_officer_is_told_nothing(admin_client, db, fields):
    partner = make.make_partner()
    assert SEE not in answer(admin_client, partner, **fields)
    partner.refresh_from_db()
    assert partner.updated_on is None


def test_an_officer_who_cancels_or_moves_a_meeting_reads_what_readers_are_told(admin_client, db):
    meeting = make.make_public_meeting(held_on=date(2999, 12, 1))
    tell = "Calendars and the feed of dates tell it, too."
    cancelled = answer(admin_client, meeting, is_cancelled="on")
    assert f"Readers see: Cancelled changed from no to yes. {tell}" in cancelled
    assert UNTOLD not in cancelled
    moved = answer(admin_client, meeting, held_on="2999-12-02")
    assert tell in moved
    assert "to 2 December 2999." in moved
    assert UNTOLD not in moved


def test_a_cancelled_date_of_a_group_is_told_in_calendars(admin_client, db):
    meeting = make.make_meeting(held_on=date(2999, 12, 1))
    told = answer(admin_client, meeting.group, **{"meetings-0-is_cancelled": "on", "meetings-0-id": str(meeting.pk)})
    assert "Cancelled changed from no to yes. Calendars" in told.replace("cancelled", "Cancelled")
    assert UNTOLD in answer(admin_client, meeting.group, summary="It listens.")


def test_a_first_publication_is_no_change_to_be_told(admin_client, db):
    partner = make.make_partner(published_at=None)
    told = answer(admin_client, partner, role="New", _publish="")
    assert "is published" in told
    assert SEE not in told


def test_a_part_that_is_first_published_or_moved_up_has_the_words_that_it_had(admin_client, db):
    plan = make.make_plan(standing="proposed")
    part = make.make_priority(plan=plan, published_at=None)
    rows = {"priorities-0-id": str(part.pk)}
    save(admin_client, url(plan, "change"), **rows, **{"priorities-0-position": "3"})
    plan.refresh_from_db()
    assert plan.updated_on is None
    at = {"priorities-0-published_at": "2020-01-01T09:00"}
    save(admin_client, url(plan, "change"), **rows, **at, change_note="One more.")
    part.refresh_from_db()
    plan.refresh_from_db()
    assert part.is_published
    assert part.updated_on is None
    assert plan.updated_on is not None, "its page has a part more"


def test_how_far_an_action_of_an_ended_plan_has_come_is_no_correction_of_its_text(admin_client, db):
    priority = make.make_priority(plan=make.make_plan(**ENDED))
    action = make.make_action(priority=priority)
    save(admin_client, url(priority, "change"), **{"actions-0-done_on": "2021-03-01", "actions-0-id": str(action.pk)})
    action.refresh_from_db()
    assert action.done_on == date(2021, 3, 1)


def test_a_draft_has_nobody_to_tell(admin_client, db):
    partner = make.make_partner(published_at=None)
    form = url(partner, "change")
    refused = admin_client.post(form, {**data_of(admin_client.get(form)), "change_note": "New"})
    assert "Readers can’t see a draft" in refused.content.decode()
    save(admin_client, form, change_note="It joined.", _publish="")
    assert ChangeNote.objects.get().text == "It joined."


def test_of_something_scheduled_readers_are_told_when_it_appears(admin_client, client, updates):
    partner = make.make_partner(published_at=None)
    with time_machine.travel(datetime(2026, 5, 1, 12, tzinfo=UTC)):
        sent = {"publish_at": "2026-06-01T09:00", "change_note": "It joins us.", "_schedule": ""}
        save(admin_client, url(partner, "change"), **sent)
        assert "It joins us." not in client.get("/updates/").content.decode()
    with time_machine.travel(datetime(2026, 6, 1, 8, 0, 1, tzinfo=UTC)):
        assert '<time datetime="2026-06-01">' in client.get("/updates/").content.decode()
        assert "It joins us." in client.get(partner.get_absolute_url()).content.decode()


def test_a_wrong_word_in_a_note_is_put_right_and_no_note_can_be_deleted(admin_client, client, db):
    fill()
    council = Partner.objects.get(slug="stevenage-borough-council")
    note = ChangeNote.objects.about([council]).get()
    form = url(note, "change")
    assert form in admin_client.get(url(council, "change")).content.decode()
    save(admin_client, form, text="The right word.")
    assert "The right word." in client.get(council.get_absolute_url()).content.decode()
    assert admin_client.post(form.replace("/change/", "/delete/"), {"post": "yes"}).status_code == 403


def test_the_notes_of_what_is_erased_are_gone(db):
    partner = make.make_partner()
    make.make_note(partner)
    partner.erase("The law demands it.")
    assert not ChangeNote.objects.exists()
