from datetime import timedelta
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.shortcuts import redirect
from django.urls import path
from django.views.decorators.http import require_POST

from pages.admin_site.audit import AuditAdmin
from pages.models import AccessibilityStatement, Alert, CaseReviewYear, Page, ReportingRoute, Section, SiteSettings
from sosafe_site.publishing.admin import (
    PUBLICATION,
    NativeStackedInline,
    PublishableAdmin,
    StateFilter,
    folded,
)
from sosafe_site.publishing.admin.forms import PublishableForm
from sosafe_site.publishing.admin.submission import Step
from sosafe_site.publishing.clock import moment, this_minute
from sosafe_site.publishing.models.audit import AuditEntry, audit
from sosafe_site.publishing.models.readiness import on_day

admin.site.register(AuditEntry, AuditAdmin)

A_DAY = timedelta(days=1)
FINDING: tuple[str, Any] = (
    "Where readers find it",
    {
        "fields": ["menu", "menu_label", "position", "parent", "description"],
        "classes": ["later"],
        "description": "Every page is in a menu or under another page, so nobody has to guess its address.",
    },
)
CAMPAIGN: tuple[str, Any] = (
    "Campaign",
    {
        "fields": [("campaign_starts_on", "campaign_ends_on")],
        "classes": ["later"],
        "description": "From its first to its last day the home page shows the title, the opening and the picture, "
        "with a link to this page. After that the page stays at its address and says that the campaign is over.",
    },
)


class SectionInline(NativeStackedInline):
    model = Section
    fields = [("position", "heading", "anchor"), "body", "shows"]
    prepopulated_fields = {"anchor": ["heading"]}
    is_first_open = True


@admin.register(Page)
class PageAdmin(PublishableAdmin):
    list_display = ["title", "slug", "menu", "parent", "state"]
    list_filter = [StateFilter, "menu"]
    list_select_related = ["parent"]
    search_fields = ["title", "lead", "sections__body"]
    autocomplete_fields = ["documents", "picture"]
    prepopulated_fields = {"slug": ["title"]}
    fieldsets = [
        (None, {"fields": ["title", "slug", "lead", "picture", "documents"]}),
        CAMPAIGN,
        FINDING,
        PUBLICATION,
    ]
    inlines = [SectionInline]

    def get_fieldsets(self, request, obj=None):
        """A new page needs a place; that of one that is there rarely changes."""
        fieldsets = super().get_fieldsets(request, obj)
        rare = [FINDING] if obj else []
        if not (obj and obj.is_campaign) and "campaign" not in request.GET:
            rare.append(CAMPAIGN)
        if obj and obj.is_built_in:
            fieldsets = [each for each in fieldsets if each != CAMPAIGN]
        return [folded(each, request) if each in rare else each for each in fieldsets]

    def has_delete_permission(self, request, obj=None):
        return not (obj and obj.is_built_in) and super().has_delete_permission(request, obj)


@admin.register(ReportingRoute)
class ReportingRouteAdmin(PublishableAdmin):
    list_display = ["name", "telephone", "is_emergency", "is_on_home_page", "checked_on", "state"]
    search_fields = ["name", "when_to_use", "telephone", "text_number", "in_person"]
    fieldsets = [
        (None, {"fields": ["name", "when_to_use", "who_for", "hours"]}),
        (
            "How to reach it",
            {
                "fields": [
                    ("telephone", "telephone_words"),
                    ("text_number", "text_words"),
                    "relay_number",
                    ("website", "website_label"),
                    "in_person",
                ]
            },
        ),
        (
            "Where it is shown",
            {"fields": ["is_emergency", "is_on_home_page", "position"]},
        ),
        PUBLICATION,
    ]


@admin.register(CaseReviewYear)
class CaseReviewYearAdmin(PublishableAdmin):
    list_display = ["__str__", "applications", "reviews", "state"]
    fieldsets = [
        (
            None,
            {
                "fields": [("starts_on", "ends_on"), "applications", "not_met", "reviews", "recommended"],
                "description": "The law asks for these numbers at least once a year. "
                "Leave a number empty if it is not known: the public then reads “not stated”. None at all is 0.",
            },
        ),
        PUBLICATION,
    ]


class AlertForm(PublishableForm):
    def _post_clean(self):
        """One alert at a time is a rule of all that is to show: of one that waits for its moment, too."""
        super()._post_clean()
        if not self.data.keys().isdisjoint((Step.PUBLISH, Step.SCHEDULE)):
            try:
                self.instance.check_alone()
            except ValidationError as error:
                self.add_error(None, error)


