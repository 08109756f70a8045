"""What word processors write, pasted into the plain box of HTML."""

from contextlib import suppress

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from sosafe_site.publishing.text.sanitise import clean_html
from tests import make
from tests.forms import Form


def item(level, mark, words, name="l0"):
    """A paragraph of a list as Word has it on the clipboard."""
    return (
        f"<p class=MsoListParagraphCxSpMiddle style='margin-left:{36 * level}.0pt;mso-add-space:auto;text-indent:-18.0pt;"
        f"mso-list:{name} level{level} lfo1'><![if !supportLists]><span style='font-family:Symbol'><span "
        f"style='mso-list:Ignore'>{mark}<span style='font:7.0pt \"Times New Roman\"'>&nbsp;&nbsp;&nbsp;&nbsp; </span></span>"
        f"</span><![endif]>{words}<o:p></o:p></p>\n\n"
    )


BEFORE = "<html xmlns:o='urn:x'><head><!--[if gte mso 9]><xml><w:View>Normal</w:View></xml><![endif]--><style><!-- p {color:red} --></style></head><body><!--StartFragment-->"

SAMPLES = {
    "bullets": (item(1, "·", "One") + item(1, "·", "<b>Two</b>"), "<ul><li>One</li><li><strong>Two</strong></li></ul>"),
    "numbers": (item(1, "1.", "One") + item(1, "2.", "Two"), "<ol><li>One</li><li>Two</li></ol>"),
    "levels": (
        item(1, "1.", "One") + item(2, "a)", "Part") + item(3, "§", "Detail") + item(2, "b)", "Part") + item(1, "2.", "Two"),
        '<ol><li>One<ol type="a"><li>Part<ul><li>Detail</li></ul></li><li>Part</li></ol></li><li>Two</li></ol>',
    ),
    "a list that goes on": (
        item(1, "4.", "Four") + item(1, "5.", "Five") + "<p class=MsoNormal>Words</p>" + item(1, "(f)", "Six") + item(2, "iv)", "Sub"),
        '<ol start="4"><li>Four</li><li>Five</li></ol><p>Words</p>'
        '<ol start="6" type="a"><li>Six<ol start="4" type="i"><li>Sub</li></ol></li></ol>',
    ),
    "numbers such as 4.1": (
        item(1, "4.", "Aims") + item(2, "4.1", "Fewer <b>thefts</b>") + item(2, "4.2.", "More light"),
        '<ol start="4"><li>Aims</li></ol><p>4.1 Fewer <strong>thefts</strong></p><p>4.2. More light</p>',
    ),
    "lists of web pages": (
        "<ol start=4><li>Four</li></ol><ol type=A><li value=3>C</li></ol><ol style='list-style-type: lower-roman'><li>i</li></ol>"
        "<ol type=x start=-1><li>One</li></ol><ul start=4 type=a><li>Dot</li></ul>"
        "<ol><li style='list-style-type:lower-alpha'>a<ol start=2><li>b</li></ol></li></ol>",
        '<ol start="4"><li>Four</li></ol><ol start="3" type="A"><li>C</li></ol><ol type="i"><li>i</li></ol>'
        "<ol><li>One</li></ol><ul><li>Dot</li></ul>"
        '<ol type="a"><li>a<ol start="2"><li>b</li></ol></li></ol>',
    ),
    "two lists": (item(1, "·", "One") + item(1, "1.", "Two"), "<ul><li>One</li></ul><ol><li>Two</li></ol>"),
    "a bullet that is a letter": (item(1, "·", "One") + item(2, "o", "Two"), "<ul><li>One<ul><li>Two</li></ul></li></ul>"),
    "words around a list": (
        "<p class=MsoNormal>Before</p>" + item(1, "·", "One") + "<p class=MsoNormal>After</p>" + item(1, "·", "Two"),
        "<p>Before</p><ul><li>One</li></ul><p>After</p><ul><li>Two</li></ul>",
    ),
    "a list without a mark": ("<p style='mso-list:l0 level1 lfo1'>One</p>", "<ul><li>One</li></ul>"),
    "smart tags": (
        "<p class=MsoNormal>In <st1:City w:st='on'>Stevenage</st1:City><span style='mso-spacerun:yes'>  </span>now</p>",
        "<p>In Stevenage now</p>",
    ),
    "spaces": ("<p>One&nbsp;&nbsp; two\u200b<o:p>&nbsp;</o:p></p><p><o:p>&nbsp;</o:p></p>", "<p>One two </p>"),
    "tracked changes": ("<p>The <del cite='mailto:A'>old </del><ins cite='mailto:A'>new</ins> plan</p>", "<p>The new plan</p>"),
    "footnotes": (
        "<p>Fact<a href='#_ftn1' name='_ftnref1'><span class=MsoFootnoteReference>[1]</span></a></p>"
        "<div id=ftn1><p class=MsoFootnoteText><a href='#_ftnref1'>[1]</a> Source</p></div>"
        "<p><a href='#sdfootnote1sym'>2</a> <a href='#_Toc1234'>Aims</a> <a href='#part'>Part</a></p>",
        '<p>Fact[1]</p><p>[1] Source</p><p>2 Aims <a href="#part">Part</a></p>',
    ),
    "a table with a repeated row": (
        "<table class=MsoTableGrid border=1 style='border-collapse:collapse'><thead><tr style='mso-yfti-irow:0'><td width=301 "
        "valign=top><p class=MsoNormal><b>Year<o:p></o:p></b></p></td></tr></thead><tr><td><p class=MsoNormal>2024</p></td></tr></table>",
        '<table><thead><tr><th scope="col">Year</th></tr></thead><tbody><tr><td>2024</td></tr></tbody></table>',
    ),
    "lists in lists": (
        "<ul><li>One</li><ul><li>Part</li><ol><li>Detail</li></ol></ul><li>Two</li></ul>",
        "<ul><li>One<ul><li>Part<ol><li>Detail</li></ol></li></ul></li><li>Two</li></ul>",
    ),
    "bullets that are typed": (
        "<p>Bring:</p><p>• One</p>\n<p>•\tTwo</p><p>2 • 3</p>",
        "<p>Bring:</p><ul><li>One</li><li>Two</li></ul><p>2 • 3</p>",
    ),
    "subheading without a heading": ("<h4>One</h4><p>Words</p>", "<h3>One</h3><p>Words</p>"),
    "struck out": (
        "<p>On <s>1 May</s><strike>2 May</strike><span style='text-decoration: line-through'>3 May</span> 4 May</p>",
        "<p>On 4 May</p>",
    ),
    "raised numbers": (
        "<p>£5,000<sup>2</sup> <b>2019</b><a href='#_ftn1'><span style='vertical-align:super'>1</span></a> m<sup>2</sup> 21<sup>st</sup></p>"
        "<p class=MsoNormal><sup>1</sup> Source</p>",
        "<p>£5,000 (2) <strong>2019</strong> (1) m2 21st</p><p>1 Source</p>",
    ),
    "headings of the document": ("<h2 class=x>Aims</h2><h3>Part</h3><h4>Detail</h4>", "<h3>Aims</h3><h4>Part</h4><h4>Detail</h4>"),
    "a frame": ("<table class=x><tr><td>One<br><br>Two</td></tr></table>", "<p>One</p><p>Two</p>"),
    "hidden": ("<p>One<span style='display: none'>Two</span></p><p class=MsoToc1>Aims 1</p><table><tr><td>1</td><td style='display:none'>2</td><td>3</td></tr></table>",
        "<p>One</p><table><tbody><tr><td>1</td><td>3</td></tr></tbody></table>"),
    "bold around paragraphs": ("<span style='font-weight:700'><p>One</p><p>Two</p></span>", "<p><strong>One</strong></p><p><strong>Two</strong></p>"),
}  # fmt: skip


