"""The parts of a document that both readers find in the same way: participants, sources, references, and its date.

Blocks and notes with their reading texts come in, from text or from TEI; records with places in the source go out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

from pipeline.findings import Place
from pipeline.model import ArchivalSource, Block, BlockKind, DatePrecision, Note, Participant, Reference, SourceNote
from pipeline.parsing.citations import Phrase, find_references, last_cited, outlines
from pipeline.parsing.labelled import CELL, labelled_rows
from pipeline.parsing.opening import is_classification
from pipeline.parsing.participants import is_label, may_be_party, read_row
from pipeline.parsing.source_note import Citation, SourceReading, find_citations, read_source_note


class Words(Protocol):
    """A reading text that knows where its words stand in the source."""

    @property
    def text(self) -> str:
        """The words, markers and page breaks taken out."""

    def place(self, first: int, last: int) -> Place:
        """Return where the non-empty range `[first, last)` of the words stands."""


W = TypeVar("W", bound=Words)


class Placed(NamedTuple, Generic[W]):
    """A block with its reading text, its ordinal, its place, and for list items the group they stand in."""

    ordinal: int
    kind: BlockKind
    reading: W
    at: Place
    group: str | None = None


def columns(place: Place) -> dict[str, Any]:
    """Return the columns of a place."""
    return {"start": place.start, "end": place.end, "xml_id": place.xml_id}


def blocks(placed: Iterable[Placed[Any]]) -> tuple[Block, ...]:
    """Return the records of blocks."""
    return Block.many(
        [
            {
                "ordinal": p.ordinal,
                "kind": p.kind,
                "text": p.reading.text,
                "start": p.at.start,
                "end": p.at.end,
                "xml_id": p.at.xml_id,
            }
            for p in placed
        ]
    )


def below_heading(following: Iterable[tuple[BlockKind, str]]) -> str:
    """Return the first block below a heading that is no dateline, number of a message or classification.

    Args:
        following: kind and words of the blocks that follow the heading.
    """
    return next((text for kind, text in following if kind != "dateline" and not is_classification(text)), "")


def participants(placed: Iterable[Placed[Any]]) -> tuple[Participant, ...]:
    """Return the lines of lists of participants, and the rows of tables that are labelled so, taken apart.

    Two labels in a row headed two columns of print, whose lines are read across: from there to the end of the list
    nothing tells to which of them a line belongs. A body that is the first label behind persons without one may be
    a party beside them: who follows it is of no group.
    """
    rows: list[dict[str, Any]] = []
    after_label = in_columns = labelled = False
    party: str | None = None
    for line in _lines(placed):
        if line.begins:
            after_label = in_columns = labelled = False
            party = None
        elif not labelled and may_be_party(line.person):
            party = line.person
        labels = is_label(line.person)
        labelled |= labels or line.group is not None
        in_columns |= labels and after_label
        after_label = labels
        group = None if in_columns or line.group == party else _group(line.group)
        name, role = read_row([cell.strip() for cell in line.person.split(CELL) if cell.strip()])
        rows.append(
            {
                "ordinal": len(rows) + 1,
                "name": name,
                "role": role,
                "group": group,
                "text": line.text,
                **columns(line.at),
                "block_ordinal": line.block,
            }
        )
    return Participant.many(rows)


class _Line(NamedTuple):
    """A line of a list of participants, or a row of a table: where it stands, and what of it is the person."""

    text: str
    person: str
    at: Place
    block: int
    group: str | None
    begins: bool
    """Whether it is the first of its list or table."""


def _lines(placed: Iterable[Placed[Any]]) -> Iterator[_Line]:
    last = -1
    for block in placed:
        if block.kind == "table":
            yield from _lines_of_table(block)
        elif block.kind == "participant":
            words = block.reading.text
            yield _Line(words, words, block.at, block.ordinal, block.group, block.ordinal != last + 1)
            last = block.ordinal


def _lines_of_table(table: Placed[Any]) -> Iterator[_Line]:
    """Yield the participants of a table; a row that is a label is that of those below it, a cell of those beside it."""
    words = table.reading.text
    group: str | None = None
    begins = True
    for kind, start, end in labelled_rows(words):
        if kind != "participant":
            continue
        person = words[start:end]
        first, _, rest = person.partition(CELL)
        if rest and first.endswith(":") and is_label(first):
            group, person = first, rest.strip()
        labels = is_label(person)
        at = table.reading.place(start, end)
        yield _Line(words[start:end], person, at, table.ordinal, None if labels else group, begins)
        group = person if labels else group
        begins = False


def _group(heading: str | None) -> str | None:
    """Return the heading of a group without the colon that leads to its lines."""
    return (heading or "").rstrip(": \u00a0") or None


def precision(date: str | None, end: str | None = None) -> DatePrecision | None:
    """Return how much of a date an ISO 8601 date gives; with an end it is a range."""
    if date is None or end is not None:
        return "range" if date else None
    return "year" if len(date) == 4 else "month" if len(date) == 7 else "day"  # noqa: PLR2004 - YYYY, YYYY-MM


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


class Sources(NamedTuple):
    """What notes say of archives."""

    taken_apart: list[SourceNote]
    rows: tuple[ArchivalSource, ...]
    citations: list[Sequence[Citation]]
    """Those of each note, by their places in its words."""


def sources(notes: Sequence[Note], readings: Sequence[Words]) -> Sources:
    """Take source notes apart, and find the archival sources of all notes; `Ibid.` refers to the citation before it."""
    taken_apart: list[SourceNote] = []
    cited: list[dict[str, Any]] = []
    of_notes: list[Sequence[Citation]] = []
    antecedent: str | None = None
    for note, reading in zip(notes, readings, strict=True):
        if note.kind == "source":
            source = read_source_note(reading.text)
            taken_apart.append(source_note(note, source))
            citations: Sequence[Citation] = source.citations
        else:
            citations = find_citations(reading.text, antecedent=antecedent)
        of_notes.append(citations)
        for ordinal, citation in enumerate(citations, 1):
            cited.append(_archival_source(note, ordinal, citation, reading))
            antecedent = citation.resolved_repository
    return Sources(taken_apart, ArchivalSource.many(cited), of_notes)


def _archival_source(note: Note, ordinal: int, citation: Citation, reading: Words) -> dict[str, Any]:
    return {
        "note_id": note.note_id,
        "ordinal": ordinal,
        "repository": citation.repository,
        "collection": citation.collection,
        "location": citation.location,
        "text": reading.text[citation.start : citation.end],
        **columns(reading.place(citation.start, citation.end)),
        "resolved_repository": citation.resolved_repository,
    }


def references(
    placed: Sequence[Placed[W]],
    notes: Iterable[tuple[Note, W, Sequence[Citation]]],
    volume: str | None,
    number: str | None,
    linked: Callable[[W, list[Phrase]], list[Phrase]] | None = None,
) -> tuple[Reference, ...]:
    """Return the references of the body, then those of the notes; a heading refers to nothing.

    Args:
        placed: the blocks.
        notes: the notes with their reading texts, and the citations of archives in them.
        volume: id of the volume.
        number: number of the document in it.
        linked: completes the phrases of a text by what its links say.
    """
    places: list[tuple[W, Note | None, Sequence[Citation] | None]]
    places = [(p.reading, None, None) for p in placed if p.kind != "title"]
    places += [(reading, note, archives) for note, reading, archives in notes]
    rows: list[dict[str, Any]] = []
    cited: Phrase | None = None
    opening = next((p.reading for p in placed if p.kind == "paragraph"), None)
    found = outlines([reading.text for reading, _, _ in places])
    for (reading, note, archives), outline in zip(places, found, strict=True):
        phrases: list[Phrase] = []
        if outline:
            phrases = find_references(
                reading.text,
                volume=volume,
                number=number,
                marker=note.marker if note else None,
                antecedent=cited,
                opening=reading is opening,
                archives=archives,
                outline=outline,
            )
            cited = last_cited(phrases, cited)
        for phrase in linked(reading, phrases) if linked else phrases:
            rows.append(_reference(len(rows) + 1, note, phrase, reading))
    return Reference.many(rows)


def _reference(ordinal: int, note: Note | None, phrase: Phrase, reading: Words) -> dict[str, Any]:
    return {
        "ordinal": ordinal,
        "note_id": note.note_id if note else None,
        "kind": phrase.kind,
        "text": reading.text[phrase.start : phrase.end],
        **columns(reading.place(phrase.start, phrase.end)),
        "target_volume": phrase.volume,
        "target_document": phrase.document,
        "target_note": phrase.note,
        "target_page": phrase.page,
        "message_type": phrase.message_type,
        "message_number": phrase.message_number,
        "direction": phrase.direction,
        "post": phrase.post,
    }
