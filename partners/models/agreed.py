from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from partners.models.sequence import Following, Seam, following, leading, seams, waiting
from partners.models.series import Series
from partners.models.status import State, Status
from sosafe_site.partial_dates import KnownField, PartialDate, PartialDateField, partial
from sosafe_site.periods import Period, SpanQuerySet, in_known_years, to_the_year
from sosafe_site.publishing.models import Document
from sosafe_site.publishing.models.publishable import Publishable, PublishableQuerySet
from sosafe_site.publishing.models.record import Record
from sosafe_site.publishing.text.field import RichTextField

CORRECTION = (
    "It was agreed and has ended, so its text changes only with a correction: tell readers what was wrong or missing."
)
AMENDMENT = (
    "It was agreed, so another text amends it, and readers are told the day: "
    "write what was amended and, if you can, who decided it."
)


class AgreedQuerySet(PublishableQuerySet, SpanQuerySet):
    """Of what holds on a day, each list is of one series: ask own() or of() first."""

    def own(self):
        """The partnership's own series."""
        return self.of(None)

    def of(self, series: Series | None):
        found = self.filter(series=series)
        found.everyone = [each for each in self.everyone if each.series_id == (series and series.pk)]
        return found

    def with_judged(self):
        return self.prefetch_related("extensions")

    def in_state(self, on: date, *states: State):
        return self.judged(lambda record: record.status(on).state in states)

    def newest_first(self):
        """By first day, so that the undated come last."""
        ordered = self.order_by(F("starts_on").desc(nulls_last=True), F("ends_on").desc(nulls_last=True), "pk")
        return ordered.with_judged()

    def in_order(self):
        return self.newest_first().reverse()

    def in_force(self, on: date):
        return self.in_state(on, State.CURRENT).newest_first()

    def last_in_force(self, on: date):
        """The agreed ones that ended before the day, the one that ended last first."""
        ended = self.in_state(on, State.ENDED).with_judged()
        return ended.order_by("-ends_on", F("starts_on").desc(nulls_last=True), "pk")

    def leading(self, on: date, *parts: models.Prefetch) -> list:
        """What readers see first: all that is in force on the day, or else the one that ended last, or nothing."""
        chosen = leading(self.everyone, on)
        models.prefetch_related_objects(chosen, *parts)
        return chosen

    def waiting(self, on: date) -> list:
        return waiting(self.everyone, on)

    def seams(self, on: date) -> list[Seam]:
        """What is certain of the times between those that were agreed by the day."""
        agreed = [each for each in self.everyone if not each.is_proposed_on(on)]
        return list(seams(agreed, str(self.model._meta.verbose_name)))

    def of_others(self, on: date) -> list[tuple[Series, list]]:
        """What leads in each of the other series, or else what waits, in their order."""
        by_series: dict[Any, list] = {}
        for record in self.everyone:
            by_series.setdefault(record.series_id, []).append(record)
        found = [(series, by_series[series.pk]) for series in Series.objects.filter(pk__in=by_series)]
        told = [(series, leading(records, on) or waiting(records, on)) for series, records in found]
        return [(series, records) for series, records in told if records]

    def following(self, earlier: "Agreed", on: date) -> list[Following]:
        return following(earlier, self.everyone, on)


# What the form of the whole says of a part, which has a form of its own
AS_PART = ("position", "title", "slug", "published_at")


