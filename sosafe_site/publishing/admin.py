"""How every record of the site is edited: the same state, dates and safety everywhere."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count

from sosafe_site.publishing.models import Document, DocumentVersion
from sosafe_site.publishing.records import moment

FIELD_OVERRIDES: dict[type[models.Field], dict[str, Any]] = {
    models.URLField: {"assume_scheme": "https"},
    # The browser's own date fields: one field, one label, right on a phone, no script.
    models.DateField: {"widget": forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})},
    models.TimeField: {"widget": forms.TimeInput(format="%H:%M", attrs={"type": "time"})},
    models.DateTimeField: {
        "form_class": forms.DateTimeField,
        "widget": forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
    },
}
PUBLICATION: tuple[str, Any] = ("Publication", {"fields": ["published_at", "last_changed", "notes"]})


class NativeStackedInline(admin.StackedInline):
    formfield_overrides = FIELD_OVERRIDES
    extra = 0
    view_on_site = False


class StateFilter(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return [("published", "Published"), ("scheduled", "Scheduled"), ("draft", "Draft")]

    def queryset(self, request, queryset):
        states: dict[str, dict[str, Any]] = {
            "published": {"published_at__lte": moment()},
            "scheduled": {"published_at__gt": moment()},
            "draft": {"published_at": None},
        }
        return queryset.filter(**states.get(self.value() or "", {}))


class PublishableAdmin(admin.ModelAdmin):
    formfield_overrides = FIELD_OVERRIDES
    list_filter = [StateFilter]
    readonly_fields = ["last_changed"]
    actions = ["publish_now", "make_draft"]
    actions_on_bottom = True

    def view_on_site(self, obj):
        return obj.get_absolute_url()

    @admin.display(description="state", ordering="published_at")
    def state(self, obj):
        return obj.state

    @admin.display(description="content last changed", ordering="updated_on")
    def last_changed(self, obj):
        return obj.updated_on or "Never since it was first loaded: please check it, change what is wrong and save."

    def get_readonly_fields(self, request, obj=None):
        """An address that readers may have is kept."""
        fields = super().get_readonly_fields(request, obj)
        has_address = obj and obj.published_at and any(field.name == "slug" for field in obj._meta.fields)
        return [*fields, "slug"] if has_address else fields

    def get_prepopulated_fields(self, request, obj=None):
        return {} if obj else super().get_prepopulated_fields(request, obj)

    def has_delete_permission(self, request, obj=None):
        """Only a draft can be deleted, and only from its own form, so that nothing public vanishes by a slip."""
        return obj is not None and obj.published_at is None and super().has_delete_permission(request, obj)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        is_content = set(form.changed_data) - {"published_at", "notes"}
        if is_content or any(formset.has_changed() for formset in formsets):
            form.instance.touch()
            form.instance.save(update_fields=["updated_on"])

    @admin.action(description="Publish now", permissions=["change"])
    def publish_now(self, request, queryset):
        self._set_published_at(request, queryset, moment(), "is published now", "are published now")

    @admin.action(description="Take back to draft", permissions=["change"])
    def make_draft(self, request, queryset):
        self._set_published_at(request, queryset, None, "is a draft now", "are drafts now")

    def _set_published_at(self, request, queryset, when, one, many):
        done = 0
        for obj in queryset:
            if when and obj.is_published:
                continue  # keep the moment since which it has been public
            obj.published_at = when
            try:
                obj.full_clean()
            except ValidationError as error:
                self.message_user(request, f"{obj}: {' '.join(error.messages)}", messages.ERROR)
            else:
                obj.save(update_fields=["published_at"])
                self.log_change(request, obj, f"This {one}.")
                done += 1
        if done:
            self.message_user(request, f"{done} {one if done == 1 else many}.", messages.SUCCESS)


class DocumentVersionInline(NativeStackedInline):
    model = DocumentVersion
    fields = ["file", "published_on", "facts"]
    readonly_fields = ["facts"]
    verbose_name = "file"
    verbose_name_plural = "files: the newest is what the public gets; earlier ones keep their own addresses"
    can_delete = False

    @admin.display(description="read from the file")
    def facts(self, version):
        if version.size is None:
            return "Format, size and pages appear here once the file is saved."
        pages = f", {version.pages} pages" if version.pages else ""
        return f"Version {version.number}, {version.format}, {version.size:,} bytes{pages}"

    def has_change_permission(self, request, obj=None):
        """A file that was given out stays as it was; a better one is a new version."""
        return False


@admin.register(Document)
class DocumentAdmin(PublishableAdmin):
    list_display = ["title", "kind", "files", "state"]
    list_filter = [StateFilter, "kind"]
    search_fields = ["title", "summary"]
    prepopulated_fields = {"slug": ["title"]}
    fieldsets = [
        (None, {"fields": ["title", "kind", "summary", "slug"]}),
        PUBLICATION,
    ]
    inlines = [DocumentVersionInline]

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(file_count=Count("versions"))

    @admin.display(description="files", ordering="file_count")
    def files(self, document):
        return document.file_count or "None yet"
