"""What may be kept of an answer: by the store in front of Django, and by browsers and programs that ask again."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import condition

Answer = TypeVar("Answer", bound=HttpResponseBase)
View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def never_stored(view: View) -> View:
    """For one reader, for staff or for machines; or a file, which is sent in parts. Asked with the reader's request."""
    view.is_stored = False  # type: ignore[attr-defined]  # a mark on the function, which the store looks for
    return view


def unless_known(request: HttpRequest, etag: str, changed_at: datetime | None, make: Callable[[], Answer]) -> Answer:
    """The answer that make() makes; to whoever has it already only that nothing has changed."""
    return condition(lambda _: etag, lambda _: changed_at)(lambda _: make())(request)
