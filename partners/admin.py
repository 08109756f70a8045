from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import path, reverse

from partners.models import (
    Action,
    ActionPlan,
    Continuation,
    EarlierName,
    EarlierStanding,
    Objective,
    Partner,
    PlanExtension,
    Priority,
    Series,
    Strategy,
    StrategyExtension,
)
from partners.models.status import State
from partners.rollover import Rollover, plan_after, start_next
from sosafe_site.periods import Phase, today
from sosafe_site.publishing.admin import PUBLICATION, NativeStackedInline, OfficersAdmin, PublishableAdmin, StateFilter
from sosafe_site.publishing.admin.forms import PublishableForm
from sosafe_site.publishing.admin.parts import PartForm
from sosafe_site.publishing.admin.submission import Step, submission_of
from sosafe_site.publishing.clock import this_minute

PERIOD: tuple[str, Any] = (
    "Years",
    {
        "fields": ["starts_on", "ends_on", "period_label", "standing", "agreed_on", "followed_by"],
        "description": "The site works out from these dates what is current and what has ended. Write as much of a "
        "date as you know. A “?” after a day means that it only follows from the years: the public then sees the "
        "years. To extend it, move the last day and add the former one below.",
    },
)


class PhaseFilter(admin.SimpleListFilter):
    title = "time"
    parameter_name = "phase"

    def lookups(self, request, model_admin):
        return [(phase.value, "Current" if phase == Phase.CURRENT else phase.label) for phase in Phase]

    def queryset(self, request, queryset):
        return queryset.in_phase(today(), self.value()) if self.value() in Phase.values else queryset


class StatusFilter(PhaseFilter):
    """Of strategies and plans, in the words of their column."""

    def lookups(self, request, model_admin):
        return State.choices

    def queryset(self, request, queryset):
        return queryset.in_state(today(), self.value()) if self.value() in State.values else queryset


class NewestFilter(admin.RelatedFieldListFilter):
    """By one of the newest strategies or plans; the parts of older ones are found by searching for their years."""

    def field_choices(self, field, request, model_admin):
        return [(record.pk, str(record)) for record in field.related_model.objects.newest_first()[:10]]


class SpanAdmin(PublishableAdmin):
    list_filter = [StateFilter, PhaseFilter]

    def get_changelist_instance(self, request):
        """Only the list is fetched with what it judges by: on a form, that would be what it was before the save."""
        changelist = super().get_changelist_instance(request)
        changelist.result_list = changelist.result_list.with_judged()
        return changelist

    @admin.display(description="today", ordering="ends_on")
    def phase(self, obj):
        return obj.phase_words(today())


class EarlierStandingInline(NativeStackedInline):
    model = EarlierStanding
    fields = ["standing", ("starts_on", "ends_on")]
    verbose_name_plural = "earlier times: if it left and came back, or had another standing before"


class EarlierNameInline(NativeStackedInline):
    model = EarlierName
    fields = [("name", "ends_on")]
    verbose_name_plural = "earlier names: pages about earlier days show the name of their day"


class PartnerForm(PublishableForm):
    def _post_clean(self) -> None:
        """With the days that were typed."""
        super()._post_clean()
        for name, refuse in (("successors", self.instance.refuse_successors), ("includes", self.instance.refuse_parts)):
            try:
                refuse(self.cleaned_data.get(name) or [])
            except ValidationError as error:
                self.add_error(name, error)


@admin.register(Partner)
class PartnerAdmin(SpanAdmin):
    form = PartnerForm

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        names = [formset for formset in formsets if formset.model is EarlierName]
        if change and "name" in form.changed_data and not any(formset.new_objects for formset in names):
            advice = (
                f"Pages about earlier days now say “{form.instance.name}” too. If it was a change of name, and no "
                "corrected spelling, add the old name with its last day below “earlier names”."
            )
            self.message_user(request, advice, messages.WARNING)

    list_display = ["name", "standing", "phase", "state"]
    list_filter = [StateFilter, PhaseFilter, "standing"]
    search_fields = ["name", "role", "earlier_names__name"]
    prepopulated_fields = {"slug": ["name"]}
    fieldsets = [
        (None, {"fields": ["name", "standing", "role", "website", "position", "slug"]}),
        (
            "Membership",
            {
                "fields": ["starts_on", "ends_on", "successors"],
                "description": "The present time with its present standing; earlier ones have their place below. "
                "A partner that leaves keeps its page: give its last day. From then on pages tell that it leads "
                "nothing, organises nothing and sits in no group.",
            },
        ),
        ("Other bodies", {"fields": ["includes", "run_by"]}),
        PUBLICATION,
    ]
    autocomplete_fields = ["successors", "includes", "run_by"]
    inlines = [EarlierStandingInline, EarlierNameInline]


