"""A draft and its preview in a real browser, as an officer and as a partner who was given the link see them."""

from playwright.sync_api import expect

from tests.browser.conftest import follow, sign_in
from tests.browser.test_admin import barriers

LISTED = "pages/page/?q=What+we+do"


def open_form(page):
    follow(page, page.locator("#result_list tbody th a").first)
    return page


def open_form_to_change(workplace, open_page):
    page = open_page(f"{workplace}/admin/")
    sign_in(page)
    page.goto(f"{workplace}/admin/{LISTED}")
    return open_form(page)


def test_a_preview_shows_what_is_typed_on_the_forms_own_page_at_the_width_chosen(officer):
    page = open_form(officer(LISTED))
    said = []
    page.on("console", lambda message: said.append(message.text))
    form = page.url
    page.get_by_label("Opening:").fill("Only tried, never saved.")
    page.get_by_role("button", name="Preview").click()
    frame = page.frame_locator("iframe[name=preview]")
    expect(frame.get_by_text("Only tried, never saved.")).to_be_visible()
    expect(page.get_by_role("heading", name="Preview")).to_be_focused()
    for name, width in (("Tablet", 768), ("Desktop", 1280), ("Phone", 390)):
        page.get_by_label(name).check()
        assert page.locator("iframe[name=preview]").evaluate("frame => frame.clientWidth") == width
    frame.get_by_label("Show it as on another day").fill("2019-05-01")
    frame.get_by_role("button", name="Show").click()
    expect(frame.get_by_text("1 May 2019").first).to_be_visible()
    assert page.url == form
    assert page.get_by_label("Opening:").input_value() == "Only tried, never saved."
    assert said == []
    assert barriers(page) == []


def test_a_preview_of_a_form_with_a_fault_says_so_in_its_place(officer):
    page = open_form(officer(LISTED))
    page.get_by_label("Title:").fill("")
    page.get_by_role("button", name="Preview").click()
    frame = page.frame_locator("iframe[name=preview]")
    expect(frame.get_by_text("Title: Fill this in.")).to_be_visible()


def test_without_scripts_the_preview_opens_in_a_tab_of_its_own(officer):
    page = open_form(officer(LISTED, java_script_enabled=False))
    page.locator("#id_lead").fill("Only tried, never saved.")
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="Preview").click()
    expect(opened.value.get_by_text("Only tried, never saved.")).to_be_visible()


def test_a_partner_sees_the_draft_by_its_link_until_it_is_given_up(workplace, open_page):
    page = open_form_to_change(workplace, open_page)
    page.get_by_label("Opening:").fill("A draft for partners.")
    follow(page, page.get_by_role("button", name="Save draft"))
    follow(page, page.get_by_role("button", name="Make a link for partners"))
    assert barriers(page) == []
    link = page.get_by_label("For partners without an account").input_value()
    partner = open_page(link)
    expect(partner.get_by_text("A draft for partners.")).to_be_visible()
    assert barriers(partner) == []
    follow(page, page.get_by_role("button", name="Give up this draft"))
    partner = open_page(link)
    expect(partner.get_by_role("heading", name="This preview has ended")).to_be_visible()


def test_history_and_comparison_have_no_barrier(workplace, open_page):
    page = open_form_to_change(workplace, open_page)
    page.get_by_label("Opening:").fill("A new opening.")
    follow(page, page.get_by_role("button", name="Publish now"))
    follow(page, page.get_by_role("link", name="History"))
    found = barriers(page)
    follow(page, page.get_by_role("button", name="Compare these two"))
    expect(page.locator("ins").last).to_be_visible()
    found += barriers(page)
    follow(page, page.get_by_role("button", name="Bring back the older one"))
    expect(page.get_by_role("heading", name="what you see below is not public yet")).to_be_visible()
    follow(page, page.get_by_role("button", name="Give up this draft"))
    page.goto(f"{workplace}/admin/pages/page/deleted/")
    assert found + barriers(page) == []
