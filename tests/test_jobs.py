"""However many jobs there are, bags have the same bytes and verifying says the same."""

import os
import random
import shutil
from pathlib import Path

import pytest

from packages import digests
from pipeline.findings import UnusableError
from pipeline.package.bagging import write_bag
from pipeline.package.files import BLOCK, LARGE, Folder
from pipeline.verifying import verify

ALGORITHMS = ("sha256", "sha512")
SIZES = {"empty": 0, "few": 5, "a/block": BLOCK, "a/more": BLOCK + 1, "large": LARGE, "b/larger": LARGE + BLOCK + 7}


@pytest.fixture
def payload(tmp_path: Path) -> Path:
    source = random.Random(1)  # noqa: S311 - the same octets each time
    folder = tmp_path / "payload"
    for name, size in SIZES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(source.randbytes(size))
    return folder


def bag_of(folder: Path, root: Path, jobs: int, *, move: bool = True) -> Path:
    """A bag of a copy of a folder."""
    package = Folder(shutil.copytree(folder, root / "package"), ALGORITHMS)
    write_bag(Folder(root / "x-bag", ALGORITHMS), package, {"Bagging-Date": "2026-11-21"}, move=move, jobs=jobs)
    assert (root / "package").exists() is not move
    return root / "x-bag"


def test_bags_are_the_same_whatever_the_jobs(payload: Path, tmp_path: Path) -> None:
    made = [bag_of(payload, tmp_path / str(jobs), jobs) for jobs in (1, 2, 5)]
    made.append(bag_of(payload, tmp_path / "copied", 2, move=False))
    first = digests(made[0])
    assert {f"data/{name}" for name in SIZES} < first.keys()
    assert all(digests(bag) == first for bag in made)
    assert all(not verify(bag, jobs=jobs).findings for jobs, bag in enumerate(made, 1))


def test_findings_are_the_same_whatever_the_jobs(payload: Path, tmp_path: Path) -> None:
    bag = bag_of(payload, tmp_path / "1", 1)
    for name in ("few", "a/block", "large", "b/larger"):
        data = bytearray((bag / "data" / name).read_bytes())
        data[-1] ^= 1
        (bag / "data" / name).write_bytes(data)
    (bag / "data" / "a/more").unlink()
    found = [verify(bag, jobs=jobs) for jobs in (1, 2, 3)]
    assert found[0] == found[1] == found[2]
    changed = [f.file or "" for f in found[0].findings if f.code == "F317"]
    assert sorted(set(changed)) == ["data/a/block", "data/b/larger", "data/few", "data/large"]
    assert len(changed) == 8, "each by both its checksums"


def test_what_was_put_into_a_package_is_in_the_manifests(payload: Path, tmp_path: Path) -> None:
    package = Folder(payload, ALGORITHMS)
    package.write("written", b"here")
    write_bag(Folder(tmp_path / "x-bag", ALGORITHMS), package, {}, move=True)
    listed = (tmp_path / "x-bag" / "manifest-sha256.txt").read_text("utf-8").splitlines()
    assert [line.split("  ")[1] for line in listed] == sorted(f"data/{name}" for name in (*SIZES, "written"))
    assert verify(tmp_path / "x-bag").valid


@pytest.mark.parametrize("name", ["link", "pipe", "con.txt", "a%0Ab", "e\u0301", "blank "])
def test_what_no_bag_can_hold_is_refused(name: str, payload: Path, tmp_path: Path) -> None:
    if name == "link":
        (payload / name).symlink_to(payload / "few")
    elif name == "pipe":
        os.mkfifo(payload / name)
    else:
        (payload / name).write_bytes(b"")
    with pytest.raises(UnusableError, match="cannot go into a bag"):
        write_bag(Folder(tmp_path / "x-bag", ALGORITHMS), Folder(payload, ALGORITHMS), {}, move=True)
    assert not (tmp_path / "x-bag").exists()


def test_many_small_writes_are_hashed_as_one_file(tmp_path: Path) -> None:
    folder = Folder(tmp_path, ("sha256",))
    lines = [b"%d,%d\r\n" % (n, n * n) for n in range(60_000)]
    with folder.open("tables/x.csv") as stream:
        for line in lines:
            stream.write(line)
        stream.write(b"x" * BLOCK)
        stream.write(b"end")
    whole = b"".join(lines) + b"x" * BLOCK + b"end"
    assert (tmp_path / "tables/x.csv").read_bytes() == whole
    assert folder.written["tables/x.csv"].octets == len(whole)
    folder.write("again.csv", whole)
    assert folder.written["again.csv"].digests == folder.written["tables/x.csv"].digests
