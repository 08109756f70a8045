"""A text as a tree. Parsed by lxml, which takes any markup in linear time; nh3 takes minutes for what is nested deep,
so it is only given what was written from a tree.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from django.core.exceptions import ValidationError
from lxml import etree

DEEPEST = 100  # elements in each other; what is copied from a web page has some thirty
PART = 20_000  # bytes; between two parts the parser can be stopped


class Run(NamedTuple):
    """Words, and the tags of what all of them are, as 'a href="/"', the outermost first."""

    words: str
    marks: tuple[str, ...] = ()


@dataclass
class Node:
    tag: str
    children: list[Node | Run] = field(default_factory=list)
    attributes: dict[str, str] = field(default_factory=dict)
    level: int = 0  # of an item that stands in no list yet, whose tag is the list's

    def below(self) -> Iterator[Node]:
        return (item for item in everything(self.children) if isinstance(item, Node))

    def runs(self) -> Iterator[Run]:
        return (item for item in everything(self.children) if isinstance(item, Run))

    @property
    def words(self) -> str:
        return "".join(run.words for run in self.runs())


def everything(items: Iterable[Node | Run]) -> Iterator[Node | Run]:
    """In the order of the text."""
    waiting = [*items][::-1]
    while waiting:
        item = waiting.pop()
        yield item
        if isinstance(item, Node):
            waiting += item.children[::-1]


class Builder:
    """What the parser tells of its findings. As a tree of lxml's own, many attributes would take long."""

    def __init__(self) -> None:
        self.open = [Node("")]
        self.pieces: list[str] = []  # of one run of words

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if len(self.open) > DEEPEST:
            raise ValidationError(
                "Lists, tables or bold words stand in each other too deep here. Paste this as plain text."
            )
        self.finish_words()
        node = Node(tag, [], dict(attributes))
        self.open[-1].children.append(node)
        self.open.append(node)

    def end(self, tag: str) -> None:
        self.finish_words()
        self.open.pop()

    def data(self, words: str) -> None:
        self.pieces.append(words)

    def finish_words(self) -> None:
        if self.pieces:
            self.open[-1].children.append(Run("".join(self.pieces)))
            self.pieces = []

    def close(self) -> Node:
        return self.open[0]


def tree(html: str) -> Node:
    """Raises ValidationError for what is nested deeper than people write."""
    parser = etree.HTMLParser(target=Builder(), encoding="utf-8")
    parser.feed(b"<body>")  # or it refuses an empty text
    data = html.encode("utf-8", "replace")
    for at in range(0, len(data), PART):
        parser.feed(data[at : at + PART])
    return parser.close()
