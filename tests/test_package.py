"""The package of the seeds, read by the tools its users have."""

import hashlib
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import bagit
import duckdb
import jsonschema
import pandas as pd
import pytest
from frictionless import Package

from conftest import ROOT, SEEDS
from packages import rows
from pipeline.build import Outcome
from pipeline.findings import Severity
from pipeline.model import TABLES, Document
from pipeline.verifying import verify


def test_seeds_give_what_is_printed(package: Path) -> None:
    notes = rows(package, "notes")
    texts = {d["document_id"]: (package / d["source_path"]).read_bytes().decode() for d in rows(package, "documents")}
    anchors = [(n["marker"], texts[n["document_id"]][: int(n["anchor_end"])][-14:]) for n in notes]
    assert anchors == [
        ("0", " Conversation0"),
        ("1", "ur relations.1"),
        ("2", "s government.2"),
        ("0", "Soviet Union 0"),
        ("1", " Embtel 2241,1"),
        ("2", "f October 28,2"),
        ("3", " to this end.3"),
    ]
    assert all(int(n["list_number"]) == int(n["marker"]) + 1 for n in notes)
    assert [p["page"] for p in rows(package, "page_breaks")] == ["697", "698", "720"]
    assert {d["date"] for d in rows(package, "documents")} == {""}


def test_references_of_the_seeds_have_targets_and_none_is_resolved(package: Path) -> None:
    found = [
        (r["kind"], r["target_document"], r["target_note"], r["message_type"], r["message_number"], r["post"])
        for r in rows(package, "references")
    ]
    assert found == [
        ("supplement", "", "", "", "", ""),
        ("message", "", "", "Embtel", "2241", ""),
        ("note", "292", "3", "", "", ""),
        ("document", "95", "", "", "", ""),
        ("document", "102", "", "", "", ""),
        ("message", "", "", "telegram", "1950", "Moscow"),
    ]
    assert "resolved" not in {r["status"] for r in rows(package, "references")}


def test_source_notes_of_the_seeds_are_taken_apart(package: Path) -> None:
    first, second = rows(package, "source_notes")
    assert (first["classification"], first["drafted_by"], first["approved_by"]) == ("Secret", "Gutherie", "S")
    assert first["remainder"] == "The meeting took place in Rusk’s office and lasted approximately 45 minutes."
    assert (second["handling"], second["cleared_by"]) == ("Priority", "Ball; Martin; McGeorge Bundy")
    assert (second["drafted_by"], second["approved_by"], second["remainder"]) == (
        "U. Alexis Johnson",
        "Rusk; Johnson",
        "",
    )


@pytest.mark.parametrize("name", ["d280", "d293"])
def test_golden_records(name: str, package: Path) -> None:
    golden = json.loads((ROOT / f"tests/golden/{name}.json").read_text("utf-8"))
    assert json.loads((package / f"documents/{name}.json").read_text("utf-8")) == golden


def test_every_cell_with_a_place_holds_what_stands_there(package: Path) -> None:
    texts = {d["document_id"]: (package / d["source_path"]).read_bytes().decode() for d in rows(package, "documents")}
    for table in ("participants", "references"):
        for row in rows(package, table):
            assert texts[row["document_id"]][int(row["start"]) : int(row["end"])] == row["text"]
    for row in rows(package, "archival_sources"):
        document = row["note_id"].rpartition("fn")[0]
        assert texts[document][int(row["start"]) : int(row["end"])] == row["text"]


def test_frictionless_calls_it_valid(package: Path) -> None:
    report = Package(str(package / "datapackage.json")).validate()
    assert report.valid, report.to_summary()


def test_own_verifier_calls_package_and_archive_valid(built: tuple[Path, Outcome]) -> None:
    output, outcome = built
    assert [p.name for p in outcome.written] == ["frus1961-63v11", "frus1961-63v11-bag.zip"]
    for path in outcome.written:
        verdict = verify(path)
        assert not verdict.findings, verdict.findings
    assert sorted(p.name for p in output.iterdir()) == ["frus1961-63v11", "frus1961-63v11-bag.zip"]


def test_descriptor_has_hash_and_octets_of_every_file(package: Path) -> None:
    descriptor = json.loads((package / "datapackage.json").read_text("utf-8"))
    listed = {r["path"]: r for r in descriptor["resources"]}
    files = {p.relative_to(package).as_posix() for p in package.rglob("*") if p.is_file()} - {"datapackage.json"}
    assert set(listed) == files
    for path, resource in listed.items():
        data = (package / path).read_bytes()
        assert resource["bytes"] == len(data)
        assert resource["hash"] == "sha256:" + hashlib.sha256(data).hexdigest()
    assert len({r["name"] for r in descriptor["resources"]}) == len(files)
    fields = [f for r in descriptor["resources"] if "schema" in r for f in r["schema"]["fields"]]
    assert all(f["description"] for f in fields)
    for key in ("licenses", "contributors", "sources", "id", "version", "created", "keywords", "homepage"):
        assert descriptor[key]


