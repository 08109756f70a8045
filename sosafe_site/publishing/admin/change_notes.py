from django.contrib import admin
from django.contrib.admin.views.main import ChangeList

from sosafe_site.publishing.admin.base import OfficersAdmin
from sosafe_site.publishing.admin.forms import SparingForm
from sosafe_site.publishing.models import ChangeNote
from sosafe_site.publishing.models.change_note import with_records


class NotesList(ChangeList):
    def get_results(self, request):
        super().get_results(request)
        self.result_list = with_records(list(self.result_list))


@admin.register(ChangeNote)
class ChangeNoteAdmin(OfficersAdmin):
    """To put a wording right; notes are written on the form of what has changed."""

    form = SparingForm
    shows_at_once = True
    list_display = ["text", "about", "noted_at", "is_amendment"]
    search_fields = ["text"]
    fields = ["text", "about", "noted_at", "is_amendment"]
    readonly_fields = ["about", "noted_at"]

    def get_changelist(self, request, **kwargs):
        return NotesList

    @admin.display(description="about")
    def about(self, note):
        return note.about if hasattr(note, "about") else with_records([note])[0].about

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
