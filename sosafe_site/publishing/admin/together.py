"""What is a draft and would be missing where it belongs or is named is published with that, if the officer wants it."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.admin.options import IS_POPUP_VAR
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.html import format_html
from django.utils.text import capfirst, get_text_list
from django.views.decorators.http import require_http_methods

from sosafe_site.periods import today
from sosafe_site.publishing.admin.history import RememberingAdmin
from sosafe_site.publishing.admin.submission import PUBLISH_PERMISSION, Step, submission_of
from sosafe_site.publishing.admin_urls import admin_url
from sosafe_site.publishing.choosers import in_choosers
from sosafe_site.publishing.clock import moment, this_minute
from sosafe_site.publishing.models.publishable import Publishable
from sosafe_site.publishing.models.readiness import on_day
from sosafe_site.publishing.revisions.publish import publish_along, refusal
from sosafe_site.publishing.revisions.together import Companion, companions, not_named_in

BACK = "You came back from what is to be published with it. Change what you like, then press the button again."


@dataclass
class Offer:
    """A draft, as an officer is asked about it."""

    key: str
    record: Any
    words: str  # what it is, and what names it
    why_not: str  # it can't be published; empty if it can
    is_ticked: bool
    address: str = ""  # of its form; none while it is only on the form that asks


class UnansweredError(Exception):
    """What shall be published with it? Until an officer says so, nothing of the form is saved."""

    def __init__(self, record: Publishable, offers: list[Offer]) -> None:
        super().__init__(record)
        self.record, self.offers = record, offers


class TogetherAdmin(RememberingAdmin):
    def get_urls(self):
        ask = require_http_methods(["GET", "HEAD", "POST"])(self.with_view)
        return [self.own_path("<uuid:pk>/with/", ask, "with"), *super().get_urls()]

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        if "_back" in request.POST:
            submission_of(request).refusal = BACK
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except UnansweredError as question:
            return self._ask(request, question.record, question.offers)

    def response_add(self, request, obj, post_url_continue=None):
        """The chooser from whose plus it was made says that it is a draft."""
        response = super().response_add(request, obj, post_url_continue)
        if IS_POPUP_VAR in request.POST and isinstance(response, TemplateResponse):
            context: Any = response.context_data
            told = {**json.loads(context["popup_response_data"]), "obj": in_choosers(obj)}
            response.context_data = {**context, "popup_response_data": json.dumps(told)}
        return response

    def _ask(self, request: HttpRequest, record: Publishable, offers: list[Offer]) -> HttpResponse:
        """The page that asks keeps all that was typed, and sends it again with the answer."""
        for offer in offers:
            kind = type(offer.record)
            if kind._default_manager.filter(pk=offer.record.pk).exists():
                offer.address = admin_url(kind, "change", offer.record.pk)
        answer = {"csrfmiddlewaretoken", "asked", "with"}
        kept = [(name, value) for name, values in request.POST.lists() for value in values if name not in answer]
        step = submission_of(request).step
        button = "Publish at that time" if step == Step.SCHEDULE else "Publish now"
        return self._page(request, record, {"offers": offers, "kept": kept, "button": button, "is_form": True})

    def _page(self, request: HttpRequest, record: Publishable, context: dict[str, Any]) -> HttpResponse:
        title = f"What shall be published with “{record}”?"
        context |= {**self.admin_site.each_context(request), "title": title, "opts": self.opts, "record": record}
        return TemplateResponse(request, "admin/publish_with.html", context)

    def choose_along(self, request: HttpRequest, record: Publishable) -> None:
        """Notes what the officer wants published with it. Raises UnansweredError unless that has been answered."""
        submission = submission_of(request)
        submission.drafts = companions([record])
        known = json.dumps(submission.before) if submission.was_published else ""
        found = not_named_in(known, submission.drafts)
        if {each.key for each in found} - {*request.POST.getlist("asked")}:
            if request.FILES:  # which no page can keep: the message that it is published offers the same
                return
            raise UnansweredError(record, offers(request, self.admin_site, found, [record]))
        submission.along = chosen(request, self.admin_site, found)
        is_told = submission.note or not submission.was_published
        parts = (
            [] if is_told else [each for each in found if each.record in submission.along and each.named_by == record]
        )
        if parts and (why := record.must_tell({f"{name}.published_at" for name in record.parts}, today())):
            raise ValidationError(f"{why} Write it under “Note for readers”.")

    def tell_along(self, request: HttpRequest, record: Publishable, at: Any = None) -> None:
        submission = submission_of(request)
        if names := in_words(submission.along):
            became = f"To be published with it {on_day(at)}" if at else "Published with it"
            self.message_user(request, f"{became}: {names}.", messages.SUCCESS)
        left = [each.record for each in submission.drafts if each.record not in submission.along]
        if left and record.is_published:
            said = format_html(
                'Still a draft, so readers see nothing of it: {}. <a href="{}">Publish it too…</a>'
                if len(left) == 1
                else 'Still drafts, so readers see nothing of them: {}. <a href="{}">Publish them too…</a>',
                in_words(left),
                self.own_url("with", record.pk),
            )
            self.message_user(request, said, messages.WARNING)

    def with_view(self, request: HttpRequest, pk: str) -> HttpResponse:
        """The same question about something that is public already."""
        record: Any = get_object_or_404(self.get_queryset(request), pk=pk)
        if not (request.user.has_perm(PUBLISH_PERMISSION) and self.has_change_permission(request, record)):
            raise PermissionDenied
        if not record.is_published:  # whose own publication asks
            return redirect(record.get_edit_url())
        found = companions([record])
        if request.method != "POST":
            asked = offers(request, self.admin_site, found, [record])
            return self._page(request, record, {"offers": asked, "button": "Publish now"})
        along = chosen(request, self.admin_site, found)
        try:
            with transaction.atomic():
                publish_along(along, at=moment(), by=request.user)
        except ValidationError as error:
            self.message_user(request, " ".join(error.messages), messages.ERROR)
            return redirect(request.path)
        if along:
            self.message_user(request, f"Published: {in_words(along)}.", messages.SUCCESS)
        return redirect(record.get_edit_url())


def in_words(records: Iterable[Any]) -> str:
    return get_text_list([f"“{record}”" for record in records], "and")


def offers(request: HttpRequest, site: Any, found: list[Companion], about: list[Any]) -> list[Offer]:
    return [
        Offer(
            each.key,
            each.record,
            offered(each, about),
            why_not(request, site, each.record),
            not each.is_whole,
        )
        for each in found
    ]


def offered(draft: Companion, about: list[Any]) -> str:
    kind = capfirst(draft.record._meta.verbose_name)
    whose = "" if draft.named_by in about and len(about) == 1 else f" of “{draft.named_by}”"
    apart = " It has parts of its own, about which its own form asks." if draft.is_whole else ""
    return f"{kind}{whose}.{apart}"


def chosen(request: HttpRequest, site: Any, found: list[Companion]) -> list[Any]:
    ticked = {*request.POST.getlist("with")}
    return [each.record for each in found if each.key in ticked and not why_not(request, site, each.record)]


def why_not(request: HttpRequest, site: Any, record: Any) -> str:
    """Why an officer can't publish it; empty if they can."""
    if not site._registry[type(record)].has_publish_permission(request):
        return "Your account can’t publish it."
    return refusal(record, this_minute())
