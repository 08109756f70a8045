"""ASB case reviews: what the law asks the partnership to publish."""

from datetime import date

import pytest

from pages.coherence import findings
from pages.models import Page
from tests import make
from tests.content import seed
from tests.pages.test_seed_document import words

NO_NUMBERS = "The law asks for the numbers of ASB case reviews at least once a year."
EMPTY = "No numbers are published on this site yet."


@pytest.fixture
def _seed(db):
    seed()


def told(on, beginning):
    return [found.sentence for found in findings(on) if found.sentence.startswith(beginning)]


@pytest.mark.usefixtures("_seed")
def test_the_page_is_reached_from_get_help_and_states_the_law_and_no_stale_local_rule(client):
    assert "/asb-case-review/" in client.get("/get-help/").content.decode()
    page = words(client.get("/asb-case-review/"))
    assert "It used to be called the Community Trigger." in page
    assert "at least three complaints were made" in page
    for stale in ("Senior Community Safety Officer", "three separate incidents", "under review"):
        assert stale not in page
    assert EMPTY in page


@pytest.mark.usefixtures("_seed")
def test_a_number_that_nobody_stated_reads_so_and_none_reads_nought(client):
    make.make_case_review_year(applications=4, not_met=0)
    page = words(client.get("/asb-case-review/"))
    assert (
        "1 April 2024 to 31 March 2025 Requests received 4 Requests that did not meet the threshold 0 "
        "Reviews carried out not stated Reviews that led to recommendations not stated"
    ) in page
    assert EMPTY not in page


@pytest.mark.usefixtures("_seed")
def test_a_year_shows_once_it_is_over_and_published_newest_first(client):
    make.make_case_review_year(starts_on=date(2023, 4, 1), ends_on=date(2024, 3, 31), applications=77001)
    make.make_case_review_year(applications=77002)
    make.make_case_review_year(
        starts_on=date(2022, 4, 1), ends_on=date(2023, 3, 31), applications=77003, published_at=None
    )
    make.make_case_review_year(starts_on=date(2998, 4, 1), ends_on=date(2999, 3, 31), applications=77004)
    page = words(client.get("/asb-case-review/"))
    assert page.index("77002") < page.index("77001")
    assert "77003" not in page
    assert "77004" not in page


@pytest.mark.usefixtures("_seed")
@pytest.mark.parametrize(("day", "is_shown"), [("2025-03-31", False), ("2025-04-01", True)])
def test_another_day_shows_the_years_that_were_over_then(client, day, is_shown):
    make.make_case_review_year(applications=77001)
    page = words(client.get("/asb-case-review/", {"on": day}))
    assert ("77001" in page) is is_shown
    assert ("No numbers are published on this site for a year before this day." in page) is not is_shown
    assert EMPTY not in page


@pytest.mark.usefixtures("_seed")
def test_officers_are_told_when_a_year_of_numbers_is_missing(client):
    assert told(date(2026, 3, 31), NO_NUMBERS) == [f"{NO_NUMBERS} There are none."]
    make.make_case_review_year()
    assert told(date(2026, 3, 31), NO_NUMBERS) == []
    assert told(date(2026, 4, 2), NO_NUMBERS) == [f"{NO_NUMBERS} The newest are of a year that ended on 31 March 2025."]


@pytest.mark.usefixtures("_seed")
@pytest.mark.parametrize(
    ("slug", "heading", "anchor"),
    [
        ("get-involved", "What happens to what you say", "what-happens-to-what-you-say"),
        ("asb-case-review", "How to ask for a review", "how-to-ask-for-a-review"),
        ("asb-case-review", "How we do a review", "how-we-do-a-review"),
    ],
)
def test_officers_are_told_which_section_no_source_could_fill(client, slug, heading, anchor):
    page = Page.objects.get(slug=slug)
    assert heading not in words(client.get(page.get_absolute_url()))
    beginning = f"“{page}” has no section “{heading}”."
    assert len(told(date(2026, 1, 1), beginning)) == 1
    make.make_section(page=page, heading=heading, anchor=anchor)
    assert told(date(2026, 1, 1), beginning) == []
    assert heading in words(client.get(page.get_absolute_url()))


APRIL, MARCH = (4, 1), (3, 31)


@pytest.mark.usefixtures("_seed")
@pytest.mark.parametrize(
    ("years", "sentences"),
    [
        ([((2022, *APRIL), (2023, *MARCH)), ((2023, *APRIL), (2024, *MARCH))], []),
        (
            [((2021, *APRIL), (2022, *MARCH)), ((2023, *APRIL), (2024, *MARCH))],
            ["We hold no numbers for 1 April 2022 to 31 March 2023."],
        ),
        (
            [((2022, *APRIL), (2023, *MARCH)), ((2023, 1, 1), (2023, 12, 31))],
            [
                "1 April 2022 to 31 March 2023 and 1 January 2023 to 31 December 2023 overlap, "
                "so some requests may be counted twice."
            ],
        ),
        (  # one within another, and the next after the longer
            [((2020, *APRIL), (2023, *MARCH)), ((2021, *APRIL), (2022, *MARCH)), ((2023, *APRIL), (2024, *MARCH))],
            [
                "1 April 2020 to 31 March 2023 and 1 April 2021 to 31 March 2022 overlap, "
                "so some requests may be counted twice."
            ],
        ),
        (
            [((2020, *APRIL), (2021, *MARCH)), ((2021, *APRIL), (2022, 3, 30)), ((2022, *APRIL), (2023, *MARCH))],
            ["We hold no numbers for 31 March 2022."],
        ),
    ],
    ids=["one after the other", "a year left out", "overlapping", "one within another", "a day left out"],
)
def test_years_that_overlap_or_leave_days_out_are_said_to_officers_and_readers(client, years, sentences):
    for first, last in years:
        make.make_case_review_year(starts_on=date(*first), ends_on=date(*last))
    on = date(2026, 1, 1)
    page = words(client.get("/asb-case-review/", {"on": str(on)}))
    of_officers = " ".join(told(on, "ASB case reviews:"))
    for sentence in sentences:
        assert sentence in page
        assert f"ASB case reviews: {sentence} The public is told so." in of_officers
    assert page.count("We hold no numbers") + page.count("overlap,") == len(sentences)
    assert len(told(on, "ASB case reviews:")) == len(sentences)


@pytest.mark.usefixtures("_seed")
def test_a_year_that_readers_do_not_see_fits_or_misfits_with_none(client):
    make.make_case_review_year(starts_on=date(2020, 4, 1), ends_on=date(2021, 3, 31))
    make.make_case_review_year(starts_on=date(2020, 7, 1), ends_on=date(2021, 6, 30), published_at=None)
    make.make_case_review_year(starts_on=date(2022, 4, 1), ends_on=date(2023, 3, 31))
    assert "We hold no numbers for 1 April 2021 to 31 March 2022." in words(client.get("/asb-case-review/"))
    before = words(client.get("/asb-case-review/", {"on": "2023-03-31"}))
    assert "We hold no numbers" not in before, "the later year was not over, so it was not shown"
