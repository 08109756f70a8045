"""A campaign: on the home page from its first to its last day, at its address for ever, with a picture to share."""

import re
from datetime import date

import pytest

from pages.coherence import findings
from pages.models import Page
from tests import make
from tests.admin.test_editing import url
from tests.forms import Form
from tests.tools import content_of

pytestmark = pytest.mark.django_db
FIRST, LAST = date(2026, 6, 1), date(2026, 6, 14)


def campaign(**fields):
    days = {"campaign_starts_on": FIRST, "campaign_ends_on": LAST}
    return make.make_page(**{"title": "Lock it or lose it", "slug": "lock-it", **days, **fields})


def home():
    return make.make_page(slug="home", title="A safer Stevenage")


@pytest.mark.parametrize(
    ("on", "is_shown"),
    [("2026-05-31", False), ("2026-06-01", True), ("2026-06-14", True), ("2026-06-15", False)],
)
def test_a_campaign_is_on_the_home_page_from_its_first_to_its_last_day(client, on, is_shown):
    home()
    campaign(lead="Bicycles go in seconds.", picture=make.make_picture())
    shown = client.get("/", {"on": on}).content.decode()
    assert ('href="/lock-it/' in re.sub(r"<footer.*", "", shown, flags=re.DOTALL)) is is_shown
    assert ("Bicycles go in seconds." in shown) is is_shown
    assert ("<picture>" in shown) is is_shown


def test_a_draft_of_a_campaign_is_not_on_the_home_page_and_a_second_campaign_is(client):
    home()
    campaign(published_at=None)
    campaign(title="Second", slug="second", menu="", parent=make.make_page(), position=2)
    campaign(title="First", slug="first", menu="", parent=make.make_page(), position=1)
    shown = client.get("/", {"on": "2026-06-03"}).content.decode()
    assert "Lock it" not in shown
    assert 0 < shown.index(">First<") < shown.index(">Second<")


@pytest.mark.parametrize(
    ("on", "words"),
    [
        ("2026-05-31", "This campaign begins on 1 June 2026 and ends on 14 June 2026."),
        ("2026-06-14", "This campaign runs until 14 June 2026."),
        ("2026-06-15", "This campaign is over.</strong> It ran from 1 June 2026 to 14 June 2026."),
    ],
)
def test_the_page_of_a_campaign_says_how_it_stands(client, on, words):
    campaign()
    assert words in client.get("/lock-it/", {"on": on}).content.decode()


def test_a_page_that_is_no_campaign_says_nothing_of_one(client):
    make.make_page(slug="plain")
    assert "campaign" not in re.sub("<style>.*</style>", "", client.get("/plain/").content.decode(), flags=re.DOTALL)


def test_a_page_with_a_picture_shows_it_without_moving_its_words_and_offers_it_to_share(client, settings):
    picture = make.make_picture(alt="A lock & a bicycle", caption="A good lock", credit="Ann <council>")
    make.make_page(slug="bicycles", title="Bicycles", picture=picture)
    shown = client.get("/bicycles/").content.decode()
    [img] = re.findall("<img[^>]*>", shown)
    for attribute in (
        'width="400"',
        'height="200"',
        'loading="lazy"',
        'decoding="async"',
        'alt="A lock &amp; a bicycle"',
    ):
        assert attribute in img
    for kind in ("avif", "webp"):
        [source] = re.findall(f'<source type="image/{kind}"[^>]*>', shown)
        assert f"400.{kind} 400w" in source
        assert "sizes=" in source
    assert "A good lock<br>Picture: Ann &lt;council&gt;" in " ".join(shown.split())
    [shared] = re.findall(r'<meta property="og:image"\s+content="([^"]+)">', shown)
    assert shared == f"{settings.SITE_URL}{picture.shared_src}"
    response = client.get(picture.shared_src)
    assert response["Content-Type"] == "image/jpeg"
    assert content_of(response)
    assert '<meta property="og:image:alt" content="A lock &amp; a bicycle">' in shown
    make.make_page(slug="bare")
    assert "og:image" not in client.get("/bare/").content.decode()


def test_officers_are_told_of_a_campaign_that_is_over_and_still_in_a_menu():
    campaign(menu="footer")
    campaign(slug="under", menu="", parent=make.make_page())

    def told(on):
        return [each.sentence for each in findings(on) if "campaign" in each.sentence]

    assert told(LAST) == []
    assert told(date(2026, 6, 15)) == [
        "The campaign “Lock it or lose it” is over and still in a menu. "
        "Take it out: choose the page that it belongs under."
    ]


def test_the_first_page_leads_to_the_form_of_a_campaign_that_has_its_place_already(admin_client):
    parent = make.make_page(slug="get-involved")
    first = admin_client.get("/admin/").content.decode()
    [address] = re.findall(r'href="([^"]+campaign[^"]*)"', first)
    form = Form(admin_client, address.replace("&amp;", "&"))
    picture = make.make_picture()
    response = form.press(
        "_publish", title="Lock it", slug="lock-it", lead="Now.", picture=str(picture.pk),
        campaign_starts_on="2026-06-01", campaign_ends_on="2026-06-14",
    )  # fmt: skip
    assert response.status_code == 302, form.problems()
    page = Page.objects.get(slug="lock-it")
    assert (page.parent, page.picture, page.is_published) == (parent, picture, True)
    assert (page.campaign_starts_on, page.campaign_ends_on) == (FIRST, LAST)


def test_a_page_that_the_site_depends_on_offers_no_campaign(admin_client):
    page = make.make_page(slug="privacy")
    assert "campaign_starts_on" not in Form(admin_client, url(page, "change")).fields
