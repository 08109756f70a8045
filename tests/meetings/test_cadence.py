"""How often a group meets: the sentence, and the days that follow from it."""

from datetime import date, timedelta

import pytest
from dateutil.rrule import SU

from meetings.cadence import Cadence, bank_holiday
from meetings.models import Group

THURSDAY, FRIDAY = 3, 4


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ((1, "week"), "every week"),
        ((4, "week"), "every four weeks"),
        ((3, "month"), "every three months"),
        ((2, "month"), "every two months"),
        ((1, "year"), "every year"),
        ((26, "week"), "every 26 weeks"),
        ((1, "week", 0), "every Monday"),
        ((2, "week", THURSDAY), "every two weeks on a Thursday"),
        ((1, "month", 1, 2), "on the second Tuesday of every month"),
        ((3, "month", FRIDAY, -1), "every three months, on the last Friday of the month"),
        ((5, "times"), "five times a year"),
        ((2, "times"), "twice a year"),
        ((1, "times"), "once a year"),
        ((26, "times"), "26 times a year"),
        ((None, "date"), "on named dates"),
        ((None, ""), ""),
    ],
)
def test_the_cadence_is_a_sentence_made_from_data(fields, words):
    assert Group(**dict(zip(["every_count", "every_unit", "weekday", "which"], fields, strict=False))).meets == words


def days(cadence, first, last, counted_from):
    return [f"{day}" for day in cadence.days(*map(date.fromisoformat, (first, last, counted_from)))]


def test_every_four_weeks_is_not_monthly_and_is_counted_from_its_day_over_year_and_clock_changes():
    found = days(Cadence(4, "week"), "2026-10-01", "2027-04-30", "2026-01-08")
    assert found == [
        "2026-10-15", "2026-11-12", "2026-12-10", "2027-01-07", "2027-02-04", "2027-03-04", "2027-04-01", "2027-04-29",
    ]  # fmt: skip
    assert len(days(Cadence(4, "week"), "2026-01-08", "2027-01-06", "2026-01-08")) == 13
    assert len(days(Cadence(1, "week", 0), "2026-01-01", "2026-12-31", "2026-01-01")) == 52


def test_both_ends_of_the_span_are_inside():
    assert days(Cadence(1, "week", THURSDAY), "2026-01-01", "2026-01-08", "2026-01-01") == ["2026-01-01", "2026-01-08"]


def test_a_day_of_the_week_is_counted_from_the_week_or_month_of_the_given_day():
    week = ["2026-01-08", "2026-01-22"]
    assert days(Cadence(2, "week", THURSDAY), "2026-01-06", "2026-01-31", "2026-01-06") == week
    assert days(Cadence(2, "week", THURSDAY), "2026-01-06", "2026-01-31", "2026-01-09") == week
    last_fridays = ["2026-01-30", "2026-04-24", "2026-07-31", "2026-10-30"]
    assert days(Cadence(3, "month", FRIDAY, -1), "2026-01-01", "2026-12-31", "2026-01-31") == last_fridays
    second = ["2026-01-13", "2026-02-10", "2026-03-10"]
    assert days(Cadence(1, "month", 1, 2), "2026-01-01", "2026-03-31", "2026-01-20") == second


def test_a_month_without_the_day_has_its_last_day_instead():
    found = days(Cadence(1, "month"), "2028-01-01", "2028-04-30", "2028-01-31")
    assert found == ["2028-01-31", "2028-02-29", "2028-03-31", "2028-04-30"]


def test_29_february_comes_every_year():
    found = days(Cadence(1, "year"), "2028-01-01", "2032-12-31", "2028-02-29")
    assert found == ["2028-02-29", "2029-02-28", "2030-02-28", "2031-02-28", "2032-02-29"]


def test_the_last_weekday_is_right_in_a_leap_february():
    assert days(Cadence(1, "month", SU.weekday, -1), "2032-02-01", "2032-02-29", "2032-02-01") == ["2032-02-29"]


@pytest.mark.parametrize(
    ("cadence", "needs"),
    [
        ((1, "week", 0), False),
        ((1, "month", 1, 2), False),
        ((2, "week", 0), True),
        ((1, "month"), True),
        ((5, "times"), False),
    ],
)
def test_only_some_patterns_must_be_counted_from_a_day(cadence, needs):
    assert Cadence(*cadence).needs_a_start is needs


def test_bank_holidays_are_those_of_england():
    assert bank_holiday(date(2027, 5, 31)) == "Spring Bank Holiday"
    assert bank_holiday(date(2027, 3, 29)) == "Easter Monday"  # none in Scotland
    assert bank_holiday(date(2027, 12, 27)) == "Christmas Day (observed)"  # the day itself is a Saturday
    assert bank_holiday(date(2027, 3, 17)) == ""  # St Patrick's Day, only in Northern Ireland
    assert bank_holiday(date(2027, 1, 4)) == ""  # only in Scotland


@pytest.mark.parametrize(
    ("cadence", "last", "still_holds_on"),
    [
        (Cadence(4, "week"), "2026-01-01", "2026-02-26"),
        (Cadence(1, "week", THURSDAY), "2026-01-01", "2026-01-15"),
        (Cadence(3, "month"), "2025-12-31", "2026-06-30"),
        (Cadence(1, "year"), "2024-02-29", "2026-02-28"),
        (Cadence(4, "times"), "2026-01-01", "2026-07-03"),
        (Cadence(5, "times"), "2026-01-01", "2026-05-27"),
    ],
)
def test_a_pattern_is_doubted_once_two_intervals_have_passed(cadence, last, still_holds_on):
    day = date.fromisoformat(still_holds_on)
    assert not cadence.has_lapsed(date.fromisoformat(last), day)
    assert cadence.has_lapsed(date.fromisoformat(last), day + timedelta(days=1))
