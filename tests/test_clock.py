"""With the seed loaded and nothing edited, every page tells the truth on each day on which something changes.

What is true is worked out here from the records' days alone, not from the words of the code under test.
"""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from partners.models import ActionPlan, Partner, Strategy
from tests import make
from tests.content import seed
from tests.pages.test_seed_document import words
from tests.store import Site

DAY = timedelta(days=1)
KINDS = [(Strategy, "strategy", "/strategy/", "objectives"), (ActionPlan, "action plan", "/action-plan/", "priorities")]


def is_over(record, day):
    return record.ends_on is not None and record.ends_on < day


def is_to_come(record, day):
    return record.starts_on is not None and record.starts_on > day


def holds(record, day):
    return not is_over(record, day) and not is_to_come(record, day)


def boundaries():
    """The day before each first day, the first day, the last day and the day after, of all that has a day."""
    records = [record for model in (Strategy, ActionPlan, Partner) for record in model.objects.all()]
    first = {record.starts_on for record in records if record.starts_on}
    last = {record.ends_on for record in records if record.ends_on}
    return sorted({day - DAY for day in first} | first | last | {day + DAY for day in last})


@pytest.fixture
def read(client, db, request):
    """Reads a page on a day: with the clock moved there, without and with the store, or as at that day."""
    with time_machine.travel(datetime(2010, 1, 1, 12, tzinfo=UTC), tick=False):
        seed()
    assert {date(2018, 4, 1), date(2021, 6, 26)} < set(boundaries())

    reader = Site() if request.param == "store" else client

    def moved(address, day):
        with time_machine.travel(datetime(day.year, day.month, day.day, 12, tzinfo=UTC), tick=False):
            return words(reader.get(address))

    def as_at(address, day):
        return words(client.get(address, {"on": f"{day}"}))

    way = as_at if request.param == "?on=" else moved
    way.is_as_at = way is as_at
    return way


every_way = pytest.mark.parametrize("read", ["clock", "store", "?on="], indirect=True)


def run(record):
    return f"from {record.starts_on.year} to {record.ends_on.year}"


def is_unsure(record, day):
    """The seed knows years alone: in the first and the last of them no sentence turns on the day."""
    return day.year in (record.starts_on.year, record.ends_on.year)


def sentences(record, noun, day, is_as_at):
    """What may be said of it on the day, and what may not, as {sentence: whether it may}."""
    unsure = is_unsure(record, day)
    known = "As far as we know, this" if unsure else "This"
    then = f"On {day:%-d %B %Y}, this {noun} had not started{', as far as we know' if unsure else ''}."
    not_started = then if is_as_at else f"{known} {noun} has not started yet."
    return {
        f"In force. It runs {run(record)}.": holds(record, day) and not unsure,
        f"In force, as far as we know. It runs {run(record)}.": holds(record, day) and unsure,
        f"{known} {noun} has ended. It ran {run(record)}.": is_over(record, day),
        f"{not_started} It runs {run(record)}.": is_to_come(record, day),
    }


@every_way
@pytest.mark.parametrize(("model", "noun", "address", "parts"), KINDS, ids=["strategy", "action plan"])
def test_the_lists_tell_what_holds(read, model, noun, address, parts):
    records = list(model.objects.all())
    for day in boundaries():
        main, home, lists = (read(each, day) for each in (address, "/", "/what-we-do/"))
        current = [record for record in records if holds(record, day)]
        over = sorted((record for record in records if is_over(record, day)), key=lambda record: record.ends_on)
        for record in records:
            assert (f"{record} In force" in main) is (record in current), (day, record)
        assert (f"We hold no {noun} for" in main) is (not current), day
        last = over[-1] if over else None
        how = "As far as we know, it" if last and is_unsure(last, day) else "It"
        ended = f"The last was the {last}. {how} ended in {last and last.ends_on.year}."
        assert (ended in main) is bool(last and not current), day
        for record in records:
            begins = f"The {record} begins in {record.starts_on.year}."
            for page in (main, home, lists):
                assert (begins in page) is (is_to_come(record, day) and not current), (day, record)

        shown = [record for record in current or over[-1:] if getattr(record, parts).exists()]
        if not shown:  # then the last one that has any, so labelled
            shown = [record for record in over if getattr(record, parts).exists()][-1:]
        for record in records:
            years = f"{record.starts_on.year} to {record.ends_on.year}"
            heading = {"objectives": f"Key objectives for {years}", "priorities": f"Key priority areas for {years}"}
            for sentence, is_true in sentences(record, noun, day, read.is_as_at).items():
                told = f"{heading[parts]} {sentence}"
                assert (told in lists) is (is_true and record in shown), (day, record, sentence)
            assert (f"{record}: In force" in home) is (record in shown and record in current), (day, record)
            how = "As far as we know, it" if is_unsure(record, day) else "It"
            told = f"These {parts} are those of the {record}. {how} ended in {record.ends_on.year}."
            assert (told in home) is (record in shown and record in over), (day, record)


@every_way
@pytest.mark.parametrize(("model", "noun", "address", "parts"), KINDS, ids=["strategy", "action plan"])
def test_each_page_and_those_of_its_parts_tell_whether_it_holds(read, model, noun, address, parts):
    for record in model.objects.all():
        later = model.objects.filter(starts_on__gt=record.starts_on).order_by("starts_on").first()
        pages = [record, *getattr(record, parts).all()[:1]]
        for day in boundaries():
            follows = bool(is_over(record, day) and later and not is_to_come(later, day))
            ended = follows and is_over(later, day) and not is_unsure(later, day)
            for page in (read(each.get_absolute_url(), day) for each in pages):
                told = {
                    **sentences(record, noun, day, read.is_as_at),
                    f"No later {noun} is on this site.": is_over(record, day) and later is None,
                    f"It was followed by {later}.": follows and not ended,
                    f"It was followed by {later}, which has ended too.": follows and ended,
                }
                assert {sentence: sentence in page for sentence in told} == told, (day, record)


@every_way
def test_the_partners_pages_tell_who_belongs(read):
    everyone = list(Partner.objects.all())
    assert any(partner.ends_on for partner in everyone)
    for day in boundaries():
        home, page = read("/", day), read("/who-belongs/", day)
        members, _, former = page.partition("Former members")
        for partner in everyone:
            assert (partner.name in members) is holds(partner, day), (day, partner)
            assert (f"{partner.name} Member until" in former) is is_over(partner, day), (day, partner)
            assert (partner.name in home) is holds(partner, day), (day, partner)
            if not (partner.starts_on or partner.ends_on):
                continue
            own = read(partner.get_absolute_url(), day)
            assert (f"{partner.name} is no longer a member of SoSafe." in own) is is_over(partner, day), (day, partner)


@every_way
def test_the_time_line_tells_the_phase_of_each_strategy_and_plan(read):
    for day in boundaries():
        line = read("/strategy/", day).partition("Our strategies by year")[2].partition("See what was")[0]
        for record in (*Strategy.objects.all(), *ActionPlan.objects.all()):
            years = f"{record.starts_on.year} to {record.ends_on.year}"
            told = {
                "In force": holds(record, day),
                "Ended": is_over(record, day),
                "Not started": is_to_come(record, day),
            }
            assert {phase: f"{years} {phase}" in line for phase in told} == told, (day, record)


def test_a_day_that_an_officer_adds_is_tried_too(db):
    make.make_partner(starts_on=date(2030, 1, 1), ends_on=date(2031, 1, 1))
    assert {date(2029, 12, 31), date(2030, 1, 1), date(2031, 1, 1), date(2031, 1, 2)} == set(boundaries())
