"""What the law demands gone goes for good, with its history: rare, apart, asked for by title, and noted."""

import uuid

from django.contrib import messages
from django.contrib.admin.models import DELETION, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import ProtectedError
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse

from sosafe_site.publishing.admin.base import OfficersAdmin
from sosafe_site.publishing.fresh import demand_fresh_sign_in
from sosafe_site.publishing.models.audit import AuditEntry, audit
from sosafe_site.publishing.models.publishable import Publishable
from sosafe_site.publishing.models.sent_form import number_of

QUOTES = str.maketrans("‘’“”", "''\"\"")


class ErasingAdmin(OfficersAdmin):
    def get_urls(self):
        return [self.own_path("<uuid:pk>/erase/", self.erase_view, "erase"), *super().get_urls()]

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj and request.user.has_perm("publishing.erase") and not obj.why_it_stays():
            context["erase_url"] = self.own_url("erase", obj.pk)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def erase_view(self, request, pk):
        """For administrators: what the law demands gone goes, with its history; its addresses tell why."""
        if not request.user.has_perm("publishing.erase"):
            raise PermissionDenied
        demand_fresh_sign_in(request)
        record = get_object_or_404(self.model, pk=pk)
        title, reason = (request.POST.get(name, "").strip() for name in ("title", "reason"))
        context = {**self.admin_site.each_context(request), "title": f"Erase “{record}”", "record": record}
        context |= {"typed": title, "reason": reason, "number": number_of(request) or uuid.uuid4()}
        context["back"] = self.own_url("change", pk)
        context["why_it_stays"] = record.why_it_stays()
        if request.method == "POST":
            try:
                self._erase(request, record, title, reason)
            except (ValidationError, ProtectedError) as error:
                context["problem"] = problem_in_words(error)
            else:
                self.message_user(request, f"“{record}” is erased.", messages.SUCCESS)
                return redirect("admin:index")
        return TemplateResponse(request, "admin/erase.html", context)

    @transaction.atomic
    def _erase(self, request, record, title, reason):
        """What stays is who did it, when, to what kind of record and why; not what it was."""
        if same_words(title) not in {same_words(str(record)), same_words(bare_title(record))}:
            raise ValidationError(f"Type its title as it stands here: {record}")
        if not reason:
            raise ValidationError("Give the reason. Readers who follow an old link are told.")
        audit(AuditEntry.Kind.ERASED, by=request.user, record=record, words=reason)
        record.erase(reason)
        LogEntry.objects.create(
            user=request.user,
            content_type=ContentType.objects.get_for_model(record),
            object_id=None,  # nothing leads back to it
            object_repr=f"A record that was erased ({self.opts.verbose_name})",
            action_flag=DELETION,
            change_message=f"Erased for good. Reason: {reason}",
        )


def same_words(text: str) -> str:
    """Without what nobody sees in a title: how many spaces, which quotation marks, capitals."""
    return " ".join(text.translate(QUOTES).casefold().split())


def bare_title(record: Publishable) -> str:
    """Without what the site adds to it, such as years."""
    return str(getattr(record, "title", getattr(record, "name", record)))


def problem_in_words(error):
    if isinstance(error, ValidationError):
        return " ".join(error.messages)
    others = ", ".join(str(other) for other in error.protected_objects)
    return f"Nothing was erased, since these belong to it: {others}. Move or erase them first."
