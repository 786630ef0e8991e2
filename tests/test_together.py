"""Several sources in one package: ids that hold, references across volumes, sources under their own names."""

import json
import shutil
from collections import Counter
from pathlib import Path

import pytest

from commands import make
from conftest import SEEDS
from packages import digests, rows, sound
from pipeline.build import Outcome, build_together
from pipeline.findings import UnusableError
from pipeline.options import Options
from pipeline.source import volumes_in
from tei import document, save, volume
from volumes import TOML

FIRST, SECOND = "frus1958-60v08", "frus1961-63v14"
CITES = (
    '<p>Text.<note n="1" xml:id="d1fn1">See <hi rend="italic">Foreign Relations</hi>, 1961–1963, vol. XIV, '
    'Document 2. See also <ref target="frus1961-63v14#d2fn1">footnote 1</ref>.</note></p>'
)
CITED = '<p>Text.<note n="1" xml:id="d2fn1">Not printed.</note></p>'


def tei(folder: Path, name: str, *documents: str, toml: str | None = None) -> Path:
    folder.mkdir(exist_ok=True)
    if toml is not None:
        (folder / f"{name}.toml").write_text(toml)
    return save(folder, volume(*documents, idno=name), f"{name}.xml")


@pytest.fixture
def series(tmp_path: Path) -> Path:
    """Two volumes, one of which cites the other."""
    folder = tmp_path / "volumes"
    tei(folder, FIRST, document(CITES, "1"), document("<p>Text.</p>", "2"))
    tei(folder, SECOND, document("<p>Text.</p>", "1"), document(CITED, "2"), toml=TOML)
    return folder


def together(*sources: Path, output: Path, name: str = "series", **options: object) -> Outcome:
    given = Options(archive="none", **options)  # type: ignore[arg-type] # options of Options, by name
    return build_together(name, sources, output, given)


def test_volumes_together_are_one_valid_package(series: Path, tmp_path: Path) -> None:
    outcome = together(series, output=tmp_path / "out")
    assert not [f for f in outcome.findings if f.is_error]
    sound(tmp_path / "out", "series")
    package = tmp_path / "out/series"
    ids = [r["document_id"] for r in rows(package, "documents")]
    assert ids == [f"{FIRST}/d1", f"{FIRST}/d2", f"{SECOND}/d1", f"{SECOND}/d2"]
    assert [r["volume_id"] for r in rows(package, "volumes")] == [FIRST, SECOND]
    assert Counter(r["volume_id"] for r in rows(package, "persons")) == {FIRST: 2, SECOND: 2}
    assert (package / f"documents/{FIRST}/d1.json").exists()
    assert (package / f"documents/{SECOND}/d1.json").exists()
    assert (package / f"sources/{FIRST}/{FIRST}.xml").exists()
    assert (package / f"sources/{SECOND}/package.toml").read_text() == TOML
    descriptor = json.loads((package / "datapackage.json").read_text("utf-8"))
    assert [x["name"] for x in descriptor["licenses"]] == ["CC0-1.0"]
    assert descriptor["name"] == "series"
    paths = [r["path"] for r in descriptor["resources"]]
    assert len(set(paths)) == len(paths)


def test_package_toml_of_a_folder_of_volumes_speaks_for_the_package(series: Path, tmp_path: Path) -> None:
    told = TOML.replace("Small matters", "Two volumes")
    (series / "package.toml").write_text(told)
    outcome = together(series, output=tmp_path / "out")
    assert not [f for f in outcome.findings if f.is_error or f.code in ("K101", "K109")]
    sound(tmp_path / "out", "series")
    package = tmp_path / "out/series"
    descriptor = json.loads((package / "datapackage.json").read_text("utf-8"))
    assert (descriptor["name"], descriptor["title"]) == ("series", "Two volumes")
    assert [x["name"] for x in descriptor["licenses"]] == ["CC0-1.0"]
    assert (package / "sources/package.toml").read_text() == told
    made = make(series, "--together", "series", "-o", tmp_path / "again", "--archive", "none", "--no-cache")
    assert made.exit_code == 0, made.output
    assert digests(tmp_path / "again") == digests(tmp_path / "out")
    (series / "package.toml").write_text("[package")
    broken = together(series, output=tmp_path / "broken")
    assert [(f.code, f.file) for f in broken.findings if f.is_error] == [("K102", "package.toml")]


def test_references_across_volumes_are_resolved_with_ids_that_hold(series: Path, tmp_path: Path) -> None:
    together(series, output=tmp_path / "out")
    package = tmp_path / "out/series"
    found = [r for r in rows(package, "references") if r["document_id"] == f"{FIRST}/d1"]
    assert {r["status"] for r in found} == {"resolved"}
    assert {r["target_document_id"] for r in found} == {f"{SECOND}/d2"}
    assert {r["target_note_id"] for r in found} <= {"", f"{SECOND}/d2fn1"}
    alone = json.loads(make(series / f"{FIRST}.xml", "--check", "--format", "json", "--no-cache").stdout)
    assert alone[0]["counts"].get("references resolved", 0) == 0


