"""What "in force on a date" means. No tables; the only place that reads the calendar for what is in force."""

from calendar import monthrange
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import BadRequest, ValidationError
from django.db import models
from django.db.models import F, Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property

from sosafe_site.partial_dates import Known, KnownField, PartialDate, PartialDateField, partial

ONE_DAY = timedelta(days=1)


def today() -> date:
    """Today in London."""
    return timezone.localdate()


def viewing_date(request: HttpRequest) -> date:
    """The day on which a page's facts are judged: that of ?on=2019-05-01, else today.

    Raises BadRequest, in words for the reader, when ?on= is no date.
    """
    given = request.GET.get("on", "")
    if not given:
        return today()
    try:
        day = datetime.strptime(given, "%Y-%m-%d").date()
        in_known_years(day)
    except (ValueError, ValidationError):
        shown = "".join(letter for letter in given[:40] if letter.isprintable())
        message = f"“{shown}” is not a date. Write it as year, month and day, such as 2019-05-01."
        raise BadRequest(message) from None
    return day


def in_known_years(day: date) -> None:
    """Raises ValidationError for a year that can only be mistyped."""
    if not 1900 <= day.year <= 2999:
        raise ValidationError("Check the year: it has four digits, such as 2019.")


class Phase(models.TextChoices):
    NOT_STARTED = "not-started", "Not started"
    CURRENT = "current", "In force"
    ENDED = "ended", "Ended"
    UNDATED = "undated", "Dates not stated"
    UNKNOWN = "unknown", "Not known on this day"


class SpanQuerySet(models.QuerySet):
    """Each record judges itself, so that no list can tell other than its page. The five phases share no record."""

    @cached_property
    def everyone(self) -> list[Any]:
        """Ready to be judged, once for all that is asked of this queryset: tens, not thousands."""
        return list(self.select_related(None).prefetch_related(None).with_judged())

    def judged(self, is_one: Callable[[Any], bool]):
        """Those of which it is true."""
        return self.filter(pk__in=[record.pk for record in self.everyone if is_one(record)])

    def with_judged(self):
        """With what phase() reads besides the record itself, if there is anything."""
        return self

    def in_phase(self, on: date, *phases: Phase):
        return self.judged(lambda record: record.phase(on) in phases)

    def not_started(self, on: date):
        return self.in_phase(on, Phase.NOT_STARTED)

    def current(self, on: date):
        return self.in_phase(on, Phase.CURRENT)

    def ended(self, on: date):
        return self.in_phase(on, Phase.ENDED)

    def not_ended(self, on: date):
        return self.in_phase(on, *(phase for phase in Phase if phase != Phase.ENDED))

    def undated(self):
        return self.filter(starts_on=None, ends_on=None)


class Span(models.Model):
    """A first and a last day, both inside, each known as well as it may be."""

    starts_on = PartialDateField(
        "first day",
        null=True,
        blank=True,
        validators=[in_known_years],
        help_text="Such as 1 April 2019, June 2019, 2019 or “by 31 December 2019”. “?” if it is not on record.",
    )
    starts_on_known = KnownField()
    ends_on = PartialDateField(
        "last day",
        null=True,
        blank=True,
        validators=[in_known_years],
        is_last=True,
        help_text="This day still counts. Empty if no end is set. If it is over and nobody knows since when, write "
        "“by” and a day on which it was over.",
    )
    ends_on_known = KnownField()

    class Meta:
        abstract = True

    @property
    def first(self) -> PartialDate:
        return partial(self, "starts_on")

    @property
    def last(self) -> PartialDate:
        return partial(self, "ends_on")

    def last_then(self, on: date) -> PartialDate:
        """The last day as it was set on a day."""
        return self.last

    def possible_days(self, on: date) -> tuple[date, date]:
        """The first and the last day on which it may hold, as was set on a day."""
        return self.first.earliest or date.min, self.last_then(on).latest or date.max

    def phase(self, on: date) -> Phase:
        """Not started, current or ended only where every day that it may have begun or ended on says so."""
        first, last = self.first, self.last_then(on)
        if first.day is None and last.day is None:
            return Phase.UNDATED
        if on in [each.day for each in (first, last) if each.known == Known.DAY]:
            return Phase.CURRENT  # whatever is known of the other
        if first.earliest and on < first.earliest:
            return Phase.NOT_STARTED
        if last.latest and last.latest < on:
            return Phase.ENDED
        if on in [each.day for each in (first, last) if each.known == Known.DAY]:
            return Phase.CURRENT
        is_open = last.day is None and last.known != Known.UNKNOWN
        has_begun = first.latest is not None and first.latest <= on
        goes_on = is_open or (last.earliest is not None and on <= last.earliest)
        return Phase.CURRENT if has_begun and goes_on else Phase.UNKNOWN

    def phase_words(self, on: date) -> str:
        """The phase as this kind of record says it."""
        return str(self.phase(on).label)

    def moved_on(self, day: date) -> date:
        """The day, moved on by the length of this span: by months if that is whole months. It needs both its days."""
        if self.starts_on is None or self.ends_on is None:
            raise ValueError("A span without a first or last day has no length.")
        after = self.ends_on + ONE_DAY
        months = 12 * (after.year - self.starts_on.year) + after.month - self.starts_on.month
        is_whole = after.day == self.starts_on.day
        return add_months(day, months) if is_whole else day + (after - self.starts_on)


