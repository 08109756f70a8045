"""A new officer starts a plan from last year's, gives its priorities actions, publishes, extends, publishes again."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import follow, sign_in
from tests.browser.hand import Hand, read, words_of


def button(page, name):
    return page.get_by_role("button", name=name, exact=True)


def press(page, name):
    follow(page, button(page, name))
    assert page.locator("#problems").all_inner_texts() == []


def test_a_plan_is_started_from_last_years_and_its_parts_and_whole_are_saved_in_every_order(workplace, open_page):
    page = open_page(f"{workplace}/admin/")
    sign_in(page)
    hand = Hand(page)
    hand.begin(workplace)
    hand.follow(page.locator("#content").get_by_role("link", name="Action plans", exact=True))
    hand.follow(page.locator("#result_list").get_by_role("link", name=re.compile("2019 to 2020")))
    hand.follow(page.get_by_role("link", name="Start next year’s plan from this one"))
    titles = page.locator(".taken > li > label:has([name=take])").all_inner_texts()
    titles = [re.sub(".*“(.+)”.*", r"\1", title.strip()) for title in titles]
    assert len(titles) == 6
    hand.click(page.locator("[name=take]").last)
    for n in range(4):
        lines = f"Hold {2 * n} street meetings with everybody who lives there\nLight {2 * n + 1} of the paths"
        hand.type(page.get_by_label(f"New actions of “{titles[n]}”, one a line"), lines)
    hand.follow(button(page, "Make this draft"))
    new_plan = page.url
    expect(page.get_by_label("Title:")).to_have_value("SoSafe Action Plan")
    hand.follow(button(page, "Publish now"))
    assert read(f"{workplace}/action-plan/2020-2021/")[0] == 404, "what is asked has still to be answered"
    hand.follow(button(page, "Publish now"))
    expect(page.locator(".messagelist")).to_contain_text(f"Published with it: “{titles[0]} (2020 to 2021)”")
    shown = words_of(f"{workplace}/action-plan/2020-2021/")
    assert all(title in shown for title in titles[:5])
    assert all(
        f"Hold {2 * n} street meetings" in shown and f"Light {2 * n + 1} of the paths" in shown for n in range(4)
    )
    assert titles[5] not in shown
    assert hand.clicks <= 11
    assert hand.loads <= 6

    page.get_by_label("Proposed or agreed:").select_option("Agreed")
    page.get_by_label("Agreed on:").fill("2020-03-19")
    press(page, "Publish now")
    assert "19 March 2020" in words_of(f"{workplace}/action-plan/2020-2021/")

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
    page.locator("#priorities-0 summary").click()
    page.locator("[id=id_priorities-0-title]").fill("Safer streets and squares")
    press_with_note(page, "Extended by three months, so that the new councillors agree the next one.")
    press_with_note(page, "Extended once more, and saved once more.", last_day="2021-07-31")
    shown = words_of(f"{workplace}/action-plan/2020-2021/")
    assert "Safer streets and squares" in shown
    assert "Extended by three months" in shown
    assert "Extended once more" in shown
    assert read(f"{workplace}/action-plan/2020-2021/")[0] == 200
    assert "Hold 0 street meetings" in words_of(f"{workplace}/action-plan/2020-2021/")


def press_with_note(page, note, last_day=None):
    if last_day:
        page.get_by_label("Last day:", exact=True).fill(last_day)
    page.get_by_label("What changed, for readers:").fill(note)
    press(page, "Publish now")
