from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from partners.cover import cover, reaching
from partners.models import ActionPlan, Objective, Partner, Priority, Strategy
from partners.models.action_plan import plan_parts
from partners.models.sequence import drawn, newest_first
from partners.models.status import State
from partners.models.strategy import strategy_parts
from sosafe_site.periods import Phase, viewing_date
from sosafe_site.publishing.feeds import NEWEST, atom, told
from sosafe_site.publishing.models import ChangeNote
from sosafe_site.publishing.models.address import with_former_anchors
from sosafe_site.publishing.models.publishable import check_of_words, last_change, last_change_of_words
from sosafe_site.publishing.paging import paged, part


@require_safe
def partner(request: HttpRequest, slug: str) -> HttpResponse:
    on = viewing_date(request)
    partner = get_object_or_404(Partner.objects.visible_to(request.user).with_names().select_related("logo"), slug=slug)
    memberships, perhaps = partner.memberships.in_public_groups().told(on)
    led = partner.priorities.published().select_related("plan").prefetch_related("plan__extensions")
    context = {
        "partner": partner,
        "updated_on": partner.updated_on,
        "name": partner.name_on(on),
        "phase": partner.phase(on),
        "standing": partner.standing_on(on),
        "left": partner.left_words(on),
        "back": partner.back_when(on),
        "on": on,
        **bodies_beside(partner),
        "memberships": memberships,
        "perhaps": perhaps,
        "leads": led.filter(plan__in=ActionPlan.objects.in_state(on, *LED_IN.get(partner.phase(on), HOLDING))),
        "paged": paged(request, led.filter(plan__in=ActionPlan.objects.in_state(on, State.ENDED))),
    }
    return render(request, "partners/partner_detail.html", context)


HOLDING = (State.NOT_STARTED, State.CURRENT, State.UNDATED, State.UNKNOWN)
# A body that has gone leads nothing any more, and one that is still to come leads what is still to come
LED_IN: dict[Phase, tuple[State, ...]] = {Phase.ENDED: (), Phase.NOT_STARTED: (State.NOT_STARTED,)}


def bodies_beside(partner: Partner) -> dict[str, QuerySet]:
    """The other partners that its page names, as far as they are public."""
    everyone = Partner.objects.published().with_names()
    return {
        "successors": everyone.filter(predecessors=partner),
        "predecessors": everyone.filter(successors=partner),
        "included": everyone.filter(included_in=partner),
        "included_in": everyone.filter(includes=partner),
        "run_by": everyone.filter(runs=partner),
        "runs": everyone.filter(run_by=partner),
    }


@require_safe
def strategy_list(request: HttpRequest) -> HttpResponse:
    on = viewing_date(request)
    everyones = Strategy.objects.published()
    published = everyones.own()
    strategies = published.leading(on, *strategy_parts(request.user))
    timeline = published.as_timeline(list(ActionPlan.objects.published().in_order()), on)
    context = {
        "on": on,
        "strategies": strategies,
        "with_objectives": published.having_objectives().last_in_force(on)[:1],
        "waiting": published.waiting(on),
        "timeline": timeline,
        "paged": paged(request, timeline["others"]),
        "other_series": everyones.of_others(on),
        "updated_on": last_change([*strategies, *(part for each in strategies for part in each.shown_objectives)]),
    }
    return render(request, "partners/strategy_list.html", context)


@require_safe
def strategy(request: HttpRequest, slug: str) -> HttpResponse:
    on = viewing_date(request)
    published = Strategy.objects.published()
    strategy = get_object_or_404(
        Strategy.objects.visible_to(request.user).with_parts(request.user).select_related("series"), slug=slug
    )
    of_series = published.of(strategy.series)
    plans = list(ActionPlan.objects.published().in_order().with_strategy())
    timeline = of_series.as_timeline(plans, on)
    parts = with_former_anchors(strategy.shown_objectives)
    context = {
        "on": on,
        "strategy": strategy,
        "reaching": reaching(strategy, plans, of_series.everyone, on),
        "timeline": timeline,
        "others": part(timeline["others"]),
        "following": published.following(strategy, on),
        "updated_on": last_change_of_words(strategy, parts),
        **check_of_words(strategy, parts),
    }
    return render(request, "partners/strategy_detail.html", context)


