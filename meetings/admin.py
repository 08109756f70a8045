from django.contrib import admin

from meetings.models import Group, Meeting, Membership
from sosafe_site.publishing.admin import PUBLICATION, NativeStackedInline, PublishableAdmin


class MeetingInline(NativeStackedInline):
    model = Meeting
    fields = [
        ("held_on", "starts", "ends"),
        "venue",
        "online",
        ("is_cancelled", "moved_from"),
        ("agenda", "minutes", "minutes_approved_on"),
    ]
    autocomplete_fields = ["agenda", "minutes"]


class MembershipInline(NativeStackedInline):
    model = Membership
    fields = [("partner", "starts_on", "ends_on")]
    autocomplete_fields = ["partner"]
    verbose_name_plural = "members: one that leaves gets its last day and stays here"


@admin.register(Group)
class GroupAdmin(PublishableAdmin):
    list_display = ["name", "abbreviation", "meets", "state"]
    search_fields = ["name", "abbreviation"]
    autocomplete_fields = ["documents", "reports_to"]
    prepopulated_fields = {"slug": ["name"]}
    fieldsets = [
        (None, {"fields": ["name", "abbreviation", "slug", "summary", "responsibilities", "documents", "position"]}),
        (
            "About the group",
            {
                "fields": ["standing", "chair", "reports_to", "is_open", "is_minuted_in_public"],
                "description": "What you leave empty, the public page leaves out.",
            },
        ),
        (
            "How often it meets",
            {
                "fields": [("every_count", "every_unit"), ("which", "weekday"), "counted_from"],
                "description": "The site makes the sentence, such as “Meets every four weeks” or “Meets on the second "
                "Tuesday of every month” (that is 1, months, second, Tuesday).",
            },
        ),
        PUBLICATION,
    ]
    inlines = [MembershipInline, MeetingInline]
