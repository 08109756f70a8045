"""What can differ from SQLite is tried on PostgreSQL as well: the same tests, in a process of their own."""

import os
import secrets
import subprocess
import sys

import pytest

from tests import prepared, servers
from tests.tools import ROOT

OF_THIS_RUN = ("PYTEST_", "DATA_DIR")
FILES = ["tests/test_constraints.py", "tests/test_store.py", "tests/admin/test_drafts.py"]


@pytest.mark.parametrize("file", FILES)
def test_the_same_holds_on_postgresql(file):
    server, name = servers.common_cluster(), secrets.token_hex(8)
    prepared.site("migrated", server)
    server.create(f"test_{name}", like="migrated")  # the name that Django's tests give it
    environ = {key: value for key, value in os.environ.items() if not key.startswith(OF_THIS_RUN)}
    command = [sys.executable, "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider", "--reuse-db", file]
    done = subprocess.run(
        command, cwd=ROOT, env=environ | {"DATABASE_URL": server.address(name)}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr
