"""Serialise a bag: a folder comes in, a zip, tar or tgz goes out with the same bytes wherever it is made.

Order, times, owners and modes of entries are fixed. Nothing is compressed: the output of a compressor differs between
its builds, and a checksum of the archive should hold in twenty years.
"""

from __future__ import annotations

import datetime
import os
import shutil
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Literal, cast

Serialisation = Literal["zip", "tar", "tgz"]

_FILE_MODE = 0o100644
_FIRST_ZIP_DAY, _LAST_ZIP_DAY = datetime.date(1980, 1, 1), datetime.date(2107, 12, 31)
_STORED_BLOCK = 0xFFFF
_GZIP_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"


def archive_name(name: str, serialisation: Serialisation) -> str:
    """Return the file name of a serialised bag; its one top folder is `name` (RFC 8493, 4.2)."""
    return f"{name}.{serialisation}"


def write_archive(folder: Path, target: Path, serialisation: Serialisation, date: datetime.date) -> None:
    """Write every file under a folder into an archive whose one top folder has the folder's name.

    Args:
        folder: the bag.
        target: the archive, which must not exist.
        serialisation: zip, tar or tgz.
        date: the time of every entry; a zip holds none before 1980 or after 2107.
    """
    with target.open("xb") as stream:
        if serialisation == "zip":
            _write_zip(folder, stream, date)
        elif serialisation == "tar":
            _write_tar(folder, stream, date)
        else:
            gzip = _StoredGzip(stream)
            _write_tar(folder, gzip, date)
            gzip.finish()


def _files(folder: Path) -> Iterator[tuple[str, int, BinaryIO]]:
    """Yield the name in the archive, the octets and the open stream of each file, sorted by name."""
    found = []
    for parent, _, files in os.walk(folder):
        inside = Path(folder.name, Path(parent).relative_to(folder)).as_posix()
        found += [(f"{inside}/{name}", f"{parent}/{name}") for name in files]
    for name, path in sorted(found):
        with open(path, "rb", buffering=0) as source:  # noqa: PTH123 - there may be many thousands
            yield name, os.fstat(source.fileno()).st_size, cast("BinaryIO", source)


def _write_zip(folder: Path, stream: BinaryIO, date: datetime.date) -> None:
    day = min(max(date, _FIRST_ZIP_DAY), _LAST_ZIP_DAY)
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for name, size, source in _files(folder):
            info = zipfile.ZipInfo(name, (day.year, day.month, day.day, 0, 0, 0))
            info.create_system = 3  # Unix, whatever made it: the modes below are of that system
            info.external_attr = _FILE_MODE << 16
            info.file_size = size
            with archive.open(info, "w") as target:
                shutil.copyfileobj(source, target, 1 << 20)


class _StoredGzip:
    """A gzip stream (RFC 1952) of stored blocks (RFC 1951, 3.2.4), by hand so that no zlib decides the bytes."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._pending = bytearray()
        self._crc = self._size = 0
        stream.write(_GZIP_HEADER)

    def tell(self) -> int:
        """Return how much was written, before the gzip."""
        return self._size

    def write(self, data: bytes) -> int:
        """Write what is to be stored."""
        self._crc = zlib.crc32(data, self._crc)
        self._size += len(data)
        self._pending += data
        while len(self._pending) > _STORED_BLOCK:
            self._block(bytes(self._pending[:_STORED_BLOCK]), last=False)
            del self._pending[:_STORED_BLOCK]
        return len(data)

    def _block(self, data: bytes, *, last: bool) -> None:
        self._stream.write(struct.pack("<BHH", last, len(data), len(data) ^ 0xFFFF) + data)

    def finish(self) -> None:
        """Write the last block, the checksum and the length."""
        self._block(bytes(self._pending), last=True)
        self._stream.write(struct.pack("<II", self._crc, self._size & 0xFFFFFFFF))


def _write_tar(folder: Path, stream: BinaryIO | _StoredGzip, date: datetime.date) -> None:
    # A time before 1970 would need a header of its own.
    seconds = max(0, int(datetime.datetime.combine(date, datetime.time(), datetime.UTC).timestamp()))
    with tarfile.TarFile(fileobj=cast("BinaryIO", stream), mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, size, source in _files(folder):
            info = tarfile.TarInfo(name)
            info.size = size
            info.mtime = seconds
            info.mode = _FILE_MODE & 0o777
            archive.addfile(info, source)
