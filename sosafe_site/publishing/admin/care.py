from django.contrib import admin

from sosafe_site.publishing.models import ChangeNote, Post
from sosafe_site.publishing.notes import with_records


@admin.register(ChangeNote)
class ChangeNoteAdmin(admin.ModelAdmin):
    """To put a wording right; notes are written on the form of what has changed."""

    list_display = ["text", "about", "noted_at"]
    search_fields = ["text"]
    fields = ["text", "about", "noted_at"]
    readonly_fields = ["about", "noted_at"]

    def get_changelist_instance(self, request):
        changelist = super().get_changelist_instance(request)
        changelist.result_list = with_records(list(changelist.result_list))
        return changelist

    def get_object(self, request, object_id, from_field=None):
        note = super().get_object(request, object_id, from_field)
        return note and with_records([note])[0]

    @admin.display(description="about")
    def about(self, note):
        return note.about

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Post)
class PostAdmin(admin.ModelAdmin):
    list_display = ["title", "email", "deputy"]
    list_select_related = ["deputy"]
    search_fields = ["title", "email"]
    autocomplete_fields = ["deputy"]
    fields = ["title", "email", "deputy"]
