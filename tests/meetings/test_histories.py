"""Whatever becomes of a meeting, on whatever day one looks, it says what an oracle says that is written apart."""

import re
from datetime import UTC, date, datetime, timedelta

import time_machine
import vobject
from hypothesis import given, settings
from hypothesis import strategies as some
from hypothesis.extra.django import TestCase

from meetings.models import Meeting, PublicMeeting
from tests import make
from tests.pages.test_seed_document import words

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
TODAY, FIRST = NOW.date(), date(2026, 6, 10)
DAYS = [TODAY + timedelta(days=n) for n in (-3, 0, 1, 9, 10, 30)]
STEP = some.tuples(some.sampled_from(DAYS), some.booleans())  # held on which day, and whether it is cancelled


def in_words(day):
    return f"{day:%A} {day.day} {day:%B %Y}"


def oracle(steps):
    """The days that readers were promised and can no longer count on, in order; then the day, and whether it is off."""
    days, is_cancelled = [FIRST], False
    for day, is_cancelled in steps:  # noqa: B007  # what was last holds
        if day != days[-1]:
            days = [*(days if days[-1] >= TODAY else days[:-1]), day]
            days = days[:-1] if len(days) > 1 and days[-2] == days[-1] else days
    return days[:-1], days[-1], is_cancelled


def sentence(former):
    return f"It was planned for {', then for '.join(map(in_words, former))}." if former else ""


class Histories(TestCase):
    @settings(max_examples=10, deadline=None)
    @given(some.lists(STEP, max_size=6), some.sampled_from(DAYS))
    def test_a_meeting_says_all_that_was_promised_and_no_more(self, steps, viewed_on):
        with time_machine.travel(NOW, tick=False):
            group = make.make_group(name="Forum", slug="g", is_open=True)
            make.make_meeting(group=group, held_on=FIRST)
            make.make_public_meeting(title="Meet", slug="m", held_on=FIRST)
            for day, is_cancelled in steps:
                for model in (Meeting, PublicMeeting):
                    occasion = model.objects.get()
                    occasion.held_on, occasion.is_cancelled = day, is_cancelled
                    occasion.full_clean()
                    occasion.save()
            former, day, is_cancelled = oracle(steps)
            self.check_group(former, day, is_cancelled, viewed_on)
            self.check_lists(former, day, is_cancelled, viewed_on)
            self.check_calendar(former, day, is_cancelled)

    def check_group(self, former, day, is_cancelled, on):
        page = words(self.client.get("/meetings/g/", {"on": on}))
        promised = {each for each in former if each >= on and each != day}
        assert set(re.findall(r"Moved: not on (\w+ \d+ \w+ \d+)\.", page)) == {in_words(each) for each in promised}
        assert re.findall(r"It was planned for [^.]*\.", page) == ([sentence(former)] if former else [])
        assert page.count(f"Cancelled: {in_words(day)}") == is_cancelled
        assert (f"Next meets on {in_words(day)}" in page) == (day >= on and not is_cancelled)

    def check_lists(self, former, day, is_cancelled, on):
        is_to_come = max([day, *former]) >= on
        for address, holds in (("/meetings/public/", is_to_come), ("/meetings/public/past/", not is_to_come)):
            page = words(self.client.get(address, {"on": on}))
            titles = [f"{'Cancelled: ' * is_cancelled}{title} {in_words(day)}" for title in ("Forum", "Meet")]
            assert [title in page for title in titles] == [holds, holds], address
            assert page.count(sentence(former)) == 2 * holds or not former
            assert ("It was planned" in page) == (holds and bool(former))

    def check_calendar(self, former, day, is_cancelled):
        calendar = vobject.readOne(self.client.get("/meetings/public/calendar.ics").content.decode())
        fate = "Cancelled: " if is_cancelled else "Moved: " if former else ""
        assert sorted(event.summary.value for event in calendar.vevent_list) == [f"{fate}Forum", f"{fate}Meet"]
        for event in calendar.vevent_list:
            assert event.dtstart.value == day
            assert [part.value for part in event.contents.get("description", [])] == (
                [sentence(former)] if former else []
            )
