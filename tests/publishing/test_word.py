"""What word processors write, pasted into the plain box of HTML."""

import pytest

from sosafe_site.publishing.text.field import clean_html


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
        "<ol><li>One<ol><li>Part<ul><li>Detail</li></ul></li><li>Part</li></ol></li><li>Two</li></ol>",
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
        '<table><thead><tr><th scope="col"><strong>Year</strong></th></tr></thead><tbody><tr><td>2024</td></tr></tbody></table>',
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
    clean_html(f"mso-list {part * 5000}")
