"""Announcing several public meetings from one pasted list."""

from datetime import date, time

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.urls import reverse

from meetings.models import PublicMeeting
from sosafe_site.publishing.models import Revision
from tests import make
from tests.admin.test_dates import rows_of, seen
from tests.pages.test_seed_document import words

pytestmark = pytest.mark.django_db
URL = "/admin/meetings/publicmeeting/from-list/"
NINE = """\
Saturday 6 March 2027, 10am to 12 noon, Bedwell, Town Centre Gardens
Saturday 13 March 2027, 10am to 12 noon, Chells, The Glebe shops
Saturday 20 March 2027, 10am to 12 noon, Old Town, High Street
Saturday 27 March 2027, 10am to 12 noon, Pin Green, Oval shops
Saturday 3 April 2027, 10am to 12 noon, Shephall, Shephall Green
Saturday 10 April 2027, 10am to 12 noon, Symonds Green, The shops
Saturday 17 April 2027, 10am to 12 noon, Manor, Canterbury Way
Saturday 24 April 2027, 10am to 12 noon, Roebuck, Roebuck Gate
Friday 30 April 2027, 7pm to midnight, Longmeadow, Oaks Cross
"""
TYPED = {"kind": "street-meet", "title": "Street meet", "title_ends": "area", "order": "area-place"}


@pytest.fixture(autouse=True)
def _at_a_fixed_time():
    with time_machine.travel("2026-11-24 12:00", tick=False):
        yield


def look_over(client, text=NINE, **fields):
    """The page with its rows; nothing may be saved by then."""
    before = PublicMeeting.objects.count()
    response = client.post(URL, {"step": "paste", "text": text, **TYPED, **fields})
    assert response.status_code == 200
    assert PublicMeeting.objects.count() == before
    return response


def sent_back(response, step="publish", **typed):
    same = {field.name: field.value() or "" for field in response.context["same"]}
    same["partner"] = getattr(same["partner"], "pk", same["partner"])
    return {**rows_of(response), **same, "_number": response.context["number"], "step": step, **typed}


def test_nine_street_meets_are_announced_from_one_pasted_list(admin_client, client):
    partner = make.make_partner(name="The council")
    shown = look_over(admin_client, partner=partner.pk)
    assert "weekend" not in seen(shown), "street meets are on Saturdays"
    assert next(form["title"].value() for form, _ in shown.context["noted"]) == "Street meet, Bedwell"
    done = admin_client.post(URL, sent_back(shown), follow=True)
    assert "9 public meetings are published: Street meet, Bedwell, 6 March 2027;" in seen(done)
    meeting = PublicMeeting.objects.get(slug="street-meet-bedwell-2027-03-06")
    assert (meeting.starts, meeting.ends, meeting.venue) == (time(10), time(12), "Town Centre Gardens")
    assert (meeting.kind, meeting.area, meeting.partner) == ("street-meet", "Bedwell", partner)
    assert PublicMeeting.objects.get(area="Longmeadow").ends == time(0)
    page = words(client.get("/meetings/public/"))
    assert page.count("Street meet,") >= 9
    assert "Saturday 6 March 2027, 10am to midday Town Centre Gardens" in page
    assert "Friday 30 April 2027, 7pm to midnight Oaks Cross" in page
    assert words(client.get("/meetings/public/street-meet-bedwell-2027-03-06/"))
    assert {version.words for version in Revision.objects.kept().of(meeting)} >= {"Added.", "Published."}


def test_they_can_be_saved_as_drafts_which_only_staff_see(admin_client, client):
    done = admin_client.post(URL, sent_back(look_over(admin_client), "draft"), follow=True)
    assert "9 public meetings are saved as drafts. Only staff see them: Street meet, Bedwell" in seen(done)
    assert {meeting.state for meeting in PublicMeeting.objects.all()} == {"Draft"}
    assert "Street meet" not in words(client.get("/meetings/public/"))


def test_an_officer_who_may_not_publish_saves_drafts_only(client):
    officer = make.make_onlooker()
    assert client.get(URL).status_code == 302
    client.force_login(officer)
    assert client.get(URL).status_code == 403
    officer.user_permissions.add(*Permission.objects.filter(codename__in=["add_publicmeeting", "view_publicmeeting"]))
    shown = look_over(client)
    assert "Publish the ticked ones now" not in seen(shown)
    assert client.post(URL, {**sent_back(shown, "publish"), "_number": ""}).status_code == 403
    assert not PublicMeeting.objects.exists()
    assert client.post(URL, sent_back(look_over(client), "draft")).status_code == 302
    assert PublicMeeting.objects.count() == 9


