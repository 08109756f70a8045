from datetime import date, time, timedelta

import pytest
import time_machine

from meetings.models import Group, Meeting
from pages.coherence import findings
from sosafe_site.publishing.templatetags.publishing import clock
from tests.forms import Form
from tests.make import (
    make_chair,
    make_document,
    make_earlier_name,
    make_group,
    make_meeting,
    make_membership,
    make_page,
    make_partner,
    make_section,
)
from tests.pages.test_seed_document import words

TODAY = date(2026, 6, 1)


def test_a_partners_page_names_the_groups_that_it_belongs_to_on_the_day(client, db):
    group = make_group(name="Joint Action Group")
    member = make_membership(group=group, starts_on=date(2026, 1, 1), ends_on=date(2026, 6, 30))
    make_membership(group=make_group(name="Xanadu", published_at=None), partner=member.partner)
    address = member.partner.get_absolute_url()
    assert "Joint Action Group" in client.get(address, {"on": "2026-06-30"}).content.decode()
    assert "Joint Action Group" not in client.get(address, {"on": "2026-07-01"}).content.decode()
    assert "Xanadu" not in client.get(address, {"on": "2026-06-30"}).content.decode()


def test_a_meeting_is_to_come_until_its_day_has_passed(db):
    group = make_group()
    yesterday, today, tomorrow = (
        make_meeting(group=group, held_on=date(2026, m, d)) for m, d in ((5, 31), (6, 1), (6, 2))
    )
    assert list(Meeting.objects.upcoming(TODAY)) == [today, tomorrow]
    assert list(Meeting.objects.past(TODAY)) == [yesterday]


PATTERN = {"every_count": 4, "every_unit": "week"}
PAST, TO_COME = date(2026, 5, 1), date(2026, 7, 1)


@pytest.mark.parametrize(
    ("fields", "days", "sentence"),
    [
        ({}, [], "How often it meets is not stated. No date is published."),
        ({}, [TO_COME], "How often it meets is not stated. Next meets on Wednesday 1 July 2026."),
        ({"every_unit": "date"}, [TO_COME], "Meets on named dates. Next meets on Wednesday 1 July 2026."),
        (PATTERN, [], "Meets every four weeks. No date is published."),
        (PATTERN, [TO_COME], "Meets every four weeks. Next meets on Wednesday 1 July 2026."),
        (PATTERN, [PAST], "Meets every four weeks. Last date: Friday 1 May 2026. No date to come is published."),
        (
            {"every_count": 5, "every_unit": "times"},
            [TO_COME],
            "Meets five times a year. Next meets on Wednesday 1 July",
        ),
        (
            {**PATTERN, "pattern_note": "Not in August."},
            [TO_COME],
            "Meets every four weeks. Not in August. Next meets on",
        ),
        ({"pattern_note": "When it is needed."}, [], "When it meets When it is needed. No date is published."),
        (PATTERN, [date(2026, 4, 6)], "Meets every four weeks. Last date: Monday 6 April 2026."),
        (
            PATTERN,
            [date(2026, 4, 5)],
            "It should meet every four weeks. The last meeting we know of was on Sunday 5 April 2026. "
            "No date to come is published.",
        ),
        (PATTERN, [date(2021, 5, 4), TO_COME], "Meets every four weeks. Next meets on Wednesday 1 July 2026."),
    ],
)
@time_machine.travel("2026-06-01 12:00", tick=False)
def test_a_group_says_whether_its_pattern_and_its_dates_are_known(client, db, fields, days, sentence):
    group = make_group(slug="g", **fields)
    for day in days:
        make_meeting(group=group, held_on=day)
    assert sentence in words(client.get("/meetings/g/"))


@pytest.mark.parametrize(
    ("days", "sentence"),
    [
        ([], "No date is published."),
        ([date(2026, 5, 1)], "Last date: Friday 1 May 2026. No date to come is published."),
        ([date(2026, 5, 1), TODAY, date(2026, 7, 1)], "Next meets on Monday 1 June 2026."),
    ],
)
@time_machine.travel("2026-06-01 12:00", tick=False)
def test_a_group_says_which_of_its_dates_are_known(client, db, days, sentence):
    group = make_group(slug="g", every_count=4, every_unit="week")
    for day in days:
        make_meeting(group=group, held_on=day)
    assert f"Meets every four weeks. {sentence}" in words(client.get("/meetings/g/"))