def squeezed(html):
    return html.replace("\n", "")


@pytest.mark.parametrize("name", SAMPLES)
def test_what_word_wrote_becomes_what_it_meant(name):
    given, expected = SAMPLES[name]
    assert squeezed(clean_html(f"{BEFORE}{given}<!--EndFragment--></body></html>")) == expected
    assert squeezed(clean_html(given)) == expected


@pytest.mark.parametrize("name", SAMPLES)
def test_what_was_cleaned_stays_as_it_is(name):
    cleaned = clean_html(SAMPLES[name][0])
    assert clean_html(cleaned) == cleaned


@pytest.mark.parametrize(
    "part",
    [
        "<p mso-list:l0 level1 x>",
        "<p ",
        "<p><![if !supportLists]>",
        "<p>• x",
        "<ul><li>x</li><ul><li>y</li></ul></ul>",
        "<thead>",
        "<p>•</p>",
        "&nbsp; ",
    ],
)
def test_no_text_takes_long_to_clean(part):
    with suppress(ValidationError):  # too deep
        clean_html(f"mso-list {part * 5000}")


# What the editor asks for


@pytest.fixture
def address(db):
    return reverse("admin:publishing_address_paste")


def test_what_is_pasted_comes_back_as_what_it_means(admin_client, address):
    pasted = "<h2>Aims</h2>Bring:<br>• One<br>• Two<table><tr><td><b>Year</b></td></tr><tr><td>2024</td></tr></table>"
    assert admin_client.post(address, {"html": pasted}).json() == {
        "html": "<h3>Aims</h3><p>Bring:</p><ul><li>One</li><li>Two</li></ul>"
        '<table><tbody><tr><th scope="col">Year</th></tr><tr><td>2024</td></tr></tbody></table>',
        "remarks": [],
    }
    assert admin_client.get(address).status_code == 405


