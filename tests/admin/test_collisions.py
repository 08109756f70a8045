"""Wholes and their parts are edited on each other's forms, by one officer and by two: nobody is shut out or unheard."""

from datetime import date, timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from pages.models import Section
from partners.models import Objective
from sosafe_site.periods import today
from sosafe_site.publishing.models import Revision
from tests import make
from tests.admin.test_editing import url
from tests.forms import Form

pytestmark = pytest.mark.django_db
AGAIN = "Press the button again to let yours stand"


def sub_priority():
    parent = make.make_priority(plan=make.make_plan(standing="proposed", ends_on=None))
    return make.make_priority(plan=parent.plan, parent=parent)


# A part with a form of its own, what it is a part of, and what both forms can change
PAIRS = {
    "strategy and objective": (
        lambda: make.make_objective(strategy=make.make_strategy(standing="proposed", ends_on=None)),
        "strategy",
        "title",
    ),
    "plan and priority": (
        lambda: make.make_priority(plan=make.make_plan(standing="proposed", ends_on=None)),
        "plan",
        "title",
    ),
    "plan and sub-priority": (sub_priority, "plan", "title"),
}


@pytest.fixture(params=PAIRS)
def pair(request):
    made, owner, field = PAIRS[request.param]
    part = made()
    return part, getattr(part, owner), field


@pytest.fixture
def anna():
    return signed_in("anna")


@pytest.fixture(params=["one officer", "two officers"])
def other(request, anna):
    """Who saves meanwhile: anna herself in another window, or ben."""
    return anna if request.param == "one officer" else signed_in("ben")


def signed_in(name):
    client = Client()
    client.force_login(User.objects.create_superuser(name))
    return client


def name_of(client):
    return User.objects.get(pk=client.session["_auth_user_id"]).username


def stands(response):
    assert response.status_code == 302, Form(None, "", response).problems()


def refused_by(form, response, name, words):
    assert response.status_code == 200
    [problem] = form.problems()
    assert f"{name} saved" in problem
    assert words in problem
    assert AGAIN in problem


def test_a_whole_is_saved_after_its_part_and_the_part_after_its_whole_again_and_again(anna, other, pair):
    part, whole, field = pair
    for n in (1, 2):
        stands(Form(other, url(part, "change")).press("_publish", **{field: f"On its own form {n}"}))
        form = Form(anna, url(whole, "change"))
        assert form[f"{form.row(part)}{field}"] == f"On its own form {n}"
        stands(form.press("_publish", **{f"{form.row(part)}{field}": f"On the form of the whole {n}"}))
        part.refresh_from_db()
        assert getattr(part, field) == f"On the form of the whole {n}"


def test_a_whole_that_would_write_over_a_part_saved_meanwhile_is_refused_once(anna, other, pair):
    part, whole, field = pair
    before = getattr(part, field)
    form = Form(anna, url(whole, "change"))
    stands(Form(other, url(part, "change")).press("_publish", **{field: "Theirs"}))
    refused_by(form, form.press("_publish"), name_of(other), "“Theirs”")
    part.refresh_from_db()
    assert getattr(part, field) == "Theirs"
    stands(form.press("_publish"))
    part.refresh_from_db()
    assert getattr(part, field) == before


def test_a_part_that_would_write_over_what_was_saved_on_the_form_of_its_whole_is_refused_once(anna, other, pair):
    part, whole, field = pair
    form = Form(anna, url(part, "change"))
    theirs = Form(other, url(whole, "change"))
    stands(theirs.press("_publish", **{f"{theirs.row(part)}{field}": "Theirs"}))
    refused_by(form, form.press("_publish", **{field: "Mine"}), name_of(other), "“Theirs”")
    stands(form.press("_publish"))
    part.refresh_from_db()
    assert getattr(part, field) == "Mine"


def test_what_the_other_form_leaves_alone_refuses_nothing(anna, other, pair):
    part, whole, field = pair
    of_part = Form(anna, url(part, "change"))
    stands(Form(other, url(whole, "change")).press("_publish", internal_notes="About the whole", summary="New"))
    stands(of_part.press("_publish", **{field: "Mine"}))
    stands(Form(other, url(part, "change")).press("_publish", body="<p>Theirs</p>"))
    of_whole = Form(anna, url(whole, "change"))
    stands(Form(other, url(part, "change")).press("_publish", body="<p>Theirs again</p>"))
    stands(of_whole.press("_publish"))
    part.refresh_from_db()
    assert part.body == "<p>Theirs again</p>"


def test_a_part_that_was_published_meanwhile_stays_public_and_stops_nobody(anna, other):
    part = make.make_objective(strategy=make.make_strategy(standing="proposed", ends_on=None), published_at=None)
    form = Form(anna, url(part.strategy, "change"))
    stands(Form(other, url(part, "change")).press("_publish"))
    if form.press("_publish", summary="Mine").status_code == 200:
        stands(form.press("_publish"))
    part.refresh_from_db()
    part.strategy.refresh_from_db()
    assert part.is_published
    assert part.strategy.summary == "Mine"


def test_what_a_whole_changed_of_a_part_stands_in_the_history_of_the_part(anna):
    part = make.make_objective(title="Old title", strategy=make.make_strategy(standing="proposed", ends_on=None))
    form = Form(anna, url(part.strategy, "change"))
    stands(form.press("_publish", **{f"{form.row(part)}title": "New title"}))
    last, first = Revision.objects.kept().of(part)
    assert "“Old title” to “New title”" in last.words
    assert (first.content["fields"]["title"], last.content["fields"]["title"]) == ("Old title", "New title")
    assert LogEntry.objects.filter(object_id=str(part.pk)).count() == 1


def test_a_draft_of_the_whole_writes_over_a_part_saved_meanwhile_only_if_the_officer_insists(anna, other, pair):
    part, whole, field = pair
    form = Form(anna, url(whole, "change"))
    stands(form.press("_draft", **{f"{form.row(part)}{field}": "In the draft"}))
    form = Form(anna, url(whole, "change"))
    stands(Form(other, url(part, "change")).press("_publish", **{field: "Theirs"}))
    refused_by(form, form.press("_publish"), name_of(other), "“Theirs”")
    part.refresh_from_db()
    assert getattr(part, field) == "Theirs"
    stands(form.press("_publish"))
    part.refresh_from_db()
    assert getattr(part, field) == "In the draft"


def test_another_fault_of_the_parts_hides_no_collision(anna, other):
    part = make.make_objective(strategy=make.make_strategy(standing="proposed", ends_on=None))
    form = Form(anna, url(part.strategy, "change"))
    stands(Form(other, url(part, "change")).press("_publish", title="Theirs"))
    for n in (2, 3):
        form.type(form.add("objectives", title=f"New {n}", slug="the-same", position=str(n)))
    assert form.press("_publish").status_code == 200
    words = " ".join(form.problems())
    assert "“Theirs”" in words
    assert "Another objective of this strategy has this address. Choose a different one." in words


def test_a_part_that_was_moved_to_another_whole_stays_there_and_its_officer_is_told(anna, other):
    part = make.make_priority(plan=make.make_plan(standing="proposed", ends_on=None), published_at=None)
    elsewhere = make.make_plan(standing="proposed", ends_on=None)
    form = Form(anna, url(part.plan, "change"))
    stands(form.press("_draft", **{f"{form.row(part)}title": "In the draft"}))
    form = Form(anna, url(part.plan, "change"))
    stands(Form(other, url(part, "change")).press("_draft", plan=str(elsewhere.pk), title="Theirs"))
    row = form.row(part)
    refused_by(form, form.press("_publish", **{f"{row}title": "Words typed"}), name_of(other), "Plan changed")
    assert form[f"{row}title"] == "Words typed"
    stands(form.press("_publish"))
    part.refresh_from_db()
    assert (part.plan, part.title) == (elsewhere, "Theirs")


@pytest.mark.parametrize("maker", ["make_page", "make_priority", "make_strategy"])
def test_what_was_scheduled_and_taken_back_to_draft_meanwhile_is_told_once(anna, other, maker):
    record = getattr(make, maker)(published_at=make.FAR_AHEAD)
    form = Form(anna, url(record, "change"))
    ticked = {"action": "make_draft", "confirmed": "yes", "_selected_action": [str(record.pk)]}
    other.post(url(type(record), "changelist"), ticked)
    assert form.press("_publish", internal_notes="Mine").status_code == 200
    [problem] = form.problems()
    assert "Was taken back to draft." in problem
    stands(form.press("_publish"))
    record.refresh_from_db()
    assert (record.internal_notes, record.is_published) == ("Mine", True)


@pytest.mark.parametrize("maker", ["make_page", "make_group"])
def test_what_was_typed_of_something_deleted_meanwhile_is_shown_and_can_be_sent_once_it_is_back(anna, other, maker):
    record = getattr(make, maker)(published_at=None)
    field = "title"
    if maker == "make_group":
        make.make_meeting(group=record, held_on=today() + timedelta(days=9))
        field = "meetings-0-venue"
    form = Form(anna, url(record, "change"))
    other.post(url(record, "change").replace("/change/", "/delete/"), {"post": "yes"})
    sent = {**form.fields, field: "Long thought out", "_draft": ""}
    answer = anna.post(form.address, sent, headers={"origin": "http://testserver"})
    assert answer.status_code == 409
    shown = answer.content.decode()
    assert "A colleague deleted this after you had opened it" in shown
    assert "Long thought out" in shown


