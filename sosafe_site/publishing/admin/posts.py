from django.contrib import admin

from sosafe_site.publishing.admin.base import OfficersAdmin
from sosafe_site.publishing.admin.forms import SparingForm
from sosafe_site.publishing.models import AuditEntry, Post


@admin.register(Post)
class PostAdmin(OfficersAdmin):
    form = SparingForm
    list_display = ["title", "email", "deputy"]
    list_select_related = ["deputy"]
    search_fields = ["title", "email"]
    autocomplete_fields = ["deputy"]
    fields = ["title", "email", "deputy"]

    def audited_as(self, *, is_new):
        return AuditEntry.Kind.SETTINGS
