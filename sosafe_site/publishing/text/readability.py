"""What makes a text hard to read, or wrong one day: said to officers with the reason and how to mend it."""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum
from html import escape
from typing import NamedTuple

from django.core.exceptions import ValidationError

from sosafe_site.publishing.text.tree import Node, Run, tree

MOST_OF_A_KIND = 5  # findings that are shown; more would not be read
LONGEST_SENTENCE = 25  # words


class Kind(Enum):
    """The title, why it matters, what to do. A table without headings is the one thing that is not saved."""

    TABLE = (
        "Table without headings",
        "A screen reader says the headings with each cell. Without them nobody can tell what a number means.",
        "Put the cursor in the table and press Heading row, Heading column, or both. If it has no headings, it is no "
        "table: write it as a list.",
    )
    HEADING = (
        "Subheading without a heading above it",
        "People who go from heading to heading look for the one that they seem to have missed.",
        "Put the cursor in it and press Heading. The site does so by itself when you save.",
    )
    BOLD = (
        "Bold line in place of a heading",
        "Screen readers find headings, and so do search engines. A bold line is only a bold line to them.",
        "Put the cursor in it and press Heading.",
    )
    LINK = (
        "Link that does not say where it leads",
        "Screen readers can list the links of a page without the words around them.",
        "Name what it leads to, such as “How to get help”.",
    )
    ADDRESS = (
        "Web address in place of words",
        "A screen reader says it letter by letter, and nobody can tell from it what it leads to.",
        "Write what it leads to, select these words and press Link. Take the address out of the text.",
    )
    STALE = (
        "Time that will pass",
        "Readers do not know when it was written, so it will be wrong one day and nobody will notice.",
        "Give the date or the year, such as “since April 2025”, or leave it out.",
    )
    ABBREVIATION = (
        "Abbreviation that is not explained",
        "Readers who do not work here may not know it.",
        "Write it out where it comes first, with the short form in brackets: “Joint Action Group (JAG)”.",
    )
    SENTENCE = (
        f"Sentence of more than {LONGEST_SENTENCE} words",
        "Most readers lose the thread, above all those who read little English.",
        "Make two sentences of it, or a list.",
    )
    CAPITALS = (
        "Words in capitals",
        "They look like shouting and are slower to read. Some screen readers spell them out.",
        "Write them in small letters. If one matters most, make it bold.",
    )

    def __init__(self, title: str, why: str, how: str) -> None:
        self.title, self.why, self.how = title, why, how

    @property
    def is_error(self) -> bool:
        return self is Kind.TABLE


class Finding(NamedTuple):
    kind: Kind
    words: str
    block: int  # the number of the paragraph or heading, as the editor counts them
    start: int
    end: int


@dataclass
class Block:
    """A paragraph, heading, list item or cell. A line break is one character, as in the editor."""

    tag: str
    number: int
    is_alone: bool  # in no list, table or quote
    text: str = ""
    strong: int = 0  # characters that are bold
    links: list[tuple[int, int]] = field(default_factory=list)


class Reader:
    """The blocks of a text, and the first block of each table that has no heading."""

    NUMBERED = ("p", "h1", "h2", "h3", "h4", "h5", "h6")
    ENDS_A_BLOCK = (*NUMBERED, "li", "td", "th", "caption", "blockquote", "ul", "ol", "table", "tr", "div")

    def __init__(self, html: str) -> None:
        self.blocks: list[Block] = []
        self.tables: list[Block] = []
        self._numbers = 0
        self._block: Block | None = None
        with suppress(ValidationError):  # of what will not be saved
            self._read(tree(html), frozenset())

    def _read(self, node: Node, inside: frozenset[str]) -> None:
        for child in node.children:
            if isinstance(child, Run):
                self._add(child.words, inside)
            elif child.tag == "br":
                self._add("\n", inside)
            else:
                self._element(child, inside)

    def _element(self, node: Node, inside: frozenset[str]) -> None:
        if node.tag in self.ENDS_A_BLOCK:
            self._block = None
        if node.tag in self.NUMBERED:
            self._begin(node.tag, inside)
            self._numbers += 1
        first, start = len(self.blocks), len(self._block.text) if self._block else 0
        self._read(node, inside | {node.tag})
        if node.tag == "a" and self._block:
            self._block.links.append((start, len(self._block.text)))
        elif node.tag == "table" and all(part.tag != "th" for part in node.below()):
            self.tables += self.blocks[first : first + 1]
        if node.tag in self.ENDS_A_BLOCK:
            self._block = None

    def _add(self, words: str, inside: frozenset[str]) -> None:
        if self._block is None and words.strip():
            self._begin("", inside)
        if self._block:
            self._block.text += words
            self._block.strong += len(words.strip()) if inside & {"strong", "b"} else 0

    def _begin(self, tag: str, inside: frozenset[str]) -> None:
        self._block = Block(tag, self._numbers, not inside & {"li", "td", "th", "blockquote", "caption"})
        self.blocks.append(self._block)


