"""Bad input ends in a finding or one line, with the right exit code, and costs the good documents nothing."""

import os
import shutil
from pathlib import Path

import pytest

from commands import make
from conftest import SEEDS
from pipeline.build import Outcome, build_package
from pipeline.findings import UnusableError
from pipeline.options import Options
from pipeline.source import read_folder

GOOD = "9. Letter From Rusk to Gromyko1\n\nText.\n\n  1. Source: Department of State. Secret."


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "source"
    folder.mkdir()
    (folder / "d9.txt").write_text(GOOD, "utf-8")
    return folder


def checked(folder: Path, *, keep_going: bool = False, check: bool = False) -> Outcome:
    return build_package(folder, folder.parent / "out", Options(keep_going=keep_going, check=check))


def codes(outcome: Outcome, file: str | None = None) -> set[str]:
    return {f.code for f in outcome.findings if file is None or f.file == file} - {"K101", "V402"}


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\x00", "P101"),
        (b"3. Caf\xe9", "P101"),
        ("3. Letter".encode("utf-16"), "P101"),
        (b"3. Letter\n\n\x00", "P102"),
        (b"", "V101"),
        (b" \r\n\t", "V101"),
        ("\ufeff".encode(), "V101"),
    ],
)
def test_unreadable_document_is_left_out_and_told(data: bytes, code: str, source: Path) -> None:
    (source / "d3.txt").write_bytes(data)
    outcome = checked(source)
    assert outcome.failed
    assert code in codes(outcome, "d3.txt")
    assert not outcome.written
    kept = checked(source, keep_going=True)
    assert kept.counts["documents"] == 1
    assert sorted(p.name for p in (source.parent / "out/source/sources").iterdir()) == ["d9.txt"]


def test_folder_without_documents_cannot_be_used(tmp_path: Path) -> None:
    with pytest.raises(UnusableError, match="holds no document"):
        read_folder(tmp_path)
    with pytest.raises(UnusableError, match="cannot be read"):
        read_folder(tmp_path / "nowhere")
    (tmp_path / "file").write_text("x")
    with pytest.raises(UnusableError, match="is not a folder"):
        read_folder(tmp_path / "file")


def test_folder_whose_only_document_is_unreadable_writes_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "source"
    folder.mkdir()
    (folder / "d1.txt").write_bytes(b"\xff")
    assert checked(folder).failed
    outcome = checked(folder, keep_going=True)
    assert outcome.failed
    assert not outcome.written
    assert [f.file for f in outcome.findings if f.is_error] == ["d1.txt"]
    assert not (tmp_path / "out").exists()


def test_links_out_of_the_folder_are_not_followed(source: Path) -> None:
    secret = source.parent / "secret.txt"
    secret.write_text("1. Secret")
    (source / "d1.txt").symlink_to(secret)
    (source / "d2.txt").symlink_to(source / "d2.txt")
    (source / "d3.txt").symlink_to("../source/d9.txt")
    outcome = checked(source, keep_going=True)
    assert codes(outcome, "d1.txt") == {"P104"}
    assert codes(outcome, "d2.txt") == {"P103"}
    assert "V401" in codes(outcome)
    assert outcome.counts["documents"] == 1


def test_package_toml_that_is_a_link_out_is_not_read(source: Path) -> None:
    secret = source.parent / "secret.toml"
    secret.write_text('[package]\nname = "x"')
    (source / "package.toml").symlink_to(secret)
    assert codes(checked(source), "package.toml") == {"P104"}


def test_pipes_are_not_opened(source: Path) -> None:
    os.mkfifo(source / "d1.txt")
    assert codes(checked(source), "d1.txt") == {"P103"}


@pytest.mark.parametrize("name", ["../x", "a/b", "", "CON", "nul.txt", "x" * 101, ".hidden", "a b", "x."])
def test_hostile_name_in_package_toml_is_refused(name: str, source: Path) -> None:
    (source / "package.toml").write_text(f'[package]\nname = "{name}"\n')
    outcome = checked(source)
    assert codes(outcome, "package.toml") == {"K103"}
    assert [f.line for f in outcome.findings if f.code == "K103"] == [2]
    assert not (source.parent / "out").exists()


