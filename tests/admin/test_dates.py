"""Adding many dates to a group: chosen or pasted, looked over, saved together."""

import html
import re
from datetime import date, time

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.urls import reverse

from meetings.models import Meeting
from tests import make
from tests.forms import Form
from tests.pages.test_seed_document import words

pytestmark = pytest.mark.django_db
THURSDAYS = {"every_count": 4, "every_unit": "week", "weekday": 3, "counted_from": date(2026, 1, 8)}


@pytest.fixture(autouse=True)
def _at_a_fixed_time():
    with time_machine.travel("2026-11-24 12:00", tick=False):
        yield


def url(group):
    return reverse("admin:meetings_group_dates", args=[group.pk])


def seen(response):
    """What an officer reads on the page."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def look_over(client, group, step, **fields):
    """The page with its rows; nothing may be saved by then."""
    before = Meeting.objects.count()
    response = client.post(url(group), {"step": step, **fields})
    assert response.status_code == 200
    assert Meeting.objects.count() == before
    return response


def rows_of(response):
    """What the browser would send back for the rows as they are shown."""
    rows = response.context["rows"]
    sent = {"step": "save"}
    for form in [rows.management_form, *rows.forms]:
        for field in form:
            value = field.value()
            if value is False:
                continue
            widget = field.field.widget
            sent[field.html_name] = "on" if value is True else widget.format_value(value) or ""
    return sent


def paste(client, group, text, **fields):
    return look_over(client, group, "paste", text=text, **fields)


def test_a_years_dates_come_from_the_pattern_in_one_action(admin_client, client):
    group = make.make_group(slug="g", **THURSDAYS)
    page = admin_client.get(url(group))
    first = page.context["pattern"].initial
    assert (first["first"], first["last"]) == (date(2026, 11, 24), date(2027, 11, 23))
    given = {"starts": "18:30", "ends": "20:00", "venue": "Daneshill House"}
    shown = look_over(admin_client, group, "pattern", **first, **given)
    assert "Thursday 10 December 2026" in seen(shown)
    saved = admin_client.post(url(group), rows_of(shown), follow=True)
    assert "Added 13 dates: 10 December 2026, 7 January 2027," in seen(saved)
    meeting = group.meetings.get(held_on=date(2027, 1, 7))
    assert (meeting.starts, meeting.ends, meeting.venue) == (time(18, 30), time(20), "Daneshill House")
    assert "Next meets on Thursday 10 December 2026." in words(client.get("/meetings/g/"))
    assert "Last changed 24 November 2026." in words(client.get("/meetings/g/"))


def test_the_next_year_is_offered_from_the_day_after_the_last_known_date(admin_client):
    group = make.make_group(**{**THURSDAYS, "counted_from": None})
    make.make_meeting(group=group, held_on=date(2027, 2, 5), promised_days="2027-02-04")
    initial = admin_client.get(url(group)).context["pattern"].initial
    assert (initial["first"], initial["last"]) == (date(2027, 2, 6), date(2028, 2, 5))
    assert initial["counted_from"] == date(2027, 2, 4), "that a meeting moved does not move the pattern"
    shown = look_over(admin_client, group, "pattern", **initial)
    assert shown.context["rows"].forms[0].day == date(2027, 3, 4)


def test_a_group_that_meets_so_many_times_a_year_has_its_dates_pasted(admin_client):
    group = make.make_group(every_count=5, every_unit="times")
    page = admin_client.get(url(group))
    assert "It meets five times a year . That does not say on which days: paste the dates below." in seen(page)
    assert "Show these dates" not in seen(page)
    shown = look_over(admin_client, group, "pattern", first="2027-01-01", last="2027-12-31")
    assert shown.context["pattern"].non_field_errors() == [
        "That it meets five times a year does not say on which days. Paste the dates."
    ]


def test_what_an_officer_should_know_about_a_day_stands_beside_it(admin_client):
    group = make.make_group()
    make.make_meeting(group=group, held_on=date(2026, 12, 1))
    shown = paste(admin_client, group, "31 May 2027\n1 December 2026\n5 December 2026\n23 November 2026\n4 May 2027")
    notes = {form.day: notes for form, notes in shown.context["noted"]}
    assert notes == {
        date(2027, 5, 31): ["bank holiday in England: Spring Bank Holiday"],
        date(2026, 12, 1): ["already entered"],
        date(2026, 12, 5): ["Saturday: at the weekend"],
        date(2026, 11, 23): ["in the past"],
        date(2027, 5, 4): [],
    }
    assert "Bank holiday in England: Spring Bank Holiday" in seen(shown)
    admin_client.post(url(group), rows_of(shown))
    assert group.meetings.count() == 5, "what was entered already was not ticked"


def test_a_pasted_list_is_shown_as_understood_and_saved_as_shown(admin_client):
    group = make.make_group()
    shown = paste(admin_client, group, "Thu 14 Jan 10am, The Hub\n\nThu 11 Feb 6.30pm - 8pm, Annexe", year="2027")
    assert "The line was: Thu 14 Jan 10am, The Hub Taken as 2027" in seen(shown)
    admin_client.post(url(group), rows_of(shown))
    assert list(group.meetings.values_list("held_on", "starts", "ends", "venue")) == [
        (date(2027, 1, 14), time(10), None, "The Hub"),
        (date(2027, 2, 11), time(18, 30), time(20), "Annexe"),
    ]


def test_a_missing_year_is_asked_for_and_the_list_is_kept(admin_client):
    group = make.make_group()
    asked = paste(admin_client, group, "Thu 14 January, The Hub\n11 February 2027")
    assert "One line has no year, such as “Thu 14 January, The Hub”. Which year is it?" in seen(asked)
    assert asked.context["rows"] is None
    assert "Thu 14 January, The Hub\n11 February 2027" in html.unescape(asked.content.decode())


def test_what_was_not_understood_must_be_settled_before_anything_is_saved(admin_client):
    group = make.make_group()
    shown = paste(admin_client, group, "Tuesday 14 January 2027, The Hub\n11 February 2027")
    assert "14 January 2027 is a Thursday, but the line says Tuesday. Which day is it?" in seen(shown)
    refused = admin_client.post(url(group), rows_of(shown))
    assert "Nothing was saved." in seen(refused)
    assert "Give the date, or untick this row." in seen(refused)
    assert "14 January 2027 is a Thursday, but the line says Tuesday. Which day is it?" in seen(refused)
    assert not group.meetings.exists()
    settled = {**rows_of(refused), "form-0-held_on": "2027-01-14"}
    assert settled["form-0-venue"] == "The Hub"
    admin_client.post(url(group), settled)
    assert group.meetings.count() == 2


def test_a_row_can_be_changed_or_left_out(admin_client):
    group = make.make_group()
    sent = rows_of(paste(admin_client, group, "14 January 2027\n11 February 2027\nDates of the group"))
    del sent["form-0-is_wanted"], sent["form-2-is_wanted"]
    admin_client.post(url(group), {**sent, "form-1-held_on": "2027-02-12", "form-1-starts": "10:00"})
    meeting = group.meetings.get()
    assert (meeting.held_on, meeting.starts) == (date(2027, 2, 12), time(10))


def test_a_double_click_adds_each_date_once_and_says_so(admin_client):
    group = make.make_group()
    sent = rows_of(paste(admin_client, group, "14 January 2027\n11 February 2027"))
    admin_client.post(url(group), sent)
    again = admin_client.post(url(group), sent)
    assert seen(again).count("This group already has a meeting on that day.") == 2
    assert group.meetings.count() == 2


def test_all_dates_are_saved_or_none(admin_client):
    group = make.make_group()
    sent = rows_of(paste(admin_client, group, "14 January 2027\n11 February 2027, 6pm"))
    refused = admin_client.post(url(group), {**sent, "form-1-ends": "17:00"})
    assert "It has an end but no start, or ends before its start. Check both times." in seen(refused)
    assert not group.meetings.exists()


def test_nothing_ticked_is_said_to_be_nothing(admin_client):
    group = make.make_group()
    sent = rows_of(paste(admin_client, group, "14 January 2027"))
    del sent["form-0-is_wanted"]
    assert "No date is ticked" in seen(admin_client.post(url(group), sent))


@pytest.mark.parametrize(
    ("fields", "words_said"),
    [
        ({"first": "2027-01-01", "last": "2026-12-01"}, "The last day is before the first day."),
        ({"first": "2027-01-01", "last": "2099-12-01"}, "more than five years"),
        ({"first": "2027-01-01", "last": "2027-01-02"}, "The pattern has no date between these days."),
        ({"first": "", "last": "2027-01-02"}, "Fill this in."),
        ({"first": "2027-01-01", "last": "2027-12-31", "counted_from": ""}, "Fill this in."),
    ],
)
def test_a_span_that_gives_no_dates_is_refused_in_words(admin_client, fields, words_said):
    group = make.make_group(**THURSDAYS)
    refused = look_over(admin_client, group, "pattern", **{"counted_from": "2026-01-08", **fields})
    assert words_said in seen(refused)
    assert refused.context["rows"] is None


def test_a_group_without_a_pattern_is_told_so_and_can_be_given_a_list(admin_client):
    group = make.make_group()
    assert "No pattern is known." in seen(admin_client.get(url(group)))
    assert "No pattern is known." in seen(
        look_over(admin_client, group, "pattern", first="2027-01-01", last="2027-02-01")
    )


def test_a_list_too_long_is_refused_with_the_list_kept(admin_client):
    refused = paste(admin_client, make.make_group(), "14 January 2027\n" * 101)
    assert "at most 100 dates at once" in seen(refused)
    assert refused.content.decode().count("14 January 2027") == 101


def test_only_who_may_change_the_group_and_add_meetings_can_add_dates(client):
    group, shown = make.make_group(published_at=None), make.make_group()
    officer = make.make_onlooker()
    assert client.get(url(group)).status_code == 302
    client.force_login(officer)
    assert client.get(url(group)).status_code == 403
    officer.user_permissions.add(Permission.objects.get(codename="change_group", content_type__app_label="meetings"))
    assert client.post(url(group), {"step": "paste", "text": "x"}).status_code == 403
    officer.user_permissions.add(Permission.objects.get(codename="add_meeting"))
    assert client.get(url(group)).status_code == 200
    assert client.get(url(shown)).status_code == 403, "dates of a public group show at once"


def test_the_page_is_reached_from_the_groups_form_and_list(admin_client):
    group = make.make_group()
    form = admin_client.get(reverse("admin:meetings_group_change", args=[group.pk])).content.decode()
    listed = admin_client.get(reverse("admin:meetings_group_changelist")).content.decode()
    assert f'href="{url(group)}"' in form
    assert f'href="{url(group)}"' in listed


def test_a_groups_form_keeps_within_what_the_server_takes_in(admin_client):
    """However long its history: the list of meetings leads to old ones."""
    group = make.make_group()
    make.make_meeting(group=group, held_on=date(2020, 1, 1))
    make.make_meeting(group=group, held_on=date(2026, 10, 1))
    inlines = admin_client.get(reverse("admin:meetings_group_change", args=[group.pk])).context["inline_admin_formsets"]
    days = [form.instance.held_on for inline in inlines for form in inline.formset.initial_forms]
    assert days == [date(2026, 10, 1)]
    assert "1 Jan" in seen(admin_client.get(reverse("admin:meetings_meeting_changelist")))


def meeting_url(meeting):
    return reverse("admin:meetings_meeting_change", args=[meeting.pk])


def test_the_list_of_meetings_and_every_link_to_one_lead_to_its_place_on_the_form_of_its_group(admin_client):
    group = make.make_group()
    old, _, later = (make.make_meeting(group=group, held_on=date(year, 1, 1)) for year in (2020, 2021, 2026))
    listed = admin_client.get(reverse("admin:meetings_meeting_changelist")).content.decode()
    assert "Add meeting" not in listed
    for meeting in (old, later):
        assert f'href="{meeting_url(meeting)}"' in listed
        place = admin_client.get(meeting_url(meeting))["Location"]
        assert place == f"{reverse('admin:meetings_group_change', args=[group.pk])}?from={meeting.held_on}#meetings-0"
        assert Form(admin_client, place.partition("#")[0])["meetings-0-id"] == str(meeting.pk)


@pytest.mark.parametrize("role", ["Editor", "Publisher", "Administrator"])
def test_the_dates_of_a_draft_group_go_with_it_when_it_is_deleted(client, role):
    client.force_login(make.make_officer(role))
    meeting = make.make_meeting(group=make.make_group(published_at=None))
    for form, status in ((meeting_url(meeting), 403), (meeting.group.get_edit_url(), 302)):
        assert client.post(form.replace("/change/", "/delete/"), {"post": "yes"}).status_code == status
    assert not Meeting.objects.exists()


def test_an_editor_changes_one_meeting_of_years_ago_as_a_draft(client):
    client.force_login(make.make_officer("Editor"))
    meeting = make.make_meeting(group=make.make_group(slug="g"), held_on=date(2020, 1, 1), venue="Old Hall")
    place = client.get(meeting_url(meeting))["Location"].partition("#")[0]
    said = seen(
        client.post(place, {**Form(client, place).fields, "meetings-0-venue": "New Hall", "_ready": ""}, follow=True)
    )
    assert "The draft is ready: publishers see it on their first page." in said
    meeting.refresh_from_db()
    assert meeting.venue == "Old Hall"
    client.force_login(make.make_officer("Publisher"))
    Form(client, place).press("_publish")
    meeting.refresh_from_db()
    assert meeting.venue == "New Hall"


def test_minutes_that_come_late_are_added_from_the_list_of_meetings_and_date_the_groups_page(admin_client, client):
    group = make.make_group(slug="g")
    meeting = make.make_meeting(group=group, held_on=date(2020, 1, 1))
    minutes = make.make_document(kind="minutes")
    place = admin_client.get(meeting_url(meeting))["Location"].partition("#")[0]
    assert Form(admin_client, place).press("_publish", **{"meetings-0-minutes": str(minutes.pk)}).status_code == 302
    page = words(client.get("/meetings/g/"))
    assert "Draft minutes" in page
    assert "Last changed 24 November 2026." in page
