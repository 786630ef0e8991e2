"""Read one document of plain text: a source file comes in, a `Document` and findings go out.

Nothing in bad text raises: what cannot be read is a finding, and what no rule understands is kept as a block of kind
`other`. The text format is that of pages of history.state.gov after main-content extraction.
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import PurePosixPath

from pipeline.findings import Finding, Locator, Place, TextLocator
from pipeline.manifest import DocumentFacts
from pipeline.model import Block, DateSource, Document, Note, PageBreak, SourceNote
from pipeline.parsing.anchors import Alignment, align, unclaimed
from pipeline.parsing.blocks import RawBlock
from pipeline.parsing.dates import Dates, is_undated, lacks_date, read_dates, read_place
from pipeline.parsing.decode import decode
from pipeline.parsing.evidence import Zone
from pipeline.parsing.heading import Heading, message_number, read_heading
from pipeline.parsing.labelled import subjects
from pipeline.parsing.layout import Layout, read_layout
from pipeline.parsing.notes import NoteList
from pipeline.parsing.parts import Placed, below_heading, blocks, participants, precision, references, sources
from pipeline.parsing.reading import Reading, Span, read, within
from pipeline.parsing.segments import BOM, PAGE_BREAK

CERTAIN = 0.75
"""Anchors below this confidence are reported."""

_DATELINE_AT = 4
"""Blocks that may stand before a dateline: a line above, the heading, a classification, a remark."""
_FILE_NUMBER = re.compile(r"(?:.*/)?d([0-9]{1,5}[A-Za-z]?)(?:\.[^./]+)?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Parsed:
    """A document, None where the file could not be read, with what was found on the way.

    `locator` makes further findings at places of the document. `line` is where the document begins in a file of
    several, from 1; None where that is not known.
    """

    document: Document | None
    findings: tuple[Finding, ...]
    locator: Locator | None = None
    line: int | None = None


def parse(data: bytes, name: str, *, volume: str | None = None, facts: DocumentFacts | None = None) -> Parsed:
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
    reader = _Reader(text, name, volume, facts or DocumentFacts(), hashlib.sha256(data).hexdigest())
    document = reader.document()
    return Parsed(document, tuple(sorted(reader.findings, key=lambda f: f.sort_key)), reader.locator)


@dataclass(slots=True)
class _Reader:
    """Reads one text and collects findings."""

    text: str
    name: str
    volume: str | None
    facts: DocumentFacts
    sha256: str
    findings: list[Finding] = field(default_factory=list)
    locator: TextLocator = field(init=False)

    def __post_init__(self) -> None:
        self.locator = TextLocator(self.name, self.text)

    def report(self, code: str, message: str, place: Span, label: str | None = None) -> None:
        self.findings.append(self.locator.finding(code, message, Place(*place), label=label))

    def document(self) -> Document:
        layout = read_layout(self.text)
        listed = layout.listed
        aligned = align(self.text, layout.zones, layout.inner, layout.note_texts)
        self._report_unclaimed(layout.zones, aligned)
        laid = [*layout.blocks, *(RawBlock("other", *stray) for stray in listed.strays)]
        markers = sorted((a.start, a.end) for a in aligned.anchors if a)
        worded = [(b, read(self.text, b.start, b.end, within(markers, b.start, b.end))) for b in laid]
        # Markers and page breaks that have a line of their own belong to no block.
        worded = [(block, words) for block, words in worded if words.text.strip()]
        placed = [Placed(i, b.kind, words, _place(b), b.group) for i, (b, words) in enumerate(worded, 1)]
        rows = blocks(placed)
        at = next((i for i, b in enumerate(rows) if b.kind == "title"), None)
        title = None if at is None else rows[at].text
        below = "" if at is None else below_heading((b.kind, b.text) for b in rows[at + 1 :])
        heading = read_heading(title or "", rows[at - 1].text if at else "", below)
        number = self._number(heading, title)
        document_id = self._document_id(number)
        readings = [read(self.text, n.start, n.end, within(markers, n.start, n.end)) for n in listed.notes]
        notes = self._notes(document_id, layout, readings, aligned, placed)
        archives = sources(notes, readings)
        dates, date_source = self._dates(heading, rows)
        pages = tuple(_page_breaks(self.text, placed))
        self._report_layout(laid, listed)
        self._report_notes(notes, listed, archives.taken_apart)
        return Document(
            document_id=document_id,
            volume_id=self.volume,
            number=number,
            title=title,
            kind=heading.kind,
            sender=heading.sender,
            recipient=heading.recipient,
            message_number=message_number(heading, (b.text for b in rows[(at or 0) + 1 :] if b.kind == "paragraph")),
            subject=subjects((b.kind, b.text) for b in rows),
            date=dates.date if dates else None,
            date_end=dates.end if dates else None,
            date_precision=precision(dates.date, dates.end) if dates else None,
            time=dates.time if dates else None,
            date_source=date_source,
            place=read_place(_own_dateline(rows)),
            first_page=_first_page(pages, rows),
            url=self.facts.url,
            source_path=f"sources/{self.name}",
            source_sha256=self.sha256,
            blocks=rows,
            participants=participants(placed),
            notes=notes,
            page_breaks=pages,
            source_notes=tuple(archives.taken_apart),
            archival_sources=archives.rows,
            references=references(placed, zip(notes, readings, archives.citations, strict=True), self.volume, number),
        )

    def _notes(
        self,
        document_id: str,
        layout: Layout,
        readings: Sequence[Reading],
        aligned: Alignment,
        placed: Sequence[Placed[Reading]],
    ) -> tuple[Note, ...]:
        title_end = next((p.reading.end for p in placed if p.kind == "title"), 0)
        both_in_title = sum(a is not None and a.end <= title_end for a in aligned.anchors[:2]) == 2  # noqa: PLR2004 - two markers
        notes, printed = [], Counter[str]()
        each = zip(layout.listed.notes, layout.note_texts, readings, aligned.markers, aligned.anchors, strict=True)
        for index, (raw, told, reading, marker, anchor) in enumerate(each):
            # A symbol cannot stand in an id: the first of them is sym1, as in the TEI.
            local = (
                marker if marker.isdecimal() else f"-sym{sum(not m.isdecimal() for m in aligned.markers[: index + 1])}"
            )
            printed[local] += 1
            again = f"-{printed[local]}" if printed[local] > 1 else ""
            block = _holder(placed, anchor.start) if anchor else None
            notes.append(
                Note(
                    note_id=f"{document_id}fn{local}{again}",
                    marker=marker,
                    list_number=raw.number,
                    kind="source" if told.is_source else "summary" if index == 0 and both_in_title else "note",
                    text=reading.text,
                    start=raw.start,
                    end=raw.end,
                    anchor_start=anchor.start if anchor else None,
                    anchor_end=anchor.end if anchor else None,
                    block_ordinal=block.ordinal if block else None,
                    anchor_offset=block.reading.offset(anchor.start) if block and anchor else None,
                    confidence=anchor.confidence if anchor else None,
                )
            )
        return tuple(notes)

    def _number(self, heading: Heading, title: str | None) -> str | None:
        """What package.toml says goes before the heading, the heading before the file name."""
        file_number = _FILE_NUMBER.fullmatch(self.name)
        of_file = file_number[1] if file_number else None
        number = self.facts.number or heading.number or of_file
        place = (0, min(len(self.text), 1))
        if title is not None and heading.number is None:
            origin = f"{number} is taken from {'package.toml' if self.facts.number else 'the file name'}"
            self.report("P201", f"the heading has no document number; {origin if number else 'none is known'}", place)
        given = sorted({n for n in (self.facts.number, heading.number, of_file) if n})
        if len(given) > 1:
            self.report("P202", f"this document is called {' and '.join(given)}; {number} is used", place)
        return number

    def _document_id(self, number: str | None) -> str:
        local = self.facts.id or (f"d{number}" if number else None)
        if local is None:
            local = re.sub(r"[^A-Za-z0-9_-]+", "-", PurePosixPath(self.name).stem).strip("-_") or "d"
        return f"{self.volume}/{local}" if self.volume else local

    def _dates(self, heading: Heading, blocks: Sequence[Block]) -> tuple[Dates | None, DateSource | None]:
        """From package.toml, the dateline or the heading, and nowhere else."""
        dateline = _own_dateline(blocks)
        printed = read_dates(dateline)
        source: DateSource = "dateline"
        if printed is None:
            printed, source = heading.dates, "heading"
        given = self.facts.date
        if given is not None:
            return printed if printed and printed.date == given else Dates(given), "package.toml"
        if printed is not None:
            return printed, source
        return None, "undated" if is_undated(dateline) else None

    # ---- findings

    def _report_layout(self, blocks: Sequence[RawBlock], listed: NoteList) -> None:
        if self.text.startswith(BOM):
            self.report("P106", "the file begins with a byte order mark", (0, 1))
        if blocks and all(block.kind != "title" for block in blocks):
            self.report("P203", "the document has no heading", (blocks[0].start, blocks[0].start + 1))
        for block in blocks:
            if block.kind == "dateline" and lacks_date(self.text[block.start : block.end]):
                self.report("P204", "the dateline gives no date", (block.start, block.end), "no year")
        for stray in listed.strays:
            self.report("P301", "no rule understood this text", stray, "after the notes")
        due = 1
        for raw in listed.notes:
            if raw.number != due:
                message = f"number {raw.number} of the list of notes comes where {due} is due"
                self.report("P302", message, (raw.number_start, raw.start), "out of order")
            for inner in raw.inner[:1]:
                self.report("P302", f"a list begins within note {raw.number} of the list", inner, "not a note")
            due = raw.number + 1

    def _report_notes(self, notes: Sequence[Note], listed: NoteList, taken_apart: Sequence[SourceNote]) -> None:
        prose = {s.note_id: len(s.remainder) for s in taken_apart if s.remainder}
        for note, raw in zip(notes, listed.notes, strict=True):
            if note.anchor_start is None or note.anchor_end is None or note.confidence is None:
                message = f"note {note.marker} has no marker in the text that is certain enough"
                self.report("P402", message, (raw.number_start, raw.start), "no marker found")
            elif note.confidence < CERTAIN:
                message = f"marker {note.marker} may stand elsewhere (confidence {note.confidence:.2f})"
                self.report("P401", message, (note.anchor_start, note.anchor_end), "taken for the marker")
            if note.note_id in prose:
                message = f"{prose[note.note_id]} characters of the source note are kept as prose"
                self.report("P501", message, (raw.start, raw.end))

    def _report_unclaimed(self, zones: Sequence[Zone], aligned: Alignment) -> None:
        """Markers that go on after the last note of the list, and markers out of order or printed twice."""
        after = max((a.end for a in aligned.anchors if a), default=0)
        numbers = [(int(m), a) for m, a in zip(aligned.markers, aligned.anchors, strict=True) if m.isdecimal()]
        due = max((number for number, _ in numbers), default=0) + 1
        for marker, start, end in unclaimed(self.text, [z for z in zones if z.end > after], due, after):
            self.report("P403", f"marker {marker} has no note", (start, end), "no note in the list")
        pairs = [(m, a) for m, a in numbers if a]
        for (before, earlier), (marker, later) in pairwise(pairs):
            if marker <= before or later.start < earlier.start:
                message = f"marker {marker} does not follow marker {before} in the text"
                self.report("P404", message, (later.start, later.end), "out of order")


def _place(block: RawBlock) -> Place:
    return Place(block.start, block.end)


def _holder(placed: Sequence[Placed[Reading]], at: int) -> Placed[Reading] | None:
    """Return the block that holds a place, of blocks in order; None where none does."""
    index = bisect_right(placed, at, key=lambda p: p.reading.start) - 1
    return placed[index] if index >= 0 and at < placed[index].reading.end else None


def _page_breaks(text: str, placed: Sequence[Placed[Reading]]) -> Iterator[PageBreak]:
    """Yield the page breaks of a text in order: those in blocks, in notes, and those that stand alone."""
    for ordinal, match in enumerate(PAGE_BREAK.finditer(text), 1):
        holder = _holder(placed, match.start())
        yield PageBreak(
            ordinal=ordinal,
            page=match[1].strip(),
            start=match.start(),
            end=match.end(),
            block_ordinal=holder.ordinal if holder else None,
            offset=holder.reading.offset(match.start()) if holder else None,
        )


def _first_page(pages: Sequence[PageBreak], blocks: Sequence[Block]) -> str | None:
    """Return the page that a text opens with; on which page another one begins is not in it."""
    first = min((b.start for b in blocks if b.start is not None), default=0)
    leading = [p.page for p in pages if p.end is not None and p.end <= first]
    return leading[-1] if leading else None


def _own_dateline(blocks: Sequence[Block]) -> str:
    """Return the dateline of the document, not of a paper within it: what stands before it is short; or nothing."""
    at = next((i for i, block in enumerate(blocks) if block.kind == "dateline"), len(blocks))
    return blocks[at].text if at < len(blocks) and at <= _DATELINE_AT else ""
