"""Texts keep the record that a link leads to; readers and officers meet its address as it is now."""

import pytest
from django.apps import apps
from django.core.management import call_command
from django.urls import reverse

from partners.models import Objective
from sosafe_site.publishing.text.field import RichTextField, RichTextFormField
from sosafe_site.publishing.text.record_links import to_choose_from, with_addresses
from sosafe_site.publishing.text.sanitise import clean_html
from tests import make
from tests.content import fill
from tests.publishing.test_addresses import rename, withdraw

HERE = "http://127.0.0.1:8000"


def text(*links):
    return "".join(f'<p><a href="{link}">words</a></p>' for link in links)


@pytest.fixture
def page(db):
    return make.make_page(slug="linking")


def kept(page, *links):
    section = make.make_section(page=page, body=text(*links))
    section.refresh_from_db()
    return section.body


def read(client, page):
    return client.get(page.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("typed", "end"),
    [
        ("/strategy/s/", "/"),
        ("/strategy/s", "/"),
        ("/strategy/former/", "/"),
        (f"{HERE}/strategy/s/", "/"),
        ("/strategy/s/#part", "/#part"),
        ("/strategy/s/?on=2019-05-01&amp;x=1#part", "/?on=2019-05-01&amp;x=1#part"),
        ("/strategy/s/updates.atom", "/updates.atom"),
    ],
)
def test_a_typed_address_of_a_record_is_kept_as_the_record_and_read_as_its_address(client, page, typed, end):
    strategy = make.make_strategy(slug="former")
    rename(strategy, "s")
    assert kept(page, typed) == text(f"record:partners.strategy/{strategy.pk}{end}")
    rename(strategy, "moved")
    assert f'<a href="/strategy/moved{end}">words</a>' in read(client, page)


@pytest.mark.parametrize(
    "link",
    [
        "/meetings/public/",
        "/nothing/",
        "/sitemap.xml",
        "#part",
        "mailto:a@b.example",
        "https://www.example.org/",
        "/%00",
    ],
)
def test_what_is_no_record_stays_an_address(client, page, link):
    assert kept(page, link) == text(link)
    assert text(link) in read(client, page)


def test_a_link_to_a_part_follows_a_move_of_what_it_is_a_part_of(client, page):
    objective = make.make_objective(strategy=make.make_strategy(slug="old"), slug="o")
    kept(page, "/strategy/old/o/")
    rename(objective.strategy, "new")
    assert text("/strategy/new/o/") in read(client, page)


def test_a_link_to_a_draft_is_plain_words_for_readers_until_it_is_published(client, page):
    plan = make.make_plan(slug="not-yet", published_at=None)
    priority = make.make_priority(plan=plan, slug="p")
    assert str(priority.pk) in kept(page, "/action-plan/not-yet/p/")
    plan.slug = "at-last"
    plan.save()
    assert "<p>words</p>" in read(client, page)
    assert "at-last" not in read(client, page)
    plan.published_at = make.LONG_AGO
    plan.save()
    assert text("/action-plan/at-last/p/") in read(client, page)


def test_a_link_to_what_was_withdrawn_or_erased_still_leads_to_the_reason(client, page):
    withdrawn, erased = make.make_page(slug="withdrawn"), make.make_page(slug="erased")
    kept(page, "/withdrawn/", "/erased/#part")
    withdraw(withdrawn)
    rename(erased, "renamed")
    erased.erase("A court ordered it.")
    assert text("/withdrawn/", "/renamed/#part") in read(client, page)
    assert "A court ordered it." in client.get("/renamed/").content.decode()


def test_a_link_to_a_draft_that_was_deleted_leaves_its_words(client, page):
    draft = make.make_page(slug="draft", published_at=None)
    kept(page, "/draft/")
    draft.delete()
    assert "<p>words</p>" in read(client, page)


def test_a_page_as_at_another_day_keeps_the_day_in_its_links(client, page):
    make.make_strategy(slug="s")
    kept(page, "/strategy/s/")
    shown = client.get(page.get_absolute_url(), {"on": "2019-05-01"}).content.decode()
    assert text("/strategy/s/?on=2019-05-01") in shown


KEY = "0f0f0f0f-0000-4000-8000-0f0f0f0f0f0f"


@pytest.mark.parametrize(
    "link",
    [
        "record:",
        "record:partners.strategy/1/",
        f"record:partners.strategy/{KEY}",
        f"record:auth.user/{KEY}/",
        f"record:pages.nothing/{KEY}/",
        f"record:pages.reportingroute/{KEY}/",
        f"record:pages.page/{KEY}/a b",
        f"record:pages.page/{KEY}///evil.example:x",
        f"RECORD:pages.page/{KEY}/",
    ],
)
def test_only_a_well_formed_link_to_a_record_with_an_address_is_kept(link):
    assert clean_html(text(link)) == "<p>words</p>"


