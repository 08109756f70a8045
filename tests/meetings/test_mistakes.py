"""A date of a public group that was never meant is taken away as a mistake, which is not to be cancelled."""

from datetime import date, time

import icalendar
import pytest
import time_machine
from django.urls import reverse

from sosafe_site.publishing.models import Revision
from tests import make
from tests.admin.test_dates import paste, rows_of, seen
from tests.admin.test_editing import url
from tests.forms import Form
from tests.pages.test_seed_document import words

DAY = date(2027, 3, 3)


@pytest.fixture(autouse=True)
def _in_february(db):
    with time_machine.travel("2027-02-01 12:00", tick=False):
        yield


@pytest.fixture
def group(db):
    group = make.make_group(slug="g", name="Forum", is_open=True)
    make.make_meeting(group=group, held_on=date(2027, 4, 1), starts=time(18))
    return group


def taken_away(admin_client, group, held_on=DAY, button="_publish", **fields):
    meeting = make.make_meeting(group=group, held_on=held_on, **fields)
    form = Form(admin_client, url(group, "change"))
    response = form.press(button, **{f"{form.row(meeting)}is_mistake": "on"})
    assert response.status_code == 302, form.problems()
    return meeting


def events(client, address):
    calendar = icalendar.Calendar.from_ical(client.get(address).content)
    return {str(event["uid"]): event for event in calendar.walk("VEVENT")}


def test_it_goes_from_every_page_and_the_officer_is_told_that_calendars_tell_it(admin_client, client, group):
    pages = ["/meetings/public/", "/meetings/", "/meetings/public/past/", "/meetings/public/?on=2027-03-01"]
    before = {page: words(client.get(page)) for page in pages}
    taken_away(admin_client, group, promised_days="2027-03-10", note="Bring a friend")
    assert {page: words(client.get(page)) for page in pages} == before
    for page in ("/meetings/g/", "/meetings/g/?on=2027-05-01", "/meetings/g/?on=2027-03-03"):
        assert "March 2027, time" not in words(client.get(page)), page
        assert "Bring a friend" not in words(client.get(page)), page
    assert "Next meets on Thursday 1 April 2027" in words(client.get("/meetings/g/"))
    assert "Calendars and the feed of dates tell it, too." in seen(admin_client.get(url(group, "change")))


@pytest.mark.parametrize("address", ["/meetings/g/calendar.ics", "/meetings/public/calendar.ics", "single"])
def test_calendars_that_hold_it_learn_that_it_was_a_mistake(admin_client, client, group, address):
    meeting = taken_away(admin_client, group)
    event = events(client, f"/meetings/g/{meeting.pk}.ics" if address == "single" else address)[str(meeting.pk)]
    assert (str(event["status"]), str(event["summary"])) == ("CANCELLED", "Listed by mistake: Forum")
    assert event["sequence"] == 1
    assert "3 March 2027 was listed by mistake." in event["description"]


def test_the_feed_of_dates_corrects_it(admin_client, client, group):
    taken_away(admin_client, group)
    feed = client.get("/meetings/dates.atom").content.decode()
    assert "Listed by mistake: Forum, Wednesday 3 March 2027" in feed
    assert "3 March 2027 was listed by mistake." in feed


def test_what_readers_never_knew_of_needs_no_correction(admin_client, client, group):
    make.make_meeting(group=group, held_on=DAY, is_mistake=True)
    draft = make.make_group(slug="h", name="Team", published_at=None)
    taken_away(admin_client, draft, button="_draft")
    Form(admin_client, url(draft, "change")).press("_publish")
    for address in ("/meetings/g/calendar.ics", "/meetings/h/calendar.ics", "/meetings/dates.atom"):
        assert b"mistake" not in client.get(address).content, address


def test_history_keeps_it_and_it_can_come_back(admin_client, client, group):
    meeting = taken_away(admin_client, group)
    kept = " ".join(Revision.objects.kept().of(group).values_list("words", flat=True))
    assert "listed by mistake changed from no to yes." in kept
    form = Form(admin_client, url(group, "change"))
    assert "Wed 3 March 2027 Mistake" in seen(form.response), "the officers' form shows it as what it is"
    assert form.press("_publish", **{f"{form.row(meeting)}is_mistake": None}).status_code == 302
    assert "Wednesday 3 March 2027" in words(client.get("/meetings/g/"))
    assert str(events(client, "/meetings/g/calendar.ics")[str(meeting.pk)]["status"]) == "CONFIRMED"


def test_a_draft_takes_it_away_only_once_it_is_published(admin_client, client, group):
    taken_away(admin_client, group, button="_draft")
    assert "3 March 2027" in words(client.get("/meetings/g/"))
    Form(admin_client, url(group, "change")).press("_publish")
    assert "3 March 2027" not in words(client.get("/meetings/g/"))


def test_a_pasted_list_says_that_a_date_was_taken_away(admin_client, group):
    taken_away(admin_client, group)
    shown = paste(admin_client, group, "3 March 2027\n10 March 2027")
    assert "Entered, and taken away as a mistake: if it holds now, untick that on the group’s form" in seen(shown)
    assert "form-0-is_wanted" not in rows_of(shown)


def test_versions_from_before_the_site_knew_of_mistakes_show_no_change_of_that(admin_client, group):
    form = Form(admin_client, url(group, "change"))
    form.press("_publish", summary="New words.")
    for version in Revision.objects.of(group):
        for row in version.content["parts"]["meetings"].values():
            del row["is_mistake"]
        version.save()
    with time_machine.travel("2027-02-01 12:01", tick=False):
        Form(admin_client, url(group, "change")).press("_publish", summary="Newer words.")
    first, last = Revision.objects.kept().of(group).order_by("made_at")[:2][0], Revision.objects.kept().of(group)[0]
    page = seen(
        admin_client.get(reverse("admin:meetings_group_compare", args=[group.pk]), {"from": first.pk, "to": last.pk})
    )
    assert "Newer words." in page
    assert "mistake" not in page
