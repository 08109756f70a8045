"""Every kind of page that the admin has, by the names of its addresses: a new one fails here until it is walked."""

from datetime import date, timedelta

from django.urls import get_resolver
from playwright.sync_api import expect

from tests.browser.conftest import PASSWORD, follow
from tests.browser.test_admin import barriers
from tests.browser.test_drafts import open_form

# Walked here or, where a test of that name exists, in test_admin.py and test_drafts.py
ELSEWHERE = {
    "index", "login", "logout", "password_change", "password_change_done", "app_list",  # signing in, other pages
    "changelist", "add", "change", "erase", "delete", "history",  # lists and forms; a draft from its form to its end
    "dates", "next",  # nine dates, the next plan
    "compare",  # in test_drafts.py
    "attention", "check",  # in test_checks.py
    "link", "close", "reopen", "anonymous", "second-factor",  # in test_accounts.py
    "sent",  # what was not sent: in test_sign_in.py
}  # fmt: skip
NO_PAGES = {
    "autocomplete",
    "jsi18n",
    "view_on_site",
    "qr",
    "sheet",
    "draft",
    "restore",
    "take_down",
    "advice",
    "paste",
    "links",
    "shown",
}
HERE = {"deleted", "guide", "progress", "password_change", "address", "list", "with"}


def test_every_kind_of_page_of_the_admin_is_walked():
    (site,) = (each for each in get_resolver().url_patterns if str(each.pattern) == "admin/")
    names = {name for each in site.url_patterns for name in names_of(each)}
    kinds = {name if name in ELSEWHERE | NO_PAGES | HERE else name.split("_", 2)[-1] for name in names}
    assert kinds <= ELSEWHERE | NO_PAGES | HERE, kinds - (ELSEWHERE | NO_PAGES | HERE)


def names_of(pattern):
    if hasattr(pattern, "url_patterns"):
        return {name for each in pattern.url_patterns for name in names_of(each)}
    return {pattern.name} - {None}


def test_what_was_deleted_and_can_come_back_is_listed_without_a_barrier(filled, officer):
    page = officer("publishing/document/add/")
    page.get_by_label("Title:").fill("Soon gone")
    page.get_by_label("Kind:").select_option("Other document")
    follow(page, page.get_by_role("button", name="Save draft"))
    follow(page, page.get_by_role("link", name="Delete"))
    follow(page, page.get_by_role("button", name="Delete"))
    page.goto(f"{filled}/admin/publishing/document/deleted/")
    expect(page.get_by_text("Soon gone")).to_be_visible()
    assert barriers(page) == []


def test_what_is_asked_before_several_are_published_has_no_barrier(filled, officer):
    page = officer("partners/strategy/")
    page.get_by_role("checkbox", name="Select all").or_(page.locator("#action-toggle")).first.check()
    page.locator("select[name=action]").first.select_option("publish_with_parts")
    follow(page, page.locator("button[name=index]").first)
    expect(page.get_by_role("heading", name="Please confirm")).to_be_visible()
    assert barriers(page) == []


def test_what_was_typed_before_a_new_sign_in_is_shown_without_a_barrier(filled, officer):
    page = officer("pages/page/add/")
    page.get_by_label("Title:").fill("Typed " * 15)
    page.get_by_label("Opening:").fill(f"{filled}/{'long-address-' * 12}\nSecond line")
    page.context.clear_cookies(name="sessionid")
    with page.expect_navigation():
        page.get_by_label("Title:").press("Enter")
    found = barriers(page)
    page.get_by_label("Username").fill("officer")
    page.get_by_label("Password").fill(PASSWORD)
    follow(page, page.get_by_role("button", name="Sign in"))
    expect(page.get_by_role("button", name="Send again")).to_be_visible()
    assert found + barriers(page) == []


def test_a_form_with_many_faults_has_no_barrier(filled, officer):
    page = officer("meetings/group/add/")
    for part in ("Membership", "Meeting"):
        page.get_by_role("button", name=f"Add another {part}").click()
    page.locator("#id_meetings-0-held_on").fill(f"{date.today() + timedelta(days=9)}")
    page.locator("#id_meetings-0-ends").fill("10:00")
    follow(page, page.get_by_role("button", name="Publish now"))
    expect(page.locator("#problems")).to_be_focused()
    assert barriers(page) == []


def test_the_guide_and_the_page_of_progress_have_no_barrier(filled, officer):
    page = officer()
    found = []
    for path in ("guide/", "progress/"):
        page.goto(f"{filled}/admin/{path}")
        found += barriers(page)
    assert found == []


def test_the_addresses_of_a_plan_and_what_a_new_one_changes_have_no_barrier(filled, officer):
    page = open_form(officer("partners/actionplan/?q=now"))
    page.goto(page.url.replace("/change/", "/address/"))
    found = barriers(page)
    page.locator("input[name=slug]").fill("for-two-more-years")
    follow(page, page.get_by_role("button", name="See what will happen"))
    expect(page.get_by_role("button", name="Change the address")).to_be_visible()
    assert found + barriers(page) == []


def test_public_meetings_are_looked_over_from_a_list_without_a_barrier(filled, officer):
    page = officer("meetings/publicmeeting/from-list/")
    found = barriers(page)
    day = date.today() + timedelta(days=30)
    page.get_by_label("Kind:").select_option("Street meet")
    page.get_by_label("Title of each").fill("Street meet")
    page.locator("textarea").first.fill(f"{day:%d/%m/%Y} 10am Bedwell Community Centre\nWhenever, somewhere")
    follow(page, page.get_by_role("button", name="Read this list"))
    found += barriers(page)
    follow(page, page.get_by_role("button", name="Publish the ticked ones now"))
    expect(page.get_by_role("alert")).to_contain_text("Nothing was saved.")
    assert found + barriers(page) == []


def test_what_shall_be_published_with_a_public_plan_is_asked_without_a_barrier(filled, officer):
    page = open_form(officer("partners/actionplan/?q=now"))
    page.goto(page.url.replace("/change/", "/with/"))
    expect(page.get_by_role("heading", name="What shall be published with")).to_be_visible()
    assert barriers(page) == []
