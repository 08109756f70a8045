from django.contrib import admin, messages
from django.core.exceptions import ValidationError

from partners.admin.spans import PhaseFilter, SpanAdmin
from partners.models import (
    EarlierName,
    EarlierStanding,
    Partner,
)
from sosafe_site.publishing.admin import PUBLICATION, NativeStackedInline, StateFilter
from sosafe_site.publishing.admin.forms import PublishableForm


class EarlierStandingInline(NativeStackedInline):
    model = EarlierStanding
    fields = ["standing", ("starts_on", "ends_on")]
    verbose_name_plural = "earlier times"
    hint = "If it left and came back, or had another standing before."


class EarlierNameInline(NativeStackedInline):
    model = EarlierName
    fields = [("name", "ends_on")]
    verbose_name_plural = "earlier names"
    hint = "Pages about earlier days show the name of their day."

    def line(self, part):
        return {**super().line(part), "aside": part.last.words and f"until {part.last.words}"}


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
        (None, {"fields": ["name", "standing", "role", "website", "logo", "position", "slug"]}),
        (
            "Membership",
            {
                "fields": [("starts_on", "ends_on"), "successors"],
                "description": "The present time with its present standing; earlier ones have their place below. "
                "A partner that leaves keeps its page: give its last day. From then on pages tell that it leads "
                "nothing, organises nothing and sits in no group.",
            },
        ),
        ("Other bodies", {"fields": ["includes", "run_by"]}),
        PUBLICATION,
    ]
    autocomplete_fields = ["logo", "successors", "includes", "run_by"]
    inlines = [EarlierStandingInline, EarlierNameInline]
