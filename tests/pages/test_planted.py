"""Every contradiction that is planted is told to officers, in a site that has all the others, too."""

from datetime import date, timedelta

from pages.coherence import findings
from partners.models import Partner
from tests import make

TODAY = date(2020, 1, 1)
YEARS = make.typed(starts_on="2018-04-01", ends_on="2021-03-31")


def days(first, last, **others):
    return make.typed(starts_on=first, ends_on=last, **others)


def gap():
    make.make_strategy(title="Gap A", **days("2000-04-01", "2003-03-31"))
    make.make_strategy(title="Gap B", **days("2005-04-01", "2008-03-31"))


def overlap():
    make.make_plan(title="Lap A", **days("2001-04-01", "2003-03-31"))
    make.make_plan(title="Lap B", **days("2002-04-01", "2004-03-31"))


def plan_beyond_its_strategy():
    make.make_plan(title="Beyond", strategy=make.make_strategy(**YEARS), **days("2020-04-01", "2022-03-31"))


def plan_agreed_before_its_strategy():
    idea = make.make_strategy(title="Idea", standing="proposed", **days("2019-04-01", "2022-03-31"))
    make.make_plan(title="Early", strategy=idea, **days("2019-04-01", "2020-03-31"))


def agreed_when_over():
    make.make_plan(title="Late", **days("2010-04-01", "2011-03-31", agreed_on="2012-01-01"))


def extended_backwards():
    record = make.make_strategy(title="Back", **days("2011-04-01", "2012-03-31"))
    record.extensions.create(**make.typed(until_on="2013-03-31", decided_on="2012-01-01"))


def gone():
    """A body that left and sits, leads and invites as before."""
    partner = make.make_partner(name="Gone", **days("2010", "2018"))
    make.make_membership(group=make.make_group(name="Board"), partner=partner)
    plan = make.make_plan(title="Now", **days("2019-04-01", "2020-03-31"))
    led = make.make_priority(plan=plan, title="Led", many={"leads": [partner]})
    make.make_action(priority=led, what="Walk", many={"leads": [partner]})
    make.make_public_meeting(title="Forum", partner=partner, held_on=TODAY + timedelta(days=9))


def circle():
    one, two = make.make_partner(name="One", **days("2010", "2014")), make.make_partner(name="Two", **days("2014", ""))
    one.successors.add(two)
    two.successors.add(one)
    Partner.objects.get(name="Two").successors.add(make.make_partner(name="Three", **days("2001", "2003")))


def lapsed():
    group = make.make_group(name="Sleeping", every_count=4, every_unit="week")
    make.make_meeting(group=group, held_on=date(2017, 5, 1))


def years_of_case_reviews():
    for first, last in ((2015, 2016), (2017, 2018)):
        make.make_case_review_year(starts_on=date(first, 4, 1), ends_on=date(last, 3, 31))


PLANTED = {
    gap: ["We hold no strategy for 1 April 2003 to 31 March 2005. Check “Gap A 2000 to 2003” and “Gap B"],
    overlap: ["“Lap A 2001 to 2003” and “Lap B 2002 to 2004” overlap, 1 April 2002 to 31 March 2003."],
    plan_beyond_its_strategy: ["“Beyond 2020 to 2022” has days outside its strategy"],
    plan_agreed_before_its_strategy: ["“Early 2019 to 2020” is agreed, but its strategy, “Idea 2019 to 2022”, is not."],
    agreed_when_over: ["“Late 2010 to 2011” was agreed after its last day"],
    extended_backwards: ["“Back 2011 to 2012” was extended, but its last day is not after the former one"],
    gone: [
        "is still listed as a member of “Board”",
        "The priority “Led (2019 to 2020)” is led by Gone, which left in 2018. Nobody else",
        "The action “Walk” is led by Gone, which left in 2018.",
        "is still named as the organiser of “Forum",
    ],
    circle: ["“One” is followed by “Two”, which is followed by it", "“Two” is followed by “Three”, which ended before"],
    lapsed: ["“Sleeping” should meet every four weeks, but the last meeting on this site was on 1 May 2017."],
    years_of_case_reviews: ["ASB case reviews: "],
    lambda: make.make_plan(title="Alone", **YEARS): ["“Alone 2018 to 2021” belongs to no strategy."],
    lambda: make.make_strategy(title="Undated", **days("", "")): ["“Undated (dates not stated)” has no dates"],
    lambda: make.make_plan(title="Guess"): ["“Guess 2019 to 2020”: check the exact first and last day."],
    lambda: make.make_priority(title="Bare"): ["The priority “Bare (2019 to 2020)” has no actions."],
    lambda: make.make_partner(name="Unreviewed", review_on=TODAY - timedelta(days=1)): [
        "“Unreviewed”: the day of its next check"
    ],
    lambda: make.make_document(title="Empty"): ["The document “Empty” has no file."],
    lambda: make.make_bad_link(link="/lost/", pages=["/lists/"]): ["the link to /lost/ leads to no page (answer 404)"],
}


def missing(sentences):
    said = [finding.sentence for finding in findings(TODAY)]
    return [sentence for sentence in sentences if not any(sentence in each for each in said)]


def test_the_report_finds_each_contradiction_that_is_planted(db):
    make.make_page(slug="lists")
    wanted = [sentence for sentences in PLANTED.values() for sentence in sentences]
    assert missing(wanted) == wanted, "none is there before"
    for plant in PLANTED:
        plant()
    assert missing(wanted) == []
