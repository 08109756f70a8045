"""Long lists come in pages, each with an address."""

import re
from datetime import date, timedelta

import pytest

from tests import make

DAY = date(2026, 5, 1)


def documents(count):
    return [make.make_document(title=f"Paper {n:02}.") for n in range(count)]


def names(page):
    return re.findall(r"Paper \d\d\.", page)


def get(client, address):
    response = client.get(address)
    assert response.status_code == 200
    return re.sub(r"\s+", " ", response.content.decode())


@pytest.fixture
def library(db):
    page = make.make_page(slug="library", title="Library", menu="main")
    make.make_section(page=page, shows="documents", anchor="all")
    return page


def test_every_entry_of_a_long_list_is_on_just_one_page(client, library):
    documents(45)
    pages = [get(client, f"/library/{query}") for query in ("", "?page=2", "?page=3")]
    shown = [name for page in pages for name in dict.fromkeys(names(page))]
    assert shown == [f"Paper {n:02}." for n in range(45)]
    assert [page.count("Page 2 of 3") for page in pages] == [0, 1, 0]


def test_a_page_of_a_list_leads_on_and_back_keeps_the_day_and_the_first_has_the_bare_address(client, library):
    documents(45)
    assert '<a rel="next" href="?page=2#all">' in get(client, "/library/")
    assert 'rel="prev"' not in get(client, "/library/")
    second = get(client, "/library/?page=2")
    assert '<a rel="prev" href="/library/#all">' in second
    assert '<a rel="next" href="?page=3#all">' in second
    second = get(client, "/library/?on=2026-05-01&page=2")
    assert '<a rel="prev" href="?on=2026-05-01#all">' in second
    assert '<a rel="next" href="?on=2026-05-01&amp;page=3#all">' in second


def test_search_engines_know_each_page_of_a_list_and_the_first_but_once(client, library):
    documents(21)
    canonical = '<link rel="canonical" href="http://127.0.0.1:8000/library/{}">'
    assert canonical.format("") in get(client, "/library/?page=1")
    second = get(client, "/library/?page=2")
    assert canonical.format("?page=2") in second
    assert "<title>Library, page 2 of 2 –" in second


@pytest.mark.parametrize("number", ["0", "3", "-1", "x", "1.0", "999999999", "", "٢", "2 "])
@pytest.mark.parametrize("address", ["/library/", "/updates/", "/meetings/public/", "/strategy/"])
def test_a_page_that_is_none_is_not_found(client, library, address, number):
    make.make_page(slug="updates")
    documents(21)
    assert client.get(address).status_code == 200
    assert client.get(address, {"page": number}).status_code == 404


def test_a_short_list_beside_a_long_one_stays_on_its_last_page(client, library):
    make.make_section(page=library, shows="partners", anchor="partners")
    make.make_partner(name="The only partner")
    documents(41)
    third = get(client, "/library/?page=3")
    assert names(third)
    assert "The only partner" in third
    assert client.get("/library/?page=4").status_code == 404


def test_a_list_of_one_page_says_nothing_of_pages(client, library):
    documents(20)
    assert 'aria-label="Pages of this list"' not in get(client, "/library/")


def test_partners_keep_their_order_over_the_pages(client, db):
    page = make.make_page(slug="who-belongs")
    make.make_section(page=page, shows="partners")
    yesterday, tomorrow = DAY - timedelta(days=1), DAY + timedelta(days=1)
    since = {"starts_on": date(2010, 1, 1)}
    make.make_partner(name="Paper 24.", ends_on=yesterday)
    make.make_partner(name="Paper 23.", starts_on=tomorrow)
    make.make_partner(name="Paper 22.")  # of this day, nobody knows
    make.make_partner(name="Paper 21.", standing="not-stated", **since)
    make.make_partner(name="Paper 00.", standing="responsible-authority", **since)
    for n in range(1, 21):
        make.make_partner(name=f"Paper {n:02}.", standing="other-member", **since)
    first, second = (get(client, f"/who-belongs/?on={DAY}&page={number}") for number in (1, 2))
    assert names(first) == [f"Paper {n:02}." for n in range(20)]
    assert names(second) == ["Paper 20.", "Paper 21.", "Paper 22.", "Paper 23.", "Paper 24."]
    assert re.findall("<h3>(.*?)</h3>", second) == [
        "Other members",
        "Other partners",
        "We do not know",
        "Joining later",
        "Former members",
    ]


@pytest.mark.parametrize("kind", ["plan", "strategy"])
def test_a_page_of_a_strategy_or_plan_names_the_newest_others_and_leads_to_all(client, db, kind):
    made = {"plan": make.make_plan, "strategy": make.make_strategy}[kind]
    for year in range(1990, 2020):
        made(slug=f"{year}", starts_on=date(year, 4, 1), ends_on=date(year + 1, 3, 31))
    whole = {"plan": "/action-plan/", "strategy": "/strategy/"}[kind]
    page = get(client, f"{whole}1990/")
    assert f'<a href="{whole}#others">See all of them</a>' in page
    assert f'"{whole}1992/"' not in page
    assert f'"{whole}1992/"' in get(client, f"{whole}?page=2")
    assert f'<link rel="canonical" href="http://127.0.0.1:8000{whole}?page=2">' in get(client, f"{whole}?page=2")
