import fcntl
import os
import secrets
import shutil
import subprocess
import sys

import pytest
from django.conf import settings
from xdist.scheduler import LoadScopeScheduling

from tests.tools import OFFICERS_PASSWORD, ROOT

# Playwright runs an event loop in the thread of the test, in which Django refuses its ORM unless told otherwise.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"


def pytest_configure():
    settings.STATIC_ROOT.mkdir(parents=True)  # WhiteNoise warns of a missing one


def pytest_unconfigure():
    shutil.rmtree(settings.DATA_DIR)


@pytest.fixture(scope="session")
def set_up(tmp_path_factory):
    """The data folder of a site that was just set up, with an officer named officer: to be copied, since it takes long.

    Made by the worker that needs it first, for all.
    """
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    ready, being_made = shared / "set-up", shared / "being-set-up"
    account = "from django.contrib.auth.models import User; officer = User.objects.get(username='officer')"
    password = f"{account}; officer.set_password({OFFICERS_PASSWORD!r}); officer.save()"
    environ = os.environ | {"DATA_DIR": str(being_made), "SECRET_KEY": secrets.token_urlsafe(50), "DATABASE_URL": ""}
    environ |= {"DJANGO_SETTINGS_MODULE": "sosafe_site.settings"}
    with (shared / "set-up.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not ready.exists():
            for command in (["setup"], ["shell", "--no-imports", "-c", password]):
                manage = [sys.executable, "manage.py", *command]
                subprocess.run(manage, cwd=ROOT, env=environ, check=True, stdout=subprocess.DEVNULL)
            being_made.rename(ready)
    return ready


class Workers(LoadScopeScheduling):
    """Each gets a test whenever it is free. Only those of test_make.py stay together, and are begun first."""

    def _split_scope(self, nodeid):
        return "make" if nodeid.startswith("tests/test_make.py::") else nodeid


def pytest_xdist_make_scheduler(config, log):
    return Workers(config, log)


def pytest_terminal_summary(terminalreporter):
    """What the ten jobs cost an officer, as tests/browser/test_jobs.py counts it."""
    reports = [*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")]
    told = [noted for report in reports for noted in report.user_properties]
    jobs = [(name.removeprefix("job: "), *numbers) for name, numbers in told if name.startswith("job: ")]
    if not jobs:
        return
    terminalreporter.section("clicks / fields / loads: here, in Wagtail 8.0.1")
    _, *columns = zip(*jobs, strict=True)
    sums = [[sum(numbers) for numbers in zip(*column, strict=True)] for column in columns]
    for name, *counts in [*jobs, ("in all", *sums)]:
        ours, theirs = (" / ".join(map(str, each)) for each in counts)
        terminalreporter.write_line(f"{name:<56} {ours:>14} {theirs:>14}")
