"""A draft is published at its moment, or it is said why not."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from sosafe_site.publishing.models import Readiness, Revision
from sosafe_site.publishing.revisions import schedule
from sosafe_site.publishing.revisions.snapshot import snapshot
from tests import make
from tests.admin.test_drafts import draft_of, public, publish_by_itself, ready_of, was_due
from tests.admin.test_editing import data_of, save, url

MONDAY = datetime(2026, 11, 30, 9, tzinfo=UTC)


def test_a_draft_is_published_at_its_moment_before_the_next_page_is_made(admin_client, reader, page):
    with time_machine.travel(MONDAY - timedelta(days=6), tick=False):
        save(admin_client, url(page, "change"), title="New title", publish_at="2026-11-30T09:00", _schedule="")
        assert ready_of(page).publish_at == MONDAY
        assert "New title" not in public(reader)
        admin_user = User.objects.get(username="admin")
    with time_machine.travel(MONDAY - timedelta(seconds=1), tick=False):
        assert "New title" not in public(reader)
    with time_machine.travel(MONDAY, tick=False):
        assert "New title" in public(reader)
        assert not Revision.objects.open().exists()
        assert LogEntry.objects.filter(user=admin_user, change_message__startswith="Published. Title").exists()
        page.refresh_from_db()
        assert page.updated_on == MONDAY.date()


def test_what_was_never_public_appears_at_its_moment(admin_client, reader, db):
    page = make.make_page(title="New title", slug="there", published_at=None)
    with time_machine.travel(MONDAY - timedelta(days=6), tick=False):
        save(admin_client, url(page, "change"), publish_at="2026-11-30T09:00", _schedule="")
        assert reader.get("/there/").status_code == 404
    with time_machine.travel(MONDAY, tick=False):
        assert "New title" in public(reader)


@pytest.mark.parametrize(
    ("moment", "words"), [("", "Give the day"), ("2020-01-01T09:00", "has passed"), ("x", "valid")]
)
def test_a_moment_that_cannot_be_is_explained_and_what_was_typed_is_kept(admin_client, page, moment, words):
    sent = {**data_of(admin_client.get(url(page, "change"))), "title": "Typed", "publish_at": moment, "_schedule": ""}
    form = admin_client.post(url(page, "change"), sent)
    assert words in form.content.decode()
    assert form.context["adminform"].form["title"].value() == "Typed"
    assert not Revision.objects.exists()


def test_a_draft_that_became_impossible_is_marked_and_the_page_answers(admin_client, reader, page):
    make.make_page(slug="other", title="Other")
    save(admin_client, url(page, "change"), title="New title", _draft="")
    draft = draft_of(page)
    draft.content["fields"]["menu"] = "no such menu"
    draft.save()
    was_due(page)
    assert "Old title" in public(reader)
    assert ready_of(page).problem
    assert ready_of(page).publish_at is None


def test_a_draft_whose_file_is_lost_stops_no_page_and_can_be_given_up(admin_client, reader, page):
    document = make.make_version().document
    upload = SimpleUploadedFile("other.pdf", make.pdf(3))
    save(admin_client, url(document, "change"), **{"versions-0-file": upload, "_draft": ""})
    draft = draft_of(document)
    for row in draft.content["parts"]["versions"].values():
        default_storage.delete(row["file"])
    assert "no longer fits" in admin_client.get(url(document, "change")).content.decode()
    was_due(document)
    assert "Old words." in public(reader)
    assert ready_of(document).problem.startswith("What this draft needs is no")


def test_a_draft_that_fails_for_no_reason_that_is_known_stops_no_page(admin_client, reader, page, monkeypatch):
    save(admin_client, url(page, "change"), title="New title", _draft="")
    was_due(page)
    monkeypatch.setattr(schedule, "apply", lambda draft: {}["a fault of ours"])
    assert "Old title" in public(reader)
    assert "on our side" in ready_of(page).problem


def test_a_draft_that_needs_what_is_gone_can_be_opened_and_given_up(admin_client, reader, db):
    link = make.make_continuation()
    content = snapshot(link.later)
    content["parts"]["earlier_links"][str(link.pk)]["earlier"] = str(uuid4())
    Revision.objects.create(
        model="partners.priority", record=str(link.later.pk), content=content, base=snapshot(link.later), state="draft"
    )
    form = admin_client.get(url(link.later, "change"))
    assert "no longer fits" in form.content.decode()
    with pytest.raises(ValidationError, match="not there any more"):
        publish_by_itself(link.later)
    save(admin_client, url(link.later, "change"), internal_notes="Seen.", change_note="Corrected.")


def test_saving_a_scheduled_draft_anew_takes_it_off_the_schedule_and_says_so(admin_client, page):
    save(admin_client, url(page, "change"), title="New title", publish_at="2999-11-30T09:00", _schedule="")
    response = admin_client.post(
        url(page, "change"),
        {**data_of(admin_client.get(url(page, "change"))), "title": "Newer", "_draft": ""},
        follow=True,
    )
    assert not Readiness.objects.exists()
    assert "that is off now" in response.content.decode()
