"""Lists a zip, a tar or a tgz as a container, and reads its members with limits.

The zip's directory is read by `zipfile`; its members are inflated here, because what a member turns into must be
held against what the directory says of it. The tar is read by `pipeline.verifying.tar`.
"""

from __future__ import annotations

import gzip
import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO, cast

from pipeline.verifying import tar
from pipeline.verifying.container import MAX_ENTRIES, Container, Entry, OverfullError
from pipeline.verifying.report import Report
from pipeline.verifying.streams import BLOCK, Blocks, UnreadableError

MAX_RATIO = 200
"""Octets that one octet of an archive may become; text becomes about 10, tables of repeats about 50."""

SMALL = 100 << 20
"""Octets below which the ratio does not matter."""

MAX_DIRECTORY = 1 << 27
"""Octets that the directory of a zip may have; that of a million files with names of 80 letters has them."""

_END_RECORD = 22
_END_RECORD_64 = 56
_LOCATOR_64 = 20
_END_MARK = b"PK\5\6"
_COMMENT_LIMIT = 1 << 16
_MOST = 0xFFFF
_LOCAL_HEADER = struct.Struct("<4s2xHH4xLLLHH")
_ENCRYPTED = 0x2041  # weakly, strongly, and with its header
_PATCHED = 0x20
_LATER = 0x8  # sizes and CRC stand behind the content
_UTF8 = 0x800
_ELSEWHERE = 0xFFFFFFFF  # in the extra field, as ZIP64 has it
_BROKEN_ZIP = (zipfile.BadZipFile, ValueError, NotImplementedError, OverflowError, EOFError, OSError, struct.error)


def sniff(stream: BinaryIO) -> str | None:
    """Tell what an archive is by its content: `zip`, `tgz`, `tar`, or None.

    Args:
        stream: seekable, anywhere; is left at the start.
    """
    stream.seek(0)
    head = stream.read(tar.RECORD)
    kind = None
    if head[:4] in (b"PK\3\4", b"PK\5\6"):
        kind = "zip"
    elif head[:3] == b"\x1f\x8b\x08":
        kind = "tgz"
    elif tar.is_header(head) or head[257:262] == b"ustar":
        kind = "tar"
    elif _end_of_zip(stream) is not None:
        kind = "zip"  # with something before it
    stream.seek(0)
    return kind


def list_archive(name: str, kind: str, stream: BinaryIO, report: Report) -> Container:
    """List an archive as a container whose entries read from `stream`.

    Args:
        name: the archive's file name.
        kind: what `sniff` said.
        stream: seekable, at the start; must stay open while the container is used.
        report: takes the findings. What makes the archive unusable as a whole is a finding, too.
    """
    container = Container(name)
    try:
        if kind == "zip":
            _list_zip(container, stream, report)
        else:
            _list_tar(container, stream, report, packed=kind == "tgz")
    except UnreadableError as error:
        report.add(error.code, str(error), name)
        container.usable = False
    except OverfullError:
        report.add("F107", f"the archive holds more than {MAX_ENTRIES} files and folders", name)
        container.usable = False
    container.finish(report)
    return container


def bomb(octets: int, packed: int) -> bool:
    """Tell whether so many octets from so many packed ones are more than anything honest becomes."""
    return octets > SMALL and octets > MAX_RATIO * max(packed, 1)


# ---- zip


def _list_zip(container: Container, stream: BinaryIO, report: Report) -> None:
    if _directory_size(stream) > MAX_DIRECTORY:
        raise OverfullError
    try:
        directory = zipfile.ZipFile(stream).infolist()
    except _BROKEN_ZIP as error:
        raise UnreadableError("F101", f"the zip archive is damaged: {error}") from error
    if len(directory) > MAX_ENTRIES:
        raise OverfullError
    size = stream.seek(0, os.SEEK_END)
    total = sum(info.file_size for info in directory)
    if bomb(total, size) or any(bomb(info.file_size, info.compress_size) for info in directory):
        raise UnreadableError("F106", f"the archive has {size} octets and would become {total}")
    _check_bounds(container, _end_of_zip(stream), size, report)
    if _entries_told(stream) not in (len(directory) & _MOST, _MOST):
        raise UnreadableError("F101", "the directory of the zip archive does not have the entries that its end tells")
    directory.sort(key=lambda info: info.header_offset)
    if directory and directory[0].header_offset > 0:
        raise UnreadableError("F101", f"{directory[0].header_offset} octets stand before the start of the zip archive")
    ends = [info.header_offset for info in directory[1:]]
    for info, end in zip(directory, [*ends, size], strict=False):
        if info.header_offset + _LOCAL_HEADER.size + info.compress_size > end:
            raise UnreadableError("F101", "members of the zip archive overlap")
        _add_zip_member(container, stream, info, end, report)


