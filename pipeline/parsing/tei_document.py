"""Make the record of one document from its TEI element.

The `div` of a document comes in, a `Document` and findings go out. What the words say is read by the rules of the text
reader; what is tagged (notes, pages, lists, persons, links, dates) is taken from the tags.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from lxml import etree

from pipeline.findings import Finding, TeiLocator, finding, limit
from pipeline.manifest import RESERVED
from pipeline.model import Document, Mention, Note, PageBreak
from pipeline.parsing.heading import Heading, message_number, read_heading
from pipeline.parsing.labelled import subjects
from pipeline.parsing.parts import Placed, below_heading, blocks, participants, precision, references, sources
from pipeline.parsing.phrases import Phrase
from pipeline.parsing.steps import Steps
from pipeline.parsing.tei_body import read_body
from pipeline.parsing.tei_checks import Fault, check_body, check_element
from pipeline.parsing.tei_dates import Dateline, is_day, may_be, read_dateline
from pipeline.parsing.tei_flow import Run, place_of
from pipeline.parsing.tei_links import Merger, target_of
from pipeline.parsing.tei_names import DIV, NOTE, PAGE, XML_ID, frus, local, tei
from pipeline.parsing.tei_pages import first_page, page_name
from pipeline.parsing.tei_parts import Body, TeiNote
from pipeline.parsing.tei_places import note_kind
from pipeline.parsing.tei_stream import Setting, line

_LOCAL_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_SCHEMA = "document.schema"
"""What the file beside the records is called; records are files of this name too."""
_NOTE_ID = re.compile(r"[A-Za-z0-9.-]{1,40}")
_DIGITS = re.compile(r"[0-9]{1,4}[A-Za-z]?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_PERSON = tei("persName")
_ROLES = ("from", "to")
_BY = re.compile(r"\b[Bb]y (?:the )?\Z")
_HOLDERS = tei("div", "quote", "floatingText") | frus("attachment")
"""What holds the words of a document, or of another within it."""
_NOBODY = ((None, None),)
_MARKER_MAX = 8
_Element = etree._Element  # noqa: SLF001 - lxml gives the class no public name


@dataclass(frozen=True, slots=True)
class Context:
    """What a document takes from its volume: the file, its checksum, and the ids of its lists."""

    file: str
    volume: str
    sha256: str
    listed: Mapping[str, tuple[str | None, str | None]]
    """xml:id to person_id and term_id, of which it has one; where both lists have the id, it is a person."""
    above: int = 0
    """Lines of the file above what was parsed of it."""


@dataclass(slots=True)
class TeiReader:
    """Reads one document and collects what is found wrong."""

    element: _Element
    index: int
    context: Context
    setting: Setting
    faults: list[Fault] = field(default_factory=list)
    _lines: dict[str, int | None] | None = None

    def reading(self) -> Steps[Document]:
        """Read the document in steps, and return its record."""
        # What looks at every element comes first: here they are in the caches still.
        body = read_body(self.element)
        check_element(self.element, self.faults)
        placed = [Placed(i, b.kind, b.run, place_of(b.run.xml_id), b.group) for i, b in enumerate(body.blocks, 1)]
        yield
        heading, title = self._heading(body)
        number = self._number(heading)
        local_id = self._local_id(number)
        document_id = f"{self.context.volume}/{local_id}"
        notes = self._notes(document_id, local_id, body.notes)
        dateline = self._dateline(body, heading)
        sender, recipient = self._correspondents(heading, body)
        yield
        runs = [n.run for n in body.notes]
        archives = sources(notes, runs)
        self._report_sources(archives.taken_apart, body.notes, notes)
        yield
        texts = {note.note_id: run.text for note, run in zip(notes, runs, strict=True)}
        filed: dict[str, list[str]] = {}
        for source in archives.rows:
            filed.setdefault(texts[source.note_id], []).append(source.text)
        merger = Merger(self.context.volume, [], filed)

        def linked(run: Run, phrases: list[Phrase]) -> list[Phrase]:
            return merger.join(run.text, run.links, phrases) if run.links else phrases

        cited = zip(notes, runs, archives.citations, strict=True)
        found = references(placed, cited, self.context.volume, number, linked)
        self._report_links(merger)
        yield
        mentions = self._mentions(body, notes)
        yield
        check_body(self.element, body, notes, title, self.faults)
        yield
        listed = participants(placed)
        yield
        return Document(
            document_id=document_id,
            volume_id=self.context.volume,
            number=number,
            title=title,
            kind="editorial note" if self.element.get("subtype") == "editorial-note" else heading.kind,
            sender=sender,
            recipient=recipient,
            message_number=message_number(heading, body.paragraphs_below()),
            subject=subjects((b.kind, b.run.text) for b in body.blocks),
            date=dateline.date,
            date_end=dateline.date_end,
            date_precision=dateline.precision,
            time=dateline.time,
            date_source=dateline.source,
            place=dateline.place,
            chapters=self.setting.chapters,
            first_page=first_page(self.element, (p.element for p in body.pages), self.setting.page),
            source_path=f"sources/{self.context.file}",
            source_sha256=self.context.sha256,
            blocks=blocks(placed),
            participants=listed,
            notes=notes,
            page_breaks=self._pages(body),
            source_notes=tuple(archives.taken_apart),
            archival_sources=archives.rows,
            references=found,
            mentions=mentions,
        )

    def findings(self, document: Document) -> tuple[Finding, ...]:
        """Return what was found wrong, in the order of the file; of many alike, their number."""
        found = [
            finding(
                fault.code,
                fault.message,
                self.context.file,
                line=line(fault.element, self.context.above),
                document_id=document.document_id,
                label=fault.label,
                **fault.shown,
            )
            for fault in self.faults
        ]
        return tuple(limit(sorted(found, key=lambda f: f.sort_key)))

    def locator(self, document: Document) -> TeiLocator:
        """Return a locator for the document, which was read; to be used while its elements are held."""
        return TeiLocator(self.context.file, document, self._line_of)

    def _line_of(self, xml_id: str) -> int | None:
        """Return the line of a division, note or page break; most documents are never asked for one."""
        if self._lines is None:
            found = self.element.iter(DIV, NOTE, PAGE)
            self._lines = {e.get(XML_ID, ""): line(e, self.context.above) for e in found}
        return self._lines.get(xml_id)

    def _fault(self, code: str, message: str, element: _Element | None = None) -> None:
        self.faults.append(Fault(code, message, self.element if element is None else element))

    # ---- the document itself

    def _heading(self, body: Body) -> tuple[Heading, str | None]:
        """Read the heading with the line above it, which may be tagged as the source, and the block below."""
        at = next((i for i, b in enumerate(body.blocks) if b.kind == "title"), None)
        if at is None:
            return read_heading(""), None
        source = next((n.run.text for n in body.notes if n.inline and n.element.getparent() is self.element), "")
        above = body.blocks[at - 1].run.text if at else source
        below = below_heading((b.kind, b.run.text) for b in islice(body.blocks, at + 1, None))
        run = body.blocks[at].run
        roles = {getattr(s.what, "attrib", {}).get("type") for s in run.mentions}
        return read_heading(run.text, above, below, parted=roles.issuperset(_ROLES)), run.text

    def _number(self, heading: Heading) -> str | None:
        """What the division says goes before its id, the id before the heading; volumes before 1955 have none there."""
        tagged = (self.element.get("n") or "").strip()
        xml_id = self.element.get(XML_ID) or ""
        of_id = xml_id[1:] if xml_id.startswith("d") and _DIGITS.fullmatch(xml_id[1:]) else None
        given = [n for n in (tagged if _DIGITS.fullmatch(tagged) else None, of_id, heading.number) if n]
        if len(set(given)) > 1:
            self._fault("P202", f"this document is called {' and '.join(sorted(set(given)))}; {given[0]} is used")
        return given[0] if given else None

    def _local_id(self, number: str | None) -> str:
        xml_id = self.element.get(XML_ID) or ""
        if is_local_id(xml_id):
            return xml_id
        made = f"d{number}" if number else f"document-{self.index + 1}"
        what = f"the id {xml_id[:40]!r} cannot be used" if xml_id else "the document has no xml:id"
        self._fault("P606", f"{what}; it is called {made}")
        return made

    def _dateline(self, body: Body, heading: Heading) -> Dateline:
        if body.dateline is None:
            return self._undated(heading, Dateline())
        text = next((b.run.text for b in body.blocks if b.kind == "dateline"), "")
        found = read_dateline(body.dateline, text)
        for fault in found.faults:
            self._fault("P612", fault, body.dateline)
        return found if found.date else self._undated(heading, found)

    def _undated(self, heading: Heading, dateline: Dateline) -> Dateline:
        """Return a dateline without a date with the one of the heading, or of the division.

        A day in a heading that is not the one of the division is that of what the document is about.
        """
        day = self._day_of_division()
        if heading.dates is not None and (day is None or may_be(heading.dates, day)):
            date, end = heading.dates.date, heading.dates.end
            time = dateline.time or heading.dates.time
            return replace(
                dateline, date=date, date_end=end, precision=precision(date, end), time=time, source="heading"
            )
        return replace(dateline, date=day, precision=precision(day), source="division") if day else dateline

    def _day_of_division(self) -> str | None:
        """Return the day that the editors of the TEI gave the document, if it is a single one."""
        days = {
            local(str(name)): str(value)[:10]
            for name, value in self.element.attrib.items()
            if local(str(name)) in ("doc-dateTime-min", "doc-dateTime-max")
        }
        first, last = days.get("doc-dateTime-min"), days.get("doc-dateTime-max")
        return first if first and first == last and _DAY.fullmatch(first) and is_day(first) else None

    def _correspondents(self, heading: Heading, body: Body) -> tuple[str | None, str | None]:
        """Return sender and recipient as the heading gives them; where its words do not tell, as they are tagged."""
        return heading.sender or self._tagged("from", body), heading.recipient or self._tagged("to", body)

    def _tagged(self, role: str, body: Body) -> str | None:
        """Return who is tagged so in the document itself, not in an attachment; an author is no recipient."""
        for block in body.blocks:
            for span in block.run.mentions:
                element: Any = span.what
                if element.get("type") != role:
                    continue
                is_author = role == "to" and _BY.search(block.run.text, 0, span.start)
                if not is_author and next(element.iterancestors(*_HOLDERS), None) is self.element:
                    return block.run.text[span.start : span.end]
        return None

    # ---- its parts

    def _notes(self, document_id: str, local_id: str, tagged: Sequence[TeiNote]) -> tuple[Note, ...]:
        notes: list[dict[str, Any]] = []
        used: set[str] = set()
        for index, note in enumerate(tagged):
            marker = self._marker(note)
            given = note.element.get(XML_ID) or note.element.get("target") or ""
            suffix = given.removeprefix(f"{local_id}fn") if given.startswith(f"{local_id}fn") else None
            if suffix is None or not _NOTE_ID.fullmatch(suffix):
                suffix = _suffix(marker, note, index)
                if not note.inline:
                    what = f"the id {given[:40]!r} is not one of this document" if given else "the note has no xml:id"
                    self._fault("P605", f"{what}; it is called {local_id}fn{suffix}", note.element)
            if suffix in used:
                self._fault("P605", f"the id {local_id}fn{suffix} is given twice", note.element)
                suffix = next(s for n in range(2, len(tagged) + 2) if (s := f"{suffix}-{n}") not in used)
            used.add(suffix)
            notes.append(
                {
                    "note_id": f"{document_id}fn{suffix}",
                    "marker": marker,
                    "kind": note_kind(note, index),
                    "text": note.run.text,
                    "xml_id": note.run.xml_id,
                    "block_ordinal": note.block,
                    "anchor_offset": note.offset,
                    "confidence": 1.0 if note.block else None,
                }
            )
        return Note.many(notes)

    def _marker(self, note: TeiNote) -> str | None:
        marker = "".join((note.element.get("n") or "").split())[:_MARKER_MAX]
        if marker or note.inline:
            return marker or None
        self._fault("P608", "the note has no number", note.element)
        return None

    def _pages(self, body: Body) -> tuple[PageBreak, ...]:
        pages: list[dict[str, Any]] = []
        for page in body.pages:
            xml_id = page.element.get(XML_ID)
            name = page_name(page.element.get("n"), xml_id)
            if not name:
                self._fault("P618", "the page break has no number", page.element)
                continue
            pages.append(
                {
                    "ordinal": len(pages) + 1,
                    "page": name,
                    "xml_id": xml_id or self.element.get(XML_ID),
                    "block_ordinal": page.block,
                    "offset": page.offset,
                }
            )
        return PageBreak.many(pages)

    def _mentions(self, body: Body, notes: Sequence[Note]) -> tuple[Mention, ...]:
        found: list[dict[str, Any]] = []
        for at, block in enumerate(body.blocks, 1):
            if block.run.mentions:
                self._mentions_in(block.run, at, None, found)
        for tagged, note in zip(body.notes, notes, strict=True):
            if tagged.run.mentions:
                self._mentions_in(tagged.run, None, note.note_id, found)
        return Mention.many(found)

    def _mentions_in(self, run: Run, block: int | None, note_id: str | None, found: list[dict[str, Any]]) -> None:
        """Add a mention for every person or term that a tagged name of a run names, or one that names none."""
        for span in run.mentions:
            element: Any = span.what
            text = run.text[span.start : span.end]
            role = element.get("type")
            for person, term in self._named(element, text):
                is_person = person or (not term and element.tag in _PERSON)
                found.append(
                    {
                        "ordinal": len(found) + 1,
                        "kind": "person" if is_person else "term",
                        "person_id": person,
                        "term_id": term,
                        "block_ordinal": block,
                        "note_id": note_id,
                        "offset": span.start,
                        "text": text,
                        "role": role if role in _ROLES else None,
                    }
                )

    def _named(self, element: _Element, text: str) -> Sequence[tuple[str | None, str | None]]:
        """Return the person or the term that each of an element's targets names in the lists; at least one pair."""
        get = element.get
        named = get("corresp") or get("target") or get("key") or get("ref") or ""
        ids: list[tuple[str | None, str | None]] = []
        for target in named.split():
            volume, _, xml_id = target.rpartition("#")
            if volume.startswith("frus") and volume != self.context.volume:
                continue  # an entry in the lists of another volume, of which nothing here can tell
            if pair := self.context.listed.get(xml_id):
                ids.append(pair)
            else:
                self.faults.append(
                    Fault("P611", f"“{text[:40]}” is linked to {target[:40]}, which is in no list", element)
                )
        return ids or _NOBODY

    # ---- findings

    def _report_links(self, merger: Merger) -> None:
        for words, link in merger.told:
            message = f"“{words[:60]}” is linked to {target_of(link)[:40]}; the words are followed"
            self._fault("P610", message, link.what if etree.iselement(link.what) else None)

    def _report_sources(self, taken_apart: Sequence[Any], tagged: Sequence[TeiNote], notes: Sequence[Note]) -> None:
        elements = {note.note_id: t.element for note, t in zip(notes, tagged, strict=True) if not t.inline}
        for source in taken_apart:
            if source.remainder and source.note_id in elements:  # the line above a heading is a file number, no prose
                message = f"{len(source.remainder)} characters of the source note are kept as prose"
                self._fault("P501", message, elements[source.note_id])


def is_local_id(xml_id: str) -> bool:
    """Tell whether an xml:id can be the id of a document, of which files are named."""
    return bool(_LOCAL_ID.fullmatch(xml_id)) and not RESERVED.fullmatch(xml_id) and xml_id.lower() != _SCHEMA


def _suffix(marker: str | None, note: TeiNote, index: int) -> str:
    """Make the end of a note's id: its marker, `-source` for one set inline, else its position."""
    if marker and _NOTE_ID.fullmatch(marker):
        return marker
    return "-source" if note.inline else f"-sym{index + 1}"
