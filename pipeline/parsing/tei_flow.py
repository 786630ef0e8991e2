"""Reading text made from the mixed content of TEI elements: white space collapsed as HTML does, markers taken out.

Pieces of text and events come in, in document order; a `Run` goes out: the words, and where in them notes hang, pages
begin, and tagged names and links stand. The rules for blanks are those of the text reader (`reading`), so that both
give the same words and offsets: the blank before a free-standing marker goes with it, a page break leaves one blank.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from pipeline.findings import Place
from pipeline.parsing.reading import CLOSING

_BLANK = " \t\n\r"
"""White space as HTML collapses it; a no-break space is none, and a form feed is no character of XML."""
_BLANKS = re.compile(r"[ \t\n\r]+")
_LINE_END = re.compile(r"\n *")
_OPENING = "([“‘"
_WEIGHT = {"": 0, " ": 1, "\n": 2, "\n\n": 3}


@dataclass(slots=True)
class Mark:
    """A place between two characters: where note `index` hangs, or page `index` begins; `offset` is set in the end."""

    kind: Literal["note", "page"]
    index: int
    offset: int = 0
    blank_before: bool = False
    blank_after: bool = False


@dataclass(slots=True)
class Span:
    """A tagged stretch of the words; `what` is known to whoever opened it. An empty one has no `end`."""

    what: object
    start: int = -1
    end: int = -1


@dataclass(slots=True, eq=False)
class Run:
    """Words in a row, with what was in them."""

    text: str
    marks: tuple[Mark, ...]
    mentions: tuple[Span, ...]
    """Tagged names."""
    links: tuple[Span, ...]
    xml_id: str | None

    def place(self, first: int, last: int) -> Place:  # noqa: ARG002 - the form of a reading text
        """Return where the words stand: TEI has no offsets, only the element."""
        return place_of(self.xml_id)


@lru_cache(maxsize=256)
def place_of(xml_id: str | None) -> Place:
    """Return an element as a place; most blocks of a document stand in the same one."""
    return Place(xml_id=xml_id)


class Flow:
    """Collects a run piece by piece; linear in what it is given."""

    __slots__ = (
        "_fresh", "_gap", "_layout", "_length", "_opening", "_pieces", "_waiting",
        "links", "marks", "mentions", "xml_id",
    )  # fmt: skip

    def __init__(self, xml_id: str | None) -> None:
        self.xml_id = xml_id
        self._pieces: list[str] = []
        self._length = 0
        self._gap = ""
        """White space since the last visible character: nothing, a blank, a line end, or the end of a paragraph."""
        self._layout = False
        """The gap is nothing but line ends between two tags, which may be the layout of the file."""
        self._waiting: list[Mark] = []
        """Marks in the gap."""
        self._opening: list[Span] = []
        """Spans whose first character is still to come."""
        self._fresh = True
        """Nothing visible stands in this line or cell yet, so that blanks are left out."""
        self.marks: list[Mark] = []
        self.mentions: list[Span] = []
        self.links: list[Span] = []

    @property
    def visible(self) -> bool:
        """Whether there are any words."""
        return self._length > 0

    def discard(self) -> bool:
        """Begin anew if nothing was added that counts, without gap and spans; tell whether it is so."""
        if self._length or self._waiting:
            return False
        self._gap, self._layout = "", False
        self._opening.clear()
        self.mentions.clear()
        self.links.clear()
        return True

    def text(self, text: str) -> None:
        """Add characters, at least one."""
        words = text.strip() if text.isascii() else text.strip(_BLANK)  # XML has no other white space in ASCII
        trimmed = len(words) < len(text)
        if trimmed and text[0] in _BLANK:
            self._layout = not words and "\n" in text and (self._layout or not self._gap)
            self._gap = self._gap or " "
            if self._waiting:
                self._waiting[-1].blank_after = True
        if not words:
            return
        if "\n" in words or "  " in words or "\t" in words or "\r" in words:
            words = _collapsed(words)
        if self._waiting or self._opening or self._layout:
            self._settle(words[0])
        elif self._gap:
            if not self._fresh:
                words = self._gap + words
            self._gap = ""
        self._pieces.append(words)
        self._length += len(words)
        self._fresh = False
        if trimmed and text[-1] in _BLANK:
            self._gap, self._layout = " ", False

    def gap(self, gap: str) -> None:
        """Ask for white space before what follows: a blank, a line end, or two; the widest wish counts."""
        if _WEIGHT[gap] > _WEIGHT[self._gap]:
            self._gap = gap
        if self._waiting:
            self._waiting[-1].blank_after = True

    def literal(self, text: str) -> None:
        """Add layout as it stands: the tabs and line ends of a table."""
        self._gap = ""
        self._settle("\n")
        self._pieces.append(text)
        self._length += len(text)
        self._fresh = True

    def row(self) -> None:
        """End a row of a table; the empty cells at its end leave nothing, as on the site."""
        while self._pieces and self._pieces[-1] == "\t\t":
            self._length -= len(self._pieces.pop())
        self.literal("\n")

    def mark(self, mark: Mark) -> None:
        """Add a mark here; the site prints a page break between blanks, so that it parts words even without them."""
        mark.blank_before = bool(self._gap)
        self._waiting.append(mark)
        if mark.kind == "page":
            self.gap(" ")

    def open(self, what: object, among: list[Span]) -> Span:
        """Begin a span, one of the mentions or of the links, with the next visible character."""
        span = Span(what)
        self._opening.append(span)
        among.append(span)
        return span

    def close(self, span: Span) -> None:
        """End a span with the last visible character; what was begun in a flow that is over ended with that flow."""
        if span.start < 0:
            self._opening = [s for s in self._opening if s is not span]
        elif span.end < 0:
            span.end = self._length

    def run(self) -> Run:
        """Return what was collected; white space at the end is cut."""
        self._gap = ""
        for mark in self._waiting:
            mark.blank_after = True
        if self._waiting or self._opening:
            self._settle("")
        text = "".join(self._pieces).rstrip()
        length = len(text)
        for mark in self.marks:
            mark.offset = min(mark.offset, length)
        mentions, links = _within(self.mentions, length), _within(self.links, length)
        return Run(text, tuple(self.marks), mentions, links, self.xml_id)

    def _settle(self, following: str) -> None:
        """Place what waits in the gap before the character that follows, and write the gap."""
        gap = "" if self._fresh else self._gap
        if gap == " " and self._layout and (following in CLOSING or self._pieces[-1][-1] in _OPENING):
            gap = ""
        if self._waiting:
            gap = self._place(gap, following)
        if gap:
            self._pieces.append(gap)
            self._length += len(gap)
        self._gap = ""
        if self._opening:
            for span in self._opening:
                span.start = self._length
            self._opening.clear()

    def _place(self, gap: str, following: str) -> str:
        """Place the marks of a gap; return what is left of it."""
        closed = not following or following in CLOSING
        blank_after = any(m.blank_after for m in self._waiting)
        free = any(m.kind == "note" and m.blank_before for m in self._waiting)
        if gap == " " and free and closed and not blank_after:
            gap = ""
        for mark in self._waiting:
            attached = mark.kind == "note" and (not mark.blank_before or blank_after or closed)
            mark.offset = self._length + (0 if attached else len(gap))
        self.marks += self._waiting
        self._waiting.clear()
        return gap


def _within(spans: Sequence[Span], length: int) -> tuple[Span, ...]:
    """Return the spans that have words, each ended within so many characters."""
    for span in spans:
        if not 0 <= span.end < length:
            span.end = length
    return tuple([span for span in spans if 0 <= span.start < span.end]) if spans else ()


def _collapsed(words: str) -> str:
    """Return words with one blank for all white space in a row; most of it is a line end, and the indent after it."""
    words = _LINE_END.sub(" ", words)
    return _BLANKS.sub(" ", words) if "  " in words or "\t" in words or "\r" in words else words
