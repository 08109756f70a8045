"""The two commands and the settings, tried as a person would: in processes of their own, on data of their own."""

import json
import os
import re
import secrets
import shutil
import socket
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from io import StringIO
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from sosafe_site.settings import env
from tests.tools import PATIENCE, QUICK, ROOT, copy_of_the_code

PASSWORD = re.compile(r"password: (([a-z2-9]{4}-){4}[a-z2-9]{4})\n")


def manage(root: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Runs manage.py of the copy in `root`, with these settings whatever the environment and .env say."""
    environ = {
        "PATH": os.environ["PATH"],
        "DATABASE_URL": "",
        "DEBUG": "off",
        "SECRET_KEY": "only-for-tests-" * 5,
        "SITE_URL": "http://127.0.0.1:8000",
    }
    command = [sys.executable, str(root / "manage.py"), *arguments]
    return subprocess.run(
        command, env=environ | settings, capture_output=True, text=True, check=False, timeout=PATIENCE
    )


def make(root: Path, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    command = ["make", "--no-print-directory", "-C", str(root), *arguments]
    environ = {"PATH": os.environ["PATH"]} | environ
    return subprocess.run(command, env=environ, capture_output=True, text=True, check=False, timeout=PATIENCE)


def stops_with(result: subprocess.CompletedProcess[str], sentence: str) -> bool:
    return result.returncode != 0 and sentence in result.stderr and "Traceback" not in result.stderr


def contents(folder: Path) -> set[Path]:
    """But for what Python compiles beside its modules."""
    return {path.relative_to(folder) for path in folder.rglob("*") if "__pycache__" not in path.parts}


def rows(data_dir: Path, query: str) -> list[tuple]:
    with closing(sqlite3.connect(data_dir / "sosafe.sqlite3")) as database, database:
        return database.execute(query).fetchall()


def executable(path: Path, script: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def test_setup_makes_a_site_in_its_data_folder_and_a_second_one_keeps_it(tmp_path):
    clone = copy_of_the_code(tmp_path / "clone")
    data_dir = clone / "var"
    code = contents(clone)

    first = manage(clone, "setup", PYTHONPATH=str(QUICK))
    assert first.returncode == 0, first.stderr
    assert "http://127.0.0.1:8000/admin/" in first.stdout
    assert len(PASSWORD.findall(first.stdout)) == 1
    assert {path.parts[0] for path in contents(clone) - code} == {"var"}, "setup made something outside DATA_DIR"
    assert stat.S_IMODE(data_dir.stat().st_mode) == 0o700
    assert (data_dir / "static" / "staticfiles.json").is_file()

    rows(data_dir, "UPDATE pages_sitesettings SET name = 'As the officer wrote it'")
    rows(data_dir, "DELETE FROM pages_reportingroute")
    accounts = rows(data_dir, "SELECT username, password FROM auth_user")
    second = manage(clone, "setup")
    assert second.returncode == 0, second.stderr
    assert "make officer" in second.stdout
    assert not PASSWORD.search(second.stdout)
    assert rows(data_dir, "SELECT username, password FROM auth_user") == accounts
    assert rows(data_dir, "SELECT name FROM pages_sitesettings") == [("As the officer wrote it",)]
    assert rows(data_dir, "SELECT count(*) FROM pages_reportingroute") == [(0,)]

    # Two copies of the site with two data folders never meet.
    other = shutil.copytree(data_dir, tmp_path / "other")
    result = manage(clone, "make_officer", "anna", DATA_DIR=str(other))
    assert PASSWORD.search(result.stdout), result.stderr
    assert rows(other, "SELECT username FROM auth_user ORDER BY username") == [("anna",), ("officer",)]
    assert rows(data_dir, "SELECT username FROM auth_user") == [("officer",)]


def test_every_folder_that_the_site_writes_to_is_in_its_data_folder(settings):
    writes = [settings.MEDIA_ROOT, settings.STATIC_ROOT]
    assert all(path.is_relative_to(settings.DATA_DIR) for path in writes)
    assert not settings.DATA_DIR.is_relative_to(ROOT)


def test_setup_refuses_a_port_in_use(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = manage(ROOT, "setup", f"--port={port}", DATA_DIR=str(tmp_path / "data"))
    assert stops_with(result, f"Port {port} can't be used")
    assert f"make run PORT={port + 1}" in result.stderr
    assert not (tmp_path / "data").exists()


def test_setup_says_that_the_database_does_not_answer(tmp_path):
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))  # bound and not listening: nobody else gets it, and it refuses connections
        address = f"postgres://sosafe@127.0.0.1:{silent.getsockname()[1]}/sosafe"
        result = manage(ROOT, "setup", DATA_DIR=str(tmp_path), DATABASE_URL=address)
    assert stops_with(result, "The database can't be opened; check DATA_DIR and DATABASE_URL.")


def test_a_missing_database_is_an_error_and_not_an_empty_site(tmp_path):
    result = manage(ROOT, "make_officer", DATA_DIR=str(tmp_path))
    assert stops_with(result, "The database isn't ready")
    assert contents(tmp_path) == set()


@pytest.mark.django_db
def test_make_officer_makes_an_administrator_unless_another_role_is_named(client):
    password = printed_password("anna")
    assert client.login(username="anna", password=password)
    assert role_of("anna") == ["Administrator"]
    printed_password("bert", role="editor")
    assert role_of("bert") == ["Editor"]
    assert not User.objects.filter(is_superuser=True).exists()
    with pytest.raises(CommandError, match="invalid choice"):
        call_command("make_officer", "--role", "emperor", "--", "carl")
    assert not User.objects.filter(username="carl").exists()


@pytest.mark.django_db
def test_make_officer_gives_an_account_that_is_there_a_new_password_and_another_role_only_if_one_is_named(client):
    User.objects.create_user("anna", password="lost", is_staff=True, is_active=False)
    password = printed_password("anna")
    assert not client.login(username="anna", password="lost")
    assert client.login(username="anna", password=password)
    assert role_of("anna") == []
    assert printed_password("anna", role="publisher") != password
    printed_password("anna")
    assert role_of("anna") == ["Publisher"]


@pytest.mark.django_db
def test_make_officer_refuses_a_name_that_can_not_be_typed_at_the_sign_in():
    with pytest.raises(CommandError, match="There can't be an account of that name"):
        call_command("make_officer", "anna smith")
    assert not User.objects.exists()


def role_of(name: str) -> list[str]:
    officer = User.objects.get(username=name, is_staff=True)
    return list(officer.groups.values_list("name", flat=True))


def printed_password(name: str, role: str | None = None) -> str:
    output = StringIO()
    call_command("make_officer", *(["--role", role] if role else []), name, stdout=output)
    [match] = PASSWORD.finditer(output.getvalue())
    return match[1]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", ""),
        ("SECRET_KEY", "short"),
        ("SITE_URL", ""),
        ("SITE_URL", "www.example.org"),
        ("SITE_URL", "ftp://www.example.org"),
        ("SITE_URL", "https://[www.example.org"),
        ("SITE_URL", "https://www.example.org/sosafe"),
        ("DATABASE_URL", "nonsense"),
        ("DATABASE_URL", "mongodb://127.0.0.1/sosafe"),
        ("STORAGE_URL", "https://files.example.org/bucket"),
        ("STORAGE_URL", "s3://files.example.org/bucket"),
        ("DATA_DIR", ""),
        ("EMAIL_URL", "mail.example.org"),
        ("HSTS_PRELOAD", "on"),
    ],
)
def test_a_setting_that_is_missing_or_odd_stops_the_site_with_one_sentence(name, value, tmp_path):
    result = manage(ROOT, "check", **({"DATA_DIR": str(tmp_path)} | {name: value}))
    assert stops_with(result, f"SoSafe can't start: {name} ")
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("chosen", "silenced"),
    [
        ({}, 2),  # that other sites of the domain are left alone
        ({"HSTS_SUBDOMAINS": "on"}, 1),
        ({"HSTS_SUBDOMAINS": "on", "HSTS_PRELOAD": "on"}, 0),
    ],
)
def test_the_check_for_deployment_has_no_warning_under_production_settings(chosen, silenced, tmp_path):
    production = {
        "DATA_DIR": str(tmp_path),
        "SECRET_KEY": secrets.token_urlsafe(48),
        "SITE_URL": "https://www.example.org",
    }
    result = manage(ROOT, "check", "--deploy", "--fail-level", "WARNING", **production, **chosen)
    assert result.returncode == 0, result.stderr
    assert f"no issues ({silenced} silenced)" in result.stdout


def test_under_https_officers_cookies_have_names_that_no_other_host_of_the_domain_can_give(tmp_path):
    say = "from django.conf import settings; print(settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME)"
    result = manage(
        ROOT, "shell", "--no-imports", "-c", say, DATA_DIR=str(tmp_path), SITE_URL="https://www.example.org"
    )
    assert result.stdout.split() == ["__Host-sessionid", "__Host-csrftoken"], result.stderr


def test_the_example_and_the_operations_page_name_exactly_the_settings_there_are():
    example = (ROOT / ".env.example").read_text()
    assert re.findall(r"^([A-Z_]+)=", example, re.MULTILINE) == list(env.scheme)
    operations = (ROOT / "docs" / "operations.md").read_text()
    assert re.findall(r"^\| `([A-Z_]+)` \|", operations, re.MULTILINE) == list(env.scheme)


def test_make_env_fills_in_a_key_of_its_own_for_the_owner_alone(tmp_path):
    keys = set()
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        for file in ("Makefile", ".env.example"):
            shutil.copy(ROOT / file, tmp_path / name)
        result = make(tmp_path / name, ".env")
        assert result.returncode == 0, result.stderr
        made = tmp_path / name / ".env"
        assert stat.S_IMODE(made.stat().st_mode) == 0o600
        keys.add(re.search(r"^SECRET_KEY=(\S{50,})$", made.read_text(), re.MULTILINE)[1])
    assert len(keys) == 2


def test_make_alone_lists_every_target():
    targets = re.search(r"^\.PHONY: (.+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)[1].split()
    listed = re.findall(r"^make (\w+) +\w+", make(ROOT).stdout, re.MULTILINE)
    assert listed == targets


def test_make_says_that_python_is_too_old(tmp_path):
    shutil.copy(ROOT / "Makefile", tmp_path)
    executable(tmp_path / "bin" / "python3", '[ "$1" = --version ] && echo Python 3.9.2 || exit 1')
    result = make(tmp_path, ".venv/bin/python", PATH=f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    assert stops_with(result, "SoSafe needs Python 3.11 or newer under the name python3; here it is: Python 3.9.2.")
    assert not (tmp_path / ".venv").exists()


@pytest.mark.parametrize(
    ("in_file", "in_environment", "port", "served_as"),
    [
        ("http://localhost:8000", None, 8001, "http://localhost:8001"),
        ("http://localhost:8000", None, 8000, "not set"),
        ("https://www.example.org", None, 8001, "not set"),
        ('"https://www.example.org"', None, 8001, "not set"),
        ("http://localhost:8000", "https://www.example.org", 8001, "https://www.example.org"),
        ("https://www.example.org", "http://localhost:8000", 8001, "http://localhost:8001"),
    ],
)
def test_make_run_on_another_port_keeps_the_address_of_a_site_behind_https(
    in_file, in_environment, port, served_as, tmp_path
):
    """What the file .env says holds where the environment says nothing."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    (tmp_path / ".env").write_text(f"SITE_URL={in_file}\n")
    executable(tmp_path / ".venv" / "bin" / "python", 'echo "${SITE_URL-not set}"')
    (tmp_path / "requirements.txt").touch()
    (tmp_path / ".venv" / "requirements.txt").touch()
    environ = {"SITE_URL": in_environment} if in_environment else {}
    assert make(tmp_path, "run", f"PORT={port}", **environ).stdout.splitlines()[0] == served_as


def test_make_says_that_packages_can_not_be_fetched_and_tries_again_next_time(tmp_path):
    for file in ("Makefile", "requirements.txt"):
        shutil.copy(ROOT / file, tmp_path)
    executable(tmp_path / ".venv" / "bin" / "python", "exit 1")
    for _ in range(2):
        assert stops_with(make(tmp_path, ".venv/requirements.txt"), "The packages can't be fetched.")


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-deploy.txt", "requirements-dev.txt"])
def test_a_lock_file_has_a_hash_for_every_package_and_no_address(name):
    assert_is_locked((ROOT / name).read_text())


def assert_is_locked(text: str) -> None:
    assert not re.search(r"://|\bfile:|index|/", text)
    packages = text.replace("\\\n", " ").splitlines()
    assert len(packages) > 10
    for package in packages:
        assert re.fullmatch(r"[a-z0-9-]+==[\w.]+( ; [^#]+?)?( +--hash=sha256:[0-9a-f]{64})+", package), package


def test_the_lock_file_of_npm_has_a_hash_for_every_package_and_no_address():
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    assert len(packages) > 1
    for name, package in packages.items():
        assert "resolved" not in package, name
        assert not name or package["integrity"].startswith("sha512-"), name
