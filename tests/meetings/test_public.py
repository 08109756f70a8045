import json
import re
from datetime import date, time

import pytest
import time_machine
from django.core.exceptions import ValidationError

from meetings.models import PublicMeeting
from meetings.templatetags.meetings import linked_data
from pages.coherence import public_meetings
from tests import make
from tests.content import seed
from tests.forms import Form
from tests.pages.test_seed_document import words

TODAY = date(2026, 6, 1)
# What https://schema.org/Event and the search engines that read it ask for
REQUIRED = {"@context", "@type", "name", "startDate", "location", "eventStatus"}

pytestmark = pytest.mark.usefixtures("_june")


@pytest.fixture
def _june(db):
    with time_machine.travel("2026-06-01 12:00", tick=False):
        yield


def data_of(response):
    found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', response.content.decode())
    return json.loads(found[0]) if found else None


def test_the_list_shows_what_is_to_come_soonest_first_and_the_rest_is_a_list_of_the_past(client):
    for word, day in (("Zebra", date(2026, 6, 2)), ("Apple", TODAY), ("Over", date(2026, 5, 31))):
        make.make_public_meeting(title=word, held_on=day)
    page = words(client.get("/meetings/public/"))
    assert page.index("Apple") < page.index("Zebra")
    assert "Over" not in page
    past = words(client.get("/meetings/public/past/"))
    assert "Over" in past
    assert "Apple" not in past


def test_the_list_of_another_day_is_as_seen_from_then(client):
    make.make_public_meeting(title="Apple", held_on=date(2026, 5, 1))
    assert "Apple" in words(client.get("/meetings/public/", {"on": "2026-05-01"}))
    assert "Apple" in words(client.get("/meetings/public/past/", {"on": "2026-05-02"}))
    assert "No public meeting on or after 2 May 2026 is on this site." in words(
        client.get("/meetings/public/", {"on": "2026-05-02"})
    )


def test_the_list_of_one_area_keeps_the_day_in_its_links(client):
    make.make_public_meeting(title="Apple", area="Old Town", held_on=TODAY)
    make.make_public_meeting(title="Zebra", area="Bedwell & more", held_on=TODAY)
    page = client.get("/meetings/public/", {"on": "2026-05-01", "area": "Old Town"})
    assert "Dates to come in Old Town" in words(page)
    assert "Apple" in words(page)
    assert "Zebra" not in words(page)
    assert "?on=2026-05-01&amp;area=Bedwell+%26+more" in page.content.decode()


@pytest.mark.parametrize("area", ["Atlantis", "\x00", "<b>"])
def test_an_area_that_is_no_more_leads_to_all_of_them(client, area):
    make.make_public_meeting(title="Apple", area="Old Town", held_on=TODAY)
    page = client.get("/meetings/public/", {"area": area})
    assert "Apple" in words(page)
    assert f">{area}<" not in page.content.decode()


def test_past_meetings_come_in_pages_the_latest_first(client):
    for day in range(1, 26):
        make.make_public_meeting(title=f"Meeting of day {day}.", held_on=date(2026, 5, day))
    first, second = client.get("/meetings/public/past/"), client.get("/meetings/public/past/?page=2")
    assert "Meeting of day 25." in words(first)
    assert "Meeting of day 6." in words(first)
    assert "Meeting of day 5." not in words(first)
    assert "Meeting of day 5." in words(second)
    assert 'href="?page=2#dates">Next page</a>' in first.content.decode()
    assert client.get("/meetings/public/past/?page=x").status_code == 404


@pytest.mark.parametrize("address", ["/meetings/public/", "/meetings/", "/get-involved/"])
def test_without_a_meeting_the_site_says_so(client, address):
    seed()
    assert "No public meeting is announced on this site." in words(client.get(address))
    listed = words(client.get("/meetings/public/"))
    assert "Other ways to be heard Members of the public can raise concerns at meetings" in listed


def test_without_a_past_meeting_the_page_of_them_speaks_of_none(client, db):
    page = words(client.get("/meetings/public/past/"))
    assert "No past public meeting is on this site." in page
    assert "These meetings are over." not in page
    assert "No public meeting before 1 May 2026 is on this site." in words(
        client.get("/meetings/public/past/", {"on": "2026-05-01"})
    )
    make.make_public_meeting(held_on=date(2026, 5, 1))
    assert "These meetings are over." in words(client.get("/meetings/public/past/"))


