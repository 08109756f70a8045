"""What the pages say about today: the clock is moved over the boundaries and nothing is edited."""

from datetime import UTC, date, datetime

import pytest
import time_machine

from meetings.models import Group
from pages.models import Page, ReportingRoute
from partners.models import ActionPlan, Objective, Partner, Priority, Strategy
from sosafe_site.publishing.models import Document
from tests import make
from tests.content import seed
from tests.pages.test_seed_document import words


def on(day):
    """Noon in London, well inside the day."""
    return time_machine.travel(datetime(day.year, day.month, day.day, 12, tzinfo=UTC), tick=False)


@pytest.fixture
def _seed(db):
    with on(date(2015, 1, 1)):
        seed()


NONE_IN_FORCE = "We hold no {noun} for today,"


@pytest.mark.usefixtures("_seed")
@pytest.mark.parametrize(
    ("day", "is_in_force", "latest"),
    [
        (date(2015, 3, 31), False, None),
        (date(2015, 4, 1), True, "Community Safety Strategy 2015 to 2018"),
        (date(2018, 3, 31), True, "Community Safety Strategy 2015 to 2018"),
        (date(2018, 4, 1), True, "Community Safety Strategy 2018 to 2021"),
        (date(2021, 3, 31), True, "Community Safety Strategy 2018 to 2021"),
        (date(2021, 4, 1), False, "Community Safety Strategy 2018 to 2021"),
        (date(2026, 11, 23), False, "Community Safety Strategy 2018 to 2021"),
    ],
)
def test_the_strategy_page_leads_to_what_holds_today(client, day, is_in_force, latest):
    with on(day):
        page = words(client.get("/strategy/"))
    assert (NONE_IN_FORCE.format(noun="strategy") in page) is not is_in_force
    assert ("The last was the" in page) is (not is_in_force and latest is not None)
    if latest and not is_in_force:
        assert f"The last was the {latest}. " in page.replace(" .", ".")
    elif latest:
        assert f"{latest} In force" in page


@pytest.mark.usefixtures("_seed")
@pytest.mark.parametrize(
    ("day", "is_in_force"),
    [
        (date(2019, 3, 31), False),
        (date(2019, 4, 1), True),
        (date(2020, 3, 31), True),
        (date(2020, 4, 1), False),
    ],
)
def test_the_action_plan_page_and_the_home_page_tell_whether_a_plan_holds(client, day, is_in_force):
    with on(day):
        plans, home = words(client.get("/action-plan/")), words(client.get("/"))
    assert (NONE_IN_FORCE.format(noun="action plan") in plans) is not is_in_force
    assert ("SoSafe Action Plan 2019 to 2020: In force" in home) is is_in_force
    ended = "These priorities are those of the SoSafe Action Plan 2019 to 2020. As far as we know, it ended in 2020."
    assert (ended in home) is (day > date(2020, 3, 31))


@pytest.mark.usefixtures("_seed")
def test_today_every_page_concerned_says_that_its_time_is_over(client):
    with on(date(2026, 11, 23)):
        assert "This strategy has ended. It ran from 2015 to 2018." in words(client.get("/strategy/2015-2018/"))
        assert "Community Safety Strategy 2018 to 2021" in words(client.get("/strategy/2015-2018/reduce-crime/"))
        for address in ("/action-plan/2019-2020/", "/action-plan/2019-2020/knife-crime/"):
            assert "This action plan has ended. It ran from 2019 to 2020." in words(client.get(address))
        bench = words(client.get("/who-belongs/bench-community-rehabilitation-company/"))
        assert "is no longer a member of SoSafe. Its last day was 25 June 2021." in bench


@pytest.mark.usefixtures("_seed")
@pytest.mark.parametrize(("day", "is_member"), [(date(2021, 6, 25), True), (date(2021, 6, 26), False)])
def test_a_partner_belongs_through_its_last_day(client, day, is_member):
    with on(day):
        page = words(client.get("/who-belongs/"))
        assert ("Former members BeNCH" in page) is not is_member
        assert ("BeNCH" in words(client.get("/"))) is is_member


@pytest.mark.usefixtures("_seed")
def test_the_day_changes_at_midnight_in_london(client):
    last_minute_of_summer_day = datetime(2026, 6, 30, 22, 59, tzinfo=UTC)
    make.make_strategy(title="Midnight", starts_on=date(2026, 7, 1), ends_on=None)
    with time_machine.travel(last_minute_of_summer_day, tick=False):
        assert NONE_IN_FORCE.format(noun="strategy") in words(client.get("/strategy/"))
    with time_machine.travel(datetime(2026, 6, 30, 23, 0, tzinfo=UTC), tick=False):
        assert NONE_IN_FORCE.format(noun="strategy") not in words(client.get("/strategy/"))


