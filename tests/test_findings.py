"""Every code of the table is provoked by a mutation of a sound source, is told with a place, and is explained."""

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import SEEDS
from pipeline import accept
from pipeline.accept import Ledger, judged
from pipeline.build import build_package
from pipeline.findings import Finding, Place, Severity, TextLocator, finding, rules
from pipeline.judges import judge_bag, judge_package
from pipeline.options import Options
from pipeline.source import read_source

FIRST, SECOND = "000_948f2d66d0829868.txt", "003_cfb8ba3d3f9b8080.txt"
PLAIN = (
    "7. Letter From Rusk to Gromyko1\n\nText of the letter.2\n\n  1. Source: Department of State.\n  2. Not printed."
)


def edit(name: str, old: str, new: str) -> Callable[[Path], None]:
    def mutate(folder: Path) -> None:
        path = folder / name
        text = path.read_text("utf-8")
        assert old in text
        path.write_bytes(text.replace(old, new, 1).encode())

    return mutate


def write(name: str, data: bytes | str) -> Callable[[Path], None]:
    def mutate(folder: Path) -> None:
        (folder / name).write_bytes(data.encode() if isinstance(data, str) else data)

    return mutate


def link_out(folder: Path) -> None:
    outside = folder.parent / "outside.txt"
    outside.write_text("1. Secret")
    (folder / "d3.txt").symlink_to(outside)


def special_file(folder: Path) -> None:
    (folder / "d3.txt").mkdir()


MUTATIONS: dict[str, Callable[[Path], None]] = {
    "P101": write("d3.txt", b"3. Note\n\ncaf\xe9"),
    "P102": write("d3.txt", b"3. Note\n\n\x00"),
    "P103": special_file,
    "P104": link_out,
    "P105": write("d3.pdf", b"%PDF"),
    "P106": write("d7.txt", "\ufeff" + PLAIN),
    "P201": write("d7.txt", PLAIN.replace("7. ", "", 1)),
    "P202": write("d8.txt", PLAIN),
    "P203": write("d7.txt", "word " * 200 + "\n\n" + PLAIN),
    "P204": write("d7.txt", PLAIN.replace("Text of", "Paris, May 3.\n\nText of")),
    "P301": write("d7.txt", PLAIN + "\n\nA stray paragraph."),
    "P302": write("d7.txt", PLAIN.replace("  2. ", "  3. ")),
    "P401": write("d7.txt", PLAIN.replace("letter.2", "letter.2 It was the letter.2 It ended.")),
    "P402": write("d7.txt", PLAIN.replace("letter.2", "letter.")),
    "P403": write("d7.txt", PLAIN.replace("\n  2. Not printed.", "")),
    "P404": write("d7.txt", PLAIN.replace("letter.2", "letter.2 More.2") + "\n  3. Not found."),
    "P501": edit(FIRST, "Secret. Drafted", "Secret. The source text is a copy. Drafted"),
    "V101": write("d7.txt", "\n \n"),
    "V102": write("d7.txt", "7. Letter From Rusk to Gromyko"),
    "V103": edit(FIRST, "Cuba is still", "Cuba\x07 is still"),
    "V104": edit(FIRST, "Cuba is still", "Cuba\ufffd is still"),
    "V105": edit(FIRST, "Cuba is still", "Cubaâ€™s still"),
    "V301": edit(FIRST, "[Page 698]", "[Page 697]"),
    "V302": edit(FIRST, "[Page 698]", "[Page 699]"),
    "V303": write("d300.txt", PLAIN.replace("7. ", "300. ", 1).replace("Text of", "[Page 5] Text of")),
    "V401": write("d280.txt", PLAIN.replace("7. ", "280. ", 1)),
    "V402": write("d7.txt", PLAIN),
    "V403": edit("package.toml", 'volume = "frus1961-63v11"', 'volume = "frus1961-63v06"'),
    "V404": lambda folder: (
        write("d293a.txt", PLAIN.replace("7. ", "293. ", 1))(folder),
        edit("package.toml", "[bag]", '[documents."d293a.txt"]\nid = "d293-other"\n[bag]')(folder),
    )[0],
    "V501": edit("package.toml", "[bag]", f'[documents."{FIRST}"]\ndate = 1999-01-01\n[bag]'),
    "R301": edit(SECOND, "See footnote 3, Document 292.", "See footnote 7, Document 280."),
    "R302": edit(SECOND, "Documents 95 and 102.", "See Foreign Relations, 1961–1963, vol. XC, Document 2."),
    "R303": edit(SECOND, "Documents 95 and 102.", "See Foreign Relations, 1958–1960, vol. VII, Document 2."),
    "K101": lambda folder: (folder / "package.toml").unlink(),
    "K102": edit("package.toml", "[package]", "[package"),
    "K103": edit("package.toml", 'homepage = "', 'homepag = "'),
    "K104": edit("package.toml", "[bag]", '[documents."d99.txt"]\nnumber = "99"\n[bag]'),
    "K105": edit("package.toml", "[bag]", '[accept]\n"R301" = "misprint"\n[bag]'),
    "K106": edit("package.toml", 'volume = "frus1961-63v11"', 'volume = "frus1961-63v99"'),
    "K107": edit("package.toml", "created = 2026-11-21\n", ""),
    "K109": edit("package.toml", (SEEDS / "package.toml").read_text("utf-8").split("\n\n")[2], ""),
    "K201": write("100%.txt", PLAIN),
    "K302": edit("package.toml", "Source-Organization = ", "Organization-Address = "),
}
ELSEWHERE = {"K108", "K301"} | {code for code in rules() if code.startswith("P6")}
"""Provoked in test_volumes.py, below on what was written, and in test_tei_findings.py on volumes of TEI."""