def _end_of_zip(stream: BinaryIO) -> int | None:
    """Return the offset where a zip says that it ends: behind its end record, or None."""
    found = _end_record(stream)
    return None if found is None else found[0] + _END_RECORD + int.from_bytes(found[1][-2:], "little")


def _entries_told(stream: BinaryIO) -> int | None:
    """Return how many entries the end record tells, modulo 65,536 or, with ZIP64, 65,535; None without a record."""
    found = _end_record(stream)
    return None if found is None else int.from_bytes(found[1][10:12], "little")


def _directory_size(stream: BinaryIO) -> int:
    """Return the octets of the directory, which `zipfile` holds in memory; 0 without an end record."""
    found = _end_record(stream)
    if found is None:
        return 0
    size = int.from_bytes(found[1][12:16], "little")
    if size == _ELSEWHERE:  # in the record of ZIP64, which stands with its locator before this one
        stream.seek(max(0, found[0] - _LOCATOR_64 - _END_RECORD_64))
        size = int.from_bytes(stream.read(_END_RECORD_64)[40:48], "little")
    return size


def _end_record(stream: BinaryIO) -> tuple[int, bytes] | None:
    """Return offset and octets of the end record of a zip, found as `zipfile` finds it, or None."""
    size = stream.seek(0, os.SEEK_END)
    start = stream.seek(max(0, size - _COMMENT_LIMIT - _END_RECORD))
    tail = stream.read(size - start)
    without_comment = tail[-_END_RECORD:].startswith(_END_MARK) and tail.endswith(b"\0\0")
    at = len(tail) - _END_RECORD if without_comment else tail.rfind(_END_MARK)
    if at < 0 or at + _END_RECORD > len(tail):
        return None
    return start + at, tail[at : at + _END_RECORD]


def _check_bounds(container: Container, end: int | None, size: int, report: Report) -> None:
    if end is None or end > size:
        raise UnreadableError("F101", "the zip archive is cut off")
    if end < size:
        report.add("F111", f"{size - end} octets stand after the end of the zip archive", container.name)


def _add_zip_member(container: Container, stream: BinaryIO, info: zipfile.ZipInfo, end: int, report: Report) -> None:
    name = info.orig_filename
    mode = stat.S_IFMT(info.external_attr >> 16)
    kind = "folder" if name.endswith("/") else "file" if mode in (0, stat.S_IFREG) else "other"
    if info.flag_bits & _ENCRYPTED:
        report.add("F108", "the member is encrypted", name)
        return

    def opened() -> BinaryIO:
        return cast("BinaryIO", Blocks(_inflated(stream, info, end)))

    container.add(name, kind, Entry(info.file_size, info.header_offset, opened), report)


def _inflated(stream: BinaryIO, info: zipfile.ZipInfo, end: int) -> Iterator[bytes]:
    """Yield the content of a member, which ends before `end`, held against its size and its CRC in the directory."""
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) or info.flag_bits & _PATCHED:
        raise UnreadableError(
            "F102", f"the member is compressed by method {info.compress_type}, not stored or deflated"
        )
    _to_content(stream, info, end)
    raw = _packed(stream, info.compress_size)
    size = crc = 0
    try:
        for chunk in raw if info.compress_type == zipfile.ZIP_STORED else _deflated(raw):
            size += len(chunk)
            if size > info.file_size:
                raise UnreadableError("F106", f"the member becomes more than the {info.file_size} octets it declares")
            crc = zlib.crc32(chunk, crc)
            yield chunk
    except zlib.error as error:
        raise UnreadableError("F101", f"the member is damaged: {error}") from error
    if size != info.file_size or crc != info.CRC:
        raise UnreadableError("F101", "the member is damaged: its size or its CRC differs from the directory")


