"""Each rule of the tables: what breaks it, and that the officer is told in words."""

from datetime import UTC, date, datetime, time
from uuid import UUID

import pytest
import time_machine
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction

from meetings.models import Chair, Group, Meeting, Membership, PublicMeeting, Stop
from pages.models import AccessibilityStatement, Alert, CaseReviewYear, Page, ReportingRoute, Section, SiteSettings
from partners.models import (
    ActionPlan,
    Continuation,
    EarlierName,
    EarlierStanding,
    Objective,
    Partner,
    Priority,
    Strategy,
)
from sosafe_site.periods import Span
from sosafe_site.publishing.constraints import rule_in_words, rule_problems
from sosafe_site.publishing.models import (
    Document,
    DocumentVersion,
    GapAnswer,
    Picture,
    Readiness,
    ReviewReminder,
    Revision,
)
from tests import make

BACKWARDS = {"starts_on": date(2020, 1, 2), "ends_on": date(2020, 1, 1)}
MORNING, EVENING = datetime(2026, 1, 1, 8, tzinfo=UTC), datetime(2026, 1, 1, 20, tzinfo=UTC)


def another_objective():
    return {"strategy": make.make_objective(slug="one", published_at=None).strategy, "slug": "one"}


def another_priority():
    return {"plan": make.make_priority(slug="one", published_at=None).plan, "slug": "one"}


def another_draft():
    draft = make.make_draft()
    return {"model": draft.model, "record": draft.record}


def another_readiness():
    ready = make.make_readiness()
    return {"model": ready.model, "record": ready.record}


def another_version():
    return {"document": make.make_version().document, "number": 1}


def another_section():
    return {"page": make.make_section(anchor="one").page, "anchor": "one"}


def another_name():
    earlier = make.make_earlier_name(partner=make.make_partner())
    return {"partner": earlier.partner, "ends_on": earlier.ends_on}


def another_meeting():
    return {"group": make.make_meeting(held_on=date(2026, 1, 1)).group, "held_on": date(2026, 1, 1)}


def another_answer():
    answer = make.make_gap_answer()
    return {"rule": answer.rule, "record": answer.record}


def another_reminder():
    post = make.make_post()
    what = {"record": post.pk, "review_on": date(2026, 1, 1), "is_overdue": False}
    make.make_reminder(post=post, **what)
    return {"post": post, **what}


def another_year():
    return {"starts_on": make.make_case_review_year().starts_on}


def the_same_lineage():
    link = make.make_continuation()
    return {"later": link.later, "earlier": link.earlier}


def itself():
    priority = make.make_priority()
    return {"later": priority, "earlier": priority}


def another_membership():
    member = make.make_membership()
    return {"group": member.group, "partner": member.partner}


def two_organisers():
    return {"partner": make.make_partner(), "other_organiser": "The residents"}


def answers_to_a_forum():
    return {"kind": "forum", "answers_go_to": make.make_public_meeting()}