@pytest.mark.parametrize(
    ("toml", "code", "line"),
    [
        ('[package]\nname = "x"\nnaem = "y"', "K103", 3),
        ('[package]\nname = "x"\n[[package.licenses]]\nname = "CC0-1.0"\nurl = "x"', "K103", 5),
        ('[package]\nname = "x"\ncreated = "yesterday"', "K103", 3),
        ('[package]\nname = "x"\n[documents."d9.txt"]\nnumber = 9', "K103", 4),
        ('[package]\nname = "x"\n[bag]\nPayload-Oxum = "1.1"', "K103", 4),
        ('[package]\nname = "x"\n[bag]\n"Bad:Label" = "1"', "K103", 4),
        ('[package]\nname = "x"\n[bag]\nContact-Name = " "', "K103", 4),
        ('[package]\nname = "x"\n[bag]\nContact-Name = "a\\nBag-Count: 2"', "K103", 4),
        ('[package]\nname = "x"\n[accept]\nX999 = "no such code"', "K103", 4),
        ('[package]\nname = "x"\n[accept]\nP101 = "leave it out"', "K103", 4),
        ('[package]\nname = "x', "K102", 2),
        ("[package\n", "K102", 1),
    ],
)
def test_wrong_package_toml_is_told_with_its_line(toml: str, code: str, line: int, source: Path) -> None:
    (source / "package.toml").write_text(toml)
    outcome = checked(source)
    assert [(f.code, f.line) for f in outcome.findings if f.code in ("K102", "K103", "K105")] == [(code, line)]
    assert outcome.failed
    kept = checked(source, keep_going=True)
    assert not kept.written, "what package.toml says is not known, so nothing is written in its name"


def test_package_toml_in_another_encoding_or_nested_deeply(source: Path) -> None:
    for data in (b"[package]\nname = '\xff'", b"x = " + b"[" * 100_000):
        (source / "package.toml").write_bytes(data)
        assert codes(checked(source), "package.toml") == {"K102"}


def test_two_files_with_one_number_keep_the_first(source: Path) -> None:
    (source / "other.txt").write_text(GOOD, "utf-8")
    assert codes(checked(source)) >= {"V401"}
    kept = checked(source, keep_going=True)
    assert kept.counts["documents"] == 1
    assert (source.parent / "out/source/sources/d9.txt").exists()


@pytest.mark.parametrize(
    "name", ["a%0A.txt", "a\nb.txt", "con.txt", "a:b.txt", "é.txt".replace("é", "e\u0301"), "a .txt"]
)
def test_names_that_validators_disagree_on_are_refused(name: str, source: Path) -> None:
    (source / name).write_text("3. Letter\n\nText.")
    outcome = checked(source)
    assert ("K201" in codes(outcome)) == (name != "a .txt")


def test_numbers_that_differ_only_in_case_are_one_document(source: Path) -> None:
    (source / "x.txt").write_text("12A. Letter\n\nText.")
    (source / "y.txt").write_text("12a. Letter\n\nText.")
    outcome = checked(source, keep_going=True)
    assert "V401" in codes(outcome, "y.txt")
    assert outcome.counts["documents"] == 2


def test_twins_are_the_same_whatever_the_order_of_the_disk(tmp_path: Path) -> None:
    made = []
    for number, names in enumerate((["d1.txt", "d01.txt"], ["d01.txt", "d1.txt"])):
        folder = tmp_path / str(number) / "source"
        folder.mkdir(parents=True)
        for name in names:
            (folder / name).write_text(f"1. Letter\n\nOf {name}.")
        made.append([(f.code, f.file) for f in checked(folder, keep_going=True).findings])
        assert (folder.parent / "out/source/sources/d01.txt").exists()
    assert made[0] == made[1]
    assert ("V401", "d1.txt") in made[0]


def test_twin_that_is_left_out_spoils_no_reference(source: Path) -> None:
    (source / "d9 copy.txt").write_text(GOOD)
    (source / "d10.txt").write_text("10. Letter\n\nSee Document 9.")
    outcome = checked(source, keep_going=True)
    assert outcome.counts["references resolved"] == 1
    assert "R303" not in codes(outcome)


