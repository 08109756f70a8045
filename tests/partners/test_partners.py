from datetime import date

import pytest
import time_machine

from pages.coherence import findings
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
    assert "It was called Police of old until 31 March 2020." in page
    assert "It was called Police between until 31 March 2024." in page


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


def test_a_body_that_was_split_names_all_that_followed(client, db):
    followed = [make.make_partner(name=name, position=n) for n, name in enumerate(("One", "Two", "Three"))]
    make.make_partner(slug="old", ends_on=date(2021, 6, 25), many={"successors": followed})
    assert "It was followed by One, Two and Three" in words(client.get("/who-belongs/old/"))


@pytest.mark.parametrize(
    ("day", "name"),
    [("2019-05-01", "Police of old"), ("2021-05-01", "Police of old"), ("2026-05-01", "Police of old")],
)
def test_an_action_of_a_past_plan_names_its_lead_as_on_the_plans_last_day(client, police, day, name):
    plan = make.make_plan(slug="past", ends_on=date(2020, 3, 31))
    priority = make.make_priority(plan=plan, slug="a")
    make.make_action(priority=priority, what="Patrol", many={"leads": [police]})
    part = make.make_priority(plan=plan, parent=priority, slug="b")
    make.make_action(priority=part, what="Walk", many={"leads": [police]})
    for address in ("/action-plan/past/", "/action-plan/past/a/", "/action-plan/past/b/"):
        assert f"Lead: {name}" in words(client.get(address, {"on": day}))


@pytest.mark.parametrize(
    ("day", "list_heading", "told"),
    [
        ("2025-12-31", "Joining later", "is not a member of SoSafe yet. Its first day is 1 January 2026."),
        ("2026-01-01", None, "Member from 1 January 2026 to 31 December 2026"),
        ("2026-12-31", None, "Member from 1 January 2026 to 31 December 2026"),
        ("2027-01-01", "Former members", "is no longer a member of SoSafe. Its last day was 31 December 2026."),
    ],
)
def test_a_partner_joins_and_leaves_on_its_days(client, db, day, list_heading, told):
    make.make_site()
    make.make_section(page=make.make_page(slug="who-belongs"), shows="partners")
    make.make_partner(name="Guests", slug="guests", starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31))
    assert told in words(client.get("/who-belongs/guests/", {"on": day}))
    page = words(client.get("/who-belongs/", {"on": day}))
    found = [heading for heading in ("Joining later", "Former members") if f"{heading} Guests Member" in page]
    assert found == ([list_heading] if list_heading else [])
    assert page.count("Guests") == 1


def test_what_a_partner_leads_is_told_with_its_plan_and_phase(client, db):
    leads = {"leads": [make.make_partner(slug="p")]}
    for year, title in ((2025, "Over"), (2026, "Now"), (2027, "Soon")):
        plan = make.make_plan(title=title, starts_on=date(year, 4, 1), ends_on=date(year + 1, 3, 31))
        make.make_priority(title="Peace", plan=plan, many=leads)
    leading, _, led = words(client.get("/who-belongs/p/", {"on": "2027-03-31"})).partition("in plans that have ended")
    assert "Peace Now 2026 to 2027: In force" in leading
    assert "Peace Soon 2027 to 2028: Not started" in leading
    assert "Peace Over 2025 to 2026: Ended" in led


def test_officers_see_the_last_day_of_a_partner_where_they_choose_one(admin_client, db):
    make.make_partner(name="Old body", ends_on=date(2021, 6, 25))
    query = {"app_label": "partners", "model_name": "priority", "field_name": "leads", "term": "Old"}
    assert "Old body (until 25 June 2021)" in admin_client.get("/admin/autocomplete/", query).content.decode()


@pytest.mark.parametrize(("done_on", "is_told"), [(None, True), (date(2026, 5, 1), False)])
def test_officers_are_told_of_a_former_partner_that_still_leads_an_open_action(db, done_on, is_told):
    leads = {"leads": [make.make_partner(name="Gone", ends_on=date(2026, 3, 31))]}
    make.make_action(priority=make.make_priority(plan=make.make_plan(ends_on=None)), done_on=done_on, many=leads)
    for day, is_after in ((date(2026, 3, 31), False), (date(2026, 4, 1), True)):
        told = [finding for finding in findings(day) if "is led by Gone" in finding.sentence]
        assert len(told) == (is_told and is_after)
