"""Which addresses of this site an answer leads to: what makes of one page, step by step, the whole public site."""

import re
from collections.abc import Iterable
from html import unescape
from urllib.parse import urldefrag

from django.urls import URLResolver, get_resolver

from sosafe_site.publishing.models.address import Address
from sosafe_site.publishing.text.link_check import plain

# Of pages, feeds and the sitemap: links, pictures, pictures in several sizes, and what a card on other sites shows
LINK = re.compile(r'\b(?:(href|src|srcset|content)="([^"]*)"|loc>([^<]*)</loc>)')
OF_HEADER = re.compile(r"<([^>]*)>")
READ = {"text/html", "application/xml", "application/atom+xml"}
NO_PAGES = ("/admin/", "/preview/", "/healthz", "/readyz")


def fixed() -> list[str]:
    """The public addresses of which no record's name is a part. Not all need have a page."""
    included = [each for each in get_resolver().url_patterns if isinstance(each, URLResolver)]
    paths = [f"/{each.pattern}{pattern.pattern}" for each in included for pattern in each.url_patterns]
    return [path for path in paths if "<" not in path and is_public(path)]


def issued() -> list[str]:
    """All that were ever given out."""
    return list(Address.objects.issued().values_list("path", flat=True))


def is_public(path: str) -> bool:
    return not path.startswith(NO_PAGES)


def links_of(path: str, headers: Iterable[tuple[str, str]], body: bytes) -> set[str]:
    """Where the answer at that path leads to on this site, each with its query, if it has one: /updates/?page=2."""
    told = dict(headers)
    found = [told.get("Location", ""), *OF_HEADER.findall(told.get("Link", ""))]
    if told.get("Content-Type", "").partition(";")[0] in READ:
        for attribute, value, loc in LINK.findall(body.decode()):
            if attribute == "srcset":
                found += [each.split()[0] for each in unescape(value).split(",") if each.strip()]
            elif attribute != "content" or value.startswith(("/", "http")):
                found.append(unescape(value or loc))
    links = {urldefrag(plain(link, path)).url for link in set(found) if link and not link.startswith("#")}
    return {link for link in links if link.startswith("/") and is_public(link)}
