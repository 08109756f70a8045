"""The admin as officers meet it in a browser: no kind of its pages has a barrier, and a morning's work gets done."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from sosafe_site.urls import admin  # once they are loaded, what is registered is complete
from tests import make
from tests.browser.conftest import PASSWORD, follow, narrow_and_wide, sign_in, until, violations

MODELS = list(admin.site._registry)
AXE = {
    "preload": False,  # it would add style elements, which the policy refuses
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    "rules": {"target-size": {"enabled": True}},
}
SIDEWAYS = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


def sticks_out(page):
    """An open list of choices follows the window's new width a moment later."""
    return not until(page, lambda: not page.evaluate(SIDEWAYS))


def barriers(page):
    """What axe finds, narrow and wide, one of them dark, and what sticks out."""
    page.emulate_media(reduced_motion="reduce")  # or axe measures colours on their way
    found = []
    for width, scheme in narrow_and_wide(page, 390, 1280):
        found += [(page.url, width, "scrolls sideways")] if sticks_out(page) else []
        page.evaluate(
            "() => scrollTo(0, document.documentElement.scrollHeight)"
        )  # else the bar of a form cuts a button
        found += [(page.url, width, scheme, *each) for each in violations(page, AXE)]
    return found


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_lists_and_forms_have_no_barrier(filled, officer, model):
    meta = model._meta
    listed = filled + reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist")
    page = officer(f"{meta.app_label}/{meta.model_name}/")
    found = barriers(page)
    row = page.locator("#result_list tbody th a").first
    if row.count():  # the log's rows lead to no form
        follow(page, row)
        found += barriers(page)
    if page.locator(f"#nav-sidebar a[href$='/{meta.model_name}/add/']").count():
        page.goto(f"{listed}add/")
        for another in page.locator(".add-row a:visible").all():
            another.click()
        found += barriers(page)
    assert found == []


@pytest.mark.parametrize(
    "path", ["", "progress/", "guide/", "pages/", "pages/page/?q=a&menu__exact=footer&_facets", "password_change/done/"]
)
def test_other_pages_have_no_barrier(filled, officer, path):
    page = officer(path)
    assert barriers(page) == []


def test_the_form_for_a_new_password_has_no_barrier(filled, officer):
    page, said = officer("guide/").context.new_page(), []
    page.on("console", lambda message: said.append(message.text))
    page.goto(f"{filled}/admin/password_change/")
    assert barriers(page) == []
    assert [text for text in said if "username fields" not in text] == []  # Chromium's advice about the stock form


def test_signing_in_and_out_has_no_barrier(filled, open_page):
    page = open_page(f"{filled}/admin/")
    found = barriers(page)
    page.get_by_label("Username").fill("nobody")
    page.get_by_label("Password").fill("wrong")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator(".errornote")).to_be_visible()
    found += barriers(page)
    sign_in(page)
    follow(page, page.get_by_role("button", name="Sign out"))
    expect(page.get_by_role("link", name="Sign in again")).to_be_visible()
    assert found + barriers(page) == []


def test_a_draft_from_its_form_to_its_end_has_no_barrier(filled, officer):
    page = officer("partners/priority/add/")
    page.get_by_role("button", name="Add another Action").click()
    follow(page, page.get_by_role("button", name="Save draft"))
    expect(page.locator(".errornote")).to_be_visible()
    found = barriers(page)
    page.get_by_role("combobox", name="Plan:").press("Enter")
    choices = page.locator("li[role=option]")
    expect(choices.first).to_be_visible()
    found += barriers(page)
    page.keyboard.type("now")
    expect(choices).to_have_count(1)
    page.keyboard.press("Enter")
    for several in ("Lead partners:", "Objectives:"):
        page.locator(".form-row:not(.inline-related *)").get_by_role("searchbox", name=several).press("Enter")
        choices.first.click()
    page.get_by_label("Priority:").fill("Draft")
    page.get_by_role("textbox", name="What will be done:").fill("Something")
    follow(page, page.get_by_role("button", name="Save draft"))
    expect(page.locator(".messagelist .success")).to_be_visible()
    found += barriers(page)
    follow(page, page.get_by_role("link", name="History"))
    found += barriers(page)
    page.go_back()
    follow(page, page.get_by_role("link", name="Erase…"))
    found += barriers(page)
    page.go_back()
    follow(page, page.get_by_role("link", name="Delete"))
    found += barriers(page)
    follow(page, page.get_by_role("button", name="Delete"))
    expect(page.locator(".messagelist .success")).to_be_visible()
    assert found == []


