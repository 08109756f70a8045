from django.contrib import admin

from meetings.models import Group, Meeting
from sosafe_site.publishing.admin import PUBLICATION, NativeStackedInline, PublishableAdmin


class MeetingInline(NativeStackedInline):
    model = Meeting
    fields = [("held_on", "starts", "ends"), "venue", "online", ("is_cancelled", "moved_from")]


@admin.register(Group)
class GroupAdmin(PublishableAdmin):
    list_display = ["name", "abbreviation", "cadence", "state"]
    search_fields = ["name", "abbreviation"]
    autocomplete_fields = ["documents"]
    prepopulated_fields = {"slug": ["name"]}
    fieldsets = [
        (None, {"fields": ["name", "abbreviation", "slug", "summary", "responsibilities", "documents", "position"]}),
        (
            "How often it meets",
            {
                "fields": [("every_count", "every_unit")],
                "description": "The site makes the sentence, such as “Meets every four weeks”. Dates are added below.",
            },
        ),
        PUBLICATION,
    ]
    inlines = [MeetingInline]
