"""Reads each file of a container once: takes all its hashes and gives its content to whoever wants it."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import BinaryIO, NamedTuple, cast

from pipeline.verifying.container import Container, Entry, open_file
from pipeline.verifying.report import Report
from pipeline.verifying.streams import BLOCK, Blocks, UnreadableError, blocks_of, hasher

LARGE = 1 << 20
"""Octets from which hashing a file is worth a thread; for less, threads wait for each other."""

Consumer = Callable[[BinaryIO], None]
"""Reads a stream as far as it likes; must not close it."""


class Expectation(NamedTuple):
    """A checksum that a file must have: hashlib's algorithm, lower-case digits, code of a difference, who says so."""

    algorithm: str
    digest: str
    code: str
    source: str


class _Listing(NamedTuple):
    """Checksums of one algorithm by path, code of a difference, and who says so."""

    algorithm: str
    digests: dict[str, str]
    code: str
    source: str


class _Hashed(NamedTuple):
    """What reading a file gave: octets and checksums by algorithm, or why it cannot be read."""

    octets: int = 0
    digests: Mapping[str, str] = {}
    fault: UnreadableError | OSError | None = None


class Reader:
    """Collects what is wanted of the files of a container, then reads them in the order of storage.

    With `fast`, `run` reads nothing: checksums and contents are left unchecked. With more than one of `jobs`, threads
    hash the large files of a folder; the findings are the same.
    """

    def __init__(self, container: Container, report: Report, *, fast: bool = False, jobs: int = 1) -> None:
        self.container = container
        self.report = report
        self.fast = fast
        self._jobs = jobs
        self._listings: list[_Listing] = []
        self._expected: dict[str, list[Expectation]] = {}
        self._consumers: dict[str, list[Consumer]] = {}
        self._known: dict[str, dict[str, str]] = {}

    def expect(self, path: str, expectation: Expectation) -> None:
        """Ask for a checksum to be compared; a difference, or a file that cannot be read, becomes a finding."""
        if path in self._known and expectation.algorithm in self._known[path]:
            self._compare(path, expectation, self._known[path])
        else:
            self._expected.setdefault(path, []).append(expectation)

    def expect_all(self, algorithm: str, digests: Mapping[str, str], code: str, source: str) -> None:
        """Ask for the checksums of many files to be compared.

        Args:
            algorithm: hashlib's name of it.
            digests: lower-case digits by path; paths that are no files of the container are passed over.
            code: code of a difference.
            source: who says so.
        """
        pending = {path: digest for path, digest in digests.items() if path in self.container.files}
        for path, known in self._known.items():
            if algorithm in known and path in pending:
                self._compare(path, Expectation(algorithm, pending.pop(path), code, source), known)
        self._listings.append(_Listing(algorithm, pending, code, source))

    def consume(self, path: str, consumer: Consumer) -> None:
        """Ask for the content of a file to be given to `consumer`."""
        self._consumers.setdefault(path, []).append(consumer)

    def read(self, path: str, limit: int, also: Iterable[str] = ()) -> bytes | None:
        """Read a file at once and return its content.

        Args:
            path: a file of the container.
            limit: octets the file may have; a larger one is a finding.
            also: algorithms of hashlib whose checksums may be expected later.

        Returns:
            The octets, or None where the file cannot be read, which is a finding.
        """
        content: list[bytes] = []

        def keep(stream: BinaryIO) -> None:
            left = limit
            while left > 0 and (block := stream.read(min(BLOCK, left))):
                content.append(block)
                left -= len(block)
            if left <= 0 and stream.read(1):
                raise UnreadableError("F102", f"the file has more than {limit} octets, which is too long for its kind")

        if not self._read(path, [keep], frozenset(also)):
            return None
        return b"".join(content)

    def run(self) -> None:
        """Read all files of which something is wanted, each once, in the order of storage."""
        if self.fast:
            return
        files = self.container.files
        wanted = self._expected.keys() | self._consumers.keys()
        wanted = wanted.union(*(listing.digests for listing in self._listings))
        large = []
        for path in sorted((path for path in files if path in wanted), key=lambda path: files[path].position):
            entry = files[path]
            if entry.path is None or path in self._consumers:
                consumers = self._consumers.pop(path, [])
                self._read(path, consumers[:1])
                for consumer in consumers[1:]:
                    self._read(path, [consumer])
            elif self._jobs > 1 and entry.size >= LARGE:
                large.append(path)
            else:
                self._judge(path, _hash(entry, self._algorithms(path)))
        if large:
            algorithms = [self._algorithms(path) for path in large]
            with ThreadPoolExecutor(self._jobs) as threads:
                found = threads.map(_hash, (files[path] for path in large), algorithms)
                for path, hashed in zip(large, found, strict=True):
                    self._judge(path, hashed)

    def _algorithms(self, path: str) -> list[str]:
        """Return the algorithms of which checksums of a file are expected; some may come twice."""
        wanted = [algorithm for algorithm, digests, _, _ in self._listings if path in digests]
        if path in self._expected:
            wanted += [e.algorithm for e in self._expected[path]]
        return wanted

    def _read(self, path: str, consumers: list[Consumer], also: frozenset[str] = frozenset()) -> bool:
        """Read a file and give it to consumers; return whether it could be read."""
        hashers = {a: hasher(a)(b"", usedforsecurity=False) for a in (*also, *self._algorithms(path))}
        count = 0

        def seen(block: bytes) -> None:
            nonlocal count
            count += len(block)
            for digest in hashers.values():
                digest.update(block)

        fault = None
        try:
            with self.container.files[path].open() as raw:
                blocks = Blocks(blocks_of(raw), seen)
                if consumers:
                    stream = cast("BinaryIO", io.BufferedReader(blocks, BLOCK))
                    for consumer in consumers:
                        consumer(stream)
                for _ in blocks.blocks():
                    pass
        except (UnreadableError, OSError) as error:
            fault = error
        digests = {a: h.hexdigest() for a, h in hashers.items()}
        if also and fault is None:
            self._known[path] = digests
        return self._judge(path, _Hashed(count, digests, fault))

    def _judge(self, path: str, found: _Hashed) -> bool:
        """Report what a file should be and is not, which is then settled; return whether it could be read."""
        expected = self._expected.pop(path, [])
        for algorithm, digests, code, source in self._listings:
            digest = digests.pop(path, None)
            if digest is not None and found.digests.get(algorithm) != digest:
                expected.append(Expectation(algorithm, digest, code, source))
        if found.fault is not None:
            code = found.fault.code if isinstance(found.fault, UnreadableError) else "F102"
            self.report.add(code, str(found.fault) or "the file cannot be read", path)
            return False
        size = self.container.files[path].size
        if found.octets != size:
            self.report.add("F102", f"the file was listed with {size} octets, and {found.octets} were read", path)
        for expectation in expected:
            self._compare(path, expectation, found.digests)
        return True

    def _compare(self, path: str, expected: Expectation, digests: Mapping[str, str]) -> None:
        found = digests[expected.algorithm]
        if found != expected.digest and not self.fast:
            self.report.add(
                expected.code,
                f"{expected.algorithm} is {found[:16]}…, but {expected.source} says {expected.digest[:16]}…",
                path,
            )


def _hash(entry: Entry, algorithms: Iterable[str]) -> _Hashed:
    """Hash a file of a folder; for files that nobody wants to see, without the streams of those that somebody does."""
    try:
        handle = open_file(entry.path or "")
        try:
            wanted = min(entry.size + 1, BLOCK)
            block = os.read(handle, wanted)
            octets = len(block)
            hashers = {a: hasher(a)(block, usedforsecurity=False) for a in algorithms}
            more = octets == wanted or octets != entry.size  # a small file has ended, if the octet more was not there
            while more and octets <= entry.size and (block := os.read(handle, BLOCK)):
                octets += len(block)
                for digest in hashers.values():
                    digest.update(block)
        finally:
            os.close(handle)
    except (UnreadableError, OSError) as error:
        return _Hashed(fault=error)
    return _Hashed(octets, {a: h.hexdigest() for a, h in hashers.items()})
