"""What is missing or contradicts itself in how partners belong and follow each other."""

from collections.abc import Iterator
from datetime import date

from pages.coherence.finding import Finding, gaps, wrong
from partners.models import EarlierName, EarlierStanding, Partner, Standing
from partners.models.partner import chain
from sosafe_site.partial_dates import Known
from sosafe_site.publishing.admin_urls import edit_url


def partners(on: date) -> Iterator[Finding]:
    """What is not on record is asked for no more once an officer has said so."""
    published = Partner.objects.published()
    yield from gaps(
        "partner-standing",
        published.belonging(on).filter(standing=Standing.NOT_STATED),
        "“{record}”: its standing in law is not stated.",
    )
    members = published.exclude(standing=Standing.WORKS_CLOSELY)
    unsaid = members.filter(starts_on=None).exclude(starts_on_known=Known.UNKNOWN)
    yield from gaps("partner-first-day", unsaid, "“{record}”: the day on which it joined is missing.")
    times = EarlierStanding.objects.filter(partner__in=published, starts_on=None).exclude(starts_on_known=Known.UNKNOWN)
    for time in times.select_related("partner"):
        sentence = f"“{time.partner.name}”: the first day of an earlier time ({time}) is missing."
        yield Finding(sentence, edit_url(time.partner), "partner-earlier-time", str(time.pk))
    names = EarlierName.objects.filter(partner__in=published, ends_on=None).exclude(ends_on_known=Known.UNKNOWN)
    for name in names.select_related("partner"):
        sentence = f"“{name.partner.name}”: the last day of its earlier name “{name}” is missing."
        yield Finding(sentence, edit_url(name.partner), "partner-earlier-name", str(name.pk))


def succession(on: date) -> Iterator[Finding]:
    """One that follows itself, by however many steps, or that was gone before it could follow."""
    everyone = {each.pk: each for each in Partner.objects.prefetch_related("successors", "earlier_standings")}

    def following(partner: Partner) -> list[Partner]:
        return [everyone[each.pk] for each in partner.successors.all()]

    for partner in Partner.objects.published():
        for other in following(everyone[partner.pk]):
            if other == partner:
                yield wrong("succession", partner, f"“{partner.name}” is followed by itself.")
            elif partner in chain(other, following):
                sentence = f"“{partner.name}” is followed by “{other.name}”, which is followed by it: check both."
                yield wrong("succession", partner, sentence)
            elif partner.is_after(other):
                sentence = f"“{partner.name}” is followed by “{other.name}”, which ended before it: check both."
                yield wrong("succession", partner, sentence)
