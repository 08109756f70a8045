"""Where a link into this site leads, without fetching it; and that the site's own answer agrees."""

from itertools import chain

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sosafe_site.publishing.models.address import Address
from sosafe_site.publishing.redirects import Verdict, judge
from sosafe_site.publishing.text.link_check import at_path, links_in, path_of, relinked
from tests import make
from tests.content import seed
from tests.publishing.test_addresses import rename, withdraw
from tests.tools import content_of

STATUS = {Verdict.OPEN: 200, Verdict.MOVED: 301, Verdict.DRAFT: 404, Verdict.GONE: 410, Verdict.UNKNOWN: 404}


def a_site():
    """One record in every state; returns what each path is."""
    seed()
    rename(make.make_strategy(slug="renamed-once"), "renamed")
    instead = make.make_page(slug="instead")
    withdraw(make.make_page(slug="wrong"), replaced_by=Address.objects.of(instead).get())
    whole = make.make_strategy(slug="withdrawn")
    make.make_objective(strategy=whole, slug="part")
    withdraw(whole)
    make.make_page(slug="erased").erase("A court ordered it.")
    make.make_page(slug="draft", published_at=None)
    make.make_page(slug="soon", published_at=make.FAR_AHEAD)
    half = make.make_plan(slug="half", published_at=None)
    make.make_priority(plan=half, slug="part")
    make.make_document(slug="draft-file", published_at=None)
    make.make_document(slug="no-file")
    make.make_version(document=make.make_document(slug="file"))
    return {
        "/": Verdict.OPEN,
        "/privacy/": Verdict.OPEN,
        "/strategy/": Verdict.OPEN,
        "/strategy/renamed/": Verdict.OPEN,
        "/sitemap.xml": Verdict.OPEN,
        "/documents/file/v/1/file/": Verdict.OPEN,
        "/strategy/2015-2018/reduce-crime/": Verdict.OPEN,
        "/privacy": Verdict.MOVED,
        "/action-plan": Verdict.MOVED,
        "/strategy/renamed-once/": Verdict.MOVED,
        "/strategy/renamed-once": Verdict.MOVED,
        "/about-stevenage/so-safe/53824/": Verdict.MOVED,
        "/wrong/": Verdict.GONE,
        "/strategy/withdrawn/part/": Verdict.GONE,
        "/erased/": Verdict.GONE,
        "/draft/": Verdict.DRAFT,
        "/soon/": Verdict.DRAFT,
        "/action-plan/half/part/": Verdict.DRAFT,
        "/documents/draft-file/file/": Verdict.DRAFT,
        "/nothing/": Verdict.UNKNOWN,
        "/documents/no-file/file/": Verdict.UNKNOWN,
        "/documents/file/v/2/": Verdict.UNKNOWN,
        "/strategy/2015-2018/nothing/": Verdict.UNKNOWN,
        "/who-belongs/nobody/at-all/": Verdict.UNKNOWN,
    }


def test_each_link_is_judged_as_the_site_answers_it(client, db):
    expected = a_site()
    judged = judge(list(expected))
    assert {path: judgement.answer for path, judgement in judged.items()} == expected
    for path, answer in expected.items():
        response = client.get(path)
        assert response.status_code == STATUS[answer], path
        assert content_of(response) if response.streaming else response.content or answer == Verdict.MOVED
    assert judged["/strategy/renamed-once/"].present == "/strategy/renamed/"
    assert judged["/wrong/"].present == "/instead/"
    assert judged["/action-plan"].present == "/action-plan/"
    assert str(judged["/action-plan/half/part/"].record).startswith("Priority")


def test_many_links_cost_as_many_queries_as_one(db):
    instead = Address.objects.of(make.make_page()).get()
    paths = []
    for number in range(3):
        owner = make.make_strategy(slug=f"owner-{number}", replaced_by=instead)
        make.make_objective(strategy=owner, slug="part")
        withdraw(owner)
        make.make_priority(plan=make.make_plan(slug=f"draft-{number}", published_at=None), slug="part")
        make.make_document(slug=f"draft-{number}", published_at=None)
        paths.append(
            [
                f"/strategy/owner-{number}/part/",
                f"/action-plan/draft-{number}/part/",
                f"/documents/draft-{number}/file/",
                f"/nothing-{number}/",
            ]
        )
    counts = []
    for given in (paths[0], list(chain.from_iterable(paths))):
        with CaptureQueriesContext(connection) as captured:
            judged = judge(given)
            assert [judgement.words("x") for judgement in judged.values()]
        counts.append(len(captured))
    assert counts[0] >= counts[1]


def test_a_successor_that_readers_can_not_open_is_no_advice(db):
    instead = make.make_page(slug="instead")
    withdraw(make.make_page(slug="wrong"), replaced_by=Address.objects.of(instead).get())
    withdraw(instead)
    assert judge(["/wrong/"])["/wrong/"].present == ""


@pytest.mark.parametrize(
    ("link", "path"),
    [
        ("/strategy/?on=2019-05-01#when", "/strategy/"),
        ("http://127.0.0.1:8000/strategy/", "/strategy/"),
        ("HTTP://127.0.0.1:8000", "/"),
        ("http://127.0.0.1:8001/strategy/", ""),
        ("//elsewhere.example/strategy/", ""),
        ("https://elsewhere.example/strategy/", ""),
        ("https://[elsewhere", ""),
        ("mailto:a@example.org", ""),
        ("tel:101", ""),
        ("#part", ""),
    ],
)
def test_only_links_into_this_site_have_a_path(link, path):
    assert path_of(link) == path


def test_a_link_is_replaced_in_the_text_and_nothing_else_is():
    text = '<p><a href="/a/?x=1&amp;y=2#z">/a/</a> <a href="/b/">b</a> a href="/a/?x=1&amp;y=2#z"</p>'
    old, other = links_in(text)
    assert (old, other) == ("/a/?x=1&y=2#z", "/b/")
    new = relinked(text, old, at_path(old, "/c/"))
    assert new == text.replace('<a href="/a/', '<a href="/c/')
    assert relinked("https://a.example/", "https://a.example/", "https://b.example/") == "https://b.example/"
