"""What every form of the admin does: it is saved once, and what is wrong is told kindly and loses nothing."""

import html
import re
import uuid
from datetime import date, timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.html import strip_tags

from meetings.models import Group, PublicMeeting
from pages.models import Alert, CaseReviewYear, Page
from partners.models import Action, Priority
from sosafe_site.publishing.admin import OfficersAdmin
from sosafe_site.publishing.clock import moment
from sosafe_site.publishing.models import ChangeNote, Document, Post, SentForm
from sosafe_site.urls import admin  # once they are loaded, what is registered is complete
from tests import make
from tests.admin.test_editing import data_of, url
from tests.publishing.test_files import good_pdf

pytestmark = pytest.mark.django_db


def seen(response):
    return " ".join(html.unescape(strip_tags(response.content.decode())).split())


def number_in(response):
    return re.search(r'name="_number"\s+value="([^"]+)"', response.content.decode())[1]


def opened(client, address, **changes):
    page = client.get(address)
    return {**data_of(page), "_number": number_in(page), **changes}


def test_a_new_record_that_is_sent_twice_is_made_once_and_shown(admin_client):
    sent = opened(admin_client, url(Document, "add"), title="Plan", slug="plan", kind="other", _continue="yes")
    first = admin_client.post(url(Document, "add"), sent)
    second = admin_client.post(url(Document, "add"), sent)
    assert Document.objects.count() == 1
    assert second["Location"] == first["Location"] == url(Document.objects.get(), "change")
    assert "This was sent twice, and was saved the first time." in seen(admin_client.get(second["Location"]))
    another = opened(admin_client, url(Document, "add"), title="Plan", slug="plan-2", kind="other")
    admin_client.post(url(Document, "add"), another)
    assert Document.objects.count() == 2, "another form is another record"


def test_parts_files_and_notes_are_added_once_too(admin_client):
    priority = make.make_priority(plan=make.make_plan(standing="proposed", ends_on=None))
    parts = {"actions-TOTAL_FORMS": 1, "actions-0-priority": str(priority.pk), "actions-0-position": 1}
    parts |= {"actions-0-what": "Talk", "change_note": "We added an action."}
    sent = opened(admin_client, url(priority, "change"), **parts)
    for _ in range(2):
        assert admin_client.post(url(priority, "change"), sent).status_code == 302
    assert (Action.objects.count(), ChangeNote.objects.count()) == (1, 1)
    document = make.make_document()
    sent = opened(admin_client, url(document, "change"), **{"versions-TOTAL_FORMS": 1})
    for _ in range(2):
        file = SimpleUploadedFile("plan.pdf", good_pdf())
        admin_client.post(url(document, "change"), {**sent, "versions-0-file": file})
    assert document.versions.count() == 1


def test_a_copy_is_made_once(admin_client):
    meeting = make.make_public_meeting()
    sent = opened(admin_client, url(meeting, "change"), title="Next", _saveasnew="yes")
    for _ in range(2):
        admin_client.post(url(meeting, "change"), sent)
    assert PublicMeeting.objects.count() == 2


def test_a_form_that_was_refused_can_be_mended_and_sent(admin_client):
    sent = opened(admin_client, url(Post, "add"), title="Manager", email="wrong")
    refused = admin_client.post(url(Post, "add"), sent)
    assert number_in(refused) == sent["_number"]
    admin_client.post(url(Post, "add"), {**sent, "email": "manager@example.org"})
    assert Post.objects.get().email == "manager@example.org"


def test_what_was_sent_is_forgotten_after_some_days_and_odd_numbers_do_no_harm(admin_client):
    sent = opened(admin_client, url(Post, "add"), title="Manager", email="a@example.org")
    admin_client.post(url(Post, "add"), sent)
    assert SentForm.objects.count() == 1
    with time_machine.travel(moment() + timedelta(days=3)):
        SentForm.objects.note(uuid.uuid4())
        assert SentForm.objects.count() == 1
    for odd in ("", "x", "\x00", "1" * 5000):
        title = f"Post {len(odd)}{odd[:1]}".replace("\x00", "nul")
        answer = admin_client.post(url(Post, "add"), {"title": title, "email": "a@example.org", "_number": odd})
        assert answer.status_code == 302


def test_what_is_wrong_is_told_at_the_top_and_leads_to_its_field(admin_client):
    page = make.make_page()
    inline = {"sections-TOTAL_FORMS": 1, "sections-0-page": str(page.pk), "sections-0-body": "<p>Kept</p>"}
    inline |= {"sections-0-position": "x", "sections-0-shows": ""}
    refused = admin_client.post(url(page, "change"), opened(admin_client, url(page, "change"), title="", **inline))
    shown = refused.content.decode()
    assert "<title>Error: " in " ".join(shown.split())
    assert "What you typed is still here." in shown
    assert "Please correct the error" not in shown
    listed = re.findall(r'<a href="#([^"]+)">([^<]+)</a>:\s+([^<]+?)\s+</li>', shown)
    assert listed == [
        ("id_title", "Title", "Fill this in."),
        ("id_sections-0-position", "Section 1: Number", "Give a whole number, such as 12."),
        ("id_sections-0-heading", "Section 1: Heading", "Fill this in."),
        ("id_sections-0-anchor", "Section 1: Anchor", "Fill this in."),
    ]
    for anchor, _, _ in listed:
        assert f'id="{anchor}"' in shown
    assert "&lt;p&gt;Kept&lt;/p&gt;" in shown


