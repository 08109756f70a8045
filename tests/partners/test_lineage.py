"""A priority continues those of earlier plans, and an action that was not done is carried over."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from tests import make
from tests.admin.test_editing import save, url
from tests.pages.test_seed_document import words


def plan(year, **fields):
    return make.make_plan(
        **{"slug": f"{year}", "starts_on": date(year, 4, 1), "ends_on": date(year + 1, 3, 31), **fields}
    )


@pytest.fixture
def plans(db):
    return {year: plan(year) for year in (2018, 2019, 2020)}


@pytest.mark.parametrize("query", [{}, {"on": "2018-05-01"}])
def test_both_ends_of_a_lineage_name_each_other(client, plans, query):
    drugs, gangs = (make.make_priority(title=title, slug=title, plan=plans[2018]) for title in ("Drugs", "Gangs"))
    merged = make.make_priority(title="Merged", slug="m", plan=plans[2019], many={"continues": [drugs, gangs]})
    for title in ("Split", "Reworded"):
        make.make_priority(title=title, slug=title, plan=plans[2020], many={"continues": [merged]})
    page = words(client.get("/action-plan/2019/m/", query))
    assert "Continues Drugs from the plan for 2018 to 2019." in page
    assert "Continues Gangs from the plan for 2018 to 2019." in page
    assert "Continued in Split in the plan for 2020 to 2021." in page
    assert "Continued in Reworded in the plan for 2020 to 2021." in page
    assert "Continued in Merged in the plan for 2019 to 2020." in words(client.get("/action-plan/2018/Gangs/", query))
    assert "Continues Merged" in words(client.get("/action-plan/2020/Split/", query))


@pytest.mark.parametrize("hidden", ["priority", "plan"])
def test_what_is_not_public_is_in_no_lineage_and_is_no_origin(client, plans, hidden):
    draft = {"published_at": None}
    before = plan(2016, **(draft if hidden == "plan" else {}))
    after = plan(2022, **(draft if hidden == "plan" else {}))
    part = draft if hidden == "priority" else {}
    earlier, later = (make.make_priority(title="Xanadu", plan=each, **part) for each in (before, after))
    middle = make.make_priority(plan=plans[2019], slug="m", many={"continues": [earlier]})
    later.continues.set([middle])
    make.make_action(priority=middle, continues=make.make_action(priority=earlier))
    for address in ("/action-plan/2019/m/", "/action-plan/2019/"):
        page = words(client.get(address))
        assert "Xanadu" not in page
        assert "Continue" not in page
        assert "Carried over" not in page


def test_a_lineage_into_a_draft_for_consultation_says_so(client, plans):
    proposed = plan(2021, standing="proposed")
    earlier = make.make_priority(plan=plans[2019], slug="m")
    make.make_priority(title="Later", plan=proposed, many={"continues": [earlier]})
    assert "Continued in Later in the draft plan for 2021 to 2022." in words(client.get("/action-plan/2019/m/"))


@pytest.mark.parametrize(
    ("later", "earlier", "is_allowed"),
    [
        ({}, {}, True),
        ({}, {"starts_on": None}, True),
        ({}, {"starts_on": date(2020, 4, 1), "ends_on": None}, False),
        ({}, {"starts_on": None, "ends_on": None}, False),
        ({"starts_on": None, "ends_on": date(2022, 3, 31)}, {}, False),
    ],
)
def test_a_priority_continues_only_those_of_an_earlier_plan(db, later, earlier, is_allowed):
    later = make.make_priority(plan=plan(2020, slug="later", **later))
    earlier = make.make_priority(plan=plan(2019, slug="earlier", **earlier))
    if is_allowed:
        make.make_continuation(later=later, earlier=earlier)
        return
    with pytest.raises(ValidationError, match="Choose a priority of an earlier plan"):
        make.make_continuation(later=later, earlier=earlier)


def test_an_officer_enters_a_lineage_on_the_form_and_a_wrong_one_is_refused_in_words(admin_client, plans):
    later, earlier = make.make_priority(plan=plans[2020]), make.make_priority(plan=plans[2019])
    rows = {"earlier_links-TOTAL_FORMS": 1, "earlier_links-0-later": str(later.pk)}
    save(admin_client, url(later, "change"), **rows, **{"earlier_links-0-earlier": str(earlier.pk)})
    assert list(later.continues.all()) == [earlier]
    rows["earlier_links-0-later"] = str(earlier.pk)
    with pytest.raises(AssertionError, match="does not begin before"):
        save(admin_client, url(earlier, "change"), **rows, **{"earlier_links-0-earlier": str(later.pk)})


@pytest.mark.parametrize(
    ("day", "told"),
    [
        ("2019-05-31", "By 30 June 2019"),
        ("2019-06-01", "Done on 1 June 2019"),
        ("2021-01-01", "Done on 1 June 2019"),
    ],
)
def test_an_action_is_done_from_its_day_on(client, plans, day, told):
    priority = make.make_priority(plan=plans[2019], slug="m")
    make.make_action(priority=priority, due_on=date(2019, 6, 30), done_on=date(2019, 6, 1))
    make.make_action(priority=priority, what="Open one", due_on=date(2019, 7, 31))
    for address in ("/action-plan/2019/", "/action-plan/2019/m/"):
        page = words(client.get(address, {"on": day}))
        assert told in page
        assert page.count("Done on") == told.startswith("Done")
        due = "Was due by 31 July 2019. Not recorded as done." if day > "2019-07-31" else "By 31 July 2019"
        assert f"Open one {due}" in page


@pytest.mark.parametrize(
    ("day", "told"),
    [
        ("2019-10-31", "Late By 31 October 2019"),
        ("2019-11-01", "Late Was due by 31 October 2019. Not recorded as done."),
        ("2026-11-01", "Late Was due by 31 October 2019. Not recorded as done."),
        ("2019-06-30", "Slow By 30 June 2019"),
        ("2019-07-01", "Slow Was due by 30 June 2019. Not done yet on 1 July 2019."),
        ("2019-08-01", "Slow Done on 1 August 2019"),
        ("2019-11-01", "Undated Part"),
    ],
)
def test_an_action_that_is_late_on_the_day_says_so_wherever_it_is_shown(client, plans, day, told):
    priority = make.make_priority(plan=plans[2019], slug="m")
    make.make_action(priority=priority, position=2, what="Late", due_on=date(2019, 10, 31))
    make.make_action(priority=priority, position=1, what="Slow", due_on=date(2019, 6, 30), done_on=date(2019, 8, 1))
    make.make_action(priority=priority, position=3, what="Undated")
    part = make.make_priority(plan=plans[2019], slug="part", title="Part", parent=priority)
    make.make_action(priority=part, what="Late", due_on=date(2019, 10, 31))
    for address in ("/action-plan/2019/", "/action-plan/2019/m/"):
        assert told in words(client.get(address, {"on": day})), address
    if told.startswith("Late"):
        assert told in words(client.get("/action-plan/2019/part/", {"on": day}))


def test_an_action_that_was_done_after_its_plan_ended_is_done(client, plans):
    make.make_action(priority=make.make_priority(plan=plans[2019], slug="m"), done_on=date(2020, 6, 1))
    assert "Done on 1 June 2020" in words(client.get("/action-plan/2019/m/"))


def test_an_action_tells_which_plan_it_was_carried_over_from(client, plans):
    old = make.make_action(priority=make.make_priority(plan=plans[2019], slug="m"))
    make.make_action(priority=make.make_priority(plan=plans[2020], slug="n"), continues=old)
    page = client.get("/action-plan/2020/n/")
    assert "Carried over from the plan for 2019 to 2020" in words(page)
    assert '<a href="/action-plan/2019/m/">the plan for 2019 to 2020</a>' in page.content.decode()
