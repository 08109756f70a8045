"""Drafts whose moment has come are published before the next page is made; no program has to run for that."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from sosafe_site.publishing.versions import apply_due

ASKED_BY_MACHINES = ("/healthz", "/readyz")  # which answer without a database, or say that there is none


def publish_due(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path not in ASKED_BY_MACHINES:
            apply_due()
        return get_response(request)

    return middleware
