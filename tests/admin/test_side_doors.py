"""What a role may not do by a form, it may not do by a way around the form either."""

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.db import transaction
from django.template.response import TemplateResponse
from django.urls import reverse

from meetings.models import Meeting
from pages.models import AccessibilityStatement, Page, SiteSettings
from sosafe_site.page_store.content_mark import public_models
from sosafe_site.publishing.admin.submission import Step
from sosafe_site.publishing.models import Readiness, Revision, Term
from sosafe_site.publishing.models.publishable import Publishable
from sosafe_site.urls import admin
from tests import make
from tests.admin.test_editing import save, url
from tests.forms import Form

pytestmark = pytest.mark.django_db


def as_officer(client, role):
    client.force_login(officer := make.make_officer(role))
    return officer


def scheduled(client, record):
    """By a publisher, who has seen it as it is now."""
    as_officer(client, "Publisher")
    save(client, url(record, "change"), _schedule="", publish_at="2999-01-01T09:00")
    assert Readiness.objects.of(record).get().publish_at
    return record


def add_a_date(client, group):
    address = reverse("admin:meetings_group_dates", args=[group.pk])
    row = {"form-0-text": "1 January 2030", "form-0-is_wanted": "on", "form-0-held_on": "2030-01-01"}
    client.post(address, {"step": "save", "form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 1, **row})
    assert Meeting.objects.filter(group=group).exists()


def bring_back(client, record):
    oldest = Revision.objects.kept().of(record).last()
    return client.post(reverse(f"admin:{record._meta.app_label}_{record._meta.model_name}_restore", args=[oldest.pk]))


def test_what_an_editor_brings_back_is_not_published_by_a_moment_that_was_set_for_something_else(client):
    page = make.make_page(title="Old words", published_at=None)
    as_officer(client, "Editor")
    save(client, url(page, "change"), title="New words")
    scheduled(client, page)
    as_officer(client, "Editor")
    answer = client.get(bring_back(client, page)["Location"]).content.decode()
    assert Page.objects.get(pk=page.pk).title == "Old words"
    assert not Readiness.objects.of(page).exists()
    assert "It was set to be published by itself; that is off now, since it has changed." in answer


def test_dates_that_an_editor_adds_are_not_published_by_a_moment_that_was_set_without_them(client):
    group = scheduled(client, make.make_group(published_at=None))
    as_officer(client, "Editor")
    add_a_date(client, group)
    assert not Readiness.objects.of(group).exists()


def test_an_older_version_never_brings_back_the_mailbox_of_readers_messages(client):
    """It may be that of somebody who has left; only administrators change it."""
    site = make.make_site(mailbox="leaver@example.org", footer_note="Before")
    as_officer(client, "Administrator")
    save(client, url(site, "change"), mailbox="now@example.org", footer_note="After")
    as_officer(client, "Publisher")
    bring_back(client, site)
    Form(client, url(site, "change")).press("_publish")
    site.refresh_from_db()
    assert (site.footer_note, site.mailbox) == ("Before", "now@example.org")


def test_an_account_without_a_role_is_told_nothing_by_any_page_of_the_admin(client):
    client.force_login(make.make_officer())
    for name in ("index", "attention", "guide", "check", "password_change"):
        assert "/login/" in client.get(reverse(f"admin:{name}"))["Location"], name


KINDS = [kind for kind in admin.site._registry if issubclass(kind, Publishable)]
BUTTONS = [*filter(None, Step), "_save", "_saveasnew", "_continue", "_addanother", "_back", "_popup"]
MOMENTS = {"published_at": "2020-01-01T09:00", "withdrawn_at": "2020-01-01T09:00", "withdrawal_reason": "x"}


def readers_see(kind):
    """All rows of what a page may show, without what was made now: those that are public, and their parts."""
    rows = {
        each._meta.label: {row[each._meta.pk.attname]: row for row in each._base_manager.values()}
        for each in public_models()
    }
    return rows, set(kind.objects.published().values_list("pk", flat=True))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind._meta.model_name)
def test_an_editor_changes_by_no_button_of_a_form_what_readers_see(client, monkeypatch, kind):
    record = make.MAKERS[kind]()
    as_officer(client, "Editor")
    form = Form(client, url(record, "change"))
    monkeypatch.setattr(TemplateResponse, "rendered_content", "")
    words = next(name for name in ("title", "name", "applications", "scope", "footer_note") if name in form.fields)
    before, public = readers_see(kind)
    assert record.pk in public
    for button in BUTTONS:
        sent = {**form.fields, words: "17", "slug": f"other{button}", **MOMENTS, "publish_at": "2999-01-01T09:00"}
        del sent["_number"]  # or it would be saved once
        with transaction.atomic():
            client.post(form.address, {**sent, button: "1", "asked": "x", "with": "x"})
            after, now_public = readers_see(kind)
            assert public == now_public, button
            changed = [label for label, rows in before.items() for key in rows if rows[key] != after[label].get(key)]
            assert changed == [], button
            assert not Readiness.objects.exclude(publish_at=None).exists(), button
            transaction.set_rollback(True)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind._meta.model_name)