def findings_of(folder: Path) -> Sequence[Finding]:
    profile = "btr"
    return build_package(folder, options=Options(check=True, profile=profile)).findings


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return shutil.copytree(SEEDS, tmp_path / "seeds")


@pytest.mark.parametrize("code", MUTATIONS)
def test_mutation_provokes_its_code(code: str, source: Path) -> None:
    before = {f.message for f in findings_of(source) if f.code == code}
    MUTATIONS[code](source)
    found = [f for f in findings_of(source) if f.code == code and f.message not in before]
    assert found, "the mutation is not seen"
    assert all(f.file or code == "V402" for f in found), "a finding has no file"


@pytest.mark.parametrize("code", sorted(set(MUTATIONS) - {"K101", "K102", "K103", "K106", "V403"}))
def test_mutation_costs_nothing_else(code: str, source: Path) -> None:
    """The document that was not touched is read as before: same findings of its own, still there."""
    untouched = SECOND if code not in ("R301", "R302", "R303") else FIRST
    before = [f for f in findings_of(source) if f.file == untouched]
    MUTATIONS[code](source)
    assert [f for f in findings_of(source) if f.file == untouched] == before


def test_every_code_has_a_mutation() -> None:
    assert set(MUTATIONS) | ELSEWHERE == {code for code in rules() if not code.startswith("F")}


def test_check_failed_is_told_of_a_damaged_package_and_bag(package: Path, bag_folder: Path, tmp_path: Path) -> None:
    broken = shutil.copytree(package, tmp_path / "package")
    with (broken / "tables/notes.csv").open("ab") as table:
        table.write(b"x\r\n")
    for rows in (None, 1000):
        found = judge_package(broken, rows)
        assert {f.code for f in found} == {"K301"}
        assert all("frictionless" in f.message for f in found)
    descriptor = package / "datapackage.json"
    (broken / descriptor.name).write_text(descriptor.read_text("utf-8").replace('"integer"', '"no such type"'), "utf-8")
    assert {f.code for f in judge_package(broken, 1)} == {"K301"}
    assert judge_package(package, 1) == []
    bag = shutil.copytree(bag_folder, tmp_path / "bag")
    (bag / "data/README.md").write_text("changed")
    assert [f.code for f in judge_bag(bag, full=True)] == ["K301"]


@pytest.mark.parametrize("code", rules())
def test_every_code_is_explained_in_sentences(code: str) -> None:
    rule = rules()[code]
    assert rule.slug == rule.slug.lower().replace(" ", "-")
    for text in (rule.why, rule.mend):
        assert text[0].isupper()
        assert text[-1] in ".)", text


def test_slugs_are_unique() -> None:
    assert len({r.slug for r in rules().values()}) == len(rules())


@pytest.mark.parametrize(
    ("text", "offset", "expected"),
    [("ab\ncd", 3, (2, 1)), ("a\r\nb", 3, (2, 1)), ("a\rb", 2, (2, 1)), ("a\x0bb", 2, (1, 3)), ("", 0, (1, 1))],
)
def test_line_and_column_count_from_one(text: str, offset: int, expected: tuple[int, int]) -> None:
    assert TextLocator("f", text).line_column(offset) == expected


def test_excerpt_shows_the_place_within_a_long_line() -> None:
    text = "a" * 500 + "HERE" + "b" * 500
    found = TextLocator("f", text).finding("R301", "m", Place(500, 504))
    assert found.excerpt is not None
    assert found.excerpt[found.excerpt_start : found.excerpt_start + found.excerpt_length] == "HERE"
    assert len(found.excerpt) < 110


def ledger(*findings: Finding) -> Ledger:
    taken = Ledger(read_source(SEEDS))
    taken.add(findings)
    return taken


def test_warnings_stop_only_strict_builds_and_accepted_findings_none(tmp_path: Path) -> None:
    warning, error = finding("P402", "m"), finding("R301", "m", document_id="v/d1")
    assert not ledger(warning).failed()
    assert ledger(warning).failed(strict=True)
    assert ledger(error).failed()
    source = shutil.copytree(SEEDS, tmp_path / "seeds")
    edit("package.toml", "[bag]", '[accept]\n"R301:d1" = "misprint"\n[bag]')(source)
    accepting = Ledger(read_source(source))
    accepting.add([error])
    assert not accepting.failed(strict=True)
    (accepted,) = accepting.close()
    assert (accepted.severity, accepted.accepted) == (Severity.ERROR, "misprint")


def test_what_cannot_be_accepted_is_not_shown_as_accepted(tmp_path: Path) -> None:
    source = shutil.copytree(SEEDS, tmp_path / "seeds")
    edit("package.toml", "[bag]", '[accept]\nP103 = "never mind"\n[bag]')(source)
    read = read_source(source)
    assert "K103" in {f.code for f in read.findings}
    (shown,) = judged(read, [finding("P103", "cannot be read")])
    assert shown.accepted is None


@given(
    st.lists(
        st.tuples(st.sampled_from(["d2.txt", "d10.txt", None]), st.integers(1, 9), st.text(max_size=3)), max_size=60
    )
)
def test_many_findings_are_told_as_few_are(places: list[tuple[str | None, int, str]]) -> None:
    """Those that do not fit into memory lie in files, in the same order."""
    findings = [finding("P402", message, file, line=line) for file, line, message in places]
    few = ledger(*findings).close()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(accept, "RUN", 3)
        patch.setattr(accept, "WAYS", 3)
        many = ledger(*findings).close()
    assert list(many) == list(few)
    assert len(many) == len(findings)
    assert [many[i] for i in range(len(many))] == list(few)
    assert list(many[1:-1]) == list(few[1:-1])
