"""A site in which every kind of page has something of every kind to show, and where to find each."""

from datetime import date, time, timedelta

from django.apps import apps
from django.core.management import call_command
from django.db import connection

from meetings.models import Group
from pages.models import SiteSettings
from partners.models import ActionPlan, Partner, Strategy
from sosafe_site.periods import today
from sosafe_site.publishing.clock import this_minute
from sosafe_site.publishing.models.address import Address
from sosafe_site.publishing.models.publishable import Publishable
from tests import make, prepared

# Of the seed content, one address of every kind
SEEDED = {
    "home": "/",
    "page": "/what-is-sosafe/",
    "page with lists": "/what-we-do/",
    "who belongs": "/who-belongs/",
    "partner": "/who-belongs/stevenage-borough-council/",
    "former partner": "/who-belongs/bench-community-rehabilitation-company/",
    "strategies": "/strategy/",
    "strategy": "/strategy/2015-2018/",
    "strategy without objectives": "/strategy/2018-2021/",
    "objective": "/strategy/2015-2018/reduce-crime/",
    "action plans": "/action-plan/",
    "action plan": "/action-plan/2019-2020/",
    "priority": "/action-plan/2019-2020/knife-crime/",
    "meetings": "/meetings/",
    "group": "/meetings/jag/",
    "public meetings, none": "/meetings/public/",
    "past public meetings, none": "/meetings/public/past/",
    "get involved": "/get-involved/",
    "get help": "/get-help/",
    "case review": "/asb-case-review/",
    "contact": "/contact/",
    "documents": "/documents/",
    "document without a file": "/documents/sosafe-infographic/",
    "linking to us": "/linking-to-us/",
    "accessibility": "/accessibility/",
    "updates": "/updates/",
    "privacy": "/privacy/",
    "not found": "/nothing-here/",
}
# Of fill(), what the seed content has no example of
FILLED = {
    "home in force": "/",
    "page with contents": "/long/",
    "page with lists in force": "/what-we-do/",
    "strategies in force": "/strategy/",
    "strategy in force": "/strategy/now/",
    "strategy to come": "/strategy/next/",
    "action plans in force": "/action-plan/",
    "action plan in force": "/action-plan/now/",
    "undated action plan": "/action-plan/undated/",
    "priority with actions": "/action-plan/now/streets/",
    "sub-priority": "/action-plan/now/lights/",
    "partner that leads": "/who-belongs/stevenage-borough-council/",
    "meetings with dates": "/meetings/",
    "group with dates": "/meetings/forum/",
    "public meetings": "/meetings/public/",
    "past public meetings": "/meetings/public/past/",
    "public meeting": "/meetings/public/street-meet/",
    "public meeting that moved": "/meetings/public/forum/",
    "public meeting that is over": "/meetings/public/over/",
    "survey": "/meetings/public/survey/",
    "get involved with dates": "/get-involved/",
    "get help in every way": "/get-help/",
    "case review with numbers": "/asb-case-review/",
    "contact with form": "/contact/",
    "documents with files": "/documents/",
    "document with versions": "/documents/plan/",
    "superseded version": "/documents/plan/v/1/",
    "updates of every kind": "/updates/",
    "withdrawn": "/withdrawn/",
}
RICH = (
    "<h3>A heading</h3><p>Some <strong>strong</strong> words and a <a href='/get-help/'>link to get help</a>.</p>"
    "<ul><li>One</li><li>Two</li></ul><blockquote><p>Words of a resident.</p></blockquote>"
    "<table><caption>A table</caption><tr><th scope='col'>Year</th><th scope='col'>Number</th></tr>"
    "<tr><td>2024</td><td>3</td></tr></table>"
)


def seed():
    """The seed content, as load_seed makes it at this moment."""
    if not can_be_copied():
        call_command("load_seed", verbosity=0)
        return
    prepared.copy_into_the_test("seeded")
    for model in (model for model in apps.get_models() if issubclass(model, Publishable)):
        model.objects.update(published_at=this_minute())
    Address.objects.update(issued_at=this_minute())


def can_be_copied():
    """Into a site that has nothing yet, and from SQLite to SQLite."""
    return connection.vendor == "sqlite" and not Address.objects.exists()


def fill():
    """The seed content and, on top of it, things in force today, with every field filled in, and an urgent alert."""
    if can_be_copied() and prepared.day_of("filled") == today():
        prepared.copy_into_the_test("filled")
    else:
        seed()
        fill_anew()