def test_a_proposed_strategy_is_shown_but_never_holds(client, db):
    make.make_strategy(slug="next", title="Idea", standing="proposed", starts_on=date(2020, 1, 1), ends_on=None)
    with on(date(2026, 1, 1)):
        page = words(client.get("/strategy/"))
        assert NONE_IN_FORCE.format(noun="strategy") in page
        assert "There is a draft for consultation, the Idea from 2020." in page
        own = words(client.get("/strategy/next/"))
    assert "This strategy is a draft for consultation. It has not been agreed." in own


def test_several_strategies_in_force_stand_newest_first(client, db):
    make.make_strategy(title="Older", starts_on=date(2020, 1, 1), ends_on=None)
    make.make_strategy(title="Newer", starts_on=date(2022, 1, 1), ends_on=None)
    with on(date(2026, 1, 1)):
        page = words(client.get("/strategy/"))
    headings = page.partition("Show Newer from 2022")[2]
    assert "Older from 2020" in headings, "below the form for another day"


def test_an_undated_plan_is_marked_and_never_in_force(client, db):
    make.make_plan(slug="some", title="Some plan", starts_on=None, ends_on=None)
    page = words(client.get("/action-plan/"))
    assert "We know of no action plan in force today," in page
    assert "Some plan (dates not stated) Dates not stated" in page
    assert "The dates of this action plan are not stated." in words(client.get("/action-plan/some/"))


def test_exact_days_show_once_they_are_confirmed(client, db):
    make.make_strategy(slug="s", is_period_confirmed=True, agreed_on=date(2018, 3, 1))
    page = words(client.get("/strategy/s/"))
    assert "It ran from 1 April 2018 to 31 March 2021. It was agreed on 1 March 2018." in page


@pytest.mark.parametrize(
    ("moment", "is_shown"),
    [
        (datetime(2026, 6, 1, 10, 59, 59, tzinfo=UTC), False),
        (datetime(2026, 6, 1, 11, 0, tzinfo=UTC), True),
        (datetime(2026, 6, 1, 12, 59, 59, tzinfo=UTC), True),
        (datetime(2026, 6, 1, 13, 0, tzinfo=UTC), False),
    ],
)
def test_an_alert_shows_on_every_page_from_its_start_to_its_end(client, db, moment, is_shown):
    start, end = datetime(2026, 6, 1, 11, tzinfo=UTC), datetime(2026, 6, 1, 13, tzinfo=UTC)
    seed()
    make.make_alert(title="large fire", starts_at=start, ends_at=end)
    with time_machine.travel(moment, tick=False):
        make.Page.objects.update(published_at=make.LONG_AGO)
        for address in ("/", "/privacy/", "/strategy/", "/nothing-here/"):
            assert ("Urgent: large fire" in words(client.get(address))) is is_shown


@time_machine.travel(datetime(2026, 6, 1, 13, 15, tzinfo=UTC), tick=False)
def test_an_alert_tells_when_it_was_updated_in_londons_time(client, db):
    make.make_alert()
    assert "Updated 2:15pm on 1 June 2026" in words(client.get("/strategy/"))


NEVER = "We have not checked this page yet."


@pytest.mark.usefixtures("_seed")
@pytest.mark.parametrize("address", ["/", "/strategy/", "/action-plan/", "/what-we-do/", "/documents/", "/get-help/"])
def test_what_a_page_lists_does_not_date_the_words_around_it(client, address):
    listed = (Strategy, Objective, ActionPlan, Priority, Partner, Group, Document, ReportingRoute)
    for model in listed:
        assert model.objects.update(updated_on=date(2026, 5, 1)), model
    page = words(client.get(address))
    assert NEVER in page
    assert "Last changed" not in page
    assert "wording as last edited on 1 May 2026." in words(client.get(address, {"on": "2019-05-01"})), "all of it"
    Page.objects.update(updated_on=date(2020, 2, 3))
    assert "Last changed 3 February 2020." in words(client.get(address))


@pytest.mark.parametrize(
    ("maker", "part"),
    [
        (make.make_strategy, lambda whole: make.make_objective(strategy=whole, updated_on=date(2026, 5, 1))),
        (make.make_plan, lambda whole: make.make_priority(plan=whole, updated_on=date(2026, 5, 1))),
        (
            make.make_priority,
            lambda whole: make.make_priority(plan=whole.plan, parent=whole, updated_on=date(2026, 5, 1)),
        ),
    ],
)
def test_a_part_dates_the_page_that_shows_its_words_but_does_not_vouch_for_the_others(client, db, maker, part):
    whole = maker()
    part(whole)
    page = words(client.get(whole.get_absolute_url()))
    assert NEVER in page
    assert "Last changed" not in page
    type(whole).objects.filter(pk=whole.pk).update(updated_on=date(2020, 2, 3))
    assert "Last changed 1 May 2026." in words(client.get(whole.get_absolute_url()))
