"""The calendar files as another program reads them, and the feed of new and changed dates."""

import re
from datetime import UTC, date, datetime, time, timedelta
from xml.etree import ElementTree

import pytest
import time_machine
import vobject

from meetings.models import Meeting, PublicMeeting
from tests import make
from tests.pages.test_seed_document import words

ATOM = "{http://www.w3.org/2005/Atom}"
NOW = datetime(2026, 2, 1, 12, tzinfo=UTC)


@pytest.fixture
def clock(db):
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


def read(client, address):
    """The events of a calendar, read by a library that had no part in writing it."""
    response = client.get(address)
    assert response.status_code == 200
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    return list(vobject.readOne(response.content.decode()).contents.get("vevent", []))


class Client:
    """A calendar program: it knows an event by its UID and takes the copy with the higher SEQUENCE."""

    def __init__(self):
        self.events = {}

    def take(self, events):
        for event in events:
            known = self.events.get(event.uid.value)
            if known is None or int(event.sequence.value) > int(known.sequence.value):
                self.events[event.uid.value] = event

    def shows(self):
        return [event for event in self.events.values() if event.status.value != "CANCELLED"]


def addresses():
    """One event behind each kind of calendar."""
    meeting = make.make_meeting(group=make.make_group(slug="g"), held_on=date(2026, 6, 1))
    make.make_public_meeting(slug="m", held_on=date(2026, 6, 1))
    return [
        "/meetings/g/calendar.ics",
        f"/meetings/g/{meeting.pk}.ics",
        "/meetings/public/calendar.ics",
        "/meetings/public/m/calendar.ics",
    ]


# Two in the year, at which London's clock changes, and days that calendars get wrong
INSTANTS = [
    (date(2026, 3, 28), time(18, 30), datetime(2026, 3, 28, 18, 30)),
    (date(2026, 3, 29), time(10), datetime(2026, 3, 29, 9)),
    (date(2026, 3, 30), time(10), datetime(2026, 3, 30, 9)),
    (date(2026, 10, 24), time(18, 30), datetime(2026, 10, 24, 17, 30)),
    (date(2026, 10, 25), time(10), datetime(2026, 10, 25, 10)),
    (date(2028, 2, 29), time(19), datetime(2028, 2, 29, 19)),
    (date(2026, 12, 31), time(23), datetime(2026, 12, 31, 23)),
    (date(2045, 7, 1), time(10), datetime(2045, 7, 1, 9)),
]


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize(("day", "hour", "instant"), INSTANTS)
def test_every_calendar_gives_the_instant_that_london_means(client, day, hour, instant):
    kinds = addresses()
    for model in (Meeting, PublicMeeting):
        model.objects.update(held_on=day, starts=hour, ends=time(23, 30))
    for address in kinds:
        [event] = read(client, address)
        start, end = event.dtstart.value, event.dtend.value
        assert start.astimezone(UTC).replace(tzinfo=None) == instant
        assert (start.date(), start.time()) == (day, hour), "as on the wall in London"
        assert end.time() == time(23, 30)


@pytest.mark.usefixtures("clock")
def test_without_an_hour_it_is_an_event_of_the_day_and_without_an_end_it_has_none(client):
    group = make.make_group(slug="g")
    make.make_meeting(group=group, held_on=date(2028, 2, 29))
    make.make_meeting(group=group, held_on=date(2028, 3, 1), starts=time(10))
    whole_day, open_ended = read(client, "/meetings/g/calendar.ics")
    assert whole_day.dtstart.value == date(2028, 2, 29)
    assert type(whole_day.dtstart.value) is date
    assert open_ended.dtstart.value.time() == time(10)
    assert "dtend" not in whole_day.contents | open_ended.contents


def test_a_changed_meeting_moves_in_every_calendar_and_never_doubles(client, clock):
    for address in addresses():
        calendar = Client()
        calendar.take(read(client, address))
        [before] = calendar.shows()
        clock.shift(timedelta(hours=1))
        for model in (Meeting, PublicMeeting):
            for occasion in model.objects.all():
                occasion.held_on += timedelta(days=7)
                occasion.save()
        calendar.take(read(client, address))
        [after] = calendar.shows()
        assert after.uid.value == before.uid.value
        assert after.dtstart.value == before.dtstart.value + timedelta(days=7)
        assert int(after.sequence.value) == int(before.sequence.value) + 1
        assert after.last_modified.value == before.last_modified.value + timedelta(hours=1)


