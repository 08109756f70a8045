"""What a session holds of its own beginning: when, and in which browser."""

from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest

from sosafe_site.publishing.clock import seconds

BEGAN, DEVICE = "began", "device"  # seconds since 1970; words
# A browser calls itself by several of these names: it is the first of them here, and so is its system
BROWSERS = {"Edg": "Edge", "OPR/": "Opera", "SamsungBrowser": "Samsung Internet"}
BROWSERS |= {"Firefox": "Firefox", "FxiOS": "Firefox", "CriOS": "Chrome", "Chrome": "Chrome", "Safari": "Safari"}
SYSTEMS = {"iPhone": "an iPhone", "iPad": "an iPad", "Android": "Android", "Windows": "Windows", "CrOS": "ChromeOS"}
SYSTEMS |= {"Mac OS X": "a Mac", "Linux": "Linux"}


def in_words(agent: str) -> str:
    """Such as "Edge on Windows"; no more is kept, since a browser's own words could tell who sits there."""
    browser, system = (
        next((words for name, words in names.items() if name in agent), None) for names in (BROWSERS, SYSTEMS)
    )
    return f"{browser or 'A browser'} on {system or 'a device that we don’t know'}"


def note_beginning(sender: Any, request: HttpRequest, **kwargs: Any) -> None:
    request.session[BEGAN] = seconds()
    request.session[DEVICE] = in_words(request.headers.get("User-Agent", ""))


def listen() -> None:
    user_logged_in.connect(note_beginning)
