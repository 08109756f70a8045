"""The form by which the next plan is started from one: its years, its strategy, and what it takes over."""

from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction
from django.db.models import Q
from django.http import QueryDict

from partners.models import Action, ActionPlan, Strategy
from partners.rollover import Rollover, beginning_with, next_of
from sosafe_site.publishing.admin.base import in_plain_words

LONGEST = Action._meta.get_field("what").max_length or 0


class NextPlanForm(forms.ModelForm):
    beside = forms.ModelMultipleChoiceField(  # the plans of which an officer knows that they begin on that day
        ActionPlan.objects.none(), required=False, widget=forms.MultipleHiddenInput, label="Another plan"
    )

    class Meta:
        model = ActionPlan
        fields = ["starts_on", "ends_on", "period_label", "strategy"]

    data: QueryDict

    def __init__(self, plan: ActionPlan, data: QueryDict | None = None) -> None:
        super().__init__(data, instance=next_of(plan))
        self.plan = plan
        of_series = Q(series=None) | Q(series=plan.series)
        strategies: Any = self.fields["strategy"]
        strategies.queryset = Strategy.objects.filter(of_series, withdrawn_at=None).newest_first()
        strategies.empty_label = "None, or not yet known"
        beside: Any = self.fields["beside"]
        beside.queryset = ActionPlan.objects.of(plan.series)
        for field in self.fields.values():
            in_plain_words(field)
        if data is None:
            self._look_over()

    def _look_over(self) -> None:
        """What there is to take over, now that the days and the strategy are known; what an officer ticked of it."""
        self.rollover = Rollover(self.plan, self.instance)
        self.there = list(beginning_with(self.instance)) if self.instance.starts_on else []
        if self.is_bound:
            self.rollover.tick(self.data.getlist("take"))
            for item in self.rollover.all_items():
                item.lines = self.data.get(f"new {item.key}", "") if item.takes_actions else ""

    def full_clean(self) -> None:
        super().full_clean()
        if not self.is_bound:
            return
        self._look_over()
        first, began = self.instance.starts_on, self.plan.starts_on
        if not first and "starts_on" not in self.errors:
            self.add_error("starts_on", "Give the first day of the new plan, or the year in which it begins.")
        elif first and began and first <= began:
            self.add_error("starts_on", f"The plan that it follows began {self.plan.first.when}. Give a later day.")
        known = self.cleaned_data.get("beside") or []
        if [plan for plan in self.there if plan not in known]:
            self.add_error(
                "beside", "A plan that begins on this day is there already. Is this another one? Then say so."
            )
        for item in self.rollover.all_items():
            for line in item.new_actions:
                if len(line) > LONGEST:
                    self.add_error(
                        None, f"“{line[:60]}…” is too long for an action: shorten it to {LONGEST} characters or fewer."
                    )

    def make(self) -> ActionPlan | None:
        """The new plan with what it takes over; None if a rule is against it, which the form then tells."""
        try:
            with transaction.atomic():
                return self.rollover.make()
        except ValidationError as error:
            self.add_error(None, error.messages)
            return None

    def problems(self) -> list[tuple[str, str, str]]:
        """Where on the page, the name of the field, what is wrong."""
        return [
            ("", "", str(error)) if name == NON_FIELD_ERRORS else (f"id_{name}", str(self[name].label), str(error))
            for name, errors in self.errors.items()
            for error in errors
        ]
