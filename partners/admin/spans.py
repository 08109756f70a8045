"""What has a first and a last day."""

from django.contrib import admin

from sosafe_site.periods import Phase, today
from sosafe_site.publishing.admin import PublishableAdmin, StateFilter


class PhaseFilter(admin.SimpleListFilter):
    title = "time"
    parameter_name = "phase"

    def lookups(self, request, model_admin):
        return [(phase.value, "Current" if phase == Phase.CURRENT else phase.label) for phase in Phase]

    def queryset(self, request, queryset):
        return queryset.in_phase(today(), self.value()) if self.value() in Phase.values else queryset


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
