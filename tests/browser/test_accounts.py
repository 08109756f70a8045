"""A colleague gets in by a link, from the administrator's press to the sign-in page, in a real browser."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import follow, narrow_and_wide, violations
from tests.browser.test_admin import AXE, sticks_out

PASSWORD = "seven-grey-herons-wait"


def barriers(page):
    """What axe finds on this page, on the narrowest phone and on a desktop, and what sticks out."""
    page.emulate_media(reduced_motion="reduce")  # or axe measures colours on their way
    found = []
    for width, scheme in narrow_and_wide(page, 320, 1280):
        found += [(page.url, width, "scrolls sideways")] if sticks_out(page) else []
        found += [(page.url, width, scheme, *each) for each in violations(page, AXE)]
    return found


def test_a_colleague_comes_in_by_a_link_and_leaves_again(officer, open_page):
    page = officer("auth/user/add/")
    found = barriers(page)
    page.get_by_label("Username").fill("anna")
    page.get_by_label("E-mail").fill("anna@example.org")
    page.get_by_label("Editor").check()
    follow(page, page.get_by_role("button", name="Save", exact=True))
    found += barriers(page)
    follow(page, page.get_by_role("button", name="Show it, to hand over"))
    found += barriers(page)
    link = page.get_by_role("textbox", name=re.compile("For anna alone")).input_value()
    window = open_page(link)
    found += barriers(window)
    window.get_by_label("New password").fill(PASSWORD)
    window.get_by_label("The same password again").fill("another")
    follow(window, window.get_by_role("button", name="Keep this password"))
    found += barriers(window)
    window.get_by_label("New password").fill(PASSWORD)
    window.get_by_label("The same password again").fill(PASSWORD)
    follow(window, window.get_by_role("button", name="Keep this password"))
    found += barriers(window)
    follow(window, window.get_by_role("link", name="Sign in"))
    expect(window.get_by_label("Username")).to_be_visible()
    window.goto(link)
    expect(window.get_by_role("heading", name="This link has ended")).to_be_visible()
    found += barriers(window)
    follow(window, window.get_by_role("link", name="ask for a new link"))
    found += barriers(window)
    window.get_by_label("Your e-mail address").fill("anna@example.org")
    follow(window, window.get_by_role("button", name="Send me a link"))
    found += barriers(window)
    follow(page, page.get_by_role("link", name=re.compile("go back to the account")))
    found += barriers(page)
    follow(page, page.get_by_role("link", name="Close this account…"))
    found += barriers(page)
    page.get_by_label("Make the account anonymous as well").check()
    follow(page, page.get_by_role("button", name="Close this account"))
    expect(page.get_by_text("This account is closed and anonymous, for good.")).to_be_visible()
    found += barriers(page)
    assert found == []