def test_a_record_link_that_leads_to_nothing_leaves_its_words(client, page):
    assert kept(page, f"record:pages.page/{KEY}/") == text(f"record:pages.page/{KEY}/")
    assert "<p>words</p>" in read(client, page)


def test_a_form_shows_addresses_and_counts_as_unchanged_when_saved_untouched(page):
    stored, field = kept(page, "/linking/#part"), RichTextFormField()
    assert field.prepare_value(stored) == text("/linking/#part")
    assert not field.has_changed(stored, text("/linking/#part"))
    assert field.has_changed(stored, text("/linking/#other"))


def test_the_seed_content_keeps_its_links_as_records(db):
    call_command("load_seed", verbosity=0)
    texts = [
        getattr(record, field.name)
        for model in apps.get_models()
        for field in model._meta.fields
        if isinstance(field, RichTextField)
        for record in model.objects.all()
    ]
    found = "".join(texts)
    assert found.count('href="record:') >= 7
    assert [part for part in found.split('href="')[1:] if part.startswith("/") and part[1:9] != "meetings"] == []


def test_no_page_shows_readers_how_links_are_kept(client, db):
    fill()
    assert 'href="record:' in Objective.objects.get(strategy__slug="now", position=1).body
    assert '<a href="/get-help/">link to get help</a>' in read(
        client, Objective.objects.filter(strategy__slug="now")[0]
    )
    assert "record:" not in read(client, Objective.objects.filter(strategy__slug="now")[0])


def test_bulk_writes_keep_records_too(page):
    objective = make.make_objective()
    Objective.objects.update(body=text("/linking/"))
    objective.refresh_from_db()
    assert objective.body == text(f"record:pages.page/{page.pk}/")
    assert with_addresses(objective.body, for_readers=False) == text("/linking/")


def test_officers_who_compare_versions_see_that_only_a_link_has_changed(page):
    one, other = (kept(page, link) for link in ("/linking/#a", "https://a.example/?b=1&amp;c"))
    field = Objective._meta.get_field("body")
    assert field.in_words(one) == "words (/linking/#a)"
    assert field.in_words(other) == "words (https://a.example/?b=1&c)"


# The officer's choice


def choices(query):
    return [(found["title"], found["state"]) for found in to_choose_from(query)]


def test_records_are_found_by_words_of_title_and_address_the_public_ones_first(db):
    make.make_page(title="Knife crime, a draft", slug="k", published_at=None)
    make.make_page(title="What we do about a crime with a knife", slug="what")
    make.make_priority(title="Knife crime", slug="knife", plan=make.make_plan(title="Plan"))
    make.make_document(title="Report", slug="knife-crime-report", published_at=make.FAR_AHEAD)
    withdraw(make.make_page(title="Knife crime, wrong", slug="wrong"))
    assert choices("knife crime") == [
        ("Knife crime (2019 to 2020)", ""),
        ("What we do about a crime with a knife", ""),
        ("Knife crime, a draft", "draft"),
        ("Report", "scheduled"),
    ]
    assert to_choose_from("report")[0] == {
        "title": "Report", "kind": "document", "address": "/documents/knife-crime-report/", "state": "scheduled",
    }  # fmt: skip
    assert choices("") == choices("  ") == choices("nothing like it") == []


def test_an_address_finds_its_record_wherever_that_is_now(db):
    rename(make.make_strategy(title="Strategy", slug="old"), "new")
    assert choices("/strategy/old/#part") == choices(f"{HERE}/strategy/new") == [("Strategy 2018 to 2021", "")]
    assert choices("/meetings/public/") == choices("https://www.example.org/") == []


def test_no_more_choices_are_given_than_a_person_reads(db):
    for number in range(15):
        make.make_document(title=f"Minutes {number}")
    assert len(to_choose_from("minutes")) == 10


def test_only_staff_are_given_choices(client, admin_client, django_user_model, db):
    make.make_page(title="Secret draft", slug="secret", published_at=None)
    address = reverse("admin:publishing_address_links")
    [found] = admin_client.get(address, {"q": "secret"}).json()["links"]
    assert found["title"] == "Secret draft"
    assert admin_client.get(address, {"q": "sec\0ret"}).json()["links"] == [
        found
    ]  # which PostgreSQL refuses to look for
    assert admin_client.post(address, {"q": "secret"}).status_code == 405
    reader = django_user_model.objects.create_user("reader")
    for sign_in in (lambda: None, lambda: client.force_login(reader)):
        sign_in()
        response = client.get(address, {"q": "secret"})
        assert response.status_code == 302
        assert reverse("admin:login") in response["Location"]
