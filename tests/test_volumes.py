"""Volumes of TEI, one by one: the package, parts of it, its shapes, and what becomes of broken ones."""

import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from commands import INTERRUPTED, acting, make, small_disk
from conftest import SEEDS
from packages import digests, rows, sound
from pipeline import build
from pipeline.build import build_package
from pipeline.findings import UnusableError
from pipeline.options import Options
from pipeline.package.writer import RecordForm
from pipeline.parsing.tei import read_volume
from pipeline.verifying import verify
from tei import document, save, volume
from volumes import STEM, TOML, large, many, three


@pytest.fixture
def source(tmp_path: Path) -> Path:
    (tmp_path / "volumes").mkdir()
    (tmp_path / f"volumes/{STEM}.toml").write_text(TOML)
    return save(tmp_path / "volumes", three())


def test_a_volume_gives_a_valid_package_and_bag(source: Path, tmp_path: Path) -> None:
    outcome = build_package(source, tmp_path / "out", Options(archive="none"))
    assert not [f for f in outcome.findings if f.is_error]
    sound(tmp_path / "out", STEM)
    package = tmp_path / "out" / STEM
    assert [r["document_id"] for r in rows(package, "documents")] == [f"{STEM}/d{n}" for n in (1, 2, 3)]
    assert [r["name"] for r in rows(package, "persons")] == ["Rusk, Dean", "Khrushchev, Nikita S."]
    assert len(rows(package, "volumes")) == 1
    assert {r["target_note_id"] for r in rows(package, "references")} == {"", f"{STEM}/d2fn1"}
    assert sorted(p.name for p in package.glob("sources/*")) == [f"{STEM}.xml", "package.toml"]
    assert (package / f"sources/{STEM}.xml").read_bytes() == source.read_bytes()
    assert sorted(p.name for p in package.glob("documents/d*.json")) >= ["d1.json", "d2.json", "d3.json"]


def test_text_and_tei_of_a_document_give_the_same_rows(source: Path, tmp_path: Path) -> None:
    folder = tmp_path / "text"
    folder.mkdir()
    (folder / "package.toml").write_text(TOML.replace("created", f'volume = "{STEM}"\ncreated'))
    (folder / "d1.txt").write_text(
        "1. Letter From Rusk to Gromyko1\n\nWashington, April 27, 1961.\n\n"
        "Berlin is quiet.2 It will stay so. [Page 7] More was said.\n\n"
        "  1. Source: Kennedy Library. Secret.\n  2. See footnote 1, Document 2, and Document 3."
    )
    (folder / "d2.txt").write_text("2. Reply\n\nIt is.1\n\n  1. Not printed.")
    (folder / "d3.txt").write_text("3. Editorial Note\n\nText.")
    build_package(folder, tmp_path / "out", Options(archive="none", selfcheck="off"))
    build_package(source, tmp_path / "out", Options(archive="none", selfcheck="off"))
    places = re.compile(
        r"start|end|xml_id|source_path|sha256|confidence|resp|list_number|precision|_raw|first_page|chapters"
    )
    for table in ("documents", "blocks", "notes", "page_breaks", "source_notes", "archival_sources", "references"):
        told = [
            [{k: v for k, v in r.items() if not places.search(k)} for r in rows(tmp_path / "out" / name, table)]
            for name in ("text", STEM)
        ]
        assert told[0] == told[1], table


def test_a_folder_of_volumes_gives_a_package_each(tmp_path: Path) -> None:
    folder = tmp_path / "volumes"
    folder.mkdir()
    for name in ("frus1961-63v10.xml", "frus1961-63v9.xml"):
        save(folder, three().replace(STEM.encode(), name[:-4].encode()), name)
    result = make(folder, "-o", tmp_path / "out", "--no-cache")
    assert result.exit_code == 0, result.output
    made = [line for line in result.stdout.splitlines() if "documents, " in line]
    assert [line.split(":")[0] for line in made] == ["frus1961-63v9", "frus1961-63v10"]
    assert all(verify(tmp_path / f"out/{n}-bag.zip").valid for n in ("frus1961-63v9", "frus1961-63v10"))


