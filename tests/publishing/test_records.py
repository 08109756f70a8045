from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from partners.models import Objective, Priority
from sosafe_site.publishing.models import Document
from sosafe_site.publishing.models.publishable import last_change
from tests.make import FAR_AHEAD, make_document, make_objective, make_plan, make_priority, make_strategy

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)


class Reader:
    def __init__(self, is_staff):
        self.is_staff = is_staff


@pytest.mark.parametrize(
    ("published_at", "state"),
    [(None, "Draft"), (NOON + timedelta(seconds=1), "Scheduled"), (NOON, "Published")],
)
def test_a_record_is_published_from_its_moment_on(db, published_at, state):
    document = make_document(published_at=published_at)
    with time_machine.travel(NOON, tick=False):
        assert document.state == state
        assert Document.objects.published().exists() is (state == "Published")
        assert Document.objects.visible_to(Reader(is_staff=False)).exists() is (state == "Published")
        assert Document.objects.visible_to(Reader(is_staff=True)).exists()


@pytest.mark.parametrize("published_at", [None, FAR_AHEAD])
def test_a_part_of_a_draft_is_a_draft(db, published_at):
    make_objective(strategy=make_strategy(published_at=published_at))
    plan = make_plan()
    parent = make_priority(plan=plan, published_at=published_at)
    make_priority(plan=plan, parent=parent)
    make_priority(plan=make_plan(published_at=published_at))
    assert not Objective.objects.published().exists()
    assert not Priority.objects.published().exists()


def test_a_part_of_something_public_is_public(db):
    parent = make_priority()
    part = make_priority(plan=parent.plan, parent=parent)
    assert set(Priority.objects.published()) == {parent, part}


def test_the_last_change_is_the_newest_known_day():
    older, newer, never = (Document(updated_on=day) for day in (date(2020, 1, 1), date(2021, 1, 1), None))
    assert last_change([older, newer, never]) == date(2021, 1, 1)
    assert last_change([never]) is None


@time_machine.travel(datetime(2026, 6, 30, 23, 30, tzinfo=UTC))
def test_a_change_late_in_a_summer_evening_counts_for_the_day_in_london():
    document = Document()
    document.touch()
    assert document.updated_on == date(2026, 7, 1)
