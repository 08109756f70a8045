"""The officers' text editor in the real forms, under the admin's policy, which open_page holds them to."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import follow, until, violations
from tests.browser.test_admin import AXE, SIDEWAYS


@pytest.fixture(scope="module")
def drafts():
    """The address of the draft that the tests of this module write in, once the first has made it."""
    return {}


@pytest.fixture
def objective(filled, officer, drafts):
    """Opens the form of a draft objective with its text emptied and the keyboard in it."""

    def open_form(**options):
        page = officer(drafts.get("objective", "partners/objective/add/"), **options)
        if not drafts:
            page.get_by_role("combobox", name="Strategy:").press("Enter")
            page.get_by_role("option").first.click()
            page.get_by_label("Objective:").fill("Objective to write")
            save(page)
            drafts["objective"] = page.url.partition("/admin/")[2]
            page.goto(page.url)
        if options.get("java_script_enabled", True):
            click_into(page.get_by_role("textbox", name="Text"))
            page.keyboard.press("Control+A")
            page.keyboard.press("Delete")
        return page

    return open_form


def press(page, button, within="Formatting: Text"):
    page.get_by_role("toolbar", name=within).get_by_role("button", name=button, exact=True).click()


def click_into(text):
    """Clicks into a text, and waits as a hand does: for a moment after a click the editor puts the cursor back there."""
    text.click()
    text.evaluate("() => new Promise(done => setTimeout(done, 100))")  # its timers were set before, and are shorter


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
    }
    refused = ["javascript:alert(1)", "//evil.example", "nothing of that name"]
    for _ in links:
        page.keyboard.type("words")
        page.keyboard.press("Enter")
    page.keyboard.type("end")
    dialog = page.get_by_role("dialog", name="Link")
    for n, typed in enumerate(links):
        page.locator(".richtext p").nth(n).click(click_count=3)
        press(page, "Link")
        dialog.get_by_role("combobox").fill(typed)
        page.keyboard.press("Enter")
        expect(dialog).to_have_count(0)
    page.locator(".richtext p").last.click(click_count=3)
    for typed in refused:
        press(page, "Link")
        dialog.get_by_role("combobox").fill(typed)
        page.keyboard.press("Enter")
        expect(dialog.get_by_role("status")).to_contain_text("it is no address that a link can have")
        page.keyboard.press("Escape")
        expect(dialog).to_have_count(0)
    stored = "".join(f'<p><a href="{href}">words</a></p>' for href in links.values())
    assert saved(page) == f"{stored}<p>end</p>"


def test_a_record_is_found_by_its_title_and_linked_to_by_keyboard_alone(objective):
    page = objective()
    page.keyboard.type("See ")
    press(page, "Link")
    dialog = page.get_by_role("dialog", name="Link")
    box = dialog.get_by_role("combobox", name="Page, document or address")
    expect(box).to_be_focused()
    page.keyboard.type("knife cri")
    expect(dialog.get_by_role("status")).to_contain_text("found. Choose with the arrow keys and Enter.")
    expect(dialog.get_by_role("option").first).to_have_text("Knife crime (2019 to 2020)priority")
    assert violations(page, AXE) == []
    page.keyboard.press("ArrowDown")
    expect(dialog.get_by_role("option", selected=True)).to_have_text("Knife crime (2019 to 2020)priority")
    assert box.get_attribute("aria-activedescendant") == dialog.get_by_role("option").first.get_attribute("id")
    page.keyboard.press("Enter")
    expect(box).to_have_value("/action-plan/2019-2020/knife-crime/")
    expect(dialog.get_by_role("status")).to_have_text("Leads to “Knife crime (2019 to 2020)” (priority).")
    page.keyboard.press("Enter")
    expect(dialog).to_have_count(0)
    page.keyboard.type(" there.")
    link = '<a href="/action-plan/2019-2020/knife-crime/">Knife crime (2019 to 2020)</a>'
    assert saved(page) == f"<p>See {link} there.</p>"
    page.locator(".richtext a").click()
    press(page, "Link")
    expect(dialog.get_by_role("status")).to_have_text("Leads to “Knife crime (2019 to 2020)” (priority).")
    box.fill("objective to write")
    dialog.get_by_role("option").first.click()
    expect(dialog.get_by_role("status")).to_contain_text("(objective, draft). It is not public yet")
    page.keyboard.press("Escape")
    assert saved(page) == f"<p>See {link} there.</p>"


@pytest.mark.parametrize("key", ["Enter", "Escape"])
def test_the_dialog_of_a_link_has_gone_before_the_next_key(objective, key):
    """Or that key goes to the start of the text, on a busy machine."""
    page = objective()
    press(page, "Link")
    box = page.get_by_role("dialog", name="Link").get_by_role("combobox")
    box.fill("/contact/")
    is_there = """(box, key) => {
        box.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
        return document.querySelector("dialog") !== null;
    }"""
    assert not box.evaluate(is_there, key)
    expect(page.get_by_role("textbox", name="Text")).to_be_focused()


def test_a_search_for_records_that_fails_says_what_to_do(objective):
    page = objective()
    press(page, "Link")
    page.context.clear_cookies()
    dialog = page.get_by_role("dialog", name="Link")
    dialog.get_by_role("combobox").press_sequentially("knife")
    expect(dialog.get_by_role("status")).to_contain_text("Perhaps you are no longer signed in.")


@pytest.mark.parametrize("width", [320, 1280])
def test_advice_comes_while_writing_and_leads_to_the_words(objective, width):
    page = objective(width=width)
    page.keyboard.type("Fine.")
    page.keyboard.press("Enter")
    page.keyboard.type("We act")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("soon.")
    status = page.locator(".richtext-advice").get_by_role("status")
    expect(status).to_have_text("1 thing to look at in this text")
    group = page.locator(".richtext-advice details")
    group.locator("summary").click()
    expect(group).to_contain_text("Give the date or the year")
    page.evaluate("() => scrollTo(0, document.documentElement.scrollHeight)")  # else the bar cuts a field
    assert violations(page, AXE) == []
    assert not page.evaluate(SIDEWAYS)
    group.get_by_role("button", name="Go to “soon”").click()
    expect(page.get_by_role("textbox", name="Text")).to_be_focused()
    page.keyboard.type("on 1 May 2026")
    expect(status).to_have_text("No advice on this text")
    assert saved(page) == "<p>Fine.</p><p>We act<br>on 1 May 2026.</p>"


def test_advice_on_a_saved_text_leads_back_to_its_box(objective):
    page = objective()
    page.keyboard.type("We act soon.")
    save(page)
    page.get_by_role("link", name="Some of its words could be clearer").click()
    expect(page.get_by_role("textbox", name="Text")).to_be_focused()
    expect(page.locator(".richtext-advice").get_by_role("status")).to_have_text("1 thing to look at in this text")


def test_a_table_without_headings_is_refused_until_its_first_row_is_one(objective):
    page = objective()
    press(page, "Table")
    page.keyboard.type("Year")
    press(page, "Heading row")
    expect(page.locator(".richtext-advice")).to_contain_text("must be mended before you can save")
    follow(page, page.get_by_role("button", name="Save draft"))
    expect(page.locator(".field-body .errorlist")).to_contain_text("Table without headings (“Year”)")
    page.locator(".richtext td").first.click()
    press(page, "Heading row")
    assert '<th scope="col">Year</th>' in saved(page)


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
    click_into(page.locator(".richtext td"))
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
</body></html>"""  # as the clipboard holds it


