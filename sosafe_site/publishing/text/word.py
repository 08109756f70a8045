"""The structure of what a word processor wrote, from markup that only looks like it. Before and after cleaning.

Most of it comes through the editor, where static/editor/paste.js does the same; this is for what comes in otherwise.
"""

import re

# Word writes a list as paragraphs, each with its level and, in a part for other programs, its bullet or number.
LIST_ITEM = re.compile(
    r"<p\b(?=[^<>]*>)[^<>]*\bmso-list:\s*\w+ level(\d)[^<>]*>((?:(?!<p\b|</p>).)*)</p>\s*", re.IGNORECASE | re.DOTALL
)
MARK = re.compile(
    r"<!(?:--)?\[if !supportLists\](?:--)?>((?:(?!<!).)*)<!(?:--)?\[endif\](?:--)?>", re.IGNORECASE | re.DOTALL
)
NUMBER = re.compile(r"\(?(?:\d{1,3}|[a-z]{1,2}|[ivxlc]+)[.)]", re.IGNORECASE)
BULLETS = re.compile(r"(?:<p>\s*[•●▪◦‣∙](?:(?!<p>|</p>).)*</p>\s*)+", re.DOTALL)
BULLET = re.compile(r"<p>\s*[•●▪◦‣∙]\s*((?:(?!</p>).)*)</p>", re.DOTALL)
LIST_AFTER_ITEM = re.compile(r"</li>\s*(?=<[uo]l>)|</?[uo]l>")
TABLE_HEAD = re.compile(r"<thead>.*?</thead>", re.DOTALL)
# To footnotes, comments and contents that stand in the document and not here
OWN_PLACE = re.compile(r"#(?:_(?:ftn|edn|toc|hlk|ref|msocom)|cmnt|ftnt|sd(?:foot|end)note)\w*", re.IGNORECASE)


def with_lists(html: str) -> str:
    """Of Word's markup as it is on the clipboard."""
    if "mso-list" not in html:
        return html
    done: list[str] = []
    items: list[tuple[int, str, str]] = []
    at = 0
    for item in LIST_ITEM.finditer(html):
        if item.start() > at:
            done += [nested(items), html[at : item.start()]]
            items = []
        mark = MARK.search(item[2])
        text = re.sub(r"<[^>]*>|&nbsp;|\s", "", mark[1]) if mark else ""
        items.append((int(item[1]), "ol" if NUMBER.match(text) else "ul", MARK.sub("", item[2])))
        at = item.end()
    return "".join([*done, nested(items), html[at:]])


def nested(items: list[tuple[int, str, str]]) -> str:
    """One list in another, from the level, tag and content of each item."""
    html: list[str] = []
    above: list[tuple[int, str]] = []
    for level, tag, content in items:
        while above and (above[-1][0] > level or above[-1] == (level, "ol" if tag == "ul" else "ul")):
            html.append(f"</li></{above.pop()[1]}>")
        if above and above[-1][0] == level:
            html.append("</li>")
        else:
            above.append((level, tag))
            html.append(f"<{tag}>")
        html.append(f"<li>{content}")
    return "".join([*html, *(f"</li></{tag}>" for _, tag in reversed(above))])


def with_structure(html: str) -> str:
    """Of cleaned markup: what can't be meant otherwise."""
    html = re.sub("[\u200b\ufeff\u00ad]", "", html)
    html = re.sub(r"(?:^|>)[^<]+", lambda words: re.sub(" {2,}", " ", words[0]), html)
    html = BULLETS.sub(lambda run: "<ul>" + BULLET.sub(r"<li>\1</li>", run[0]) + "</ul>", html)
    html = in_items(html)
    html = TABLE_HEAD.sub(lambda head: re.sub(r"(</?)td\b", r"\1th", head[0]), html)
    first, heading, rest = html.partition("<h3>")  # a subheading of nothing is a heading
    return re.sub(r"(</?)h4>", r"\1h3>", first) + heading + rest


def in_items(html: str) -> str:
    """Lists that stand between the items of another become part of the item above them."""
    follows_item = False
    lists: list[bool] = []  # for each open one, whether it was moved

    def moved(tag: re.Match[str]) -> str:
        nonlocal follows_item
        if tag[0].startswith("</li>"):
            follows_item = True
            return ""
        if tag[0].startswith("</"):
            return f"{tag[0]}</li>" if lists and lists.pop() else tag[0]
        lists.append(follows_item)
        follows_item = False
        return tag[0]

    return LIST_AFTER_ITEM.sub(moved, html)
