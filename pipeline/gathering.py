"""Read all sources of a package, and check the set of their documents.

Sources come in; what goes out are the documents there are, in their order, where they were kept aside, the volumes, and
an index of what references can resolve to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path

from pipeline.cache import Cache
from pipeline.findings import Finding, UnusableError, finding
from pipeline.manifest import DocumentFacts
from pipeline.progress import Progress
from pipeline.reading import Looked, Read, ReadBatch, TextUnit, Unit, VolumeBatch, is_kept, put_down
from pipeline.register import Register
from pipeline.source import Source, natural
from pipeline.workers import Executor, makes_copies

READ = "read"
"""The folder of what batches read."""
BATCH = 32
"""Documents a batch holds: enough that the pipe between processes is not the cost, few enough to share out evenly."""
PARTS = 12
"""Batches at most of a volume that cannot be cut into its documents: each goes over the XML of those before it."""
CUT_PARTS = 128
"""Batches at most of a volume that can: each reads the lists of persons and terms. The series needs some 50."""
WORTH_IT = 4 * BATCH
"""Documents to read from which further processes pay for their start."""
WORTH_IT_OCTETS = 1 << 20
"""The same for volumes of TEI, whose documents are not yet counted then."""
MUCH = 16
"""So many times as much pays for a process that is started anew even where all of it was read before."""
_NOTHING = DocumentFacts()


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
        self.register.add((r.kept, paths[r.kept.card.file]) for r in wanted if r.kept)
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
    looked = _look(sources, folder, workers, cache, tell)
    (folder / READ).mkdir()
    batches = [ReadBatch(units, folder / READ, cache) for units in _units(sources, looked)]
    done, total = 0, sum(len(batch.units) if isinstance(batch.units[0], TextUnit) else BATCH for batch in batches)
    for batch, reads in zip(batches, workers.map(batches), strict=True):
        tell(there.add(batch, reads))
        done = min(total, done + len(reads))
        progress("parse", done, total)
    for settled in workers.map(there.register.settling(whole=not only)):
        tell(there.register.take(settled))
    missing = sorted(only - there.met, key=natural)
    tell(finding("K108", f"there is no document {name} in the source") for name in missing)
    return Gathered(there.register, [volume.volume for volume in looked.values()])


def worth_processes(sources: Sequence[Source], cache: Cache) -> bool:
    """Tell whether further processes pay for their start: there is much to do.

    Where they take long to start, what the cache holds counts for little.
    """
    texts = [_text(s, name, _prefix(s, sources)) for s in sources if not s.is_volume for name in s.files]
    volumes = [(batch, batch.octets()) for batch in _volume_batches(sources, cache)]
    cheap = makes_copies()
    times = 1 if cheap else MUCH
    if len(texts) >= times * WORTH_IT or sum(octets for _, octets in volumes) >= times * WORTH_IT_OCTETS:
        return True
    if cheap:
        return False
    fresh = sum(1 for _ in islice((t for t in texts if not is_kept(t, cache)), WORTH_IT))
    return fresh >= WORTH_IT or sum(octets for b, octets in volumes if not b.is_kept()) >= WORTH_IT_OCTETS


def _prefix(source: Source, sources: Sequence[Source]) -> str:
    """Return what the names of the files of a source begin with."""
    return f"{source.manifest.package.name}/" if len(sources) > 1 else ""


def _look(
    sources: Sequence[Source], folder: Path, workers: Executor, cache: Cache, tell: Callable[[Iterable[Finding]], None]
) -> dict[Path, Looked]:
    """Look at the volumes among the sources, the largest first; those that can be read are returned by their paths."""
    batches = sorted(_volume_batches(sources, cache), key=VolumeBatch.octets, reverse=True)
    looked: dict[Path, Looked] = {}
    names: set[str] = set()
    for batch, parsed in zip(batches, workers.map(batches, ahead=2), strict=True):
        tell(parsed.findings)
        if parsed.volume is None:
            continue
        name = parsed.volume.volume_id
        if name.casefold() in names:
            raise UnusableError(f"two sources are the volume {name}; take one of them")
        names.add(name.casefold())
        looked[batch.path] = put_down(batch, parsed.volume, parsed, folder / f"volume-{len(looked)}.json")
    return {s.path: looked[s.path] for s in sources if s.path in looked}


def _volume_batches(sources: Sequence[Source], cache: Cache) -> list[VolumeBatch]:
    return [VolumeBatch(s.path, _prefix(s, sources) + s.files[0], cache) for s in sources if s.is_volume]


def _units(sources: Sequence[Source], looked: Mapping[Path, Looked]) -> Iterator[tuple[Unit, ...]]:
    """Cut all sources into what a batch reads."""
    for source in sources:
        volume = looked.get(source.path)
        if not source.is_volume:
            prefix = _prefix(source, sources)
            texts = [_text(source, name, prefix) for name in source.files]
            yield from (tuple(texts[i : i + BATCH]) for i in range(0, len(texts), BATCH))
        elif volume:
            size = max(BATCH, -(-volume.documents // (CUT_PARTS if volume.cuts else PARTS)))
            firsts = range(0, max(volume.documents, 1), size)
            lasts = [*firsts[1:], None]
            yield from ((volume.unit(first, last),) for first, last in zip(firsts, lasts, strict=True))


def _text(source: Source, name: str, prefix: str) -> TextUnit:
    manifest = source.manifest
    facts = manifest.documents.get(name, _NOTHING)
    return TextUnit(source.root / name, prefix + name, facts, manifest.package.volume)
