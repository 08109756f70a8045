"""What is a draft and belongs to what is published, or is named by it, is published with it if the officer says so."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse

from partners.models import ActionPlan, Objective, Partner, Priority, Strategy
from sosafe_site.publishing.models import ChangeNote, Readiness, Revision
from tests import make
from tests.admin.test_bulk import chosen, seen
from tests.admin.test_editing import data_of, save, url
from tests.forms import Form

pytestmark = pytest.mark.django_db
AHEAD = datetime.now(UTC) + timedelta(days=30)


def with_url(record):
    return reverse(f"admin:{record._meta.app_label}_{record._meta.model_name}_with", args=[record.pk])


@pytest.fixture
def plan():
    """Never public, with two priorities, of which one names a new partner by its action; some is not to be asked of."""
    plan = make.make_plan(title="New plan", slug="new", published_at=None, standing="proposed")
    first = make.make_priority(plan=plan, title="Safer streets", slug="streets", published_at=None)
    make.make_priority(plan=plan, title="Lit paths", slug="paths", parent=first, position=2, published_at=None)
    lead = make.make_partner(name="Street Wardens", slug="wardens", published_at=None)
    make.make_action(priority=first, what="Walk", many={"leads": [lead, make.make_partner(name="Known")]})
    make.make_partner(name="Nobody names it", published_at=None)
    reason = {"withdrawn_at": make.LONG_AGO, "withdrawal_reason": "Wrong."}
    make.make_priority(plan=plan, title="A mistake", published_at=None, **reason)
    return plan


def offered(response):
    return {offer.record.__class__.__name__ + ": " + str(offer.record): offer for offer in response.context["offers"]}


def names(response):
    return [name.partition(" (")[0] for name in offered(response)]


def press(client, form, **changes):
    return client.post(form, {**data_of(client.get(form)), "_publish": "", **changes})


def test_publish_now_asks_by_name_what_shall_go_along_before_anything_is_saved(admin_client, client, plan):
    asked = press(admin_client, url(plan, "change"), title="Newer plan")
    assert names(asked) == ["Priority: Safer streets", "Priority: Lit paths", "Partner: Street Wardens"]
    assert all(offer.is_ticked and not offer.why_not for offer in asked.context["offers"])
    shown = seen(asked)
    assert "Partner of “Safer streets" in shown
    assert "Nobody names it" not in shown
    plan.refresh_from_db()
    assert (plan.title, plan.published_at) == ("New plan", None)
    kept = dict(asked.context["kept"])
    assert (kept["title"], "_publish" in kept) == ("Newer plan", True)
    done = admin_client.post(
        url(plan, "change"),
        {**kept, "asked": [each.key for each in asked.context["offers"]], "with": ["/who-belongs/wardens/"]},
        follow=True,
    )
    said = seen(done)
    assert "Published with it: “Street Wardens”." in said
    assert "Still drafts, so readers see nothing of them: “Safer streets (2019 to 2020)” and “Lit paths" in said
    assert client.get("/who-belongs/wardens/").status_code == 200
    assert "Newer plan" in client.get("/action-plan/new/").content.decode()
    assert client.get("/action-plan/new/streets/").status_code == 404


def test_all_that_is_ticked_becomes_public_in_one_go_and_history_says_so(admin_client, client, plan):
    save(admin_client, url(plan, "change"), along=True, _publish="")
    page = client.get("/action-plan/new/").content.decode()
    for word in ("Safer streets", "Lit paths", "Street Wardens"):
        assert word in page
    assert client.get("/action-plan/new/paths/").status_code == 200
    assert not ChangeNote.objects.exists()
    for record in (plan, *plan.priorities.exclude(published_at=None), Partner.objects.get(slug="wardens")):
        assert Revision.objects.kept().of(record).first().words == "Published."
    assert "A mistake" not in page


def test_parts_typed_on_the_form_of_a_new_whole_are_asked_of_too(admin_client, client):
    form = Form(admin_client, url(Strategy, "add"))
    form.type({"title": "Brand new", "slug": "brand-new", "standing": "agreed"})
    part = form.add("objectives", title="Fewer fires", slug="fires", position="1")
    asked = admin_client.post(form.address, {**form.fields, **part, "_publish": ""})
    assert names(asked) == ["Objective: Fewer fires"]
    assert not asked.context["offers"][0].address, "there is no form of it yet"
    assert not Strategy.objects.exists()
    sent: dict = {}
    for name, value in asked.context["kept"]:
        sent.setdefault(name, []).append(value)
    key = asked.context["offers"][0].key
    admin_client.post(form.address, {**sent, "asked": key, "with": key})
    assert Objective.objects.published().get().title == "Fewer fires"
    assert "Fewer fires" in client.get("/strategy/brand-new/").content.decode()


def test_the_officer_can_go_back_to_the_form_and_finds_all_that_was_typed(admin_client, plan):
    asked = press(admin_client, url(plan, "change"), title="Newer plan")
    back = admin_client.post(url(plan, "change"), {**dict(asked.context["kept"]), "_back": ""})
    assert back.context["adminform"].form["title"].value() == "Newer plan"
    assert "You came back from what is to be published with it." in seen(back)
    plan.refresh_from_db()
    assert plan.title == "New plan"
    assert names(admin_client.post(url(plan, "change"), dict(asked.context["kept"]))) == names(asked)


def test_a_draft_with_a_fault_is_named_with_it_and_stays_a_draft(admin_client, plan):
    Partner.objects.filter(slug="wardens").update(name="")
    asked = press(admin_client, url(plan, "change"))
    [faulty] = [offer for offer in asked.context["offers"] if offer.why_not]
    assert faulty.record.slug == "wardens"
    assert "It stays a draft: " in seen(asked)
    every = [each.key for each in asked.context["offers"]]
    admin_client.post(url(plan, "change"), {**dict(asked.context["kept"]), "asked": every, "with": every})
    assert Priority.objects.published().count() == 2
    assert not Partner.objects.published().filter(slug="wardens").exists()


def test_who_may_not_change_partners_publishes_none_by_the_way(client, plan):
    officer = make.make_onlooker()
    may = ["publish", "change_actionplan", "view_actionplan", "change_priority"]
    officer.user_permissions.add(*Permission.objects.filter(codename__in=may))
    client.force_login(officer)
    asked = press(client, url(plan, "change"))
    assert "It stays a draft: Your account can’t publish it." in seen(asked)
    every = [each.key for each in asked.context["offers"]]
    client.post(url(plan, "change"), {**dict(asked.context["kept"]), "asked": every, "with": every})
    assert Priority.objects.published().count() == 2
    assert not Partner.objects.published().filter(slug="wardens").exists()


def test_what_is_public_already_asks_only_of_what_is_new_to_it(admin_client):
    plan = make.make_plan(slug="p")
    old = make.make_priority(plan=plan, title="Kept back", published_at=None)
    old.leads.set([make.make_partner(name="Kept back, too", published_at=None)])
    assert press(admin_client, url(plan, "change"), internal_notes="Only ours.").status_code == 302
    said = seen(admin_client.get(url(plan, "change")))
    assert "Still drafts, so readers see nothing of them: “Kept back (2019 to 2020)” and “Kept back, too”." in said
    assert "Publish them too…" in said
    partner = make.make_partner(name="Just made", published_at=None)
    save(admin_client, url(old, "change"), leads=[str(partner.pk)])
    group = make.make_group()
    make.make_membership(group=group)
    form = Form(admin_client, url(group, "change"))
    added = form.add("memberships", partner=str(partner.pk))
    assert names(admin_client.post(form.address, {**form.fields, **added, "_publish": ""})) == ["Partner: Just made"]


def test_a_successor_made_by_the_plus_is_published_with_the_body_that_it_follows(admin_client, client):
    old = make.make_partner(name="Old body", slug="old", ends_on=date(2020, 3, 31))
    new = make.make_partner(name="New body", published_at=None)
    save(admin_client, url(old, "change"), along=True, successors=[str(new.pk)], change_note="Succeeded.", _publish="")
    assert "New body" in client.get("/who-belongs/old/").content.decode()
    assert Partner.objects.published().count() == 2


def test_another_whole_is_offered_and_not_ticked(admin_client):
    plan = make.make_plan(published_at=None, strategy=make.make_strategy(published_at=None))
    asked = press(admin_client, url(plan, "change"))
    assert [offer.is_ticked for offer in asked.context["offers"]] == [False]
    assert "It has parts of its own, about which its own form asks." in seen(asked)


def test_a_part_of_what_stays_hidden_is_not_offered(admin_client):
    objective = make.make_objective(strategy=make.make_strategy(published_at=None), published_at=None)
    priority = make.make_priority(published_at=None, many={"objectives": [objective]})
    assert press(admin_client, url(priority, "change")).status_code == 302
    hidden = make.make_priority(plan=make.make_plan(title="Hidden plan", published_at=None), published_at=None)
    press(admin_client, url(hidden, "change"))
    said = seen(admin_client.get(url(hidden, "change")))
    assert "is published, but readers see it only once “Hidden plan 2019 to 2020” is, too." in said


def test_what_was_agreed_and_has_ended_gets_no_part_without_a_word_to_readers(admin_client):
    strategy = make.make_strategy(is_period_confirmed=True)
    form = Form(admin_client, url(strategy, "change"))
    part = form.add("objectives", title="Late", slug="late", position="1")
    asked = admin_client.post(form.address, {**form.fields, **part, "_publish": ""})
    key = asked.context["offers"][0].key
    sent = {**dict(asked.context["kept"]), "asked": key, "with": key}
    assert "tell readers what was wrong or missing" in seen(admin_client.post(form.address, sent))
    assert not Objective.objects.exists()
    admin_client.post(form.address, {**sent, "change_note": "It was missing here."})
    assert Objective.objects.published().exists()


# At a moment


def set_for_later(client, record, **changes):
    save(client, url(record, "change"), along=True, publish_at=f"{AHEAD:%Y-%m-%dT%H:%M}", _schedule="", **changes)


def test_what_is_published_at_a_moment_takes_along_what_was_ticked(admin_client, client, plan):
    set_for_later(admin_client, plan)
    said = seen(admin_client.get(url(plan, "change")))
    assert f"To be published with it on {AHEAD:%-d %B %Y}" in said
    assert {each.target.slug for each in Readiness.objects.get(goes_with=None).companions.all()} == {
        "streets", "paths", "wardens",
    }  # fmt: skip
    assert client.get("/who-belongs/wardens/").status_code == 404
    with time_machine.travel(AHEAD + timedelta(days=2)):
        assert client.get("/who-belongs/wardens/").status_code == 200
        assert "Lit paths" in client.get("/action-plan/new/").content.decode()
    assert {plan.published_at for plan in (*ActionPlan.objects.all(), *plan.priorities.published())} == {
        AHEAD.replace(second=0, microsecond=0)
    }
    assert not Readiness.objects.exists()


@pytest.mark.parametrize("way", ["_unready", "_draft"])
def test_what_was_to_go_along_waits_no_longer_than_what_it_goes_with(admin_client, client, plan, way):
    set_for_later(admin_client, plan)
    form = url(plan, "change")
    admin_client.post(form.replace("/change/", "/draft/"), {way: ""}) if way == "_unready" else save(
        admin_client, form, title="Other", **{way: ""}
    )
    assert not Readiness.objects.exists()


def test_publishing_sooner_asks_again(admin_client, plan):
    set_for_later(admin_client, plan)
    assert len(names(press(admin_client, url(plan, "change")))) == 3


def test_what_goes_along_and_can_not_be_published_keeps_all_of_it_back(admin_client, client, plan):
    set_for_later(admin_client, plan)
    Priority.objects.filter(slug="paths").update(title="")
    was_due_along(plan)
    client.get("/")
    assert not ActionPlan.objects.published().exists()
    assert not Partner.objects.published().filter(slug="wardens").exists()
    problem = Readiness.objects.get().problem
    assert "can’t be published with it." in problem


def was_due_along(record):
    Readiness.objects.update(publish_at=datetime.now(UTC) - timedelta(minutes=1))


def test_a_change_of_something_public_takes_along_what_it_names_and_adds(admin_client, client):
    strategy = make.make_strategy(slug="s", is_period_confirmed=False, ends_on=date(2999, 3, 31))
    document = make.make_version(document=make.make_document(title="The file", published_at=None)).document
    form = Form(admin_client, url(strategy, "change"))
    form.type({"publish_at": f"{AHEAD:%Y-%m-%dT%H:%M}", "documents": [str(document.pk)]})
    form.type(form.add("objectives", title="Added aim", slug="aim", position="1"))
    asked = admin_client.post(form.address, {**form.fields, "_schedule": ""})
    assert sorted(names(asked)) == ["Document: The file", "Objective: Added aim"]
    every = [each.key for each in asked.context["offers"]]
    assert form.press("_schedule", asked=every, **{"with": every}).status_code == 302
    assert "Added aim" not in client.get("/strategy/s/").content.decode()
    with time_machine.travel(AHEAD + timedelta(days=2)):
        shown = client.get("/strategy/s/").content.decode()
        assert "Added aim" in shown
        assert "The file" in shown


# From a list, and later


def test_the_list_asks_the_same(admin_client, plan):
    address = url(ActionPlan, "changelist")
    asked = admin_client.post(address, chosen("publish_now", plan))
    assert len(names(asked)) == 3
    ticked = ["/action-plan/new/streets/", "/who-belongs/wardens/"]
    done = admin_client.post(address, chosen("publish_now", plan, confirmed="yes", **{"with": ticked}), follow=True)
    assert "1 was published now: “New plan 2019 to 2020”, “Safer streets (2019 to 2020)” and “Street Wardens”." in seen(
        done
    )
    assert [each.slug for each in Priority.objects.published()] == ["streets"]


def test_what_stayed_a_draft_is_published_later_from_a_page_of_its_own(admin_client, client, plan):
    save(admin_client, url(plan, "change"), _publish="")
    asked = admin_client.get(with_url(plan))
    assert len(names(asked)) == 3
    done = admin_client.post(with_url(plan), {"with": ["/action-plan/new/streets/"]}, follow=True)
    assert "Published: “Safer streets (2019 to 2020)”." in seen(done)
    assert client.get("/action-plan/new/streets/").status_code == 200
    assert not Partner.objects.published().filter(slug="wardens").exists()


def test_that_page_is_for_who_may_publish_and_sent_by_this_site(client, admin_user, plan):
    save_alone = {"with": ["/action-plan/new/streets/"]}
    assert "/login/" in client.post(with_url(plan), save_alone)["Location"]
    editor = User.objects.create_user("edith", is_staff=True)
    editor.user_permissions.set(Permission.objects.exclude(codename="publish"))
    client.force_login(editor)
    assert client.get(with_url(plan)).status_code == client.post(with_url(plan), save_alone).status_code == 403
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(admin_user)
    assert strict.post(with_url(plan), save_alone).status_code == 403
    assert not Priority.objects.published().exists()


# The plus beside a chooser


def test_the_plus_says_that_what_it_makes_is_a_draft(admin_client):
    add = f"{url(Partner, 'add')}?_popup=1"
    assert "What you save here is a draft." in seen(admin_client.get(add))
    assert "What you save here is a draft." not in seen(admin_client.get(url(Partner, "add")))
    sent = {**data_of(admin_client.get(add)), "name": "Street Wardens", "slug": "wardens", "_popup": "1"}
    assert "Street Wardens (draft)" in admin_client.post(add, sent).content.decode()
    assert Partner.objects.get().published_at is None


def test_choosers_tell_drafts_apart(admin_client, plan):
    wardens = Partner.objects.get(slug="wardens")
    asked = {"app_label": "partners", "model_name": "priority", "field_name": "leads", "term": ""}
    offered = admin_client.get(reverse("admin:autocomplete"), asked).json()["results"]
    assert {each["text"] for each in offered} >= {"Street Wardens (draft)", "Known"}
    group = make.make_group()
    make.make_membership(group=group, partner=wardens)
    assert "Street Wardens (draft)" in admin_client.get(url(group, "change")).content.decode()
