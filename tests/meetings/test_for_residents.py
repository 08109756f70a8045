"""One list of all that residents may come to, whoever holds it."""

from datetime import UTC, date, datetime, time

import pytest
import time_machine

from meetings import for_residents
from tests import make
from tests.admin.test_editing import url
from tests.content import seed
from tests.forms import Form
from tests.pages.test_seed_document import words

TODAY, NEXT = date(2026, 6, 1), date(2026, 6, 10)
ADDRESSES = ["/", "/get-involved/", "/meetings/public/"]


@pytest.fixture(autouse=True)
def june(db):
    with time_machine.travel(datetime(2026, 6, 1, 12, tzinfo=UTC), tick=False):
        yield


def titles(listed):
    return [meeting.title for meeting in listed[:20]]


@pytest.mark.parametrize(
    ("of_group", "of_meeting", "is_listed"),
    [
        (None, None, False),
        (True, None, True),
        (False, None, False),
        (None, True, True),
        (False, True, True),
        (True, False, False),
    ],
)
def test_a_meeting_of_a_group_is_open_as_its_group_is_unless_it_says_otherwise(client, of_group, of_meeting, is_listed):
    group = make.make_group(name="Forum", is_open=of_group)
    make.make_meeting(group=group, held_on=NEXT, is_open=of_meeting, venue="Daneshill House")
    page = words(client.get("/meetings/public/"))
    assert ("Forum Wednesday 10 June 2026" in page) == is_listed
    assert ("No public meeting is announced on this site." in page) != is_listed
    calendar = client.get("/meetings/public/calendar.ics").content
    assert (b"Daneshill House" in calendar) == is_listed


def test_one_list_holds_what_partners_and_groups_hold_in_order(client):
    group = make.make_group(name="Forum", is_open=True)
    make.make_public_meeting(title="Street meet", held_on=NEXT, starts=time(18, 30))
    make.make_public_meeting(title="Later", held_on=date(2026, 6, 12))
    make.make_meeting(group=group, held_on=NEXT, starts=time(10), label="Annual meeting")
    make.make_meeting(group=group, held_on=date(2026, 6, 11))
    make.make_public_meeting(title="Over", held_on=date(2026, 5, 30))
    make.make_meeting(group=group, held_on=date(2026, 5, 31))
    assert titles(for_residents.to_come(TODAY)) == ["Forum: Annual meeting", "Street meet", "Forum", "Later"]
    assert titles(for_residents.over(TODAY)) == ["Forum", "Over"]
    assert titles(for_residents.to_come(date(2026, 5, 31)))[0] == "Forum"
    assert "Before 1 June 2026" in words(client.get("/meetings/public/past/"))


def test_home_and_sections_show_the_same_list(client):
    seed()
    group = make.make_group(name="Forum", is_open=True)
    make.make_meeting(group=group, held_on=NEXT, note="Bring your questions.")
    for address in ADDRESSES:
        page = words(client.get(address))
        assert "Forum Wednesday 10 June 2026, time to be confirmed Bring your questions. Meeting of a group" in page
        assert "Add to calendar: Forum, 10 June 2026" in page


def test_a_group_that_is_not_public_opens_nothing(client):
    make.make_meeting(group=make.make_group(name="Secret", is_open=True, published_at=None), held_on=NEXT, is_open=True)
    assert titles(for_residents.to_come(TODAY)) == []
    assert "Secret" not in words(client.get("/meetings/public/"))


def test_long_lists_of_both_come_in_pages(client):
    group = make.make_group(name="Forum", is_open=True)
    for day in range(1, 16):
        make.make_meeting(group=group, held_on=date(2026, 7, day))
        make.make_public_meeting(title=f"Meet {day}.", held_on=date(2026, 7, day))
    first, second = (words(client.get("/meetings/public/", {"page": page})) for page in (1, 2))
    assert ("Meet 10." in first, "Meet 11." in first, "Meet 11." in second) == (True, False, True)
    assert (first.count("Add to calendar: Forum"), second.count("Add to calendar: Forum")) == (10, 5)


def test_of_an_area_only_what_is_known_to_be_there_is_listed(client):
    make.make_public_meeting(title="Street meet", held_on=NEXT, area="Old Town")
    make.make_meeting(group=make.make_group(name="Forum", is_open=True), held_on=NEXT)
    assert titles(for_residents.to_come(TODAY, "Old Town")) == ["Street meet"]


def test_a_meeting_of_a_group_says_its_kind_its_note_and_whether_residents_may_come(client):
    group = make.make_group(slug="g", name="Forum")
    make.make_meeting(group=group, held_on=NEXT, label="Annual meeting", note="Another venue this time.", is_open=True)
    make.make_meeting(group=group, held_on=date(2026, 6, 11), is_open=False)
    page = words(client.get("/meetings/g/"))
    assert "time to be confirmed Annual meeting. Residents may come Another venue this time." in page
    assert "11 June 2026, time to be confirmed Not open to the public" in page
    calendar = client.get("/meetings/g/calendar.ics").content.decode()
    assert "SUMMARY:Forum: Annual meeting\r\n" in calendar
    assert "DESCRIPTION:Residents may come.\\nAnother venue this time." in calendar


def test_the_officer_gives_them_on_the_form_of_the_group_and_of_the_meeting(admin_client):
    meeting = make.make_meeting(group=make.make_group(is_open=False), held_on=NEXT)
    form = Form(admin_client, url(meeting.group, "change"))
    row = form.row(meeting)
    typed = {f"{row}label": "Extra meeting", f"{row}note": "On one subject.", f"{row}is_open": "True"}
    assert form.press("_publish", **typed).status_code == 302
    meeting.refresh_from_db()
    assert (meeting.label, meeting.note, meeting.is_open, meeting.sequence) == (
        "Extra meeting",
        "On one subject.",
        True,
        1,
    )
    listed = admin_client.get("/admin/meetings/meeting/?is_open__exact=1").content.decode()
    assert "Extra meeting" in listed