def paste(page, html="", text=""):
    page.evaluate(
        """([html, text]) => {
            const data = new DataTransfer();
            if (html) data.setData("text/html", html);
            if (text) data.setData("text/plain", text);
            const paste = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
            document.activeElement.dispatchEvent(paste);
        }""",
        [html, text],
    )


def test_text_pasted_from_elsewhere_keeps_its_structure_and_nothing_else(objective):
    page = objective()
    paste(page, PASTED)
    assert saved(page) == (
        "<h3>Aim</h3><p><strong>Text</strong></p>"
        "<p><strong>heavy</strong> <em>slanted</em></p>"
        '<p>bad <a href="https://www.gov.uk/">good</a></p>'
        '<table><tbody><tr><th scope="col">H</th></tr><tr><td>c</td></tr></tbody></table>'
    )


def test_lists_count_as_where_they_came_from_and_what_did_not_come_along_is_said(objective):
    page = objective()
    pasted = "<ol start=4 type=a><li>Four</li><li>Five</li></ol><p>On <s>1 May</s> 2 May <img src='https://www.example.org/a.png'></p>"
    paste(page, pasted)
    remark = page.locator(".richtext-remark")
    expect(remark).to_contain_text("struck out")
    expect(remark).to_contain_text("Pictures and videos were left out")
    page.keyboard.type("!")
    listed = page.locator(".ProseMirror ol").evaluate("list => [getComputedStyle(list).listStyleType, list.start]")
    assert listed == ["lower-alpha", 4]
    kept = saved(page)
    assert kept.startswith('<ol start="4" type="a"><li>Four</li><li>Five</li></ol><p>On 2 May')
    page.locator(".ProseMirror").click()
    page.keyboard.type("x")
    assert '<ol start="4" type="a">' in saved(page), "a text that is saved again counts as before"
    page.evaluate(
        """() => {
            const data = new DataTransfer();
            data.items.add(new File(["x"], "map.png", { type: "image/png" }));
            document.querySelector(".ProseMirror").dispatchEvent(
                new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
        }"""
    )
    expect(page.locator(".richtext-remark")).to_contain_text("can’t be pasted into a text")


