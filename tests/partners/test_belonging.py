"""Who belonged on a day, as far as it is known, and what hangs on that: seats, leads, meetings that it organises."""

import re
from datetime import date

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pages.coherence import findings
from partners.models import Partner
from sosafe_site.partial_dates import PartialDate
from sosafe_site.periods import Phase
from sosafe_site.publishing.revisions.diff import changes
from tests import make
from tests.admin.test_editing import save, url
from tests.pages.test_seed_document import words

pytestmark = pytest.mark.django_db
NOW = date(2026, 6, 1)
LIST = "/admin/partners/partner/"
CURRENT, ENDED, TO_COME, UNDATED, UNKNOWN = (
    Phase.CURRENT,
    Phase.ENDED,
    Phase.NOT_STARTED,
    Phase.UNDATED,
    Phase.UNKNOWN,
)


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel("2026-06-01 12:00", tick=False):
        yield


def typed(**fields):
    """Days as officers write them, as fields of a record."""
    days = {"starts_on": False, "ends_on": True}
    found = {name: PartialDate.read(fields.pop(name), is_last) for name, is_last in days.items() if name in fields}
    for name, each in found.items():
        fields |= {name: each.day, f"{name}_known": each.known}
    return fields


def partner(earlier=(), **fields):
    made = make.make_partner(**typed(**fields))
    for time in earlier:
        make.make_earlier_standing(partner=made, **typed(**time))
    return Partner.objects.get(pk=made.pk)


def told(sentence, on=NOW):
    return [finding.sentence for finding in findings(on) if sentence in finding.sentence]


@pytest.mark.parametrize(
    ("days", "phases"),
    [
        ({}, {"2010-01-01": UNKNOWN, "2026-05-31": UNKNOWN, "2026-06-01": UNDATED, "2030-01-01": UNDATED}),
        ({"starts_on": "?"}, {"2010-01-01": UNKNOWN, "2026-06-01": UNDATED}),
        ({"ends_on": "31 March 2021"}, {"2010-01-01": UNKNOWN, "2021-03-31": CURRENT, "2021-04-01": ENDED}),
        ({"ends_on": "2027"}, {"2010-01-01": UNKNOWN, "2026-06-01": CURRENT, "2027-06-01": UNKNOWN}),
        ({"starts_on": "2015", "ends_on": "?"}, {"2014-12-31": TO_COME, "2016-01-01": UNKNOWN, "2026-06-01": ENDED}),
        ({"ends_on": "?"}, {"2016-01-01": UNKNOWN, "2026-06-01": ENDED, "2030-01-01": ENDED}),
        ({"starts_on": "2015"}, {"2014-12-31": TO_COME, "2015-06-01": UNKNOWN, "2015-12-31": CURRENT}),
        ({"starts_on": "2015", "ends_on": "June 2021"}, {"2021-06-01": CURRENT, "2021-06-15": UNKNOWN}),
        ({"starts_on": "2015", "ends_on": "by 3 May 2021"}, {"2020-01-01": UNKNOWN, "2021-05-04": ENDED}),
    ],
)
def test_on_days_of_which_nobody_knows_a_partner_neither_belongs_nor_does_not(days, phases):
    found = partner(**days)
    assert {day: found.phase(date.fromisoformat(day)) for day in phases} == phases


@pytest.mark.parametrize(
    ("day", "phase"),
    [
        ("2014-12-31", TO_COME), ("2015-01-01", UNKNOWN), ("2016-01-01", CURRENT), ("2021-03-31", CURRENT),
        ("2021-04-01", ENDED), ("2022-12-31", ENDED), ("2023-01-01", CURRENT), ("2026-06-01", CURRENT),
    ],
)  # fmt: skip
def test_a_partner_that_left_and_came_back_belongs_at_both_times_and_not_between(client, day, phase):
    back = partner(
        slug="b", starts_on="1 January 2023", earlier=[{"starts_on": "2015", "ends_on": "31 March 2021"}], name="Back"
    )
    assert back.phase(date.fromisoformat(day)) == phase
    make.make_site()
    page = words(client.get("/who-belongs/b/", {"on": day}))
    assert "Member from 2015 to 31 March 2021, and again from 1 January 2023." in page
    gap = "Back was not a member of SoSafe. Its last day was 31 March 2021. It came back on 1 January 2023."
    assert (gap in page) is (phase == ENDED)
    assert ("We do not know whether Back was a member of SoSafe on 1 January 2015." in page) is (phase == UNKNOWN)


