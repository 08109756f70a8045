"""The site's settings, with a data folder of its own for every process, whatever the environment and .env say."""

import os
import secrets
import tempfile
from pathlib import Path

# The folder of a whole run: its first process names it, its workers inherit the name.
os.environ.setdefault("PYTEST_RUN_DIR", str(Path(tempfile.gettempdir()) / f"sosafe-tests-{secrets.token_hex(8)}"))
os.environ |= {
    "DATA_DIR": str(Path(os.environ["PYTEST_RUN_DIR"]) / secrets.token_hex(8)),  # conftest.py makes it
    "DEBUG": "off",
    "SECRET_KEY": "only-for-tests-" * 5,
    "SECOND_FACTOR": "off",  # what is not about signing in need not sign in; what is turns it on
    "SITE_URL": "http://127.0.0.1:8000",
    "STORAGE_URL": "",
}

from sosafe_site.settings import *  # noqa: F403  # a settings module is its names
from sosafe_site.settings import DATABASES, STORAGES

RUN_DIR = Path(os.environ["PYTEST_RUN_DIR"])
if not os.environ.get("DATABASE_URL"):
    DATABASES["default"]["NAME"] = ":memory:"
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # fast
