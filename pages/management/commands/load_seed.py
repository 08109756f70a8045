import tomllib
from pathlib import Path
from typing import Any, NamedTuple

from django.core.management.base import BaseCommand
from django.db import transaction

from meetings.models import Group
from pages.models import AccessibilityStatement, Page, ReportingRoute, SiteSettings
from partners.models import ActionPlan, Partner, Strategy
from sosafe_site.partial_dates import PartialDateField
from sosafe_site.publishing.clock import this_minute
from sosafe_site.publishing.constraints import rule_problems
from sosafe_site.publishing.models import Document
from sosafe_site.publishing.models.address import Address
from sosafe_site.publishing.models.publishable import Publishable, address_problems
from sosafe_site.publishing.models.record import Record

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


class New(NamedTuple):
    """A record to be made, with the others that it is joined to by many-to-many fields, and its numbered parts."""

    record: Any
    joined: dict[str, list[Any]]
    parts: "list[New]"


class Command(BaseCommand):
    help = "Loads SoSafe's first content: creates what is missing and changes nothing that is there. Safe to run twice."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        made = 0
        for name, singleton in SINGLE_FILES:
            if not singleton.objects.exists():
                create([build(singleton, read(name), Named())])
                made += 1
        for name, table, model, key in FILES:
            rows, named = read(name)[table], Named()
            known = known_keys(model, key, [row[key] for row in rows])
            new = [build(model, row, named) for row in rows if row[key] not in known]
            create(new)
            create([part for each in new for part in each.parts])  # last: their texts link to records of the same file
            made += len(new)
        old = read("old_addresses.toml")["old_address"]
        taken = set(Address.objects.filter(path__in=[row["path"] for row in old]).values_list("path", flat=True))
        for row in old:
            if row["path"] not in taken:
                Address.objects.lead(row["path"], Page.objects.get(slug=row["page"]))
                made += 1
        self.stdout.write(f"Seed content: {made} records made.")


class Named(dict[Any, dict[str, Any]]):
    """Records by their kind and slug: of each kind that a file names, all, and those that are made of the file."""

    def __missing__(self, kind: Any) -> dict[str, Any]:
        self[kind] = {record.slug: record for record in kind.objects.all()}
        return self[kind]


def known_keys(model: Any, key: str, values: list[str]) -> set[str]:
    """Those by which a record is there, or was, so that its address is taken."""
    known = set(model.objects.filter(**{f"{key}__in": values}).values_list(key, flat=True))
    if key == "slug":
        slugs = {model(slug=value).get_absolute_url(): value for value in values}
        known |= {slugs[path] for path in Address.objects.filter(path__in=slugs).values_list("path", flat=True)}
    return known


def read(name: str) -> dict[str, Any]:
    return tomllib.loads((SEED / name).read_text(encoding="utf-8"))


def build(model: Any, row: dict[str, Any], named: Named, **given: Any) -> New:
    """What a table of a file says, as a published record that is not saved yet."""
    fields, days, joined, parts = dict(given), {}, {}, []
    for name, value in row.items():
        field = model._meta.get_field(name)
        if field.one_to_many:
            parts.append((field, value))
        elif field.many_to_many:
            joined[name] = [named[field.related_model][slug] for slug in value]
        elif isinstance(field, PartialDateField):
            days[name] = value
        elif field.many_to_one:
            fields[field.attname] = named[field.related_model][value].pk
        else:
            fields[name] = value.strip() if isinstance(value, str) else value
    record = model(**fields)
    for name, value in days.items():
        record._meta.get_field(name).save_form_data(record, value)
    if isinstance(record, Publishable):
        record.published_at = this_minute()
    if hasattr(record, "slug"):
        named[model][record.slug] = record
    numbered = [
        build(field.related_model, of_part, named, position=position, **{field.field.name: record})
        for field, of_parts in parts
        for position, of_part in enumerate(of_parts, start=1)
    ]
    return New(record, joined, numbered)


def create(new: list[New]) -> None:
    """Raises ValidationError when the file breaks a rule of the model."""
    for kind in dict.fromkeys(type(each.record) for each in new):
        of_kind = [each for each in new if type(each.record) is kind]
        records = [each.record for each in of_kind]
        check(records)
        for record, joined, _ in of_kind:
            record.is_one_of_many = True
            record.full_clean()
            record.save()
            for name, others in joined.items():
                getattr(record, name).set(others)
        if issubclass(kind, Record):
            kind.settle(records)


def check(records: list[Any]) -> None:
    """All that full_clean() leaves out of what is one of many. Raises ValidationError."""
    problems = [*rule_problems(records), *(address_problems(records) if isinstance(records[0], Publishable) else ())]
    for problem in filter(None, problems):
        raise problem
