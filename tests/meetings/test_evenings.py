"""Evenings that end after midnight, and nights in which the clocks change."""

from datetime import UTC, date, datetime, time

import icalendar
import pytest
from django.core.exceptions import ValidationError

from sosafe_site.publishing.clock import fault_of_hour
from tests import make
from tests.admin.test_dates import seen
from tests.admin.test_editing import url
from tests.forms import Form
from tests.pages.test_seed_document import words

FORWARD, BACK = date(2027, 3, 28), date(2027, 10, 31)
pytestmark = pytest.mark.django_db


def event_in(client, address):
    [event] = icalendar.Calendar.from_ical(client.get(address).content).walk("VEVENT")
    return event


@pytest.mark.parametrize(
    ("day", "ends", "finishes"),
    [
        (date(2027, 2, 6), time(0, 30), "2027-02-07T00:30:00+00:00"),
        (date(2027, 2, 6), time(0), "2027-02-07T00:00:00+00:00"),
        (date(2027, 3, 27), time(2, 30), "2027-03-28T02:30:00+01:00"),  # an hour shorter than it looks
        (date(2027, 10, 30), time(2, 30), "2027-10-31T02:30:00+00:00"),  # an hour longer
        (date(2027, 2, 6), time(22), "2027-02-06T22:00:00+00:00"),
    ],
)
def test_an_evening_ends_in_the_night_that_follows(client, day, ends, finishes):
    make.make_public_meeting(slug="m", held_on=day, starts=time(19), ends=ends, venue="The hall")
    assert f'"endDate": "{finishes}"' in client.get("/meetings/public/m/").content.decode()
    event = event_in(client, "/meetings/public/m/calendar.ics")
    assert event["dtend"].dt == datetime.fromisoformat(finishes)
    assert event["dtstart"].dt < event["dtend"].dt


def test_readers_see_until_when_an_evening_goes_on(client):
    make.make_meeting(group=make.make_group(slug="g"), held_on=date(2027, 2, 6), starts=time(19), ends=time(0, 30))
    assert "Saturday 6 February 2027, 7pm to 12:30am" in words(client.get("/meetings/g/", {"on": "2027-02-01"}))


@pytest.mark.parametrize(
    ("starts", "ends"), [("19:00", "08:00"), ("10:00", "02:00"), ("", "00:30"), ("19:00", "19:00")]
)
def test_an_end_that_is_more_likely_a_slip_is_refused(admin_client, starts, ends):
    form = Form(admin_client, url(make.make_public_meeting(), "change"))
    assert form.press("_publish", starts=starts, ends=ends).status_code == 200
    assert "An evening may go on after midnight, until 6 in the morning." in " ".join(form.problems())


@pytest.mark.parametrize(
    ("day", "starts", "ends", "words"),
    [
        (FORWARD, "01:30", "", "The clocks go forward in that night, so there is no such time."),
        (date(2027, 3, 27), "19:00", "01:30", "The clocks go forward in that night, so there is no such time."),
        (BACK, "01:30", "", "The clocks go back in that night, so this time comes twice."),
        (date(2027, 10, 30), "19:00", "01:00", "The clocks go back in that night, so this time comes twice."),
    ],
)
def test_an_hour_at_which_the_clocks_change_is_told_to_the_officer(admin_client, day, starts, ends, words):
    form = Form(admin_client, url(make.make_public_meeting(), "change"))
    assert form.press("_publish", held_on=f"{day}", starts=starts, ends=ends).status_code == 200
    assert words in " ".join(form.problems())
    meeting = make.make_meeting()
    form = Form(admin_client, url(meeting.group, "change"))
    row = form.row(meeting)
    typed = {f"{row}held_on": f"{day}", f"{row}starts": starts, f"{row}ends": ends}
    assert form.press("_publish", **typed).status_code == 200
    assert words in " ".join(form.problems())


def test_the_stops_of_such_a_night_are_judged_as_the_meeting_is():
    meeting = make.make_public_meeting(held_on=BACK)
    with pytest.raises(ValidationError, match="this time comes twice"):
        make.make_stop(meeting=meeting, starts=time(1, 30))
    make.make_stop(meeting=meeting, starts=time(2))


@pytest.mark.parametrize("night", [FORWARD, BACK])
def test_only_one_hour_of_such_a_night_is_at_fault(night):
    at_fault = {hour for hour in range(24) if fault_of_hour(datetime.combine(night, time(hour, 30)))}
    assert at_fault == {1}
    assert not fault_of_hour(datetime.combine(night, time(0, 59)))
    assert fault_of_hour(datetime.combine(night, time(1)))
    assert not fault_of_hour(datetime.combine(night, time(2)))


def test_a_moment_that_comes_twice_is_the_first_and_the_officer_is_told(admin_client):
    meeting = make.make_public_meeting(published_at=None)
    form = Form(admin_client, url(meeting, "change"))
    response = form.press("_schedule", publish_at="2027-10-31T01:30")
    assert response.status_code == 302, form.problems()
    meeting = type(meeting).objects.get(pk=meeting.pk)
    assert meeting.appears_at == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
    said = seen(admin_client.get(url(meeting, "change")))
    assert "the clocks go back in that night, so 01:30 comes twice. It is taken as the first" in said
    again = Form(admin_client, url(meeting, "change"))
    assert again.press("_draft").status_code == 302
    assert "comes twice" not in seen(admin_client.get(url(meeting, "change")))
