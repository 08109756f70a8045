from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Prefetch, Q
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
from partners.models.partner import Partner
from partners.models.strategy import Objective, Strategy
from sosafe_site.periods import ends_after_start
from sosafe_site.publishing.models import Document
from sosafe_site.publishing.models.publishable import Publishable, PublishableQuerySet, withdrawal_has_a_reason
from sosafe_site.publishing.models.record import Record
from sosafe_site.publishing.text.field import RichTextField


class ActionPlanQuerySet(AgreedQuerySet):
    def with_strategy(self):
        """Each with the strategy that it names, which can be judged."""
        return self.prefetch_related(Prefetch("strategy", Strategy.objects.with_judged()))

    def with_parts(self, user):
        return self.prefetch_related("extensions", *plan_parts(user))


def shown_priorities(priorities) -> Prefetch:
    """Each plan with those of its own as "shown_priorities"."""
    return Prefetch("priorities", priorities, to_attr="shown_priorities")


def plan_parts(user) -> list[Prefetch]:
    """What the plan's page shows: "shown_priorities", each with its parts, and "shown_documents"."""
    priorities = Priority.objects.visible_to(user).top().with_parts(user)
    documents = Document.objects.visible_to(user).with_files()
    return [shown_priorities(priorities), Prefetch("documents", documents, to_attr="shown_documents")]


class ActionPlan(Agreed):
    parts = ("priorities",)
    edited_with = {"priorities": AS_PART, "extensions": ()}
    standing_route = "action-plans"
    shown_priorities: list["Priority"]  # fetched by plan_parts()

    strategy = models.ForeignKey(
        Strategy,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="action_plans",
        help_text="The strategy that this plan helps to carry out.",
    )

    objects = ActionPlanQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on", "pk"]
        constraints = [
            ends_after_start("action_plan"),
            agreed_day_needs_agreement("action_plan"),
            withdrawal_has_a_reason("action_plan"),
        ]

    def get_absolute_url(self) -> str:
        return reverse("action-plan", args=[self.slug])

    @property
    def is_detailed(self) -> bool:
        """Whether its priorities say more than their titles. Reads what plan_parts() fetched."""
        return any(priority.is_detailed for priority in self.shown_priorities)


class PlanExtension(Extension):
    plan = models.ForeignKey(ActionPlan, on_delete=models.CASCADE, related_name="extensions")

    class Meta:
        ordering = ["plan", "decided_on", "until_on"]


# What was promised; how far it has come is told later than it was agreed
ACTIONS = {"actions", "actions.what", "actions.due_on", "actions.leads"}


class PriorityQuerySet(PublishableQuerySet):
    def top(self):
        return self.filter(parent=None)

    def with_parts(self, user):
        """What a priority's part of a page shows, as "shown_..." lists; its sub-priorities come with their actions."""
        partners = Partner.objects.published().with_names()
        actions = Action.objects.select_related(
            "continues__priority__plan", "continues__priority__parent"
        ).prefetch_related(Prefetch("leads", partners, to_attr="shown_leads"))
        return self.prefetch_related(
            Prefetch("leads", partners, to_attr="shown_leads"),
            Prefetch("actions", actions, to_attr="shown_actions"),
            Prefetch(
                "objectives", Objective.objects.published().select_related("strategy"), to_attr="shown_objectives"
            ),
            Prefetch(
                "sub_priorities",
                Priority.objects.visible_to(user)
                .select_related("plan")
                .prefetch_related(
                    Prefetch("leads", partners, to_attr="shown_leads"),
                    Prefetch("actions", actions, to_attr="shown_actions"),
                ),
                to_attr="shown_parts",
            ),
        )

    def with_lineage(self):
        """What each continues and is continued in, as "shown_earlier" and "shown_later"."""
        others = Priority.objects.published().select_related("plan")
        return self.prefetch_related(
            Prefetch("continues", others.order_by("plan__starts_on", "position", "pk"), to_attr="shown_earlier"),
            Prefetch("continued_in", others.order_by("plan__starts_on", "position", "pk"), to_attr="shown_later"),
        )