@pytest.mark.parametrize("published_at", [make.LONG_AGO, None])
def test_an_editor_changes_by_no_action_of_a_list_what_readers_see(client, monkeypatch, kind, published_at):
    fields = {} if kind in (SiteSettings, AccessibilityStatement) else {"published_at": published_at}
    record = make.MAKERS[kind](**fields)
    as_officer(client, "Editor")
    before = readers_see(kind)
    monkeypatch.setattr(TemplateResponse, "rendered_content", "")
    for action in (*admin.site._registry[kind].actions, "delete_selected"):
        sent = {"action": action, "_selected_action": [str(record.pk)], "confirmed": "yes", "post": "yes"}
        client.post(url(kind, "changelist"), sent)
    assert readers_see(kind) == before


def test_a_version_is_brought_back_by_those_only_who_may_change_what_it_is_of(client):
    """Also at the address of another kind, which they may change."""
    term = make.make_term(meaning="Before")
    as_officer(client, "Publisher")
    save(client, url(term, "change"), meaning="After")
    version = Revision.objects.kept().of(term).last()
    as_officer(client, "Editor")
    for kind, status in (("publishing_term", 403), ("pages_page", 404), ("publishing_picture", 404)):
        assert client.post(reverse(f"admin:{kind}_restore", args=[version.pk])).status_code == status
    assert Term.objects.get().meaning == "After"


def test_drafts_and_previews_are_no_versions_to_bring_back_or_to_compare(client):
    page, other = make.make_page(), make.make_page(title="Of another")
    as_officer(client, "Editor")
    for record in (page, other):
        save(client, url(record, "change"), lead="A draft.")
    restore, compare = (f"admin:pages_page_{name}" for name in ("restore", "compare"))
    for version in Revision.objects.exclude(state="kept"):
        assert client.post(reverse(restore, args=[version.pk])).status_code == 404
    ends = dict(zip(("from", "to"), Revision.objects.of(other).values_list("pk", flat=True)[:2], strict=False))
    answer = client.get(reverse(compare, args=[page.pk]), ends, follow=True).content.decode()
    assert "Choose two versions to compare." in answer


def test_no_chooser_and_no_filter_tells_an_editor_of_accounts(client):
    make.make_officer("Administrator", email="anna@example.org")
    make.make_page()
    as_officer(client, "Editor")
    asked = 0
    for kind in apps.get_models(include_auto_created=True):
        for field in (field for field in kind._meta.get_fields() if field.is_relation):
            place = {"app_label": kind._meta.app_label, "model_name": kind._meta.model_name, "field_name": field.name}
            answer = client.get(reverse("admin:autocomplete"), {**place, "term": "officer"})
            assert answer.status_code == 403 or field.related_model is not User, place
            asked += 1
    assert asked > 100
    for lookup in (
        "checked_by__password__gt",
        "checked_by__email__gt",
        "checked_by__username",
        "maintainer__email__gt",
    ):
        answer = client.get(url(Page, "changelist"), {lookup: "a"})
        assert answer.status_code == 400 or "e=1" in answer["Location"], lookup
