"""An officer's day in the admin, through its own forms."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django import forms
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from pages.models import CaseReviewYear, Page, SiteSettings
from partners.models import Objective, Series, Strategy
from sosafe_site.publishing.models.publishable import Publishable
from tests import make
from tests.content import fill

OURS = [model for model in admin.site._registry if issubclass(model, Publishable)]


def url(record_or_model, action):
    meta = record_or_model._meta
    args = [record_or_model.pk] if action == "change" else []
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_{action}", args=args)


def data_of(response):
    """What the browser would send back for an untouched form."""
    context, sent = response.context, {}
    parts = [context["adminform"].form]
    for inline in context["inline_admin_formsets"]:
        parts += [inline.formset.management_form, *inline.formset.initial_forms]
    for form in parts:
        for bound in form:
            widget = bound.field.widget
            value = bound.value()
            if value is None or value is False or isinstance(bound.field, forms.FileField):
                continue
            if isinstance(value, list):
                sent[bound.html_name] = [str(key) for key in value]
                continue
            text = "on" if value is True else widget.format_value(value)
            sent[bound.html_name] = "" if text is None else text
    return sent


def save(client, form, /, *, along=False, **changes):
    """Asked what shall be published with it, the officer says: what is ticked, or nothing."""
    sent = {**data_of(client.get(form)), **changes}
    response = client.post(form, sent)
    if response.status_code == 200 and "offers" in response.context:
        offers = response.context["offers"]
        answer = {"asked": [each.key for each in offers], "with": [each.key for each in offers if each.is_ticked]}
        response = client.post(form, {**sent, **(answer if along else {"asked": answer["asked"]})})
    if response.status_code == 200:
        context = response.context
        problems = [
            context["adminform"].form.errors,
            *(inline.formset.errors for inline in context["inline_admin_formsets"]),
        ]
        raise AssertionError(problems)
    return response


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_every_list_and_form_opens(admin_client, db, model):
    fill()
    record = model.objects.first()
    has_list = admin_client.get(url(model, "changelist"), follow=True)
    assert has_list.status_code == 200
    assert admin_client.get(url(record, "change")).status_code == 200
    if admin.site._registry[model].has_add_permission(has_list.wsgi_request):
        assert admin_client.get(url(model, "add")).status_code == 200
    assert admin_client.get(url(model, "changelist"), {"q": "a"}, follow=True).status_code == 200


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_every_field_of_every_record_can_be_edited(rf, admin_user, model):
    make.make(Series, name="Another, so that forms ask which")
    request = rf.get("/")
    request.user = admin_user
    model_admin = admin.site._registry[model]
    pairs = [(model, model_admin.get_form(request).base_fields)]
    pairs += [
        (inline.model, inline.get_formset(request).form.base_fields)
        for inline in model_admin.get_inline_instances(request)
        if inline.has_add_permission(request, None)
    ]
    aggregates = {other for other in OURS if other is not model}
    for edited, fields in pairs:
        if edited in aggregates:
            continue  # a part with a form of its own
        concrete = [*edited._meta.fields, *edited._meta.many_to_many]
        missing = [f.name for f in concrete if f.editable and f.name not in fields and f.related_model is not model]
        set_by_buttons = {"published_at"}
        if not getattr(model_admin, "is_withdrawn_here", True):
            set_by_buttons |= {"withdrawn_at", "withdrawal_reason", "replaced_by"}
        assert set(missing) <= set_by_buttons


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_a_word_changed_in_the_admin_shows_at_once(admin_client, client, db, model):
    fill()
    field, address = {
        "Page": ("title", "/privacy/"),
        "Partner": ("name", "/who-belongs/stevenage-borough-council/"),
        "Strategy": ("title", "/strategy/now/"),
        "Objective": ("title", "/strategy/2015-2018/reduce-crime/"),
        "ActionPlan": ("title", "/action-plan/2019-2020/"),
        "Priority": ("title", "/action-plan/now/lights/"),
        "Group": ("name", "/meetings/jag/"),
        "PublicMeeting": ("title", "/meetings/public/street-meet/"),
        "Document": ("title", "/documents/sosafe-infographic/"),
        "ReportingRoute": ("when_to_use", "/get-help/"),
        "CaseReviewYear": ("applications", "/asb-case-review/"),
        "Alert": ("advice", "/"),
        "SiteSettings": ("address", "/contact/"),
        "AccessibilityStatement": ("scope", "/accessibility/"),
    }[model.__name__]
    slugs = [part for part in address.split("/") if part]
    records = (
        model.objects.filter(slug=slugs[-1]) if any(f.name == "slug" for f in model._meta.fields) else model.objects
    )
    new = "98765" if model is CaseReviewYear else "Quite new words"
    save(admin_client, url(records.first(), "change"), **{field: new, "change_note": "Clearer words."})
    assert new in client.get(address).content.decode()


@time_machine.travel(datetime(2026, 5, 1, 12, tzinfo=UTC))
def test_a_change_of_content_dates_the_page_and_a_save_without_change_does_not(admin_client, client, db):
    fill()
    page = Page.objects.get(slug="privacy")
    save(admin_client, url(page, "change"))
    assert "We have not checked this page yet" in client.get("/privacy/").content.decode()
    save(admin_client, url(page, "change"), internal_notes="For us only")
    assert "We have not checked this page yet" in client.get("/privacy/").content.decode()
    section = page.sections.first()
    save(admin_client, url(page, "change"), **{"sections-0-heading": "A new heading", "sections-0-id": str(section.pk)})
    assert 'Last changed <time datetime="2026-05-01">1 May 2026</time>' in client.get("/privacy/").content.decode()


def test_a_new_record_is_a_draft_until_it_is_published(admin_client, client, db):
    fill()
    fields = {"title": "Strategy of tomorrow", "slug": "tomorrow", "standing": "agreed", "starts_on": "2027-04-01"}
    empty = {f"{part}-{of}_FORMS": 0 for part in ("objectives", "extensions") for of in ("TOTAL", "INITIAL")}
    assert admin_client.post(url(Strategy, "add"), {**fields, **empty}).status_code == 302
    strategy = Strategy.objects.get(slug="tomorrow")
    make.make_objective(strategy=strategy, slug="first", published_at=None)
    assert client.get("/strategy/tomorrow/").status_code == 404
    action = {"action": "publish_with_parts", "confirmed": "yes", "_selected_action": [str(strategy.pk)]}
    admin_client.post(url(Strategy, "changelist"), action)
    assert client.get("/strategy/tomorrow/").status_code == 200
    assert client.get("/strategy/tomorrow/first/").status_code == 200
    refused = admin_client.post(url(Strategy, "changelist"), {**action, "action": "make_draft"}, follow=True)
    assert "If it must go, withdraw it with a reason." in refused.content.decode()
    assert client.get("/strategy/tomorrow/").status_code == 200


def test_parts_published_with_something_public_have_their_addresses_noted(admin_client, client, db):
    part = make.make_objective(strategy=make.make_strategy(slug="s"), slug="one", published_at=None)
    action = {"action": "publish_with_parts", "confirmed": "yes", "_selected_action": [str(part.strategy.pk)]}
    admin_client.post(url(Strategy, "changelist"), action)
    part.refresh_from_db()
    part.slug = "two"
    part.full_clean()
    part.save()
    assert client.get("/strategy/s/one/")["Location"] == "/strategy/s/two/"


def test_a_withdrawn_record_is_listed_as_withdrawn_and_not_as_published(admin_client, db):
    make.make_strategy(title="Gone", withdrawn_at=make.LONG_AGO, withdrawal_reason="It was wrong.")
    address = url(Strategy, "changelist")
    assert "Gone" in admin_client.get(address, {"state": "withdrawn"}).content.decode()
    assert "Gone" not in admin_client.get(address, {"state": "published"}).content.decode()


def test_an_officer_is_told_when_what_is_published_will_be_withdrawn(admin_client, db):
    address = url(make.make_strategy(), "change")
    assert "gives the moment and the reason, and clicks “Publish now”" in admin_client.get(address).content.decode()
    save(admin_client, address, withdrawn_at="2999-01-01T09:00", withdrawal_reason="It is for a trial.", _publish="")
    shown = admin_client.get(address).content.decode()
    assert "is published until it is withdrawn on 1 January 2999 at 09:00." in shown


def test_publishing_again_keeps_the_first_moment(admin_client, db):
    strategy = make.make_strategy()
    action = {"action": "publish_now", "confirmed": "yes", "_selected_action": [str(strategy.pk)]}
    admin_client.post(url(Strategy, "changelist"), action)
    strategy.refresh_from_db()
    assert strategy.published_at == make.LONG_AGO


def test_a_page_that_the_site_depends_on_stays(admin_client, client, db):
    fill()
    page = Page.objects.get(slug="privacy")
    action = {"action": "make_draft", "confirmed": "yes", "_selected_action": [str(page.pk)]}
    response = admin_client.post(url(Page, "changelist"), action, follow=True)
    assert "it can&#x27;t become a draft again" in response.content.decode()
    assert client.get("/privacy/").status_code == 200
    assert admin_client.post(reverse("admin:pages_page_delete", args=[page.pk]), {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("step", ["_publish", "_draft"])
def test_a_page_that_the_site_depends_on_is_not_withdrawn_and_the_officer_told_why(admin_client, client, db, step):
    fill()
    address = url(Page.objects.get(slug="privacy"), "change")
    withdrawal = {"withdrawn_at": "2020-01-01T09:00", "withdrawal_reason": "Nobody reads it.", step: ""}
    response = admin_client.post(address, {**data_of(admin_client.get(address)), **withdrawal})
    assert "The site depends on this page" in response.content.decode()
    assert "Nobody reads it." in response.content.decode()
    assert client.get("/privacy/").status_code == 200


def test_nothing_public_can_be_deleted_but_a_draft_can(admin_client, db):
    public, draft = make.make_strategy(), make.make_strategy(published_at=None)
    address = reverse("admin:partners_strategy_delete", args=[public.pk])
    assert admin_client.post(address, {"post": "yes"}).status_code == 403
    listed = admin_client.post(
        url(Strategy, "changelist"), {"action": "delete_selected", "_selected_action": [str(public.pk)], "post": "yes"}
    )
    assert listed.status_code in (200, 302)
    assert Strategy.objects.filter(pk=public.pk).exists()
    admin_client.post(reverse("admin:partners_strategy_delete", args=[draft.pk]), {"post": "yes"})
    assert not Strategy.objects.filter(pk=draft.pk).exists()


def test_an_address_that_was_given_out_can_not_be_changed(admin_client, db):
    strategy = make.make_strategy(slug="kept")
    save(admin_client, url(strategy, "change"), slug="other")
    strategy.refresh_from_db()
    assert strategy.slug == "kept"


def test_a_draft_that_is_refused_when_published_keeps_the_address_that_was_typed(admin_client, db):
    address = url(make.make_strategy(published_at=None), "change")
    sent = {**data_of(admin_client.get(address)), "slug": "typed", "starts_on": "2030-01-01", "ends_on": "2029-01-01"}
    page = admin_client.post(address, {**sent, "_publish": ""}).content.decode()
    assert "The last day is before the first day." in page
    assert 'name="slug" value="typed"' in page


def test_a_rule_that_is_broken_is_told_and_nothing_typed_is_lost(admin_client, db):
    strategy = make.make_strategy()
    address = url(strategy, "change")
    sent = {
        **data_of(admin_client.get(address)),
        "title": "Long thought out",
        "starts_on": "2030-01-01",
        "ends_on": "2029-01-01",
    }
    page = admin_client.post(address, sent).content.decode()
    assert "The last day is before the first day. Check both dates." in page
    assert "Long thought out" in page
    assert "1 January 2030" in page


def test_a_file_is_uploaded_with_its_document(admin_client, client, db):
    document = make.make_document(slug="plan")
    file = SimpleUploadedFile("whatever name.PDF", make.pdf(4), "application/pdf")
    inline = {"versions-TOTAL_FORMS": 1, "versions-0-file": file, "versions-0-document": str(document.pk)}
    save(admin_client, url(document, "change"), **inline)
    assert "4 pages" in client.get("/documents/plan/").content.decode()


def test_a_file_that_is_not_what_it_says_is_refused_beside_its_field(admin_client, db):
    document = make.make_document()
    file = SimpleUploadedFile("plan.pdf", b"<html>", "application/pdf")
    address = url(document, "change")
    inline = {"versions-TOTAL_FORMS": 1, "versions-0-file": file, "versions-0-document": str(document.pk)}
    response = admin_client.post(address, {**data_of(admin_client.get(address)), **inline})
    assert "is not PDF, or is damaged" in response.content.decode()


def test_officers_text_is_cleaned_on_its_way_in(admin_client, client, db):
    objective = make.make_objective(strategy=make.make_strategy(standing="proposed", ends_on=None))
    save(admin_client, url(objective, "change"), body='<p onclick="x()">Kept<script>alert(1)</script></p>')
    page = client.get(objective.get_absolute_url()).content.decode()
    assert "<p>Kept</p>" in page
    assert "alert(1)" not in page


def test_dates_are_entered_in_the_browsers_own_fields(admin_client, db):
    page = admin_client.get(url(make.make_statement(prepared_on=date(2027, 4, 1)), "change")).content.decode()
    assert 'type="date" name="prepared_on" value="2027-04-01"' in page
    page = admin_client.get(url(make.make_strategy(), "change")).content.decode()
    assert 'type="datetime-local" name="withdrawn_at"' in page


def test_someone_who_is_not_staff_sees_no_form(client, django_user_model, db):
    client.force_login(django_user_model.objects.create_user("resident", password="x"))
    assert client.get(url(Strategy, "changelist")).status_code == 302


def test_lists_show_what_is_current_and_what_has_ended(admin_client, db):
    make.make_strategy(title="Old", ends_on=date(2021, 3, 31))
    make.make_strategy(title="New", starts_on=date(2021, 4, 1), ends_on=None)
    ended = admin_client.get(url(Strategy, "changelist"), {"phase": "ended"}).content.decode()
    assert "Old" in ended
    assert "New" not in ended
    drafts = admin_client.get(url(Strategy, "changelist"), {"state": "draft"}).content.decode()
    assert "Old" not in drafts


def test_objectives_are_added_on_the_form_of_their_strategy(admin_client, db):
    strategy = make.make_strategy(ends_on=None)
    inline = {
        "objectives-TOTAL_FORMS": 1,
        "objectives-0-strategy": str(strategy.pk),
        "objectives-0-position": 1,
        "objectives-0-title": "Reduce crime",
        "objectives-0-slug": "reduce-crime",
    }
    save(admin_client, url(strategy, "change"), **inline)
    assert Objective.objects.get().strategy == strategy


def test_a_form_sent_back_untouched_changes_nothing_whenever_it_was_published(admin_client, db):
    at = datetime(2026, 1, 1, 9, 30, 15, tzinfo=UTC)
    with time_machine.travel(at, tick=False):
        strategy = make.make_strategy(published_at=None, ends_on=None)
        make.make_objective(strategy=strategy, published_at=None)
        action = {"action": "publish_with_parts", "confirmed": "yes", "_selected_action": [str(strategy.pk)]}
        admin_client.post(url(Strategy, "changelist"), action)
    save(admin_client, url(strategy, "change"))
    strategy.refresh_from_db()
    assert strategy.is_published
    assert strategy.updated_on is None


def test_lines_of_a_text_come_back_from_a_browser_unchanged(admin_client, db):
    page = make.make_page(lead="One line.\nAnother line.", internal_notes="To do:\n- ask")
    address = url(page, "change")
    as_browsers_send = {
        "lead": page.lead.replace("\n", "\r\n"),
        "internal_notes": page.internal_notes.replace("\n", "\r\n"),
    }
    save(admin_client, address, **as_browsers_send)
    page.refresh_from_db()
    assert (page.lead, page.updated_on) == ("One line.\nAnother line.", None)
    assert "Saved without a change." in admin_client.get(address.replace("/change/", "/history/")).content.decode()


def test_parts_changed_on_the_form_of_their_whole_are_dated_too(admin_client, db):
    objective = make.make_objective(strategy=make.make_strategy(standing="proposed", ends_on=None))
    changes = {"objectives-0-title": "Other words", "objectives-0-id": str(objective.pk)}
    with time_machine.travel(datetime(2026, 5, 1, 12, tzinfo=UTC)):
        save(admin_client, url(objective.strategy, "change"), **changes)
    objective.refresh_from_db()
    assert objective.updated_on == date(2026, 5, 1)


@pytest.mark.parametrize("published_at", [make.LONG_AGO, None])
def test_the_officer_is_told_of_drafts_within_what_is_published(admin_client, db, published_at):
    strategy = make.make_strategy(ends_on=None, published_at=published_at)
    form = url(strategy, "change")
    objective = make.make_objective(strategy=strategy, title="Fewer fires", published_at=None)
    save(admin_client, form, _publish="")
    said = admin_client.get(form).content.decode()
    assert f"Still a draft, so readers see nothing of it: “{objective}”." in said
    assert url(strategy, "change").replace("/change/", "/with/") in said


def test_a_new_name_of_a_partner_without_the_old_one_is_questioned(admin_client, db):
    form = url(make.make_partner(name="Old body"), "change")
    changed = {**data_of(admin_client.get(form)), "name": "New body"}
    assert "add the old name with its last day" in admin_client.post(form, changed, follow=True).content.decode()


def test_an_anchor_that_readers_have_stays(admin_client, db):
    section = make.make_section(anchor="groups")
    form = url(section.page, "change")
    changed = {**data_of(admin_client.get(form)), "sections-0-anchor": "others", "sections-0-id": str(section.pk)}
    assert "Links to this section end in #groups" in admin_client.post(form, changed).content.decode()


def test_what_is_withdrawn_is_not_published_by_a_tick_in_the_list(admin_client, db):
    strategy = make.make_strategy(withdrawn_at=make.LONG_AGO, withdrawal_reason="It was wrong.")
    action = {"action": "publish_now", "confirmed": "yes", "_selected_action": [str(strategy.pk)]}
    answer = admin_client.post(url(Strategy, "changelist"), action, follow=True).content.decode()
    assert "It is withdrawn. Clear that on its form first." in answer
    strategy.refresh_from_db()
    assert strategy.published_at == make.LONG_AGO


def test_a_meeting_that_readers_know_of_is_cancelled_and_not_deleted(admin_client, db):
    known, unknown = (make.make_meeting(group=make.make_group(published_at=at)) for at in (make.LONG_AGO, None))
    assert "meetings-0-DELETE" not in admin_client.get(url(known.group, "change")).content.decode()
    assert "meetings-0-DELETE" in admin_client.get(url(unknown.group, "change")).content.decode()


@pytest.mark.parametrize(
    ("address", "needed", "lacking"),
    [
        ("/admin/partners/actionplan/{}/next/", ["add_actionplan", "change_actionplan"], "add_priority"),
        ("/admin/pages/sitesettings/", [], "view_sitesettings"),
    ],
)
def test_no_door_at_the_side_gives_more_than_its_rights(client, db, address, needed, lacking):
    officer = make.make_onlooker()
    officer.user_permissions.add(*Permission.objects.filter(codename__in=needed))
    client.force_login(officer)
    path = address.format(make.make_plan().pk)
    assert client.get(path).status_code == 403, lacking
    assert not SiteSettings.objects.exists()


def test_parts_are_published_with_their_whole_only_by_who_may_change_them(client, db):
    officer = make.make_onlooker()
    officer.user_permissions.add(*Permission.objects.filter(codename__in=["view_strategy", "change_strategy"]))
    client.force_login(officer)
    part = make.make_objective(published_at=None)
    action = {"action": "publish_with_parts", "confirmed": "yes", "_selected_action": [str(part.strategy.pk)]}
    client.post(url(Strategy, "changelist"), action)
    part.refresh_from_db()
    assert part.published_at is None