@admin.register(Alert)
class AlertAdmin(PublishableAdmin):
    form = AlertForm
    list_display = ["title", "starts_at", "ends_at", "state"]
    search_fields = ["title", "advice"]
    is_withdrawn_here = False
    fieldsets = [
        (
            None,
            {
                "fields": ["title", "advice", "link", "link_label"],
                "description": "Once it is published, it shows in red above every page, from its start to its end. "
                "One at a time.",
            },
        ),
        (
            "When",
            {"fields": ["starts_at", "ends_at"], "description": "It appears and disappears by itself."},
        ),
        PUBLICATION,
    ]

    def get_changeform_initial_data(self, request):
        """From now on, and gone by tomorrow should nobody think of it."""
        return {"starts_at": this_minute(), "ends_at": this_minute() + A_DAY}

    def get_urls(self):
        take_down = require_POST(self.admin_site.admin_view(self.take_down_view))
        return [path("<uuid:pk>/take-down/", take_down, name="pages_alert_take_down"), *super().get_urls()]

    def take_down_view(self, request, pk):
        if not self.has_publish_permission(request):
            raise PermissionDenied
        alert = Alert.objects.live().filter(pk=pk).first()
        if alert:
            with transaction.atomic():
                alert.end()
                self.log_change(request, alert, "Taken down.")
                audit(AuditEntry.Kind.TAKEN_DOWN, by=request.user, record=alert)
        self.message_user(request, "The alert is taken down." if alert else "That alert shows no more.")
        return redirect("admin:index")

    def _tell_saved(self, request, obj):
        """Where it can be seen, or when: what is published waits for its own start."""
        if not obj.is_published or Alert.objects.live().contains(obj):
            super()._tell_saved(request, obj)
        elif obj.starts_at > moment():
            said = f"“{obj}” is published. It begins to show {on_day(obj.starts_at)}."
            self.message_user(request, said, messages.SUCCESS)
        else:
            said = f"“{obj}” is published, but its time was over {on_day(obj.ends_at)}, so it does not show."
            self.message_user(request, said, messages.WARNING)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        context["is_live"] = bool(obj) and self.has_publish_permission(request) and Alert.objects.live().contains(obj)
        return super().render_change_form(request, context, add, change, form_url, obj)


class OnlyOneAdmin(PublishableAdmin):
    """For what there is one of: the list leads straight to it."""

    is_withdrawn_here = False

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def changelist_view(self, request, extra_context=None):
        if not self.has_view_permission(request):
            raise PermissionDenied
        if self.has_change_permission(request):
            self.model.objects.get_or_create(pk=self.model.KEY, defaults={"published_at": this_minute()})
        return redirect(self.own_url("change", self.model.KEY))

    def get_object(self, request, object_id, from_field=None):
        """Also at the addresses that it had when its key was 1."""
        return super().get_object(request, str(self.model.KEY), from_field)


@admin.register(SiteSettings)
class SiteSettingsAdmin(OnlyOneAdmin):
    fieldsets = [
        (None, {"fields": ["name", "partnership", "footer_note"]}),
        (
            "Contact details",
            {
                "fields": ["address", ("telephone", "telephone_words"), "email", "opening_hours"],
                "description": "Shown at the foot of every page and on the contact page. What is empty is left out.",
            },
        ),
        (
            "Messages from readers",
            {
                "fields": ["mailbox"],
                "description": "With a mailbox, the contact page has a form and every page a link to it. "
                "If you promise how soon you answer, say so in the text of the contact page.",
            },
        ),
        ("Help pages", {"fields": ["leave_url"]}),
        PUBLICATION,
    ]

    def get_readonly_fields(self, request, obj=None):
        """Who gets what readers write is for those to say who look after the accounts."""
        fields = super().get_readonly_fields(request, obj)
        return fields if request.user.has_perm("auth.change_user") else [*fields, "mailbox"]


@admin.register(AccessibilityStatement)
class AccessibilityStatementAdmin(OnlyOneAdmin):
    fieldsets = [
        (
            None,
            {
                "fields": ["scope", "status", "standard", "not_accessible", "alternatives"],
                "description": "The law asks for each of these parts (SI 2018/952, regulation 8).",
            },
        ),
        ("If something does not work", {"fields": ["feedback", "enforcement", "enforcement_url"]}),
        ("How we know", {"fields": ["testing", "prepared_on"]}),
        PUBLICATION,
    ]
