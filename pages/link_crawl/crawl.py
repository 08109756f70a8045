"""Every link that the public pages really hold, followed as a reader would."""

from collections import defaultdict, deque
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any
from urllib.parse import unquote, urldefrag, urlsplit

from django.conf import settings
from django.test import Client
from django.urls import URLResolver, get_resolver

from pages.link_crawl import outside
from pages.models import BadLink
from sosafe_site.publishing.text.link_check import path_of, plain


class Reply(HTMLParser):
    """What this site says at an address: its links, those of the sitemap too, and the places they can lead to."""

    def __init__(self, response: Any) -> None:
        super().__init__()
        self.status, self.location = response.status_code, response.headers.get("Location", "")
        self.links: list[str] = []
        self.places = {"", "top"}
        content_type = response.headers.get("Content-Type", "")
        self.is_html = self.status == 200 and content_type.startswith("text/html")
        if response.streaming:
            deque(response.streaming_content, maxlen=0)  # to its end, which closes the file
        elif self.is_html or "xml" in content_type:  # the sitemap, feeds
            self.feed(response.content.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("href", "src"):
                self.links.append((value or "").strip())
            elif name == "id" and value:
                self.places.add(value)

    def handle_data(self, data: str) -> None:
        if self.lasttag == "loc" and data.strip():
            self.links.append(data.strip())


def bad_links() -> Iterator[BadLink]:
    """Each link of the public pages that leads nowhere or not straight, with the pages that it is on."""
    replies = walk()
    pages = defaultdict(set, {start: {start} for start in starts()})
    for address, reply in replies.items():
        for link in links_on(address, reply):
            pages[link].add(address)
    for link in sorted(pages):
        bad = judge(link, replies) if path_of(link) else outside.follow(link)
        if bad:
            bad.pages = sorted(pages[link])
            yield bad


def walk() -> dict[str, Reply]:
    """What this site says, without a login, at each address that one of its links leads to."""
    client = Client(raise_request_exception=False, headers={"host": urlsplit(settings.SITE_URL).netloc})
    replies: dict[str, Reply] = {}
    ahead = deque(starts())
    while ahead:
        address = ahead.popleft()
        if address not in replies:
            replies[address] = Reply(client.get(address, secure=settings.IS_HTTPS))
            ahead += [urldefrag(link).url for link in links_on(address, replies[address]) if path_of(link)]
    return replies


def starts() -> list[str]:
    """The public addresses of which no record's name is a part; one of them is the sitemap's."""
    included = [each for each in get_resolver().url_patterns if isinstance(each, URLResolver)]
    public = [each for each in included if each.app_name != "admin"]
    paths = [f"/{include.pattern}{pattern.pattern}" for include in public for pattern in include.url_patterns]
    return [path for path in paths if "<" not in path]


def links_on(address: str, reply: Reply) -> list[str]:
    """None of an address with a query: it is a page at another day or an answer to a search, and so without end."""
    return [] if "?" in address else [link for href in reply.links if (link := plain(href, address))]


def judge(link: str, replies: dict[str, Reply]) -> BadLink | None:
    """What is wrong with a link into this site, if anything."""
    address, place = urldefrag(link)
    reply = replies[address]
    if reply.status in (301, 308):
        instead = plain(reply.location)
        return BadLink(link=link, kind=BadLink.Kind.MOVED, problem=f"has moved: link to {instead} instead")
    if reply.status >= 400:
        problem = "leads to no page" if reply.status in (404, 410) else "gets an error"
        return BadLink(link=link, kind=BadLink.Kind.BROKEN, problem=f"{problem} (answer {reply.status})")
    if reply.is_html and unquote(place.partition(":~:")[0]) not in reply.places:
        return BadLink(link=link, kind=BadLink.Kind.BROKEN, problem=f"leads to a page that has no place “{place}”")
    return None
