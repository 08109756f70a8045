"""A pasted list of dates: what is understood, and what is asked about instead of guessed."""

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetings.pasted_dates import read_lines

APRIL = date(2017, 4, 24)  # a Monday


def read(line, year=None):
    (found,) = read_lines(line, year)
    return found


@pytest.mark.parametrize(
    ("line", "day", "starts", "ends", "place"),
    [
        ("Mon 24 April 2017 1.30pm, Wigston", APRIL, time(13, 30), None, "Wigston"),
        ("24/04/2017 13:30", APRIL, time(13, 30), None, ""),
        ("24.4.17", APRIL, None, None, ""),
        ("24-04-2017", APRIL, None, None, ""),
        ("2017-04-24", APRIL, None, None, ""),
        ("24-Apr-17 18.30", APRIL, time(18, 30), None, ""),
        ("April 24th 2017, 6pm - 8pm", APRIL, time(18), time(20), ""),
        ("24th of April, 2017 from 6 to 8pm", APRIL, time(18), time(20), ""),
        ("Monday, the 24th April 2017: 6:30 p.m. – 8 p.m. – The Hub", APRIL, time(18, 30), time(20), "The Hub"),
        ("Tuesday 6 June 2017 at 10am in the Council Chamber", date(2017, 6, 6), time(10), None, "Council Chamber"),
        ("•\tMonday 24 April 2017\t10am\tCommittee Room 1", APRIL, time(10), None, "Committee Room 1"),
        ("1. 24 April 2017, midday", APRIL, time(12), None, ""),
        ("- 24 April 2017, 12 noon until 1:15pm", APRIL, time(12), time(13, 15), ""),
        ("24 April '17 18.30hrs", APRIL, time(18, 30), None, ""),
        ("24 April 2017 (Monday) 09:00", APRIL, time(9), None, ""),
        ("24 April 2017, 12.30", APRIL, time(12, 30), None, ""),
        ("24 April 2017 10.30-12.30", APRIL, time(10, 30), time(12, 30), ""),
        ("24 April 2017 11-1pm", APRIL, time(11), time(13), ""),
        ("24 April 2017 10am-12", APRIL, time(10), time(12), ""),
        ("24 April 2017 6pm-8", APRIL, time(18), time(20), ""),
        ("24 April 2017 11:30am to 12:30pm", APRIL, time(11, 30), time(12, 30), ""),
        ("24 April 2017 time TBC, Online", APRIL, None, None, "Online"),
        ("10am 24 April 2017 Venue: The Hub", APRIL, time(10), None, "The Hub"),
        ("24 April 2017, 6pm, 10 Danestrete", APRIL, time(18), None, "10 Danestrete"),
        ("24 April 2017 6pm Sunnyside Hall", APRIL, time(18), None, "Sunnyside Hall"),
        ("WEDS. 13th Sept. 2017 at 6.00 p.m., Costello Room", date(2017, 9, 13), time(18), None, "Costello Room"),
        ("Thursday, January 14, 2027 10 am – 12 noon", date(2027, 1, 14), time(10), time(12), ""),
        ("Date: 14/01/2027 Time: 14:00 Venue: Hub", date(2027, 1, 14), time(14), None, "Hub"),
        ("14 Jan 2027 | 14:00 | İstanbul Café", date(2027, 1, 14), time(14), None, "İstanbul Café"),
        ("24 April ’17, 7pm-9pm, St. Ann’s, SG2 0PZ", APRIL, time(19), time(21), "St. Ann’s, SG2 0PZ"),
        ("14 January 2027, Committee Room 2 at 6.30pm", date(2027, 1, 14), time(18, 30), None, "Committee Room 2"),
        ("14 January 2027 10:00-12:00hrs Room 101", date(2027, 1, 14), time(10), time(12), "Room 101"),
        ("24 April 2017 at 2pm (Teams)", APRIL, time(14), None, "(Teams)"),
        ("29 February 2028 6pm", date(2028, 2, 29), time(18), None, ""),
        ("Friday 31 December 2027", date(2027, 12, 31), None, None, ""),
    ],
)  # fmt: skip
def test_many_ways_of_writing_are_understood(line, day, starts, ends, place):
    found = read(line)
    assert (found.question, found.day, found.starts, found.ends, found.place) == ("", day, starts, ends, place)


