"""Sites made once for a whole run, by the process that needs one first, and then copied: making one takes seconds.

Each is a data folder: "migrated" with empty tables, "seeded" with the seed content, "filled" with that of
tests/content.py, "set-up" and "set-up-filled" with static files and an officer too, ready to be served.
"""

import fcntl
import os
import secrets
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection

from tests.tools import OFFICERS_PASSWORD, QUICK, ROOT

CALL = "from django.core.management import call_command; call_command"
OURS = {"pages", "meetings", "partners", "publishing"}
# The numbers of fill() are none of those that a test gives.
FILL = (
    "from itertools import count; from django.conf import settings; from tests import content, make;"
    "make._numbers = count(90_001); (settings.DATA_DIR / 'day').write_text(str(content.fill_anew()))"
)
SET_UP = (
    f"{CALL}('setup', verbosity=0); from django.contrib.auth.models import User;"
    f"officer = User.objects.get(username='officer'); officer.set_password({OFFICERS_PASSWORD!r}); officer.save()"
)
# Of each the one that it begins with, and the code that makes the rest
SITES = {
    "migrated": (None, f"{CALL}('migrate', verbosity=0)"),
    "seeded": ("migrated", f"{CALL}('load_seed', verbosity=0)"),
    "filled": ("seeded", FILL),
    "set-up": ("seeded", SET_UP),
    "set-up-filled": ("set-up", FILL),
}


def site(name: str, postgresql: Any = None) -> Path:
    """The data folder of that site, which nobody changes; on a Cluster, its database there has the same name."""
    folder = f"{name}-on-postgresql" if postgresql else name
    ready, being_made = settings.RUN_DIR / folder, settings.RUN_DIR / f"{folder}-being-made"
    before, code = SITES[name]
    begins = before and site(before, postgresql)
    with (settings.RUN_DIR / f"{folder}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not ready.exists():
            if begins:
                shutil.copytree(begins, being_made)
            else:
                being_made.mkdir()
                (being_made / "sosafe.sqlite3").touch()  # which the site never does by itself
            database = postgresql.create(name, like=before or "template1") if postgresql else ""
            environ = os.environ | {"DATA_DIR": str(being_made), "SECRET_KEY": secrets.token_urlsafe(50)}
            environ |= {"DJANGO_SETTINGS_MODULE": "sosafe_site.settings", "PYTHONPATH": str(QUICK)}
            environ |= {"DATABASE_URL": database}
            manage = [sys.executable, "manage.py", "shell", "--no-imports", "-c", code]
            subprocess.run(manage, cwd=ROOT, env=environ, check=True, stdout=subprocess.DEVNULL)
            being_made.rename(ready)
    return ready


def day_of(name: str) -> date:
    """On which it is in force what fill() has made."""
    return date.fromisoformat((site(name) / "day").read_text())


@cache
def rows(name: str) -> dict[str, list[tuple]]:
    """What the tables of our apps hold in that site."""
    models = [model for model in apps.get_models(include_auto_created=True) if model._meta.app_label in OURS]
    tables = [model._meta.db_table for model in models if model._meta.label != "publishing.ContentMark"]
    with closing(sqlite3.connect(site(name) / "sosafe.sqlite3")) as database:
        found = {table: database.execute(f'SELECT * FROM "{table}"').fetchall() for table in tables}  # noqa: S608  # the name is Django's
    return {table: rows for table, rows in found.items() if rows}


def copy_into_the_test(name: str) -> None:
    """Rows and files of that site, as if the test had made them. It has no others yet."""
    with connection.cursor() as cursor:
        for table, found in rows(name).items():
            values = ", ".join(["%s"] * len(found[0]))
            cursor.executemany(f'INSERT INTO "{table}" VALUES ({values})', found)  # noqa: S608  # the name is Django's
    if (site(name) / "uploads").exists():
        shutil.copytree(site(name) / "uploads", settings.MEDIA_ROOT, dirs_exist_ok=True)
