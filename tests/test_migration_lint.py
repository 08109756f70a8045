"""Migrations since the first release let the version before go on; and the lint that says so sees what would not."""

import pytest
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

from tests.migration_lint import FIRST_RELEASE, complaints, judged

REFUSED = [
    (migrations.DeleteModel("Plan"), "uses the table of Plan"),
    (migrations.RenameModel("Plan", "Scheme"), "uses the table under its name"),
    (migrations.AlterModelTable("Plan", "plans"), "uses the table under its name"),
    (migrations.RemoveField("Plan", "title"), "reads and writes Plan.title"),
    (migrations.RenameField("Plan", "title", "name"), "reads and writes Plan.title"),
    (
        migrations.AddField("Plan", "area", models.CharField(max_length=9, default="")),
        "leaves Plan.area out of new rows",
    ),
    (migrations.AddField("Plan", "key", models.CharField(db_default="", unique=True)), "all have the same Plan.key"),
    (migrations.AlterField("Plan", "title", models.IntegerField()), "what it will not hold"),
    (migrations.AlterField("Plan", "title", models.CharField(max_length=10)), "what it will not hold"),
    (migrations.AlterField("Plan", "count", models.SmallIntegerField(null=True)), "what it will not hold"),
    (
        migrations.AlterField("Plan", "share", models.DecimalField(max_digits=5, decimal_places=3)),
        "what it will not hold",
    ),
    (migrations.AlterField("Plan", "owner", models.ForeignKey("own.Plan", models.CASCADE)), "what it will not hold"),
    (
        migrations.AlterField("Plan", "title", models.CharField(max_length=50, db_column="name")),
        "the column of Plan.title",
    ),
    (migrations.AlterField("Plan", "count", models.IntegerField()), "Plan.count without a value"),
    (migrations.AlterField("Plan", "title", models.CharField(max_length=50, unique=True)), "the same Plan.title twice"),
    (migrations.AlterField("Plan", "state", models.CharField(max_length=9)), "leave Plan.state to the database"),
    (migrations.AlterUniqueTogether("Plan", {("title", "count")}), "no longer unique"),
    (
        migrations.AddConstraint("Plan", models.CheckConstraint(condition=models.Q(count__gt=0), name="plan_has_some")),
        "may save what breaks plan_has_some",
    ),
    (migrations.AlterOrderWithRespectTo("Plan", "owner"), "Nobody knows what AlterOrderWithRespectTo does"),
    (migrations.RunSQL("DROP TABLE own_plan"), "SQL that nobody can judge"),
    (migrations.RunPython(migrations.RunPython.noop), "can't be undone"),
    (migrations.SeparateDatabaseAndState([migrations.RemoveField("Plan", "title")]), "reads and writes Plan.title"),
]
ALLOWED = [
    migrations.CreateModel("Other", [("id", models.BigAutoField(primary_key=True)), ("title", models.TextField())]),
    migrations.AddField("Plan", "area", models.CharField(max_length=9, db_default="")),
    migrations.AddField("Plan", "area", models.CharField(max_length=9, null=True, unique=True)),
    migrations.AddField("Plan", "others", models.ManyToManyField("own.Plan")),
    migrations.AlterField("Plan", "title", models.CharField("heading", max_length=50, choices=[("a", "A")])),
    migrations.AlterField("Plan", "title", models.CharField(max_length=200)),
    migrations.AlterField("Plan", "title", models.TextField()),
    migrations.AlterField("Plan", "title", models.CharField(max_length=50, null=True)),
    migrations.AlterField("Plan", "count", models.BigIntegerField(null=True)),
    migrations.AlterField("Plan", "owner", models.ForeignKey("own.Owner", models.PROTECT, verbose_name="post")),
    migrations.AlterModelOptions("Plan", {"ordering": ["title"]}),
    migrations.AddIndex("Plan", models.Index(fields=["title"], name="plan_title")),
    migrations.RunPython(migrations.RunPython.noop, migrations.RunPython.noop),
    migrations.SeparateDatabaseAndState(state_operations=[migrations.RemoveField("Plan", "title")]),
]


def complaints_about(*given, **attributes):
    """Of a migration that does this with tables that are in use."""
    state = ProjectState()
    number = models.BigAutoField(primary_key=True)
    fields = [
        ("id", number),
        ("title", models.CharField(max_length=50)),
        ("state", models.CharField(max_length=9, db_default="new")),
        ("count", models.IntegerField(null=True)),
        ("share", models.DecimalField(max_digits=5, decimal_places=2)),
        ("owner", models.ForeignKey("own.Owner", models.CASCADE)),
    ]
    for there in (migrations.CreateModel("Owner", [("id", number)]), migrations.CreateModel("Plan", fields)):
        there.state_forwards("own", state)
    migration = type("Migration", (migrations.Migration,), {"operations": list(given), **attributes})
    return judged(migration("0002_next", "own"), state)


def test_no_migration_since_the_first_release_breaks_the_version_that_still_runs():
    assert complaints(MigrationLoader(None), FIRST_RELEASE) == []


def test_what_was_done_before_the_first_release_would_have_been_refused():
    """So the lint reads this site's own migrations, and all that come after the given ones."""
    found = complaints(MigrationLoader(None), FIRST_RELEASE | {"pages": "0017_roles_of_answers"})
    first = "pages.0018_a_review_of_the_statement_is_a_check: "
    assert found[0].startswith(f"{first}The running version reads and writes AccessibilityStatement.reviewed_on. First")
    assert all(each.startswith("pages.00") for each in found)


@pytest.mark.parametrize(("operation", "words"), REFUSED)
def test_what_breaks_a_running_version_is_refused_with_what_to_do_instead(operation, words):
    complaint, way_out = complaints_about(operation)
    assert complaint.startswith("own.0002_next: ")
    assert words in complaint
    assert "breaks_nothing_because" in way_out


@pytest.mark.parametrize("operation", ALLOWED)
def test_what_a_running_version_does_not_notice_is_allowed(operation):
    assert complaints_about(operation) == []


def test_what_a_migration_makes_itself_it_may_do_anything_with():
    made = migrations.CreateModel("Other", [("id", models.BigAutoField(primary_key=True)), ("a", models.TextField())])
    rule = models.UniqueConstraint(fields=["a"], name="once")
    assert complaints_about(made, migrations.AddConstraint("Other", rule), migrations.RemoveField("Other", "a")) == []


def test_what_no_version_uses_any_more_may_go_with_a_reason_and_only_that_needs_one():
    reason = {"breaks_nothing_because": "0.2 was the last version that used the title."}
    assert complaints_about(migrations.RemoveField("Plan", "title"), **reason) == []
    [complaint] = complaints_about(migrations.AlterModelOptions("Plan", {}), **reason)
    assert "has no need to" in complaint