def test_what_concerns_the_whole_or_a_part_leads_there(admin_client):
    group = make.make_group()
    sent = opened(admin_client, url(group, "change"), every_count="4", every_unit="")
    shown = admin_client.post(url(group, "change"), sent).content.decode()
    assert "Give both a number and a unit" in shown
    meeting = {"meetings-TOTAL_FORMS": 1, "meetings-0-group": str(group.pk), "meetings-0-held_on": "2027-01-01"}
    meeting |= {"meetings-0-ends": "10:00"}
    shown = admin_client.post(
        url(group, "change"), opened(admin_client, url(group, "change"), **meeting)
    ).content.decode()
    assert '<a href="#meetings-0">Meeting 1</a>' in shown
    assert 'id="meetings-0"' in shown


@pytest.mark.parametrize(
    ("model", "field", "typed", "said"),
    [
        (Document, "title", "", "Fill this in."),
        (Document, "title", "x" * 201, "This is too long: it has 201 characters. Shorten it to 200 or fewer."),
        (Document, "slug", "two words", "Use only letters, numbers and hyphens, such as knife-crime."),
        (Post, "title", "Taken", "Another entry has this already. Choose a different one."),
        (Document, "kind", "poem", "That can’t be chosen any more. Choose another."),
        (
            Document,
            "maintainer",
            str(uuid.UUID(int=1)),
            "That can’t be chosen here, or is there no more. Choose another.",
        ),
        (CaseReviewYear, "starts_on", "2027-02-30", "There is no such day. Give one such as 31/03/2026."),
        (Alert, "ends_at", "soon", "There is no such moment. Give one such as 31/03/2026 18:30."),
        (Post, "email", "anna", "Check the e-mail address: it looks like name@example.org."),
        (Group, "every_count", "four", "Give a whole number, such as 12."),
        (PublicMeeting, "starts", "25:00", "There is no such time. Give one such as 18:30."),
        (PublicMeeting, "link", "www", "Check the web address: it looks like https://www.example.org/."),
        (Priority, "plan", "", "Choose one."),
    ],
)
def test_each_kind_of_mistake_is_told_in_words_and_what_was_typed_is_kept(admin_client, model, field, typed, said):
    make.make_post(title="Taken")
    refused = admin_client.post(url(model, "add"), {**opened(admin_client, url(model, "add")), field: typed})
    form = refused.context["adminform"].form
    assert said in form.errors[field]
    assert form[field].value() == typed


def test_a_file_is_asked_for_again_where_the_rest_is_refused(admin_client):
    document = make.make_document()
    sent = opened(admin_client, url(document, "change"), title="", **{"versions-TOTAL_FORMS": 1})
    sent["versions-0-file"] = SimpleUploadedFile("plan.pdf", good_pdf())
    assert "Choose “plan.pdf” once more: no browser keeps a file." in seen(
        admin_client.post(url(document, "change"), sent)
    )


def test_everything_typed_is_still_there_when_one_thing_is_wrong(admin_client):
    page, document = make.make_page(), make.make_document(title="Chosen document")
    inline = {"sections-TOTAL_FORMS": 2}
    for n in range(2):
        names = {
            "position": n + 1,
            "heading": f"Heading {n}",
            "anchor": f"a{n}",
            "body": f"<p>Text {n}</p>",
            "shows": "",
        }
        inline |= {f"sections-{n}-{name}": value for name, value in {**names, "page": str(page.pk)}.items()}
    changes = {
        "lead": "Typed lead",
        "documents": [str(document.pk)],
        "slug": "changed",
        "withdrawn_at": "2027-02-30T09:00",
    }
    sent = opened(admin_client, url(page, "change"), **changes, **inline)
    shown = html.unescape(admin_client.post(url(page, "change"), sent).content.decode())
    for words in ("Typed lead", "Chosen document", "Heading 0", "Heading 1", "<p>Text 0</p>", "<p>Text 1</p>"):
        assert words in shown, words
    assert 'value="2027-02-30T09:00"' in shown
    assert not Page.objects.get(pk=page.pk).sections.exists()


def test_every_admin_is_one_of_the_officers():
    others = [model.__name__ for model, each in admin.site._registry.items() if not isinstance(each, OfficersAdmin)]
    assert others == []


def test_what_is_rarely_used_is_folded_below_the_text_unless_something_in_it_matters_now(admin_client):
    page = make.make_page(slug="a")
    make.make_section(page=page)
    form = admin_client.get(url(page, "change")).content.decode()
    places = ('id="sections-group"', "Where readers find it", "Addresses and withdrawing")
    order = [form.index(place) for place in places]
    assert order == sorted(order)
    assert folded(form) == ["Campaign", "Where readers find it", "Addresses and withdrawing"]
    assert "Where readers find it" not in folded(admin_client.get("/admin/pages/page/add/").content.decode())
    sent = opened(admin_client, url(page, "change"), withdrawn_at="2026-01-01T09:00", _publish="")
    refused = admin_client.post(url(page, "change"), sent).content.decode()
    assert "something needs mending" in refused
    assert folded(refused) == []
    Page.objects.filter(pk=page.pk).update(withdrawn_at=make.LONG_AGO, withdrawal_reason="It was wrong.")
    assert folded(admin_client.get(url(page, "change")).content.decode()) == ["Campaign", "Where readers find it"]


def folded(form):
    return re.findall(r"<details>\s*<summary>\s*<h2[^>]*>(.+?)</h2>", form)


def test_the_day_of_the_last_change_is_written_as_everywhere(admin_client):
    page = make.make_page(updated_on=date(2026, 1, 1))
    assert "Content last changed: 1 January 2026" in seen(admin_client.get(url(page, "change")))
