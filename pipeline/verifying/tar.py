"""Lists the members of a tar archive from a stream, without unpacking it and without trusting it.

Reads POSIX ustar and pax (IEEE Std 1003.1, pax, "ustar Interchange Format") and the long names of GNU tar.
`tarfile` would not do: where a header is damaged or missing it ends the list without a word, and it holds extended
headers of any declared size in memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Literal

RECORD = 512
HEADER_LIMIT = 1 << 20
"""Octets an extended header may have; names are far shorter."""

_ZERO = bytes(RECORD)
_KINDS: dict[bytes, Literal["file", "folder"]] = {b"0": "file", b"\0": "file", b"7": "file", b"5": "folder"}
_WITHOUT_CONTENT = (b"1", b"2", b"3", b"4", b"5", b"6")  # links, devices and folders, whatever size they give
_SIZE_DIGITS = 20  # 2**64 has as many


class TarDamagedError(Exception):
    """The archive breaks off or is no tar from here on."""


@dataclass(frozen=True, slots=True)
class Member:
    """A member: its name as stored, octets, the offset of its content in the stream, and what it is."""

    name: str
    size: int
    offset: int
    kind: Literal["file", "folder", "other"]


def is_header(block: bytes) -> bool:
    """Tell whether 512 octets are a tar header, by its checksum."""
    if len(block) != RECORD or block == _ZERO:
        return False
    try:
        return _number(block[148:156]) == sum(block[:148]) + sum(block[156:]) + 8 * 32
    except TarDamagedError:
        return False


def members(stream: BinaryIO, skip: Callable[[int], None]) -> Iterator[Member]:
    """Yield the members in their order.

    Args:
        stream: at the first header.
        skip: moves the stream to an offset further on; may refuse by raising.

    Raises:
        TarDamagedError: the archive is cut off, or something that is no header stands where one must be.
    """
    extended: dict[str, str] = {}
    while True:
        block = stream.read(RECORD)
        if block == _ZERO:
            return
        if not is_header(block):
            reason = "is cut off" if len(block) < RECORD else "is damaged: no header where one must be"
            raise TarDamagedError(f"the archive {reason} (octet {stream.tell()})")
        size = _number(block[124:136])
        start = stream.tell()
        kind = block[156:157]
        if kind in (b"x", b"g", b"L", b"K"):
            content = _extension(stream, size)
            if kind == b"x":
                extended |= _pax(content)
            elif kind == b"L":
                extended["path"] = _text(content.split(b"\0", 1)[0])
        else:
            member = _member(block, size, start, extended)
            extended = {}
            size = member.size
            yield member
        skip(start + -(-size // RECORD) * RECORD)


def _member(block: bytes, size: int, start: int, extended: dict[str, str]) -> Member:
    kind: Literal["file", "folder", "other"] = _KINDS.get(block[156:157], "other")
    if any(key.startswith("GNU.sparse") for key in extended):
        kind = "other"
    name = _text(block[:100].split(b"\0", 1)[0])
    prefix = block[345:500].split(b"\0", 1)[0] if block[257:263] == b"ustar\0" else b""
    name = extended.get("path", f"{_text(prefix)}/{name}" if prefix else name)
    if kind == "file" and name.endswith("/"):
        kind = "folder"  # how a folder was written before ustar
    if "size" in extended:
        digits = extended["size"]
        if not (digits.isascii() and digits.isdigit() and len(digits) <= _SIZE_DIGITS):
            raise TarDamagedError("an extended header gives a size that is no number")
        size = int(digits)
    without_content = kind == "folder" or block[156:157] in _WITHOUT_CONTENT
    return Member(name, 0 if without_content else size, start, kind)


def _extension(stream: BinaryIO, size: int) -> bytes:
    if size > HEADER_LIMIT:
        raise TarDamagedError(f"an extended header has {size} octets")
    content = stream.read(size)
    if len(content) < size:
        raise TarDamagedError("the archive is cut off within an extended header")
    return content


def _pax(content: bytes) -> dict[str, str]:
    """Read records `LENGTH KEY=VALUE LF`, where the length counts the whole record."""
    records: dict[str, str] = {}
    at = 0
    while at < len(content) and content[at] != 0:
        length, space, _ = content[at : at + _SIZE_DIGITS + 1].partition(b" ")
        if not space or not length.isdigit():
            raise TarDamagedError("an extended header is damaged")
        end = at + int(length)
        key, equals, value = content[at + len(length) + 1 : end].partition(b"=")
        if end > len(content) or not equals or not value.endswith(b"\n"):
            raise TarDamagedError("an extended header is damaged")
        records[_text(key)] = _text(value[:-1])
        at = end
    return records


def _number(field: bytes) -> int:
    """Read a number field: octal digits, or base 256 where the first bit is set (GNU tar)."""
    if field[0] & 0x80:
        return int.from_bytes(field[1:], "big")
    digits = field.split(b"\0", 1)[0].strip(b" ")
    if digits.strip(b"01234567"):
        raise TarDamagedError("a header holds a number that is not octal")
    return int(digits or b"0", 8)


def _text(name: bytes) -> str:
    return name.decode("utf-8", "surrogateescape")
