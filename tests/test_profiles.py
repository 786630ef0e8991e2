"""BagIt profiles: what each makes of a bag, what it asks for first, and whether others and we see it met."""

import json
import shutil
import tarfile
import zipfile
from collections.abc import Callable, Iterable
from copy import deepcopy
from pathlib import Path
from typing import Any

import bagit
import pytest
from bagit_profile import Profile as Judge
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

import bags
from bags import Files
from conftest import ROOT, SEEDS
from pipeline.build import build_package
from pipeline.cli import make_package, verify_package
from pipeline.findings import UnusableError, rules
from pipeline.manifest import APTrustFacts
from pipeline.options import Options
from pipeline.profiles import ARCHIVES, PROFILES, Archive
from pipeline.verifying import verify
from pipeline.verifying.profile import MOST, known

NAME = "frus1961-63v11"
ADDRESS = {"Contact-Name": "Ada", "Contact-Phone": "+1 202 555 0100", "Contact-Email": "ada@example.org"}
STORED = '\n[aptrust]\nAccess = "Institution"\nStorage-Option = "Standard"\n'


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """The seeds, with all that the four profiles ask for."""
    folder = shutil.copytree(SEEDS, tmp_path / "seeds")
    with (folder / "package.toml").open("a", encoding="utf-8") as text:
        text.write("".join(f'{label} = "{value}"\n' for label, value in ADDRESS.items()) + STORED)
    return folder


def edited(folder: Path, old: str, new: str) -> Path:
    path = folder / "package.toml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    return folder


def unpacked(archive: Path, target: Path) -> Path:
    if archive.suffix == ".zip":
        with zipfile.ZipFile(archive) as opened:
            opened.extractall(target)  # noqa: S202 - of our own making
    else:
        with tarfile.open(archive) as opened:
            opened.extractall(target, filter="data")
    return target / archive.stem


# ---- making


@pytest.mark.parametrize("name", PROFILES)
@pytest.mark.parametrize("archive", [None, *ARCHIVES])
def test_bag_meets_its_profile_as_another_reader_and_we_see_it(
    name: str, archive: Archive | None, source: Path, tmp_path: Path
) -> None:
    profile = PROFILES[name]
    if archive not in (None, *profile.archives):
        with pytest.raises(UnusableError, match=f"profile {name} takes --archive "):
            build_package(source, tmp_path / "out", Options(archive=archive, profile=name))
        assert not (tmp_path / "out").exists()
        return
    outcome = build_package(source, tmp_path / "out", Options(archive=archive, profile=name))
    made = outcome.written[1]
    judge = Judge(profile.identifier, profile=deepcopy(dict(profile.document)))
    assert judge.validate_serialization(str(made))
    folder = made if made.is_dir() else unpacked(made, tmp_path / "unpacked")
    assert judge.validate(bagit.Bag(str(folder))), judge.report
    for asked in (None, name):
        assert verify(made, profile=asked).findings == ()


@pytest.mark.parametrize(
    ("name", "archive", "algorithms"),
    [
        ("frus-package", "zip", ["sha256", "sha512"]),
        ("btr", "zip", ["sha256", "sha512"]),
        ("aptrust", "tar", ["md5", "sha256", "sha512"]),
        ("metaarchive", "tar", ["sha1", "sha256", "sha512"]),
    ],
)
def test_profile_sets_form_and_checksums(
    name: str, archive: str, algorithms: list[str], source: Path, tmp_path: Path
) -> None:
    made = build_package(source, tmp_path, Options(profile=name)).written[1]
    assert made.name == f"{NAME}-bag.{archive}"
    folder = unpacked(made, tmp_path / "unpacked")
    for kind in ("manifest", "tagmanifest"):
        assert sorted(p.stem.removeprefix(f"{kind}-") for p in folder.glob(f"{kind}-*.txt")) == algorithms
    assert (folder / "aptrust-info.txt").exists() == (name == "aptrust")
    for manifest in folder.glob("tagmanifest-*.txt"):
        listed = {line.split("  ")[1] for line in manifest.read_text("utf-8").splitlines()}
        tags = {p.name for p in folder.iterdir() if p.is_file()}
        assert listed == {tag for tag in tags if not tag.startswith("tagmanifest-")}


