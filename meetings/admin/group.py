"""Groups, with who belongs to them and when they meet, and the list of all their meetings."""

from datetime import date, timedelta
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.formats import date_format
from django.utils.html import format_html

from meetings.admin.occasion import OccasionAdmin
from meetings.forms import PasteForm, PatternForm, Rows, rows_from
from meetings.models import Chair, Group, Meeting, Membership
from sosafe_site.periods import today
from sosafe_site.publishing.admin import (
    PUBLICATION,
    LinkingAdmin,
    NativeStackedInline,
    PublishableAdmin,
    folded,
    may_publish,
)
from sosafe_site.publishing.admin.parts import PartsFormSet
from sosafe_site.publishing.models.audit import AuditEntry, audit

MEETING_FIELDS: list[Any] = [
    ("held_on", "starts", "ends"),
    ("label", "is_open"),
    "note",
    "venue",
    "online",
    ("is_cancelled", "promised_days"),
    "is_mistake",
    ("agenda", "minutes", "minutes_approved_on"),
]
RECENT = timedelta(days=100)
MOST = 30  # meetings on the form of their group: with those of all years it would grow past what the server takes in


def first_day(request) -> date:
    """From which on the form of a group shows its meetings."""
    try:
        return date.fromisoformat(request.GET.get("from", ""))
    except ValueError:
        return today() - RECENT


class MeetingsFormSet(PartsFormSet):
    def get_queryset(self):
        if self.is_bound:
            return super().get_queryset()
        if not hasattr(self, "_shown"):
            self._shown = list(super().get_queryset()[:MOST])
        return self._shown

    @property
    def days(self) -> list[date]:
        """Of the meetings on the form."""
        return sorted(meeting.held_on for meeting in self.get_queryset())

    @property
    def of_all(self) -> int:
        """How many meetings the group has; 0 if all are on the form."""
        count = 0 if self.instance._state.adding else self.instance.meetings.count()
        return count if count > len(self.days) else 0

    @property
    def goes_on_from(self) -> date | None:
        """The day of the first meeting that comes after those on the form."""
        last = max(self.days, default=date.max)
        later = self.instance.meetings.filter(held_on__gt=last).order_by("held_on").first()
        return later and later.held_on


class MeetingInline(NativeStackedInline):
    model = Meeting
    formset = MeetingsFormSet
    template = "admin/meetings/group/meetings.html"
    fields = MEETING_FIELDS
    autocomplete_fields = ["agenda", "minutes"]
    hint = "To come, and of the last three months. The rest are under “Meetings”."

    def line(self, part):
        times = "–".join(f"{time:%H:%M}" for time in (part.starts, part.ends) if time)
        states = {"Mistake": part.is_mistake, "Cancelled": part.is_cancelled, "Moved": part.promised_days}
        state = next((state for state, holds in states.items() if holds), "")
        aside = ", ".join(filter(None, [part.label, times, part.venue]))
        return {"title": date_format(part.held_on, "D j F Y"), "aside": aside, "state": state}

    def has_delete_permission(self, request, obj=None):
        """What readers were told of is cancelled, moved or called a mistake, so that their calendars learn of it."""
        return not (obj and obj.is_published) and super().has_delete_permission(request, obj)

    def get_queryset(self, request):
        return super().get_queryset(request).filter(held_on__gte=first_day(request))


class ChairInline(NativeStackedInline):
    model = Chair
    fields = [("post", "role"), ("starts_on", "ends_on")]
    verbose_name_plural = "who chairs it"
    hint = "Whose time is over gets its last day and stays here."

    def line(self, part):
        return {**super().line(part), "aside": str(part.stretch)}


class MembershipInline(NativeStackedInline):
    model = Membership
    fields = [("partner", "starts_on", "ends_on")]
    autocomplete_fields = ["partner"]
    verbose_name_plural = "members"
    hint = "One that leaves gets its last day and stays here."

    def line(self, part):
        return {**super().line(part), "title": part.partner, "aside": str(part.stretch)}


