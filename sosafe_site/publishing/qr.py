"""QR codes of the site's addresses, to print."""

import re
from io import BytesIO
from typing import Any

import segno
from django.conf import settings
from django.http import Http404, HttpResponse

# White around and behind the squares, so that it can be read from a poster of any colour. The picture of dots
# prints sharp up to a hand's width; the SVG at any size.
KINDS: dict[str, tuple[str, dict[str, Any]]] = {
    "svg": ("image/svg+xml", {"scale": 10, "light": "#fff", "svgclass": None, "lineclass": None}),
    "png": ("image/png", {"scale": 32, "dpi": 300}),
}


def qr_code(path: str, kind: str) -> HttpResponse:
    """Raises Http404 for a kind of picture that it can't make."""
    if kind not in KINDS:
        raise Http404("A QR code is an svg or a png.")
    content_type, options = KINDS[kind]
    picture = BytesIO()
    # A quarter of it may be dirty, torn or under a drawing pin.
    segno.make_qr(f"{settings.SITE_URL}{path}", error="q").save(picture, kind=kind, **options)
    name = re.sub("[^A-Za-z0-9]+", "-", path).strip("-") or "home"
    disposition = f'attachment; filename="QR-code-{name}.{kind}"'
    return HttpResponse(picture.getvalue(), content_type, headers={"Content-Disposition": disposition})