# name of the constraint: model, its maker, fields that break it
BROKEN = {
    "partner_ends_after_it_starts": (Partner, make.make_partner, BACKWARDS),
    "earlier_standing_ends_after_it_starts": (EarlierStanding, make.make_earlier_standing, BACKWARDS),
    "earlier_standing_is_over": (EarlierStanding, make.make_earlier_standing, {"ends_on": None}),
    "partner_gives_up_one_name_a_day": (EarlierName, make.make_earlier_name, another_name),
    "strategy_ends_after_it_starts": (Strategy, make.make_strategy, BACKWARDS),
    "action_plan_ends_after_it_starts": (ActionPlan, make.make_plan, BACKWARDS),
    "strategy_has_an_agreed_day_only_when_agreed": (
        Strategy,
        make.make_strategy,
        {"standing": "proposed", "agreed_on": date(2020, 1, 1)},
    ),
    "action_plan_has_an_agreed_day_only_when_agreed": (
        ActionPlan,
        make.make_plan,
        {"standing": "proposed", "agreed_on": date(2020, 1, 1)},
    ),
    "strategy_has_each_objective_address_once": (Objective, make.make_objective, another_objective),
    "plan_has_each_priority_address_once": (Priority, make.make_priority, another_priority),
    "priority_does_not_continue_itself": (Continuation, make.make_continuation, itself),
    "priority_continues_another_once": (Continuation, make.make_continuation, the_same_lineage),
    "picture_is_told_in_words_or_is_decoration": (Picture, make.make_picture, {"is_decoration": True, "alt": "Words"}),
    "document_has_each_version_once": (DocumentVersion, make.make_version, another_version),
    "record_has_one_draft": (Revision, make.make_draft, another_draft),
    "record_is_ready_once": (Readiness, make.make_readiness, another_readiness),
    "what_could_not_be_published_has_no_moment": (Readiness, make.make_readiness, {"problem": "It clashed."}),
    "gap_is_answered_once": (GapAnswer, make.make_gap_answer, another_answer),
    "gap_is_answered_with_a_reason": (GapAnswer, make.make_gap_answer, {"reason": ""}),
    "post_is_reminded_once": (ReviewReminder, make.make_reminder, another_reminder),
    "group_cadence_has_count_and_unit": (Group, make.make_group, {"every_count": 4}),
    "group_weekday_goes_with_its_unit": (
        Group,
        make.make_group,
        {"every_count": 1, "every_unit": "month", "weekday": 1},
    ),
    "group_is_counted_from_a_day_only_with_a_pattern": (
        Group,
        make.make_group,
        {"every_count": 5, "every_unit": "times", "counted_from": date(2026, 1, 1)},
    ),
    "chair_ends_after_it_starts": (Chair, make.make_chair, BACKWARDS),
    "membership_ends_after_it_starts": (Membership, make.make_membership, BACKWARDS),
    "partner_belongs_to_a_group_once": (Membership, make.make_membership, another_membership),
    "group_address_is_not_a_word_of_the_site": (Group, make.make_group, {"slug": "public"}),
    "group_meets_once_a_day": (Meeting, make.make_meeting, another_meeting),
    "meeting_ends_after_it_starts": (Meeting, make.make_meeting, {"starts": time(19), "ends": time(18)}),
    "stop_ends_after_it_starts": (Stop, make.make_stop, {"starts": time(19), "ends": time(8)}),
    "public_meeting_has_a_kind": (PublicMeeting, make.make_public_meeting, {"kind": ""}),
    "meeting_minutes_are_approved_after_it": (
        Meeting,
        make.make_meeting,
        {"held_on": date(2026, 1, 1), "minutes_approved_on": date(2026, 1, 1)},
    ),
    "public_meeting_ends_after_it_starts": (
        PublicMeeting,
        make.make_public_meeting,
        {"starts": time(19), "ends": time(18)},
    ),
    "public_meeting_address_is_not_a_word_of_the_site": (PublicMeeting, make.make_public_meeting, {"slug": "past"}),
    "public_meeting_has_one_organiser": (PublicMeeting, make.make_public_meeting, two_organisers),
    "public_meeting_names_its_link": (PublicMeeting, make.make_public_meeting, {"link": "https://www.example.org/"}),
    "public_meeting_takes_answers_only_from_a_survey": (PublicMeeting, make.make_public_meeting, answers_to_a_forum),
    "survey_has_a_last_day_without_hours": (
        PublicMeeting,
        make.make_public_meeting,
        {"kind": "survey", "starts": time(9)},
    ),
    "page_can_be_reached": (Page, make.make_page, {"menu": ""}),
    "page_address_is_not_a_word_of_the_site": (Page, make.make_page, {"slug": "admin"}),
    "built_in_page_is_published": (Page, make.make_page, {"slug": "privacy", "published_at": None}),
    "campaign_has_a_first_and_a_last_day": (Page, make.make_page, {"campaign_starts_on": date(2026, 1, 1)}),
    "built_in_page_is_no_campaign": (
        Page,
        make.make_page,
        {"slug": "privacy", "campaign_starts_on": date(2026, 1, 1), "campaign_ends_on": date(2026, 1, 2)},
    ),
    "page_has_each_anchor_once": (Section, make.make_section, another_section),
    "section_anchor_is_not_a_word_of_the_layout": (Section, make.make_section, {"anchor": "main"}),
    "reporting_route_leads_somewhere": (ReportingRoute, make.make_route, {"telephone": ""}),
    "reporting_route_names_its_website": (ReportingRoute, make.make_route, {"website": "https://www.example.org/"}),
    "case_review_year_ends_after_it_starts": (CaseReviewYear, make.make_case_review_year, BACKWARDS),
    "case_review_year_is_entered_once": (CaseReviewYear, make.make_case_review_year, another_year),
    "case_review_year_refuses_no_more_than_it_received": (
        CaseReviewYear,
        make.make_case_review_year,
        {"applications": 2, "not_met": 3},
    ),
    "case_review_year_recommends_no_more_than_it_reviewed": (
        CaseReviewYear,
        make.make_case_review_year,
        {"reviews": 0, "recommended": 1},
    ),
    "alert_ends_after_it_starts": (Alert, make.make_alert, {"starts_at": EVENING, "ends_at": MORNING}),
    "alert_names_its_link": (Alert, make.make_alert, {"link": "https://www.example.org/"}),
    "site_settings_is_published": (SiteSettings, make.make_site, {"published_at": None}),
    "accessibility_statement_is_published": (
        AccessibilityStatement,
        make.make_statement,
        {"withdrawn_at": make.LONG_AGO, "withdrawal_reason": "Wrong."},
    ),
    "there_is_one_site_settings": (SiteSettings, make.make_site, {"pk": UUID(int=9)}),
    "there_is_one_accessibility_statement": (AccessibilityStatement, make.make_statement, {"pk": UUID(int=9)}),
}