@admin.register(Group)
class GroupAdmin(PublishableAdmin):
    list_display = ["name", "abbreviation", "meets", "add_dates", "state"]
    search_fields = ["name", "abbreviation"]
    autocomplete_fields = ["documents", "reports_to"]
    prepopulated_fields = {"slug": ["name"]}
    fieldsets = [
        (None, {"fields": ["name", "abbreviation", "slug", "summary", "responsibilities", "documents", "position"]}),
        (
            "About the group",
            {
                "fields": ["standing", "reports_to", "is_open", "is_minuted_in_public"],
                "description": "What you leave empty, the public page leaves out.",
            },
        ),
        (
            "How often it meets",
            {
                "fields": [("every_count", "every_unit"), ("which", "weekday"), "counted_from", "pattern_note"],
                "description": "The site makes the sentence, such as “Meets every four weeks” or “Meets on the second "
                "Tuesday of every month” (that is 1, months, second, Tuesday). Then use “Add dates”, at the top.",
            },
        ),
        PUBLICATION,
    ]
    inlines = [ChairInline, MembershipInline, MeetingInline]

    def get_fieldsets(self, request, obj=None):
        """Of a group that is there, the dates change, not what it is: those groups of fields are folded."""
        fieldsets = super().get_fieldsets(request, obj)
        rare = ("About the group", "How often it meets")
        return [folded(each, request) if obj and each[0] in rare else each for each in fieldsets]

    def get_list_display(self, request):
        return [name for name in self.list_display if name != "add_dates" or may_publish(request)]

    @admin.display(description="dates")
    def add_dates(self, group):
        url = reverse("admin:meetings_group_dates", args=[group.pk])
        return format_html('<a href="{}">Add dates<span class="visually-hidden"> of {}</span></a>', url, group)

    def get_urls(self):
        dates = self.admin_site.admin_view(self.dates_view)
        return [path("<uuid:pk>/dates/", dates, name="meetings_group_dates"), *super().get_urls()]

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj and self.may_add_dates(request, obj):
            context["dates_url"] = reverse("admin:meetings_group_dates", args=[obj.pk])
        return super().render_change_form(request, context, add, change, form_url, obj)

    def get_deleted_objects(self, objs, request):
        """The meetings of a draft go with it, though nobody deletes one on a page of its own."""
        going, counts, forbidden, protected = super().get_deleted_objects(objs, request)
        return going, counts, forbidden - {Meeting._meta.verbose_name}, protected

    def may_add_dates(self, request, group):
        """Dates of a public group show at once."""
        may_change = self.has_change_permission(request, group) and request.user.has_perm("meetings.add_meeting")
        return may_change and (may_publish(request) or not group.published_at)

    def dates_view(self, request, pk):
        """Choose or paste, look over, save: three buttons that send to the same address."""
        group = get_object_or_404(Group, pk=pk)
        if not self.may_add_dates(request, group):
            raise PermissionDenied
        step = request.POST.get("step")
        pattern = PatternForm(group, today(), request.POST if step == "pattern" else None)
        paste = PasteForm(request.POST if step == "paste" else None)
        rows = Rows(request.POST) if step == "save" else None
        if rows is not None:
            with transaction.atomic():
                if rows.is_valid() and (added := rows.save(group)):
                    return self._added(request, group, added)
        chosen = paste if step == "paste" else pattern
        if chosen.is_valid():
            rows = rows_from(group, chosen.rows)
        context = {**self.admin_site.each_context(request), "opts": self.opts, "group": group}
        context |= {"title": f"Add dates of {group}", "pattern": pattern, "paste": paste, "rows": rows}
        context["noted"] = rows.notes(group, today()) if rows is not None else []
        return TemplateResponse(request, "admin/dates.html", context)

    def _added(self, request, group, added):
        days = [f"{meeting.held_on:%-d %B %Y}" for meeting in added]
        said = f"Added {len(days)} date{'s' if len(days) > 1 else ''}: {', '.join(days)}."
        group.touch()
        group.save(update_fields=["updated_on"])
        self.log_change(request, group, said)
        if group.is_published:
            audit(AuditEntry.Kind.PUBLISHED, by=request.user, record=group, words="Dates")
        self.message_user(request, said, messages.SUCCESS)
        if not group.has_come_out:
            self.end_schedule(request, group)
        return redirect("admin:meetings_group_change", group.pk)


@admin.register(Meeting)
class MeetingAdmin(OccasionAdmin, LinkingAdmin):
    """Every meeting of every group, to be looked up: each leads to its place on the form of its group."""

    list_display = [
        "held_on", "group", "label", "starts", "venue", "is_cancelled", "is_mistake", "planned_before", "is_open",
        "minutes", "minutes_approved_on",
    ]  # fmt: skip
    list_filter = ["group", "is_cancelled", "is_mistake", "is_open"]
    list_select_related = ["group", "minutes"]
    search_fields = ["label", "venue", "group__name"]
    ordering = ["-held_on"]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def change_view(self, request, object_id, form_url="", extra_context=None):
        meeting = self.get_object(request, unquote(object_id))
        if meeting and request.method == "GET" and self.has_view_permission(request, meeting):
            return redirect(f"{meeting.group.get_edit_url()}?from={meeting.held_on}#meetings-0")
        return super().change_view(request, object_id, form_url, extra_context)
