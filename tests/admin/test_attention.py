"""What officers are asked for, ranked; their answers to gaps that stay; and whether the timers run."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from pages.coherence import Rank, attention
from sosafe_site.publishing.models import GapAnswer, Run
from tests import make
from tests.admin.test_first_page import seen

pytestmark = pytest.mark.django_db
PAGE = "/admin/attention/"
NOW = datetime(2026, 11, 24, 12, 30, tzinfo=UTC)
TODAY = NOW.date()
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


def told(rank, about="", on=TODAY):
    """The sentences of this rank that hold these words."""
    kinds = attention(on).asked.get(rank, {})
    return [each.sentence for found in kinds.values() for each in found if about in each.sentence]


def answer(client, rule, record, **changes):
    sent = {"rule": rule, "about": str(record.pk), "kind": "not-on-record", "reason": "The papers are lost."}
    return client.post(PAGE, {**sent, **changes}, follow=True).content.decode()


def test_what_will_be_wrong_is_told_thirty_days_before_with_its_first_day_and_once(clock):
    days = {"starts_on": date(2020, 4, 1), "is_period_confirmed": True}
    make.make_plan(title="Now", ends_on=TODAY + 30 * DAY, **days)
    make.make_strategy(title="Long", ends_on=TODAY + 31 * DAY, **days)
    assert told(Rank.SOON, "in force") == []
    (sentence,) = told(Rank.SOON, "in force", TODAY + DAY)
    assert sentence.startswith("From 25 December 2026: No action plan is in force. “Now ")
    assert told(Rank.WRONG, "No action plan is in force") == []
    assert told(Rank.WRONG, "No action plan is in force", TODAY + 31 * DAY)
    assert told(Rank.SOON, "No action plan is in force", TODAY + 31 * DAY) == []


def test_a_gap_between_two_plans_is_found_though_it_is_over_within_the_thirty_days():
    days = {"starts_on": date(2020, 4, 1), "is_period_confirmed": True}
    make.make_plan(ends_on=TODAY + 5 * DAY, **days)
    make.make_plan(starts_on=TODAY + 12 * DAY, ends_on=None, is_period_confirmed=True)
    (sentence,) = told(Rank.SOON, "No action plan is in force")
    assert sentence.startswith("From 30 November 2026: ")


def test_of_many_days_of_change_the_first_are_told_and_of_the_rest_only_by_when():
    for number in range(1, 10):
        make.make_page(title=f"Page {number}", review_on=TODAY + number * DAY)
    since = {sentence.split(":")[0] for sentence in told(Rank.SOON, "next check has passed")}
    assert len(told(Rank.SOON, "next check has passed")) == 9
    assert since == {*(f"From {day} November 2026" for day in (26, 27, 28, 29)), "By 24 December 2026"}


def test_what_is_to_be_withdrawn_by_then_is_not_counted_on():
    days = {"starts_on": date(2020, 4, 1), "ends_on": None, "is_period_confirmed": True}
    make.make_plan(withdrawn_at=NOW + 5 * DAY, withdrawal_reason="It was never agreed.", **days)
    assert told(Rank.SOON, "No action plan is in force")


def test_dead_ends_head_the_list_until_they_are_mended():
    ends = ["Nobody can reach you", "antisocial behaviour is reported to the council", "no accessibility statement"]
    assert all(told(Rank.DEAD_END, words) for words in ends)
    assert next(iter(attention(TODAY).asked)) == Rank.DEAD_END
    make.make_route(when_to_use="Report antisocial behaviour to the police")
    assert told(Rank.DEAD_END, ends[1]), "that is not the council"
    make.make_route(when_to_use="Report Anti-social behaviour to Stevenage Borough Council")
    make.make_site(email="safe@example.org")
    make.make_statement(status="full", prepared_on=TODAY, feedback='<p><a href="/contact/">Write</a></p>')
    assert told(Rank.DEAD_END) == []


def test_a_gap_that_is_answered_is_asked_for_no_more_and_its_reason_stands(client):
    strategy = make.make_strategy(title="Old")
    editor = make.make_officer("Editor", first_name="Anna")
    client.force_login(editor)
    gap = "“Old 2018 to 2021” has no objectives on this site."
    assert told(Rank.GAP, gap)
    assert f"You are not asked for it any more: {gap}" in answer(client, "strategy-without-objectives", strategy)
    assert told(Rank.GAP, gap) == []
    assert told(Rank.GAP, "“Old 2018 to 2021”"), "others of the same record still come"
    page = seen(client, PAGE)
    assert f"Not asked for any more {gap} Not on record. The papers are lost. Anna, 24 November 2026" in page
    assert gap not in seen(client)
    taken_back = answer(client, "strategy-without-objectives", strategy, _again="")
    assert "What was said of it: Not on record: The papers are lost." in taken_back
    assert told(Rank.GAP, gap)


def test_an_answer_without_a_reason_is_refused_and_what_was_typed_stays(admin_client):
    strategy = make.make_strategy()
    for changes in ({"reason": " "}, {"kind": ""}, {"kind": "x"}):
        page = answer(admin_client, "strategy-without-objectives", strategy, **changes)
        assert "write the reason" in page
        assert changes == {"reason": " "} or 'value="The papers are lost."' in page
    assert not GapAnswer.objects.exists()


def test_what_readers_see_wrong_and_what_is_not_there_can_not_be_answered_away(admin_client):
    overdue = make.make_page(review_on=TODAY - DAY)
    for rule, record in (("check-overdue", overdue), ("strategy-without-objectives", overdue), ("", overdue)):
        assert "not missing any more" in answer(admin_client, rule, record)
    assert not GapAnswer.objects.exists()
    GapAnswer.objects.create(rule="check-overdue", record=str(overdue.pk), kind="not-for-us", reason="No.")
    assert told(Rank.WRONG, "the day of its next check has passed")


def test_a_second_answer_leaves_the_first(admin_client):
    strategy = make.make_strategy()
    answer(admin_client, "strategy-without-objectives", strategy)
    assert "A colleague has answered this already." in answer(
        admin_client, "strategy-without-objectives", strategy, reason="Another."
    )
    assert GapAnswer.objects.get().reason == "The papers are lost."


def test_what_was_erased_leaves_no_answer(admin_client):
    strategy = make.make_strategy(title="Secret")
    answer(admin_client, "strategy-without-objectives", strategy)
    strategy.erase("By law.")
    assert not GapAnswer.objects.exists()


def test_answers_are_for_officers_who_may(client):
    strategy = make.make_strategy()
    assert "/login/" in client.post(PAGE)["Location"]
    client.force_login(User.objects.create_user("resident"))
    assert "/login/" in client.get(PAGE)["Location"]
    client.force_login(make.make_onlooker())
    assert "It will stay so" not in client.get(PAGE).content.decode()
    sent = {"rule": "strategy-without-objectives", "about": str(strategy.pk), "kind": "not-for-us", "reason": "x"}
    assert client.post(PAGE, sent).status_code == 403
    assert not GapAnswer.objects.exists()


def test_the_first_page_says_plainly_of_each_timer_when_it_ran(admin_client, clock, mailoutbox):
    page = seen(admin_client)
    told = "The link check: Never ran. Tell whoever runs this website: a timer must start “manage.py check_links” once"
    assert told in page
    assert page.count("Never ran.") == 5
    call_command("publish_due", verbosity=0)
    call_command("send_review_reminders", verbosity=0)
    page = seen(admin_client)
    assert "Publishing at a set time when nobody visits: Last ran on 24 November 2026, 12:30." in page
    assert "Reminders of checks: Last ran on 24 November 2026, 12:30." in page
    clock.move_to(NOW + 2 * timedelta(hours=1))
    admin_client.force_login(User.objects.get())  # a sign-in lasts an hour
    assert "nobody visits: Has not run since 24 November 2026, 12:30. Tell whoever" in seen(admin_client)
    assert "Reminders of checks: Last ran" in seen(admin_client)


def test_a_run_that_failed_says_why(admin_client, monkeypatch):
    make.make_page(maintainer=make.make_post(), review_on=TODAY)

    def away(*args, **options):
        raise OSError("no route to host")

    monkeypatch.setattr("sosafe_site.publishing.models.review.send_mail", away)
    with pytest.raises(CommandError):
        call_command("send_review_reminders", verbosity=0)
    assert "Reminders of checks: Failed on 24 November 2026, 12:30." in seen(admin_client)
    assert "no route to host" in Run.objects.get().problem
