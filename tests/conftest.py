import gc
import io
import logging
import logging.config
import os
import shutil
from contextlib import contextmanager
from datetime import timedelta
from importlib import import_module

import pytest
from django.conf import settings
from django.template import Template
from django.test.utils import _TestState
from xdist.scheduler import LoadScopeScheduling

from tests import servers

# Playwright runs an event loop in the thread of the test, in which Django refuses its ORM unless told otherwise.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"


def pytest_configure():
    settings.STATIC_ROOT.mkdir(parents=True)  # WhiteNoise warns of a missing one


def pytest_unconfigure():
    """The first process ends last, and takes all away."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        shutil.rmtree(settings.DATA_DIR)
    else:
        servers.end_common_cluster()
        shutil.rmtree(settings.RUN_DIR)


def pytest_collection_finish():
    """What is loaded by now stays, so that the garbage collector need not look at it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


@pytest.fixture(scope="session", autouse=True)
def _only_whole_pages_are_noted(django_test_environment):
    """Django's test client copies the context of each template, each field's too: a tenth of what most tests take."""
    noted, plain = Template._render, _TestState.saved_data.template_render

    def render(template, context):
        is_whole = context.template is template and not (template.name or "").startswith("django/forms/")
        return (noted if is_whole else plain)(template, context)

    Template._render = render
    yield
    Template._render = noted


@pytest.fixture(autouse=True)
def _sign_ins_outlast_a_moved_clock(request, monkeypatch):
    """But where they are what is tried."""
    if "tests/accounts/" not in request.node.nodeid:
        for name in ("LONGEST", "IDLE"):
            monkeypatch.setattr(f"sosafe_site.accounts.session_store.{name}", timedelta(days=36_500))


@pytest.fixture(autouse=True)
def _no_test_finds_copies_of_another():
    yield
    shutil.rmtree(settings.DATA_DIR / "pages", ignore_errors=True)


@pytest.fixture(autouse=True)
def _readyz_sees_what_the_test_has_written(monkeypatch):
    """A thread of its own would see nothing of the test's transaction. tests/test_ready.py tries it with its thread."""
    ready = import_module("pages.health.ready")  # models, which can be imported once Django is set up
    monkeypatch.setattr(ready.PROBE, "ask", ready.look)


@pytest.fixture
def log():
    """All that the site's own handler writes, as it writes it for a person."""
    with written("line") as lines:
        yield lines


@pytest.fixture
def log_for_programs():
    with written("json") as lines:
        yield lines


@contextmanager
def written(form):
    handlers = settings.LOGGING["handlers"]
    stderr = handlers["stderr"] | {"formatter": form, "stream": io.StringIO()}
    logging.config.dictConfig(settings.LOGGING | {"handlers": handlers | {"stderr": stderr}})
    yield stderr["stream"]
    logging.config.dictConfig(settings.LOGGING)


class Workers(LoadScopeScheduling):
    """Each gets a test whenever it is free. Only those of test_make.py stay together, and are begun first."""

    def _split_scope(self, nodeid):
        return "make" if nodeid.startswith("tests/test_make.py::") else nodeid


def pytest_xdist_make_scheduler(config, log):
    return Workers(config, log)


def pytest_terminal_summary(terminalreporter):
    """What the jobs cost an officer, as tests/browser/hand.py counts it."""
    reports = [*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")]
    told = [noted for report in reports for noted in report.user_properties]
    for kind, heading in (("job: ", "here, in Wagtail 8.0.1"), ("further job: ", "here")):
        jobs = [(name.removeprefix(kind), *numbers) for name, numbers in told if name.startswith(kind)]
        if not jobs:
            continue
        terminalreporter.section(f"clicks / fields / loads: {heading}")
        _, *columns = zip(*jobs, strict=True)
        sums = [[sum(numbers) for numbers in zip(*column, strict=True)] for column in columns]
        for name, *counts in [*jobs, ("in all", *sums)]:
            shown = (f"{' / '.join(map(str, each)):>14}" for each in counts)
            terminalreporter.write_line(f"{name:<82} {' '.join(shown)}")