class PartInline(NativeStackedInline):
    """Orders and links parts that have a form of their own."""

    form = PartForm
    fields = [("position", "title"), "slug", "published_at"]  # beside another, the stock script fills in both
    prepopulated_fields = {"slug": ["title"]}
    show_change_link = True
    can_delete = False


class ObjectiveInline(PartInline):
    model = Objective
    verbose_name_plural = "objectives: open one with “Change” to edit its text"


class ExtensionInline(NativeStackedInline):
    fields = [("until_on", "decided_on")]
    verbose_name = "extension"
    verbose_name_plural = "extensions: each with the last day that it had before"


class StrategyExtensionInline(ExtensionInline):
    model = StrategyExtension


class PlanExtensionInline(ExtensionInline):
    model = PlanExtension


class PartsAdmin(SpanAdmin):
    """Of a strategy or plan, whose parts can be published together with it."""

    list_display = ["__str__", "years", "phase", "are_days_known", "state"]
    list_filter = [StateFilter, StatusFilter]
    actions = [*PublishableAdmin.actions, "publish_with_parts"]
    parts: str

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        is_to_be_public = form.instance.is_published or submission_of(request).step == Step.PUBLISH
        shown = [part.instance for formset in formsets for part in formset.forms if formset.prefix == self.parts]
        drafts = sum(part.published_at is None and not part._state.adding for part in shown)
        if drafts and is_to_be_public:
            noun = shown[0]._meta.verbose_name
            advice = "In the list, tick it and choose “Publish now, with all its parts”."
            what = f"1 {noun} is still a draft" if drafts == 1 else f"{drafts} of its parts are still drafts"
            self.message_user(request, f"{what}: readers see nothing of that. {advice}", messages.WARNING)

    @admin.display(description="days known", boolean=True)
    def are_days_known(self, obj):
        return not obj.is_assumed

    def get_fieldsets(self, request, obj=None):
        """Without a series beside the partnership's own, the form says nothing of any."""
        fieldsets = super().get_fieldsets(request, obj)
        if not Series.objects.exists():
            return fieldsets
        (name, first), *others = fieldsets
        return [(name, {**first, "fields": [*first["fields"], "series"]}), *others]

    def has_change_parts_permission(self, request: HttpRequest) -> bool:
        part = self.model._meta.get_field(self.parts).related_model
        return self.has_publish_permission(request) and self.admin_site._registry[part].has_change_permission(request)

    @admin.action(description="Publish now, with all its parts", permissions=["change_parts"])
    def publish_with_parts(self, request, queryset):
        wholes = list(queryset)
        parts = [part for whole in wholes for part in getattr(whole, self.parts).filter(published_at=None)]
        return self.confirmed(request, [*parts, *wholes], this_minute())


@admin.register(Series)
class SeriesAdmin(OfficersAdmin):
    """Only for what is not the partnership's own. Without one, no form and no page tells of any."""

    list_display = ["name", "owner", "area"]
    search_fields = ["name", "owner", "area"]
    fields = ["name", "owner", "area", "position"]


@admin.register(Strategy)
class StrategyAdmin(PartsAdmin):
    search_fields = ["title", "slug", "period_label"]
    autocomplete_fields = ["documents", "followed_by"]
    fieldsets = [
        (None, {"fields": ["title", "slug", "summary", "body", "documents"]}),
        PERIOD,
        PUBLICATION,
    ]
    inlines = [ObjectiveInline, StrategyExtensionInline]
    parts = "objectives"


