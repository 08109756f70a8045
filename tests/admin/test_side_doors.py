"""What a role may not do by a form, it may not do by a way around the form either."""

import pytest
from django.urls import reverse

from meetings.models import Meeting
from pages.models import Page
from sosafe_site.publishing.models import Readiness, Revision
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
