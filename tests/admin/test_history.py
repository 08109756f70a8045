"""Who changed what, in words; any two versions compared; any one brought back."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission, User
from django.core.files.storage import default_storage

from meetings.models import Meeting
from pages.models import Page
from partners.models import Objective, Priority, Series
from sosafe_site.publishing.models import Address, Document, Revision
from tests import make
from tests.admin.test_editing import data_of, save, url


def own(record, name):
    return url(record, "change").replace("/change/", f"/{name}/")


def kept(record):
    return list(Revision.objects.kept().of(record).order_by("made_at", "pk"))


def restore(client, version, **more):
    model = version.kind
    return client.post(url(model, "changelist") + f"versions/{version.pk}/restore/", follow=True, **more)


@pytest.fixture
def page(db):
    page = make.make_page(title="Old title", slug="there")
    make.make_section(page=page, heading="First", anchor="first", body="<p>Old words here.</p>")
    return page


def test_the_history_says_in_words_who_changed_what(admin_client, db):
    strategy = make.make_strategy(is_period_confirmed=True)
    save(admin_client, url(strategy, "change"), ends_on="2021-06-30", change_note="Extended.")
    history = admin_client.get(own(strategy, "history")).content.decode()
    assert "Last day changed from 31 March 2021 to 30 June 2021." in history
    assert "admin" in history
    assert "As it was before it was first changed here." in history


def test_the_history_ends_a_sentence_once(admin_client, page):
    save(admin_client, url(page, "change"), lead="A sentence.")
    assert "Opening set to “A sentence”.</p>" in admin_client.get(own(page, "history")).content.decode()


def test_any_two_versions_are_compared_field_by_field_with_their_parts(admin_client, page):
    save(admin_client, url(page, "change"), title="New title", **{"sections-0-body": "<p>New words here.</p>"})
    more = {"sections-TOTAL_FORMS": "2", "sections-1-heading": "Added", "sections-1-anchor": "added"}
    save(admin_client, url(page, "change"), **more, **{"sections-1-position": "2"})
    first, _, last = kept(page)
    text = admin_client.get(own(page, "compare"), {"from": last.pk, "to": first.pk}).content.decode()
    assert "<del>Old</del> <ins>New</ins> title" in text
    assert "Section “First”: text" in text
    assert "<del>Old</del> <ins>New</ins> words here." in text
    assert "Section “Added” added" in text


def test_what_is_compared_is_escaped(admin_client, page):
    save(admin_client, url(page, "change"), title="<script>alert(1)</script>")
    first, last = kept(page)
    text = admin_client.get(own(page, "compare"), {"from": first.pk, "to": last.pk}).content.decode()
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert" in text
    assert "<script>alert" not in admin_client.get(own(page, "history")).content.decode()


def test_a_comparison_without_two_versions_of_this_record_is_explained(admin_client, page):
    other = make.make_page()
    save(admin_client, url(other, "change"), title="Other title")
    for asked in ({}, {"from": "x", "to": "y"}, {"from": kept(other)[0].pk, "to": kept(other)[1].pk}):
        admin_client.get(url(other, "change"))  # which takes the message about it
        shown = admin_client.get(own(page, "compare"), asked, follow=True).content.decode()
        assert "Choose two versions" in shown
        assert "Other title" not in shown


def test_an_earlier_version_of_what_is_public_comes_back_as_a_draft_with_its_parts(admin_client, client, page):
    data = {"title": "New title", "sections-0-DELETE": "on"}
    save(admin_client, url(page, "change"), **data)
    assert "Old words here." not in client.get("/there/").content.decode()
    form = restore(admin_client, kept(page)[0])
    assert "Old words here." in form.content.decode()
    assert "not public yet" in form.content.decode()
    assert "New title" in client.get("/there/").content.decode()
    save(admin_client, url(page, "change"), _publish="")
    shown = client.get("/there/").content.decode()
    assert "Old title" in shown
    assert "Old words here." in shown
    assert 'id="first"' in shown


def test_bringing_back_keeps_the_address_and_what_readers_were_told_of(admin_client, db):
    group = make.make_group(name="Old name")
    save(admin_client, url(group, "change"), name="New name")
    meeting = make.make_meeting(group=group)
    restore(admin_client, kept(group)[0])
    save(admin_client, url(group, "change"), _publish="")
    group.refresh_from_db()
    assert group.name == "Old name"
    assert Meeting.objects.filter(pk=meeting.pk).exists()


def test_bringing_back_does_not_take_what_was_withdrawn_out_of_withdrawal(admin_client, page):
    save(admin_client, url(page, "change"), title="New title")
    save(admin_client, url(page, "change"), withdrawn_at="2020-01-01T09:00", withdrawal_reason="It was wrong.")
    restore(admin_client, kept(page)[0])
    save(admin_client, url(page, "change"), _publish="")
    page.refresh_from_db()
    assert page.title == "Old title"
    assert page.is_withdrawn


def test_an_earlier_version_never_replaces_a_draft_unasked(admin_client, page):
    save(admin_client, url(page, "change"), title="New title")
    save(admin_client, url(page, "change"), title="Drafted", _draft="")
    shown = restore(admin_client, kept(page)[0])
    assert "There is a draft already." in shown.content.decode()
    assert Revision.objects.open().get().content["fields"]["title"] == "Drafted"


def test_a_deleted_draft_comes_back_with_its_file(admin_client, db):
    document = make.make_document(title="Plan", published_at=None)
    name = str(make.make_version(document=document).file)
    admin_client.post(own(document, "delete"), {"post": "yes"})
    assert not Document.objects.exists()
    listed = admin_client.get(url(Document, "changelist") + "deleted/").content.decode()
    assert "Plan" in listed
    restore(admin_client, kept(document)[-1])
    assert Document.objects.get().newest.file.name == name
    assert default_storage.exists(name)
    assert Document.objects.get().pk == document.pk


@pytest.mark.parametrize("slug_of_another", ["the-same", "other"])
def test_what_can_not_come_back_any_more_is_told_in_words(admin_client, db, slug_of_another):
    priority = make.make_priority(slug="the-same", published_at=None)
    plan = priority.plan
    admin_client.post(own(priority, "delete"), {"post": "yes"})
    if slug_of_another == "the-same":  # its place is taken
        make.make_priority(plan=plan, slug="the-same", published_at=None)
    else:  # what it was a part of is gone
        plan.published_at = None
        Address.objects.all().delete()
        plan.delete()
    shown = restore(admin_client, kept(priority)[-1])
    assert "It can’t come back as it was." in shown.content.decode()
    assert not Priority.objects.filter(pk=priority.pk).exists()


def test_a_list_leads_to_what_was_deleted_from_it_and_can_come_back(admin_client, client, db):
    deleted = url(Document, "changelist") + "deleted/"
    assert f'href="{deleted}"' in admin_client.get(url(Document, "changelist")).content.decode()
    client.force_login(make.make_officer("Editor"))
    assert f'href="{url(Series, "changelist")}deleted/"' not in client.get(url(Series, "changelist")).content.decode()


def test_what_was_never_public_or_has_no_drafts_comes_back_at_once(admin_client, db):
    for record in (make.make_alert(title="A fire", published_at=None), make.make_series(name="Bedwell")):
        field, first = next((name, vars(record)[name]) for name in ("title", "name") if name in vars(record))
        save(admin_client, url(record, "change"), **{field: "Other"})
        restore(admin_client, kept(record)[0])
        record.refresh_from_db()
        assert vars(record)[field] == first


def test_history_comparison_and_bringing_back_need_their_permissions(client, admin_client, page):
    save(admin_client, url(page, "change"), title="New title")
    versions = kept(page)
    compare = own(page, "compare") + f"?from={versions[0].pk}&to={versions[1].pk}"
    bring = url(Page, "changelist") + f"versions/{versions[0].pk}/restore/"
    assert admin_client.get(bring).status_code == 405
    nobody = make.make_onlooker()
    client.force_login(nobody)
    for asked in (own(page, "history"), compare, url(Page, "changelist") + "deleted/"):
        assert client.get(asked).status_code == 403
    assert client.post(bring).status_code == 403
    nobody.user_permissions.add(Permission.objects.get(codename="view_page"))
    client.force_login(User.objects.get(pk=nobody.pk))
    assert client.get(compare).status_code == 200
    assert client.post(bring).status_code == 403
    assert not Revision.objects.open().exists()


def test_what_is_erased_is_gone_from_all_history(admin_client, db):
    objective = make.make_objective(title="Xanadu")
    strategy = objective.strategy
    for changed in (objective, strategy):
        save(admin_client, url(changed, "change"), internal_notes="Seen.", change_note="Corrected.")
    assert Revision.objects.filter(content__icontains="Xanadu").exists()
    objective.erase("The law demands it.")
    assert not Revision.objects.filter(content__icontains="Xanadu").exists()
    assert not Revision.objects.filter(words__icontains="Xanadu").exists()
    assert kept(strategy)


def test_what_is_erased_is_gone_under_its_earlier_names_and_from_what_named_it(admin_client, db):
    objective = make.make_objective(title="Xanadu’s", published_at=None)
    strategy, priority = objective.strategy, make.make_priority()
    told = {"change_note": "Corrected."}
    save(admin_client, url(priority, "change"), objectives=[str(objective.pk)], **told)
    save(admin_client, url(strategy, "change"), **{"objectives-0-title": "Other"}, **told)
    said = LogEntry.objects.filter(change_message__contains="Xanadu’s")
    assert {entry.object_id for entry in said} == {str(strategy.pk), str(priority.pk), str(objective.pk)}
    Objective.objects.get().erase("The law demands it.")
    assert not said.all().exists()
    assert not Revision.objects.filter(words__contains="Xanadu’s").exists()
    assert kept(strategy)
    assert kept(priority)


def test_the_form_sends_back_where_it_started(admin_client, page):
    sent = data_of(admin_client.get(url(page, "change")))
    assert "seen" not in sent  # it stands beside the form's own fields
    assert 'name="seen" value="0"' in admin_client.get(url(page, "change")).content.decode()
