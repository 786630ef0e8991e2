"""Write files and hash them as they are written: no file is read again to know its checksum.

Bytes come in; files under one root go out, with size and digests of each. Files that lie under the root already are
taken in with one reading of each.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, Protocol

from pipeline.findings import UnusableError
from pipeline.names import fault

BLOCK = 1 << 18
"""Octets read, hashed and written at a time: they stay in the cache of a core for the next algorithm."""

LARGE = 1 << 20
"""Octets from which hashing a file is worth a thread; for less, threads wait for each other."""

_READ = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


class Hash(Protocol):
    """What this module needs of a hashlib object."""

    def update(self, data: bytes, /) -> None:
        """Take in bytes."""

    def hexdigest(self) -> str:
        """Return the digest in hexadecimal."""


class Written(NamedTuple):
    """A file as written: its path below the root with `/`, its size in octets, its digests by algorithm."""

    path: str
    octets: int
    digests: dict[str, str]


def _hashes(algorithms: Iterable[str], data: bytes = b"") -> dict[str, Hash]:
    return {a: hashlib.new(a, data, usedforsecurity=False) for a in algorithms}


def _digests(hashes: dict[str, Hash]) -> dict[str, str]:
    return {algorithm: digest.hexdigest() for algorithm, digest in hashes.items()}


def _write_all(handle: int, data: bytes) -> None:
    done = os.write(handle, data)
    while done < len(data):  # a full disk or a signal may cut a write short
        done += os.write(handle, memoryview(data)[done:])


class HashedFile:
    """A binary file that is hashed while it is written, in blocks."""

    def __init__(self, handle: int, algorithms: Iterable[str]) -> None:
        self._handle = handle
        self._hashes = _hashes(algorithms)
        self._waiting = bytearray()
        self._octets = 0

    def write(self, data: bytes) -> None:
        """Write and hash."""
        if len(data) >= BLOCK:
            self._flush()
            self._put(data)
            return
        self._waiting += data
        if len(self._waiting) >= BLOCK:
            self._flush()

    def finish(self, path: str) -> Written:
        """Write what is left, and tell what the file has become."""
        self._flush()
        return Written(path, self._octets, _digests(self._hashes))

    def _flush(self) -> None:
        self._put(bytes(self._waiting))
        self._waiting.clear()

    def _put(self, data: bytes) -> None:
        self._octets += len(data)
        for digest in self._hashes.values():
            digest.update(data)
        _write_all(self._handle, data)


@dataclass
class Folder:
    """A folder that is being filled; `written` lists its files in the order they were finished."""

    root: Path
    algorithms: tuple[str, ...]
    written: dict[str, Written] = field(default_factory=dict)
    _made: set[str] = field(default_factory=set, init=False, repr=False)

    @contextmanager
    def open(self, path: str) -> Iterator[HashedFile]:
        """Open a new file for writing.

        Raises:
            FileExistsError: the path was written before.
        """
        handle = self._create(path)
        try:
            hashed = HashedFile(handle, self.algorithms)
            yield hashed
            self.written[path] = hashed.finish(path)
        finally:
            os.close(handle)

    def write(self, path: str, data: bytes) -> None:
        """Write a whole file.

        Raises:
            FileExistsError: the path was written before.
        """
        handle = self._create(path)
        try:
            _write_all(handle, data)
        finally:
            os.close(handle)
        self.written[path] = Written(path, len(data), _digests(_hashes(self.algorithms, data)))

    def adopt(self, jobs: int = 1) -> None:
        """Take in the files that lie in the folder and were not written here; each is read once.

        Args:
            jobs: threads; more than one serve files of a megabyte and more, in which hashing takes longest.

        Raises:
            UnusableError: there is a link or special file, or a name that validators would not agree on.
            OSError: the folder or a file cannot be read.
        """
        small: list[str] = []
        large: list[str] = []
        for path, item in _walk(self.root):
            if path not in self.written:
                (large if jobs > 1 and item.stat().st_size >= LARGE else small).append(path)
        for path in small:
            self.written[path] = self._hash(path)
        if large:
            with ThreadPoolExecutor(jobs) as threads:
                self.written.update(zip(large, threads.map(self._hash, large), strict=True))

    def _create(self, path: str) -> int:
        folder = path.rpartition("/")[0]
        if folder not in self._made:
            (self.root / folder).mkdir(parents=True, exist_ok=True)
            self._made.add(folder)
        return os.open(f"{self.root}/{path}", _CREATE, 0o666)

    def _hash(self, path: str) -> Written:
        handle = os.open(f"{self.root}/{path}", _READ)
        try:
            block = os.read(handle, BLOCK)
            hashes = _hashes(self.algorithms, block)
            octets = len(block)
            while block := os.read(handle, BLOCK):
                octets += len(block)
                for digest in hashes.values():
                    digest.update(block)
        finally:
            os.close(handle)
        return Written(path, octets, _digests(hashes))


def copy_file(source: str | Path, target: str | Path) -> None:
    """Copy a file whose digests are known; in less time than `shutil` takes for a small one.

    Raises:
        FileExistsError: the target is there.
    """
    old = os.open(source, _READ)
    try:
        new = os.open(target, _CREATE, 0o666)
        try:
            while block := os.read(old, BLOCK):
                _write_all(new, block)
        finally:
            os.close(new)
    finally:
        os.close(old)


def _walk(root: Path) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Yield the path below the root, and the entry, of each file."""
    waiting = [""]
    while waiting:
        folder = waiting.pop()
        with os.scandir(f"{root}/{folder}") as found:
            for item in found:
                path = f"{folder}{item.name}"
                if reason := fault(item.name):
                    raise UnusableError(f"{path!r} cannot go into a bag: the name {reason}")
                if item.is_file(follow_symlinks=False):
                    yield path, item
                elif item.is_dir(follow_symlinks=False):
                    waiting.append(f"{path}/")
                else:
                    raise UnusableError(f"{path!r} cannot go into a bag: it is a link or a special file")