def test_a_file_of_all_dates_is_offered_once_there_are_dates(client, db):
    make.make_group(slug="g")
    for address, maker in (
        ("/meetings/g/", lambda: make.make_meeting(group=make.Group.objects.get(), held_on=date(2026, 5, 1))),
        ("/meetings/public/", lambda: make.make_public_meeting(held_on=TODAY)),
    ):
        assert "Calendar file with all dates" not in words(client.get(address)), address
        maker()
        assert "Calendar file with all dates" in words(client.get(address)), address


@pytest.mark.parametrize("address", ["/", "/meetings/", "/get-involved/"])
def test_the_next_three_are_shown_where_people_look(client, address):
    seed()
    assert "No public meeting" not in words(client.get("/")), "the home page has words of its own where there is none"
    for day in range(1, 6):
        make.make_public_meeting(title=f"Meeting of day {day}.", held_on=date(2026, 6, day))
    page = words(client.get(address))
    assert "Meeting of day 3." in page
    assert "Meeting of day 4." not in page


def test_a_meeting_that_moved_says_both_days_on_its_page_and_in_the_list(client):
    make.make_public_meeting(slug="m", held_on=date(2026, 6, 20), promised_days="2026-06-10", starts=time(18, 30))
    page = words(client.get("/meetings/public/m/"))
    assert "It was planned for Wednesday 10 June 2026. It is now on Saturday 20 June 2026." in page
    listed = words(client.get("/meetings/public/"))
    assert "Saturday 20 June 2026, 6:30pm Moved. It was planned for Wednesday 10 June 2026." in listed


def test_a_meeting_that_moved_to_an_earlier_day_stays_on_the_list_until_its_first_day_has_passed(client):
    make.make_public_meeting(title="Early bird", held_on=date(2026, 5, 1), promised_days="2026-06-01")
    for day, listed in (("2026-06-01", "/meetings/public/"), ("2026-06-02", "/meetings/public/past/")):
        for address in ("/meetings/public/", "/meetings/public/past/"):
            is_there = "Early bird" in client.get(address, {"on": day}).content.decode()
            assert is_there == (address == listed), (address, day)


def test_a_cancelled_meeting_stays_on_the_list_until_its_day_has_passed(client):
    make.make_public_meeting(slug="m", title="Forum", held_on=TODAY, is_cancelled=True)
    assert "Cancelled: Forum Monday 1 June 2026" in words(client.get("/meetings/public/"))
    assert "Cancelled" not in words(client.get("/meetings/public/", {"on": "2026-06-02"}))
    page = client.get("/meetings/public/m/")
    assert "This meeting is cancelled. It was to be on Monday 1 June 2026." in words(page)
    assert "Add to calendar" not in words(page)


@pytest.mark.parametrize(
    ("kind", "day", "there"),
    [
        ("forum", date(2026, 5, 31), "This meeting is over. It was on Sunday 31 May 2026."),
        ("survey", date(2026, 5, 31), "This survey is over. The last day to answer was Sunday 31 May 2026."),
        ("survey", TODAY, "Answer by Monday 1 June 2026"),
        ("forum", TODAY, "Monday 1 June 2026, time to be confirmed The place is not set yet."),
    ],
)
def test_a_page_says_whether_its_day_has_passed(client, kind, day, there):
    make.make_public_meeting(slug="m", kind=kind, held_on=day)
    page = words(client.get("/meetings/public/m/"))
    assert there in page
    assert ("is over" in page) is (day < TODAY)
    assert ("Add to calendar" in page) is (day >= TODAY)


def test_a_survey_and_the_meeting_it_is_for_lead_to_each_other(client):
    meeting = make.make_public_meeting(slug="forum", title="The forum", held_on=date(2026, 6, 20))
    survey = make.make_public_meeting(
        slug="survey", title="The survey", kind="survey", held_on=date(2026, 6, 15), answers_go_to=meeting
    )
    assert "Answer this survey before the meeting: The survey. The last day to answer is Monday 15 June 2026." in words(
        client.get("/meetings/public/forum/")
    )
    assert "The answers go to this meeting: The forum, Saturday 20 June 2026." in words(
        client.get("/meetings/public/survey/")
    )
    survey.held_on = date(2026, 6, 21)
    with pytest.raises(ValidationError, match="The answers go to “The forum, 20 June 2026”, which is before this day"):
        survey.full_clean()