def test_names_that_differ_only_in_case_are_refused(source: Path) -> None:
    (source / "D9.txt").write_text("3. Letter\n\nText.")
    assert "K201" in codes(checked(source))


def test_ten_megabyte_line_is_read(source: Path) -> None:
    (source / "d3.txt").write_text("3. Letter\n\n" + "word " * 2_000_000)
    outcome = checked(source, check=True)
    assert not outcome.failed


def test_four_hundred_notes_without_a_marker_are_told(source: Path) -> None:
    notes = "\n".join(f"  {n}. Not printed." for n in range(1, 401))
    (source / "d3.txt").write_text(f"3. Letter\n\nText without any.\n\n{notes}")
    outcome = checked(source, keep_going=True)
    told = [f.message for f in outcome.findings if f.code == "P402"]
    assert (len(told), told[-1]) == (21, "380 more places like this in the file")
    assert outcome.counts["notes"] == 401


@pytest.mark.parametrize("output", ["file", "file/out"])
def test_output_that_cannot_be_written_is_one_line(output: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    result = make(SEEDS, "-o", tmp_path / output)
    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 1
    assert "cannot be written" in result.stderr


def test_good_documents_beside_bad_ones_are_the_same_bytes(tmp_path: Path) -> None:
    source = shutil.copytree(SEEDS, tmp_path / "bad")
    (source / "d1.txt").write_bytes(b"\xff")
    (source / "d2.txt").write_bytes(b"")
    build_package(SEEDS, tmp_path / "one")
    build_package(source, tmp_path / "two", Options(keep_going=True))
    for name in ("documents/d280.json", "documents/d293.json", "tables/notes.csv", "tables/references.csv"):
        one, two = (tmp_path / o / "frus1961-63v11" / name for o in ("one", "two"))
        assert one.read_bytes() == two.read_bytes()


@pytest.mark.parametrize(
    "toml",
    [
        "created = 2200-01-01\n",
        "created = 1963-02-18\n",
        '[[package.contributors]]\ntitle = "x"\nemail = "nope"\n',
        "[[package.sources]]\n",
        '[[package.licenses]]\nname = "x"\npath = "/etc/passwd"\n',
        '[[package.sources]]\ntitle = "x"\npath = "../../x"\n',
        '[documents."d9.txt"]\ndate = "1960-13"\n',
        '[documents."d9.txt"]\ndate = "1963-02-31"\n',
        'version = "١.0.0"\n',
        'description = "a\\u0007"\n',
        '[documents."d9.txt"]\nid = "con"\n',
        '[bag]\nContact-Name = "a"\ncontact-name = "b"\n',
    ],
)
def test_odd_values_are_refused_with_a_finding_or_written_soundly(toml: str, source: Path) -> None:
    (source / "package.toml").write_text(f'[package]\nname = "x"\n{toml}')
    outcome = checked(source)
    assert outcome.failed == ("created" not in toml)
    assert outcome.failed == ("K103" in codes(outcome))


def test_output_within_the_source_is_no_document(source: Path) -> None:
    for _ in range(2):
        outcome = build_package(source, source / "out")
        assert "P105" not in codes(outcome)
    with pytest.raises(UnusableError, match="is the source itself"):
        build_package(source, source)


def test_place_of_a_wrong_byte_is_counted_in_lines_of_every_kind(source: Path) -> None:
    (source / "d3.txt").write_bytes(b"3. H\r\rab\xffc\r")
    found = next(f for f in checked(source).findings if f.code == "P101")
    assert (found.line, found.column) == (3, 3)


def test_many_findings_of_a_file_are_told_as_twenty_and_a_count(source: Path) -> None:
    (source / "d3.txt").write_text("3. Letter\n\n" + "[Page 1] " * 20_000 + "\x07a" * 1000)
    outcome = checked(source)
    for code, rest in (("V301", 19_979), ("V103", 980)):
        told = [f for f in outcome.findings if f.code == code]
        assert len(told) == 21
        assert told[-1].message == f"{rest} more places like this in the file"
        assert told[-1].line == 3


def test_wrong_shapes_in_package_toml_are_told_in_its_own_words(source: Path) -> None:
    (source / "package.toml").write_text('package = 5\nbag = []\naccept = {R301 = 5}\n[documents]\n"x" = 3\n')
    told = {f.line: f.message for f in checked(source).findings if f.code == "K103"}
    assert told == {
        1: "package: is not a table",
        2: "bag: is not a table",
        3: "accept.R301: is not a text",
        5: "documents.x: is not a table",
    }


def test_package_toml_without_a_name_takes_that_of_the_folder(source: Path) -> None:
    for toml in ("", "[package]\ncreated = 2026-11-21\n"):
        (source / "package.toml").write_text(toml)
        outcome = checked(source, check=True)
        assert (outcome.name, outcome.failed) == ("source", False)


def test_unreadable_package_toml_names_no_package(source: Path) -> None:
    (source / "package.toml").symlink_to("/etc/hostname")
    assert not checked(source, keep_going=True).written


def test_unreadable_package_toml_is_told_once(source: Path) -> None:
    (source / "package.toml").mkdir()
    assert {f.code for f in checked(source).findings if f.file == "package.toml"} == {"P103"}


@pytest.mark.parametrize(
    ("toml", "code", "line"),
    [
        ('[documents."no.txt"]\nnumber = "9"', "K104", 5),
        ('[accept]\n"R301:d9" = "x"', "K105", 6),
        ('volume = "frus1999v99"', "K106", 5),
        ('[documents."a[1].txt"]\nnaem = "9"', "K103", 6),
        ('description = """\nnaem = 5\n"""\nnaem = "x"', "K103", 8),
    ],
)
def test_findings_about_package_toml_have_its_line(toml: str, code: str, line: int, source: Path) -> None:
    head = '[package]\nname = "x"\ncreated = 2026-11-21\nlicenses = [{ name = "CC0-1.0" }]\n'
    (source / "package.toml").write_text(head + toml)
    assert [(f.code, f.line) for f in checked(source).findings if f.file == "package.toml"] == [(code, line)]


def test_source_that_changes_while_it_is_packaged_is_told(source: Path) -> None:
    def change(stage: str, _done: int, _total: int) -> None:
        if stage == "parse":
            (source / "d9.txt").write_text("9. Another")

    with pytest.raises(UnusableError, match=r"d9\.txt was changed"):
        build_package(source, source.parent / "out", progress=change)
    assert not (source.parent / "out").exists()


@pytest.mark.parametrize("name", ["a" * 150, "con.docs", "aux", "-.-", "日本"])
@pytest.mark.parametrize("toml", ["", '[package]\nname = "small"\n'])
def test_any_name_of_a_folder_will_do(name: str, toml: str, source: Path) -> None:
    folder = source.rename(source.with_name(name))
    if toml:
        (folder / "package.toml").write_text(toml)
    outcome = checked(folder)
    assert outcome.written
    assert outcome.name == "small" if toml else outcome.name[0].isalnum()


def test_a_path_that_is_too_long_is_one_line(tmp_path: Path) -> None:
    for name in ("a" * 300, "a" * 300 + ".xml"):
        with pytest.raises(UnusableError, match="cannot be read: File name too long"):
            checked(tmp_path / name)


def test_output_deep_within_the_source_changes_nothing(source: Path) -> None:
    options = Options(strict=False)
    made = []
    for _ in range(2):
        outcome = build_package(source, source / "a/b", options)
        made.append((outcome.findings, (source / "a/b/source-bag.zip").read_bytes()))
    assert made[0] == made[1]


def test_a_document_is_not_lost_where_the_output_has_its_name(source: Path) -> None:
    assert build_package(source, source / "d9.txt", Options(check=True)).counts["documents"] == 1
    with pytest.raises(UnusableError, match="cannot be written"):
        build_package(source, source / "d9.txt")
    assert (source / "d9.txt").read_text("utf-8") == GOOD
