"""How to get help: the ways are records, shown alike wherever they are shown."""

import re
from datetime import date

import pytest

from pages.coherence import findings
from pages.models import Page, SiteSettings
from tests import make
from tests.content import seed
from tests.pages.test_seed_document import words

NO_VOICE = "No way to get help has a number for texts or text relay"
LEAVING = 'href="https://www.bbc.co.uk/weather" rel="nofollow noreferrer"'


@pytest.fixture
def _seed(db):
    seed()


def links(response):
    return re.findall(r'href="((?:tel|sms):[^"]+)"', response.content.decode())


@pytest.mark.usefixtures("_seed")
@pytest.mark.parametrize(
    ("is_on_home_page", "beginning"), [(True, "Night line: It is"), (False, "Noise at night. It is")]
)
def test_a_way_to_get_help_says_who_it_is_for_when_and_how_to_reach_it_without_a_voice(
    client, is_on_home_page, beginning
):
    make.make_route(
        name="Night line",
        when_to_use="Noise at night",
        who_for="people who rent from the council",
        hours="8pm to 4am",
        telephone="01234 567890",
        text_number="07700 900123",
        relay_number="18001 01234 567890",
        website="https://www.example.org/noise",
        website_label="Report noise online",
        checked_on=date(2026, 5, 1),
        is_on_home_page=is_on_home_page,
    )
    response = client.get("/get-help/")
    page = words(response)
    assert f"{beginning} for people who rent from the council. 8pm to 4am. Number checked on 1 May 2026." in page
    assert "Text 07700 900123" in page
    assert "Text relay 18001 01234 567890" in page
    assert "Report noise online" in page
    assert {"tel:01234567890", "sms:07700900123", "tel:1800101234567890"} <= set(links(response))


@pytest.mark.usefixtures("_seed")
def test_text_numbers_of_the_first_lines_stand_wherever_the_lines_stand(client):
    make.make_route(is_on_home_page=True, text_number="07700 900123", relay_number="18001 999")
    for address in ("/", "/get-help/", "/privacy/"):
        assert {"sms:07700900123", "tel:18001999"} <= set(links(client.get(address))), address


@pytest.mark.usefixtures("_seed")
def test_danger_comes_first_and_nothing_claims_to_have_been_checked(client):
    make.make_route(name="Aardvark line", position=0, is_on_home_page=True)
    for address in ("/", "/get-help/", "/privacy/"):
        response = client.get(address)
        assert links(response)[0] == "tel:999", address
        assert "checked on" not in words(response)


def test_a_way_without_a_telephone_is_checked_too(client, db):
    seed()
    make.make_route(
        telephone="", website="https://www.example.org/", website_label="Report", checked_on=date(2026, 5, 1)
    )
    assert "When you need it. Checked on 1 May 2026." in words(client.get("/get-help/"))


@pytest.mark.usefixtures("_seed")
def test_text_relay_alone_is_a_way(client):
    make.make_route(telephone="", relay_number="18001 01234 567890")
    assert "tel:1800101234567890" in links(client.get("/get-help/"))


@pytest.mark.usefixtures("_seed")
def test_officers_are_told_that_nobody_can_get_help_without_a_voice(client):
    assert [found for found in findings(date(2026, 5, 1)) if found.sentence.startswith(NO_VOICE)]
    make.make_route(text_number="07700 900123")
    assert not [found for found in findings(date(2026, 5, 1)) if found.sentence.startswith(NO_VOICE)]


@pytest.mark.usefixtures("_seed")
def test_pages_about_help_and_no_others_offer_to_leave_before_anything_else(client):
    make.make_page(slug="more-help", menu="", parent=Page.objects.get(slug="get-help"))
    for address in ("/get-help/", "/more-help/"):
        page = client.get(address).content.decode()
        assert LEAVING in page, address
        assert page.index(">Call 999</a>") < page.index(LEAVING), address
        assert page.index(LEAVING) < page.index('<div class="w page'), address
        assert "history will still show that you were here" in page
    assert LEAVING not in client.get("/privacy/").content.decode()
    SiteSettings.objects.update(leave_url="")
    assert "Leave this site" not in client.get("/get-help/").content.decode()
