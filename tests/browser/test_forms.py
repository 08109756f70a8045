"""Forms of the admin in a browser: they ask before typed words are lost, and send once."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import follow, until
from tests.browser.test_admin import barriers

FORM = "pages/page/add/"


@pytest.fixture
def form(filled, officer):
    def open_form(path=FORM, **options):
        page = officer(path, **options)
        page.wait_for_load_state("load")
        page.mouse.click(5, 400)  # a browser asks nothing before somebody has touched the page
        return page

    return open_form


def test_a_new_form_has_the_keyboard_in_its_first_field(officer):
    for path in (FORM, "publishing/document/add/"):
        expect(officer(path).get_by_label("Title:")).to_be_focused()


def asks(page):
    """Whether leaving the page asks first. Stays on it if it does."""
    happened = []

    def stay(dialog):
        happened.append(dialog.type)
        dialog.dismiss()

    def left(frame):
        happened.append("left")

    page.on("dialog", stay)
    page.on("framenavigated", left)
    page.evaluate("() => { location.href = '/admin/' }")
    assert until(page, lambda: happened), "it neither asks nor leaves"
    page.remove_listener("dialog", stay)
    page.remove_listener("framenavigated", left)
    return happened == ["beforeunload"]


def test_an_untouched_form_is_left_without_a_question(form):
    for path in (FORM, "partners/priority/add/", "meetings/group/"):
        assert not asks(form(path)), path


def test_leaving_asks_as_long_as_something_typed_is_unsaved(form):
    page = form()
    page.get_by_label("Title:").fill("Typed")
    assert asks(page)
    page.get_by_label("Title:").fill("")
    page.get_by_label("Address:").fill("")
    page.get_by_role("button", name="Add another Section").click()
    page.locator("#sections-0").get_by_role("textbox", name="Text").click()
    page.keyboard.type("Words")
    assert asks(page)
    page.locator("#sections-0 .inline-deletelink").click()
    page.get_by_label("Shown in:").select_option("Main menu")
    assert asks(page)
    page.get_by_label("Shown in:").select_option("In no menu")
    documents = page.locator(".field-documents").get_by_role("searchbox")
    documents.press("Enter")
    page.locator(".select2-results__option").first.click()
    assert asks(page)
    page.locator(".field-documents .select2-selection__choice__remove").click()
    page.keyboard.press("Escape")
    assert not asks(page), "all is as it was"


def test_a_text_that_is_changed_back_is_no_change(form, filled):
    page = form("pages/page/?q=privacy")
    follow(page, page.locator("#result_list tbody th a").first)
    page.wait_for_load_state("load")
    text = page.locator("#sections-0").get_by_role("textbox", name="Text")
    text.click()
    page.keyboard.type("X")
    assert asks(page)
    page.keyboard.press("Backspace")
    assert not asks(page)


def test_saving_asks_nothing_and_what_was_refused_is_still_unsaved(form):
    page = form()
    page.get_by_label("Title:").fill("A page that is saved")
    follow(page, page.get_by_role("button", name="Save draft"))
    expect(page.locator("#problems")).to_be_focused()
    expect(page).to_have_title("Error: Add page | SoSafe")
    page.mouse.click(5, 400)
    assert asks(page)
    page.get_by_label("Shown in:").select_option("Foot of every page")
    follow(page, page.get_by_role("button", name="Save draft"))
    expect(page.locator(".messagelist .success")).to_be_visible()
    page.mouse.click(5, 400)
    assert not asks(page)


def test_the_list_of_what_is_wrong_leads_to_the_fields_by_keyboard(form):
    page = form("partners/priority/add/")
    follow(page, page.get_by_role("button", name="Save draft"))
    problems = page.locator("#problems")
    problems.get_by_role("link", name="Priority").press("Enter")
    expect(page.get_by_label("Priority:")).to_be_focused()
    problems.get_by_role("link", name="Plan").press("Enter")
    expect(page.get_by_role("combobox", name="Plan:")).to_be_focused()


@pytest.mark.parametrize("has_script", [True, False])
def test_a_double_click_makes_one_record(form, filled, officer, has_script):
    page = officer("publishing/post/add/", java_script_enabled=has_script)
    title = f"Clicked twice, {'with' if has_script else 'without'} script"
    page.get_by_label("Post:").fill(title)
    page.get_by_label("E-mail address:").fill("a@example.org")
    page.get_by_role("button", name="Save", exact=True).dblclick()
    expect(page.locator("#result_list")).to_contain_text(title)
    expect(page.locator("#result_list tbody tr", has_text=title)).to_have_count(1)


def test_the_button_that_was_pressed_is_sent_and_works_again_after_going_back(form):
    page = form("publishing/post/add/")
    page.get_by_label("Post:").fill("Come back to")
    page.get_by_label("E-mail address:").fill("a@example.org")
    page.get_by_role("button", name="Save and add another").dblclick()
    expect(page.get_by_label("Post:")).to_have_value("")
    page.go_back()
    page.get_by_label("Post:").fill("Come back to, changed")
    page.get_by_label("E-mail address:").fill("a@example.org")
    follow(page, page.get_by_role("button", name="Save and continue editing"))
    expect(page.get_by_label("Post:")).to_have_value("Come back to, changed")


def test_a_sign_in_that_ended_loses_nothing(form, filled):
    page = form("publishing/post/add/")
    page.get_by_label("Post:").fill("Typed before")
    page.get_by_label("E-mail address:").fill("a@example.org")
    page.context.clear_cookies(name="sessionid")
    follow(page, page.get_by_role("button", name="Save", exact=True))
    expect(page.locator(".errornote")).to_contain_text("what you typed is still here")
    page.get_by_label("Username").fill("officer")
    page.get_by_label("Password").fill("only-for-tests")
    follow(page, page.get_by_role("button", name="Sign in"))
    expect(page.get_by_text("Typed before")).to_be_visible()
    follow(page, page.get_by_role("button", name="Send again"))
    expect(page.locator("#result_list")).to_contain_text("Typed before")


def parts(page):
    """Those of a plan that stand under no other."""
    return page.locator("#priorities-group .inline-related:not(.empty-form, [data-under*='-'])")


def order(page):
    rows = parts(page)
    numbers, names = (rows.locator(f"[name$='-{field}']") for field in ("position", "title"))
    return [(a.input_value(), b.input_value()) for a, b in zip(numbers.all(), names.all(), strict=True)]


def test_parts_are_put_in_order_by_keyboard_by_dragging_and_by_number(form):
    page = form("partners/actionplan/?q=now")
    follow(page, page.locator("#result_list tbody th a").first)
    page.wait_for_load_state("load")
    before = order(page)
    (first, one), (second, two), *_ = before
    page.get_by_role("button", name=f"Move down: {one}").press("Enter")
    assert order(page) == [(first, two), (str(max(int(second), int(first) + 1)), one), *order(page)[2:]]
    expect(page.get_by_role("button", name=f"Move down: {one}")).to_be_focused()
    expect(page.locator(".reorder-said")).to_contain_text(f"“{one}” is now number 2 of {len(before)}.")
    assert asks(page)
    page.get_by_role("button", name=f"Move up: {one}").press("Space")
    assert [name for _, name in order(page)] == [name for _, name in before]
    grip = page.locator(".reorder-grip").first
    grip.scroll_into_view_if_needed()
    box, below = grip.bounding_box(), parts(page).nth(1).bounding_box()
    page.mouse.move(box["x"] + 5, box["y"] + 5)
    page.mouse.down()
    page.mouse.move(box["x"] + 5, below["y"] + 60, steps=5)
    page.mouse.up()
    assert [name for _, name in order(page)][:2] == [two, one]
    follow(page, page.get_by_role("button", name="Publish now"))
    assert [name for _, name in order(page)][:2] == [two, one]


def test_a_new_part_goes_last_and_an_empty_one_is_not_saved(form):
    page = form("partners/actionplan/?q=now")
    follow(page, page.locator("#result_list tbody th a").first)
    before = order(page)
    for _ in range(2):
        page.get_by_role("button", name="Add another Priority").click()
    parts(page).nth(len(before)).locator("[name$=-title]").fill("The last one")
    follow(page, page.get_by_role("button", name="Publish now"))
    expect(page.get_by_role("heading", name="What shall be published with")).to_be_visible()
    assert barriers(page) == []
    follow(page, page.get_by_role("button", name="Publish now"))
    assert [name for _, name in order(page)] == [*(name for _, name in before), "The last one"]
