"""What officers are told of their words."""

from itertools import product
from string import ascii_uppercase

import pytest
from django.urls import reverse

from sosafe_site.publishing.text.readability import Kind, advice, advice_on_words, grouped

LONG = "This is a sentence that goes on and on until nobody remembers how it began, because it holds more than the "
LONG += "twenty-five words that are enough for one."


def found(html):
    return [(finding.kind.name, finding.words) for finding in advice(html)]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ('<p>To help, <a href="/x/">click here</a>.</p>', [("LINK", "click here")]),
        ('<p><a href="/x/">Read more…</a></p>', [("LINK", "Read more…")]),
        ('<p>Look <a href="/x/"><strong>Here</strong></a></p>', [("LINK", "Here")]),
        ('<p><a href="/x/">How to get help</a>: read it here.</p>', []),
        ('<p>See www.example.org/a, or <a href="/x/">https://example.org/</a></p>', [("ADDRESS", "www.example.org/a"), ("ADDRESS", "https://example.org/")]),
        ("<h4>Part</h4><h3>Whole</h3><h4>Part</h4>", [("HEADING", "Part")]),
        ("<p><strong>Our aims</strong></p><p><b>We act.</b></p><ul><li><strong>One</strong></li></ul>", [("BOLD", "Our aims")]),
        ("<p><strong>Our</strong> aims</p>", []),
        ("<table><tr><td>Year</td><td>Number</td></tr></table>", [("TABLE", "Year")]),
        ("<table><caption>Sums</caption><tr><th>Year</th></tr><tr><td>1</td></tr></table>", []),
        ("<p>PLEASE NOTE the IMPORTANT INFORMATION.</p>", [("CAPITALS", "PLEASE NOTE"), ("CAPITALS", "IMPORTANT INFORMATION")]),
        ("<p>The NHS, the UK and a PDF at SG1 1AA.</p>", []),
        ("<p>This year we currently plan it, as soon as next month.</p>", [("STALE", "This year"), ("STALE", "currently"), ("STALE", "next month")]),
        ("<p>In 2019 we planned it for May 2020, as soon as we could.</p>", []),
        ("<p>The JAG met. The JAG and the RAG agreed.</p>", [("ABBREVIATION", "JAG"), ("ABBREVIATION", "RAG")]),
        ("<p>The Joint Action Group (JAG) met. The JAG agreed.</p><p>ASB stands for antisocial behaviour.</p>", []),
        (f"<p>Short. {LONG} Short again.</p>", [("SENTENCE", LONG)]),
        (f"<p>{LONG[:70]}</p><p>{LONG[70:]}</p>", []),
        ("<p>We are here for you.</p>", []),
    ],
)  # fmt: skip
def test_words_that_readers_stumble_over_are_found(html, expected):
    assert found(html) == expected


def test_each_finding_tells_the_editor_where_its_words_stand():
    html = '<p></p><ul><li><p>One<br>two <a href="/x/">here</a></p></li></ul><h3>The ASB</h3>'
    assert [(each.block, each.start, each.end) for each in advice(html)] == [(1, 8, 12), (2, 4, 7)]


def test_texts_without_markup_are_judged_too():
    assert [each.words for each in advice_on_words("At present\n<b> the JAG")] == ["At present", "JAG"]


def test_of_many_findings_of_one_kind_the_first_few_are_shown():
    [group] = grouped(advice("<p>soon</p>" * 20))
    assert (group["count"], len(group["findings"])) == (20, 5)


def test_every_kind_says_why_and_what_to_do():
    assert all(text.endswith(".") for kind in Kind for text in (kind.why, kind.how))
    assert [kind.name for kind in Kind if kind.is_error] == ["TABLE"]


@pytest.mark.parametrize("html", ["<table>" * 9, "</table></p>", "<p><a>x", "a < b & c", "<!", "", "<td><th>x"])
def test_no_markup_is_too_broken_to_be_judged(html):
    advice(html)


@pytest.mark.parametrize("part", ["a", "A ", "AB ", "AB, ", "www.", "( ", ".", "<b>", "\n", "’"])
def test_a_long_text_is_judged_in_no_time(part):
    advice(f"<p>{part * 20_000}</p>")


def test_many_abbreviations_and_tags_that_nobody_closes_are_judged_in_no_time():
    """No clock: this took minutes."""
    names = ["".join(letters) for letters in product(ascii_uppercase, repeat=3)]
    assert len(advice(f"<p>{' x '.join(names)}</p>")) > 10_000
    advice("<b>x" * 50_000)
    advice("<i>" * 25_000 + "</q>" * 25_000)


def test_only_staff_are_advised_and_only_on_texts_of_a_size_that_people_write(client, admin_client):
    address = reverse("admin:publishing_address_advice")
    [group] = admin_client.post(address, {"html": '<p><a href="/x/">here</a></p>'}).json()["groups"]
    assert (group["title"], group["findings"][0]["words"]) == (Kind.LINK.title, "here")
    assert admin_client.post(address, {"html": "x" * 200_001}).status_code == 413
    assert admin_client.post(address, {"html": "<a " * 66_000}).json() == {"groups": []}  # which took minutes
    assert admin_client.get(address).status_code == 405
    assert reverse("admin:login") in client.post(address, {"html": "x"})["Location"]
