import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from tests.drill.run import run  # noqa: E402  # which imports models, so Django has to be set up

sys.exit(run(sys.argv[1:]))
