"""What a section can list below its text: for each choice of Section.Shows, the facts that its template reads.

Each of SHOWS returns at least "records": what is listed, from which the page knows when it last changed. A long list is
"paged": of it, only the page of that number. On the home page, "more" is where the reader finds the rest.
"""

from collections.abc import Callable
from datetime import date
from itertools import groupby
from typing import Any

from django.urls import reverse

from meetings import for_residents
from meetings.chart import draw, year_around
from meetings.models import Group
from pages.models import AccessibilityStatement, CaseReviewYear, Page, ReportingRoute, Section
from pages.privacy.cookies import cookies
from pages.privacy.retention import OF_OFFICERS, OF_READERS
from partners.models import ActionPlan, Objective, Partner, Priority, Standing, Strategy
from partners.models.action_plan import shown_priorities
from partners.models.strategy import shown_objectives
from sosafe_site.periods import Phase
from sosafe_site.publishing.models import ChangeNote, Document
from sosafe_site.publishing.models.change_note import with_records
from sosafe_site.publishing.paging import part


def objectives(on: date, number: int = 1) -> dict:
    """Of the leading strategies; if none has any on record, of the last strategy that has, so labelled."""
    everyones = Strategy.objects.published()
    own = everyones.own()
    objectives = shown_objectives(Objective.objects.published().top())
    leading = own.leading(on, objectives)
    with_objectives = [strategy for strategy in leading if strategy.shown_objectives]
    if not with_objectives:
        with_objectives = list(own.having_objectives().last_in_force(on).prefetch_related(objectives)[:1])
    parts = [objective for strategy in with_objectives for objective in strategy.shown_objectives]
    return {
        "leading": leading,
        "strategies": with_objectives,
        "waiting": own.waiting(on),
        "other_series": everyones.of_others(on),
        "records": [*leading, *with_objectives, *parts],
        "more": (reverse("strategies"), "See our strategies"),
    }


def priorities(on: date, number: int = 1) -> dict:
    everyones = ActionPlan.objects.published()
    own = everyones.own()
    plans = own.leading(on, shown_priorities(Priority.objects.published().top()))
    return {
        "plans": plans,
        "waiting": own.waiting(on),
        "other_series": everyones.of_others(on),
        "records": [*plans, *(priority for plan in plans for priority in plan.shown_priorities)],
        "more": (reverse("action-plans"), "See the action plan"),
    }


def partners(on: date, number: int = 1) -> dict:
    """As Partner.objects.in_their_places()."""
    everyone = part(Partner.objects.published().in_their_places(on), number)
    by_phase = {phase: [partner for partner in everyone if partner.phase(on) == phase] for phase in Phase}
    belonging = [partner for partner in everyone if partner.phase(on) in (Phase.CURRENT, Phase.UNDATED)]
    by_standing = {
        standing: [partner for partner in belonging if partner.standing_on(on) == standing] for standing in Standing
    }
    return {
        "members": [partner for partner in belonging if partner.standing_on(on) != Standing.WORKS_CLOSELY],
        "standings": [(standing, partners) for standing, partners in by_standing.items() if partners],
        "unknown": by_phase[Phase.UNKNOWN],
        "joining": by_phase[Phase.NOT_STARTED],
        "former": by_phase[Phase.ENDED],
        "has_undated": any(not partner.belonged for partner in belonging),
        "paged": everyone,
        "records": everyone,
        "more": (reverse("page", args=["who-belongs"]), "All partners and former members"),
    }


def public_meetings(on: date, number: int = 1) -> dict:
    """The next three."""
    meetings = for_residents.to_come(on)[:3]
    more = (reverse("public-meetings"), "All public meetings")
    return {"meetings": meetings, "records": [meeting.record for meeting in meetings], "more": more}


def updates(on: date, number: int = 1) -> dict:
    """The last three."""
    notes = with_records(list(ChangeNote.objects.public(on)[:3]))
    return {"notes": notes, "records": [], "more": (reverse("updates"), "See all updates")}


def groups(on: date, number: int = 1) -> dict:
    """Each group with its next and its last meeting, and its year of meetings as a row of the chart."""
    groups = part(Group.objects.published().with_next_and_last(on).with_meetings_between(*year_around(on)), number)
    rows = [
        (group, draw([(meeting.held_on, meeting.is_cancelled) for meeting in group.meetings_between], on))
        for group in groups
    ]
    return {
        "groups": groups,
        "rows": rows,
        "has_dates": any(row.marks for _, row in rows),
        "has_cancelled": any(row.has_cancelled for _, row in rows),
        "paged": groups,
        "records": groups,
        "more": (reverse("page", args=["meetings"]), "All groups and their meetings"),
    }


def routes(on: date, number: int = 1) -> dict:
    """Those of the home page first, as there."""
    routes = list(ReportingRoute.objects.published())
    return {
        "first": [route for route in routes if route.is_on_home_page],
        "others": [route for route in routes if not route.is_on_home_page],
        "records": routes,
    }


def contact(on: date, number: int = 1) -> dict:
    return {"records": []}  # the details themselves are in every page's context


def documents(on: date, number: int = 1) -> dict:
    documents = part(Document.objects.published().with_files(), number)
    return {"documents": documents, "paged": documents, "records": documents}


def case_review(on: date, number: int = 1) -> dict:
    years = part(CaseReviewYear.objects.shown(on), number)
    misfits = list(CaseReviewYear.objects.misfits(on)) if years else []
    return {"years": years, "misfits": misfits, "paged": years, "records": years}


def accessibility(on: date, number: int = 1) -> dict:
    return {"statement": AccessibilityStatement.objects.first(), "records": []}


def privacy(on: date, number: int = 1) -> dict:
    return {"cookies": cookies(), "of_readers": OF_READERS, "of_officers": OF_OFFICERS, "records": []}


SHOWS: dict[str, Callable[[date, int], dict]] = {
    Section.Shows.OBJECTIVES: objectives,
    Section.Shows.PRIORITIES: priorities,
    Section.Shows.PARTNERS: partners,
    Section.Shows.PUBLIC_MEETINGS: public_meetings,
    Section.Shows.UPDATES: updates,
    Section.Shows.GROUPS: groups,
    Section.Shows.ROUTES: routes,
    Section.Shows.CONTACT: contact,
    Section.Shows.DOCUMENTS: documents,
    Section.Shows.CASE_REVIEW: case_review,
    Section.Shows.ACCESSIBILITY: accessibility,
    Section.Shows.PRIVACY: privacy,
}

# What takes a band of the home page for itself; others stand side by side.
WIDE = {
    Section.Shows.OBJECTIVES,
    Section.Shows.PRIORITIES,
    Section.Shows.PARTNERS,
    Section.Shows.ROUTES,
    Section.Shows.CASE_REVIEW,
    Section.Shows.ACCESSIBILITY,
    Section.Shows.PRIVACY,
}

Shown = tuple[Section, dict[str, Any]]


def shown(page: Page, on: date, number: int = 1) -> list[Shown]:
    """The sections of a page in their order, each with the facts of what it lists."""
    return [(section, SHOWS[section.shows](on, number) if section.shows else {}) for section in page.sections.all()]


def records_of(sections: list[Shown]) -> list[Any]:
    return [record for _, facts in sections for record in facts.get("records", ())]


def bands(sections: list[Shown]) -> list[list[Shown]]:
    """Of the home page, in the order of its sections: what is wide alone, what is not together. At least one."""
    found: list[list[Shown]] = []
    for is_wide, group in groupby(sections, key=lambda each: each[0].shows in WIDE):
        several = list(group)
        found += [[each] for each in several] if is_wide else [several]
    return found or [[]]
