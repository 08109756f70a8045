"""The admin's first page: the common jobs, what needs attention, what is to come and what changed lately."""

import html
import re
from datetime import UTC, date, datetime, timedelta
from itertools import chain

import pytest
import time_machine
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pages.admin_site.site import GROUPS
from pages.models import Alert, Page
from sosafe_site.accounts.roles import ROLES
from sosafe_site.periods import today
from sosafe_site.publishing.models import Readiness, Revision
from sosafe_site.publishing.revisions.publish import make_ready
from sosafe_site.publishing.revisions.snapshot import snapshot
from sosafe_site.urls import admin  # once they are loaded, what is registered is complete
from tests import make
from tests.admin.test_editing import data_of, url

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 12, 30, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _at_a_fixed_time():
    with time_machine.travel(NOW):
        yield


def seen(client, path="/admin/"):
    """What an officer reads on the page."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", client.get(path).content.decode())).split())


def make_draft(record, state, made_by=None, **fields):
    """With what is said of it: that it is ready, or failed."""
    of = {"model": record._meta.label_lower, "record": str(record.pk)}
    if state in ("ready", "failed"):
        Readiness.objects.create(**of, made_by=made_by, **fields)
        state = "draft"
    now = snapshot(record)
    return Revision.objects.create(**of, content=now, base=now, state=state, made_by=made_by)


def test_every_kind_of_record_is_in_one_group_of_the_list():
    assert sorted(model._meta.label for model in chain.from_iterable(GROUPS.values())) == sorted(
        model._meta.label for model in admin.site._registry
    )


def test_the_list_and_the_side_bar_are_in_the_officers_words_and_show_what_the_role_may_see(client):
    client.force_login(make.make_officer("Editor"))
    for path in ("/admin/", "/admin/partners/strategy/"):
        page = seen(client, path)
        groups = [page.index(name) for name in GROUPS]
        assert groups == sorted(groups), path
        assert "Users" not in page


@pytest.mark.parametrize("role", ROLES)
def test_each_job_is_one_click_from_a_page_that_opens(client, role):
    make.make_group(name="Street Group")
    make.make_group(name="Hidden Group", published_at=None)
    make.make_page(title="Our page")
    client.force_login(make.make_officer(role))
    page = client.get("/admin/").content.decode()
    jobs = page[page.index('<ul class="jobs">') : page.index('id="attention"')]
    links = dict(re.findall(r'<a href="([^"]+)"[^>]*>([^<]+)</a>', jobs))
    for path in links:
        assert client.get(path).status_code == 200, path
    offered = {"Update progress", "Street Group", "A public meeting", "Publish a document", "Our page"}
    assert offered <= set(links.values())
    assert ("Show an urgent alert" in links.values()) is (role != "Editor")
    assert "Hidden Group" not in links.values()
    assert any(path.endswith("/dates/") for path in links) is (role != "Editor")


def test_what_needs_attention_is_ranked_and_of_each_kind_a_few_are_shown_with_the_way_to_all(admin_client):
    group = make.make_group(name="Forum", standing="fixed", is_open=True, is_minuted_in_public=True)
    make.make_chair(group=group)
    make.make_section(body='<p><a href="/nowhere/">words</a></p>')
    for number in range(6):
        make.make_document(title=f"Paper {number}")
    make.make_page(title="Due", review_on=today() + 3 * DAY)
    page = admin_client.get("/admin/").content.decode()
    board = page[page.index('id="attention"') : page.index('id="all"')]
    assert re.findall(r"<h3>(.+?)</h3>", board)[:4] == [
        "Before you go public", "Readers see this wrong today", "Will be wrong within 30 days", "Gaps",
    ]  # fmt: skip
    folded = re.findall(r"<details ?(open)?>\s*<summary>([^<(]+?) <span[^>]*>\((\d+)\)", board)
    assert ("open", "Nothing in force", "2") in folded
    assert ("open", "Links that readers can’t follow", "1") in folded
    assert ("", "Missing on public pages", "11") in folded
    assert "From 28 November 2026: “Due”: the day of its next check has passed" in board
    assert board.count("has no file.") == 5
    assert "/admin/attention/#gaps-missing-on-public-pages" in board
    assert seen(admin_client, "/admin/attention/").count("has no file.") >= 6


def test_drafts_are_told_with_what_a_publisher_must_do_first(client):
    anna = make.make_officer("Editor", first_name="Anna")
    failed, ready, written = (make.make_page(title=title) for title in ("Failed", "Done", "Begun"))
    make.make_page(title="New", published_at=None)
    make_draft(written, "draft", made_by=anna)
    make_draft(ready, "ready", made_by=anna)
    make_draft(failed, "failed", problem="The address is taken.")
    make_draft(make.make_page(title="Old"), "kept", made_by=anna)
    client.force_login(make.make_officer("Publisher"))
    page = seen(client)
    told = [
        "Could not be published (1) “Failed”, page: changed on 24 November 2026. The address is taken.",
        "Ready to publish (1) “Done”, page: changed by Anna on 24 November 2026.",
        "Being written (1) “Begun”, page: changed by Anna on 24 November 2026.",
        "Never published yet (1) “New”, page.",
    ]
    assert " ".join(told) in page
    assert ready.get_edit_url() in client.get("/admin/").content.decode()
    assert "“Old”" not in page


def test_the_calendar_tells_what_appears_changes_and_ends_on_its_day(admin_client):
    at, on = NOW + 2 * DAY, today() + 2 * DAY
    make_ready(make.make_page(title="Coming", published_at=None), None, publish_at=at)
    make.make_page(title="Going", withdrawn_at=at, withdrawal_reason="It was wrong.")
    make.make_strategy(title="Last", starts_on=None, ends_on=on)
    make.make_plan(title="First", starts_on=on, ends_on=None, is_period_confirmed=True)
    make.make_strategy(title="Voted", starts_on=date(2020, 1, 1), ends_on=None, agreed_on=on)
    make.make_strategy(title="Rough", **make.typed(starts_on="2020", ends_on="2026"))
    make.make_partner(name="Reviewed", review_on=on)
    make.make_alert(title="Storm", starts_at=NOW + DAY, ends_at=at)
    make_draft(make.make_page(title="Rewritten"), "ready", publish_at=at)
    page = seen(admin_client)
    told = page[page.index("What is to come") : page.index("What changed lately")]
    assert "Wednesday 25 November 2026 12:30: Urgent alert “ Storm ” appears above every page" in told
    second_day = told[told.index("Thursday 26 November 2026") :]
    for sentence in (
        "12:30: Page “ Coming ” appears",
        "12:30: Page “ Going ” is withdrawn",
        "Strategy “ Last until 2026 ” has its last day, as far as is known",
        "Strategy “ Voted from 2020 ” is to be agreed",
        "Strategy “ Rough 2020 to 2026 ” has its last day in 2026",
        "Action plan “ First from 2026 ” has its first day ",
        "Partner “ Reviewed ” is to be checked",
        "12:30: Urgent alert “ Storm ” disappears",
        "12:30: Page “ Rewritten ” gets its new version",
    ):
        assert sentence in second_day


def test_the_calendar_tells_nothing_of_what_is_over_of_drafts_or_of_their_parts(admin_client):
    soon = {"starts_on": today() + DAY}
    make.make_plan(title="Draft", published_at=None, **soon, ends_on=None)
    make.make_priority(title="Part", plan=make.make_plan(published_at=None, ends_on=None), published_at=NOW + DAY)
    make.make_plan(title="Withdrawn", withdrawn_at=make.LONG_AGO, withdrawal_reason="x", **soon, ends_on=None)
    make.make_strategy(title="Over", ends_on=today() - DAY)
    make.make_strategy(title="Far", starts_on=today() + 400 * DAY, ends_on=None)
    make.make_alert(ends_at=NOW - DAY)
    assert "Nothing is scheduled, and nothing ends within a year." in seen(admin_client)
    assert Page.objects.count() == 0


def note(officer, record, words):
    LogEntry.objects.log_actions(officer.pk, [record], CHANGE, words, single_object=True)


def test_what_changed_lately_says_who_and_what_and_is_of_bounded_length(client):
    anna = make.make_officer("Editor", first_name="Anna", last_name="Smith")
    for number in range(40):
        note(anna, make.make_page(title=f"Page number {number}"), f"Title changed, {number}.")
    client.force_login(make.make_officer("Editor"))
    page = seen(client)
    told = page[page.index("What changed lately") :]
    assert told.startswith("What changed lately Page number 39 Title changed, 39. Anna Smith, 24 November 2026, 12:30")
    assert told.count("Anna Smith") == 12


def test_changes_of_accounts_are_told_to_administrators_only(client):
    officers = {role: make.make_officer(role) for role in ROLES}
    note(officers["Administrator"], officers["Editor"], "Password changed.")
    for role, officer in officers.items():
        client.force_login(officer)
        assert ("Password changed." in seen(client)) is (role == "Administrator"), role


def test_an_alert_starts_now_ends_by_itself_and_leads_back_to_the_button_that_takes_it_down(client, admin_client):
    add = url(Alert, "add")
    sent = data_of(admin_client.get(add))
    assert (sent["starts_at"], sent["ends_at"]) == ("2026-11-24T12:30", "2026-11-25T12:30")
    saved = admin_client.post(add, {**sent, "title": "a gas leak", "advice": "Keep away.", "_publish": ""})
    assert saved["Location"] == url(Alert.objects.get(), "change")
    assert "Urgent: a gas leak" in seen(client, "/strategy/")
    alert = Alert.objects.get()
    take_down = reverse("admin:pages_alert_take_down", args=[alert.pk])
    for page in ("/admin/", url(alert, "change")):
        assert f'action="{take_down}"' in admin_client.get(page).content.decode()
    assert admin_client.get(take_down).status_code == 405
    assert "The alert is taken down." in admin_client.post(take_down, follow=True).content.decode()
    assert "a gas leak" not in seen(client, "/strategy/")
    assert "That alert shows no more." in admin_client.post(take_down, follow=True).content.decode()
    for page in ("/admin/", url(alert, "change")):
        assert take_down not in admin_client.get(page).content.decode()
    alert.refresh_from_db()
    alert.full_clean()
    assert "taken down" in seen(admin_client).lower()


def test_another_alert_can_show_in_the_minute_after_one_was_taken_down(admin_client):
    alert = make.make_alert(starts_at=NOW - DAY)
    admin_client.post(reverse("admin:pages_alert_take_down", args=[alert.pk]))
    sent = {**data_of(admin_client.get(url(Alert, "add"))), "title": "Another", "advice": "Keep away.", "_publish": ""}
    assert admin_client.post(url(Alert, "add"), sent).status_code == 302
    assert Alert.objects.live().get().title == "Another"


def test_an_alert_is_taken_down_by_publishers_only(client):
    alert = make.make_alert()
    take_down = reverse("admin:pages_alert_take_down", args=[alert.pk])
    assert "/login/" in client.post(take_down)["Location"]
    client.force_login(make.make_officer("Editor"))
    assert client.post(take_down).status_code == 403
    for page in ("/admin/", url(alert, "change")):
        assert take_down not in client.get(page).content.decode()
    assert Alert.objects.live().exists()


def test_progress_shows_each_action_of_the_plans_in_force_with_the_way_to_it(client):
    client.force_login(make.make_officer("Editor"))
    make.make_action(what="Of an old plan")
    plan = make.make_plan(title="This year", ends_on=None)
    priority = make.make_priority(plan=plan, title="Streets")
    make.make_action(priority=priority, position=1, what="Done", done_on=date(2026, 5, 1))
    make.make_action(priority=priority, position=2, what="Late", due_on=today() - DAY)
    make.make_action(priority=priority, position=3, what="Due", due_on=today())
    below = make.make_priority(plan=plan, parent=priority, title="Lights")
    page = seen(client, "/admin/progress/")
    told = "Streets Done Done on 1 May 2026. Late Overdue since 23 November 2026. Due To be done by 24 November 2026."
    assert f"{told} Lights It has no actions yet." in page
    assert "Of an old plan" not in page
    links = client.get("/admin/progress/").content.decode()
    assert f"{priority.get_edit_url()}#actions-1" in links
    assert 'id="actions-1"' in client.get(priority.get_edit_url()).content.decode()
    assert below.get_edit_url() in links


@pytest.mark.parametrize("path", ["/admin/progress/", "/admin/"])
def test_the_pages_of_the_desk_are_for_officers_who_may_see_what_they_show(client, path):
    assert "/login/" in client.get(path)["Location"]
    client.force_login(User.objects.create_user("resident"))
    assert "/login/" in client.get(path)["Location"]
    client.force_login(make.make_onlooker())
    make.make_page(title="Hidden", published_at=None)
    assert client.get(path).status_code == (403 if "progress" in path else 200)
    assert "Hidden" not in seen(client)


def more(officer):
    """One more of everything that the first page and that of progress show."""
    plan = make.make_plan(ends_on=today() + DAY, review_on=today() + DAY)
    part = make.make_priority(plan=plan, parent=make.make_priority(plan=plan), published_at=NOW + DAY)
    for priority in (part, part.parent):
        make.make_action(priority=priority)
    for state in ("draft", "ready", "failed"):
        make_draft(make.make_page(), state, made_by=officer)
    for publish_at in (None, NOW + DAY):
        make_ready(make.make_page(published_at=None), officer, publish_at=publish_at)
    make_draft(make.make_priority(plan=plan), "ready", publish_at=NOW + DAY)
    make.make_priority(plan=plan, published_at=None)
    make.make_objective(published_at=None)
    make.make_group()
    later = NOW + 2 * Alert.objects.count() * DAY
    make.make_alert(starts_at=later, ends_at=later + DAY)
    note(officer, plan, "Changed.")
    note(make.make_officer("Editor"), officer, "Changed.")


@pytest.mark.parametrize("path", ["/admin/", "/admin/progress/", "/admin/attention/"])
def test_a_page_of_the_desk_costs_the_same_queries_whatever_it_shows(client, path):
    officer = make.make_officer("Administrator")
    client.force_login(officer)
    make.make_site()
    make.make_alert(ends_at=NOW + DAY)
    counts, lengths = [], []
    for times in (1, 2):
        for _ in range(times):
            more(officer)
        client.get(path)  # what Django remembers of kinds of content is asked for once in a process
        with CaptureQueriesContext(connection) as captured:
            lengths.append(len(client.get(path).content))
        counts.append(len(captured))
    assert lengths[0] < lengths[1]
    assert counts[0] >= counts[1]


def test_lists_write_dates_as_the_public_pages_do(admin_client):
    make.make_meeting(held_on=date(2026, 12, 1))
    make.make_alert(starts_at=NOW)
    assert "1 December 2026" in seen(admin_client, "/admin/meetings/meeting/")
    assert "24 November 2026, 12:30" in seen(admin_client, "/admin/pages/alert/")
