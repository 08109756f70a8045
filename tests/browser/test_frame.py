"""The frame of every form: what is always in reach, how long a form is, and the real page beside it."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import follow, serve, sign_in, window

WORK = """
from datetime import time, timedelta
from meetings.models import Group, Meeting
from partners.models import ActionPlan, Priority
from sosafe_site.periods import today
group = Group.objects.get(slug="rag")
for n in range(13):
    day = today() + timedelta(days=28 * n + 3)
    Meeting.objects.create(group=group, held_on=day, starts=time(18, 30), ends=time(20), venue="The Council Chamber")
whole = ActionPlan.objects.get().priorities.first()
Priority.objects.create(plan=whole.plan, parent=whole, title="Fly-tipping", slug="fly-tipping", position=1)
"""


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """The site as it was first loaded, with thirteen dates of a group and a sub-priority."""
    yield from serve("set-up", tmp_path_factory.mktemp("desk"), WORK)


@pytest.fixture(scope="module")
def at_the_desk(desk, chromium):
    """What a browser keeps of an officer's sign-in there."""
    context = window(chromium)
    page = context.new_page()
    page.goto(f"{desk}/admin/")
    sign_in(page)
    yield context.storage_state()
    context.close()


@pytest.fixture
def form(desk, at_the_desk, open_page):
    def open_form(listed, **options):
        page = open_page(f"{desk}/admin/{listed}", storage_state=at_the_desk, **options)
        follow(page, page.locator("#result_list tbody th a").first)
        page.wait_for_load_state("load")
        return page

    return open_form


PLAN, GROUP, PAGE = "partners/actionplan/", "meetings/group/?q=rag", "pages/page/?q=What+is+SoSafe"


@pytest.mark.parametrize("listed", [PLAN, GROUP])
def test_a_plan_with_its_priorities_and_a_group_with_thirteen_dates_fit_on_two_and_a_half_screens(form, listed):
    page = form(listed, width=1280, height=900)
    assert page.locator("details.part:not([open])").count() >= 7
    assert page.evaluate("() => document.documentElement.scrollHeight") <= 2.5 * 900


def test_state_what_is_unsaved_and_the_buttons_are_always_in_sight(form):
    page = form(PLAN, height=800)
    bar = page.locator("#buttons")
    for place in (0, 400, 10_000):
        page.evaluate("place => scrollTo(0, place)", place)
        for name in ("Save draft", "Preview", "Publish now"):
            expect(bar.get_by_role("button", name=name)).to_be_in_viewport(ratio=1)
    expect(bar.locator(".chip")).to_have_text("Published")
    expect(bar.locator(".unsaved")).to_be_empty()
    page.get_by_label("Title:").fill("Another title")
    expect(bar.locator(".unsaved")).to_have_text("Unsaved changes")
    assert page.locator("#buttons .default").count() == 1
    page.set_viewport_size({"width": 1280, "height": 400})  # a keyboard on a phone leaves as little: fields come first
    assert bar.evaluate("bar => getComputedStyle(bar).position") == "static"


def test_the_keyboard_goes_to_the_buttons_at_once_and_what_has_the_focus_is_never_under_the_bar(form):
    page = form(PLAN, height=800)
    page.locator(".to-buttons").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.closest('#buttons') !== null")
    page.evaluate("() => scrollTo(0, 0)")
    page.get_by_label("Title:").focus()
    under = """() => {
      const [field, bar] = [document.activeElement, document.getElementById('buttons')];
      if (bar.contains(field) || document.getElementById('nav-sidebar')?.contains(field)) return false;
      const [a, b] = [field.getBoundingClientRect(), bar.getBoundingClientRect()];
      return a.top < innerHeight && a.bottom > b.top + 1 && a.height < 300;
    }"""
    for _ in range(45):
        page.keyboard.press("Tab")
        assert not page.evaluate(under), page.evaluate("() => document.activeElement.outerHTML")


def test_enter_in_a_field_saves_a_draft_and_publishes_nothing(form):
    page = form(PLAN)
    page.get_by_label("Summary:").fill("Said by Enter.")
    with page.expect_navigation():
        page.get_by_label("Title:").press("Enter")
    expect(page.locator("#buttons .chip")).to_have_text("Draft of changes")
    follow(page, page.get_by_role("button", name="Give up this draft"))


