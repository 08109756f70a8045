"""What belonging means on a day: to the partnership, at one time or several, and to what hangs on that."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from sosafe_site.partial_dates import Known, PartialDate, PartialDateField
from sosafe_site.periods import (
    ONE_DAY,
    Phase,
    Span,
    SpanQuerySet,
    ends_after_start,
    in_known_years,
    is_not_on_record,
    span_words,
    today,
)
from sosafe_site.publishing.models.record import Record

NOT_ON_RECORD = "a day that is not on record"


class Standing(models.TextChoices):
    """The limbs of "responsible authority" are those of the Crime and Disorder Act 1998, section 5(1)."""

    RESPONSIBLE_AUTHORITY = "responsible-authority", "Responsible authority"
    CO_OPERATING = "co-operating", "Co-operating body"
    CO_OPTED = "co-opted", "Co-opted member"
    OTHER_MEMBER = "other-member", "Other member"
    WORKS_CLOSELY = "works-closely", "Works closely with the partnership"
    NOT_STATED = "not-stated", "Standing in law not stated"

    @property
    def heading(self) -> str:
        """Over a list of partners of this standing."""
        return {
            self.RESPONSIBLE_AUTHORITY: "Responsible authorities",
            self.CO_OPERATING: "Co-operating bodies",
            self.CO_OPTED: "Co-opted members",
            self.OTHER_MEMBER: "Other members",
            self.WORKS_CLOSELY: "The partnership works closely with",
            self.NOT_STATED: "Other partners",
        }[self]


class Tenure(Span):
    """A time for which somebody belongs to something. It is entered because it holds or has held: without a first day
    it holds today, and nobody knows since when; with a last day of "?" it is over, and nobody knows since when."""

    ends_on = PartialDateField(
        "last day",
        null=True,
        blank=True,
        validators=[in_known_years],
        is_last=True,
        help_text="Such as 31 March 2020, March 2020, 2020 or “by 31 March 2020”. This day still counts. "
        "“?” if it is over and the day is not on record. Empty while it goes on.",
    )

    class Meta:
        abstract = True

    def own_phase(self, on: date) -> Phase:
        """By its own days alone."""
        phase = super().phase(on)
        if phase not in (Phase.UNDATED, Phase.UNKNOWN):
            return phase
        if on < today():
            return Phase.UNKNOWN
        if is_not_on_record(self.last):
            return Phase.ENDED
        goes_on = self.last.earliest is not None and on <= self.last.earliest
        return Phase.CURRENT if self.first.day is None and goes_on else phase

    def phase(self, on: date) -> Phase:
        return self.own_phase(on)

    @property
    def stretch(self) -> "Stretch":
        return Stretch(self.first, self.last)


@dataclass(frozen=True)
class Stretch:
    """From a first to a last day, however well they are known."""

    first: PartialDate
    last: PartialDate

    def __str__(self) -> str:
        """For after "member": "from 2015 to 2021", "until 2021", "on 1 May 2019"; empty if nothing is known."""
        first = self.first.words
        last = self.last.words or (NOT_ON_RECORD if is_not_on_record(self.last) else "")
        if not (first and last):
            return span_words(first, last)
        return self.first.when if first == last else f"from {first} to {last}"

    def is_away_before(self, later: "Stretch") -> bool:
        """Whether there certainly is a time between."""
        until, again = self.last.latest, later.first.earliest
        return until is not None and again is not None and until + ONE_DAY < again

    def leads_into(self, later: "Stretch") -> bool:
        """Whether there certainly is none."""
        until, again = self.last.earliest, later.first.latest
        return until is not None and again is not None and again <= until + ONE_DAY


def joined(times: Iterable[Tenure]) -> list[Stretch]:
    """In their order; those between which there certainly is no day are one."""
    found: list[Stretch] = []
    for stretch in (time.stretch for time in times):
        if found and found[-1].leads_into(stretch):
            stretch = Stretch(found.pop().first, stretch.last)
        found.append(stretch)
    return found


def times_in_words(times: Iterable[Tenure]) -> str:
    """ "from 2015 to 2021, and again from 2023". "Again" only where there certainly was a time between."""
    first, *others = joined(times)
    words, before = str(first), first
    for stretch in others:
        again = "again " if before.is_away_before(stretch) else ""
        words += f", and {again}{str(stretch) or f'since {NOT_ON_RECORD}'}"
        before = stretch
    return words.removeprefix(", and ")


class Belonging(Tenure):
    """To the partnership: the present time, or else the last, with its standing; those before it stand apart."""

    standing = models.CharField("standing in law", max_length=24, choices=Standing, default=Standing.NOT_STATED)

    earlier_standings: Any

    class Meta:
        abstract = True

    @property
    def times(self) -> "list[Belonging | EarlierStanding]":
        """In their order, the present one last."""
        earlier = [] if self._state.adding else list(self.earlier_standings.all())
        earlier.sort(key=lambda each: each.starts_on or each.ends_on or date.min)
        return [*earlier, self]

    def phase(self, on: date) -> Phase:
        """Over all its times. Between two of them it is a former member."""
        own = self.own_phase(on)
        earlier = [each.own_phase(on) for each in self.times[:-1]]
        if Phase.CURRENT in (own, *earlier):
            return Phase.CURRENT
        if own == Phase.ENDED or not earlier:
            return own
        if Phase.NOT_STARTED in earlier and Phase.UNKNOWN not in earlier:
            own = Phase.NOT_STARTED  # it comes after the earlier ones
        if own == Phase.UNDATED:
            return own
        if Phase.UNKNOWN in (own, *earlier):
            return Phase.UNKNOWN
        return Phase.ENDED if Phase.ENDED in earlier else Phase.NOT_STARTED

    def time_on(self, on: date) -> "Belonging | EarlierStanding":
        """That to which the day belongs, else the last that is over by then, else the first."""
        phases = [(each, each.own_phase(on)) for each in self.times]
        held = [each for each, phase in phases if phase in (Phase.CURRENT, Phase.UNDATED)]
        begun = [each for each, phase in phases if phase != Phase.NOT_STARTED]
        return (held or begun or self.times[:1])[-1]

    def standing_on(self, on: date) -> Standing:
        return Standing(self.time_on(on).standing)

    def has_left_since(self, since: date, on: date) -> bool:
        """Whether it certainly was away for a time between the days, even if it has come back."""
        times = joined(self.times)
        for before, after in pairwise(times):
            until, again = before.last.latest, after.first.earliest
            if until and again and before.is_away_before(after) and since <= until and again <= on:
                return True
        return False

    @property
    def belonged(self) -> str:
        """All its times: "from 2015 to 2021, and again from 2023"; empty if nothing is known."""
        return times_in_words(self.times)

    def left_when(self, on: date) -> str:
        """Of a former member: "in 2021", "on 31 March 2021", "by 3 May 2021"; empty if it is not on record."""
        return self.time_on(on).last.when

    def left_words(self, on: date) -> str:
        """Of a former member, in a sentence."""
        last = self.time_on(on).last
        if last.known == Known.DAY:
            return f"Its last day was {last.words}."
        return f"It left {last.when}." if last.when else "The day on which it left is not on record."

    def joins_words(self) -> str:
        """Of one that is not a member yet, in a sentence."""
        first = self.times[0].first
        return f"Its first day is {first.words}." if first.known == Known.DAY else f"It joins {first.when}."

    def back_when(self, on: date) -> str:
        """Of a former member that is one again by now; empty of others."""
        later = [each.first.when for each in self.times if each.own_phase(on) == Phase.NOT_STARTED]
        return later[0] if later else ""

    def standings(self) -> list[str]:
        """Each with its days, where it had several."""
        times = self.times
        several = len({each.standing for each in times}) > 1
        return [f"{each.get_standing_display()} {each.stretch}".strip() for each in times] if several else []


class BelongingQuerySet(SpanQuerySet):
    def with_judged(self):
        return self.prefetch_related("earlier_standings")

    def belonging(self, on: date):
        """Members on the day, and today those whose membership dates nobody has stated."""
        return self.in_phase(on, Phase.CURRENT, Phase.UNDATED)


class EarlierStanding(Record, Tenure):
    """A time before the present one: as a member that left and came back, or with another standing."""

    partner = models.ForeignKey("Partner", on_delete=models.CASCADE, related_name="earlier_standings")
    standing = models.CharField("standing in law", max_length=24, choices=Standing, default=Standing.NOT_STATED)

    objects = SpanQuerySet.as_manager()

    class Meta:
        ordering = ["partner", "starts_on", "ends_on"]
        constraints = [
            ends_after_start("earlier_standing"),
            models.CheckConstraint(
                name="earlier_standing_is_over",
                condition=Q(ends_on__isnull=False) | Q(ends_on_known=Known.UNKNOWN),
                violation_error_message="An earlier time is over: give its last day, or “?” if that is not on record.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_standing_display()} {self.stretch}".strip()

    def clean(self) -> None:
        """Raises ValidationError when it certainly ends after the partner's present time begins."""
        until, since = self.last.earliest, self.partner.first.latest
        if until and since and since <= until:
            raise ValidationError(
                {"ends_on": "The present time, above, begins before this one ends. Check the days of both."}
            )