class Priority(Publishable):
    part_of = ("plan", "parent")
    parts = ("sub_priorities",)
    edited_with = {"actions": (), "earlier_links": ()}
    standing_route = "action-plans"

    class Kind(models.TextChoices):
        TOPIC = "topic", "A topic"
        PLACE = "place", "A place"

    # Fetched by with_parts()
    shown_actions: list["Action"]
    shown_leads: list[Partner]
    shown_parts: list["Priority"]

    plan = models.ForeignKey(ActionPlan, on_delete=models.PROTECT, related_name="priorities")
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="sub_priorities",
        verbose_name="part of",
        help_text="Only for a sub-priority: the priority that it belongs to.",
    )
    position = models.PositiveSmallIntegerField("number", default=1, help_text="Its place in the plan.")
    title = models.CharField("priority", max_length=200)
    kind = models.CharField(max_length=8, choices=Kind, blank=True, help_text="Readers are told it, if you choose one.")
    area = models.CharField(
        "part of the town",
        max_length=80,
        blank=True,
        help_text="Where it applies, such as Bedwell, if not to the whole area of the plan.",
    )
    slug = models.SlugField(
        "address", max_length=80, help_text="The last part of the web address. Given once, kept for good."
    )
    body = RichTextField("text", blank=True)
    leads = models.ManyToManyField(Partner, blank=True, related_name="priorities", verbose_name="lead partners")
    objectives = models.ManyToManyField(
        Objective, blank=True, related_name="priorities", help_text="The objectives of the strategy that it serves."
    )

    continues = models.ManyToManyField(
        "self", through="Continuation", symmetrical=False, blank=True, related_name="continued_in"
    )

    objects = PriorityQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "priorities"
        ordering = ["plan", "position", "pk"]
        constraints = [
            withdrawal_has_a_reason("priority"),
            models.UniqueConstraint(
                name="plan_has_each_priority_address_once",
                fields=["plan", "slug"],
                violation_error_message="Another priority of this plan has this address. Choose a different one.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.plan.years})"

    def get_absolute_url(self) -> str:
        return reverse("priority", args=[self.plan.slug, self.slug])

    def must_tell(self, changed: set[str], on: date) -> str:
        settled = {"title", "kind", "area", "body", "leads", "objectives", "published_at", "withdrawn_at", *ACTIONS}
        if self.plan.is_settled(on) and changed & settled:
            return CORRECTION
        return AMENDMENT if self.amends(changed, on) else ""

    def amends(self, changed: set[str], on: date) -> bool:
        """One action more is the plan at work; another promise is not what was agreed."""
        words = {"title", "kind", "area", "body", "actions.what", "actions.due_on"}
        return self.plan.has_agreed_text(on) and bool(changed & words)

    @property
    def is_detailed(self) -> bool:
        """Whether it says more than its title does. Reads what with_parts() fetched."""
        return bool(self.kind or self.area or self.body or self.shown_actions or self.shown_leads or self.shown_parts)

    def clean(self) -> None:
        """Raises ValidationError unless sub-priorities are one level deep and in the plan of their priority."""
        super().clean()
        refuse_nesting(self, "plan", "sub_priorities")


class Continuation(Record):
    """A priority may continue several, which were merged, and be continued in several, when it was split."""

    later = models.ForeignKey(Priority, on_delete=models.CASCADE, related_name="earlier_links")
    earlier = models.ForeignKey(
        Priority,
        on_delete=models.CASCADE,
        related_name="later_links",
        verbose_name="continues",
        help_text="Of an earlier plan. Both pages then link to each other.",
    )

    class Meta:
        ordering = ["later", "pk"]
        constraints = [
            models.CheckConstraint(
                name="priority_does_not_continue_itself",
                condition=~Q(later=F("earlier")),
                violation_error_message="A priority can't continue itself. Choose one of an earlier plan.",
            ),
            models.UniqueConstraint(
                name="priority_continues_another_once",
                fields=["later", "earlier"],
                violation_error_message="This earlier priority is listed already.",
            ),
        ]

    def __str__(self) -> str:
        return f"continues {self.earlier}"

    def clean(self) -> None:
        """Raises ValidationError unless the plan of the one began before the plan of the other."""
        is_known = self.later_id and self.earlier_id and self.later_id != self.earlier_id
        if is_known and not self.earlier.plan.comes_before(self.later.plan):
            raise ValidationError(
                {"earlier": f"“{self.earlier.plan}” does not begin before “{self.later.plan}”. "
                 "Choose a priority of an earlier plan, or check the first days of both."}
            )  # fmt: skip


class Action(Record):
    priority = models.ForeignKey(Priority, on_delete=models.CASCADE, related_name="actions")
    position = models.PositiveSmallIntegerField("number", default=1)
    what = models.CharField("what will be done", max_length=300)
    leads = models.ManyToManyField(Partner, blank=True, related_name="actions", verbose_name="lead partners")
    due_on = models.DateField("by when", null=True, blank=True, help_text="The last day by which it should be done.")
    done_on = models.DateField(
        "done on", null=True, blank=True, help_text="The day on which it was done. Leave empty while it is open."
    )
    continues = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, editable=False, related_name="continued_in"
    )

    class Meta:
        ordering = ["priority", "position", "pk"]

    def __str__(self) -> str:
        return self.what

    @property
    def shown_origin(self) -> Priority | None:
        """Where it stood in the plan before, if the public may read that."""
        origin = self.continues.priority if self.continues else None
        is_public = origin and all(each.is_published for each in (origin, *origin.parents()))
        return origin if is_public else None
