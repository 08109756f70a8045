"""?on=: what was in force on another day, in today's wording, and never anything unpublished."""

import re
from datetime import date

import pytest
import time_machine

from sosafe_site.periods import today
from tests import make
from tests.content import SEEDED, seed
from tests.pages.test_seed_document import words

LINKS = re.compile(r'<a[^>]* href="(/[^"]*)"')


@pytest.fixture(autouse=True)
def _seed(db):
    seed()


@pytest.mark.parametrize(
    ("address", "day", "there", "absent"),
    [
        ("/strategy/", "2018-03-31", "Community Safety Strategy 2015 to 2018 In force, as far", "no strategy"),
        ("/strategy/", "2018-04-01", "Community Safety Strategy 2018 to 2021 In force, as far", "no strategy"),
        ("/strategy/", "2015-03-31", "We hold no strategy for 31 March 2015. The Community Safety", "In force"),
        ("/strategy/", "2030-01-01", "Strategy 2018 to 2021. It ended in 2021.", "In force"),
        ("/action-plan/", "2019-04-01", "SoSafe Action Plan 2019 to 2020 In force, as far", "no action plan"),
        ("/action-plan/", "2020-04-01", "We hold no action plan for 1 April 2020. The last was the SoSafe", "In force"),
        ("/action-plan/2019-2020/", "2019-12-31", "In force, as far as we know.", "has ended"),
        ("/strategy/2018-2021/", "2019-12-31", "In force. It runs from 2018 to 2021.", "has ended"),
        ("/", "2019-04-01", "SoSafe Action Plan 2019 to 2020: In force", "That plan"),
        ("/who-belongs/", "2021-06-25", "Company Member until 25 June 2021", "Former members"),
        ("/who-belongs/", "2021-06-26", "Former members BeNCH Community Rehabilitation Company", "will hold"),
        ("/what-we-do/", "2017-01-01", "Key objectives for 2015 to 2018 In force.", "has ended"),
    ],
)  # fmt: skip
def test_a_page_shows_what_held_on_the_day(client, address, day, there, absent):
    page = words(client.get(address, {"on": day}))
    assert there in page
    assert absent not in page


def test_meetings_are_next_and_last_as_seen_from_the_day(client):
    group = make.make_group()
    make.make_meeting(group=group, held_on=date(2019, 6, 3))
    assert "Next meets on Monday 3 June 2019." in words(client.get("/meetings/", {"on": "2019-06-03"}))
    assert "Last date: Monday 3 June 2019." in words(client.get("/meetings/", {"on": "2019-06-04"}))


@pytest.mark.parametrize("address", [address for kind, address in SEEDED.items() if kind != "not found"])
def test_every_page_says_which_day_it_shows_and_keeps_it_in_its_links(client, address):
    response = client.get(address, {"on": "2019-05-01"})
    page = response.content.decode()
    assert "What held on 1 May 2019; wording as it stands now. Back to today" in words(response)
    assert f'<a href="http://127.0.0.1:8000{address}">Back to today</a>' in page
    assert '<meta name="robots" content="noindex">' in page
    assert response["X-Robots-Tag"] == "noindex"
    links = LINKS.findall(page)
    assert len(links) > 10
    assert [link for link in links if "?on=2019-05-01" not in link] == []


def test_of_a_day_to_come_the_page_says_what_is_planned(client):
    assert "What is planned for 1 May 2999, as far as we know today; wording" in words(
        client.get("/strategy/", {"on": "2999-05-01"})
    )
    assert "What held on" in words(client.get("/strategy/", {"on": str(today())}))


@pytest.mark.parametrize("day", ["0001-01-01", "1899-12-31", "3000-01-01", "9999-12-31"])
def test_a_year_that_can_only_be_mistyped_is_refused(client, day):
    for address in ("/", "/meetings/", "/strategy/"):
        assert client.get(address, {"on": day}).status_code == 400


