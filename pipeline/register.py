"""The documents of a package while it is made: which there are, where each was kept aside, and what it was read from.

They come in as they are read; findings about the set of them, and their places in the order of the package, go out.
All of it lies in files, one a volume, so that what is in memory does not grow with the number of volumes.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

from pipeline.findings import Finding
from pipeline.index import Card, Entry, Index
from pipeline.package.writer import SourceFile
from pipeline.source import natural
from pipeline.validate import validate_set

IN_LINE = 500
"""Rows that are in memory together when those of a volume are read."""


class Kept(NamedTuple):
    """A document that was read: what the set is checked by, its targets, and where in a file it was kept."""

    card: Card
    entry: Entry
    file: Path
    start: int
    length: int


@dataclass(frozen=True, slots=True)
class Aside:
    """Where a document was kept aside, and the source it was read from."""

    document_id: str
    volume: str | None
    file: Path
    start: int
    length: int
    source: SourceFile


@dataclass(frozen=True)
class Settled:
    """What was found of documents that were put in order, how many there are of each volume, and their sources."""

    findings: list[Finding]
    documents: dict[str, int]
    sources: dict[str, SourceFile]


@dataclass(frozen=True)
class SettleBatch:
    """Documents that are put in order in one call: of a volume, or of several whose names differ in nothing but case.

    Of those with one id the first that was added stays.

    `whole` says that these are all documents of their sources.
    """

    folder: Path
    key: str
    whole: bool

    def __call__(self) -> Settled:
        """Check the set of them, and write them down as they are to be taken up."""
        rows = [(Card(*card), *rest) for card, *rest in _rows(self.folder, "added", self.key)]
        settled = Settled(list(validate_set([card for card, *_ in rows], whole=self.whole)), {}, {})
        first = {card.document_id.casefold(): (card, *rest) for card, *rest in reversed(rows)}
        volumes: dict[str, list[Any]] = defaultdict(list)
        for row in first.values():
            volumes[_volume(row[0].document_id)].append(row)
        for volume, own in volumes.items():
            self._keep(volume, sorted(own, key=lambda row: _order(row[0].document_id)), settled)
        return settled

    def _keep(self, volume: str, rows: Sequence[Any], settled: Settled) -> None:
        """Keep the documents of a volume, in their order."""
        settled.documents[volume] = len(rows)
        entries: dict[str | None, list[Entry]] = defaultdict(list)
        for card, entry, *_, source in rows:
            entries[card.volume_id].append(Entry(*entry))
            path = f"sources/{card.file}"
            settled.sources.setdefault(path, SourceFile(Path(source), path, card.sha256))
        for volume_id, told in entries.items():
            _index(self.folder).add(volume_id, told)
        settled_rows = [(c.document_id, c.volume_id, f"sources/{c.file}", *rest) for c, _, *rest in rows]
        _write(self.folder, "settled", volume, settled_rows)


class Register:
    """The documents of a package. Use: `add` all, `take` what each call of `settling` gives, iterate over them.

    Args:
        folder: where the files are to lie; it is made.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir()
        self.index = _index(folder)
        self.sources: dict[str, SourceFile] = {}
        """The files that documents were read from, by their paths in the package."""
        self._added: set[str] = set()
        """Volumes of which documents were added, without regard to case: ids that differ in nothing else are twins."""
        self._settled: dict[str, int] = {}
        """Volumes as in the ids of the documents that stay, and how many these are."""
        self.index.folder.mkdir()

    def add(self, documents: Iterable[tuple[Kept, Path]]) -> None:
        """Take in documents, each with the file it was read from."""
        rows: dict[str, list[Any]] = defaultdict(list)
        for (card, entry, file, start, length), source in documents:
            rows[_volume(card.document_id).casefold()].append((card, entry, str(file), start, length, str(source)))
        for key, told in rows.items():
            self._added.add(key)
            _write(self._folder, "added", key, told)

    def settling(self, *, whole: bool) -> list[SettleBatch]:
        """Return the calls that put the documents in order; `whole` as `SettleBatch` has it."""
        return [SettleBatch(self._folder, key, whole) for key in sorted(self._added)]

    def take(self, settled: Settled) -> list[Finding]:
        """Take in what a call gave; return what was found."""
        self._settled.update(settled.documents)
        for path, source in settled.sources.items():
            self.sources.setdefault(path, source)
        return settled.findings

    def __len__(self) -> int:
        """Return how many documents were settled."""
        return sum(self._settled.values())

    def __iter__(self) -> Iterator[Aside]:
        """Yield where they were kept, in natural order, those of a volume together, whatever volumes are called."""
        for volume in sorted(self._settled, key=lambda name: (natural(name), name)):
            for document_id, volume_id, path, kept, start, length, _ in _rows(self._folder, "settled", volume):
                yield Aside(document_id, volume_id, Path(kept), start, length, self.sources[path])


def _index(folder: Path) -> Index:
    return Index(folder / "index")


def _write(folder: Path, state: str, volume: str, rows: Sequence[Any]) -> None:
    """Add rows to those of a volume, many in a line, which takes less time than a line each."""
    with _path(folder, state, volume).open("a", encoding="ascii") as stream:
        stream.writelines(json.dumps(rows[at : at + IN_LINE]) + "\n" for at in range(0, len(rows), IN_LINE))


def _rows(folder: Path, state: str, volume: str) -> Iterator[Any]:
    with _path(folder, state, volume).open(encoding="ascii") as stream:
        yield from chain.from_iterable(map(json.loads, stream))


def _path(folder: Path, state: str, volume: str) -> Path:
    # A name of fixed form, whatever the volume is called.
    return folder / f"{state}-{hashlib.sha256(volume.encode()).hexdigest()[:32]}"


def _volume(document_id: str) -> str:
    return document_id.rpartition("/")[0]


def _order(document_id: str) -> tuple[Any, ...]:
    local = document_id.rpartition("/")[2]
    return natural(local), local