def test_what_could_not_be_read_is_asked_and_all_are_saved_or_none(admin_client):
    shown = look_over(admin_client, "Saturday 7 March 2027, 10am, Bedwell, Gardens\n13 March 2027, 2pm, Chells, Glebe")
    assert "7 March 2027 is a Sunday, but the line says Saturday. Which day is it?" in seen(shown)
    refused = admin_client.post(URL, sent_back(shown))
    assert "Nothing was saved." in seen(refused)
    assert "Give the date, or untick this row." in seen(refused)
    assert not PublicMeeting.objects.exists()
    twisted = {"form-0-held_on": "2027-03-06", "form-1-ends": "09:00", "form-1-title": ""}
    refused = admin_client.post(URL, sent_back(refused, **twisted))
    assert "Give the title, or untick this row." in seen(refused)
    refused = admin_client.post(URL, sent_back(refused, **{"form-1-title": "Street meet, Chells"}))
    assert "It has an end but no start, or ends before its start." in seen(refused)
    assert not PublicMeeting.objects.exists()
    admin_client.post(URL, sent_back(refused, **{"form-1-ends": "16:00"}))
    assert [str(meeting) for meeting in PublicMeeting.objects.order_by("held_on")] == [
        "Street meet, Bedwell, 6 March 2027",
        "Street meet, Chells, 13 March 2027",
    ]


def test_a_meeting_that_is_there_already_is_named_and_not_ticked(admin_client):
    make.make_public_meeting(title="Meet", held_on=date(2027, 3, 6), venue="The  gardens", published_at=None)
    text = "6 March 2027, 10am, Bedwell, the Gardens\n" + "7 March 2027, 10am, Bedwell, The Gardens\n" * 2
    shown = look_over(admin_client, text)
    (first, notes), (second, _), (third, again) = shown.context["noted"]
    assert (first.initial["is_wanted"], second.initial["is_wanted"], third.initial["is_wanted"]) == (False, True, False)
    assert "already entered: Meet, 6 March 2027" in notes
    assert "the same day and place stand in this list above" in again
    admin_client.post(URL, sent_back(shown))
    assert PublicMeeting.objects.count() == 2


def test_two_on_one_day_under_one_title_get_addresses_of_their_own(admin_client):
    text = "6 March 2027, 10am, Gardens\n6 March 2027, 2pm, Shops"
    admin_client.post(URL, sent_back(look_over(admin_client, text)))
    slugs = {meeting.slug for meeting in PublicMeeting.objects.all()}
    assert slugs == {"street-meet-2027-03-06", "street-meet-2027-03-06-2"}


def test_a_double_click_announces_each_once(admin_client):
    sent = sent_back(look_over(admin_client))
    admin_client.post(URL, sent)
    again = admin_client.post(URL, sent, follow=True)
    assert "This was sent twice, and was saved the first time." in seen(again)
    assert PublicMeeting.objects.count() == 9


@pytest.mark.parametrize(
    ("order", "title_ends", "title", "area", "venue"),
    [
        ("area-place", "area", "Street meet, Bedwell", "Bedwell", "Gardens, Queensway"),
        ("place-area", "area", "Street meet, Queensway", "Queensway", "Bedwell, Gardens"),
        ("place", "venue", "Street meet, Bedwell, Gardens, Queensway", "", "Bedwell, Gardens, Queensway"),
        ("area-place", "", "Street meet", "Bedwell", "Gardens, Queensway"),
    ],
)
def test_the_officer_says_what_stands_after_the_time(admin_client, order, title_ends, title, area, venue):
    shown = look_over(
        admin_client, "6 March 2027, 10am, Bedwell, Gardens, Queensway", order=order, title_ends=title_ends
    )
    [(row, _)] = shown.context["noted"]
    assert (row["title"].value(), row["area"].value(), row["venue"].value()) == (title, area, venue)


def test_what_holds_for_all_is_asked_and_nothing_typed_is_lost(admin_client):
    asked = look_over(admin_client, kind="", title="")
    assert asked.context["rows"] is None
    assert seen(asked).count("Choose one.") == 1
    assert seen(asked).count("Fill this in.") == 1
    assert "Oaks Cross" in asked.content.decode()
    both = look_over(admin_client, partner=make.make_partner().pk, other_organiser="Another body")
    assert "Give one organiser" in seen(both)
    refused = admin_client.post(URL, sent_back(look_over(admin_client), kind=""))
    assert "Choose one." in seen(refused)
    assert "Nothing was saved." in seen(refused)
    assert not PublicMeeting.objects.exists()


def test_nothing_ticked_is_said_to_be_nothing(admin_client):
    sent = sent_back(look_over(admin_client, "6 March 2027, 10am, Gardens"))
    del sent["form-0-is_wanted"]
    assert "No meeting is ticked" in seen(admin_client.post(URL, sent))


def test_the_page_is_reached_from_the_list_and_from_the_first_page(admin_client):
    for page in ("/admin/", reverse("admin:meetings_publicmeeting_changelist")):
        assert f'href="{URL}"' in admin_client.get(page).content.decode()
