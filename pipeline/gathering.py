"""Read all sources of a package, and check the set of their documents.

Sources come in; what goes out are the documents there are, in their order, where they were kept aside, the volumes, and
an index of what references can resolve to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from pipeline.cache import Cache
from pipeline.findings import Finding, UnusableError, finding
from pipeline.manifest import DocumentFacts
from pipeline.reading import Read, ReadBatch, TeiUnit, TextUnit, Unit, VolumeBatch
from pipeline.register import Register
from pipeline.source import Source, natural
from pipeline.workers import Executor

BATCH = 32
"""Documents a batch holds: enough that the pipe between processes is not the cost, few enough to share out evenly."""
PARTS = 12
"""Batches at most of a volume that cannot be cut into its documents: each goes over the XML of those before it."""
CUT_PARTS = 128
"""Batches at most of a volume that can: each reads the lists of persons and terms. The series needs some 50."""
_NOTHING = DocumentFacts()

Progress = Callable[[str, int, int], None]
"""Called with the name of a stage, how much of it is done, and how much there is."""


@dataclass
class Gathered:
    """All documents that were read, and the volumes they came in."""

    register: Register
    volumes: list[Path]


@dataclass
class _Set:
    """The documents read so far."""

    register: Register
    only: frozenset[str]
    met: set[str] = field(default_factory=set)
    """Those of `only` that were found."""

    def add(self, batch: ReadBatch, reads: Sequence[Read]) -> Iterator[Finding]:
        """Take in what came of a batch; return what was found."""
        wanted = [read for read in reads if self._is_wanted(read)]
        paths = {unit.name: unit.path for unit in batch.units}
        self.register.add((r.kept, batch.kept, paths[r.kept.card.file]) for r in wanted if r.kept)
        return chain.from_iterable(read.findings for read in wanted)

    def _is_wanted(self, read: Read) -> bool:
        """Tell whether a document is one of those asked for; what is found of a whole file always is."""
        told = read.kept.card.document_id if read.kept else next((f.document_id for f in read.findings), None)
        if not self.only or told is None:
            return True
        names = self.only & {told, told.rpartition("/")[2]}
        self.met |= names
        return bool(names)


def gather(
    sources: Sequence[Source],
    folder: Path,
    workers: Executor,
    *,
    cache: Cache,
    only: frozenset[str],
    tell: Callable[[Iterable[Finding]], None],
    progress: Progress,
) -> Gathered:
    """Read and validate every document of the sources.

    Args:
        sources: where they are; of several, the names of files begin with the name of their source.
        folder: an empty folder for what is kept aside.
        workers: who reads.
        cache: where what is read is kept for the next time.
        only: ids (d280, frus1961-63v11/d280) of the documents wanted; empty for all.
        tell: takes what is found.
        progress: told how far it is.

    Raises:
        UnusableError: a source was changed meanwhile, or two sources are the same volume.
    """
    there = _Set(Register(folder / "register"), only)
    volumes, batches, findings = _plan(sources, folder, workers, cache)
    tell(findings)
    done, total = 0, sum(len(batch.units) if isinstance(batch.units[0], TextUnit) else BATCH for batch in batches)
    for batch, reads in zip(batches, workers.map(batches), strict=True):
        tell(there.add(batch, reads))
        done = min(total, done + len(reads))
        progress("parse", done, total)
    tell(there.register.settle(whole=not only))
    missing = sorted(only - there.met, key=natural)
    tell(finding("K108", f"there is no document {name} in the source") for name in missing)
    return Gathered(there.register, volumes)


def _plan(
    sources: Sequence[Source], folder: Path, workers: Executor, cache: Cache
) -> tuple[list[Path], list[ReadBatch], list[Finding]]:
    """Look at the volumes, and cut all sources into batches."""
    named = [(source, f"{source.manifest.package.name}/" if len(sources) > 1 else "") for source in sources]
    looked = [VolumeBatch(s.root / s.files[0], p + s.files[0], cache) for s, p in named if s.is_volume]
    heads = zip(looked, workers.map(looked), strict=True)
    volumes: dict[str, Path] = {}
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
        key = head.volume.volume_id.casefold()
        if key in volumes:
            raise UnusableError(f"two sources are the volume {head.volume.volume_id}; take one of them")
        volumes[key] = folder / f"volume-{len(volumes)}.json"
        volumes[key].write_bytes(head.volume.model_dump_json().encode())
        cuts = head.cuts
        size = max(BATCH, -(-head.documents // (CUT_PARTS if cuts else PARTS)))
        firsts = range(0, max(head.documents, 1), size)
        lasts = [*firsts[1:], None]  # the last batch meets what is wrong with the end of the file
        units += [
            [TeiUnit(batch.path, batch.name, volumes[key], a, b, cuts and cuts.part(a, b))]
            for a, b in zip(firsts, lasts, strict=True)
        ]
    batches = [ReadBatch(tuple(u), folder / f"documents-{i}", cache) for i, u in enumerate(units)]
    return list(volumes.values()), batches, findings


def _text(source: Source, name: str, prefix: str) -> TextUnit:
    manifest = source.manifest
    facts = manifest.documents.get(name, _NOTHING)
    return TextUnit(source.root / name, prefix + name, facts, manifest.package.volume)
