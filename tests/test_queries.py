"""Every page costs at most so many queries, however much it shows, and so does a save."""

from datetime import UTC, date, datetime

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from partners.models import ActionPlan
from tests import make
from tests.admin.test_editing import url
from tests.content import seed
from tests.forms import Form
from tests.tools import more_queries

# What residents may come to is three: the order of all, then public meetings and meetings of groups.
# One asks whether a draft is due. Four of most are the frame's: pages for the menus, site details, help lines, alert.
# Where a partner is named, its earlier times are one more; its own page tells of six kinds of bodies beside it, of its
# seats, and of what it leads in plans that are each judged on the day. What officers add to a page that lists by itself
# is four: its sections, documents, the pages under it and the notes on its changes. Home asks for campaigns too. A
# page with texts asks once which words are explained.
QUERIES = {
    "/": 33,
    "/what-we-do/": 17,
    "/who-belongs/": 14,
    "/who-belongs/a/": 26,
    "/strategy/": 20,
    "/strategy/a/": 20,
    "/strategy/a/a/": 14,
    "/action-plan/": 31,
    "/action-plan/a/": 36,
    "/action-plan/a/a/": 29,
    "/meetings/": 21,
    "/meetings/a/": 25,
    "/get-help/": 12,
    "/asb-case-review/": 15,
    "/contact/": 12,
    "/documents/": 14,
    "/documents/a/": 12,
    "/a-page/": 16,
    "/accessibility/": 12,
    "/updates/": 19,
    "/updates.atom": 11,
    "/strategy/a/updates.atom": 7,
    "/action-plan/a/updates.atom": 7,
    "/sitemap.xml": 10,
    "/meetings/public/": 14,
    "/meetings/public/past/": 13,
    "/meetings/public/a/": 12,
    "/meetings/public/a/calendar.ics": 5,
    "/meetings/public/calendar.ics": 7,
    "/meetings/a/calendar.ics": 3,
    "/meetings/dates.atom": 7,
    "/get-involved/": 19,
    "/nothing-here/": 7,
}


def populate(each):
    """On top of the seed content, so many of everything, all of it in force and joined to all the rest."""
    seed()
    open_ended = {"ends_on": date(2999, 1, 1)}

    def names(word):
        return ["a", *(f"{word}-{n}" for n in range(1, each))]

    documents = [make.make_document(slug=name) for name in names("document")]
    for document in documents:
        for _ in range(each):
            make.make_version(document=document)
    logo = make.make_picture()
    partners = [make.make_partner(slug=name, logo=logo) for name in names("partner")]
    for partner in partners:
        make.make_earlier_name(partner=partner)
        partner.successors.set(partners)
    strategies = [
        make.make_strategy(slug=name, many={"documents": documents}, **open_ended) for name in names("strategy")
    ]
    objectives = [
        make.make_objective(slug=name, strategy=strategy) for strategy in strategies for name in names("objective")
    ]
    for objective in objectives:
        for _ in range(each):
            make.make_objective(strategy=objective.strategy, parent=objective)
    make.make_strategy(starts_on=date(2010, 4, 1), ends_on=date(2013, 3, 31))  # one more than the line of time shows
    before = make.make_plan(starts_on=date(2018, 4, 1))
    after = make.make_plan(starts_on=date(2020, 4, 1), ends_on=None, standing="proposed")
    continued = [make.make_priority(plan=before) for _ in range(each)]
    origin = make.make_action(priority=continued[0])
    for plan_name, strategy in zip(names("plan"), strategies, strict=True):
        plan = make.make_plan(slug=plan_name, strategy=strategy, many={"documents": documents}, **open_ended)
        for name in names("priority"):
            joined = {"leads": partners, "objectives": objectives}
            priority = make.make_priority(slug=name, plan=plan, many={**joined, "continues": continued})
            for _ in range(each):
                make.make_continuation(earlier=priority, later=make.make_priority(plan=after))
            parts = [make.make_priority(plan=plan, parent=priority, many=joined) for _ in range(each)]
            for owner in [priority, *parts]:
                for _ in range(each):
                    make.make_action(priority=owner, continues=origin, many={"leads": partners})
    papers = {kind: make.make_document(kind=kind) for kind in ("agenda", "minutes")}
    for _ in range(each):
        make.make_version(document=papers["agenda"])
        make.make_version(document=papers["minutes"])
    for name in names("group"):
        group = make.make_group(slug=name, is_open=True, many={"documents": documents})
        for day in range(1, each + 1):
            make.make_meeting(group=group, held_on=date(2999, 1, day), **papers)
            make.make_meeting(group=group, held_on=date(2020, 1, day), **papers)
            make.make_group(reports_to=group)
        for partner in partners:
            make.make_membership(group=group, partner=partner)
            make.make_chair(group=group)
        make.make_route(is_on_home_page=True)
    for record in (partners[0], strategies[0], ActionPlan.objects.get(slug="a")):
        for _ in range(each):
            make.make_note(record)  # of each kind with a note, its records are one query
    for _ in range(3):
        make.make_note(documents[0], noted_at=datetime(2026, 1, 1, tzinfo=UTC))  # all that the home page shows
    for year in range(2000, 2000 + each):
        make.make_case_review_year(starts_on=date(year, 1, 1), ends_on=date(year, 12, 31))
    for name, partner in zip(names("public"), partners, strict=True):
        for day, slug in ((date(2999, 1, 1), name), (date(2020, 1, 1), f"{name}-past")):
            meeting = make.make_public_meeting(slug=slug, held_on=day, partner=partner, area=name)
            for _ in range(each):
                make.make_stop(meeting=meeting)
    page = make.make_page(slug="a-page", picture=logo, many={"documents": documents})
    linked = [page, *documents, *partners, *objectives]
    for _ in range(each):
        links = "".join(f'<p><a href="{record.get_absolute_url()}">words</a></p>' for record in linked)
        make.make_section(page=page, body=links)
        make.make_page(menu="", parent=page)


