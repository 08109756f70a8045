"""The officers' text editor in the real forms, under the admin's policy, which open_page holds them to."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import follow


@pytest.fixture(scope="module")
def drafts():
    """The address of the draft that the tests of this module write in, once the first has made it."""
    return {}


@pytest.fixture
def objective(filled, officer, drafts):
    """Opens the form of a draft objective with its text emptied and the keyboard in it."""

    def open_form(**options):
        page = officer(**options)
        page.set_default_timeout(10_000)
        if not drafts:
            page.goto(f"{filled}/admin/partners/objective/add/")
            page.get_by_role("combobox", name="Strategy:").press("Enter")
            page.get_by_role("option").first.click()
            page.get_by_label("Objective:").fill("Objective to write")
            save(page)
            drafts["objective"] = page.url
        page.goto(drafts["objective"])
        if options.get("java_script_enabled", True):
            page.get_by_role("textbox", name="Text").click()
            page.keyboard.press("Control+A")
            page.keyboard.press("Delete")
        return page

    return open_form


def press(page, button, within="Formatting: Text"):
    page.get_by_role("toolbar", name=within).get_by_role("button", name=button, exact=True).click()


def save(page):
    follow(page, page.get_by_role("button", name="Save draft"))
    expect(page.locator(".messagelist .success")).to_be_visible()


def saved(page):
    """The text as the server has it."""
    save(page)
    return page.locator("#id_body").evaluate("textarea => textarea.defaultValue")


def test_an_officer_types_a_bold_word_and_a_list(objective):
    page = objective()
    page.keyboard.type("We will ")
    press(page, "Bold")
    expect(page.get_by_role("button", name="Bold", pressed=True)).to_be_visible()
    page.keyboard.type("act")
    press(page, "Bold")
    page.keyboard.type(" now.")
    page.keyboard.press("Enter")
    press(page, "Bullets")
    page.keyboard.type("one")
    page.keyboard.press("Enter")
    page.keyboard.type("two")
    assert saved(page) == "<p>We will <strong>act</strong> now.</p><ul><li>one</li><li>two</li></ul>"


def test_headings_and_quotes_can_be_made_and_undone(objective):
    page = objective()
    press(page, "Heading")
    page.keyboard.type("Aim")
    page.keyboard.press("Enter")
    press(page, "Subheading")
    page.keyboard.type("Detail")
    page.keyboard.press("Enter")
    press(page, "Quote")
    page.keyboard.type("said")
    press(page, "Undo")
    press(page, "Redo")
    assert saved(page) == "<h3>Aim</h3><h4>Detail</h4><blockquote><p>said</p></blockquote>"


def test_good_links_are_kept_and_bad_ones_leave_only_their_words(objective):
    page = objective()
    links = {
        "https://www.gov.uk/": "https://www.gov.uk/",
        "/contact/": "/contact/",
        "www.gov.uk": "https://www.gov.uk",
        "a@b.example": "mailto:a@b.example",
        "javascript:alert(1)": None,
        "//evil.example": None,
    }
    for _ in links:
        page.keyboard.type("words")
        page.keyboard.press("Enter")
    page.keyboard.type("end")
    dialog = page.get_by_role("dialog", name="Link")
    for n, typed in enumerate(links):
        page.locator(".richtext p").nth(n).click(click_count=3)
        press(page, "Link")
        dialog.get_by_role("textbox").fill(typed)
        page.keyboard.press("Enter")
        expect(dialog).to_have_count(0)
    stored = "".join(f'<p><a href="{href}">words</a></p>' if href else "<p>words</p>" for href in links.values())
    assert saved(page) == f"{stored}<p>end</p>"


def test_a_table_has_a_heading_row_and_a_caption_and_survives_another_edit(objective):
    page = objective()
    press(page, "Table")
    for text in ["A", "B", "1", "2", "3", "4"]:
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    page.locator(".richtext td").first.click()
    press(page, "Caption")
    page.get_by_role("dialog", name="Table caption").get_by_role("textbox").fill("Sums")
    page.keyboard.press("Enter")
    press(page, "Delete row")
    press(page, "Heading column")
    expected = (
        '<table><caption>Sums</caption><tbody><tr><th scope="col">A</th><th scope="col">B</th></tr>'
        '<tr><th scope="row">3</th><td>4</td></tr></tbody></table>'
    )
    assert saved(page) == expected
    page.locator(".richtext td").click()
    page.keyboard.press("End")
    page.keyboard.type("0")
    assert saved(page) == expected.replace("<td>4", "<td>40")


def test_the_keyboard_goes_along_the_toolbar_and_gets_out_of_a_table(objective):
    page = objective()
    box = page.get_by_role("textbox", name="Text")
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_role("button", name="Bold")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("button", name="Italic")).to_be_focused()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("button", name="Redo")).to_be_focused()
    press(page, "Table")
    for _ in range(6):
        page.keyboard.press("Tab")
    assert not box.evaluate("box => box.contains(document.activeElement)")


PASTED = """<html><head><style>p{color:red}</style></head><body>
<h1 style="color:red">Aim</h1><p class=MsoNormal style="margin:0"><b>Text</b><o:p></o:p><img src="data:image/gif;base64,R0" onerror="alert(1)"></p>
<b style="font-weight:normal" id="docs-internal-guid-1"><p><span style="font-weight:700;color:red">heavy</span> <span style="font-style: italic">slanted</span></p></b>
<p><a href="javascript:alert(1)">bad</a> <a href="https://www.gov.uk/" style="color:red">good</a></p>
<table style="width:5px"><colgroup><col style="width:5px"></colgroup><tr><th style="color:red">H</th></tr><tr><td style="text-align:right">c</td></tr></table>
</body></html>"""  # noqa: E501  # as the clipboard holds it


def test_text_pasted_from_elsewhere_keeps_its_structure_and_nothing_else(objective):
    page = objective()
    page.evaluate(
        """html => {
            const data = new DataTransfer();
            data.setData("text/html", html);
            const paste = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
            document.activeElement.dispatchEvent(paste);
        }""",
        PASTED,
    )
    assert saved(page) == (
        "<h3>Aim</h3><p><strong>Text</strong></p>"
        "<p><strong>heavy</strong> <em>slanted</em></p>"
        '<p>bad <a href="https://www.gov.uk/">good</a></p>'
        '<table><tbody><tr><th scope="col">H</th></tr><tr><td>c</td></tr></tbody></table>'
    )


def test_the_editor_works_in_a_section_added_to_a_page(filled, officer):
    page = officer()
    page.goto(f"{filled}/admin/pages/page/add/")
    page.get_by_label("Title:").fill("Page to write")
    page.get_by_label("Shown in:").select_option("Foot of every page")
    sections = page.locator("#sections-group .inline-related:not(.empty-form)")
    for _ in range(2):
        page.get_by_role("button", name="Add another Section").click()
    expect(sections).to_have_count(2)
    expect(page.locator(".empty-form .richtext")).to_have_count(0)
    for n, words in enumerate(["first", "second"]):
        sections.nth(n).get_by_label("Heading:").fill(words)
        sections.nth(n).get_by_role("textbox", name="Text").click()
        sections.nth(n).get_by_role("button", name="Numbers").click()
        page.keyboard.type(words)
    sections.first.locator(".inline-deletelink").click()  # which numbers the second anew
    sections.first.get_by_role("textbox", name="Text").click()
    page.keyboard.press("End")
    page.keyboard.type("!")
    save(page)
    expect(sections).to_have_count(1)
    text = page.locator("#id_sections-0-body").evaluate("textarea => textarea.defaultValue")
    assert text == "<ol><li>second!</li></ol>"


def test_a_click_on_the_label_goes_to_the_text(objective):
    page = objective()
    page.get_by_label("Objective:").focus()
    page.locator("label[for=id_body]").click()
    expect(page.get_by_role("textbox", name="Text")).to_be_focused()


def test_without_javascript_the_text_is_a_plain_box_of_html(objective):
    objective()
    page = objective(java_script_enabled=False)
    page.get_by_label("Text:").fill("<p>one</p>\n<p onclick='x'>two</p>")
    save(page)
    expect(page.get_by_label("Text:")).to_have_value("<p>one</p>\n<p>two</p>")
