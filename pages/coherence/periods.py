"""Strategies and plans whose dates are missing, leave a gap, overlap or don't fit each other."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from pages.coherence.finding import Finding, Rank, gap, gaps, wrong
from partners.models import ActionPlan, Series, Strategy
from partners.models.agreed import Agreed
from partners.models.sequence import seams
from partners.models.status import State
from sosafe_site.partial_dates import Known
from sosafe_site.publishing.admin_urls import admin_url, edit_url


def nothing_in_force(on: date) -> Iterator[Finding]:
    for model in (Strategy, ActionPlan):
        published: Any = model.objects.published().own()
        if published.in_force(on).exists():
            continue
        last = published.last_in_force(on).first()
        waiting = list(published.waiting(on))
        following = next((each for each in waiting if each.status(on).state == State.NOT_STARTED), None)
        proposed = next((each for each in waiting if each.status(on).state == State.PROPOSED), None)
        sentences = [f"No {model._meta.verbose_name} is in force."]
        url = admin_url(model, "changelist")
        if following:
            begins = f"“{following}” begins {following.begins}."
            sentences += [f"“{last}” has ended.", begins] if last else [begins]
        elif proposed:
            draft = f"“{proposed}” is only a draft for consultation."
            sentences += [f"“{last}” has ended.", draft] if last else [draft]
            url = edit_url(proposed)
        else:
            sentences += [
                f"“{last}” has ended and nothing follows it." if last else "None with dates has been entered."
            ]
        yield Finding(" ".join(sentences), url, "nothing-in-force", model._meta.label_lower, Rank.WRONG)


def sequence(on: date) -> Iterator[Finding]:
    """A gap or an overlap within a series, as its page tells it."""
    for model in (Strategy, ActionPlan):
        agreed = [each for each in model.objects.published().with_judged() if not each.is_proposed_on(on)]
        for series in {each.series_id for each in agreed}:
            of_series = [each for each in agreed if each.series_id == series]
            for seam in seams(of_series, str(model._meta.verbose_name)):
                say, rule = (gap, "years-not-held") if seam.is_gap else (wrong, "overlap")
                yield say(rule, seam.after, f"{seam.sentence} Check “{seam.before}” and “{seam.after}”.")


def series(on: date) -> Iterator[Finding]:
    unused = Series.objects.exclude(pk__in=Strategy.objects.exclude(series=None).values("series"))
    yield from gaps(
        "series-unused",
        unused.exclude(pk__in=ActionPlan.objects.exclude(series=None).values("series")),
        "No strategy or plan belongs to the series “{record}”.",
    )


def fit(on: date) -> Iterator[Finding]:
    plans = ActionPlan.objects.published().select_related("strategy").prefetch_related("strategy__extensions")
    yield from gaps("plan-without-strategy", plans.filter(strategy=None), "“{record}” belongs to no strategy.")
    for plan in plans.exclude(strategy=None):
        if goes_beyond(plan, plan.strategy):
            yield wrong("plan-beyond-strategy", plan, f"“{plan}” has days outside its strategy, “{plan.strategy}”.")
        if plan.strategy.is_proposed_on(on) and not plan.is_proposed_on(on):
            sentence = f"“{plan}” is agreed, but its strategy, “{plan.strategy}”, is not."
            yield wrong("plan-agreed-first", plan, sentence)


def goes_beyond(plan: Agreed, strategy: Agreed) -> bool:
    """Of what has a day at all; another rule tells of the undated."""
    if plan.starts_on is None and plan.ends_on is None:
        return False
    begins = strategy.starts_on and (plan.starts_on is None or plan.starts_on < strategy.starts_on)
    ends = strategy.ends_on and (plan.ends_on is None or plan.ends_on > strategy.ends_on)
    return bool(begins or ends)


def periods(on: date) -> Iterator[Finding]:
    """What is not on record is asked for no more once an officer has said so."""
    for model in (Strategy, ActionPlan):
        published: Any = model.objects.published()
        not_said = published.exclude(starts_on_known=Known.UNKNOWN)
        yield from gaps(
            "without-dates", not_said.undated(), "“{record}” has no dates, so nobody can tell whether it holds."
        )
        yield from gaps(
            "assumed-days",
            [each for each in published if each.is_assumed],
            "“{record}”: check the exact first and last day. Until then the public sees the years only.",
        )
        unsaid = published.filter(standing=model.Standing.AGREED, agreed_on=None)
        yield from gaps(
            "agreed-when",
            unsaid.exclude(agreed_on_known=Known.UNKNOWN),
            "“{record}” is agreed, but the day of agreement is missing.",
        )
        for record in published.exclude(agreed_on=None).exclude(starts_on=None):
            if record.ends_on and record.agreed.earliest and record.agreed.earliest > record.ends_on:
                yield wrong("agreed-too-late", record, f"“{record}” was agreed after its last day: check both.")
        extended = published.with_judged()
        for record in extended:
            for extension in record.extensions_in_order:
                if record.ends_on and extension.until_on >= record.ends_on:
                    sentence = f"“{record}” was extended, but its last day is not after the former one: check both."
                    yield wrong("extended-backwards", record, sentence)
