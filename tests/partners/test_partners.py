from datetime import date

import pytest
import time_machine

from tests import make
from tests.pages.test_seed_document import words


@pytest.fixture
def police(db):
    """It changed its name twice: on 1 April 2020 and on 1 April 2024."""
    partner = make.make_partner(name="Police today", slug="police")
    make.make_earlier_name(partner=partner, name="Police of old", ends_on=date(2020, 3, 31))
    make.make_earlier_name(partner=partner, name="Police between", ends_on=date(2024, 3, 31))
    return partner


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(1990, 1, 1), "Police of old"),
        (date(2020, 3, 31), "Police of old"),
        (date(2020, 4, 1), "Police between"),
        (date(2024, 3, 31), "Police between"),
        (date(2024, 4, 1), "Police today"),
    ],
)
def test_a_partner_bears_the_name_of_the_day(client, police, day, name):
    make.make_page(slug="who-belongs", menu="main")
    make.make_section(page=make.Page.objects.get(), shows="partners")
    assert police.name_on(day) == name
    assert f"{name} " in words(client.get("/who-belongs/", {"on": day.isoformat()}))


@time_machine.travel("2026-06-01 12:00", tick=False)
def test_a_past_plan_keeps_the_name_of_its_day_and_a_present_one_shows_todays(client, police):
    past = make.make_plan(slug="past", ends_on=date(2020, 3, 31))
    present = make.make_plan(slug="present", starts_on=date(2026, 4, 1), ends_on=date(2027, 3, 31))
    for plan in (past, present):
        priority = make.make_priority(plan=plan, slug="a", many={"leads": [police]})
        make.make_action(priority=priority, many={"leads": [police]})
    for address in ("/action-plan/past/", "/action-plan/past/a/"):
        page = words(client.get(address))
        assert "Police of old" in page
        assert "Police today" not in page
    assert "Police today" in words(client.get("/action-plan/present/a/"))
    assert "Police between" in words(client.get("/action-plan/present/a/", {"on": "2024-03-31"}))


def test_a_partners_page_tells_its_earlier_names(client, police):
    page = words(client.get("/who-belongs/police/"))
    assert "Until 31 March 2020 it was called Police of old." in page
    assert "Until 31 March 2024 it was called Police between." in page


def test_a_body_that_was_replaced_and_those_that_followed_name_each_other(client, db):
    new = make.make_partner(name="New body", slug="new")
    hidden = make.make_partner(name="Xanadu body", published_at=None)
    make.make_partner(name="Old body", slug="old", ends_on=date(2021, 6, 25), many={"successors": [new, hidden]})
    old_page = words(client.get("/who-belongs/old/"))
    assert "Its last day was 25 June 2021. It was followed by New body" in old_page
    assert "Xanadu" not in old_page
    assert "It followed Old body" in words(client.get("/who-belongs/new/"))


def test_a_partner_shows_what_it_leads_now_and_led_before(client, db):
    partner = make.make_partner(slug="p")
    leads = {"leads": [partner]}
    make.make_priority(title="Now", plan=make.make_plan(ends_on=None), many=leads)
    make.make_priority(title="Before", plan=make.make_plan(), many=leads)
    make.make_priority(title="Xanadu", plan=make.make_plan(published_at=None, ends_on=None), many=leads)
    now, _, before = words(client.get("/who-belongs/p/")).partition("in plans that have ended")
    assert "Now" in now
    assert "Before" in before
    assert "Xanadu" not in now + before
