"""Bags are written by RFC 8493 to the letter: tag files line by line, any set of checksums, names all agree on."""

import hashlib
import itertools
import shutil
import subprocess
import unicodedata
from pathlib import Path

import bagit
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import SEEDS
from pipeline.build import build_package
from pipeline.names import fault
from pipeline.options import Options
from pipeline.package.bag import WIDTH, bag_info, bag_size, encode_path, write_tag_files
from pipeline.package.files import Folder
from pipeline.profiles import ALGORITHMS
from pipeline.verifying import verify

SETS = [s for size in range(1, 5) for s in itertools.combinations(ALGORITHMS, size)]
PAYLOAD = {"b.txt": b"beta\n", "a/z.txt": b"", "a.txt": b"alpha\n", "ü b.txt": b"x" * 1500}


def made(root: Path, algorithms: tuple[str, ...], info: dict[str, str]) -> Path:
    """A bag of a few files, by the functions the program uses."""
    payload = Folder(root / "data", algorithms)
    for path, data in PAYLOAD.items():
        payload.write(path, data)
    write_tag_files(Folder(root, algorithms), list(payload.written.values()), info)
    return root


@pytest.mark.parametrize("algorithms", SETS, ids="-".join)
def test_any_set_of_checksums_gives_manifests_that_the_system_reads(
    algorithms: tuple[str, ...], tmp_path: Path
) -> None:
    root = made(tmp_path / "bag", algorithms, {"Source-Organization": "A"})
    bagit.Bag(str(root)).validate()
    assert not [f for f in verify(root).findings if f.is_error]
    for algorithm in algorithms:
        for kind, listed in (("", [f"data/{p}" for p in PAYLOAD]), ("tag", [p.name for p in root.glob("*.txt")])):
            manifest = f"{kind}manifest-{algorithm}.txt"
            lines = (root / manifest).read_text("utf-8").splitlines()
            paths = [line.partition("  ")[2] for line in lines]
            assert paths == sorted(p for p in listed if not p.startswith("tagmanifest-"))
            for line, path in zip(lines, paths, strict=True):
                assert line == f"{hashlib.new(algorithm, (root / path).read_bytes()).hexdigest()}  {path}"
            subprocess.run([f"{algorithm}sum", "-c", "--strict", "--quiet", manifest], cwd=root, check=True)


def test_declaration_and_bag_info_line_by_line(tmp_path: Path) -> None:
    root = made(tmp_path / "bag", ("sha512",), {"Bag-Software-Agent": "us 1", "Zebra": "z", "Contact-Name": "Ada"})
    assert (root / "bagit.txt").read_bytes() == b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
    assert (root / "bag-info.txt").read_bytes() == (
        b"Contact-Name: Ada\nBag-Size: 1.5 KB\nPayload-Oxum: 1511.4\nBag-Software-Agent: us 1\nZebra: z\n"
    )


ORDER = [
    "Source-Organization", "Contact-Name", "External-Description", "External-Identifier", "Bagging-Date",
    "Bag-Group-Identifier", "Bag-Count", "Internal-Sender-Identifier", "Bag-Software-Agent",
    "BagIt-Profile-Identifier", "A-label", "B-label",
]  # fmt: skip


@given(st.permutations(ORDER))
def test_bag_info_has_one_order_whatever_comes_in(labels: list[str]) -> None:
    lines = bag_info(dict.fromkeys(labels, "x")).decode().splitlines()
    assert [line.partition(":")[0] for line in lines] == ORDER


def unfolded(text: str) -> list[tuple[str, str]]:
    """Read bag-info.txt as RFC 8493 (2.2.2) has it, by other means than the program."""
    assert text.endswith("\n")
    found: list[tuple[str, str]] = []
    for line in text[:-1].split("\n"):
        if line.startswith("  "):
            assert line[2:].strip(" ") == line[2:], "a folded line has blanks to spare"
            found[-1] = (found[-1][0], f"{found[-1][1]} {line[2:]}")
        else:
            label, separator, value = line.partition(": ")
            assert separator
            found.append((label, value))
    return found


WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"], exclude_characters=" "), min_size=1)
VALUES = st.lists(WORDS, min_size=1, max_size=40)