@pytest.mark.parametrize(
    ("line", "question"),
    [
        ("Tuesday 24 April 2017", "24 April 2017 is a Monday, but the line says Tuesday. Which day is it?"),
        ("24 April 2017 (Sun)", "24 April 2017 is a Monday, but the line says Sunday. Which day is it?"),
        ("31 June 2017", "There is no 31 June in 2017."),
        ("29/02/2027", "There is no 29 February in 2027."),
        ("04/24/2017", "There is no month 24. Write the day before the month."),
        ("12/30", "There is no month 30. Write the day before the month."),
        ("24 April 2017 6:30", "Is “6:30” in the morning or in the evening?"),
        ("24 April 2017 at 6", "Is “6” a time, in the morning or in the evening?"),
        ("24 April 2017 2-4", "Is “2-4” a time, in the morning or in the evening?"),
        ("24 April 2017 1.30-3.30", "Is “1.30-3.30” in the morning or in the evening?"),
        (
            "Tue 24 April 2017 6:30",
            "Is “6:30” in the morning or in the evening? "
            "24 April 2017 is a Monday, but the line says Tuesday. Which day is it?",
        ),
        ("24 April 2017 25:00", "“25:00” is not a time."),
        ("24 April 2017 13pm", "“13pm” is not a time."),
        ("24 April 2017 1830", "Is “1830” a time?"),
        ("24 April 2017 6pm and 8pm", "There is more than one time in this line. Which one is it?"),
        ("24 April 17 Hall", "Is “17” a year or a time?"),
        ("24 Apr 17, 6pm", "Is “17” a year or a time?"),
        ("24/04/1917", "Is 1917 the right year?"),
        (
            "24 April and 6 June 2017",
            "There is more than one date in this line. Give one here, and write the other on a line of its own.",
        ),
        ("24 April 2017 CANCELLED", "This line speaks of a change. Give the date that holds, or untick it."),
        *(
            (line, "There seems to be more than one day in this line. Give one here; write the others out.")
            for line in ("12 & 19 May 2017", "12 and 19 May 2017", "12, 19 May 2017", "12-14 May 2017")
        ),
        ("Monday 24 April 2017 1830 Room 12", "Is “1830” a time?"),
        ("Dates of the group", "No date is found in this line."),
        ("May 2017", "No date is found in this line."),
        ("18.30", "No date is found in this line."),
        ("24 April 2017 " + "x" * 300, "This line is too long to be one date. Put each date on a line of its own."),
    ],
)
def test_what_can_not_be_or_can_be_two_things_is_asked_about(line, question):
    found = read(line, 2017)
    assert (found.question, found.day, found.text) == (question, None, line)


def test_what_is_clear_in_an_unclear_line_is_kept():
    found = read("Tuesday 24 April 2017 6pm, The Hub")
    assert (found.day, found.starts, found.place) == (None, time(18), "The Hub")
    assert read("24 April 2017 at 6:30, The Hub").place == "6:30, The Hub"


def test_a_missing_year_is_asked_for_and_never_guessed():
    for line in ("Mon 24 April 6pm", "24/04", "April 24th, 10am", "24 April 10.30-12.30", "24 April at 6:30"):
        assert read(line).needs_year, line
        assert read(line).day is None
        assert read(line, 2017).note == "Taken as 2017, as you said for lines without a year."
    assert (
        read("Mon 24 April", 2018).question == "24 April 2018 is a Tuesday, but the line says Monday. Which day is it?"
    )
    assert read("29 February", 2027).question == "There is no 29 February in 2027."
    assert not read("24 April 2017").needs_year


def test_a_list_without_years_goes_on_in_the_next_year_after_december_and_says_so():
    found = read_lines("Thu 5 November\n10 December\nThu 14 January\n11 February", 2026)
    assert [line.day for line in found] == [
        date(2026, 11, 5), date(2026, 12, 10), date(2027, 1, 14), date(2027, 2, 11),
    ]  # fmt: skip
    assert found[2].note == "Taken as 2027, since the list passes the end of 2026."


def test_a_list_out_of_order_stays_in_its_year():
    assert [line.day.year for line in read_lines("8 June\n4 May\n2 July", 2026)] == [2026, 2026, 2026]


def test_nine_alternating_evenings_and_mornings_are_read_at_once():
    days = ["14 Jan", "11 Feb", "11 Mar", "8 Apr", "6 May", "3 June", "1 July", "9 Sept", "7 Oct"]
    hours = ["10am", "6.30pm"] * 4 + ["10am"]
    text = "\n".join(f"{day} 2027 {hour}, Daneshill House" for day, hour in zip(days, hours, strict=True))
    found = read_lines(text)
    assert [line.question for line in found] == [""] * 9
    assert [line.starts for line in found] == [time(10), time(18, 30)] * 4 + [time(10)]
    assert {line.place for line in found} == {"Daneshill House"}


@given(st.text(alphabet="0123456789 .:/-amp,AprilMondayto\t–'", max_size=60))
def test_whatever_is_pasted_is_kept_and_either_understood_or_asked_about(text):
    for line in read_lines(text, 2026):
        assert line.text in text
        assert bool(line.question) == (line.day is None)