@pytest.mark.parametrize(
    ("maker", "field"), [("make_post", "title"), ("make_officer", "first_name"), ("make_note", "text")]
)
def test_accounts_posts_and_notes_are_spared_too(anna, other, maker, field):
    record = make.make_note(make.make_page()) if maker == "make_note" else getattr(make, maker)()
    if maker == "make_officer":
        record = make.make_officer("Editor")
    form = Form(anna, url(record, "change"))
    stands(Form(other, url(record, "change")).press("_save"))
    stands(form.press("_save"))
    form = Form(anna, url(record, "change"))
    stands(Form(other, url(record, "change")).press("_save", **{field: "Theirs"}))
    refused = form.press("_save", **{field: "Mine"})
    refused_by(form, refused, name_of(other), "saved this")
    stands(form.press("_save"))
    record.refresh_from_db()
    assert getattr(record, field) == "Mine"


# Parts without a form of their own


def test_other_pairs_are_saved_in_both_orders_by_two_officers(anna, other):
    parent = make.make_priority(plan=make.make_plan(standing="proposed", ends_on=None))
    child = make.make_priority(plan=parent.plan, parent=parent)
    partner, group = make.make_partner(), make.make_group()
    action, member = make.make_action(priority=parent), make.make_membership(partner=partner, group=group)
    pairs = [(parent, child, "title", "title"), (partner, group, "role", "summary")]
    for _ in range(2):
        for one, another, field, other_field in [*pairs, *((b, a, y, x) for a, b, x, y in pairs)]:
            form = Form(anna, url(one, "change"))
            stands(Form(other, url(another, "change")).press("_publish", **{other_field: f"Words of {another.pk}"}))
            stands(form.press("_publish", **{field: f"Words of {one.pk}"}))
    form = Form(other, url(parent, "change"))
    stands(form.press("_publish", **{f"{form.row(action)}what": "Another action"}))
    form = Form(anna, url(group, "change"))
    stands(form.press("_publish", **{f"{form.row(member)}ends_on": "2025-03-31"}))
    member.refresh_from_db()
    assert member.ends_on == date(2025, 3, 31)


def test_a_part_that_a_colleague_took_away_comes_back_only_if_the_officer_insists(anna, other):
    page = make.make_page()
    first, second = (make.make_section(page=page, position=n, body=f"<p>Words {n}</p>") for n in (1, 2))
    form = Form(anna, url(page, "change"))
    theirs = Form(other, url(page, "change"))
    stands(theirs.press("_publish", **{f"{theirs.row(first)}DELETE": "on"}))
    refused_by(form, form.press("_publish", lead="Mine"), name_of(other), "removed")
    assert not Section.objects.filter(pk=first.pk).exists()
    assert {form[f"{form.row(each)}heading"] for each in (first, second)} == {first.heading, second.heading}
    stands(form.press("_publish"))
    assert [section.body for section in page.sections.all()] == ["<p>Words 1</p>", "<p>Words 2</p>"]
    page.refresh_from_db()
    assert page.lead == "Mine"


def test_a_part_that_a_colleague_added_stays_beside_what_the_officer_typed(anna, other):
    page = make.make_page()
    section = make.make_section(page=page, position=2)
    form = Form(anna, url(page, "change"))
    theirs = Form(other, url(page, "change"))
    new = theirs.add("sections", position="1", heading="Theirs", anchor="theirs", shows="")
    stands(theirs.press("_publish", **new))
    refused_by(
        form, form.press("_publish", **{f"{form.row(section)}heading": "Mine"}), name_of(other), "“Theirs” added"
    )
    assert form[f"{form.row(section)}heading"] == "Mine"
    stands(form.press("_publish"))
    assert [section.heading for section in page.sections.all()] == ["Theirs", "Mine"]


def test_a_draft_part_that_a_colleague_deleted_shuts_nobody_out(anna, other):
    part = make.make_objective(strategy=make.make_strategy(standing="proposed", ends_on=None), published_at=None)
    form = Form(anna, url(part.strategy, "change"))
    other.post(url(part, "change").replace("/change/", "/delete/"), {"post": "yes"})
    assert not Objective.objects.exists()
    refused = form.press("_publish", summary="Mine")
    assert refused.status_code == 200
    assert f"{name_of(other)} deleted “{part}”" in form.problems()[0]
    stands(form.press("_publish"))
    part.strategy.refresh_from_db()
    assert part.strategy.summary == "Mine"
    assert not Objective.objects.exists(), "it comes back from its history, with its text"


