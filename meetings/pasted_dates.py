"""Reads a pasted list of dates, one a line, in the ways that people in Britain write them. No tables.

What can be read in two ways is a question for the officer, never a guess.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, time

MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
YEARS = range(1998, 2100)  # since there have been community safety partnerships
LONGEST_LINE = 300  # characters
LONGEST_PLACE = 200


def pattern(regex: str) -> re.Pattern[str]:
    """English words and ASCII digits, in capitals or not."""
    return re.compile(regex, re.IGNORECASE | re.ASCII)


MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
    r"oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
SHORT_YEAR = r"['’]\d{2}\b"
# Each with its year, if it has one; "May 2017" alone is no date, "24 May 17" might be an hour.
DATES = [
    pattern(r"(?<![\d.:/-])(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})(?!\d)"),
    pattern(r"(?<![\d.:/-])(?P<day>\d{1,2})(?P<sep>[/.-])(?P<month>\d{1,2})(?P=sep)(?P<year>\d{4}|\d{2})(?![\d/])"),
    pattern(r"(?<![\d.:/-])(?P<day>\d{1,2})/(?P<month>\d{1,2})(?P<year>)(?![\w/])"),
    pattern(rf"(?<![\d.:/])\b{DAY}[-/]{MONTH}(?:[-/](?P<year>\d{{4}}|\d{{2}})\b)?"),
    pattern(rf"(?<![\d.:/])\b{DAY}\s*(?:of\s+)?{MONTH},?\s*(?P<year>\d{{4}}\b|{SHORT_YEAR})?"),
    pattern(rf"\b{MONTH}\s*{DAY}\b(?![.:]\d|\s*[ap]\.?m)(?:,?\s*(?P<year>\d{{4}}\b|{SHORT_YEAR}))?"),
]
UNCLEAR_YEAR = pattern(r"\s*\d{2}\b(?![.:]\d)(?!\s*(?:[ap]\.?m\b|hrs?\b|noon|-|to\b|until\b|till\b))")
WEEKDAY = r"\(?\b(?P<weekday>mon|tue|wed|thu|fri|sat|sun)(?:s|r|rs|day|sday|nesday|rsday|urday)?s?\b\.?\)?"
WEEKDAY_BEFORE = pattern(rf"{WEEKDAY},?\s*(?:the\s+)?$")
WEEKDAY_AFTER = pattern(rf"^\s*,?\s*{WEEKDAY}(?=\s*(?:$|[,\d\n(-]|at\b))")

CLOCK = r"(?:12\s*)?(?:noon|mid(?:day|night))\b|\d{1,2}(?:[.:]\d{2})?(?!\d)\s*(?:[ap]\.?m\b\.?|hrs?\b)?"
RANGE = pattern(rf"(?<![\w/.:])(?P<from>{CLOCK})\s*(?:-|to\b|until\b|till\b)\s*(?P<until>{CLOCK})(?![\w/])")
SINGLE = pattern(rf"(?<![\w/.:])(?P<from>{CLOCK})(?![\w/])")
HALF = pattern(r"[ap](?=\.?m)")
EXACT = pattern(r"noon|midday|midnight|[.:]\d{2}|[ap]\.?m|hrs?")
BARE_HOURS = pattern(r"\b(?:at|from)\s+(\d{1,2})(?!\S)|\b(\d{1,2}\s*-\s*\d{1,2})(?![\w.:/-])")
NOT_SET = pattern(r"\b(?:time\s+|venue\s+|place\s+)?(?:tbc|tba|to be confirmed|to be announced)\b")
FATE = pattern(r"\b(?:cancel\w*|postponed|moved|rearranged|no meeting)\b")
BULLET = pattern(r"^[\s•·●▪◦‣○■*+–—-]+|^\(?\d{1,2}[.)]\s+(?=\D*\d{1,2}\D+\d)")
LEADING = pattern(r"^(?:[\s,;:|.)\n-]+|(?:at|in|on|from|venue|place|location|time|date)\b(?:\s+the\b)?)+")
TRAILING = pattern(r"(?:[\s,;:|(\n-]+|\b(?:at|in|on|from|time)\b)+$")
CUT = "\n"  # stands where a date or a time was taken out


@dataclass(frozen=True)
class Line:
    text: str  # as it was pasted
    day: date | None = None
    starts: time | None = None
    ends: time | None = None
    place: str = ""
    question: str = ""  # what the officer must settle; then there is no day
    note: str = ""  # what was concluded rather than read
    needs_year: bool = False


class UnclearError(ValueError):
    """Its words are the question for the officer."""


class NoYearError(Exception):
    """All is clear but the year."""


def read_lines(text: str, year: int | None = None) -> list[Line]:
    """A Line for each that is not empty. A date without a year is in the given one, or in the next once the list has
    passed December; without a given year such lines say that they need it."""
    lines: list[Line] = []
    before: date | None = None
    for written in filter(str.strip, text.splitlines()):
        try:
            lines.append(read_line(written.strip(), year, before))
        except NoYearError:
            lines.append(Line(written.strip(), needs_year=True, question="Which year is it?"))
        except UnclearError as question:
            lines.append(Line(written.strip(), question=str(question)))
        before = lines[-1].day or before
    return lines


def read_line(written: str, year: int | None, before: date | None) -> Line:
    """With a question instead of the day when something is not clear; the rest is kept.

    Raises UnclearError when there is not one date, or NoYearError when only the year is missing.
    """
    if len(written) > LONGEST_LINE:
        raise UnclearError("This line is too long to be one date. Put each date on a line of its own.")
    text = unicodedata.normalize("NFKC", written)
    text = BULLET.sub("", re.sub(r"[‐‑‒–—−]", "-", text)).replace("\t", ", ")
    found = find_date(text)
    head, tail = text[: found.start()], text[found.end() :]
    if named := WEEKDAY_BEFORE.search(head):
        head = head[: named.start()]
    elif named := WEEKDAY_AFTER.search(tail):
        tail = tail[named.end() :]
    rest = f"{head}{CUT}{tail}"
    day, starts, ends, note = None, None, None, ""
    questions: list[str] = []
    try:
        starts, ends, rest = take_hours(rest)
    except UnclearError as error:
        questions.append(str(error))
    try:
        refuse_riddles(found, text, rest, starts)
        day, note = day_of(found, year, before)
        if named:
            check_weekday(day, named["weekday"].lower())
    except UnclearError as error:
        questions.append(str(error))
    place = place_in(rest)[:LONGEST_PLACE]
    return Line(written, None if questions else day, starts, ends, place, " ".join(questions), note)


def refuse_riddles(found: re.Match[str], text: str, rest: str, starts: time | None) -> None:
    """Raises UnclearError for what would otherwise be passed over as part of the place."""
    tail, place = text[found.end() :], place_in(rest)
    if re.search(r"\d\s*(?:&|,|-|and|to)?\s*$", text[: found.start()]):
        raise UnclearError("There seems to be more than one day in this line. Give one here; write the others out.")
    if FATE.search(text):
        raise UnclearError("This line speaks of a change. Give the date that holds, or untick it.")
    if UNCLEAR_YEAR.match(tail) and not found["year"] and not found["month"].isdigit():
        raise UnclearError(f"Is “{tail.split()[0].strip(',')}” a year or a time?")
    is_clock = re.match(r"(?:[01]\d|2[0-3])[0-5]\d\b", place)
    if starts is None and (is_clock or re.match(r"\d{3,4}\b(?!\s*[A-Za-z])", place)):
        raise UnclearError(f"Is “{place.split()[0]}” a time?")
    if len(place) > LONGEST_PLACE:
        raise UnclearError("The place is too long. Shorten it.")


def find_date(text: str) -> re.Match[str]:
    found: list[re.Match[str]] = []
    for pattern in DATES:
        for match in pattern.finditer(text):
            if not any(match.start() < other.end() and other.start() < match.end() for other in found):
                found.append(match)
    if not found:
        raise UnclearError("No date is found in this line.")
    if len(found) > 1:
        raise UnclearError(
            "There is more than one date in this line. Give one here, and write the other on a line of its own."
        )
    return found[0]


def day_of(found: re.Match[str], year: int | None, before: date | None) -> tuple[date, str]:
    """With what was concluded about the year."""
    number = int(found["day"])
    month = int(found["month"]) if found["month"].isdigit() else 1 + MONTHS.index(found["month"][:3].lower())
    if not 1 <= month <= 12:
        raise UnclearError(f"There is no month {month}. Write the day before the month.")
    if not 1 <= number <= 31:
        raise UnclearError(f"No month has a day {number}.")
    if given := (found["year"] or "").lstrip("'’"):
        return make_day(int(given) + (2000 if len(given) == 2 else 0), month, number), ""
    if year is None:
        raise NoYearError
    if before and before.year in (year, year + 1):
        months_back = before.year * 12 + before.month - year * 12 - month
        if months_back > 6:  # December is followed by January, but June before May is only out of order
            return make_day(year + 1, month, number), f"Taken as {year + 1}, since the list passes the end of {year}."
    return make_day(year, month, number), f"Taken as {year}, as you said for lines without a year."


def make_day(year: int, month: int, number: int) -> date:
    if year not in YEARS:
        raise UnclearError(f"Is {year} the right year?")
    try:
        return date(year, month, number)
    except ValueError as error:
        name = f"{date(2000, month, 1):%B}"
        raise UnclearError(f"There is no {number} {name} in {year}.") from error


def check_weekday(day: date, named: str) -> None:
    right = WEEKDAYS[day.weekday()]
    if not right.startswith(named):
        wrong = next(name for name in WEEKDAYS if name.startswith(named)).title()
        raise UnclearError(f"{day.day} {day:%B %Y} is a {right.title()}, but the line says {wrong}. Which day is it?")


def take_hours(rest: str) -> tuple[time | None, time | None, str]:
    """Start, end and what is left of the text without them."""
    rest = NOT_SET.sub(CUT, rest)
    ranges = [match for match in RANGE.finditer(rest) if EXACT.search(match[0])]
    singles = [
        match
        for match in SINGLE.finditer(rest)
        if EXACT.search(match[0]) and not any(r.start() <= match.start() < r.end() for r in ranges)
    ]
    if len(ranges) + len(singles) > 1:
        raise UnclearError("There is more than one time in this line. Which one is it?")
    if not ranges and not singles:
        if bare := BARE_HOURS.search(rest):
            raise UnclearError(f"Is “{bare[1] or bare[2]}” a time, in the morning or in the evening?")
        return None, None, rest
    found = (ranges or singles)[0]
    left = f"{rest[: found.start()]}{CUT}{rest[found.end() :]}"
    if not ranges:
        return only(hours(found["from"]), found[0]), None, left
    starts, ends = hours(found["from"]), hours(found["until"])
    if len(starts) == 2 and len(ends) == 2:
        raise UnclearError(f"Is “{found[0].strip()}” in the morning or in the evening?")
    if len(ends) == 1:
        starts = [max(early)] if (early := [at for at in starts if at < ends[0]]) else starts
    else:
        ends = [min(late)] if (late := [at for at in ends if at > starts[0]]) else ends
    return only(starts, found["from"]), only(ends, found["until"]), left


def hours(written: str) -> list[time]:
    """What a time can mean: one time, or morning and evening."""
    written = written.strip().lower()
    if "noon" in written or "midday" in written:
        return [time(12)]
    if "midnight" in written:
        return [time(0)]
    hour, minute = (int(number) for number in [*re.findall(r"\d+", written), 0][:2])
    half = HALF.search(written)
    if minute > 59 or hour > (12 if half else 23) or (half and hour == 0):
        raise UnclearError(f"“{written}” is not a time.")
    if half:
        return [time(hour % 12 + (12 if half[0] == "p" else 0), minute)]
    has_minutes = "." in written or ":" in written
    if hour == 0 or hour > 12 or "h" in written or (has_minutes and (hour > 9 or written.startswith("0"))):
        return [time(hour, minute)]
    return [time(hour % 12, minute), time(hour % 12 + 12, minute)]


def only(found: list[time], written: str) -> time:
    if len(found) > 1:
        raise UnclearError(f"Is “{written.strip()}” in the morning or in the evening?")
    return found[0]


def place_in(rest: str) -> str:
    pieces = (TRAILING.sub("", LEADING.sub("", piece)) for piece in rest.split(CUT))
    return re.sub(r"\s+", " ", ", ".join(piece for piece in pieces if piece)).strip()
