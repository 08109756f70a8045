"""The strategies by year: at most three in the line, the others in a list below."""

import re
from datetime import date

import pytest

from partners.models import Series
from tests import make
from tests.pages.test_seed_document import plain, words

TODAY = date(2024, 6, 1)


def strategy(first, last, **fields):
    slug = f"{first}-{last}"
    first, last = date(first, 4, 1) if first else None, date(last, 3, 31) if last else None
    return make.make_strategy(slug=slug, title="S", starts_on=first, ends_on=last, **fields)


def timeline(client, address="/strategy/"):
    """The years in the line in their order, then what the list below says."""
    page = client.get(address, {"on": TODAY.isoformat()}).content.decode()
    run = page.partition('<nav class="line"')[2].partition("</nav>")[0]
    others = page.partition('id="others">')[2].partition("</section>")[0]
    listed = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", others)).strip()
    return [re.sub("<[^>]+>", "", each) for each in re.findall(r"<b>(.*?)</b>", run)], listed


@pytest.mark.parametrize(
    ("spans", "run", "others"),
    [
        ([], [], ""),
        ([(2021, 2022)], ["2021 to 2022"], ""),
        (
            [(2018, 2021), (2021, 2024), (2024, 2027)],
            ["2018 to 2021", "2021 to 2024", "2024 to 2027"],
            "",
        ),
        (
            [*((year, year + 3) for year in range(1997, 2022, 3)), (2024, 2027)],
            ["2018 to 2021", "2021 to 2024", "2024 to 2027"],
            "Earlier strategies " + " ".join(f"S {year} to {year + 3} Ended" for year in range(2015, 1996, -3)),
        ),
        (
            [*((year, year + 3) for year in range(2012, 2040, 3))],
            ["2024 to 2027", "2027 to 2030", "2030 to 2033"],
            "Other strategies "
            + " ".join(f"S {year} to {year + 3} Not started" for year in (2039, 2036, 2033))
            + " S 2021 to 2024 Ended, as far as we know "
            + " ".join(f"S {year} to {year + 3} Ended" for year in (2018, 2015, 2012)),
        ),
        (
            [(2018, 2025), (2020, 2026), (2022, 2027), (2021, 2024)],
            ["2018 to 2025", "2020 to 2026", "2022 to 2027"],
            "Earlier strategies S 2021 to 2024 Ended, as far as we know",
        ),
        (
            [(2023, None), (None, 2026), (None, None)],
            ["Until 2026", "From 2023"],
            "Other strategies S (dates not stated) Dates not stated",
        ),
    ],
    ids=["none", "one", "three", "ten", "ten, many to come", "overlaps", "open and undated"],
)
def test_the_line_shows_what_matters_today_and_the_list_all_others(client, db, spans, run, others):
    for first, last in spans:
        strategy(first, last)
    assert timeline(client) == (run, others)


def test_a_draft_stands_after_what_is_in_force_and_before_what_has_ended(client, db):
    for first in (2012, 2015, 2018):
        strategy(first, first + 3)
    strategy(2024, 2027, standing="proposed")
    strategy(2021, 2025)
    strategy(2009, 2012, standing="proposed")
    run, others = timeline(client)
    assert run == ["2018 to 2021", "2021 to 2025", "2024 to 2027"]
    assert others.endswith("S 2009 to 2012 Draft, not recorded as agreed")
    page = words(client.get("/strategy/", {"on": TODAY.isoformat()}))
    assert "2024 to 2027 Draft for consultation" in page


def test_the_page_of_an_earlier_strategy_does_not_link_to_itself(client, db):
    for first in (2009, 2012, 2015, 2018, 2021):
        strategy(first, first + 3)
    page = client.get("/strategy/2009-2012/").content.decode().partition('id="others">')[2].partition("</section>")[0]
    assert "S 2009 to 2012" in page
    assert 'href="/strategy/2009-2012/"' not in page
    assert 'href="/strategy/2012-2015/"' in page


def test_strategies_of_different_names_are_named_in_the_line(client, db):
    strategy(2021, 2025)
    make.make_strategy(title="Youth Strategy", ends_on=None)
    assert "From 2018 Youth Strategy. In force" in words(client.get("/strategy/", {"on": TODAY.isoformat()}))


def test_only_an_agreed_plan_is_marked_as_in_force_under_its_strategy(client, db):
    owner = strategy(2021, 2025)
    make.make_plan(strategy=owner, starts_on=date(2024, 4, 1), ends_on=date(2025, 3, 31), standing="proposed")
    page = client.get("/strategy/", {"on": TODAY.isoformat()}).content.decode()
    assert "2024 to 2025</span> <span>Draft for consultation" in page
    assert 'class="on"' not in page
    make.make_plan(strategy=owner, starts_on=date(2023, 4, 1), ends_on=date(2025, 3, 31))
    assert 'class="on"' in client.get("/strategy/", {"on": TODAY.isoformat()}).content.decode()


def test_a_plan_stands_under_each_strategy_that_it_shares_years_with_and_under_no_other(client, db):
    first, _ = strategy(2018, 2021), strategy(2021, 2024)
    across = {"starts_on": date(2020, 4, 1), "ends_on": date(2022, 3, 31)}
    make.make_plan(title="Across", period_label="across", strategy=first, **across)
    late = {"starts_on": date(2022, 4, 1), "ends_on": date(2023, 3, 31)}
    make.make_plan(title="Late", period_label="late", strategy=first, **late)
    make.make_plan(title="Local", period_label="local", series=Series.objects.create(name="Bedwell"), **across)
    page = client.get("/strategy/", {"on": TODAY.isoformat()}).content.decode()
    one, two = (plain(part) for part in page.partition('<ol class="run')[2].split("<b>")[1:3])
    assert "Across" in one
    assert "Late" not in one
    assert "Across" in two
    assert "Late" in two
    assert "Local" not in page
