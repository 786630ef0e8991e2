"""Folders and archives: what they hold is listed and read alike, and hostile ones are findings, not accidents."""

import contextlib
import gzip
import io
import os
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import bags
from bags import codes, put
from conftest import at_least
from pipeline.findings import UnusableError, rules
from pipeline.verifying import archive, container, verify
from pipeline.verifying.tar import TarDamagedError, members

Mutator = Callable[[Path, pytest.MonkeyPatch], Path]


def with_member(name: str, content: bytes = b"x", **attributes: int) -> bytes:
    """Return a zip of a valid bag with one more member."""
    buffer = io.BytesIO(bags.zipped(bags.bag()))
    with zipfile.ZipFile(buffer, "a") as more:
        info = zipfile.ZipInfo("placeholder")
        info.filename = name
        for key, value in attributes.items():
            setattr(info, key, value)
        more.writestr(info, content)
    return buffer.getvalue()


def tar_with(**attributes: object) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as made:
        member = tarfile.TarInfo("bag/x")
        for key, value in attributes.items():
            setattr(member, key, value)
        made.addfile(member)
    return buffer.getvalue()


def bomb(folder: Path, patch: pytest.MonkeyPatch) -> Path:
    patch.setattr(archive, "SMALL", 1 << 16)
    return put(folder, "bag.zip", bags.zipped(bags.bag({"data/zeros": bytes(1 << 20)})))


def too_many(folder: Path, patch: pytest.MonkeyPatch) -> Path:
    patch.setattr(container, "MAX_ENTRIES", 3)
    return bags.write(folder / "bag", bags.bag())


def unusual_compression(folder: Path, _: pytest.MonkeyPatch) -> Path:
    return put(folder, "bag.zip", bags.zipped(bags.bag(), compression=zipfile.ZIP_BZIP2))


def linked(folder: Path, _: pytest.MonkeyPatch) -> Path:
    bag = bags.write(folder / "bag", bags.bag())
    (bag / "data/passwd").symlink_to("/etc/passwd")
    return bag


def encrypted(folder: Path, _: pytest.MonkeyPatch) -> Path:
    content = bytearray(bags.zipped(bags.bag()))
    content[content.index(b"PK\1\2") + 8] |= 1
    return put(folder, "bag.zip", bytes(content))


MUTATIONS: dict[str, Mutator] = {
    "F101": lambda folder, _: put(folder, "bag.zip", bags.zipped(bags.bag())[:-30]),
    "F102": unusual_compression,
    "F103": linked,
    "F104": lambda folder, _: put(folder, "bag.zip", with_member("bag/../../evil")),
    "F105": lambda folder, _: put(folder, "bag.zip", with_member("bag/data")),
    "F106": bomb,
    "F107": too_many,
    "F108": encrypted,
    "F109": lambda folder, _: put(folder, "bag.zip", with_member("other/file")),
    "F110": lambda folder, _: put(folder, "renamed.zip", bags.zipped(bags.bag())),
    "F111": lambda folder, _: put(folder, "bag.zip", bags.zipped(bags.bag()) + b"more"),
}


def test_every_code_of_containers_has_a_mutation() -> None:
    assert set(MUTATIONS) == {code for code in rules() if code.startswith("F1")}


@pytest.mark.parametrize("code", MUTATIONS)
def test_mutation_is_found(code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    verdict = verify(MUTATIONS[code](tmp_path, monkeypatch))
    found = [f for f in verdict.findings if f.code == code]
    assert found
    assert all(f.file and f.message for f in found)
    assert verdict.valid == all(f.severity != "error" for f in verdict.findings)


@pytest.mark.parametrize("files", [bags.bag(), bags.bagged(bags.package())], ids=["bag", "package in a bag"])
def test_folder_and_archives_are_valid_and_alike(files: bags.Files, tmp_path: Path) -> None:
    made = [
        bags.write(tmp_path / "bag", files),
        put(tmp_path, "bag.zip", bags.zipped(files)),
        put(tmp_path, "bag.tar", bags.tarred(files)),
        put(tmp_path, "bag.tgz", bags.tarred(files, mode="w:gz")),
        put(tmp_path, "bag.tar.gz", bags.tarred(files, mode="w:gz")),
    ]
    octets = sum(map(len, files.values()))
    for path in made:
        verdict = verify(path)
        assert verdict.findings == ()
        assert verdict.valid
        assert (verdict.files, verdict.octets) == (len(files), octets)
        assert verdict.what == ("bag" if path.is_dir() else "serialised bag")


def test_package_in_an_archive(tmp_path: Path) -> None:
    for name, top in (("p.zip", ""), ("q.zip", "q")):
        verdict = verify(put(tmp_path, name, bags.zipped(bags.package(), top)))
        assert (verdict.what, verdict.findings) == ("data package", ())


@pytest.mark.parametrize("content", [b"", b"text", b"\x7fELF" + bytes(600)])
def test_what_is_no_archive_is_unusable(content: bytes, tmp_path: Path) -> None:
    with pytest.raises(UnusableError):
        verify(put(tmp_path, "bag.zip", content))


def test_what_is_nothing_is_unusable(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path, tmp_path / "absent", str(tmp_path / "nul\0"), tmp_path / "pipe"):
        with pytest.raises(UnusableError):
            verify(path)


def test_special_files_and_links_are_found_but_not_followed(tmp_path: Path) -> None:
    bag = bags.write(tmp_path / "bag", bags.bag())
    os.mkfifo(bag / "data/pipe")
    (bag / "data/loop").symlink_to("..")
    found = {f.file for f in verify(bag).findings if f.code == "F103"}
    assert found == {"data/pipe", "data/loop"}


@pytest.mark.parametrize(
    "name", ["/etc/passwd", "bag/../x", "C:/x", "bag\\x", "bag//x", "bag/./x", "bag/x\0.txt", "../bag"]
)
def test_unsafe_names(name: str, tmp_path: Path) -> None:
    assert "F104" in codes(put(tmp_path, "bag.zip", with_member(name)))


def test_zip_link_is_not_read(tmp_path: Path) -> None:
    assert "F103" in codes(put(tmp_path, "bag.zip", with_member("bag/l", external_attr=(stat.S_IFLNK | 0o777) << 16)))


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE])
def test_tar_links_and_devices(kind: bytes, tmp_path: Path) -> None:
    assert "F103" in codes(put(tmp_path, "bag.tar", tar_with(type=kind, linkname="/etc/passwd")))


