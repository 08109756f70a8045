"""The next plan started from one, by an officer: what it takes over, what it leaves, and that nothing is public."""

from datetime import date

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse

from partners.models import Action, ActionPlan, Priority
from tests import make
from tests.admin.test_editing import url

NEXT = "admin:partners_actionplan_next"


def listed(page, heading):
    """The sentences of the list under a heading of the page that an officer sees."""
    part = page.partition(f"<h2>{heading}</h2>")[2].partition("</ul>")[0]
    return [each.partition("</li>")[0] for each in part.split("<li>")[1:]]


@pytest.fixture
def old(db):
    """A plan with one of everything that is carried over, and of everything that is not."""
    strategy, other = make.make_strategy(slug="s"), make.make_strategy(ends_on=date(2020, 3, 31))
    objectives = [make.make_objective(title=title, strategy=of) for title, of in (("Ours", strategy), ("Old", other))]
    stays = make.make_partner(name="Stays", ends_on=date(2020, 4, 1))
    gone = make.make_partner(name="Gone", ends_on=date(2020, 3, 31))
    joined = {"leads": [stays, gone], "objectives": objectives}
    plan = make.make_plan(title="Plan", slug="old", strategy=strategy, is_period_confirmed=True, summary="Of its year.")
    top = make.make_priority(plan=plan, title="Top", slug="top", position=2, body="<p>Text</p>", many=joined)
    make.make_priority(plan=plan, title="Below", slug="below", parent=top)
    reason = {"withdrawn_at": make.LONG_AGO, "withdrawal_reason": "Wrong."}
    withdrawn = make.make_priority(plan=plan, title="Withdrawn", slug="withdrawn", **reason)
    make.make_priority(plan=plan, title="Below withdrawn", parent=withdrawn)
    make.make_action(priority=top, what="Open", position=3, due_on=date(2020, 2, 29), many={"leads": [stays, gone]})
    make.make_action(priority=top, what="Done", done_on=date(2019, 5, 3))
    return plan


def test_the_next_plan_takes_over_what_is_still_to_do_and_says_what_it_leaves(admin_client, client, old):
    address = reverse(NEXT, args=[old.pk])
    before = admin_client.get(address).content.decode()
    assert ActionPlan.objects.count() == 1
    response = admin_client.post(address, follow=True)
    new = ActionPlan.objects.exclude(pk=old.pk).get()
    assert response.redirect_chain[-1][0] == url(new, "change")
    after = response.content.decode()
    for heading in ("Carried over", "Not carried over"):
        assert listed(before, heading) == listed(after, heading) != []
        assert all(sentence in response.context["original"].internal_notes for sentence in listed(after, heading))

    assert (new.title, new.slug, new.standing) == ("Plan", "2020-2021", "proposed")
    assert (new.starts_on, new.ends_on, new.strategy) == (date(2020, 4, 1), date(2021, 3, 31), old.strategy)
    assert (new.first.text, new.last.text) == ("2020-04-01?", "2021-03-31?"), "nobody has confirmed them"
    assert (new.summary, new.published_at) == ("", None)
    top, below = (
        new.priorities.order_by("parent__pk", "slug").filter(slug="top").get(),
        new.priorities.get(slug="below"),
    )
    assert new.priorities.count() == 2
    assert (top.title, top.position, top.body, top.published_at) == ("Top", 2, "<p>Text</p>", None)
    assert below.parent == top
    assert [each.title for each in top.objectives.all()] == ["Ours"]
    assert [each.name for each in top.leads.all()] == ["Stays"]
    assert [each.plan for each in (*top.continues.all(), *below.continues.all())] == [old, old]
    action = top.actions.get()
    assert (action.what, action.position, action.due_on, action.done_on) == ("Open", 3, date(2021, 2, 28), None)
    assert action.continues == Action.objects.get(what="Open", priority__plan=old)
    assert [each.name for each in action.leads.all()] == ["Stays"]

    left = " ".join(listed(after, "Not carried over"))
    for words in (
        "the summary", "The objective “Old", "Gone as lead of “Top”: it was a partner until 31 March 2020",
        "Gone as lead of the action “Open”", "The priority “Withdrawn”", "The priority “Below withdrawn”",
        "The action “Done” of “Top”: it was done on 3 May 2019",
    ):  # fmt: skip
        assert words in left
    assert "now by 28 February 2021 instead of 29 February 2020" in after
    assert client.get("/action-plan/2020-2021/").status_code == 404
    assert "Continue" not in client.get("/action-plan/old/top/").content.decode()


