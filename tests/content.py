"""A site in which every kind of page has something of every kind to show, and where to find each."""

from datetime import date, time, timedelta

from django.core.management import call_command

from partners.models import ActionPlan, Partner, Strategy
from sosafe_site.periods import today
from sosafe_site.publishing.addresses import Address
from tests import make

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
    "get involved": "/get-involved/",
    "get help": "/get-help/",
    "contact": "/contact/",
    "documents": "/documents/",
    "document without a file": "/documents/sosafe-infographic/",
    "linking to us": "/linking-to-us/",
    "accessibility": "/accessibility/",
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
    "get help in every way": "/get-help/",
    "documents with files": "/documents/",
    "document with versions": "/documents/plan/",
    "superseded version": "/documents/plan/v/1/",
    "withdrawn": "/withdrawn/",
}
RICH = (
    "<h3>A heading</h3><p>Some <strong>strong</strong> words and a <a href='/get-help/'>link to get help</a>.</p>"
    "<ul><li>One</li><li>Two</li></ul><blockquote><p>Words of a resident.</p></blockquote>"
    "<table><caption>A table</caption><tr><th scope='col'>Year</th><th scope='col'>Number</th></tr>"
    "<tr><td>2024</td><td>3</td></tr></table>"
)


def fill():
    """On top of the seed content: things in force today, with every field filled in, and an urgent alert."""
    call_command("load_seed", verbosity=0)
    on, year = today(), timedelta(days=365)
    council = Partner.objects.get(slug="stevenage-borough-council")
    document = make.make_document(
        slug="plan", title="The plan in full", kind="action-plan", summary="What it says.\n\nMore."
    )
    make.make_version(document=document, published_on=on)
    make.make_version(document=document, published_on=on)
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
        slug="forum", abbreviation="CF", summary="It listens.", responsibilities=RICH, every_count=1, every_unit="month"
    )
    for weeks in (-8, -4, 4, 8):
        make.make_meeting(
            group=group,
            held_on=on + timedelta(weeks=weeks),
            starts=time(18, 30),
            ends=time(20),
            venue="Daneshill House",
        )
    make.make_meeting(group=group, held_on=on + timedelta(weeks=12), is_cancelled=True)
    make.make_route(
        text_number="07700 900123",
        website="https://www.example.org/",
        website_label="Report on the example website",
        hours="9am to 5pm",
        checked_on=on,
    )
    page = make.make_page(slug="long", lead="A long page.", many={"documents": [document]})
    for n in range(1, 6):
        make.make_section(page=page, position=n, body=RICH)
    reason = {"withdrawn_at": make.LONG_AGO, "withdrawal_reason": "It gave a wrong number."}
    make.make_page(slug="withdrawn", replaced_by=Address.objects.of(page).get(), **reason)
    make.make_alert(title="a large fire", link="https://www.example.org/", link_label="Advice from the fire service")
    Partner.objects.filter(pk=council.pk).update(role="The council for the town.", website="https://www.example.org/")
    for model in (Strategy, ActionPlan, Partner):
        model.objects.filter(updated_on=None).update(updated_on=date(2026, 1, 1))
