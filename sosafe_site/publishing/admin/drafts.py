"""Drafts of what is public, in the ordinary form: the public sees the old one until the draft is published.

The form runs as it always does, within a transaction. What it made of the record is kept as a version; then all is
rolled back, unless an officer chose to publish.
"""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.template.response import SimpleTemplateResponse, TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.views.decorators.http import require_POST

from sosafe_site.publishing.admin.forms import APART
from sosafe_site.publishing.admin.history import RememberingAdmin
from sosafe_site.publishing.clock import moment
from sosafe_site.publishing.models.revision import IMPOSSIBLE, PREVIEWED_FOR, SHARED_FOR, UNCHANGED, Revision, on_day
from sosafe_site.publishing.revisions.diff import changes, sentences
from sosafe_site.publishing.revisions.snapshot import restored, snapshot

STEPS = (*APART, "_publish", "_schedule")
PUBLISH = "publishing.publish"


class DraftingAdmin(RememberingAdmin):
    def get_urls(self):
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        view = require_POST(self.admin_site.admin_view(self.draft_view))
        return [path("<uuid:pk>/draft/", view, name=f"{name}_draft"), *super().get_urls()]

    def add_view(self, request, form_url="", extra_context=None):
        request.step = step_of(request, None)
        request.is_apart = request.step == "_preview"
        with transaction.atomic():
            response = super().add_view(request, form_url, {**self.steps(request, None), **(extra_context or {})})
            if not request.is_apart:
                return response
            transaction.set_rollback(True)
        return self._previewed(request, response)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        record = self.get_object(request, unquote(object_id))
        request.step, request.is_apart = step_of(request, record), False
        if (
            record is None or "_saveasnew" in request.POST
        ):  # which leaves the record as it is and makes another, a draft
            request.step = "_draft" if record else ""
            return super().change_view(request, object_id, form_url, extra_context)
        request.was_out_at, request.was_published = record.published_at, record.is_published
        request.is_apart = (
            request.step == "_preview"
            or (record.published_at is not None and request.step in APART)
            or (record.has_come_out and request.step == "_schedule")
        )
        with transaction.atomic():
            request.before = snapshot(record)
            request.draft = Revision.objects.open().of(record).select_related("made_by").first()
            if not request.is_apart and not was_shown(request, request.draft):
                request.draft = None  # it stays for whoever wrote it, and none of it goes public unseen
            request.collisions = request.draft.collisions() if request.draft else []  # none is left once it is applied
            problem = self._apply(request.draft)
            context = {"draft_problem": problem, **self.steps(request, record), **(extra_context or {})}
            response = super().change_view(request, object_id, form_url, context)
            if isinstance(response, SimpleTemplateResponse):
                response.render()  # while the draft is applied
            if not getattr(request, "is_saved_for_good", False):
                transaction.set_rollback(True)
        if request.step == "_preview":
            return self._previewed(request, response)
        if hasattr(request, "content"):
            self._keep_draft(request, record)
        return response

    def _apply(self, draft):
        """What keeps a draft from being applied, in words; the form then shows what is public."""
        if draft is None:
            return ""
        try:
            with transaction.atomic():
                draft.apply()
        except IMPOSSIBLE:
            return "This draft no longer fits what it changes, so the form shows what is public. The draft is kept."
        return ""

    def get_object(self, request, object_id, from_field=None):
        record = super().get_object(request, object_id, from_field)
        if record:
            record.draft = getattr(request, "draft", None)
            record.was_published = getattr(request, "was_published", False)  # before the draft was applied
        return record

    def steps(self, request, record):
        draft = getattr(request, "draft", None)
        url = f"admin:{self.opts.app_label}_{self.opts.model_name}_draft"
        link = draft.get_link() if draft else ""
        return {
            "has_steps": True,
            "view_only": not (self.has_change_permission(request, record) if record else True),
            "delete_url": record
            and self.has_delete_permission(request, record)
            and reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_delete", args=[record.pk]),
            "may_publish": request.user.has_perm(PUBLISH),
            "draft": draft,
            "draft_shown": request.POST.get("draft_shown", mark_of(draft)),
            "draft_changes": draft.changes() if draft else [],
            "collisions": getattr(request, "collisions", []),
            "draft_link": f"{settings.SITE_URL}{link}" if link else "",
            "draft_url": reverse(url, args=[record.pk]) if draft else "",
        }

    def response_add(self, request, obj, post_url_continue=None):
        if request.step == "_preview":
            request.content = snapshot(obj)
            request.before = {}
            request.previewed = obj
            return HttpResponseRedirect(request.path)
        if not request.step:
            return super().response_add(request, obj, post_url_continue)
        if request.step == "_ready":
            self._say_ready(request, obj)
        self._tell_saved(request, obj)
        return HttpResponseRedirect(obj.get_edit_url())

    def response_change(self, request, obj):
        if request.is_apart:
            request.content = snapshot(obj)
            request.previewed = obj
            return HttpResponseRedirect(request.path)
        request.is_saved_for_good = True
        for draft in Revision.objects.open().of(obj):
            if draft == request.draft or draft.content == draft.base:  # which only says that it is ready
                draft.delete()
        if request.step == "_ready":
            self._say_ready(request, obj)
        if not request.step:
            return super().response_change(request, obj)
        self._tell_saved(request, obj)
        return HttpResponseRedirect(request.path)

    def _say_ready(self, request, obj):
        """It is a draft as a whole, so this only says that it is finished."""
        whole = snapshot(obj)
        place = {"model": self.opts.label_lower, "record": str(obj.pk)}
        Revision.objects.create(**place, content=whole, base=whole, state=Revision.State.READY, made_by=request.user)

    def construct_change_message(self, request, form, formsets, add=False):
        words = super().construct_change_message(request, form, formsets, add)
        record = form.instance
        if add or request.is_apart or record.published_at == request.was_out_at:
            return words
        became = "Published." if record.is_published else f"Set to be published {on_day(record.published_at)}."
        return became if words == UNCHANGED else f"{became} {words}"

    def _tell_saved(self, request, obj):
        if obj.is_published:
            see = format_html('<a href="{}">See it on the site</a>', obj.get_page_url())
            until = f" until it is withdrawn {on_day(obj.withdrawn_at)}" if obj.withdrawn_at else ""
            self.message_user(request, format_html("“{}” is published{}. {}.", obj, until, see), messages.SUCCESS)
        elif obj.is_withdrawn:
            self.message_user(request, f"“{obj}” is saved. It is withdrawn: readers are told why.", messages.SUCCESS)
        elif obj.published_at:
            self.message_user(request, f"“{obj}” is saved and appears {on_day(obj.published_at)}.", messages.SUCCESS)
        elif request.step == "_ready":
            self.message_user(request, f"“{obj}” is ready: publishers see it on their first page.", messages.SUCCESS)
        else:
            self.message_user(request, f"“{obj}” is saved as a draft. Only staff see it.", messages.SUCCESS)

    def _keep_draft(self, request, record):
        before = request.draft.content if request.draft else request.before
        words = sentences(changes(self.model, before, request.content))
        draft = request.draft or Revision(model=self.opts.label_lower, record=str(record.pk))
        draft.content, draft.base, draft.note = request.content, request.before, request.note
        draft.made_by, draft.made_at, draft.problem = request.user, moment(), ""
        draft.state = Revision.State.DRAFT if request.step == "_draft" else Revision.State.READY
        was_scheduled = draft.publish_at
        draft.publish_at = request.publish_at if request.step == "_schedule" else None
        if draft.content == draft.base and not draft.note:
            if request.draft:
                draft.delete()
            said = "Nothing in it differs from what the public sees, so there is no draft to keep."
            self.message_user(request, said, messages.WARNING)
            return
        draft.save()
        said = "The draft is saved. The public sees what was there before until it is published."
        if draft.publish_at:
            said = f"It is set to be published {on_day(draft.publish_at)}. Until then the public sees the old one."
        elif request.step == "_ready":
            said = "The draft is ready: publishers see it on their first page."
        elif was_scheduled:
            said += " It was set to be published by itself; that is off now, since it has changed."
        LogEntry.objects.log_actions(
            request.user.pk, [record], CHANGE, f"Draft saved. {words}".strip(), single_object=True
        )
        self.message_user(request, said, messages.SUCCESS)

    def _previewed(self, request, response):
        shown: Any
        if not hasattr(request, "content"):
            context = {"problems": problems_of(response.context_data)}
            shown = TemplateResponse(request, "admin/preview_problem.html", context)
        else:
            place = {"model": self.opts.label_lower, "record": str(request.previewed.pk)}
            previews, of_this = Revision.objects.filter(state=Revision.State.PREVIEW), Q(made_by=request.user, **place)
            for earlier in previews.filter(of_this | Q(link_until__lte=moment())):
                earlier.delete()
            version = Revision.objects.create(
                **place,
                content=request.content,
                base=request.before,
                state=Revision.State.PREVIEW,
                made_by=request.user,
                link_until=moment() + PREVIEWED_FOR,
            )
            shown = HttpResponseRedirect(version.get_link())
        shown.headers["X-Frame-Options"] = "SAMEORIGIN"
        return shown

    def message_user(self, request, *args, **kwargs):
        """A preview saves nothing, so it leaves nothing to be told."""
        if getattr(request, "step", "") != "_preview":
            super().message_user(request, *args, **kwargs)

    def draft_view(self, request, pk):
        """Gives a draft up, or makes or stops the link by which people without an account see it."""
        record = get_object_or_404(self.get_queryset(request), pk=pk)
        if not self.has_change_permission(request, record):
            raise PermissionDenied
        draft = Revision.objects.open().of(record).first()
        if draft is None:
            self.message_user(request, "There is no draft of this any more.", messages.WARNING)
        elif "_discard" in request.POST:
            draft.delete()
            LogEntry.objects.log_actions(request.user.pk, [record], CHANGE, "Draft given up.", single_object=True)
            self.message_user(request, "The draft is given up. The form shows what the public sees.", messages.SUCCESS)
        elif "_share" in request.POST:
            draft.link_until = moment() + SHARED_FOR
            draft.save(update_fields=["link_until"])
            self.message_user(request, "The link is made: copy it from the box about the draft.", messages.SUCCESS)
        elif "_stop" in request.POST:
            draft.link_until = None
            draft.save(update_fields=["link_until"])
            self.message_user(request, "The link no longer works.", messages.SUCCESS)
        return redirect(record.get_edit_url())

    def restore(self, request, version, record):
        if record is None or record.published_at is None:
            super().restore(request, version, record)
            return
        if Revision.objects.open().of(record).exists():
            raise ValidationError("There is a draft already. Publish it or give it up first.")
        request.step, request.before, request.draft = "_draft", snapshot(record), None
        request.content = restored(self.model, version.content, request.before)
        request.note, request.publish_at = "", None
        self._keep_draft(request, record)


