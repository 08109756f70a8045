"""What the site can't take is refused in words, wherever it comes from: a rule of the database, an address, a copy."""

from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlencode

import pytest
from django.contrib.admin.models import LogEntry
from django.db import IntegrityError

from meetings.models import Meeting, Membership, PublicMeeting
from pages.models import Alert
from partners.models import Continuation
from sosafe_site.periods import today
from sosafe_site.urls import admin
from tests import make
from tests.admin.test_editing import url
from tests.forms import Form

pytestmark = pytest.mark.django_db


# Rules of the database


def test_a_priority_that_continues_itself_is_refused_in_words(admin_client):
    priority = make.make_priority(plan=make.make_plan(standing="proposed", ends_on=None))
    form = Form(admin_client, url(priority, "change"))
    refused = form.press("_publish", body="<p>Typed</p>", **form.add("earlier_links", earlier=str(priority.pk)))
    assert refused.status_code == 200
    assert form.problems() == ["Earlier priority 1: A priority can't continue itself. Choose one of an earlier plan."]
    assert form["body"] == "<p>Typed</p>"
    assert not Continuation.objects.exists()


@pytest.mark.parametrize(
    ("maker", "field"), [("make_priority", "parent"), ("make_group", "reports_to"), ("make_post", "deputy"),
                         ("make_partner", "successors"), ("make_page", "parent")],
)  # fmt: skip
@pytest.mark.parametrize("published_at", [None, make.LONG_AGO])
def test_nothing_belongs_to_or_follows_itself(admin_client, maker, field, published_at):
    state = {} if maker == "make_post" else {"published_at": published_at}
    record = getattr(make, maker)(**state)
    form = Form(admin_client, url(record, "change"))
    button = "_save" if maker == "make_post" else "_publish"
    assert form.press(button, **{field: str(record.pk)}).status_code == 200
    assert any(
        "can’t be chosen here" in problem or "not one of the available" in problem for problem in form.problems()
    )


def test_two_new_parts_that_clash_are_refused_by_the_rule_that_they_break(admin_client):
    group, partner = make.make_group(), make.make_partner()
    form = Form(admin_client, url(group, "change"))
    first = form.add("memberships", partner=str(partner.pk))
    form.type(first)
    second = form.add("memberships", partner=str(partner.pk))
    refused = form.press("_publish", summary="Typed", **{**first, **second})
    assert refused.status_code == 200
    assert form.problems() == ["This partner is listed as a member already. Give that entry its last day."]
    assert form["summary"] == "Typed"
    assert form["memberships-1-partner"] == str(partner.pk)
    assert not Membership.objects.exists()
    assert form.press("_publish", **{"memberships-1-ends_on": "2020-01-01"}).status_code == 302


@pytest.mark.parametrize(
    "model", [model for model in make.MAKERS if model is not Meeting], ids=lambda model: model.__name__
)
def test_what_the_database_refuses_at_the_last_moment_is_told_on_every_form(admin_client, monkeypatch, model):
    def refuse(self, *args, **kwargs):
        raise IntegrityError("UNIQUE constraint failed: partners_partner.name")

    record = make.MAKERS[model]()
    form = Form(admin_client, url(record, "change"))
    typed = next(name for name in ("title", "name", "text", "partnership", "scope", "first_name", "reviews", "word")
                 if name in form.fields)  # fmt: skip
    monkeypatch.setattr(model, "save", refuse)
    note = {"change_note": "Corrected."} if "change_note" in form.fields else {}
    refused = form.press("_publish", **{typed: "77"}, **note)
    assert refused.status_code == 200
    assert "Another entry has the same “name” already. Choose a different one." in form.problems()
    assert form[typed] == "77"


def test_a_chooser_never_offers_the_record_itself(admin_client):
    priority = make.make_priority(title="Xanadu")
    other = make.make_priority(title="Xanadu too", plan=priority.plan)
    fields = {"app_label": "partners", "model_name": "continuation", "field_name": "earlier", "term": "Xanadu"}
    form = Form(admin_client, url(priority, "change"))
    [address] = {each.get("data-ajax--url") for each in form.html.xpath("//select[contains(@name, 'earlier')]")}
    offered = [each["id"] for each in admin_client.get(f"{address}&{urlencode(fields)}").json()["results"]]
    assert offered == [str(other.pk)]
    page, another = make.make_page(), make.make_page()
    options = Form(admin_client, url(page, "change")).html.xpath("//select[@name='parent']/option/@value")
    assert str(another.pk) in options
    assert str(page.pk) not in options
    assert admin_client.get("/admin/autocomplete/", {**fields, "but": "zzz"}).status_code == 200


