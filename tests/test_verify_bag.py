"""Bags: every rule of RFC 8493 that is checked, one mutation each, and bags made by others."""

import hashlib
import os
import tempfile
import unicodedata
from collections.abc import Callable
from pathlib import Path

import bagit
import pytest
from hypothesis import given
from hypothesis import strategies as st

import bags
from bags import Files
from conftest import at_least
from pipeline.findings import UnusableError, rules
from pipeline.verifying import verify
from pipeline.verifying.container import Container
from pipeline.verifying.manifests import ListReader, Names
from pipeline.verifying.report import PER_CODE, Report
from pipeline.verifying.tagfiles import Declaration, check_metadata, read_declaration, read_text

OLD = b"BagIt-Version: 0.97\nTag-File-Character-Encoding: UTF-8\n"


def changed(path: str, content: bytes, *, seal: bool = True) -> Files:
    """A bag in which one file is other than it should be, with tag manifests that know or do not."""
    files = bags.bag() | {path: content}
    return bags.seal(files) if seal else files


def without(*paths: str, seal: bool = True) -> Files:
    files = {path: content for path, content in bags.bag().items() if path not in paths}
    return bags.seal(files) if seal else files


def lined(edit: Callable[[bytes], bytes], algorithm: str = "sha256", files: Files | None = None) -> Files:
    """A bag in which one payload manifest was edited."""
    files = bags.bag() if files is None else files
    name = f"manifest-{algorithm}.txt"
    return bags.seal(files | {name: edit(files[name])})


def fetching(line: bytes) -> Files:
    return changed("fetch.txt", line + b"\n")


def hollow() -> Files:
    files = fetching(b"https://example.org/a.txt 6 data/a.txt")
    del files["data/a.txt"]
    return files


def tagged(line: bytes) -> Files:
    files = bags.bag()
    return files | {"tagmanifest-sha256.txt": files["tagmanifest-sha256.txt"] + line + b"\n"}


