"""What may be said on a day of what officers typed, worked out apart from the site's own code.

What is not known is looked at as worlds: in each, every day has one value that the text allows. A flat sentence has to
be true in all of them. In one with "as far as we know", days that were assumed ("2018-04-01?") are what was assumed,
and a decision (an agreement, an extension) known only roughly may be taken as made.
"""

import calendar
import re
from datetime import date, datetime, timedelta
from functools import cache
from itertools import product

ONE = timedelta(days=1)
NEVER, FOREVER = date(1800, 1, 1), date(3000, 1, 1)
MONTHS = list(calendar.month_name)
HELD, ENDED, TO_COME, PROPOSED = "held", "ended", "to come", "proposed"


def reach(text, is_believed=False):
    """The earliest and the latest day that the text allows."""
    if text in ("", "?"):
        return NEVER, FOREVER
    if text.startswith("by "):
        return NEVER, date.fromisoformat(text[3:])
    if text.endswith("?"):
        day = date.fromisoformat(text[:-1])
        return (day, day) if is_believed else (date(day.year, 1, 1), date(day.year, 12, 31))
    if re.fullmatch(r"\d{4}", text):
        return date(int(text), 1, 1), date(int(text), 12, 31)
    if found := re.fullmatch(r"([A-Z][a-z]+) (\d{4})", text):
        year, month = int(found[2]), MONTHS.index(found[1])
        return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])
    day = date.fromisoformat(text)
    return day, day


def values(text, on, is_believed=False):
    """One for each way in which a day can lie to the viewing day."""
    first, last = reach(text, is_believed)
    return {first, last, *(day for day in (on - ONE, on, on + ONE) if first <= day <= last)}


@cache
def periods(entry, on, is_believed):
    """(first day, last days: the former ones in their order and then the present one), where they make sense."""
    last = {FOREVER} if entry.last == "" else values(entry.last, on, is_believed)
    formers = [values(extension.until, on, is_believed) for extension in entry.extensions]
    found = list(product(values(entry.first, on, is_believed), *formers, last))
    sound = [days for days in found if days[0] == min(days)]
    return [(first, lasts) for first, *lasts in sound or found]


@cache
def decisions(entry, on, today):
    """(day of agreement, days of the extensions). What was decided on a day not on record is decided by today."""
    agreed = [NEVER] if entry.agreed in ("", "?") else values(entry.agreed, on)
    decided = [
        {day for day in values(extension.decided, on) if extension.decided not in ("", "?") or day <= max(on, today)}
        for extension in entry.extensions
    ]
    return [(day, tuple(days)) for day, *days in product(agreed, *decided)]


def told_last(lasts, decided, on):
    """Before an extension was decided, the former last day holds."""
    for until, day in zip(lasts, decided, strict=False):
        if day > on:
            return until
    return lasts[-1]


def state(entry, period, decision, on):
    (first, lasts), (agreed, decided) = period, decision
    if entry.standing != "agreed" or agreed > on:
        return PROPOSED
    if first > on:
        return TO_COME
    return ENDED if told_last(lasts, decided, on) < on else HELD


@cache
def states(entry, on, today):
    """In which it may be, in any world."""
    ways = product(periods(entry, on, False), decisions(entry, on, today))
    return frozenset(state(entry, period, decision, on) for period, decision in ways)


@cache
def guesses(entry, on, today):
    """What may be said of it "as far as we know"."""
    found = set()
    for decision in decisions(entry, on, today):
        told = {state(entry, period, decision, on) for period in periods(entry, on, True)}
        found |= told if len(told) == 1 else set()
    return frozenset(found)


def begins_later(entry, on, is_believed=False):
    """Whether its first day is still to come, whenever it is agreed."""
    return all(first > on for first, _ in periods(entry, on, is_believed))


def covers(entry, on):
    """Whether the day lies in its time for certain, whenever it was agreed and once its extensions are decided."""
    return entry.standing == "agreed" and all(first <= on <= lasts[-1] for first, lasts in periods(entry, on, False))


def is_certainly(entry, what, on, today):
    return states(entry, on, today) == {what}


def may_be(entry, what, on, today):
    """Flatly or as far as we know."""
    return is_certainly(entry, what, on, today) or what in guesses(entry, on, today)


def lasts_told(entry, on, today):
    """The texts of the last days that may be told on that day: before a decision the former one."""
    texts = [extension.until for extension in entry.extensions] + [entry.last]
    return {told_last(texts, decided, on) for _, decided in decisions(entry, on, today)}


def tokens(text):
    """How a day may be named: exactly as it was given, and by its year alone while it is assumed."""
    if text in ("", "?"):
        return set()
    if text.endswith("?") or re.fullmatch(r"\d{4}", text):
        return {text[:4]}
    if re.fullmatch(r"[A-Z][a-z]+ \d{4}", text):
        return {text}
    return {named(date.fromisoformat(text.removeprefix("by ")))}


def named(day):
    return f"{day.day} {MONTHS[day.month]} {day.year}"


def rendered(first, last):
    """ "from 1 April 2018 to 31 March 2021", "in 2019", "until March 2020", "from 2018 or earlier"."""
    is_assumed = any(text.endswith("?") and text != "?" for text in (first, last))
    begins, ends = (
        next(iter(tokens(text)), "")[-4 * is_assumed :] + text.startswith("by ") * " or earlier"
        for text in (first, last)
    )
    if begins and begins == ends and len(begins) == 4:
        return f"in {begins}"
    if not begins:
        return f"until {ends}"
    return f"from {begins} to {ends}" if ends else f"from {begins}"


def when(text):
    """After a verb: "on 1 April 2018", "in June 2019", "by 31 December 2019"."""
    for token in tokens(text):
        word = "by" if text.startswith("by ") else "on" if re.fullmatch(r"\d+ \w+ \d{4}", token) else "in"
        return f"{word} {token}"
    return ""


def gap(before, after, on, today, is_believed=True):
    """Whether there is time between two. What is assumed is taken as it is: the site tells such a gap by its years."""
    last = max(reach(text, is_believed)[1] for text in lasts_told(before, on, today))
    return last != FOREVER and reach(after.first, is_believed)[0] > last + ONE


def is_certainly_free(entries, first, last, today):
    """Whether none of them can have held on a day of the time that a sentence names: by days, or by years alone."""
    if re.fullmatch(r"\d{4}", first):
        days = [date(year, 7, 1) for year in range(int(first) + 1, int(last or first))]
    else:
        days = [datetime.strptime(text, "%d %B %Y").date() for text in (first, last or first)]
        days.append(days[0] + (days[1] - days[0]) / 2)
    return not any(HELD in states(entry, day, today) for entry in entries for day in days)
