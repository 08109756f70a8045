"""What /strategy/, /action-plan/, the home page and /what-we-do/ say in every state, at its boundary days."""

from datetime import date

import pytest

from tests import make
from tests.pages.test_dates import on
from tests.pages.test_seed_document import words


def a(first, last, **fields):
    """A record named A; its days as "2018-04-01", or None."""
    first, last = (date.fromisoformat(day) if day else None for day in (first, last))
    return {"title": "A", "slug": "a", "starts_on": first, "ends_on": last, **fields}


def b(first, last, **fields):
    return a(first, last, **{"title": "B", "slug": "b", **fields})


THREE_YEARS = a("2018-04-01", "2021-03-31")
EXACT = {**THREE_YEARS, "is_period_confirmed": True}
LABELLED = {**THREE_YEARS, "period_label": "2018-21"}
OVERLAP = [a("2018-04-01", "2021-06-30"), b("2021-04-01", "2024-03-31")]
GAP = [THREE_YEARS, b("2021-07-01", "2024-03-31")]
DRAFT = [THREE_YEARS, b("2021-04-01", "2024-03-31", standing="proposed")]
QUARTER = a("2019-04-01", "2019-06-30")
CONFIRMED_QUARTER = {**QUARTER, "is_period_confirmed": True}
DRAFT_WORDS = "There is a draft for consultation, the B 2021 to 2024. It is not agreed."

# Records, day; those in force in order, the one that ended last, what is said of those that wait
STATES = {
    "before the first day": ([THREE_YEARS], "2018-03-31", [], "", "The A 2018 to 2021 is agreed. It begins in 2018."),
    "before a checked first day": ([EXACT], "2018-03-31", [], "", "is agreed. It begins on 1 April 2018."),
    "the first day": ([THREE_YEARS], "2018-04-01", ["A 2018 to 2021"], "", ""),
    "the last day": ([THREE_YEARS], "2021-03-31", ["A 2018 to 2021"], "", ""),
    "the day after": ([THREE_YEARS], "2021-04-01", [], "A 2018 to 2021", ""),
    "a calendar year": ([a("2019-01-01", "2019-12-31")], "2019-12-31", ["A 2019"], "", ""),
    "a calendar year over": ([a("2019-01-01", "2019-12-31")], "2020-01-01", [], "A 2019", ""),
    "a quarter": ([QUARTER], "2019-06-30", ["A 2019"], "", ""),
    "a quarter that was checked": ([CONFIRMED_QUARTER], "2019-06-30", ["A April to June 2019"], "", ""),
    "a quarter over": ([CONFIRMED_QUARTER], "2019-07-01", [], "A April to June 2019", ""),
    "an officer's label": ([LABELLED], "2021-03-31", ["A 2018-21"], "", ""),
    "an officer's label over": ([LABELLED], "2021-04-01", [], "A 2018-21", ""),
    "the last day before an overlap": (OVERLAP, "2021-03-31", ["A 2018 to 2021"], "", ""),
    "an overlap": (OVERLAP, "2021-04-01", ["B 2021 to 2024", "A 2018 to 2021"], "", ""),
    "the last day of an overlap": (OVERLAP, "2021-06-30", ["B 2021 to 2024", "A 2018 to 2021"], "", ""),
    "after an overlap": (OVERLAP, "2021-07-01", ["B 2021 to 2024"], "", ""),
    "the first day of a gap": (GAP, "2021-04-01", [], "A 2018 to 2021", "The B 2021 to 2024 is agreed."),
    "the last day of a gap": (GAP, "2021-06-30", [], "A 2018 to 2021", "The B 2021 to 2024 is agreed."),
    "after a gap": (GAP, "2021-07-01", ["B 2021 to 2024"], "", ""),
    "a draft beside what is in force": (DRAFT, "2021-03-31", ["A 2018 to 2021"], "", ""),
    "ended with only a draft": (DRAFT, "2021-04-01", [], "A 2018 to 2021", DRAFT_WORDS),
    "only a draft": (DRAFT[1:], "2021-04-01", [], "", DRAFT_WORDS),
    "none": ([], "2021-04-01", [], "", ""),
    "undated": ([a(None, None)], "2021-04-01", [], "", "The dates of the A are not stated."),
    "an open end": ([a("2018-04-01", None)], "2999-01-01", ["A from 2018"], "", ""),
    "an open beginning": ([a(None, "2021-03-31")], "2021-03-31", ["A until 2021"], "", ""),
    "an open beginning over": ([a(None, "2021-03-31")], "2021-04-01", [], "A until 2021", ""),
}


