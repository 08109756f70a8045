"""The next plan started from one, by an officer: what it takes over, what it leaves, and that nothing is public."""

from datetime import date
from html import unescape as html_unescape

import lxml.html
import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse

from partners.models import Action, ActionPlan, Priority
from tests import make
from tests.admin.test_editing import url

NEXT = "admin:partners_actionplan_next"


def start(client, plan, button="", /, **changes):
    """Opens the page as a browser does, and presses its button with whatever is changed on it."""
    address = reverse(NEXT, args=[plan.pk])
    [form] = [each for each in html(client.get(address)).forms if "next-plan" in each.get("class", "")]
    sent: dict = {}
    for name, value in form.form_values():
        sent.setdefault(name, []).append(value)
    sent |= {name.replace("__", " "): value for name, value in changes.items()}
    return client.post(address, {**sent, button: ""} if button else sent, follow=True)


def html(response):
    return lxml.html.fromstring(response.content.decode())


def ticks(client, plan, **data):
    """Each thing that it may take over, with whether it is ticked."""
    address = reverse(NEXT, args=[plan.pk])
    page = html(client.post(address, data) if data else client.get(address))
    return {
        " ".join(box.getparent().text_content().split()): box.get("checked") is not None
        for box in page.xpath("//input[@name='take']")
    }


def key_of(client, plan, words):
    page = html(client.get(reverse(NEXT, args=[plan.pk])))
    return next(
        box.get("value") for box in page.xpath("//input[@name='take']") if words in box.getparent().text_content()
    )


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
    top = make.make_priority(
        plan=plan, title="Top", slug="top", position=2, body="<p>Text</p>", many=joined, kind="place", area="Bedwell"
    )
    make.make_priority(plan=plan, title="Below", slug="below", parent=top)
    reason = {"withdrawn_at": make.LONG_AGO, "withdrawal_reason": "Wrong."}
    withdrawn = make.make_priority(plan=plan, title="Withdrawn", slug="withdrawn", **reason)
    make.make_priority(plan=plan, title="Below withdrawn", parent=withdrawn)
    make.make_action(priority=top, what="Open", position=3, due_on=date(2020, 2, 29), many={"leads": [stays, gone]})
    make.make_action(priority=top, what="Done", done_on=date(2019, 5, 3))
    return plan


def test_the_next_plan_takes_over_what_is_still_to_do_and_says_what_it_leaves(admin_client, client, old):
    shown = ticks(admin_client, old)
    off = {words for words, is_ticked in shown.items() if not is_ticked}
    assert off == {
        "The priority “Withdrawn”", "The action “Done”", "Gone as lead", "The objective “Old (2018 to 2020)”",
    }  # fmt: skip
    assert ActionPlan.objects.count() == 1
    response = start(admin_client, old)
    new = ActionPlan.objects.exclude(pk=old.pk).get()
    assert response.redirect_chain[-1][0] == url(new, "change")
    after = response.content.decode()
    for heading in ("Carried over", "Not carried over"):
        assert listed(after, heading) != []
        assert all(sentence in new.internal_notes for sentence in map(html_unescape, listed(after, heading)))

    assert (new.title, new.slug, new.standing) == ("Plan", "2020-2021", "proposed")
    assert (new.starts_on, new.ends_on, new.strategy) == (date(2020, 4, 1), date(2021, 3, 31), old.strategy)
    assert (new.first.text, new.last.text) == ("2020-04-01?", "2021-03-31?"), "nobody has confirmed them"
    assert (new.summary, new.published_at) == ("", None)
    top, below = new.priorities.get(slug="top"), new.priorities.get(slug="below")
    assert new.priorities.count() == 2
    assert (top.title, top.position, top.body, top.published_at) == ("Top", 1, "<p>Text</p>", None)
    assert (top.kind, top.area) == ("place", "Bedwell")
    assert below.parent == top
    assert [each.title for each in top.objectives.all()] == ["Ours"]
    assert [each.name for each in top.leads.all()] == ["Stays"]
    assert [each.plan for each in (*top.continues.all(), *below.continues.all())] == [old, old]
    action = top.actions.get()
    assert (action.what, action.position, action.due_on, action.done_on) == ("Open", 1, date(2021, 2, 28), None)
    assert action.continues == Action.objects.get(what="Open", priority__plan=old)
    assert [each.name for each in action.leads.all()] == ["Stays"]

    left = " ".join(map(html_unescape, listed(after, "Not carried over")))
    for words in (
        "the summary", "The objective “Old (2018 to 2020)” of “Top”: it is not one of the new plan’s strategy",
        "Gone as lead of “Top”: it was a partner until 31 March 2020", "Gone as lead of the action “Open”",
        "The priority “Withdrawn”: it is withdrawn", "“Below withdrawn” of “Withdrawn",
        "The action “Done” of “Top”: it was done on 3 May 2019",
    ):  # fmt: skip
        assert words in left, words
    assert "now by 28 February 2021 instead of 29 February 2020" in after
    assert client.get("/action-plan/2020-2021/").status_code == 404
    assert "Continue" not in client.get("/action-plan/old/top/").content.decode()