VAGUE = {
    "click", "click here", "details", "download", "find out more", "follow this link", "further information", "here",
    "info", "learn more", "link", "more", "more details", "more info", "more information", "page", "read more",
    "see here", "see more", "this", "this document", "this link", "this page", "this website", "website",
}  # fmt: skip
ADDRESS = re.compile(r"\b(?:https?://|www\.)[^\s<>“”]*[^\s<>“”.,;:!?)]", re.IGNORECASE)
STALE = re.compile(
    r"\b(?:currently|at present|at the moment|presently|nowadays|recently|(?<!as )soon|shortly|in the near future"
    r"|(?:this|next|last) (?:week|month|year|quarter|spring|summer|autumn|winter)"
    r"|(?:coming|next|last|past) (?:few )?(?:days|weeks|months|years)"
    r"|yesterday|tomorrow|to date|so far(?! as)|up to now|until now|upcoming|(?-i:new)(?! one))\b",
    re.IGNORECASE,
)
CAPITALS = re.compile(r"\b[A-Z]{2,}(?:[ ,’'-]{1,2}[A-Z]+)+\b|\b[A-Z]{8,}\b")
ABBREVIATION = re.compile(r"\b([A-Z][A-Z&]{1,6})(?:s|’s)?\b")
EVERYBODY_KNOWS = {
    "AM", "BBC", "CCTV", "CSV", "DVD", "EU", "FAQ", "GP", "HTML", "ID", "II", "III", "IT", "IV", "MP", "NHS", "OK",
    "PC", "PDF", "PIN", "PM", "QR", "SMS", "TV", "UK", "US", "USA", "VAT",
}  # fmt: skip
EXPLAINED = re.compile(r"\(([A-Z][A-Z&]{1,6})s?\)|\b([A-Z][A-Z&]{1,6})s? (?=\(|stands? for|is short for|means)")
SENTENCE = re.compile(r"\S.*?(?:[.!?…][”’)]*(?=\s|$)|\n|$)")
WORD = re.compile(r"\w[\w’'-]*")


def advice(html: str) -> list[Finding]:
    """On a text as the editor has it, or as it is kept; the kinds in the order of Kind."""
    reader = Reader(html)
    whole = "\n".join(block.text for block in reader.blocks)
    found = [Finding(Kind.TABLE, block.text, block.number, 0, len(block.text)) for block in reader.tables]
    found += headings(reader.blocks)
    met = EVERYBODY_KNOWS | {each[1] or each[2] for each in EXPLAINED.finditer(whole)}
    for block in reader.blocks:
        found += [Finding(kind, block.text[a:b], block.number, a, b) for kind, a, b in words(block, met)]
    return sorted(found, key=lambda finding: list(Kind).index(finding.kind))


def advice_on_words(text: str) -> list[Finding]:
    """On a text without headings, links and lists."""
    return advice("".join(f"<p>{escape(line)}</p>" for line in text.splitlines()))


def grouped(findings: list[Finding]) -> list[dict]:
    """By kind, of each the first few."""
    kinds = {kind: [each for each in findings if each.kind is kind] for kind in Kind}
    return [{"kind": kind, "count": len(of), "findings": of[:MOST_OF_A_KIND]} for kind, of in kinds.items() if of]


def headings(blocks: list[Block]) -> Iterator[Finding]:
    has_heading = False
    for block in blocks:
        text = block.text.strip()
        has_heading = has_heading or block.tag in ("h1", "h2", "h3")
        is_bold = block.tag == "p" and block.is_alone and block.strong >= len(text) - text.count(" ")
        if block.tag in ("h4", "h5", "h6") and text and not has_heading:
            yield Finding(Kind.HEADING, block.text, block.number, 0, len(block.text))
        elif is_bold and 0 < len(text) <= 80 and text[-1] not in ".!?,;":
            yield Finding(Kind.BOLD, block.text, block.number, 0, len(block.text))


def words(block: Block, met: set[str]) -> Iterator[tuple[Kind, int, int]]:
    """Kind, start and end of what is found in one block. An abbreviation is told once, so those met are noted."""
    text = block.text
    for start, end in block.links:
        if re.sub(r"[\s.:…>»]+", " ", text[start:end]).strip().lower() in VAGUE:
            yield Kind.LINK, start, end
    yield from ((Kind.ADDRESS, *each.span()) for each in ADDRESS.finditer(text))
    without_addresses = ADDRESS.sub(lambda each: " " * len(each[0]), text)
    yield from ((Kind.STALE, *each.span()) for each in STALE.finditer(without_addresses))
    loud = [each.span() for each in CAPITALS.finditer(without_addresses) if is_loud(each[0])]
    yield from ((Kind.CAPITALS, start, end) for start, end in loud)
    for each in ABBREVIATION.finditer(without_addresses):
        is_in_loud = any(start <= each.start() < end for start, end in loud)
        if is_in_loud or each[1] in met:
            continue
        met.add(each[1])
        yield Kind.ABBREVIATION, each.start(1), each.end(1)
    for sentence in SENTENCE.finditer(text):
        if len(WORD.findall(sentence[0])) > LONGEST_SENTENCE:
            yield Kind.SENTENCE, *sentence.span()


def is_loud(run: str) -> bool:
    """Whether capitals are words and not some abbreviations in a row."""
    return any(len(word) > 3 for word in WORD.findall(run)) and not set(WORD.findall(run)) <= EVERYBODY_KNOWS
