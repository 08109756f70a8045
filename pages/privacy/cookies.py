"""The cookies that this site can set: all of them are for officers who sign in, and a test knows no other."""

from dataclasses import dataclass

from django.conf import settings

from pages.privacy.retention import in_words
from sosafe_site.accounts.session_store import IDLE, LONGEST


@dataclass(frozen=True)
class Cookie:
    name: str
    why: str
    until: str


def cookies() -> list[Cookie]:
    return [
        Cookie(
            settings.SESSION_COOKIE_NAME,
            "Keeps you signed in.",
            f"Until you close the browser or sign out; it opens nothing after {in_words(LONGEST)}, or after "
            f"{in_words(IDLE)} in which nothing is done.",
        ),
        Cookie(
            settings.CSRF_COOKIE_NAME,
            "Keeps other websites from sending forms in your name.",
            "Until you close the browser.",
        ),
    ]
