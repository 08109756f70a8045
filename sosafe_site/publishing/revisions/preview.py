"""The real public page of what is not public yet, for staff and for those who were given a link."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import resolve

from sosafe_site.publishing.clock import this_minute
from sosafe_site.publishing.models.address import with_parts
from sosafe_site.publishing.models.revision import Revision
from sosafe_site.publishing.revisions.draft import IMPOSSIBLE, apply
from sosafe_site.publishing.revisions.trial import trial


def page_of(request: HttpRequest, version: Revision) -> HttpResponseBase:
    """The page as readers would get it if this were public; nothing of that stays.

    Raises Http404 when what it changes is not there any more.
    """
    with trial():
        try:
            record = apply(version)
        except IMPOSSIBLE as error:
            raise Http404("What this draft changes is not there any more.") from error
        return shown(request, record)


def shown(request: HttpRequest, record: Any) -> HttpResponseBase:
    """The page of a record, as it would be if that were public. Undoes all that its transaction did."""
    with transaction.atomic(savepoint=False):
        if not record.has_come_out:  # its parts are drafts because it is one
            make_parts_public(record)
        make_public(record)
        path = record.get_page_url()
        match = resolve(path)
        asked = request_for(path, request)
        asked.previewed = record
        response = match.func(asked, *match.args, **match.kwargs)
        transaction.set_rollback(True)
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["X-Frame-Options"] = "SAMEORIGIN"  # the form shows it in a frame
    return response


def make_public(record: Any) -> None:
    """Within the transaction, it and what it is a part of."""
    kind = type(record)
    if not kind.objects.published().filter(pk=record.pk).exists():
        kind.objects.filter(pk=record.pk).update(published_at=this_minute(), withdrawn_at=None, withdrawal_reason="")
        for parent in record.parents():
            make_public(parent)


def make_parts_public(record: Any) -> None:
    """Within the transaction, those that are drafts; what they name beside it stays as it is."""
    for part in with_parts([record])[1:]:
        if not (part.has_come_out or part.is_withdrawn):
            type(part).objects.filter(pk=part.pk).update(published_at=this_minute())


class PreviewRequest(HttpRequest):
    """By which templates know that they show a preview, and of what."""

    is_preview = True
    previewed: Any = None
    has_days = True  # whether its address shows it as on another day, too


def request_for(path: str, asked: HttpRequest) -> PreviewRequest:
    """That of a reader, who is nobody in particular; only the day is taken from what was asked."""
    request = PreviewRequest()
    request.method, request.path, request.path_info = "GET", path, path
    request.has_days = asked.method == "GET"
    request.META = {name: asked.META[name] for name in ("SERVER_NAME", "SERVER_PORT") if name in asked.META}
    request.GET = asked.GET
    request.user = AnonymousUser()
    return request
