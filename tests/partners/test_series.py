"""Series: what follows what is asked within one; with the partnership's own alone, nothing tells of any."""

from datetime import date

import pytest
from django.db.models import ProtectedError

from partners.models import ActionPlan, Series, Strategy
from partners.rollover import Rollover, beginning_with, next_of
from tests import make
from tests.admin.test_editing import url
from tests.forms import Form
from tests.pages.test_dates import on
from tests.pages.test_seed_document import words

TODAY = date(2024, 6, 1)
KINDS = [(make.make_strategy, "/strategy/"), (make.make_plan, "/action-plan/")]
YEARS = make.typed(starts_on="2024-04-01", ends_on="2027-03-31")


@pytest.fixture
def bedwell(db):
    make.make_site()
    return Series.objects.create(name="Bedwell", owner="Bedwell Board", area="Bedwell ward", position=2)


@pytest.mark.parametrize(("make_one", "address"), KINDS)
def test_the_partnerships_own_leads_and_the_others_stand_below_under_their_names(client, bedwell, make_one, address):
    make_one(title="Own", **YEARS)
    make_one(title="Local", series=bedwell, **YEARS)
    make_one(title="Older", series=bedwell, **make.typed(starts_on="2020-04-01", ends_on="2024-03-31"))
    youth = Series.objects.create(name="Young people", position=1)
    make_one(title="Over", series=youth, **make.typed(starts_on="2020-04-01", ends_on="2021-03-31"))
    with on(TODAY):
        page = words(client.get(address))
    own, _, others = page.partition("Young people")
    assert "Own 2024 to 2027" in own
    assert "Local" not in own
    assert "Over 2020 to 2021" in others.partition("Bedwell")[0]
    assert "Bedwell Bedwell Board, Bedwell ward Local 2024 to 2027 In force." in others
    assert "Older" not in page, "it is on the page of the series' newest"


@pytest.mark.parametrize(("make_one", "address"), KINDS)
def test_what_holds_elsewhere_does_not_hold_here(client, bedwell, make_one, address):
    make_one(title="Own", **make.typed(starts_on="2020-04-01", ends_on="2024-03-31"))
    make_one(title="Local", slug="local", series=bedwell, **YEARS)
    with on(TODAY):
        assert "today, 1 June 2024. The last was the Own 2020 to 2024." in words(client.get(address))
        assert "Bedwell (Bedwell Board, Bedwell ward)" in words(client.get(f"{address}local/"))


def test_the_line_of_a_series_holds_its_own_alone_and_says_whose_it_is(client, bedwell):
    make.make_strategy(title="Own", **YEARS)
    make.make_strategy(title="Local", slug="local", series=bedwell, **YEARS)
    page = words(client.get("/strategy/local/"))
    assert "Bedwell: its strategies by year" in page
    assert "Own 2024" not in page


def test_what_is_withdrawn_or_a_draft_leaves_no_heading_behind(client, bedwell):
    make.make_strategy(title="Own", **YEARS)
    make.make_strategy(series=bedwell, published_at=None, **YEARS)
    assert "Bedwell" not in words(client.get("/strategy/"))


def test_the_next_plan_stays_in_its_series_and_takes_its_strategy(bedwell):
    make.make_strategy(title="Own", ends_on=None)
    local = make.make_strategy(title="Local", series=bedwell, ends_on=None)
    first = make.make_plan(slug="own", is_period_confirmed=True)
    plan = make.make_plan(slug="local", series=bedwell, is_period_confirmed=True)
    for each in (first, plan):
        new = next_of(each)
        assert not beginning_with(new), "the next of the one is not the next of the other"
        Rollover(each, new).make()
    new = ActionPlan.objects.get(series=bedwell, published_at=None)
    assert (new.strategy, new.starts_on) == (local, date(2020, 4, 1))


def test_no_form_and_no_page_tells_of_series_until_there_is_one(admin_client, client, db):
    strategy, plan = make.make_strategy(), make.make_plan()
    for record in (strategy, plan):
        form = Form(admin_client, url(record, "change"))
        assert "series" not in form.fields
        assert "Series" not in form.response.content.decode()
        assert "series" not in words(client.get(record.get_absolute_url())).lower()
    assert "Series of strategies and plans" in admin_client.get("/admin/").content.decode(), "where one is made"
    bedwell = Series.objects.create(name="Bedwell")
    for record in (strategy, plan):
        form = Form(admin_client, url(record, "change"))
        response = form.press("_publish", series=str(bedwell.pk), change_note="It is Bedwell’s.")
        assert response.status_code == 302, form.problems()
        record.refresh_from_db()
        assert record.series == bedwell


def test_a_series_is_kept_while_something_belongs_to_it(bedwell):
    make.make_strategy(series=bedwell)
    with pytest.raises(ProtectedError):
        bedwell.delete()
    assert Strategy.objects.get().series == bedwell


@pytest.mark.parametrize(("make_one", "address"), KINDS)
def test_what_can_not_have_followed_is_refused_with_the_reason_and_nothing_is_lost(admin_client, db, make_one, address):
    before = make_one(title="Before", **make.typed(starts_on="2015-04-01", ends_on="2018-03-31"))
    record = make_one(title="Now", standing="proposed", **YEARS)
    for other, reason in (
        (record, "it is this one itself"),
        (before, "“Before 2015 to 2018” ended before this one began, so it can’t have followed it."),
    ):
        form = Form(admin_client, url(record, "change"))
        assert form.press("_publish", followed_by=str(other.pk), summary="Typed words.").status_code == 200
        assert reason in str(form.problems())
        assert form["summary"] == "Typed words."
    record.refresh_from_db()
    assert record.followed_by is None
