"""Reads each file of a container once: takes all its hashes and gives its content to whoever wants it."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import BinaryIO, cast

from pipeline.verifying.container import Container
from pipeline.verifying.report import Report
from pipeline.verifying.streams import BLOCK, Blocks, UnreadableError, blocks_of

Consumer = Callable[[BinaryIO], None]
"""Reads a stream as far as it likes; must not close it."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """A checksum that a file must have: hashlib's algorithm, lower-case digits, code of a difference, who says so."""

    algorithm: str
    digest: str
    code: str
    source: str


class Reader:
    """Collects what is wanted of the files of a container, then reads them in the order of storage.

    With `fast`, `run` reads nothing: checksums and contents are left unchecked.
    """

    def __init__(self, container: Container, report: Report, *, fast: bool = False) -> None:
        self.container = container
        self.report = report
        self.fast = fast
        self._expected: dict[str, list[Expectation]] = {}
        self._consumers: dict[str, list[Consumer]] = {}
        self._known: dict[str, dict[str, str]] = {}

    def expect(self, path: str, expectation: Expectation) -> None:
        """Ask for a checksum to be compared; a difference, or a file that cannot be read, becomes a finding."""
        if path in self._known and expectation.algorithm in self._known[path]:
            self._compare(path, expectation, self._known[path])
        else:
            self._expected.setdefault(path, []).append(expectation)

    def consume(self, path: str, consumer: Consumer) -> None:
        """Ask for the content of a file to be given to `consumer`."""
        self._consumers.setdefault(path, []).append(consumer)

    def read_all(self, paths: Iterable[str], limit: int, also: Iterable[str] = ()) -> dict[str, bytes | None]:
        """Read files at once, in the order of storage; arguments and values as those of `read`."""
        ordered = sorted(paths, key=lambda path: self.container.files[path].position)
        return {path: self.read(path, limit, also) for path in ordered}

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
        files = self.container.files
        wanted = [] if self.fast else [p for p in {**self._expected, **self._consumers} if p in files]
        for path in sorted(wanted, key=lambda p: (files[p].position, p)):
            consumers = self._consumers.pop(path, [])
            self._read(path, consumers[:1])
            for consumer in consumers[1:]:
                self._read(path, [consumer])

    def _read(self, path: str, consumers: list[Consumer], also: frozenset[str] = frozenset()) -> bool:
        entry = self.container.files[path]
        expected = self._expected.pop(path, [])
        hashers = {a: hashlib.new(a, usedforsecurity=False) for a in also | {e.algorithm for e in expected}}
        count = 0

        def seen(block: bytes) -> None:
            nonlocal count
            count += len(block)
            for hasher in hashers.values():
                hasher.update(block)

        try:
            with entry.open() as raw:
                stream = cast("BinaryIO", io.BufferedReader(Blocks(blocks_of(raw), seen), BLOCK))
                for consumer in consumers:
                    consumer(stream)
                while stream.read(BLOCK):
                    pass
        except (UnreadableError, OSError) as error:
            code = error.code if isinstance(error, UnreadableError) else "F102"
            self.report.add(code, str(error) or "the file cannot be read", path)
            return False
        if count != entry.size:
            self.report.add("F102", f"the file was listed with {entry.size} octets and has {count}", path)
        digests = {a: h.hexdigest() for a, h in hashers.items()}
        if also:
            self._known[path] = digests
        for expectation in expected:
            self._compare(path, expectation, digests)
        return True

    def _compare(self, path: str, expected: Expectation, digests: dict[str, str]) -> None:
        found = digests[expected.algorithm]
        if found != expected.digest and not self.fast:
            self.report.add(
                expected.code,
                f"{expected.algorithm} is {found[:16]}…, but {expected.source} says {expected.digest[:16]}…",
                path,
            )
