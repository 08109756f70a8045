from django.contrib import admin

from sosafe_site.publishing.admin.publishable import LinkingAdmin
from sosafe_site.publishing.models import Term


@admin.register(Term)
class TermAdmin(LinkingAdmin):
    list_display = ["word", "others", "meaning"]
    search_fields = ["word", "others", "meaning"]
    fields = ["word", "others", "meaning"]
