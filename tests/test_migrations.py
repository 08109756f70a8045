"""A database that an earlier release filled migrates and keeps its content, drafts, history, log and permissions."""

import gzip
import importlib
import json
import os
import sqlite3
import subprocess
import sys

from django.apps import apps
from django.db import connection

from pages.models import Page
from sosafe_site.publishing.models import Revision
from sosafe_site.publishing.revisions.snapshot import restored, snapshot
from tests import make
from tests.tools import ROOT

# Filled by make run and by hand when history was a Version, its maintainer an owner and its internal_notes notes:
# with drafts, scheduled, due, ready and failed, and an account of its own permissions.
STORED = ROOT / "tests" / "stored" / "version_and_owner.sql.gz"

LOOK = """
import json
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.test import Client
from django.test.utils import setup_test_environment

call_command("migrate", verbosity=0)
setup_test_environment()
from meetings.models import Meeting, PublicMeeting
from pages.models import AccessibilityStatement, Alert, Page, SiteSettings
from partners.models import ActionPlan, Priority, Strategy
from sosafe_site.publishing.models import ChangeNote, Readiness, Revision

reader, boss, editor = Client(), Client(), Client()
boss.force_login(User.objects.get(username="boss"))
editor.force_login(User.objects.get(username="editor"))
waiting = {str(each.target): [each.state, str(each.publish_at)] for each in Readiness.objects.all()}
long, strategy = Page.objects.get(slug="long"), Strategy.objects.get(slug="now")
draft = Revision.objects.open().of(long).get()
site, statement, alert = SiteSettings.objects.get(), AccessibilityStatement.objects.get(), Alert.objects.get()
found = {
    "only ones": [site.name, site.is_published, statement.standard, statement.is_published, alert.is_published],
    "site's history": boss.get("/admin/pages/sitesettings/1/history/").content.decode(),
    "site's versions": Revision.objects.kept().of(site).count(),
    "site's log": LogEntry.objects.filter(object_id=str(site.pk)).count(),
    "waiting": waiting,
    "maintainer": long.maintainer.title,
    "reviewed": str(AccessibilityStatement.objects.get().checked_on),
    "notes": [long.internal_notes, SiteSettings.objects.get().internal_notes],
    "draft": [draft.content["fields"]["internal_notes"], draft.change_note, "notes" in draft.content["fields"]],
    "changes": [change.sentence for change in draft.changes()],
    "page": reader.get("/strategy/now/").content.decode(),  # publishes what was due
    "due": [str(of.updated_on) for of in [Strategy.objects.get(slug="now")]]
    + [str(note.noted_at) for note in ChangeNote.objects.about([strategy])][:1],
    "form": boss.get(long.get_edit_url()).content.decode(),
    "history": boss.get(long.get_edit_url().replace("change", "history")).content.decode(),
    "deleted": boss.get("/admin/pages/page/deleted/").content.decode(),
    "log": LogEntry.objects.filter(content_type__app_label="pages", content_type__model="page").count(),
    "ready": editor.get(ActionPlan.objects.get(slug="now").get_edit_url()).content.decode(),
    "drafted": editor.get(Priority.objects.get(slug="streets").get_edit_url()).content.decode(),
    "permissions": sorted(User.objects.get(username="helper").get_all_permissions()),
    "editors": Group.objects.get(name="Editor").permissions.filter(codename="change_revision").exists(),
    "promised": [
        [str(each.held_on), [str(day) for day in each.former_days], str(each.last_promised_on)]
        for model in (Meeting, PublicMeeting)
        for each in model.objects.exclude(promised_days="")
    ],
    "home": [[each.shows, each.heading] for each in Page.objects.get(slug="home").sections.all()],
    "home_as_read": reader.get("/").content.decode(),
    "statuses": {path: reader.get(path).status_code for path in ("/", "/long/", "/new/", "/updates.atom")},
}
print("FOUND" + json.dumps(found))
"""


