"""The second half of the work: resolve references among all documents, and lay documents out as rows and records.

A `FinishBatch` is a picklable call. It takes documents from where they were kept aside and gives back octets: lines of
every table, and a record of every document.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path

from pipeline.findings import Finding, UnusableError, limit, locator_of
from pipeline.gathering import Place
from pipeline.index import Index
from pipeline.model import PARTS, TABLES, Document, Volume
from pipeline.package.tables import lines
from pipeline.package.writer import RecordForm
from pipeline.resolve import resolve


@dataclass(frozen=True, slots=True)
class Finished:
    """What goes into the package of some documents, or of a volume.

    Lines of each table, the records (each a document without its parts, and its octets), the rows of each table, the
    references of each status, and findings.
    """

    tables: dict[str, bytes]
    records: list[tuple[Document, bytes]]
    rows: Counter[str]
    statuses: Counter[str]
    findings: list[Finding]


@dataclass(frozen=True)
class FinishBatch:
    """Documents that are finished in one call; with no form of records they are resolved only."""

    places: tuple[Place, ...]
    index: Path
    form: RecordForm | None

    def __call__(self) -> Finished:
        """Resolve the documents and lay them out, in the order given."""
        index = _index(self.index)
        documents: list[Document] = []
        found: list[Finding] = []
        for place in self.places:
            document, faults = finished(place, index)
            documents.append(document)
            found += faults
        rows = Counter({t.name: sum(len(t.parts(d)) for d in documents) for t in TABLES})
        statuses = Counter(r.status for d in documents for r in d.references)
        if self.form is None:
            return Finished({}, [], rows, Counter(statuses), found)
        indent = 2 if self.form == "files" else None
        records = [(_head(d), d.model_dump_json(indent=indent).encode() + b"\n") for d in documents]
        return Finished({t.name: lines(t, documents) for t in TABLES}, records, rows, Counter(statuses), found)


@dataclass(frozen=True)
class FinishVolume:
    """A volume that is laid out in one call."""

    record: Path

    def __call__(self) -> Finished:
        """Lay out the rows of the volume and of its lists."""
        volume = Volume.model_validate_json(self.record.read_bytes())
        rows = Counter({t.name: len(t.parts(volume)) for t in TABLES})
        return Finished({t.name: lines(t, [volume]) for t in TABLES}, [], rows, Counter(), [])


@lru_cache(maxsize=1)
def _index(folder: Path) -> Index:
    """Return the index of a package, whose volumes stay open from one batch to the next."""
    return Index(folder)


def finished(place: Place, index: Index) -> tuple[Document, list[Finding]]:
    """Return a document with its references resolved, and what was found."""
    with place.records.open("rb") as stream:
        stream.seek(place.start)
        document = Document.model_validate_json(stream.read(place.length))
    read = partial(unchanged, place.source.place, place.source.sha256)
    resolved, faults = resolve(document, index, locator_of(document, read))
    return resolved, limit(faults)


@lru_cache(maxsize=1)
def unchanged(source: Path, sha256: str) -> bytes:
    """Read a source again, which must have the checksum it had; the last one is kept for the next finding in it.

    Raises:
        UnusableError: it was changed or removed.
    """
    try:
        data = source.read_bytes()
    except OSError:
        data = b""
    if hashlib.sha256(data).hexdigest() != sha256:
        raise UnusableError(f"{source.name} was changed or removed while the package was made")
    return data


def _head(document: Document) -> Document:
    """Return a document without its parts."""
    return document.model_copy(update=dict.fromkeys(set(PARTS) & Document.model_fields.keys(), ()))