def test_what_is_not_ticked_stays_behind_with_all_below_it_and_the_notes_tell(admin_client, old):
    other = make.make_priority(plan=old, title="Kept", slug="kept", position=3)
    kept = [key_of(admin_client, old, "“Kept”"), key_of(admin_client, old, "“Below”")]
    start(admin_client, old, take=kept)
    new = ActionPlan.objects.exclude(pk=old.pk).get()
    assert [(each.title, each.position) for each in new.priorities.all()] == [("Kept", 1)]
    assert [each.earlier for each in new.priorities.get().earlier_links.all()] == [other]
    for words in (
        "The priority “Top”: it was left out when this plan was started.",
        "The action “Open”, now by 28 February 2021 instead of 29 February 2020 of “Top (2019 to 2020)”: "
        "what it stands under is left out.",
        "The sub-priority “Below” of “Top (2019 to 2020)”: what it stands under is left out.",
    ):
        assert words in new.internal_notes


def test_an_officer_can_take_over_what_was_not_proposed(admin_client, old):
    start(admin_client, old, take=[key_of(admin_client, old, words) for words in ("“Top”", "“Done”", "“Withdrawn”")])
    new = ActionPlan.objects.exclude(pk=old.pk).get()
    assert [(each.title, each.is_withdrawn) for each in new.priorities.all()] == [("Withdrawn", False), ("Top", False)]
    assert [(each.what, each.done_on) for each in new.priorities.get(slug="top").actions.all()] == [("Done", None)]


def test_new_actions_are_typed_one_a_line(admin_client, old):
    top = key_of(admin_client, old, "“Top”")
    lines = "• Meet  every street\r\n\r\n- Light the paths\r\n"
    start(admin_client, old, **{f"new {top}": lines})
    new = Priority.objects.get(slug="top", plan__slug="2020-2021")
    assert [each.what for each in new.actions.all()] == ["Open", "Meet every street", "Light the paths"]
    refused = start(admin_client, make.make_plan(starts_on=date(2012, 4, 1), ends_on=date(2013, 3, 31)))
    assert refused.status_code == 200


def test_too_long_an_action_is_refused_with_all_that_was_typed(admin_client, old):
    top = key_of(admin_client, old, "“Top”")
    refused = start(admin_client, old, period_label="Year of change", take=[top], **{f"new {top}": "x" * 301})
    page = refused.content.decode()
    assert "is too long for an action" in page
    assert "x" * 301 in page
    assert 'value="Year of change"' in page
    assert [box.get("value") for box in html(refused).xpath("//input[@name='take'][@checked]")] == [top]
    assert ActionPlan.objects.count() == 1


def test_the_officer_gives_the_years_the_words_and_the_strategy(admin_client, old):
    other = make.make_strategy(title="Later", starts_on=date(2021, 4, 1), ends_on=None)
    days = {"starts_on": "1 October 2020", "ends_on": "31 March 2021"}
    start(admin_client, old, **days, period_label="Winter 2020", strategy=str(other.pk))
    new = ActionPlan.objects.exclude(pk=old.pk).get()
    assert (new.first.text, new.last.text) == ("2020-10-01", "2021-03-31")
    assert (new.period_label, new.strategy) == ("Winter 2020", other)
    assert new.priorities.get(slug="top").actions.get().due_on == date(2021, 8, 31)


def test_it_is_shown_as_readers_would_see_it_before_anything_is_made(admin_client, client, old):
    top = key_of(admin_client, old, "“Top”")
    shown = start(admin_client, old, "_preview", take=[top], **{f"new {top}": "Light the paths"})
    page = shown.content.decode()
    assert "Preview: this is not public." in page
    assert "Plan 2020 to 2021" in " ".join(page.split())
    assert "Light the paths" in page
    assert "Below" not in html(shown).get_element_by_id("main").text_content()
    assert "Show it as on another day" not in page, "its address is that of the form"
    assert shown["Cache-Control"] == "private, no-store"
    assert (ActionPlan.objects.count(), Priority.objects.filter(plan=old).count()) == (1, Priority.objects.count())
    assert (
        "The plan that it follows began"
        in start(admin_client, old, "_preview", starts_on="2019-04-01").content.decode()
    )
    assert client.get("/action-plan/2020-2021/").status_code == 404