def test_a_database_of_the_release_before_keeps_all_that_officers_wrote(tmp_path):
    with sqlite3.connect(tmp_path / "sosafe.sqlite3") as database:
        database.executescript(gzip.decompress(STORED.read_bytes()).decode())
        database.execute("UPDATE pages_accessibilitystatement SET reviewed_on = '2026-11-25'")
    environ = os.environ | {"DATA_DIR": str(tmp_path), "SECRET_KEY": "only-for-tests-" * 5, "DATABASE_URL": ""}
    environ |= {"DJANGO_SETTINGS_MODULE": "sosafe_site.settings", "SITE_URL": "http://127.0.0.1:8000", "DEBUG": "on"}
    shell = [sys.executable, "manage.py", "shell", "--no-imports", "-c", LOOK]
    done = subprocess.run(shell, cwd=ROOT, env=environ, check=False, capture_output=True, text=True)
    assert "FOUND" in done.stdout, done.stderr
    found = json.loads(done.stdout.partition("FOUND")[2])
    plan = next(title for title in found["waiting"] if title.startswith("Action Plan"))
    assert found["waiting"].pop(plan) == ["Ready to publish", "None"]
    assert found["waiting"].pop("A new page") == ["Ready to publish", "None"]
    states = sorted(state for state, _ in found["waiting"].values())
    assert states == ["Could not be published", "Scheduled", "Scheduled"]
    assert sorted(at for _, at in found["waiting"].values())[:2] == [
        "2026-06-01 22:30:00+00:00",
        "2030-06-01 08:00:00+00:00",
    ]
    assert found["maintainer"].startswith("Post ")
    assert found["reviewed"] == "2026-11-25"
    assert found["notes"] == ["Seen by us, not for readers.", "Found on the former page."]
    wcag = "the Web Content Accessibility Guidelines (WCAG) version 2.2, level AA"
    assert found["only ones"] == ["SoSafe", True, wcag, True, True]
    assert "Officers’ notes changed." in found["site's history"]
    assert (found["site's versions"], found["site's log"]) == (2, 1)
    assert found["draft"] == ["Scheduled by us.", "The opening is new.", False]
    assert any("to Community Safety Manager" in sentence for sentence in found["changes"])
    assert "What it says now." in found["page"]
    assert found["due"] == ["2026-06-01", "2026-06-01 22:30:00+00:00"], "dated by when it was due"
    assert "It is set to be published on 1 June 2030 at 09:00." in found["form"]
    assert "Officers’ notes set to “Seen by us, not for readers”." in found["history"]
    assert "A page that goes" in found["deleted"]
    assert found["log"] >= 4
    assert "Ready words." in found["ready"]
    assert "Draft words." in found["drafted"]
    assert found["permissions"] == ["publishing.change_revision", "publishing.publish", "publishing.view_revision"]
    assert found["editors"]
    assert found["promised"] == [
        ["2027-03-27", ["2027-03-20"], "2027-03-20"],
        ["2026-12-19", ["2026-12-12"], "2026-12-12"],
    ]
    assert [shows for shows, _ in found["home"]] == [
        *("priorities", "objectives", "partners", "groups", "public-meetings", "updates")
    ], "what the home page showed by itself"
    assert all(f">{heading}</h2>" in found["home_as_read"] for _, heading in found["home"])
    assert found["statuses"] == {"/": 200, "/long/": 200, "/new/": 404, "/updates.atom": 200}


def test_an_earlier_version_of_home_that_is_brought_back_keeps_what_home_showed_by_itself(db):
    """It was kept when these were no sections, and one that an officer had added was shown nowhere."""
    home = make.make_page(slug="home")
    make.make_page(slug="get-involved", menu_label="Join in", lead="Tell us & them.")
    own = make.make_section(page=home, heading="Ours", anchor="updates", position=1)
    old = snapshot(home)
    place = {"model": "pages.page", "record": str(home.pk)}
    kept = Revision.objects.create(**place, content=old, base={}, state=Revision.State.KEPT)
    draft = Revision.objects.create(**place, content=old, base=old, state=Revision.State.DRAFT)
    importlib.import_module("pages.migrations.0007_home_has_sections").blocks_become_sections(
        apps, connection.schema_editor()
    )
    home = Page.objects.get(pk=home.pk)
    assert [section.anchor for section in home.sections.all()] == [
        *("priorities", "objectives", "who", "meetings", "involved", "our-updates", "updates")
    ]
    assert home.sections.get(shows="public-meetings").body.startswith("<p>Tell us &amp; them.</p><p><a href=")
    now = snapshot(home)
    kept.refresh_from_db()
    draft.refresh_from_db()
    assert restored(Page, kept.content, now) == now
    assert draft.content == draft.base == now, "the draft changes nothing that it did not change before"
    assert str(own.pk) in draft.content["parts"]["sections"]