def test_the_wording_is_dated_by_its_last_change(client):
    make.Strategy.objects.update(updated_on=date(2020, 2, 3))
    assert "wording as last edited on 3 February 2020." in words(client.get("/strategy/", {"on": "2019-05-01"}))


def test_without_a_day_nothing_is_said_and_no_link_carries_one(client):
    for query in ({}, {"on": ""}):
        response = client.get("/strategy/", query)
        assert "What held on" not in words(response)
        assert "?on=" not in response.content.decode()
        assert "X-Robots-Tag" not in response


@pytest.mark.parametrize("given", ["2019-02-30", "yesterday", "2019-W01-1", "01/05/2019", "<b>", "2019-05-01T00"])
@pytest.mark.parametrize("address", ["/", "/strategy/", "/contact/", "/nothing-here/"])
def test_a_date_that_is_none_gets_a_plain_error(client, address, given):
    response = client.get(address, {"on": given})
    assert response.status_code == 400
    assert "is not a date. Write it as year, month and day, such as 2019-05-01." in words(response)
    assert "<b>" not in response.content.decode().partition("<h1>")[2].replace("<b>999</b>", "").replace(
        "<b>101</b>", ""
    )


@time_machine.travel("2026-06-01 12:00", tick=False)
def test_another_day_never_shows_what_is_not_published_now(client):
    make.make_strategy(title="Xanadu", published_at=make.FAR_AHEAD, starts_on=date(2010, 1, 1), ends_on=None)
    for day in ("2012-01-01", "2999-12-31"):
        assert "Xanadu" not in words(client.get("/strategy/", {"on": day}))


def test_the_strategy_page_offers_another_day(client):
    page = client.get("/strategy/").content.decode()
    assert '<form class="flow as-at-form" action="/strategy/">' in page
    assert "See what was in force on another day" in page


@pytest.mark.parametrize(
    "address",
    [
        "/strategy/2015-2018/",
        "/strategy/2015-2018/reduce-crime/",
        "/action-plan/2019-2020/",
        "/action-plan/2019-2020/knife-crime/",
    ],
)
def test_a_citation_names_the_day_and_its_address(client, address):
    page = client.get(address, {"on": "2017-05-01"}).content.decode()
    dated = f"http://127.0.0.1:8000{address}?on=2017-05-01"
    assert f'To link to or cite this page as at that day: <a href="{dated}">{dated}</a>' in page
    cite = page.partition('<div class="cite">')[2].partition("</div>")[0]
    assert f'<a href="{dated}">{dated}</a>' in cite
    assert f", as at 1 May 2017. {dated}</code>" in cite
    assert "Seen on" not in page
    assert "as at" not in words(client.get(address))


def test_every_part_of_a_dated_page_is_cited_as_at_the_day(client):
    strategy = make.make_strategy(slug="s")
    for _ in range(2):
        make.make_objective(strategy=strategy, body="<p>Text</p>")
        make.make_priority(plan=make.make_plan(), body="<p>Text</p>")
    for address in ("/strategy/", "/strategy/s/", "/action-plan/"):
        page = client.get(address, {"on": "2019-05-01"}).content.decode()
        assert page.count("<code>") >= 2
        assert page.count("<code>") == page.count(", as at 1 May 2019. http")


@pytest.mark.parametrize(
    ("address", "status"), [("/nothing-here/", 404), ("/withdrawn/", 410), ("/erased/", 410), ("/preview/forged/", 410)]
)
def test_what_is_no_page_held_on_no_day_and_is_not_for_citing(client, address, status):
    make.make_page(slug="withdrawn", withdrawn_at=make.LONG_AGO, withdrawal_reason="It was wrong.")
    make.make_page(slug="erased").erase("The law demands it.")
    response = client.get(address, {"on": "2019-05-01"})
    page = response.content.decode()
    assert response.status_code == status
    for words_of_a_page in ("What held on", "To link to or cite", "Back to today", 'rel="canonical"'):
        assert words_of_a_page not in page
    assert page.count('name="robots"') == 1
