"""Every address that the site ever gave out: whose it is, and so what it answers for ever."""

from itertools import count
from typing import Any

from django.apps import apps
from django.db import models
from django.urls import reverse

from sosafe_site.publishing.clock import moment


class AddressQuerySet(models.QuerySet):
    def issued(self):
        """Those that readers may have by now; a scheduled record's are kept for it, but not given out yet."""
        return self.filter(issued_at__lte=moment())

    def of(self, record: models.Model):
        return self.filter(model=record._meta.label_lower, record=record.pk)

    def lead(self, path: str, record: models.Model) -> models.Model:
        """Takes in an address of another site, which leads to this record from now on."""
        return self.create(path=path, model=record._meta.label_lower, record=record.pk, issued_at=moment())


class Address(models.Model):
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
    return own + [("Earlier address: leads to the permanent one", path) for path in issued if path not in present]


def issue(record) -> None:
    """Notes the present addresses of a record and of its parts from the moment on at which they are public.

    What was noted for a moment still to come is forgotten when the record or its address has changed before.
    """
    own, now = Address.objects.of(record), moment()
    published = [parent.published_at for parent in (record, *record.parents())]
    paths = {} if None in published else paths_of(record)
    own.filter(issued_at__gt=now).delete()
    known = set(own.values_list("path", flat=True))
    Address.objects.bulk_create(
        Address(path=path, model=record._meta.label_lower, record=record.pk, suffix=suffix, issued_at=max(published))
        for path, suffix in paths.items()
        if path not in known
    )
    for relation in record.parts:
        for part in getattr(record, relation).all():
            issue(part)
