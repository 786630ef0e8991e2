"""The second half of the work: resolve references among all documents, and complete what waited for it.

A `FinishBatch` is a picklable call. It takes documents from where they were kept aside and gives back octets: lines of
every table, and a record of every document.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import groupby
from pathlib import Path
from typing import BinaryIO

from pipeline.findings import Finding, Locator, UnusableError, limit, locator_of
from pipeline.index import Index
from pipeline.laying import Laid, take_up, without_parts
from pipeline.model import TABLES, Document, Volume
from pipeline.package.tables import lines
from pipeline.package.writer import RecordForm
from pipeline.register import Aside
from pipeline.resolve import resolve


@dataclass(frozen=True, slots=True)
class Finished:
    """What goes into the package of some documents, or of a volume.

    Lines of each table, records (the volume they go to, octets, and where each has a file, the document without its
    parts), the rows of each table, the references of each status, and findings.
    """

    tables: dict[str, bytes]
    records: list[tuple[str | None, bytes, Document | None]]
    rows: Counter[str]
    statuses: Counter[str]
    findings: list[Finding]


@dataclass(frozen=True)
class FinishBatch:
    """Documents that are finished in one call; with no form of records they are resolved only."""

    asides: tuple[Aside, ...]
    index: Path
    form: RecordForm | None

    def __call__(self) -> Finished:
        """Resolve the documents and lay them out, in the order given."""
        index = _index(self.index)
        laid: list[Laid] = []
        found: list[Finding] = []
        for file, asides in groupby(self.asides, key=lambda aside: aside.file):
            with file.open("rb") as stream:
                for aside in asides:
                    one, faults = finished(aside, stream, index)
                    laid.append(one)
                    found += faults
        rows: Counter[str] = Counter()
        statuses: Counter[str] = Counter()
        for one in laid:
            rows.update(one.rows)
            statuses.update(one.statuses)
        if self.form is None:
            return Finished({}, [], rows, statuses, found)
        tables = {name: b"".join([one.tables[name] for one in laid]) for name in laid[0].tables}
        return Finished(tables, self._records(laid), rows, statuses, found)

    def _records(self, laid: list[Laid]) -> list[tuple[str | None, bytes, Document | None]]:
        """Return the record of each document; as lines, those of a volume in one piece."""
        told = zip(self.asides, laid, strict=True)
        if self.form == "files":
            return [(aside.volume, one.record("files"), without_parts(one.document())) for aside, one in told]
        volumes = groupby(told, key=lambda pair: pair[0].volume)
        return [(volume, b"".join([one.record("lines") for _, one in pairs]), None) for volume, pairs in volumes]


@dataclass(frozen=True)
class FinishVolume:
    """A volume that is laid out in one call."""

    record: Path

    def __call__(self) -> Finished:
        """Lay out the rows of the volume and of its lists."""
        volume = Volume.model_validate_json(self.record.read_bytes())
        tables = [t for t in TABLES if t.of == "volume"]
        rows = Counter({t.name: len(t.parts(volume)) for t in tables})
        return Finished({t.name: lines(t, volume) for t in tables}, [], rows, Counter(), [])


@lru_cache(maxsize=1)
def _index(folder: Path) -> Index:
    """Return the index of a package, whose volumes stay open from one batch to the next."""
    return Index(folder)


def finished(aside: Aside, stream: BinaryIO, index: Index) -> tuple[Laid, list[Finding]]:
    """Return a document, from the file it was kept in, with its references resolved, and what was found."""
    stream.seek(aside.start)
    laid = take_up(stream.read(aside.length))
    if not laid.waits:
        return laid, []

    def locate() -> Locator:
        return locator_of(laid.whole(), partial(unchanged, aside.source.place, aside.source.sha256))

    document = laid.document()
    references, faults = resolve(document, index, locate)
    return laid.resolved(document.model_copy(update={"references": references})), limit(faults)


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
