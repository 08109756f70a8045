"""An extension: its last day is changed, the former one is kept, and each day is told what held then."""

from datetime import date

import pytest

from tests import make
from tests.admin.test_editing import url
from tests.forms import Form
from tests.pages.test_dates import on
from tests.pages.test_seed_document import plain, words

KINDS = [(make.make_strategy, "/strategy/s/"), (make.make_plan, "/action-plan/s/")]
YEARS = make.typed(starts_on="2018-04-01", ends_on="2021-03-31", agreed_on="2018-03-01")


def extend(client, record, button="_publish", **changes):
    form = Form(client, url(record, "change"))
    former = {"extensions-0-until_on": "31 March 2021", "extensions-0-decided_on": "10 Feb 2021"}
    count = {"extensions-TOTAL_FORMS": "1"}
    sent = {"ends_on": "31 March 2022", "change_note": "It was extended.", **count, **former, **changes}
    response = form.press(button, **sent)
    return response, form


@pytest.mark.parametrize(("make_one", "address"), KINDS)
def test_an_extended_one_tells_each_day_what_was_decided_by_then(admin_client, client, db, make_one, address):
    record = make_one(slug="s", **YEARS)
    response, form = extend(admin_client, record)
    assert response.status_code == 302, form.problems()
    with on(date(2026, 6, 1)):
        assert "It runs from 1 April 2018 to 31 March 2021." in words(client.get(address, {"on": "2021-02-09"}))
        later = words(client.get(address, {"on": "2021-02-10"}))
        assert "to 31 March 2022. It was to end on 31 March 2021, but was extended on 10 February 2021." in later
    assert "It was extended." in words(client.get(address)), "the note tells readers why"


@pytest.mark.parametrize(("make_one", "address"), KINDS)
def test_it_can_wait_as_a_draft_and_stands_in_the_history(admin_client, client, db, make_one, address):
    record = make_one(slug="s", **YEARS)
    extend(admin_client, record, "_draft")
    record.refresh_from_db()
    assert (str(record.ends_on), record.extensions.count()) == ("2021-03-31", 0)
    form = Form(admin_client, url(record, "change"))
    assert (form["ends_on"], form["extensions-0-until_on"]) == ("31 March 2022", "31 March 2021")
    assert form.press("_publish").status_code == 302, form.problems()
    record.refresh_from_db()
    assert (str(record.ends_on), record.extensions.get().until.text) == ("2022-03-31", "2021-03-31")
    history = admin_client.get(url(record, "change").replace("change", "history"))
    assert "31 March 2022" in plain(history.content.decode())


def test_a_last_day_that_changes_without_a_reason_is_asked_about_and_nothing_is_lost(admin_client, db):
    record = make.make_strategy(slug="s", **YEARS)
    _, form = extend(admin_client, record, change_note="")
    assert "add the former last day under “Extensions”, too" in str(form.problems())
    assert form["extensions-0-until_on"] == "31 March 2021"
    assert form["ends_on"] == "31 March 2022"


def test_a_day_that_is_none_is_refused_beside_its_field(admin_client, db):
    record = make.make_strategy(slug="s", **YEARS)
    _, form = extend(admin_client, record, **{"extensions-0-decided_on": "in spring"})
    assert "Write a day, a month or a year" in str(form.problems())