def test_a_meeting_moved_out_of_the_forms_reach_meanwhile_is_not_doubled(anna, other):
    meeting = make.make_meeting(held_on=today() + timedelta(days=5))
    form, theirs = Form(anna, url(meeting.group, "change")), Form(other, url(meeting.group, "change"))
    stands(theirs.press("_publish", **{f"{theirs.row(meeting)}held_on": str(today() - timedelta(days=400))}))
    assert meeting.group.summary != "Mine"
    assert form.press("_publish", summary="Mine").status_code == 200
    stands(form.press("_publish"))
    assert meeting.group.meetings.count() == 1


def test_parts_of_another_whole_are_not_touched_by_a_form_that_names_them(anna):
    mine, theirs = make.make_section(), make.make_section(heading="Theirs")
    form = Form(anna, url(mine.page, "change"))
    form.press("_publish", **{f"{form.row(mine)}id": str(theirs.pk), f"{form.row(mine)}heading": "Stolen"})
    theirs.refresh_from_db()
    assert theirs.heading == "Theirs"


def test_what_a_colleague_drafted_meanwhile_is_not_published_unseen_and_stays_a_draft(anna, other):
    page = make.make_page()
    section = make.make_section(page=page, heading="Public")
    form = Form(anna, url(page, "change"))
    theirs = Form(other, url(page, "change"))
    stands(theirs.press("_draft", **theirs.add("sections", heading="Unfinished", anchor="u", position="2", shows="")))
    refused_by(form, form.press("_publish", lead="Mine"), name_of(other), "“Unfinished” added")
    stands(form.press("_publish"))
    assert [each.heading for each in page.sections.all()] == ["Public"]
    page.refresh_from_db()
    assert page.lead == "Mine"
    form = Form(anna, url(page, "change"))
    assert "Unfinished" in {value for values in form.fields.values() for value in values}
    theirs = Form(other, url(page, "change"))
    stands(theirs.press("_draft", lead="Drafted", **{f"{theirs.row(section)}heading": "Drafted"}))
    refused_by(form, form.press("_publish", lead="Mine again"), name_of(other), "“Drafted”")
    stands(form.press("_publish"))
    assert [each.heading for each in page.sections.all()] == ["Public", "Unfinished"], "as the form showed it"
    assert Revision.objects.open().get().content["fields"]["lead"] == "Drafted"


def test_a_preview_is_shown_whatever_others_saved_meanwhile_and_tells_nothing(anna, other):
    page = make.make_page()
    form = Form(anna, url(page, "change"))
    stands(Form(other, url(page, "change")).press("_publish", lead="Theirs"))
    shown = form.press("_preview", lead="Mine")
    assert "Mine" in anna.get(shown["Location"]).content.decode()
    refused_by(form, form.press("_publish", lead="Mine"), name_of(other), "“Theirs”")


def test_a_save_without_a_change_refuses_nobody(anna, other):
    page = make.make_page()
    form = Form(anna, url(page, "change"))
    stands(Form(other, url(page, "change")).press("_publish"))
    stands(form.press("_publish", lead="Mine"))


def test_each_of_several_saves_is_told_once(anna, other):
    page = make.make_page()
    form = Form(anna, url(page, "change"))
    for n in (1, 2):
        stands(Form(other, url(page, "change")).press("_publish", lead=f"Opening {n}"))
    assert form.press("_publish", lead="Mine").status_code == 200
    assert ["Opening 1" in form.problems()[0], "Opening 2" in form.problems()[1]] == [True, True]
    stands(form.press("_publish"))


@pytest.mark.parametrize("odd", ["", "x", "-1", "9" * 40, "\x00", "٣"])
def test_an_odd_mark_of_when_a_form_was_opened_does_no_harm(anna, odd):
    page = make.make_page()
    make.make_section(page=page)
    form = Form(anna, url(page, "change"))
    assert form.press("_publish", seen=odd, lead="Mine").status_code == 302


def test_two_officers_add_files_to_one_document(anna, other):
    document = make.make_document()
    form, theirs = Form(anna, url(document, "change")), Form(other, url(document, "change"))
    file = {"versions-TOTAL_FORMS": "1"}
    stands(theirs.press("_publish", **file, **{"versions-0-file": SimpleUploadedFile("theirs.pdf", make.pdf(2))}))
    mine = {**file, "versions-0-file": SimpleUploadedFile("mine.pdf", make.pdf(3))}
    refused = form.press("_publish", summary="Mine", **mine)
    assert refused.status_code == 200
    assert f"{name_of(other)} saved this" in form.problems()[0]
    assert "Choose “mine.pdf” once more" in " ".join(form.problems())
    stands(form.press("_publish", **file, **{"versions-0-file": SimpleUploadedFile("mine.pdf", make.pdf(3))}))
    document.refresh_from_db()
    assert document.summary == "Mine"
    assert [(version.number, version.pages) for version in document.versions.all()] == [(2, 3), (1, 2)]
