"""What residents can come to, one by one or many from a pasted list."""

from uuid import uuid4

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import BaseModelAdmin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.html import format_html, format_html_join
from django.utils.text import slugify

from meetings.admin.occasion import OccasionAdmin
from meetings.models import PublicMeeting, Stop
from meetings.public_list import ListForm, MeetingRows, SameForAll, rows_of_list
from sosafe_site.periods import today
from sosafe_site.publishing.admin import (
    PUBLICATION,
    NativeStackedInline,
    PublishableAdmin,
    StateFilter,
    may_publish,
)
from sosafe_site.publishing.admin.submission import submission_of
from sosafe_site.publishing.clock import moment
from sosafe_site.publishing.models.address import is_free
from sosafe_site.publishing.models.sent_form import number_of
from sosafe_site.publishing.revisions.publish import publish
from sosafe_site.publishing.revisions.snapshot import snapshot

COPY = "copy"  # in the address to which the form of a copy is sent
SAME_MEETING = "The copy still has the title, the date, the time and the place of the first. Change what differs."


def is_same_meeting(sent, meeting):
    """Whether a copy says nothing that tells it from what it was made of."""
    names = ("title", "held_on", "starts", "venue")
    shown = ["" if (value := getattr(meeting, name)) is None else str(value) for name in names] if meeting else []
    typed = [sent.get(name, "").strip() for name in names]
    return [value[:-3] if name == "starts" else value for name, value in zip(names, shown, strict=False)] == typed


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


class OfferingAreas(BaseModelAdmin):
    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name == "area":
            kwargs["widget"] = SuggestingInput(PublicMeeting.objects.areas)
        return super().formfield_for_dbfield(db_field, request, **kwargs)


class StopInline(OfferingAreas, NativeStackedInline):
    model = Stop
    fields = [("position", "starts", "ends"), ("place", "area")]
    hint = "Only if it comes to several places on its day."


@admin.register(PublicMeeting)
class PublicMeetingAdmin(OfferingAreas, OccasionAdmin, PublishableAdmin):
    list_display = ["title", "held_on", "kind", "area", "is_cancelled", "planned_before", "state"]
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
                "fields": ["held_on", ("starts", "ends"), "promised_days", "is_cancelled"],
                "description": "For a survey, the date is the last day to answer it. If a meeting moves, change its "
                "date: readers are told of the old one too. If it is cancelled, tick that: it stays on the list, "
                "so that people who planned to come find out. If it was listed by mistake and never meant, withdraw "
                "it, under “Addresses and withdrawing” below: its page then says why.",
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

    def get_urls(self):
        return [self.own_path("from-list/", self.list_view, "list"), *super().get_urls()]

    def changelist_view(self, request, extra_context=None):
        list_url = self.own_url("list") if self.has_add_permission(request) else ""
        return super().changelist_view(request, {"list_url": list_url, **(extra_context or {})})

    def list_view(self, request):
        """Paste, look over, save or publish: buttons that send to the same address."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        step, sent = request.POST.get("step"), request.POST
        if step == "publish" and not may_publish(request):
            raise PermissionDenied("Your account can't publish. Save them as drafts.")
        paste, same, rows = ListForm(sent if step == "paste" else None), None, None
        if paste.is_valid():
            same, rows = SameForAll(initial=paste.cleaned_data), rows_of_list(paste.rows)
        elif step in ("draft", "publish"):
            same, rows = SameForAll(sent), MeetingRows(sent)
            is_right = all([same.is_valid(), rows.is_valid()])
            if is_right and (made := rows.announce(same.cleaned_data)):
                return self._announced(request, made, is_public=step == "publish")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Add public meetings from a list",
        }
        context |= {"paste": paste, "same": same, "rows": rows, "may_publish": may_publish(request)}
        context |= {"noted": rows.looked_over(today()) if rows else [], "number": number_of(request) or uuid4()}
        return TemplateResponse(request, "admin/meetings/publicmeeting/from_list.html", context)

    @transaction.atomic
    def _announced(self, request, made, *, is_public):
        for meeting in made:
            self.log_addition(request, meeting, [{"added": {}}])
            if is_public:
                publish(meeting, before=snapshot(meeting), at=moment(), by=request.user)
        became = "published" if is_public else "saved as drafts. Only staff see them"
        count = f"{len(made)} public meetings are" if len(made) > 1 else "1 public meeting is"
        self.message_user(request, f"{count} {became}: {'; '.join(map(str, made))}.", messages.SUCCESS)
        return redirect(self.own_url("changelist"))

    def change_view(self, request, object_id, form_url="", extra_context=None):
        if request.method == "POST" and COPY in request.GET and "_preview" not in request.POST:
            request.POST = request.POST.copy()
            request.POST["_saveasnew"] = "1"
        return super().change_view(request, object_id, form_url, extra_context)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """A copy gets an address of its own, as a new record does, and is withdrawn no more."""
        if "_saveasnew" in request.POST:
            sent = request.POST = request.POST.copy()
            title, day, asked = (sent.get(name, "").strip() for name in ("title", "held_on", "slug"))
            if title and day and not (asked == slugify(asked) != "" and is_free(PublicMeeting, asked)):
                sent["slug"] = PublicMeeting.slug_for(title, day)
            for name in ("withdrawn_at", "withdrawal_reason", "replaced_by"):
                sent.pop(name, None)
            if object_id and is_same_meeting(sent, self.get_object(request, unquote(object_id))):
                submission_of(request).refusal = SAME_MEETING
        return super().changeform_view(request, object_id, form_url, extra_context)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        """A copy that was refused is still to be made, whichever button is pressed then; the first is left alone."""
        context["is_copy"] = "_saveasnew" in request.POST
        form_url = f"?{COPY}=1" if context["is_copy"] else form_url
        return super().render_change_form(request, context, add, change, form_url, obj)
