from django.contrib import admin

from partners.admin.agreed import PERIOD, ExtensionInline, NewestFilter, PartInline, PartsAdmin
from partners.admin.spans import ByYears
from partners.models import (
    Objective,
    Strategy,
    StrategyExtension,
)
from sosafe_site.periods import today
from sosafe_site.publishing.admin import PUBLICATION, PublishableAdmin, StateFilter


class ObjectiveInline(PartInline):
    model = Objective
    hint = "“Change” leads to an objective’s own text."


class StrategyExtensionInline(ExtensionInline):
    model = StrategyExtension


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
class ObjectiveAdmin(ByYears, PublishableAdmin):
    days_at = "strategy__"
    list_display = ["title", "strategy", "phase", "parent", "position", "state"]
    list_filter = [StateFilter, ("strategy", NewestFilter)]
    list_select_related = ["strategy", "parent__strategy"]
    search_fields = ["title", "strategy__title", "strategy__slug", "strategy__period_label"]
    autocomplete_fields = ["strategy", "parent"]
    prepopulated_fields = {"slug": ["title"]}
    fieldsets = [
        (None, {"fields": ["strategy", "parent", "position", "title", "slug", "body"]}),
        PUBLICATION,
    ]

    def get_queryset(self, request):
        return (
            super()
            .get_queryset(request)
            .select_related("strategy", "parent__strategy")
            .prefetch_related("strategy__extensions")
        )

    @admin.display(description="the strategy today", ordering="strategy__ends_on")
    def phase(self, obj):
        return obj.strategy.phase_words(today())
