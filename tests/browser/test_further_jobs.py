"""Ten further jobs of an officer, played through and counted as in hand.py; each is judged by what readers then see.

Two wait for later parts of the site: finding by words is done in the list of the kind that holds them, and a meeting's
updates are the days on which its actions were done.
"""

import re
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from operator import gt

import pytest
from playwright.sync_api import expect

from tests import make
from tests.browser.conftest import sign_in
from tests.browser.hand import Hand, Jobs, its_site, read, words_of
from tests.browser.test_jobs import LONDON

MOST = (90, 60)  # clicks and loads
JOBS = Jobs()
TODAY = datetime.now(LONDON).date()
YEAR = TODAY.year - (TODAY.month < 4)  # in which the financial year began
SPRING = date(TODAY.year + 1, 3, 1)

PREPARE = f"""
from datetime import date, timedelta
from meetings.models import Group
from tests import make
plan = make.make_plan(
    title="Our plan", slug="this-year", starts_on=date({YEAR}, 4, 1), ends_on=date({YEAR + 1}, 3, 31), standing="agreed"
)
for number in range(1, 7):
    priority = make.make_priority(plan=plan, title=f"Priority {{number}}", slug=f"priority-{{number}}", position=number)
    for action in range(6 if number < 3 else 1):
        make.make_action(priority=priority, what=f"Do {{action}} of {{number}}", position=action)
group = Group.objects.get(slug="jag")
for number in range(13):
    make.make_meeting(group=group, held_on=date({SPRING.year}, 3, 4) + timedelta(days=28 * number))
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """One site for all ten, as it is set up, with a plan of six priorities in force and a group with thirteen dates."""
    yield from its_site(tmp_path_factory.mktemp("further-jobs"), PREPARE)


def in_list(hand, kind, name):
    """From the first page to the form of something whose name begins so."""
    hand.follow(hand.page.locator("#content").get_by_role("link", name=kind, exact=True))
    hand.follow(hand.page.locator("#result_list tbody th a", has_text=name).first)


def publish(hand, *, with_parts=False):
    hand.follow(hand.page.get_by_role("button", name="Publish now"))
    if with_parts:
        hand.follow(hand.page.get_by_role("button", name=re.compile("^Publish")))
    expect(hand.page.locator(".messagelist .success").first).to_be_visible()


@contextmanager
def beside(hand, plus):
    """What is made by the plus, in a window of its own, and counts as all else does; saved at the end."""
    with hand.page.expect_popup() as opened:
        hand.click(plus)
    its = Hand(opened.value)
    yield its
    with its.page.expect_event("close"):
        its.click(its.page.get_by_role("button", name=re.compile("^Save")).first)
    hand.clicks, hand.fields, hand.loads = hand.clicks + its.clicks, hand.fields + its.fields, hand.loads + its.loads


@JOBS.called("confirm ten seeded pages")
def ten_pages_are_confirmed(hand, site):
    hand.follow(hand.page.get_by_role("link", name="Check what is public"))
    hand.choose(hand.page.get_by_label("Kind"), "Pages")
    hand.follow(hand.page.get_by_role("button", name="Show", exact=True))
    hand.follow(hand.page.get_by_role("link", name="Tick all that are shown"))
    for title in ("For partners", "Who belongs", "Get help", "Ask for", "What does the SoSafe", "How often does"):
        hand.click(hand.page.get_by_label(re.compile(f"^{title}")).first)  # these are not all right
    hand.follow(hand.page.get_by_role("button", name="Checked, all is right"))
    for path in ("privacy", "contact", "updates", "strategy", "what-is-sosafe", "get-involved", "accessibility"):
        assert f"Checked on {TODAY:%-d %B %Y}" in words_of(f"{site}/{path}/"), path
    assert "Checked on" not in words_of(f"{site}/linking-to-us/")


@JOBS.called("show a new strategy's draft to a partner by a link")
def a_new_strategy_is_shown_by_a_link(hand, site):
    hand.follow(hand.page.locator("#content .model-strategy .addlink"))
    hand.type(hand.page.get_by_label("Title:"), "Strategy of the years to come")
    hand.type(hand.page.get_by_label("First day:"), f"1 April {YEAR + 1}")
    hand.type(hand.page.get_by_role("textbox", name="Last day:", exact=True), f"31 March {YEAR + 4}")
    hand.follow(hand.page.get_by_role("button", name="Save draft"))
    hand.follow(hand.page.get_by_role("button", name="Make a link for partners"))
    link = hand.page.locator("#draft-link").input_value()
    assert "Strategy of the years to come" in words_of(link)
    assert "Strategy of the years to come" not in words_of(f"{site}/strategy/")


@JOBS.called("move one of 13 dates and cancel another")
def a_date_is_moved_and_another_cancelled(hand, site):
    first, second = date(SPRING.year, 3, 4), date(SPRING.year, 3, 4) + timedelta(days=28)
    in_list(hand, "Groups", "Joint Action Group")
    hand.click(hand.page.get_by_text(f"{first:%-d %B %Y}").first)
    hand.type(hand.page.locator("[id$=-held_on]:visible").first, f"{first + timedelta(days=7)}")
    hand.click(hand.page.get_by_text(f"{second:%-d %B %Y}").first)
    hand.click(hand.page.locator("[id$=-is_cancelled]:visible").nth(1))
    publish(hand)
    shown = words_of(f"{site}/meetings/jag/")
    assert f"It was planned for {first:%A %-d %B %Y}." in shown
    assert f"Cancelled: {second:%A %-d %B %Y}" in shown


@JOBS.called("announce street meets from a pasted list of nine")
def nine_street_meets_are_announced(hand, site):
    hand.follow(hand.page.get_by_role("link", name="Public meetings from a list"))
    days = [SPRING + timedelta(days=7 * n) for n in range(9)]
    lines = "\n".join(f"{day:%A %-d %B %Y}, 10am to 12 noon, Bedwell, Corner {day.day}" for day in days)
    hand.type(hand.page.get_by_label("The list, one"), lines)
    hand.choose(hand.page.get_by_label("Kind"), "Street meet")
    hand.type(hand.page.get_by_label("Title of each"), "Street meet")
    hand.follow(hand.page.get_by_role("button", name="Read this list"))
    hand.follow(hand.page.get_by_role("button", name="Publish the ticked ones now"))
    shown = words_of(f"{site}/meetings/public/")
    for day in days:
        assert f"{day:%-d %B}" in shown, day
    assert shown.count("Street meet") >= 9


@JOBS.called("put a campaign with a picture on the home page for two weeks")
def a_campaign_is_put_on_the_home_page(hand, site):
    hand.follow(hand.page.get_by_role("link", name="Put a campaign on the home page"))
    hand.type(hand.page.get_by_label("Title:", exact=True), "Lock it or lose it")
    hand.type(hand.page.get_by_label("Opening:"), "Bicycles are stolen where they stand for minutes.")
    with beside(hand, hand.page.locator("#add_id_picture")) as its:
        photo = {"name": "bicycle.jpg", "mimeType": "image/jpeg", "buffer": make.picture()}
        its.give(its.page.locator("#id_image"), photo)
        its.type(its.page.locator("#id_title"), "Locked bicycle")
        its.type(its.page.locator("#id_alt"), "A bicycle with two locks")
    hand.type(hand.page.get_by_label("First day on the home page:"), f"{TODAY}")
    hand.type(hand.page.get_by_label("Last day on the home page:"), f"{TODAY + timedelta(days=13)}")
    publish(hand)
    home, panel = f"{site}/", "Lock it or lose it Bicycles are stolen"
    assert panel in words_of(home)
    assert 'alt="A bicycle with two locks"' in read(home)[1].decode()
    for days, is_there in ((-1, False), (13, True), (14, False)):
        assert (panel in words_of(f"{home}?on={TODAY + timedelta(days=days)}")) == is_there, days


@JOBS.called("correct a partner's succession with a new body, published in one go")
def a_succession_is_corrected(hand, site):
    in_list(hand, "Partners", "BeNCH")
    with beside(hand, hand.page.locator("#add_id_successors")) as its:
        its.type(its.page.get_by_label("Name:", exact=True), "Probation Service, Hertfordshire")
    hand.type(hand.page.get_by_role("textbox", name="Last day:", exact=True).first, "25 June 2021")
    publish(hand, with_parts=True)
    page = f"{site}/who-belongs/bench-community-rehabilitation-company/"
    assert "followed by Probation Service, Hertfordshire" in words_of(page)
    assert read(f"{site}/who-belongs/probation-service-hertfordshire/")[0] == 200


@JOBS.called("find by words and mend a telephone number")
def a_number_is_found_and_mended(hand, site):
    hand.follow(hand.page.locator("#content").get_by_role("link", name="Ways to get help", exact=True))
    hand.type(hand.page.locator("#searchbar"), "Crimestoppers")
    with hand.page.expect_navigation():
        hand.page.keyboard.press("Enter")
    hand.follow(hand.page.locator("#result_list tbody th a").first)
    hand.type(hand.page.get_by_label("Telephone:"), "0800 555 112")
    publish(hand)
    assert "0800 555 112" in words_of(f"{site}/get-help/")


@JOBS.called("enter a meeting's updates for twelve actions")
def twelve_actions_are_updated(hand, site):
    for number in (1, 2):
        hand.page.goto(f"{site}/admin/")
        hand.follow(hand.page.get_by_role("link", name="Update progress"))
        hand.follow(hand.page.get_by_role("link", name=f"Do 0 of {number}", exact=True))
        hand.click(hand.page.get_by_role("button", name="Open all").first)
        for action in range(6):
            hand.type(hand.page.locator(f"#id_actions-{action}-done_on"), f"{TODAY}")
        publish(hand)
    for number in (1, 2):
        shown = words_of(f"{site}/action-plan/this-year/priority-{number}/")
        assert shown.count(f"Done on {TODAY:%-d %B %Y}") == 6


@JOBS.called("undo yesterday's change of a plan's priority")
def a_change_of_a_priority_is_undone(hand, site):
    in_list(hand, "Priorities", "Priority 3")
    hand.page.locator("#id_title").fill("Wrong words")
    hand.page.locator("#id_change_note").fill("Another title.")
    publish(hand)
    assert "Wrong words" in words_of(f"{site}/action-plan/this-year/priority-3/")
    hand.begin(site)  # somebody did that the day before
    in_list(hand, "Priorities", "Wrong words")
    hand.follow(hand.page.get_by_role("link", name="History"))
    hand.follow(hand.page.get_by_role("button", name=re.compile("^Bring this back of")).last)
    hand.type(hand.page.locator("#id_change_note"), "The title is again the one that was agreed.")
    publish(hand)
    shown = words_of(f"{site}/action-plan/this-year/priority-3/")
    assert "Wrong words" not in shown
    assert "The title is again the one that was agreed." in shown


@JOBS.called("roll over a plan with six priorities, drop one, add eight actions, publish all")
def a_plan_is_rolled_over(hand, site):
    in_list(hand, "Action plans", "Our plan")
    hand.follow(hand.page.get_by_role("link", name=re.compile("^Start next")))
    hand.click(hand.page.get_by_label("Priority 6", exact=False).first)
    news = hand.page.locator(".new-actions textarea")
    hand.type(news.nth(0), "New one\nNew two\nNew three\nNew four")
    hand.type(news.nth(1), "New five\nNew six\nNew seven\nNew eight")
    hand.follow(hand.page.get_by_role("button", name="Make this draft"))
    publish(hand, with_parts=True)
    shown = words_of(f"{site}/action-plan/{YEAR + 1}-{YEAR + 2}/")
    for word in ("one", "two", "three", "four", "five", "six", "seven", "eight"):
        assert f"New {word}" in shown
    assert "Priority 5" in shown
    assert "Priority 6" not in shown


def test_the_further_jobs_are_right_and_take_few_steps(site, open_page, record_property):
    window = open_page(f"{site}/admin/")
    sign_in(window)
    counted = {}
    for name, play in JOBS.items():
        hand = Hand(window)
        hand.begin(site)
        play(hand, site)
        counted[name] = hand.counts
        record_property(f"further job: {name}", [hand.counts])
    clicks, _, loads = (sum(numbers) for numbers in zip(*counted.values(), strict=True))
    assert not any(map(gt, (clicks, loads), MOST)), (clicks, loads, counted)
