from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import OuterRef, Prefetch, Q, Subquery
from django.urls import reverse

from meetings.cadence import TIMES, WEEKDAYS, WHICH, Cadence
from meetings.models.meeting import Meeting
from partners.models import Partner
from partners.models.belonging import Tenure
from sosafe_site.partial_dates import Known
from sosafe_site.periods import Phase, SpanQuerySet, ends_after_start
from sosafe_site.publishing.models import Document
from sosafe_site.publishing.models.publishable import Publishable, PublishableQuerySet, withdrawal_has_a_reason
from sosafe_site.publishing.models.record import Record
from sosafe_site.publishing.text.field import RichTextField

YES_OR_NO = [(None, "Not stated"), (True, "Yes"), (False, "No")]


class GroupQuerySet(PublishableQuerySet):
    def with_next_and_last(self, on: date):
        """The days "next_on" and "last_on" of the nearest meetings that are not cancelled; None where there is none."""
        held = Meeting.objects.meant().filter(group=OuterRef("pk"), is_cancelled=False)
        return self.annotate(
            next_on=Subquery(held.upcoming(on).values("held_on")[:1]),
            last_on=Subquery(held.past(on).values("held_on")[:1]),
        )

    def with_meetings_between(self, first: date, last: date):
        """As "meetings_between", both days inside."""
        between = Meeting.objects.meant().filter(held_on__range=(first, last))
        return self.prefetch_related(Prefetch("meetings", between, to_attr="meetings_between"))

    def with_relations(self, user):
        """Its documents and the groups above and below it, as far as this reader may see them."""
        visible = Group.objects.visible_to(user)
        return self.prefetch_related(
            Prefetch("documents", Document.objects.visible_to(user).with_files(), to_attr="shown_documents"),
            Prefetch("reports_to", visible),
            Prefetch("reporting_groups", visible, to_attr="shown_reporting_groups"),
        )