@pytest.fixture(params=["strategy", "action plan"])
def kind(request, db):
    make.make_site()
    make.make_page(slug="home")
    lists = make.make_page(slug="lists")
    if request.param == "strategy":
        make.make_section(page=lists, shows="objectives")
        return "strategy", "/strategy/", make.make_strategy, lambda owner: make.make_objective(strategy=owner)
    make.make_section(page=lists, shows="priorities")
    return "action plan", "/action-plan/", make.make_plan, lambda owner: make.make_priority(plan=owner)


@pytest.mark.parametrize("state", STATES)
def test_each_state_is_told_in_words_wherever_it_is_read(client, kind, state):
    records, day, in_force, ended, waiting = STATES[state]
    noun, address, maker, part = kind
    for fields in records:
        part(maker(**fields))
    with on(date.fromisoformat(day)):
        main, home, lists = (words(client.get(each)) for each in (address, "/", "/lists/"))
        of_one = [words(client.get(f"{address}{fields['slug']}/")) for fields in records]
    _, _, headed = main.rpartition("Show") if noun == "strategy" else ("", "", main)
    found = [headed.find(f"{each} In force. It runs") for each in in_force]
    assert found == sorted(found)
    assert -1 not in found
    assert (f"No {noun} on this site is in force today" in main) is (not in_force)
    assert main.count("In force. It runs") == lists.count("In force. It runs") == len(in_force)
    assert sum("In force. It runs" in page for page in of_one) == len(in_force)
    assert (f"The latest is the {ended}. It has ended." in main) is bool(ended)
    assert (f"This {noun} has ended." in lists) is bool(ended)
    assert (f"That {noun.split()[-1]} has ended." in home) is bool(ended)
    for page in (main, home, lists):
        assert waiting in page
        assert waiting or "It is not agreed." not in page.replace("Draft for consultation", "")


@pytest.mark.parametrize(
    ("others", "sentence"),
    [
        ([], "No later {noun} is on this site."),
        ([b("2021-04-01", "2022-03-31")], "It was followed by B 2021 to 2022, which has ended too."),
        ([b("2021-04-01", None)], "It was followed by B from 2021."),
        ([b("2025-04-01", None)], "The next one, the B from 2025, begins in 2025."),
        ([b("2025-04-01", None, standing="proposed")], "There is a draft for the time after it, the B from 2025."),
        ([b(None, None, standing="proposed")], "There is a draft for the time after it, the B (dates not stated)."),
        ([b("2015-04-01", "2018-03-31", standing="proposed")], "No later {noun} is on this site."),
        ([b("2025-04-01", None, published_at=make.FAR_AHEAD)], "No later {noun} is on this site."),
    ],
)
@pytest.mark.parametrize("first", ["2018-04-01", None])
def test_what_has_ended_says_what_follows_it(client, kind, others, sentence, first):
    noun, address, maker, _ = kind
    maker(**a(first, "2021-03-31"))
    for fields in others:
        maker(**fields)
    with on(date(2024, 6, 1)):
        page = words(client.get(f"{address}a/"))
    assert f"This {noun} has ended." in page
    assert sentence.format(noun=noun) in page


@pytest.mark.parametrize("day", ["2021-03-31", "2022-01-01", "2024-04-01"])
def test_what_is_only_proposed_is_called_so_and_never_in_force(client, kind, day):
    noun, address, maker, part = kind
    partner = make.make_partner(slug="p")
    owner = maker(**b("2021-04-01", "2024-03-31", standing="proposed"))
    joined = part(owner)
    if noun == "action plan":
        strategy = make.make_strategy(slug="s", ends_on=None)
        joined.leads.set([partner])
        joined.objectives.set([make.make_objective(slug="o", strategy=strategy)])
        type(owner).objects.update(strategy=strategy)
    addresses = [address, f"{address}b/", joined.get_absolute_url()]
    addresses += ["/strategy/", "/strategy/s/", "/strategy/s/o/"] if noun == "action plan" else []
    with on(date.fromisoformat(day)):
        pages = [words(client.get(each)) for each in addresses]
        assert "leads" not in words(client.get("/who-belongs/p/"))
    told = "Draft that was not agreed" if day == "2024-04-01" else "raft for consultation"
    note = f"This {noun} is a draft for consultation. It has not been agreed."
    for each, page in zip(addresses, pages, strict=True):
        assert told in page or note in page, each
        assert "2021 to 2024 In force" not in page