def test_aptrust_info_says_what_package_toml_gives(source: Path, tmp_path: Path) -> None:
    edited(source, "[aptrust]\n", '[aptrust]\nTitle = "A title"\nDescription = "Of it"\n')
    made = build_package(source, tmp_path, Options(profile="aptrust")).written[1]
    text = (unpacked(made, tmp_path / "unpacked") / "aptrust-info.txt").read_text("utf-8")
    assert text == "Access: Institution\nDescription: Of it\nStorage-Option: Standard\nTitle: A title\n"


MISSING = [
    ("btr", 'Source-Organization = "', 'Organization-Address = "', "Source-Organization", "[bag]"),
    ("metaarchive", "Contact-Phone", "Phone", "Contact-Phone", "[bag]"),
    ("aptrust", 'Access = "Institution"\n', "", "Access", "[aptrust], as one of Consortia, Institution, Restricted"),
    ("aptrust", 'Storage-Option = "Standard"\n', "", "Storage-Option", "[aptrust], as one of Standard, Glacier-OH"),
]


@pytest.mark.parametrize("case", MISSING, ids=lambda case: f"{case[0]}-{case[3]}")
def test_missing_field_is_told_with_its_place_before_any_work(
    case: tuple[str, str, str, str, str], source: Path, tmp_path: Path
) -> None:
    profile, old, new, label, where = case
    edited(source, old, new)
    outcome = build_package(source, tmp_path / "out", Options(profile=profile))
    (finding,) = (f for f in outcome.findings if f.is_error)
    assert (finding.code, finding.file) == ("K302", "package.toml")
    assert f"profile {profile} asks for {label}; give it under {where}" in finding.message
    line = (source / "package.toml").read_text("utf-8").splitlines()[(finding.line or 0) - 1]
    assert line == where.partition(",")[0]
    assert not outcome.counts, "documents were read"
    assert not outcome.written


def test_field_a_profile_takes_once_is_not_given_twice(source: Path, tmp_path: Path) -> None:
    edited(source, "[bag]\n", '[bag]\nExternal-Identifier = ["a", "b"]\n')
    (finding,) = (f for f in build_package(source, tmp_path / "out").findings if f.is_error)
    assert finding.code == "K103"
    assert finding.message == "bag.External-Identifier: profile frus-package takes it only once"
    assert build_package(source, tmp_path / "btr", Options(profile="btr")).written


def test_wrong_value_for_aptrust_is_told_whatever_the_profile(source: Path) -> None:
    edited(source, '"Institution"', '"Everybody"')
    (finding,) = (f for f in build_package(source, options=Options(check=True)).findings if f.is_error)
    assert finding.code == "K103"
    assert finding.message.startswith("aptrust.Access: ")


def test_package_toml_that_cannot_be_read_is_not_told_to_lack_fields(source: Path) -> None:
    edited(source, '"Institution"', '"Everybody"')
    outcome = build_package(source, options=Options(check=True, profile="metaarchive"))
    assert [f.code for f in outcome.findings if f.is_error] == ["K103"]