class Period(Span):
    """A span that readers know by its years, as strategies and plans are known."""

    period_label = models.CharField(
        "years in your own words",
        max_length=40,
        blank=True,
        help_text="Only if the words made from the dates do not suit, such as “2019-20”.",
    )

    class Meta:
        abstract = True

    @property
    def is_assumed(self) -> bool:
        """Whether only its years are on record, and its days follow from them."""
        return self.first.is_assumed or self.last.is_assumed

    @property
    def years(self) -> str:
        """The officer's label, else "2018 to 2021", or "April to June 2019" of a shorter time whose days are known.

        Empty when neither day is known.
        """
        return self.period_label or self._months or span_words(*years_of(self.first, self.last))

    @property
    def _months(self) -> str:
        """Of less than a year, since its year would say too much; empty if one of the days is not known."""
        first, last = self.first.latest, self.last.earliest
        if self.is_assumed or first is None or last is None or last >= add_months(first, 12) - ONE_DAY:
            return ""
        if Known.YEAR in (self.first.known, self.last.known):
            return ""
        is_same_year = first.year == last.year
        return span_words(
            date_format(first, "F" if is_same_year and first.month != last.month else "F Y"), date_format(last, "F Y")
        )

    @property
    def for_years(self) -> str:
        """For after a noun: "for 2018 to 2021", "from 2019"; empty when neither day is known."""
        is_whole = self.period_label or (self.starts_on and self.ends_on)
        return f"for {self.years}" if is_whole else self.years

    def run_on(self, on: date) -> str:
        """For after "it ran": "from 2018 to 2021", "until 2021", "in 2019"; with its days if they are known."""
        first, last = self.first, self.last_then(on)
        is_assumed = first.is_assumed or last.is_assumed
        words = span_words(*(year_words(each) if is_assumed else each.words for each in (first, last)))
        if not (first.day and last.day):
            return words
        if " to " in words:
            return f"from {words}"
        return first.when if first == last else f"in {words}"

    @property
    def run(self) -> str:
        return self.run_on(date.max)

    @property
    def begins(self) -> str:
        """For after "it begins": "in 2027", "on 1 April 2027", "by 1 April 2027"; empty if it is not known."""
        return self.first.when


def span_words(first: str | None, last: str | None) -> str:
    if first and last:
        return first if first == last else f"{first} to {last}"
    if first:
        return f"from {first}"
    return f"until {last}" if last else ""


def year_words(day: PartialDate) -> str | None:
    """ "2032", "2032 or earlier" """
    return f"{day.day.year}{' or earlier' if day.known == Known.BY else ''}" if day.day else None


def to_the_year(day: PartialDate) -> PartialDate:
    """An assumed day follows from its year alone, so it may be any day of it."""
    return PartialDate(day.day, Known.YEAR) if day.is_assumed else day


def years_of(first: PartialDate, last: PartialDate) -> list[str | None]:
    return [str(each.day.year) if each.day else None for each in (first, last)]


def dates_in_words(span: Span) -> str:
    """ "1 April 2019 to March 2020", "from 2019"; empty if neither day is known."""
    words = span_words(span.first.words, span.last.words)
    return f"{words} to a day that is not on record" if words and is_not_on_record(span.last) else words


def is_not_on_record(day: PartialDate) -> bool:
    """Whether an officer has said so."""
    return day.day is None and day.known == Known.UNKNOWN


def add_months(day: date, months: int) -> date:
    """The last day of a month leads to the last day of one; so does a day that the other month lacks."""
    year, month = divmod(12 * day.year + day.month - 1 + months, 12)
    last = monthrange(year, month + 1)[1]
    is_last = (day + ONE_DAY).day == 1
    return date(year, month + 1, last if is_last else min(day.day, last))


def ends_after_start(name: str) -> models.CheckConstraint:
    """The rule that each model with a span names in its own Meta, since a child's Meta drops an abstract parent's."""
    return models.CheckConstraint(
        name=f"{name}_ends_after_it_starts",
        condition=Q(starts_on=None) | Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
        violation_error_message="The last day is before the first day. Check both dates.",
    )
