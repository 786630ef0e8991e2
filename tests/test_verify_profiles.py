"""Bags held against BagIt profiles: each rule of a profile by its own code, and profiles that are none."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import bags
from bags import Files
from commands import check
from pipeline.findings import rules
from pipeline.profiles import PROFILES
from pipeline.verifying import verify
from pipeline.verifying.profile import MOST

PROFILE: dict[str, Any] = {
    "BagIt-Profile-Info": {
        "BagIt-Profile-Identifier": "https://example.org/p.json",
        "BagIt-Profile-Version": "1.4.0",
        "Source-Organization": "Example",
        "External-Description": "A profile",
        "Version": "1.0",
    },
    "Bag-Info": {
        "Source-Organization": {"required": True, "values": ["Yes", "No"], "repeatable": False},
        "Contact-Name": {"required": False, "description": "Who"},
    },
    "Manifests-Required": ["sha256"],
    "Manifests-Allowed": ["sha256", "sha512"],
    "Tag-Manifests-Required": ["sha256"],
    "Tag-Manifests-Allowed": ["sha256", "sha512"],
    "Allow-Fetch.txt": True,
    "Fetch.txt-Required": False,
    "Data-Empty": False,
    "Serialization": "optional",
    "Accept-Serialization": ["application/zip", "application/tar", "application/gzip"],
    "Accept-BagIt-Version": ["1.0"],
    "Tag-Files-Required": ["about/me.txt"],
    "Tag-Files-Allowed": ["about/*", "x.txt"],
    "Payload-Files-Required": ["data/a.txt", "data/sub/"],
    "Payload-Files-Allowed": ["data/*"],
}
INFO = b"Source-Organization: Yes\nBagIt-Profile-Identifier: https://example.org/p.json\n"
GROUND = bags.seal(bags.bag(info=INFO) | {"about/me.txt": b"me"})

Case = tuple[dict[str, Any], Callable[[], Files]]


def ground() -> Files:
    return dict(GROUND)


def told(info: bytes, **more: bytes) -> Callable[[], Files]:
    return lambda: bags.seal(bags.bag(info=info) | {"about/me.txt": b"me"} | more)


def without(path: str) -> Callable[[], Files]:
    return lambda: bags.seal({p: c for p, c in GROUND.items() if p != path})


MUTATIONS: dict[str, Case] = {
    "F803": ({}, told(INFO.replace(b"p.json", b"q.json"))),
    "F804": ({}, told(INFO.splitlines(keepends=True)[1])),
    "F805": ({}, told(INFO.replace(b"Yes", b"Maybe"))),
    "F806": ({}, told(b"source-organization: No\n" + INFO)),
    "F807": ({"Manifests-Required": ["md5"], "Manifests-Allowed": ["md5", "sha256", "sha512"]}, ground),
    "F808": ({"Manifests-Allowed": ["sha256"]}, ground),
    "F809": ({"Tag-Manifests-Required": ["md5"], "Tag-Manifests-Allowed": ["md5", "sha256", "sha512"]}, ground),
    "F810": ({"Tag-Manifests-Allowed": ["sha256"]}, ground),
    "F811": ({"Allow-Fetch.txt": False}, lambda: bags.seal(GROUND | {"fetch.txt": b""})),
    "F812": ({"Fetch.txt-Required": True}, ground),
    "F813": ({"Data-Empty": True}, ground),
    "F814": ({"Serialization": "required"}, ground),
    "F816": ({"Accept-BagIt-Version": ["0.97"]}, ground),
    "F817": ({}, without("about/me.txt")),
    "F818": ({"Tag-Files-Allowed": ["about/me.txt"]}, lambda: bags.seal(GROUND | {"x.txt": b""})),
    "F819": ({"Payload-Files-Required": ["data/c.txt"]}, ground),
    "F820": ({"Payload-Files-Allowed": ["data/a*", "data/sub/"], "Payload-Files-Required": []}, ground),
}
ELSEWHERE = {"F801", "F802", "F815", "F821"}


def codes(path: Path, document: object, folder: Path) -> list[str]:
    """The codes that a bag gets by a profile, which is written into a folder first."""
    file = folder / "p.json"
    file.write_bytes(document if isinstance(document, bytes) else json.dumps(document).encode())
    return [f.code for f in verify(path, profile=file).findings]


def test_every_code_of_profiles_is_provoked() -> None:
    assert set(MUTATIONS) | ELSEWHERE == {code for code in rules() if code.startswith("F8")}


def test_bag_that_meets_a_profile_is_told_nothing(tmp_path: Path) -> None:
    assert codes(bags.write(tmp_path / "bag", GROUND), PROFILE, tmp_path) == []


@pytest.mark.parametrize("code", MUTATIONS)
def test_fault_is_told_by_its_own_code_only(code: str, tmp_path: Path) -> None:
    changes, files = MUTATIONS[code]
    assert codes(bags.write(tmp_path / "bag", files()), PROFILE | changes, tmp_path) == [code]


@pytest.mark.parametrize(
    ("archive", "accepted", "expected"),
    [
        ("zip", "application/zip", []),
        ("tar", "application/x-tar", []),
        ("tgz", "application/x-gzip", []),
        ("zip", "application/tar", ["F815"]),
        ("tgz", "application/tar", ["F815"]),
    ],
)
def test_archive_is_held_against_its_content_not_its_name(
    archive: str, accepted: str, expected: list[str], tmp_path: Path
) -> None:
    data = {"zip": bags.zipped(GROUND), "tar": bags.tarred(GROUND), "tgz": bags.tarred(GROUND, mode="w:gz")}[archive]
    path = tmp_path / "bag.bin"
    path.write_bytes(data)
    assert codes(path, PROFILE | {"Accept-Serialization": [accepted]}, tmp_path) == expected
    assert codes(path, PROFILE | {"Serialization": "forbidden"}, tmp_path) == ["F814"]


def test_file_to_be_fetched_counts_as_payload(tmp_path: Path) -> None:
    files = {p: c for p, c in GROUND.items() if p != "data/a.txt"}
    holey = bags.seal(files | {"fetch.txt": b"https://example.org/a 6 data/a.txt\n"})
    found = codes(bags.write(tmp_path / "bag", holey), PROFILE, tmp_path)
    assert [code for code in found if code.startswith("F8")] == []


def test_old_profile_says_less_and_asks_for_less(tmp_path: Path) -> None:
    old = {
        key: PROFILE[key] for key in ("BagIt-Profile-Info", "Bag-Info", "Manifests-Required", "Accept-BagIt-Version")
    }
    assert codes(bags.write(tmp_path / "bag", GROUND), old, tmp_path) == []


def test_profile_of_dart_has_another_form_and_is_refused(tmp_path: Path) -> None:
    found = codes(bags.write(tmp_path / "bag", GROUND), {"bagItProfileInfo": {}, "tags": []}, tmp_path)
    assert "F802" in found


@pytest.mark.parametrize("content", [b"{", b"\xff", b"[]", b"[" * 200_000, b"9" * 10_000, b" " * (MOST + 1)])
def test_profile_that_is_no_json_object_is_told(content: bytes, tmp_path: Path) -> None:
    assert codes(bags.write(tmp_path / "bag", GROUND), content, tmp_path) == ["F801"]


FORMS: list[tuple[str, object]] = [
    *((key, value) for key in PROFILE for value in (5, None, [1], {"a": 1})),
    ("Bag-Info", {"X": {"required": "yes"}}),
    ("Bag-Info", {"X": {"values": "yes"}}),
    ("Other-Info", [{"X": []}]),
    ("Manifests-Allowed", []),
    ("Manifests-Allowed", ["md5"]),
    ("Tag-Files-Allowed", ["[z-a]"]),
    ("Fetch.txt-Required", True),
    ("Accept-Serialization", []),
]


@pytest.mark.parametrize(("key", "value"), FORMS)
def test_malformed_part_of_a_profile_is_told(key: str, value: object, tmp_path: Path) -> None:
    strict = PROFILE | {"Serialization": "required", "Allow-Fetch.txt": False}
    assert "F802" in codes(bags.write(tmp_path / "bag", GROUND), strict | {key: value}, tmp_path)


def test_unknown_and_missing_keys_of_a_profile_are_told(tmp_path: Path) -> None:
    about = {k: v for k, v in PROFILE["BagIt-Profile-Info"].items() if k != "Version"}
    bag = bags.write(tmp_path / "bag", GROUND)
    changes: list[dict[str, Any]] = [
        {"Manifest-Required": []},
        {"BagIt-Profile-Info": about},
        {"Bag-Info": {"X": {"need": True}}},
    ]
    for change in changes:
        assert codes(bag, PROFILE | change, tmp_path) == ["F821"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(["*", "[a", "**", "data/*"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(changes=st.dictionaries(st.sampled_from([*PROFILE, "Other-Info"]), JSON, max_size=4))
def test_no_profile_makes_the_verifier_fail(changes: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("any")
    found = codes(bags.write(folder / "bag", GROUND), PROFILE | changes, folder)
    assert all(code.startswith("F8") for code in found)


def claims(name: str, *labels: str) -> bytes:
    return "".join(f"{line}\n" for line in (*labels, f"BagIt-Profile-Identifier: {PROFILES[name].identifier}")).encode()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("btr", {"F804"}),
        ("aptrust", {"F807", "F814", "F817"}),
        ("metaarchive", {"F804", "F807", "F809"}),
        ("frus-package", {"F804", "F819"}),
    ],
)
def test_bag_is_held_against_the_known_profile_it_names(name: str, expected: set[str], tmp_path: Path) -> None:
    bag = bags.write(tmp_path / "bag", bags.bag(info=claims(name)))
    assert {f.code for f in verify(bag).findings} == expected
    nameless = bags.write(tmp_path / "nameless", bags.bag(info=b"BagIt-Profile-Identifier: urn:x\n"))
    assert verify(nameless).findings == ()


def test_labels_of_aptrust_info_are_checked(tmp_path: Path) -> None:
    info = b"Title: T\nAccess: Everybody\n"
    files = bags.seal(
        bags.bag(info=claims("aptrust"), algorithms=("md5",)) | {"aptrust-info.txt": info}, algorithms=("md5",)
    )
    path = tmp_path / "bag.tar"
    path.write_bytes(bags.tarred(files))
    found = [(f.code, f.file, f.line) for f in verify(path).findings]
    assert found == [("F804", "aptrust-info.txt", None), ("F805", "aptrust-info.txt", 2)]


def test_command_takes_a_name_or_a_file(tmp_path: Path) -> None:
    bag = bags.write(tmp_path / "bag", GROUND)
    file = tmp_path / "p.json"
    file.write_text(json.dumps(PROFILE))
    assert check(bag, "--profile", file).exit_code == 0
    found = check(bag, "--profile", "btr")
    assert found.exit_code == 1
    assert "F803" in found.stdout
    refused = check(bag, "--profile", tmp_path / "none.json")
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert refused.stderr.count("\n") == 1
    assert "is none of aptrust, btr, frus-package, metaarchive, and no file" in refused.stderr
