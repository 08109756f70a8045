"""The year of meetings as one drawn row: how many, which is next, and the same in words."""

import re
from datetime import date, timedelta

import pytest
import time_machine

from meetings.chart import draw, year_around
from tests.make import make_group, make_meeting, make_page, make_section
from tests.pages.test_seed_document import words

ON = date(2019, 10, 7)
ROW = re.compile(r'<svg viewBox="0 0 732 34"[^>]*role="img"\s+aria-label="([^"]*)">(.*?)</svg>', re.DOTALL)


def every(days, count, first=date(2019, 4, 4)):
    return [(first + timedelta(days=days * n), False) for n in range(count)]


def kinds(row):
    return [mark.kind for mark in row.marks]


@pytest.mark.parametrize(
    ("meetings", "drawn", "sentence"),
    [
        ([], {}, "No date from April 2019 to March 2020 is published."),
        (
            [(ON, False)],
            {"due": 1},
            "1 meeting from April 2019 to March 2020: 1 to come. The next is on 7 October 2019.",
        ),
        ([(date(2019, 10, 6), False)], {"past": 1}, "1 meeting from April 2019 to March 2020: 1 past."),
        ([(ON, True)], {"off": 1}, "1 meeting from April 2019 to March 2020: 1 cancelled."),
        (
            every(91, 4),
            {"past": 3, "todo": 0, "due": 1},
            "4 meetings from April 2019 to March 2020: 3 past, 1 to come. The next is on 2 January 2020.",
        ),
        (
            every(28, 13),
            {"past": 7, "due": 1, "todo": 5},
            "13 meetings from April 2019 to March 2020: 7 past, 6 to come. The next is on 17 October 2019.",
        ),
        (
            every(7, 52),
            {"past": 27, "due": 1, "todo": 24},
            "52 meetings from April 2019 to March 2020: 27 past, 25 to come. The next is on 10 October 2019.",
        ),
        (
            [(date(2019, 9, 1), True), (date(2019, 10, 10), True), (date(2019, 10, 20), False)],
            {"off": 2, "due": 1},
            "3 meetings from April 2019 to March 2020: 1 to come, 2 cancelled. The next is on 20 October 2019.",
        ),
    ],
)  # fmt: skip
def test_a_row_draws_and_says_the_same(meetings, drawn, sentence):
    row = draw(meetings, ON)
    assert {kind: kinds(row).count(kind) for kind in drawn} == drawn
    assert len(row.marks) == len(meetings)
    assert row.sentence == sentence


def test_the_axis_is_the_financial_year_of_the_day_with_its_leap_day():
    assert year_around(date(2020, 3, 31)) == (date(2019, 4, 1), date(2020, 3, 31))
    assert year_around(date(2020, 4, 1)) == (date(2020, 4, 1), date(2021, 3, 31))
    edges = [date(2019, 3, 31), date(2019, 4, 1), date(2020, 2, 29), date(2020, 3, 31), date(2020, 4, 1)]
    marks = draw([(day, False) for day in edges], ON).marks
    centres = [float(x) + float(r) for x, r in (re.match(r"M(\S+) 32a(\S+) ", mark.path).groups() for mark in marks)]
    assert centres == [1, 2 * 334 + 1, 2 * 365 + 1]


def test_half_discs_shrink_until_a_year_of_weeks_fits():
    radius = [float(re.search(r"a(\S+) ", draw(every(7, n), ON).marks[0].path)[1]) for n in (1, 4, 13, 52)]
    assert radius == sorted(radius, reverse=True)
    assert radius[0] <= 32, "it stays below the upper edge"
    assert 2 * radius[-1] < 14, "weeks don't overlap"


@pytest.fixture
def read(client, db):
    """Opens a page that lists the groups."""
    make_section(page=make_page(slug="the-groups"), shows="groups")
    return lambda **query: client.get("/the-groups/", query)


@time_machine.travel("2019-10-07 12:00", tick=False)
def test_the_page_of_meetings_draws_a_row_for_each_group_and_says_the_same(read):
    four, none = make_group(abbreviation="RAG", every_count=3, every_unit="month"), make_group(abbreviation="JAG")
    for day, is_cancelled in [*every(91, 4), (date(2020, 3, 1), True)]:
        make_meeting(group=four, held_on=day, is_cancelled=is_cancelled)
    make_meeting(group=none, held_on=date(2019, 3, 31))
    page = read()
    ((label, drawn),) = ROW.findall(page.content.decode())
    counts = "5 meetings from April 2019 to March 2020: 3 past, 1 to come, 1 cancelled."
    assert label == f"RAG: {counts} The next is on 2 January 2020."
    assert drawn.count("<path") == 6, "one for each meeting, and the base line"
    assert f"Next meets on Thursday 2 January 2020. {counts}" in words(page)
    assert "JAG No date from April 2019 to March 2020 is published." in words(page)
    assert "Cancelled" in words(page)
    earlier = read(on="2018-05-01").content.decode()
    assert [label for label, _ in ROW.findall(earlier)] == [
        "JAG: 1 meeting from April 2018 to March 2019: 1 to come. The next is on 31 March 2019."
    ]


def test_nothing_is_drawn_where_no_group_has_a_date(read):
    make_group(abbreviation="RAG")
    page = read()
    assert ROW.findall(page.content.decode()) == []
    assert "No date is published." in words(page)
