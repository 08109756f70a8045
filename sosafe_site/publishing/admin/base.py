"""What every list and form of the admin has, whatever it edits."""

import uuid
from contextlib import suppress
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import BaseModelAdmin, IncorrectLookupParameters
from django.contrib.admin.widgets import AutocompleteMixin
from django.core.exceptions import NON_FIELD_ERRORS, FieldDoesNotExist, PermissionDenied, ValidationError
from django.db import DataError, IntegrityError
from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import path
from django.utils.text import capfirst
from django.views.decorators.http import require_safe

from sosafe_site.publishing.admin.csv_export import sheet
from sosafe_site.publishing.admin.fields import FetchedChoice, FetchedChoices
from sosafe_site.publishing.admin.submission import submission_of
from sosafe_site.publishing.admin_urls import admin_url
from sosafe_site.publishing.choosers import in_choosers
from sosafe_site.publishing.constraints import rule_in_words
from sosafe_site.publishing.fresh import is_fresh
from sosafe_site.publishing.models.audit import AuditEntry, audit
from sosafe_site.publishing.models.sent_form import number_of
from sosafe_site.publishing.resubmit import Typed, ask_who_it_is, send_again
from sosafe_site.publishing.revisions.history import last_save

# The lookups that the filters of a list make. Others, such as a regular expression, could be an error of the database.
LOOKUPS = {"day", "exact", "gt", "gte", "in", "isnull", "lt", "lte", "month", "year"}
GONE = (
    "A colleague deleted this after you had opened it, so it was not saved. "
    "Its list brings back what was deleted: then send this again."
)
BUT = "but"  # the record that a chooser leaves out, in the address that it asks
# What is wrong and what to do, for each kind of field; later ones go before earlier ones.
WORDS: list[tuple[type[forms.Field], dict[str, str]]] = [
    (
        forms.Field,
        {
            "required": "Fill this in.",
            "blank": "Fill this in.",
            "unique": "Another entry has this already. Choose a different one.",
        },
    ),
    (
        forms.CharField,
        {
            "max_length": "This is too long: it has %(show_value)d characters. Shorten it to %(limit_value)d or fewer.",
            "null_characters_not_allowed": "There is a sign in this that nobody can see or keep. Type it again.",
        },
    ),
    (forms.IntegerField, {"invalid": "Give a whole number, such as 12."}),
    (forms.DateField, {"invalid": "There is no such day. Give one such as 31/03/2026."}),
    (forms.TimeField, {"invalid": "There is no such time. Give one such as 18:30."}),
    (forms.DateTimeField, {"invalid": "There is no such moment. Give one such as 31/03/2026 18:30."}),
    (forms.EmailField, {"invalid": "Check the e-mail address: it looks like name@example.org."}),
    (forms.URLField, {"invalid": "Check the web address: it looks like https://www.example.org/."}),
    (forms.SlugField, {"invalid": "Use only letters, numbers and hyphens, such as knife-crime."}),
    (forms.FileField, {"required": "Choose a file.", "empty": "This file is empty. Choose another."}),
    (
        forms.ChoiceField,
        {"required": "Choose one.", "invalid_choice": "That can’t be chosen any more. Choose another."},
    ),
    (forms.ModelChoiceField, {"invalid_choice": "That can’t be chosen here, or is there no more. Choose another."}),
]

NOT_ITSELF = "That can’t be chosen here: it is this one itself, or is there no more. Choose another."


def in_plain_words(field: forms.Field | None) -> forms.Field | None:
    if field:
        for kind, words in WORDS:
            if isinstance(field, kind):
                field.error_messages |= words
    return field


def leave_out(field: Any, key: str) -> None:
    """A record is nothing that it could belong to, follow or continue itself, so choosers don't offer it."""
    widget = getattr(field.widget, "widget", field.widget)  # without the frame of buttons around it
    if isinstance(widget, AutocompleteMixin):
        asked_at = f"{widget.get_url()}?{urlencode({BUT: key})}"
        widget.get_url = lambda: asked_at  # type: ignore[method-assign]  # Django asks one address for all records; this widget alone leaves its own out


class PlainWords(BaseModelAdmin):
    """For forms and for their inlines."""

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> forms.Field | None:
        whole = getattr(self, "parent_model", None)
        if whole and (db_field.many_to_many or db_field.many_to_one):
            kwargs["form_class"] = FetchedChoices if db_field.many_to_many else FetchedChoice
        field: Any = in_plain_words(super().formfield_for_dbfield(db_field, request, **kwargs))
        is_chooser = isinstance(field, forms.ModelChoiceField)
        if is_chooser:
            field.label_from_instance = in_choosers
        own = request.resolver_match.kwargs.get("object_id") if request.resolver_match else None
        if own and field and db_field.related_model is (whole or self.model):
            leave_out(field, own)
            if not whole:  # of parts, a rule of theirs says why not
                field.queryset = field.queryset.exclude(pk=own)
                field.error_messages["invalid_choice"] = NOT_ITSELF
        return field