@require_safe
def strategy_feed(request: HttpRequest, slug: str) -> HttpResponse:
    strategy = get_object_or_404(Strategy.objects.visible_to(request.user), slug=slug)
    return feed(request, strategy, strategy.objectives.published())


@require_safe
def objective(request: HttpRequest, strategy: str, slug: str) -> HttpResponse:
    objectives = (
        Objective.objects.visible_to(request.user)
        .with_parts(request.user)
        .select_related("strategy", "parent__strategy")
        .prefetch_related("strategy__extensions")
    )
    objective = get_object_or_404(objectives, strategy__slug=strategy, slug=slug)
    context = {
        "on": viewing_date(request),
        "objective": objective,
        "updated_on": last_change_of_words(objective, objective.shown_parts),
        **check_of_words(objective, objective.shown_parts),
        "following": Strategy.objects.published().following(objective.strategy, viewing_date(request)),
        "priorities": objective.priorities.published().select_related("plan").prefetch_related("plan__extensions"),
    }
    return render(request, "partners/objective_detail.html", context)


@require_safe
def action_plan_list(request: HttpRequest) -> HttpResponse:
    on = viewing_date(request)
    everyones = ActionPlan.objects.published()
    published = everyones.own()
    plans = published.leading(on, *plan_parts(request.user))
    context = {
        "on": on,
        "plans": plans,
        "waiting": published.waiting(on),
        "seams": published.seams(on),
        "scale": drawn(published.everyone, on),
        "paged": paged(request, [plan for plan in newest_first(published.everyone) if plan not in plans]),
        "other_series": everyones.of_others(on),
        "updated_on": last_change([*plans, *(part for each in plans for part in each.shown_priorities)]),
    }
    return render(request, "partners/actionplan_list.html", context)


@require_safe
def action_plan(request: HttpRequest, slug: str) -> HttpResponse:
    on, published = viewing_date(request), ActionPlan.objects.published()
    plans = ActionPlan.objects.visible_to(request.user).with_parts(request.user).with_strategy()
    plan = get_object_or_404(plans.select_related("series"), slug=slug)
    parts = with_former_anchors(plan.shown_priorities)
    context = {
        "on": on,
        "plan": plan,
        "cover": cover(plan, Strategy.objects.published().of(plan.series).everyone, on),
        "others": part([each for each in newest_first(published.of(plan.series).everyone) if each != plan]),
        "following": published.following(plan, on),
        "updated_on": last_change_of_words(plan, parts),
        **check_of_words(plan, parts),
    }
    return render(request, "partners/actionplan_detail.html", context)


@require_safe
def action_plan_feed(request: HttpRequest, slug: str) -> HttpResponse:
    plan = get_object_or_404(ActionPlan.objects.visible_to(request.user), slug=slug)
    return feed(request, plan, plan.priorities.published())


def feed(request: HttpRequest, whole: Strategy | ActionPlan, parts: QuerySet) -> HttpResponse:
    """What readers were told of changes of a strategy or plan and its parts."""
    on = viewing_date(request)
    notes = ChangeNote.objects.public(on).about([whole, *parts])
    return atom(request, f"Changes: {whole}", whole.get_absolute_url(), told(notes[:NEWEST], on))


@require_safe
def priority(request: HttpRequest, plan: str, slug: str) -> HttpResponse:
    priorities = (
        Priority.objects.visible_to(request.user)
        .with_parts(request.user)
        .with_lineage()
        .select_related("plan", "parent__plan")
        .prefetch_related("plan__extensions")
    )
    priority = get_object_or_404(priorities, plan__slug=plan, slug=slug)
    context = {
        "on": viewing_date(request),
        "priority": priority,
        "following": ActionPlan.objects.published().following(priority.plan, viewing_date(request)),
        "updated_on": last_change_of_words(priority, priority.shown_parts),
        **check_of_words(priority, priority.shown_parts),
    }
    return render(request, "partners/priority_detail.html", context)
