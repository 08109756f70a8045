from datetime import date

from django.db import models
from django.db.models import Case, When
from django.urls import reverse

from sosafe_site.partial_dates import KnownField, PartialDate, PartialDateField, partial
from sosafe_site.periods import Phase, Span, SpanQuerySet, dates_in_words, ends_after_start, in_known_years
from sosafe_site.publishing.models.publishable import Publishable, PublishableQuerySet, withdrawal_has_a_reason
from sosafe_site.publishing.models.record import Record


class Standing(models.TextChoices):
    """The limbs of "responsible authority" are those of the Crime and Disorder Act 1998, section 5(1)."""

    RESPONSIBLE_AUTHORITY = "responsible-authority", "Responsible authority"
    CO_OPERATING = "co-operating", "Co-operating body"
    CO_OPTED = "co-opted", "Co-opted member"
    OTHER_MEMBER = "other-member", "Other member"
    WORKS_CLOSELY = "works-closely", "Works closely with SoSafe"
    NOT_STATED = "not-stated", "Standing in law not stated"

    @property
    def heading(self) -> str:
        """Over a list of partners of this standing."""
        return {
            self.RESPONSIBLE_AUTHORITY: "Responsible authorities",
            self.CO_OPERATING: "Co-operating bodies",
            self.CO_OPTED: "Co-opted members",
            self.OTHER_MEMBER: "Other members",
            self.WORKS_CLOSELY: "SoSafe works closely with",
            self.NOT_STATED: "Other partners",
        }[self]


class PartnerQuerySet(PublishableQuerySet, SpanQuerySet):
    def with_judged(self):
        return self.prefetch_related("earlier_standings")

    def belonging(self, on: date):
        """Members on the day, and those whose membership dates nobody has stated."""
        return self.in_phase(on, Phase.CURRENT, Phase.UNDATED)

    def in_their_places(self, on: date):
        """Members on the day by standing, in the order of the choices; then those to come, then former members."""
        last = len(Standing)
        place = Case(
            When(ends_on__lt=on, then=last + 1),
            When(starts_on__gt=on, then=last),
            *(When(standing=standing, then=place) for place, standing in enumerate(Standing)),
        )
        return self.order_by(place, "position", "name")

    def with_names(self):
        """Ready for name_on() without a query for each."""
        return self.prefetch_related("earlier_names")


class Partner(Publishable, Span):
    Standing = Standing
    edited_with = {"earlier_standings": (), "earlier_names": ()}

    name = models.CharField(max_length=120, unique=True)
    slug = models.SlugField(
        "address", max_length=80, unique=True, help_text="The last part of the web address. Given once, kept for good."
    )
    standing = models.CharField("standing in law", max_length=24, choices=Standing, default=Standing.NOT_STATED)
    role = models.CharField("what it does, in one line", max_length=200, blank=True)
    website = models.URLField("its own website", blank=True)
    position = models.PositiveSmallIntegerField("order in lists", default=100, help_text="Lower numbers come first.")

    successors = models.ManyToManyField(
        "self",
        symmetrical=False,
        blank=True,
        related_name="predecessors",
        verbose_name="followed by",
        help_text="The body or bodies that took its place. For a new name of the same body, use the names below.",
    )
    includes = models.ManyToManyField(
        "self",
        symmetrical=False,
        blank=True,
        related_name="included_in",
        help_text="Other partners that are a part of it.",
    )
    run_by = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="runs", help_text="Another partner."
    )

    objects = PartnerQuerySet.as_manager()

    class Meta:
        ordering = ["position", "name"]
        constraints = [ends_after_start("partner"), withdrawal_has_a_reason("partner")]

    def __str__(self) -> str:
        """For officers, so that nobody picks a former partner unawares; pages ask for name_on()."""
        return f"{self.name} ({dates_in_words(self)})" if self.ends_on else self.name

    def get_absolute_url(self) -> str:
        return reverse("partner", args=[self.slug])

    def phase_words(self, on: date) -> str:
        return {
            Phase.NOT_STARTED: "Not yet a member",
            Phase.CURRENT: "Member",
            Phase.ENDED: "Former member",
            Phase.UNDATED: "Membership dates not stated",
        }[self.phase(on)]

    def name_on(self, day: date) -> str:
        """The name that it bore on the day: the earlier one given up next after it, else today's."""
        later = [earlier for earlier in self.earlier_names.all() if earlier.ends_on and earlier.ends_on >= day]
        return min(later, key=lambda earlier: earlier.ends_on).name if later else self.name


class EarlierStanding(Record, Span):
    """A time before the present one: as a member that left and came back, or with another standing."""

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="earlier_standings")
    standing = models.CharField("standing in law", max_length=24, choices=Standing, default=Standing.NOT_STATED)

    objects = SpanQuerySet.as_manager()

    class Meta:
        ordering = ["partner", "starts_on", "ends_on"]
        constraints = [ends_after_start("earlier_standing")]

    def __str__(self) -> str:
        return f"{self.get_standing_display()} {dates_in_words(self)}".strip()


class EarlierName(Record):
    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="earlier_names")
    name = models.CharField("earlier name", max_length=120)
    ends_on = PartialDateField(
        "last day of this name",
        null=True,
        blank=True,
        is_last=True,
        validators=[in_known_years],
        help_text="Such as 31 March 2020, March 2020, 2020 or “by 31 March 2020”. “?” if it is not on record.",
    )
    ends_on_known = KnownField()

    class Meta:
        ordering = ["partner", "ends_on"]
        constraints = [
            models.UniqueConstraint(
                name="partner_gives_up_one_name_a_day",
                fields=["partner", "ends_on"],
                violation_error_message="Another earlier name of this partner has the same last day.",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def last(self) -> PartialDate:
        return partial(self, "ends_on")