@pytest.mark.usefixtures("clock")
def test_a_cancelled_meeting_stays_in_the_calendar_as_cancelled_so_that_it_goes_from_the_readers(client):
    for address in addresses():
        calendar = Client()
        calendar.take(read(client, address))
        assert len(calendar.shows()) == 1
        for model in (Meeting, PublicMeeting):
            for occasion in model.objects.all():
                occasion.is_cancelled = True
                occasion.save()
        calendar.take(read(client, address))
        assert calendar.shows() == []
        for model in (Meeting, PublicMeeting):
            model.objects.update(is_cancelled=False)


@pytest.mark.usefixtures("clock")
def test_a_change_of_the_stops_is_a_new_edition(client):
    meeting = make.make_public_meeting(slug="m")
    stop = make.make_stop(meeting=meeting, place="The shops", starts=time(10))
    [before] = read(client, "/meetings/public/m/calendar.ics")
    assert "10am: The shops" in before.description.value
    stop.delete()
    [after] = read(client, "/meetings/public/m/calendar.ics")
    assert int(after.sequence.value) > int(before.sequence.value)


@pytest.mark.usefixtures("clock")
def test_what_officers_type_survives_escaping_and_folding(client):
    title, about = "Café; forum, “old” \\ new " * 4, "One; two,\nthree \\n four. " * 12
    make.make_public_meeting(
        slug="m", title=title.strip()[:120], about=about.strip(), venue="The hall, 1 Example Street; upstairs"
    )
    raw = client.get("/meetings/public/m/calendar.ics").content
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
    assert b"\n" not in raw.replace(b"\r\n", b"")
    [event] = read(client, "/meetings/public/m/calendar.ics")
    assert event.summary.value == title.strip()[:120]
    assert event.description.value == about.strip()
    assert event.location.value == "The hall, 1 Example Street; upstairs"
    assert event.url.value == "http://127.0.0.1:8000/meetings/public/m/"


@pytest.mark.usefixtures("clock")
def test_a_calendar_says_its_name_and_how_often_to_ask_and_forgets_what_is_long_over(client):
    group = make.make_group(slug="g", name="Joint Action Group", abbreviation="JAG")
    for day in (date(2024, 6, 1), date(2025, 6, 1)):
        make.make_meeting(group=group, held_on=day)
    text = client.get("/meetings/g/calendar.ics").content.decode()
    assert "X-WR-CALNAME:Joint Action Group (JAG)\r\n" in text
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT6H\r\n" in text
    assert text.count("BEGIN:VTIMEZONE") == 1
    [event] = read(client, "/meetings/g/calendar.ics")
    assert event.dtstart.value == date(2025, 6, 1)


@pytest.mark.usefixtures("clock")
def test_the_file_with_all_dates_holds_them_also_of_what_last_met_long_ago(client):
    group = make.make_group(slug="g", is_open=True)
    for day in (date(2020, 6, 1), date(2021, 6, 1)):
        make.make_meeting(group=group, held_on=day)
    make.make_public_meeting(held_on=date(2019, 6, 1))
    for page, days in (("/meetings/g/", [2020, 2021]), ("/meetings/public/", [2019, 2020, 2021])):
        [file] = re.findall(r'href="http://127.0.0.1:8000([^"]*)">\s*Calendar file', client.get(page).content.decode())
        assert [event.dtstart.value.year for event in read(client, file)] == days
        assert read(client, file.partition("?")[0]) == [], "what is subscribed to stays short"


@pytest.mark.usefixtures("clock")
def test_calendars_and_the_feed_say_cancelled_and_moved_before_the_title_and_name_the_former_days(client):
    for address in addresses():
        [event] = read(client, address)
        assert not event.summary.value.startswith(("Cancelled", "Moved"))
        assert "description" not in event.contents
    for day in (date(2026, 6, 8), date(2026, 6, 15)):
        for model in (Meeting, PublicMeeting):
            occasion = model.objects.get()
            occasion.held_on = day
            occasion.save()
    days = "It was planned for Monday 1 June 2026, then for Monday 8 June 2026."
    files = ["/meetings/g/calendar.ics", "/meetings/public/calendar.ics", "/meetings/public/m/calendar.ics"]
    files.append(f"/meetings/g/{Meeting.objects.get().pk}.ics")
    for address in files:
        [event] = read(client, address)
        assert event.summary.value.startswith("Moved: ")
        assert event.description.value == days
        assert event.sequence.value == "2"
    assert all(entry["title"].startswith("Moved: ") and entry["summary"] == days for entry in entries(client))
    for model in (Meeting, PublicMeeting):
        occasion = model.objects.get()
        occasion.is_cancelled = True
        occasion.save()
    for address in files:
        [event] = read(client, address)
        assert event.summary.value.startswith("Cancelled: ")
        assert (event.description.value, event.sequence.value, event.status.value) == (days, "3", "CANCELLED")
    assert all(entry["title"].startswith("Cancelled: ") for entry in entries(client))


