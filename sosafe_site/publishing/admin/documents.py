from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminFileWidget
from django.db import models
from django.db.models import Count
from django.template.loader import render_to_string

from sosafe_site.publishing.admin.publishable import PUBLICATION, NativeStackedInline, PublishableAdmin, StateFilter
from sosafe_site.publishing.files.inspect import FORMATS
from sosafe_site.publishing.models import Document, DocumentVersion


class NewVersionInline(NativeStackedInline):
    """For the one file that is to be added; those that are there have a part of their own below."""

    model = DocumentVersion
    fields = ["file"]
    formfield_overrides = {
        models.FileField: {
            "widget": AdminFileWidget(attrs={"accept": ",".join(f".{end}" for end in FORMATS)}),
            "max_length": None,  # the site keeps it under a name of its own
        }
    }
    verbose_name = "new file"
    extra = max_num = 1

    def has_view_permission(self, request, obj=None):
        return False

    has_change_permission = has_view_permission


class VersionInline(NativeStackedInline):
    """A file that was given out stays as it was; a better one is a new version."""

    model = DocumentVersion
    fields = ["facts", "advice"]
    readonly_fields = ["facts", "advice"]
    verbose_name = "file"
    verbose_name_plural = "its files"
    hint = "Earlier ones keep their own addresses."
    can_delete = False

    @admin.display(description="read from the file")
    def facts(self, version):
        return render_to_string("admin/file_facts.html", {"version": version})

    @admin.display(description="with a screen reader")
    def advice(self, version):
        return render_to_string("admin/file_advice.html", {"version": version})

    def has_add_permission(self, request, obj=None):
        return False

    has_change_permission = has_add_permission


@admin.register(Document)
class DocumentAdmin(PublishableAdmin):
    list_display = ["title", "kind", "files", "state"]
    list_filter = [StateFilter, "kind"]
    search_fields = ["title", "summary"]
    ordering = ["title", "pk"]  # as of the model; the count of files would take it away from choosers
    prepopulated_fields = {"slug": ["title"]}
    fieldsets = [
        (None, {"fields": ["title", "kind", "summary", "slug"]}),
        PUBLICATION,
    ]
    inlines = [NewVersionInline, VersionInline]

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        for version in formsets[0].new_objects:
            if faults := version.faults_in_words:
                message = f"The file is saved, but it shuts readers out: it {faults}. Its form says how to mend that."
                self.message_user(request, message, messages.WARNING)

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(file_count=Count("versions"))

    @admin.display(description="files", ordering="file_count")
    def files(self, document):
        return document.file_count or "None yet"