@admin.register(Objective)
class ObjectiveAdmin(PublishableAdmin):
    list_display = ["title", "strategy", "phase", "position", "state"]
    list_filter = [StateFilter, ("strategy", NewestFilter)]
    list_select_related = ["strategy"]
    search_fields = ["title", "strategy__title", "strategy__slug", "strategy__period_label"]
    autocomplete_fields = ["strategy"]
    prepopulated_fields = {"slug": ["title"]}
    fieldsets = [
        (None, {"fields": ["strategy", "position", "title", "slug", "body"]}),
        PUBLICATION,
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("strategy").prefetch_related("strategy__extensions")

    @admin.display(description="the strategy today", ordering="strategy__ends_on")
    def phase(self, obj):
        return obj.strategy.phase_words(today())


class PriorityInline(PartInline):
    model = Priority
    verbose_name_plural = "priorities: open one with “Change” to edit its text, leads and actions"


@admin.register(ActionPlan)
class ActionPlanAdmin(PartsAdmin):
    search_fields = ["title", "slug", "period_label"]
    autocomplete_fields = ["strategy", "documents", "followed_by"]
    fieldsets = [
        (None, {"fields": ["title", "slug", "strategy", "summary", "body", "documents"]}),
        PERIOD,
        PUBLICATION,
    ]
    inlines = [PriorityInline, PlanExtensionInline]
    parts = "priorities"
    actions = [*PartsAdmin.actions, "start_next_plan"]

    def get_urls(self):
        next_plan = self.admin_site.admin_view(self.next_plan_view)
        return [path("<uuid:pk>/next/", next_plan, name="partners_actionplan_next"), *super().get_urls()]

    def has_start_next_permission(self, request: HttpRequest) -> bool:
        makes = self.has_add_permission(request) and request.user.has_perm("partners.add_priority")
        return makes and self.has_change_permission(request)

    @admin.action(description="Start next year’s plan from this one", permissions=["start_next"])
    def start_next_plan(self, request, queryset):
        if queryset.count() == 1:
            return redirect("admin:partners_actionplan_next", queryset.get().pk)
        self.message_user(request, "Choose one plan, the one to start the next from.", messages.ERROR)
        return None

    def next_plan_view(self, request: HttpRequest, pk: str) -> HttpResponse:
        """Shows what the next plan takes over; a POST makes it. Where there is one, leads to its form."""
        if not self.has_start_next_permission(request):
            raise PermissionDenied
        plan = get_object_or_404(ActionPlan, pk=pk)
        try:
            made = start_next(plan) if request.method == "POST" else None
            there = plan_after(plan)
        except ValidationError as error:
            self.message_user(request, " ".join(error.messages), messages.ERROR)
            return redirect("admin:partners_actionplan_change", pk)
        if made:
            self.log_addition(request, made.new, f"Started from {plan}.")
            self.message_user(request, render_to_string("admin/carried_over.html", {"rollover": made, "is_made": True}))
        elif there:
            self.message_user(request, f"The plan after “{plan}” is there already: this one.", messages.WARNING)
        if there:
            return redirect("admin:partners_actionplan_change", there.pk)
        title = f"Start the next plan from {plan}"
        context = {**self.admin_site.each_context(request), "title": title, "plan": plan, "rollover": Rollover(plan)}
        return TemplateResponse(request, "admin/next_plan.html", context)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj and self.has_start_next_permission(request):
            context["next_plan_url"] = reverse("admin:partners_actionplan_next", args=[obj.pk])
        return super().render_change_form(request, context, add, change, form_url, obj)


class ActionInline(NativeStackedInline):
    model = Action
    fields = ["position", "what", "leads", ("due_on", "done_on")]
    autocomplete_fields = ["leads"]


class ContinuationInline(NativeStackedInline):
    model = Continuation
    fk_name = "later"
    fields = ["earlier"]
    autocomplete_fields = ["earlier"]
    verbose_name = "earlier priority"
    verbose_name_plural = "continues: what it carries on from earlier plans, one or several"


@admin.register(Priority)
class PriorityAdmin(PublishableAdmin):
    list_display = ["title", "plan", "phase", "parent", "position", "state"]
    list_filter = [StateFilter, ("plan", NewestFilter)]
    search_fields = ["title", "plan__title", "plan__slug", "plan__period_label"]
    autocomplete_fields = ["plan", "parent", "leads", "objectives"]
    prepopulated_fields = {"slug": ["title"]}
    fieldsets = [
        (None, {"fields": ["plan", "parent", "position", "title", "slug", "body", "leads", "objectives"]}),
        PUBLICATION,
    ]
    inlines = [ActionInline, ContinuationInline]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("plan", "parent__plan").prefetch_related("plan__extensions")

    @admin.display(description="the plan today", ordering="plan__ends_on")
    def phase(self, obj):
        return obj.plan.phase_words(today())
