"""Read one document of plain text: a source file comes in, a `Document` and findings go out.

Nothing in bad text raises: what cannot be read is a finding, and what no rule understands is kept as a block of kind
`other`. The text format is that of pages of history.state.gov after main-content extraction.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from pipeline.findings import Finding, Locator, finding
from pipeline.manifest import DocumentFacts
from pipeline.model import (
    ArchivalSource,
    Block,
    Document,
    Note,
    NoteKind,
    PageBreak,
    Participant,
    Reference,
    SourceNote,
)
from pipeline.parse.anchors import Anchor, Zone, align, choose_base
from pipeline.parse.blocks import Body, RawBlock, read_body
from pipeline.parse.citations import find_references
from pipeline.parse.dates import read_date, read_place
from pipeline.parse.heading import Heading, read_heading
from pipeline.parse.notes import NoteList, find_list, read_list
from pipeline.parse.participants import read_participant
from pipeline.parse.reading import Reading, Span, read
from pipeline.parse.segments import BOM, PAGE_BREAK, cut
from pipeline.parse.source_note import find_citations, is_source_note, read_source_note

CERTAIN = 0.75
"""Anchors below this confidence are reported."""

_FILE_NUMBER = re.compile(r"d(\d{1,5}[A-Za-z]?)")
_LIST_NUMBER = re.compile(r"\d{1,5}[A-Za-z]?\.(?=\s)")
_OPENING_NUMBER = re.compile(r"(?:No\. )?(\d{1,6})\. (?=\S)")
_NUMBERED_KINDS = frozenset({"telegram", "circular telegram", "airgram", "despatch", "message", "instruction"})


@dataclass(frozen=True, slots=True)
class Parsed:
    """A document, None where the file could not be read, with what was found on the way."""

    document: Document | None
    findings: tuple[Finding, ...]
    text: str | None = None


def decode(data: bytes, name: str) -> tuple[str | None, list[Finding]]:
    """Decode a source file as UTF-8; a byte order mark stays in the text, where it counts."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
            return None, [finding("P101", "the file is UTF-16, not UTF-8", name, line=1, column=1)]
        message = f"byte {error.start} ({data[error.start]:#04x}) is not UTF-8"
        return None, [finding("P101", message, name, line=line)]
    nul = text.find("\0")
    if nul >= 0:
        return None, [Locator(name, text).finding("P102", "the file holds a NUL", nul, nul + 1, label="NUL")]
    return text, []


def parse(
    data: bytes, name: str, *, volume: str | None = None, facts: DocumentFacts | None = None
) -> Parsed:
    """Read one source file.

    Args:
        data: its bytes.
        name: its path within the source folder; findings and the record name it.
        volume: id of the volume, such as frus1961-63v11.
        facts: what package.toml says of this file.
    """
    text, findings = decode(data, name)
    if text is None:
        return Parsed(None, tuple(findings))
    facts = facts or DocumentFacts()
    reader = _Reader(text, name, volume, facts, hashlib.sha256(data).hexdigest())
    return Parsed(reader.document(), tuple(sorted(reader.findings, key=lambda f: f.sort_key)), text)