class OfficersAdmin(PlainWords, admin.ModelAdmin):
    shows_at_once = False  # whether readers see a change as soon as it is saved: it has no drafts

    actions_on_top = False  # one bar, which stays in sight; the stock script counts in one only
    actions_on_bottom = True

    def lookup_allowed(self, lookup, value, request=None):
        is_plain = "__" not in lookup or lookup.rpartition("__")[2] in LOOKUPS
        return is_plain and super().lookup_allowed(lookup, value, request)

    def get_changelist_instance(self, request):
        """Raises IncorrectLookupParameters also for a value that no column can hold."""
        try:
            return super().get_changelist_instance(request)
        except (DataError, OverflowError, ValueError) as error:
            raise IncorrectLookupParameters from error

    def get_urls(self):
        return [self.own_path("sheet.csv", require_safe(self.sheet_view), "sheet"), *super().get_urls()]

    def own_path(self, route, view, name):
        """For a page of this kind of record that Django's admin has none of."""
        name = f"{self.opts.app_label}_{self.opts.model_name}_{name}"
        return path(route, self.admin_site.admin_view(view), name=name)

    def own_url(self, name, *args):
        return admin_url(self.model, name, *args)

    def get_search_results(self, request, queryset, search_term):
        found, may_repeat = super().get_search_results(request, queryset, search_term)
        with suppress(ValidationError):
            found = found.exclude(pk=request.GET[BUT]) if BUT in request.GET else found
        return found, may_repeat

    def get_changeform_initial_data(self, request):
        """Of what the address of an empty form asks for, that which the fields take."""
        asked = super().get_changeform_initial_data(request)
        return {name: value for name, value in asked.items() if self._takes(request, name, value)}

    def _takes(self, request, name, value):
        try:
            field: Any = self.formfield_for_dbfield(self.opts.get_field(name), request)
            field.clean(value)
        except (FieldDoesNotExist, AttributeError, ValidationError, OverflowError):  # it may be no field of a form
            return False
        return True

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        refusal = submission_of(request).refusal
        return refusing(form, refusal) if refusal else form

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """With the last save before the form was opened, so that it can tell of later ones."""
        return super().change_view(request, object_id, form_url, {"seen": last_save(), **(extra_context or {})})

    def _get_obj_does_not_exist_redirect(self, request, opts, object_id):
        """What was typed into the form of something that a colleague deleted meanwhile is shown."""
        typed = Typed.of(request, GONE)
        if typed:
            return send_again(request, typed, 409)
        return super()._get_obj_does_not_exist_redirect(request, opts, object_id)  # type: ignore[misc]  # a hook of Django's that django-stubs leaves out

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """What only the database or the last check refuses is told as any fault of a form, and stays in it."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except IntegrityError as error:
            submission_of(request).refusal = rule_in_words(error)
        except ValidationError as error:
            submission_of(request).refusal = " ".join(error.messages)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def changelist_view(self, request, extra_context=None):
        context = {"title": capfirst(self.opts.verbose_name_plural), "sheet_url": self.own_url("sheet")}
        try:
            return super().changelist_view(request, {**context, **(extra_context or {})})
        except ValidationError:  # ticked boxes with keys that are none
            self.message_user(request, "That can’t be found. Tick the entries again.", messages.ERROR)
            return redirect(request.get_full_path())

    def sheet_view(self, request):
        """The list as it is filtered and searched, all of its pages."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        if not is_fresh(request):
            messages.info(request, "After this, press “Download this list (CSV)” once more.")
            asked = request.META["QUERY_STRING"]
            return ask_who_it_is(request, f"{self.own_url('changelist')}{asked and f'?{asked}'}")
        try:
            listed = self.get_changelist_instance(request)
        except IncorrectLookupParameters:
            return redirect(self.own_url("changelist"))
        response = sheet(request, listed)
        said = f"{capfirst(self.opts.verbose_name_plural)}: {listed.result_count}"
        audit(AuditEntry.Kind.EXPORTED, by=request.user, words=said)
        return response

    def audited_as(self, *, is_new: bool) -> AuditEntry.Kind | None:
        """What saving a form is in the audit log; None where that is written elsewhere, or is nothing for it."""
        return AuditEntry.Kind.PUBLISHED

    def log_addition(self, request, obj, message):
        if kind := self.audited_as(is_new=True):
            audit(kind, by=request.user, record=obj, words="New")
        return super().log_addition(request, obj, message)

    def log_change(self, request, obj, message):
        if kind := self.audited_as(is_new=False):
            audit(kind, by=request.user, record=obj)
        return super().log_change(request, obj, message)

    def log_deletions(self, request, queryset):
        for record in queryset:
            audit(AuditEntry.Kind.DELETED, by=request.user, record=record)
        return super().log_deletions(request, queryset)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        context["shows_at_once"] = self.shows_at_once
        context["number"] = number_of(request) or uuid.uuid4()
        if context["errors"]:
            context |= {"problems": problems(request, context), "errors": []}
        return super().render_change_form(request, context, add, change, form_url, obj)


def refusing(form: type[forms.BaseForm], words: str) -> type[forms.BaseForm]:
    """The same form, which is not valid for this reason."""

    class Refused(form):  # type: ignore[misc, valid-type]  # mypy can't know a base class that is only given at run time
        def _post_clean(self) -> None:
            super()._post_clean()
            self.add_error(None, words)

    return Refused


def problems(request: HttpRequest, context: dict[str, Any]) -> list[tuple[str, str, str]]:
    """What keeps a form from being saved: where on the page, the name of the field, what is wrong. Empty for none."""
    found = []
    whole = [("", "", context["adminform"].form)]
    for inline in context["inline_admin_formsets"]:
        formset = inline.formset
        several = capfirst(formset.model._meta.verbose_name_plural)
        found += [(f"{formset.prefix}-group", several, error) for error in formset.non_form_errors()]
        name = inline.opts.verbose_name
        whole += [(form.prefix, f"{name} {n}: ".capitalize(), form) for n, form in enumerate(formset.forms, start=1)]
    for anchor, part, form in whole:
        for name, errors in form.errors.items():
            field = form[name] if name != NON_FIELD_ERRORS else None
            place = (field.id_for_label, f"{part}{field.label}") if field else (anchor, part.rstrip(": "))
            found += [(*place, error) for error in errors]
    for name, files in request.FILES.lists():
        found += [(f"id_{name}", "File", f"Choose “{file.name}” once more: no browser keeps a file.") for file in files]
    return found
