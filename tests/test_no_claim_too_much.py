"""No sentence about a strategy or an action plan claims more than an oracle, written apart from the site, allows."""

import html
import re

from django.test import Client
from django.utils.html import strip_tags
from hypothesis import Phase, given, settings
from hypothesis import strategies as some
from hypothesis.extra.django import TestCase

from tests import make
from tests.claims import DAY, NAME, SHAPES, View
from tests.histories import ANY_DAY, enter_all, entries, is_near, texts
from tests.oracle import HELD, named, reach, tokens
from tests.pages.test_dates import on as at

BLOCKS = r"</?(?:h\d|p|li|div|section|nav|ol|ul|summary|details|code|form|label|b|button|main)\b[^>]*>"
LINK = re.compile(r'<a\b[^>]*href="/(?:strategy|action-plan)/(\w+)/[^"]*"[^>]*>')
# What says nothing of dates, or names the page or the day of reading
NEUTRAL = re.compile(
    r"(?:Home|Strategy|Action plan|Back to today|Show|Bedwell|See what was in force on another day|Link to it as at"
    r"|Citation|Permanent link|Right-click|Press or hold|Follow its changes|This link always leads|To link to or cite"
    r"|Link to or cite|Seen on|http|wording as|Other (?:strategies|action plans)|See all of them|We have not checked"
    r"|We do not have|See the key objectives|Key (?:objectives|priority areas)|(?:Our|its) (?:strategies|action plans)"
    r"|Stevenage Community Safety Partnership|The strategy for these years)"
)
YEARS = re.compile(r"(?:(?:[Ff]rom|[Uu]ntil) )?(?:[A-Z]\w+ )?(?:\d{4} )?(?:to )?(?:[A-Z]\w+ )?\d{4}")


def sentences(response):
    """Of the page's main part; a link to a record stands before its words as "{alder}"."""
    main = response.content.decode().partition("<main")[2].partition(">")[2].partition("</main>")[0]
    main = re.sub(r"<svg.*?</svg>", " ", main, flags=re.DOTALL)
    for block in re.split(BLOCKS, LINK.sub(r"{\1}", main)):
        text = " ".join(html.unescape(strip_tags(block)).split()).replace(", which has ended", ". which has ended")
        yield from filter(None, re.split(r"(?<=[.;:?])\s+", text))


def is_named_rightly(entry, years):
    """The years beside a title are those of its days, and no months are told while its days are assumed."""
    if not years or "not stated" in years:
        return True
    known = [entry.first, entry.last, *(each.until for each in entry.extensions)]
    allowed = {str(day.year) for text in known for day in reach(text)}
    is_assumed = any(text.endswith("?") and text != "?" for text in (entry.first, entry.last))
    return set(re.findall(r"\d{4}", years)) <= allowed and not (is_assumed and re.search("[A-Z]", years))


def check(view, response, told):
    """Sentences of an unknown shape, and those that the oracle doesn't allow. What is said of each is noted in told."""
    view.it = view.page_of
    given = {token for entry in view.entries.values() for text in texts(entry) for token in tokens(text)}
    for sentence in sentences(response):
        where = f"{sentence!r} on {view.on}, read on {view.today}"
        for slug in re.findall(r"\{(\w+)\}", sentence):
            view.it = view.entries[slug.title()]
        plain = re.sub(r"\{\w+\}", "", sentence).rstrip(".;:").strip()
        if plain.endswith("by year"):
            view.it = view.page_of or view.it
        named_first = re.match(NAME, plain)
        if named_first:
            view.it = view.entries[named_first["name"]]
            if not is_named_rightly(view.it, named_first["years"]):
                yield f"a wrong name: {where}"
        rest = plain[named_first.end() :].strip() if named_first else plain
        rest = re.sub(r"\. Action plans? in these years$", "", rest)
        if not rest or NEUTRAL.match(rest) or YEARS.fullmatch(rest):
            continue
        shape = re.sub(r"\b(?:strategy|action plan)\b", "NOUN", rest)
        matching = [(found, rule) for pattern, rule in SHAPES if (found := pattern.fullmatch(shape))]
        if not matching:
            yield f"nobody has said what has to be so for it: {where}"
            continue
        found, rule = matching[0]
        if found.groupdict().get("name"):
            view.it = view.entries[found["name"]]
            if not is_named_rightly(view.it, found["years"]):
                yield f"a wrong name: {where}"
        if not rule(view, view.it, found):
            yield f"claims too much: {where}: {view.it}"
        if not re.match("We hold (none|no NOUN) for", shape):
            days = set(re.findall(DAY, shape))
            if not days <= given | {named(view.on)}:
                yield f"names a day that nobody gave: {where}"
        told.add((view.it and view.it.title, shape))


def is_plain(entry, on):
    """Whether it turns on nothing but what is known to the day, or assumed of another year."""
    return all(re.fullmatch(rf"|\d{{4}}-\d\d-\d\d|(?!{on.year})\d{{4}}-\d\d-\d\d\?", text) for text in texts(entry))


def read(history, kind, on, read_on, query):
    """What is wrong on the list and on each one's own page."""
    known = {entry.title: entry for entry in history}
    told: dict = {}
    with at(read_on):
        for entry in [None, *history]:
            path = f"/{kind}/{entry.title.lower()}/" if entry else f"/{kind}/"
            response = Client().get(path, query)
            assert response.status_code == 200
            seen = told[entry and entry.title] = set()
            for problem in check(View(known, on, read_on, entry), response, seen):
                yield f"{path}: {problem}"
    for entry in history:
        if View(known, on, read_on, entry).flat(entry, HELD) and is_plain(entry, on):
            said = (entry.title, "In force")
            if said not in told[entry.title] or not (said in told[None] or entry.series):
                yield f"keeps from readers what is certain on {on}, read on {read_on}: {entry}"


class NoClaimTooMuch(TestCase):
    @settings(max_examples=60, deadline=None, derandomize=True, database=None, phases=[Phase.generate])
    @given(
        history=entries(),
        day=some.data(),
        today=some.one_of(some.none(), ANY_DAY),
        kind=some.sampled_from(["strategy", "action-plan"]),
    )
    def test_no_sentence_of_a_strategy_or_plan_claims_too_much(self, history, day, today, kind):
        make.make_site()
        history = enter_all({"strategy": make.make_strategy, "action-plan": make.make_plan}[kind], history)
        on = day.draw(is_near(history))
        problems = list(read(history, kind, on, today or on, {"on": on.isoformat()} if today else {}))
        assert not problems, "\n".join(problems)
