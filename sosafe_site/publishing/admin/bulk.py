"""Publishing several records at once, or taking them back: an officer sees first what will become of each, and why."""

from collections.abc import Sequence
from datetime import datetime

from django.contrib import admin, messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from sosafe_site.publishing.admin.together import chosen, in_words, offers
from sosafe_site.publishing.clock import moment, this_minute
from sosafe_site.publishing.models.audit import AuditEntry, audit
from sosafe_site.publishing.models.publishable import Publishable
from sosafe_site.publishing.models.readiness import Readiness
from sosafe_site.publishing.revisions.publish import publish, publish_along, refusal
from sosafe_site.publishing.revisions.snapshot import snapshot
from sosafe_site.publishing.revisions.together import companions

PUBLISHED, DRAFT = "published now", "taken back to draft"


class BulkAdmin(admin.ModelAdmin):
    actions = ["publish_now", "make_draft"]

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
        drafts = companions(allowed) if when else []
        if "confirmed" not in request.POST:
            kept = [(name, value) for name, values in request.POST.lists() for value in values]
            context = {**self.admin_site.each_context(request), "title": "Please confirm", "opts": self.opts}
            asked = offers(request, self.admin_site, drafts, allowed)
            context |= {"word": word, "allowed": allowed, "refused": refused, "offers": asked}
            context["kept"] = [(name, value) for name, value in kept if name not in {"csrfmiddlewaretoken", "index"}]
            return TemplateResponse(request, "admin/confirm.html", context)
        along = chosen(request, self.admin_site, drafts)
        with transaction.atomic():
            for record in allowed:
                if when:
                    publish(record, before=snapshot(record), at=moment(), by=request.user)
                else:
                    record.published_at = None
                    record.save(update_fields=["published_at"])
                    Readiness.objects.of(record).delete()  # or it would be public again by itself
                    self.log_change(request, record, f"Was {word}.")
                    audit(AuditEntry.Kind.TAKEN_BACK, by=request.user, record=record)
            publish_along(along, at=moment(), by=request.user)
        for record, why in refused:
            self.message_user(request, f"“{record}” stays as it is. {why}", messages.WARNING)
        if allowed:
            count = "1 was" if len(allowed) == 1 else f"{len(allowed)} were"
            self.message_user(request, f"{count} {word}: {in_words([*allowed, *along])}.", messages.SUCCESS)
        return None
