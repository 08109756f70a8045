"""What "in force on a date" means. No tables; the only place that reads the calendar for what is in force."""

from calendar import monthrange
from datetime import date, datetime, timedelta

from django.core.exceptions import BadRequest, ValidationError
from django.db import models
from django.db.models import F, Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format

DATE_WORDS = "j F Y"
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


class SpanQuerySet(models.QuerySet):
    """The four phases share no row on any day.

    An unknown first day reaches back without end, an unknown last day forward.
    """

    def not_started(self, on: date):
        return self.filter(starts_on__gt=on)

    def current(self, on: date):
        return self.exclude(starts_on=None, ends_on=None).filter(
            Q(starts_on=None) | Q(starts_on__lte=on), Q(ends_on=None) | Q(ends_on__gte=on)
        )

    def ended(self, on: date):
        return self.filter(ends_on__lt=on)

    def not_ended(self, on: date):
        return self.exclude(ends_on__lt=on)

    def undated(self):
        return self.filter(starts_on=None, ends_on=None)


class Span(models.Model):
    """A first and a last day, both inside, each possibly unknown."""

    starts_on = models.DateField(
        "first day",
        null=True,
        blank=True,
        validators=[in_known_years],
        help_text="Leave empty if it is not known.",
    )
    ends_on = models.DateField(
        "last day",
        null=True,
        blank=True,
        validators=[in_known_years],
        help_text="This day still counts. Leave empty if it is open or not known.",
    )

    class Meta:
        abstract = True

    def phase(self, on: date) -> Phase:
        if self.starts_on is None and self.ends_on is None:
            return Phase.UNDATED
        if self.starts_on and on < self.starts_on:
            return Phase.NOT_STARTED
        if self.ends_on and self.ends_on < on:
            return Phase.ENDED
        return Phase.CURRENT

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
    is_period_confirmed = models.BooleanField(
        "I have checked the exact first and last day",
        default=False,
        help_text="Until you tick this, the public sees the years only.",
    )

    class Meta:
        abstract = True

    @property
    def years(self) -> str:
        """The officer's label, else "2018 to 2021", or "April to June 2019" of a shorter time whose days are confirmed.

        Empty when neither day is known.
        """
        return self.period_label or self._months or span_words(*years_of(self))

    @property
    def _months(self) -> str:
        """Of less than a year, since its year would say too much; empty until an officer has confirmed the days."""
        first, last = self.starts_on, self.ends_on
        if not (self.is_period_confirmed and first and last and last < add_months(first, 12) - ONE_DAY):
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

    @property
    def run(self) -> str:
        """For after "it ran": "from 2018 to 2021", "until 2021", "in 2019"; with the days once they are confirmed."""
        words = self.exact_dates or span_words(*years_of(self))
        if not (self.starts_on and self.ends_on):
            return words
        if " to " in words:
            return f"from {words}"
        return f"on {words}" if self.exact_dates else f"in {words}"

    @property
    def begins(self) -> str:
        """For after "it begins": "in 2027", "on 1 April 2027" once the days are confirmed; empty if it is not known."""
        if self.starts_on is None:
            return ""
        return (
            f"on {date_format(self.starts_on, DATE_WORDS)}" if self.is_period_confirmed else f"in {self.starts_on.year}"
        )

    @property
    def exact_dates(self) -> str:
        """ "1 April 2019 to 31 March 2020"; empty until an officer has confirmed the days."""
        return dates_in_words(self) if self.is_period_confirmed else ""


def span_words(first: str | None, last: str | None) -> str:
    if first and last:
        return first if first == last else f"{first} to {last}"
    if first:
        return f"from {first}"
    return f"until {last}" if last else ""


def years_of(span: Span) -> list[str | None]:
    return [str(day.year) if day else None for day in (span.starts_on, span.ends_on)]


def dates_in_words(span: Span) -> str:
    return span_words(*(date_format(day, DATE_WORDS) if day else None for day in (span.starts_on, span.ends_on)))


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