def test_a_rule_that_another_view_than_a_form_breaks_is_told_with_what_was_typed(admin_client, monkeypatch):
    def clash(*args):
        raise IntegrityError("CHECK constraint failed: meeting_ends_after_it_starts")

    monkeypatch.setattr("meetings.forms.Rows.save", clash)
    group, address = make.make_group(), "/admin/meetings/group/{}/dates/"
    row = {"step": "save", "form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0", "form-0-is_chosen": "on"}
    row |= {"form-0-held_on": "2027-01-01", "form-0-venue": "Typed place", "form-0-include": "on"}
    response = admin_client.post(address.format(group.pk), row, headers={"origin": "http://testserver"})
    shown = response.content.decode()
    assert response.status_code == 409
    assert "It has an end but no start, or ends before its start." in shown
    assert "Typed place" in shown


# Addresses

ODD = ["zzz", "%00", "00000000-0000-0000-0000-000000000000", "1,2", "'", "%F0%9F%A6%8A", "9" * 40, "2026-02-30", "on"]


@pytest.mark.parametrize("model", [*admin.site._registry], ids=lambda model: model.__name__)
def test_odd_values_in_the_address_of_an_empty_form_do_no_harm(admin_client, model):
    names = [field.name for field in (*model._meta.get_fields(), *model._meta.many_to_many)]
    for odd in ODD:
        query = "&".join(f"{name}={odd}" for name in [*names, "change_note", "publish_at", "leads_to", "nonsense"])
        answer = admin_client.get(f"{url(model, 'add')}?{query}")
        assert answer.status_code in (200, 403), (odd, answer.status_code)


def test_what_an_address_asks_for_and_the_fields_take_is_filled_in(admin_client):
    partner = make.make_partner()
    address = f"{url(PublicMeeting, 'add')}?partner={partner.pk}&kind=street-meet&held_on=2027-05-01&area=zzz"
    form = Form(admin_client, address)
    asked = {"partner": str(partner.pk), "kind": "street-meet", "held_on": "2027-05-01", "area": "zzz"}
    assert {name: form[name] for name in asked} == asked


@pytest.mark.parametrize("model", [*admin.site._registry], ids=lambda model: model.__name__)
def test_odd_keys_of_records_and_of_ticked_rows_do_no_harm(admin_client, model):
    listed, led_to = url(model, "changelist"), []

    def status(answer):
        if (address := answer.get("Location")) and address not in led_to:
            led_to.append(address)
        return answer.status_code

    for key in ("zzz", "00000000-0000-0000-0000-000000000000"):
        for what in ("change", "history", "delete", "compare", "erase", "next", "dates", "qr.png"):
            assert status(admin_client.get(f"{listed}{key}/{what}/")) in (200, 302, 403, 404), (key, what)
        for action in ("publish_now", "make_draft", "publish_with_parts", "delete_selected", "nonsense"):
            ticked = {"action": action, "_selected_action": [key], "index": "0"}
            assert status(admin_client.post(listed, ticked)) in (200, 302, 403), (key, action)
    for query in ("from=zzz", "from=2026-02-30", "from=9999-12-31", "_changelist_filters=zzz", "_popup=zzz", "on=zzz"):
        assert status(admin_client.get(f"{listed}?{query}")) in (200, 302, 400, 403), query
    for address in led_to:  # which grows, since one may lead on
        assert status(admin_client.get(address)) in (200, 302, 403, 404), address
    assert len(led_to) < 100


@pytest.mark.parametrize("query", ["from=zzz", "from=2026-02-30", "from=9999-12-31", "from="])
def test_odd_days_in_the_address_of_a_group_do_no_harm(admin_client, query):
    group = make.make_meeting().group
    assert Form(admin_client, f"{url(group, 'change')}?{query}").press("_publish", summary="New").status_code == 302


