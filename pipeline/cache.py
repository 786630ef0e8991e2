"""Keep what was read of a source, so that an unchanged source is not read twice.

A key and octets come in, and go out again as long as the cache is there. A key stands for the content of a source, for
all that its reading depends on, and for the reader itself; an entry carries a checksum of its own. So a cache can be
deleted, damaged or shared without changing any result.
"""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from secrets import token_hex
from typing import BinaryIO

LARGEST = 1 << 31
"""Octets that a cache may hold, some hundred volumes; the entries longest unused go first. To compress them would take
longer than to write them."""
CHECK = 32
"""Octets of the checksum that an entry begins with."""
_ENOUGH = 0.8
"""Share of `LARGEST` that is left by pruning, so that it is not done at every turn."""
_READS_WITH = ("lxml", "pydantic")
"""Distributions on which the reading of a source depends."""


def default_folder() -> Path | None:
    """Return where the cache of a user lies (XDG Base Directory Specification: XDG_CACHE_HOME); None without a home."""
    home = Path(os.environ.get("XDG_CACHE_HOME", ""))
    try:
        return (home if home.is_absolute() else Path("~/.cache").expanduser()) / "frus-package"
    except RuntimeError:
        return None


@cache
def reader_version() -> str:
    """Return a digest of all code and data of this distribution, and what it runs on: another reader has another."""
    releases = (platform.python_version(), *(f"{name} {version(name)}" for name in _READS_WITH))
    digest = hashlib.sha256("\0".join(releases).encode())
    for path, item in _walk(files("pipeline"), ""):
        content = item.read_bytes()
        digest.update(f"{path}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


def _walk(folder: Traversable, prefix: str) -> list[tuple[str, Traversable]]:
    found: list[tuple[str, Traversable]] = []
    for item in sorted(folder.iterdir(), key=lambda i: i.name):
        path = f"{prefix}{item.name}"
        if item.is_dir():
            found += [] if item.name == "__pycache__" else _walk(item, f"{path}/")
        elif not item.name.endswith(".pyc"):
            found.append((path, item))
    return found


class Cache:
    """A folder of entries; None is none at all. Nothing that goes wrong with it is told: it is only lost time.

    With `keep` false it is read only.
    """

    def __init__(self, folder: Path | None, *, keep: bool = True) -> None:
        self.folder = folder
        self.keep = keep

    def key(self, *parts: str) -> str:
        """Return the key of what is read from these parts by this reader."""
        text = "\0".join(f"{len(part)}:{part}" for part in (reader_version(), *parts))
        return hashlib.sha256(text.encode()).hexdigest()

    def holds(self, key: str) -> bool:
        """Tell whether there is an entry; it may yet be damaged."""
        return self.folder is not None and self._path(self.folder, key).is_file()

    def get(self, key: str) -> bytes | None:
        """Return what was kept under a key, None where nothing was or it is damaged."""
        if self.folder is None:
            return None
        path = self._path(self.folder, key)
        try:
            data = path.read_bytes()
        except OSError:
            return None
        content = data[CHECK:]
        if _checksum(key, [content]) != data[:CHECK]:
            return None
        if self.keep:
            with suppress(OSError):
                os.utime(path)
        return content

    def put(self, key: str, content: bytes) -> None:
        """Keep octets under a key; an entry is there whole or not at all."""
        self._enter(key, lambda new: write(key, [content], new))

    def put_file(self, key: str, file: Path) -> None:
        """Keep a file that `write` made and that is needed no more: on one file system it is not written again."""
        self._enter(key, lambda new: _link(file, new))

    def _enter(self, key: str, make: Callable[[Path], None]) -> None:
        if self.folder is None or not self.keep:
            return
        path = self._path(self.folder, key)
        with suppress(OSError):
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            new = path.with_name(f"{path.name}-{token_hex(8)}")  # others may use the cache, too
            try:
                make(new)
                new.replace(path)
            finally:
                new.unlink(missing_ok=True)

    @staticmethod
    def _path(folder: Path, key: str) -> Path:
        return folder / key[:2] / key[2:]

    def prune(self, largest: int = LARGEST) -> None:
        """Remove the entries longest unused where the cache has grown too large."""
        if self.folder is None or not self.keep:
            return
        with suppress(OSError):
            found = [(p.stat(), p) for p in self.folder.glob("??/*")]
            entries = [(state.st_mtime, state.st_size, path) for state, path in found]
            size = sum(octets for _, octets, _ in entries)
            if size <= largest:
                return
            for _, octets, path in sorted(entries):
                path.unlink(missing_ok=True)
                size -= octets
                if size <= largest * _ENOUGH:
                    break


def write(key: str, pieces: Sequence[bytes], file: Path) -> None:
    """Make a new file as an entry of a cache is, for this user alone: what is kept comes behind `CHECK` octets.

    It is there whole or not at all.
    """
    part = file.with_name(f"{file.name}.part")
    with _private(part) as stream:
        stream.write(_checksum(key, pieces))
        stream.writelines(pieces)
    part.rename(file)


def _private(file: Path) -> BinaryIO:
    """Open a new file for writing that is this user's alone."""
    return os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600), "wb")


def _checksum(key: str, pieces: Sequence[bytes]) -> bytes:
    digest = hashlib.sha256(key.encode())
    for piece in pieces:
        digest.update(piece)
    return digest.digest()


def _link(file: Path, new: Path) -> None:
    """Let a new file be the same as another; a copy, where they lie on two file systems, or on one without links."""
    try:
        os.link(file, new)
    except OSError:
        with file.open("rb") as stream, _private(new) as copy:
            shutil.copyfileobj(stream, copy)
