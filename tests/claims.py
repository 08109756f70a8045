"""Each shape of sentence that pages of strategies and plans hold, and what has to be so for it to be said."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from itertools import permutations

from tests.histories import Entry
from tests.oracle import (
    ENDED,
    HELD,
    PROPOSED,
    TO_COME,
    begins_later,
    covers,
    gap,
    guesses,
    is_certainly,
    is_certainly_free,
    lasts_told,
    may_be,
    named,
    reach,
    rendered,
    states,
    when,
)


@dataclass
class View:
    """One page as read on one day: which entries there are, whose page it is, of whom the sentence speaks."""

    entries: dict
    on: date
    today: date
    page_of: Entry | None = None
    it: Entry | None = None

    def states(self, entry):
        return states(entry, self.on, self.today)

    def flat(self, entry, what):
        return is_certainly(entry, what, self.on, self.today)

    def hedged(self, entry, what):
        return may_be(entry, what, self.on, self.today)

    def own(self):
        """Of the series that the page leads with."""
        series = self.page_of.series if self.page_of else ""
        return [entry for entry in self.entries.values() if entry.series == series]

    def agreed(self):
        """Without those that on this day are drafts still, whatever was agreed later."""
        return [entry for entry in self.own() if not self.flat(entry, PROPOSED)]


SHAPES: list = []
NAME = (
    r"(?P<name>Alder|Birch|Cedar)(?P<years> \(dates not stated\)| \d{4}(?: to \d{4})?| (?:from|until) \d{4}"
    r"| [A-Z][a-z]+ (?:\d{4} )?to [A-Z][a-z]+ \d{4}|(?: from| until)? [A-Z][a-z]+ \d{4})?"
)
DAY = r"\d{1,2} [A-Z][a-z]+ \d{4}"
WHEN = rf"(?:on|in|by) (?:{DAY}|[A-Z][a-z]+ \d{{4}}|\d{{4}})"
SPAN = r"(?:from|until|in) [^.]*\d{4}(?: or earlier)?"


def shape(pattern):
    def note(check):
        SHAPES.append(
            (
                re.compile(
                    pattern.replace("NAME", NAME).replace("WHEN", WHEN).replace("SPAN", SPAN).replace("DAY", DAY)
                ),
                check,
            )
        )
        return check

    return note


@shape(r"In force")
def _(view, entry, found):
    return view.flat(entry, HELD)


@shape(r"In force, as far as we know")
def _(view, entry, found):
    return view.hedged(entry, HELD)


@shape(r"(?:Ended|This NOUN has ended|which has ended too)")
def _(view, entry, found):
    return view.flat(entry, ENDED)


@shape(r"(?:Ended, as far as we know|As far as we know, this NOUN has ended)")
def _(view, entry, found):
    return view.hedged(entry, ENDED)


@shape(r"(?P<hedge>As far as we know, it|It) ended(?: (?P<when>WHEN))?")
def _(view, entry, found):
    told = {when(text) for text in lasts_told(entry, view.on, view.today)}
    judge = view.hedged if found["hedge"] != "It" else view.flat
    return judge(entry, ENDED) and (found["when"] or "") in told


@shape(r"(?:Not started|This NOUN has not started yet|On DAY, this NOUN had not started)")
def _(view, entry, found):
    return begins_later(entry, view.on) and TO_COME in view.states(entry)


@shape(
    r"(?:As far as we know, this NOUN has not started yet|On DAY, this NOUN had not started, as far as we know"
    r"|Not started, as far as we know)"
)
def _(view, entry, found):
    return begins_later(entry, view.on, is_believed=True) and TO_COME in view.states(entry)


@shape(r"(?:The|The next one, the) NAME,? begins(?: (?P<when>WHEN))?")
def _(view, entry, found):
    return (
        (entry in view.own() or entry.title == view.page_of.follower)
        and view.hedged(entry, TO_COME)
        and (found["when"] or "") == when(entry.first)
    )


@shape(r"(?:Not known on this day|We do not know whether (?:this NOUN|the NAME) (?:is|was) in force(?: then| on DAY)?)")
def _(view, entry, found):
    """What is certain is not kept from readers, unless it has to be worked out without its first or last day."""
    return HELD in view.states(entry) and (len(view.states(entry)) > 1 or has_lost_a_day(entry))


@shape(r"(?:Dates not stated|The dates of (?:this NOUN|the NAME) are not stated)")
def _(view, entry, found):
    return entry.first in ("", "?") and entry.last in ("", "?")


@shape(
    r"(?:Draft for consultation|Not yet agreed|This NOUN is a draft for consultation"
    r"|There is a draft for consultation, the NAME|It has not been agreed|It is for consultation and not agreed)"
)
def _(view, entry, found):
    return view.flat(entry, PROPOSED)


@shape(
    r"(?:The NAME|On DAY, this NOUN) was for consultation|On DAY, this NOUN had not been agreed"
    r"|On that day it had not been agreed"
)
def _(view, entry, found):
    return view.flat(entry, PROPOSED) and view.on < view.today


@shape(r"Draft, not recorded as agreed|This NOUN is a draft|We have no record that it was agreed")
def _(view, entry, found):
    return entry.standing != "agreed"


@shape(r"It is to be agreed (?P<when>WHEN)")
def _(view, entry, found):
    return reach(entry.agreed)[1] > view.today and found["when"] == when(entry.agreed) and entry.standing == "agreed"


@shape(r"It was agreed (?P<when>WHEN)")
def _(view, entry, found):
    is_past = reach(entry.agreed)[0] <= view.today
    return entry.standing == "agreed" and is_past and found["when"] == when(entry.agreed)


@shape(r"It (?P<verb>runs|ran|is meant to run|was meant to run|is on record as running) (?P<span>SPAN)")
def _(view, entry, found):
    told = {rendered(entry.first, last) for last in lasts_told(entry, view.on, view.today)}
    fits = {
        "runs": bool({HELD, TO_COME} & (view.states(entry) | guesses(entry, view.on, view.today))),
        "ran": view.hedged(entry, ENDED),
    }
    return found["span"] in told and fits.get(found["verb"], True)


@shape(r"That time is over")
def _(view, entry, found):
    return reach(entry.last)[1] < view.on


@shape(r"Its exact days are not confirmed")
def _(view, entry, found):
    return any(text.endswith("?") and text != "?" for text in [entry.first, *lasts_told(entry, view.on, view.today)])


@shape(r"Its (?P<which>first|last) day is not on record")
def _(view, entry, found):
    told = lasts_told(entry, view.on, view.today) if found["which"] == "last" else {entry.first}
    return "?" in told or "" in told


@shape(r"It was to end(?: (?P<until>WHEN))?, but was extended(?: (?P<decided>WHEN))?")
def _(view, entry, found):
    return any(
        (found["until"] or "") == when(extension.until)
        and (found["decided"] or "") == when(extension.decided)
        and (extension.decided in ("", "?") or reach(extension.decided)[0] <= view.on)
        for extension in entry.extensions
    )


@shape(r"It was extended later, to (?P<last>.*)")
def _(view, entry, found):
    """By what is decided on the day of reading."""
    is_later = any(reach(each.decided)[1] > view.on for each in entry.extensions)
    told = {rendered("", text) for text in lasts_told(entry, view.today, view.today)}
    return is_later and f"until {found['last']}" in told


@shape(r"The last was the NAME")
def _(view, entry, found):
    last = max(reach(text)[1] for text in lasts_told(entry, view.on, view.today))
    over = [other for other in view.own() if view.flat(other, ENDED)]
    later = [min(reach(text)[0] for text in lasts_told(other, view.on, view.today)) > last for other in over]
    return entry in view.own() and view.hedged(entry, ENDED) and not any(later)


@shape(r"We hold no NOUN for (?:today, )?(?P<day>DAY)")
def _(view, entry, found):
    return found["day"] == named(view.on) and not any(view.hedged(each, HELD) for each in view.own())


@shape(r"We know of no NOUN in force (?:today,|on) (?P<day>DAY)")
def _(view, entry, found):
    held = [each for each in view.own() if view.flat(each, HELD)]
    return found["day"] == named(view.on) and all(map(has_lost_a_day, held))


def has_lost_a_day(entry):
    return entry.first in ("", "?") or entry.last == "?"


@shape(r"There is a draft for the time after it, the NAME")
def _(view, entry, found):
    return follows(view, entry) and view.flat(entry, PROPOSED)


@shape(r"No later NOUN is on this site")
def _(view, entry, found):
    return not view.page_of.follower


@shape(r"The next on this site is the NAME")
def _(view, entry, found):
    return follows(view, entry)


@shape(r"It was followed by NAME")
def _(view, entry, found):
    is_named = view.page_of.follower == entry.title
    has_gap = gap(view.page_of, entry, view.on, view.today, is_believed=False)
    has_begun = {HELD, ENDED} & (view.states(entry) | guesses(entry, view.on, view.today))
    return follows(view, entry) and has_begun and (is_named or not has_gap)


def follows(view, entry):
    return entry.series == view.page_of.series or view.page_of.follower == entry.title


@shape(r"We hold none for (?P<first>DAY|\d{4})(?: to (?P<last>DAY|\d{4}))?")
def _(view, entry, found):
    """Of the time between the page's own and the one just named."""
    is_free = is_certainly_free(view.agreed(), found["first"], found["last"], view.today)
    return is_free and gap(view.page_of, entry, view.on, view.today)


@shape(r"We hold no NOUN for (?P<first>DAY|\d{4})(?: to (?P<last>DAY|\d{4}))?")
def _(view, entry, found):
    pairs = permutations(view.own(), 2)
    is_free = is_certainly_free(view.agreed(), found["first"], found["last"], view.today)
    return is_free and any(gap(before, after, view.on, view.today) for before, after in pairs)


@shape(r"“(?P<one>\w+)[^”]*” and “(?P<other>\w+)[^”]*” overlap, (?P<span>[^.]*)")
def _(view, entry, found):
    both = [view.entries[found[name]] for name in ("one", "other")]
    begun = max(reach(each.first)[1] for each in both)
    days = [datetime.strptime(text, "%d %B %Y").date() for text in re.findall(DAY, found["span"])] or [begun]
    return all(covers(each, day) for each in both for day in days) and all(each in view.own() for each in both)


@shape(r"What held on (?P<day>DAY)")
def _(view, entry, found):
    return found["day"] == named(view.on) and view.on <= view.today


@shape(r"What is planned for (?P<day>DAY), as far as we know today")
def _(view, entry, found):
    return found["day"] == named(view.on) and view.on > view.today
