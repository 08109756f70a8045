"""Four times as much of everything: a page costs as many queries, and shows no more of a long list than before."""

import re

from django.contrib import admin
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from partners.models import Partner
from sosafe_site.periods import today
from sosafe_site.publishing.feeds import NEWEST
from sosafe_site.publishing.paging import SHOWN
from tests import make
from tests.content import seed
from tests.growth import grow
from tests.tools import more_queries

# Of each page that lists what grows: how the links of that list look, and how many of them there may be.
PAGES = {
    "/": (r"/who-belongs/[^/\"]+/", SHOWN),
    "/who-belongs/": (r"<h4[^>]*>.*?</h4>", SHOWN),
    "/who-belongs/partner-0/": (r"/action-plan/plan-\d+/", SHOWN),
    "/strategy/": (r"/strategy/strategy-\d+/", SHOWN + 3),  # three in the line of time
    "/strategy/strategy-0/": (r"/strategy/strategy-\d+/", SHOWN + 3),
    "/strategy/strategy-0/1/": (r"/action-plan/plan-\d+/", 3),
    "/action-plan/": (r"/action-plan/plan-\d+/\"", SHOWN + 1),
    "/action-plan/plan-0/": (r"/action-plan/plan-\d+/\"", SHOWN + 1),
    "/action-plan/plan-0/1/": (r"/who-belongs/partner-\d+/", 1),
    "/meetings/": (r"/meetings/[a-z]+/", SHOWN),
    "/meetings/group/": (r"/documents/document-\d+/", 53 + 11),  # of a year of weeks, and those to come
    "/meetings/public/": (r"/meetings/public/public-\d+/", SHOWN),
    "/meetings/public/past/": (r"/meetings/public/public-\d+/", SHOWN),
    "/meetings/public/public-0/": (r"/who-belongs/partner-\d+/", 1),
    "/get-involved/": (r"/meetings/public/public-\d+/", 3),
    "/documents/": (r"/documents/document-\d+/", SHOWN),
    "/documents/document-0/": (r"/action-plan/plan-\d+/", SHOWN),
    "/updates/": (r"/(?:action-plan|documents)/[a-z]+-\d+/", SHOWN),
    "/asb-case-review/": (r"<caption>[^<]+", SHOWN),
    "/updates.atom": (r"<entry>.*?</entry>", NEWEST),
    "/meetings/dates.atom": (r"<entry>.*?</entry>", NEWEST),
    "/nothing-here/": (r"/page-\d+/", 0),  # of the many pages, menus name only those that are to be in them
}
# These are asked by programs and name everything, in a fixed number of queries.
WHOLE = ["/sitemap.xml", "/meetings/public/calendar.ics", "/meetings/group/calendar.ics"]


def visit(client, count):
    """With so much of everything: of each address the number of queries, and what its list shows."""
    found = {}
    with transaction.atomic():
        grow(count, today())
        for address in [*PAGES, *WHOLE]:
            with CaptureQueriesContext(connection) as captured:
                response = client.get(address)
            assert response.status_code == (404 if address == "/nothing-here/" else 200), address
            links = re.findall(PAGES[address][0], response.content.decode(), re.DOTALL) if address in PAGES else []
            found[address] = (len(captured), len(set(links)))
        transaction.set_rollback(True)
    return found


def test_four_times_as_much_costs_no_query_more_and_makes_no_page_longer(client, db):
    seed()
    some, many = visit(client, 30), visit(client, 120)
    queries_of_many, queries_of_some = ({at: queries for at, (queries, _) in each.items()} for each in (many, some))
    assert more_queries(queries_of_many, queries_of_some) == {}
    for address, (_, most) in PAGES.items():
        assert bool(some[address][1]) == bool(most), f"{address} shows what the test is about"
        assert many[address][1] <= most, address


def forms(site):
    """Of every kind of record: its list, its empty form and the form of one."""
    for model in site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        yield reverse(f"{name}_changelist")
        yield reverse(f"{name}_add")
        if record := model._default_manager.order_by("pk").first():
            yield reverse(f"{name}_change", args=[record.pk])


def test_four_times_as_much_costs_officers_no_query_more_and_makes_no_menu_of_choices_longer(admin_client, db):
    seed()
    addresses = [reverse("admin:index"), *forms(admin.site)]
    for address in addresses:
        admin_client.get(address)  # what is asked once in a process, such as the kinds of content
    counted = []
    # On every day that is looked at something is to come: what is not there costs nothing
    make.make_public_meeting(held_on=make.FAR_AHEAD.date(), partner=Partner.objects.first())
    for count in (30, 120):
        with transaction.atomic():
            grow(count, today())
            found = {}
            for address in addresses:
                with CaptureQueriesContext(connection) as captured:
                    page = admin_client.get(address).content.decode()
                found[address] = (len(captured), page.count("<option"), page.count("__id__exact="))
            counted.append(found)
            transaction.set_rollback(True)
    some, many = counted
    assert more_queries(*({at: queries for at, (queries, *_) in each.items()} for each in (many, some))) == {}
    assert {address: choices for address, (_, *choices) in many.items() if choices != [*some[address][1:]]} == {}
