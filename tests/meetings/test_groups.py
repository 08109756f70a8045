from datetime import date, time

import pytest
import time_machine

from meetings.models import Meeting
from sosafe_site.publishing.templatetags.publishing import clock
from tests.make import make_group, make_meeting
from tests.pages.test_seed_document import words

TODAY = date(2026, 6, 1)


def test_a_meeting_is_to_come_until_its_day_has_passed(db):
    group = make_group()
    yesterday, today, tomorrow = (
        make_meeting(group=group, held_on=date(2026, m, d)) for m, d in ((5, 31), (6, 1), (6, 2))
    )
    assert list(Meeting.objects.upcoming(TODAY)) == [today, tomorrow]
    assert list(Meeting.objects.past(TODAY)) == [yesterday]


@pytest.mark.parametrize(
    ("days", "sentence"),
    [
        ([], "No date is published."),
        ([date(2026, 5, 1)], "Last met on Friday 1 May 2026. No date to come is published."),
        ([date(2026, 5, 1), TODAY, date(2026, 7, 1)], "Next meets on Monday 1 June 2026."),
    ],
)
@time_machine.travel("2026-06-01 12:00", tick=False)
def test_a_group_says_which_of_its_dates_are_known(client, db, days, sentence):
    group = make_group(slug="g", every_count=4, every_unit="week")
    for day in days:
        make_meeting(group=group, held_on=day)
    assert f"Meets every four weeks. {sentence}" in words(client.get("/meetings/g/"))


@time_machine.travel("2026-06-01 12:00", tick=False)
def test_a_cancelled_meeting_stays_visible_but_is_not_the_next(client, db):
    group = make_group(slug="g")
    make_meeting(group=group, held_on=date(2026, 6, 10), is_cancelled=True)
    make_meeting(group=group, held_on=date(2026, 6, 20), starts=time(18, 30), ends=time(20), venue="Daneshill House")
    page = words(client.get("/meetings/g/"))
    assert "How often it meets is not stated. Next meets on Saturday 20 June 2026." in page
    assert "Cancelled: Wednesday 10 June 2026" in page
    assert "Saturday 20 June 2026, 6:30pm to 8pm Daneshill House" in page


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (time(0), "midnight"), (time(0, 5), "12:05am"), (time(10), "10am"), (time(12), "midday"),
        (time(12, 30), "12:30pm"),
        (time(18, 30), "6:30pm"),
    ],
)  # fmt: skip
def test_times_are_written_as_people_say_them(at, words):
    assert clock(at) == words
