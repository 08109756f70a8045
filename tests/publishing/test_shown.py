"""What texts show beside their words: pictures, cards, callouts, buttons, framed tables, and the meaning of words."""

import pytest

from pages.coherence import findings
from pages.models import Section
from sosafe_site.periods import today
from sosafe_site.publishing.admin_urls import admin_url
from sosafe_site.publishing.models import Address, Term
from sosafe_site.publishing.text.sanitise import clean_html
from sosafe_site.publishing.text.shown import link_to, marked, shown_by
from tests import make
from tests.admin.test_editing import url
from tests.forms import Form

pytestmark = pytest.mark.django_db


def block(record, words="Words"):
    return f'<p><a href="{link_to(record)}">{words}</a></p>'


def shown(client, body, **fields):
    section = make.make_section(body=body, **fields)
    html = client.get(section.page.get_absolute_url()).content.decode()
    assert "show:" not in html
    assert "\ue000" not in html
    assert "\ue001" not in html
    return " ".join(html.split())


def test_a_text_shows_a_picture_and_its_officers_words_are_not_public(client):
    picture = make.make_picture(alt="A street", caption="In Bedwell")
    html = shown(client, f"<p>Before</p>{block(picture, 'Street, by Ann')}<p>After</p>")
    assert "<p>Before</p><figure" in html.replace("> <", "><")
    assert 'alt="A street"' in html
    assert "In Bedwell" in html
    assert "by Ann" not in html


def test_many_pictures_and_cards_cost_a_query_for_each_kind(client, django_assert_max_num_queries):
    make.make_site()
    one, ten = (
        make.make_section(body="".join(block(make.make_picture()) + block(make.make_route()) for _ in range(n)))
        for n in (1, 10)
    )
    counts = []
    for section in (one, ten):
        with django_assert_max_num_queries(40) as captured:
            client.get(section.page.get_absolute_url())
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_a_contact_card_shows_the_one_record_as_it_is_now(client):
    route = make.make_route(name="Housing", telephone="01438 242666")
    site = make.make_site(email="team@example.org")
    section = make.make_section(body=block(route) + block(site))
    address = section.page.get_absolute_url()
    html = client.get(address).content.decode()
    assert 'href="tel:01438242666"' in html
    assert "mailto:team@example.org" in html
    route.telephone = "01438 999999"
    route.save()
    assert 'href="tel:01438999999"' in client.get(address).content.decode()


def test_a_card_of_what_is_not_public_shows_nothing_and_officers_are_told(client):
    route = make.make_route(name="Xanadu", published_at=None)
    section = make.make_section(body=f"<p>Before</p>{block(route, 'Xanadu')}")
    assert "Xanadu" not in client.get(section.page.get_absolute_url()).content.decode()
    told = [each for each in findings(today()) if "should show “Xanadu”" in each.sentence]
    assert [each.url for each in told] == [section.page.get_edit_url()]


def test_what_stands_among_words_leaves_only_its_words(client):
    picture = make.make_picture()
    html = shown(client, f'<p>See <a href="{link_to(picture)}">the street</a> here.</p>')
    assert "<p>See the street here.</p>" in html
    assert "<picture" not in html


def test_a_picture_that_a_text_shows_is_used_there(client):
    picture = make.make_picture()
    section = make.make_section(body=block(picture))
    assert shown_by(picture) == [section.page]


