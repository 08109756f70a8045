"""The one shape of a text: blocks hold words or blocks, lists hold items, tables rows of cells, and none is empty."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from html import escape
from itertools import groupby, takewhile

from sosafe_site.publishing.text import paste
from sosafe_site.publishing.text.tidy import composed, seen
from sosafe_site.publishing.text.tree import Node, Run

BREAK = "\u2028"  # Unicode's line separator: here a line break is one of a text's characters
TEXTS = {"p", "div", "li", "dt", "dd", "pre", "address", "section", "article", "header", "footer", "form"}
LISTS = {"ul", "ol"}
CELLS = {"td", "th"}
ROWS = {"thead": "thead", "tbody": "tbody", "tfoot": "tbody", "tr": "tr"}
PARTS = {"table": {*ROWS, *CELLS, "caption"}, **{tag: {"tr", *CELLS} for tag in ROWS}, "tr": CELLS}

Items = list[Node | Run]
Marks = tuple[str, ...]


class Shaper:
    """Walks through a tree once. In foreign text it takes for structure what only looks like it."""

    def __init__(self, root: Node, safe: Callable[[str, str, str], str | None], *, is_foreign: bool) -> None:
        self.safe = safe
        self.is_foreign = is_foreign or any({"class", "style"} & node.attributes.keys() for node in root.below())
        self.highest = min(
            (paste.level(node) for node in root.below() if paste.level(node) and node.words.strip()), default=0
        )
        self.is_in_cell = False

    def shaped_whole(self, root: Node) -> Node:
        whole = Node("", self.contents(root))
        for node in takewhile(lambda node: node.tag != "h3", whole.below()):
            node.tag = "h3" if node.tag == "h4" else node.tag  # a subheading of nothing is a heading
        return whole

    def contents(self, node: Node, marks: Marks = ()) -> Items:
        """Of what holds blocks."""
        items = self.flow(node, marks)
        return listed(pruned(self.texts("p", items) if self.is_foreign else items))

    def flow(self, node: Node, marks: Marks) -> Items:
        items: Items = []
        for child in node.children:
            if isinstance(child, Run):
                spaces = r"\s+" if self.is_foreign else "\xa0"
                items.append(Run(re.sub(spaces, " ", seen(child.words)), marks))
            elif child.tag == "br":
                items.append(Run(BREAK, marks))
            elif not paste.is_hidden(child):
                items += self.shaped(child, marks)
        return items

    def shaped(self, node: Node, marks: Marks) -> Items:
        if level := paste.level(node):
            return self.heading(node, level, marks)
        if "ListContainerWrapper" in paste.classes(node):
            return self.items_of_word_online(node, marks)
        if node.tag in TEXTS:
            found = self.texts("p", self.flow(node, marks), node)
            return as_button(found) if self.safe("p", "data-as", node.attributes.get("data-as", "")) else found
        if node.tag in LISTS:
            return [Node(node.tag, self.items(node, marks), paste.counting(node) if node.tag == "ol" else {})]
        if node.tag == "blockquote" or (node.tag == "aside" and not self.is_foreign and not self.is_in_cell):
            return [Node(node.tag, self.contents(node, marks))]
        if node.tag == "table":
            return self.table(node, marks)
        own = paste.marks(node)
        if node.tag == "a" and (href := self.safe("a", "href", node.attributes.get("href", ""))):
            marks = tuple(mark for mark in marks if not mark.startswith("a "))
            own = [f'a href="{escape(href)}"', *own]
        items = self.flow(node, (*marks, *(mark for mark in own if mark not in marks)))
        is_between = node.tag in CELLS and self.is_in_cell  # of a table in a table, which becomes words
        return [Run(" "), *items, Run(" ")] if is_between else items

    def texts(self, tag: str, items: Items, node: Node | None = None) -> Items:
        """Each run of words in a block of its own, among the blocks that are there."""
        made: Items = []
        for blocks, runs in in_turn(items):
            made += blocks
            for part in in_paragraphs(runs) if self.is_foreign else [runs]:
                words = "".join(run.words for run in part)
                item = paste.list_item(node or Node(tag), words) if tag == "p" else None
                if item and (number := paste.outline_number(node or Node(tag))):
                    made.append(Node(tag, [Run(f"{number} "), *part]))
                elif item:
                    made.append(Node(item.tag, after(part, item.mark), item.counting, level=item.level))
                else:
                    made.append(Node(tag, [*part]) if words.strip() else Run(words))
        return made

    def heading(self, node: Node, level: int, marks: Marks) -> Items:
        """The highest of foreign headings are headings, all below them subheadings."""
        is_top = level == self.highest if self.is_foreign else level <= 3
        found = self.texts("h3" if is_top else "h4", self.flow(node, marks))
        return without_bold(found) if self.is_foreign else found

    def items(self, node: Node, marks: Marks) -> Items:
        """Of a list. What stands between them becomes one, a list part of the one above it."""
        made: Items = []
        for child in node.children:
            is_item = isinstance(child, Node) and child.tag == "li" and not paste.is_hidden(child)
            content = self.contents(child if isinstance(child, Node) and is_item else Node("", [child]), marks)
            above = next((item for item in reversed(made) if isinstance(item, Node)), None)
            if above and not is_item and content and isinstance(content[0], Node) and content[0].tag in LISTS:
                above.children += content
            else:
                item = Node("li", unwrapped(content))
                made += [item] if item.words.strip() else content
        return pruned(made)

    def items_of_word_online(self, node: Node, marks: Marks) -> Items:
        """It makes a list of each."""
        list_of_it = next((part for part in node.below() if part.tag in LISTS), Node("ul"))
        tag, counting = list_of_it.tag, paste.counting(list_of_it) if list_of_it.tag == "ol" else {}
        items = [part for part in node.below() if part.tag == "li"]
        runs: list[Items] = [[*Node("", self.flow(item, marks)).runs()] for item in items]
        return [Node(tag, of, counting, paste.aria_level(item)) for item, of in zip(items, runs, strict=True)]

    def table(self, node: Node, marks: Marks) -> Items:
        is_frame = self.is_foreign and sum(part.tag in CELLS for part in node.below()) == 1
        if is_frame or self.is_in_cell:
            return self.flow(node, marks)
        strays: Items = []
        table = Node("table", self.rows(node, marks, strays))
        rows = [[cell for cell in row.children if isinstance(cell, Node)] for row in table.below() if row.tag == "tr"]
        if self.is_foreign and looks_headed(rows):
            for cell in rows[0]:
                cell.tag, cell.children = "th", without_bold(cell.children)
        for row in rows:
            for cell in (cell for cell in row if cell.tag == "th"):
                is_of_row = cell is row[0] and any(other.tag == "td" for other in row)
                cell.attributes = {"scope": "row" if is_of_row else "col"} | cell.attributes
        return [*strays, table]

    def rows(self, node: Node, marks: Marks, strays: Items, *, in_head: bool = False) -> Items:
        """What a table, a section or a row of it holds. Anything else goes before the table, as in browsers."""
        made: Items = []
        for child in node.children:
            if isinstance(child, Node) and paste.is_hidden(child):
                continue
            if isinstance(child, Run) and child.words.isspace():
                made.append(child)
            elif isinstance(child, Run) or child.tag not in PARTS[node.tag]:
                strays += self.flow(Node("", [child]), marks)
            elif child.tag in ROWS:
                part = self.rows(child, marks, strays, in_head=in_head or child.tag == "thead")
                made.append(Node(ROWS[child.tag], part))
            elif child.tag == "caption":
                made.append(Node("caption", [*Node("", self.flow(child, marks)).runs()]))
            else:
                cell = self.cell(child, marks, "th" if in_head else child.tag)
                made.append(cell if node.tag == "tr" else Node("tr", [cell]))
        return pruned(made)

    def cell(self, node: Node, marks: Marks, tag: str) -> Node:
        self.is_in_cell = True
        children = unwrapped(self.contents(node, marks))
        self.is_in_cell = False
        kept = {
            name: value
            for name, value in node.attributes.items()
            if name in ("scope", "colspan", "rowspan") and self.safe(tag, name, value)
        }
        return Node(tag, without_bold(children) if tag == "th" and self.is_foreign else children, kept)


def as_button(items: Items) -> Items:
    """The one paragraph of one link as a button; anything else as it is."""
    match items:
        case [Node(tag="p") as only]:
            links = {mark for run in only.runs() for mark in run.marks or ("",)}
            if len(links) == 1 and min(links).startswith("a "):
                only.attributes = {"data-as": "button"}
    return items


def in_turn(items: Items) -> Iterator[tuple[list[Node], list[Run]]]:
    """Blocks that follow each other, then the words up to the next block, and so on."""
    for _, group in groupby(items, lambda item: isinstance(item, Node)):
        part = list(group)
        yield [item for item in part if isinstance(item, Node)], [item for item in part if isinstance(item, Run)]


def in_paragraphs(runs: list[Run]) -> list[list[Run]]:
    """Divided where a line is left empty, and before a bullet at the start of a line."""
    made: list[list[Run]] = [[]]
    spaces: list[Run] = []
    for run in runs:
        if not run.words.strip():
            spaces.append(run)
            continue
        lines = sum(space.words == BREAK for space in spaces)
        if lines > 1 or (lines and paste.BULLET.match(run.words)):
            made.append([])
        else:
            made[-1] += spaces
        made[-1].append(run)
        spaces = []
    return made


def without_bold(items: Items) -> Items:
    return [
        replace(item, children=without_bold(item.children))
        if isinstance(item, Node)
        else item._replace(marks=tuple(mark for mark in item.marks if mark != "strong"))
        for item in items
    ]


def after(runs: list[Run], mark: int) -> Items:
    """Without so many characters at the start."""
    rest: Items = []
    for run in runs:
        rest.append(run._replace(words=run.words[mark:]))
        mark = max(mark - len(run.words), 0)
    return rest


def listed(items: Items) -> Items:
    """Items that follow each other as lists in lists."""
    made: Items = []
    above: list[Node] = []  # the lists that are open
    for item in items:
        if isinstance(item, Node) and item.level:
            while above and (above[-1].level, above[-1].tag != item.tag) > (item.level, False):
                above.pop()
            if not above or above[-1].level < item.level:
                inside = above[-1].children[-1] if above else None
                above.append(Node(item.tag, attributes=item.attributes, level=item.level))
                (inside.children if isinstance(inside, Node) else made).append(above[-1])
            above[-1].children.append(Node("li", item.children))
        elif isinstance(item, Node) or item.words.strip() or not above:
            above = []
            made.append(item)
    return made


def pruned(items: Items) -> Items:
    """Without empty blocks. A newline between blocks stays."""
    kept: Items = []
    for blocks, runs in in_turn([item for item in items if isinstance(item, Run) or not is_empty(item)]):
        kept += blocks
        if any(run.words.strip() for run in runs):
            kept += runs
        elif any("\n" in run.words for run in runs):
            kept.append(Run("\n"))
    return kept


def is_empty(node: Node) -> bool:
    return node.tag not in CELLS and all(isinstance(child, Run) and not child.words.strip() for child in node.children)


def unwrapped(items: Items) -> Items:
    """The editor wraps the words of every cell and list item; a list nested in the item may follow them."""
    full = [item for item in items if isinstance(item, Node) or item.words.strip()]
    match full:
        case [Node(tag="p", children=words)]:
            return words
        case [Node(tag="p", children=words), Node(tag="ul" | "ol"), *_]:
            return [*words, *full[1:]]
    return items


def looks_headed(rows: list[list[Node]]) -> bool:
    """Whether a table's first row, and not all of the rest, is bold."""
    first, others = rows[0] if rows else [], [cell for row in rows[1:] for cell in row]
    is_plain = all(cell.tag == "td" for cell in [*first, *others])
    return bool(others) and is_plain and any(cell.words.strip() for cell in first) and is_bold(first) > is_bold(others)