def test_tar_names_of_any_length_and_letter(tmp_path: Path) -> None:
    names = ["data/" + "ü" * 80 + ".txt", "data/" + "/".join(["folder"] * 60) + "/end.txt"]
    files = bags.bag(dict.fromkeys(names, b"content"))
    for mode in (tarfile.PAX_FORMAT, tarfile.GNU_FORMAT):
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w", format=mode) as made:
            for path, content in files.items():
                member = tarfile.TarInfo(f"bag/{path}")
                member.size = len(content)
                made.addfile(member, io.BytesIO(content))
        assert verify(put(tmp_path, "bag.tar", buffer.getvalue())).findings == ()


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"GNU.sparse.major": "1"}, "F103"),
        ({"size": "12x"}, "F101"),
        ({"path": "../x"}, "F104"),
        ({"path": ""}, "F104"),
    ],
)
def test_extended_headers_of_tar(headers: dict[str, str], expected: str, tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as made:
        member = tarfile.TarInfo("bag/x")
        member.pax_headers = headers
        made.addfile(member)
    assert expected in codes(put(tmp_path, "bag.tar", buffer.getvalue()))


def test_long_names_take_no_time(tmp_path: Path) -> None:
    for name in ("./" * 400_000, "a/" * 400_000, "../" * 300_000):
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as made:
            made.addfile(tarfile.TarInfo(f"bag/{name}x"))
        assert not verify(put(tmp_path, "bag.tar", buffer.getvalue())).valid


def test_every_octet_of_a_member_is_protected(tmp_path: Path) -> None:
    payload = b"The Secretary said that the Ambassador had said it.\n"
    for name, content in (
        ("bag.zip", bags.zipped(bags.bag({"data/a.txt": payload}))),
        ("bag.tar", bags.tarred(bags.bag({"data/a.txt": payload}))),
    ):
        start = content.index(b"bag/data/a.txt") + (14 if name == "bag.zip" else 512)
        for at in range(start, start + 40):
            flipped = content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]
            assert not verify(put(tmp_path, name, flipped)).valid


def test_tar_that_is_cut_off_is_found_at_every_member(tmp_path: Path) -> None:
    content = bags.tarred(bags.bag())
    end = len(content.rstrip(b"\0"))
    for cut in range(512, end, 512):
        assert "F101" in codes(put(tmp_path, "bag.tar", content[:cut]))
    packed = gzip.compress(content)
    assert "F101" in codes(put(tmp_path, "bag.tgz", packed[:-6]))


def test_tar_bomb_stops_early(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "SMALL", 1 << 16)
    content = bags.tarred(bags.bag({"data/zeros": bytes(1 << 23)}), mode="w:gz")
    assert codes(put(tmp_path, "bag.tgz", content)) == {"F106"}


def test_zip_member_that_declares_less_than_it_becomes(tmp_path: Path) -> None:
    files = bags.bag({"data/a.txt": b"a" * 1000})
    content = bytearray(bags.zipped(files))
    at = content.index(b"PK\1\2", content.index(b"PK\1\2"))
    assert content[at + 46 :].startswith(b"bag/data/a.txt")
    content[at + 24 : at + 28] = (10).to_bytes(4, "little")
    content[at + 16 : at + 20] = zlib.crc32(b"a" * 10).to_bytes(4, "little")
    assert "F101" in codes(put(tmp_path, "bag.zip", bytes(content)))  # the directory lies, and the header does not
    content[22:26], content[14:18] = content[at + 24 : at + 28], content[at + 16 : at + 20]
    assert "F106" in codes(put(tmp_path, "bag.zip", bytes(content)))


