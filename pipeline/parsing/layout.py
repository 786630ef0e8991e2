"""The layout of a document: its blocks, its list of notes, and the zones that markers may stand in.

A text comes in, ranges of it go out; no marker is known yet.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pipeline.model import BlockKind
from pipeline.parsing.blocks import RawBlock, read_body
from pipeline.parsing.closing import mark_signatures
from pipeline.parsing.evidence import NoteText, Zone, note_text
from pipeline.parsing.notes import NoteList, find_list, read_list
from pipeline.parsing.reading import within
from pipeline.parsing.segments import PAGE_BREAK, cut
from pipeline.parsing.source_note import is_source_note

_LIST_NUMBER = re.compile(r"\d{1,5}[A-Za-z]?\.(?=\s)")


@dataclass(frozen=True, slots=True)
class Layout:
    """What lies where in a text."""

    blocks: list[RawBlock]
    listed: NoteList
    zones: list[Zone]
    """Where markers may stand, in order."""
    inner: list[Zone]
    """The texts of the notes, one zone a note."""
    note_texts: list[NoteText]


def read_layout(text: str) -> Layout:
    """Read blocks and notes of a text."""
    lines = cut(text)
    at = find_list(text, lines)
    blocks = read_body(text, lines[:at])
    mark_signatures(text, blocks, lines[:at], before_notes=at < len(lines))
    listed = read_list(text, lines[at:])
    texts = [text[raw.start : raw.end] for raw in listed.notes]
    return Layout(
        blocks=blocks,
        listed=listed,
        zones=list(_zones(text, blocks)),
        inner=[Zone(raw.start, raw.end, "paragraph") for raw in listed.notes],
        note_texts=[note_text(t, is_source=i < 2 and is_source_note(t)) for i, t in enumerate(texts)],  # noqa: PLR2004 - first, or second after a summary
    )


def _zones(text: str, blocks: Iterable[RawBlock]) -> Iterator[Zone]:
    """Yield the ranges of blocks that may hold markers: without their list numbers and page breaks."""
    page_breaks = [match.span() for match in PAGE_BREAK.finditer(text)]
    for block in blocks:
        at = block.start
        kind: BlockKind = "paragraph" if block.kind == "other" else block.kind
        if text[at : at + 1].isdigit() and (numbered := _LIST_NUMBER.match(text, at, block.end)):
            at = numbered.end()
        for start, end in within(page_breaks, at, block.end):
            yield Zone(at, start, kind)
            at = end
        yield Zone(at, block.end, kind)
