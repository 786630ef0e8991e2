"""Read a volume of TEI: a file comes in, documents and what the volume says of itself go out.

Nothing in bad content raises: what cannot be read is a finding, and costs the document it is in, or what follows it
where documents cannot be told apart. A few documents are in memory at a time. TEI P5 with the conventions of the
series; its two namespaces, duplicate ids, unknown elements and volumes that count their notes by page are read alike.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from lxml import etree

from pipeline.findings import Finding, finding, limit
from pipeline.model import Person, Term, Volume
from pipeline.parsing.steps import in_step
from pipeline.parsing.tei_cut import Cuts, cuts_of, documents_in, outline
from pipeline.parsing.tei_document import Context, TeiReader, is_local_id
from pipeline.parsing.tei_header import read_header, read_lists
from pipeline.parsing.tei_names import DIV, HEADER, XML_ID, is_document
from pipeline.parsing.tei_stream import Stream, line, parser
from pipeline.parsing.text import Parsed

TOGETHER = 1 << 19
"""Octets of a file whose documents are read together: what is made of them takes some thirty times as much."""

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_LINE = re.compile(r"\bline (\d+)")
"""In the words of the parser: `Opening and ending tag mismatch: hi line 4 and p`."""


@dataclass(frozen=True, slots=True)
class VolumeParsed:
    """A volume, None where the file could not be read, what was found on the way, and how many documents it has.

    `cuts` is where they lie; what is wrong within one is then found when it is read. It is None where only the whole
    file tells, or where that was not held in memory: then documents after a fault of the XML are not counted.
    """

    volume: Volume | None
    findings: tuple[Finding, ...]
    documents: int
    cuts: Cuts | None = None


def read_volume(source: Path | bytes, name: str | None = None, *, sha256: str | None = None) -> VolumeParsed:
    """Read what a volume says of itself, its lists of persons and terms, and the number of its documents.

    Of bytes whose documents are found without a parser, what is in the documents is not looked at.

    Args:
        source: the file, or its bytes; only of bytes it is told where the documents lie.
        name: its path within the source folder, by which findings and records call it; of a file, its own name.
        sha256: the checksum of the bytes, in hexadecimal, if it is known.
    """
    name = name or (source.name if isinstance(source, Path) else "volume.xml")
    if isinstance(source, Path):
        return _read_volume(Stream(source, name, checksum=True), None)
    sha256 = sha256 or hashlib.sha256(source).hexdigest()
    if found := outline(source):
        stream = Stream(found.octets, name)
        parsed = _read_volume(stream, sha256)
        if cuts := cuts_of(source, found, stream, sha256):
            return replace(parsed, cuts=cuts)
    return _read_volume(Stream(source, name), sha256)


def _read_volume(stream: Stream, sha256: str | None) -> VolumeParsed:
    """Read a volume, or what is left of it without its documents; without a checksum the stream reckons it."""
    name = stream.name
    volume = _UNSAFE.sub("-", Path(name).stem).strip("-._") or "volume"
    columns: dict[str, Any] = {}
    findings: list[Finding] = []
    persons: dict[str, Person] = {}
    terms: dict[str, Term] = {}
    for element in stream:
        if element.tag == HEADER:
            columns, missing = read_header(element)
            if missing:
                message = f"the header has not exactly one title of type {', '.join(missing)}"
                findings.append(finding("P615", message, name, line=line(element)))
        elif not is_document(element):
            for entry in read_lists(element, volume):
                key = entry.person_id if isinstance(entry, Person) else entry.term_id
                known: dict[str, Any] = persons if isinstance(entry, Person) else terms
                if key in known:
                    findings.append(finding("P604", f"{entry.xml_id} is given twice; the first is kept", name))
                known.setdefault(key, entry)
    findings += stream.findings
    refused = any(f.code in ("P602", "P103") for f in stream.findings)
    if refused or not stream.is_tei:
        if not stream.findings:
            findings.append(finding("P603", "the root of the file is no TEI element", name, line=1))
        return VolumeParsed(None, tuple(findings), 0)
    findings += _names(stream, columns.pop("frus", None), name, volume)
    if stream.outside:
        message = f"{stream.outside} paragraphs, lists, tables and notes of chapters stand in no document"
        findings.append(finding("P621", message, name, line=stream.outside_line))
    record = Volume(
        volume_id=volume,
        **columns,
        source_path=f"sources/{name}",
        source_sha256=sha256 or stream.sha256,
        persons=tuple(persons.values()),
        terms=tuple(terms.values()),
    )
    return VolumeParsed(record, tuple(limit(sorted(findings, key=lambda f: f.sort_key))), stream.documents)


def _names(stream: Stream, said: str | None, name: str, volume: str) -> Iterator[Finding]:
    """The file, its root and its header give one id, and there are documents."""
    root = stream.root.get(XML_ID) if stream.root is not None else None
    others = sorted({n for n in (said, root) if n and n != volume})
    if others:
        yield finding("P619", f"the file is called {volume}, but says it is {', '.join(others)}", name)
    if not stream.documents and not stream.findings:
        yield finding("P603", "the file holds no document", name)


def read_documents(source: Path | bytes, volume: Volume, first: int = 0, last: int | None = None) -> Iterator[Parsed]:
    """Yield the documents `[first, last)` of a volume, counted from 0 in the order of the file.

    Args:
        source: the file, or its bytes.
        volume: what `read_volume` gave.
        first: the first document that is read.
        last: the document to stop before; None for all. A fault of the XML before it is yielded as a finding alone.
    """
    context = _context(volume)
    if last is not None and last <= first:
        return
    stream = Stream(source, context.file, hold=True)
    index = 0
    group: list[TeiReader] = []
    for element in stream:
        if element.tag == DIV and is_document(element):
            if index >= first:
                group.append(TeiReader(element, index, context, stream.setting))
            index += 1
            if index == last:
                break
        if stream.nested or stream.held >= TOGETHER:
            yield from _read_together(group)
            group.clear()
            stream.release()
    yield from _read_together(group)
    group.clear()
    stream.release()
    if stream.findings and index != last:
        yield Parsed(None, tuple(stream.findings))


def read_part(part: Cuts, octets: bytes, volume: Volume, first: int) -> Iterator[Parsed]:
    """Yield some documents of a volume, read without the rest; one with a fault in its XML is yielded as a finding.

    Args:
        part: the documents.
        octets: what the file has from the first to the last of them.
        volume: what `read_volume` gave.
        first: how many documents are before them.

    Raises:
        ChangedError: the octets are not those that were looked at.
    """
    context = _context(volume, part.above)
    alone = part.alone(octets)
    try:
        elements = [*etree.fromstring(alone, parser())]
    except etree.XMLSyntaxError:
        elements = []
    settings = [cut.setting for cut in part.documents]
    if len(elements) == len(settings):
        numbered = enumerate(zip(elements, settings, strict=True), first)
        yield from _read_together([TeiReader(e, index, context, setting) for index, (e, setting) in numbered])
        return
    if len(settings) > 1:  # in which of them the fault lies shows where each is read alone
        for at in range(len(settings)):
            one = part.part(at, at + 1)
            yield from read_part(one, octets[one.start - part.start : one.end - part.start], volume, first + at)
        return
    more = documents_in(octets) - 1
    lost = "the document is lost" + (f", and {more} that seem to begin in it" if more > 0 else "")
    stream = Stream(alone, context.file, hold=True, lost=lost)
    found = [e for e in stream if e.tag == DIV and is_document(e)]
    yield from _read_together([TeiReader(e, first, context, settings[0]) for e in found])
    yield Parsed(None, tuple(_placed(fault, part, context.volume) for fault in stream.findings))


def _placed(fault: Finding, part: Cuts, volume: str) -> Finding:
    """Return a fault of a document that was read alone, with its lines as they are in the file."""
    xml_id = part.documents[0].xml_id or ""
    changed = {
        "message": _LINE.sub(lambda m: f"line {int(m[1]) + part.above}", fault.message),
        "line": fault.line and fault.line + part.above,
        "document_id": f"{volume}/{xml_id}" if is_local_id(xml_id) else None,
    }
    return fault.model_copy(update=changed)


def _context(volume: Volume, above: int = 0) -> Context:
    return Context(
        file=(volume.source_path or "").removeprefix("sources/"),
        volume=volume.volume_id,
        sha256=volume.source_sha256 or hashlib.sha256(b"").hexdigest(),
        listed={
            **{t.xml_id: (None, t.term_id) for t in volume.terms if t.xml_id},
            **{p.xml_id: (p.person_id, None) for p in volume.persons if p.xml_id},
        },
        above=above,
    )


def _read_together(group: Sequence[TeiReader]) -> Iterator[Parsed]:
    documents = in_step(reader.reading() for reader in group)
    for reader, document in zip(group, documents, strict=True):
        element, above = reader.element, reader.context.above
        found = reader.findings(document)
        yield Parsed(document, found, reader.locator(document), line=line(element, above))
