"""Every address that the site ever gave out: whose it is, and so what it answers for ever."""

from collections.abc import Iterable, Iterator
from itertools import count
from typing import Any

from django.apps import apps
from django.db import models
from django.urls import reverse

from sosafe_site.publishing.clock import moment
from sosafe_site.publishing.models.tidied import Tidied
from sosafe_site.publishing.revisions.snapshot import with_parents


class AddressQuerySet(models.QuerySet):
    def issued(self):
        """Those that readers may have by now; a scheduled record's are kept for it, but not given out yet."""
        return self.filter(issued_at__lte=moment())

    def of(self, record: models.Model):
        return self.filter(model=record._meta.label_lower, record=record.pk)

    def of_all(self, records: list):
        kinds = {record._meta.label_lower for record in records}
        return self.filter(model__in=kinds, record__in=[record.pk for record in records])

    def lead(self, path: str, record: models.Model) -> models.Model:
        """Takes in an address of another site, which leads to this record from now on."""
        return self.create(path=path, model=record._meta.label_lower, record=record.pk, issued_at=moment())


class Address(Tidied):
    """A path belongs to one record for ever and is resolved through it, so no chain and no loop can arise."""

    path = models.CharField("address", max_length=300, unique=True, help_text="From the first slash on.")
    model = models.CharField(max_length=60, editable=False)
    record = models.UUIDField(editable=False)
    suffix = models.CharField(max_length=60, blank=True, editable=False)  # what follows the record's own address
    issued_at = models.DateTimeField("given out", editable=False)
    erased_because = models.TextField("reason for erasing", blank=True, editable=False)

    objects = AddressQuerySet.as_manager()

    class Meta:
        verbose_name = "web address"
        verbose_name_plural = "web addresses"
        permissions = [("erase", "Can erase for good what the law demands gone")]  # its addresses are what stays
        ordering = ["path"]
        indexes = [models.Index(fields=["model", "record"], name="addresses_of_a_record")]

    def __str__(self) -> str:
        return self.path

    @property
    def target(self):
        """The record that it belongs to; None once that was erased."""
        return apps.get_model(self.model)._default_manager.filter(pk=self.record).first()


def is_free(kind: Any, slug: str) -> bool:
    """Whether no record of the kind has this slug, and none ever gave out the address that it makes."""
    is_in_use = kind._default_manager.filter(slug=slug).exists()
    return not is_in_use and not Address.objects.filter(path=kind(slug=slug).get_absolute_url()).exists()


def free_slug(kind: Any, wanted: str) -> str:
    """Such as "2020-2021" or, where that is taken, "2020-2021-2"."""
    slugs = (f"{wanted}-{number}" if number > 1 else wanted for number in count(1))
    return next(slug for slug in slugs if is_free(kind, slug))


def with_former_anchors(records: list) -> list:
    """The same records, each with "former_anchors": the ends of its old addresses, which were its anchors too."""
    old: dict = {record.pk: [] for record in records}
    for address in Address.objects.issued().filter(record__in=old, suffix=""):
        old[address.record].append(address.path.rstrip("/").rpartition("/")[2])
    for record in records:
        record.former_anchors = [anchor for anchor in dict.fromkeys(old[record.pk]) if anchor != record.slug]
    return records


def paths_of(record) -> dict[str, str]:
    """Each present address of a record, with what it adds to the record's own."""
    return {record.get_absolute_url() + suffix: suffix for suffix in record.suffixes()}


def to_copy(record) -> list[tuple[str, str]]:
    """The addresses of a record that readers may have, each with what it is for; none before the first is given out."""
    issued = list(Address.objects.of(record).issued().values_list("path", flat=True))
    if not issued:
        return []
    present = paths_of(record)
    named = [(record.address_words(suffix), path) for path, suffix in present.items() if path in issued]
    own = [(words, path) for words, path in named if words]
    if record.standing_route:
        own.append(("Always leads to what is in force", reverse(record.standing_route)))
    others = [path for path in issued if path not in present]
    return own + [("Earlier or further address: leads to the permanent one", path) for path in others]


def issue(records: Iterable) -> None:
    """Notes the present addresses of these records and of their parts from the moment on at which they are public.

    What was noted for a moment still to come is forgotten when the record or its address has changed before.
    """
    wanted, now = {}, moment()
    concerned = with_parts(records)
    for record in concerned:
        published = [parent.published_at for parent in (record, *record.parents())]
        if None not in published:
            place = {"model": record._meta.label_lower, "record": record.pk, "issued_at": max(published)}
            for path, suffix in paths_of(record).items():
                wanted[record.pk, path] = Address(path=path, suffix=suffix, **place)
    known = {(address.record, address.path): address for address in Address.objects.of_all(concerned)}
    outdated = {
        key: address
        for key, address in known.items()
        if address.issued_at > now and (key not in wanted or wanted[key].issued_at != address.issued_at)
    }
    if outdated:
        Address.objects.filter(pk__in=[address.pk for address in outdated.values()]).delete()
    Address.objects.bulk_create(address for key, address in wanted.items() if key not in known or key in outdated)


def with_parts(records: Iterable) -> list:
    """These, their parts and the parts of those, each once: a query for each relation, however many there are.

    Those that belong to another of them know that one itself, with what was just changed of it.
    """
    found: dict = {}
    level = list(records)
    while level:
        found |= {record.pk: record for record in level if record.pk not in found}
        level = [part for part in parts_of_all(level) if part.pk not in found]
    for record in found.values():
        for name in record.part_of:
            if whole := found.get(getattr(record, f"{name}_id")):
                setattr(record, name, whole)
    return list(found.values())


def parts_of_all(records: list) -> Iterator:
    for kind in dict.fromkeys(type(record) for record in records):
        wholes = {record.pk: record for record in records if isinstance(record, kind)}
        for relation in kind.parts:
            to_whole = kind._meta.get_field(relation).field
            parts = to_whole.model._default_manager.filter(**{f"{to_whole.name}__in": wholes})
            for part in with_parents(parts, but=to_whole.name):
                setattr(part, to_whole.name, wholes[getattr(part, to_whole.attname)])
                yield part
