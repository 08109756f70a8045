"""Imports and foreign keys point down; the clock is read in two places; no checker is silenced without a reason."""

import ast
import re
from pathlib import Path

import pytest
from django.apps import apps

ROOT = Path(__file__).resolve().parent.parent
# From the ground up. A package may use those before it, never itself from below or one beside it.
FLOORS = [
    "sosafe_site.durable",
    "sosafe_site.partial_dates",
    "sosafe_site.periods",
    "sosafe_site.postgresql",
    "sosafe_site.publishing",
    "sosafe_site.page_store",
    "sosafe_site.accounts",
    "sosafe_site.backup",
    "partners",
    "meetings",
    "pages",
]
COMPOSITION = {"sosafe_site/wsgi.py"} | {
    f"sosafe_site/{name}.py"
    for name in ("__init__", "as_at", "logs", "middleware", "s3", "security", "serve", "settings", "storage", "urls")
}
FOLDERS = ("sosafe_site", "partners", "meetings", "pages")
SOURCES = [
    path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py")) if "migrations" not in path.parts
]


def floor(module):
    return next((level for level, name in enumerate(FLOORS) if module == name or module.startswith(f"{name}.")), None)


def imported(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def sources():
    return [pytest.param(path, id=str(path.relative_to(ROOT))) for path in SOURCES]


@pytest.mark.parametrize("path", sources())
def test_imports_point_down(path):
    module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    own = floor(module)
    if own is None:
        assert str(path.relative_to(ROOT)) in COMPOSITION
        return
    higher = [name for name in imported(ast.parse(path.read_text())) if (floor(name) or 0) > own]
    assert higher == []


@pytest.mark.parametrize("path", sources())
def test_no_import_hides_inside_a_function(path):
    functions = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef)]
    hidden = [
        node for function in functions for node in ast.walk(function) if isinstance(node, (ast.Import, ast.ImportFrom))
    ]
    assert hidden == []


def test_foreign_keys_point_down():
    own = {name.rpartition(".")[2]: level for level, name in enumerate(FLOORS)}
    ours = [model for model in apps.get_models() if model._meta.app_label in own]
    assert len(ours) > 10
    upward = [
        f"{model.__name__}.{field.name}"
        for model in ours
        for field in [*model._meta.fields, *model._meta.many_to_many]
        if field.related_model and own.get(field.related_model._meta.app_label, -1) > own[model._meta.app_label]
    ]
    assert upward == []


def test_the_clock_is_read_in_two_places():
    """periods.py for what is in force, publishing/clock.py for what is published."""
    allowed = {"sosafe_site/periods.py", "sosafe_site/publishing/clock.py"}
    readers = set()
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute) and node.attr in {"now", "localdate", "localtime", "today", "utcnow"}:
                readers.add(str(path.relative_to(ROOT)))
    assert readers == allowed


def test_whoever_silences_a_checker_says_why():
    bare = re.compile(r"# (?:noqa|type: ignore)(?:: \w+|\[[\w, -]+\])?\s*$", re.MULTILINE)
    found = [path for folder in (*FOLDERS, "tests") for path in (ROOT / folder).rglob("*.py")]
    assert len(found) > len(SOURCES)
    assert [str(path) for path in found if bare.search(path.read_text())] == []
