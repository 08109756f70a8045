"""Files on S3-compatible storage, which machines share: in a private bucket, given out by the site's views alone."""

import errno
import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError
from django.core.files import File
from storages.backends.s3 import S3Storage

TO_CONNECT, TO_ANSWER, TRIES = 2, 10, 2  # seconds, seconds, times
AT_ONCE = 256 * 1024  # bytes that are fetched ahead of who reads


@contextmanager
def as_from_a_disk() -> Iterator[None]:
    """What fails is an OSError, as it would be on this machine's disk."""
    try:
        yield
    except (BotoCoreError, HTTPClientError, Boto3Error, ClientError) as error:
        answer: Any = getattr(error, "response", {})
        if answer.get("ResponseMetadata", {}).get("HTTPStatusCode") == 404:
            raise FileNotFoundError(errno.ENOENT, "The storage has no such file") from error
        raise OSError(errno.EIO, f"The storage failed: {type(error).__name__}") from error


class Bucket(S3Storage):
    def __init__(self, url: str) -> None:
        """An address as in the setting STORAGE_URL."""
        parts = urlsplit(url)
        scheme = "http" if parts.scheme == "s3+http" else "https"
        super().__init__(
            access_key=unquote(parts.username or ""),
            secret_key=unquote(parts.password or ""),
            endpoint_url=f"{scheme}://{parts.netloc.rpartition('@')[2]}",
            bucket_name=parts.path.strip("/"),
            region_name=parse_qs(parts.query).get("region", ["us-east-1"])[0],
            file_overwrite=False,
            default_acl=None,  # a bucket is private unless told otherwise
            transfer_config=TransferConfig(use_threads=False),
            client_config=Config(
                connect_timeout=TO_CONNECT,
                read_timeout=TO_ANSWER,
                retries={"total_max_attempts": TRIES, "mode": "standard"},
                signature_version="s3v4",
                s3={"addressing_style": "path"},
                request_checksum_calculation="when_required",  # others than Amazon's own know no newer ones
                response_checksum_validation="when_required",
            ),
        )
        self._connections = SimpleNamespace()  # one for all threads: it takes long to make, and is safe for them

    def _open(self, name: str, mode: str = "rb") -> File:
        return File(io.BufferedReader(Stored(self, name), AT_ONCE), name)

    def _save(self, name: str, content: File) -> str:
        with as_from_a_disk():
            return super()._save(name, content)

    def delete(self, name: str) -> None:
        with as_from_a_disk():
            super().delete(name)

    def exists(self, name: str) -> bool:
        with as_from_a_disk():
            return super().exists(name)

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        with as_from_a_disk():
            return super().listdir(path)

    def size(self, name: str) -> int:
        with as_from_a_disk():
            return super().size(name)

    def get_modified_time(self, name: str) -> datetime:
        with as_from_a_disk():
            return super().get_modified_time(name)

    def url(self, name: str | None, *args: Any, **options: Any) -> str:
        """None: whoever had one would read a file that is not public, or not any more."""
        return ""


class Stored(io.RawIOBase):
    """A file of the bucket, of which no more is fetched than is read."""

    def __init__(self, bucket: Bucket, name: str) -> None:
        """Raises OSError, which FileNotFoundError is one of."""
        self.object = {"Bucket": bucket.bucket_name, "Key": bucket._normalize_name(name)}
        self.client = bucket.connection.meta.client
        self.place = 0
        self.body: Any = None
        with as_from_a_disk():
            self.length = self.client.head_object(**self.object)["ContentLength"]

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        place = {io.SEEK_SET: 0, io.SEEK_CUR: self.place, io.SEEK_END: self.length}[whence] + offset
        if place != self.place:
            self.stop()
        self.place = place
        return place

    def readinto(self, buffer: Any) -> int:
        if self.place >= self.length:
            return 0
        with as_from_a_disk():
            if self.body is None:
                self.body = self.client.get_object(**self.object, Range=f"bytes={self.place}-")["Body"]
            found = self.body.read(len(buffer))
        if not found:
            raise OSError(errno.EIO, "The storage ended before the file did")
        buffer[: len(found)] = found
        self.place += len(found)
        return len(found)

    def stop(self) -> None:
        if self.body is not None:
            self.body.close()
            self.body = None

    def close(self) -> None:
        if not self.closed:
            self.stop()
        super().close()