def test_a_survey_that_is_over_has_no_live_link_in_a_calendar_either(client, clock):
    link = {"link": "https://www.example.org/", "link_label": "Answer here", "online": "https://join.example.org/"}
    make.make_public_meeting(slug="m", kind="survey", held_on=date(2026, 2, 2), **link)
    first = client.get("/meetings/public/m/calendar.ics")
    assert b"Answer here" in first.content
    clock.move_to(NOW + timedelta(days=2))
    later = client.get("/meetings/public/m/calendar.ics", headers={"If-Modified-Since": first["Last-Modified"]})
    assert later.status_code == 200
    assert b"BEGIN:VEVENT" in later.content
    assert b"example.org/" not in later.content.replace(b"127.0.0.1", b"")


@pytest.mark.usefixtures("clock")
def test_the_feed_announces_text_as_text(client):
    make.make_public_meeting(title="A <b>forum</b> & more", venue="Write to Ann <ann@example.org>")
    [entry] = ElementTree.fromstring(client.get("/meetings/dates.atom").content).findall(f"{ATOM}entry")  # our own
    summary, title = entry.find(f"{ATOM}summary"), entry.find(f"{ATOM}title")
    assert (summary.get("type"), summary.text) == ("text", "Write to Ann <ann@example.org>")
    assert (title.get("type"), title.text) == (None, "A <b>forum</b> & more, Tuesday 1 December 2026")  # None is text


@pytest.mark.parametrize("address", [0, 1, 2, 3, "/meetings/dates.atom"])
def test_who_has_it_already_is_told_that_nothing_has_changed(client, clock, address):
    address = [*addresses(), address][address] if isinstance(address, int) else address
    first = client.get(address)
    assert first["Cache-Control"] == "public, max-age=3600"
    clock.shift(timedelta(hours=1))
    known = {"If-None-Match": first["ETag"]}
    if "Last-Modified" in first:  # of a feed, the content alone decides
        known["If-Modified-Since"] = first["Last-Modified"]
    answers = [client.get(address, headers={header: value}) for header, value in known.items()]
    assert {answer.status_code for answer in answers} == {304}
    assert answers[0]["ETag"] == first["ETag"]
    for model in (Meeting, PublicMeeting):
        for occasion in model.objects.all():
            occasion.held_on += timedelta(days=1)
            occasion.save()
    if not Meeting.objects.exists():
        make.make_public_meeting(held_on=date(2026, 6, 1))
    for header, value in known.items():
        assert client.get(address, headers={header: value}).status_code == 200


def test_what_was_withdrawn_leaves_the_calendar_by_the_next_day_for_whoever_asks_by_the_day_alone(client, clock):
    meeting = make.make_public_meeting(held_on=date(2026, 6, 1))
    address = "/meetings/public/calendar.ics"
    first = client.get(address)
    meeting.withdrawn_at, meeting.withdrawal_reason = NOW, "It was wrong."
    meeting.save()
    assert client.get(address, headers={"If-None-Match": first["ETag"]}).status_code == 200
    clock.shift(timedelta(days=1))
    assert client.get(address, headers={"If-Modified-Since": first["Last-Modified"]}).status_code == 200


@pytest.mark.parametrize("address", ["/meetings/public/calendar.ics", "/meetings/g/calendar.ics"])
def test_a_scheduled_meeting_is_news_from_its_moment_on(client, clock, address):
    tomorrow = NOW + timedelta(days=1, hours=2)
    make.make_public_meeting(published_at=tomorrow, held_on=date(2026, 6, 1))
    make.make_meeting(group=make.make_group(slug="g", published_at=tomorrow), held_on=date(2026, 6, 1))
    clock.shift(timedelta(days=1, hours=1))
    before = client.get("/meetings/public/calendar.ics")
    assert b"VEVENT" not in before.content
    clock.shift(timedelta(hours=1))
    after = client.get(address, headers={"If-Modified-Since": before["Last-Modified"]})
    assert b"VEVENT" in after.content


