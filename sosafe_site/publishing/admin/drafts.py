"""What becomes of a form: a draft, something to be published later or by somebody else, a preview, or public.

The form runs as it always does, within a transaction. Of what is public, all is rolled back unless it is published,
and what the form made of the record is kept as a draft. What was never public is its own draft, and saved as it is.
"""

import json
from contextlib import contextmanager

from django.conf import settings
from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.template.response import SimpleTemplateResponse, TemplateResponse
from django.utils.html import format_html
from django.views.decorators.http import require_POST

from sosafe_site.publishing.admin.readers_see import what_readers_see
from sosafe_site.publishing.admin.submission import PUBLISH_PERMISSION, Step, step_of, submission_of
from sosafe_site.publishing.admin.together import TogetherAdmin
from sosafe_site.publishing.clock import moment
from sosafe_site.publishing.models.audit import AuditEntry, audit
from sosafe_site.publishing.models.readiness import Readiness, on_day
from sosafe_site.publishing.models.revision import PREVIEWED_FOR, SHARED_FOR, Revision
from sosafe_site.publishing.revisions.diff import changes, sentences
from sosafe_site.publishing.revisions.draft import IMPOSSIBLE, apply
from sosafe_site.publishing.revisions.history import UNCHANGED, log
from sosafe_site.publishing.revisions.publish import date_new_parts, make_ready, publish, publish_along, schedule_parts
from sosafe_site.publishing.revisions.snapshot import restored, snapshot
from sosafe_site.publishing.revisions.trial import trial


