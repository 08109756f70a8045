"""Histories of strategies and plans as officers type them, at random, and what enters them as records."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import strategies as some

from partners.models import Series
from tests import make

ALWAYS = datetime(2000, 1, 1, tzinfo=UTC)
TITLES = ["Alder", "Birch", "Cedar", "Damson"]


@dataclass(frozen=True)
class Extension:
    until: str  # the last day until then
    decided: str


@dataclass(frozen=True)
class Entry:
    """One strategy or plan. Each day is what an officer types: "2018-04-01", "2018", "by 2018-12-31", "?", ""."""

    title: str
    first: str
    last: str
    agreed: str = ""
    standing: str = "agreed"
    series: str = ""
    extensions: tuple[Extension, ...] = ()
    follower: str = ""  # the title of what an officer named as its successor


FIRST_DAYS = some.builds(date, some.integers(2012, 2030), some.sampled_from([1, 4, 7]), some.just(1))
ANY_DAY = some.dates(date(2010, 1, 1), date(2035, 12, 31))
LENGTHS = some.sampled_from([3, 12, 24, 36, 60])  # months
SHAPES = ["{0:%Y-%m-%d}"] * 6 + ["{0:%Y-%m-%d}?"] * 4 + ["{0:%B %Y}", "{0:%Y}", "by {0:%Y-%m-%d}", "?", ""]


def later(day, months):
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, day.day)


def written(draw, day, *more):
    return draw(some.sampled_from([*SHAPES, *more])).format(day)


@some.composite
def entries(draw):
    """Up to three: mostly one after another, some with a gap, an overlap, or of another series."""
    found, begins = [], draw(FIRST_DAYS)
    number = draw(some.integers(1, 3))
    for title in TITLES[:number]:
        ends = later(begins, draw(LENGTHS)) - timedelta(days=1)
        extensions, number_of = [], draw(some.sampled_from([0, 0, 0, 1, 1, 2]))
        for _ in range(number_of):
            decided = ends + timedelta(days=draw(some.integers(-80, 80)))
            how = written(draw, decided) if number_of == 1 else f"{decided}"  # of two the order has to be plain
            extensions.append(Extension(written(draw, ends), how))
            ends = later(ends + timedelta(days=1), draw(some.sampled_from([6, 12]))) - timedelta(days=1)
        agreed = begins + timedelta(days=draw(some.integers(-120, 150)))
        found.append(
            Entry(
                title,
                written(draw, begins),
                written(draw, ends),
                written(draw, agreed, "", "", "", "", ""),
                draw(some.sampled_from(["agreed"] * 4 + ["proposed"])),
                draw(some.sampled_from(["", "", "", "Bedwell"])),
                tuple(extensions),
                draw(some.sampled_from(["", "", "", *TITLES[:number]])),
            )
        )
        begins = later(ends + timedelta(days=1), draw(some.sampled_from([0, 0, 0, 3, 12, 36, -3, -12])))
    return found


def enter(maker, entry):
    """The record, or nothing where the site refuses what was typed."""
    days = make.typed(starts_on=entry.first, ends_on=entry.last, agreed_on=entry.agreed)
    series = Series.objects.get_or_create(name=entry.series)[0] if entry.series else None
    try:
        with transaction.atomic():
            names = {"title": entry.title, "slug": entry.title.lower(), "published_at": ALWAYS}
            record = maker(**names, standing=entry.standing, series=series, **days)
            for extension in entry.extensions:
                part = record.extensions.model(
                    **{record.extensions.field.name: record},
                    **make.typed(until_on=extension.until, decided_on=extension.decided),
                )
                part.full_clean()
                part.save()
            record.full_clean()
    except ValidationError:
        return None
    return record


def enter_all(maker, history):
    """What was accepted, in the same order; who follows whom is named once all are there."""
    records = {entry.title: enter(maker, entry) for entry in history}
    kept = []
    for entry in history:
        record, follower = records[entry.title], records.get(entry.follower)
        if record is None:
            continue
        record.followed_by = follower
        try:
            record.full_clean()
            record.save()
        except ValidationError:
            follower = None
        kept.append((entry, follower is not None))
    return [entry if is_named else Entry(**{**vars(entry), "follower": ""}) for entry, is_named in kept]


def is_near(history):
    """A day: any, or one beside a day that somebody typed."""
    typed = [text for entry in history for text in texts(entry)]
    found = [date.fromisoformat(each) for text in typed for each in re.findall(r"\d{4}-\d\d-\d\d", text)]
    beside = sorted({day + timedelta(days=number) for day in found for number in (-1, 0, 1)})
    return some.one_of(some.sampled_from(beside), ANY_DAY) if beside else ANY_DAY


def texts(entry):
    yield from (entry.first, entry.last, entry.agreed)
    for extension in entry.extensions:
        yield from (extension.until, extension.decided)
