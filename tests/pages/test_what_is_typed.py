"""No form takes what its page doesn't show: a section, a document, an opening, or any other text."""

from datetime import date

import pytest

from pages.models import Page, Section
from pages.models.page import BUILT_IN, HOME
from tests import make
from tests.content import seed
from tests.pages.test_seed_document import words

# What each kind of section shows, once there is something to show
SHOWN = {
    "objectives": "Typed objective",
    "priorities": "Typed priority",
    "partners": "Typed partner",
    "public-meetings": "Typed public meeting",
    "updates": "Typed note",
    "groups": "Typed group",
    "routes": "Typed route",
    "documents": "Typed document",
    "contact": "Daneshill House",
    "accessibility": "How accessible this website is",
    "case-review": "1 April 2024 to 31 March 2025",
    "privacy": "If you sign in to edit it",
}


@pytest.fixture
def _all_there_is(db):
    seed()
    days = {"starts_on": date(2020, 1, 1), "ends_on": date(2999, 1, 1)}
    make.make_objective(title="Typed objective", strategy=make.make_strategy(**days))
    make.make_priority(title="Typed priority", plan=make.make_plan(**days))
    make.make_note(make.make_partner(name="Typed partner"), "Typed note.")
    make.make_public_meeting(title="Typed public meeting", held_on=date(2998, 1, 1))
    make.make_group(name="Typed group")
    make.make_route(name="Typed route")
    make.make_document(title="Typed document")
    make.make_case_review_year()


def given(page):
    """All that a page's form takes beside its title."""
    page.lead, page.description = "Typed opening.", "Typed description."
    page.save()
    page.documents.set([make.make_document(title="Typed paper")])
    if page.parent is None:
        make.make_page(title="Typed page under it", parent=page, menu="")
    typed = {"heading": "Typed heading", "anchor": "typed", "body": "<p>Typed <em>words</em>.</p>"}
    make.make_section(page=page, position=90, **typed)


@pytest.mark.usefixtures("_all_there_is")
@pytest.mark.parametrize("slug", [*BUILT_IN, "asb-case-review"])
def test_a_page_of_the_site_shows_all_that_its_form_takes(client, slug):
    page = Page.objects.get(slug=slug)
    given(page)
    html = client.get(page.get_absolute_url()).content.decode()
    shown = words(client.get(page.get_absolute_url()))
    for typed in ("Typed opening.", "Typed paper", "Typed heading Typed words."):
        assert typed in shown, typed
    assert "Typed page under it" in shown or page.parent
    assert 'content="Typed description."' in html
    assert 'id="typed"' in html, "what follows the # in a link to it"
    assert html.count('id="documents"') <= 1


@pytest.mark.usefixtures("_all_there_is")
@pytest.mark.parametrize("slug", [HOME, "strategy", "action-plan", "updates", "meetings", "privacy"])
def test_each_kind_of_section_lists_on_any_page_what_it_says(client, slug):
    page = Page.objects.get(slug=slug)
    page.sections.all().delete()
    lists = [shows for shows in Section.Shows.values if shows]
    assert set(SHOWN) == set(lists)
    for shows in lists:
        make.make_section(page=page, heading=f"Here {shows}", anchor=f"here-{shows}", shows=shows)
    html = client.get(page.get_absolute_url()).content.decode()
    sections = {each.partition('"')[0]: each for each in html.split('<section id="here-')[1:]}
    assert set(sections) == set(lists)
    assert [shows for shows in lists if SHOWN[shows] not in sections[shows]] == []


@pytest.mark.usefixtures("_all_there_is")
def test_the_home_page_is_in_the_order_of_its_sections_and_in_their_words(client):
    home = Page.objects.get(slug=HOME)
    partners, groups = home.sections.get(shows="partners"), home.sections.get(shows="groups")
    partners.heading, partners.position = "The bodies behind it", 0
    partners.save()
    groups.delete()
    home.sections.filter(shows="objectives").update(position=3)
    make.make_section(page=home, position=2, heading="For carers", body="<p>Ask us for a lift.</p>")
    shown = words(client.get("/"))
    assert "Ask us for a lift." in shown
    assert "Typed group" not in shown
    order = ["The bodies behind it", "Our priorities", "For carers", "Our objectives", "Updates"]
    html = client.get("/").content.decode()
    places = [html.index(f">{heading}</h2>") for heading in order]
    assert places == sorted(places)


@pytest.mark.usefixtures("_all_there_is")
def test_a_home_page_without_sections_still_opens_and_shows_its_documents(client):
    home = Page.objects.get(slug=HOME)
    home.sections.all().delete()
    home.documents.set([make.make_document(title="Typed paper")])
    assert "Typed paper" in words(client.get("/"))
