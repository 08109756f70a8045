"""What officers are told of: each rule at its boundary days, and that it is silent when all is well."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pages.coherence import findings
from pages.coherence.links import links as links_of_texts
from tests import make
from tests.content import seed
from tests.publishing.test_addresses import rename, withdraw

TODAY = date(2020, 1, 1)  # within the years that tests/make.py gives to strategies and plans
DAY = timedelta(days=1)


def told(about, on=TODAY):
    """The sentences of the officers' list that hold these words."""
    return [finding.sentence for finding in findings(on) if about in finding.sentence]


def link(about, on=TODAY):
    return next(finding.url for finding in findings(on) if about in finding.sentence)


def test_a_part_that_is_still_a_draft_is_told_unless_its_moment_is_set(db):
    part = make.make_objective(title="Part", published_at=None)
    assert told("“Part (2018 to 2021)” is still a draft, while what it is a part of is public.")
    make.make_readiness(model="partners.objective", record=part.pk)
    assert not told("is still a draft")


def test_a_priority_without_actions_or_lead_is_told(db):
    bare = make.make_priority(title="Bare")
    assert told("The priority “Bare (2019 to 2020)” has no actions.")
    assert told("The priority “Bare (2019 to 2020)” has no lead partner.")
    part = make.make_priority(plan=bare.plan, parent=bare, published_at=None)
    assert told("“Bare (2019 to 2020)” has no actions."), "a draft within it helps no reader"
    part.published_at = make.LONG_AGO
    part.save()
    assert not told("“Bare (2019 to 2020)” has no actions."), "its part is where the actions are to be"
    bare.leads.set([make.make_partner()])
    assert not told("“Bare (2019 to 2020)” has no lead partner.")


@pytest.mark.parametrize("plan_ends_on", [TODAY, TODAY - DAY])
def test_a_partner_that_left_and_still_leads_something_in_force_is_told_from_the_day_after_its_last(db, plan_ends_on):
    partner = make.make_partner(name="BeNCH", ends_on=TODAY - DAY)
    plan = make.make_plan(ends_on=plan_ends_on, period_label="now")
    led = make.make_priority(plan=plan, title="Led", many={"leads": [partner, make.make_partner()]})
    other = make.make_priority(plan=plan, title="Other")
    make.make_action(priority=other, what="Walk the streets", many={"leads": [partner]})
    expected = [
        "The priority “Led (now)” is led by BeNCH, which left on 31 December 2019.",
        "The action “Walk the streets” is led by BeNCH, which left on 31 December 2019. "
        "Nobody else is recorded as leading it.",
    ]
    assert told("is led by") == (expected if plan_ends_on == TODAY else [])
    assert told("is led by", TODAY - DAY) == [], "its last day still counts"
    if plan_ends_on == TODAY:
        assert link("The priority “Led").endswith(f"/priority/{led.pk}/change/")
        assert link("The action").endswith(f"/priority/{other.pk}/change/")


def test_a_group_is_without_a_date_from_the_day_after_its_last_meeting(db):
    make.make_meeting(group=make.make_group(name="Forum"), held_on=TODAY)
    assert not told("“Forum” has no date to come.")
    assert told("“Forum” has no date to come.", TODAY + DAY)


def test_a_document_without_a_file_is_told_until_it_has_one(db):
    document = make.make_document(title="Infographic")
    assert told("The document “Infographic” has no file.")
    make.make_version(document=document)
    assert not told("The document “Infographic” has no file.")


def test_each_missing_contact_detail_is_told(db):
    site = make.make_site(telephone="01438 000000")
    assert len(told("The contact details have no ")) == 2
    assert not told("no telephone")
    assert told("Nobody can write to you. Give an e-mail address.")
    site.mailbox = "a@example.org"
    site.save()
    assert len(told("The contact details have no ")) == 3, "the e-mail address among them"
    assert not told("Nobody can write to you")


def test_a_title_with_braces_breaks_no_sentence(db):
    make.make_strategy(title="{record.pk} {}", ends_on=None)
    make.make_strategy(title="{0}")
    assert told("{record.pk} {}")


def linking(link):
    return {"body": f'<p><a href="{link}">words</a></p>'}