BROKEN: dict[str, tuple[bytes, int]] = {
    "cut": (three()[:-400], 0),
    "bomb": (three().replace(b"<TEI", b'<!DOCTYPE TEI [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><TEI', 1), 1),
    "outside": (three().replace(b"<TEI", b'<!DOCTYPE TEI SYSTEM "file:///etc/passwd"><TEI', 1), 1),
    "no XML": (b"hello", 1),
    "empty": (b"", 1),
    "other": (b"<html/>", 1),
    "no documents": (volume(), 1),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_volume_does_not_keep_the_others(fault: str, source: Path, tmp_path: Path) -> None:
    data, _ = BROKEN[fault]
    save(source.parent, data.replace(STEM.encode(), b"frus1961-63v08"), "frus1961-63v08.xml")
    result = make(source.parent, "-o", tmp_path / "out", "--no-cache")
    assert result.exit_code == 1, result.output
    assert "error[P60" in result.stdout
    assert f"--> {source.parent}/frus1961-63v08.xml" in result.stdout
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == [STEM, f"{STEM}-bag.zip"]


def test_a_volume_that_is_missing_or_no_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "frus1.xml").mkdir()
    os.mkfifo(tmp_path / "frus2.xml")
    for name in ("frus1.xml", "frus2.xml", "frus3.xml"):
        result = make(tmp_path / name, "-o", tmp_path / "out", "--no-cache")
        assert result.exit_code == 2
        assert result.stderr.startswith("error: ")
        assert len(result.stderr.splitlines()) == 1


def test_toml_beside_a_volume_speaks_for_it(source: Path, tmp_path: Path) -> None:
    told = json.loads(make(source, "--check", "--format", "json", "--no-cache").stdout)[0]["findings"]
    assert {f["code"] for f in told} & {"K101", "K107", "K109"} == set()
    build_package(source, tmp_path / "out")
    descriptor = json.loads((tmp_path / f"out/{STEM}/datapackage.json").read_text("utf-8"))
    assert descriptor["title"] == "Small matters"
    assert descriptor["contributors"] == [{"title": "Jane Doe", "roles": ["editor"]}]
    source.with_suffix(".toml").write_text("[package]\nnaem = 1\n")
    wrong = json.loads(make(source, "--check", "--format", "json", "--no-cache").stdout)[0]["findings"]
    assert [(f["code"], f["file"], f["line"]) for f in wrong if f["severity"] == "error"] == [
        ("K103", f"{STEM}.toml", 2)
    ]


def test_without_toml_the_volume_speaks_for_itself(tmp_path: Path) -> None:
    source = save(tmp_path, three())
    outcome = build_package(source, tmp_path / "out")
    assert [f.code for f in outcome.findings if f.code.startswith("K")] == ["K101", "K106"]
    descriptor = json.loads((tmp_path / f"out/{STEM}/datapackage.json").read_text("utf-8"))
    assert descriptor["title"].startswith("Foreign Relations of the United States, 1961–1963, Volume XCIX")


@pytest.mark.parametrize("source_of", ["tei", "text"])
def test_single_documents_are_taken_out(source_of: str, source: Path, tmp_path: Path) -> None:
    chosen, name, only = (source, STEM, ("d1", "d3")) if source_of == "tei" else (SEEDS, "frus1961-63v11", ("d293",))
    outcome = build_package(chosen, tmp_path / "out", Options(archive="none", only=only, selfcheck="off"))
    sound(tmp_path / "out", name)
    found = rows(tmp_path / "out" / name, "documents")
    assert [r["document_id"] for r in found] == [f"{name}/{local}" for local in only]
    assert not {f.code for f in outcome.findings} & {"V402", "K105", "K108"}
    assert "resolved" not in {r["status"] for r in rows(tmp_path / "out" / name, "references")} or source_of == "tei"


def test_a_document_that_is_not_there_is_told_and_nothing_is_written(source: Path, tmp_path: Path) -> None:
    result = make(source, "--only", f"d2, {STEM}/d3,d17,d4", "-o", tmp_path / "out", "--no-cache")
    assert result.exit_code == 1
    told = re.findall(r"K108 no-such-document\]: there is no document (\w+)", result.stdout)
    assert sorted(told) == ["d17", "d4"]
    assert not (tmp_path / "out").exists()


def test_what_is_wrong_is_told_where_no_document_is_left(source: Path, tmp_path: Path) -> None:
    broken = source.with_name("frus1861v02.xml")
    broken.write_text("no markup")
    for told, *arguments in (("K108", source, "--only", "d9"), ("P601", broken)):
        done = make(*arguments, "-o", tmp_path / "out", "--keep-going")
        assert done.exit_code == 1
        assert told in done.stdout
        assert "nothing was written" in done.stdout
        assert not (tmp_path / "out").exists()