def word_item(level, mark, words):
    return (
        f"<p class=MsoListParagraph style='text-indent:-18.0pt;mso-list:l0 level{level} lfo1'><![if !supportLists]><span "
        f"style='font-family:Symbol'><span style='mso-list:Ignore'>{mark}<span style='font:7.0pt \"Times New Roman\"'>&nbsp;"
        f"&nbsp;&nbsp; </span></span></span><![endif]>{words}<o:p></o:p></p>"
    )


def online_item(tag, level, words):
    return (
        f'<div class="ListContainerWrapper SCXW1 BCX8"><{tag} class="ListStyle1 SCXW1" role="list"><li role="listitem" '
        f'data-aria-level="{level}" aria-level="{level}" class="OutlineElement SCXW1"><p class="Paragraph SCXW1">'
        f'<span class="TextRun SCXW1">{words}</span><span class="EOP SCXW1">&nbsp;</span></p></li></{tag}></div>'
    )


CLIPBOARDS = {
    "Word": (
        "<html xmlns:o='urn:o' xmlns:w='urn:w'><head><!--[if gte mso 9]><xml><w:View>Normal</w:View></xml><![endif]-->"
        "<style><!-- p.MsoNormal {margin:0cm; font-family:Calibri} --></style></head><body lang=EN-GB><!--StartFragment-->"
        "<p class=MsoTitle>Safer streets<o:p></o:p></p><p class=MsoToc1><a href='#_Toc1'>Aims<span>....</span>1</a></p>"
        "<h1><a name='_Toc1'></a><span style='mso-list:Ignore'>1.&nbsp;</span><b>Aims</b><o:p></o:p></h1>"
        "<p class=MsoNormal>In <st1:City>Stevenage</st1:City> we&nbsp;<del cite='mailto:A'>may</del><ins>will</ins> act"
        "<a style='mso-footnote-id:ftn1' href='#_ftn1' name='_ftnref1'>[1]</a>.<o:p></o:p></p>"
        "<p class=MsoNormal><o:p>&nbsp;</o:p></p>"
        + word_item(1, "·", "One") + word_item(2, "o", "Part") + word_item(1, "·", "<b>Two</b>") + word_item(1, "1.", "First")
        + "<table class=MsoTableGrid border=1 style='border-collapse:collapse'><tr style='mso-yfti-irow:0'><td width=301 "
        "style='width:225pt'><p class=MsoNormal><b>Year<o:p></o:p></b></p></td><td><p class=MsoNormal><o:p>&nbsp;</o:p></p></td>"
        "</tr><tr><td><p class=MsoNormal>2024</p></td><td><p class=MsoNormal>3</p></td></tr></table>"
        "<!--EndFragment--></body></html>",
        "<h3>Safer streets</h3><h3>Aims</h3><p>In Stevenage we will act[1].</p>"
        "<ul><li>One<ul><li>Part</li></ul></li><li><strong>Two</strong></li></ul><ol><li>First</li></ol>"
        '<table><tbody><tr><th scope="col">Year</th><th scope="col"></th></tr><tr><td>2024</td><td>3</td></tr></tbody></table>',
    ),
    "Word on the web": (
        '<div class="OutlineElement SCXW1"><p class="Paragraph SCXW1" role="heading" aria-level="2"><span>Aims</span></p></div>'
        '<div class="OutlineElement SCXW1"><p role="heading" aria-level="3"><span>Part\u200b</span></p></div>'
        + online_item("ul", 1, "One") + online_item("ul", 2, "Two") + online_item("ul", 1, "Three") + online_item("ol", 1, "Four"),
        "<h3>Aims</h3><h4>Part</h4><ul><li>One<ul><li>Two</li></ul></li><li>Three</li></ul><ol><li>Four</li></ol>",
    ),
    "Google Docs": (
        '<meta charset="utf-8"><b style="font-weight:normal;" id="docs-internal-guid-1"><h2 dir="ltr" style="line-height:1.38">'
        '<span style="font-size:16pt;font-weight:400">Aims</span></h2><p dir="ltr"><span style="font-weight:700">Now</span>'
        '<a href="https://www.google.com/url?q=https://www.gov.uk/a&amp;sa=D"><span>law</span></a><sup><a href="#ftnt1">[1]</a></sup></p><br>'
        '<ul><li dir="ltr" aria-level="1"><p dir="ltr"><span>One</span></p></li><ul><li aria-level="2"><p><span>Two</span></p></li>'
        "</ul></ul></b>",
        '<h3>Aims</h3><p><strong>Now</strong><a href="https://www.gov.uk/a">law</a>[1]</p>'
        "<ul><li>One<ul><li>Two</li></ul></li></ul>",
    ),
    "LibreOffice": (
        '<html><head><style type="text/css">p { margin-bottom: 0.25cm }</style></head><body lang="en-GB" dir="ltr">'
        '<h1 class="western">Aims</h1><h2 class="western">Part</h2><p style="margin-bottom: 0cm"><font face="Liberation Serif"><b>Now'
        '</b></font><a class="sdfootnoteanc" href="#sdfootnote1sym"><sup>1</sup></a></p><p><br/></p><table width="100%"><thead><tr><td>'
        "<p>Year</p></td></tr></thead><tbody><tr><td><p>2024</p></td></tr></tbody></table></body></html>",
        "<h3>Aims</h3><h4>Part</h4><p><strong>Now</strong>1</p>"
        '<table><tbody><tr><th scope="col">Year</th></tr><tr><td>2024</td></tr></tbody></table>',
    ),
    "Outlook": (
        '<div class="elementToProof" style="font-family:Aptos">Dear all,</div><div><br></div><table><tr><td><div>Framed<br><br>words '
        '<a href="https://eur02.safelinks.protection.outlook.com/?url=https%3A%2F%2Fwww.gov.uk%2F&amp;data=05" '
        'data-auth="NotApplicable">here</a></div></td></tr></table>',
        '<p>Dear all,</p><p>Framed</p><p>words <a href="https://www.gov.uk/">here</a></p>',
    ),
    "bullets that are typed": ("<p><span>Bring:<br>• One<br>• Two</span></p>", "<p>Bring:</p><ul><li>One</li><li>Two</li></ul>"),
}  # fmt: skip


