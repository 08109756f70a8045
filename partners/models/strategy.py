from datetime import date
from typing import Any

from django.db import models
from django.db.models import Prefetch
from django.urls import reverse

from partners.models.agreed import (
    AMENDMENT,
    AS_PART,
    CORRECTION,
    Agreed,
    AgreedQuerySet,
    Extension,
    agreed_day_needs_agreement,
)
from partners.models.nested import refuse_nesting
from partners.models.sequence import drawn, newest_first, of_states, waiting
from partners.models.status import State
from sosafe_site.periods import Phase, ends_after_start
from sosafe_site.publishing.models import Document
from sosafe_site.publishing.models.publishable import Publishable, PublishableQuerySet, withdrawal_has_a_reason
from sosafe_site.publishing.text.field import RichTextField


def shares_years(plan: Any, strategy: "Strategy", on: date) -> bool:
    """Whether they have days in common; of a plan without days, whether it names the strategy."""
    if plan.starts_on is None and plan.ends_on is None:
        return plan.strategy_id == strategy.pk
    (since, until), (begins, ends) = plan.possible_days(on), strategy.possible_days(on)
    return plan.series_id == strategy.series_id and since <= ends and begins <= until


class StrategyQuerySet(AgreedQuerySet):
    def having_objectives(self):
        """Those that have an objective the public may read."""
        return self.filter(pk__in=Objective.objects.published().values("strategy"))

    def as_timeline(self, plans: list, on: date) -> dict:
        """At most three as a "run" in order of time, each with its plans as "shown_plans"; the "others", newest first.

        What is in force comes into the run first, then what is to come, then what ended last. Undated ones have no
        place in it. "scale" is how the run is drawn, "seams" what is to be said of the times between.
        """
        everyone = newest_first(self.everyone)
        by_state = of_states(everyone, on)
        to_come = [each for each in waiting(everyone, on) if each.starts_on or each.ends_on]
        over = newest_first([*by_state[State.ENDED], *by_state[State.NOT_AGREED]])
        chosen = [*by_state[State.CURRENT][:3], *to_come[:3], *over[:3]][:3]
        run = [each for each in reversed(everyone) if each in chosen]
        for strategy in run:
            strategy.shown_plans = [plan for plan in plans if shares_years(plan, strategy, on)]
        others = [each for each in everyone if each not in chosen]
        are_over = all(each.phase(on) == Phase.ENDED for each in others)
        return {
            "run": run,
            "scale": drawn(run, on),
            "seams": self.seams(on),
            "titles_differ": len({strategy.title for strategy in run}) > 1,
            "others": others,
            "others_heading": "Earlier strategies" if are_over else "Other strategies",
        }

    def with_parts(self, user):
        return self.prefetch_related("extensions", *strategy_parts(user))


def shown_objectives(objectives) -> Prefetch:
    """Each strategy with those of its own as "shown_objectives"."""
    return Prefetch("objectives", objectives, to_attr="shown_objectives")


def strategy_parts(user) -> list[Prefetch]:
    """What the strategy's page shows: "shown_objectives" and "shown_documents"."""
    documents = Document.objects.visible_to(user).with_files()
    objectives = Objective.objects.visible_to(user).top().with_parts(user)
    return [shown_objectives(objectives), Prefetch("documents", documents, to_attr="shown_documents")]


class Strategy(Agreed):
    parts = ("objectives",)
    edited_with = {"objectives": AS_PART, "extensions": ()}
    standing_route = "strategies"
    shown_objectives: list["Objective"]  # fetched by strategy_parts()
    shown_plans: list[Agreed]  # chosen by as_timeline()

    objects = StrategyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "strategies"
        ordering = ["-starts_on", "pk"]
        constraints = [
            ends_after_start("strategy"),
            agreed_day_needs_agreement("strategy"),
            withdrawal_has_a_reason("strategy"),
        ]

    def get_absolute_url(self) -> str:
        return reverse("strategy", args=[self.slug])

    @property
    def is_detailed(self) -> bool:
        """Whether its objectives say more than their titles. Reads what strategy_parts() fetched."""
        return any(objective.body or objective.shown_parts for objective in self.shown_objectives)


class StrategyExtension(Extension):
    strategy = models.ForeignKey(Strategy, on_delete=models.CASCADE, related_name="extensions")

    class Meta:
        ordering = ["strategy", "decided_on", "until_on"]


class ObjectiveQuerySet(PublishableQuerySet):
    def top(self):
        return self.filter(parent=None)

    def with_parts(self, user):
        """What an objective's part of a page shows: its sub-objectives, as "shown_parts"."""
        parts = Objective.objects.visible_to(user).select_related("strategy")
        return self.prefetch_related(Prefetch("sub_objectives", parts, to_attr="shown_parts"))


class Objective(Publishable):
    part_of = ("strategy", "parent")
    parts = ("sub_objectives",)
    standing_route = "strategies"
    shown_parts: list["Objective"]  # fetched by with_parts()

    strategy = models.ForeignKey(Strategy, on_delete=models.PROTECT, related_name="objectives")
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="sub_objectives",
        verbose_name="part of",
        help_text="Only for a sub-objective: the objective that it belongs to.",
    )
    position = models.PositiveSmallIntegerField("number", default=1, help_text="Its place in the strategy.")
    title = models.CharField("objective", max_length=200)
    slug = models.SlugField(
        "address", max_length=80, help_text="The last part of the web address. Given once, kept for good."
    )
    body = RichTextField("text", blank=True)

    objects = ObjectiveQuerySet.as_manager()

    class Meta:
        ordering = ["strategy", "position", "pk"]
        constraints = [
            withdrawal_has_a_reason("objective"),
            models.UniqueConstraint(
                name="strategy_has_each_objective_address_once",
                fields=["strategy", "slug"],
                violation_error_message="Another objective of this strategy has this address. Choose a different one.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.strategy.years})"

    def get_absolute_url(self) -> str:
        return reverse("objective", args=[self.strategy.slug, self.slug])

    def must_tell(self, changed: set[str], on: date) -> str:
        if self.strategy.is_settled(on) and changed & {"title", "body", "published_at", "withdrawn_at"}:
            return CORRECTION
        return AMENDMENT if self.amends(changed, on) else ""

    def amends(self, changed: set[str], on: date) -> bool:
        return self.strategy.has_agreed_text(on) and bool(changed & {"title", "body"})

    def clean(self) -> None:
        """Raises ValidationError unless sub-objectives are one level deep and in the strategy of their objective."""
        super().clean()
        refuse_nesting(self, "strategy", "sub_objectives")
