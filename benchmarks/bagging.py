"""Measure the writing and the verifying of bags against the least it takes, and against bagit-python.

    python benchmarks/bagging.py [FOLDER]

Two payloads are made in a temporary folder (in FOLDER, if given): 10,000 files of 4 KB, and 1 GiB in 8 files, of
pseudo-random bytes. The least is a plain loop that opens each file once, reads it and feeds sha256 and sha512. Printed
is the CPU time, user and system, of the process and its children: the best of some rounds, in which the order of the
contestants is drawn. All read from the page cache. `write` and `make_bag` turn a folder in its place into a bag; `anew`
writes every file of the bag, as a build does what it makes, and so pays the file system for new files, too. At the end,
the wall time of the large bag with one and with two jobs.
"""

from __future__ import annotations

import gc
import hashlib
import logging
import os
import random
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import bagit

from pipeline.package.bagging import write_bag
from pipeline.package.files import Folder
from pipeline.profiles import STRONG
from pipeline.verifying import verify

BLOCK = 1 << 19
INFO = {"Bagging-Date": "2026-11-21", "Source-Organization": "Nobody"}
PAYLOADS = {"10,000 files of 4 KB": (10_000, 1 << 12, 15), "1 GiB in 8 files": (8, 1 << 27, 3)}
"""Name to number of files, octets of each, and rounds."""


def fill(folder: Path, count: int, octets: int) -> None:
    """Make the files of a payload, a hundred a folder."""
    source = random.Random(count)  # noqa: S311 - no secret
    for number in range(count):
        file = folder / f"{number // 100:03}" / f"{number:05}.bin"
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("wb") as stream:
            for _ in range(max(1, octets >> 20)):
                stream.write(source.randbytes(min(octets, 1 << 20)))


def plain(folder: Path) -> None:
    """Open and read each file once, and take both its hashes."""
    for parent, _, names in os.walk(folder):
        for name in names:
            hashes = hashlib.sha256(), hashlib.sha512()
            with open(f"{parent}/{name}", "rb") as stream:  # noqa: PTH123 - as lean as it can be
                while block := stream.read(BLOCK):
                    for digest in hashes:
                        digest.update(block)
            for digest in hashes:
                digest.hexdigest()


def write(folder: Path, jobs: int = 1) -> None:
    """Make a bag of a folder, as a build does."""
    bag = Folder(folder.with_name("bag"), STRONG)
    write_bag(bag, Folder(folder, STRONG), INFO, move=True, jobs=jobs)


def anew(folder: Path) -> None:
    """Read each file once, write it into a package that is hashed as it is written, and make a bag of that."""
    package = Folder(folder.with_name("package"), STRONG)
    for parent, _, names in os.walk(folder):
        for name in names:
            path = f"{parent}/{name}"
            with (
                open(path, "rb", buffering=0) as stream,  # noqa: PTH123 - as lean as it can be
                package.open(path[len(str(folder)) + 1 :]) as target,
            ):
                while block := stream.read(BLOCK):
                    target.write(block)
    write_bag(Folder(folder.with_name("bag"), STRONG), package, INFO, move=True)


def check(bag: Path, jobs: int = 1) -> None:
    """Verify a bag, which must be without fault."""
    found = verify(bag, jobs=jobs).findings
    if found:
        raise ValueError(found[0])


def make_bag(folder: Path) -> None:
    """Make a bag by bagit-python."""
    bagit.make_bag(str(folder), INFO.copy(), checksums=list(STRONG))


def validate(bag: Path) -> None:
    """Validate a bag by bagit-python."""
    bagit.Bag(str(bag)).validate()


def cpu() -> float:
    """Return the CPU seconds of this process and its children so far."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(u.ru_utime + u.ru_stime for u in used)


class Arena:
    """A payload, a bag of it, and fresh copies of the payload that share its data by hard links."""

    def __init__(self, root: Path, count: int, octets: int) -> None:
        self.root = root
        self.payload = root / "payload"
        fill(self.payload, count, octets)
        write(self.fresh())
        self.bag = (root / "fresh" / "bag").rename(root / "verified")
        shutil.rmtree(root / "fresh")
        os.sync()

    def fresh(self) -> Path:
        """Return a payload that a contestant may turn into a bag."""
        return Path(shutil.copytree(self.payload, self.root / "fresh" / "payload", copy_function=os.link))

    def run(self, contestant: Callable[[Path], None], clock: Callable[[], float]) -> float:
        """Return the seconds that a contestant takes."""
        changes = contestant not in (plain, check, check_by_two, validate)
        target = self.fresh() if changes else self.payload if contestant is plain else self.bag
        gc.collect()  # nobody clears up after another
        began = clock()
        contestant(target)
        spent = clock() - began
        if changes:
            shutil.rmtree(self.root / "fresh")
        return spent

    def best(
        self, contestants: list[Callable[[Path], None]], rounds: int, clock: Callable[[], float] = cpu
    ) -> dict[str, float]:
        """Return the seconds of the best round of each."""
        spent: dict[str, list[float]] = {c.__name__: [] for c in contestants}
        turns = random.Random(rounds)  # noqa: S311 - no secret
        for _ in range(rounds):
            for contestant in turns.sample(contestants, len(contestants)):
                spent[contestant.__name__].append(self.run(contestant, clock))
        return {name: min(times) for name, times in spent.items()}


def write_by_two(folder: Path) -> None:
    """Make a bag of a folder with two jobs."""
    write(folder, jobs=2)


def check_by_two(bag: Path) -> None:
    """Verify a bag with two jobs."""
    check(bag, jobs=2)


def main(folder: str | None = None) -> None:
    """Print the figures."""
    logging.disable(logging.CRITICAL)
    with tempfile.TemporaryDirectory(dir=folder) as place:
        for title, (count, octets, rounds) in PAYLOADS.items():
            arena = Arena(Path(place) / str(count), count, octets)
            seconds = arena.best([plain, write, anew, check, make_bag, validate], rounds)
            print(f"\n{title}: CPU seconds, and times the plain loop, best of {rounds}")
            for name, spent in seconds.items():
                print(f"  {name:10} {spent:8.3f}  {spent / seconds['plain']:6.2f}")
        rounds *= 2  # what else the machine does disturbs these more
        walls = arena.best([write, write_by_two, check, check_by_two], rounds, time.perf_counter)
        print(f"\n{title}: wall seconds, best of {rounds}, {os.cpu_count()} cores")
        for one, two in ((write, write_by_two), (check, check_by_two)):
            first, second = walls[one.__name__], walls[two.__name__]
            print(f"  {one.__name__:10} one job {first:7.3f}, two jobs {second:7.3f}: {second / first:.2f}")


if __name__ == "__main__":
    main(*sys.argv[1:])