@time_machine.travel("2026-06-01 12:00", tick=False)
def test_a_cancelled_meeting_stays_visible_but_is_not_the_next(client, db):
    group = make_group(slug="g")
    make_meeting(group=group, held_on=date(2026, 6, 10), is_cancelled=True)
    make_meeting(group=group, held_on=date(2026, 6, 20), starts=time(18, 30), ends=time(20), venue="Daneshill House")
    page = words(client.get("/meetings/g/"))
    assert "How often it meets is not stated. Next meets on Saturday 20 June 2026." in page
    assert "Cancelled: Wednesday 10 June 2026" in page
    assert "Saturday 20 June 2026, 6:30pm to 8pm Daneshill House" in page


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (time(0), "midnight"), (time(0, 5), "12:05am"), (time(10), "10am"), (time(12), "midday"),
        (time(12, 30), "12:30pm"),
        (time(18, 30), "6:30pm"),
    ],
)  # fmt: skip
def test_times_are_written_as_people_say_them(at, words):
    assert clock(at) == words


@time_machine.travel("2026-06-01 12:00", tick=False)
def test_a_moved_meeting_stands_under_its_old_day_until_that_has_passed(client, db):
    make_meeting(group=make_group(slug="g"), held_on=date(2026, 6, 20), promised_days="2026-06-10")
    before = words(client.get("/meetings/g/", {"on": "2026-06-10"}))
    assert "Moved: not on Wednesday 10 June 2026. Moved to Saturday 20 June 2026." in before
    after = words(client.get("/meetings/g/", {"on": "2026-06-11"}))
    assert "Moved to" not in after
    assert "Saturday 20 June 2026, time to be confirmed It was planned for Wednesday 10 June 2026." in after
    assert "Next meets on Saturday 20 June 2026." in before


@time_machine.travel("2026-06-01 12:00", tick=False)
def test_a_meeting_moved_to_an_earlier_day_is_still_looked_for_on_its_old_one(client, db):
    make_meeting(group=make_group(slug="g"), held_on=date(2026, 5, 20), promised_days="2026-06-10")
    page = words(client.get("/meetings/g/"))
    assert "Dates to come Jun10 Moved: not on Wednesday 10 June 2026. Moved to Wednesday 20 May 2026." in page
    assert "Last date: Wednesday 20 May 2026." in page


@time_machine.travel("2026-06-01 12:00", tick=False)
def test_a_time_that_is_not_set_is_called_so_only_while_it_can_still_be_set(client, db):
    group = make_group(slug="g")
    make_meeting(group=group, held_on=TODAY)
    make_meeting(group=group, held_on=PAST)
    make_meeting(group=group, held_on=TO_COME, is_cancelled=True)
    page = words(client.get("/meetings/g/"))
    assert "Monday 1 June 2026, time to be confirmed" in page
    assert page.count("time to be confirmed") == 1


@time_machine.travel("2026-06-01 12:00", tick=False)
def test_the_link_to_join_online_goes_with_the_meeting(client, db):
    group = make_group(slug="g")
    for number, fields in enumerate([{"held_on": TO_COME}, {"held_on": PAST}, {"is_cancelled": True}]):
        make_meeting(group=group, online=f"https://www.example.org/{number}", **fields)
    page = client.get("/meetings/g/").content.decode()
    assert 'href="https://www.example.org/0"' in page
    assert "https://www.example.org/1" not in page
    assert "https://www.example.org/2" not in page


@pytest.mark.parametrize(
    ("approved_on", "label"),
    [(None, "Draft minutes"), (date(2026, 6, 2), "Draft minutes"), (TODAY, "Minutes")],
)
@time_machine.travel("2026-06-01 12:00", tick=False)
def test_minutes_are_a_draft_until_they_are_approved(client, db, approved_on, label):
    minutes = make_document(kind="minutes", slug="m")
    agenda = make_document(kind="agenda", slug="a")
    meeting = make_meeting(group=make_group(slug="g"), held_on=PAST, minutes=minutes, agenda=agenda)
    meeting.minutes_approved_on = approved_on
    meeting.save()
    assert f"Friday 1 May 2026 Agenda of 1 May 2026 {label} of 1 May 2026" in words(client.get("/meetings/g/"))


