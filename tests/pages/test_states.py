"""What /strategy/, /action-plan/, the home page and /what-we-do/ say in every state, and each record's own page."""

import re
from datetime import date

import pytest

from tests import make
from tests.pages.states import AS_AT, DRAFT, EXACT, OVERLAP, STATES, a, b, build
from tests.pages.test_dates import on
from tests.pages.test_seed_document import plain, words


@pytest.fixture(params=["strategy", "action plan"])
def kind(request, db):
    make.make_site()
    make.make_home()
    lists = make.make_page(slug="lists")
    if request.param == "strategy":
        make.make_section(page=lists, shows="objectives")
        return "strategy", "/strategy/", make.make_strategy, lambda owner: make.make_objective(strategy=owner)
    make.make_section(page=lists, shows="priorities")
    return "action plan", "/action-plan/", make.make_plan, lambda owner: make.make_priority(plan=owner)


def note(response):
    """What stands above the page, in a frame or on its line of facts."""
    main = response.content.decode().partition("<main")[2]
    framed = re.search(r'<div class="note" role="note">(.*?)</div>\s*</div>', main, re.DOTALL)
    lines = (plain(line) for line in re.findall(r'<p class="meta">(.*?)</p>', main, re.DOTALL))
    return plain(framed[1]) if framed else next(filter(re.compile("In force|The dates of").match, lines), "")


@pytest.mark.parametrize("state", STATES)
def test_each_state_is_told_in_words_on_every_page(client, kind, state):
    records, day, above, on_its_page = STATES[state]
    noun, address, *makers = kind
    build(*makers, records)
    with on(date.fromisoformat(day)):
        assert note(client.get(address)) == above.format(noun=noun)
        for fields, expected in zip(records, on_its_page, strict=True):
            assert note(client.get(f"{address}{fields['slug']}/")) == expected.format(noun=noun)
        home, lists = words(client.get("/")), words(client.get("/lists/"))
    is_held = any(line.startswith("In force") for line in [above, *on_its_page])
    assert ("In force" in lists) is is_held
    assert ": In force" in home or not above.startswith("In force")


@pytest.mark.parametrize("state", AS_AT)
def test_each_state_of_a_day_that_is_over_is_told_as_it_was(client, kind, state):
    records, day, above, on_its_page = AS_AT[state]
    noun, address, *makers = kind
    build(*makers, records)
    with on(date(2026, 6, 1)):
        assert note(client.get(address, {"on": day})) == above.format(noun=noun)
        for fields, expected in zip(records, on_its_page, strict=True):
            assert note(client.get(f"{address}{fields['slug']}/", {"on": day})) == expected.format(noun=noun)


def test_what_is_in_force_at_the_same_time_stands_newest_first(client, kind):
    _, address, *makers = kind
    build(*makers, OVERLAP)
    with on(date(2021, 4, 1)):
        _, _, headed = words(client.get(address)).rpartition("Show")
        assert 0 < headed.find("B 2021 to 2024 In force. It runs") < headed.find("A 2018 to 2021 In force. It runs")
        assert words(client.get("/lists/")).count("In force. It runs") == 2


@pytest.mark.parametrize(
    ("others", "sentence"),
    [
        ([], "No later {noun} is on this site."),
        ([b("2021-04-01", "2022-03-31")], "It was followed by B 2021 to 2022, which has ended too."),
        ([b("2021-04-01", "")], "It was followed by B from 2021."),
        ([b("2025-04-01", "")], "The next one, the B from 2025, begins on 1 April 2025."),
        ([b("2025-04-01", "", standing="proposed")], "There is a draft for the time after it, the B from 2025."),
        ([b("", "", standing="proposed")], "There is a draft for the time after it, the B (dates not stated)."),
        ([b("2015-04-01", "2018-03-31", standing="proposed")], "No later {noun} is on this site."),
        ([b("2025-04-01", "", published_at=make.FAR_AHEAD)], "No later {noun} is on this site."),
        ([b("2021-04-01", "", series="Bedwell")], "No later {noun} is on this site."),
    ],
)
@pytest.mark.parametrize("first", ["2018-04-01", ""])
def test_what_has_ended_says_what_follows_it(client, kind, others, sentence, first):
    noun, address, *makers = kind
    build(*makers, [a(first, "2021-03-31"), *others])
    with on(date(2024, 6, 1)):
        page = words(client.get(f"{address}a/"))
    assert f"This {noun} has ended." in page
    assert sentence.format(noun=noun) in page


def test_what_an_officer_names_as_its_successor_goes_before_what_the_days_tell(client, kind):
    _, address, maker, _ = kind
    named = maker(title="Named", slug="named", starts_on=date(2022, 4, 1), ends_on=None)
    maker(title="Next", slug="next", starts_on=date(2021, 4, 1), ends_on=date(2021, 12, 31))
    maker(**EXACT, followed_by=named)
    with on(date(2024, 6, 1)):
        page = words(client.get(f"{address}a/"))
    assert "It was followed by Named from 2022." in page
    assert "We hold none for" in page
    assert "followed by Next" not in page


@pytest.mark.parametrize("day", ["2021-03-31", "2022-01-01", "2024-04-01"])
def test_what_is_only_proposed_is_called_so_and_never_in_force(client, kind, day):
    noun, address, maker, part = kind
    partner = make.make_partner(slug="p")
    owner = maker(**DRAFT[1])
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
    told = "Draft, not recorded as agreed" if day == "2024-04-01" else "raft for consultation"
    note = {"2024-04-01": f"This {noun} is a draft."}.get(day, f"This {noun} is a draft for consultation.")
    for each, page in zip(addresses, pages, strict=True):
        assert told in page or note in page, each
        assert "2021 to 2024 In force" not in page
