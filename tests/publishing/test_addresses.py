"""Every address ever given out answers for ever: with its page, with where that is now, or with why it is gone."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.management import call_command

from pages.models import Page
from partners.models import Strategy
from sosafe_site.publishing.models.address import Address
from tests import make
from tests.pages.test_seed_document import words
from tests.tools import content_of

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


def withdraw(record, **fields):
    record.withdrawn_at = make.LONG_AGO
    record.withdrawal_reason = "It gave a wrong number."
    for name, value in fields.items():
        setattr(record, name, value)
    record.full_clean()
    record.save()


def rename(record, slug):
    record.slug = slug
    record.full_clean()
    record.save()


def location(client, path, **query):
    response = client.get(path, query)
    return response.status_code, response.headers.get("Location")


def test_an_address_is_noted_when_its_record_is_published(db):
    strategy = make.make_strategy(slug="now", published_at=None)
    make.make_objective(strategy=strategy, slug="first")
    assert not Address.objects.exists(), "a part of a draft has given out no address"
    strategy.published_at = make.LONG_AGO
    strategy.save()
    assert set(Address.objects.issued().values_list("path", flat=True)) == {
        "/strategy/now/",
        "/strategy/now/updates.atom",
        "/strategy/now/first/",
    }


def test_a_renamed_record_is_found_at_every_address_it_had(client, db):
    strategy = make.make_strategy(slug="one")
    make.make_objective(strategy=strategy, slug="part")
    rename(strategy, "two")
    rename(strategy, "three")
    assert location(client, "/strategy/one/") == (301, "/strategy/three/")
    assert location(client, "/strategy/two/", on="2019-05-01") == (301, "/strategy/three/?on=2019-05-01")
    assert location(client, "/strategy/one/part/") == (301, "/strategy/three/part/")
    assert client.get("/strategy/three/part/").status_code == 200


@pytest.mark.parametrize("body", ["", "<p>More.</p>"], ids=["titles only", "in detail"])
def test_a_parents_page_keeps_the_former_anchors_of_its_parts(client, db, body):
    objective = make.make_objective(strategy=make.make_strategy(slug="s"), slug="one", body=body)
    priority = make.make_priority(plan=make.make_plan(slug="p"), slug="one", body=body)
    for record, whole, page in (
        (objective, objective.strategy, "/strategy/t/"),
        (priority, priority.plan, "/action-plan/t/"),
    ):
        rename(whole, "t")
        record.refresh_from_db()
        rename(record, "two")
        html = client.get(page).content.decode()
        assert html.count('id="one"') == 1, "once, though it was at two addresses"
        assert html.count('id="two"') == 1


def test_a_citation_gives_the_permanent_and_the_current_address_and_the_day(client, db):
    make.make_site()
    make.make_objective(strategy=make.make_strategy(slug="s", title="Strategy"), slug="o", title="Feel safe")
    with time_machine.travel(NOW, tick=False):
        page = words(client.get("/strategy/s/o/"))
    assert (
        "http://127.0.0.1:8000/strategy/s/o/ This link always leads to what is in force. http://127.0.0.1:8000/strategy/"
        in page
    )
    citation = "Stevenage Community Safety Partnership, Strategy 2018 to 2021 (ended): Feel safe. Seen on 1 June 2026."
    assert f"{citation} http://127.0.0.1:8000/strategy/s/o/" in page


def test_a_record_that_takes_its_old_address_back_makes_no_loop(client, db):
    strategy = make.make_strategy(slug="one")
    rename(strategy, "two")
    rename(strategy, "one")
    assert client.get("/strategy/one/").status_code == 200
    assert location(client, "/strategy/two/") == (301, "/strategy/one/")


def test_an_old_address_without_its_slash_is_found_too(client, db):
    rename(make.make_group(slug="one"), "two")
    call_command("load_seed", verbosity=0)
    assert location(client, "/about-stevenage/so-safe/53824") == (301, "/")


def test_what_was_withdrawn_says_why_and_what_to_read_instead(client, db):
    instead = make.make_strategy(slug="instead", title="The right one")
    strategy = make.make_strategy(slug="wrong", title="Xanadu")
    make.make_objective(strategy=strategy, slug="part", title="Xanadu too")
    withdraw(strategy, replaced_by=Address.objects.of(instead).get(suffix=""))
    for path in ("/strategy/wrong/", "/strategy/wrong/part/"):
        response = client.get(path)
        assert response.status_code == 410
        assert "It gave a wrong number." in words(response)
        assert "Read this instead The right one 2018 to 2021" in words(response)
        assert "Xanadu" not in words(response)


def test_a_successor_that_is_not_public_is_not_named(client, db):
    instead = make.make_strategy(slug="instead", title="Xanadu")
    strategy = make.make_strategy(slug="wrong")
    withdraw(strategy, replaced_by=Address.objects.of(instead).get(suffix=""))
    withdraw(instead)
    assert "Xanadu" not in words(client.get("/strategy/wrong/"))


def test_a_withdrawal_that_is_lifted_brings_the_page_back(client, db):
    strategy = make.make_strategy(slug="s")
    withdraw(strategy)
    strategy.withdrawn_at = None
    strategy.save()
    assert client.get("/strategy/s/").status_code == 200


def test_withdrawing_at_a_moment_to_come_happens_by_itself(client, db):
    strategy = make.make_strategy(slug="s")
    withdraw(strategy, withdrawn_at=NOW)
    with time_machine.travel(NOW - timedelta(seconds=1), tick=False):
        assert client.get("/strategy/s/").status_code == 200
    with time_machine.travel(NOW, tick=False):
        assert client.get("/strategy/s/").status_code == 410


@time_machine.travel(NOW, tick=False)
def test_a_scheduled_record_has_given_out_nothing_yet(client, db):
    strategy = make.make_strategy(slug="soon", published_at=NOW + timedelta(days=1))
    assert client.get("/strategy/soon/").status_code == 404
    rename(strategy, "later")
    strategy.published_at = None
    strategy.full_clean()
    strategy.save()
    assert not Address.objects.exists(), "it can still become a draft, and its addresses are free"


def test_a_taken_address_is_refused_to_others_with_an_explanation(db):
    rename(make.make_strategy(slug="one"), "two")
    with pytest.raises(ValidationError, match="links to it must keep working"):
        make.make_strategy(slug="one")


def test_what_was_public_can_not_become_a_draft_again(db):
    strategy = make.make_strategy()
    strategy.published_at = None
    with pytest.raises(ValidationError, match="withdraw it with a reason"):
        strategy.full_clean()


def test_what_was_public_can_not_be_deleted(db):
    strategy = make.make_strategy()
    with pytest.raises(ValidationError, match="it can't be deleted"):
        strategy.delete()
    with pytest.raises(ValidationError, match="it can't be deleted"):
        Strategy.objects.all().delete()
    make.make_strategy(published_at=None).delete()
    assert list(Strategy.objects.all()) == [strategy]


def test_what_is_erased_leaves_its_addresses_and_the_reason(client, db):
    strategy = make.make_strategy(slug="s")
    make.make_objective(strategy=strategy, slug="part")
    strategy.erase("A court ordered this page to be removed.")
    assert not Strategy.objects.exists()
    for path in ("/strategy/s/", "/strategy/s/part/"):
        response = client.get(path)
        assert response.status_code == 410
        assert "A court ordered this page to be removed." in words(response)
    with pytest.raises(ValidationError, match="links to it must keep working"):
        make.make_strategy(slug="s")


def test_every_version_of_a_document_keeps_its_addresses(client, db):
    document = make.make_document(slug="plan")
    make.make_version(document=document, pages=1)
    make.make_version(document=document, pages=2)
    rename(document, "the-plan")
    assert location(client, "/documents/plan/file/") == (301, "/documents/the-plan/file/")
    assert location(client, "/documents/plan/v/1/") == (301, "/documents/the-plan/v/1/")
    assert location(client, "/documents/plan/v/1/file/") == (301, "/documents/the-plan/v/1/file/")
    assert "There is a newer version. Go to version 2." in words(client.get("/documents/the-plan/v/1/"))
    assert "newer version" not in words(client.get("/documents/the-plan/v/2/"))
    assert content_of(client.get("/documents/the-plan/v/1/file/")).startswith(b"%PDF")
    withdraw(document)
    assert client.get("/documents/the-plan/v/1/file/").status_code == 410
    assert client.get("/documents/plan/file/").status_code == 410


def test_a_missing_part_of_something_public_is_simply_not_found(client, db):
    make.make_document(slug="plan")
    assert client.get("/documents/plan/file/").status_code == 404
    assert client.get("/documents/plan/v/1/").status_code == 404


def test_addresses_of_the_former_site_lead_on_and_follow_their_record(client, db):
    call_command("load_seed", verbosity=0)
    assert location(client, "/about-stevenage/so-safe/53824/") == (301, "/")
    assert location(client, "/about-stevenage/so-safe/187555/", on="2019-05-01") == (301, "/get-help/?on=2019-05-01")
    page = make.make_page(slug="somewhere")
    Address.objects.lead("/old/page.aspx", page)
    rename(page, "elsewhere")
    assert location(client, "/old/page.aspx") == (301, "/elsewhere/")


def test_staff_still_see_what_was_withdrawn(admin_client, db):
    withdraw(make.make_strategy(slug="s"))
    assert "Withdrawn. Only signed-in officers can see this page." in words(admin_client.get("/strategy/s/"))


def test_a_page_that_the_site_depends_on_is_never_withdrawn(db):
    page = make.make_page(slug="privacy")
    with pytest.raises(ValidationError, match="The site depends on this page"):
        withdraw(page)
    assert Page.objects.published().exists()


def test_what_the_public_has_had_can_not_be_hidden_below_a_draft(db):
    priority = make.make_priority()
    for name, hidden in (
        ("parent", make.make_priority(plan=priority.plan, published_at=None)),
        ("plan", make.make_plan(published_at=make.FAR_AHEAD)),
    ):
        priority.refresh_from_db()
        setattr(priority, name, hidden)
        with pytest.raises(ValidationError, match="which is not public yet"):
            priority.full_clean()


@pytest.mark.parametrize("path", ["old/x", "https://www.example.org/x", "//host/x", "/old/?id=5", "/old/#x", "/a b/"])
def test_an_address_of_a_former_site_that_can_never_be_asked_for_is_refused(admin_client, db, path):
    to = Address.objects.of(make.make_strategy()).get(suffix="")
    refused = admin_client.post("/admin/publishing/address/add/", {"path": path, "leads_to": to.pk})
    assert "Give only the path" in refused.content.decode()


def test_a_former_address_leads_only_to_what_has_been_given_out(admin_client, db):
    soon = make.make_strategy(published_at=make.FAR_AHEAD)
    to = Address.objects.of(soon).get(suffix="")
    refused = admin_client.post("/admin/publishing/address/add/", {"path": "/old/", "leads_to": to.pk})
    assert refused.status_code == 200
    assert not Address.objects.filter(path="/old/").exists()


def test_an_address_with_a_nul_is_not_there(client, db):
    assert client.get("/strategy/%00/").status_code == 404


@pytest.mark.parametrize(
    ("path", "leads_to"),
    [
        ("/Who-Belongs/", "/who-belongs/"),
        ("/STRATEGY/Now/", "/strategy/now/"),
        ("/Strategy/Once/", "/strategy/now/"),
        ("/Meetings/Public/", "/meetings/public/"),
        ("/Updates.atom", "/updates.atom"),
    ],
)
def test_capital_letters_lead_to_the_address_and_keep_what_was_asked(client, db, path, leads_to):
    make.make_page(slug="who-belongs")
    make.make_page(slug="updates")
    strategy = make.make_strategy(slug="once")
    rename(strategy, "now")
    assert location(client, path, on="2019-05-01") == (301, f"{leads_to}?on=2019-05-01")


@pytest.mark.parametrize("path", ["/Admin/", "/Static/site.css", "/Preview/abc/", "/Nothing/", "/Strategy/Nothing/"])
def test_capital_letters_lead_to_nothing_that_is_no_address(client, db, path):
    assert client.get(path).status_code == 404
