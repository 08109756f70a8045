"""How much the site receives at all: what is sent to it, by whomever, goes to the disk before any view has a say."""

from contextlib import suppress
from typing import Any, NoReturn

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler, SkipFile, TemporaryFileUploadHandler
from django.http import HttpRequest

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


class OnDisk(TemporaryFileUploadHandler):
    """A disk that is full keeps a file out, and not the rest of its form, which would be lost with it."""

    def new_file(self, *args: Any, **options: Any) -> None:
        try:
            super().new_file(*args, **options)
        except OSError as error:
            self.skip(error)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        try:
            super().receive_data_chunk(raw_data, start)
        except OSError as error:
            self.skip(error)

    def file_complete(self, file_size: int) -> Any:
        try:
            return super().file_complete(file_size)
        except OSError as error:
            with suppress(SkipFile):
                self.skip(error)
            return None

    def skip(self, error: OSError) -> NoReturn:
        not_received(self.request).append((str(self.file_name), error))
        with suppress(AttributeError, OSError):  # there may be none, and what it still holds can't be written either
            self.file.close()
        self.__dict__.pop("file", None)
        raise SkipFile from error


def not_received(request: HttpRequest | None) -> list[tuple[str, OSError]]:
    """The names of the files that could not be kept until the form was read, and why."""
    return vars(request).setdefault("not_received", [])
