"""What is public is changed as a draft; the public sees the old one until the draft is published."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission, User
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from pages.models import Page
from partners.models import Strategy
from sosafe_site.publishing.models import ChangeNote, Document, DocumentVersion, Readiness, Revision
from sosafe_site.publishing.models.publishable import Publishable
from sosafe_site.publishing.revisions.publish import make_ready
from sosafe_site.publishing.revisions.schedule import publish_ready
from sosafe_site.publishing.revisions.snapshot import snapshot
from tests import make
from tests.admin.test_editing import data_of, save, url

PUBLISHABLE = [model for model in admin.site._registry if issubclass(model, Publishable)]
KEPT = Revision.State.KEPT


@pytest.fixture
def editor_client(db):
    user = User.objects.create_user("edith", password=None, is_staff=True)
    user.user_permissions.set(Permission.objects.exclude(codename="publish"))
    client = Client()
    client.force_login(user)
    return client


def draft_of(record):
    return Revision.objects.open().of(record).get()


def ready_of(record):
    return Readiness.objects.of(record).get()


def publish_by_itself(record):
    publish_ready(make_ready(record, None))


def was_due(record):
    """Sets a moment that has come, which nobody has visited since."""
    make_ready(record, None, publish_at=datetime.now(UTC) - timedelta(minutes=1))


def public(reader, path="/there/"):
    return reader.get(path).content.decode()


def test_a_draft_leaves_the_public_page_as_it_is_until_it_is_published(admin_client, reader, page):
    save(admin_client, url(page, "change"), title="New title", **{"sections-0-body": "<p>New words.</p>", "_draft": ""})
    assert "New" not in public(reader)
    assert "Old words." in public(reader)
    form = admin_client.get(url(page, "change"))
    assert form.context["adminform"].form["title"].value() == "New title"
    assert "New words." in form.content.decode()
    assert "not public yet" in form.content.decode()
    save(admin_client, url(page, "change"), _publish="")
    assert "New title" in public(reader)
    assert "New words." in public(reader)
    assert not Revision.objects.open().exists()


def test_parts_added_and_removed_in_a_draft_come_and_go_with_it(admin_client, reader, page):
    second = make.make_section(page=page, heading="Second", anchor="second", position=2)
    added = {"sections-TOTAL_FORMS": "3", "sections-2-position": "3", "sections-2-heading": "Third"}
    added |= {"sections-2-anchor": "third", "sections-2-body": "<p>Words of the third.</p>"}
    form = admin_client.get(url(page, "change"))
    at = next(i for i in (0, 1) if data_of(form)[f"sections-{i}-heading"] == "Second")
    save(admin_client, url(page, "change"), **added, **{f"sections-{at}-DELETE": "on"}, _draft="")
    assert "Third" not in public(reader)
    assert "Second" in public(reader)
    save(admin_client, url(page, "change"), title="Again", _draft="")  # on top of the draft, with its new part
    save(admin_client, url(page, "change"), _publish="")
    assert "Words of the third." in public(reader)
    assert "Second" not in public(reader)
    assert not page.sections.filter(pk=second.pk).exists()
    assert page.sections.count() == 2


def test_a_draft_leaves_no_false_history_and_says_who_saved_it(admin_client, page):
    save(admin_client, url(page, "change"), title="New title", _draft="")
    assert not Revision.objects.filter(state=KEPT).exists()
    assert LogEntry.objects.get().change_message == "Draft saved. Title changed from “Old title” to “New title”."
    assert draft_of(page).made_by.username == "admin"


def test_a_draft_that_changes_nothing_is_not_kept(admin_client, page):
    save(admin_client, url(page, "change"), _draft="")
    assert not Revision.objects.exists()
    save(admin_client, url(page, "change"), title="New title", _draft="")
    save(admin_client, url(page, "change"), title="Old title", _draft="")
    assert not Revision.objects.exists()


def test_an_ordinary_save_over_a_draft_publishes_what_the_form_shows(admin_client, reader, page):
    save(admin_client, url(page, "change"), title="New title", _draft="")
    save(admin_client, url(page, "change"), lead="And an opening.")
    assert "New title" in public(reader)
    assert "And an opening." in public(reader)
    assert not Revision.objects.open().exists()


def test_what_was_never_public_is_its_own_draft(admin_client, reader, db):
    page = make.make_page(title="Old title", slug="there", published_at=None)
    save(admin_client, url(page, "change"), title="New title", _draft="")
    page.refresh_from_db()
    assert page.title == "New title"
    assert not Revision.objects.open().exists()
    assert reader.get("/there/").status_code == 404
    save(admin_client, url(page, "change"), _publish="")
    assert "New title" in public(reader)


def test_a_new_record_can_be_published_at_once(admin_client, reader, db):
    form = admin_client.get(url(Page, "add"))
    sent = {**data_of(form), "title": "Brand new", "slug": "there", "menu": "footer"}
    assert admin_client.post(url(Page, "add"), {**sent, "_publish": ""}).status_code == 302
    assert "Brand new" in public(reader)


def test_a_draft_takes_back_nothing_that_changed_elsewhere_meanwhile(admin_client, reader, page):
    save(admin_client, url(page, "change"), title="New title", _draft="")
    Page.objects.filter(pk=page.pk).update(lead="Written elsewhere.")
    publish_by_itself(page)
    assert "New title" in public(reader)
    assert "Written elsewhere." in public(reader)


def test_a_stale_draft_says_so_and_is_not_published_by_itself(admin_client, reader, page):
    save(admin_client, url(page, "change"), title="New title", _draft="")
    Page.objects.filter(pk=page.pk).update(title="Newer title")
    was_due(page)
    assert "Newer title" in public(reader)
    assert ready_of(page).state == "Could not be published"
    assert "changed from “Newer title” to “New title”" in ready_of(page).problem
    form = admin_client.get(url(page, "change")).content.decode()
    assert "Title changed from “Newer title” to “New title”." in form
    assert "could not be published" in form
    save(admin_client, url(page, "change"), _publish="")  # by an officer who has been told
    assert "New title" in public(reader)


@pytest.mark.parametrize("mine", ["changed", "removed"])
def test_a_part_that_one_changed_and_another_took_away_is_not_settled_by_itself(admin_client, reader, page, mine):
    drafted = {"sections-0-body": "<p>New words.</p>"} if mine == "changed" else {"sections-0-DELETE": "on"}
    save(admin_client, url(page, "change"), **drafted, _draft="")
    if mine == "changed":
        page.sections.all().delete()
    else:
        page.sections.update(body="<p>Newer words.</p>")
    with pytest.raises(ValidationError, match=r"“First” (added|removed)"):
        publish_by_itself(page)
    assert ("Newer words." in public(reader)) is (mine == "removed")


def test_the_form_of_a_draft_shows_what_was_changed_for_the_public_meanwhile(admin_client, page):
    save(admin_client, url(page, "change"), title="New title", _draft="")
    assert "public version was changed as well" not in admin_client.get(url(page, "change")).content.decode()
    Page.objects.filter(pk=page.pk).update(title="Newer title")
    form = admin_client.get(url(page, "change")).content.decode()
    assert "public version was changed as well" in form
    assert "Title changed from “Newer title” to “New title”." in form


def test_readers_must_be_told_of_what_a_draft_changed_when_it_is_published(admin_client, db):
    strategy = make.make_strategy()
    save(admin_client, url(strategy, "change"), ends_on="2021-09-30", _draft="")
    response = admin_client.post(
        url(strategy, "change"), {**data_of(admin_client.get(url(strategy, "change"))), "_publish": ""}
    )
    assert "Tell readers why" in response.content.decode()
    save(admin_client, url(strategy, "change"), change_note="It runs half a year longer.", _publish="")
    assert ChangeNote.objects.get().text == "It runs half a year longer."


def test_the_note_of_a_draft_waits_with_it(admin_client, page):
    save(admin_client, url(page, "change"), title="New title", change_note="It has a new name.", _draft="")
    assert not ChangeNote.objects.exists()
    assert (
        admin_client.get(url(page, "change")).context["adminform"].form["change_note"].value() == "It has a new name."
    )
    publish_by_itself(page)
    assert ChangeNote.objects.get().text == "It has a new name."


# Who may


def test_without_the_permission_nothing_becomes_public(editor_client, reader, page):
    form = url(page, "change")
    assert 'name="_ready"' in editor_client.get(form).content.decode()
    assert 'name="_publish"' not in editor_client.get(form).content.decode()
    for step in ("_publish", "_schedule"):
        sent = {**data_of(editor_client.get(form)), "title": "New title", "publish_at": "2999-01-01T09:00", step: ""}
        assert editor_client.post(form, sent).status_code == 403
        assert editor_client.post(url(Page, "add"), sent).status_code == 403
    save(editor_client, form, title="New title")  # an ordinary save is a draft
    assert "New title" not in public(reader)
    assert draft_of(page)
    assert not Readiness.objects.exists()
    save(editor_client, form, _ready="")
    assert ready_of(page).state == "Ready to publish"
    assert "New title" not in public(reader)


def test_an_editor_says_that_a_record_which_was_never_public_is_ready(editor_client, admin_client, reader, db):
    page = make.make_page(title="New title", slug="there", published_at=None)
    save(editor_client, url(page, "change"), lead="Done.", _ready="")
    page.refresh_from_db()
    assert page.lead == "Done."
    assert page.published_at is None
    assert ready_of(page).state == "Ready to publish"
    assert not Revision.objects.open().exists()
    save(admin_client, url(page, "change"), _publish="")
    assert "New title" in public(reader)
    assert not Readiness.objects.exists()


def test_a_new_record_can_be_said_to_be_ready_at_once(client, db):
    client.force_login(make.make_officer("Editor"))
    sent = {**data_of(client.get(url(Document, "add"))), "title": "New minutes", "kind": "minutes", "slug": "new"}
    said = client.post(url(Document, "add"), {**sent, "_ready": ""}, follow=True).content.decode()
    assert "“New minutes” is ready: publishers see it on their first page." in said
    assert ready_of(Document.objects.get()).state == "Ready to publish"


def test_the_history_says_that_a_record_was_published_or_set_to_be(admin_client, db):
    page = make.make_page(slug="there", published_at=None)
    save(admin_client, url(page, "change"), publish_at="2999-01-01T09:00", _schedule="")
    save(admin_client, url(page, "change"), lead="Done", _publish="")
    words = [version.words for version in Revision.objects.kept().of(page)]
    assert words[:2] == ["Published. Opening set to “Done”.", "Set to be published on 1 January 2999 at 09:00."]


def test_a_draft_is_given_up_or_shared_by_post_and_by_those_who_may_change_it(admin_client, reader, page, db):
    save(admin_client, url(page, "change"), title="New title", _draft="")
    own = url(page, "change").replace("/change/", "/draft/")
    assert admin_client.get(own).status_code == 405
    assert reader.post(own, {"_discard": ""}).status_code == 302
    assert Revision.objects.open().exists()
    viewer = User.objects.create_user("vic", is_staff=True)
    viewer.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    reader.force_login(viewer)
    assert reader.post(own, {"_discard": ""}).status_code == 403
    assert Revision.objects.open().exists()
    admin_client.post(own, {"_discard": ""})
    assert not Revision.objects.exists()
    assert "Old title" in public(Client())


# Links for people without an account


def share(client, page):
    save(client, url(page, "change"), title="New title", _draft="")
    client.post(url(page, "change").replace("/change/", "/draft/"), {"_share": ""})
    return draft_of(page).get_link()


def test_people_with_the_link_see_the_draft_and_nobody_else(admin_client, reader, page):
    link = share(admin_client, page)
    shown = reader.get(link)
    assert "New title" in shown.content.decode()
    assert shown["Cache-Control"] == "private, no-store"
    assert "noindex" in shown["X-Robots-Tag"]
    assert not shown.cookies
    assert link in admin_client.get(url(page, "change")).content.decode()
    save(admin_client, url(page, "change"), title="Newer title", _draft="")
    assert "Newer title" in reader.get(link).content.decode()
    assert "New" not in public(reader)


def test_a_link_ends_when_it_is_stopped_expires_is_forged_or_the_draft_is_published(admin_client, reader, page):
    link = share(admin_client, page)
    for forged in (link[:-2] + "x/", "/preview/x/", "/preview/a:b/"):
        assert reader.get(forged).status_code == 410
    with time_machine.travel(datetime.now(UTC) + timedelta(days=15)):
        assert reader.get(link).status_code == 410
    admin_client.post(url(page, "change").replace("/change/", "/draft/"), {"_stop": ""})
    ended = reader.get(link)
    assert ended.status_code == 410
    assert "has ended" in ended.content.decode()
    assert "New title" not in ended.content.decode()
    admin_client.post(url(page, "change").replace("/change/", "/draft/"), {"_share": ""})
    assert reader.get(link).status_code == 410  # a new link does not revive the old one
    link = draft_of(page).get_link()
    save(admin_client, url(page, "change"), _publish="")
    assert reader.get(link).status_code == 410


def share_new(client, record):
    client.post(url(record, "change").replace("/change/", "/draft/"), {"_share": ""})
    return Revision.objects.linked().of(record).get().get_link()


@pytest.mark.parametrize("kind", [kind for kind in PUBLISHABLE if kind().suffixes()])
def test_whatever_has_a_page_can_be_shown_by_a_link_before_it_was_ever_public(admin_client, reader, db, kind):
    record = make.MAKERS[kind]()
    kind.objects.filter(pk=record.pk).update(published_at=None)
    path = record.get_absolute_url()
    assert reader.get(path).status_code == 404
    assert "Make a link for partners" in admin_client.get(url(record, "change")).content.decode()
    link = share_new(admin_client, record)
    assert link in admin_client.get(url(record, "change")).content.decode()
    shown = reader.get(link)
    assert "Preview: this is not public." in shown.content.decode()
    assert shown["Cache-Control"] == "private, no-store"
    assert "noindex" in shown["X-Robots-Tag"]
    assert not shown.cookies
    assert reader.get(path).status_code == 404


@pytest.fixture
def new_strategy(db):
    """Never public, as are its part and what it names."""
    document = make.make_version(document=make.make_document(title="Secret file", published_at=None)).document
    strategy = make.make_strategy(title="Coming", published_at=None, many={"documents": [document]})
    make.make_objective(title="Fewer burglaries", strategy=strategy, published_at=None)
    reason = {"withdrawn_at": make.LONG_AGO, "withdrawal_reason": "Wrong."}
    make.make_objective(title="Mistaken aim", strategy=strategy, published_at=None, **reason)
    make.make_strategy(title="Another secret", published_at=None)
    return strategy


def test_the_link_shows_the_whole_with_its_parts_as_last_saved_and_nothing_else(admin_client, reader, new_strategy):
    link = share_new(admin_client, new_strategy)
    shown = public(reader, link)
    assert "Coming" in shown
    assert "Fewer burglaries" in shown
    for secret in ("Secret file", "Mistaken aim", "Another secret"):
        assert secret not in shown
    save(admin_client, url(new_strategy, "change"), title="Still coming", _draft="")
    assert "Still coming" in public(reader, link)
    assert not Strategy.objects.published().exists()
    assert not new_strategy.objectives.published().exists()
    assert not Revision.objects.open().exists(), "it is its own draft still"


def test_the_link_to_what_was_never_public_ends_as_any_other(admin_client, reader, new_strategy):
    link = share_new(admin_client, new_strategy)
    with time_machine.travel(datetime.now(UTC) + timedelta(days=15)):
        assert reader.get(link).status_code == 410
    admin_client.post(url(new_strategy, "change").replace("/change/", "/draft/"), {"_stop": ""})
    assert reader.get(link).status_code == 410
    link = share_new(admin_client, new_strategy)
    assert reader.get(link).status_code == 200
    save(admin_client, url(new_strategy, "change"), _publish="")
    assert reader.get(link).status_code == 410
    assert not Revision.objects.linked().exists()


def test_a_link_from_before_it_was_public_shows_nothing_that_was_withdrawn_since(admin_client, reader, new_strategy):
    link = share_new(admin_client, new_strategy)
    gone = {"published_at": make.LONG_AGO, "withdrawn_at": make.LONG_AGO, "withdrawal_reason": "Wrong."}
    Strategy.objects.filter(pk=new_strategy.pk).update(**gone)  # by a moment that it was given
    assert reader.get(link).status_code == 410
    save(admin_client, url(new_strategy, "change"), summary="Now a draft of it.", _draft="")
    assert [each.state for each in Revision.objects.linked()] == [Revision.State.DRAFT]


def test_a_deleted_draft_takes_its_link_along(admin_client, reader, db):
    page = make.make_page(published_at=None)
    link = share_new(admin_client, page)
    admin_client.post(url(page, "change").replace("/change/", "/delete/"), {"post": "yes"})
    assert reader.get(link).status_code == 410
    assert not Revision.objects.linked().exists()


# Two officers


def test_nobody_writes_over_a_colleague_without_being_told_what_they_changed(admin_client, page, client):
    ben = User.objects.create_superuser("ben")
    client.force_login(ben)
    opened = client.get(url(page, "change"))
    mine = {**data_of(opened), "seen": str(opened.context["seen"]), "title": "Ben’s title"}
    save(admin_client, url(page, "change"), title="Anna’s title", lead="Anna’s opening.", _publish="")
    refused = client.post(url(page, "change"), {**mine, "_publish": ""})
    text = refused.content.decode()
    assert "admin saved this" in text
    assert "Title changed from “Old title” to “Anna’s title”." in text
    assert refused.context["adminform"].form["title"].value() == "Ben’s title"
    page.refresh_from_db()
    assert page.title == "Anna’s title"
    seen = str(refused.context["seen"])
    assert client.post(url(page, "change"), {**mine, "seen": seen, "_publish": ""}).status_code == 302
    page.refresh_from_db()
    assert page.title == "Ben’s title"


def test_a_draft_of_a_colleague_is_not_written_over_either(admin_client, page, client):
    client.force_login(User.objects.create_superuser("ben"))
    opened = client.get(url(page, "change"))
    save(admin_client, url(page, "change"), title="Anna’s title", _draft="")
    sent = {**data_of(opened), "seen": str(opened.context["seen"]), "title": "Ben’s title", "_draft": ""}
    assert "Draft saved. Title changed" in client.post(url(page, "change"), sent).content.decode()
    assert draft_of(page).content["fields"]["title"] == "Anna’s title"


# What a version holds


@pytest.mark.parametrize("model", PUBLISHABLE, ids=lambda model: model.__name__)
def test_a_version_holds_all_that_the_form_edits(rf, admin_user, model):
    request = rf.get("/")
    request.user = admin_user
    model_admin = admin.site._registry[model]
    held = snapshot(make.MAKERS[model]())
    edited = {name for name in model_admin.get_form(request).base_fields if name not in {"change_note", "publish_at"}}
    assert edited <= held["fields"].keys()
    relations = {
        inline.get_formset(request).fk.remote_field.get_accessor_name()
        for inline in model_admin.get_inline_instances(request)
    }
    assert relations == held["parts"].keys()


def test_a_draft_from_before_a_field_was_added_or_taken_away_still_applies(admin_client, page):
    save(admin_client, url(page, "change"), title="New title", _draft="")
    draft = draft_of(page)
    for content in (draft.content, draft.base):
        del content["fields"]["lead"]
    draft.content["fields"]["abolished"] = "x"
    draft.content["parts"]["abolished"] = {"x": {"y": "z"}}
    draft.save()
    assert "Title changed" in admin_client.get(url(page, "change")).content.decode()
    publish_by_itself(page)
    page.refresh_from_db()
    assert page.title == "New title"


def test_publishing_from_the_list_ends_that_a_draft_waits_for_it(admin_client, editor_client, db):
    page = make.make_page(published_at=None)
    save(editor_client, url(page, "change"), lead="Done.", _ready="")
    sent = {"action": "publish_now", "confirmed": "yes", "_selected_action": [str(page.pk)], "post": "yes"}
    admin_client.post(url(Page, "changelist"), sent)
    page.refresh_from_db()
    assert page.is_published
    assert not Readiness.objects.exists()


def test_a_deleted_draft_waits_for_nobody(admin_client, editor_client, db):
    page = make.make_page(published_at=None)
    save(editor_client, url(page, "change"), lead="Done.", _ready="")
    admin_client.post(url(page, "change").replace("/change/", "/delete/"), {"post": "yes"})
    assert not Page.objects.exists()
    assert not Readiness.objects.exists()


def test_the_file_of_a_draft_is_read_when_it_is_uploaded_and_never_again(admin_client, db, monkeypatch):
    document = make.make_version().document
    upload = SimpleUploadedFile("other.pdf", make.pdf(3))
    save(admin_client, url(document, "change"), **{"versions-0-file": upload, "_draft": ""})
    monkeypatch.setattr(DocumentVersion, "read", None)
    form = admin_client.get(url(document, "change"))
    assert "no longer fits" not in form.content.decode()
    save(admin_client, url(document, "change"), _publish="")
    assert document.versions.first().pages == 3