def test_what_other_programs_put_on_the_clipboard_comes_out_clean(objective):
    page = objective()
    for program, (html, expected) in CLIPBOARDS.items():
        click_into(page.get_by_role("textbox", name="Text"))
        page.keyboard.press("Control+A")
        page.keyboard.press("Delete")
        paste(page, html)
        assert saved(page) == expected, program


def test_lines_of_a_pdf_are_joined_and_its_bullets_become_a_list(objective):
    page = objective()
    page.keyboard.type("Before ")
    paste(page, text="one word")
    page.keyboard.press("Enter")
    paste(
        page, text="The partnership works for a\r\nsafer town, with well-\r\nknown aims.\r\nWe will:\n• meet\n• act\n"
    )
    assert saved(page) == (
        "<p>Before one word</p><p>The partnership works for a safer town, with well-known aims.</p>"
        "<p>We will:</p><ul><li>meet</li><li>act</li></ul>"
    )


def test_what_is_pasted_goes_where_the_cursor_was_however_long_the_site_takes(objective):
    page, held = objective(), []
    page.route("**/address/paste/", lambda route: held.append(route))
    page.keyboard.type("See  today")
    # In the first moments after a letter the editor takes the cursor back, which no hand is quick enough to see
    place = "() => getSelection().anchorOffset"
    assert until(page, lambda: page.evaluate(place) == len("See ") or page.keyboard.press("ArrowLeft"))
    page.wait_for_timeout(100)  # or the editor does not know of it yet
    assert page.evaluate(place) == len("See ")
    paste(page, '<span style="color:red">the <b>plan</b></span>')
    assert until(page, lambda: held)
    page.keyboard.type(" and act")
    page.get_by_role("button", name="Save draft").click()  # which waits
    expect(page.get_by_role("textbox", name="Text")).to_have_text("See  and act today")
    with page.expect_navigation():
        held[0].continue_()
    text = page.locator("#id_body").evaluate("textarea => textarea.defaultValue")
    assert text == "<p>See the <strong>plan</strong> and act today</p>"


