"""Every target of the Makefile, tried on a copy of what git knows, as on a machine that has never seen the site.

Each test is named for its target: test_make_<target>_... They share the copy and so the
packages, in one worker (tests/conftest.py).
"""

import os
import random
import re
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from contextlib import contextmanager, suppress
from importlib.metadata import version
from pathlib import Path

import pytest
from django.conf import settings

from sosafe_site.settings import env
from tests.test_running import PASSWORD, assert_is_locked, rows
from tests.test_store_processes import Officer
from tests.tools import PATIENCE, QUICK, ROOT, lack, need

# What a person's shell says of networks and folders, without what it says of this site, of pytest and of make.
ENVIRON = {
    name: value
    for name, value in os.environ.items()
    if name not in env.scheme and not re.match("DJANGO_|MAKE|MFLAGS|PYTEST_|PYTHON|VIRTUAL_ENV", name)
} | {"PYTHONPATH": str(QUICK)}


@pytest.fixture(scope="module")
def clone(tmp_path_factory):
    """The files that git has or would have, without packages, data and .env."""
    git = [need("git", "Install it, on Debian with: sudo apt-get install git"), "-c", f"safe.directory={ROOT}"]
    listed = subprocess.run(
        [*git, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    folder = tmp_path_factory.mktemp("make") / "clone"
    for name in listed.split("\0"):
        if (ROOT / name).is_file():  # neither the empty last name nor what was deleted and not yet committed
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    return folder


def make(clone: Path, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    result = subprocess.run(
        ["make", "--no-print-directory", *arguments],
        cwd=clone, env=ENVIRON | environ, capture_output=True, text=True, check=False, timeout=PATIENCE,
    )  # fmt: skip
    needs_network(result.stderr)
    return result


def needs_network(complaints: str) -> None:
    if "Is there a network connection?" in complaints:
        lack(f"This machine can't fetch packages, which the test needs. make said: {complaints}")


def free_port() -> int:
    """One that the system gives nobody by itself, so that it is still free when the packages are there."""
    while True:
        port = random.randrange(10_000, 32_000)  # noqa: S311  # no secret
        with socket.socket() as tried:
            if tried.connect_ex(("127.0.0.1", port)):
                return port


@contextmanager
def running(clone: Path, port: int):
    """`make run` from its first answer on; gives what it has printed. Ctrl-C ends it."""
    command = ["make", "--no-print-directory", "run", f"PORT={port}"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, cwd=clone, env=ENVIRON, start_new_session=True, **pipes) as process:
        try:
            printed = ""
            while "Ctrl-C stops the site." not in printed:
                line = process.stdout.readline()
                if not line:
                    complaints = process.stderr.read()
                    needs_network(complaints)
                    pytest.fail(f"make run ended: {printed}{complaints}")
                printed += line
            wait_for(f"http://127.0.0.1:{port}/", process)
            yield printed
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGINT)  # as the terminal does, to all that belongs to the command
            try:
                process.communicate(timeout=PATIENCE)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                raise


def wait_for(address: str, process: subprocess.Popen) -> None:
    ends = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < ends:
        try:
            return urllib.request.urlopen(address, timeout=PATIENCE).close()
        except urllib.error.HTTPError:
            raise
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"{address} does not answer.")


def test_every_target_is_tried_here():
    targets = re.search(r"^\.PHONY: (.+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)[1].split()
    tried = {match[1] for name in globals() if (match := re.match(r"test_make_([a-z]+)_", name))}
    assert tried == set(targets)


def test_make_help_lists_the_targets(clone):
    result = make(clone, "help")
    assert result.returncode == 0, result.stderr
    assert result.stdout == make(clone).stdout
    assert "make run" in result.stdout


@pytest.mark.parametrize(
    ("target", "packages"),
    [
        ("run", ""),
        ("run SERVER=granian", "-deploy"),
        ("officer", ""),
        ("bench", "-dev"),
        ("drill", "-dev"),
        ("test", "-dev"),
    ],
)
def test_each_target_fetches_its_packages_by_itself(clone, tmp_path, target, packages):
    locks = [f"requirements{which}.txt" for which in ("", "-deploy", "-dev")]
    for name in ("Makefile", *locks, "package-lock.json", ".env.example"):
        shutil.copy(clone / name, tmp_path)
    would_do = make(tmp_path, "--dry-run", *target.split()).stdout
    assert "-m venv .venv" in would_do
    assert f"--require-hashes --requirement requirements{packages}.txt" in would_do


def test_make_run_serves_a_new_site_says_how_to_sign_in_and_keeps_the_data_when_it_is_run_again(clone):
    port = free_port()
    address = f"http://localhost:{port}"
    with running(clone, port) as printed:
        assert f"{address}/admin/" in printed
        assert "name:     officer" in printed
        [match] = PASSWORD.finditer(printed)
        assert "Sign out" in Officer(port, match[1]).first_page
        changed = rows(clone / "var", "UPDATE pages_sitesettings SET name = 'As the officer wrote it' RETURNING name")
        assert changed == [("As the officer wrote it",)]
    with socket.socket() as gone:
        assert gone.connect_ex(("127.0.0.1", port)), "Ctrl-C has stopped the site"

    with running(clone, port) as printed:
        assert f"{address}/admin/" in printed
        assert not PASSWORD.search(printed)
        assert "Sign out" in Officer(port, match[1]).first_page
        assert rows(clone / "var", "SELECT name FROM pages_sitesettings") == changed


def test_make_officer_makes_an_account(clone):
    assert make(clone, ".env", ".venv/requirements.txt").returncode == 0
    python = clone / ".venv" / "bin" / "python"
    subprocess.run([python, "manage.py", "setup"], cwd=clone, env=ENVIRON, check=True, capture_output=True)
    result = make(clone, "officer", "NAME=anna", "ROLE=editor")
    assert PASSWORD.search(result.stdout), result.stderr
    roles = (
        "SELECT auth_group.name FROM auth_user JOIN auth_user_groups ON auth_user.id = user_id "
        "JOIN auth_group ON auth_group.id = group_id WHERE username = 'anna'"
    )
    assert rows(clone / "var", roles) == [("Editor",)]


def test_make_bench_measures_from_its_first_table_to_its_last(clone):
    """How fast is no matter here."""
    result = make(clone, "bench", "SIZE=small")
    assert result.returncode == 0, result.stderr
    names = {line.split("|")[1].strip() for line in result.stdout.splitlines() if line.startswith("| ")}
    worker = f"gunicorn {version('gunicorn')}, as it is run"
    assert {
        "bare Django view", "site, home page", "site, rendered anew", "gunicorn alone", "site, under granian",
        "site", worker, "bare Django's handler", "/", "/documents/",
    } <= names  # fmt: skip
    assert "bytes on the wire" in result.stdout


def test_make_drill_causes_a_bad_day_and_says_what_came_of_it(clone):
    """Its promises of time are none on a busy machine."""
    result = make(clone, "drill", "ONLY=day", "SIZE=small", PYTEST_RUN_DIR=str(settings.RUN_DIR))
    [line] = [line for line in result.stdout.splitlines() if line.startswith("| a bad day")]
    _, _, server, database, sent, failed, *_, saves, lost, _, _ = [cell.strip() for cell in line.split("|")]
    assert (server, database, failed, lost) == ("granian", "SQLite", "0", "0"), result.stdout + result.stderr
    assert int(sent) > 10
    assert int(saves) > 3


def test_make_test_runs_every_step_and_names_the_one_that_failed(clone):
    """With few tests of the copy's own, or this one would run itself."""
    few = {"PYTEST_ADDOPTS": "tests/test_periods.py"}
    good = make(clone, "test", **few)
    assert good.returncode == 0, good.stdout + good.stderr
    good_tests = re.search(r"(\d+) passed", good.stdout)
    assert good_tests

    odd = clone / "tests" / "odd.py"
    odd.write_text("odd  =  1\n")
    bad = make(clone, "test", "ONLY=tests/test_periods.py tests/test_architecture.py")
    odd.unlink()
    assert bad.returncode != 0
    assert "These steps failed: ruff\n" in bad.stdout
    both = re.search(r"(\d+) passed", bad.stdout)
    assert both, "the steps after it run all the same"
    assert int(both[1]) > int(good_tests[1]), "and of the tests those that ONLY names"


def test_make_lock_writes_lock_files_with_a_hash_for_every_package_and_no_address(tmp_path):
    """On a copy of its own: with the newest packages the other targets might do something else."""
    for name in ("Makefile", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    result = make(tmp_path, "lock")
    assert result.returncode == 0, result.stderr
    run, dev = ((tmp_path / name).read_text() for name in ("requirements.txt", "requirements-dev.txt"))
    for text in (run, dev):
        assert_is_locked(text)
    named = [set(re.findall(r"^[a-z0-9-]+==[^ ]+", text, re.MULTILINE)) for text in (run, dev)]
    assert named[0] < named[1], "what serves the site is also what is tested"
