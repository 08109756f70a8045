"""How every record of the site is edited: the same state, dates and safety everywhere."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminTextareaWidget
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.views.decorators.http import require_safe

from sosafe_site.partial_dates import DATE_WORDS
from sosafe_site.periods import ONE_DAY, today
from sosafe_site.publishing.admin.base import PlainWords
from sosafe_site.publishing.admin.bulk import BulkAdmin
from sosafe_site.publishing.admin.drafts import DraftingAdmin
from sosafe_site.publishing.admin.erase import ErasingAdmin
from sosafe_site.publishing.admin.fields import MomentField
from sosafe_site.publishing.admin.forms import LinkingForm, PublishableForm
from sosafe_site.publishing.admin.history import RememberingAdmin
from sosafe_site.publishing.admin.moving import MovingAdmin
from sosafe_site.publishing.admin.parts import PartsFormSet
from sosafe_site.publishing.admin.submission import Step, submission_of
from sosafe_site.publishing.admin_urls import admin_url
from sosafe_site.publishing.clock import moment
from sosafe_site.publishing.models import ChangeNote
from sosafe_site.publishing.models.address import Address, to_copy
from sosafe_site.publishing.models.publishable import is_live
from sosafe_site.publishing.models.readiness import on_day, with_moments
from sosafe_site.publishing.models.review import a_year_on, tick
from sosafe_site.publishing.qr import qr_code


class Lines(AdminTextareaWidget):
    """Browsers send other line breaks than they are given; a text that nobody touched is no change."""

    def value_from_datadict(self, data, files, name):
        sent = super().value_from_datadict(data, files, name)
        return sent and sent.replace("\r\n", "\n")


FIELD_OVERRIDES: dict[type[models.Field], dict[str, Any]] = {
    models.URLField: {"assume_scheme": "https"},
    models.TextField: {"widget": Lines},
    # The browser's own date fields: one field, one label, right on a phone, no script.
    models.DateField: {"widget": forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})},
    models.TimeField: {"widget": forms.TimeInput(format="%H:%M", attrs={"type": "time"})},
    models.DateTimeField: {
        "form_class": MomentField,
        "widget": forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
    },
}
ADDRESSES: tuple[str, Any] = (
    "Addresses and withdrawing",
    {
        "fields": ["addresses", "withdrawn_at", "withdrawal_reason", "replaced_by"],
        "classes": ["side"],
        "description": "What was public keeps its addresses for ever. What is over has a last day. "
        "Withdraw only what should never have been public or is wrong: its addresses then tell readers why. "
        "A publisher withdraws it: gives the moment and the reason, and clicks “Publish now”.",
    },
)
# About the record rather than in it: beside its text and parts where there is room, below them where there is none
PUBLICATION: tuple[str, Any] = (
    "Publication",
    {"fields": ["public_since", "last_changed"], "classes": ["side", "publication"]},
)
CARE: tuple[str, Any] = (
    "Looking after it",
    {"fields": ["maintainer", "internal_notes"], "classes": ["side"]},
)
TELLING: tuple[str, Any] = (
    "Note for readers",
    {
        "fields": ["change_note", "told"],
        "classes": ["side"],
        "description": "Shown on its page, under “Updates” and in the feeds that partners follow.",
    },
)
# By these a record becomes public or no longer is: for who may publish. Others see them.
MOMENTS = ["published_at", "withdrawn_at", "withdrawal_reason", "replaced_by"]


def may_publish(request) -> bool:
    return request.user.has_perm("publishing.publish")


def trail_to(whole) -> list[tuple[str, str]]:
    """From the list of wholes to the one that a part belongs to: words and addresses."""
    several = capfirst(whole._meta.verbose_name_plural)
    return [(several, admin_url(whole, "changelist")), (str(whole), whole.get_edit_url())]


def folded(fieldset: tuple[str, Any], request) -> tuple[str, Any]:
    """One that is rarely used; open in a form that was sent and refused, since what needs mending may be in it."""
    name, options = fieldset
    classes = [*options.get("classes", []), "collapse"]
    return (name, {**options, "classes": classes}) if request.method == "GET" else fieldset


class Chip(str):
    """A state: lists show it as a word with a shape, a sheet has the word alone, as it would not of a SafeString."""

    __slots__ = ()

    def __str__(self) -> str:
        return self

    def __html__(self) -> str:
        return render_to_string("admin/chip.html", {"state": str.__str__(self)})


class NativeStackedInline(PlainWords, admin.StackedInline):
    """Parts of a record: on its form, each is a line that opens in place."""

    hint = ""  # what an officer should know of these parts, beside their heading
    is_first_open = False  # for parts whose text is what officers come for

    formset = PartsFormSet
    form = LinkingForm
    formfield_overrides = FIELD_OVERRIDES
    extra = 0
    view_on_site = False

    def get_readonly_fields(self, request, obj=None):
        fields = super().get_readonly_fields(request, obj)
        return fields if may_publish(request) else [*fields, *MOMENTS]

    def get_formset(self, request, obj=None, **kwargs):
        formset: Any = super().get_formset(request, obj, **kwargs)
        formset.line = self.line
        return formset

    def line(self, part):
        """What stands on the line of a part: its title, what more one needs to see of it, and its state."""
        return {"title": part, "aside": "", "state": getattr(part, "state", "")}


class LinkingAdmin(RememberingAdmin):
    form = LinkingForm
    formfield_overrides = FIELD_OVERRIDES

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        for saved in (form, *(part for formset in formsets for part in formset.forms)):
            for remark in getattr(saved, "remarks", []):  # a form without texts may be any
                self.message_user(request, remark, messages.WARNING)
            for name, groups in getattr(saved, "advice", {}).items():
                if groups:
                    self.message_user(request, self.advice_on(form.instance, saved, name, groups), messages.INFO)

    def advice_on(self, record, form, name, groups):
        """With the way to the text, since what follows a save is often another page."""
        address = self.own_url("change", record.pk)
        place = {"form": f"{address}#{form[name].id_for_label}", "label": form.fields[name].label}
        return render_to_string("admin/advice.html", {"record": record, "groups": groups, **place})


class StateFilter(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return [(state.lower(), state) for state in ("Published", "Scheduled", "Draft", "Withdrawn")]

    def queryset(self, request, queryset):
        states: dict[str, Q] = {
            "published": is_live(),
            "scheduled": Q(published_at__gt=moment()) | Q(published_at=None, publish_at__isnull=False),
            "draft": Q(published_at=None, publish_at=None),
            "withdrawn": Q(withdrawn_at__lte=moment()),
        }
        return queryset.filter(states.get(self.value() or "", Q()))


class PublishableAdmin(DraftingAdmin, LinkingAdmin, BulkAdmin, MovingAdmin, ErasingAdmin):
    form = PublishableForm
    list_filter = [StateFilter]
    is_withdrawn_here = True  # what the site depends on is not, nor what is taken down in another way
    readonly_fields = ["public_since", "last_changed", "last_check", "addresses", "told"]

    def view_on_site(self, obj):
        return obj.get_page_url()

    def get_queryset(self, request):
        return with_moments(super().get_queryset(request))

    @admin.display(description="state", ordering="published_at")
    def state(self, obj):
        return Chip(obj.state)

    @admin.display(description="public")
    def public_since(self, obj):
        if obj.has_come_out:
            return f"Since it was published {on_day(obj.published_at)}."
        appears_at = obj.published_at or obj.appears_at
        return f"It appears {on_day(appears_at)}." if appears_at else "Not yet: only staff see it."

    @admin.display(description="content last changed", ordering="updated_on")
    def last_changed(self, obj):
        if obj._state.adding:
            return "Not yet."
        return date_format(obj.updated_on, DATE_WORDS) if obj.updated_on else "Never since it was first loaded."

    @admin.display(description="last checked")
    def last_check(self, obj):
        """With the button by which somebody says so of what readers see, which a draft in the form is not."""
        if not obj.submission.was_published:
            return "What is not public needs no check."
        context = {"record": obj, "tick": tick(obj, obj.submission.before), "draft": obj.submission.draft}
        days = {"tomorrow": today() + ONE_DAY, "next": a_year_on(today())}
        return render_to_string("admin/check_one.html", {**context, **days})

    @admin.display(description="its addresses")
    def addresses(self, obj):
        qr = f"admin:{self.opts.app_label}_{self.opts.model_name}_qr"
        context = {"record": obj, "addresses": to_copy(obj), "site_url": settings.SITE_URL, "qr": qr}
        context["address_url"] = obj.submission.address_url if obj.submission else ""
        return render_to_string("admin/addresses.html", context)

    @admin.display(description="earlier notes")
    def told(self, obj):
        links = (
            (
                reverse("admin:publishing_changenote_change", args=[note.pk]),
                date_format(localtime(note.noted_at), DATE_WORDS),
                note.text,
            )
            for note in ChangeNote.objects.about([obj])
        )
        lines = format_html_join("", '<li><a href="{}">{}</a>: {}</li>', links)
        return format_html('<ul class="told">{}</ul>', lines) if lines else "Nothing yet."

    def get_urls(self):
        return [self.own_path("<uuid:pk>/qr.<str:kind>", require_safe(self.qr_view), "qr"), *super().get_urls()]

    def qr_view(self, request, pk, kind):
        """One of its addresses for a poster."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        asked = request.GET.get("path")
        if asked not in [path for _, path in to_copy(get_object_or_404(self.model, pk=pk))]:
            raise Http404("It has not given out this address.")
        return qr_code(asked, kind)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj and (wholes := obj.parents()):
            context["trail"] = trail_to(wholes[0]) + [(str(whole), whole.get_edit_url()) for whole in wholes[1:]]
        return super().render_change_form(request, context, add, change, form_url, obj)

    def get_fieldsets(self, request, obj=None):
        has_page = bool(self.model().suffixes())
        addresses = ADDRESSES if obj and obj.withdrawn_at else folded(ADDRESSES, request)
        name, options = CARE
        checks = ["last_check"] if self.has_change_permission(request, obj) else ["checked_on", "review_on"]
        care = (name, {**options, "fields": [*(checks if obj and obj.is_checked else []), *options["fields"]]})
        telling, withdrawing = [TELLING] if has_page else [], [addresses] if self.is_withdrawn_here else []
        return [*super().get_fieldsets(request, obj), *telling, care, *withdrawing]

    def get_autocomplete_fields(self, request):
        return [*super().get_autocomplete_fields(request), "maintainer", "replaced_by"]

    def get_readonly_fields(self, request, obj=None):
        """An address that readers may have is kept."""
        fields = [*super().get_readonly_fields(request, obj), *([] if may_publish(request) else MOMENTS)]
        has_slug = any(field.name == "slug" for field in self.opts.fields)
        if not (obj and has_slug and Address.objects.of(obj).exists()):  # what was typed and refused may say otherwise
            return fields
        return [*fields, "slug", *(name for name in obj.part_of if not obj._meta.get_field(name).null)]

    def get_prepopulated_fields(self, request, obj=None):
        return {} if obj else super().get_prepopulated_fields(request, obj)

    def has_delete_permission(self, request, obj=None):
        """Only a draft can be deleted, and only from its own form, so that nothing public vanishes by a slip."""
        return obj is not None and obj.published_at is None and super().has_delete_permission(request, obj)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        submission, record = submission_of(request), form.instance
        submission.note = form.cleaned_data.get("change_note") or ""
        submission.publish_at = form.cleaned_data.get("publish_at")
        if submission.keeps_apart or submission.step == Step.PUBLISH:
            return  # nothing of it stays, or whatever publishes it dates it
        if {*form.changed_data} - {*record.untold, "change_note", "publish_at"} or any(
            formset.has_told_changes() or formset.new_objects for formset in formsets
        ):  # a part that may be added but not changed, once saved, says that it did not change
            record.touch()  # as the formset did with the parts that changed
            record.save(update_fields=record.touched)

    def has_publish_permission(self, request):
        return may_publish(request) and self.has_change_permission(request)
