"""BagIt profiles: what each makes of a bag, what it asks for first, and whether others and we see it met."""

import json
import shutil
import tarfile
import zipfile
from collections.abc import Iterable
from copy import deepcopy
from pathlib import Path

import bagit
import pytest
from bagit_profile import Profile as Judge

from commands import make
from conftest import ROOT, SEEDS
from pipeline.build import build_package
from pipeline.findings import UnusableError
from pipeline.manifest import APTrustFacts
from pipeline.options import Options
from pipeline.profiles import ARCHIVES, PROFILES, Archive
from pipeline.verifying import verify
from pipeline.verifying.profile import known

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
    result = make(source, "-o", tmp_path / "out", *arguments)
    assert result.exit_code == 2
    assert result.stderr == f"error: {told}\n"
    assert not (tmp_path / "out").exists()


def test_bags_of_one_command_are_a_group(source: Path, tmp_path: Path) -> None:
    second = edited(shutil.copytree(source, tmp_path / "second"), f'name = "{NAME}"', 'name = "second"')
    sources = [str(source), str(second)]

    def groups(*paths: str) -> list[tuple[str | None, str | None]]:
        out = tmp_path / "-".join(["out", *(Path(p).name for p in paths)])
        assert make(*paths, "-o", out, "--archive", "none", "-q", "--selfcheck", "off").exit_code == 0
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


def names(paths: Iterable[Path]) -> set[str]:
    return {path.name for path in paths}


def test_package_folder_beside_a_bag_is_no_bag_to_be_held_against_a_profile(source: Path, tmp_path: Path) -> None:
    build_package(source, tmp_path / "out", Options(profile="btr"))
    assert names((tmp_path / "out").iterdir()) == {NAME, f"{NAME}-bag.zip"}
    assert all(verify(path, profile="btr").valid for path in (tmp_path / "out").iterdir())