def test_again_is_said_only_where_it_certainly_was_away():
    unsure = partner(starts_on="2020", earlier=[{"starts_on": "2015", "ends_on": "2020"}])
    assert unsure.belonged == "from 2015 to 2020, and from 2020"
    without = partner(starts_on="1 April 2020", earlier=[{"starts_on": "2015", "ends_on": "31 March 2020"}])
    assert without.belonged == "from 2015"
    lost = partner(earlier=[{"starts_on": "2015", "ends_on": "?"}])
    assert lost.belonged == "from 2015 to a day that is not on record, and since a day that is not on record"


def test_standing_has_days_of_its_own(client):
    make.make_section(page=make.make_page(slug="who-belongs"), shows="partners")
    partner(
        name="Fire", slug="f", standing="responsible-authority", starts_on="1 April 2020",
        earlier=[{"starts_on": "2015", "ends_on": "31 March 2020", "standing": "co-opted"}],
    )  # fmt: skip
    assert "Co-opted members Fire" in words(client.get("/who-belongs/", {"on": "2020-03-31"}))
    assert "Responsible authorities Fire" in words(client.get("/who-belongs/", {"on": "2020-04-01"}))
    page = words(client.get("/who-belongs/f/", {"on": "2020-03-31"}))
    assert "Co-opted member. Member from 2015." in page
    history = "Co-opted member from 2015 to 31 March 2020 Responsible authority from 1 April 2020"
    assert f"Its standing over time {history}" in page


@pytest.mark.parametrize("days", [{}, {"ends_on": "31 March 2021"}, {"starts_on": "2010"}])
def test_who_is_not_known_to_have_belonged_stands_apart(client, days):
    make.make_site()
    make.make_home()
    make.make_section(page=make.make_page(slug="who-belongs", menu="main"), shows="partners")
    partner(name="Police", standing="responsible-authority", slug="p", **days)
    page = words(client.get("/who-belongs/", {"on": "2010-05-01"}))
    assert "We do not know Their dates do not tell whether they belonged on 1 May 2010. Police" in page
    assert "Responsible authorities" not in page
    home = words(client.get("/", {"on": "2010-05-01"}))
    assert "We do not know whether these belonged on 1 May 2010: Police" in home
    assert "No partner is on this site" not in home
    assert "We do not know whether Police was a member of SoSafe on 1 May 2010." in words(
        client.get("/who-belongs/p/", {"on": "2010-05-01"})
    )


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ("31 March 2021", "Its last day was 31 March 2021."),
        ("June 2021", "It left in June 2021."),
        ("2021", "It left in 2021."),
        ("by 3 May 2021", "It left by 3 May 2021."),
        ("?", "The day on which it left is not on record."),
    ],
)
def test_a_leaving_is_told_as_well_as_it_is_known(client, given, sentence):
    make.make_site()
    partner(name="Gone", slug="g", ends_on=given)
    assert f"Gone is no longer a member of SoSafe. {sentence}" in words(client.get("/who-belongs/g/"))


@pytest.mark.parametrize(
    ("given", "day", "name", "sentence"),
    [
        ("2019", "2018-12-31", "Old", "It was called Old until 2019."),
        ("2019", "2019-07-01", "New (called Old until 2019)", ""),
        ("2019", "2020-01-01", "New", ""),
        ("June 2019", "2019-05-31", "Old", "It was called Old until June 2019."),
        ("June 2019", "2019-06-15", "New (called Old until June 2019)", ""),
        ("by 30 June 2019", "2015-01-01", "New (called Old until 30 June 2019 or earlier)", ""),
        ("by 30 June 2019", "2019-07-01", "New", "It was called Old until 30 June 2019 or earlier."),
        ("?", "2015-01-01", "New (once called Old)", "The day on which its name changed is not on record."),
        ("?", "2026-06-01", "New", "It was once called Old."),
    ],
)
def test_a_name_is_claimed_of_no_day_on_which_it_is_not_known(client, given, day, name, sentence):
    renamed = partner(name="New", slug="n", starts_on="2000")
    make.make_earlier_name(partner=renamed, name="Old", **typed(ends_on=given))
    page = words(client.get("/who-belongs/n/", {"on": day}))
    assert Partner.objects.get().name_on(date.fromisoformat(day)) == name
    assert f"{name} Standing in law not stated" in page
    assert sentence in page


