from playwright.sync_api import expect

from tests.browser.conftest import CHROMIUM_FLAGS, follow, until, window
from tests.tools import need

# Playwright turns off what Chromium shows PDFs with.
WITHOUT = ["--disable-extensions", "--disable-component-extensions-with-background-pages"]


def test_a_pdf_opens_in_the_browser_under_its_own_policy(filled, chromium):
    path = need("chromium", "Install it, on Debian with: sudo apt-get install chromium")
    browser = chromium.browser_type.launch(executable_path=path, args=CHROMIUM_FLAGS, ignore_default_args=WITHOUT)
    page, complaints = window(browser).new_page(), []
    page.on("console", lambda message: complaints.append(message.text))
    response = page.goto(f"{filled}/documents/plan/file/")
    assert "script-src" not in response.headers["content-security-policy"]
    is_shown = until(page, lambda: any(frame.url.startswith("chrome-extension://") for frame in page.frames))
    browser.close()
    assert is_shown
    assert [text for text in complaints if "Content Security Policy" in text] == []


def test_an_address_is_selected_when_reached_and_copied_with_its_button(filled, officer):
    page = officer("publishing/document/?q=in+full")
    follow(page, page.get_by_role("link", name="The plan in full"))
    page.locator("summary", has_text="Addresses and withdrawing").click()
    field = page.get_by_label("The file, always the newest")
    field.focus()
    assert page.evaluate("() => getSelection().toString()") == f"{filled}/documents/plan/file/"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="Copied")).to_be_visible()
    box = page.get_by_label("Title:")  # pasted: a script reads it only with leave, and giving leave denies downloads
    box.fill("")
    box.press("Control+V")
    expect(box).to_have_value(f"{filled}/documents/plan/file/")
    with page.expect_download() as download:
        page.get_by_role("link", name="QR code (PNG)").nth(1).click()
    assert download.value.suggested_filename == "QR-code-documents-plan-file.png"
