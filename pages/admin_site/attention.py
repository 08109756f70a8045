"""All that needs the officers' attention, and what they have answered of gaps that will stay."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.text import slugify

from pages.coherence import Finding, Rank, attention
from sosafe_site.periods import viewing_date
from sosafe_site.publishing.models import GapAnswer

NO_REASON = "Choose one of the two and write the reason: whoever asks in a year wants to know."


def needs_attention(request: HttpRequest, admin_site: Any) -> HttpResponse:
    may_answer = request.user.has_perms(["publishing.add_gapanswer", "publishing.delete_gapanswer"])
    if request.method == "POST":
        if not may_answer:
            raise PermissionDenied
        if is_done(request):
            return redirect("admin:attention")
    found = attention(viewing_date(request))
    context = {
        **admin_site.each_context(request),
        "title": "What needs your attention",
        "ranks": [(rank, slugify(rank), kinds) for rank, kinds in found.asked.items()],
        "answered": found.answered,
        "may_answer": may_answer,
        "kinds": GapAnswer.Kind,
        "typed": request.POST,
    }
    return TemplateResponse(request, "admin/attention.html", context)


def is_done(request: HttpRequest) -> bool:
    """Whether the answer was kept or taken back; if not, what was typed is to be shown again."""
    rule, about = request.POST.get("rule", ""), request.POST.get("about", "")
    if "_again" in request.POST:
        for answer in GapAnswer.objects.filter(rule=rule, record=about):
            answer.delete()
            messages.success(request, f"It is asked for again. What was said of it: {answer}")
        return True
    kind, reason = request.POST.get("kind", ""), request.POST.get("reason", "").strip()
    if kind not in GapAnswer.Kind.values or not reason:
        messages.error(request, NO_REASON)
        return False
    gap = gap_of(request, rule, about)
    if gap is None:
        messages.warning(request, "That is not missing any more, so there is nothing to answer.")
        return True
    by: Any = request.user  # an account: the admin's views ask for one
    try:
        with transaction.atomic():
            GapAnswer.objects.create(rule=rule, record=about, kind=kind, reason=reason, made_by=by)
    except IntegrityError:
        messages.warning(request, "A colleague has answered this already. See below what was said.")
        return True
    messages.success(request, f"You are not asked for it any more: {gap.sentence}")
    return True


def gap_of(request: HttpRequest, rule: str, about: str) -> Finding | None:
    """The gap that is answered, of those that are there now; what readers see wrong can't be answered away."""
    there = attention(viewing_date(request))
    gaps = [finding for found in there.asked.get(Rank.GAP, {}).values() for finding in found]
    gaps += [finding for finding, _ in there.answered]
    return next((each for each in gaps if rule and (each.rule, each.about) == (rule, about)), None)
