"""A site with many of everything that grows over the years, made in one go: no rule is asked, nothing saved alone."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.timezone import get_current_timezone

from meetings.models import Group, Meeting, Membership, PublicMeeting
from pages.models import CaseReviewYear, Page
from partners.models import Action, ActionPlan, Objective, Partner, Priority, Strategy
from sosafe_site.publishing.models import ChangeNote, Document, DocumentVersion

LONG_AGO = datetime(2015, 1, 1, tzinfo=get_current_timezone())
AREAS = ["Bedwell", "Chells", "Old Town", "Pin Green", "Shephall", "Symonds Green"]
WORDS = [
    "open",
    "safe",
    "street",
    "night",
    "school",
    "young",
    "people",
    "listen",
    "help",
    "report",
    "homes",
    "parks",
    "shops",
    "buses",
    "roads",
]
YEAR, MONTH, WEEK, DAY = (timedelta(days) for days in (365, 30, 7, 1))
FEW, SOME = 20, 100  # at most, of what does not grow without end


def grow(count: int, on: date) -> None:
    """On top of the seed content, and at most once: partners, documents, plans, meetings, public meetings and notes,
    so many of each, and strategies, one for three plans.

    As if over many years: all but a few are over on the day, and the first of each has to do with all of the others.
    """
    partners = made(
        Partner(name=f"Partner {n} for {words(n)}", slug=f"partner-{n}", role=words(n, 9), ends_on=days_ago(n, 3, on))
        for n in range(count)
    )
    documents = made(
        Document(title=f"Document {n} on {words(n)}", slug=f"document-{n}", kind="minutes", summary=words(n, 20))
        for n in range(count)
    )
    made(
        DocumentVersion(
            document=document, number=1, file=f"{n}.pdf", size=1000 + n, pages=n % 30 + 1, added_at=LONG_AGO
        )
        for n, document in enumerate(documents)
    )
    strategies = made(
        Strategy(title=f"Strategy for {words(n)}", slug=f"strategy-{n}", summary=words(n, 20), **period(3 * n, 3, on))
        for n in range(-(-count // 3))
    )
    objectives = made(
        Objective(strategy=strategy, position=position, slug=f"{position}", title=f"Objective on {words(n + position)}")
        for n, strategy in enumerate(strategies)
        for position in (1, 2, 3)
    )
    plans = made(
        ActionPlan(
            strategy=strategies[n // 3],
            title=f"Plan for {words(n)}",
            slug=f"plan-{n}",
            summary=words(n, 20),
            **period(n, 1, on),
        )
        for n in range(count)
    )
    priorities = made(
        Priority(plan=plan, position=position, slug=f"{position}", title=f"Priority on {words(n + position)}")
        for n, plan in enumerate(plans)
        for position in (1, 2, 3)
    )
    actions = made(
        Action(priority=priority, what=f"Action {n} on {words(n, 9)}", due_on=on)
        for n, priority in enumerate(priorities)
    )
    join(Priority, "leads", priorities, partners[0])
    join(Action, "leads", actions, partners[0])
    join(Priority, "objectives", priorities[:9], objectives[0])
    join(ActionPlan, "documents", plans[:FEW], documents[0])
    [group] = made([Group(name="Group that grows", slug="group", every_count=1, every_unit="week")])
    made(Membership(group=group, partner=partner, ends_on=partner.ends_on) for partner in partners[:FEW])
    made(
        Meeting(group=group, held_on=on + (10 - n) * WEEK, venue=f"Room {n}", minutes=documents[n], changed_at=LONG_AGO)
        for n in range(count)
    )
    made(
        PublicMeeting(
            title=f"Public meeting {n} on {words(n)}",
            slug=f"public-{n}",
            kind="forum",
            held_on=on + (count // 4 - n) * DAY,
            area=AREAS[n % len(AREAS)],
            venue=f"Hall {n}",
            about=words(n, 20),
            partner=partners[1],  # the first has left
            changed_at=LONG_AGO,
        )
        for n in range(count)
    )
    made(
        CaseReviewYear(starts_on=first, ends_on=first + YEAR - DAY, applications=n)
        for n in range(min(count, SOME))
        for first in [on - (n + 1) * YEAR]
    )
    made(
        ChangeNote(
            model=record._meta.label_lower,
            record=record.pk,
            noted_at=LONG_AGO + n * timedelta(hours=1),
            text=words(n, 12),
        )
        for n, record in zip(range(count), [*plans, *documents], strict=False)
    )
    pages = list(Page.objects.filter(parent=None))
    made(
        Page(title=f"Page {n} on {words(n)}", slug=f"page-{n}", lead=words(n, 20), parent=pages[n % len(pages)])
        for n in range(min(count, SOME))
    )


def made(records: Iterable[Any]) -> list[Any]:
    made = list(records)
    for record in made:
        if hasattr(record, "published_at"):
            record.published_at = LONG_AGO
    return type(made[0])._default_manager.bulk_create(made, batch_size=500)


def join(model: Any, name: str, records: list[Any], other: Any) -> None:
    """Each of the records with the other, by that field of theirs."""
    field = model._meta.get_field(name)
    keys = [{field.m2m_column_name(): record.pk, field.m2m_reverse_name(): other.pk} for record in records]
    field.remote_field.through.objects.bulk_create(field.remote_field.through(**each) for each in keys)


def words(number: int, count: int = 3) -> str:
    """Always the same for a number; as words of a page would, they differ from each other and don't all repeat."""
    return " ".join(WORDS[(number * 7 + place * (number % 5 + 1)) % len(WORDS)] for place in range(count))


def days_ago(number: int, every: int, on: date) -> date | None:
    """The last day of every third; the others have none."""
    return None if number % every else on - number * DAY - DAY


def period(back: int, months: int, on: date) -> dict[str, Any]:
    """Of a strategy or plan that began so many months back; the first is in force on the day."""
    first = on - back * MONTH
    return {
        "starts_on": first,
        "ends_on": first + months * MONTH - DAY,
        "standing": "agreed",
    }