@pytest.mark.usefixtures("clock")
def test_calendars_keep_their_addresses_when_what_they_are_of_gets_a_new_one(client):
    group_calendar, meeting_calendar, _, public_calendar = addresses()
    for model, slug in ((make.Group, "g"), (PublicMeeting, "m")):
        record = model.objects.get(slug=slug)
        record.slug = "renamed"
        record.save()
    assert client.get(group_calendar)["Location"] == "/meetings/renamed/calendar.ics"
    assert client.get(public_calendar)["Location"] == "/meetings/public/renamed/calendar.ics"
    assert client.get(meeting_calendar)["Location"] == meeting_calendar.replace("/g/", "/renamed/")


@pytest.mark.usefixtures("clock")
def test_pages_offer_to_add_and_to_subscribe_with_the_name_in_the_words_of_the_link(client):
    addresses()
    group, public = client.get("/meetings/g/"), client.get("/meetings/public/")
    assert 'href="webcal://127.0.0.1:8000/meetings/g/calendar.ics"' in group.content.decode()
    assert 'href="webcal://127.0.0.1:8000/meetings/public/calendar.ics"' in public.content.decode()
    title = PublicMeeting.objects.get().title
    assert f"Add to calendar: {title}, 1 June 2026" in words(public)
    for page in (group, public, client.get("/meetings/public/m/")):
        head = page.content.decode().partition("</head>")[0]
        assert re.search(r'<link rel="alternate"\s+type="application/atom\+xml"[^>]*href="/meetings/dates.atom"', head)


def entries(client):
    feed = ElementTree.fromstring(client.get("/meetings/dates.atom").content)  # our own
    return [{child.tag.removeprefix(ATOM): child.text for child in entry} for entry in feed.findall(f"{ATOM}entry")]


def test_the_feed_tells_new_and_changed_dates_the_latest_change_first(client, clock):
    group = make.make_group(slug="g", name="Forum")
    meeting = make.make_meeting(group=group, held_on=date(2026, 6, 1))
    clock.shift(timedelta(hours=1))
    public = make.make_public_meeting(title="Street meet", held_on=date(2026, 5, 1), starts=time(18, 30))
    first = entries(client)
    assert [entry["title"] for entry in first] == [
        "Street meet, Friday 1 May 2026, 6:30pm",
        "Forum, Monday 1 June 2026",
    ]
    assert [entry["id"] for entry in first] == [f"urn:uuid:{public.pk}", f"urn:uuid:{meeting.pk}"]
    clock.shift(timedelta(hours=1))
    meeting.held_on, meeting.is_cancelled = date(2026, 6, 8), True
    meeting.save()
    changed = entries(client)[0]
    assert changed["title"] == "Cancelled: Forum, Monday 8 June 2026"
    assert changed["summary"] == "It was planned for Monday 1 June 2026."
    assert changed["id"] == f"urn:uuid:{meeting.pk}"
    assert datetime.fromisoformat(changed["updated"]) == NOW + timedelta(hours=2)


@pytest.mark.usefixtures("clock")
def test_an_empty_feed_is_whole_and_always_the_same(client):
    content = client.get("/meetings/dates.atom").content
    feed = ElementTree.fromstring(content)  # our own
    assert {child.tag.removeprefix(ATOM) for child in feed} >= {"id", "title", "updated", "author"}
    assert feed.find(f"{ATOM}updated").text == "2026-02-01T00:00:00+00:00"


def test_the_file_of_a_meeting_leads_on_with_its_group_and_says_why_it_is_gone(client, db):
    group = make.make_group(slug="g")
    path = f"/meetings/g/{make.make_meeting(group=group).pk}.ics"
    assert client.get(path).status_code == 200
    group.slug = "new"
    group.save()
    assert client.get(path)["Location"] == path.replace("/g/", "/new/")
    group.withdrawn_at, group.withdrawal_reason = make.LONG_AGO, "It was never set up."
    group.save()
    gone = client.get(path)
    assert (gone.status_code, "It was never set up." in gone.content.decode()) == (410, True)
    group.erase("The law demands it.")
    assert "The law demands it." in client.get(path).content.decode()


def test_a_public_meeting_is_moved_by_a_new_date_alone_and_what_nobody_knew_is_not(client, clock):
    public, draft = make.make_group(slug="g"), make.make_group(published_at=None)
    for group, promised in ((public, [date(2026, 6, 1)]), (draft, [])):
        meeting = make.make_meeting(group=group, held_on=date(2026, 6, 1))
        meeting.held_on = date(2026, 6, 8)
        meeting.save()
        assert meeting.former_days == promised
    assert "It was planned for" in client.get("/meetings/g/", {"on": "2026-05-01"}).content.decode()