@pytest.mark.parametrize(
    ("seat", "on", "where"),
    [
        ({"starts_on": "2015"}, "2020-01-01", "Who belongs to it"),
        ({"starts_on": "2015"}, "2021-03-31", "Who belongs to it"),
        ({"starts_on": "2015"}, "2021-04-01", ""),
        ({"starts_on": "2015"}, "2026-06-01", ""),
        ({"starts_on": "2015", "ends_on": "2019"}, "2019-05-01", "Who may have belonged to it"),
        ({}, "2020-01-01", "Who may have belonged to it"),
        ({"starts_on": "2015", "ends_on": "?"}, "2026-06-01", ""),
    ],
)
def test_a_seat_ends_with_the_membership_of_its_partner(client, seat, on, where):
    gone = partner(name="Gone", slug="gone", starts_on="2010", ends_on="31 March 2021")
    make.make_membership(group=make.make_group(slug="g", name="Joint Group"), partner=gone, **typed(**seat))
    page, own = words(client.get("/meetings/g/", {"on": on})), words(client.get("/who-belongs/gone/", {"on": on}))
    assert ("Gone" in page) is bool(where)
    assert where in page
    assert ("Joint Group" in own) is bool(where)
    assert ("Groups of which we do not know" in own) is ("may" in where)


def test_who_comes_back_does_not_come_back_to_its_seats_by_that(client):
    back = partner(name="Back", starts_on="2023", earlier=[{"starts_on": "2010", "ends_on": "2021"}])
    group = make.make_group(slug="g", name="Joint Group")
    make.make_membership(group=group, partner=back, **typed(starts_on="2015"))
    assert "Back" not in words(client.get("/meetings/g/"))
    assert told("Back is still listed as a member of “Joint Group”, as if it had never left.")
    make.make_membership(group=make.make_group(slug="h"), partner=back, **typed(starts_on="2024"))
    assert "Who belongs to it Back" in words(client.get("/meetings/h/"))


def test_a_seat_that_ended_on_an_unknown_day_makes_room_for_a_later_one():
    seat = make.make_membership(**typed(starts_on="2010", ends_on="?"))
    make.make_membership(group=seat.group, partner=seat.partner, **typed(starts_on="2020"))
    with pytest.raises(ValidationError, match="listed as a member already"):
        make.make_membership(group=seat.group, partner=seat.partner, **typed(starts_on="2021"))


@pytest.mark.parametrize(
    ("on", "lead", "is_told"),
    [
        ("2026-03-31", "Lead partner Gone Cite", False),
        ("2026-04-01", "Lead partner Gone, which left on 31 March 2026. Nobody else is recorded as leading it.", True),
    ],
)
def test_a_body_that_has_gone_leads_nothing_current(client, on, lead, is_told):
    gone = partner(name="Gone", slug="gone", starts_on="2010", ends_on="31 March 2026")
    plan = make.make_plan(slug="p", starts_on=date(2025, 4, 1), ends_on=None)
    priority = make.make_priority(plan=plan, title="Peace", slug="a", body="<p>Text</p>", many={"leads": [gone]})
    make.make_action(priority=priority, what="Walk", many={"leads": [gone]})
    for address in ("/action-plan/", "/action-plan/p/", "/action-plan/p/a/"):
        page = words(client.get(address, {"on": on}))
        assert ("Gone, which left on 31 March 2026. Nobody else is recorded as leading it." in page) is is_told
        assert "Lead: Gone" in page
    own = words(client.get("/who-belongs/gone/", {"on": on}))
    assert ("Priorities that Gone leads Peace" in own) is not is_told
    assert bool(told("The priority “Peace (from 2025)” is led by Gone, which left", date.fromisoformat(on))) is is_told