@pytest.mark.parametrize("prefix", ["stops", "nonsense"])
@pytest.mark.parametrize("odd", [None, "", "zzz", "-1", "99999999999999999999"])
def test_odd_counts_of_parts_are_refused_and_not_an_error(admin_client, prefix, odd):
    stop = make.make_stop()
    for name in ("TOTAL_FORMS", "INITIAL_FORMS"):
        form = Form(admin_client, url(stop.meeting, "change"))
        assert form.press("_publish", **{f"{prefix}-{name}": odd}).status_code in (200, 302)
    stop.refresh_from_db()


# Copies


@pytest.mark.parametrize("published_at", [None, make.LONG_AGO])
def test_a_copy_gets_an_address_of_its_own_however_many_there_are(admin_client, client, published_at):
    meeting = make.make_public_meeting(slug="first", title="Street meet", published_at=published_at)
    make.make_stop(meeting=meeting, place="Corner")
    said = []
    for _ in range(3):
        form = Form(admin_client, url(meeting, "change"))
        response = form.press("_saveasnew", held_on="2027-05-01")
        assert response.status_code == 302, form.problems()
        said.append(admin_client.get(response["Location"]).content.decode())
    copies = PublicMeeting.objects.exclude(pk=meeting.pk)
    slugs = {"street-meet-2027-05-01", "street-meet-2027-05-01-2", "street-meet-2027-05-01-3"}
    assert {copy.slug for copy in copies} == slugs
    assert {copy.published_at for copy in copies} == {None}
    assert [copy.stops.get().place for copy in copies] == ["Corner"] * 3
    assert all("is saved as a draft. Only staff see it." in each for each in said)


def test_a_copy_that_differs_in_nothing_is_asked_for_its_day_and_the_first_is_left_alone(admin_client):
    meeting = make.make_public_meeting(title="Meet", held_on=date(2027, 4, 1), starts=time(10))
    form = Form(admin_client, url(meeting, "change"))
    assert form.press("_saveasnew").status_code == 200
    assert "The copy still has the title, the date, the time and the place of the first." in " ".join(form.problems())
    buttons = {button.get("name") for button in form.form.xpath(".//button[@type='submit']")}
    assert buttons & {"_publish", "_preview", "_saveasnew"} == {"_saveasnew"}
    form.address += form.form.get("action")
    assert form.press("_saveasnew", held_on="").status_code == 200, "asked again"
    assert form.press("_draft", held_on="2027-04-08").status_code == 302, "as the Enter key does"
    assert [each.held_on for each in PublicMeeting.objects.order_by("held_on")] == [date(2027, 4, 1), date(2027, 4, 8)]


def test_a_copy_keeps_the_address_that_was_typed_for_it_and_avoids_one_that_was_ever_given_out(admin_client):
    meeting = make.make_public_meeting(slug="first", title="Meet", published_at=None)
    moved = make.make_public_meeting(slug="meet-2027-05-01")
    moved.slug = "elsewhere"
    moved.save()
    Form(admin_client, url(meeting, "change")).press("_saveasnew", slug="typed", venue="The hall")
    Form(admin_client, url(meeting, "change")).press("_saveasnew", held_on="2027-05-01")
    slugs = set(PublicMeeting.objects.values_list("slug", flat=True))
    assert slugs == {"first", "elsewhere", "typed", "meet-2027-05-01-2"}


def test_a_copy_of_what_was_withdrawn_is_withdrawn_no_more_and_one_that_is_refused_can_be_mended(admin_client):
    meeting = make.make_public_meeting(title="Meet", withdrawn_at=make.LONG_AGO, withdrawal_reason="Wrong.")
    form = Form(admin_client, url(meeting, "change"))
    assert form.press("_saveasnew", held_on="", title="Next").status_code == 200
    assert form.press("_saveasnew", held_on="2027-05-01", title="").status_code == 200
    form.type({"title": "Next"})
    assert form.press("_saveasnew", held_on="2027-05-01").status_code == 302, form.problems()
    copy = PublicMeeting.objects.exclude(pk=meeting.pk).get()
    assert (copy.title, copy.state, copy.slug) == ("Next", "Draft", "next-2027-05-01")
    meeting.refresh_from_db()
    assert meeting.is_withdrawn