@time_machine.travel("2026-06-01 12:00", tick=False)
def test_a_long_history_is_read_by_year_and_each_year_has_its_address(client, db):
    group = make_group(slug="g")
    for year in (2019, 2024, 2026):
        make_meeting(group=group, held_on=date(year, 1, 8))
    page = client.get("/meetings/g/")
    assert "Past meetings in 2026 2026 2024 2019 Jan8 Thursday 8 January 2026" in words(page)
    assert "January 2024" not in words(page)
    assert 'href="?year=2019#past"' in page.content.decode()
    assert "Tuesday 8 January 2019" in words(client.get("/meetings/g/", {"year": "2019"}))
    assert "No past meeting in 2018 is on this site." in words(client.get("/meetings/g/", {"year": "2018"}))
    as_at = client.get("/meetings/g/", {"on": "2025-01-01"})
    assert "Past meetings in 2024" in words(as_at)
    assert 'href="?year=2019&amp;on=2025-01-01#past"' in as_at.content.decode()


@pytest.mark.parametrize("year", ["x", "20190", "0000", "²⁰¹⁹", "-201"])
def test_a_year_that_is_none_is_refused_in_words(client, db, year):
    make_group(slug="g")
    response = client.get("/meetings/g/", {"year": year})
    assert response.status_code == 400
    assert "is not a year" in response.content.decode()


@time_machine.travel("2026-06-01 12:00", tick=False)
def test_members_are_those_of_the_day_under_the_names_of_the_day(client, db):
    group = make_group(slug="g")
    probation = make_partner(name="Probation Service")
    make_earlier_name(partner=probation, name="Probation Trust", ends_on=date(2020, 3, 31))
    make_membership(group=group, partner=probation)
    make_membership(group=group, partner=make_partner(name="Fire"), starts_on=TODAY)
    make_membership(group=group, partner=make_partner(name="Police"), ends_on=date(2026, 5, 31))
    assert "Who belongs to it Fire Probation Service Contact" in words(client.get("/meetings/g/"))
    earlier = words(client.get("/meetings/g/", {"on": "2020-03-31"}))
    assert "Who belongs to it" not in earlier, "nobody knows since when the one sat there, and when the other came"
    told = "Who may have belonged to it We do not know whether these bodies belonged to it on 31 March 2020."
    assert f"{told} Police Probation Trust Contact" in earlier


def test_what_a_group_does_not_state_its_page_leaves_out(client, db):
    above = make_group(slug="above", name="Board")
    make_group(slug="g")
    assert "About the group" not in words(client.get("/meetings/g/"))
    team = make_group(slug="h", name="Team", standing="purpose", reports_to=above, is_open=False)
    make_chair(group=team)
    page = words(client.get("/meetings/h/"))
    told = "What kind Set up to discuss a specific issue Chaired by Chief Fire Officer Reports to Board "
    assert f"{told}Open to the public No Contact" in page
    assert "Reporting to it Team" in words(client.get("/meetings/above/"))


def test_who_chairs_a_group_is_told_with_the_years_and_who_comes_next(client, db):
    group = make_group(slug="g")
    for year in (2024, 2025, 2026, 2027):
        days = {"starts_on": date(year, 4, 1), "ends_on": date(year + 1, 3, 31)}
        make_chair(group=group, post=f"Chief of {year}", **days)
    make_chair(group=group, post="Head of Housing", role="vice-chair", starts_on=date(2025, 4, 1))
    page = words(client.get("/meetings/g/", {"on": "2026-06-01"}))
    told = (
        "Chaired by Chief of 2026, from 1 April 2026 to 31 March 2027 Chief of 2027, from 1 April 2027 to 31 March 2028"
    )
    assert f"{told} Vice-chair Head of Housing, from 1 April 2025 Contact" in page
    page = words(client.get("/meetings/g/", {"on": "2024-06-01"}))
    assert "Chief of 2024" in page
    assert "Chief of 2026" not in page


