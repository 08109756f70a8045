"""What word processors, mail programs and PDF readers write, and what it stands for."""

import re
from html import unescape
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

from sosafe_site.publishing.text.tree import Node

BULLET = re.compile(r"\s*[•●▪◦‣∙]\s*")
NUMBER = re.compile(r"\s*\(?(?:\d{1,3}|[a-z]{1,2}|[ivxlc]+)[.)]", re.IGNORECASE)
OUTLINED = re.compile(r"\s*\d{1,3}(?:\.\d{1,3})+\.?(?=\s|$)")  # no list of a web page counts 4.1, 4.2
ROMAN = re.compile(r"x{0,3}(?:ix|iv|v?i{0,3})", re.IGNORECASE)
LIST_STYLE = re.compile(r"list-style(?:-type)?:[^;]{0,80}?\b(lower|upper)-(alpha|latin|roman)", re.IGNORECASE)
MARK = re.compile(rf"\s*(?:[·•●▪◦‣∙§o–-]|{NUMBER.pattern})\s+", re.IGNORECASE)
# To footnotes, comments and contents that stand in the document and not here
OWN_PLACE = re.compile(
    r"(?:https://[\w.-]+\.(?:google|live|sharepoint)\.com/[^#]*)?"
    r"#(?:_(?:ftn|edn|toc|hlk|ref|msocom)|cmnt|ftnt|sd(?:foot|end)note)\w*",
    re.IGNORECASE,
)
THROUGH_OTHERS = re.compile(r"https://(?:www\.google\.com/url\?|[\w.]+\.safelinks\.protection\.outlook\.com/)")
STRUCK = re.compile(r"text-decoration[\w-]*:[^;]{0,80}line-through", re.IGNORECASE)
NO_WORDS = {"img", "picture", "svg", "canvas", "video", "audio", "iframe", "object", "embed", "v:imagedata"}
PICTURES = (
    "Pictures and videos were left out. Add a picture under Pictures, then show it by the button “Picture or card”. "
    "Put a link to a video."
)
PROGRAMS = "Forms and scripts were left out: a text holds words. Put a link to the page that has them instead."
CODE = re.compile(r"&lt;(?:iframe|script|video|embed|object|img)\b[^&<]{0,30}", re.IGNORECASE)
NEVER_SHOWN = {"script", "style", "title", "xml", "svg", "math", "iframe", "del", "s", "strike"}
HIDDEN = re.compile(
    rf"mso-element:\s*comment|display:\s*none|mso-hide:\s*all|{STRUCK.pattern}",
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
    counting: dict[str, str] = {}  # as counting() has it, if it is the first of its list


def list_item(node: Node, words: str) -> ListItem | None:
    """What a paragraph is that only looks like an item of a list."""
    if found := LIST_ITEM.search(style(node)):
        shown = next((part.words for part in node.below() if LIST_MARK.search(style(part))), None)
        if not shown and OUTLINED.match(words):
            return None
        mark = None if shown else MARK.match(words)
        counted = shown or (mark[0] if mark else "")
        is_number = NUMBER.match(counted)
        end = mark.end() if mark else 0
        level = int(found[1])
        return ListItem("ol", level, end, as_counted(counted)) if is_number else ListItem("ul", level, end)
    bullet = BULLET.match(words)
    return ListItem("ul", 1, bullet.end()) if bullet else None


def outline_number(node: Node) -> str:
    """The number of an item such as 4.1 that does not stand among its words; else empty."""
    shown = next((part.words for part in node.below() if LIST_MARK.search(style(part))), "")
    return shown.strip() if OUTLINED.match(shown) else ""


def counting(node: Node) -> dict[str, str]:
    """From where on and how the items of a list are counted, where that is not 1, 2, 3."""
    first = next((part for part in node.below() if part.tag == "li"), Node("li"))
    start = node.attributes.get("start") or first.attributes.get("value", "")
    kind = node.attributes.get("type", "")
    if said := LIST_STYLE.search(style(node)) or LIST_STYLE.search(style(first)):
        kind = "i" if said[2].lower() == "roman" else "a"
        kind = kind.upper() if said[1].lower() == "upper" else kind
    return counted_from(int(start) if re.fullmatch("[0-9]{1,4}", start) else 1, kind)


def as_counted(mark: str) -> dict[str, str]:
    """How a list counts whose first item has this mark, such as "4.", "(b)" or "iv)"."""
    word = re.sub(r"[\s().]", "", mark)
    kind = "a" if word.islower() else "A"
    if word.isdecimal():
        return counted_from(int(word), "")
    if word.lower() == "i" or (len(word) > 1 and ROMAN.fullmatch(word)):
        return counted_from(roman(word.lower()), "i" if word.islower() else "I")
    return counted_from(ord(word.lower()) - ord("a") + 1, kind) if len(word) == 1 else {}


def counted_from(start: int, kind: str) -> dict[str, str]:
    said = {"start": str(start) if start != 1 else "", "type": kind if kind in {"a", "A", "i", "I"} else ""}
    return {name: value for name, value in said.items() if value}


def roman(letters: str) -> int:
    values = [{"i": 1, "v": 5, "x": 10}[letter] for letter in letters]
    return sum(-one if one < after else one for one, after in zip(values, [*values[1:], 0], strict=True))


def remarks(root: Node) -> list[str]:
    """What officers are told of what does not come with the words that they pasted."""
    said = []
    if any(is_struck(node) and node.words.strip() for node in root.below()):
        said.append("Words that were struck out or deleted there were left out.")
    if any(node.tag in NO_WORDS and not is_spacer(node) for node in root.below()):
        said.append(PICTURES)
    if any(node.tag in {"form", "script"} for node in root.below()):
        said.append(PROGRAMS)
    return said


def shown_as_code(cleaned: str) -> list[str]:
    """What officers are told of code for embedding that stands among the words of a text, where readers see it."""
    found = CODE.search(cleaned)
    if not found:
        return []
    return [f"Readers see the code “{unescape(found[0])}…” as it stands. Take it out, and put a link instead."]


def is_struck(node: Node) -> bool:
    is_marked = bool(STRUCK.search(style(node))) or "msoDel" in classes(node)
    return node.tag in {"del", "s", "strike"} or is_marked


def is_spacer(node: Node) -> bool:
    """As mails have them, to keep their columns apart or to know that they were opened."""
    return not {"0", "1"}.isdisjoint(node.attributes.get(name, "") for name in ("width", "height"))


def straight(href: str) -> str:
    """The address that a link through Google or Outlook leads to."""
    if not THROUGH_OTHERS.match(href):
        return href
    asked = parse_qs(urlsplit(href).query)
    return (asked.get("q") or asked.get("url") or [href])[0]
