"""Reading text: a stretch of the source with markers, page breaks and layout taken out, and the way back.

A range of the source and the pieces to cut from it come in; out go the words a reader reads, and the two maps between
offsets in them and offsets in the source. Nothing is normalised but line ends, which become LF.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from pipeline.findings import Place
from pipeline.parsing.segments import PAGE_BREAK

Span = tuple[int, int]

_LAYOUT = re.compile(r"\r(?=\n)|(?<=[\r\n])[^\S\r\n\t]+|(?<=\S) +(?=\t)")
"""CR of CRLF, and the blanks a line begins with or a cell ends with; tabs are the bounds of cells."""
_PARTING = "\t\r\n"
CLOSING = frozenset(".,;:)]}”’\"'!?—")
"""What may follow a marker that stands free, without a blank between."""


class Reading(NamedTuple):
    """Reading text of `[start, end)` of the source."""

    text: str
    start: int
    end: int
    kept: tuple[Span, ...]
    """For every kept piece: its start in the reading text, its start in the source."""

    def offset(self, place: int) -> int:
        """Return the offset in the reading text of a place in the source; a place within a cut is where it was cut."""
        at = bisect_right(self.kept, place, key=lambda piece: piece[1]) - 1
        if at < 0:
            return 0
        here, there = self.kept[at]
        following = self.kept[at + 1][0] if at + 1 < len(self.kept) else len(self.text)
        return min(here + place - there, following)

    def span(self, first: int, last: int) -> Span:
        """Return the range of the source that the non-empty range `[first, last)` of the reading text came from."""
        return self._place(first), self._place(last - 1) + 1

    def place(self, first: int, last: int) -> Place:
        """Return the same as a place."""
        return Place(*self.span(first, last))

    def _place(self, offset: int) -> int:
        here, there = self.kept[bisect_right(self.kept, (offset, self.end)) - 1]
        return there + offset - here


def within(spans: Sequence[Span], start: int, end: int) -> Sequence[Span]:
    """Return the spans that begin in `[start, end)`, of some in order that none of its ends cuts through."""
    if not spans:
        return ()
    return spans[bisect_left(spans, (start, start)) : bisect_left(spans, (end, end))]


def page_cut(text: str, start: int, end: int, limits: Span) -> Span:
    """Return what to cut for the page break `[start, end)`: it and the blank the site put after it.

    Before a tab or line end, which part cells and rows, the blank before it is cut; of a line that it fills, the end.
    """
    first, last = limits
    before, after = text[max(first, start - 1) : start], text[end : min(last, end + 1)]
    if not after:
        return (start - 1 if before.isspace() else start), end
    if after in _PARTING:
        if before.isspace() and before not in _PARTING:
            return start - 1, end
        alone = after != "\t" and before in ("", "\n", "\r")
        return start, end + (2 if text.startswith("\r\n", end, last) else 1) * alone
    return start, end + (after.isspace() and (not before or before.isspace()))


def marker_cut(text: str, start: int, end: int, limits: Span) -> Span:
    """Return what to cut for the marker `[start, end)`: it and, where it stood free, the blank before it.

    Where it begins the words, the blank after it goes.
    """
    first, last = limits
    if start == first and text.startswith(" ", end, last):
        return start, end + 1
    follows = end == last or text[end].isspace() or text[end] in CLOSING
    if start > first and text[start - 1] in " \u00a0" and follows:
        return start - 1, end
    return start, end


def read(text: str, start: int, end: int, markers: Sequence[Span] = ()) -> Reading:
    """Read `[start, end)` of a source text without the given markers, page breaks, CR of CRLF and indents."""
    limits = (start, end)
    piece = text[start:end]
    cuts = [marker_cut(text, a, b, limits) for a, b in _joined(markers)] if markers else []
    if "[" in piece:
        cuts += [page_cut(text, start + m.start(), start + m.end(), limits) for m in PAGE_BREAK.finditer(piece)]
    if "\n" in piece or "\r" in piece or "\t" in piece:
        cuts += [(start + m.start(), start + m.end()) for m in _LAYOUT.finditer(piece)]
    if not cuts:
        return Reading(piece.replace("\r", "\n") if "\r" in piece else piece, start, end, ((0, start),))
    return _without(text, start, end, sorted(cuts))


def _joined(markers: Iterable[Span]) -> list[Span]:
    """Make one of markers that stand side by side, as two in a heading do."""
    joined: list[Span] = []
    for start, end in markers:
        if joined and joined[-1][1] == start:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _without(text: str, start: int, end: int, cuts: list[Span]) -> Reading:
    pieces: list[str] = []
    kept: list[Span] = []
    at, length = start, 0
    for first, last in [*cuts, (end, end)]:
        if first > at:
            kept.append((length, at))
            pieces.append(text[at:first])
            length += first - at
        at = max(at, last)
    joined = "".join(pieces)
    if "\r" in joined:
        joined = joined.replace("\r", "\n")
    return Reading(joined, start, end, tuple(kept) or ((0, start),))
