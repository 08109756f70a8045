"""A telephone is one number and dialled right; a way to get help may have none; web addresses may be long."""

import re
from datetime import date
from importlib import import_module

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import connection, models

from pages.coherence import findings
from pages.models import ReportingRoute, SiteSettings
from pages.models.telephone import TelephoneField, dialled, split
from partners.models import Partner
from sosafe_site.publishing.models import Revision
from sosafe_site.publishing.revisions.draft import apply
from tests import make
from tests.admin.test_editing import url
from tests.content import seed
from tests.forms import Form
from tests.pages.test_seed_document import words
from tests.publishing.test_tidy import FOLDERS

stored = import_module("pages.migrations.0009_stored_words_and_numbers")
FIELDS = [
    pytest.param(model, field.name, id=f"{model.__name__}.{field.name}")
    for model in (ReportingRoute, SiteSettings)
    for field in model._meta.fields
    if isinstance(field, TelephoneField)
]


@pytest.mark.parametrize(
    ("typed", "kept", "calls"),
    [
        ("999", "999", "999"),
        ("61016", "61016", "61016"),
        ("116 123", "116 123", "116123"),
        ("0800 1111", "0800 1111", "08001111"),
        ("0800 555 111", "0800 555 111", "0800555111"),
        ("(01438) 242-666", "01438 242 666", "01438242666"),
        ("+44 (0)1438 242666", "+44 1438 242666", "+441438242666"),
        ("+44(0)1438.242.666", "+44 1438 242 666", "+441438242666"),
        ("18001  01438 242666", "18001 01438 242666", "1800101438242666"),
        ("18000", "18000", "18000"),
    ],
)
@pytest.mark.parametrize(("model", "name"), FIELDS)
def test_a_number_is_kept_as_people_read_it_and_dialled_right(db, model, name, typed, kept, calls):
    record = make.MAKERS[model](**{name: typed})
    assert getattr(record, name) == kept
    assert dialled(typed) == dialled(kept) == calls


@pytest.mark.parametrize(
    "typed",
    ["101, option 2", "01438 242666 ext 2", "1438 242666", "01438 2426", "999 112", "0044 1438 242666", "ask", "12"],
)
@pytest.mark.parametrize(("model", "name"), FIELDS)
def test_what_is_not_one_number_is_refused(db, model, name, typed):
    with pytest.raises(ValidationError) as error:
        make.MAKERS[model](**{name: typed})
    assert set(error.value.message_dict) == {name}


def test_the_form_says_where_the_rest_goes_and_keeps_what_was_typed(admin_client):
    route = make.make_route(is_on_home_page=True)
    form = Form(admin_client, url(route, "change"))
    form.press("_publish", telephone="101, option 2")
    told = "Give the number alone here, 101, and “option 2” in the words after it."
    assert [problem for problem in form.problems() if told in problem]
    assert form["telephone"] == "101, option 2"
    mended = {"telephone": "101", "telephone_words": "then choose option 2"}
    texts = {"text_number": "61016", "text_words": "begin with HELP"}
    assert form.press("_publish", **mended, **texts).status_code == 302
    seed()
    for path in ("/", "/get-help/", "/privacy/"):
        page = words(admin_client.get(path))
        assert "(then choose option 2)" in page, path
        assert "Text 61016 (begin with HELP)" in page, path
        assert 'href="tel:101"' in admin_client.get(path).content.decode()


@pytest.mark.parametrize("place", ["Ask at the front desk in Danestrete", ""])
@pytest.mark.parametrize("is_on_home_page", [True, False])
def test_a_way_without_a_number_is_shown_wherever_ways_are_listed(client, db, place, is_on_home_page):
    seed()
    web = {} if place else {"website": "https://www.example.org/form", "website_label": "Report it with our form"}
    make.make_route(name="Noise", telephone="", in_person=place, is_on_home_page=is_on_home_page, **web)
    for path in ("/", "/get-help/", "/privacy/") if is_on_home_page else ("/get-help/",):
        page = client.get(path)
        assert (place or "Report it with our form") in words(page), path
        assert "Noise" in words(page), path
        assert not re.search(r'href="(tel|sms):"', page.content.decode()), path