def test_nothing_pasted_is_lost_when_the_site_does_not_answer(objective):
    page = objective()
    page.route("**/address/paste/", lambda route: route.fulfill(status=404))
    paste(page, PASTED)
    expect(page.get_by_role("textbox", name="Text")).to_contain_text("slanted")
    text = saved(page)
    assert text.startswith("<h3>Aim</h3><p><strong>Text</strong></p>")
    assert '<a href="https://www.gov.uk/">good</a>' in text


def test_what_is_dropped_from_another_program_comes_out_clean_too(objective):
    page = objective()
    page.keyboard.type("Before")
    page.get_by_role("textbox", name="Text").evaluate(
        """(box, html) => {
        const data = new DataTransfer(), { left, top, height } = box.querySelector("p").getBoundingClientRect();
        data.setData("text/html", html);
        box.dispatchEvent(new DragEvent("drop", { dataTransfer: data, clientX: left + 1, clientY: top + height / 2, bubbles: true, cancelable: true }));
    }""",
        "<p class=MsoNormal>One.<del> Two.</del></p>",
    )
    assert saved(page) == "<p>One.Before</p>"


def test_what_is_copied_within_the_editor_stays_as_it_was(objective):
    page = objective()
    press(page, "Heading")
    page.keyboard.type("Aim")
    page.keyboard.press("Enter")
    press(page, "Subheading")
    page.keyboard.type("Part")
    page.keyboard.press("Control+A")
    expect(page.get_by_role("button", name="Subheading", pressed=False)).to_be_visible()
    copied = page.evaluate("""() => {
        const data = new DataTransfer();
        document.activeElement.dispatchEvent(new ClipboardEvent("copy", { clipboardData: data, bubbles: true, cancelable: true }));
        return data.getData("text/html");
    }""")
    page.keyboard.press("ArrowRight")
    # The browser moves its cursor at once and tells the editor a moment later, whose button then shows where it is.
    expect(page.get_by_role("button", name="Subheading", pressed=True)).to_be_visible()
    page.keyboard.press("Enter")
    paste(page, copied)
    assert saved(page) == "<h3>Aim</h3><h4>Part</h4><h3>Aim</h3><h4>Part</h4>"


def test_the_editor_works_in_a_section_added_to_a_page(filled, officer):
    page = officer("pages/page/add/")
    page.get_by_label("Title:").fill("Page to write")
    page.get_by_label("Shown in:").select_option("Foot of every page")
    sections = page.locator("#sections-group .inline-related:not(.empty-form)")
    for _ in range(2):
        page.get_by_role("button", name="Add another Section").click()
    expect(sections).to_have_count(2)
    expect(page.locator(".empty-form .richtext")).to_have_count(0)
    for n, words in enumerate(["first", "second"]):
        sections.nth(n).get_by_label("Heading:").fill(words)
        click_into(sections.nth(n).get_by_role("textbox", name="Text"))
        sections.nth(n).get_by_role("button", name="Numbers").click()
        page.keyboard.type(words)
    sections.first.locator(".inline-deletelink").click()  # which numbers the second anew
    click_into(sections.first.get_by_role("textbox", name="Text"))
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


def test_a_contact_card_a_callout_and_a_button_are_put_into_a_text_and_survive_another_edit(objective):
    page = objective()
    page.keyboard.type("Lock up.")
    press(page, "Callout")
    expect(page.get_by_role("button", name="Callout", pressed=True)).to_be_visible()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.get_by_role("toolbar", name="Formatting: Text").get_by_role("button", name="Button").click()
    page.get_by_label("Page, document or address").fill("https://www.example.org/")
    page.keyboard.press("Enter")
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    press(page, "Picture or card")
    chooser = page.get_by_label("What to show here")
    expect(chooser.get_by_role("option").first).to_be_attached()
    options = chooser.get_by_role("option").all_text_contents()
    chooser.select_option(label=next(words for words in options if "999" in words))
    page.get_by_role("dialog").get_by_role("button", name="Insert").click()
    text = saved(page)
    assert "<aside>" in text
    assert '<p data-as="button"><a href="https://www.example.org/">https://www.example.org/</a></p>' in text
    assert '<p><a href="show:pages.reportingroute/' in text
    click_into(page.get_by_role("textbox", name="Text"))
    page.keyboard.press("Control+Home")
    page.keyboard.type("Now: ")
    again = saved(page)
    assert again == text.replace("Lock up.", "Now: Lock up.")
