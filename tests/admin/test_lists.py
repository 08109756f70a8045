"""The lists of the admin: whatever is asked of them, and as sheets."""

import csv
import io
from contextlib import suppress
from datetime import date
from itertools import product

import pytest
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.auth.models import Permission, User
from django.core.exceptions import SuspiciousOperation
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from meetings.models import Group, Meeting, PublicMeeting
from pages.models import AccessibilityStatement, Page, SiteSettings
from partners.models import Partner, Strategy
from sosafe_site.urls import admin  # once they are loaded, what is registered is complete
from tests import make
from tests.admin.test_editing import url
from tests.content import fill, seed
from tests.test_queries import populate
from tests.tools import more_queries

pytestmark = pytest.mark.django_db
MODELS = list(admin.site._registry)
LISTS = [model for model in MODELS if model not in (SiteSettings, AccessibilityStatement)]  # there is one of each
LOOKUPS = ["exact", "in", "isnull", "gte", "year", "nothing"]
VALUES = ["", "\x00", "9" * 40, "(", "-1", "2027-13-45", "é", "None", "{}", "%", "'", "1,2", "0001-01-01"]
ODD = ["p", "o", "q", "e", "all", "_facets", "_popup", "_to_field", "state", "phase", "id", "pk", "nothing", "__", "on"]


@pytest.fixture
def officer(client, db):
    """Who may do what the tests give."""
    account = make.make_onlooker()
    client.force_login(account)

    def may(*codenames):
        account.user_permissions.set(Permission.objects.filter(codename__in=[*codenames, "view_revision"]))
        return client

    return may


def sheet_of(client, model, **asked):
    response = client.get(url(model, "sheet"), asked)
    assert response.status_code == 200
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    text = response.content.decode()
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:])))


def test_no_odd_address_of_a_list_is_an_error_of_the_site(admin_client):
    seed()
    for model in (PublicMeeting, User):
        for name in ODD:
            for value in VALUES[:5]:
                response = admin_client.get(url(model, "changelist"), {name: value})
                assert response.status_code in (200, 302, 400), (model, name, value)


def test_no_odd_filter_of_a_list_is_an_error_of_the_site(rf, admin_user):
    seed()
    for model, model_admin in admin.site._registry.items():
        for field in [field.name for field in model._meta.get_fields()]:
            for lookup, value in [*(("iregex", value) for value in ("(", "a")), *product(LOOKUPS, VALUES[1:4])]:
                request = rf.get("/", {f"{field}__{lookup}": value})
                request.user = admin_user
                with suppress(SuspiciousOperation, IncorrectLookupParameters):
                    list(model_admin.get_changelist_instance(request).result_list)


def test_filters_of_the_lists_still_work(admin_client):
    page = make.make_page(title="At the foot")
    make.make_page(title="Below", menu="", parent=page)
    shown = admin_client.get(url(Page, "changelist"), {"menu__exact": "footer"}).content.decode()
    assert "At the foot" in shown
    assert ">Below<" not in shown
    assert admin_client.get(url(Page, "changelist"), {"title__iregex": "At"}).status_code == 400


def test_a_list_is_downloaded_as_it_is_filtered_and_searched_in_officers_words(admin_client):
    make.make_strategy(title="Old, and gone", period_label="2018-21")
    make.make_strategy(title="Draft", published_at=None, standing="proposed")
    assert sheet_of(admin_client, Strategy, state="draft", q="Dra") == [
        ["Strategy", "Years", "Today", "Days confirmed", "State"],
        ["Draft 2018 to 2021", "2018 to 2021", "Draft, not recorded as agreed", "No", "Draft"],
    ]
    assert len(sheet_of(admin_client, Strategy)) == 3
    page = admin_client.get(url(Strategy, "changelist"), {"state": "draft"}).content.decode()
    assert f'href="{url(Strategy, "sheet")}?state=draft"' in page


