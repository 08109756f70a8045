"""An officer confirms the content that was loaded, and the list is readable at any width and in the dark."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import follow, sign_in
from tests.browser.test_admin import barriers


def test_forty_four_seeded_records_are_confirmed_in_at_most_fifty_clicks(workplace, open_page):
    """One by one, as an officer does who has read each; and then what readers see."""
    page = open_page(f"{workplace}/admin/")
    sign_in(page)
    clicks = 2
    follow(page, page.get_by_role("link", name="Check what is public"))
    boxes = page.get_by_role("checkbox")
    assert boxes.count() >= 44
    for number in range(44):
        boxes.nth(number).check()
        clicks += 1
    follow(page, page.get_by_role("button", name="Checked, all is right"))
    assert clicks + 1 <= 50
    expect(page.get_by_text("44 records are noted as checked.")).to_be_visible()
    page.goto(f"{workplace}/privacy/")
    expect(page.get_by_text("Checked on")).to_be_visible()


@pytest.mark.parametrize("path", ["check/", "attention/"])
def test_the_lists_of_the_desk_have_no_barrier(officer, path):
    page = officer(path)
    folds = page.locator("#content details:not([open]) > summary")
    while folds.count():
        folds.first.click()
    assert barriers(page) == []
