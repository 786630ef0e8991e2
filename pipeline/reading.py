"""The first half of the work: read sources and keep the documents aside until all targets are known.

A `ReadBatch` is a picklable call. It reads its units – files of text, or ranges of documents of a TEI volume –
validates each document, lays it out in a file, and gives back what the set is checked by.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from pydantic import TypeAdapter

from pipeline.cache import CHECK, Cache, write
from pipeline.findings import Finding, UnusableError, finding, limit
from pipeline.index import Card, Entry, card_of, entry_of
from pipeline.laying import lay_out
from pipeline.manifest import DocumentFacts
from pipeline.model import Document, Volume
from pipeline.parsing.tei import TOGETHER, VolumeParsed, read_documents, read_part, read_volume
from pipeline.parsing.tei_cut import ChangedError, Cuts
from pipeline.parsing.text import Parsed, parse
from pipeline.register import Kept
from pipeline.resolve import addressed, depends
from pipeline.validate import validate_document

AT_ONCE = 1 << 26
"""Octets up to which a volume is read at once; those of the series have some 5 million."""


@dataclass(frozen=True, slots=True)
class Read:
    """What came of one document, or of a source that gives none."""

    kept: Kept | None
    findings: tuple[Finding, ...]


class Unit(Protocol):
    """A part of a source that is read as a whole."""

    @property
    def path(self) -> Path:
        """The file it is read from."""

    @property
    def name(self) -> str:
        """The file as findings name it."""

    def key(self, data: bytes) -> tuple[str, ...]:
        """Return all that the result depends on, given the octets."""

    def octets(self) -> bytes:
        """Return what is read of the file.

        Raises:
            OSError: the file cannot be read.
        """

    def parse(self, data: bytes) -> Iterable[Parsed]:
        """Read the octets."""


@dataclass(frozen=True)
class TextUnit:
    """A file of text: one document."""

    path: Path
    name: str
    facts: DocumentFacts
    volume: str | None

    def key(self, data: bytes) -> tuple[str, ...]:
        """Return what package.toml says of the file, its name, which gives a document its number, and its checksum."""
        digest = hashlib.sha256(data).hexdigest()
        return ("text", self.name, self.volume or "", self.facts.model_dump_json(), digest)

    def octets(self) -> bytes:
        """Return all of the file."""
        return self.path.read_bytes()

    def parse(self, data: bytes) -> Iterator[Parsed]:
        """Read the one document."""
        yield parse(data, self.name, volume=self.volume, facts=self.facts)


@dataclass(frozen=True)
class TeiUnit:
    """Documents `[first, last)` of a TEI volume.

    `volume` and `cuts` are files: one has the volume's record, the other says where its documents lie. Without cuts the
    whole volume is read to find them. `sha256` is the checksum of the volume.
    """

    path: Path
    name: str
    sha256: str
    volume: Path
    cuts: Path | None
    first: int
    last: int | None

    def key(self, data: bytes) -> tuple[str, ...]:  # noqa: ARG002 - as another unit has it
        """Return which documents are read of which file, as it was looked at; octets of another are not read."""
        return ("tei", self.name, str(self.first), str(self.last), self.sha256)

    def octets(self) -> bytes:
        """Return the file from the first document to the last, or all of it."""
        part = self._part()
        if part is None:
            return self.path.read_bytes()
        with self.path.open("rb") as stream:
            stream.seek(part.start)
            return stream.read(part.end - part.start)

    def parse(self, data: bytes) -> Iterator[Parsed]:
        """Read the documents; one with a fault in its XML is lost, and those behind it are not.

        Raises:
            UnusableError: the file is not the one whose record was made: what is read would not fit together.
        """
        volume = _volume(self.volume.read_bytes())
        part = self._part()
        if part is None:
            if hashlib.sha256(data).hexdigest() != self.sha256:
                raise self._changed()
            found = read_documents(data, volume, self.first, self.last)
            # faults of the file were told when it was looked at
            yield from (parsed for parsed in found if parsed.document)
            return
        try:
            for at, piece in part.pieces(TOGETHER):
                octets = data[piece.start - part.start : piece.end - part.start]
                yield from read_part(piece, octets, volume, self.first + at)
        except ChangedError:
            raise self._changed() from None

    def _changed(self) -> UnusableError:
        return UnusableError(f"{self.path.name} was changed while the package was made")

    def _part(self) -> Cuts | None:
        return _cuts(self.cuts.read_bytes()).part(self.first, self.last) if self.cuts else None


@dataclass(frozen=True)
class VolumeBatch:
    """A volume that is looked at in one call: its header, its lists, how many documents there are, and where."""

    path: Path
    name: str
    cache: Cache

    def __call__(self) -> VolumeParsed:
        """Read all of the volume but its documents."""
        try:
            data = self.path.read_bytes() if self.path.stat().st_size <= AT_ONCE else None
            digest = hashlib.sha256(data).hexdigest() if data is not None else _digest(self.path)
        except OSError:
            return read_volume(self.path, self.name)  # which says why it cannot be read
        key = self._key(digest)
        kept = self.cache.get(key)
        if kept is not None:
            return _VOLUMES.validate_json(kept)
        known = None if data is None else digest
        parsed = read_volume(self.path if data is None else data, self.name, sha256=known)
        if parsed.volume is not None and parsed.volume.source_sha256 == digest:
            self.cache.put(key, _VOLUMES.dump_json(parsed))
        return parsed

    def octets(self) -> int:
        """Return the size of the volume, 0 where there is none."""
        return self.path.stat().st_size if self.path.exists() else 0

    def is_kept(self) -> bool:
        """Tell whether the cache holds what comes of this."""
        try:
            return self.cache.holds(self._key(_digest(self.path)))
        except OSError:
            return False

    def _key(self, digest: str) -> str:
        return self.cache.key("volume", self.name, digest)


@dataclass(frozen=True)
class Looked:
    """A volume that was looked at: the files that take its record and its cuts, and how many documents there are."""

    batch: VolumeBatch
    sha256: str
    volume: Path
    cuts: Path | None
    documents: int

    def unit(self, first: int, last: int | None) -> TeiUnit:
        """Return documents `[first, last)` as something to read."""
        return TeiUnit(self.batch.path, self.batch.name, self.sha256, self.volume, self.cuts, first, last)


def put_down(batch: VolumeBatch, volume: Volume, parsed: VolumeParsed, record: Path) -> Looked:
    """Write down what was seen of a volume: its record to a file, and its cuts, if there are any, to one beside it."""
    record.write_bytes(volume.model_dump_json().encode())
    cuts = None
    if parsed.cuts:
        cuts = record.with_suffix(".cuts")
        cuts.write_bytes(_CUTS.dump_json(parsed.cuts))
    return Looked(batch, volume.source_sha256 or "", record, cuts, parsed.documents)


_VOLUMES = TypeAdapter(VolumeParsed)
_CUTS = TypeAdapter(Cuts)


@lru_cache(maxsize=2)
def _volume(record: bytes) -> Volume:
    """Take up the record of a volume, of which one batch after the other reads documents."""
    return Volume.model_validate_json(record)


@lru_cache(maxsize=2)
def _cuts(told: bytes) -> Cuts:
    """Take up the cuts of a volume."""
    return _CUTS.validate_json(told)


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


_TAKEN = ".taken"
"""What the name of a file ends with that has what a process took from the cache; that of another file is its key."""

_Told = tuple[tuple[Card, Entry] | None, int, list[Finding]]
"""What is told of a document, None where there is none; how many octets are kept of it, and what was found."""


@dataclass(frozen=True)
class ReadBatch:
    """Units that are read in one call, and the folder that takes their documents.

    They are in one file a unit, which the cache keeps; what comes from there, and is a copy, in one file a process: to
    make a file takes longer than to take a document up.
    """

    units: tuple[Unit, ...]
    folder: Path
    cache: Cache

    def __call__(self) -> list[Read]:
        """Read every unit; return what came of each document, in order.

        Raises:
            UnusableError: a file was changed since it was looked at.
            OSError: what is kept aside cannot be written.
        """
        return [read for unit in self.units for read in _reads(unit, self.folder, self.cache)]


def is_kept(unit: Unit, cache: Cache) -> bool:
    """Tell whether the cache holds what a unit gives."""
    try:
        return cache.holds(cache.key(*unit.key(unit.octets())))
    except OSError:
        return False


def _reads(unit: Unit, folder: Path, cache: Cache) -> Iterator[Read]:
    """Yield what came of each document of a unit; the documents are in a file of the folder then."""
    try:
        data = unit.octets()
    except OSError as error:
        yield Read(None, (finding("P103", f"the file cannot be read: {error.strerror}", unit.name),))
        return
    key = cache.key(*unit.key(data))
    if (known := cache.get(key)) is not None:
        begin = known.index(b"\n") + 1
        told, file = _heads(known[:begin]), folder / f"{os.getpid()}{_TAKEN}"
        start = _append(known[begin:], file)
    else:
        told, bodies = _laid_out((*_judged(parsed), parsed.line) for parsed in unit.parse(data))
        head, file = _head(told), folder / key
        write(key, [head, *bodies], file)
        start = CHECK + len(head)
    for document, length, found in told:
        yield Read(Kept(*document, file, start, length) if document else None, tuple(found))
        start += length


def _append(data: bytes, file: Path) -> int:
    """Add octets to a file, which may be new; return where they begin."""
    with file.open("ab") as stream:
        start = stream.tell()
        stream.write(data)
    return start


def keep_read(folder: Path, cache: Cache) -> None:
    """Keep what batches read and did not take from the cache; it must be needed no more, for it is shared then."""
    for file in folder.iterdir() if folder.is_dir() else ():
        if not file.suffix:
            cache.put_file(file.name, file)
    cache.prune()


def _judged(parsed: Parsed) -> tuple[Document | None, list[Finding]]:
    """Validate a document; one that is empty is none."""
    document = parsed.document
    if document is None or parsed.locator is None:
        return None, list(parsed.findings)
    found = [f.model_copy(update={"document_id": document.document_id}) for f in parsed.findings]
    found = limit([*found, *validate_document(document, parsed.locator)])
    return (None if any(f.code == "V101" for f in found) else addressed(document)), found


def _laid_out(results: Iterable[tuple[Document | None, list[Finding], int | None]]) -> tuple[list[_Told], list[bytes]]:
    """Return what is told of each document, and what is kept of those that there are."""
    told: list[_Told] = []
    bodies: list[bytes] = []
    for document, found, line in results:
        if document is None:
            told.append((None, 0, found))
        else:
            bodies.append(lay_out(document, waits=any(map(depends, document.references))))
            told.append(((card_of(document, line), entry_of(document)), len(bodies[-1]), found))
    return told, bodies


def _head(told: Sequence[_Told]) -> bytes:
    """Return a line of JSON that says what follows it."""
    heads = [(d, n, [f.model_dump(mode="json", exclude_defaults=True) for f in found]) for d, n, found in told]
    return json.dumps(heads).encode() + b"\n"


def _heads(head: bytes) -> list[_Told]:
    """Read what `_head` wrote."""
    return [
        ((Card(*document[0]), Entry(*document[1])) if document else None, n, list(map(Finding.model_validate, found)))
        for document, n, found in json.loads(head)
    ]