def test_values_of_package_toml_are_those_of_the_profile() -> None:
    labels = PROFILES["aptrust"].tag_files["aptrust-info.txt"]
    assert {info.alias for info in APTrustFacts.model_fields.values()} == set(labels)
    for rule, label in ((labels[label], label) for label in labels):
        for value in rule.get("values", ["free"]):
            APTrustFacts.model_validate({label: value})


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--profile", "aptrust", "--archive", "zip"], "profile aptrust takes --archive tar, not zip"),
        (["--profile", "aptrust", "--archive", "none"], "profile aptrust takes --archive tar, not none"),
        (["--profile", "metaarchive", "--archive", "tgz"], "profile metaarchive takes --archive tar or none, not tgz"),
        (["--profile", "aptrust", "--checksum", "sha256"], "profile aptrust needs --checksum md5 too"),
        (["--checksum", "md5"], "profile frus-package needs --checksum sha256 too"),
    ],
)
def test_what_a_profile_forbids_is_wrong_usage(arguments: list[str], told: str, source: Path, tmp_path: Path) -> None:
    result = CliRunner().invoke(make_package, [str(source), "-o", str(tmp_path / "out"), *arguments])
    assert result.exit_code == 2
    assert result.stderr == f"error: {told}\n"
    assert not (tmp_path / "out").exists()


def test_bags_of_one_command_are_a_group(source: Path, tmp_path: Path) -> None:
    second = edited(shutil.copytree(source, tmp_path / "second"), f'name = "{NAME}"', 'name = "second"')
    sources = [str(source), str(second)]

    def groups(*paths: str) -> list[tuple[str | None, str | None]]:
        out = tmp_path / "-".join(["out", *(Path(p).name for p in paths)])
        assert CliRunner().invoke(make_package, [*paths, "-o", str(out), "--archive", "none", "-q"]).exit_code == 0
        infos = [bagit.Bag(str(path)).info for path in sorted(out.glob("*-bag"))]
        return [(info.get("Bag-Group-Identifier"), info.get("Bag-Count")) for info in infos]

    (first, one), (other, two) = groups(*sources)
    assert first == other
    assert str(first).startswith("urn:uuid:")
    assert (one, two) == ("1 of 2", "2 of 2")
    assert [g for g, _ in groups(*reversed(sources))] == [first, first], "the order of the sources matters"
    assert groups(str(source)) == [(None, None)]
    edited(source, "[bag]\n", '[bag]\nBag-Group-Identifier = "ours"\nBag-Count = "3 of ?"\n')
    assert groups(*sources)[0] == ("ours", "3 of ?")


# ---- published documents


def test_published_profiles_are_those_the_program_uses() -> None:
    published = {p.stem: json.loads(p.read_text("utf-8")) for p in (ROOT / "schemas/bagit-profiles").iterdir()}
    published["frus-package"] = json.loads((ROOT / "schemas/bagit-profile.json").read_text("utf-8"))
    assert published == {name: profile.document for name, profile in PROFILES.items()}
    assert set(known()) == set(PROFILES)


# ---- verifying

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


def run(*arguments: object) -> tuple[int, str, str]:
    result = CliRunner().invoke(verify_package, [str(a) for a in arguments])
    return result.exit_code, result.stdout, result.stderr


def test_command_takes_a_name_or_a_file(tmp_path: Path) -> None:
    bag = bags.write(tmp_path / "bag", GROUND)
    file = tmp_path / "p.json"
    file.write_text(json.dumps(PROFILE))
    assert run(bag, "--profile", file)[0] == 0
    code, out, _ = run(bag, "--profile", "btr")
    assert code == 1
    assert "F803" in out
    code, out, error = run(bag, "--profile", tmp_path / "none.json")
    assert (code, out) == (2, "")
    assert error.count("\n") == 1
    assert "is none of aptrust, btr, frus-package, metaarchive, and no file" in error


def names(paths: Iterable[Path]) -> set[str]:
    return {path.name for path in paths}


def test_package_folder_beside_a_bag_is_no_bag_to_be_held_against_a_profile(source: Path, tmp_path: Path) -> None:
    build_package(source, tmp_path / "out", Options(profile="btr"))
    assert names((tmp_path / "out").iterdir()) == {NAME, f"{NAME}-bag.zip"}
    assert run(*sorted((tmp_path / "out").iterdir()), "--profile", "btr")[0] == 0