def is_bold(cells: list[Node]) -> bool:
    return all("strong" in run.marks for cell in cells for run in cell.runs() if run.words.strip())


def written(items: Items) -> str:
    html = []
    for blocks, runs in in_turn(items):
        for block in blocks:
            attributes = "".join(f' {name}="{value}"' for name, value in block.attributes.items())
            html.append(f"<{block.tag}{attributes}>{written(block.children)}</{block.tag}>")
        html.append(inline(runs))
    return "".join(html)


def inline(runs: list[Run]) -> str:
    """Spaces and line breaks are only what the words on both sides of them are."""
    by_marks = groupby(runs, lambda run: run.marks if run.words.strip() else None)
    groups = [(composed("".join(run.words for run in group)), marks) for marks, group in by_marks]
    html: list[str] = []
    before: Marks = ()
    last = ""
    for (words, own), (_, following) in zip(groups, [*groups[1:], ("", ())], strict=False):
        if "sup" in (own or ()) and last.isdigit() and words[0].isdigit():
            words = f" ({words})"  # or the number of a note becomes part of the one before it
        marks = tuple(mark for mark in (following if own is None else own) or () if mark != "sup")
        common = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(before, marks, strict=False)))
        marks = marks[:common] if own is None else marks
        words = re.sub(" {2,}", " ", words.lstrip(" ") if last == " " and marks == before else words)
        html += [f"</{mark.split()[0]}>" for mark in reversed(before[common:])]
        html += [f"<{mark}>" for mark in marks[common:]]
        html.append(escape(words).replace(BREAK, "<br>"))
        before, last = marks, words[-1:] or last
    return "".join([*html, *(f"</{mark.split()[0]}>" for mark in reversed(before))])
