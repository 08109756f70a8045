import tomllib
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from meetings.models import Group
from pages.models import AccessibilityStatement, Page, ReportingRoute, SiteSettings
from partners.models import ActionPlan, Partner, Strategy
from sosafe_site.publishing.clock import this_minute
from sosafe_site.publishing.models import Document
from sosafe_site.publishing.models.address import Address
from sosafe_site.publishing.models.publishable import Publishable

SEED = Path(__file__).resolve().parents[2] / "seed"
SINGLE_FILES: list[tuple[str, Any]] = [("site.toml", SiteSettings), ("accessibility.toml", AccessibilityStatement)]
# File, name of its tables, model, what names a record there. A file's records may name those of the files above it.
FILES: list[tuple[str, str, Any, str]] = [
    ("documents.toml", "document", Document, "slug"),
    ("partners.toml", "partner", Partner, "slug"),
    ("strategies.toml", "strategy", Strategy, "slug"),
    ("action_plans.toml", "action_plan", ActionPlan, "slug"),
    ("groups.toml", "group", Group, "slug"),
    ("help.toml", "route", ReportingRoute, "name"),
    ("pages.toml", "page", Page, "slug"),
]


class Command(BaseCommand):
    help = "Loads SoSafe's first content: creates what is missing and changes nothing that is there. Safe to run twice."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        made = 0
        for name, singleton in SINGLE_FILES:
            if not singleton.objects.exists():
                create(singleton, read(name))
                made += 1
        for name, table, model, key in FILES:
            parts = []  # last, since their texts link to records of the same file
            for fields in read(name)[table]:
                if not is_known(model, key, fields[key]):
                    parts += create(model, fields)
                    made += 1
            for part, row, given in parts:
                create(part, row, **given)
        for fields in read("old_addresses.toml")["old_address"]:
            if not Address.objects.filter(path=fields["path"]).exists():
                page = Page.objects.get(slug=fields["page"])
                Address.objects.lead(fields["path"], page)
                made += 1
        self.stdout.write(f"Seed content: {made} records made.")


def is_known(model: Any, key: str, value: str) -> bool:
    """Whether the record is there, or was, so that its address is taken."""
    if model.objects.filter(**{key: value}).exists():
        return True
    return key == "slug" and Address.objects.filter(path=model(slug=value).get_absolute_url()).exists()


def read(name: str) -> dict[str, Any]:
    return tomllib.loads((SEED / name).read_text(encoding="utf-8"))


def create(model: Any, fields: dict[str, Any], **given: Any) -> list[tuple[Any, dict[str, Any], dict[str, Any]]]:
    """A published record. Gives what to create its numbered parts from.

    Raises ValidationError when the file breaks a rule of the model.
    """
    parts, many = {}, {}
    for name, value in list(fields.items()):
        field = model._meta.get_field(name)
        if field.one_to_many:
            parts[field] = fields.pop(name)
        elif field.many_to_many:
            many[name] = [field.related_model.objects.get(slug=slug) for slug in fields.pop(name)]
        elif field.many_to_one:
            fields[name] = field.related_model.objects.get(slug=value)
        elif isinstance(value, str):
            fields[name] = value.strip()
    record = model(**fields, **given)
    if isinstance(record, Publishable):
        record.published_at = this_minute()
    record.full_clean()
    record.save()
    for name, others in many.items():
        getattr(record, name).set(others)
    return [
        (field.related_model, row, {"position": position, field.field.name: record})
        for field, rows in parts.items()
        for position, row in enumerate(rows, start=1)
    ]