def test_days_are_iso_and_links_are_left_out(admin_client):
    group = make.make_group(name="Café group")
    make.make_meeting(group=group, held_on=date(2027, 1, 2), venue="")
    assert sheet_of(admin_client, Meeting)[1][:2] == ["2027-01-02", "Café group"]
    assert sheet_of(admin_client, Group)[0] == ["Name", "Abbreviation", "Meets", "State"]


@pytest.mark.parametrize("typed", ["=1+1", "+44 1438", "-2", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_cell_is_a_formula(admin_client, typed):
    Page.objects.bulk_create([Page(title=typed, slug="a", menu="footer")])
    assert sheet_of(admin_client, Page)[1][0] == f"'{typed.strip()}", "white space at the ends passes no gate"


def test_a_list_and_its_sheet_cost_the_same_queries_whatever_their_length(admin_client):
    populate(1)
    few = costs(admin_client)
    for n in range(3):
        group = make.make_group(reports_to=Group.objects.first())
        make.make_meeting(group=group, minutes=make.make_document(kind="minutes"))
        make.make_public_meeting()
        make.make_page(menu="", parent=make.make_page())
        make.make_action(
            priority=make.make_priority(plan=(plan := make.make_plan()), parent=make.make_priority(plan=plan))
        )
        make.make_objective()
        make.make_note(make.make_partner())
        make.make_post(deputy=make.make_post())
        make.make_case_review_year(starts_on=date(1990 + n, 1, 1), ends_on=date(1990 + n, 12, 31))
    assert more_queries(costs(admin_client), few) == {}


def costs(client):
    found = {}
    for address in (url(model, action) for model in LISTS for action in ("changelist", "sheet")):
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        found[address] = len(captured)
    return found


def test_a_sheet_has_all_pages_of_a_list(admin_client):
    Partner.objects.bulk_create([Partner(name=f"Partner {n}", slug=f"p{n}") for n in range(250)])
    assert len(sheet_of(admin_client, Partner, p="2")) == 251


def test_only_who_may_see_a_list_gets_its_sheet(officer, client):
    make.make_page(title="Xanadu")
    assert officer("view_strategy").get(url(Page, "sheet")).status_code == 403
    assert "Xanadu" in officer("view_page").get(url(Page, "sheet")).content.decode()
    client.logout()
    assert client.get(url(Page, "sheet")).status_code == 302
    assert client.post(url(Page, "sheet")).status_code in (302, 405)


def test_a_full_site_has_a_sheet_of_every_list(admin_client):
    fill()
    for model in MODELS:
        assert len(sheet_of(admin_client, model)) >= 1
    assert reverse("admin:auth_user_sheet")


@pytest.mark.parametrize("asked", ["2019 to 2020", "2019-2020", "plan 2019 to 2020", "2019", "crime 2019 to 2020"])
def test_lists_and_choosers_find_the_years_that_they_show(admin_client, db, asked):
    plan = make.make_plan(title="Our plan against crime", slug="one")
    make.make_plan(title="Our plan against crime", slug="two", starts_on=date(2021, 4, 1), ends_on=date(2022, 3, 31))
    priority = make.make_priority(plan=plan, title="Crime by plan", slug="one")
    for record, field in (
        (plan, ("partners", "priority", "plan")),
        (priority, ("partners", "continuation", "earlier")),
    ):
        listed = admin_client.get(url(record, "changelist"), {"q": asked}).context["cl"].result_list
        assert [each.pk for each in listed] == [record.pk]
        query = dict(zip(("app_label", "model_name", "field_name"), field, strict=True))
        chosen = admin_client.get("/admin/autocomplete/", {**query, "term": asked}).json()["results"]
        assert [each["id"] for each in chosen] == [str(record.pk)]


def test_a_state_is_a_word_with_a_shape_in_the_list_and_the_word_alone_in_a_sheet(admin_client):
    make.make_page(title="Out now", slug="a")
    listed = admin_client.get("/admin/pages/page/").content.decode()
    assert '<span class="chip" data-state="published">Published</span>' in listed
    heads, row, *_ = sheet_of(admin_client, Page)
    assert row[heads.index("State")] == "Published"