def test_lines_are_a_file_a_volume(series: Path, tmp_path: Path) -> None:
    together(series, output=tmp_path / "out", records="lines")
    sound(tmp_path / "out", "series")
    for name in (FIRST, SECOND):
        lines = (tmp_path / f"out/series/documents/{name}.jsonl").read_text("utf-8").splitlines()
        assert [json.loads(line)["document_id"] for line in lines] == [f"{name}/d1", f"{name}/d2"]
    assert "- `documents/`: the same as JSON Lines, a file a volume" in (tmp_path / "out/series/README.md").read_text()


def test_volumes_whose_numbers_are_equal_do_not_mix(tmp_path: Path) -> None:
    """`v1` and `v01` sort alike by number; the file of each has all its documents."""
    names = ("frus1v1", "frus1v01")
    for name in names:
        tei(tmp_path / "volumes", name, document("<p>A.</p>", "1"), document("<p>B.</p>", "2"))
    together(tmp_path / "volumes", output=tmp_path / "out", records="lines")
    for name in names:
        assert len((tmp_path / f"out/series/documents/{name}.jsonl").read_text("utf-8").splitlines()) == 2


def test_text_and_volumes_go_together(series: Path, tmp_path: Path) -> None:
    other = shutil.copytree(SEEDS, tmp_path / "seeds")
    outcome = together(series, other, output=tmp_path / "out")
    assert not [f for f in outcome.findings if f.is_error]
    sound(tmp_path / "out", "series")
    package = tmp_path / "out/series"
    assert outcome.counts["documents"] == 6
    assert (package / "sources/frus1961-63v11/000_948f2d66d0829868.txt").exists()
    assert {r["source_path"] for r in rows(package, "documents")} <= {
        p.relative_to(package).as_posix() for p in package.rglob("*") if p.is_file()
    }


def test_a_document_from_two_sources_is_told_and_kept_once(series: Path, tmp_path: Path) -> None:
    other = tmp_path / "text"
    other.mkdir()
    (other / "package.toml").write_text(TOML.replace("created", f'volume = "{FIRST}"\ncreated'))
    (other / "d1.txt").write_text("1. Letter\n\nText.")
    outcome = together(series, other, output=tmp_path / "out", keep_going=True)
    twins = [f for f in outcome.findings if f.code == "V401"]
    assert [(f.file, f.document_id) for f in twins] == [("text/d1.txt", f"{FIRST}/d1")]
    sound(tmp_path / "out", "series")
    assert rows(tmp_path / "out/series", "documents")[0]["source_path"] == f"sources/{FIRST}/{FIRST}.xml"


def test_the_order_of_sources_is_not_that_of_the_package(tmp_path: Path) -> None:
    """Not even where the names of volumes differ in case only, whose documents may be twins."""
    sources = []
    for name, numbers in (("frus1961-63v98", "13"), ("frus1961-63v97", "1"), ("frus1961-63V98", "12")):
        sources.append(tmp_path / f"{name}-{numbers}")
        sources[-1].mkdir()
        (sources[-1] / "package.toml").write_text(TOML.replace("created", f'volume = "{name}"\ncreated'))
        for number in numbers:
            (sources[-1] / f"d{number}.txt").write_text(f"{number}. Letter\n\nText.")
    made = []
    for output, order in (("one", sources), ("other", [sources[1], sources[0], sources[2]])):
        together(*order, output=tmp_path / output, keep_going=True)
        made.append([r["document_id"] for r in rows(tmp_path / output / "series", "documents")])
    assert made == [["frus1961-63V98/d2", "frus1961-63v97/d1", "frus1961-63v98/d1", "frus1961-63v98/d3"]] * 2