def test_an_officer_gives_a_new_chair_and_ends_the_old(admin_client, client):
    group = make_group(slug="g")
    old = make_chair(group=group, post="Old post")
    form = Form(admin_client, f"/admin/meetings/group/{group.pk}/change/")
    new = form.add("chairs", post="New post", role="chair", starts_on=f"{TODAY:%-d %B %Y}")
    before = TODAY - timedelta(days=1)
    response = form.press("_publish", **new, **{f"{form.row(old)}ends_on": f"{before:%-d %B %Y}"})
    assert response.status_code == 302, form.problems()
    page = words(client.get("/meetings/g/", {"on": f"{TODAY}"}))
    assert "Chaired by New post, from" in page
    assert "Old post" not in page
    assert "Chaired by Old post" in words(client.get("/meetings/g/", {"on": f"{before}"})) or before >= date.today()


def test_groups_report_through_any_number_of_levels(client, db):
    top = make_group(name="Board")
    middle = make_group(slug="middle", name="Group", reports_to=top)
    make_group(name="Team", reports_to=middle)
    page = words(client.get("/meetings/middle/"))
    assert "Reports to Board Reporting to it Team" in page


def test_officers_are_told_what_a_group_does_not_state(db):
    group = make_group(name="Team", every_unit="date", standing="fixed", is_open=False)
    said = [finding.sentence for finding in findings(TODAY) if "Team" in finding.sentence]
    assert said == [
        "“Team” has no date to come.",
        "“Team”: who belongs to it is not stated.",
        "“Team”: not stated: minutes are published.",
        "“Team”: not stated: who chairs it.",
        "“Team” was never checked by an officer. Say so on its form if all is right.",
    ]
    make_membership(group=group)
    make_meeting(group=group, held_on=TODAY)
    Group.objects.update(is_minuted_in_public=True, checked_on=TODAY)
    make_chair(group=group, ends_on=TODAY)
    assert [finding for finding in findings(TODAY) if "Team" in finding.sentence] == []


@time_machine.travel("2026-06-01 12:00", tick=False)
def test_a_pattern_that_has_lapsed_is_doubted_wherever_it_is_told_and_on_the_viewing_day(client, db):
    make_section(page=make_page(slug="the-groups"), shows="groups")
    group = make_group(slug="g", abbreviation="RAG", every_count=3, every_unit="month")
    make_meeting(group=group, held_on=date(2021, 5, 4))
    make_meeting(group=group, held_on=date(2026, 5, 4), is_cancelled=True)
    sentence = "It should meet every three months. The last meeting we know of was on Tuesday 4 May 2021."
    for address in ("/meetings/g/", "/the-groups/"):
        assert sentence in words(client.get(address))
        assert "Meets every three months. Last date: Tuesday 4 May 2021." in words(
            client.get(address, {"on": "2021-11-04"})
        )
    make_meeting(group=make_group(), held_on=TODAY)
    assert "RAGShould meet every three months" in words(client.get("/the-groups/"))
    said = [finding.sentence for finding in findings(TODAY) if "should meet" in finding.sentence]
    assert said == [
        f"“{group}” should meet every three months, but the last meeting on this site was on 4 May 2021. "
        "Readers are told so: add its dates, or say how often it meets now."
    ]


@pytest.mark.parametrize("approved_on", [None, PAST])
def test_no_minutes_are_told_on_a_day_before_the_meeting(client, db, approved_on):
    minutes, agenda = make_document(kind="minutes", slug="m"), make_document(kind="agenda", slug="a")
    make_meeting(
        group=make_group(slug="g"), held_on=PAST, minutes=minutes, agenda=agenda, minutes_approved_on=approved_on
    )
    before = client.get("/meetings/g/", {"on": "2026-04-30"})
    assert "Friday 1 May 2026, time to be confirmed Agenda of 1 May 2026" in words(before)
    assert "inutes of" not in words(before)
    assert "/documents/m/" not in before.content.decode()
    assert "inutes of 1 May 2026" in words(client.get("/meetings/g/", {"on": "2026-05-01"}))