def test_a_text_is_told_of_when_what_it_links_to_is_withdrawn(db):
    page = make.make_page(title="Xanadu", slug="x")
    section = make.make_section(page=make.make_page(title="Linking page"), **linking("/x/#part"))
    plan = make.make_plan(title="Plan", **linking("http://127.0.0.1:8000/x/"))
    draft = make.make_objective(published_at=None, **linking("/x/"))
    assert told("the link to") == []
    withdraw(page)
    assert told("the link to") == [
        "“Linking page”: the link to /x/#part leads to “Xanadu”, which was withdrawn. "
        "Link to something else, or take the link out.",
        "“Plan 2019 to 2020”: the link to /x/ leads to “Xanadu”, which was withdrawn. "
        "Link to something else, or take the link out.",
    ]
    assert link("“Linking page”: the link").endswith(f"/pages/page/{section.page.pk}/change/")
    assert link("“Plan 2019 to 2020”: the link").endswith(f"/{plan.pk}/change/")
    draft.published_at = make.LONG_AGO
    draft.save()
    assert len(told("the link to")) == 3, "a draft's text is read by nobody, until it is published"


def test_a_web_address_is_told_of_when_that_page_moves_and_a_link_in_a_text_follows(db):
    strategy = make.make_strategy(slug="old")
    make.make_partner(name="A partner", website="http://127.0.0.1:8000/strategy/old/")
    make.make_objective(strategy=strategy, **linking("/strategy/old/"))
    rename(strategy, "new")
    [only] = told("the link to /strategy/old/") + told("the page at /strategy/old/")
    assert only == "“A partner”: the page at /strategy/old/ has moved. Link to /strategy/new/ instead."


def test_links_in_texts_cost_as_many_queries_for_many_as_for_one(db):
    counts = []
    for _ in range(3):
        withdraw(make.make_page(slug=f"x-{len(counts)}"))
        for path in (f"/x-{len(counts)}/", f"/nothing-{len(counts)}/"):
            make.make_section(**linking(path))
            make.make_priority(**linking(path))
        with CaptureQueriesContext(connection) as captured:
            assert len(list(links_of_texts(TODAY))) == 4 * (len(counts) + 1)
        counts.append(len(captured))
    assert max(counts) == counts[0]


def trouble():
    """One of each contradiction that several records make together."""
    left = make.make_partner(ends_on=TODAY - DAY)
    plan = make.make_plan(strategy=make.make_strategy(ends_on=date(2019, 5, 1)))
    priority = make.make_priority(plan=plan, many={"leads": [left]}, **linking("/nothing/"))
    make.make_action(priority=priority, many={"leads": [left]})
    make.make_objective(strategy=plan.strategy, published_at=None)
    make.make_meeting(group=make.make_group(), held_on=TODAY - DAY)
    make.make_bad_link(link=f"/{priority.slug}/", pages=[plan.strategy.get_absolute_url()])
    make.make_document()
    make.make_route()


def test_the_list_costs_as_many_queries_for_much_as_for_little(db):
    make.make_site()
    counts, sentences = [], []
    for _ in range(3):
        trouble()
        with CaptureQueriesContext(connection) as captured:
            sentences.append(len(findings(TODAY)))
        counts.append(len(captured))
    assert sentences[0] < sentences[1] < sentences[2]
    assert max(counts) == counts[0]


def test_every_sentence_leads_to_a_form_or_list_that_opens(admin_client, db):
    seed()
    urls = {finding.url for finding in findings(date(2026, 11, 24))}
    assert len(urls) > 15
    for url in urls:
        assert admin_client.get(url, follow=True).status_code == 200, url


def test_a_partner_that_left_is_told_of_where_it_still_sits_or_invites(db):
    left = make.make_partner(name="Gone", ends_on=TODAY - DAY)
    group = make.make_group(name="Joint Group")
    make.make_membership(group=group, partner=left)
    make.make_public_meeting(title="Street meet", partner=left, held_on=TODAY + DAY)
    assert any("Gone" in sentence for sentence in told("is still listed as a member of “Joint Group”."))
    assert any("Gone" in sentence for sentence in told("is still named as the organiser of “Street meet"))
    assert told("still listed", on=left.ends_on) == []
    make.make_public_meeting(title="On its last day", partner=left, held_on=left.ends_on)
    assert len(told("still named", on=left.ends_on)) == 1, "known before, of a meeting that comes after"