class DraftingAdmin(TogetherAdmin):
    def get_urls(self):
        return [self.own_path("<uuid:pk>/draft/", require_POST(self.draft_view), "draft"), *super().get_urls()]

    def add_view(self, request, form_url="", extra_context=None):
        submission = submission_of(request)
        submission.step = step_of(request, None)
        submission.keeps_apart = submission.step == Step.PREVIEW
        with room(request, submission.keeps_apart):
            response = super().add_view(request, form_url, {**self.steps(request, None), **(extra_context or {})})
            if not submission.keeps_apart:
                return response
            transaction.set_rollback(True)
        return self._previewed(request, response)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        record, submission = self.get_object(request, unquote(object_id)), submission_of(request)
        if record is None:
            return super().change_view(request, object_id, form_url, extra_context)
        submission.step = step_of(request, record)
        if "_saveasnew" in request.POST:  # which leaves the record as it is and makes another, a draft
            submission.step = Step.DRAFT
            return super().change_view(request, object_id, form_url, extra_context)
        submission.keeps_apart = submission.step == Step.PREVIEW or (
            record.has_come_out and submission.step in (Step.DRAFT, Step.READY, Step.SCHEDULE)
        )
        has_draft = Revision.objects.open().of(record).exists()
        with room(request, has_draft if request.method != "POST" else submission.step == Step.PREVIEW) as is_undone:
            problem = self._open(request, record, may_apply=is_undone)
            context = {"draft_problem": problem, **self.steps(request, record), **(extra_context or {})}
            response = super().change_view(request, object_id, form_url, context)
            if isinstance(response, SimpleTemplateResponse):
                response.render()  # while the draft is applied
            if is_undone and not submission.is_saved:
                transaction.set_rollback(True)
        if submission.step == Step.PREVIEW:
            return self._previewed(request, response)
        if submission.content:
            self._keep_draft(request, record)
        return response

    def _open(self, request, record, *, may_apply):
        """Applies the draft that the form is to show. What keeps it from being applied, in words; empty for nothing."""
        submission = submission_of(request)
        submission.before, submission.was_published = snapshot(record), record.is_published
        submission.readiness = Readiness.objects.of(record).select_related("made_by").first()
        draft = Revision.objects.open().of(record).select_related("made_by").first()
        if draft is None or not may_apply or not (submission.keeps_apart or was_shown(request, draft)):
            return ""  # one that was not shown stays for whoever wrote it, and none of it goes public unseen
        submission.draft, submission.collisions = draft, draft.collisions()  # of which none is left once it is applied
        try:
            with transaction.atomic():
                apply(draft)
        except IMPOSSIBLE:
            return "This draft no longer fits what it changes, so the form shows what is public. The draft is kept."
        return ""

    def get_object(self, request, object_id, from_field=None):
        record = super().get_object(request, object_id, from_field)
        if record:
            record.submission = submission_of(request)
        return record

    def steps(self, request, record):
        submission = submission_of(request)
        draft, readiness = submission.draft, submission.readiness
        is_own_draft = record and not record.has_come_out and self.has_change_permission(request, record)
        linked = draft or (Revision.objects.linked().of(record).first() if is_own_draft else None)
        link = linked.get_link() if linked else ""
        return {
            "has_steps": True,
            "came_back": "_back" in request.POST,
            "view_only": not (self.has_change_permission(request, record) if record else True),
            "delete_url": record and self.has_delete_permission(request, record) and self.own_url("delete", record.pk),
            "may_publish": request.user.has_perm(PUBLISH_PERMISSION),
            "draft": draft,
            "readiness": readiness,
            "draft_shown": request.POST.get("draft_shown", mark_of(draft)),
            "draft_changes": draft.changes() if draft else [],
            "collisions": submission.collisions,
            "draft_link": f"{settings.SITE_URL}{link}" if link else "",
            "draft_link_until": linked and linked.link_until,
            "draft_url": self.own_url("draft", record.pk) if draft or readiness or is_own_draft else "",
        }

    def construct_change_message(self, request, form, formsets, add=False):
        """What is published or kept as a draft is noted where that is done."""
        submission = submission_of(request)
        if submission.keeps_apart or (submission.step == Step.PUBLISH and not add):
            return ""
        words = super().construct_change_message(request, form, formsets, add)
        if add or submission.step != Step.SCHEDULE:
            return words
        became = f"Set to be published {on_day(submission.publish_at)}."
        return became if words == UNCHANGED else f"{became} {words}"

    def audited_as(self, *, is_new):
        """publish() writes what becomes public."""

    def log_change(self, request, obj, message):
        return super().log_change(request, obj, message) if message else None

    def response_add(self, request, obj, post_url_continue=None):
        submission = submission_of(request)
        if submission.keeps_apart:
            return self._made(request, obj)
        submission.before = snapshot(obj)
        self._finish(request, obj)
        if submission.step == Step.SAVE:
            return super().response_add(request, obj, post_url_continue)
        return HttpResponseRedirect(obj.get_edit_url())

    def response_change(self, request, obj):
        submission = submission_of(request)
        if submission.keeps_apart:
            return self._made(request, obj)
        self._finish(request, obj)
        submission.is_saved = True
        if submission.step == Step.SAVE:
            return super().response_change(request, obj)
        return HttpResponseRedirect(request.path)

    def _made(self, request, obj):
        submission = submission_of(request)
        if submission.step == Step.SCHEDULE:
            self.choose_along(request, obj)
            there = json.dumps(submission.before)
            new = [each.record for each in submission.drafts if each.is_part and str(each.record.pk) not in there]
            date_new_parts([part for part in new if part in submission.along], submission.publish_at)
            submission.along = [each for each in submission.along if each not in new]
        submission.made, submission.content = obj, snapshot(obj)
        return HttpResponseRedirect(request.path)

    def _finish(self, request, obj):
        """Publishes what the form saved. What was never public waits for a publisher, for a moment, or as a draft."""
        submission, by = submission_of(request), request.user
        if submission.step in (Step.PUBLISH, Step.SCHEDULE):
            self.choose_along(request, obj)
        if submission.step == Step.PUBLISH:
            at = moment()
            submission.news = publish(
                obj, before=submission.before, at=at, by=by, note=submission.note, draft=submission.draft
            )
            publish_along(submission.along, at=at, by=by)
        else:
            if submission.draft:
                submission.draft.delete()
            Readiness.objects.of(obj).delete()
            schedule_parts(obj, by, snapshot(obj))
            if submission.step == Step.READY:
                make_ready(obj, by)
            elif submission.step == Step.SCHEDULE:
                along = submission.along
                make_ready(obj, by, publish_at=submission.publish_at, note=submission.note, along=along)
        if submission.step != Step.SAVE:
            self._tell_saved(request, obj)

    def _tell_saved(self, request, obj):
        submission = submission_of(request)
        hidden_by = next((whole for whole in obj.parents() if not whole.is_published), None)
        if obj.is_published and hidden_by:
            way = format_html('<a href="{}">{}</a>', hidden_by.get_edit_url(), hidden_by)
            but = format_html("“{}” is published, but readers see it only once “{}” is, too.", obj, way)
            self.message_user(request, but, messages.WARNING)
        elif obj.is_published:
            see = format_html('<a href="{}">See it on the site</a>', obj.get_page_url())
            until = f" until it is withdrawn {on_day(obj.withdrawn_at)}" if obj.withdrawn_at else ""
            self.message_user(request, format_html("“{}” is published{}. {}.", obj, until, see), messages.SUCCESS)
            self.tell_along(request, obj)
            if submission.news and not submission.note and obj.suffixes():
                self.message_user(request, what_readers_see(obj, submission.news), messages.INFO)
        elif obj.is_withdrawn:
            self.message_user(request, f"“{obj}” is saved. It is withdrawn: readers are told why.", messages.SUCCESS)
        elif submission.step == Step.SCHEDULE:
            said = f"“{obj}” is saved and appears {on_day(submission.publish_at)}."
            self.message_user(request, said, messages.SUCCESS)
            self.tell_along(request, obj, submission.publish_at)
        elif submission.step == Step.READY:
            self.message_user(request, f"“{obj}” is ready: publishers see it on their first page.", messages.SUCCESS)
        else:
            said = f"“{obj}” is saved as a draft. Only staff see it.{no_longer(submission.readiness)}"
            self.message_user(request, said, messages.SUCCESS)

    def _keep_draft(self, request, record):
        submission, by = submission_of(request), request.user
        before = submission.draft.content if submission.draft else submission.before
        draft = submission.draft or Revision(model=self.opts.label_lower, record=str(record.pk))
        draft.state, draft.content, draft.base = Revision.State.DRAFT, submission.content, submission.before
        draft.change_note, draft.made_by, draft.made_at = submission.note, by, moment()
        Readiness.objects.of(record).delete()
        if draft.content == draft.base and not draft.change_note:
            if submission.draft:
                draft.delete()
            said = "Nothing in it differs from what the public sees, so there is no draft to keep."
            self.message_user(request, said, messages.WARNING)
            return
        Revision.objects.linked().of(record).exclude(pk=draft.pk).delete()  # from before it was public
        draft.save()
        off = no_longer(submission.readiness)
        said = f"The draft is saved. The public sees what was there before until it is published.{off}"
        if submission.step == Step.SCHEDULE:
            make_ready(record, by, publish_at=submission.publish_at, along=submission.along)
            said = f"It is set to be published {on_day(submission.publish_at)}. Until then the public sees the old one."
        elif submission.step == Step.READY:
            make_ready(record, by)
            said = "The draft is ready: publishers see it on their first page."
        words = sentences(changes(self.model, before, draft.content))
        log(record, by, f"Draft saved. {words}".strip())
        self.message_user(request, said, messages.SUCCESS)
        self.tell_along(request, record, submission.publish_at)

    def _previewed(self, request, response):
        submission = submission_of(request)
        shown: HttpResponse
        if submission.content is None:
            problems = response.context_data["problems"]
            shown = TemplateResponse(request, "admin/preview_problem.html", {"problems": problems})
        else:
            place = {"model": self.opts.label_lower, "record": str(submission.made.pk)}
            previews, of_this = Revision.objects.filter(state=Revision.State.PREVIEW), Q(made_by=request.user, **place)
            for earlier in previews.filter(of_this | Q(link_until__lte=moment())):
                earlier.delete()
            revision = Revision.objects.create(
                **place,
                content=submission.content,
                base=submission.before,
                state=Revision.State.PREVIEW,
                made_by=request.user,
                link_until=moment() + PREVIEWED_FOR,
            )
            shown = HttpResponseRedirect(revision.get_link())
        shown.headers["X-Frame-Options"] = "SAMEORIGIN"
        return shown

    def message_user(self, request, *args, **kwargs):
        """A preview saves nothing, so it leaves nothing to be told."""
        if submission_of(request).step != Step.PREVIEW:
            super().message_user(request, *args, **kwargs)

    @transaction.atomic
    def draft_view(self, request, pk):
        """Gives a draft up, or makes or stops the link by which people without an account see it."""
        record = get_object_or_404(self.get_queryset(request), pk=pk)
        if not self.has_change_permission(request, record):
            raise PermissionDenied
        draft, readiness = Revision.objects.open().of(record).first(), Readiness.objects.of(record)
        shared = Revision.objects.linked().of(record).first()  # the draft, if there is one
        if shared is None and not record.has_come_out:
            shared = Revision.shared(record, request.user)
        if "_unready" in request.POST:
            readiness.delete()
            log(record, request.user, "Kept as a draft: it is not to be published yet.")
            self.message_user(request, "It is kept as a draft, and nothing publishes it by itself.", messages.SUCCESS)
        elif shared is None or ("_discard" in request.POST and draft is None):
            self.message_user(request, "There is no draft of this any more.", messages.WARNING)
        elif "_discard" in request.POST:
            draft.delete()
            readiness.delete()
            log(record, request.user, "Draft given up.")
            self.message_user(request, "The draft is given up. The form shows what the public sees.", messages.SUCCESS)
        elif "_share" in request.POST:
            shared.link_until = moment() + SHARED_FOR
            shared.save()
            audit(AuditEntry.Kind.SHARED, by=request.user, record=record)
            self.message_user(request, "The link is made: copy it from the box about the draft.", messages.SUCCESS)
        elif "_stop" in request.POST:
            shared.link_until = None
            shared.save()
            audit(AuditEntry.Kind.UNSHARED, by=request.user, record=record)
            self.message_user(request, "The link no longer works.", messages.SUCCESS)
        return redirect(record.get_edit_url())

    def end_schedule(self, request, record):
        """For after a change beside its form: what a publisher has seen is not what it is now."""
        if readiness := Readiness.objects.of(record).exclude(publish_at=None).first():
            readiness.delete()
            self.message_user(request, no_longer(readiness).strip(), messages.WARNING)

    def restore(self, request, revision, record):
        if record is None or not record.has_come_out:
            super().restore(request, revision, record)
            if record:
                self.end_schedule(request, record)
            return
        if Revision.objects.open().of(record).exists():
            raise ValidationError("There is a draft already. Publish it or give it up first.")
        submission = submission_of(request)
        submission.step, submission.before = Step.DRAFT, snapshot(record)
        submission.content = restored(self.model, revision.content, submission.before)
        self._keep_draft(request, record)


@contextmanager
def room(request, is_trial):
    """Where a form runs. To open one locks nothing that a colleague who saves would wait for.

    Gives whether it is one in which something can be undone.
    """
    if is_trial:
        with trial():
            yield True
    elif request.method == "POST":
        with transaction.atomic():
            yield True
    else:
        yield False


def mark_of(draft):
    """Another one after each save of a draft; empty without one."""
    return draft.made_at.isoformat() if draft else ""


def was_shown(request, draft):
    """Whether a form that was sent had been opened with this draft in it, and not before a colleague saved it."""
    return request.POST.get("draft_shown", mark_of(draft)) == mark_of(draft)


def no_longer(readiness):
    """For after what was said of a draft: that it was to be published by itself, and now is not."""
    is_off = readiness and readiness.publish_at
    return " It was set to be published by itself; that is off now, since it has changed." if is_off else ""
