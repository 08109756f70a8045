"""Where an officer is signed in, and signing out elsewhere."""

from django.contrib.auth.models import User

from sosafe_site.accounts.models import Session
from sosafe_site.accounts.session_store import stored_key


def end_sessions(account: User, but: str | None = None) -> int:
    """Signs the account out everywhere, but for the session with this key; tells from how many places."""
    ended = Session.objects.filter(account=account)
    return (ended.exclude(pk=stored_key(but)) if but else ended).delete()[0]