def digest(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest().encode()


def unlisted_manifest() -> Files:
    files = bags.bag()
    name = "tagmanifest-sha256.txt"
    return files | {name: b"".join(line for line in files[name].splitlines(True) if b" manifest-sha512" not in line)}


def decomposed() -> Files:
    files = bags.bag({"data/ü.txt": b"x"}, algorithms=("sha256", "sha512"))
    return lined(lambda text: unicodedata.normalize("NFD", text.decode()).encode(), files=files)


INFO = bags.bag()["bag-info.txt"]
OXUM = b"Payload-Oxum: 11.2"

MUTATIONS: dict[str, Callable[[], Files]] = {
    "F201": lambda: without("bagit.txt"),
    "F202": lambda: changed("bagit.txt", b"\n" + bags.DECLARATION),
    "F203": lambda: changed("bagit.txt", bags.DECLARATION.replace(b"1.0", b"9.9")),
    "F204": lambda: changed("bagit.txt", bags.DECLARATION.replace(b"UTF-8", b"base64")),
    "F205": lambda: changed("bag-info.txt", b"\xef\xbb\xbf" + INFO),
    "F206": lambda: changed("bag-info.txt", INFO + b"Contact-Name: M\xfcller\n"),
    "F207": lambda: changed("bag-info.txt", INFO.removesuffix(b"\n")),
    "F208": lambda: changed("bag-info.txt", INFO + b"Contact-Name Miller\n"),
    "F209": lambda: changed("bag-info.txt", INFO + OXUM + b"\n"),
    "F210": lambda: changed("bag-info.txt", INFO.replace(b"11.2", b"12.2")),
    "F211": lambda: changed("bag-info.txt", INFO.replace(b"2026-11-21", b"2026-11-21T10:00:00Z")),
    "F212": lambda: fetching(b"https://example.org/a.txt data/a.txt"),
    "F216": lambda: fetching(b"https://example.org/a.txt 7 data/a.txt"),
    "F217": lambda: changed("bag-info.txt", INFO + b"Contact-Name:  Miller\n"),
    "F213": lambda: fetching(b"https://example.org/c.txt - data/c.txt"),
    "F215": lambda: lined(lambda text: text + text.splitlines(True)[0], files=bags.bag(declaration=OLD)),
    "F301": lambda: bags.bag(algorithms=()),
    "F302": lambda: bags.bag({}),
    "F303": lambda: changed("manifest-rot13.txt", bags.bag()["manifest-sha256.txt"]),
    "F304": lambda: changed("manifest-SHA-384.txt", bags.manifest(bags.PAYLOAD, "sha384")),
    "F305": lambda: lined(lambda text: text[1:]),
    "F306": lambda: lined(lambda text: text + digest(b"x") + b"  data/../../secret\n"),
    "F307": lambda: lined(lambda text: text + digest(b"x") + b"  data/100%.txt\n"),
    "F308": lambda: lined(lambda text: text.replace(b"data/a", b"./data/a")),
    "F309": lambda: lined(lambda text: text.replace(b" data/", b"*data/")),
    "F310": lambda: lined(lambda text: text + text.splitlines(True)[0]),
    "F311": lambda: bags.bag({"data/a": b"", "data/A": b""}),
    "F312": decomposed,
    "F313": lambda: without("data/a.txt"),
    "F314": hollow,
    "F315": lambda: changed("data/c.txt", b""),
    "F316": lambda: lined(lambda text: text.splitlines(True)[0]),
    "F317": lambda: changed("data/a.txt", b"ALPHA\n"),
    "F318": lambda: without("bag-info.txt", seal=False),
    "F319": lambda: changed("bag-info.txt", INFO.replace(b"21", b"20"), seal=False),
    "F320": unlisted_manifest,
    "F321": lambda: tagged(digest(b"x") + b"  tagmanifest-sha512.txt"),
    "F322": lambda: changed("extra.txt", b"", seal=False),
    "F323": bags.bag,
    "F324": lambda: without("tagmanifest-sha512.txt", seal=False),
    "F325": lambda: lined(lambda text: text.replace(b"  ", b" ", 1)),
}


def verify_files(files: Files, folder: Path) -> list[tuple[str, str]]:
    verdict = verify(bags.write(folder / "bag", files))
    return [(f.code, f.file or "") for f in verdict.findings]


def test_every_code_of_bags_has_a_mutation() -> None:
    assert set(MUTATIONS) == {code for code in rules() if code.startswith(("F2", "F3"))}


@pytest.mark.parametrize("code", MUTATIONS)
def test_mutation_is_found(code: str, tmp_path: Path) -> None:
    bag = bags.write(tmp_path / "bag", MUTATIONS[code]())
    if code == "F323":
        (bag / "data/empty").mkdir()
    verdict = verify(bag)
    found = [f for f in verdict.findings if f.code == code]
    assert found
    assert all(f.file and f.message for f in found)
    assert verdict.valid == all(f.severity != "error" for f in verdict.findings)


def test_a_mutation_provokes_little_else(tmp_path: Path) -> None:
    """A finding that always comes with others says too little; those named here follow from the first."""
    follows = {"F201", "F301", "F302", "F303", "F305", "F306", "F307", "F313", "F314", "F315", "F316", "F317", "F321"}
    for number, (code, mutator) in enumerate(MUTATIONS.items()):
        if code not in follows and code != "F323":
            assert {c for c, _ in verify_files(mutator(), tmp_path / str(number))} <= {code, "F322"}, code


@pytest.mark.parametrize("version", ["0.93", "0.94", "0.95", "0.96", "0.97", "1.0"])
def test_right_bags_of_every_version(version: str, tmp_path: Path) -> None:
    files = bags.bag(declaration=bags.DECLARATION.replace(b"1.0", version.encode()))
    assert verify_files(files, tmp_path) == []


def test_line_ends_may_be_of_any_kind(tmp_path: Path) -> None:
    for number, end in enumerate((b"\r", b"\r\n")):
        files = {p: c if p.startswith("data/") else c.replace(b"\n", end) for p, c in bags.bag().items()}
        assert verify_files(bags.seal(files), tmp_path / str(number)) == []


def test_only_three_octets_are_percent_decoded(tmp_path: Path) -> None:
    names = [
        "data/100%.txt",
        "data/%7E.txt",
        "data/a\nb",
        "data/a\rb",
        "data/%0A",
        "data/sp ace",
        "data/\u2028",
        "data/~x",
    ]
    payload = dict.fromkeys(names, b"x")
    files = bags.bag(payload)
    escaped = {p.replace("%", "%25").replace("\n", "%0a").replace("\r", "%0D"): c for p, c in payload.items()}
    for algorithm in bags.ALGORITHMS:
        files[f"manifest-{algorithm}.txt"] = bags.manifest(escaped, algorithm)
    assert verify_files(bags.seal(files), tmp_path) == []


def test_nothing_is_decoded_before_1_0(tmp_path: Path) -> None:
    assert verify_files(bags.bag({"data/%0A %25.txt": b"x"}, declaration=OLD), tmp_path) == []


def test_algorithms_by_their_normalised_names(tmp_path: Path) -> None:
    algorithms = ("md5", "sha1", "sha224", "sha256", "sha384", "sha512", "sha3_256", "blake2b")
    files = {p.replace("sha3_256", "sha3256"): c for p, c in bags.bag(algorithms=algorithms).items()}
    named = tuple(a.replace("_", "") for a in algorithms)
    tags = {p: c for p, c in files.items() if not p.startswith(("data/", "tagmanifest-"))}
    for name, algorithm in zip(named, algorithms, strict=True):
        files[f"tagmanifest-{name}.txt"] = bags.manifest(tags, algorithm)
    assert verify_files(files, tmp_path) == []


@pytest.mark.parametrize("line", [b"Label : x", b"Label:x", b"Label:", b": x", b"no colon", b""])
def test_bag_info_grammar_of_1_0(line: bytes, tmp_path: Path) -> None:
    assert ("F208", "bag-info.txt") in verify_files(changed("bag-info.txt", INFO + line + b"\n"), tmp_path)


@pytest.mark.parametrize("line", [b"Label: x\n  folded: on", b"Label:\tx", b"L b: x", "Größe: ü".encode()])
def test_bag_info_that_is_right(line: bytes, tmp_path: Path) -> None:
    assert verify_files(changed("bag-info.txt", INFO + line + b"\n"), tmp_path) == []


@pytest.mark.parametrize("value", [b"11", b"11.2.3", b"a.b", b"11.2 files", b"9" * 5000 + b".1", "١١.٢".encode()])
def test_payload_oxum_malformed(value: bytes, tmp_path: Path) -> None:
    info = INFO.replace(b"Payload-Oxum: 11.2", b"payload-OXUM: " + value)
    assert verify_files(changed("bag-info.txt", info), tmp_path) == [("F209", "bag-info.txt")]


@pytest.mark.parametrize(
    "content",
    [
        b"BagIt-Version : 1.0\nTag-File-Character-Encoding: UTF-8\n",
        b"BagIt-Version:1.0\nTag-File-Character-Encoding: UTF-8\n",
        b"BagIt-Version: 1.0 \nTag-File-Character-Encoding: UTF-8\n",
        b"Tag-File-Character-Encoding: UTF-8\nBagIt-Version: 1.0\n",
        bags.DECLARATION + b"Third: line\n",
        b"BagIt-Version: 1.0\n",
        b"",
    ],
)
def test_bagit_txt_is_two_exact_lines(content: bytes, tmp_path: Path) -> None:
    assert ("F202", "bagit.txt") in verify_files(changed("bagit.txt", content), tmp_path)


@pytest.mark.parametrize(
    "path", ["/etc/passwd", "~root/x", "../x", "data/../../x", "data\\..\\..\\x", "C:\\x", "bagit.txt", "data//a"]
)
def test_paths_that_lead_elsewhere(path: str, tmp_path: Path) -> None:
    line = digest(b"x") + b"  " + path.encode() + b"\n"
    found = verify_files(lined(lambda text: text + line), tmp_path)
    assert ("F306", "manifest-sha256.txt") in found
    found = verify_files(fetching(b"https://example.org - " + path.encode()), tmp_path / "2")
    assert ("F306", "fetch.txt") in found


def test_fast_finds_what_is_missing_but_reads_no_payload(tmp_path: Path) -> None:
    bag = bags.write(tmp_path / "bag", bags.bag())
    (bag / "data/a.txt").write_bytes(b"ALPHA\n")
    assert verify(bag, fast=True).findings == ()
    (bag / "data/a.txt").unlink()
    assert {f.code for f in verify(bag, fast=True).findings} == {"F210", "F313"}


def test_fetched_files_may_be_there_already(tmp_path: Path) -> None:
    assert verify_files(fetching(b"https://example.org/a%20b.txt 6 data/a.txt"), tmp_path) == []


def test_findings_are_many_but_not_without_end(tmp_path: Path) -> None:
    files = bags.bag() | {f"data/{n}": b"" for n in range(PER_CODE + 7)}
    stray = [f for f in verify(bags.write(tmp_path / "bag", files)).findings if f.code == "F315"]
    assert len(stray) == PER_CODE + 1
    assert "7 more" in stray[-1].message


def test_more_manifests_than_there_are_algorithms(tmp_path: Path) -> None:
    files = bags.bag() | {f"manifest-x{n}.txt": b"" for n in range(100)}
    assert "F107" in {code for code, _ in verify_files(files, tmp_path)}


def test_utf16_tag_files(tmp_path: Path) -> None:
    files = bags.bag(declaration=OLD.replace(b"UTF-8", b"UTF-16"))
    wide = {p: c.decode().encode("utf-16") for p, c in files.items() if p.startswith(("manifest-", "bag-info"))}
    sealed = bags.seal(files | wide)
    wide = {p: c.decode().encode("utf-16") for p, c in sealed.items() if p.startswith("tagmanifest-")}
    assert verify_files(sealed | wide, tmp_path) == []


# ---- bags made by others


@pytest.mark.parametrize("checksums", [["md5"], ["sha256", "sha512"], ["sha1", "sha512"]])
def test_bags_of_the_bagit_library_are_valid(checksums: list[str], tmp_path: Path) -> None:
    folder = bags.write(tmp_path / "made", {"a.txt": b"alpha", "sub/ö 100%.txt": b"beta", ".hidden": b""})
    bagit.make_bag(str(folder), {"Contact-Name": "Ada", "External-Description": "a\nb"}, checksums=checksums)
    verdict = verify(folder)
    assert verdict.findings == ()
    assert verdict.files == sum(p.is_file() for p in folder.rglob("*"))


def test_line_ends_in_names_as_the_bagit_library_writes_them(tmp_path: Path) -> None:
    folder = bags.write(tmp_path / "made", {"a\nb.txt": b"alpha"})
    bagit.make_bag(str(folder), checksums=["sha256"])
    verdict = verify(folder)
    assert verdict.valid
    assert {f.code for f in verdict.findings} == {"F215"}


def test_the_bagit_library_agrees_on_our_bags(tmp_path: Path) -> None:
    folder = bags.write(tmp_path / "bag", bags.bag())
    assert bagit.Bag(str(folder)).is_valid()
    (folder / "data/a.txt").write_bytes(b"ALPHA\n")
    assert not bagit.Bag(str(folder)).is_valid()
    assert not verify(folder).valid


# ---- hostile input


@at_least(300)
@given(st.sampled_from(sorted(bags.bag())), bags.EDITS)
def test_damaged_bags_never_raise_anything_else(name: str, edits: list[bags.Edit]) -> None:
    files = bags.bag()
    content = bags.damaged(files[name], edits)
    with tempfile.TemporaryDirectory() as folder:
        try:
            verdict = verify(bags.write(Path(folder), files | {name: content}))
        except UnusableError:
            return
        if content != files[name] and not name.startswith("tagmanifest-"):
            assert not verdict.valid  # a tag manifest knows every octet


@at_least(200)
@given(st.text(max_size=80), st.booleans())
def test_tag_files_are_read_whatever_they_hold(text: str, strict: bool) -> None:
    report = Report()
    lines = text.split("\n")
    check_metadata(lines, "bag-info.txt", (0, 0), strict=strict, report=report)
    ListReader("fetch.txt", Names(Container("bag")), report, strict).fetched([f"http://a - {line}" for line in lines])
    read_declaration(text.encode("utf-8", "replace"), report)
    read_text(text.encode("utf-8", "replace"), "x.txt", Declaration((1, 0), "utf-16"), report)


@pytest.mark.parametrize(
    "text", ["\r" * 200_000, " " * 200_000, "%" * 200_000, "a " * 100_000, ":" * 200_000, "./" * 100_000]
)
def test_tag_files_are_read_in_linear_time(text: str) -> None:
    report = Report()
    declaration = Declaration((1, 0), "utf-8")
    lines = list(read_text(text.encode(), "x.txt", declaration, report) or ())
    check_metadata(lines, "bag-info.txt", (0, 0), strict=True, report=report)
    for file in ("fetch.txt", "manifest-md5.txt"):
        ListReader(file, Names(Container("bag")), report, strict=True).fetched([f"http://a 1 {line}" for line in lines])
    read_declaration(text.encode(), report)


def test_a_bag_that_cannot_be_entered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bag = bags.write(tmp_path / "bag", bags.bag())
    scandir = os.scandir

    def refuse(path: str) -> object:
        if str(path).endswith("sub"):
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    assert ("F102", "data/sub") in {(f.code, f.file) for f in verify(bag).findings}