def test_the_organiser_is_named_as_on_the_day_of_the_meeting(client):
    partner = make.make_partner(name="New name")
    make.make_earlier_name(partner=partner, name="Old name", ends_on=date(2026, 5, 31))
    for day, name in ((date(2026, 5, 31), "Old name"), (TODAY, "New name")):
        meeting = make.make_public_meeting(held_on=day, partner=partner)
        page = words(client.get(meeting.get_absolute_url()))
        assert f"Organiser {name}" in page


def test_a_meeting_that_is_only_online_says_how_to_join_until_it_is_over(client):
    make.make_public_meeting(slug="m", held_on=TODAY, online="https://www.example.org/join")
    page = client.get("/meetings/public/m/")
    assert '<a href="https://www.example.org/join">Join online</a>' in page.content.decode()
    assert "The place is not set yet" not in words(page)
    assert data_of(page)["location"] == {"@type": "VirtualLocation", "url": "https://www.example.org/join"}
    assert "Join online" not in words(client.get("/meetings/public/m/", {"on": "2026-06-02"}))


def test_the_stops_of_a_day_are_told_in_their_order(client):
    meeting = make.make_public_meeting(slug="m")
    make.make_stop(meeting=meeting, position=2, starts=time(11), place="The bridge")
    make.make_stop(meeting=meeting, position=1, starts=time(10), place="The shops")
    make.make_stop(meeting=meeting, position=3, place="The park")
    assert "Stops 10am: The shops 11am: The bridge The park" in words(client.get("/meetings/public/m/"))
    assert "Stops: 10am: The shops; 11am: The bridge; The park" in words(client.get("/meetings/public/"))


def test_search_engines_are_told_of_the_meeting_in_their_vocabulary(client):
    partner = make.make_partner(slug="council", name="The council")
    make.make_public_meeting(
        slug="m", title="A <b>forum</b> & more", held_on=date(2026, 6, 20), promised_days="2026-06-10",
        starts=time(18, 30), ends=time(20), venue="The hall", address="1 Example Street", partner=partner,
        about="Ends </script> here.",
    )  # fmt: skip
    assert data_of(client.get("/meetings/public/m/")) == {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": "A <b>forum</b> & more",
        "url": "http://127.0.0.1:8000/meetings/public/m/",
        "startDate": "2026-06-20T18:30:00+01:00",
        "endDate": "2026-06-20T20:00:00+01:00",
        "previousStartDate": "2026-06-10",
        "eventStatus": "https://schema.org/EventRescheduled",
        "location": {"@type": "Place", "name": "The hall", "address": "1 Example Street"},
        "organizer": {
            "@type": "Organization",
            "name": "The council",
            "url": "http://127.0.0.1:8000/who-belongs/council/",
        },
        "description": "Ends </script> here.",
    }


@pytest.mark.parametrize(
    ("fields", "start", "status"),
    [
        ({"held_on": date(2026, 12, 1), "starts": time(10)}, "2026-12-01T10:00:00+00:00", "Scheduled"),
        ({"held_on": date(2028, 2, 29)}, "2028-02-29", "Scheduled"),
        ({"held_on": date(2026, 12, 1), "is_cancelled": True}, "2026-12-01", "Cancelled"),
    ],
)
def test_every_event_has_the_fields_that_its_vocabulary_requires(client, fields, start, status):
    make.make_public_meeting(slug="m", venue="The hall", **fields)
    data = data_of(client.get("/meetings/public/m/"))
    assert data.keys() >= REQUIRED
    assert data["startDate"] == start
    assert data["eventStatus"] == f"https://schema.org/Event{status}"
    assert data["location"]["address"] == "The hall"


def test_several_stops_are_several_locations(client):
    meeting = make.make_public_meeting(slug="m")
    make.make_stop(meeting=meeting, position=1, place="The shops")
    make.make_stop(meeting=meeting, position=2, place="The park")
    places = data_of(client.get("/meetings/public/m/"))["location"]
    assert [place["name"] for place in places] == ["The shops", "The park"]


def street_meet(**fields):
    """Three stops in two areas on one day."""
    meeting = make.make_public_meeting(**{"title": "Street meet", "held_on": TODAY, "kind": "street-meet", **fields})
    for number, area in enumerate(["Bedwell", "Old Town", "Bedwell"], start=1):
        hours = {"starts": time(9 + number), "ends": time(9 + number, 30)}
        make.make_stop(meeting=meeting, position=number, place=f"Corner {number}", area=area, **hours)
    return meeting


