"""Ten jobs of an officer, played through by mouse and keyboard from the admin's first page, counted, the results read.

What counts is said in hand.py. The numbers beside ours are those of Wagtail 8.0.1.
"""

import re
from datetime import UTC, datetime, timedelta
from operator import gt
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from tests import make
from tests.browser.conftest import sign_in
from tests.browser.hand import Hand, Jobs, its_site, read, words_of
from tests.browser.test_admin import NINE

WAGTAIL = {
    "change a paragraph of a page, publish": (6, 1, 2),
    "preview an unsaved change at phone width": (5, 1, 1),
    "save a draft of a live page": (5, 1, 2),
    "publish that draft later": (5, 0, 2),
    "schedule it for Monday 09:00": (10, 1, 3),
    "start next year's plan from this year's six priorities": (8, 3, 4),
    "add nine dates of one group": (39, 11, 20),
    "replace a PDF, other file name": (4, 0, 3),
    "restore yesterday's version": (8, 0, 4),
    "put up an alert with an end, take it down": (13, 2, 9),
}
MOST = (60, 20, 30)
LONDON = ZoneInfo("Europe/London")
JOBS = Jobs()

PREPARE = """
from tests import make
document = make.make_document(slug="the-plan", title="The plan in full")
make.make_version(document=document, content=make.pdf(2))
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """One site for all ten, as it is set up, with a PDF and this year's plan of six priorities."""
    yield from its_site(tmp_path_factory.mktemp("jobs"), PREPARE)


def open_privacy(hand):
    """From the first page to the form of the page on privacy."""
    hand.click(hand.page.get_by_text("Choose the page"))
    hand.follow(hand.page.get_by_role("list", name="Edit a page").get_by_role("link", name="Privacy", exact=True))


def change_text(hand, words):
    hand.type(hand.page.locator("#sections-0").get_by_role("textbox", name="Text"), words, at_the_end=True)


@JOBS.called("change a paragraph of a page, publish")
def a_paragraph_is_changed_and_published(hand, site):
    open_privacy(hand)
    change_text(hand, " Published words.")
    hand.follow(hand.page.get_by_role("button", name="Publish now"))
    expect(hand.page.locator(".messagelist .success")).to_be_visible()
    assert "Published words." in words_of(f"{site}/privacy/")


@JOBS.called("preview an unsaved change at phone width")
def an_unsaved_change_is_previewed_at_phone_width(hand, site):
    open_privacy(hand)
    change_text(hand, " Previewed words.")
    hand.click(hand.page.get_by_role("button", name="Preview"))
    preview = hand.page.frame_locator("iframe[name=preview]")
    expect(preview.get_by_text("Previewed words.")).to_be_visible()
    assert preview.locator("html").evaluate("html => html.clientWidth") <= 390
    assert "Previewed words." not in words_of(f"{site}/privacy/")


@JOBS.called("save a draft of a live page")
def a_draft_of_a_live_page_is_saved(hand, site):
    open_privacy(hand)
    change_text(hand, " Drafted words.")
    hand.follow(hand.page.get_by_role("button", name="Save draft"))
    expect(hand.page.locator(".messagelist .success")).to_contain_text("The draft is saved.")
    assert "Drafted words." not in words_of(f"{site}/privacy/")
    assert read(f"{site}/privacy/")[0] == 200


@JOBS.called("publish that draft later")
def the_draft_is_published_later(hand, site):
    hand.follow(hand.page.get_by_role("region", name="Drafts").get_by_role("link", name=re.compile("Privacy")).first)
    hand.follow(hand.page.get_by_role("button", name="Publish now"))
    expect(hand.page.locator(".messagelist .success")).to_be_visible()
    assert "Drafted words." in words_of(f"{site}/privacy/")


@JOBS.called("start next year's plan from this year's six priorities")
def next_years_plan_is_started_from_this_years(hand, site):
    hand.follow(hand.page.locator("#content").get_by_role("link", name="Action plans", exact=True))
    hand.follow(hand.page.locator("#result_list tbody th a").first)
    hand.follow(hand.page.get_by_role("link", name="Start next year’s plan from this one"))
    hand.follow(hand.page.get_by_role("button", name="Make this draft"))
    expect(hand.page.locator(".messagelist").get_by_text("Nothing of it is public yet")).to_be_visible()
    titles = [field.input_value() for field in hand.page.locator("[id^=id_priorities-][id$=-title]").all()]
    titles = [title for title in titles if title]
    shown = words_of(f"{site}/action-plan/2019-2020/")
    assert len(titles) == len(set(titles)) == 6
    assert all(title in shown for title in titles)
    assert read(f"{site}/action-plan/2020-2021/")[0] == 404, "nothing of it is public"


@JOBS.called("add nine dates of one group")
def nine_dates_of_one_group_are_added(hand, site):
    hand.follow(hand.page.get_by_role("list", name="Add meeting dates").get_by_role("link", name="Joint Action Group"))
    lines = re.sub(r" at 6:30,", " 6.30pm,", NINE).replace("Friday 1 July", "Thursday 1 July")
    hand.type(hand.page.get_by_label("The list, one date a line"), lines)
    hand.type(hand.page.get_by_label("Year of the lines that have none"), "2027")
    hand.follow(hand.page.get_by_role("button", name="Read this list"))
    hand.follow(hand.page.get_by_role("button", name="Save the ticked dates"))
    expect(hand.page.locator(".messagelist .success")).to_contain_text("Added 9 dates")
    shown = words_of(f"{site}/meetings/jag/")
    days = ["14 January", "11 February", "11 March", "8 April", "6 May", "3 June", "1 July", "9 September", "7 October"]
    for day in days:
        assert f"{day} 2027" in shown, day


