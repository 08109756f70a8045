import os
import shutil

from django.conf import settings

# Playwright runs an event loop in the thread of the test, in which Django refuses its ORM unless told otherwise.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"


def pytest_configure():
    settings.STATIC_ROOT.mkdir(parents=True)  # WhiteNoise warns of a missing one


def pytest_unconfigure():
    shutil.rmtree(settings.DATA_DIR)
