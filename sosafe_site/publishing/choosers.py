"""What choosers call a record: one that readers don't see yet is told apart."""

from typing import Any

from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest


def in_choosers(record: Any) -> str:
    is_draft = getattr(record, "published_at", "no such field") is None
    return f"{record} (draft)" if is_draft else str(record)


class ChooserView(AutocompleteJsonView):
    def process_request(self, request: HttpRequest) -> tuple[Any, ...]:
        """Raises PermissionDenied also for a relation as seen from its other end, for which Django has no choosers."""
        found: tuple[Any, ...] = super().process_request(request)
        if not hasattr(found[2], "get_limit_choices_to"):
            raise PermissionDenied
        return found

    def serialize_result(self, obj: Any, to_field_name: str) -> dict[str, str]:
        return {**super().serialize_result(obj, to_field_name), "text": in_choosers(obj)}