@pytest.mark.parametrize("each", [1, 3])
def test_a_page_costs_at_most_so_many_queries_whatever_it_shows(client, db, each):
    populate(each)
    found = {}
    for address in QUERIES:
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        found[address] = len(captured)
    assert more_queries(found, QUERIES) == {}


def plan_with(parts):
    plan = make.make_plan(ends_on=None)
    for n in range(parts):
        make.make_priority(plan=plan, position=n)
    return plan


def strategy_with(parts):
    strategy = make.make_strategy(ends_on=None)
    for n in range(parts):
        make.make_objective(strategy=strategy, position=n)
    return strategy


def priority_with(parts):
    partners = [make.make_partner() for _ in range(2)]
    priority = make.make_priority(plan=make.make_plan(ends_on=None), many={"leads": partners})
    earlier = make.make_plan(starts_on=date(2010, 4, 1), ends_on=date(2011, 3, 31))
    for n in range(parts):
        make.make_action(priority=priority, position=n, many={"leads": partners})
        make.make_continuation(later=priority, earlier=make.make_priority(plan=earlier))
    return priority


def page_with(parts):
    page, linked = make.make_page(), [make.make_page(), make.make_document()]
    links = "".join(f'<p><a href="{record.get_absolute_url()}">Words about {record}</a></p>' for record in linked)
    for n in range(parts):
        make.make_section(page=page, position=n, body=links)
    return page


def public_meeting_with(parts):
    meeting = make.make_public_meeting()
    for n in range(parts):
        make.make_stop(meeting=meeting, position=n)
    return meeting


def group_with(parts):
    group = make.make_group()
    for n in range(parts):
        make.make_meeting(group=group, held_on=date(2999, 1, 1 + n))
        make.make_membership(group=group)
        make.make_chair(group=group)
    return group


def cost_of_saving(client, record, button="_publish", **changed):
    """In queries, of what has a history already."""
    Form(client, url(record, "change")).press("_publish", internal_notes="Known")
    form = Form(client, url(record, "change"))
    with CaptureQueriesContext(connection) as captured:
        assert form.press(button, change_note="New words.", **changed).status_code == 302
    return len(captured)


# What makes a record with so many parts, the names of the fields of one, and the most that a save costs.
SAVES = [
    (plan_with, "priorities-{}-title", 60),
    (strategy_with, "objectives-{}-title", 60),
    (priority_with, "actions-{}-what", 65),
    (page_with, "sections-{}-heading", 60),
    (public_meeting_with, "stops-{}-place", 50),
    (group_with, "meetings-{}-venue", 60),
]


@pytest.mark.parametrize("button", ["_publish", "_draft"])
@pytest.mark.parametrize(("whole", "field", "most"), SAVES)
def test_a_save_costs_as_much_with_ten_parts_as_with_one(admin_client, whole, field, most, button):
    one, ten = (cost_of_saving(admin_client, whole(parts), button, internal_notes="Other") for parts in (1, 10))
    assert one <= most
    assert ten <= one


@pytest.mark.parametrize(("whole", "field", "most"), SAVES)
def test_each_part_that_changes_costs_one_query_more(admin_client, whole, field, most):
    one, ten = (
        cost_of_saving(admin_client, whole(parts), **{field.format(n): f"Other {n}" for n in range(parts)})
        for parts in (1, 10)
    )
    assert ten <= one + 9


def test_each_text_with_links_that_changes_costs_one_query_more(admin_client):
    costs = []
    for parts in (1, 10):
        page = page_with(parts)
        form = Form(admin_client, url(page, "change"))
        texts = {name: form[name].replace("Words", "Other words") for name in form.fields if name.endswith("-body")}
        costs.append(cost_of_saving(admin_client, page, **texts))
    assert costs[1] <= costs[0] + 9


def test_each_new_part_costs_one_query_more(admin_client):
    costs = []
    for parts in (1, 10):
        meeting = make.make_public_meeting()
        form = Form(admin_client, url(meeting, "change"))
        for n in range(parts):
            form.type(form.add("stops", place=f"Stop {n}"))
        with CaptureQueriesContext(connection) as captured:
            assert form.press("_publish").status_code == 302
        assert meeting.stops.count() == parts
        costs.append(len(captured))
    assert costs[1] <= costs[0] + 9


@pytest.mark.django_db
def test_the_seed_costs_few_queries_at_first_and_hardly_any_after():
    costs = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as captured:
            call_command("load_seed", verbosity=0)
        costs.append(len(captured))
    assert costs[0] <= 250
    assert costs[1] <= 20