def test_zip_members_that_overlap(tmp_path: Path) -> None:
    content = bytearray(bags.zipped(bags.bag()))
    first = content.index(b"PK\1\2")
    second = content.index(b"PK\1\2", first + 4)
    content[second + 42 : second + 46] = content[first + 42 : first + 46]
    assert codes(put(tmp_path, "bag.zip", bytes(content))) == {"F101"}


def commented(comment: bytes) -> bytes:
    buffer = io.BytesIO(bags.zipped(bags.bag()))
    with zipfile.ZipFile(buffer, "a") as more:
        more.comment = comment
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"before" + bags.zipped(bags.bag()), {"F101"}),
        (b"#!/bin/sh\n" * 20_000 + bags.zipped(bags.bag()), {"F101"}),
        (bags.zipped(bags.bag()) + bags.zipped(bags.bag()), {"F101"}),
        (bags.zipped(bags.bag()) + b"\0", {"F111"}),
        (bags.zipped(bags.bag()) + b"x" * 60_000, {"F111"}),
        (bags.zipped(bags.bag()) + b"x" * 70_000, {"F101"}),
        (commented(b"a comment"), set()),
        (commented(b"PK" * 30_000), set()),
        (commented(b"a comment") + b"more", {"F111"}),
        (commented(b"a comment")[:-1], {"F101"}),
    ],
    ids=range(10),
)
def test_what_stands_before_and_after_a_zip(content: bytes, expected: set[str], tmp_path: Path) -> None:
    verdict = verify(put(tmp_path, "bag.zip", content))
    assert {f.code for f in verdict.findings} == expected
    assert verdict.valid == ("F101" not in expected)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (bags.tarred(bags.bag()) + bytes(20_000), set()),
        (bags.tarred(bags.bag()) + bytes(20_000) + b"x", {"F111"}),
        (bags.tarred(bags.bag()) * 2, {"F111"}),
    ],
    ids=range(3),
)
def test_what_stands_after_a_tar(content: bytes, expected: set[str], tmp_path: Path) -> None:
    for name, made in (("bag.tar", content), ("bag.tgz", gzip.compress(content))):
        verdict = verify(put(tmp_path, name, made))
        assert {f.code for f in verdict.findings} == expected
        assert verdict.valid


def test_zip_whose_member_has_two_names(tmp_path: Path) -> None:
    content = bags.zipped(bags.bag()).replace(b"bag/data/a.txt", b"bag/data/z.txt", 1)
    assert "F101" in codes(put(tmp_path, "bag.zip", content))


def test_names_cannot_harm_a_terminal(tmp_path: Path) -> None:
    bag = bags.write(tmp_path / "bag", bags.bag())
    (bag / "data/\x1b[31mred\n").write_bytes(b"")
    (bag / os.fsdecode(b"data/\xff")).write_bytes(b"")
    for found in verify(bag).findings:
        assert found.message.isprintable()
        assert (found.file or "").isprintable()
        found.model_dump_json()


def test_extended_headers_of_tar_are_read_in_linear_time() -> None:
    for record in (b"9" * 200_000, b"10 a=b\n" * 20_000, b"11 " + b"=" * 200_000):
        size = len(record)
        header = bytearray(tarfile.TarInfo("x").tobuf()[:512])
        header[124:136] = f"{size:011o}\0".encode()
        header[156:157] = b"x"
        header[148:156] = b" " * 8
        header[148:156] = f"{sum(header):06o}\0 ".encode()
        with pytest.raises(TarDamagedError):
            list(members(io.BytesIO(bytes(header) + record), lambda _: None))


SMALL_ZIP = bags.zipped(bags.bag({"data/a": b"a"}))
SMALL_TAR = bags.tarred(bags.bag({"data/a": b"a"}))


@at_least(400)
@given(
    st.sampled_from(["zip", "tar", "tgz"]),
    st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.binary(max_size=6)), max_size=4),
    st.floats(0.2, 1),
)
def test_damaged_archives_never_raise_anything_else(
    tmp_path_factory: pytest.TempPathFactory, kind: str, edits: list[tuple[float, bytes]], keep: float
) -> None:
    content = bytearray({"zip": SMALL_ZIP, "tar": SMALL_TAR, "tgz": gzip.compress(SMALL_TAR, mtime=0)}[kind])
    for place, new in edits:
        at = int(place * len(content))
        content[at : at + len(new)] = new
    path = tmp_path_factory.getbasetemp() / f"bag.{kind}"
    path.write_bytes(content[: max(1, int(keep * len(content)))])
    with contextlib.suppress(UnusableError):
        assert verify(path).path == str(path)
