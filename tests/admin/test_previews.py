"""Before anything is saved, an officer sees the real page as it would be."""

from datetime import UTC, datetime

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from pages.models import Page
from sosafe_site.publishing.models import Document, DocumentVersion, Revision
from tests import make
from tests.admin.test_drafts import KEPT, PUBLISHABLE, public
from tests.admin.test_editing import data_of, url


def preview(client, form, **changes):
    return client.post(form, {**data_of(client.get(form)), **changes, "_preview": ""})


def test_a_preview_is_the_real_page_and_saves_nothing(admin_client, reader, page):
    shown = preview(admin_client, url(page, "change"), title="Only tried", **{"sections-0-body": "<p>Tried words.</p>"})
    framed = admin_client.get(shown.url)
    assert "Only tried" in framed.content.decode()
    assert "Tried words." in framed.content.decode()
    assert framed["Cache-Control"] == "private, no-store"
    assert "noindex" in framed["X-Robots-Tag"]
    assert framed["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in framed["Content-Security-Policy"]
    assert "tried" not in public(reader).lower()
    assert not LogEntry.objects.exists()
    assert not Revision.objects.open().exists()
    assert not Revision.objects.filter(state=KEPT).exists()
    form = admin_client.get(url(page, "change"))
    assert form.context["adminform"].form["title"].value() == "Old title"
    assert not list(form.context["messages"])


def test_a_new_record_can_be_previewed_before_it_is_saved(admin_client, db):
    form = admin_client.get(url(Page, "add"))
    sent = {**data_of(form), "title": "Brand new", "slug": "there", "menu": "footer"}
    shown = admin_client.post(url(Page, "add"), {**sent, "_preview": ""})
    assert "Brand new" in admin_client.get(shown.url).content.decode()
    assert not Page.objects.exists()


def test_a_preview_with_a_fault_says_what_to_mend(admin_client, page):
    shown = preview(admin_client, url(page, "change"), title="", **{"sections-0-heading": ""})
    text = " ".join(shown.content.decode().split())
    assert "Title: Fill this in." in text
    assert "Section 1: Heading: Fill this in." in text
    assert shown["X-Frame-Options"] == "SAMEORIGIN"


def test_a_part_of_a_draft_is_previewed_as_if_the_whole_were_public(admin_client, db):
    objective = make.make_objective(strategy=make.make_strategy(published_at=None), published_at=None, title="Aim")
    shown = preview(admin_client, url(objective, "change"), title="New aim")
    assert "New aim" in admin_client.get(shown.url).content.decode()
    objective.refresh_from_db()
    assert objective.published_at is None
    assert objective.strategy.published_at is None


@pytest.mark.parametrize("model", PUBLISHABLE, ids=lambda model: model.__name__)
def test_every_kind_of_record_can_be_previewed_and_as_at_another_day(admin_client, db, model):
    record = make.MAKERS[model]()
    for slug in ("home", "contact", "accessibility", "get-help", "asb-case-review"):
        make.make_page(slug=slug)
    shown = preview(admin_client, url(record, "change"))
    assert shown.status_code == 302, shown.content.decode()
    for on in ("", "?on=2019-05-01"):
        page = admin_client.get(shown.url + on)
        assert page.status_code == 200, on
        assert "Preview: this is not public." in page.content.decode(), on
    assert admin_client.get(f"{shown.url}?on=nonsense").status_code == 400


def test_a_previewed_upload_does_not_stay_in_the_storage(admin_client, db, django_capture_on_commit_callbacks):
    version = make.make_version()
    document = version.document

    def upload():
        return SimpleUploadedFile("other.pdf", make.pdf(3))

    before = set(files())
    for _ in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            shown = preview(admin_client, url(document, "change"), **{"versions-0-file": upload()})
        assert "3 pages" in admin_client.get(shown.url).content.decode()
    assert DocumentVersion.objects.count() == 1
    assert len(set(files()) - before) == 1  # that of the last preview
    with django_capture_on_commit_callbacks(execute=True):
        Revision.objects.get().delete()
    assert set(files()) == before


def test_the_upload_of_a_preview_of_what_was_never_saved_goes_once_its_link_has_ended(
    admin_client, db, django_capture_on_commit_callbacks
):
    upload, before = {"title": "New", "slug": "new", "kind": "other"}, set(files())
    for _ in range(2):
        upload["versions-0-file"] = SimpleUploadedFile("other.pdf", make.pdf(3))
        with django_capture_on_commit_callbacks(execute=True):
            assert preview(admin_client, url(Document, "add"), **upload).status_code == 302
        assert len(set(files()) - before) == 1
        Revision.objects.update(link_until=datetime.now(UTC))


def files():
    return default_storage.listdir("documents")[1] if default_storage.exists("documents") else []