def test_one_volume_under_two_names_is_refused(series: Path, tmp_path: Path) -> None:
    other = tei(tmp_path / "more", FIRST, document("<p>A.</p>", "5"), toml=TOML)
    other.with_suffix(".toml").write_text(TOML.replace("title", 'name = "another"\ntitle'))
    with pytest.raises(UnusableError, match="two sources are the volume"):
        together(series, other, output=tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_broken_volume_stops_the_whole_or_is_left_out(series: Path, tmp_path: Path) -> None:
    (series / "frus1961-63v15.xml").write_bytes(b"<TEI")
    assert not together(series, output=tmp_path / "out").written
    outcome = together(series, output=tmp_path / "out", keep_going=True)
    assert outcome.failed
    sound(tmp_path / "out", "series")
    assert [f.file for f in outcome.findings if f.is_error] == ["frus1961-63v15/frus1961-63v15.xml"]


def test_findings_of_sources_are_told_apart(series: Path, tmp_path: Path) -> None:
    other = shutil.copytree(SEEDS, tmp_path / "seeds")
    (other / "picture.png").write_bytes(b"")
    found = together(series, other, output=tmp_path / "out").findings
    assert [f.file for f in found if f.code == "P105"] == ["frus1961-63v11/picture.png"]
    assert "K101" not in {f.code for f in found}, "that one volume of several has none is no matter"
    printed = make(series, other, "--together", "series", "-o", tmp_path / "again", "-v").output
    assert f"  --> {other}/picture.png\n" in printed, "a place is a path that can be opened"


@pytest.mark.parametrize("name", ["", ".", "..", "../x", "a/b", "con", "a b", "x" * 200, "-x"])
def test_a_name_that_is_none_is_refused(name: str, series: Path, tmp_path: Path) -> None:
    result = make(series, "--together", name, "-o", tmp_path / "out", "--no-cache")
    assert result.exit_code == 2
    assert "cannot be the name of a package" in result.stderr
    assert not (tmp_path / "out").exists()


def test_jobs_and_cache_change_no_byte(series: Path, tmp_path: Path) -> None:
    for name, jobs, cache in (("1", 1, None), ("2", 2, tmp_path / "cache"), ("3", 3, tmp_path / "cache")):
        together(series, SEEDS, output=tmp_path / name, jobs=jobs, cache=cache, selfcheck="off")
    assert digests(tmp_path / "1") == digests(tmp_path / "2") == digests(tmp_path / "3")


def test_a_folder_stands_for_its_volumes_unless_it_has_texts(series: Path) -> None:
    assert [p.name for p in volumes_in(series)] == [f"{FIRST}.xml", f"{SECOND}.xml"]
    (series / "d1.txt").write_text("1. Letter")
    assert volumes_in(series) == [series]
    assert volumes_in(series / "nowhere") == [series / "nowhere"]


BROKEN = '<p>Text.<note n="1" xml:id="d1fn1">See footnote 7, Document 2.</note></p>'


def test_what_a_source_accepts_holds_for_its_own_findings(tmp_path: Path) -> None:
    folder = tmp_path / "volumes"
    for name, accept in ((FIRST, '[accept]\n"R301:d1" = "printed so"\n"R301:d2" = "in vain"\n'), (SECOND, "")):
        tei(folder, name, document(BROKEN), document("<p>Text.</p>", "2"), toml=TOML + accept)
    found = together(folder, output=tmp_path / "out", check=True).findings
    told = {(f.code, f.file): f.accepted for f in found if f.code in ("R301", "K105")}
    assert told == {
        ("R301", f"{FIRST}/{FIRST}.xml"): "printed so",
        ("R301", f"{SECOND}/{SECOND}.xml"): None,
        ("K105", f"{FIRST}/{FIRST}.toml"): None,
    }


@pytest.mark.parametrize(("key", "volumes"), [("R301:d1", {FIRST, SECOND}), (f"R301:{SECOND}/d1", {SECOND})])
def test_what_the_folder_accepts_holds_for_all(key: str, volumes: set[str], tmp_path: Path) -> None:
    folder = tmp_path / "volumes"
    for name in (FIRST, SECOND):
        tei(folder, name, document(BROKEN), document("<p>Text.</p>", "2"))
    (folder / "package.toml").write_text(f'{TOML}[accept]\n"{key}" = "printed so"\n')
    found = together(folder, output=tmp_path / "out", check=True).findings
    assert {f.document_id for f in found if f.accepted} == {f"{name}/d1" for name in volumes}
    assert "K105" not in {f.code for f in found}


def test_none_accepts_in_vain_what_another_accepts_too(tmp_path: Path) -> None:
    folder = tmp_path / "volumes"
    accept = '[accept]\nR301 = "printed so"\nV402 = "known gap"\n'
    for name in (FIRST, SECOND):
        tei(
            folder,
            name,
            document(BROKEN),
            document("<p>Text.</p>", "2"),
            document("<p>Text.</p>", "4"),
            toml=TOML + accept,
        )
    for names in ((FIRST, SECOND), (FIRST,)):
        for spoken in ("", TOML + accept):
            (folder / "package.toml").write_text(spoken) if spoken else (folder / "package.toml").unlink(
                missing_ok=True
            )
            chosen = [folder] if len(names) > 1 else [folder / f"{FIRST}.xml"]
            found = together(*chosen, output=tmp_path / "out", check=True).findings
            assert {f.accepted for f in found if f.code in ("R301", "V402")} <= {"printed so", "known gap"}
            assert "K105" not in {f.code for f in found}


def test_a_lone_volume_of_a_folder_accepts_its_own_findings(tmp_path: Path) -> None:
    folder = tmp_path / "volumes"
    tei(folder, FIRST, document(BROKEN), document("<p>Text.</p>", "2"), toml=TOML + '[accept]\nR301 = "printed so"\n')
    (folder / "package.toml").write_text(TOML)
    found = together(folder, output=tmp_path / "out", check=True).findings
    assert {f.accepted for f in found if f.code == "R301"} == {"printed so"}


def test_one_volume_among_texts_does_not_describe_the_whole(tmp_path: Path) -> None:
    one = tei(tmp_path / "volumes", FIRST, document("<p>Text.</p>"))
    outcome = together(SEEDS, one, output=tmp_path / "out")
    assert not [f for f in outcome.findings if f.is_error]
    descriptor = json.loads((tmp_path / "out/series/datapackage.json").read_text("utf-8"))
    assert "Small Matters" not in descriptor["title"]
    assert "Jane Doe" not in {c["title"] for c in descriptor.get("contributors", [])}
