"""What has a first and a last day."""

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList

from sosafe_site.periods import Phase, today
from sosafe_site.publishing.admin import PublishableAdmin, StateFilter


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


class SpanAdmin(PublishableAdmin):
    list_filter = [StateFilter, PhaseFilter]

    def get_changelist(self, request, **kwargs):
        return JudgedList

    @admin.display(description="today", ordering="ends_on")
    def phase(self, obj):
        return obj.phase_words(today())