def _to_content(stream: BinaryIO, info: zipfile.ZipInfo, end: int) -> None:
    """Read the header of a member, which some programs go by, and hold it against the directory, as others do."""
    stream.seek(info.header_offset)
    header = stream.read(_LOCAL_HEADER.size)
    if len(header) < _LOCAL_HEADER.size or header[:4] != b"PK\3\4":
        raise UnreadableError("F101", "the member has no header where the directory says")
    _, flags, method, crc, packed, size, name_length, extra_length = _LOCAL_HEADER.unpack(header)
    name = stream.read(name_length)
    if name != info.orig_filename.encode("utf-8" if info.flag_bits & _UTF8 else "cp437"):
        raise UnreadableError("F101", "the member's header and the directory give different names")
    facts = [(flags, info.flag_bits), (method, info.compress_type)]
    if not flags & _LATER:
        facts += [(crc, info.CRC), (packed, info.compress_size), (size, info.file_size)]
    if any(told not in (_ELSEWHERE, known) for told, known in facts):
        raise UnreadableError("F101", "the member's header and the directory differ")
    if stream.seek(extra_length, os.SEEK_CUR) + info.compress_size > end:
        raise UnreadableError("F101", "the member runs into the next one")


def _packed(stream: BinaryIO, size: int) -> Iterator[bytes]:
    while size > 0:
        block = stream.read(min(BLOCK, size))
        if not block:
            raise UnreadableError("F101", "the archive is cut off within this member")
        size -= len(block)
        yield block


def _deflated(raw: Iterator[bytes]) -> Iterator[bytes]:
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    for block in raw:
        if inflater.eof or inflater.unused_data:
            raise UnreadableError("F101", "the member holds more than its content")
        waiting = block
        while chunk := inflater.decompress(waiting, BLOCK):
            yield chunk
            waiting = inflater.unconsumed_tail
    if not inflater.eof:
        raise UnreadableError("F101", "the member is damaged: its content breaks off")
    if inflater.unused_data:
        raise UnreadableError("F101", "the member holds more than its content")


# ---- tar and tgz


def _list_tar(container: Container, stream: BinaryIO, report: Report, *, packed: bool) -> None:
    size = stream.seek(0, os.SEEK_END)
    stream.seek(0)
    source = cast("BinaryIO", gzip.GzipFile(fileobj=stream, mode="rb")) if packed else stream

    def skip(offset: int) -> None:
        if packed and not _inflate_to(offset, source, size):
            raise UnreadableError("F101", "the tar archive is cut off")
        if not packed:
            if offset > size:
                raise UnreadableError("F101", "the tar archive is cut off")
            stream.seek(offset)

    try:
        for member in tar.members(source, skip):
            container.add(member.name, member.kind, _tar_entry(source, member), report)
        if _something_follows(source, size):  # reads on to the checksum of gzip, which stands at the end
            report.add("F111", "something other than zeros stands after the end of the tar archive", container.name)
    except (tar.TarDamagedError, OSError, EOFError, zlib.error) as error:
        raise UnreadableError("F101", f"the archive is damaged: {error}") from error


def _inflate_to(offset: int, source: BinaryIO, packed: int) -> bool:
    """Read on up to an offset; tell whether it was reached."""
    while (left := offset - source.tell()) > 0:
        if not _next_block(source, packed, left):
            return False
    return True


def _something_follows(source: BinaryIO, packed: int) -> bool:
    """Read on to the end; tell whether there is anything but the zeros that fill the last record of a tar."""
    found = False
    while block := _next_block(source, packed, BLOCK):
        found = found or bool(block.strip(b"\0"))
    return found


def _next_block(source: BinaryIO, packed: int, most: int) -> bytes:
    if bomb(source.tell(), packed):
        raise UnreadableError("F106", f"the archive has {packed} octets and becomes more than {source.tell()}")
    return source.read(min(BLOCK, most))


def _tar_entry(source: BinaryIO, member: tar.Member) -> Entry:
    def opened() -> BinaryIO:
        return cast("BinaryIO", Blocks(_range(source, member)))

    return Entry(member.size, member.offset, opened)


def _range(source: BinaryIO, member: tar.Member) -> Iterator[bytes]:
    try:
        source.seek(member.offset)
        yield from _packed(source, member.size)
    except (OSError, EOFError, zlib.error) as error:
        raise UnreadableError("F101", f"the archive is damaged: {error}") from error