@pytest.mark.parametrize(
    ("pasted", "about"),
    [
        ("<p>On <s>1 May</s> 2 May</p>", ["struck out"]),
        ("<p>On <span style='text-decoration:line-through'>1 May</span> 2 May <del>!</del></p>", ["struck out"]),
        ("<p>See <img src='https://www.example.org/map.png' width=300></p>", ["Pictures"]),
        ("<iframe src='https://www.youtube.com/embed/x'></iframe><s>no</s>", ["struck out", "Pictures"]),
        ("<video controls><source src='x'></video>", ["Pictures"]),
        ("<p>Plain <s></s><img width=1 height=1 src='https://www.example.org/opened'></p>", []),
    ],
)
def test_what_does_not_come_with_the_words_is_said(admin_client, address, pasted, about):
    remarks = admin_client.post(address, {"html": pasted}).json()["remarks"]
    assert len(remarks) == len(about)
    assert all(words in remark for words, remark in zip(about, remarks, strict=True))


def test_only_staff_may_ask_and_only_from_the_admin_itself(client, admin_user, django_user_model, address):
    for sign_in in (lambda: None, lambda: client.force_login(django_user_model.objects.create_user("reader"))):
        sign_in()
        assert reverse("admin:login") in client.post(address, {"html": "x"})["Location"]
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(admin_user)
    assert careful.post(address, {"html": "x"}).status_code == 403
    careful.get(reverse("admin:index"))
    token = careful.get(reverse("account_change_password")).context["csrf_token"]
    assert careful.post(address, {"html": "x"}, headers={"X-CSRFToken": str(token)}).json()["html"] == "<p>x</p>"


JUNK = [
    "",
    "\0",
    "<",
    "&",
    "<!",
    "<!--",
    "<![if",
    "</",
    "<p style='mso-list:l0 level9'",
    "<table><td>",
    "<li aria-level=x>",
]
JUNK += [
    "<p style class><a href>x",
    "<?xml version='1.0' encoding='utf-16'?><p>x",
    "<meta charset=utf-16>é",
    "<a href='http://[x'>y</a>",
    "\ud800",
]
JUNK += ["<a href='https://www.google.com/url?q=http://[x'>y</a>", f"<h1 aria-level={'9' * 5000}>", "<th colspan=²>"]


@pytest.mark.parametrize("html", JUNK)
def test_junk_is_cleaned(html):
    cleaned = clean_html(html, is_foreign=True)
    assert clean_html(cleaned) == cleaned


def test_what_is_too_long_or_too_deep_is_refused(admin_client, address):
    for html, status in {"x" * 200_000: 200, "x" * 200_001: 413, "<i>" * 25_000 + "</q>" * 25_000: 413}.items():
        assert admin_client.post(address, {"html": html}).status_code == status


@pytest.mark.parametrize("button", ["_draft", "_publish"])
def test_what_a_saved_text_leaves_out_is_said_and_the_rest_is_kept(admin_client, db, button):
    page = make.make_page()
    section = make.make_section(page=page, heading="Where", body="<p>Old.</p>")
    form = Form(admin_client, page.get_edit_url())
    assert "Not videos, maps or forms: link to those instead." in form.response.content.decode()
    body = "<p>New words.</p><img src='https://maps.example/x.png'><script>x</script>"
    form.press(button, **{f"{form.row(section)}body": body, "change_note": "New." if button == "_publish" else ""})
    shown = admin_client.get(page.get_edit_url()).content.decode()
    assert "“Where”, Text: Pictures and videos were left out" in shown
    assert "“Where”, Text: Forms and scripts were left out" in shown
    assert "New words." in shown


def test_code_for_embedding_that_readers_would_see_is_said(admin_client, db):
    page = make.make_page()
    section = make.make_section(page=page, heading="Where", body="<p>Old.</p>")
    form = Form(admin_client, page.get_edit_url())
    body = "<p>&lt;iframe src=x&gt;&lt;/iframe&gt;</p>"
    form.press("_draft", **{f"{form.row(section)}body": body})
    shown = admin_client.get(page.get_edit_url()).content.decode()
    assert "Readers see the code “&lt;iframe src=x…” as it stands." in shown
