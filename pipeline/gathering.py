"""Read all sources of a package, and check the set of their documents.

Sources come in; what goes out are the documents there are, in their order, where their records were kept aside, the
volumes, and an index of what references can resolve to.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.findings import Finding, finding
from pipeline.index import Card, Entry, Index
from pipeline.reading import Read, ReadBatch, TeiUnit, TextUnit, Unit, VolumeBatch
from pipeline.source import Source, natural
from pipeline.validate import validate_set
from pipeline.workers import Executor

BATCH = 32
"""Documents a batch holds: enough that the pipe between processes is not the cost, few enough to share out evenly."""

Progress = Callable[[str, int, int], None]
"""Called with the name of a stage, how much of it is done, and how much there is."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the record of a document was kept aside, and the source it was read from."""

    document_id: str
    records: Path
    start: int
    length: int
    source: Path
    source_path: str
    sha256: str


@dataclass
class Gathered:
    """All documents that were read, in the order of their ids, the volumes they came in, and what was found."""

    places: list[Place]
    volumes: list[Path]
    findings: list[Finding]


@dataclass
class _Set:
    """The documents read so far."""

    index: Index
    only: frozenset[str]
    seen: set[str] = field(default_factory=set)
    cards: list[Card] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def add(self, reads: Sequence[Read], records: Path, source: Callable[[Card], Path]) -> None:
        """Take in what came of a batch; the first document of an id is kept, validation reports the others."""
        entries: dict[str | None, list[Entry]] = defaultdict(list)
        for read in reads:
            kept = read.kept
            if kept is not None and self.only and kept.card.document_id.rpartition("/")[2] not in self.only:
                continue
            self.findings += read.findings
            if kept is None:
                continue
            self.cards.append(kept.card)
            key = kept.card.document_id.casefold()
            if key not in self.seen:
                self.seen.add(key)
                entries[kept.card.volume_id].append(kept.entry)
                card = kept.card
                place = Place(
                    document_id=card.document_id,
                    records=records,
                    start=kept.start,
                    length=kept.length,
                    source=source(card),
                    source_path=f"sources/{card.file}",
                    sha256=card.sha256,
                )
                self.places.append(place)
        for volume, told in entries.items():
            self.index.add(volume, told)


def gather(
    sources: Sequence[Source],
    folder: Path,
    workers: Executor,
    *,
    cache: Path | None,
    only: frozenset[str],
    progress: Progress,
) -> Gathered:
    """Read and validate every document of the sources.

    Args:
        sources: where they are; of several, the names of files begin with the name of their source.
        folder: an empty folder for what is kept aside.
        workers: who reads.
        cache: the folder of the cache, None for none.
        only: local ids (d280) of the documents wanted; empty for all.
        progress: told how far it is.
    """
    there = _Set(Index(folder / "index"), only)
    there.index.folder.mkdir()
    volumes, batches, findings = _plan(sources, folder, workers, cache)
    there.findings += findings
    paths = {unit.name: unit.path for batch in batches for unit in batch.units}
    done, total = 0, sum(len(batch.units) if isinstance(batch.units[0], TextUnit) else BATCH for batch in batches)
    for batch, reads in zip(batches, workers.map(batches), strict=True):
        there.add(reads, batch.records, lambda card: paths[card.file])
        done = min(total, done + len(reads))
        progress("parse", done, total)
    there.findings += validate_set(there.cards)
    missing = sorted(only - {card.document_id.rpartition("/")[2] for card in there.cards})
    there.findings += [finding("K108", f"there is no document {name} in the source") for name in missing]
    return Gathered(sorted(there.places, key=lambda p: natural(p.document_id)), volumes, there.findings)


def _plan(
    sources: Sequence[Source], folder: Path, workers: Executor, cache: Path | None
) -> tuple[list[Path], list[ReadBatch], list[Finding]]:
    """Look at the volumes, and cut all sources into batches."""
    named = [(source, f"{source.manifest.package.name}/" if len(sources) > 1 else "") for source in sources]
    looked = [VolumeBatch(s.root / s.files[0], p + s.files[0]) for s, p in named if s.is_volume]
    heads = iter(list(zip(looked, workers.map(looked), strict=True)))
    volumes: list[Path] = []
    findings: list[Finding] = []
    units: list[list[Unit]] = []
    for source, prefix in named:
        if not source.is_volume:
            texts = [_text(source, name, prefix) for name in source.files]
            units += [list(texts[i : i + BATCH]) for i in range(0, len(texts), BATCH)]
            continue
        batch, head = next(heads)
        findings += head.findings
        if head.volume is None:
            continue
        kept = folder / f"volume-{len(volumes)}.json"
        kept.write_bytes(head.volume.model_dump_json().encode())
        volumes.append(kept)
        firsts = range(0, max(head.documents, 1), BATCH)
        lasts = [*firsts[1:], None]  # the last batch meets what is wrong with the end of the file
        units += [[TeiUnit(batch.path, batch.name, kept, a, b)] for a, b in zip(firsts, lasts, strict=True)]
    batches = [ReadBatch(tuple(u), folder / f"records-{i}.jsonl", cache) for i, u in enumerate(units)]
    return volumes, batches, findings


def _text(source: Source, name: str, prefix: str) -> TextUnit:
    manifest = source.manifest
    return TextUnit(source.root / name, prefix + name, manifest.facts(name), manifest.package.volume)