@JOBS.called("replace a PDF, other file name")
def a_pdf_is_replaced_by_one_of_another_name(hand, site):
    first = read(f"{site}/documents/the-plan/file/")[1]
    hand.follow(hand.page.get_by_role("link", name="Choose it from the list"))
    hand.follow(hand.page.get_by_role("link", name="The plan in full"))
    new = {"name": "Plan FINAL (2).pdf", "mimeType": "application/pdf", "buffer": make.pdf(5)}
    hand.give(hand.page.locator("#id_versions-0-file"), new)
    hand.follow(hand.page.get_by_role("button", name="Publish now"))
    expect(hand.page.locator(".messagelist .success")).to_be_visible()
    status, content, _ = read(f"{site}/documents/the-plan/file/")
    assert (status, content) == (200, new["buffer"])
    assert read(f"{site}/documents/the-plan/v/1/file/")[:2] == (200, first)


@JOBS.called("restore yesterday's version")
def an_earlier_version_is_brought_back(hand, site):
    assert "Drafted words." in words_of(f"{site}/privacy/")
    yesterday = datetime.now(LONDON) - timedelta(days=1)
    site.change(
        "UPDATE publishing_revision SET made_at = ? WHERE state = 'kept' "
        "AND content LIKE '%Published words.%' AND content NOT LIKE '%Drafted words.%'",
        f"{yesterday.astimezone(UTC):%Y-%m-%d %H:%M:%S}",
    )
    open_privacy(hand)
    hand.follow(hand.page.get_by_role("link", name="History"))
    hand.follow(hand.page.get_by_role("button", name=f"Bring this back of {yesterday:%-d %B %Y}"))
    hand.follow(hand.page.get_by_role("button", name="Publish now"))
    expect(hand.page.locator(".messagelist .success")).to_be_visible()
    shown = words_of(f"{site}/privacy/")
    assert "Drafted words." not in shown
    assert "Published words." in shown


@JOBS.called("schedule it for Monday 09:00")
def a_draft_is_scheduled_for_monday_at_nine(hand, site):
    open_privacy(hand)
    change_text(hand, " Scheduled words.")
    hand.follow(hand.page.get_by_role("button", name="Save draft"))
    hand.begin(site)  # the draft is there, as in the job before
    monday = datetime.now(LONDON) + timedelta(days=7 - datetime.now(LONDON).weekday())
    hand.follow(hand.page.get_by_role("region", name="Drafts").get_by_role("link", name=re.compile("Privacy")).first)
    hand.type(hand.page.get_by_label("Day and time"), f"{monday:%Y-%m-%d}T09:00")
    hand.follow(hand.page.get_by_role("button", name="Publish at that time"))
    expect(hand.page.locator(".messagelist .success")).to_contain_text(f"{monday:%-d %B %Y} at 09:00")
    assert "Scheduled words." not in words_of(f"{site}/privacy/")
    site.change(
        "UPDATE publishing_readiness SET publish_at = datetime('now', '-1 minute') WHERE publish_at IS NOT NULL"
    )
    assert "Scheduled words." in words_of(f"{site}/privacy/"), "it is public at its moment, and nothing had to run"


@JOBS.called("put up an alert with an end, take it down")
def an_alert_is_put_up_with_an_end_and_taken_down(hand, site):
    days = {datetime.now(LONDON).date()}
    hand.follow(hand.page.get_by_role("link", name="Show an urgent alert"))
    days.add(datetime.now(LONDON).date())  # another one at midnight
    hand.type(hand.page.get_by_label("Title:"), "a gas leak in Bedwell")
    hand.type(hand.page.get_by_label("What to do:"), "Keep your windows shut.")
    until = hand.page.get_by_label("Shows until:").input_value()
    assert until[:10] in {f"{day + timedelta(days=1)}" for day in days}
    hand.follow(hand.page.get_by_role("button", name="Publish now"))
    assert "Urgent: a gas leak in Bedwell" in words_of(f"{site}/")
    hand.follow(hand.page.get_by_role("button", name=re.compile("Take .*down")))
    expect(hand.page.locator(".messagelist")).to_contain_text("The alert is taken down.")
    assert "gas leak" not in words_of(f"{site}/")


def test_the_ten_jobs_take_fewer_steps_than_in_wagtail_and_are_right(site, open_page, record_property):
    window = open_page(f"{site}/admin/")
    sign_in(window)
    counted = {}
    for name, play in JOBS.items():
        hand = Hand(window)
        hand.begin(site)
        play(hand, site)
        counted[name] = hand.counts
    for name, theirs in WAGTAIL.items():
        record_property(f"job: {name}", [counted[name], theirs])
    worse = {name: ours for name, ours in counted.items() if any(map(gt, ours, WAGTAIL[name]))}
    assert worse == {}
    sums = [sum(numbers) for numbers in zip(*counted.values(), strict=True)]
    assert not any(map(gt, sums, MOST)), sums
