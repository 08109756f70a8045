"""Whatever officers do with dates, addresses, order and states: every address ever given out answers for ever."""

from datetime import UTC, date, datetime, timedelta

import time_machine
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as some
from hypothesis.extra.django import TestCase

from meetings.models import Group, PublicMeeting
from pages.models import Page
from partners.models import ActionPlan, Objective, Partner, Priority, Strategy
from sosafe_site.periods import Span
from sosafe_site.publishing.clock import moment
from sosafe_site.publishing.models import Address, Document
from tests import make
from tests.store import Site
from tests.tools import content_of

KINDS = [Strategy, Objective, ActionPlan, Priority, Partner, Group, PublicMeeting, Document, Page]
BEGIN = datetime(2026, 3, 1, 9, tzinfo=UTC)
REASON = "It named a person."
DAYS = [None, date(2015, 4, 1), date(2019, 3, 31), date(2026, 3, 2), date(2030, 1, 1)]
SLUGS = ["one", "two", "three", "four"]  # few, so that records want each other's


def populate():
    """Records of every kind in the order in which they were made, so that a step means the same in every run."""
    document = make.make_document(slug="one")
    make.make_version(document=document)
    records = [document, make.make_partner(slug="one"), make.make_partner(slug="two", published_at=None)]
    for slug in ("one", "two"):
        strategy = make.make_strategy(slug=slug)
        plan = make.make_plan(slug=slug, strategy=strategy)
        priority = make.make_priority(plan=plan, slug="one")
        below = make.make_priority(plan=plan, slug="two", parent=priority)
        records += [strategy, plan, make.make_objective(strategy=strategy, slug="one"), priority, below]
    soon = BEGIN + timedelta(days=3)
    return [
        *records,
        make.make_group(slug="one"),
        make.make_public_meeting(slug="one"),
        make.make_page(slug="a"),
        make.make_page(slug="b", published_at=soon),
    ]


# What an officer can do to a record; the number says which of the choices.
def address(record, number):
    record.slug = SLUGS[number % len(SLUGS)]


def dates(record, number):
    if isinstance(record, Span):
        record.starts_on = DAYS[number % len(DAYS)]
        record.ends_on = DAYS[number // len(DAYS) % len(DAYS)]


def order(record, number):
    record.position = number


def publication(record, number):
    record.published_at = [None, moment(), moment() + timedelta(days=2)][number % 3]


def withdrawal(record, number):
    record.withdrawn_at = [None, moment(), moment() + timedelta(days=2)][number % 3]
    record.withdrawal_reason = REASON
    record.replaced_by = Address.objects.all()[number % 5]


def owner(record, number):
    for name in record.part_of:
        field = record._meta.get_field(name)
        if not field.null:
            setattr(record, name, field.related_model.objects.order_by("slug")[number % 2])


def deletion(record, number):
    record.delete()


def erasure(record, number):
    record.erase(REASON)


CHANGES = [address, dates, order, publication, withdrawal, owner]
ENDS = [deletion, erasure]
STEP = some.tuples(
    some.integers(0, 100),
    some.sampled_from(CHANGES * 2 + ENDS),
    some.integers(0, 100),
    some.sampled_from([timedelta(hours=1), timedelta(days=1), timedelta(days=4)]),
)


def given_out():
    """What the public can open now: path to kind, key and what it adds to the record's own address."""
    return {
        record.get_absolute_url() + suffix: (kind, record.pk, suffix)
        for kind in KINDS
        for record in kind.objects.published()
        for suffix in record.suffixes()
    }


def get(client, path):
    response = client.get(path)
    if response.streaming:
        content_of(response)  # to its end, which closes the file
    return response


def check(client, path, kind, pk, suffix, opened):
    record = kind.objects.published().filter(pk=pk).first()
    present = record and record.get_absolute_url() + suffix
    for query in ("", "?on=2019-05-01"):
        response = get(client, path + query)
        if record is None:
            assert response.status_code == 410, path
            assert REASON in response.content.decode(), f"{path} says why"
        elif present == path:
            assert response.status_code == 200, path
        else:
            assert (response.status_code, response["Location"]) == (301, present + query), path
            opened[present] = opened.get(present) or get(client, present).status_code
            assert opened[present] == 200, f"{path} leads on in one step"


def check_store(site, path):
    """What is answered from the store is what Django says."""
    answer, fresh = site.get(path), site.fresh(path)
    assert (answer.status_code, answer.headers.get("Location")) == (fresh.status_code, fresh.headers.get("Location"))
    assert answer.content == fresh.content, path


class Promises(TestCase):
    @settings(max_examples=20, deadline=None, derandomize=True, database=None)
    @given(steps=some.lists(STEP, min_size=1, max_size=12))
    def test_every_address_ever_given_out_answers_rightly(self, steps):
        with time_machine.travel(BEGIN) as clock:
            records, site = populate(), Site()
            promised = given_out()
            for which, change, number, pause in steps:
                path = list(promised)[which % len(promised)]
                site.get(path)  # and so may have stored it
                kept = [record for record in records if type(record).objects.filter(pk=record.pk).exists()]
                record = kept[which % len(kept)]
                record.refresh_from_db()
                try:
                    with transaction.atomic():
                        change(record, number)
                        if change not in ENDS:
                            record.full_clean()
                            record.save()
                except (ValidationError, ProtectedError, IndexError):  # refused: nothing has changed
                    pass
                clock.shift(pause)
                check_store(site, path)
                promised = {**given_out(), **promised}
            client, opened = Client(), {}
            for path, (kind, pk, suffix) in promised.items():
                check(client, path, kind, pk, suffix, opened)
