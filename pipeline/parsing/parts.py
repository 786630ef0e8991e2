"""The parts of a document that lie within its blocks and notes: page breaks, participants, sources, references.

Blocks and notes with their reading texts come in; records with places in the source go out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pipeline.model import ArchivalSource, Note, PageBreak, Participant, Reference, SourceNote
from pipeline.parsing.blocks import RawBlock
from pipeline.parsing.citations import find_references, last_cited
from pipeline.parsing.participants import read_participant
from pipeline.parsing.phrases import Phrase
from pipeline.parsing.reading import Reading, Span
from pipeline.parsing.segments import PAGE_BREAK
from pipeline.parsing.source_note import Citation, SourceReading, find_citations, read_source_note


@dataclass(frozen=True, slots=True)
class Placed:
    """A block with its reading text and its ordinal."""

    ordinal: int
    block: RawBlock
    reading: Reading


def page_breaks(text: str, alone: Iterable[Span], blocks: Sequence[Placed], notes: Iterable[Span]) -> list[PageBreak]:
    """Return the page breaks that stand alone, in blocks and in notes, in the order of the text."""
    found: list[tuple[int, Placed | None]] = [(start, None) for start, _ in alone]
    for placed in blocks:
        found += [(m.start(), placed) for m in PAGE_BREAK.finditer(text, placed.block.start, placed.block.end)]
    for start, end in notes:
        found += [(m.start(), None) for m in PAGE_BREAK.finditer(text, start, end)]
    matches = [(match, placed) for start, placed in found if (match := PAGE_BREAK.match(text, start))]
    matches.sort(key=lambda pair: pair[0].start())
    return [
        PageBreak(
            ordinal=ordinal,
            page=match[1].strip(),
            start=match.start(),
            end=match.end(),
            block_ordinal=placed.ordinal if placed else None,
            offset=placed.reading.offset(match.start()) if placed else None,
        )
        for ordinal, (match, placed) in enumerate(matches, 1)
    ]


def participants(blocks: Iterable[Placed]) -> Iterator[Participant]:
    """Yield the lines of lists of participants, taken apart."""
    lines = (placed for placed in blocks if placed.block.kind == "participant")
    for ordinal, placed in enumerate(lines, 1):
        name, role = read_participant(placed.reading.text)
        yield Participant(
            ordinal=ordinal,
            name=name,
            role=role,
            group=placed.block.group,
            text=placed.reading.text,
            start=placed.block.start,
            end=placed.block.end,
            block_ordinal=placed.ordinal,
        )


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
