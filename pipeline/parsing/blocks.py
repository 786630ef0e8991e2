"""Group the lines of a document's body into blocks: heading, dateline, lists, paragraphs, tables, signature.

Lines come in, blocks with ranges of the source go out. Blocks are separated by blank lines; lists, tables and lines
between which the site leaves no blank are told apart by their form. Every visible character of the body lies in a
block or in a page break that stands alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.model import BlockKind
from pipeline.parsing.dates import is_dateline
from pipeline.parsing.segments import PAGE_BREAK, Line

TITLE_MAX = 400
HEAD_MAX = 80
SIGNATURE_MAX = 60
"""Code points of a line of a signature: in twelve volumes the 95th percentile is 20."""

NUMBERED = re.compile(r"(\d{1,4}[A-Za-z]?)\.\s+(?=\S)")

_HEADS: tuple[tuple[BlockKind, re.Pattern[str]], ...] = (
    ("subject", re.compile(r"\W*(?:subj|subjects?|topics?)\b", re.IGNORECASE)),
    (
        "participant",
        re.compile(
            r"\W*(?:\w+ ){0,4}(?:participa(?:nts?|tion|ting)|present|attend(?:ance|ees|ing))\b",
            re.IGNORECASE,
        ),
    ),
    (
        "list_item",
        re.compile(
            r"\W*(?:to|from|fm|info|action|through|thru|via|for|cc|copies|copy|attention|refs?|references?|re|dates?"
            r"|place|time|memorandum (?:for|to)|distribution|enclosures?|tabs?|attachments?)\b",
            re.IGNORECASE,
        ),
    ),
)


@dataclass(slots=True)
class RawBlock:
    """A block as found: its kind, its range in the source, and for list items the level and the group they stand in."""

    kind: BlockKind
    start: int
    end: int
    indent: int = 0
    group: str | None = None


@dataclass(slots=True)
class Body:
    """The blocks of a body in order, and the page breaks that stand alone."""

    blocks: list[RawBlock]
    pages: list[tuple[int, int]]


def read_body(text: str, lines: list[Line], *, before_notes: bool) -> Body:
    """Group the lines of a body into blocks.

    Args:
        text: the source.
        lines: the lines of the body, the notes list left out.
        before_notes: a notes list follows the last line.
    """
    reader = _Reader(text, lines)
    reader.run()
    blocks = reader.blocks
    _mark_title(text, blocks)
    _mark_dateline(text, blocks)
    _mark_signature(text, blocks, lines, before_notes=before_notes)
    return Body(blocks, reader.pages)


class _Reader:
    """Walks the lines once; `item` is the kind of the items of the list that was announced last."""

    def __init__(self, text: str, lines: list[Line]) -> None:
        self.text = text
        self.lines = lines
        self.blocks: list[RawBlock] = []
        self.pages: list[tuple[int, int]] = []
        self.item: BlockKind = "list_item"
        self.group: str | None = None
        self.fresh = True
        """No block is open: the line before was blank, a page break, or of another form."""

    def run(self) -> None:
        for at, line in enumerate(self.lines):
            if line.kind == "blank":
                self.fresh = True
            elif line.kind == "page":
                self.pages.append((line.first, line.last))
                self.fresh = True
            elif line.kind == "bullet":
                self._bullet(at, line)
            else:
                self._text(at, line)

    def _bullet(self, at: int, line: Line) -> None:
        following = self._next_visible(at)
        if following is not None and following.kind == "bullet" and following.indent > line.indent:
            self.group = self.text[line.first : line.last]
            self._open("list_head", line)
        else:
            if line.indent < self._group_indent():
                self.group = None
            self._open(self.item, line)
            self.blocks[-1].group = self.group
        self.fresh = False

    def _group_indent(self) -> int:
        previous = self.blocks[-1] if self.blocks else None
        return previous.indent if previous is not None else 0

    def _text(self, at: int, line: Line) -> None:
        previous = self.blocks[-1] if self.blocks else None
        if not self.fresh and previous is not None and self._continues(previous, line):
            previous.end = line.last
            return
        if "\t" in self.text[line.first : line.last]:
            self._open("table", line)
        elif line.kind == "number":
            self._open("list_item", line)
        else:
            self._open(self._announced(at, line) or "paragraph", line)
        self.fresh = False

    def _continues(self, previous: RawBlock, line: Line) -> bool:
        if line.kind == "number":
            return False
        is_row = "\t" in self.text[line.first : line.last]
        if previous.kind == "table" or is_row:
            return previous.kind == "table" and is_row
        if previous.kind == "paragraph":
            return True
        return previous.indent > 0 and line.indent > previous.indent

    def _announced(self, at: int, line: Line) -> BlockKind | None:
        """Return list_head where a list of a known name follows, and remember what its items are."""
        following = self._next_visible(at)
        self.item, self.group = "list_item", None
        content = self.text[line.first : line.last]
        if following is None or following.kind != "bullet" or len(content) > HEAD_MAX:
            return None
        for kind, pattern in _HEADS:
            if pattern.match(content) and not content.rstrip("0123456789 ").endswith((".", ";")):
                self.item = kind
                return "list_head"
        return "list_head" if content.isupper() else None

    def _next_visible(self, at: int) -> Line | None:
        for line in self.lines[at + 1 : at + 4]:
            if line.kind not in ("blank", "page"):
                return line
        return None

    def _open(self, kind: BlockKind, line: Line) -> None:
        self.blocks.append(RawBlock(kind, line.first, line.last, line.indent))


def _mark_title(text: str, blocks: list[RawBlock]) -> None:
    """The first block is the heading, if it is numbered or short enough to be one."""
    if not blocks or blocks[0].kind not in ("paragraph", "list_head"):
        return
    first = blocks[0]
    numbered = NUMBERED.match(text, first.start, first.end)
    if first.end - first.start <= TITLE_MAX or numbered:
        first.kind = "title"
        if _line_end(text, first) < first.end:
            _split_first_line(text, blocks)


def _split_first_line(text: str, blocks: list[RawBlock]) -> None:
    """Lines under the heading without a blank line between are no part of it."""
    first = blocks[0]
    line_end = _line_end(text, first)
    begin = first.end - len(text[line_end : first.end].lstrip())
    blocks.insert(1, RawBlock("paragraph", begin, first.end))
    first.end = first.start + len(text[first.start : line_end].rstrip())


def _line_end(text: str, block: RawBlock) -> int:
    return min((i for c in "\r\n" if (i := text.find(c, block.start, block.end)) >= 0), default=block.end)


def _mark_dateline(text: str, blocks: list[RawBlock]) -> None:
    """The block after the heading is the dateline, if its first line is a place and a date."""
    if len(blocks) > 1 and blocks[0].kind == "title" and blocks[1].kind == "paragraph":
        second = blocks[1]
        line_end = _line_end(text, second)
        if is_dateline(PAGE_BREAK.sub("", text[second.start : line_end])):
            second.kind = "dateline"
            if line_end < second.end:
                rest = text[line_end : second.end]
                begin = second.end - len(rest.lstrip())
                blocks.insert(2, RawBlock("paragraph", begin, second.end))
                second.end = line_end


def _mark_signature(text: str, blocks: list[RawBlock], lines: list[Line], *, before_notes: bool) -> None:
    """The last block is a signature, if its lines are short and the notes list follows it without a blank line."""
    if len(blocks) < 2 or blocks[-1].kind != "paragraph":  # noqa: PLR2004 - a heading alone is no signature
        return
    last = blocks[-1]
    content = PAGE_BREAK.sub("", text[last.start : last.end])
    short = all(len(line) <= SIGNATURE_MAX for line in re.split(r"[\r\n]+", content))
    touches = before_notes and bool(lines) and lines[-1].kind != "blank" and lines[-1].last == last.end
    if short and touches:
        last.kind = "signature"
