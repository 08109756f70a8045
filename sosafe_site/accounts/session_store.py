"""How long a sign-in lasts: a working day, less when nothing is done. Django reads and writes sessions by this.

The table holds a hash of a session's key, so that nobody who reads it, or a copy of it, can go on with a session.
"""

import hashlib
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.db import OperationalError

from sosafe_site.accounts.began import BEGAN
from sosafe_site.accounts.models import Session
from sosafe_site.publishing.clock import right_now

LONGEST, IDLE = timedelta(hours=10), timedelta(hours=1)
STEP = timedelta(minutes=5)  # in which use is noted once, so that few requests write


def stored_key(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:40]


def ends_at(data: dict[str, Any], used_at: datetime) -> datetime:
    """When it ends if nothing is done any more."""
    idle = used_at + IDLE
    return min(idle, datetime.fromtimestamp(data[BEGAN], UTC) + LONGEST) if BEGAN in data else idle


class SessionStore(db.SessionStore):
    @classmethod
    def get_model_class(cls):
        return Session

    def _get_session_from_db(self):
        row = Session.objects.filter(session_key=stored_key(str(self.session_key)), expire_date__gt=right_now()).first()
        if not row:
            self._session_key = None
        return row

    def load(self):
        row = self._get_session_from_db()
        data = self.decode(row.session_data) if row else {}
        now = right_now()
        if row and row.account_id and row.used_at <= now - STEP:
            with suppress(OperationalError):  # a database that is busy or full is no reason to show no page
                Session.objects.filter(pk=row.pk).update(used_at=now, expire_date=ends_at(data, now))
        return data

    def exists(self, session_key):
        return super().exists(stored_key(session_key))

    def delete(self, session_key=None):
        key = session_key or self.session_key
        if key:
            super().delete(stored_key(key))

    def create_model_instance(self, data):
        now = right_now()
        return Session(
            session_key=stored_key(str(self.session_key)),
            session_data=self.encode(data),
            expire_date=ends_at(data, now),
            account_id=data.get(SESSION_KEY),
            used_at=now,
        )
