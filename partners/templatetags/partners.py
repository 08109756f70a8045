from collections.abc import Iterable
from datetime import date

from django import template

from partners.models import Partner
from partners.models.agreed import Agreed
from partners.models.status import UNCERTAIN, Status
from sosafe_site.periods import Phase, today

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


@register.filter
def was_or_is(on: date) -> str:
    return "was" if on < today() else "is"


@register.filter
def leading(partners: Iterable[Partner], day: date) -> list[Partner]:
    """Of those that are recorded as leading something, the ones that have not gone by the day."""
    return [partner for partner in partners if partner.phase(day) != Phase.ENDED]


@register.filter
def gone(partners: Iterable[Partner], day: date) -> list[tuple[Partner, str]]:
    """The others, each with when it left."""
    return [(partner, partner.left_when(day)) for partner in partners if partner.phase(day) == Phase.ENDED]
