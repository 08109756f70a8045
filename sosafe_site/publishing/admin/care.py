from django.contrib import admin

from sosafe_site.publishing.admin.base import OfficersAdmin
from sosafe_site.publishing.models import ChangeNote, Post
from sosafe_site.publishing.notes import with_records


@admin.register(ChangeNote)
class ChangeNoteAdmin(OfficersAdmin):
    """To put a wording right; notes are written on the form of what has changed."""

    list_display = ["text", "about", "noted_at"]
    search_fields = ["text"]
    fields = ["text", "about", "noted_at"]
    readonly_fields = ["about", "noted_at"]

    @admin.display(description="about")
    def about(self, note):
        return with_records([note])[0].about

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Post)
class PostAdmin(OfficersAdmin):
    list_display = ["title", "email", "deputy"]
    list_select_related = ["deputy"]
    search_fields = ["title", "email"]
    autocomplete_fields = ["deputy"]
    fields = ["title", "email", "deputy"]
