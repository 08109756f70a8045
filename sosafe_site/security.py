"""What every answer of the site tells a browser to refuse: policies for public pages, the admin and files.

Constant strings: a policy library would be a larger thing than what it replaces.
"""

import base64
import hashlib
from functools import cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import get_template

_NOTHING_ELSE = "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
ADMIN_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    f"connect-src 'self'; frame-src 'self'; {_NOTHING_ELSE}"
)
# What a page could ask a browser for. Officers' passkeys and the editor's clipboard are all that is used.
_DENIED = (
    "accelerometer autoplay camera display-capture encrypted-media fullscreen gamepad "
    "geolocation gyroscope hid idle-detection local-fonts magnetometer microphone midi payment picture-in-picture "
    "screen-wake-lock serial usb window-management xr-spatial-tracking"
)
_OFFICERS = "clipboard-read clipboard-write publickey-credentials-create publickey-credentials-get"
FEATURES = ", ".join(f"{name}=()" for name in f"{_DENIED} {_OFFICERS}".split())
ADMIN_FEATURES = ", ".join(
    [*(f"{name}=()" for name in _DENIED.split()), *(f"{name}=(self)" for name in _OFFICERS.split())]
)


def style_hash() -> str:
    """The CSP source of the one stylesheet, which each public page carries inside."""
    css = get_template("sosafe.css").template.source  # type: ignore[attr-defined]  # every Django template has it
    return f"'sha256-{base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()}'"


@cache
def public_policy() -> str:
    # No script runs that could connect, but audits such as Lighthouse's ask under the page's policy for robots.txt.
    return f"default-src 'none'; style-src {style_hash()}; img-src 'self'; connect-src 'self'; {_NOTHING_ELSE}"


def with_headers(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """On every answer, whoever made it: a view, Django for an error or a redirect, WhiteNoise for a static file."""
    is_admin = request.path.startswith("/admin/") and response.status_code < 400  # error pages are the public ones
    policy = ADMIN_POLICY if is_admin else public_policy()
    response.headers.setdefault("X-Frame-Options", "DENY")
    if response.headers["X-Frame-Options"] == "SAMEORIGIN":  # a preview, which a form shows in a frame
        policy = policy.replace("frame-ancestors 'none'", "frame-ancestors 'self'")
    response.headers.setdefault("Content-Security-Policy", policy)
    response.headers.setdefault("Permissions-Policy", ADMIN_FEATURES if is_admin else FEATURES)
    response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    if settings.SESSION_COOKIE_NAME in request.COOKIES and not request.path.startswith(settings.STATIC_URL):
        response.headers["Cache-Control"] = "private, no-store"  # what staff see may hold drafts
    response.headers.setdefault("Cache-Control", "no-cache")  # keep it, but ask each time whether it still holds
    return response
