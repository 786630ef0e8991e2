"""Serialised bags: the same bytes wherever they are made, and readable by what everybody has."""

import datetime
import gzip
import hashlib
import io
import os
import re
import subprocess
import tarfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.package.archive import Serialisation, archive_name, write_archive
from pipeline.package.bag import bag_info, bag_size, encode_path, manifest, payload_facts
from pipeline.package.files import Folder, Written

DAY = datetime.date(2026, 11, 21)
FILES = {"bagit.txt": b"BagIt", "data/a/b.txt": b"", "data/z.bin": os.urandom(1) * 200_000, "data/é.txt": "é".encode()}
KINDS: tuple[Serialisation, ...] = ("zip", "tar", "tgz")


def folder(root: Path, order: list[str]) -> Path:
    bag = root / "x-bag"
    for name in order:
        (bag / name).parent.mkdir(parents=True, exist_ok=True)
        (bag / name).write_bytes(FILES[name])
        os.utime(bag / name, (len(name), len(name)))
        (bag / name).chmod(0o600)
    return bag


@pytest.mark.parametrize("kind", KINDS)
def test_bytes_do_not_depend_on_order_times_or_modes(kind: Serialisation, tmp_path: Path) -> None:
    digests = set()
    for number, order in enumerate((sorted(FILES), sorted(FILES, reverse=True))):
        root = tmp_path / str(number)
        root.mkdir()
        target = root / archive_name("x-bag", kind)
        write_archive(folder(root, order), target, kind, DAY)
        digests.add(hashlib.sha256(target.read_bytes()).hexdigest())
    assert len(digests) == 1


def test_zip_is_read_back_with_fixed_entries(tmp_path: Path) -> None:
    target = tmp_path / "x-bag.zip"
    write_archive(folder(tmp_path, sorted(FILES)), target, "zip", DAY)
    with zipfile.ZipFile(target) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == sorted(f"x-bag/{name}" for name in FILES)
        assert {archive.read(f"x-bag/{name}") for name in FILES} == set(FILES.values())
        for info in archive.infolist():
            assert (info.date_time, info.external_attr >> 16) == ((2026, 11, 21, 0, 0, 0), 0o100644)
            assert (info.create_system, info.compress_type) == (3, zipfile.ZIP_STORED)


@pytest.mark.parametrize("kind", ["tar", "tgz"])
def test_tar_is_read_back_with_fixed_entries(kind: Serialisation, tmp_path: Path) -> None:
    target = tmp_path / archive_name("x-bag", kind)
    write_archive(folder(tmp_path, sorted(FILES)), target, kind, DAY)
    data = target.read_bytes()
    with tarfile.open(fileobj=io.BytesIO(gzip.decompress(data) if kind == "tgz" else data)) as archive:
        assert archive.getnames() == sorted(f"x-bag/{name}" for name in FILES)
        for member in archive.getmembers():
            assert (member.uid, member.gid, member.uname, member.gname, member.mode) == (0, 0, "", "", 0o644)
            assert member.mtime == 1_795_219_200
            stream = archive.extractfile(member)
            assert stream is not None
            assert stream.read() == FILES[member.name.removeprefix("x-bag/")]
    listed = subprocess.run(["tar", "tf", str(target)], capture_output=True, check=True)  # noqa: S607 - of the system
    assert len(listed.stdout.splitlines()) == len(FILES)


def test_tar_of_an_early_date_begins_with_the_name_of_the_bag(tmp_path: Path) -> None:
    target = tmp_path / "x-bag.tar"
    write_archive(folder(tmp_path, sorted(FILES)), target, "tar", datetime.date(1963, 2, 18))
    assert target.read_bytes().startswith(b"x-bag/")


def test_zip_takes_dates_before_its_first(tmp_path: Path) -> None:
    target = tmp_path / "x-bag.zip"
    write_archive(folder(tmp_path, sorted(FILES)), target, "zip", datetime.date(1970, 1, 1))
    with zipfile.ZipFile(target) as archive:
        assert archive.infolist()[0].date_time == (1980, 1, 1, 0, 0, 0)


@pytest.mark.parametrize(
    ("path", "encoded"),
    [("data/a b.txt", "data/a b.txt"), ("100%.txt", "100%25.txt"), ("a\nb\rc", "a%0Ab%0Dc"), ("%0A", "%250A")],
)
def test_only_line_ends_and_percent_are_encoded(path: str, encoded: str) -> None:
    assert encode_path(path) == encoded


@given(st.lists(st.text(st.characters(codec="utf-8"), min_size=1), unique=True))
def test_manifest_has_one_sorted_line_a_file(paths: list[str]) -> None:
    lines = manifest([Written(p, 1, {"md5": "0" * 32}) for p in paths], "md5", "data/").decode().split("\n")
    assert lines.pop() == ""
    decoded = [x[34:].replace("%0A", "\n").replace("%0D", "\r").replace("%25", "%") for x in lines]
    assert decoded == sorted(f"data/{p}" for p in paths)


@given(
    st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "Zs")), max_size=400).filter(lambda v: v.strip(" "))
)
def test_bag_info_is_folded_and_reads_back(value: str) -> None:
    words = re.sub(" +", " ", value.strip(" "))
    lines = bag_info({"Contact-Name": value}).decode().removesuffix("\n").split("\n")
    assert all(line[:2] == "  " for line in lines[1:])
    assert " ".join([lines[0], *(line[2:] for line in lines[1:])]) == f"Contact-Name: {words}"
    assert all(len(line) <= 79 or " " not in line.removeprefix("Contact-Name: ").strip() for line in lines)


def test_bag_info_has_a_fixed_order_and_repeats_labels() -> None:
    told = bag_info({"Zeta": "z", "Bagging-Date": "2026-11-21", "Alpha": ("a", "b"), "Source-Organization": "S"})
    labels = [line.split(":")[0] for line in told.decode().splitlines()]
    assert labels == ["Source-Organization", "Bagging-Date", "Alpha", "Alpha", "Zeta"]


@pytest.mark.parametrize(("octets", "shown"), [(0, "0 B"), (999, "999 B"), (61_300, "61.3 KB"), (2_500_000, "2.5 MB")])
def test_bag_size_is_for_people(octets: int, shown: str) -> None:
    assert bag_size(octets) == shown


def test_payload_oxum_counts_octets_and_streams() -> None:
    files = [Written("a", 3, {}), Written("b", 4, {})]
    assert payload_facts(files)["Payload-Oxum"] == "7.2"


def test_files_are_hashed_as_they_are_written(tmp_path: Path) -> None:
    root = Folder(tmp_path, ("md5", "sha512"))
    with root.open("a/b") as stream:
        stream.write(b"one")
        stream.write(b"two")
    assert root.written["a/b"].digests == {
        "md5": hashlib.md5(b"onetwo", usedforsecurity=False).hexdigest(),
        "sha512": hashlib.sha512(b"onetwo").hexdigest(),
    }
    with pytest.raises(FileExistsError):
        root.write("a/b", b"")