@given(st.lists(VALUES, min_size=1, max_size=3), st.sampled_from([" ", "\n", "  ", "\r\n", "\t"]))
def test_values_are_folded_at_blanks_and_nothing_is_lost(values: list[list[str]], blank: str) -> None:
    text = bag_info({"External-Description": [blank.join(words) for words in values]}).decode()
    assert unfolded(text) == [("External-Description", " ".join(words)) for words in values]
    for line in text.split("\n"):
        words = line.removeprefix("External-Description: ").strip(" ").split(" ")
        assert len(line) <= WIDTH or len([word for word in words if not word[0].isspace()]) <= 1


@pytest.mark.parametrize("blank", ["", " ", "\n\t "])
def test_blank_value_makes_no_line(blank: str) -> None:
    assert bag_info({"Contact-Name": blank, "Contact-Email": [blank, "a@b.org"]}) == b"Contact-Email: a@b.org\n"


@given(st.text())
def test_line_ends_and_percent_alone_are_encoded_in_paths(path: str) -> None:
    encoded = encode_path(path)
    assert not set("\r\n") & set(encoded)
    assert encoded.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%") == path
    if not set("\r\n%") & set(path):
        assert encoded == path


@pytest.mark.parametrize(
    ("octets", "said"),
    [(0, "0 B"), (999, "999 B"), (1000, "1.0 KB"), (61_300, "61.3 KB"), (5_200_000_000_000, "5.2 TB")],
)
def test_size_is_told_to_people(octets: int, said: str) -> None:
    assert bag_size(octets) == said


def info_of(source: Path, output: Path) -> dict[str, str]:
    (path,) = (p for p in build_package(source, output, Options(archive="none")).written if p.name.endswith("-bag"))
    return dict(unfolded((path / "bag-info.txt").read_text("utf-8")))


def test_identifier_follows_from_name_and_version_only(tmp_path: Path) -> None:
    found = []
    for number, (old, new) in enumerate(
        [("", ""), ('title = "', 'title = "New '), ('"1.0.0"', '"1.0.1"'), ("v11", "v06")]
    ):
        source = shutil.copytree(SEEDS, tmp_path / f"{number}")
        text = (source / "package.toml").read_text("utf-8")
        (source / "package.toml").write_text(text.replace(old, new, 1), "utf-8")
        found.append(info_of(source, tmp_path / f"out{number}")["External-Identifier"])
    assert found[0] == found[1]
    assert len(set(found)) == 3
    assert all(identifier.startswith("urn:uuid:") for identifier in found)


def test_date_is_that_of_the_environment_or_of_package_toml(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    assert info_of(SEEDS, tmp_path / "toml")["Bagging-Date"] == "2026-11-21"
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86399")
    assert info_of(SEEDS, tmp_path / "epoch")["Bagging-Date"] == "1970-01-01"


REFUSED = [
    *'%<>:"|?*\\\r\n\t\x00\x0c\x1f\x7f\x85\u2028\u2029',
    *("CON", "nul.txt", "Aux.d.txt", "COM1.txt", "lpt9", "com¹.txt", "CONIN$", "con"),
    *("a ", " a", "a.", "", ".", ".."),
    *(unicodedata.normalize("NFD", "é.txt"), "\ufb01le\u0344.txt", "\udcff.txt", "x" * 256, "ü" * 128),
]


@pytest.mark.parametrize("name", REFUSED, ids=ascii)
def test_name_that_validators_or_systems_disagree_on_is_refused(name: str) -> None:
    alone = len(name) != 1 or name == "."
    assert fault(name if alone else f"a{name}b.txt")


@pytest.mark.parametrize(
    "name", ["a b.txt", "ü.txt", "données (1).txt", ".hidden", "~a", "-a", "$x", "COM10", "comic.txt"]
)
def test_name_that_all_agree_on_is_taken(name: str) -> None:
    assert fault(name) is None


@pytest.mark.parametrize("name", ["100%.txt", "a\nb.txt", "e\u0301.txt", "nul.txt", "a:b.txt", "D280.TXT"])
def test_refused_name_is_a_finding_and_no_bag_is_made(name: str, tmp_path: Path) -> None:
    source = shutil.copytree(SEEDS, tmp_path / "seeds")
    for file in (name, "d280.txt"):
        (source / file).write_text("7. Letter\n\nText.", "utf-8")
    if len(list(source.iterdir())) < 5:
        pytest.skip("the file system takes the two names for one")
    outcome = build_package(source, tmp_path / "out")
    assert [f.code for f in outcome.findings if f.is_error and f.code.startswith("K")] == ["K201"]
    assert not outcome.written