WITHDRAWN = {"withdrawn_at": MORNING}
BROKEN |= {
    "document_is_withdrawn_with_a_reason": (Document, make.make_document, WITHDRAWN),
    "partner_is_withdrawn_with_a_reason": (Partner, make.make_partner, WITHDRAWN),
    "strategy_is_withdrawn_with_a_reason": (Strategy, make.make_strategy, WITHDRAWN),
    "objective_is_withdrawn_with_a_reason": (Objective, make.make_objective, WITHDRAWN),
    "action_plan_is_withdrawn_with_a_reason": (ActionPlan, make.make_plan, WITHDRAWN),
    "priority_is_withdrawn_with_a_reason": (Priority, make.make_priority, WITHDRAWN),
    "group_is_withdrawn_with_a_reason": (Group, make.make_group, WITHDRAWN),
    "public_meeting_is_withdrawn_with_a_reason": (PublicMeeting, make.make_public_meeting, WITHDRAWN),
    "alert_is_withdrawn_with_a_reason": (Alert, make.make_alert, WITHDRAWN),
    "page_is_withdrawn_with_a_reason": (Page, make.make_page, WITHDRAWN),
    "case_review_year_is_withdrawn_with_a_reason": (CaseReviewYear, make.make_case_review_year, WITHDRAWN),
    "reporting_route_is_withdrawn_with_a_reason": (ReportingRoute, make.make_route, WITHDRAWN),
}


def our_constraints():
    ours = {"publishing", "partners", "meetings", "pages"}
    return {
        constraint.name: constraint
        for model in apps.get_models()
        if model._meta.app_label in ours
        for constraint in model._meta.constraints
    }


@pytest.mark.parametrize("name", BROKEN)
def test_what_breaks_a_rule_is_refused_by_the_form_and_by_the_table(db, monkeypatch, name):
    model, maker, fields = BROKEN[name]
    fields = fields() if callable(fields) else fields
    words = our_constraints()[name].violation_error_message
    with pytest.raises(ValidationError) as error:
        maker(**fields)
    assert words in error.value.messages

    made = []
    monkeypatch.setattr(model, "full_clean", lambda self: made.append(self))
    with transaction.atomic(), pytest.raises(IntegrityError) as error:
        maker(**fields)
    assert rule_in_words(error.value) == words, "whatever the database calls it"

    others = list(model.objects.all()) or [other() for kind, other in make.MAKERS.items() if kind is model]
    *of_others, problem = rule_problems([*others, made[0]])
    assert words in problem.messages, "also when several are asked about at once"
    assert of_others == [None for _ in others]


def test_every_rule_has_its_test_and_its_words():
    rules = our_constraints()
    assert rules.keys() == BROKEN.keys()
    default = models.CheckConstraint.default_violation_error_message
    assert [name for name, rule in rules.items() if rule.violation_error_message == default] == []


def test_every_span_ends_after_it_starts():
    """An abstract Meta's constraints vanish when a child writes its own Meta, so each model names the rule itself."""
    spans = [model for model in apps.get_models() if issubclass(model, Span)]
    assert len(spans) >= 3
    for model in spans:
        assert any(constraint.name.endswith("_ends_after_it_starts") for constraint in model._meta.constraints), model


def test_two_alerts_never_show_at_once(db):
    with time_machine.travel(MORNING, tick=False):
        make.make_alert(starts_at=MORNING, ends_at=EVENING, title="Fire")
        with pytest.raises(ValidationError, match="“Fire” shows during that time"):
            make.make_alert(starts_at=MORNING, ends_at=EVENING)
        make.make_alert(starts_at=EVENING, ends_at=make.FAR_AHEAD)


@pytest.mark.parametrize(
    ("make_part", "whole", "noun"),
    [(make.make_priority, "plan", "priority"), (make.make_objective, "strategy", "objective")],
)
def test_parts_of_parts_are_one_level_deep_and_in_one_whole(db, make_part, whole, noun):
    top = make_part()
    same = {whole: getattr(top, whole)}
    part = make_part(**same, parent=top)
    with pytest.raises(ValidationError, match=f"itself a sub-{noun}"):
        make_part(**same, parent=part)
    with pytest.raises(ValidationError, match=f"of the same (action )?{whole}"):
        make_part(parent=top)
    part.parent = part
    with pytest.raises(ValidationError, match=f"itself a sub-{noun}"):
        part.full_clean()
    alone = make_part(**same)
    alone.parent_id = alone.pk
    with pytest.raises(ValidationError, match="part of itself"):
        alone.full_clean()
    top.parent = make_part(**same)
    with pytest.raises(ValidationError, match=f"has sub-{noun[:-1]}"):
        top.full_clean()


def test_groups_report_in_no_circle(db):
    above = make.make_group()
    below = make.make_group(reports_to=make.make_group(reports_to=above))
    for group, chosen in ((above, below), (below, below)):
        group.reports_to = chosen
        with pytest.raises(ValidationError, match="That group reports to this one"):
            group.full_clean()
