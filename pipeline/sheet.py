"""Lay out a document that has no text of its own, so that it can be shown: its blocks and notes, one after the other.

A document read from TEI comes in; a text goes out, made of its reading texts with markers and page breaks put back in,
and the document with its places in that text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from pipeline.model import Block, Document, Note, PageBreak, Reference

_GAP = "\n\n"


def laid_out(document: Document) -> tuple[Document, str]:
    """Return the document with places in the text that is returned beside it: code points, from 0."""
    sheet = _Sheet()
    anchors: dict[str, tuple[int, int]] = {}
    blocks: list[Block] = []
    pages: list[PageBreak] = []
    for block in document.blocks:
        marks: list[tuple[int, str, Note | PageBreak]] = [
            (n.anchor_offset, n.marker or "", n)
            for n in document.notes
            if n.block_ordinal == block.ordinal and n.anchor_offset is not None
        ]
        marks += [
            (p.offset, f"[Page {p.page}]", p)
            for p in document.page_breaks
            if p.block_ordinal == block.ordinal and p.offset is not None
        ]
        marks.sort(key=lambda mark: mark[0])
        start, places = sheet.add(block.text, [(at, text) for at, text, _ in marks])
        blocks.append(replace(block, start=start, end=sheet.length))
        for (_, _, record), (first, last) in zip(marks, places, strict=True):
            if isinstance(record, Note):
                anchors[record.note_id] = first, last
            else:
                pages.append(replace(record, start=first, end=last))
        sheet.close()
    notes = []
    for note in document.notes:
        start, _ = sheet.add(note.text, [])
        anchor = anchors.get(note.note_id, (None, None))
        notes.append(replace(note, start=start, end=sheet.length, anchor_start=anchor[0], anchor_end=anchor[1]))
        sheet.close()
    text = "".join(sheet.pieces)
    found = {
        "blocks": tuple(blocks),
        "notes": tuple(notes),
        "page_breaks": tuple(pages),
        "references": tuple(_references(document.references, blocks, notes, text)),
    }
    return document.model_copy(update=found), text


class _Sheet:
    """A text that grows."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.length = 0

    def add(self, text: str, marks: Sequence[tuple[int, str]]) -> tuple[int, list[tuple[int, int]]]:
        """Add a text with marks at offsets in it; return where it begins, and the place of each mark."""
        start, at = self.length, 0
        places = []
        for offset, mark in marks:
            self._put(text[at:offset])
            places.append((self.length, self.length + len(mark)))
            self._put(mark)
            if mark[-1:] == "]" and text[offset : offset + 1].strip():
                self._put(" ")  # a page break stands between words
            at = offset
        self._put(text[at:])
        return start, places

    def close(self) -> None:
        """End a block or a note."""
        self._put(_GAP)

    def _put(self, piece: str) -> None:
        self.pieces.append(piece)
        self.length += len(piece)


def _references(
    references: Sequence[Reference], blocks: Sequence[Block], notes: Sequence[Note], text: str
) -> Iterator[Reference]:
    """Yield references with the places of their words, in the body or in their note; those not found have none."""
    body = (blocks[0].start or 0, blocks[-1].end or 0) if blocks else (0, 0)
    rooms = {None: body} | {n.note_id: (n.start or 0, n.end or 0) for n in notes}
    reached: dict[str | None, int] = {}
    for reference in references:
        first, last = rooms.get(reference.note_id, (0, 0))
        at = text.find(reference.text, reached.get(reference.note_id, first), last)
        if at < 0:
            yield reference
            continue
        reached[reference.note_id] = at + len(reference.text)
        yield replace(reference, start=at, end=at + len(reference.text))