# Moments


@pytest.mark.parametrize("at", [datetime(2027, 7, 1, 8, tzinfo=UTC), datetime(2027, 1, 1, 8, 30, 15, 99, tzinfo=UTC)])
def test_an_untouched_moment_is_no_change_in_summer_and_with_seconds(admin_client, at):
    alert = make.make_alert(starts_at=at)
    page = make.make_page(withdrawn_at=at, withdrawal_reason="A trial.", published_at=make.LONG_AGO)
    for record in (alert, page):
        assert Form(admin_client, url(record, "change")).press("_save").status_code == 302
        entry = LogEntry.objects.get(object_id=str(record.pk))
        assert entry.get_change_message() == "Saved without a change."
    alert.refresh_from_db()
    assert alert.starts_at == at
    form = Form(admin_client, url(alert, "change"))
    form.press("_save", starts_at="2027-07-01T10:00")
    assert Alert.objects.get().starts_at == datetime(2027, 7, 1, 9, tzinfo=UTC)
    assert "changed from" in LogEntry.objects.filter(object_id=str(alert.pk)).latest("pk").get_change_message()


@pytest.mark.parametrize("at", [datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)])
def test_an_hour_that_comes_twice_is_kept_untouched_and_one_that_is_left_out_is_explained(admin_client, at):
    alert = make.make_alert(starts_at=at)
    assert Form(admin_client, url(alert, "change")).press("_save", advice="Keep away from it.").status_code == 302
    alert.refresh_from_db()
    assert alert.starts_at == at
    form = Form(admin_client, url(alert, "change"))
    assert form.press("_save", starts_at="2027-03-28T01:30").status_code == 200
    assert "there is no such time. Give one an hour later." in form.problems()[0]
    assert form["starts_at"] == "2027-03-28T01:30"
    assert form.press("_save", starts_at="2026-10-25T01:45").status_code == 302
    assert Alert.objects.get().starts_at == datetime(2026, 10, 25, 0, 45, tzinfo=UTC)


# Size


def test_the_form_of_a_group_does_not_grow_with_the_years(admin_client):
    group = make.make_group()
    weeks = {"group": group, "starts": time(18), "changed_at": make.LONG_AGO}
    Meeting.objects.bulk_create(Meeting(held_on=today() + timedelta(weeks=n), **weeks) for n in range(-100, 420))
    for n in range(60):
        make.make_membership(group=group, partner=make.make_partner(), ends_on=date(2016, 1, 1) if n % 2 else None)
    form = Form(admin_client, url(group, "change"))
    assert sum(map(len, form.fields.values())) < 1_000
    text = form.html.text_content()
    assert "On this form: 30 of the group’s 520 meetings, from " in " ".join(text.split())
    assert form.press("_publish", summary="New words").status_code == 302
    group.refresh_from_db()
    assert group.summary == "New words"
    assert group.meetings.count() == 520


def test_each_meeting_of_a_group_is_reached_from_its_form(admin_client):
    group = make.make_group()
    for n in range(70):
        make.make_meeting(group=group, held_on=today() + timedelta(weeks=n))
    seen, address = set(), url(group, "change")
    while address:
        form = Form(admin_client, address)
        seen |= {values[0] for name, values in form.fields.items() if name.endswith("-held_on") and values[0]}
        [*links] = form.html.xpath("//p[@class='others']/a/@href")
        onward = [link for link in links if link.startswith("?from=")]
        address = url(group, "change") + onward[0] if onward else None
    assert len(seen) == 70
    last = group.meetings.order_by("held_on").last()
    assert form.press("_publish", **{f"{form.row(last)}venue": "The last hall"}).status_code == 302
    last.refresh_from_db()
    assert last.venue == "The last hall"


def test_a_plan_of_a_hundred_priorities_is_saved(admin_client):
    plan = make.make_plan(standing="proposed", ends_on=None)
    for n in range(100):
        make.make_priority(plan=plan, position=n)
    form = Form(admin_client, url(plan, "change"))
    assert form.press("_publish", summary="New words").status_code == 302
