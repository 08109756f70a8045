"""What word processors, mail programs and PDF readers write, and what it stands for."""

import re
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

from sosafe_site.publishing.text.tree import Node

BULLET = re.compile(r"\s*[•●▪◦‣∙]\s*")
NUMBER = re.compile(r"\s*\(?(?:\d{1,3}|[a-z]{1,2}|[ivxlc]+)[.)]", re.IGNORECASE)
MARK = re.compile(rf"\s*(?:[·•●▪◦‣∙§o–-]|{NUMBER.pattern})\s+", re.IGNORECASE)
# To footnotes, comments and contents that stand in the document and not here
OWN_PLACE = re.compile(
    r"(?:https://[\w.-]+\.(?:google|live|sharepoint)\.com/[^#]*)?"
    r"#(?:_(?:ftn|edn|toc|hlk|ref|msocom)|cmnt|ftnt|sd(?:foot|end)note)\w*",
    re.IGNORECASE,
)
THROUGH_OTHERS = re.compile(r"https://(?:www\.google\.com/url\?|[\w.]+\.safelinks\.protection\.outlook\.com/)")
NEVER_SHOWN = {"script", "style", "title", "xml", "svg", "math", "iframe", "del", "s", "strike"}
HIDDEN = re.compile(
    r"mso-element:\s*comment|display:\s*none|mso-hide:\s*all|text-decoration[\w-]*:[^;]{0,80}line-through",
    re.IGNORECASE,
)
LIST_MARK = re.compile(r"mso-list:\s*ignore", re.IGNORECASE)
LIST_ITEM = re.compile(r"mso-list:\s*\w+ level([1-9])", re.IGNORECASE)
OUTLINE = re.compile(r"mso-outline-level:\s*([1-6])", re.IGNORECASE)
BOLD = re.compile(r"font-weight:\s*(?:bold|[6-9]00)", re.IGNORECASE)
NOT_BOLD = re.compile(r"font-weight:\s*normal", re.IGNORECASE)  # Google Docs wraps all that it copies in such a <b>
ITALIC = re.compile(r"font-style:\s*italic", re.IGNORECASE)
RAISED = re.compile(r"vertical-align:\s*super", re.IGNORECASE)


def style(node: Node) -> str:
    return node.attributes.get("style", "")


def classes(node: Node) -> list[str]:
    return node.attributes.get("class", "").split()


def is_hidden(node: Node) -> bool:
    """What was deleted or struck out, comments, contents, and the bullet or number of an item."""
    return (
        node.tag in NEVER_SHOWN
        or bool(HIDDEN.search(style(node)) or LIST_MARK.search(style(node)))
        or any(name in ("msoDel", "MsoCommentReference") or name.startswith("MsoToc") for name in classes(node))
    )


def marks(node: Node) -> list[str]:
    """What an element says of the words in it."""
    found = {"b": "strong", "strong": "strong", "i": "em", "em": "em", "sup": "sup"}.get(node.tag)
    styles = {"strong": BOLD, "em": ITALIC, "sup": RAISED}
    said = [mark for mark, meant in styles.items() if mark == found or meant.search(style(node))]
    return [mark for mark in said if mark != "strong" or not NOT_BOLD.search(style(node))]


def level(node: Node) -> int:
    """Of a heading; of anything else 0."""
    if re.fullmatch("h[1-6]", node.tag):
        return int(node.tag[1])
    if outline := OUTLINE.search(style(node)):
        return int(outline[1])
    if "MsoTitle" in classes(node) or node.attributes.get("role") == "heading":
        return aria_level(node)
    return 0


def aria_level(node: Node) -> int:
    return int((re.match("[1-9]", node.attributes.get("aria-level", "")) or "1")[0])


class ListItem(NamedTuple):
    tag: str  # of its list
    level: int
    mark: int  # the number of characters before its words


def list_item(node: Node, words: str) -> ListItem | None:
    """What a paragraph is that only looks like an item of a list."""
    if found := LIST_ITEM.search(style(node)):
        shown = next((part.words for part in node.below() if LIST_MARK.search(style(part))), None)
        mark = None if shown else MARK.match(words)
        is_number = NUMBER.match(shown or (mark[0] if mark else ""))
        return ListItem("ol" if is_number else "ul", int(found[1]), mark.end() if mark else 0)
    bullet = BULLET.match(words)
    return ListItem("ul", 1, bullet.end()) if bullet else None


def straight(href: str) -> str:
    """The address that a link through Google or Outlook leads to."""
    if not THROUGH_OTHERS.match(href):
        return href
    asked = parse_qs(urlsplit(href).query)
    return (asked.get("q") or asked.get("url") or [href])[0]
