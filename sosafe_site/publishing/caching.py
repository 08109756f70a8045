"""What may be kept of an answer by the store in front of Django."""

from collections.abc import Callable
from typing import TypeVar

from django.http.response import HttpResponseBase

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def never_stored(view: View) -> View:
    """For one reader, for staff or for machines; or a file, which is sent in parts. Asked with the reader's request."""
    view.is_stored = False  # type: ignore[attr-defined]
    return view
