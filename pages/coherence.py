"""What officers should look at: facts that are missing and dates that contradict each other, computed when read.

Each rule asks the querysets that the public pages ask, so the list and the pages can't disagree.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.contrib.admin.utils import label_for_field
from django.db import models
from django.urls import reverse

from meetings.models import Group, PublicMeeting
from pages.models import AccessibilityStatement, Page, ReportingRoute, SiteSettings
from partners.models import ActionPlan, Objective, Partner, Priority, Strategy
from sosafe_site.publishing.models import Document


@dataclass(frozen=True)
class Finding:
    sentence: str
    url: str  # of the form that mends it


def findings(on: date) -> list[Finding]:
    """All of them on this day, what readers miss most first."""
    return [finding for rule in RULES for finding in rule(on)]


def form(record: models.Model) -> str:
    return reverse(f"admin:{record._meta.app_label}_{record._meta.model_name}_change", args=[record.pk])


def say(records: Iterable[models.Model], sentence: str) -> Iterator[Finding]:
    for record in records:
        yield Finding(sentence.format(record=record), form(record))


def nothing_in_force(on: date) -> Iterator[Finding]:
    for model in (Strategy, ActionPlan):
        agreed = model.objects.published()
        if not agreed.in_force(on).exists():
            noun = model._meta.verbose_name
            last = agreed.last_in_force(on).first()
            ended = f"“{last}” has ended and nothing follows it" if last else "None has been entered"
            yield Finding(
                f"No {noun} is in force today. {ended}.", reverse(f"admin:partners_{model._meta.model_name}_changelist")
            )


def periods(on: date) -> Iterator[Finding]:
    for model in (Strategy, ActionPlan):
        published = model.objects.published()
        yield from say(published.undated(), "“{record}” has no dates, so nobody can tell whether it holds.")
        dated = published.exclude(starts_on=None, ends_on=None)
        yield from say(
            dated.filter(is_period_confirmed=False),
            "“{record}”: check the exact first and last day. Until then the public sees the years only.",
        )
        yield from say(
            published.agreed().filter(agreed_on=None), "“{record}” is agreed, but the day of agreement is missing."
        )


def parts(on: date) -> Iterator[Finding]:
    without = Strategy.objects.published().exclude(pk__in=Strategy.objects.having_objectives())
    yield from say(without, "“{record}” has no objectives on this site.")
    plans = ActionPlan.objects.published()
    yield from say(plans.filter(strategy=None), "“{record}” belongs to no strategy.")
    priorities = Priority.objects.published().select_related("plan")
    yield from say(plans.exclude(pk__in=priorities.values("plan")), "“{record}” has no priorities on this site.")
    yield from say(priorities.filter(actions=None, sub_priorities=None), "The priority “{record}” has no actions.")
    yield from say(priorities.filter(leads=None), "The priority “{record}” has no lead partner.")
    for model, parent in ((Objective, "strategy"), (Priority, "plan")):
        waiting = model.objects.filter(**{"published_at": None, f"{parent}__published_at__isnull": False})
        yield from say(
            waiting.select_related(parent), "“{record}” is still a draft, while what it is a part of is public."
        )


def partners(on: date) -> Iterator[Finding]:
    published = Partner.objects.published()
    current = ActionPlan.objects.published().in_force(on)
    leading = published.ended(on).filter(priorities__in=Priority.objects.published().filter(plan__in=current))
    yield from say(
        leading.distinct(), "“{record}” is no longer a member but still leads a priority of a plan in force."
    )
    yield from say(
        published.belonging(on).filter(standing=Partner.Standing.NOT_STATED),
        "“{record}”: its standing in law is not stated.",
    )
    members = published.exclude(standing=Partner.Standing.WORKS_CLOSELY)
    yield from say(members.filter(starts_on=None), "“{record}”: the day on which it joined is missing.")


def documents(on: date) -> Iterator[Finding]:
    yield from say(Document.objects.published().filter(versions=None), "The document “{record}” has no file.")


def groups(on: date) -> Iterator[Finding]:
    published = Group.objects.published().with_next_and_last(on)
    yield from say(published.filter(next_on=None), "“{record}” has no date to come.")
    yield from say(published.filter(every_count=None), "“{record}”: how often it meets is not stated.")


def public_meetings(on: date) -> Iterator[Finding]:
    upcoming = PublicMeeting.objects.published().upcoming(on).filter(is_cancelled=False)
    meetings = upcoming.exclude(kind=PublicMeeting.Kind.SURVEY)
    yield from say(meetings.filter(starts=None), "“{record}”: the time is not set.")
    yield from say(meetings.filter(venue="", address="", online="", stops=None), "“{record}”: the place is not set.")
    surveys = upcoming.filter(kind=PublicMeeting.Kind.SURVEY, link="")
    yield from say(surveys, "The survey “{record}” has no link, so nobody can tell where to answer it.")


def contact(on: date) -> Iterator[Finding]:
    site = SiteSettings.objects.filter(pk=1).first()
    for field in ("address", "telephone", "email", "opening_hours"):
        if site and not getattr(site, field):
            yield Finding(f"The contact details have no {label_for_field(field, SiteSettings)}.", form(site))
    yield from say(
        ReportingRoute.objects.published().filter(checked_on=None),
        "Nobody has noted checking “{record}”: call or open it, then give the day.",
    )


def accessibility(on: date) -> Iterator[Finding]:
    statement = AccessibilityStatement.objects.filter(pk=1).first()
    if statement is None:
        yield Finding(
            "There is no accessibility statement. The law asks for one.",
            reverse("admin:pages_accessibilitystatement_changelist"),
        )
        return
    url = form(statement)
    if statement.status == statement.Status.NOT_ASSESSED:
        yield Finding("The accessibility statement says that this website is not fully assessed yet.", url)
    if statement.prepared_on is None:
        yield Finding("The accessibility statement lacks the day on which it was prepared.", url)
    if "<a " not in statement.feedback:
        yield Finding(
            "The accessibility statement links to no contact form, as SI 2018/952, regulation 8(4)(c), asks for.",
            url,
        )


def never_checked(on: date) -> Iterator[Finding]:
    for model in (Page, Partner, Strategy, Objective, ActionPlan, Priority, Group, PublicMeeting, Document):
        count = model.objects.published().filter(updated_on=None).count()
        if count:
            meta = model._meta
            noun = meta.verbose_name if count == 1 else meta.verbose_name_plural
            yield Finding(
                f"{count} {noun}: not checked by an officer since the first load. The public is told so.",
                reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist"),
            )


RULES = [
    nothing_in_force,
    parts,
    documents,
    contact,
    public_meetings,
    groups,
    partners,
    accessibility,
    periods,
    never_checked,
]
