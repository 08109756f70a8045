"""What is claimed of a partner on a day holds in every course of events that its dates allow; an oracle of its own."""

from datetime import date, timedelta
from itertools import pairwise, product

import time_machine
from hypothesis import given
from hypothesis import strategies as st

from partners.models import EarlierStanding, Partner
from sosafe_site.partial_dates import PartialDate
from sosafe_site.periods import Phase

NOW = date(2026, 6, 1)
LONG_AGO, FAR = date(1900, 1, 1), date(2999, 12, 31)
DAY = timedelta(days=1)
days = st.dates(date(2010, 1, 1), date(2035, 12, 31))


@st.composite
def partial_days(draw, is_last):
    day, kind = draw(days), draw(st.sampled_from(["day", "month", "year", "by", "?", ""]))
    text = {"day": f"{day}", "month": f"{day:%Y-%m}", "year": f"{day:%Y}", "by": f"by {day}", "?": "?", "": ""}[kind]
    return PartialDate.read(text, is_last), possible(kind, day, is_last)


def possible(kind, day, is_last):
    """Days that it may have been, the outermost and those of the turns of years."""
    if kind == "day":
        return {day}
    if kind == "month":
        return {day.replace(day=1), (day.replace(day=28) + 4 * DAY).replace(day=1) - DAY}
    if kind == "year":
        return {day.replace(month=1, day=1), day.replace(month=12, day=31)}
    if kind == "by":
        return {LONG_AGO, day}
    if kind == "?" and is_last:
        return {LONG_AGO, NOW - DAY}  # it was over when that was written
    return {FAR} if is_last else {LONG_AGO, NOW}  # it goes on; it held when it was entered


def worlds(own, earlier):
    """Each as the spans in which it belonged; only those in which one comes after another."""
    for chosen in product(*(each for time in (*earlier, own) for each in (time[0][1], time[1][1]))):
        spans = list(zip(chosen[::2], chosen[1::2], strict=True))
        in_order = all(first <= last for first, last in spans)
        if in_order and all(before[1] < after[0] for before, after in pairwise(spans)):
            yield spans


times = st.tuples(partial_days(is_last=False), partial_days(is_last=True))


def fields(time):
    (first, _), (last, _) = time
    return {
        "starts_on": first.day, "starts_on_known": first.known, "ends_on": last.day, "ends_on_known": last.known
    }  # fmt: skip


@given(own=times, earlier=st.lists(times, max_size=1), on=days)
def test_a_partner_is_said_to_belong_or_not_only_where_that_is_certain(own, earlier, on):
    found = list(worlds(own, earlier))
    if not found or any(time[1][0].text == "" for time in earlier):
        return  # its dates contradict each other, or it is refused
    partner = Partner(**fields(own))
    partner.__dict__["_prefetched_objects_cache"] = {
        "earlier_standings": [EarlierStanding(**fields(t)) for t in earlier]
    }
    partner._state.adding = False
    with time_machine.travel("2026-06-01 12:00", tick=False):
        phase, since = partner.phase(on), partner.has_left_since(LONG_AGO, on)
    belongs = {any(first <= on <= last for first, last in spans) for spans in found}
    if phase == Phase.CURRENT:
        assert belongs == {True}
    elif phase in (Phase.ENDED, Phase.NOT_STARTED):
        assert belongs == {False}
    elif phase == Phase.UNDATED:
        assert own[0][0].day is None, "and so it is listed today, as what was entered without its days"
        assert own[1][0].text == ""
        assert on >= NOW
    if since:
        assert all(any(span[1] < on for span in spans) for spans in found)
