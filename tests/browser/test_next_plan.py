"""A new officer starts a plan from last year's, gives its priorities actions, publishes, extends, publishes again."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import follow, sign_in
from tests.browser.test_jobs import read, words_of


def button(page, name):
    return page.get_by_role("button", name=name, exact=True)


def press(page, name):
    follow(page, button(page, name))
    assert page.locator("#problems").all_inner_texts() == []


def open_plan(page, site, title):
    page.goto(f"{site}/admin/partners/actionplan/")
    follow(page, page.locator("#result_list").get_by_role("link", name=title))


def test_a_plan_is_started_from_last_years_and_its_parts_and_whole_are_saved_in_every_order(workplace, open_page):
    page = open_page(f"{workplace}/admin/")
    sign_in(page)
    open_plan(page, workplace, re.compile("2019 to 2020"))
    follow(page, page.get_by_role("link", name="Start next year’s plan from this one"))
    press(page, "Make this draft")
    new_plan = page.url
    rows = page.locator("[id^=id_priorities-][id$=-title]:visible")
    titles = [field.input_value() for field in rows.all()]
    assert len(titles) == 6

    for n, title in enumerate(titles[:2], start=1):  # each on its own form, reached from that of the plan
        page.goto(new_plan)
        follow(page, page.locator("#priorities-group").get_by_role("link", name="Change").nth(n - 1))
        expect(page.get_by_label("Priority:", exact=True)).to_have_value(title)
        page.get_by_role("button", name="Add another Action").click()
        action = page.locator("#actions-group .inline-related:not(.empty-form)").last
        action.get_by_label("What will be done:").fill(f"Hold {n} street meetings with everybody who lives there")
        action.get_by_label("By when:").fill("2020-12-31")
        press(page, "Save draft")

    for n, _ in enumerate(titles):  # the plan goes public with its parts, one by one
        page.goto(new_plan)
        follow(page, page.locator("#priorities-group").get_by_role("link", name="Change").nth(n))
        press(page, "Publish now")
    page.goto(new_plan)
    page.get_by_label("Proposed or agreed:").select_option("Agreed")
    page.get_by_label("Agreed on:").fill("2020-03-19")
    press(page, "Publish now")
    shown = words_of(f"{workplace}/action-plan/2020-2021/")
    assert all(title in shown for title in titles)
    assert "Hold 2 street meetings with everybody who lives there" in shown

    page.goto(new_plan)
    other = page.context.new_page()  # a second window of the same officer
    other.goto(new_plan)
    follow(other, other.locator("#priorities-group").get_by_role("link", name="Change").first)
    other.get_by_label("Priority:", exact=True).fill("Safer streets and squares")
    press_with_note(other, "We say what the first priority is about.")

    page.get_by_label("Last day:", exact=True).fill("2021-06-30")
    follow(page, button(page, "Publish now"))
    told = page.locator("#problems")
    expect(told).to_contain_text("Its last day has changed. Tell readers why")
    expect(told).to_contain_text("“Safer streets and squares”")
    expect(page.get_by_label("Last day:", exact=True)).to_have_value("30 June 2021")
    page.locator("[id=id_priorities-0-title]").fill("Safer streets and squares")
    press_with_note(page, "Extended by three months, so that the new councillors agree the next one.")
    press_with_note(page, "Extended once more, and saved once more.", last_day="2021-07-31")
    shown = words_of(f"{workplace}/action-plan/2020-2021/")
    assert "Safer streets and squares" in shown
    assert "Extended by three months" in shown
    assert "Extended once more" in shown
    assert read(f"{workplace}/action-plan/2020-2021/")[0] == 200
    assert "Hold 1 street meetings" in words_of(f"{workplace}/action-plan/2020-2021/")


def press_with_note(page, note, last_day=None):
    if last_day:
        page.get_by_label("Last day:", exact=True).fill(last_day)
    page.get_by_label("What changed, for readers:").fill(note)
    press(page, "Publish now")
