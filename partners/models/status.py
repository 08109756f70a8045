"""What may be said of a strategy or plan on a day: from its period, from what was decided by then, and no more."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db import models
from django.utils.formats import date_format

from sosafe_site.partial_dates import DATE_WORDS
from sosafe_site.periods import Phase, today

if TYPE_CHECKING:
    from partners.models.agreed import Agreed


class State(models.TextChoices):
    """Each is in exactly one on any day; the words are those of lists."""

    PROPOSED = "proposed", "Draft for consultation"
    NOT_AGREED = "not-agreed", "Draft, not recorded as agreed"
    NOT_STARTED = "not-started", "Not started"
    CURRENT = "current", "In force"
    ENDED = "ended", "Ended"
    UNDATED = "undated", "Dates not stated"
    UNKNOWN = "unknown", "Not known on this day"


WAITING = (State.PROPOSED, State.NOT_STARTED, State.UNDATED, State.UNKNOWN)


@dataclass(frozen=True)
class Status:
    record: "Agreed"
    on: date

    @property
    def state(self) -> State:
        phase = self.record.phase(self.on)
        if not self.record.is_proposed_on(self.on):
            return State(phase.value)
        is_over = phase == Phase.ENDED and self.record.is_proposed
        return State.NOT_AGREED if is_over else State.PROPOSED

    @property
    def label(self) -> str:
        return str(self.state.label)

    @property
    def is_past(self) -> bool:
        """Whether it is told of a day that is over, so that what came later is known."""
        return self.on < today()

    @property
    def was_proposed(self) -> bool:
        """Whether it was agreed later than on this day, as is known today."""
        return self.state == State.PROPOSED and self.is_past and not self.record.is_proposed

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
        if self.is_at_the_edge:
            return f"As far as we know, it ended {last.when}."
        return f"It ended {last.when}."

    @property
    def is_at_the_edge(self) -> bool:
        """Whether it turns on a day that only follows from the years, in the year of that day."""
        record = self.record
        edges = (record.first, record.last_then(self.on))
        return any(each.is_assumed and each.day and each.day.year == self.on.year for each in edges)

    @property
    def headline(self) -> str:
        """What stands out at the top of its page."""
        noun, day = self.record._meta.verbose_name, date_format(self.on, DATE_WORDS)
        is_or_was = "was" if self.is_past else "is"
        hedge = "As far as we know, this" if self.is_at_the_edge else "This"
        return {
            State.PROPOSED: f"On {day}, this {noun} was for consultation."
            if self.was_proposed
            else f"This {noun} is a draft for consultation.",
            State.NOT_AGREED: f"This {noun} is a draft.",
            State.NOT_STARTED: f"{hedge} {noun} has not started yet.",
            State.CURRENT: "In force, as far as we know." if self.is_at_the_edge else "In force.",
            State.ENDED: f"{hedge} {noun} has ended.",
            State.UNDATED: f"The dates of this {noun} are not stated.",
            State.UNKNOWN: f"We do not know whether this {noun} {is_or_was} in force on {day}.",
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
        return [self.agreement] if self.state == State.PROPOSED else []

    @property
    def _of_its_time(self) -> list[str]:
        run, is_over = self.record.run_on(self.on), self.record.phase(self.on) == Phase.ENDED
        if self.state == State.UNDATED or not run:
            return [] if self.state in (State.PROPOSED, State.NOT_AGREED) else [self.agreement]
        if self.state in (State.PROPOSED, State.NOT_AGREED):
            is_or_was = "was" if is_over or self.was_proposed else "is"
            return [f"It {is_or_was} meant to run {run}.", "That time is over." if is_over else ""]
        verb = {State.ENDED: "ran", State.UNKNOWN: "is on record as running"}.get(self.state, "runs")
        hedge = "Its exact days are not confirmed." if self.is_at_the_edge else ""
        return [f"It {verb} {run}.", hedge, self.extension, self.agreement]

    @property
    def extension(self) -> str:
        """What its last day was before, if that was changed by the day."""
        former = self.record.extended_by(self.on)
        if not former:
            return ""
        words = "; then ".join(
            f"it was to end {each.until.when}, which was changed {each.decided.when}" for each in former
        )
        return f"{words[0].upper()}{words[1:]}.".replace(" .", ".")