@dataclass(slots=True)
class _Reader:
    """Reads one text; the steps are called in the order of `document`."""

    text: str
    name: str
    volume: str | None
    facts: DocumentFacts
    sha256: str
    findings: list[Finding] = field(default_factory=list)
    locator: Locator = field(init=False)
    readings: list[Reading] = field(init=False)

    def __post_init__(self) -> None:
        self.locator = Locator(self.name, self.text)

    def report(self, code: str, message: str, place: Span, label: str | None = None) -> None:
        self.findings.append(self.locator.finding(code, message, *place, label=label))

    def document(self) -> Document:
        lines = cut(self.text)
        at = find_list(lines)
        body = read_body(self.text, lines[:at], before_notes=at < len(lines))
        listed = read_list(self.text, lines[at:])
        body.blocks += [RawBlock("other", *stray) for stray in listed.strays]
        anchors, first = self._anchors(body, listed)
        self.readings = self._read_blocks(body, anchors)
        title = self.readings[0].text if body.blocks and body.blocks[0].kind == "title" else None
        heading = read_heading(title or "")
        number = self._number(heading, title)
        document_id = self._document_id(number)
        blocks = tuple(
            Block(ordinal=i, kind=b.kind, text=r.text, start=b.start, end=b.end)
            for i, (b, r) in enumerate(zip(body.blocks, self.readings, strict=True), 1)
        )
        notes, note_readings = self._notes(listed, anchors, first, document_id, body)
        source_notes, archival = self._sources(notes, note_readings)
        self._report_layout(body, listed)
        return Document(
            document_id=document_id,
            volume_id=self.volume,
            number=number,
            title=title,
            kind=heading.kind,
            sender=heading.sender,
            recipient=heading.recipient,
            message_number=self._message_number(heading, blocks),
            subject=tuple(b.text for b in blocks if b.kind == "subject"),
            date=self._date(heading, blocks),
            place=next((read_place(b.text) for b in blocks if b.kind == "dateline"), None),
            url=self.facts.url,
            source_path=f"sources/{self.name}",
            source_sha256=self.sha256,
            blocks=blocks,
            participants=tuple(self._participants(body)),
            notes=notes,
            page_breaks=tuple(self._page_breaks(body, listed)),
            source_notes=source_notes,
            archival_sources=archival,
            references=tuple(self._references(blocks, notes, note_readings, number)),
        )

    # ---- markers

    def _anchors(self, body: Body, listed: NoteList) -> tuple[list[Anchor | None], int]:
        zones = [zone for block in body.blocks for zone in self._zones(block)]
        if not listed.notes:
            return [], 1
        first_note = self.text[listed.notes[0].start : listed.notes[0].end]
        source_first = is_source_note(first_note)
        count = len(listed.notes)
        first = choose_base(self.text, zones, count, source_first=source_first)
        return align(self.text, zones, first, count, source_first=source_first), first

    def _zones(self, block: RawBlock) -> Iterable[Zone]:
        """The ranges of a block that may hold markers: without its list number and its page breaks."""
        at, heading = block.start, block.kind == "title"
        numbered = _LIST_NUMBER.match(self.text, block.start, block.end)
        if numbered:
            at = numbered.end()
        for page in PAGE_BREAK.finditer(self.text, at, block.end):
            yield Zone(at, page.start(), heading)
            at = page.end()
        yield Zone(at, block.end, heading)

    def _read_blocks(self, body: Body, anchors: list[Anchor | None]) -> list[Reading]:
        markers = sorted((a.start, a.end) for a in anchors if a)
        readings, at = [], 0
        for block in body.blocks:
            while at < len(markers) and markers[at][0] < block.start:
                at += 1
            until = at
            while until < len(markers) and markers[until][0] < block.end:
                until += 1
            readings.append(read(self.text, block.start, block.end, markers[at:until]))
            at = until
        return readings

    def _block_at(self, body: Body, place: int) -> int | None:
        """Return the ordinal of the block that holds a place."""
        low, high = 0, len(body.blocks)
        while low < high:
            middle = (low + high) // 2
            if body.blocks[middle].end <= place:
                low = middle + 1
            else:
                high = middle
        return low + 1 if low < len(body.blocks) and body.blocks[low].start <= place else None

    # ---- notes

    def _notes(
        self, listed: NoteList, anchors: list[Anchor | None], first: int, document_id: str, body: Body
    ) -> tuple[tuple[Note, ...], list[Reading]]:
        notes, readings = [], []
        for index, (raw, anchor) in enumerate(zip(listed.notes, anchors, strict=True)):
            marker = str(first + index)
            reading = read(self.text, raw.start, raw.end)
            ordinal = self._block_at(body, anchor.start) if anchor else None
            place = None if anchor is None or ordinal is None else self.readings[ordinal - 1].offset(anchor.start)
            notes.append(
                Note(
                    note_id=f"{document_id}fn{marker}",
                    marker=marker,
                    list_number=raw.number,
                    kind=self._note_kind(reading.text, index, anchors, body),
                    text=reading.text,
                    start=raw.start,
                    end=raw.end,
                    anchor_start=anchor.start if anchor else None,
                    anchor_end=anchor.end if anchor else None,
                    block_ordinal=ordinal,
                    anchor_offset=place,
                    confidence=anchor.confidence if anchor else None,
                )
            )
            readings.append(reading)
            self._report_anchor(notes[-1], raw.number_start)
        return tuple(notes), readings

    def _note_kind(self, text: str, index: int, anchors: list[Anchor | None], body: Body) -> NoteKind:
        if is_source_note(text) and index < 2:  # noqa: PLR2004 - first, or second after a summary
            return "source"
        if index == 0 and len(anchors) > 1 and body.blocks and body.blocks[0].kind == "title":
            end = body.blocks[0].end
            both = all(a is not None and a.end <= end for a in anchors[:2])
            return "summary" if both else "note"
        return "note"

    def _report_anchor(self, note: Note, number_start: int) -> None:
        if note.anchor_start is None or note.anchor_end is None or note.confidence is None:
            message = f"note {note.marker} has no marker in the text that is certain enough"
            self.report("P402", message, (number_start, note.start), "no marker found")
        elif note.confidence < CERTAIN:
            message = f"marker {note.marker} may stand elsewhere (confidence {note.confidence:.2f})"
            self.report("P401", message, (note.anchor_start, note.anchor_end), "taken for the marker")

    def _sources(
        self, notes: tuple[Note, ...], readings: list[Reading]
    ) -> tuple[tuple[SourceNote, ...], tuple[ArchivalSource, ...]]:
        taken_apart, cited, antecedent = [], [], None
        for note, reading in zip(notes, readings, strict=True):
            if note.kind == "source":
                source = read_source_note(reading.text)
                citations = list(source.citations)
                taken_apart.append(
                    SourceNote(
                        note_id=note.note_id,
                        classification=source.classification,
                        handling=source.handling,
                        drafted_by=source.drafted_by,
                        cleared_by=source.cleared_by,
                        approved_by=source.approved_by,
                        repeated_to=source.repeated_to,
                        remainder=source.remainder,
                    )
                )
                if source.remainder:
                    message = f"{len(source.remainder)} code points of the source note are kept as prose"
                    self.report("P501", message, (note.start, note.end))
            else:
                citations = find_citations(reading.text, antecedent=antecedent)
            for ordinal, citation in enumerate(citations, 1):
                start, end = reading.span(citation.start, citation.end)
                cited.append(
                    ArchivalSource(
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
                )
                antecedent = citation.resolved_repository or citation.repository
        return tuple(taken_apart), tuple(cited)

    # ---- the rest

    def _references(
        self, blocks: tuple[Block, ...], notes: tuple[Note, ...], readings: list[Reading], number: str | None
    ) -> Iterable[Reference]:
        places = [(r, None) for b, r in zip(blocks, self.readings, strict=True) if b.kind != "title"]
        places += [(r, n) for n, r in zip(notes, readings, strict=True)]
        ordinal = 0
        for reading, note in places:
            marker = note.marker if note else None
            for phrase in find_references(reading.text, volume=self.volume, number=number, marker=marker):
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

    def _participants(self, body: Body) -> Iterable[Participant]:
        ordinal = 0
        for index, (block, reading) in enumerate(zip(body.blocks, self.readings, strict=True), 1):
            if block.kind == "participant":
                ordinal += 1
                name, role = read_participant(reading.text)
                yield Participant(
                    ordinal=ordinal,
                    name=name,
                    role=role,
                    group=block.group,
                    text=reading.text,
                    start=block.start,
                    end=block.end,
                    block_ordinal=index,
                )

    def _page_breaks(self, body: Body, listed: NoteList) -> Iterable[PageBreak]:
        found = [(*place, None) for place in (*body.pages, *listed.pages)]
        for index, block in enumerate(body.blocks, 1):
            found += [(m.start(), m.end(), index) for m in PAGE_BREAK.finditer(self.text, block.start, block.end)]
        for note in listed.notes:
            found += [(m.start(), m.end(), None) for m in PAGE_BREAK.finditer(self.text, note.start, note.end)]
        for ordinal, (start, end, index) in enumerate(sorted(found, key=lambda p: p[0]), 1):
            match = PAGE_BREAK.match(self.text, start, end)
            yield PageBreak(
                ordinal=ordinal,
                page=match[1].strip() if match else "",
                start=start,
                end=end,
                block_ordinal=index,
                offset=None if index is None else self.readings[index - 1].offset(start),
            )

    def _number(self, heading: Heading, title: str | None) -> str | None:
        file_number = _FILE_NUMBER.fullmatch(PurePosixPath(self.name).stem)
        of_file = file_number[1] if file_number else None
        number = self.facts.number or heading.number or of_file
        place = (0, min(len(self.text), 1))
        if title is not None and heading.number is None:
            said = f"{number} is taken from {'package.toml' if self.facts.number else 'the file name'}"
            self.report("P201", f"the heading has no document number; {said if number else 'none is known'}", place)
        given = {n for n in (self.facts.number, heading.number, of_file) if n}
        if len(given) > 1:
            self.report("P202", f"this document is called {' and '.join(sorted(given))}; {number} is used", place)
        return number

    def _document_id(self, number: str | None) -> str:
        local = self.facts.id or (f"d{number}" if number else None)
        if local is None:
            local = re.sub(r"[^A-Za-z0-9._-]+", "-", PurePosixPath(self.name).stem).strip("-._") or "d"
        return f"{self.volume}/{local}" if self.volume else local

    def _message_number(self, heading: Heading, blocks: tuple[Block, ...]) -> str | None:
        """A telegram opens with its own number, `1933. Eyes only …`; the first numbered paragraph of a list is `1.`."""
        if heading.message_number or heading.kind not in _NUMBERED_KINDS:
            return heading.message_number
        first = next((b.text for b in blocks if b.kind == "paragraph"), "")
        match = _OPENING_NUMBER.match(first)
        return match[1] if match and match[1] != "1" else None

    def _date(self, heading: Heading, blocks: tuple[Block, ...]) -> str | None:
        if self.facts.date is not None:
            return str(self.facts.date)
        dateline = next((b.text for b in blocks if b.kind == "dateline"), None)
        return (read_date(dateline) if dateline else None) or heading.date

    def _report_layout(self, body: Body, listed: NoteList) -> None:
        if self.text.startswith(BOM):
            self.report("P106", "the file begins with a byte order mark", (0, 1))
        if body.blocks and body.blocks[0].kind != "title":
            self.report("P203", "the document has no heading", (body.blocks[0].start, body.blocks[0].start + 1))
        for block in body.blocks:
            if block.kind == "other":
                self.report("P301", "no rule understood this text", (block.start, block.end), "after the notes")
        for position, note in enumerate(listed.notes, 1):
            if note.number != (listed.notes[position - 2].number + 1 if position > 1 else 1):
                message = f"note {position} of the list is numbered {note.number}"
                self.report("P302", message, (note.number_start, note.start), "out of order")
