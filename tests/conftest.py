import os
import shutil

from django.conf import settings
from xdist.scheduler import LoadScopeScheduling

# Playwright runs an event loop in the thread of the test, in which Django refuses its ORM unless told otherwise.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"


def pytest_configure():
    settings.STATIC_ROOT.mkdir(parents=True)  # WhiteNoise warns of a missing one


def pytest_unconfigure():
    """The first process ends last, and takes all away."""
    shutil.rmtree(settings.DATA_DIR if "PYTEST_XDIST_WORKER" in os.environ else settings.RUN_DIR)


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