def test_a_plan_for_the_same_start_is_told_of_and_made_only_if_the_officer_insists(admin_client, old):
    start(admin_client, old)
    new = ActionPlan.objects.exclude(pk=old.pk).get()
    page = admin_client.get(reverse(NEXT, args=[old.pk])).content.decode()
    assert "There is a plan that begins on this day already" in page
    assert url(new, "change") in page
    assert "Is this another one? Then say so." in start(admin_client, old).content.decode()
    assert ActionPlan.objects.count() == 2
    start(admin_client, old, beside=[str(new.pk)], ends_on="2020-09-30")
    half = ActionPlan.objects.exclude(pk__in=[old.pk, new.pk]).get()
    assert (half.starts_on, half.ends_on) == (new.starts_on, date(2020, 9, 30))
    assert half.slug != new.slug


def test_two_officers_who_press_at_once_make_one_plan(admin_client, client, old):
    client.force_login(User.objects.create_superuser("ben"))
    address = reverse(NEXT, args=[old.pk])
    sent = {"starts_on": "2020-04-01?", "ends_on": "2021-03-31?"}
    assert admin_client.post(address, sent).status_code == 302
    told = client.post(address, sent)
    assert told.status_code == 200
    assert url(ActionPlan.objects.get(slug="2020-2021"), "change") in told.content.decode()
    assert ActionPlan.objects.count() == 2


def test_a_double_click_makes_one_plan(admin_client, old):
    address = reverse(NEXT, args=[old.pk])
    [number] = html(admin_client.get(address)).xpath("//input[@name='_number']/@value")
    sent = {"starts_on": "2020-04-01", "_number": number}
    led_to = [admin_client.post(address, sent)["Location"] for _ in range(2)]
    assert led_to == [url(ActionPlan.objects.exclude(pk=old.pk).get(), "change")] * 2
    assert ActionPlan.objects.count() == 2


@pytest.mark.parametrize("missing", ["starts_on", "ends_on"])
def test_of_a_plan_that_lacks_a_day_the_officer_gives_the_years_of_the_next(admin_client, db, missing):
    plan = make.make_plan(**{missing: None})
    make.make_priority(plan=plan, slug="top", title="Top")
    refused = start(admin_client, plan)
    assert "Give the first day of the new plan, or the year in which it begins." in refused.content.decode()
    start(admin_client, plan, starts_on="2021", ends_on="?")
    new = ActionPlan.objects.exclude(pk=plan.pk).get()
    assert (new.first.text, new.ends_on) == ("2021", None)
    assert new.priorities.get().continues.get().plan == plan


def test_nothing_is_said_to_continue_a_plan_of_which_nobody_knows_when_it_was(admin_client, db):
    plan = make.make_plan(starts_on=None, ends_on=None)
    make.make_priority(plan=plan, slug="top", title="Top")
    start(admin_client, plan, starts_on="2021")
    new = ActionPlan.objects.exclude(pk=plan.pk).get()
    assert not new.priorities.get().continues.exists()
    assert "That its priorities continue those of" in new.internal_notes


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
def test_the_strategy_of_its_first_day_is_proposed_or_none(admin_client, db, strategies, found):
    strategies = [make.make_strategy(**fields) for fields in strategies]
    response = start(admin_client, make.make_plan(slug="old"))
    new = ActionPlan.objects.get(slug="2020-2021")
    assert new.strategy == (None if found is None else strategies[found])
    said = "The strategy: choose it once there is one for these years." in response.content.decode()
    assert said is (found is None)


def test_the_address_of_the_next_plan_is_one_that_was_never_given_out(admin_client, db):
    moved = make.make_plan(slug="2020-2021", starts_on=date(2018, 4, 1))
    moved.slug = "other"
    moved.save()
    make.make_plan(slug="2020-2021-2", published_at=None, starts_on=None)
    start(admin_client, make.make_plan())
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
    officer = make.make_onlooker()
    officer.user_permissions.add(*Permission.objects.filter(codename__in=permissions))
    client.force_login(officer)
    address = reverse(NEXT, args=[old.pk])
    assert client.get(address).status_code == status
    assert client.post(address, {"starts_on": "2020-04-01"}).status_code == (302 if status == 200 else 403)
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
