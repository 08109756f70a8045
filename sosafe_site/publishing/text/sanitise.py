"""The one way in for officers' HTML: read as a tree, brought into one shape, and let through a gate."""

import re
from html import escape

import nh3

from sosafe_site.publishing.text import paste
from sosafe_site.publishing.text.normalise import Shaper, written
from sosafe_site.publishing.text.record_links import parsed
from sosafe_site.publishing.text.shown import SHOW
from sosafe_site.publishing.text.tidy import seen
from sosafe_site.publishing.text.tree import tree

# Browsers take a backslash for a slash, and skip tabs and newlines: "/\host" and "/<tab>/host" leave the site.
SAFE_HREF = re.compile(r'(?:(?:https?|mailto|tel):|/(?![/\\])|#)[^\x00-\x1f\x7f<>"\\]*', re.IGNORECASE)


def safe_attribute(tag: str, name: str, value: str) -> str | None:
    if name == "data-as":
        return value if value == "button" else None
    if name == "href":
        value = paste.straight(seen(value).strip())
        is_good = (
            parsed(value)
            or SHOW.fullmatch(value)
            or (SAFE_HREF.fullmatch(value) and not paste.OWN_PLACE.fullmatch(value))
        )
        return value if is_good else None
    if name == "scope":
        return value if value in {"col", "row", "colgroup", "rowgroup"} else None
    if name == "type":
        return value if value in {"a", "A", "i", "I"} else None
    return value if value.isascii() and value.isdigit() else None  # colspan, rowspan, start


GATE = nh3.Cleaner(
    tags={
        *("p", "br", "strong", "em", "a", "h3", "h4", "ul", "ol", "li", "blockquote", "aside"),
        *("table", "caption", "thead", "tbody", "tr", "th", "td"),
    },
    clean_content_tags={"script", "style"},
    attributes={
        "a": {"href"},
        "p": {"data-as"},
        "ol": {"start", "type"},
        "th": {"scope", "colspan", "rowspan"},
        "td": {"colspan", "rowspan"},
    },
    attribute_filter=safe_attribute,
    url_schemes={"http", "https", "mailto", "tel", "record", "show"},
    link_rel=None,
)


def passing(tag: str, name: str, value: str) -> str | None:
    """Of an attribute what the gate lets through, which also refuses addresses that it can't take apart."""
    kept = safe_attribute(tag, name, value)
    return kept if kept and (name != "href" or "href" in GATE.clean(f'<a href="{escape(kept)}">')) else None


def remarks(html: str) -> list[str]:
    """What officers are told of what clean_html() leaves out of it."""
    return paste.remarks(tree(html))


def clean_html(html: str, *, is_foreign: bool = False) -> str:
    """What the text means, in the few elements that this site has. Cleaning it again changes nothing.

    Text of another program is known by its styles and classes; is_foreign says so of what has none.
    Raises ValidationError for what is nested deeper than people write.
    """
    root = tree(html.replace("\0", ""))  # the parser would show that something stood there
    shaped = Shaper(root, passing, is_foreign=is_foreign).shaped_whole(root)
    return GATE.clean(written(shaped.children)).strip() if shaped.words.strip() else ""
