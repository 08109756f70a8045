"""The threat model names a test for each defence, and leaves no hostile one out."""

import re
from pathlib import Path

import pytest
from django.conf import settings

TEXT = (Path(settings.BASE_DIR) / "docs/threat-model.md").read_text()
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", TEXT)) - {("tests/test_threat_model.py", "")})
HOSTILE = (
    "tests/accounts/test_*.py",
    "tests/**/test_audit.py",
    "tests/**/test_hostile*.py",
    "tests/**/test_payloads.py",
)
ALSO = ("tests/test_headers.py", "tests/test_integrity.py", "tests/test_logs.py", "tests/test_sweep.py")


@pytest.mark.parametrize(("file", "test"), NAMED)
def test_each_test_that_it_names_is_there(file, test):
    assert re.search(rf"^def {test or 'test_'}", (Path(settings.BASE_DIR) / file).read_text(), re.MULTILINE)


def test_it_names_every_file_of_hostile_cases():
    there = {str(path.relative_to(settings.BASE_DIR)) for each in HOSTILE for path in settings.BASE_DIR.glob(each)}
    assert sorted(there.union(ALSO) - {file for file, _ in NAMED}) == []


def test_it_stays_one_page():
    assert len(TEXT.splitlines()) <= 100