class Agreed(Publishable, Period):
    """A strategy or a plan: something that partners propose, agree and hold to for some years."""

    class Standing(models.TextChoices):
        PROPOSED = "proposed", "Draft for consultation"
        AGREED = "agreed", "Agreed"

    title = models.CharField(max_length=120, help_text="Without the years: the site adds them.")
    slug = models.SlugField(
        "address",
        max_length=80,
        unique=True,
        help_text="The last part of the web address, such as 2018-2021. Given once, kept for good.",
    )
    standing = models.CharField("proposed or agreed", max_length=12, choices=Standing, default=Standing.PROPOSED)
    agreed_on = PartialDateField(
        "agreed on",
        null=True,
        blank=True,
        validators=[in_known_years],
        is_last=True,
        help_text="Such as 23 July 2026, July 2026 or 2026. “?” if it is not on record. Before that day, pages tell "
        "that it was for consultation.",
    )
    agreed_on_known = KnownField()
    series = models.ForeignKey(
        Series,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        help_text="Only if it is not the partnership’s own: the series in which it follows others.",
    )
    followed_by = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="follows",
        help_text="The one that took its place. Only if the days do not tell it.",
    )
    summary = models.TextField(blank=True, help_text="Two or three sentences at the top of its page.")
    body = RichTextField("text", blank=True)
    documents = models.ManyToManyField(Document, blank=True, help_text="The full text and other files, to download.")

    extensions: Any
    followed_by_id: UUID | None

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.title} {self.years}" if self.years else f"{self.title} (dates not stated)"

    @property
    def is_proposed(self) -> bool:
        """Whether no agreement is on record."""
        return self.standing == self.Standing.PROPOSED

    @property
    def agreed(self) -> PartialDate:
        return to_the_year(partial(self, "agreed_on"))

    def is_proposed_on(self, on: date) -> bool:
        """Whether it can't have been agreed by the day. Without a day of agreement nothing is claimed of any day."""
        earliest = self.agreed.earliest
        return self.is_proposed or (earliest is not None and on < earliest)

    def status(self, on: date) -> Status:
        """What may be said of it on a day: every list, page, feed and column asks this."""
        return Status(self, on)

    def last_then(self, on: date) -> PartialDate:
        """Before an extension was decided, the former last day."""
        for extension in self.extensions_in_order:
            decided = extension.decided.earliest
            if decided and on < decided:
                return extension.until
        return self.last

    def extended_by(self, on: date) -> "list[Extension]":
        decided = ((each, each.decided.earliest) for each in self.extensions_in_order)
        return [each for each, day in decided if day is None or day <= on]

    @property
    def extensions_in_order(self) -> "list[Extension]":
        found = [] if self._state.adding else list(self.extensions.all())
        return sorted(found, key=lambda each: each.decided_on or each.until_on)

    def suffixes(self) -> list[str]:
        return ["", "updates.atom"]

    def address_words(self, suffix: str) -> str:
        return "Feed of its changes" if suffix else super().address_words(suffix)

    def is_settled(self, on: date) -> bool:
        """Whether it is a public record of what was agreed and has ended, which changes only with a correction note."""
        return self.is_published and not self.is_proposed and self.status(on).state == State.ENDED

    def must_tell(self, changed: set[str], on: date) -> str:
        if not self.is_published:
            return ""
        if "ends_on" in changed:
            return (
                "Its last day has changed. Tell readers why: was it extended, or was the old day wrong? "
                "If it was extended, add the former last day under “Extensions”, too."
            )
        settled = {"title", "summary", "body", "starts_on", "period_label", "standing", "agreed_on"}
        settled |= {name for part in self.parts for name in (part, f"{part}.title", f"{part}.published_at")}
        if self.is_settled(on) and changed & settled:
            return CORRECTION
        return AMENDMENT if self.amends(changed, on) else ""

    def amends(self, changed: set[str], on: date) -> bool:
        """Not the text with which it is first agreed."""
        titles = {f"{part}.title" for part in self.parts}
        is_being_agreed = not changed.isdisjoint({"standing", "agreed_on"})
        return (
            self.has_agreed_text(on) and not is_being_agreed and bool(changed & {"title", "summary", "body", *titles})
        )

    def has_agreed_text(self, on: date) -> bool:
        return self.is_published and not self.is_proposed_on(on)

    def phase_words(self, on: date) -> str:
        return self.status(on).label

    def goes_beyond(self, day: date) -> bool:
        """As far as its days are known."""
        return not (self.starts_on and self.starts_on <= day) and not (self.ends_on and self.ends_on <= day)

    def comes_before(self, other: "Agreed") -> bool:
        """Whether it began first. Without a first day it reaches back for ever, if it has a last day at all."""
        if other.starts_on is None:
            return False
        return self.starts_on < other.starts_on if self.starts_on else self.ends_on is not None

    def clean(self) -> None:
        """Raises ValidationError when it would be followed by itself or by what ended before it."""
        super().clean()
        later = self.followed_by
        if later is None:
            return
        if later.pk == self.pk:
            raise ValidationError({"followed_by": "It can’t be followed by itself. Choose another."})
        if later.ends_on and self.starts_on and later.ends_on < self.starts_on:
            raise ValidationError(
                {"followed_by": f"“{later}” ended before this one began, so it can’t have followed it."}
            )


class Extension(Record):
    """That a last day was changed: what it was before, and when that was decided."""

    until_on = PartialDateField(
        "former last day", is_last=True, validators=[in_known_years], help_text="The last day before it was extended."
    )
    until_on_known = KnownField()
    decided_on = PartialDateField(
        "decided on",
        null=True,
        blank=True,
        validators=[in_known_years],
        is_last=True,
        help_text="Pages about days before this one tell the former last day. “?” if it is not on record.",
    )
    decided_on_known = KnownField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"extended; it was to end {self.until.when}"

    @property
    def until(self) -> PartialDate:
        return partial(self, "until_on")

    @property
    def decided(self) -> PartialDate:
        return to_the_year(partial(self, "decided_on"))


def agreed_day_needs_agreement(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        name=f"{name}_has_an_agreed_day_only_when_agreed",
        condition=Q(agreed_on=None) | Q(standing=Agreed.Standing.AGREED),
        violation_error_message="There is a day of agreement, but it is still a draft for consultation. "
        "Choose “Agreed” or clear the day.",
    )
