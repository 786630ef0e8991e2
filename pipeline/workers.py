"""Read source files, in one process or several.

The unit of work is a batch of files: a picklable call that gives back documents and findings. What comes out is in the
order of the files and the same for any number of processes.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from pipeline.findings import Finding, Locator, UnusableError, finding, limit
from pipeline.manifest import DocumentFacts
from pipeline.model import Document
from pipeline.parsing.text import parse
from pipeline.source import SourceFolder
from pipeline.validate import validate_document

BATCH = 32
"""Files a batch holds."""
WORTH_IT = 4 * BATCH
"""Files from which further processes pay for their start."""

Read = tuple[Document | None, list[Finding]]


@dataclass(frozen=True)
class Batch:
    """Files of a source folder, and what a reader must know of them."""

    root: Path
    files: tuple[tuple[str, DocumentFacts], ...]
    volume: str | None

    def __call__(self) -> list[Read]:
        """Read and validate every file of the batch."""
        return [self._read(name, facts) for name, facts in self.files]

    def _read(self, name: str, facts: DocumentFacts) -> Read:
        try:
            data = (self.root / name).read_bytes()
        except OSError as error:
            return None, [finding("P103", f"the file cannot be read: {error.strerror}", name)]
        parsed = parse(data, name, volume=self.volume, facts=facts)
        document = parsed.document
        if document is None or parsed.text is None:
            return None, list(parsed.findings)
        found = [f.model_copy(update={"document_id": document.document_id}) for f in parsed.findings]
        found = limit([*found, *validate_document(document, Locator(name, parsed.text))])
        empty = any(f.code == "V101" for f in found)
        return None if empty else document, found


def _run(batch: Batch) -> list[Read]:
    return batch()


def _ignore_interrupt() -> None:
    """Leave an interrupt to the main process, which ends the workers."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def read_files(folder: SourceFolder, jobs: int) -> Iterator[Read]:
    """Yield what was read of each file, in the order of the files.

    Args:
        folder: the source folder.
        jobs: how many processes at most.
    """
    manifest = folder.manifest
    pairs = [(name, manifest.facts(name)) for name in folder.files]
    batches = [
        Batch(folder.root, tuple(pairs[i : i + BATCH]), manifest.package.volume) for i in range(0, len(pairs), BATCH)
    ]
    workers = min(jobs, len(batches))
    if workers < 2 or len(pairs) < WORTH_IT:  # noqa: PLR2004 - two are several
        for batch in batches:
            yield from batch()
    else:
        yield from _in_parallel(batches, workers)


def _in_parallel(batches: Sequence[Batch], workers: int) -> Iterator[Read]:
    pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_ignore_interrupt)
    try:
        for reads in pool.map(_run, batches):
            yield from reads
    except BrokenProcessPool:
        reason = "a worker process ended early, for want of memory or because the main module cannot be imported"
        raise UnusableError(f"{reason}; try one job") from None
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
