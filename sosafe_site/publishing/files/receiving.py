"""How much the site receives at all: what is sent to it, by whomever, goes to the disk before any view has a say."""

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

from sosafe_site.publishing.files.inspect import LARGEST_FILE

# Of one form. A file that is only somewhat too large comes in, so that its officer is told, and nothing typed is lost.
LARGEST_FORM = 4 * LARGEST_FILE


class Bounded(FileUploadHandler):
    def handle_raw_input(
        self,
        input_data: Any,
        META: Any,  # noqa: N803  # Django's own name
        content_length: int,
        boundary: Any,
        encoding: str | None = None,
    ) -> None:
        if content_length > LARGEST_FORM:
            raise RequestDataTooBig(f"{content_length} bytes were to be sent in one form.")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None
