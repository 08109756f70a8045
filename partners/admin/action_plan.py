import uuid
from contextlib import nullcontext

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.formats import date_format

from partners.admin.agreed import PERIOD, ExtensionInline, NewestFilter, PartInline, PartsAdmin
from partners.admin.next_plan import NextPlanForm
from partners.admin.spans import ByYears
from partners.models import (
    Action,
    ActionPlan,
    Continuation,
    PlanExtension,
    Priority,
)
from sosafe_site.partial_dates import DATE_WORDS
from sosafe_site.periods import today
from sosafe_site.publishing.admin import PUBLICATION, NativeStackedInline, PublishableAdmin, StateFilter
from sosafe_site.publishing.models.sent_form import number_of
from sosafe_site.publishing.revisions.preview import shown


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

    def next_plan_view(self, request: HttpRequest, pk: str) -> HttpResponseBase:
        """Shows what the next plan may take over, and the page that it would have; makes it as a draft."""
        if not self.has_start_next_permission(request):
            raise PermissionDenied
        plan = get_object_or_404(ActionPlan.objects.select_related("series", "strategy"), pk=pk)
        with transaction.atomic() if request.method == "POST" else nullcontext():
            if request.method == "POST":  # so that a second click waits and then is told of what the first has made
                ActionPlan.objects.select_for_update().get(pk=pk)
            form = NextPlanForm(plan, request.POST if request.method == "POST" else None)
            made = form.make() if form.is_valid() else None
            if made and "_preview" in request.POST:
                return shown(request, made)
        if "_preview" in request.POST:
            return TemplateResponse(request, "admin/preview_problem.html", {"problems": form.problems()})
        if made:
            self.log_addition(request, made, f"Started from {plan}.")
            context = {"rollover": form.rollover, "is_made": True}
            self.message_user(request, render_to_string("admin/carried_over.html", context))
            return redirect("admin:partners_actionplan_change", made.pk)
        context = {**self.admin_site.each_context(request), "title": f"Start the next plan from {plan}", "plan": plan}
        context |= {"form": form, "problems": form.problems(), "number": number_of(request) or uuid.uuid4()}
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