def test_beside_another_lead_one_that_has_gone_is_told_of_as_gone(client):
    gone = partner(name="Gone", ends_on="2021")
    plan = make.make_plan(slug="p", starts_on=date(2025, 4, 1), ends_on=None)
    leads = {"leads": [gone, partner(name="Here", starts_on="2010")]}
    make.make_priority(plan=plan, slug="a", body="<p>Text</p>", many=leads)
    assert "Here (Gone is recorded too, but left in 2021)" in words(client.get("/action-plan/p/a/"))


def test_a_plan_that_ended_before_its_lead_left_keeps_it(client):
    gone = partner(name="Gone", ends_on="2021")
    make.make_priority(plan=make.make_plan(slug="p"), slug="a", body="<p>Text</p>", many={"leads": [gone]})
    assert "which left" not in words(client.get("/action-plan/p/a/"))


@pytest.mark.parametrize(
    ("held_on", "is_without"), [(date(2026, 6, 30), False), (date(2026, 7, 1), True), (date(2021, 1, 1), False)]
)
def test_a_body_that_has_gone_organises_no_meeting(client, held_on, is_without):
    gone = partner(name="Gone", slug="gone", starts_on="2015", ends_on="30 June 2026")
    make.make_public_meeting(slug="m", title="Meet", partner=gone, held_on=held_on)
    sentence = "The organiser on record is Gone, a member from 2015 to 30 June 2026. No other is recorded."
    page = words(client.get("/meetings/public/m/"))
    assert (sentence in page) is is_without
    assert ("Organiser Gone" in page) is not is_without
    past = "past/" if held_on < NOW else ""
    rows = words(client.get(f"/meetings/public/{past}"))
    assert ("Organised by Gone" in rows) is not is_without
    assert (sentence.removesuffix(".") in rows) is is_without
    calendar = client.get("/meetings/public/m/calendar.ics").content.decode().replace("\r\n ", "")
    assert ("Organised by Gone" in calendar) is not is_without
    assert bool(told("Gone (from 2015 to 30 June 2026) is still named as the organiser")) is is_without


def test_a_partner_tells_what_it_includes_and_who_runs_it(client):
    council = partner(name="Council", slug="c")
    hidden = make.make_partner(name="Xanadu", published_at=None)
    team = partner(name="Team", slug="t", run_by=council)
    council.includes.set([team, hidden])
    page = words(client.get("/who-belongs/c/"))
    assert "It includes Team" in page
    assert "It runs Team" in page
    assert "Xanadu" not in page
    page = words(client.get("/who-belongs/t/"))
    assert "It is part of Council" in page
    assert "It is run by Council" in page


def refused(client, record, **sent):
    with pytest.raises(AssertionError) as error:
        save(client, url(record, "change"), **sent)
    return str(error.value)


@pytest.mark.parametrize("relation", ["successors", "includes", "run_by"])
def test_a_body_neither_follows_nor_includes_nor_runs_itself(admin_client, relation):
    delta = partner(name="Delta")
    assert "can’t be chosen here: it is this one itself" in refused(admin_client, delta, **{relation: str(delta.pk)})
    delta.run_by = delta
    words = {"successors": "followed by itself", "includes": "a part of itself", "run_by": "run by itself"}[relation]
    rule = {"successors": delta.refuse_successors, "includes": delta.refuse_parts, "run_by": lambda _: delta.clean()}
    with pytest.raises(ValidationError, match=f"A body can’t be {words}. Choose another."):
        rule[relation]([delta])


def test_bodies_that_go_round_in_a_circle_are_refused_with_the_reason(admin_client):
    one, two, three = (partner(name=name) for name in ("One", "Two", "Three"))
    one.successors.set([two])
    two.successors.set([three])
    reason = "“One” is followed by “Three” already, so it can’t be the other way round, too."
    assert reason in refused(admin_client, three, successors=str(one.pk))
    one.includes.set([two])
    assert "“Two” is a part of “One” already" in refused(admin_client, two, includes=str(one.pk))
    Partner.objects.filter(pk=one.pk).update(run_by=two)
    assert "“One” is run by “Two” already" in refused(admin_client, two, run_by=str(one.pk))


