"""Every day for which a meeting was promised is kept, in order, and told wherever the meeting is."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.core.exceptions import ValidationError

from meetings.models import Meeting, PublicMeeting
from meetings.models.days import DaysFormField
from sosafe_site.publishing.models import Revision
from sosafe_site.publishing.revisions.snapshot import restored, snapshot
from tests import make
from tests.admin.test_editing import url
from tests.forms import Form
from tests.pages.test_seed_document import words

FIRST, SECOND, THIRD = date(2027, 1, 31), date(2027, 2, 2), date(2027, 2, 9)
BOTH = "It was planned for Sunday 31 January 2027, then for Tuesday 2 February 2027."
ADDRESSES = ["/meetings/g/", "/meetings/public/m/", "/meetings/public/", "/meetings/dates.atom"]


@pytest.fixture(autouse=True)
def january(db):
    with time_machine.travel(datetime(2027, 1, 4, 12, tzinfo=UTC), tick=False) as clock:
        yield clock


def told(client, address):
    response = client.get(address)
    return response.content.decode() if address.endswith(".atom") else words(response)


def move(*days):
    """A group's meeting and a public meeting, promised for the first day, then for each of the others."""
    make.make_meeting(group=make.make_group(slug="g"), held_on=days[0])
    make.make_public_meeting(slug="m", held_on=days[0])
    for model in (Meeting, PublicMeeting):
        for day in days[1:]:
            occasion = model.objects.get()
            occasion.held_on = day
            occasion.full_clean()
            occasion.save()


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_meeting_that_moved_twice_tells_both_former_days(client, address):
    move(FIRST, SECOND, THIRD)
    assert BOTH in told(client, address)


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_meeting_can_move_back(client, address):
    move(FIRST, SECOND, FIRST)
    assert Meeting.objects.get().former_days == PublicMeeting.objects.get().former_days == [FIRST, SECOND]
    page = told(client, address)
    assert BOTH in page
    assert "Sunday 31 January 2027" in page.replace(BOTH, "")


def test_a_moved_meeting_is_looked_for_on_each_of_its_days(client):
    move(FIRST, SECOND, THIRD)
    page = words(client.get("/meetings/g/"))
    for day in ("Sunday 31 January 2027", "Tuesday 2 February 2027"):
        assert f"Moved: not on {day}. Moved to Tuesday 9 February 2027." in page
    later = words(client.get("/meetings/g/", {"on": "2027-02-02"}))
    assert "Moved: not on Sunday 31 January 2027" not in later
    assert "Moved: not on Tuesday 2 February 2027" in later


def test_moved_back_it_stands_once_under_its_day(client):
    move(FIRST, SECOND, FIRST)
    page = words(client.get("/meetings/g/"))
    assert page.count("Jan31") == 1
    assert "Moved: not on Tuesday 2 February 2027. Moved to Sunday 31 January 2027." in page


def test_one_moved_to_earlier_days_stays_on_the_list_until_the_last_of_them(client):
    move(THIRD, FIRST, SECOND)
    assert "9 February" in words(client.get("/meetings/public/", {"on": "2027-02-09"}))
    assert "9 February" not in words(client.get("/meetings/public/", {"on": "2027-02-10"}))


def test_the_form_of_the_group_moves_twice_and_back_and_every_day_is_kept(admin_client):
    meeting = make.make_meeting(group=make.make_group(slug="g"), held_on=FIRST)
    for day, kept in ((SECOND, [FIRST]), (THIRD, [FIRST, SECOND]), (FIRST, [FIRST, SECOND, THIRD])):
        form = Form(admin_client, url(meeting.group, "change"))
        assert form.press("_publish", **{f"{form.row(meeting)}held_on": str(day)}).status_code == 302
        meeting.refresh_from_db()
        assert (meeting.held_on, meeting.former_days) == (day, kept)
    form = Form(admin_client, url(meeting.group, "change"))
    assert form[f"{form.row(meeting)}promised_days"] == "31 January 2027, 2 February 2027, 9 February 2027"


def test_a_draft_that_is_due_late_keeps_the_day_that_was_to_come_when_it_was_due(admin_client, client, january):
    meeting = make.make_public_meeting(slug="m", held_on=date(2027, 1, 10))
    form = Form(admin_client, url(meeting, "change"))
    form.press("_schedule", held_on="2027-01-20", publish_at="2027-01-08T09:00", change_note="Later.")
    january.move_to(datetime(2027, 1, 12, 12, tzinfo=UTC))
    assert "It was planned for Sunday 10 January 2027." in words(client.get("/meetings/public/m/"))


def test_an_older_version_brings_back_the_old_day_and_forgets_no_promise(admin_client):
    meeting = make.make_public_meeting(slug="m", held_on=FIRST)
    for day in (FIRST, SECOND, THIRD):
        Form(admin_client, url(meeting, "change")).press(
            "_publish", held_on=str(day), about=f"Until {day}", change_note="-"
        )
    meeting.refresh_from_db()
    oldest = Revision.objects.kept().of(meeting).last().content
    assert restored(PublicMeeting, oldest, snapshot(meeting))["fields"]["promised_days"] == "2027-01-31, 2027-02-02"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("", ""),
        ("31 January 2027", "2027-01-31"),
        ("31/01/2027; 2 Feb 2027", "2027-01-31, 2027-02-02"),
        ("31 January 2027, then 2 February 2027", "2027-01-31, 2027-02-02"),
        ("31 January 2027, 31 January 2027", "2027-01-31"),
    ],
)
def test_officers_write_former_days_as_they_do_and_see_them_in_words(typed, kept):
    field = DaysFormField(required=False)
    assert field.clean(typed) == kept
    assert field.clean(field.prepare_value(kept)) == kept


@pytest.mark.parametrize("typed", ["January 2027", "?", "by 31 January 2027", "soon", "31 January 20277"])
def test_what_is_no_day_is_refused_in_an_officers_words(typed):
    with pytest.raises(ValidationError, match="Write each day in full, such as 31 January 2027"):
        DaysFormField(required=False).clean(typed)
    assert DaysFormField().prepare_value(typed) == typed


def test_an_officer_who_moves_a_meeting_reads_its_former_days_in_words(admin_client):
    meeting = make.make_meeting(group=make.make_group(), held_on=FIRST)
    for day in (SECOND, THIRD):
        form = Form(admin_client, url(meeting.group, "change"))
        response = form.press("_publish", **{"meetings-0-held_on": day.isoformat()})
    message = [str(each) for each in get_messages(response.wsgi_request)][-1]
    assert "from “31 January 2027” to “31 January 2027, 2 February 2027”" in message
    assert "2027-01-31" not in message
