"""Nothing of a bag can change unseen: every octet, every file, whatever is added, in a folder and in an archive."""

import random
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

import bags
from bags import FORMS, Files, codes, write_as
from pipeline.verifying import verify

# A bag with everything in it that a bag can have, a package among it; a change may show as an error or, where nothing
# can protect the file (a tag manifest, a file beside it), as a warning.
WHOLE = bags.seal(
    bags.bagged(bags.package())
    | {"fetch.txt": b"https://example.org/d1 - data/documents/d1.json\n", "meta/deep/notes.xml": b"<notes/>\n"}
)


def found(files: Files, form: str, folder: Path) -> set[str]:
    return codes(write_as(form, folder, files))


def flips(content: bytes) -> Iterator[bytes]:
    """Yield copies with one bit other: in the first, the last and, by lot, some octets between."""
    lot = random.Random(len(content))  # noqa: S311 - no secret
    last = len(content) - 1
    for at in {0, last, *(lot.randint(0, last) for _ in range(6))} if content else ():
        yield content[:at] + bytes([content[at] ^ 1 << lot.randrange(8)]) + content[at + 1 :]


@pytest.mark.parametrize("form", FORMS)
def test_the_whole_bag_is_right(form: str, tmp_path: Path) -> None:
    assert found(WHOLE, form, tmp_path) == set()


@pytest.mark.parametrize("form", ["folder", "zip"])
@pytest.mark.parametrize("name", WHOLE)
def test_a_bit_that_flips(name: str, form: str, tmp_path: Path) -> None:
    for number, content in enumerate(flips(WHOLE[name])):
        folder = tmp_path / str(number)
        folder.mkdir()
        assert found(WHOLE | {name: content}, form, folder)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", [name for name in WHOLE if not name.startswith("tagmanifest-")])
def test_a_file_that_is_gone(name: str, form: str, tmp_path: Path) -> None:
    assert found({path: content for path, content in WHOLE.items() if path != name}, form, tmp_path)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    "name", ["data/x", "data/tables/.x", "data/x/", "x", ".x", "meta/x", "manifest-md5.txt", "tagmanifest-md5.txt"]
)
def test_a_file_that_is_new(name: str, form: str, tmp_path: Path) -> None:
    assert found(WHOLE | {name: b""}, form, tmp_path)


@pytest.mark.parametrize("name", WHOLE)
def test_a_file_with_another_name(name: str, tmp_path: Path) -> None:
    assert found({f"{path}~" if path == name else path: content for path, content in WHOLE.items()}, "zip", tmp_path)


def test_two_files_that_change_places(tmp_path: Path) -> None:
    one, two = "data/documents/d1.json", "data/documents/d2.json"
    assert found(WHOLE | {one: WHOLE[two], two: WHOLE[one]}, "folder", tmp_path)


def test_every_bit_of_an_archive_that_matters(tmp_path: Path) -> None:
    """A flip in an archive is told, or what it unpacks to is the same: times, modes, comments and the like."""
    files = bags.bag({"data/a": b"alpha"}, algorithms=("sha256",))
    for form, content in (("zip", bags.zipped(files)), ("tar", bags.tarred(files))):
        lot = random.Random(form)  # noqa: S311 - no secret
        for at in lot.sample(range(len(content)), 400):
            path = tmp_path / f"bag.{form}"
            path.write_bytes(content[:at] + bytes([content[at] ^ 1 << lot.randrange(8)]) + content[at + 1 :])
            try:
                verdict = verify(path)
            except Exception as error:  # noqa: BLE001 - any other than the one that is meant is a fault
                assert type(error).__name__ == "UnusableError"  # noqa: PT017 - as above
                continue
            if not verdict.findings:
                assert unpacked(path) == files


def unpacked(path: Path) -> Files:
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            return {name.removeprefix("bag/"): archive.read(name) for name in archive.namelist()}
    with tarfile.open(path) as archive:
        members = {member.name.removeprefix("bag/"): archive.extractfile(member) for member in archive.getmembers()}
        return {name: stream.read() for name, stream in members.items() if stream}
