"""The next plan, started from one: what it may take over is shown first, then what was ticked is made as a draft."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import models
from django.utils.formats import date_format
from django.utils.text import slugify

from partners.models import Action, ActionPlan, Continuation, Objective, Partner, Priority, Strategy
from sosafe_site.partial_dates import DATE_WORDS, Known, PartialDate
from sosafe_site.periods import ONE_DAY, Phase, add_months, dates_in_words
from sosafe_site.publishing.models.address import free_slug

LEFT_OUT = "it was left out when this plan was started"
BELOW = "what it stands under is left out"


def next_of(plan: ActionPlan) -> ActionPlan:
    """As it is proposed: it begins on the day after and is as long. Without days where the plan lacks its own."""
    new = ActionPlan(title=plan.title, series=plan.series)
    if plan.starts_on and plan.ends_on and Known.BY not in (plan.first.known, plan.last.known):
        new.starts_on, new.starts_on_known = plan.ends_on + ONE_DAY, not_confirmed(plan.first)
        new.ends_on, new.ends_on_known = plan.moved_on(plan.ends_on), not_confirmed(plan.last)
        published = Strategy.objects.published()
        covering = [each for of in (published.of(plan.series), published.own()) for each in of.in_force(new.starts_on)]
        new.strategy = plan.strategy if plan.strategy in covering else next(iter(covering), None)
    return new


def beginning_with(new: ActionPlan) -> models.QuerySet[ActionPlan]:
    """The plans of its series that begin on the same day."""
    return ActionPlan.objects.of(new.series).filter(starts_on=new.starts_on, withdrawn_at=None).order_by("pk")


@dataclass
class Item:
    """Something that the next plan may take over."""

    record: Any
    key: str
    words: str
    why_not: str = ""  # it is only taken over if an officer ticks it
    items: list["Item"] = field(default_factory=list)  # what stands under it and goes only with it
    is_taken: bool = True
    lines: str = ""  # of a priority: new actions, one a line

    @property
    def takes_actions(self) -> bool:
        return isinstance(self.record, Priority)

    @property
    def new_actions(self) -> list[str]:
        return list(filter(None, (" ".join(line.split()).lstrip("•·*- ") for line in self.lines.splitlines())))

    def all(self) -> Iterator["Item"]:
        yield self
        for item in self.items:
            yield from item.all()


class Rollover:
    """What the next plan takes over. The sentences in "carried" and "left" tell the officer what is and what is not."""

    def __init__(self, plan: ActionPlan, new: ActionPlan) -> None:
        """Saves nothing. The new plan has its days and its strategy, as far as they are known."""
        self.plan, self.new = plan, new
        self.carried: list[str] = []
        self.left: list[str] = []
        priorities = list(
            plan.priorities.order_by("position", "pk").prefetch_related(
                "leads__earlier_standings", "objectives__strategy", "actions__leads__earlier_standings"
            )
        )
        self.items = [
            self._priority(each, [part for part in priorities if part.parent_id == each.pk])
            for each in priorities
            if each.parent_id is None
        ]

    def all_items(self) -> list[Item]:
        return [each for item in self.items for each in item.all()]

    def tick(self, keys: Iterable[str]) -> None:
        taken = {*keys}
        for item in self.all_items():
            item.is_taken = item.key in taken

    def make(self) -> ActionPlan:
        """Saves the new plan and what it takes over as drafts. Raises ValidationError."""
        new = self.new
        new.slug = free_slug(ActionPlan, slugify(new.years.replace(" to ", " ")) or slugify(new.title))
        self._say_what_the_plan_takes()
        self._save(new)
        copied = self._taken(self.items)
        for position, item in enumerate(copied, start=1):
            self._copy(item, position, None)
        if copied and not self.plan.comes_before(new):
            self.left.append(f"That its priorities continue those of {self.plan}: nobody knows when that was.")
        new.internal_notes = self.notes
        new.save()
        return new

    @property
    def notes(self) -> str:
        carried, left = ("\n".join(f"- {sentence}" for sentence in each) for each in (self.carried, self.left))
        return f"Started from {self.plan}.\n\nCarried over:\n{carried}\n\nNot carried over:\n{left or '- Nothing.'}"

    # What there is

    def _priority(self, old: Priority, parts: list[Priority]) -> Item:
        why_not = "it is withdrawn" if old.is_withdrawn else ""
        items = [self._lead(old, partner) for partner in old.leads.all()]
        items += [self._objective(old, objective) for objective in old.objectives.all()]
        items += [self._action(action) for action in old.actions.all()]
        items += [self._priority(part, []) for part in parts]
        noun = "sub-priority" if old.parent_id else "priority"
        return settled(Item(old, f"priority {old.pk}", f"The {noun} “{old.title}”", why_not, items))

    def _action(self, old: Action) -> Item:
        why_not = f"it was done on {words(old.done_on)}" if old.done_on else ""
        due_on = self._moved(old.due_on)
        due = f", now by {words(due_on)} instead of {words(old.due_on)}" if due_on and old.due_on else ""
        items = [self._lead(old, partner) for partner in old.leads.all()]
        return settled(Item(old, f"action {old.pk}", f"The action “{old.what}”{due}", why_not, items))

    def _lead(self, owner: Priority | Action, partner: Partner) -> Item:
        why_not = ""
        if partner.is_withdrawn:
            why_not = "it is withdrawn"
        elif self.new.starts_on and partner.phase(self.new.starts_on) == Phase.ENDED:
            why_not = f"it was a partner {dates_in_words(partner)}"
        return settled(Item(partner, f"lead {owner.pk} {partner.pk}", f"{partner.name} as lead", why_not))

    def _objective(self, owner: Priority, objective: Objective) -> Item:
        stays = objective.strategy_id == self.new.strategy_id and not objective.is_withdrawn
        why_not = "" if stays else "it is not one of the new plan’s strategy"
        return settled(Item(objective, f"objective {owner.pk} {objective.pk}", f"The objective “{objective}”", why_not))

    def _moved(self, day: date | None) -> date | None:
        """As far as the first day of the plan has moved; None if that is not known."""
        since, until = self.plan.starts_on, self.new.starts_on
        if not (day and since and until):
            return None
        months = 12 * (until.year - since.year) + until.month - since.month
        return add_months(day, months) if since.day == until.day else day + (until - since)

    # What becomes of it

    def _say_what_the_plan_takes(self) -> None:
        new, own = self.new, self.plan
        days = [
            f"first day {new.first.typed}" if new.starts_on else "",
            f"last day {new.last.typed}" if new.ends_on else "",
        ]
        self.carried.append(f"The title. Please check: {', '.join(filter(None, days))}.")
        if new.strategy:
            self.carried.append(f"It belongs to the strategy {new.strategy}.")
        else:
            self.left.append("The strategy: choose it once there is one for these years.")
        about = {
            "the summary": own.summary,
            "the text": own.body,
            "the years in your own words": own.period_label and not new.period_label,
            "the documents": own.documents.exists(),
        }
        self.left += [
            f"Left out, since it is about the old years: {what}." for what, is_there in about.items() if is_there
        ]

    def _taken(self, items: list[Item], of: str = "", why: str = LEFT_OUT) -> list[Item]:
        """Those that are ticked; of the others it is noted that they are left."""
        for item in items:
            if not item.is_taken:
                self.left.append(f"{item.words}{of}: {item.why_not or why}.")
                below = [each for each in item.items if isinstance(each.record, Priority | Action)]
                for each in below:
                    each.is_taken = False
                self._taken(below, f" of “{item.record}”", BELOW)
        return [item for item in items if item.is_taken]

    def _copy(self, item: Item, position: int, parent: Priority | None) -> None:
        old = item.record
        new = Priority(plan=self.new, parent=parent, position=position)
        for name in ("title", "kind", "area", "slug", "body"):
            setattr(new, name, getattr(old, name))
        self._save(new)
        self.carried.append(f"{item.words}.")
        if self.plan.comes_before(self.new):
            self._save(Continuation(later=new, earlier=old))
        taken = self._taken(item.items, f" of “{old.title}”")
        new.leads.set([each.record for each in taken if isinstance(each.record, Partner)])
        new.objectives.set([each.record for each in taken if isinstance(each.record, Objective)])
        actions = [each for each in taken if isinstance(each.record, Action)]
        for number, action in enumerate(actions, start=1):
            self._copy_action(action, number, new)
        for number, what in enumerate(item.new_actions, start=len(actions) + 1):
            self._save(Action(priority=new, position=number, what=what))
        below = [each for each in taken if isinstance(each.record, Priority)]
        for number, part in enumerate(below, start=1):
            self._copy(part, number, new)

    def _copy_action(self, item: Item, position: int, priority: Priority) -> None:
        old = item.record
        new = Action(priority=priority, position=position, what=old.what, due_on=self._moved(old.due_on), continues=old)
        self._save(new)
        self.carried.append(f"{item.words} of “{priority.title}”.")
        new.leads.set([each.record for each in self._taken(item.items, f" of the action “{old.what}”")])

    def _save(self, record: models.Model) -> None:
        record.full_clean()
        record.save()


def settled(item: Item) -> Item:
    item.is_taken = not item.why_not
    return item


def not_confirmed(day: PartialDate) -> Known:
    """Of the next plan, whose day follows from this one."""
    return Known.ASSUMED if day.known == Known.DAY else day.known


def words(day: date) -> str:
    return date_format(day, DATE_WORDS)
