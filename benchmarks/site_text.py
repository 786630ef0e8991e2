"""Make the text of a page as main-content extraction gives it, and say where in it each thing stands.

A page is built as a small tree of HTML elements, the ones that pages of history.state.gov consist of; `Page.text`
then lays it out by the rules of resiliparse 2.0.1, `extract_plain_text(html, main_content=True)`:

* Elements of a block begin on a new line; paragraphs and headings of level 1 to 4 keep a blank line on both sides.
* Items of lists stand behind `•` or their number, indented by two blanks a level; what follows in the same item is
  indented by two more. Cells of a table are parted by two tabs.
* White space collapses to one blank. A text node that is one lone character of three bytes, such as a dash, is taken
  for an icon and left out; so is a block of at most 1,500 bytes of which more than 60 % are links, and a list with
  bullets of which more than 20 % are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

BIG = frozenset({"p", "h1", "h2", "h3", "h4"})
"""Blocks with a blank line before and after."""
BLOCKS = BIG | {"div", "h5", "h6", "ul", "ol", "li", "dl", "dt", "dd", "table", "tr", "td"}
INDENT = 2
CLUSTERS = {"div": (0.6, 1500), "ul": (0.2, None)}
"""Share of links above which a block is dropped, and the length in bytes up to which that is so."""

_BLANKS = re.compile(r"[ \t\n\r\f\v]+")  # not \s: no-break spaces stay as they are


@dataclass(slots=True, eq=False)
class Span:
    """A stretch of the text, code points, half open; without a start it has no visible text."""

    kind: str
    facts: dict[str, Any]
    start: int | None = None
    end: int = 0


@dataclass(slots=True)
class _Edge:
    """Where a span begins or ends between the children of an element."""

    span: Span
    opens: bool


@dataclass(slots=True)
class _Element:
    """An element of the page."""

    tag: str
    children: list[_Element | _Edge | str] = field(default_factory=list)


class Page:
    """A page under construction: elements are opened and closed, text is added, spans are begun and ended."""

    def __init__(self) -> None:
        self._root = _Element("div")
        self._path = [self._root]

    def add(self, text: str) -> None:
        """Add text; adjoining texts become one."""
        children = self._path[-1].children
        if text and children and isinstance(children[-1], str) and children[-1]:
            children[-1] += text
        elif text:
            children.append(text)

    def open(self, tag: str) -> None:
        """Begin an element; a block ends the paragraph it stands in, as the HTML parser does."""
        if tag in BLOCKS and tag != "td":
            self._end_paragraph()
        element = _Element(tag)
        self._path[-1].children.append(element)
        self._path.append(element)

    def close(self, tag: str) -> None:
        """End an element; the end of a paragraph that a block has ended makes an empty one."""
        if tag == "p" and self._path[-1].tag != "p":
            self._path[-1].children.append(_Element("p"))
            return
        while self._path.pop().tag != tag:
            pass

    def separate(self) -> None:
        """Keep the texts before and after apart, as the bounds of an inline element do."""
        self._path[-1].children.append("")

    def line_break(self) -> None:
        """Break the line."""
        self._path[-1].children.append(_Element("br"))

    def begin(self, kind: str, **facts: Any) -> Span:  # noqa: ANN401 - what the annotation says, any JSON
        """Begin a span."""
        span = Span(kind, facts)
        self._path[-1].children.append(_Edge(span, opens=True))
        return span

    def end(self, span: Span) -> None:
        """End a span."""
        self._path[-1].children.append(_Edge(span, opens=False))

    def text(self) -> str:
        """Return the text of the page; the spans know their places afterwards."""
        return _Layout().run(self._root)

    def _end_paragraph(self) -> None:
        """Close the paragraph that is open, unless a cell stands between."""
        for at in range(len(self._path) - 1, 0, -1):
            if self._path[at].tag == "td":
                return
            if self._path[at].tag == "p":
                del self._path[at:]
                return


class _Layout:
    """Lays elements out as text."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._newlines = 2
        """Newlines at the end of the text; the empty text needs none."""
        self._gap = ""
        """What parts the cells, while no text has come since the cell began."""
        self._in_gap = False
        self._numbers: list[int | None] = []
        """Number of the item of each list around; None where items have bullets."""
        self._item_due = False
        self._segment_begins = True
        self._blank_due = False
        self._cell = 0
        self._open: list[Span] = []
        self._end = 0
        """End of the last visible character."""

    def run(self, root: _Element) -> str:
        self._walk(root)
        return "".join(self._parts).rstrip("\n")

    # ---- elements

    def _walk(self, element: _Element) -> None:
        if element.tag in CLUSTERS and _is_cluster(element, *CLUSTERS[element.tag]):
            self._skip(element)
            return
        self._start(element.tag)
        for child in element.children:
            if isinstance(child, str):
                self._text(child)
            elif isinstance(child, _Element):
                self._walk(child)
            elif child.opens:
                self._open.append(child.span)
            else:
                self._close(child.span)
        if any(not isinstance(child, _Edge) for child in element.children):
            self._finish(element.tag)

    def _skip(self, element: _Element) -> None:
        """Leave an element out; spans that begin and do not end in it go on."""
        for child in element.children:
            if isinstance(child, _Element):
                self._skip(child)
            elif isinstance(child, _Edge):
                self._open.append(child.span) if child.opens else self._close(child.span)

    def _close(self, span: Span) -> None:
        if span in self._open:
            self._open.remove(span)
        if span.start is not None:
            span.end = self._end

    def _start(self, tag: str) -> None:
        if tag in {"ul", "ol"}:
            self._numbers.append(0 if tag == "ol" else None)
        if tag == "li":
            self._count_item()
        if tag == "br":
            self._segment()
            self._leave_gap()
            self._newline()
        elif tag == "tr":
            self._cell = 0
            self._block(tag)
        elif tag == "td":
            self._gap += (" " if self._blank_due else "") + ("\t\t" if self._cell else "")
            self._in_gap = True
            self._cell += 1
            self._segment()
        elif tag in BLOCKS:
            self._block(tag)

    def _count_item(self) -> None:
        if self._numbers and self._numbers[-1] is not None:
            self._numbers[-1] += 1

    def _finish(self, tag: str) -> None:
        if tag == "td":
            return
        if tag in {"ul", "ol"}:
            self._numbers.pop()
            self._block(tag)
            self._item_due = False
        elif tag in BLOCKS:
            self._block(tag)

    def _block(self, tag: str) -> None:
        """Begin or end a block: end the line, and leave a line blank where that is due."""
        self._item_due = self._item_due or tag == "li"
        self._segment()
        self._leave_gap()
        if not self._newlines:
            self._newline()
        if tag in BIG and self._newlines == 1:
            self._newline()

    def _segment(self) -> None:
        self._segment_begins = True
        self._blank_due = False

    # ---- text

    def _leave_gap(self) -> None:
        """Take the white space back that stands at the end of the text, where a cell has no text before a block."""
        while self._in_gap and self._parts and self._parts[-1] == "\n":
            self._parts.pop()
            self._length -= 1
            self._newlines = 0
        self._gap, self._in_gap = "", False

    def _newline(self) -> None:
        self._put("\n")
        self._newlines += 1

    def _put(self, text: str) -> None:
        self._parts.append(text)
        self._length += len(text)

    def _text(self, text: str) -> None:
        if not text or _is_icon(text):
            return
        text = _BLANKS.sub(" ", text)
        core = text.strip(" ")
        if not core:
            self._blank_due = self._blank_due or not self._segment_begins
            return
        if self._segment_begins:
            self._put(self._gap + self._indent())
            self._gap, self._in_gap = "", False
        elif self._blank_due or text[0] == " ":
            self._put(" ")
        self._segment_begins = False
        for span in self._open:
            if span.start is None:
                span.start = self._length
        self._put(core)
        self._end = self._length
        self._newlines = 0
        self._blank_due = text[-1] == " "

    def _indent(self) -> str:
        if not self._numbers:
            return ""
        blanks = " " * (INDENT * len(self._numbers))
        if not self._item_due:
            return blanks + " " * INDENT
        self._item_due = False
        number = self._numbers[-1]
        return f"{blanks}• " if number is None else f"{blanks}{number}. "


def _is_icon(text: str) -> bool:
    """Return whether a text node is a lone character that the extractor takes for an icon.

    It compares the three bytes, the last of them first, with the range of private use; dashes, quotes and dots of
    three bytes fall into it.
    """
    data = text.strip(" \t\n\r\f\v").encode()
    return data == "¶".encode() or (len(data) == 3 and 0x8080EE <= int.from_bytes(data, "little") <= 0xBFA3EF)  # noqa: PLR2004 - bytes


def _texts(element: _Element, *, linked: bool) -> Iterator[tuple[str, bool]]:
    """Yield the texts within an element, and whether they are links."""
    linked = linked or element.tag == "a"
    for child in element.children:
        if isinstance(child, str):
            yield child, linked
        elif isinstance(child, _Element):
            yield from _texts(child, linked=linked)


def _is_cluster(element: _Element, share: float, longest: int | None) -> bool:
    """Return whether a block is mostly links."""
    whole = links = 0
    for text, linked in _texts(element, linked=False):
        size = len(_BLANKS.sub(" ", text).encode())
        whole += size
        links += size if linked else 0
        if longest is not None and whole > longest:
            return False
    return links > share * whole
