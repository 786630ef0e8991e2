"""Lay a document out as it will be in a package, all but its references: they wait until every target is known.

A document comes in, octets go out that are kept aside. `Laid` takes them up again: what resolving needs of the
document, its lines of the tables, and its record, which lacks only the references.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pydantic import TypeAdapter
from pydantic_core import from_json, to_json

from pipeline.model import PARTS, TABLES, Document, Reference
from pipeline.package.tables import lines
from pipeline.package.writer import RecordForm

_TABLES = tuple(t for t in TABLES if t.of == "document" and t.part != "references")
(_REFERENCES,) = (t for t in TABLES if t.part == "references")
_GAP = b'"references":[]'
"""What stands for the references in a record: a quote within a string has a backslash, so this is nowhere else."""
_DOCUMENT = TypeAdapter(Document)
_LISTED = TypeAdapter(tuple[Reference, ...])
_OWN_PARTS = tuple(part for part in PARTS if part in Document.model_fields)
_NO_PARTS: dict[str, tuple[()]] = dict.fromkeys(_OWN_PARTS, ())
_NO_PARTS_BUT_REFERENCES = {part: () for part in _OWN_PARTS if part != "references"}


def lay_out(document: Document) -> bytes:
    """Return what is kept of a document: a line of numbers, the sizes and then the rows of what follows, and that."""
    core = _DOCUMENT.dump_json(document.model_copy(update=_NO_PARTS_BUT_REFERENCES), exclude_defaults=True)
    record = _DOCUMENT.dump_json(document.model_copy(update={"references": ()}))
    pieces = [core, record, *(lines(table, [document]) for table in _TABLES)]
    head = [*map(len, pieces), *(len(table.parts(document)) for table in _TABLES)]
    return b"".join([" ".join(map(str, head)).encode(), b"\n", *pieces])


@dataclass(frozen=True, slots=True)
class Laid:
    """A document that was kept."""

    document: Document
    """The document with its references, and without its other parts."""
    tables: dict[str, bytes]
    """Its lines of each table but that of references."""
    rows: dict[str, int]
    """How many they are."""
    _record: bytes

    def resolved(self, references: tuple[Reference, ...]) -> Laid:
        """Return the same with other references."""
        return replace(self, document=self.document.model_copy(update={"references": references}))

    def record(self, form: RecordForm) -> bytes:
        """Return its record: a line of JSON, or a file that people can read."""
        references = b'"references":' + _LISTED.dump_json(self.document.references)
        whole = self._record.replace(_GAP, references, 1)
        return (whole if form == "lines" else to_json(from_json(whole), indent=2)) + b"\n"

    def whole(self) -> Document:
        """Return the document with all its parts."""
        return Document.model_validate_json(self.record("lines"))


def take_up(kept: bytes) -> Laid:
    """Return what `lay_out` kept."""
    line, _, rest = kept.partition(b"\n")
    numbers = [int(number) for number in line.split()]
    sizes, rows = numbers[: -len(_TABLES)], numbers[-len(_TABLES) :]
    pieces: list[bytes] = []
    start = 0
    for size in sizes:
        pieces.append(rest[start : start + size])
        start += size
    core, record, *tables = pieces
    names = [table.name for table in _TABLES]
    return Laid(
        Document.model_validate_json(core),
        dict(zip(names, tables, strict=True)),
        dict(zip(names, rows, strict=True)),
        record,
    )


def reference_lines(documents: Sequence[Document]) -> bytes:
    """Return the lines that the references of documents give to their table."""
    return lines(_REFERENCES, documents)


def without_parts(document: Document) -> Document:
    """Return a document without its parts."""
    return document.model_copy(update=_NO_PARTS)
