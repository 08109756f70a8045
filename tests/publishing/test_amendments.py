"""A strategy or plan that was agreed and is reworded: that is an amendment, with its day, and readers are told."""

from datetime import UTC, date, datetime

import pytest
import time_machine

from partners.models.agreed import AMENDMENT
from sosafe_site.publishing.models import ChangeNote
from tests import make
from tests.admin.test_editing import data_of, save, url
from tests.pages.test_seed_document import words

MAY = datetime(2026, 5, 3, 12, tzinfo=UTC)
NOW = {"starts_on": date(2025, 4, 1), "ends_on": date(2028, 3, 31)}
ENDED = {"starts_on": date(2018, 4, 1), "ends_on": date(2021, 3, 31)}
REFUSED = {"change_note": [AMENDMENT]}


@pytest.fixture(autouse=True)
def _on_3_may():
    with time_machine.travel(MAY, tick=False):
        yield


@pytest.fixture
def updates(db):
    return make.make_page(slug="updates", title="Updates")


def refusal(client, record, **changes):
    form = url(record, "change")
    response = client.post(form, {**data_of(client.get(form)), **changes})
    return response.context["adminform"].form.errors if response.status_code == 200 else {}


def is_amendment():
    return ChangeNote.objects.get().is_amendment


@pytest.mark.parametrize("field", ["title", "summary", "body"])
@pytest.mark.parametrize("maker", [make.make_strategy, make.make_plan])
def test_the_text_of_what_is_in_force_changes_only_with_an_amendment(admin_client, db, maker, field):
    record = maker(**NOW)
    new = {field: "<p>Other words</p>" if field == "body" else "Other words"}
    assert refusal(admin_client, record, **new) == REFUSED
    save(admin_client, url(record, "change"), **new, change_note="The board has put it otherwise.")
    assert is_amendment()


def test_so_does_that_of_its_parts_on_either_form(admin_client, db):
    objective = make.make_objective(strategy=make.make_strategy(**NOW))
    priority = make.make_priority(plan=make.make_plan(**NOW))
    action = make.make_action(priority=priority)
    for part in (objective, priority):
        assert refusal(admin_client, part, title="Other words") == REFUSED
        assert refusal(admin_client, part, body="<p>Other words</p>") == REFUSED
    row = {"objectives-0-id": str(objective.pk), "objectives-0-title": "Other words"}
    form = url(objective.strategy, "change")
    refused = admin_client.post(form, {**data_of(admin_client.get(form)), **row})
    assert AMENDMENT in refused.content.decode()
    row = {"actions-0-id": str(action.pk), "actions-0-what": "Another promise"}
    form = url(priority, "change")
    assert AMENDMENT in admin_client.post(form, {**data_of(admin_client.get(form)), **row}).content.decode()
    save(admin_client, form, **row, change_note="We promise another thing.")
    assert is_amendment()


@pytest.mark.parametrize(
    "fields",
    [{"standing": "proposed"}, {"agreed_on": date(2026, 7, 23)}, {"published_at": None}],
    ids=["proposed", "to be agreed later", "a draft"],
)
def test_what_is_not_agreed_or_not_public_yet_is_no_agreed_text(admin_client, db, fields):
    record = make.make_strategy(**NOW, **fields)
    save(admin_client, url(record, "change"), title="Other words")
    assert not ChangeNote.objects.exists()


def test_to_be_agreed_with_other_words_is_no_amendment(admin_client, db):
    record = make.make_strategy(**NOW, standing="proposed")
    agreed = {"standing": "agreed", "agreed_on": "2026-05-01", "title": "As it was agreed"}
    save(admin_client, url(record, "change"), **agreed, change_note="It was agreed.")
    assert not is_amendment()


@pytest.mark.parametrize("change", [{"internal_notes": "For us."}, {"period_label": "2025-28"}])
def test_what_is_no_text_is_no_amendment(admin_client, db, change):
    record = make.make_strategy(**NOW)
    save(admin_client, url(record, "change"), **change, change_note="A note all the same.")
    assert not is_amendment()


def test_one_more_action_and_how_far_one_has_come_amend_nothing(admin_client, db):
    priority = make.make_priority(plan=make.make_plan(**NOW))
    action = make.make_action(priority=priority)
    save(admin_client, url(priority, "change"), **{"actions-0-id": str(action.pk), "actions-0-done_on": "2026-05-01"})
    assert not ChangeNote.objects.exists()


def test_it_is_told_with_its_day_on_its_page_under_updates_and_in_both_feeds(admin_client, client, updates):
    strategy = make.make_strategy(slug="now", **NOW)
    objective = make.make_objective(strategy=strategy, title="Calm streets")
    note = {"change_note": "The board asked for plainer words."}
    save(admin_client, url(objective, "change"), body="<p>Other words</p>", **note)
    assert "Amended on 3 May 2026: Calm streets: The board asked for plainer words." in words(
        client.get("/strategy/now/")
    )
    assert "Amended on 3 May 2026: The board asked" in words(client.get(objective.get_absolute_url()))
    assert "Amended on 3 May 2026 The board asked" in words(client.get("/updates/"))
    for feed in ("/updates.atom", "/strategy/now/updates.atom"):
        told = client.get(feed).content.decode()
        assert "Amended on 3 May 2026: The board asked for plainer words." in told, feed


def test_as_at_a_day_before_the_page_says_that_its_words_are_later_ones(admin_client, client, db):
    strategy = make.make_strategy(slug="now", **NOW)
    save(admin_client, url(strategy, "change"), summary="Other words", change_note="Plainer words.")
    make.make_note(strategy, "Something that amends nothing.", noted_at=MAY)
    before = words(client.get("/strategy/now/", {"on": "2026-05-02"}))
    assert "The text on this page was amended later, on 3 May 2026: Plainer words." in before
    assert "Something that amends nothing." not in before
    assert "amended later" not in words(client.get("/strategy/now/", {"on": "2026-05-03"}))


def test_a_correction_after_it_has_ended_is_dated_likewise(admin_client, client, db):
    strategy = make.make_strategy(slug="was", **ENDED)
    save(admin_client, url(strategy, "change"), body="<p>Right words</p>", change_note="We had left out a line.")
    assert is_amendment()
    assert "Amended on 3 May 2026: We had left out a line." in words(client.get("/strategy/was/"))


def test_one_that_was_due_is_an_amendment_of_the_day_on_which_it_was_due(admin_client, client, db):
    strategy = make.make_strategy(slug="now", **NOW)
    later = {"publish_at": "2026-06-01T23:30", "_schedule": ""}
    save(admin_client, url(strategy, "change"), summary="Other words", change_note="Plainer words.", **later)
    with time_machine.travel(datetime(2026, 6, 3, 12, tzinfo=UTC)):
        assert "Amended on 1 June 2026: Plainer words." in words(client.get("/strategy/now/"))


def test_a_draft_of_it_needs_no_note_until_it_is_published(admin_client, db):
    strategy = make.make_strategy(**NOW)
    assert refusal(admin_client, strategy, title="Other words", _draft="") == {}
    assert refusal(admin_client, strategy, _publish="") == REFUSED


def test_a_wrong_mark_on_a_note_is_put_right(admin_client, client, db):
    strategy = make.make_strategy(slug="now", **NOW)
    note = make.make_note(strategy, "A spelling mistake.")
    save(admin_client, url(note, "change"), is_amendment="on")
    assert "Amended on 1 January 2015" in words(client.get("/strategy/now/"))