def mark_of(draft):
    """Another one after each save of a draft; empty without one."""
    return draft.made_at.isoformat() if draft else ""


def was_shown(request, draft):
    """Whether a form that was sent had been opened with this draft in it, and not before a colleague saved it."""
    return request.POST.get("draft_shown", mark_of(draft)) == mark_of(draft)


def step_of(request, record):
    """What the officer chose to do with the form; empty for an ordinary save. Raises PermissionDenied."""
    if request.method != "POST":
        return ""
    step = next((name for name in STEPS if name in request.POST), "")
    may_publish, is_out = request.user.has_perm(PUBLISH), bool(record and record.published_at)
    if not may_publish and not request.POST.keys().isdisjoint(("_publish", "_schedule")):  # beside another step too
        raise PermissionDenied("Your account can't publish. Save a draft and mark it as ready.")
    if step == "" and is_out:
        return "_publish" if may_publish else "_draft"
    return step


def problems_of(context):
    """What is wrong with a form that was not saved, with the names of the fields."""
    forms = [context["adminform"].form]
    found = []
    for formset in (inline.formset for inline in context["inline_admin_formsets"]):
        found += formset.non_form_errors()
        forms += formset.forms
    for form in forms:
        for name, errors in form.errors.items():
            label = form.fields[name].label if name in form.fields else ""
            found += [f"{label}: {error}" if label else str(error) for error in errors]
    return found
