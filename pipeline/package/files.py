"""Write files and hash them as they are written: no file is read again to know its checksum.

Bytes come in; files under one root go out, with size and digests of each.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Protocol


class Hash(Protocol):
    """What this module needs of a hashlib object."""

    def update(self, data: bytes, /) -> None:
        """Take in bytes."""

    def hexdigest(self) -> str:
        """Return the digest in hexadecimal."""


@dataclass(frozen=True, slots=True)
class Written:
    """A file as written: its path below the root with `/`, its size in octets, its digests by algorithm."""

    path: str
    octets: int
    digests: dict[str, str]


class HashedFile:
    """A binary file that is hashed while it is written."""

    def __init__(self, stream: BinaryIO, algorithms: Iterable[str]) -> None:
        self._stream = stream
        self._hashes: dict[str, Hash] = {a: hashlib.new(a, usedforsecurity=False) for a in algorithms}
        self.octets = 0

    def write(self, data: bytes) -> None:
        """Write and hash."""
        self._stream.write(data)
        for digest in self._hashes.values():
            digest.update(data)
        self.octets += len(data)

    def digests(self) -> dict[str, str]:
        """Return the digests of what was written so far, in hexadecimal."""
        return {algorithm: digest.hexdigest() for algorithm, digest in self._hashes.items()}


@dataclass
class Folder:
    """A folder that is being filled; `written` lists its files in the order they were finished."""

    root: Path
    algorithms: tuple[str, ...]
    written: dict[str, Written] = field(default_factory=dict)

    @contextmanager
    def open(self, path: str) -> Iterator[HashedFile]:
        """Open a new file for writing.

        Raises:
            FileExistsError: the path was written before.
        """
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as stream:
            hashed = HashedFile(stream, self.algorithms)
            yield hashed
            stream.flush()
            os.fsync(stream.fileno())
        self.written[path] = Written(path, hashed.octets, hashed.digests())

    def write(self, path: str, data: bytes) -> None:
        """Write a whole file."""
        with self.open(path) as stream:
            stream.write(data)
