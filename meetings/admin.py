from django import forms
from django.contrib import admin
from django.utils.html import format_html, format_html_join
from django.utils.text import slugify

from meetings.models import Group, Meeting, PublicMeeting, Stop
from sosafe_site.publishing.admin import PUBLICATION, NativeStackedInline, PublishableAdmin, StateFilter


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


class SuggestingInput(forms.TextInput):
    """A text field that offers what is in use already, by the browser's own list, and takes anything else."""

    def __init__(self, suggestions):
        super().__init__()
        self.suggestions = suggestions

    def render(self, name, value, attrs=None, renderer=None):
        choices = f"{name}-suggestions"
        field = super().render(name, value, {**(attrs or {}), "list": choices}, renderer)
        options = format_html_join("", '<option value="{}"></option>', ((text,) for text in self.suggestions()))
        return format_html('{}<datalist id="{}">{}</datalist>', field, choices, options)


class StopInline(NativeStackedInline):
    model = Stop
    fields = [("position", "starts"), "place"]
    verbose_name_plural = "stops: only if it comes to several places on its day"


@admin.register(PublicMeeting)
class PublicMeetingAdmin(PublishableAdmin):
    list_display = ["title", "held_on", "kind", "area", "is_cancelled", "state"]
    list_filter = [StateFilter, "kind"]
    search_fields = ["title", "about", "venue", "area"]
    date_hierarchy = "held_on"
    autocomplete_fields = ["partner", "answers_go_to"]
    prepopulated_fields = {"slug": ["title", "held_on"]}
    save_as = True
    fieldsets = [
        (None, {"fields": ["title", "kind", "about"]}),
        (
            "When",
            {
                "fields": ["held_on", ("starts", "ends"), "moved_from", "is_cancelled"],
                "description": "For a survey, the date is the last day to answer it. If a meeting moves, change its "
                "date and give the old one below: both are shown. If it is cancelled, tick that: it stays on the list, "
                "so that people who planned to come find out.",
            },
        ),
        ("Where", {"fields": ["venue", "address", "access", "area", "online"]}),
        (
            "Who and what more",
            {"fields": ["partner", "other_organiser", "link", "link_label", "answers_go_to"]},
        ),
        (
            "Address on this site",
            {"fields": ["slug"], "description": "For the next meeting of a series, change the title and the date, then "
             "use “Save as new”."},
        ),
        PUBLICATION,
    ]  # fmt: skip
    inlines = [StopInline]

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """A copy of what is public gets an address of its own, as a new record does: the form shows none to change."""
        if "_saveasnew" in request.POST:
            request.POST = request.POST.copy()
            named = slugify(f"{request.POST.get('title')} {request.POST.get('held_on')}")
            request.POST.setdefault("slug", named[:80])
        return super().changeform_view(request, object_id, form_url, extra_context)

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name == "area":
            kwargs["widget"] = SuggestingInput(PublicMeeting.objects.areas)
        return super().formfield_for_dbfield(db_field, request, **kwargs)