def test_records_are_files_or_lines_with_the_same_content(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_package(source, tmp_path / "files", Options(records="files", selfcheck="off"))
    build_package(source, tmp_path / "lines", Options(records="lines", archive="none", selfcheck="off"))
    sound(tmp_path / "lines", STEM)
    records = [json.loads(p.read_text("utf-8")) for p in sorted(tmp_path.glob(f"files/{STEM}/documents/d[0-9].json"))]
    (lines,) = (tmp_path / f"lines/{STEM}/documents").glob("*.jsonl")
    assert lines.name == f"{STEM}.jsonl"
    assert [json.loads(line) for line in lines.read_text("utf-8").splitlines()] == records
    assert digests(tmp_path / f"files/{STEM}/tables") == digests(tmp_path / f"lines/{STEM}/tables")
    for limit, expected in ((3, "files"), (2, "lines")):
        monkeypatch.setattr(build, "FEW", limit)
        build_package(source, tmp_path / f"limit{limit}", Options(selfcheck="off"))
        made = digests(tmp_path / f"limit{limit}/{STEM}/documents")
        assert made == digests(tmp_path / f"{expected}/{STEM}/documents")


@pytest.mark.parametrize("shape", ["parquet", "jsonl", "sqlite"])
def test_each_further_shape_has_the_rows(shape: str, source: Path, tmp_path: Path) -> None:
    assert (
        make(
            source, "-o", tmp_path / "out", "--also", shape, "--archive", "none", "--no-cache", "--selfcheck", "off"
        ).exit_code
        == 0
    )
    sound(tmp_path / "out", STEM)
    package = tmp_path / "out" / STEM
    notes = [r["note_id"] for r in rows(package, "notes")]
    if shape == "sqlite":
        with sqlite3.connect(package / f"{STEM}.sqlite") as base:
            found = [note for (note,) in base.execute("SELECT note_id FROM notes ORDER BY rowid")]
        base.close()
    elif shape == "jsonl":
        lines = (package / "jsonl/notes.jsonl").read_text("utf-8").splitlines()
        found = [json.loads(line)["note_id"] for line in lines]
    else:
        parquet = pytest.importorskip("pyarrow.parquet")
        found = parquet.read_table(package / "parquet/notes.parquet")["note_id"].to_pylist()
    assert found == notes
    place = f"{STEM}.sqlite" if shape == "sqlite" else f"{shape}/"
    assert f"- `{place}`: the same tables in another shape\n" in (package / "README.md").read_text("utf-8")


def test_jobs_change_no_byte(tmp_path: Path) -> None:
    source = save(tmp_path, large(many(80)))
    for jobs in (1, 2, 3):
        build_package(source, tmp_path / str(jobs), Options(jobs=jobs, selfcheck="off"))
    assert digests(tmp_path / "1") == digests(tmp_path / "2") == digests(tmp_path / "3")
    assert len(rows(tmp_path / "1" / STEM, "documents")) == 80


def test_a_volume_that_cannot_be_cut_gives_the_same_rows(tmp_path: Path) -> None:
    """A document type declaration leaves all as it is, but the checksum of the file."""
    told = []
    for doctype in (b"", b"<!DOCTYPE TEI>"):
        path = save(tmp_path, many(80).replace(b"<TEI", doctype + b"<TEI").replace(b"d44fn1", b"x"))
        assert (read_volume(path.read_bytes(), path.name).cuts is None) == bool(doctype)
        outcome = build_package(path, tmp_path / "out", Options(archive="none", selfcheck="off"))
        tables = [rows(tmp_path / "out" / STEM, name) for name in ("documents", "notes", "references")]
        told.append(([[r | {"source_sha256": ""} for r in table] for table in tables], outcome.findings))
    assert told[0] == told[1]
    assert len(told[0][0][0]) == 80
    assert "P605" in {f.code for f in told[0][1]}


def test_what_stands_before_a_fault_is_packaged(tmp_path: Path) -> None:
    data = many(80)
    path = save(tmp_path, data[: data.index(b'xml:id="d71"')])
    outcome = build_package(path, tmp_path / "out", Options(archive="none", keep_going=True))
    assert [f.code for f in outcome.findings].count("P601") == 1  # not once more for each part
    assert [r["number"] for r in rows(tmp_path / "out" / STEM, "documents")] == [str(n) for n in range(1, 71)]


def test_check_writes_nothing_at_all(source: Path, tmp_path: Path) -> None:
    places = {name: tmp_path / name for name in ("tmp", "home", "work")}
    for folder in places.values():
        folder.mkdir()
    before = digests(tmp_path)
    environment = os.environ | {
        "TMPDIR": str(places["tmp"]),
        "HOME": str(places["home"]),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    environment.pop("XDG_CACHE_HOME", None)
    command = [sys.executable, "-m", "pipeline", str(source), "--check", "--jobs", "2"]
    done = subprocess.run(command, cwd=places["work"], env=environment, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert digests(tmp_path) == before
    assert [list(folder.iterdir()) for folder in places.values()] == [[], [], []]


@pytest.mark.parametrize("stage", ["parse", "package"])
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_volume_leaves_nothing(
    how: signal.Signals, stage: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = save(tmp_path, large(many(300)))
    (tmp_path / "tmp").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    sign = "work/read/" if stage == "parse" else f"{STEM}/tables/notes.csv"
    action = "os.killpg(0, signal.SIGINT)" if how is signal.SIGINT else f"os.kill(FIRST, {int(how)})"
    arguments = (source, "-o", tmp_path / "out", "--jobs", "2", "--no-cache")
    process = acting(sign, action, *arguments, process_group=0)
    assert process.communicate()[1] == INTERRUPTED
    assert process.returncode == 130
    assert not (tmp_path / "out").exists()
    assert list((tmp_path / "tmp").iterdir()) == []
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)


def test_a_full_disk_ends_a_volume_in_one_line(tmp_path: Path) -> None:
    source = save(tmp_path, large(many(200)))
    for jobs in ("1", "2"):
        command = [sys.executable, "-m", "pipeline", str(source), "-o", str(tmp_path / "out"), "--jobs", jobs]
        done = subprocess.run(command, preexec_fn=small_disk, capture_output=True, check=False)
        assert done.returncode == 2
        assert b"cannot be written" in done.stderr
        assert len(done.stderr.splitlines()) == 1, done.stderr
        assert not (tmp_path / "out").exists()


def test_a_document_of_a_volume_is_shown(source: Path) -> None:
    shown = make("--explain-document", f"{source}#d1", "--no-cache")
    assert shown.exit_code == 0, shown.output
    assert "Berlin is quiet.⟦2⟧ It will stay so. ⟪Page 7⟫ More was said." in shown.stdout
    assert "‹footnote 1, Document 2›" in shown.stdout
    assert f"note 2: note “footnote 1, Document 2” -> {STEM} d2 fn1: resolved" in shown.stdout
    record = json.loads(make("--explain-document", f"{source}#d2", "--format", "json", "--no-cache").stdout)
    assert record["document_id"] == f"{STEM}/d2"
    assert record["notes"][0]["text"] == "Not printed."


WRONG: dict[str, Callable[[Path], str]] = {
    "there is no document d9 in the volume": lambda path: f"{path}#d9",
    "name one of its documents": str,
    "name one of its documents: ": lambda path: f"{path}#",
    "cannot be read": lambda path: f"{path.with_name('frus1.xml')}#d1",
}


@pytest.mark.parametrize("told", WRONG)
def test_what_cannot_be_shown_is_told(told: str, source: Path) -> None:
    result = make("--explain-document", WRONG[told](source), "--no-cache")
    assert result.exit_code == 2
    assert told in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_a_name_with_a_number_sign_is_a_text_all_the_same(tmp_path: Path) -> None:
    source = shutil.copytree(SEEDS, tmp_path / "seeds")
    (source / "003_cfb8ba3d3f9b8080.txt").rename(source / "d#293.txt")
    result = make("--explain-document", source / "d#293.txt", "--no-cache")
    assert "frus1961-63v11/d293" in result.stdout, result.output


def test_two_volumes_of_one_name_are_refused(source: Path, tmp_path: Path) -> None:
    other = save(tmp_path, three())
    assert "both called" in make(source, other, "-o", tmp_path / "out", "--no-cache").stderr
    with pytest.raises(UnusableError, match="both called"):
        build.build_together("all", [source, other], tmp_path / "out")


@pytest.mark.parametrize("records", ["files", "lines"])
def test_lists_are_those_of_the_records(records: RecordForm, tmp_path: Path) -> None:
    subjects = '<list type="subject"><head>SUBJECT</head><item>Berlin; the Wall</item><item>Cuba</item></list>'
    data = volume(*(document(f"{subjects}<p>Words.</p>", str(number)) for number in (1, 2)))
    source = save(tmp_path, data.replace(b"Jane Doe", b"Doe, Jane; editor"))
    outcome = build_package(source, tmp_path / "out", Options(records=records, also=("jsonl",), cache=None))
    assert not [f for f in outcome.findings if f.is_error]

    def lines(name: str) -> list[Any]:
        text = (tmp_path / f"out/{outcome.name}/jsonl/{name}.jsonl").read_text("utf-8")
        return [json.loads(line) for line in text.splitlines()]

    assert [row["subject"] for row in lines("documents")] == [["Berlin; the Wall", "Cuba"]] * 2
    assert [row["editors"] for row in lines("volumes")] == [["Doe, Jane; editor"]]
