"""What of a document is compared with its twin: items of several kinds, see `twins`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict

from pipeline.model import Document

NEAR = 20
"""Characters on each side by which a place is known."""
EDGE = "|"
Item = tuple[str, ...]
"""What is compared; the first member tells which item of the other reading is the same one."""


def _place(document: Document, block: int | None, offset: int | None) -> str:
    """Return the words around a place; the empty text where it lies in no block."""
    if block is None or offset is None:
        return ""
    text = document.blocks[block - 1].text
    return f"{text[max(0, offset - NEAR) : offset]}{EDGE}{text[offset : offset + NEAR]}"


def _notes(document: Document) -> Iterator[Item]:
    for note in document.notes:
        yield note.note_id, note.marker or "", note.kind, note.text


def _anchors(document: Document) -> Iterator[Item]:
    for note in document.notes:
        yield note.note_id, _place(document, note.block_ordinal, note.anchor_offset)


def _page_breaks(document: Document) -> Iterator[Item]:
    for page in document.page_breaks:
        yield page.page, _place(document, page.block_ordinal, page.offset)


def _participants(document: Document) -> Iterator[Item]:
    for line in document.participants:
        yield line.text, line.name or "", line.role or "", line.group or ""


def _source_notes(document: Document) -> Iterator[Item]:
    for note in document.source_notes:
        for name, value in asdict(note).items():
            if value and name != "note_id":
                yield name, value if isinstance(value, str) else "; ".join(value)


def _archival_sources(document: Document) -> Iterator[Item]:
    for source in document.archival_sources:
        told = (source.repository, source.collection, source.location, source.resolved_repository)
        yield source.text, *(value or "" for value in told)


def _references(document: Document) -> Iterator[Item]:
    targets = ("target_volume", "target_document", "target_note", "target_page")
    message = ("message_type", "message_number", "direction", "post")
    for reference in document.references:
        told = (getattr(reference, name) or "" for name in ("note_id", "kind", *targets, *message))
        yield reference.text, *told


def _headings(document: Document) -> Iterator[Item]:
    for name in (
        "title",
        "number",
        "kind",
        "sender",
        "recipient",
        "message_number",
        "date",
        "date_end",
        "time",
        "place",
    ):
        if value := getattr(document, name):
            yield name, value
    for value in document.subject:
        yield "subject", value


def _blocks(document: Document) -> Iterator[Item]:
    for block in document.blocks:
        if block.kind != "dateline":  # headings have what it says
            yield block.text, block.kind


KINDS: dict[str, Callable[[Document], Iterator[Item]]] = {
    "notes": _notes,
    "anchors": _anchors,
    "page breaks": _page_breaks,
    "participants": _participants,
    "source notes": _source_notes,
    "archival sources": _archival_sources,
    "references": _references,
    "headings": _headings,
    "blocks": _blocks,
}


PRINTED = {
    "notes": 3,
    "anchors": 1,
    "page breaks": 1,
    "participants": 0,
    "source notes": 1,
    "archival sources": 0,
    "references": 0,
    "headings": 1,
    "blocks": 0,
}
"""Which member is words of the source, as they are printed."""
