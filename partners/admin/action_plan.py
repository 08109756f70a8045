from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.formats import date_format

from partners.admin.agreed import PERIOD, ExtensionInline, NewestFilter, PartInline, PartsAdmin
from partners.admin.spans import ByYears
from partners.models import (
    Action,
    ActionPlan,
    Continuation,
    PlanExtension,
    Priority,
)
from partners.rollover import Rollover, plan_after, start_next
from sosafe_site.partial_dates import DATE_WORDS
from sosafe_site.periods import today
from sosafe_site.publishing.admin import PUBLICATION, NativeStackedInline, PublishableAdmin, StateFilter


class PlanExtensionInline(ExtensionInline):
    model = PlanExtension


class PriorityInline(PartInline):
    model = Priority
    hint = "“Change” leads to a priority’s own text, leads and actions."


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
    fields = [("position", "what"), "leads", ("due_on", "done_on")]
    autocomplete_fields = ["leads"]

    def line(self, part):
        due = f"due {date_format(part.due_on, DATE_WORDS)}" if part.due_on and not part.done_on else ""
        return {**super().line(part), "aside": due, "state": "Done" if part.done_on else ""}


class ContinuationInline(NativeStackedInline):
    model = Continuation
    fk_name = "later"
    fields = ["earlier"]
    autocomplete_fields = ["earlier"]
    verbose_name = "earlier priority"
    verbose_name_plural = "continues"
    hint = "What it carries on from earlier plans, one or several."

    def line(self, part):
        return {**super().line(part), "title": part.earlier}


@admin.register(Priority)
class PriorityAdmin(ByYears, PublishableAdmin):
    days_at = "plan__"
    list_display = ["title", "plan", "phase", "parent", "position", "state"]
    list_filter = [StateFilter, ("plan", NewestFilter)]
    search_fields = ["title", "plan__title", "plan__slug", "plan__period_label"]
    autocomplete_fields = ["plan", "parent", "leads", "objectives"]
    prepopulated_fields = {"slug": ["title"]}
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "plan",
                    "parent",
                    "position",
                    "title",
                    "slug",
                    ("kind", "area"),
                    "body",
                    "leads",
                    "objectives",
                ]
            },
        ),
        PUBLICATION,
    ]
    inlines = [ActionInline, ContinuationInline]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("plan", "parent__plan").prefetch_related("plan__extensions")

    @admin.display(description="the plan today", ordering="plan__ends_on")
    def phase(self, obj):
        return obj.plan.phase_words(today())
