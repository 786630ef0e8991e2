"""Archives in detail: what a zip and a gzip may say of themselves, and what memory they and a bag may take."""

import gzip
import io
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import bags
from bags import codes, put
from pipeline.findings import UnusableError
from pipeline.verifying import archive, verify


def test_zip_member_that_runs_into_the_next_by_its_extra_field(tmp_path: Path) -> None:
    content = bytearray(bags.zipped(bags.bag(), compression=zipfile.ZIP_STORED))
    content[28:30] = (4).to_bytes(2, "little")
    assert "F101" in codes(put(tmp_path, "bag.zip", bytes(content)))


def test_zip_whose_headers_say_another_thing_than_its_directory(tmp_path: Path) -> None:
    for at in (6, 8, 14, 18, 22):  # flags, method, CRC, both sizes
        content = bytearray(bags.zipped(bags.bag()))
        content[at] ^= 2
        assert "F101" in codes(put(tmp_path, "bag.zip", bytes(content)))


def streamed(files: bags.Files) -> bytes:
    """Return a zip as it is written to a pipe: sizes and checksums stand behind the content."""

    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def tell(self) -> int:
            raise OSError

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as made:
        for path, content in files.items():
            made.writestr(f"bag/{path}", content)
    return pipe.getvalue()


def large(files: bags.Files) -> bytes:
    """Return a zip with the fields of ZIP64."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        for path, content in files.items():
            with made.open(f"bag/{path}", "w", force_zip64=True) as member:
                member.write(content)
    return buffer.getvalue()


def test_zips_as_they_are_written_elsewhere(tmp_path: Path) -> None:
    for content in (streamed(bags.bag()), large(bags.bag()), bags.zipped(bags.bag(), compression=zipfile.ZIP_STORED)):
        assert verify(put(tmp_path, "bag.zip", content)).findings == ()


def test_zip_whose_directory_has_other_entries_than_its_end_tells(tmp_path: Path) -> None:
    content = bytearray(bags.zipped(bags.bag()))
    content[-12] -= 1
    assert codes(put(tmp_path, "bag.zip", bytes(content))) == {"F101"}


def test_zip_with_a_directory_that_would_fill_the_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_DIRECTORY", 100)
    assert codes(put(tmp_path, "bag.zip", bags.zipped(bags.bag()))) == {"F107"}


def test_damage_in_a_file_that_nothing_lists_is_found(tmp_path: Path) -> None:
    files = {p: c for p, c in bags.bag().items() if not p.startswith("tagmanifest-")} | {"x.txt": b"alpha" * 50}
    content = bags.zipped(files)
    at = content.index(b"bag/x.txt") + 12
    assert "F101" in codes(put(tmp_path, "bag.zip", content[:at] + b"\xff\xff" + content[at + 2 :]))


@pytest.mark.parametrize(
    "content",
    [
        gzip.compress(gzip.compress(bags.tarred(bags.bag()))),
        gzip.compress(bags.zipped(bags.bag())),
        gzip.compress(b""),
        gzip.compress(bags.tarred(bags.bag())) + b"more",
        gzip.compress(bags.tarred(bags.bag()))[:-8] + bytes(8),
        gzip.compress(bags.tarred(bags.bag()))[:100],
        b"\x1f\x8b\x08" + bytes(100),
    ],
    ids=range(7),
)
def test_broken_tgz(content: bytes, tmp_path: Path) -> None:
    assert codes(put(tmp_path, "bag.tgz", content)) == {"F101"}


def test_archives_without_a_file(tmp_path: Path) -> None:
    assert codes(put(tmp_path, "bag.zip", b"PK\5\6" + bytes(18))) == {"F109"}
    with pytest.raises(UnusableError):
        verify(put(tmp_path, "bag.tar", bytes(10_240)))


def test_a_manifest_is_read_in_bounded_memory(tmp_path: Path) -> None:
    """A manifest takes the memory of its octets and of what it lists, and too long a one is not read."""
    bag = bags.write(tmp_path / "bag", bags.bag(algorithms=("sha256",)))
    program = (
        "import resource, sys; from pipeline.verifying import verify; verify(sys.argv[2]);"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss; found = verify(sys.argv[1]).findings;"
        "print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024, *sorted({f.code for f in found}))"
    )
    right = bags.write(tmp_path / "right/bag", bags.bag())
    line = b"0" * 64 + b"  data/" + b"\xf0\x9f\x98\x80" * 8_000_000 + b"\n"
    for content, code, most in ((line, "F107", 120), (None, "F102", 300)):
        if content is not None:
            (bag / "manifest-sha256.txt").write_bytes(content)
        else:
            os.truncate(bag / "manifest-sha256.txt", 1 << 30)  # takes no room on the disk
        told = subprocess.run(
            [sys.executable, "-c", program, str(bag), str(right)], capture_output=True, text=True, check=True
        ).stdout.split()
        assert code in told
        assert int(told[0]) < most


def test_metadata_that_is_too_long_is_not_read_for_a_profile_either(tmp_path: Path) -> None:
    name = b"BagIt-Profile-Identifier: https://example.org/profile\n"
    verdict = verify(bags.write(tmp_path / "bag", bags.bag(info=name + b"X: y\n" * 4_000_000)), profile="btr")
    told = {f.code: f.message for f in verdict.findings}
    assert "too long" in told["F102"]
    assert "it names none" in told["F803"]
