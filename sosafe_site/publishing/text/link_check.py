"""The links of a text, and which of them lead nowhere in this site: no page has to be fetched for it."""

import re
from collections.abc import Iterable
from html import escape, unescape
from urllib.parse import unquote, urljoin, urlsplit

from django.conf import settings

from sosafe_site.publishing.redirects import Judgement, Verdict, judge

# In cleaned text: its every "<" begins a tag, and links have no other attribute.
HREF = re.compile(r'<a href="([^"]*)"')


def links_in(value: str) -> list[str]:
    """The addresses that a cleaned text links to, or the one that a web address itself is."""
    return [value] if value.startswith(("http:", "https:")) else [unescape(href) for href in HREF.findall(value)]


def relinked(value: str, old: str, new: str) -> str:
    """The same text or web address with one link replaced."""

    def replace(tag: re.Match[str]) -> str:
        return f'<a href="{escape(new)}"' if unescape(tag[1]) == old else tag[0]

    return new if value == old else HREF.sub(replace, value)


def path_of(link: str) -> str:
    """The path on this site that a link leads to; empty for other sites, e-mail, telephones and places on one page."""
    try:
        parts = urlsplit(link)
    except ValueError:  # such as an address with half a bracket
        return ""
    is_ours = parts.netloc.lower() == urlsplit(settings.SITE_URL).netloc if parts.netloc else link.startswith("/")
    return (unquote(parts.path) or "/") if is_ours else ""


def plain(link: str, page: str = "/") -> str:
    """The link as a browser follows it from a page: from the first slash on within this site, whole elsewhere.

    Empty for what is no web address, such as mailto:.
    """
    try:
        parts = urlsplit(urljoin(settings.SITE_URL + page, link))
    except ValueError:
        return link
    if parts.scheme not in ("http", "https"):
        return ""
    parts = parts._replace(path=parts.path or "/")
    is_ours = path_of(parts.geturl())
    return (parts._replace(scheme="", netloc="") if is_ours else parts._replace(fragment="")).geturl()


def at_path(link: str, path: str) -> str:
    """The link with another path; what stands before and after it stays."""
    return urlsplit(link)._replace(path=path).geturl()


def astray(links: Iterable[str]) -> dict[str, Judgement]:
    """Those of the links that lead into this site, but not straight to what readers can have."""
    paths = {link: path for link in links if (path := path_of(link))}
    judged = judge(set(paths.values()))
    return {link: judged[path] for link, path in paths.items() if judged[path].answer != Verdict.OPEN}