class Group(Publishable):
    edited_with = {"chairs": (), "memberships": (), "meetings": ()}
    # Fetched by with_next_and_last()
    next_on: date | None
    last_on: date | None

    class Standing(models.TextChoices):
        FIXED = "fixed", "A fixed group, which meets at regular intervals"
        PURPOSE = "purpose", "Set up to discuss a specific issue"

    class Unit(models.TextChoices):
        WEEK = "week", "weeks"
        MONTH = "month", "months"
        YEAR = "year", "years"
        TIMES = TIMES, "times a year"
        DATES = "date", "no pattern: on named dates only"

    name = models.CharField(max_length=120, unique=True)
    abbreviation = models.CharField(max_length=12, blank=True, help_text="Such as RAG.")
    slug = models.SlugField(
        "address", max_length=80, unique=True, help_text="The last part of the web address. Given once, kept for good."
    )
    summary = models.TextField(blank=True, help_text="What it is, in a sentence or two.")
    responsibilities = RichTextField("what it does", blank=True)
    standing = models.CharField("fixed or for a purpose", max_length=8, choices=Standing, blank=True)
    reports_to = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reporting_groups",
        help_text="The group above it, if there is one.",
    )
    is_open = models.BooleanField(
        "open to the public",
        null=True,
        blank=True,
        choices=YES_OR_NO,
        help_text="If yes, its meetings are listed among the public meetings too.",
    )
    is_minuted_in_public = models.BooleanField("minutes are published", null=True, blank=True, choices=YES_OR_NO)
    every_count = models.PositiveSmallIntegerField(
        "meets every",
        null=True,
        blank=True,
        help_text="Such as 4, for every four weeks or four times a year. Leave empty if not known, or without pattern.",
    )
    every_unit = models.CharField("weeks, months, years or times a year", max_length=8, choices=Unit, blank=True)
    pattern_note = models.CharField(
        "in your own words",
        max_length=200,
        blank=True,
        help_text="What the pattern can't say, such as: Not in August. It stands beside the sentence of the site.",
    )
    which = models.SmallIntegerField(
        "which of the month", choices=WHICH, null=True, blank=True, help_text="Such as second, with Tuesday."
    )
    weekday = models.PositiveSmallIntegerField(
        "on a", choices=WEEKDAYS, null=True, blank=True, help_text="If it is always the same day of the week."
    )
    counted_from = models.DateField(
        null=True, blank=True, help_text="A day on which it met or will meet. Every four weeks is counted from there."
    )
    position = models.PositiveSmallIntegerField("order in lists", default=100, help_text="Lower numbers come first.")
    documents = models.ManyToManyField(Document, blank=True)

    objects = GroupQuerySet.as_manager()

    class Meta:
        ordering = ["position", "name"]
        constraints = [
            withdrawal_has_a_reason("group"),
            models.CheckConstraint(
                name="group_cadence_has_count_and_unit",
                condition=Q(every_count__gte=1, every_unit__in=["week", "month", "year", TIMES])
                | Q(every_count=None, every_unit__in=["", "date"]),
                violation_error_message="Give both a number and a unit, such as 4 and weeks, or leave both empty. "
                "Named dates only go without a number.",
            ),
            models.CheckConstraint(
                name="group_weekday_goes_with_its_unit",
                condition=Q(weekday=None, which=None)
                | Q(every_unit="week", weekday__isnull=False, which=None)
                | Q(every_unit="month", weekday__isnull=False, which__isnull=False),
                violation_error_message="A day of the week goes with weeks, such as every 2 weeks on a Thursday. "
                "With months say which one too, such as second and Tuesday. Otherwise leave both empty.",
            ),
            models.CheckConstraint(
                name="group_is_counted_from_a_day_only_with_a_pattern",
                condition=Q(counted_from=None) | Q(every_unit__in=["week", "month", "year"]),
                violation_error_message="There is nothing to count from this day: say every how many weeks, months or "
                "years it meets, or clear it.",
            ),
            models.CheckConstraint(
                name="group_address_is_not_a_word_of_the_site",
                condition=~Q(slug="public"),
                violation_error_message="The address “public” is kept for the list of public meetings. Choose another.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.abbreviation})" if self.abbreviation else self.name

    def get_absolute_url(self) -> str:
        return reverse("group", args=[self.slug])

    def clean(self) -> None:
        """Raises ValidationError when groups would report in a circle."""
        super().clean()
        above, seen = self.reports_to, {self.pk}
        while above:
            if above.pk in seen:
                raise ValidationError({"reports_to": "That group reports to this one, if only through others."})
            seen.add(above.pk)
            above = above.reports_to

    def suffixes(self) -> list[str]:
        """Its page, its calendar, and a file for each meeting."""
        keys = [] if self._state.adding else self.meetings.order_by("pk").values_list("pk", flat=True)
        return ["", "calendar.ics", *(f"{key}.ics" for key in keys)]

    def address_words(self, suffix: str) -> str:
        words = {"": super().address_words(suffix), "calendar.ics": "Calendar, to subscribe to"}
        return words.get(suffix, "")

    @property
    def short_name(self) -> str:
        return self.abbreviation or self.name

    @property
    def cadence(self) -> Cadence | None:
        """In a page, "every four weeks" or "five times a year"; None when no pattern is known."""
        if not self.every_count:
            return None
        return Cadence(self.every_count, self.every_unit, self.weekday, self.which)

    @property
    def meets(self) -> str:
        """ "every four weeks", "on named dates"; empty when it is not known."""
        return str(self.cadence or ("on named dates" if self.every_unit == self.Unit.DATES else ""))

    def is_pattern_doubted(self, on: date) -> bool:
        """Whether the last meeting we know of lies so far back that it can hardly meet so often any more."""
        cadence, last = self.cadence, self.last_on
        return bool(cadence and last and not self.next_on and cadence.has_lapsed(last, on))


class ChairQuerySet(SpanQuerySet):
    def told(self, on: date) -> "list[Chair]":
        """Who held the chair on the day and who comes next, then the same of the vice-chair."""
        chairs: Any = self.order_by("role", "starts_on")
        phases = [(chair, chair.phase(on)) for chair in chairs]
        comes_next = {chair.role: chair for chair, phase in reversed(phases) if phase == Phase.NOT_STARTED}
        return [
            chair
            for chair, phase in phases
            if phase in (Phase.CURRENT, Phase.UNDATED) or chair is comes_next.get(chair.role)
        ]


class Chair(Record, Tenure):
    """Who chairs a group, for good or for a time, such as a year; a post, not a person."""

    class Role(models.TextChoices):
        CHAIR = "chair", "Chair"
        VICE_CHAIR = "vice-chair", "Vice-chair"

    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="chairs")
    post = models.CharField(max_length=120, help_text="Not a person: such as Chief Fire Officer.")
    role = models.CharField(max_length=12, choices=Role, default=Role.CHAIR)

    objects = ChairQuerySet.as_manager()

    class Meta:
        ordering = ["group", "role", "starts_on", "pk"]
        constraints = [ends_after_start("chair")]

    def __str__(self) -> str:
        return f"{self.get_role_display()}: {self.post}"


class MembershipQuerySet(SpanQuerySet):
    def with_judged(self):
        return self.select_related("partner").prefetch_related("partner__earlier_standings")

    def with_names(self):
        """Ready for partner.name_on() without a query for each."""
        return self.with_judged().prefetch_related("partner__earlier_names")

    def of_public_partners(self):
        return self.filter(partner__in=Partner.objects.published())

    def in_public_groups(self):
        return self.filter(group__in=Group.objects.published()).select_related("group")

    def told(self, on: date) -> "tuple[list[Membership], list[Membership]]":
        """Those held on the day, and today those whose dates nobody has stated; and those of which nobody knows."""
        phases = [(seat, seat.phase(on)) for seat in self.with_names()]
        held = [seat for seat, phase in phases if phase in (Phase.CURRENT, Phase.UNDATED)]
        return held, [seat for seat, phase in phases if phase == Phase.UNKNOWN]


class Membership(Record, Tenure):
    """A partner's seat in a group. It ends with the partner's own membership, at the latest."""

    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="memberships")
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="memberships")

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ["group", "partner__position", "partner__name"]
        constraints = [
            ends_after_start("membership"),
            models.UniqueConstraint(
                name="partner_belongs_to_a_group_once",
                fields=["group", "partner"],
                condition=Q(ends_on=None) & ~Q(ends_on_known=Known.UNKNOWN),
                violation_error_message="This partner is listed as a member already. Give that entry its last day.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.partner} in {self.group.short_name}"

    def phase(self, on: date) -> Phase:
        """By its own days and those of the partner: who comes back does not come back to its seats by that."""
        of_partner, own = self.partner.phase(on), self.own_phase(on)
        if own == Phase.ENDED or of_partner in (Phase.ENDED, Phase.NOT_STARTED):
            return Phase.ENDED if own == Phase.ENDED else of_partner
        since = self.first.latest
        return Phase.ENDED if since and self.partner.has_left_since(since, on) else own
