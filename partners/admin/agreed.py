"""What the forms of strategies and plans have in common, and the series that they stand in."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.text import slugify

from partners.admin.spans import PhaseFilter, SpanAdmin
from partners.models import (
    Series,
)
from partners.models.status import State
from sosafe_site.periods import today
from sosafe_site.publishing.admin import LinkingAdmin, NativeStackedInline, PublishableAdmin, StateFilter
from sosafe_site.publishing.admin.forms import PublishableForm
from sosafe_site.publishing.admin.parts import PartForm, PartsFormSet
from sosafe_site.publishing.clock import this_minute
from sosafe_site.publishing.models.address import free_slug

PERIOD: tuple[str, Any] = (
    "Years",
    {
        "fields": [("starts_on", "ends_on"), ("period_label", "standing"), ("agreed_on", "followed_by")],
        "description": "The site works out from these dates what is current and what has ended. Write as much of a "
        "date as you know. A “?” after a day means that it only follows from the years: the public then sees the "
        "years. To extend it, move the last day and add the former one below.",
    },
)


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


class NestedFormSet(PartsFormSet):
    """Each part that stands under another comes right after it."""

    def get_queryset(self):
        if self.is_bound:  # in the order in which they were sent
            return super().get_queryset()
        if not hasattr(self, "_nested"):
            parts = list(super().get_queryset())
            under = {part.pk: [each for each in parts if each.parent_id == part.pk] for part in parts}
            self._nested = [each for part in parts if not part.parent_id for each in (part, *under[part.pk])]
        return self._nested


class PartInline(NativeStackedInline):
    """Orders and links parts that have a form of their own."""

    formset = NestedFormSet
    form = PartForm
    fields = [("position", "title"), "slug", "published_at"]  # beside another, the stock script fills in both
    prepopulated_fields = {"slug": ["title"]}
    show_change_link = True
    can_delete = False

    def line(self, part):
        return {**super().line(part), "title": part.title}


class ExtensionInline(NativeStackedInline):
    fields = [("until_on", "decided_on")]
    verbose_name = "extension"
    verbose_name_plural = "extensions"
    hint = "Each with the last day that it had before."


class AgreedForm(PublishableForm):
    """An address that nobody writes is made of the years."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            self.fields["slug"].required = False
            self.fields["slug"].help_text += " Left empty, it is made of the years."

    def _post_clean(self) -> None:
        super()._post_clean()
        if "slug" not in self.fields or "slug" in self.errors or self.cleaned_data["slug"]:
            return
        if years := slugify(self.instance.years.replace(" to ", " ")):
            self.instance.slug = self.cleaned_data["slug"] = free_slug(self._meta.model, years)
        else:
            self.add_error("slug", "Without years, the site can’t make the address by itself: write it here.")


class PartsAdmin(SpanAdmin):
    """Of a strategy or plan, whose parts can be published together with it."""

    form = AgreedForm
    list_display = ["__str__", "years", "phase", "are_days_known", "state"]
    list_filter = [StateFilter, StatusFilter]
    actions = [*PublishableAdmin.actions, "publish_with_parts"]
    parts: str

    @admin.display(description="days confirmed", boolean=True)
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
class SeriesAdmin(LinkingAdmin):
    """Only for what is not the partnership's own. Without one, no form and no page tells of any."""

    shows_at_once = True
    list_display = ["name", "owner", "area"]
    search_fields = ["name", "owner", "area"]
    fields = ["name", "owner", "area", "position"]
