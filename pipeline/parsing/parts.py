"""The parts of a document that lie within its blocks and notes: page breaks, participants, sources, references.

Blocks and notes with their reading texts come in; records with places in the source go out.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from pipeline.model import ArchivalSource, Note, PageBreak, Participant, Reference, SourceNote
from pipeline.parsing.blocks import RawBlock
from pipeline.parsing.citations import find_references, last_cited
from pipeline.parsing.participants import read_participant
from pipeline.parsing.phrases import Phrase
from pipeline.parsing.reading import Reading
from pipeline.parsing.segments import PAGE_BREAK
from pipeline.parsing.source_note import Citation, SourceReading, find_citations, read_source_note


class Placed(NamedTuple):
    """A block with its reading text and its ordinal."""

    ordinal: int
    block: RawBlock
    reading: Reading


def holder(blocks: Sequence[Placed], at: int) -> Placed | None:
    """Return the block that holds a place, of blocks in order; None where none does."""
    index = bisect_right(blocks, at, key=lambda placed: placed.block.start) - 1
    return blocks[index] if index >= 0 and at < blocks[index].block.end else None


def page_breaks(text: str, blocks: Sequence[Placed]) -> Iterator[PageBreak]:
    """Yield the page breaks of a text in order: those in blocks, in notes, and those that stand alone."""
    for ordinal, match in enumerate(PAGE_BREAK.finditer(text), 1):
        placed = holder(blocks, match.start())
        yield PageBreak(
            ordinal=ordinal,
            page=match[1].strip(),
            start=match.start(),
            end=match.end(),
            block_ordinal=placed.ordinal if placed else None,
            offset=placed.reading.offset(match.start()) if placed else None,
        )


def participants(blocks: Iterable[Placed]) -> Iterator[Participant]:
    """Yield the lines of lists of participants, taken apart."""
    lines = (placed for placed in blocks if placed.block.kind == "participant")
    for ordinal, placed in enumerate(lines, 1):
        name, role = read_participant(placed.reading.text)
        yield Participant(
            ordinal=ordinal,
            name=name,
            role=role,
            group=_group(placed.block.group),
            text=placed.reading.text,
            start=placed.block.start,
            end=placed.block.end,
            block_ordinal=placed.ordinal,
        )


def _group(heading: str | None) -> str | None:
    """Return the heading of a group without the colon that leads to its lines."""
    return (heading or "").rstrip(": \u00a0") or None


def source_note(note: Note, source: SourceReading) -> SourceNote:
    """Return what a source note says."""
    return SourceNote(
        note_id=note.note_id,
        classification=source.classification,
        handling=source.handling,
        drafted_by=source.drafted_by,
        cleared_by=source.cleared_by,
        approved_by=source.approved_by,
        repeated_to=source.repeated_to,
        remainder=source.remainder,
    )


def sources(notes: Sequence[Note], readings: Sequence[Reading]) -> tuple[list[SourceNote], list[ArchivalSource]]:
    """Take source notes apart, and find the archival sources of all notes; `Ibid.` refers to the citation before it."""
    taken_apart: list[SourceNote] = []
    cited: list[ArchivalSource] = []
    antecedent: str | None = None
    for note, reading in zip(notes, readings, strict=True):
        if note.kind == "source":
            source = read_source_note(reading.text)
            taken_apart.append(source_note(note, source))
            citations: Sequence[Citation] = source.citations
        else:
            citations = find_citations(reading.text, antecedent=antecedent)
        for ordinal, citation in enumerate(citations, 1):
            cited.append(_archival_source(note, ordinal, citation, reading))
            antecedent = citation.resolved_repository
    return taken_apart, cited


def _archival_source(note: Note, ordinal: int, citation: Citation, reading: Reading) -> ArchivalSource:
    start, end = reading.span(citation.start, citation.end)
    return ArchivalSource(
        note_id=note.note_id,
        ordinal=ordinal,
        repository=citation.repository,
        collection=citation.collection,
        location=citation.location,
        text=reading.text[citation.start : citation.end],
        start=start,
        end=end,
        resolved_repository=citation.resolved_repository,
    )


def references(
    placed: Sequence[Placed], notes: Iterable[tuple[Note, Reading]], volume: str | None, number: str | None
) -> Iterator[Reference]:
    """Yield the references of the body, then those of the notes; a heading refers to nothing."""
    places: list[tuple[Reading, Note | None]] = [(p.reading, None) for p in placed if p.block.kind != "title"]
    places += [(reading, note) for note, reading in notes]
    ordinal = 0
    cited: Phrase | None = None
    opening = next((p.reading for p in placed if p.block.kind == "paragraph"), None)
    for reading, note in places:
        phrases = find_references(
            reading.text,
            volume=volume,
            number=number,
            marker=note.marker if note else None,
            antecedent=cited,
            opening=reading is opening,
        )
        cited = last_cited(phrases, cited)
        for phrase in phrases:
            ordinal += 1
            start, end = reading.span(phrase.start, phrase.end)
            yield Reference(
                ordinal=ordinal,
                note_id=note.note_id if note else None,
                kind=phrase.kind,
                text=reading.text[phrase.start : phrase.end],
                start=start,
                end=end,
                target_volume=phrase.volume,
                target_document=phrase.document,
                target_note=phrase.note,
                target_page=phrase.page,
                message_type=phrase.message_type,
                message_number=phrase.message_number,
                direction=phrase.direction,
                post=phrase.post,
            )
