from collections.abc import Iterable
from datetime import date

from django import template

from partners.models import Partner
from partners.models.agreed import Agreed
from partners.models.status import UNCERTAIN, Status

register = template.Library()


@register.filter
def name_on(partner: Partner, day: date) -> str:
    return partner.name_on(day)


@register.filter
def status(record: Agreed | None, on: date) -> Status | None:
    """What may be said of a strategy or plan on the day; None of none."""
    return record.status(on) if record else None


@register.filter
def leave_open(records: Iterable[Agreed], on: date) -> bool:
    """Whether one of them may have been in force on the day, and may not."""
    return any(record.status(on).state in UNCERTAIN for record in records)