def test_records_validate_against_the_published_schema(package: Path) -> None:
    schema = json.loads((package / "documents/document.schema.json").read_text("utf-8"))
    assert schema == json.loads((ROOT / "schemas/document.schema.json").read_text("utf-8"))
    for path in package.glob("documents/d*[0-9].json"):
        record = json.loads(path.read_text("utf-8"))
        jsonschema.Draft202012Validator(schema).validate(record)
        assert Document.model_validate_json(path.read_bytes()).document_id == record["document_id"]


def test_tables_and_records_say_the_same(package: Path) -> None:
    records = [json.loads(p.read_text("utf-8")) for p in sorted(package.glob("documents/d*[0-9].json"))]
    for table in TABLES:
        told = rows(package, table.name)
        holders = records if table.of == "document" else []  # the seeds come in no volume of TEI
        parts = [r for d in holders for r in ([d] if table.part is None else d[table.part])]
        assert len(told) == len(parts)
        for row, record in zip(told, parts, strict=True):
            for column in set(row) & set(record):
                value = record[column]
                shown = "; ".join(value) if isinstance(value, list) else "" if value is None else str(value)
                assert row[column] == shown


def test_sources_are_byte_for_byte(package: Path) -> None:
    for path in SEEDS.iterdir():
        assert (package / "sources" / path.name).read_bytes() == path.read_bytes()


def recipe(package: Path, language: str) -> str:
    found = re.findall(rf"```{language}\n(.*?)```", (package / "README.md").read_text("utf-8"), re.DOTALL)
    return str(next(code for code in found if "tables" in code))


def test_pandas_recipe_runs(package: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(package)
    names: dict[str, Any] = {}
    exec(recipe(package, "python"), names)  # noqa: S102 - the README's own recipe
    tables: dict[str, pd.DataFrame] = names["tables"]
    assert {t.name: len(tables[t.name]) for t in TABLES} == {t.name: len(rows(package, t.name)) for t in TABLES}
    assert str(tables["notes"]["anchor_start"].dtype) == "Int64"
    assert names["notes"]["number"].tolist() == ["280"] * 3 + ["293"] * 4


def test_duckdb_recipe_runs(package: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(package)
    connection = duckdb.connect()
    result = connection.execute(recipe(package, "sql")).fetchall()
    assert [(r[0], r[2]) for r in result] == [
        ("280", "0"), ("280", "1"), ("280", "2"), ("293", "0"), ("293", "1"), ("293", "2"), ("293", "3"),
    ]  # fmt: skip
    orphans = "SELECT count(*) FROM blocks ANTI JOIN documents USING (document_id)"
    assert connection.execute(orphans).fetchone() == (0,)


def test_r_recipe_runs_where_r_is(package: Path, tmp_path: Path) -> None:
    code = recipe(package, "r")
    for table in TABLES:
        assert f"{table.name} = read(" in code
    rscript = shutil.which("Rscript")
    if rscript:
        script = tmp_path / "recipe.R"
        script.write_text(code + 'cat(nrow(notes), class(notes$start), sum(is.na(notes$date)), "\\n")', "utf-8")
        done = subprocess.run([rscript, "--vanilla", str(script)], cwd=package, capture_output=True, check=False)
        assert done.stdout.split() == [b"7", b"integer", b"7"], done.stderr.decode()


def test_bagit_and_sha256sum_accept_the_bag(bag_folder: Path) -> None:
    bag = bagit.Bag(str(bag_folder))
    bag.validate()
    assert bag.version_info == (1, 0)
    for algorithm in ("sha256", "sha512"):
        for manifest in (f"manifest-{algorithm}.txt", f"tagmanifest-{algorithm}.txt"):
            done = subprocess.run([f"{algorithm}sum", "-c", "--strict", manifest], cwd=bag_folder, check=False)
            assert done.returncode == 0


def test_bag_info_says_what_package_toml_gives(bag_folder: Path) -> None:
    info = bagit.Bag(str(bag_folder)).info
    files = [p for p in (bag_folder / "data").rglob("*") if p.is_file()]
    assert info["Payload-Oxum"] == f"{sum(p.stat().st_size for p in files)}.{len(files)}"
    assert info["Bagging-Date"] == "2026-11-21"
    assert info["Source-Organization"].startswith("The frus-package")
    assert info["External-Identifier"].startswith("urn:uuid:")
    assert info["Bag-Software-Agent"].startswith("frus-package ")
    assert info["Bag-Size"]
    assert all(len(line) <= 79 for line in (bag_folder / "bag-info.txt").read_text("utf-8").splitlines())


def test_readme_tells_tables_codes_and_what_was_left_open(built: tuple[Path, Outcome], package: Path) -> None:
    text = (package / "README.md").read_text("utf-8")
    for table in TABLES:
        assert f"| [{table.name}](tables/{table.name}.csv) | {len(rows(package, table.name))} |" in text
        for column in table.columns:
            assert f"| {column} | " in text
    report = json.loads((package / "report.json").read_text("utf-8"))
    assert len(report["findings"]) == len(built[1].findings)
    assert report["severities"] == {s.value: sum(f.severity is s for f in built[1].findings) for s in Severity}
    assert "eds. Edward C. Keefer, Charles S. Sampson, and Louis J. Smith (Washington" in text
