"""Streams over blocks of octets, and the hashes of what flows through them."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterable, Iterator
from functools import cache, partial
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from hashlib import _Hash as HASH

    from _typeshed import WriteableBuffer

BLOCK = 1 << 19
"""Octets read at a time."""


class UnreadableError(Exception):
    """A file cannot be read to its end; says with which code it is reported."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Blocks(io.RawIOBase):
    """A stream over blocks that are made while it is read; `seen` is called with each of them."""

    def __init__(self, blocks: Iterable[bytes], seen: Callable[[bytes], None] | None = None) -> None:
        super().__init__()
        self._blocks: Iterator[bytes] = iter(blocks)
        self._rest = memoryview(b"")
        self._seen = seen

    def readable(self) -> bool:
        """Say that this stream can be read."""
        return True

    def blocks(self) -> Iterator[bytes]:
        """Yield the rest as it comes, which spares copies."""
        if self._rest:
            rest, self._rest = bytes(self._rest), memoryview(b"")
            yield rest
        for block in self._blocks:
            if self._seen:
                self._seen(block)
            yield block

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Fill the buffer with what comes next; 0 at the end.

        Raises:
            UnreadableError: the source cannot be read on.
        """
        while not self._rest:
            block = next(self._blocks, None)
            if block is None:
                return 0
            if self._seen:
                self._seen(block)
            self._rest = memoryview(block)
        view = memoryview(buffer).cast("B")
        count = min(len(view), len(self._rest))
        view[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count


def blocks_of(stream: BinaryIO) -> Iterator[bytes]:
    """Yield the rest of a stream in blocks."""
    if isinstance(stream, Blocks):
        yield from stream.blocks()
    while block := stream.read(BLOCK):
        yield block


@cache
def algorithms() -> dict[str, str]:
    """Return the algorithms that can be checked: name in lower-case letters and digits (RFC 8493, 2.4) to hashlib's."""
    known: dict[str, str] = {}
    for name in sorted(hashlib.algorithms_available):
        try:
            usable = hashlib.new(name, usedforsecurity=False).digest_size > 0
        except ValueError:  # listed by OpenSSL, but switched off
            continue
        if usable and "-" not in name:  # a hyphen joins two algorithms
            known[normalised(name)] = name
    return known


@cache
def hasher(algorithm: str) -> Callable[..., HASH]:
    """Return what makes a hash of one of hashlib's algorithms, which takes octets and `usedforsecurity`.

    Most have a function of their own, which is faster than `hashlib.new`.
    """
    own: Callable[..., HASH] | None = getattr(hashlib, algorithm, None)
    return own or partial(hashlib.new, algorithm)


def normalised(algorithm: str) -> str:
    """Return an algorithm's name as RFC 8493 section 2.4 wants it: lower case, letters and digits only."""
    return "".join(c for c in algorithm.lower() if c.isascii() and c.isalnum())


@cache
def digest_length(algorithm: str) -> int:
    """Return the number of hexadecimal digits of a checksum of one of hashlib's algorithms."""
    return 2 * hashlib.new(algorithm, usedforsecurity=False).digest_size
