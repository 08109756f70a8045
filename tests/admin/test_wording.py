"""Advice on an officer's words, given again when they are saved."""

from pages.models import Page
from tests import make
from tests.admin.test_editing import save, url
from tests.admin.test_links import refused


def messages(client):
    return client.get("/admin/").content.decode().split("</header>")[1].partition('id="content"')[0]


def open_objective(**fields):
    return make.make_objective(strategy=make.make_strategy(standing="proposed", ends_on=None), **fields)


def test_advice_on_a_changed_text_is_shown_after_saving_with_the_way_to_its_field(admin_client, db):
    objective = open_objective()
    save(admin_client, url(objective, "change"), body="<p>The JAG meets soon.</p>")
    objective.refresh_from_db()
    assert objective.body == "<p>The JAG meets soon.</p>", "advice blocks nothing"
    told = messages(admin_client)
    assert "Abbreviation that is not explained" in told
    assert "“soon”" in told
    assert f'href="{url(objective, "change")}#id_body"' in told


def test_a_text_that_was_not_changed_gets_no_advice(admin_client, db):
    objective = open_objective(body="<p>The JAG meets soon.</p>")
    save(admin_client, url(objective, "change"), title="Clear words")
    assert "could be clearer" not in messages(admin_client)


def test_texts_without_markup_and_parts_of_a_form_get_advice_too(admin_client, db):
    section = make.make_section(page=make.make_page(slug="p"))
    save(
        admin_client,
        url(section.page, "change"),
        lead="We currently act.",
        internal_notes="The JAG knows.",
        **{"sections-0-body": "<p>This year.</p>", "sections-0-id": str(section.pk)},
    )
    told = messages(admin_client)
    assert "“currently”" in told
    assert "“This year”" in told
    assert f'{url(Page.objects.get(slug="p"), "change")}#id_sections-0-body"' in told
    assert "JAG" not in told, "officers' notes are for officers"


def test_a_table_without_headings_is_refused_beside_its_field_and_nothing_is_lost(admin_client, db):
    objective, table = open_objective(), "<table><tr><td>Year</td></tr></table>"
    page = refused(admin_client, objective, body=table).content.decode()
    assert "Table without headings (“Year”)" in page
    assert "&lt;td&gt;Year&lt;/td&gt;" in page
    save(admin_client, url(objective, "change"), body=table.replace("td>", "th>"))


def test_an_older_table_without_headings_does_not_stop_another_change(admin_client, db):
    objective = open_objective(body="<table><tr><td>Year</td></tr></table>")
    save(admin_client, url(objective, "change"), title="Another title")
