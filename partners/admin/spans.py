"""What has a first and a last day."""

import re

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList

from sosafe_site.periods import Phase, today
from sosafe_site.publishing.admin import PublishableAdmin, StateFilter


class ByYears(admin.ModelAdmin):
    """Finds the years as lists and choosers write them, such as “2019 to 2020”."""

    #: Where the days stand from here, as a lookup with two underscores at its end
    days_at = ""

    def get_search_fields(self, request):
        return [*super().get_search_fields(request), f"{self.days_at}starts_on", f"{self.days_at}ends_on"]

    def get_search_results(self, request, queryset, search_term):
        years = re.sub(r"\b(\d{4})(?: to |[-–/])(?=\d{4}\b)", r"\1 ", search_term)
        return super().get_search_results(request, queryset, years)


class PhaseFilter(admin.SimpleListFilter):
    title = "time"
    parameter_name = "phase"

    def lookups(self, request, model_admin):
        return [(phase.value, "Current" if phase == Phase.CURRENT else phase.label) for phase in Phase]

    def queryset(self, request, queryset):
        return queryset.in_phase(today(), self.value()) if self.value() in Phase.values else queryset


class JudgedList(ChangeList):
    """Only the list is fetched with what it judges by: on a form, that would be what it was before the save."""

    def get_results(self, request):
        super().get_results(request)
        self.result_list = self.result_list.with_judged()


class SpanAdmin(ByYears, PublishableAdmin):
    list_filter = [StateFilter, PhaseFilter]

    def get_changelist(self, request, **kwargs):
        return JudgedList

    @admin.display(description="today", ordering="ends_on")
    def phase(self, obj):
        return obj.phase_words(today())
