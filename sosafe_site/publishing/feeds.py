"""What programs ask again and again: whole, or only that nothing has changed."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.feedgenerator import Atom1Feed
from django.utils.timezone import make_aware

from sosafe_site.periods import Period, today
from sosafe_site.publishing.caching import unless_known
from sosafe_site.publishing.models.change_note import ChangeNote, with_records
from sosafe_site.publishing.text.tidy import tidy

NEWEST = 50  # entries that a feed holds


class Feed(Atom1Feed):
    def add_item_elements(self, handler: Any, item: dict) -> None:
        """Text is announced as text: as HTML, which Django says, what stands in angle brackets would be lost."""
        super().add_item_elements(
            handler, {**item, "title": tidy(item["title"], is_one_line=True), "description": None}
        )
        handler.addQuickElement("summary", tidy(item["description"]), {"type": "text"})

    def latest_post_date(self) -> datetime:
        """Never before today, on which a title may say something new; never the clock's, which Django would take."""
        return max([make_aware(datetime.combine(today(), time())), *(item["updateddate"] for item in self.items)])


def atom(request: HttpRequest, title: str, page: str, entries: Iterable[dict]) -> HttpResponse:
    """An Atom feed (RFC 4287) of entries with "title", "link", "description", "unique_id" and "updateddate".

    Well-formed whatever stands in the tables. "page" is the address that shows the same to people.
    """
    address = f"{settings.SITE_URL}{request.path}"
    feed = Feed(
        title=tidy(title, is_one_line=True),
        link=f"{settings.SITE_URL}{page}",
        description="",
        language=settings.LANGUAGE_CODE,
        author_name=tidy(publisher(request), is_one_line=True),
        feed_url=address,
        feed_guid=address,
    )
    for entry in entries:
        feed.add_item(**{**entry, "link": f"{settings.SITE_URL}{entry['link']}"})
    return send(request, feed.writeString("utf-8").encode(), "application/atom+xml; charset=utf-8")


def publisher(request: HttpRequest) -> str:
    """Who publishes the site, as the frame of every page has it: no table of this floor knows."""
    return render_to_string("publishing/publisher.txt", request=request).strip()


def send(request: HttpRequest, content: bytes, content_type: str, changed_at: datetime | None = None) -> HttpResponse:
    """Without a moment, the content alone decides whether it has changed."""
    etag = f'"{sha256(content).hexdigest()[:32]}"'
    response = unless_known(request, etag, changed_at, lambda: HttpResponse(content, content_type=content_type))
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


def told(notes: Iterable[ChangeNote], on: date) -> Iterator[dict]:
    """The entries of change notes. A strategy's or plan's title says how it stands on the day."""
    for note in with_records(list(notes)):
        phase = f" ({note.about.phase_words(on).lower()})" if isinstance(note.about, Period) else ""
        yield {
            "title": f"{note.about}{phase}",
            "link": note.about.get_absolute_url(),
            "description": note.words,
            "unique_id": note.pk.urn,
            "pubdate": note.noted_at,
            "updateddate": note.noted_at,
        }
