"""The next plan, started from one: worked out first, so that an officer can look, then made as a draft in one go."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.formats import date_format
from django.utils.text import slugify

from partners.models import Action, ActionPlan, Continuation, Partner, Priority, Strategy
from sosafe_site.partial_dates import DATE_WORDS, Known, PartialDate
from sosafe_site.periods import ONE_DAY, Phase, dates_in_words
from sosafe_site.publishing.models.address import free_slug


def first_day_after(plan: ActionPlan) -> date:
    """Raises ValidationError when the plan lacks a day: they tell where the next begins, and its length."""
    if plan.starts_on and plan.ends_on and Known.BY not in (plan.first.known, plan.last.known):
        return plan.ends_on + ONE_DAY
    raise ValidationError(
        "The next plan begins on the day after this one and is as long. "
        "Give this plan its first and its last day, save it, then start the next one."
    )


def plan_after(plan: ActionPlan) -> ActionPlan | None:
    """The one that begins on the day after already. Raises ValidationError as first_day_after() does."""
    of_series = ActionPlan.objects.of(plan.series)
    return of_series.filter(starts_on=first_day_after(plan), withdrawn_at=None).order_by("pk").first()


@transaction.atomic
def start_next(plan: ActionPlan) -> "Rollover | None":
    """Makes the next plan as a draft; None when there is one. Raises ValidationError as first_day_after() does."""
    locked = ActionPlan.objects.select_for_update().get(pk=plan.pk)  # so that a second click waits and then finds it
    if plan_after(locked):
        return None
    rollover = Rollover(locked)
    rollover.make()
    return rollover


class Rollover:
    """What the next plan takes over. The sentences in "carried" and "left" tell the officer what is and what is not."""

    def __init__(self, plan: ActionPlan) -> None:
        """Raises ValidationError as first_day_after() does. Saves nothing."""
        self.plan = plan
        self.first = first_day_after(plan)
        last = plan.moved_on(self.first - ONE_DAY)
        self.new = ActionPlan(
            title=plan.title,
            series=plan.series,
            starts_on=self.first,
            starts_on_known=not_confirmed(plan.first),
            ends_on=last,
            ends_on_known=not_confirmed(plan.last),
        )
        self.new.slug = free_slug(ActionPlan, slugify(self.new.years.replace(" to ", " ")))
        covering = list(Strategy.objects.published().of(plan.series).in_force(self.first))
        covering = covering or list(Strategy.objects.published().own().in_force(self.first))
        self.new.strategy = plan.strategy if plan.strategy in covering else next(iter(covering), None)
        self.records: list[models.Model] = [self.new]  # in the order in which they can be saved
        self.joined: list[tuple[models.Model, str, list]] = []
        self.carried: list[str] = [
            f"The title. First day {words(self.first)}, last day {words(last)}: please check both."
        ]
        self.left: list[str] = []
        self._look_at_the_plan()
        self._carry_priorities()

    @property
    def notes(self) -> str:
        carried, left = ("\n".join(f"- {sentence}" for sentence in each) for each in (self.carried, self.left))
        return f"Started from {self.plan}.\n\nCarried over:\n{carried}\n\nNot carried over:\n{left or '- Nothing.'}"

    def make(self) -> None:
        self.new.internal_notes = self.notes
        for record in self.records:
            record.full_clean()
            record.save()
        for record, name, others in self.joined:
            getattr(record, name).set(others)

    def _look_at_the_plan(self) -> None:
        if self.new.strategy:
            self.carried.append(f"It belongs to the strategy that holds on its first day: {self.new.strategy}.")
        else:
            self.left.append(f"The strategy: none that is agreed holds on {words(self.first)}.")
        own = {
            "the summary": self.plan.summary,
            "the text": self.plan.body,
            "the years in your own words": self.plan.period_label,
            "the documents": self.plan.documents.exists(),
        }
        self.left += [
            f"Left out, since it is about the old years: {what}." for what, is_there in own.items() if is_there
        ]

    def _carry_priorities(self) -> None:
        copies: dict = {}
        priorities = self.plan.priorities.select_related("parent").prefetch_related(
            "leads__earlier_standings", "objectives__strategy", "actions__leads__earlier_standings"
        )
        for old in sorted(priorities, key=lambda each: (each.parent_id is not None, each.position)):
            if old.is_withdrawn or (old.parent and old.parent.is_withdrawn):
                self.left.append(f"The priority “{old.title}”: it is withdrawn.")
                continue
            new = copies[old.pk] = Priority(
                plan=self.new,
                parent=copies.get(old.parent_id),
                position=old.position,
                title=old.title,
                slug=old.slug,
                body=old.body,
            )
            self.records += [new, Continuation(later=new, earlier=old)]
            self.carried.append(f"The {'sub-priority' if old.parent_id else 'priority'} “{old.title}”.")
            self._carry_leads(old, new, f"“{old.title}”")
            self._carry_objectives(old, new)
            for action in old.actions.all():
                self._carry_action(action, new)

    def _carry_leads(self, old: Priority | Action, new: Priority | Action, what: str) -> None:
        leads: list[Partner] = []
        for partner in old.leads.all():
            if partner.is_withdrawn:
                self.left.append(f"{partner.name} as lead of {what}: it is withdrawn.")
            elif partner.phase(self.first) == Phase.ENDED:
                self.left.append(f"{partner.name} as lead of {what}: it was a partner {dates_in_words(partner)}.")
            else:
                leads.append(partner)
        self.joined.append((new, "leads", leads))

    def _carry_objectives(self, old: Priority, new: Priority) -> None:
        kept = []
        for objective in old.objectives.all():
            if objective.strategy == self.new.strategy and not objective.is_withdrawn:
                kept.append(objective)
            else:
                self.left.append(
                    f"The objective “{objective}” of “{old.title}”: it is not one of the new plan’s strategy."
                )
        self.joined.append((new, "objectives", kept))

    def _carry_action(self, old: Action, priority: Priority) -> None:
        if old.done_on:
            self.left.append(f"The action “{old.what}” of “{priority.title}”: it was done on {words(old.done_on)}.")
            return
        due_on = self.plan.moved_on(old.due_on) if old.due_on else None
        new = Action(priority=priority, position=old.position, what=old.what, due_on=due_on, continues=old)
        self.records.append(new)
        due = f", now by {words(due_on)} instead of {words(old.due_on)}" if due_on and old.due_on else ""
        self.carried.append(f"The open action “{old.what}” of “{priority.title}”{due}.")
        self._carry_leads(old, new, f"the action “{old.what}”")


def not_confirmed(day: PartialDate) -> Known:
    """Of the next plan, whose day follows from this one."""
    return Known.ASSUMED if day.known == Known.DAY else day.known


def words(day: date) -> str:
    return date_format(day, DATE_WORDS)