def test_a_second_click_leads_to_the_plan_that_is_there(admin_client, old):
    address = reverse(NEXT, args=[old.pk])
    admin_client.post(address)
    new = ActionPlan.objects.exclude(pk=old.pk).get()
    for ask in (admin_client.post, admin_client.get):
        response = ask(address, follow=True)
        assert response.redirect_chain == [(url(new, "change"), 302)]
        assert "is there already: this one." in response.content.decode()
    assert ActionPlan.objects.count() == 2


@pytest.mark.parametrize("missing", ["starts_on", "ends_on"])
def test_a_plan_without_a_first_or_last_day_has_no_next(admin_client, db, missing):
    plan = make.make_plan(**{missing: None})
    for ask in (admin_client.get, admin_client.post):
        response = ask(reverse(NEXT, args=[plan.pk]), follow=True)
        assert response.redirect_chain == [(url(plan, "change"), 302)]
        assert "Give this plan its first and its last day" in response.content.decode()
    assert ActionPlan.objects.count() == 1


@pytest.mark.parametrize(
    ("strategies", "found"),
    [
        ([{"starts_on": date(2020, 4, 1)}], 0),
        ([{"starts_on": date(2020, 4, 2)}], None),
        ([{"ends_on": date(2020, 3, 31)}], None),
        ([{"standing": "proposed"}], None),
        ([{"published_at": None}], None),
        ([{"ends_on": date(2020, 4, 1)}, {"starts_on": date(2020, 1, 1)}], 1),
    ],
)
def test_the_next_plan_belongs_to_the_strategy_of_its_first_day_or_to_none(admin_client, db, strategies, found):
    strategies = [make.make_strategy(**fields) for fields in strategies]
    response = admin_client.post(reverse(NEXT, args=[make.make_plan(slug="old").pk]), follow=True)
    new = ActionPlan.objects.get(slug="2020-2021")
    assert new.strategy == (None if found is None else strategies[found])
    said = "The strategy: none that is agreed holds on 1 April 2020." in response.content.decode()
    assert said is (found is None)


def test_the_address_of_the_next_plan_is_one_that_was_never_given_out(admin_client, db):
    moved = make.make_plan(slug="2020-2021", starts_on=date(2018, 4, 1))
    moved.slug = "other"
    moved.save()
    make.make_plan(slug="2020-2021-2", published_at=None, starts_on=None)
    admin_client.post(reverse(NEXT, args=[make.make_plan().pk]))
    assert ActionPlan.objects.filter(slug="2020-2021-3").exists()


@pytest.mark.parametrize(
    ("permissions", "status"),
    [
        (["view_actionplan"], 403),
        (["add_actionplan", "view_actionplan"], 403),
        (["change_actionplan"], 403),
        (["add_actionplan", "change_actionplan"], 403),
        (["add_actionplan", "change_actionplan", "add_priority"], 200),
    ],
)
def test_only_who_may_add_and_change_plans_starts_the_next(client, old, permissions, status):
    officer = User.objects.create_user("someone", is_staff=True)
    officer.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client.force_login(officer)
    address = reverse(NEXT, args=[old.pk])
    assert client.get(address).status_code == status
    assert client.post(address).status_code == (302 if status == 200 else 403)
    form = client.get(url(old, "change"))
    assert (address in form.content.decode()) is (status == 200)
    assert ActionPlan.objects.count() == (2 if status == 200 else 1)


def test_the_next_plan_is_not_started_by_a_stranger_or_from_another_site(client, admin_user, old):
    address = reverse(NEXT, args=[old.pk])
    assert "/login/" in client.post(address)["Location"]
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(admin_user)
    assert strict.post(address).status_code == 403
    assert ActionPlan.objects.count() == 1
    assert Priority.objects.filter(plan=old).count() == Priority.objects.count()


def test_the_list_of_plans_leads_to_the_same_page(admin_client, old):
    address, other = url(ActionPlan, "changelist"), make.make_plan()
    action = {"action": "start_next_plan", "_selected_action": [str(old.pk)]}
    assert admin_client.post(address, action)["Location"] == reverse(NEXT, args=[old.pk])
    action["_selected_action"].append(str(other.pk))
    assert "Choose one plan" in admin_client.post(address, action, follow=True).content.decode()
