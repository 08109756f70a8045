from typing import Any

from django.contrib import admin

from partners.models import Action, ActionPlan, EarlierName, Objective, Partner, Priority, Strategy
from sosafe_site.periods import today
from sosafe_site.publishing.admin import PUBLICATION, NativeStackedInline, PublishableAdmin, StateFilter
from sosafe_site.publishing.clock import moment

PERIOD: tuple[str, Any] = (
    "Years",
    {
        "fields": ["starts_on", "ends_on", "is_period_confirmed", "period_label", "standing", "agreed_on"],
        "description": "The site works out from these dates what is current and what has ended. "
        "To extend it, move the last day.",
    },
)


class PhaseFilter(admin.SimpleListFilter):
    title = "time"
    parameter_name = "phase"

    def lookups(self, request, model_admin):
        return [
            ("current", "Current"),
            ("not_started", "Not started"),
            ("ended", "Ended"),
            ("undated", "Dates not stated"),
        ]

    def queryset(self, request, queryset):
        on = today()
        phases = {
            "current": queryset.current(on),
            "not_started": queryset.not_started(on),
            "ended": queryset.ended(on),
            "undated": queryset.undated(),
        }
        return phases.get(self.value() or "", queryset)


class SpanAdmin(PublishableAdmin):
    list_filter = [StateFilter, PhaseFilter]

    @admin.display(description="today", ordering="ends_on")
    def phase(self, obj):
        return obj.phase(today()).label


class EarlierNameInline(NativeStackedInline):
    model = EarlierName
    fields = [("name", "ends_on")]
    verbose_name_plural = "earlier names: pages about earlier days show the name of their day"


@admin.register(Partner)
class PartnerAdmin(SpanAdmin):
    list_display = ["name", "standing", "phase", "state"]
    list_filter = [StateFilter, PhaseFilter, "standing"]
    search_fields = ["name", "role"]
    prepopulated_fields = {"slug": ["name"]}
    fieldsets = [
        (None, {"fields": ["name", "standing", "role", "website", "position", "slug"]}),
        (
            "Membership",
            {
                "fields": ["starts_on", "ends_on", "successors"],
                "description": "A partner that leaves keeps its page: give its last day.",
            },
        ),
        PUBLICATION,
    ]
    autocomplete_fields = ["successors"]
    inlines = [EarlierNameInline]


class PartInline(NativeStackedInline):
    """Orders and links parts that have a form of their own."""

    fields = [("position", "title"), ("slug", "published_at")]
    prepopulated_fields = {"slug": ["title"]}
    show_change_link = True
    can_delete = False


class ObjectiveInline(PartInline):
    model = Objective
    verbose_name_plural = "objectives: open one with “Change” to edit its text"


class PartsAdmin(SpanAdmin):
    """Of a strategy or plan, whose parts can be published together with it."""

    actions = [*PublishableAdmin.actions, "publish_with_parts"]
    parts: str

    @admin.action(description="Publish now, with all its parts", permissions=["change"])
    def publish_with_parts(self, request, queryset):
        for record in queryset:
            self._set_published_at(
                request,
                getattr(record, self.parts).filter(published_at=None),
                moment(),
                "is published now",
                "are published now",
            )
        self.publish_now(request, queryset)


@admin.register(Strategy)
class StrategyAdmin(PartsAdmin):
    list_display = ["__str__", "years", "phase", "standing", "is_period_confirmed", "state"]
    search_fields = ["title", "slug", "period_label"]
    autocomplete_fields = ["documents"]
    fieldsets = [
        (None, {"fields": ["title", "slug", "summary", "body", "documents"]}),
        PERIOD,
        PUBLICATION,
    ]
    inlines = [ObjectiveInline]
    parts = "objectives"


@admin.register(Objective)
class ObjectiveAdmin(PublishableAdmin):
    list_display = ["title", "strategy", "position", "state"]
    list_filter = [StateFilter, "strategy"]
    list_select_related = ["strategy"]
    search_fields = ["title"]
    autocomplete_fields = ["strategy"]
    prepopulated_fields = {"slug": ["title"]}
    fieldsets = [
        (None, {"fields": ["strategy", "position", "title", "slug", "body"]}),
        PUBLICATION,
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("strategy")


class PriorityInline(PartInline):
    model = Priority
    verbose_name_plural = "priorities: open one with “Change” to edit its text, leads and actions"


@admin.register(ActionPlan)
class ActionPlanAdmin(PartsAdmin):
    list_display = ["__str__", "years", "phase", "standing", "is_period_confirmed", "state"]
    search_fields = ["title", "slug", "period_label"]
    autocomplete_fields = ["strategy", "documents"]
    fieldsets = [
        (None, {"fields": ["title", "slug", "strategy", "summary", "body", "documents"]}),
        PERIOD,
        PUBLICATION,
    ]
    inlines = [PriorityInline]
    parts = "priorities"


class ActionInline(NativeStackedInline):
    model = Action
    fields = ["position", "what", "leads", "due_on"]
    autocomplete_fields = ["leads"]


@admin.register(Priority)
class PriorityAdmin(PublishableAdmin):
    list_display = ["title", "plan", "parent", "position", "state"]
    list_filter = [StateFilter, "plan"]
    list_select_related = ["plan", "parent__plan"]
    search_fields = ["title"]
    autocomplete_fields = ["plan", "parent", "leads", "objectives"]
    prepopulated_fields = {"slug": ["title"]}
    fieldsets = [
        (None, {"fields": ["plan", "parent", "position", "title", "slug", "body", "leads", "objectives"]}),
        PUBLICATION,
    ]
    inlines = [ActionInline]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("plan")
