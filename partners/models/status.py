"""What may be said of a strategy or plan on a day: from its period, from what was decided by then, and no more."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db import models
from django.utils.formats import date_format

from sosafe_site.partial_dates import DATE_WORDS, Known
from sosafe_site.periods import Phase, add_months, today

if TYPE_CHECKING:
    from partners.models.agreed import Agreed


class State(models.TextChoices):
    """Each is in exactly one on any day; the words are those of lists."""

    PROPOSED = "proposed", "Draft for consultation"
    NOT_AGREED = "not-agreed", "Draft, not recorded as agreed"
    NOT_YET = "not-yet", "Not yet agreed"
    NOT_STARTED = "not-started", "Not started"
    CURRENT = "current", "In force"
    ENDED = "ended", "Ended"
    UNDATED = "undated", "Dates not stated"
    UNKNOWN = "unknown", "Not known on this day"


SURE = (State.NOT_STARTED, State.CURRENT, State.ENDED)
UNCERTAIN = (State.UNDATED, State.UNKNOWN)
WAITING = (State.PROPOSED, State.NOT_STARTED, *UNCERTAIN)
DRAFTS = (State.PROPOSED, State.NOT_AGREED, State.NOT_YET)


@dataclass(frozen=True)
class Status:
    record: "Agreed"
    on: date

    @property
    def state(self) -> State:
        phase = self.record.phase(self.on)
        if not self.record.is_proposed_on(self.on):
            return State(phase.value)
        if phase == Phase.ENDED and self.record.is_proposed:
            return State.NOT_AGREED
        return State.NOT_YET if self._is_long_before else State.PROPOSED

    @property
    def _is_long_before(self) -> bool:
        """Whether, on a day that is over, it was more than a year away: nobody knows of a draft then."""
        days = filter(None, [self.record.first.earliest, self.record.agreed.earliest])
        return self.is_past and self.on < add_months(min(days, default=self.on), -12)

    @property
    def label(self) -> str:
        hedge = ", as far as we know" if self.is_hedged and self.state in SURE else ""
        return f"{self.state.label}{hedge}"

    @property
    def is_past(self) -> bool:
        """Whether it is told of a day that is over, so that what came later is known."""
        return self.on < today()

    @property
    def was_proposed(self) -> bool:
        """Whether it was agreed later than on this day, as is known today."""
        return self.state in DRAFTS and self.is_past and not self.record.is_proposed

    @property
    def stands_out(self) -> bool:
        """Whether readers must know it before they read on."""
        return self.state not in (State.CURRENT, State.UNDATED)

    @property
    def look(self) -> str:
        """How it is drawn among others, beside its words."""
        return {State.CURRENT: "now", State.ENDED: "was", State.NOT_AGREED: "was"}.get(self.state, "next")

    @property
    def ended(self) -> str:
        """ "It ended in 2021." """
        last = self.record.last_then(self.on)
        if self.is_hedged:
            return f"As far as we know, it ended {last.when}."
        return f"It ended {last.when}."

    @property
    def is_at_the_edge(self) -> bool:
        """Whether it turns on a day that only follows from the years, in the year of that day."""
        record = self.record
        edges = (record.first, record.last_then(self.on))
        return any(each.is_assumed and each.day and each.day.year == self.on.year for each in edges)

    @property
    def is_hedged(self) -> bool:
        """Whether it turns on a day that is not known for certain: of its time, its agreement or an extension."""
        decisions = (self.record.agreed, *(each.decided for each in self.record.extensions_in_order))
        return self.is_at_the_edge or any(each.leaves_open(self.on) for each in decisions)

    @property
    def headline(self) -> str:
        """What stands out at the top of its page."""
        noun, day = self.record._meta.verbose_name, date_format(self.on, DATE_WORDS)
        this = f"As far as we know, this {noun}" if self.is_hedged else f"This {noun}"
        then, guess = f"On {day}, this {noun}", ", as far as we know" if self.is_hedged else ""
        return {
            State.PROPOSED: f"{then} was for consultation."
            if self.was_proposed
            else f"This {noun} is a draft for consultation.",
            State.NOT_AGREED: f"This {noun} is a draft.",
            State.NOT_YET: f"{then} had not been agreed.",
            State.NOT_STARTED: f"{then} had not started{guess}." if self.is_past else f"{this} has not started yet.",
            State.CURRENT: "In force, as far as we know." if self.is_hedged else "In force.",
            State.ENDED: f"{this} has ended.",
            State.UNDATED: f"The dates of this {noun} are not stated.",
            State.UNKNOWN: f"We do not know whether this {noun} {'was' if self.is_past else 'is'} in force on {day}.",
        }[self.state]

    @property
    def facts(self) -> str:
        """What is known besides, in whole sentences; may be empty."""
        return " ".join(filter(None, [*self._of_agreement, *self._of_its_time]))

    @property
    def line(self) -> str:
        return f"{self.headline} {self.facts}".strip()

    @property
    def agreement(self) -> str:
        """ "It was agreed on 23 July 2026."; empty where nothing is claimed."""
        when = self.record.agreed.when
        if self.record.is_proposed or not when:
            return ""
        is_to_come = self.record.agreed.earliest and self.record.agreed.earliest > today()
        return f"It is to be agreed {when}." if is_to_come else f"It was agreed {when}."

    @property
    def _of_agreement(self) -> list[str]:
        if self.state == State.NOT_AGREED:
            return ["We have no record that it was agreed."]
        if self.record.is_proposed:
            return ["It has not been agreed."]
        return [self.agreement] if self.state in DRAFTS else []

    @property
    def _of_its_time(self) -> list[str]:
        run, is_over = self.record.run_on(self.on), self.record.phase(self.on) == Phase.ENDED
        if self.state == State.UNDATED or not run:
            return [] if self.state in DRAFTS else [self.agreement]
        if self.state in DRAFTS:
            is_or_was = "was" if is_over or self.was_proposed else "is"
            is_no_more = is_over and self.record.is_proposed and not self.is_at_the_edge
            later = self.extension if self.was_proposed else ""
            return [f"It {is_or_was} meant to run {run}.", "That time is over." if is_no_more else "", later]
        verb = {State.ENDED: "ran", State.UNKNOWN: "is on record as running"}.get(self.state, "runs")
        unsure = "Its exact days are not confirmed." if self.is_at_the_edge else ""
        return [f"It {verb} {run}.", unsure, self.not_on_record, self.extension, self.agreement]

    @property
    def not_on_record(self) -> str:
        """Which of its days an officer has said is not."""
        days = {"first": self.record.first, "last": self.record.last_then(self.on)}
        lost = [f"Its {name} day is not on record." for name, day in days.items() if day.known == Known.UNKNOWN]
        return " ".join(lost)

    @property
    def extension(self) -> str:
        """What its last day was before, if that was changed by the day; of a later one, that there was one."""
        by_then, by_today = self.record.extended_by(self.on), self.record.extended_by(today())
        last = self.record.last_then(today())
        words = [f"It was to end {each.until.when}, but was extended {each.decided.when}".strip() for each in by_then]
        if self.is_past and len(by_then) < len(by_today) and last.day:
            words.append(f"It was extended later, to {last.words}")
        return " ".join(f"{each}." for each in words)
