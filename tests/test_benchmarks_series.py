"""The benchmarks of whole volumes: what is measured, and what twins differ in."""

import subprocess
import sys
from pathlib import Path

import pytest
from gold import render_volume
from series import make_volumes, measured
from twins import LOST_BOUND, LOST_DASH, LOST_DATELINE, LOST_PAGE, OTHER, SPACE, Table, twins

from conftest import ROOT
from tei import document, save, volume

NOTES = '<note n="1" xml:id="d1fn1">See <ref target="#d2">Document 2</ref>. The talks had begun late.</note>'
DATELINE = '<dateline><placeName>Bonn</placeName>, <date when="1961-04-27">April 27, 1961</date>.</dateline>'


@pytest.fixture
def source(tmp_path: Path) -> Path:
    second = document("<p>Not even they could have done that without a word to us in the Embassy.</p>", "2")
    return save(tmp_path, volume(document(f"{DATELINE}<p>We agreed.{NOTES} He left for the Department.</p>"), second))


def compared(source: Path, texts: Path, change: tuple[str, str] = ("", ""), *, datelines: bool = True) -> Table:
    folder = texts / source.stem
    folder.mkdir()
    for made in render_volume(source, datelines=datelines):
        (folder / f"d{made.number}.txt").write_text(made.text.replace(*change) if change[0] else made.text, "utf-8")
    table = Table()
    for twin in twins(source, folder):
        table.add(twin)
    return table


def different(table: Table) -> list[tuple[str, str]]:
    return [(kind, d.cause) for kind, found in table.found.items() for d in found]


def test_twins_that_say_the_same_do_not_differ(source: Path, tmp_path: Path) -> None:
    table = compared(source, tmp_path)
    assert (table.documents, table.alone) == (2, 0)
    assert different(table) == []
    assert (table.alike["notes"], table.alike["anchors"], table.alike["references"]) == (1, 1, 1)


def test_a_document_without_a_twin_is_counted(source: Path, tmp_path: Path) -> None:
    (tmp_path / source.stem).mkdir()
    table = Table()
    for twin in twins(source, tmp_path / source.stem):
        table.add(twin)
    assert (table.documents, table.alone) == (0, 2)


def test_what_the_text_has_lost_is_told(tmp_path: Path) -> None:
    body = (
        '<p>He came from <hi>S/S</hi>–NSC.</p><list><item>Cuba</item><pb n="7" xml:id="pg_7"/><item>Laos</item></list>'
    )
    source = save(tmp_path, volume(document(f"{DATELINE}{body}")))
    table = compared(source, tmp_path, ("–", ""), datelines=False)
    assert set(different(table)) == {
        ("page breaks", LOST_PAGE),
        ("headings", LOST_DATELINE),
        ("blocks", LOST_DASH),
    }
    assert [d.tei and d.tei[0] for d in table.found["page breaks"]] == ["7"]


@pytest.mark.parametrize(
    ("printed", "cause"),
    [("Lisle’s Rhine–Ruhr plan", LOST_DASH), ("Lisles RhineRuhr  plan", LOST_DASH), ("Lisle’s Rhine-Ruhr plan", OTHER)],
)
def test_only_what_is_nowhere_in_the_file_is_lost(tmp_path: Path, printed: str, cause: str) -> None:
    source = save(tmp_path, volume(document("<p>We spoke of “Lisle’s Rhine–Ruhr plan” at length in the Embassy.</p>")))
    table = compared(source, tmp_path, ("“Lisle’s Rhine–Ruhr plan”", printed))
    assert different(table) == [("blocks", cause)]


def test_the_place_of_a_marker_is_known_without_the_quote_before_it(tmp_path: Path) -> None:
    body = f"<p>He wrote: “We agreed”{NOTES} and left for the Department.</p>"
    table = compared(save(tmp_path, volume(document(body))), tmp_path, ("”1", "1"))
    assert different(table) == [("anchors", LOST_DASH), ("blocks", LOST_DASH)]


def test_a_blank_is_no_loss(source: Path, tmp_path: Path) -> None:
    assert ("blocks", SPACE) in different(compared(source, tmp_path, ("We agreed", "Weagreed")))


def test_what_a_lost_dash_makes_of_a_line_is_told_apart(tmp_path: Path) -> None:
    item = "<item>Mr. Poe—EUR: GER: GPA</item>"
    body = f'<list type="participants"><head>PRESENT</head>{item}</list><p>They met at the Embassy for an hour.</p>'
    table = compared(save(tmp_path, volume(document(body))), tmp_path, ("—", ""))
    assert different(table) == [("participants", LOST_BOUND), ("blocks", LOST_DASH)]


def test_a_difference_names_both_readings(source: Path, tmp_path: Path) -> None:
    table = compared(source, tmp_path, ("  1. See", "  1. Note"))
    [found] = table.found["notes"]
    assert (found.document, found.text and found.text[-1], found.tei and found.tei[-1]) == (
        "frus1961-63v99/d1",
        "Note Document 2. The talks had begun late.",
        "See Document 2. The talks had begun late.",
    )


def test_volumes_are_renamed_until_there_are_enough(source: Path, tmp_path: Path) -> None:
    made, documents = make_volumes([source], tmp_path / "volumes", 5)
    assert documents == 6
    assert [path.name for path in made] == [
        "frus1961-63v99.xml", "frus1961-63v99Copy01.xml", "frus1961-63v99Copy02.xml",
    ]  # fmt: skip
    assert made[0].read_bytes() == source.read_bytes()
    assert b'<idno type="frus">frus1961-63v99Copy02</idno>' in made[2].read_bytes()


def test_a_command_is_measured_with_its_children(tmp_path: Path) -> None:
    child = "b = bytearray(60 << 20); sum(range(6_000_000))"
    command = [sys.executable, "-c", f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"]
    run = measured(command, tmp_path / "log")
    assert run.largest > 60
    assert run.together > run.largest
    assert run.cpu >= run.busiest > 0


@pytest.mark.parametrize("code", ["raise ValueError", "raise SystemExit(2)"])
def test_a_command_that_fails_gives_no_figures(tmp_path: Path, code: str) -> None:
    with pytest.raises(SystemExit, match="ended with"):
        measured([sys.executable, "-c", code], tmp_path / "log")


def test_all_parts_run_on_a_small_scale(source: Path, tmp_path: Path) -> None:
    command = [sys.executable, "benchmarks/series.py", str(source), str(tmp_path / "work"), "--documents", "3"]
    done = subprocess.run([*command, "--jobs", "1"], capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stderr
    parts = ("together", "separate", "parse", "bagit.py", "one changed", "CPU of make", "in all rounds")
    for part in ("2 volumes, 4 documents", *parts):
        assert part in done.stdout
