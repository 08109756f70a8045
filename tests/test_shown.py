"""Whatever text an officer's form takes, readers find it on the page, or the table below says why they don't."""

import re
from functools import cache

import pytest
from django.db import models

from pages.models import AccessibilityStatement, Alert, SiteSettings
from partners.models import EarlierName, Partner
from sosafe_site.publishing.models.publishable import Publishable
from sosafe_site.urls import admin
from tests import make
from tests.content import fill
from tests.pages.test_seed_document import plain

NOT_FOR_READERS = {
    "internal_notes": "Officers’ notes. The forms say: never public.",
    "withdrawal_reason": "Told at the address, where the page is gone: tests/publishing/test_addresses.py.",
    "mailbox": "Gets messages from readers. The form says: never shown.",
}
# Where readers find what has no page of its own
PLACES = {Alert: ["/"], SiteSettings: ["/contact/", "/get-help/"], AccessibilityStatement: ["/accessibility/"]}


def texts(model):
    """The fields that take words: not those that are chosen from, and not the ends of addresses."""
    fields = (field for field in model._meta.concrete_fields if field.editable and not field.choices)
    words = (models.CharField, models.TextField)
    return [field for field in fields if isinstance(field, words) and not isinstance(field, models.SlugField)]


def kinds():
    """The models that have a form, and those of the parts on it, each with the name by which a part knows its whole."""
    for model, its_admin in admin.site._registry.items():
        if issubclass(model, Publishable) or model in PLACES:
            yield model, ""
            for inline in its_admin.inlines:
                given = getattr(inline, "fk_name", None)
                to_whole = [field.name for field in inline.model._meta.fields if field.related_model is model]
                yield inline.model, given or to_whole[0]


def shown_at(record, whole):
    record = getattr(record, whole) if whole else record
    return PLACES.get(type(record)) or [record.get_page_url()]


def words_of(value):
    return re.sub(r"\s+", " ", plain(str(value))).strip()[:60]


@pytest.mark.django_db
def test_what_is_typed_into_any_form_is_shown(client):
    fill()
    make.make_earlier_name(partner=Partner.objects.first())

    @cache
    def page_at(address):
        response = client.get(address)
        html = response.content.decode()
        return f"{plain(html)} {html}" if response.status_code == 200 else ""

    def is_shown(model, whole, field):
        filled = model.objects.exclude(**{f"{field.name}__in": ["", None]})
        return any(
            words_of(getattr(each, field.name)) in page_at(address)
            for each in filled
            for address in shown_at(each, whole)
        )

    lacking, seen = [], set()
    for model, whole in kinds():
        for field in texts(model):
            if field.name in NOT_FOR_READERS or (model, field) in seen:
                continue
            if not is_shown(model, whole, field):
                typed = "https://www.example.org/typed" if isinstance(field, models.URLField) else "Typed words"
                model.objects.update(**{field.name: typed})
                page_at.cache_clear()
                if not is_shown(model, whole, field):
                    lacking.append((model.__name__, field.name))
            seen.add((model, field))
    assert lacking == []
    assert {EarlierName, Alert} <= {model for model, _ in seen}
