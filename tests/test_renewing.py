"""What is asked of the store by those who keep the copies whole: renewed one by one, listed, taken away."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from partners.models import Strategy
from sosafe_site.page_store import copies, store
from sosafe_site.publishing.models import Address
from tests import make
from tests.store import Site, in_the_tests_transaction
from tests.test_store import stored

NOON = datetime(2026, 6, 1, 11, tzinfo=UTC)


@pytest.fixture
def site(db):
    with time_machine.travel(NOON, tick=False):
        make.make_site()
        make.make_page(slug="contact", title="Contact")
        make.make_page(slug="gone", title="Gone", withdrawn_at=make.LONG_AGO, withdrawal_reason="It was wrong.")
        make.make_version(document=make.make_document(slug="paper"))
        make.make_strategy(slug="now", title="The strategy")
        yield Site()


def renew(site, path):
    with in_the_tests_transaction():
        return site.store.renew(path)


@pytest.mark.parametrize(
    ("path", "status", "kind"),
    [
        ("/strategy/now/", "200 OK", "page"),
        ("/contact/", "200 OK", "standby"),
        ("/gone/", "410 Gone", "standby"),
        ("/strategy", "301 Moved Permanently", "standby"),
        ("/documents/paper/file/", "200 OK", "file"),
    ],
)
def test_whatever_the_site_answers_for_ever_has_a_copy(site, path, status, kind):
    assert renew(site, path)
    [copy] = [copy for copy in site.store.copies() if copy.path == path]
    assert (copy.status, copy.kind, copy.made) == (status, kind, NOON.timestamp())
    fresh = site.fresh(path)
    kept = site.store.kept
    body = (kept.files / copy.file).read_bytes() if copy.file else kept.body(copy, "identity")
    assert body == fresh.content
    assert dict(copy.headers).get("Location") == fresh.headers.get("Location")
    asked = len(site.django.asked)
    assert renew(site, path)
    assert len(site.django.asked) == asked, "it is of this edition"
    Strategy.objects.update(title="Another")
    assert renew(site, path)
    assert len(site.django.asked) == asked + 1


@pytest.mark.parametrize("path", ["/nothing-here/", "/strategy/none/", "/strategy/\0", "/../x"])
def test_what_is_not_there_has_none(site, path):
    files = stored()
    assert not renew(site, path)
    assert stored() == files


def test_what_is_not_there_any_more_has_none_either(site):
    assert renew(site, "/strategy/now/")
    Strategy.objects.all()._raw_delete("default")

    Address.objects.all()._raw_delete("default")
    assert not renew(site, "/strategy/now/")
    assert "/strategy/now/" not in {copy.path for copy in site.store.copies()}


def test_what_is_forgotten_is_gone_with_its_file(site):
    for path in ("/strategy/now/", "/documents/paper/file/"):
        assert renew(site, path)
    [copy] = [copy for copy in site.store.copies() if copy.file]
    assert (site.store.kept.files / copy.file).exists()
    site.store.forget(["/strategy/now/", "/documents/paper/file/", "/never/"])
    assert not list(site.store.copies())
    assert not (site.store.kept.files / copy.file).exists()


def test_checkouts_that_share_a_folder_spare_each_others_copies_until_one_is_unused_for_thirty_days(site, monkeypatch):
    assert renew(site, "/strategy/now/")
    theirs, turns = site.store.kept.folder, site.store.folder / copies.TURNS
    monkeypatch.setattr(store, "code", lambda: "another")
    with time_machine.travel(NOON + timedelta(days=29), tick=False):
        other = Site()
        assert other.get("/strategy/now/").status_code == 200
        assert other.django.asked == ["/strategy/now/"], "it shows its own"
        assert [copy.path for copy in site.store.copies()] == ["/strategy/now/"]
    with time_machine.travel(NOON + timedelta(days=31), tick=False):
        assert Site().get("/strategy/now/").status_code == 200
        assert not theirs.exists()
        assert turns.exists()
        assert [copy.path for copy in other.store.copies()] == ["/strategy/now/"]
