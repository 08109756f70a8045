"""The history of a record in the admin: what changed in words, compared, brought back; and no colleague's work lost."""

from django.contrib import messages
from django.contrib.admin.models import DELETION, LogEntry
from django.contrib.admin.utils import unquote
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_POST, require_safe

from sosafe_site.publishing.admin.base import OfficersAdmin
from sosafe_site.publishing.admin.submission import submission_of
from sosafe_site.publishing.models.revision import Revision
from sosafe_site.publishing.revisions.diff import changes, sentences
from sosafe_site.publishing.revisions.draft import apply
from sosafe_site.publishing.revisions.history import UNCHANGED, begin, keep, keep_parts
from sosafe_site.publishing.revisions.snapshot import restored, snapshot

ON_A_PAGE = 50


class RememberingAdmin(OfficersAdmin):
    object_history_template = "admin/history.html"

    def get_urls(self):
        own = [
            self.own_path("deleted/", require_safe(self.deleted_view), "deleted"),
            self.own_path("<path:object_id>/compare/", require_safe(self.compare_view), "compare"),
            self.own_path("versions/<uuid:version>/restore/", require_POST(self.restore_view), "restore"),
        ]
        return [*own, *super().get_urls()]

    def changelist_view(self, request, extra_context=None):
        deleted_url = self.own_url("deleted") if self.has_add_permission(request) else ""
        return super().changelist_view(request, {"deleted_url": deleted_url, **(extra_context or {})})

    def change_view(self, request, object_id, form_url="", extra_context=None):
        submission = submission_of(request)
        if not submission.before and (record := self.get_object(request, unquote(object_id))):
            submission.before = snapshot(record)
        return super().change_view(request, object_id, form_url, extra_context)

    def construct_change_message(self, request, form, formsets, add=False):
        if add:
            return super().construct_change_message(request, form, formsets, add)
        record, before = form.instance, submission_of(request).before
        begin(record, before)
        found = changes(self.model, before, snapshot(record))
        keep_parts(record, request.user, found, before)
        return sentences(found) or UNCHANGED

    def log_addition(self, request, obj, message):
        entry = super().log_addition(request, obj, message)
        keep(obj, request.user, entry.get_change_message())
        return entry

    def log_change(self, request, obj, message):
        entry = super().log_change(request, obj, message)
        keep(obj, request.user, entry.get_change_message())
        return entry

    def delete_model(self, request, obj):
        """What was deleted can come back."""
        keep(obj, request.user, "Deleted.")
        super().delete_model(request, obj)

    def history_view(self, request, object_id, extra_context=None):
        record = self.get_object(request, unquote(object_id))
        if record is None:
            raise Http404("There is no such record.")
        if not self.has_view_or_change_permission(request, record):
            raise PermissionDenied
        versions = Revision.objects.kept().of(record).select_related("made_by")
        page = self.get_paginator(request, versions, ON_A_PAGE).get_page(request.GET.get("page"))
        context = {
            **self.admin_site.each_context(request),
            "title": f"History of {record}",
            "opts": self.opts,
            "record": record,
            "page": page,
            "may_restore": self.has_change_permission(request, record),
            "urls": {name: self.own_url(name, record.pk) for name in ("change", "compare")},
        }
        return TemplateResponse(request, self.object_history_template, context)

    def compare_view(self, request, object_id):
        """Any two versions, field by field."""
        record = self.get_object(request, unquote(object_id))
        if record is None:
            raise Http404("There is no such record.")
        if not self.has_view_or_change_permission(request, record):
            raise PermissionDenied
        versions = {
            str(version.pk): version for version in Revision.objects.kept().of(record).select_related("made_by")
        }
        try:
            older, newer = sorted((versions[request.GET[end]] for end in ("from", "to")), key=lambda each: each.made_at)
        except KeyError:
            self.message_user(request, "Choose two versions to compare.", messages.ERROR)
            return redirect(self.own_url("history", record.pk))
        context = {
            **self.admin_site.each_context(request),
            "title": f"What changed in {record}",
            "opts": self.opts,
            "record": record,
            "older": older,
            "newer": newer,
            "changes": changes(self.model, older.content, newer.content),
            "may_restore": self.has_change_permission(request, record),
            "urls": {name: self.own_url(name, record.pk) for name in ("change", "history")},
        }
        return TemplateResponse(request, "admin/compare.html", context)

    def deleted_view(self, request):
        """What was deleted and can come back: the last version of each."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        there = {str(key) for key in self.model._default_manager.values_list("pk", flat=True)}
        gone = {}
        for version in Revision.objects.kept().filter(model=self.opts.label_lower).exclude(record__in=there).reverse():
            gone[version.record] = version
        context = {
            **self.admin_site.each_context(request),
            "title": f"Deleted {self.opts.verbose_name_plural}",
            "opts": self.opts,
            "versions": list(gone.values()),
            "erased": erasures(self.model),
        }
        return TemplateResponse(request, "admin/deleted.html", context)

    def restore_view(self, request, version):
        """Brings a version back: of something public as a draft, else at once."""
        version = get_object_or_404(Revision.objects.kept(), pk=version, model=self.opts.label_lower)
        record = self.get_queryset(request).filter(pk=version.record).first()
        allowed = self.has_change_permission(request, record) if record else self.has_add_permission(request)
        if not allowed:
            raise PermissionDenied
        try:
            with transaction.atomic():
                self.restore(request, version, record)
        except (ValidationError, IntegrityError, ObjectDoesNotExist) as error:
            why = "What it belongs to is gone, or another has its place."
            if isinstance(error, ValidationError):
                why = " ".join(error.messages)
            self.message_user(request, f"It can’t come back as it was. {why}", messages.ERROR)
            return redirect(self.own_url("history", record.pk) if record else self.own_url("deleted"))
        return redirect(self.own_url("change", version.record))

    def restore(self, request, version, record):
        words = f"As it was {version.when}."
        live = snapshot(record) if record else {}
        content = restored(self.model, version.content, live)
        brought = Revision(model=version.model, record=version.record, content=content, base=live)
        back = apply(brought)
        back.full_clean()
        log = self.log_change if record else self.log_addition
        log(request, back, words)
        self.message_user(request, f"“{back}” is again {words[0].lower()}{words[1:]}", messages.SUCCESS)


def erasures(kind):
    """Who erased records of this kind, when and why, the newest first: all that is left of them."""
    of_kind = LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(kind), object_id=None)
    return of_kind.filter(action_flag=DELETION).select_related("user")
