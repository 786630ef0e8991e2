"""Measure the stages on one core, as documents and megabytes a second and as a ratio to a plain pass over the text.

    python benchmarks/speed.py FOLDER [FOLDER ...]

Each FOLDER holds documents (*.txt). The peer is Python's `re` finding every run of digits in the same files, the least
that any reader of note markers must do. Then time against length: a document of 10 MB, and 400 notes with 50,000
numbers, each at half and at full size; twice the length should take about twice the time.
"""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable
from functools import partial
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory

from pipeline.findings import Locator
from pipeline.index import Index, entry_of
from pipeline.model import Document
from pipeline.parsing.text import Parsed, parse
from pipeline.resolve import resolve
from pipeline.validate import validate_document

ROUNDS = 3


def best(work: Callable[[], object]) -> float:
    """Return the CPU seconds of the best of three rounds."""
    times = []
    for _ in range(ROUNDS):
        began = time.process_time()
        work()
        times.append(time.process_time() - began)
    return min(times)


def stages(files: list[tuple[str, str, bytes]]) -> dict[str, float]:
    """Return CPU seconds of each stage, and of the peer."""
    digits = re.compile(r"\d+")
    seconds = {"digits only": best(lambda: [digits.findall(data.decode()) for _, _, data in files])}
    parsed: list[Parsed] = []

    def parse_all() -> None:
        parsed[:] = [parse(data, name, volume=volume) for volume, name, data in files]

    seconds["parse"] = best(parse_all)
    read: list[tuple[Document, Locator]] = [(p.document, p.locator) for p in parsed if p.document and p.locator]
    seconds["validate"] = best(lambda: [validate_document(document, locator) for document, locator in read])

    def resolve_all() -> None:
        with TemporaryDirectory() as folder:
            index = Index(Path(folder))
            for volume, group in groupby(read, key=lambda item: item[0].volume_id):
                index.add(volume, [entry_of(document) for document, _ in group])
            for document, locator in read:
                resolve(document, index, partial(_given, locator))

    seconds["resolve"] = best(resolve_all)
    return seconds


def _given(locator: Locator) -> Locator:
    return locator


def growth(name: str, make: Callable[[int], str], size: int) -> None:
    """Print the time for a text and for one of twice its size."""
    half, full = (best(partial(parse, make(n).encode(), "d1.txt")) for n in (size // 2, size))
    print(f"{name:34} {half:6.2f} s, twice the size {full:6.2f} s: {full / half:.2f} times")


def main(*folders: str) -> None:
    """Print the figures."""
    paths = [p for folder in folders for p in sorted(Path(folder).glob("*.txt"))]
    files = [(p.parent.name, p.name, p.read_bytes()) for p in paths]
    size = sum(len(data) for _, _, data in files) / 1e6
    seconds = stages(files)
    peer = seconds.pop("digits only")
    total = sum(seconds.values())
    print(f"{len(files)} documents, {size:.1f} MB; digits only: {peer:.3f} s")
    for stage, spent in seconds.items():
        print(f"{stage:10} {spent:7.3f} s  {spent / total:6.1%}  {spent / peer:6.1f} times the peer")
    print(f"all        {total:7.3f} s  {len(files) / total:.0f} documents/s, {size / total:.1f} MB/s, one core")
    growth("10 MB in one paragraph", lambda n: "1. Title\n\n" + "word 12, " * n, 1_100_000)
    notes = "\n".join(f"  {i}. Not printed." for i in range(1, 401))
    growth(
        "400 notes, 50,000 numbers", lambda n: "1. Title\n\n" + "word 12 and 7, " * (n // 2) + f"\n\n{notes}", 50_000
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