def test_a_refused_link_is_told_beside_its_field_without_a_barrier(filled, officer):
    page = officer("pages/sitesettings/1/change/")
    page.get_by_label("Where “Leave this site” goes:").fill(f"{filled}/{'no-page-' * 12}/")
    follow(page, page.get_by_role("button", name="Publish now"))
    expect(page.locator(".field-leave_url .errorlist")).to_contain_text("leads to nothing")
    assert barriers(page) == []


def test_the_next_plan_is_started_by_keyboard_without_a_barrier(filled, officer):
    page = officer("partners/actionplan/?q=now")
    follow(page, page.locator("#result_list tbody th a").first)
    with page.expect_navigation():
        page.get_by_role("link", name="Start next year’s plan from this one").press("Enter")
    expect(page.get_by_role("heading", name="What it takes over")).to_be_visible()
    found = barriers(page)
    with page.expect_navigation():
        page.get_by_role("button", name="Make this draft").press("Enter")
    expect(page.locator(".messagelist").get_by_text("Nothing of it is public yet")).to_be_visible()
    assert found + barriers(page) == []


NINE = """\
• Thu 14 January 10am, Daneshill House
• Thu 11 February 6.30pm, Daneshill House
Thursday 11 March\t10am\tDaneshill House
8/4 6.30pm Daneshill House
May 6th, 10am - 12 noon, Daneshill House
3 June at 6:30, Daneshill House
Friday 1 July 10am, Council Chamber
9 September 18:30 - 20:00, Online
7 October 2027 10.00, Daneshill House"""


def test_nine_mornings_and_evenings_are_pasted_asked_about_and_saved_without_a_barrier(workplace, open_page):
    page = open_page(f"{workplace}/admin/")
    sign_in(page)
    page.goto(f"{workplace}/admin/meetings/group/")
    follow(page, page.get_by_role("link", name="Add dates of Joint Action Group"))
    found = barriers(page)
    page.get_by_label("The list, one date a line").fill(NINE)
    follow(page, page.get_by_role("button", name="Read this list"))
    expect(page.get_by_text("8 lines have no year")).to_be_visible()
    page.get_by_label("Year of the lines that have none").fill("2027")
    found += barriers(page)
    follow(page, page.get_by_role("button", name="Read this list"))
    found += barriers(page)
    june, july = page.locator("fieldset").nth(5), page.locator("fieldset").nth(6)
    expect(june).to_contain_text("Is “6:30” in the morning or in the evening?")
    expect(july).to_contain_text("1 July 2027 is a Thursday, but the line says Friday. Which day is it?")
    follow(page, page.get_by_role("button", name="Save the ticked dates"))
    expect(page.get_by_role("alert")).to_contain_text("Nothing was saved.")
    found += barriers(page)
    june.get_by_label("Date", exact=True).fill("2027-06-03")
    june.get_by_label("Starts at").fill("18:30")
    june.get_by_label("Place").fill("Daneshill House")
    july.get_by_label("Date", exact=True).fill("2027-07-01")
    page.get_by_role("button", name="Save the ticked dates").dblclick()
    expect(page.locator(".messagelist .success")).to_contain_text("Added 9 dates: 14 January 2027")
    follow(page, page.get_by_role("link", name="View on site"))
    expect(page.locator(".evs")).to_contain_text("Thursday 3 June 2027, 6:30pm")
    expect(page.locator(".evs > li")).to_have_count(9)
    assert found == []