def test_a_change_of_a_picture_in_a_text_is_told_by_its_words(admin_client):
    section = make.make_section(body="<p>Words</p>")
    field = Section._meta.get_field("body")
    assert field.in_words(block(make.make_picture(), "A street")) == "[A street]"
    form = Form(admin_client, url(section.page, "change"))
    name = f"{form.row(section)}body"
    body = f"<p>Words</p>{block(make.make_picture(), 'A street')}"
    assert form.press("_publish", **{name: body}).status_code == 302, form.problems()
    section.refresh_from_db()
    assert section.body == body


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("<aside><p>Note</p></aside>", "<aside><p>Note</p></aside>"),
        ("<aside>Note</aside>", "<aside>Note</aside>"),
        ("<aside></aside><p>A</p>", "<p>A</p>"),
        ('<aside class="ad"><p>Note</p></aside>', "<p>Note</p>"),
        (
            '<p data-as="button"><a href="/get-help/">Get help</a></p>',
            '<p data-as="button"><a href="/get-help/">Get help</a></p>',
        ),
        ('<p data-as="button">No link</p>', "<p>No link</p>"),
        (
            '<p data-as="button">Words and <a href="/a/">a link</a></p>',
            '<p>Words and <a href="/a/">a link</a></p>',
        ),
        ('<p data-as="else"><a href="/a/">A</a></p>', '<p><a href="/a/">A</a></p>'),
        ('<p><a href="show:auth.user/1/../2">A</a></p>', "<p>A</p>"),
        ('<p><a href="show:javascript">A</a></p>', "<p>A</p>"),
    ],
)
def test_of_blocks_only_what_the_site_knows_is_kept(typed, kept):
    assert clean_html(typed) == kept
    assert clean_html(kept) == kept


def test_a_callout_and_a_button_look_like_what_they_are(client):
    html = shown(client, '<aside><p>Lock up.</p></aside><p data-as="button"><a href="https://a.example/">Go</a></p>')
    assert '<div class="callout" role="note"><p>Lock up.</p></div>' in html
    assert '<p class="go"><a href="https://a.example/">Go</a></p>' in html


def test_a_link_in_a_button_to_a_page_of_the_site_follows_the_page(client):
    page = make.make_page(slug="target")
    html = shown(client, '<p data-as="button"><a href="/target/">Go</a></p>')
    assert '<p class="go"><a href="/target/">Go</a></p>' in html
    assert "record:pages.page" in Section.objects.get(page__isnull=False, body__contains="button").body
    assert page.get_absolute_url() == "/target/"


def test_a_wide_table_scrolls_in_a_frame_that_has_a_name(client):
    cells = "".join(f"<th scope='col'>Column {n}</th>" for n in range(5))
    html = shown(client, f"<table><caption>Crimes & <em>fires</em></caption><tr>{cells}</tr></table>")
    assert 'class="frame" role="region" aria-label="Crimes &amp; fires" tabindex="0"' in html
    two = shown(client, "<table><tr><th scope='col'>A</th><th scope='col'>B</th></tr></table>")
    assert 'class="frame"' not in two


def test_a_word_is_explained_where_a_text_has_it_first_and_once_on_the_page(client):
    make.make_term(word="JAG", meaning="The Joint <Action> Group.")
    page = make.make_page()
    body = '<h3>JAG</h3><p><a href="/a/">JAG</a> JAGUAR the JAG and JAG. A-JAG</p>'
    make.make_section(page=page, body=body)
    html = shown(client, "<p>JAG</p>", page=page)
    link = '<a class="word" href="#word-jag">JAG</a>'
    assert f"JAGUAR the {link} and JAG." in html
    assert html.count(link) == 2, "once in each text"
    assert html.count('id="word-jag"') == 1
    assert html.count("The Joint &lt;Action&gt; Group.") == 1
    assert "<h3>JAG</h3>" in html


def test_a_word_in_small_letters_is_known_at_the_start_of_a_sentence_and_by_its_other_forms():
    make.make_term(word="case review", others="case reviews, R&D")
    terms = Term.objects.by_form()
    for text in ("Case review", "case reviews", "Case reviews", "R&amp;D"):
        html, found = marked(f"<p>{text} is</p>", terms)
        assert len(found) == 1, text
        assert f">{text}</a> is" in html
    assert marked("<p>showcase review</p>", terms)[1] == []


def test_no_word_is_explained_where_none_is_known(client):
    assert '<dl class="words' not in shown(client, "<p>JAG</p>")


def test_the_editor_is_told_what_a_text_can_show(admin_client, client):
    site = make.make_site()
    picture, route = make.make_picture(title="A street"), make.make_route(name="Housing")
    draft = make.make_route(name="Not yet", published_at=None)
    address = admin_url(Address, "shown")
    answer = admin_client.get(address).json()
    found = {each["address"] for group in answer["groups"] for each in group["choices"]}
    assert {link_to(picture), link_to(route), link_to(site)} <= found
    assert link_to(draft) not in found
    client.logout()
    assert client.get(address).status_code == 302
