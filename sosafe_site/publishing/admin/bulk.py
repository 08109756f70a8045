"""Publishing several records at once, or taking them back: an officer sees first what will become of each, and why."""

from collections.abc import Sequence
from copy import copy
from datetime import datetime

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from sosafe_site.publishing.clock import moment, this_minute
from sosafe_site.publishing.models.publishable import Publishable
from sosafe_site.publishing.models.readiness import Readiness
from sosafe_site.publishing.revisions.publish import publish
from sosafe_site.publishing.revisions.snapshot import snapshot

PUBLISHED, DRAFT = "published now", "taken back to draft"


class BulkAdmin(admin.ModelAdmin):
    actions = ["publish_now", "make_draft"]
    actions_on_bottom = True

    @admin.action(description="Publish now", permissions=["publish"])
    def publish_now(self, request, queryset):
        return self.confirmed(request, list(queryset), this_minute())

    @admin.action(description="Take back to draft", permissions=["publish"])
    def make_draft(self, request, queryset):
        return self.confirmed(request, list(queryset), None)

    def confirmed(
        self, request: HttpRequest, records: Sequence[Publishable], when: datetime | None
    ) -> HttpResponse | None:
        """Sets that moment for those that may have it, once an officer has seen which they are; before, shows them."""
        word = PUBLISHED if when else DRAFT
        judged = [(record, refusal(record, when)) for record in records]
        allowed = [record for record, why in judged if not why]
        refused = [(record, why) for record, why in judged if why]
        if "confirmed" not in request.POST:
            kept = [(name, value) for name, values in request.POST.lists() for value in values]
            context = {**self.admin_site.each_context(request), "title": "Please confirm", "opts": self.opts}
            context |= {"word": word, "allowed": allowed, "refused": refused}
            context["kept"] = [(name, value) for name, value in kept if name not in {"csrfmiddlewaretoken", "index"}]
            return TemplateResponse(request, "admin/confirm.html", context)
        with transaction.atomic():
            for record in allowed:
                if when:
                    publish(record, before=snapshot(record), at=moment(), by=request.user)
                else:
                    record.published_at = None
                    record.save(update_fields=["published_at"])
                    Readiness.objects.of(record).delete()  # or it would be public again by itself
                    self.log_change(request, record, f"Was {word}.")
        for record, why in refused:
            self.message_user(request, f"“{record}” stays as it is. {why}", messages.WARNING)
        if allowed:
            count = "1 was" if len(allowed) == 1 else f"{len(allowed)} were"
            self.message_user(request, f"{count} {word}.", messages.SUCCESS)
        return None


def refusal(record: Publishable, when: datetime | None) -> str:
    """Why it can't be published at that moment or, without one, become a draft; empty if it can."""
    if when and record.is_withdrawn:
        return "It is withdrawn. Clear that on its form first."
    if when and record.is_published:  # and keeps the moment since which it has been
        return "It is public already."
    if when is None and record.published_at is None and not record.appears_at:
        return "It is a draft already."
    tried = copy(record)
    tried.published_at = when
    try:
        tried.full_clean()
    except ValidationError as error:
        return " ".join(error.messages)
    return ""
