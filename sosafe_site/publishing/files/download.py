"""A file as browsers and download programs ask for it: whole or in part, and not again if they have it already."""

import re
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import http_date

from sosafe_site.publishing.caching import unless_known
from sosafe_site.publishing.files.inspect import extension_of
from sosafe_site.publishing.files.pictures import CONTENT_TYPES
from sosafe_site.publishing.models import DocumentVersion, Picture

ONE_RANGE = re.compile("bytes=([0-9]{0,18})-([0-9]{0,18})", re.IGNORECASE)
SHOWN_IN_THE_BROWSER = {"pdf", "png", "jpg", "jpeg"}
# Whatever is in a file, no script of it runs here. What is allowed is for browsers' own viewers of PDFs and pictures.
POLICY_OF_PDF = (  # Chromium's viewer shows nothing in a sandbox
    "default-src 'none'; img-src 'self'; object-src 'self'; style-src 'unsafe-inline'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
POLICY = f"sandbox; {POLICY_OF_PDF}"


def send(request: HttpRequest, version: DocumentVersion | None, name: str) -> HttpResponseBase:
    """The file, under a name that people recognise among their downloads. Raises Http404 when there is none."""
    if version is None:
        raise Http404("This document has no such file.")
    etag = f'"{version.number}-{version.size}"'
    is_same = request.headers.get("If-Range", etag) in (etag, http_date(version.added_at.timestamp()))
    part = asked_for(request, version.size) if is_same else None
    response = unless_known(request, etag, version.added_at, lambda: content(version, name, part))
    response["Accept-Ranges"] = "bytes"
    response["Cache-Control"] = "no-cache"  # ask each time: a newer version, or a withdrawal, counts at once
    response["Content-Security-Policy"] = POLICY_OF_PDF if version.extension == "pdf" else POLICY
    if version.is_newest:
        address = reverse("document-file", args=[version.document.slug])
        response["Link"] = f'<{settings.SITE_URL}{address}>; rel="canonical"'
    else:
        response["X-Robots-Tag"] = "noindex"
    return response


def asked_for(request: HttpRequest, size: int) -> range | None:
    """The bytes of the range that a reader asks for, empty if the file does not reach so far.

    None, for the whole file, without one; also with several, which a server may refuse, and with one that is none.
    """
    asked = ONE_RANGE.fullmatch(request.headers.get("Range", ""))
    if request.method != "GET" or not asked:
        return None
    first, last = (int(end) if end else None for end in asked.groups())
    if first is None:
        return None if last is None else range(size)[max(size - last, 0) :]
    if last is None:
        return range(size)[first:]
    return None if last < first else range(size)[first : last + 1]


def content(version: DocumentVersion, name: str, part: range | None) -> HttpResponseBase:
    if part is not None and not part:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{version.size}"})
    file = version.file.open("rb")
    response = FileResponse(
        Part(file, part) if part else file,
        as_attachment=version.extension not in SHOWN_IN_THE_BROWSER,
        filename=f"{name}.{version.extension}",
        content_type=version.content_type,
    )
    if part:
        response.status_code = 206
        response["Content-Range"] = f"bytes {part[0]}-{part[-1]}/{version.size}"
        response["Content-Length"] = len(part)
    return response


def send_picture(picture: Picture, name: str) -> HttpResponseBase:
    """Never another under the same address, so browsers keep it. Raises Http404 when there is none of the name."""
    if name not in picture.names:
        raise Http404("There is no such file of this picture.")
    response = FileResponse(default_storage.open(picture.place(name)), content_type=CONTENT_TYPES[extension_of(name)])
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    response["Content-Security-Policy"] = POLICY
    response["Cross-Origin-Resource-Policy"] = "cross-origin"  # a card that leads here may show it on another site
    return response


class Part:
    """Some bytes of an open file, for FileResponse to read and close."""

    def __init__(self, file: Any, part: range) -> None:
        file.seek(part.start)
        self.file, self.left, self.close = file, len(part), file.close

    def read(self, most: int) -> bytes:
        chunk = self.file.read(min(most, self.left))
        self.left -= len(chunk)
        return chunk
