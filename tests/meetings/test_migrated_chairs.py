"""That a group has a chair was a text of the group before; stored rows, drafts and history tell it as a row now."""

from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection

from sosafe_site.publishing.revisions.snapshot import snapshot
from tests import make


class Groups:
    """The table as it was, as far as the step asks it."""

    def __init__(self, *groups):
        self.groups = groups

    @property
    def objects(self):
        return self

    def using(self, alias):
        return self

    def exclude(self, chair):
        return [group for group in self.groups if group.chair != chair]


@pytest.mark.parametrize(("post", "drafted"), [("Old post", "New post"), ("", "New post"), ("Old post", "")])
def test_a_draft_of_before_still_changes_what_it_changed(db, post, drafted):
    group = make.make_group()
    group.chair = post
    base = snapshot(group)
    del base["parts"]["chairs"]
    content = {"fields": {**base["fields"], "chair": drafted}, "parts": base["parts"]}
    base = {"fields": {**base["fields"], "chair": post}, "parts": base["parts"]}
    draft = make.make_draft(model="meetings.group", record=str(group.pk), content=content, base=base)
    step = import_module("meetings.migrations.0010_chairs").name_chairs
    now = SimpleNamespace(get_model=lambda app, name: Groups(group) if name == "Group" else apps.get_model(app, name))
    step(now, SimpleNamespace(connection=connection))
    draft.refresh_from_db()
    assert [chair.post for chair in group.chairs.all()] == ([post] if post else [])
    assert draft.base == snapshot(group), "so the draft fits"
    words = " ".join(change.sentence for change in draft.changes())
    what = {
        ("Old post", "New post"): "Chair “New post”: post changed from “Old post” to “New post”.",
        ("", "New post"): "Chair “New post” added.",
        ("Old post", ""): "Chair “Old post” removed.",
    }
    assert words == what[post, drafted]
