from collections.abc import Callable, Iterable
from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse

from partners.models.belonging import Belonging, BelongingQuerySet, Standing
from sosafe_site.partial_dates import KnownField, PartialDate, PartialDateField, partial
from sosafe_site.periods import Phase, ends_after_start, in_known_years, is_not_on_record, today
from sosafe_site.publishing.models import Picture
from sosafe_site.publishing.models.publishable import Publishable, PublishableQuerySet, withdrawal_has_a_reason
from sosafe_site.publishing.models.record import Record


class PartnerQuerySet(PublishableQuerySet, BelongingQuerySet):
    def in_their_places(self, on: date) -> "list[Partner]":
        """Members on the day by standing, in the order of the choices; those of whom it is not known; those to come;
        then former members. Ready for name_on()."""
        others = [Phase.UNKNOWN, Phase.NOT_STARTED, Phase.ENDED]
        standings = list(Standing)

        def place(partner: Partner) -> tuple[int, int]:
            phase = partner.phase(on)
            belongs = phase not in others
            return (0, standings.index(partner.standing_on(on))) if belongs else (1, others.index(phase))

        return sorted(self.order_by("position", "name").with_names().select_related("logo"), key=place)

    def with_names(self):
        """Ready for name_on() and phase() without a query for each."""
        return self.prefetch_related("earlier_names").with_judged()


class Partner(Publishable, Belonging):
    edited_with = {"earlier_standings": (), "earlier_names": ()}

    name = models.CharField(max_length=120, unique=True)
    slug = models.SlugField(
        "address", max_length=80, unique=True, help_text="The last part of the web address. Given once, kept for good."
    )
    role = models.CharField("what it does, in one line", max_length=200, blank=True)
    website = models.URLField("its own website", blank=True, max_length=2000)
    logo = models.ForeignKey(
        Picture,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="partners",
        help_text="Shown beside its name, which says all that a logo says.",
    )
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
        help_text="Other partners that are a part of it. All their pages then tell that.",
    )
    run_by = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="runs",
        help_text="The partner that runs it, if it does not run itself. Both pages then tell that.",
    )

    objects = PartnerQuerySet.as_manager()

    class Meta:
        ordering = ["position", "name"]
        constraints = [ends_after_start("partner"), withdrawal_has_a_reason("partner")]

    def __str__(self) -> str:
        """For officers, so that nobody picks a former partner unawares; pages ask for name_on()."""
        return f"{self.name} ({self.stretch})" if self.ends_on or is_not_on_record(self.last) else self.name

    def get_absolute_url(self) -> str:
        return reverse("partner", args=[self.slug])

    def phase_words(self, on: date) -> str:
        return {
            Phase.NOT_STARTED: "Not yet a member",
            Phase.CURRENT: "Member",
            Phase.ENDED: "Former member",
            Phase.UNDATED: "Membership dates not stated",
            Phase.UNKNOWN: "Not known on this day",
        }[self.phase(on)]

    def clean(self) -> None:
        """Raises ValidationError for a circle of bodies that run each other, and when what it followed then ends later.

        Of those that follow it and those that it includes, its form asks refuse_successors() and refuse_parts().
        """
        super().clean()
        if self.run_by and (self.run_by == self or self in chain(self.run_by, lambda each: [each.run_by])):
            raise ValidationError({"run_by": self._is_in_a_circle(self.run_by, "run by")})
        before = [] if self._state.adding else self.predecessors.all()
        if unfit := next((each for each in before if each.is_after(self)), None):
            raise ValidationError(
                {"ends_on": f"It followed “{unfit}”, so it can’t have ended before that. Check the days of both."}
            )

    def refuse_successors(self, others: "Iterable[Partner]") -> None:
        """Raises ValidationError, in officers' words, for bodies that can't have followed it."""
        for other in others:
            if other == self or self in chain(other, lambda each: each.successors.all()):
                raise ValidationError(self._is_in_a_circle(other, "followed by"))
            if self.is_after(other):
                raise ValidationError(f"“{other}” ended before it could follow this one. Check the days of both.")

    def refuse_parts(self, others: "Iterable[Partner]") -> None:
        """Raises ValidationError, in officers' words, for bodies that it can't include."""
        for other in others:
            if other == self or self in chain(other, lambda each: each.includes.all()):
                raise ValidationError(self._is_in_a_circle(other, "a part of", is_turned=True))

    def _is_in_a_circle(self, other: "Partner", relation: str, is_turned: bool = False) -> str:
        if other == self:
            return f"A body can’t be {relation} itself. Choose another."
        first, second = (self.name, other.name) if is_turned else (other.name, self.name)
        return f"“{first}” is {relation} “{second}” already, so it can’t be the other way round, too."

    def is_after(self, other: "Partner") -> bool:
        """Whether the other certainly had gone before this one went, or came, if it has not gone."""
        until, since = other.last.latest, self.last.earliest or self.first.earliest
        return until is not None and since is not None and until < since

    @property
    def former_names(self) -> "list[EarlierName]":
        """In the order in which they were given up; last those of which that is not known."""
        return sorted(self.earlier_names.all(), key=lambda each: each.ends_on or date.max)

    def name_on(self, day: date) -> str:
        """The name that it bore on the day; where that is not known, the later one and what is known of the other."""
        names = self.former_names
        given_up = [each for each in names if each.ends_on and day <= each.ends_on]
        doubted = [each for each in given_up[:1] if not each.is_borne_on(day)]
        later = given_up[len(doubted) :]
        name = later[0].name if later else self.name
        known = [f"called {each.name} until {each.last.words}" for each in doubted]
        if day < today():
            known += [f"once called {each.name}" for each in names if is_not_on_record(each.last)]
        return f"{name} ({'; '.join(known)})" if known else name


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

    def is_borne_on(self, day: date) -> bool:
        """Whether it certainly had not been given up by the end of the day."""
        return self.last.earliest is not None and day <= self.last.earliest

    @property
    def told(self) -> str:
        if is_not_on_record(self.last):
            return f"It was once called {self.name}. The day on which its name changed is not on record."
        return f"It was called {self.name} until {self.last.words}."


def chain(first: Partner | None, following: "Callable[[Partner], Iterable[Partner | None]]") -> set[Partner]:
    """The first, what follows it, what follows that, and so on, each once."""
    found: set[Partner] = set()
    waiting = [first]
    while waiting:
        partner = waiting.pop()
        if partner and partner not in found:
            found.add(partner)
            waiting += following(partner)
    return found
