import re
from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

from django import template
from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_permission_codename
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from sosafe_site.periods import Period, Phase, Span, dates_in_words, today, viewing_date
from sosafe_site.publishing.admin_urls import admin_url
from sosafe_site.publishing.models.change_note import ChangeNote
from sosafe_site.publishing.models.publishable import Publishable
from sosafe_site.publishing.models.revision import Revision
from sosafe_site.publishing.text.shown import as_text, framed

register = template.Library()
HEADING_TAG = re.compile(r"(</?h)([34])\b")


@register.filter
def phase(span: Span, on: date) -> Phase:
    return span.phase(on)


@register.filter
def how_it_stands(record: Publishable, on: date) -> str:
    """The phase of a strategy or plan; nothing of what has none."""
    return record.phase_words(on) if isinstance(record, Period) else ""


@register.filter
def phase_words(span: Span, on: date) -> str:
    return span.phase_words(on)


@register.filter
def no_later_than(on: date, last: date | None) -> date:
    """The earlier of the two days: a page about something that ended speaks as on its last day."""
    return min(on, last) if last else on


@register.filter
def dates(span: Span) -> str:
    return dates_in_words(span)


@register.filter(expects_localtime=True)
def clock(at: time | datetime) -> str:
    """ "10am", "6:30pm", "midday", "midnight"."""
    if at.minute == 0 and at.hour in (0, 12):
        return "midday" if at.hour else "midnight"
    minutes = f":{at.minute:02}" if at.minute else ""
    return f"{at.hour % 12 or 12}{minutes}{'pm' if at.hour >= 12 else 'am'}"


@register.filter
def rich(html: str, top: int) -> SafeString:
    """Officers' text, its highest headings (h3 in the editor) at level top, the next below the heading it stands under.

    RichTextField has cleaned it on its way in, so it may stand in the page as it is.
    """
    html = html.replace('<p data-as="button">', '<p class="go">')
    html = html.replace("<aside>", '<div class="callout" role="note">').replace("</aside>", "</div>")
    levelled = HEADING_TAG.sub(lambda tag: f"{tag[1]}{int(tag[2]) - 3 + top}", html)
    return mark_safe(as_text(framed(levelled)))  # noqa: S308  # cleaned when it was stored


@register.simple_tag(takes_context=True)
def page_address(context: Any, number: int) -> str:
    """Of another page of the list that is open; what else was asked for, such as the day, stays. The first has none."""
    query = context.request.GET.copy()
    query.pop("page", None)
    if number > 1:
        query["page"] = str(number)
    return f"?{query.urlencode()}" if query else context.request.path


@register.simple_tag(takes_context=True)
def other_day(context: Any) -> date | None:
    """The day that the reader asked for; also within a piece that is given nothing else."""
    return viewing_date(context.request) if context.request.GET.get("on") else None


@register.inclusion_tag("components/changes.html", takes_context=True)
def changes(context: Any, record: Publishable, parts: Iterable[Any] = ()) -> dict:
    """What readers were told by the day of changes of a record and its parts, the newest first; and as "later",
    since the words are those of today, by which amendments after the day they differ from those of then."""
    on, titles = viewing_date(context.request), {part.pk: part.title for part in parts}
    told = [(titles.get(note.record, ""), note) for note in ChangeNote.objects.about([record, *parts]).told_by(today())]
    return {
        "changes": [(part, note) for part, note in told if note.day <= on],
        "later": [(part, note) for part, note in told if note.day > on and note.is_amendment],
    }


def may_change(request: HttpRequest, model: Any) -> bool:
    """Asked of readers without touching a session, so that their page is the same for all."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES or not request.user.is_staff:
        return False
    return request.user.has_perm(f"{model._meta.app_label}.{get_permission_codename('change', model._meta)}")


@register.simple_tag(takes_context=True)
def edit_this(context: Any, record: Publishable) -> str:
    """For officers: where the record of this page is edited, and what of it readers don't see. Nothing for readers."""
    request = context["request"]
    hidden = [each.state for each in (record, *record.parents()) if not each.is_published]
    facts = {"state": hidden[0] if hidden else "", "url": "", "words": ""}
    if may_change(request, record):
        facts |= {"url": record.get_edit_url(), "words": f"Edit this {record._meta.verbose_name}"}
        facts["has_draft"] = Revision.objects.of(record).open().exists()
    return render_to_string("components/edit.html", facts) if hidden or facts["url"] else ""


@register.simple_tag(takes_context=True)
def edit_these(context: Any, label: str) -> str:
    """The same on a page that lists all of a kind."""
    model = apps.get_model(label)
    if not may_change(context["request"], model):
        return ""
    url = admin_url(model, "changelist")
    return render_to_string(
        "components/edit.html", {"url": url, "words": f"Edit the {model._meta.verbose_name_plural}"}
    )