def test_a_day_with_several_stops_says_of_each_from_when_until_when_and_where(client):
    street_meet(slug="m")
    page = words(client.get("/meetings/public/m/"))
    assert "Monday 1 June 2026, 10am to 12:30pm" in page
    assert "10am to 10:30am: Corner 1, Bedwell 11am to 11:30am: Corner 2, Old Town" in page
    assert "Areas Bedwell, Old Town" in page
    listed = words(client.get("/meetings/public/"))
    assert "Stops: 10am to 10:30am: Corner 1, Bedwell; 11am to 11:30am: Corner 2, Old Town; midday to" in listed
    for address in ("/meetings/public/calendar.ics", "/meetings/public/m/calendar.ics"):
        file = client.get(address).content.decode().replace("\r\n ", "")
        assert "11am to 11:30am: Corner 2\\, Old Town" in file
        assert "T100000\r\nDTEND;TZID=Europe/London:20260601T123000" in file.replace("DTSTART;", "DTSTART;")
    assert data_of(client.get("/meetings/public/m/"))["startDate"] == "2026-06-01T10:00:00+01:00"
    assert "10am" in client.get("/meetings/dates.atom").content.decode()


def test_a_meeting_is_among_those_of_each_area_in_which_it_stops(client):
    street_meet()
    make.make_public_meeting(title="Forum", area="Old Town", held_on=TODAY, starts=time(10, 45))
    make.make_stop(meeting=make.make_public_meeting(title="Secret", published_at=None), area="Nowhere")
    pages = {area: words(client.get("/meetings/public/", {"area": area})) for area in ("Bedwell", "Old Town")}
    assert ["Street meet" in page for page in pages.values()] == [True, True]
    assert ["Forum" in page for page in pages.values()] == [False, True]
    assert pages["Old Town"].index("Street meet") < pages["Old Town"].index("Forum"), "by the hour of its first stop"
    assert "All areas Bedwell Old Town" in pages["Bedwell"]
    assert "Nowhere" not in pages["Bedwell"]


def test_the_time_of_stops_is_the_time_of_the_meeting_for_officers_too():
    street_meet()
    assert [finding.sentence for finding in public_meetings(TODAY)] == []


def test_an_officer_chooses_the_kind(admin_client):
    form = Form(admin_client, "/admin/meetings/publicmeeting/add/")
    typed = {"title": "Street meet", "slug": "s", "held_on": "2026-06-20"}
    assert form["kind"] == ""
    assert form.press("_draft", **typed).status_code == 200
    assert "Kind Choose one." in " ".join(form.problems()).replace(":", "")
    assert form.press("_draft", kind="street-meet", **typed).status_code == 302
    assert PublicMeeting.objects.get().kind == "street-meet"


@pytest.mark.parametrize("fields", [{"kind": "survey", "venue": "The hall"}, {"kind": "forum"}])
def test_what_is_no_event_or_has_no_place_is_not_called_one(client, fields):
    make.make_public_meeting(slug="m", **fields)
    assert data_of(client.get("/meetings/public/m/")) is None


def test_data_can_neither_end_its_element_nor_start_another():
    assert not set("<>&") & set(linked_data({"name": "</script><!-- & <script>"}))


def test_a_public_meeting_can_be_copied_for_the_next_of_its_series(admin_client):
    meeting = make.make_public_meeting(title="Forum", held_on=TODAY, venue="The hall")
    make.make_stop(meeting=meeting, place="The shops")
    form = f"/admin/meetings/publicmeeting/{meeting.pk}/change/"
    page = admin_client.get(form)
    stop = page.context["inline_admin_formsets"][0].formset.initial_forms[0]
    sent = {
        "title": "Forum", "kind": "area", "held_on": "2026-07-01", "venue": "The hall",
        "stops-TOTAL_FORMS": 1, "stops-INITIAL_FORMS": 1, "stops-0-id": stop.instance.pk, "stops-0-position": 1,
        "stops-0-place": "The shops", "stops-0-meeting": meeting.pk, "_saveasnew": "1",
    }  # fmt: skip
    response = admin_client.post(form, sent)
    assert response.status_code == 302
    copy = PublicMeeting.objects.get(slug="forum-2026-07-01")
    assert (copy.held_on, copy.stops.get().place, copy.state) == (date(2026, 7, 1), "The shops", "Draft")
    assert meeting.stops.count() == 1