def test_a_part_is_a_line_that_opens_in_place_and_follows_what_is_typed(form):
    page = form(PLAN)
    part = page.locator("#priorities-group .inline-related", has_text="Knife crime")
    assert part.locator("[name$=-title]").is_hidden()
    part.locator("summary").click()
    part.locator("[name$=-title]").fill("Knives")
    expect(part.locator(".part-title")).to_have_text("Knives")
    expect(part.get_by_role("link", name="Change Knife crime")).to_be_visible()
    page.get_by_role("button", name="Open all: priorities").click()
    assert page.locator("#priorities-group details.part:not([open])").count() == 0


def test_a_refused_form_opens_the_part_that_has_a_fault(form):
    page = form(GROUP)
    part = page.locator("#meetings-3")
    part.locator("summary").click()
    part.locator("[name$=-ends]").fill("18:30")
    follow(page, page.get_by_role("button", name="Save draft"))
    is_open = page.locator(".inline-related:not(.empty-form):has(> .part[open])")
    assert [part.get_attribute("id") for part in is_open.all()] == ["meetings-3"]


def test_sub_priorities_stand_under_their_own_and_move_with_it(form):
    page = form(PLAN)
    titles = page.locator("#priorities-group .inline-related:not(.empty-form) .part-title")
    whole, sub, after, *_ = titles.all_inner_texts()
    assert sub == "Fly-tipping"
    page.get_by_role("button", name=f"Move down: {whole}").press("Enter")
    assert titles.all_inner_texts()[:3] == [after, whole, sub]


def test_the_way_leads_from_a_part_to_its_whole_and_back(form):
    page = form(PLAN)
    plan = page.get_by_role("heading", level=1).inner_text()
    follow(page, page.get_by_role("link", name="Change Fly-tipping"))
    way = page.locator(".breadcrumbs")
    expect(way).to_contain_text(plan)
    expect(way.get_by_role("link").nth(1)).to_have_text("Action plans")
    follow(page, way.get_by_role("link", name=plan, exact=True))
    expect(page.get_by_role("heading", level=1)).to_have_text(plan)


def test_on_a_wide_screen_the_real_page_follows_what_is_typed_and_stays_from_form_to_form(form, desk):
    page = form(PAGE, width=1600, height=900)
    asked = []
    page.on("request", lambda request: asked.append(request.method) if request.method == "POST" else None)
    page.get_by_role("button", name="Preview").click()
    shown = page.frame_locator("iframe[name=preview]")
    expect(shown.get_by_role("heading", level=1)).to_be_visible()
    page.get_by_label("Opening:").click()
    page.keyboard.press("Control+End")
    page.keyboard.type(" Typed, and saved nowhere.", delay=10)
    expect(shown.get_by_text("Typed, and saved nowhere.")).to_be_visible()
    expect(page.get_by_label("Opening:")).to_be_focused()
    assert len(asked) <= 3  # not one for each key
    length = page.evaluate("() => history.length")
    page.keyboard.type(" More.")
    expect(shown.get_by_text("saved nowhere. More.")).to_be_visible()
    assert page.evaluate("() => history.length") == length
    page.evaluate("() => { onbeforeunload = null }")
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"{desk}/admin/{PLAN}")
    follow(page, page.locator("#result_list tbody th a").first)
    expect(shown.get_by_role("heading", level=1)).to_be_visible()
    page.get_by_role("button", name="Close").click()
    page.reload()
    expect(page.locator("#preview")).to_be_hidden()


def test_a_preview_that_can_not_be_had_is_said_and_nothing_is_lost(form):
    page = form(PAGE, width=1600, height=900)
    page.route(
        re.compile("/change/"), lambda route: route.abort() if route.request.method == "POST" else route.continue_()
    )
    page.get_by_label("Opening:").fill("Still here.")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator(".preview-said")).to_contain_text("It can’t be shown just now")
    expect(page.get_by_label("Opening:")).to_have_value("Still here.")
    page.unroute_all()


@pytest.mark.parametrize("listed", [PLAN, GROUP, PAGE])
def test_no_form_scrolls_sideways(form, listed):
    page = form(listed)
    for width in (320, 390, 768, 1024, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        page.wait_for_timeout(50)
        assert page.evaluate("() => document.documentElement.scrollWidth") <= width, width