def test_a_years_dates_from_the_pattern_have_no_barrier(filled, officer):
    page = officer("meetings/group/")
    follow(page, page.get_by_role("link", name="Add dates of Responsible Authorities Group"))
    page.get_by_label("Counted from").fill(f"{date.today()}")
    follow(page, page.get_by_role("button", name="Show these dates"))
    expect(page.locator("fieldset")).to_have_count(4)
    assert barriers(page) == []


def test_the_chosen_theme_holds_against_that_of_the_machine(filled, officer):
    page = officer()
    for theme in ("dark", "light"):
        page.evaluate("theme => localStorage.setItem('theme', theme)", theme)
        page.goto(f"{filled}/admin/pages/page/")
        assert barriers(page) == []
    page.get_by_role("button", name="Colours: light. Change them").click()
    assert page.evaluate("() => document.documentElement.dataset.theme") != "light"


def test_an_officer_gets_the_mornings_work_done(workplace, open_page):
    page = open_page(f"{workplace}/admin/")
    expect(page.get_by_label("Username")).to_be_focused()
    page.keyboard.type("officer")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    with page.expect_navigation():
        page.keyboard.press("Enter")

    follow(page, page.get_by_role("link", name="Pages", exact=True))
    follow(page, page.get_by_role("link", name="Privacy"))
    page.get_by_label("Heading:").first.fill("What we know about you")
    save(page)
    follow(page, page.get_by_role("link", name="View on site"))
    expect(page.get_by_role("heading", name="What we know about you")).to_be_visible()

    page.goto(f"{workplace}/admin/meetings/group/")
    follow(page, page.get_by_role("link", name="Joint Action Group", exact=False).and_(page.locator("th a")))
    page.get_by_role("button", name="Add another Meeting").press("Enter")
    day = date.today() + timedelta(weeks=4)
    page.get_by_role("textbox", name="Date:").fill(f"{day}")
    save(page)
    follow(page, page.get_by_role("link", name="View on site"))
    expect(page.locator(f"time[datetime^='{day}']").first).to_be_visible()

    page.goto(f"{workplace}/admin/publishing/document/")
    follow(page, page.get_by_role("link", name="Partnership Infographic"))
    pdf = {"name": "Infographic 2027 final.pdf", "mimeType": "application/pdf", "buffer": make.pdf(3)}
    page.locator("#id_versions-0-file").set_input_files(pdf)
    save(page)
    follow(page, page.get_by_role("link", name="View on site"))
    expect(page.get_by_text("3 pages)").first).to_be_visible()

    page.goto(f"{workplace}/admin/pages/alert/add/")
    page.get_by_label("Title:").fill("a gas leak in Bedwell")
    page.get_by_label("What to do:").fill("Keep your windows shut.")
    page.get_by_label("Shows from:").fill(f"{date.today() - timedelta(days=1)}T09:00")
    page.get_by_label("Shows until:").fill(f"{day}T09:00")
    save(page)
    follow(page, page.get_by_role("link", name="See it on the site"))
    expect(page.get_by_role("heading", name="Urgent: a gas leak in Bedwell")).to_be_visible()


def save(page):
    with page.expect_navigation():
        page.get_by_role("button", name="Publish now").press("Enter")
    expect(page.locator(".messagelist .success")).to_be_visible()


def test_on_the_narrowest_phone_a_list_scrolls_within_itself_only(filled, officer):
    page = officer("meetings/group/", width=320)
    expect(page.get_by_role("link", name="Add dates").first).to_be_attached()
    assert not sticks_out(page)


def test_a_preview_is_shown_from_its_top_and_at_desktop_width_as_a_whole(filled, officer):
    page = officer("partners/partner/add/")
    page.get_by_role("button", name="Preview").click()
    preview = page.locator("#preview")
    expect(preview.get_by_role("heading", name="Preview")).to_be_focused()
    expect(preview.get_by_text("As typed; nothing is saved")).to_be_visible()  # in a new frame, not the first
    page.get_by_label("Desktop").check()
    frame = page.locator("iframe[name=preview]")
    box = frame.bounding_box()
    assert box["y"] < 200
    assert box["x"] + box["width"] <= 1280
    assert frame.evaluate("frame => frame.contentWindow.innerWidth") == 1280
