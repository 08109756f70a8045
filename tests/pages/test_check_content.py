"""The officers' list in a terminal."""

from datetime import UTC, date, datetime
from io import StringIO

import time_machine
from django.core.management import call_command

from pages.models import SiteSettings
from tests import make


def check():
    """What check_content prints, and its exit status."""
    out = StringIO()
    try:
        call_command("check_content", stdout=out)
    except SystemExit as ended:
        return out.getvalue(), ended.code
    return out.getvalue(), 0


@time_machine.travel(datetime(2026, 11, 24, 12, tzinfo=UTC), tick=False)
def test_of_the_seed_content_it_reports_what_is_known_to_be_missing(db):
    call_command("load_seed", verbosity=0)
    text, status = check()
    assert status == 1
    for sentence in (
        "“Community Safety Strategy 2018 to 2021” has no objectives on this site.",
        "No strategy is in force. “Community Safety Strategy 2018 to 2021” has ended and nothing follows it.",
        "No action plan is in force. “SoSafe Action Plan 2019 to 2020” has ended and nothing follows it.",
        "The document “SoSafe Community Safety Strategy 2018 to 2021” has no file.",
        "“Responsible Authorities Group (RAG)” has no date to come.",
        "“Joint Action Group (JAG)” has no date to come.",
        "The contact details have no telephone.",
        "Nobody can write to you. Give an e-mail address. The contact page has no form: "
        "give the mailbox that gets the messages.",
    ):
        assert f"{sentence}\n" in text, sentence
    form = f"http://127.0.0.1:8000/admin/pages/sitesettings/{SiteSettings.objects.get().pk}/change/"
    contact = f"The contact details have no telephone.\n  {form}\n"
    assert contact in text


def complete():
    """A small site to which nothing is missing."""
    make.make_site(
        checked_on=date(2026, 1, 1),
        address="1 Street",
        telephone="01438 000000",
        email="a@example.org",
        opening_hours="9am to 5pm",
        mailbox="b@example.org",
    )
    make.make_statement(
        checked_on=date(2026, 1, 2),
        status="full",
        prepared_on=date(2026, 1, 1),
        feedback="<p><a href='/contact/'>Write</a></p>",
    )
    days = {"ends_on": None, "is_period_confirmed": True, "agreed_on": date(2018, 3, 1), "updated_on": date(2026, 1, 1)}
    strategy = make.make_strategy(**days)
    make.make_objective(strategy=strategy, updated_on=date(2026, 1, 1))
    priority = make.make_priority(plan=make.make_plan(strategy=strategy, **days), updated_on=date(2026, 1, 1))
    make.make_action(priority=priority)
    member = {"standing": "other-member", "starts_on": date(2018, 1, 1), "updated_on": date(2026, 1, 1)}
    priority.leads.add(make.make_partner(**member))
    make.make_page(slug="contact", updated_on=date(2026, 1, 1))
    make.make_route(text_number="07700 900000", checked_on=date(2026, 1, 1))
    make.make_route(when_to_use="Report antisocial behaviour to the council", checked_on=date(2026, 1, 1))
    make.make_case_review_year(starts_on=date(2025, 4, 1), ends_on=date(2026, 3, 31), updated_on=date(2026, 6, 1))


@time_machine.travel(datetime(2026, 11, 24, 12, tzinfo=UTC), tick=False)
def test_when_all_is_well_it_says_so_and_ends_with_0(db):
    complete()
    assert check() == ("Nothing: all is complete and in date.\n", 0)
    make.make_document(updated_on=date(2026, 1, 1), title="Plan")
    text, status = check()
    assert text.startswith("Gaps:\nThe document “Plan” has no file.\n")
    assert status == 1