def test_officers_are_told_of_what_people_need_to_come_or_to_answer():
    make.make_public_meeting(title="Bare", held_on=TODAY)
    make.make_public_meeting(title="Mute", kind="survey", held_on=TODAY)
    make.make_public_meeting(title="Whole", held_on=TODAY, starts=time(10), venue="The hall")
    make.make_public_meeting(title="Over", held_on=date(2026, 5, 31))
    make.make_public_meeting(title="Off", held_on=TODAY, is_cancelled=True)
    make.make_meeting(group=make.make_group(abbreviation="RAG", is_open=True), held_on=TODAY)
    assert [finding.sentence for finding in public_meetings(TODAY)] == [
        "“RAG, 1 June 2026”, open to residents: the time is not set.",
        "“RAG, 1 June 2026”, open to residents: the place is not set.",
        "“Bare, 1 June 2026”: the time is not set.",
        "“Bare, 1 June 2026”: the place is not set.",
        "The survey “Mute, 1 June 2026” has no link, so nobody can tell where to answer it.",
    ]


def test_the_areas_in_use_are_offered_to_the_officer(admin_client):
    make.make_public_meeting(area="Old Town")
    page = admin_client.get("/admin/meetings/publicmeeting/add/").content.decode()
    assert '<option value="Old Town"></option>' in page
    assert 'list="area-suggestions"' in page


@pytest.mark.parametrize(
    ("day", "fields", "told"),
    [
        ("2026-06-20", {}, "Answer by Saturday 20 June 2026"),
        ("2026-06-21", {}, "The last day to answer was Saturday 20 June 2026"),
        ("2026-06-20", {"is_cancelled": True}, "The last day to answer was to be Saturday 20 June 2026"),
    ],
)
def test_a_survey_has_one_state_on_its_page_and_in_the_lists(client, day, fields, told):
    link = {"link": "https://www.example.org/answer", "link_label": "Answer the survey"}
    make.make_public_meeting(
        slug="m", kind="survey", held_on=date(2026, 6, 20), about="What worries you?", **link, **fields
    )
    page = client.get("/meetings/public/m/", {"on": day})
    assert told in words(page)
    assert ("Answer by" in words(page)) == told.startswith("Answer by")
    assert ("https://www.example.org/answer" in page.content.decode()) == told.startswith("Answer by")
    assert "What worries you?" in words(page)
    address = "/meetings/public/" if day == "2026-06-20" else "/meetings/public/past/"
    assert told in words(client.get(address, {"on": day}))


def test_a_meeting_and_its_survey_speak_of_each_other_as_the_day_has_it(client):
    forum = make.make_public_meeting(slug="forum", title="Forum", held_on=date(2026, 6, 20))
    survey = make.make_public_meeting(slug="s", kind="survey", held_on=date(2026, 6, 10), answers_go_to=forum)
    pages = {day: words(client.get("/meetings/public/forum/", {"on": day})) for day in ("2026-06-10", "2026-06-11")}
    assert f"Answer this survey before the meeting: {survey.title}. The last day to answer is" in pages["2026-06-10"]
    assert f"There was a survey before the meeting: {survey.title}. The last day to answer was" in pages["2026-06-11"]
    assert "The answers go to this meeting: Forum" in words(client.get("/meetings/public/s/", {"on": "2026-06-20"}))
    assert "The answers went to this meeting: Forum" in words(client.get("/meetings/public/s/", {"on": "2026-06-21"}))
    PublicMeeting.objects.update(is_cancelled=True)
    assert "A survey before the meeting was cancelled" in words(client.get("/meetings/public/forum/"))
    assert "were to go to this meeting, which is cancelled: Forum" in words(client.get("/meetings/public/s/"))


def test_what_is_not_set_is_missed_only_while_the_meeting_is_to_come(client):
    make.make_public_meeting(slug="m", held_on=TODAY)
    assert "The place is not set yet." in words(client.get("/meetings/public/m/"))
    assert "The place is not set yet." not in words(client.get("/meetings/public/m/", {"on": "2026-06-02"}))


def test_what_more_there_is_to_read_about_a_meeting_stays_when_it_is_over(client):
    link = {"link": "https://www.example.org/report", "link_label": "What was said"}
    make.make_public_meeting(slug="m", held_on=date(2026, 5, 1), **link)
    assert "https://www.example.org/report" in client.get("/meetings/public/m/").content.decode()
