"""Links on public pages that readers can't follow."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.db import models
from django.utils.formats import date_format

from pages.coherence.finding import Finding, Rank, wrong
from pages.models import Alert, BadLink
from sosafe_site.partial_dates import DATE_WORDS
from sosafe_site.publishing.admin_urls import admin_url
from sosafe_site.publishing.models.address import Address
from sosafe_site.publishing.models.publishable import Publishable
from sosafe_site.publishing.text.field import RichTextField
from sosafe_site.publishing.text.link_check import astray, links_in, plain
from sosafe_site.publishing.text.record_links import targets


def links(on: date) -> Iterator[Finding]:
    """First those into this site, judged now from the texts; then what the last run of check_links found besides."""
    written = links_in_public_texts()
    bad = astray(written)
    for link, judgement in bad.items():
        for record in written[link]:
            yield wrong("link", record, f"“{record}”: {judgement.words(link)}")
    found = [row for row in BadLink.objects.certain() if row.link not in bad]
    forms = forms_of({page for row in found for page in row.pages})
    for row in found:
        sentence = f"the link to {row}. First found on {date_format(row.found_on, DATE_WORDS)}."
        if row.is_in_text:
            for record in written.get(row.link, []):
                yield wrong("link", record, f"“{record}”: {sentence}")
        else:
            others = f" and {len(row.pages) - 1} more" if len(row.pages) > 1 else ""
            form = forms.get(row.pages[0], row.pages[0])
            yield Finding(f"{row.pages[0]}{others}: {sentence}", form, "link", row.link, Rank.WRONG)


def links_in_public_texts() -> dict[str, list[models.Model]]:
    """Each link that an officer wrote and readers may see now, with the records whose forms hold it."""
    written: list[tuple[str, models.Model]] = []
    for model in apps.get_models():
        names = [field.name for field in model._meta.fields if isinstance(field, RichTextField | models.URLField)]
        if not names:
            continue
        parent = parent_of(model)
        for text in readable(model):
            edited = getattr(text, parent) if parent else text
            written += [(link, edited) for name in names for link in links_in(getattr(text, name))]
    present = targets({link for link, _ in written})
    found: dict[str, list[models.Model]] = defaultdict(list)
    for link, edited in written:
        link = plain(present[link].address if link in present else link)
        if link and edited not in found[link]:
            found[link].append(edited)
    return dict(found)


def parent_of(model: type[models.Model]) -> str:
    """The foreign key to the record on whose form a numbered part is edited; empty for what has a form of its own."""
    keys = (field.name for field in model._meta.fields if field.remote_field)
    return "" if admin.site.is_registered(model) else next(keys)


def readable(model: Any) -> Any:
    if issubclass(model, Publishable):
        return model.objects.published().select_related(*model.part_of)
    if model is Alert:
        return Alert.objects.live()
    if parent := parent_of(model):
        records = model._meta.get_field(parent).related_model.objects.published()
        return model.objects.filter(**{f"{parent}__in": records}).select_related(parent)
    return model.objects.all()


def forms_of(paths: set[str]) -> dict[str, str]:
    """The forms of the records that have pages at these paths."""
    return {
        address.path: admin_url(apps.get_model(address.model), "change", address.record)
        for address in Address.objects.issued().filter(path__in=paths)
    }
