from collections.abc import Iterable, Iterator
from datetime import date

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.feedgenerator import Atom1Feed
from django.utils.http import http_date

from sosafe_site.periods import Period
from sosafe_site.publishing.notes import ChangeNote, with_records

NEWEST = 50  # entries that a feed holds


def atom(request: HttpRequest, title: str, page: str, entries: Iterable[dict]) -> HttpResponse:
    """An Atom feed (RFC 4287) of entries with "title", "link", "description", "unique_id" and "updateddate".

    "page" is the address that shows the same to people. Answers 304 to who has the newest entry already.
    """
    feed = Atom1Feed(
        title=title,
        link=f"{settings.SITE_URL}{page}",
        description="",
        language=settings.LANGUAGE_CODE,
        feed_url=f"{settings.SITE_URL}{request.path}",
    )
    for entry in entries:
        feed.add_item(**{**entry, "link": f"{settings.SITE_URL}{entry['link']}"})
    response = HttpResponse(feed.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")
    if not feed.num_items():
        return response
    newest = int(feed.latest_post_date().timestamp())
    response["Last-Modified"] = http_date(newest)
    return get_conditional_response(request, last_modified=newest, response=response) or response


def told(notes: Iterable[ChangeNote], on: date) -> Iterator[dict]:
    """The entries of change notes. A strategy's or plan's title says how it stands on the day."""
    for note in with_records(list(notes)):
        phase = f" ({note.about.phase_words(on).lower()})" if isinstance(note.about, Period) else ""
        yield {
            "title": f"{note.about}{phase}",
            "link": note.about.get_absolute_url(),
            "description": note.text,
            "unique_id": note.pk.urn,
            "pubdate": note.noted_at,
            "updateddate": note.noted_at,
        }