def test_stored_numbers_are_told_apart_and_what_can_not_be_is_asked_for(db):
    long = make.make_route(name="Long")
    update(
        long, telephone="+44 (0)1438 242666", text_number="Text 61016, begin with SOS", relay_number="18001 101 opt 2"
    )
    vague = make.make_route(name="Vague")
    update(vague, telephone="Ring the desk")
    site = make.make_site()
    update(site, telephone="01438 242666 ext 2")
    stored.in_rows(apps, connection.schema_editor())
    for record in (long, vague, site):
        record.refresh_from_db()
    assert (long.telephone, long.telephone_words) == ("+44 1438 242666", "")
    assert (long.text_number_said, long.relay_number) == ("61016 (begin with SOS)", "18001 101")
    assert long.in_person == "Text relay: 18001 101 opt 2"
    assert (vague.telephone, vague.telephone_words, vague.in_person) == ("", "Ring the desk", "Ring the desk")
    assert site.telephone_said == "01438 242666 (ext 2)"
    told = [each.sentence for each in findings(date(2026, 5, 1)) if "not the number" in each.sentence]
    assert told == ["“Vague” has words that follow a number, but not the number: give it, or take the words away."]


def test_drafts_and_earlier_versions_with_a_number_of_before_come_back_as_they_would_be_typed_today(db):
    route, page = make.make_route(name="Line"), make.make_page()
    for state, to in (("draft", "102, option 3"), ("kept", "101, option 2")):
        fields = {"name": "Line", "telephone": to, "text_number": ""}
        base = {"fields": {**fields, "telephone": "101, option 2"}, "parts": {}}
        Revision.objects.create(
            model="pages.reportingroute", record=str(route.pk), state=state,
            content={"fields": fields, "parts": {}}, base=base if state == "draft" else {},
        )  # fmt: skip
    dirty = {
        "fields": {"title": "A\x0bB"},
        "parts": {"sections": {"1": {"heading": "C\u202e", "body": "<p>d\x0be</p>"}}},
    }
    Revision.objects.create(model="pages.page", record=str(page.pk), state="kept", content=dirty)
    Revision.objects.create(model="pages.gone", record="1", state="kept", content={"fields": {}, "parts": {}})
    stored.in_history(apps, connection.schema_editor())
    draft, kept = Revision.objects.open().of(route).get(), Revision.objects.kept().of(route).get()
    assert {change.name for change in draft.changes()} == {"telephone", "telephone_words"}
    assert apply(draft).telephone_said == "102 (option 3)"
    assert apply(kept).telephone_said == "101 (option 2)"
    content = Revision.objects.of(page).get().content
    assert content["fields"]["title"] == "A B"
    assert content["parts"]["sections"]["1"] == {"heading": "C", "body": "<p>d\ne</p>"}


def test_stored_words_lose_what_nobody_sees_but_no_title_becomes_empty_or_anothers(db):
    shown, twin, blank, first = make.make_page(), make.make_partner(), make.make_page(), make.make_partner(name="Twin")
    update(shown, title="A\x0bB\u202e", lead="c\u200bd")
    update(twin, name="Twin\u200b")
    update(blank, title="\u200b")
    stored.in_rows(apps, connection.schema_editor())
    shown.refresh_from_db()
    assert (shown.title, shown.lead) == ("A B", "cd")
    assert set(Partner.objects.values_list("name", flat=True)) == {first.name, "Twin\u200b"}
    blank.refresh_from_db()
    assert blank.title == "\u200b"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("101 - option 2", ("101", "option 2")),
        ("Tel: 01438 242666", ("01438 242666", "")),
        ("0800 555 111 (free)", ("0800 555 111", "free")),
        ("01438 242666 01438 242667", ("", "01438 242666 01438 242667")),
        ("", ("", "")),
    ],
)
def test_words_are_told_from_the_number_before_them(text, found):
    assert split(text) == found


def test_addresses_of_the_web_may_be_2000_long_wherever_one_is_asked_for(db):
    fields = [field for model in apps.get_models() for field in model._meta.fields]
    ours = [each for each in fields if each.model.__module__.split(".")[0] in FOLDERS]
    ours = [field for field in ours if isinstance(field, models.URLField)]
    assert len(ours) >= 7
    assert [str(field) for field in ours if field.max_length < 2000] == []
    long = f"https://www.example.org/{'a' * 1900}"
    assert make.make_route(website=long, website_label="Form").website == long


def update(record, **fields):
    type(record).objects.filter(pk=record.pk).update(**fields)
