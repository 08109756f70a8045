"""Parts of objectives and priorities, and what a priority is about."""

import pytest

from tests import make
from tests.pages.test_seed_document import words


@pytest.fixture
def strategy(db):
    strategy = make.make_strategy(slug="s")
    peace = make.make_objective(strategy=strategy, title="Peace", slug="peace", body="<p>Peace itself.</p>")
    make.make_objective(strategy=strategy, parent=peace, title="Streets", slug="streets", body="<p>Quiet nights.</p>")
    return strategy


@pytest.mark.usefixtures("strategy")
def test_the_parts_of_an_objective_stand_under_it_with_their_words_and_on_pages_of_their_own(client):
    page = words(client.get("/strategy/s/"))
    assert page.index("Peace itself.") < page.index("Streets Quiet nights.")
    assert "Parts of this objective Streets Quiet nights." in words(client.get("/strategy/s/peace/"))
    own = words(client.get("/strategy/s/streets/"))
    assert "A part of the objective Peace, of the" in own
    assert "Quiet nights." in own


@pytest.mark.usefixtures("strategy")
def test_a_list_of_objectives_counts_none_of_their_parts_among_them(client):
    make.make_section(page=make.make_page(slug="aims"), shows="objectives")
    listed = words(client.get("/aims/"))
    assert "Peace" in listed
    assert "Streets" not in listed


def test_the_words_of_a_sub_priority_stand_on_the_pages_of_its_priority_and_of_its_plan(client, db):
    plan = make.make_plan(slug="p")
    top = make.make_priority(plan=plan, slug="top")
    below = make.make_priority(plan=plan, parent=top, title="Lights", slug="lights", body="<p>Lamps in parks.</p>")
    make.make_action(priority=below, what="Mend the lamps")
    for address in ("/action-plan/p/", "/action-plan/p/top/"):
        assert "Lights Lamps in parks. Mend the lamps" in words(client.get(address)), address


@pytest.mark.parametrize(("kind", "told"), [("place", "A place"), ("topic", "A topic"), ("", None)])
def test_a_priority_says_whether_it_is_about_a_topic_or_a_place_and_where_it_applies(client, db, kind, told):
    priority = make.make_priority(plan=make.make_plan(slug="p"), slug="a", kind=kind, area="Bedwell")
    make.make_priority(plan=priority.plan, slug="b")
    for address in ("/action-plan/p/", "/action-plan/p/a/"):
        page = words(client.get(address))
        assert "Part of the town Bedwell" in page
        assert (f"What it is about {told}" in page) if told else ("What it is about" not in page)
    assert "Part of the town" not in words(client.get("/action-plan/p/b/"))