@pytest.mark.parametrize(("ends_on", "is_fit"), [("2018", False), ("31 March 2021", True), ("2021", True), ("?", True)])
def test_what_had_gone_before_did_not_follow(admin_client, ends_on, is_fit):
    old = partner(name="Old", ends_on="31 March 2021")
    new = partner(name="New", ends_on=ends_on)
    if is_fit:
        save(admin_client, url(old, "change"), successors=str(new.pk))
        assert not told("is followed by")
        return
    reason = "“New (until 2018)” ended before it could follow this one. Check the days of both."
    assert reason in refused(admin_client, old, successors=str(new.pk))
    old.successors.set([new])
    assert told("“Old” is followed by “New”, which ended before it: check both.")
    with pytest.raises(ValidationError, match="so it can’t have ended before that"):
        new.full_clean()


def test_officers_hear_of_bodies_that_follow_themselves():
    one, two = partner(name="One"), partner(name="Two")
    one.successors.set([two])
    two.successors.set([one])
    assert told("“One” is followed by “Two”, which is followed by it: check both.")
    one.successors.set([one])
    assert told("“One” is followed by itself.")


def test_what_is_not_on_record_is_not_asked_for_again():
    partner(name="Asked")
    partner(name="Answered", starts_on="?")
    assert told("“Asked”: the day on which it joined is missing.")
    assert not told("“Answered”: the day on which it joined")
    renamed = partner(name="Renamed", starts_on="?")
    make.make_earlier_name(partner=renamed, name="Before", ends_on=None)
    make.make_earlier_name(partner=renamed, name="Long before", **typed(ends_on="?"))
    assert told("of its earlier name") == ["“Renamed”: the last day of its earlier name “Before” is missing."]


def test_an_officer_enters_an_earlier_time_on_the_form_and_one_that_runs_into_the_present_is_refused(admin_client):
    back = partner(name="Back", starts_on="2023")
    row = {
        "earlier_standings-TOTAL_FORMS": 1,
        "earlier_standings-0-partner": str(back.pk),
        "earlier_standings-0-standing": "co-opted",
        "earlier_standings-0-starts_on": "2015",
    }
    assert "The present time, above, begins before this one ends." in refused(
        admin_client, back, **row, **{"earlier_standings-0-ends_on": "31 March 2024"}
    )
    assert "An earlier time is over" in refused(admin_client, back, **row)
    save(admin_client, url(back, "change"), **row, **{"earlier_standings-0-ends_on": "2021"})
    assert Partner.objects.get().belonged == "from 2015 to 2021, and again from 2023"


def listed(client, **query):
    """The words of the list in the admin."""
    rows = client.get(LIST, query).content.decode().partition("<tbody>")[2]
    return " ".join(re.sub("<[^>]*>", " ", rows).split())


def test_officers_see_in_the_list_how_each_stands_and_find_one_by_a_former_name(admin_client):
    costs = []
    for number in (1, 2):
        back = partner(name=f"Back {number}", starts_on="2023", earlier=[{"starts_on": "2015", "ends_on": "2021"}])
        with CaptureQueriesContext(connection) as captured:
            page = listed(admin_client)
        costs.append(len(captured))
        assert f"Back {number} Standing in law not stated Member" in page
    assert costs[0] == costs[1]
    partner(name="Elsewhere", ends_on="?")
    assert "Elsewhere Standing in law not stated Former member" in listed(admin_client)
    make.make_earlier_name(partner=back, name="Probation Trust")
    found = listed(admin_client, q="probation")
    assert "Back 2" in found
    assert "Elsewhere" not in found


def test_the_history_names_an_earlier_time_by_its_standing():
    content = {"parts": {"earlier_standings": {"1": {"starts_on": "2015", "ends_on": "2021", "standing": "co-opted"}}}}
    added = changes(Partner, {}, {"fields": {}, **content})
    assert [change.sentence for change in added] == ["Earlier standing “Co-opted member” added."]