def fill_anew():
    """What fill() adds to the seed content. Returns the day on which it is in force."""
    on, year = today(), timedelta(days=365)
    council = Partner.objects.get(slug="stevenage-borough-council")
    document = make.make_document(
        slug="plan", title="The plan in full", kind="action-plan", summary="What it says.\n\nMore."
    )
    make.make_version(document=document)
    make.make_version(document=document)
    days = {"starts_on": on - year, "ends_on": on + year, "is_period_confirmed": True}
    words = {"summary": "What it says in two sentences. And no more.", "body": RICH, "many": {"documents": [document]}}
    strategy = make.make_strategy(slug="now", title="Community Safety Strategy", agreed_on=on - year, **days, **words)
    make.make_strategy(slug="next", starts_on=on + year + timedelta(days=1), ends_on=None, standing="proposed")
    objectives = [make.make_objective(strategy=strategy, position=n, body=RICH) for n in range(1, 6)]
    plan = make.make_plan(slug="now", title="Action Plan", strategy=strategy, **days, **words)
    make.make_plan(slug="undated", starts_on=None, ends_on=None)
    leads = {"leads": [council], "objectives": objectives[:2]}
    for n, slug in enumerate(["streets", "homes", "knives"], start=1):
        priority = make.make_priority(plan=plan, slug=slug, position=n, body=RICH, many=leads)
        for done_on in (None, None, on):
            make.make_action(priority=priority, due_on=on, done_on=done_on, many={"leads": [council]})
    lights = make.make_priority(plan=plan, slug="lights", parent=plan.priorities.get(slug="streets"))
    make.make_action(priority=lights)
    make.make_continuation(later=plan.priorities.get(slug="streets"))
    group = make.make_group(
        slug="forum",
        abbreviation="CF",
        summary="It listens.",
        responsibilities=RICH,
        every_count=1,
        every_unit="month",
        which=2,
        weekday=1,
        standing="fixed",
        reports_to=Group.objects.get(slug="rag"),
        is_open=True,
        is_minuted_in_public=False,
    )
    make.make_membership(group=group, partner=council)
    make.make_chair(group=group)
    papers = {kind: make.make_document(kind=kind, slug=kind, title=kind.title()) for kind in ("agenda", "minutes")}
    make.make_version(document=papers["minutes"])
    for weeks in (-8, -4, 4, 8):
        make.make_meeting(
            group=group,
            held_on=on + timedelta(weeks=weeks),
            starts=time(18, 30),
            ends=time(20),
            venue="Daneshill House",
        )
    make.make_meeting(group=group, held_on=on + timedelta(weeks=12), is_cancelled=True)
    make.make_meeting(
        group=group,
        held_on=on + timedelta(weeks=17),
        promised_days=str(on + timedelta(weeks=16)),
        online="https://www.example.org/",
        agenda=papers["agenda"],
    )
    make.make_meeting(group=group, held_on=on - year, **papers)
    public = {"area": "Bedwell", "about": "What worries you?\n\nTell us.", "venue": "The hall", "access": "Step-free"}
    link = {"link": "https://www.example.org/", "link_label": "More about it on the example website"}
    week = timedelta(weeks=1)
    street_meet = make.make_public_meeting(
        slug="street-meet", kind="street-meet", title="Street meet, Bedwell", held_on=on + week, starts=time(10),
        ends=time(12), partner=council, address="1 Example Street, SG1 1AA", **public, **link,
    )  # fmt: skip
    for n, hour in enumerate([10, 11], start=1):
        make.make_stop(meeting=street_meet, position=n, starts=time(hour), place=f"Corner {n}")
    forum = make.make_public_meeting(
        slug="forum",
        kind="forum",
        held_on=on + 3 * week,
        promised_days=str(on + 2 * week),
        starts=time(18, 30),
        **public,
    )
    make.make_public_meeting(
        slug="survey", kind="survey", held_on=on + week, area="Old Town", answers_go_to=forum,
        other_organiser="The residents", **link,
    )  # fmt: skip
    online = f"https://meet.example.org/{'long-words-without-a-break' * 6}"  # which stood where the place should
    make.make_public_meeting(slug="called-off", held_on=on + week, is_cancelled=True, venue=online)
    make.make_public_meeting(slug="over", held_on=on - week, starts=time(18, 30), **public)
    make.make_route(
        who_for="people who live in Stevenage",
        telephone_words="then choose option 2",
        text_number="07700 900123",
        text_words="begin with SAFE",
        in_person="Ask at the front desk of the council offices, Danestrete",
        relay_number="18001 01234 567890",
        website="https://www.example.org/",
        website_label="Report on the example website",
        hours="9am to 5pm",
        checked_on=on,
    )
    make.make_case_review_year(applications=12, not_met=3, reviews=9, recommended=7)
    make.make_case_review_year(starts_on=date(2023, 4, 1), ends_on=date(2024, 3, 31), applications=5)
    SiteSettings.objects.update(mailbox="officers@example.org")
    page = make.make_page(slug="long", lead="A long page.", many={"documents": [document]})
    for n in range(1, 6):
        make.make_section(page=page, position=n, body=RICH)
    reason = {"withdrawn_at": make.LONG_AGO, "withdrawal_reason": "It gave a wrong number."}
    make.make_page(slug="withdrawn", replaced_by=Address.objects.of(page).get(), **reason)
    make.make_alert(title="a large fire", link="https://www.example.org/", link_label="Advice from the fire service")
    Partner.objects.filter(pk=council.pk).update(role="The council for the town.", website="https://www.example.org/")
    for record in (strategy, *objectives, plan, priority, council, group, document, page):
        make.make_note(record, "We put a wrong date right.\nNothing else has changed.")
    post = make.make_post()
    for review_on in (on - year, on + year):
        record = make.make_page(maintainer=post, review_on=review_on)
    make.make_bad_link(link="https://www.example.org/an-address-that-is-much-longer-than-any-telephone-is-wide")
    for model in (Strategy, ActionPlan, Partner):
        model.objects.filter(updated_on=None).update(updated_on=date(2026, 1, 1))
    return on
