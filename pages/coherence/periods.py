"""Strategies and plans whose dates are missing, leave a gap, overlap or don't fit each other."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from itertools import accumulate

from django.db.models import F, Q
from django.utils.formats import date_format

from pages.coherence.finding import Finding, say
from partners.models import ActionPlan, Strategy
from sosafe_site.partial_dates import DATE_WORDS
from sosafe_site.periods import Span, span_words
from sosafe_site.publishing.admin_urls import admin_url, edit_url

DAY = timedelta(days=1)


def nothing_in_force(on: date) -> Iterator[Finding]:
    for model in (Strategy, ActionPlan):
        published = model.objects.published()
        if published.in_force(on).exists():
            continue
        last = published.last_in_force(on).first()
        following = published.agreed().not_started(on).order_by("starts_on").first()
        proposed = published.filter(standing=model.Standing.PROPOSED).exclude(ends_on__lt=on).newest_first().first()
        sentences = [f"No {model._meta.verbose_name} is in force today."]
        url = admin_url(model, "changelist")
        if following:
            begins = f"“{following}” begins on {date_format(following.starts_on, DATE_WORDS)}."
            sentences += [f"“{last}” has ended.", begins] if last else [begins]
        elif proposed:
            draft = f"“{proposed}” is only a draft for consultation."
            sentences += [f"“{last}” has ended.", draft] if last else [draft]
            url = edit_url(proposed)
        else:
            sentences += [
                f"“{last}” has ended and nothing follows it." if last else "None with dates has been entered."
            ]
        yield Finding(" ".join(sentences), url)


def sequence(on: date) -> Iterator[Finding]:
    """A gap or an overlap between an agreed one and those before it; one that begins the day after leaves no gap."""
    for model in (Strategy, ActionPlan):
        dated = model.objects.published().agreed().exclude(starts_on=None, ends_on=None)
        in_order = sorted(dated, key=first_and_last)
        latest = accumulate(in_order, partial(max, key=lambda span: first_and_last(span)[1]))  # that ends last so far
        for before, record in zip(latest, in_order[1:], strict=False):
            (first, last), until = first_and_last(record), first_and_last(before)[1]
            if first <= until:
                both = span_words(in_words(first), in_words(min(last, until)))
                yield Finding(f"“{before}” and “{record}” overlap, {both}: check their days.", edit_url(record))
            elif first - until > DAY:
                gap = span_words(in_words(until + DAY), in_words(first - DAY))
                sentence = f"No {model._meta.verbose_name} held between “{before}” and “{record}”, {gap}"
                yield Finding(f"{sentence}: check their days.", edit_url(record))


def first_and_last(span: Span) -> tuple[date, date]:
    """An unknown first day reaches back without end, an unknown last day forward."""
    return span.starts_on or date.min, span.ends_on or date.max


def in_words(day: date) -> str | None:
    return None if day in (date.min, date.max) else date_format(day, DATE_WORDS)


def fit(on: date) -> Iterator[Finding]:
    plans = ActionPlan.objects.published().select_related("strategy")
    yield from say(plans.filter(strategy=None), "“{record}” belongs to no strategy.")
    starts_before = Q(starts_on__lt=F("strategy__starts_on")) | Q(starts_on=None, strategy__starts_on__isnull=False)
    ends_after = Q(ends_on__gt=F("strategy__ends_on")) | Q(ends_on=None, strategy__ends_on__isnull=False)
    is_undated = Q(starts_on=None, ends_on=None)  # of which another rule tells
    yield from say(
        plans.exclude(is_undated).filter(starts_before | ends_after),
        "“{record}” has days outside its strategy, “{record.strategy}”.",
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
