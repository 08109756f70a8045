import os
import shutil

from django.conf import settings

# Playwright runs an event loop in the thread of the test, in which Django refuses its ORM unless told otherwise.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"


def pytest_configure():
    settings.STATIC_ROOT.mkdir(parents=True)  # WhiteNoise warns of a missing one


def pytest_unconfigure():
    shutil.rmtree(settings.DATA_DIR)


def pytest_terminal_summary(terminalreporter):
    """What the ten jobs cost an officer, as tests/browser/test_jobs.py counts it."""
    told = [
        told
        for report in terminalreporter.getreports("passed") + terminalreporter.getreports("failed")
        for told in report.user_properties
    ]
    jobs = [(name.removeprefix("job: "), *numbers) for name, numbers in told if name.startswith("job: ")]
    if not jobs:
        return
    jobs.append(
        ("all", *([sum(each) for each in zip(*column, strict=True)] for column in list(zip(*jobs, strict=True))[1:]))
    )
    terminalreporter.section("clicks / fields / loads: here, in Wagtail 8.0.1")
    for name, ours, theirs in jobs:
        terminalreporter.write_line(f"{name:<56} {' / '.join(map(str, ours)):>14} {' / '.join(map(str, theirs)):>14}")
