"""Data packages: every rule that is checked, one mutation each, and packages described by others."""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import frictionless
import pytest

import bags
from bags import NOTES, NOTES_SCHEMA, SCHEMA, TABLE, Files, codes_of, described, judge, record
from pipeline.findings import rules
from pipeline.verifying import Share, Verdict, verify
from pipeline.verifying.report import PER_RESOURCE


def of_documents(**changes: object) -> Files:
    return described(lambda d: d["resources"][0].update(changes))


def with_schema(**changes: object) -> Files:
    return of_documents(schema=SCHEMA | changes)


def with_field(number: int, **changes: object) -> Files:
    fields = json.loads(json.dumps(SCHEMA["fields"]))
    fields[number].update(changes)
    return with_schema(fields=fields)


def table(old: bytes, new: bytes) -> Files:
    assert old in TABLE
    return bags.package({"tables/documents.csv": TABLE.replace(old, new)})


def without(path: str) -> Files:
    return {p: c for p, c in bags.package().items() if p != path}


MUTATIONS: dict[str, Callable[[], Files]] = {
    "F401": lambda: bags.package() | {"datapackage.json": b"{"},
    "F402": lambda: described(lambda d: d.update(resources={})),
    "F403": lambda: described(lambda d: d["resources"].append(d["resources"][0])),
    "F404": lambda: of_documents(path="../documents.csv"),
    "F405": lambda: without("tables/notes.csv"),
    "F406": lambda: of_documents(bytes=1),
    "F407": lambda: bags.package() | {"tables/notes.csv": NOTES.replace(b"two", b"owt")},
    "F408": lambda: of_documents(hash="rot13:abcd"),
    "F409": lambda: bags.package() | {"extra.txt": b""},
    "F410": lambda: of_documents(path="https://example.org/documents.csv"),
    "F411": lambda: with_field(0, type="text"),
    "F412": lambda: with_schema(primaryKey=["absent"]),
    "F413": lambda: described(lambda d: d.update(name="BAD NAME")),
    "F414": lambda: described(lambda d: d["resources"][0].pop("hash")),
    "F501": lambda: table(b'"d2"', b'"d2'),
    "F502": lambda: table(b"telegram", b"t\xe9l\xe9gramme"),
    "F503": lambda: table(b"id,kind", b"kind,id"),
    "F504": lambda: table(b",u2,d1", b",u2"),
    "F505": lambda: table(b"1962-10-22", b"1962-10-32"),
    "F506": lambda: table(b"d3,", b","),
    "F507": lambda: table(b",u2,", b",u1,"),
    "F508": lambda: table(b"telegram", b"Telegram"),
    "F509": lambda: table(b"d3,", b"d3x,"),
    "F510": lambda: table(b",99,", b",100,"),
    "F511": lambda: table(b"d3,", b"d33333,"),
    "F512": lambda: table(b"d3,", b"d1,"),
    "F513": lambda: table(b",d1", b",d9"),
    "F601": lambda: bags.package({"record.schema.json": b'{"type": "thing"}'}),
    "F602": lambda: record(b"{'id': 1}"),
    "F603": lambda: record(b'{"id": 1}'),
}


def test_every_code_of_packages_has_a_mutation() -> None:
    assert set(MUTATIONS) == {code for code in rules() if code.startswith(("F4", "F5", "F6"))}


@pytest.mark.parametrize("code", MUTATIONS)
def test_mutation_is_found(code: str, tmp_path: Path) -> None:
    verdict = judge(MUTATIONS[code](), tmp_path / "package")
    found = [f for f in verdict.findings if f.code == code]
    assert found
    assert all(f.file and f.message for f in found)
    assert verdict.valid == all(f.severity != "error" for f in verdict.findings)
    assert verdict.what == "data package"


@pytest.mark.parametrize("code", [c for c in MUTATIONS if c != "F414"])
def test_mutation_is_found_within_a_bag_and_an_archive(code: str, tmp_path: Path) -> None:
    path = tmp_path / "bag.zip"
    path.write_bytes(bags.zipped(bags.bagged(MUTATIONS[code]())))
    verdict = verify(path)
    assert code in {f.code for f in verdict.findings}
    assert all(f.file and f.file.startswith("data/") for f in verdict.findings)


@pytest.mark.parametrize("code", MUTATIONS)
def test_shares_find_what_the_whole_finds(code: str, tmp_path: Path) -> None:
    whole = {(f.code, f.message, f.file, f.line) for f in judge(MUTATIONS[code](), tmp_path).findings}
    shares: tuple[Share, ...] = ("rest", "tables", (0, 2), (1, 2))
    told = [{(f.code, f.message, f.file, f.line) for f in verify(tmp_path, share=s).findings} for s in shares]
    assert set.union(*told) == whole


@pytest.mark.parametrize("code", [c for c in MUTATIONS if c.startswith(("F5", "F6"))])
def test_a_mutation_of_content_provokes_nothing_else(code: str, tmp_path: Path) -> None:
    follows = {"F501": {"F410"}, "F502": {"F410"}, "F504": {"F410"}}  # keys of a table that was not read whole
    assert set(codes_of(MUTATIONS[code](), tmp_path / "p")) - follows.get(code, set()) == {code}


def test_valid_package(tmp_path: Path) -> None:
    verdict = judge(bags.package(), tmp_path / "package")
    assert verdict.findings == ()
    assert verdict.files == 6
    assert verify(tmp_path / "package/datapackage.json") == Verdict(
        str(tmp_path / "package/datapackage.json"), "data package", (), 6, verdict.octets
    )


def test_places_are_lines_of_the_file(tmp_path: Path) -> None:
    notes = NOTES + b"d1,x,\r\n"
    (found,) = judge(bags.package({"tables/notes.csv": notes}), tmp_path / "p").findings
    assert (found.code, found.file, found.line) == ("F505", "tables/notes.csv", 5)
    assert notes.splitlines()[4] == b"d1,x,"


def test_findings_of_one_code_and_resource_are_limited(tmp_path: Path) -> None:
    rows = b"".join(b"d1,x%d,\r\n" % n for n in range(PER_RESOURCE + 9))
    verdict = judge(bags.package({"tables/notes.csv": NOTES + rows}), tmp_path / "p")
    assert len(verdict.findings) == PER_RESOURCE + 1
    assert "9 more" in verdict.findings[-1].message


def test_fast_reads_neither_rows_nor_hashes(tmp_path: Path) -> None:
    for number, code in enumerate(("F407", "F505", "F603")):
        assert verify(bags.write(tmp_path / str(number), MUTATIONS[code]()), fast=True).findings == ()
    for number, code in enumerate(("F405", "F406")):
        verdict = verify(bags.write(tmp_path / code / str(number), MUTATIONS[code]()), fast=True)
        assert code in {f.code for f in verdict.findings}


@pytest.mark.parametrize(
    ("kind", "right", "wrong"),
    [
        ("integer", ["0", "-1", "+01", "9" * 5000], ["1.0", "1e3", " 1", "1 ", "٣", "0x1", "--1"]),
        ("number", ["0", "-1.5", ".5", "1.", "1E-9", "NaN", "-INF"], ["1,5", "e5", "inf", "1e", "."]),
        ("boolean", ["true", "True", "TRUE", "1", "false", "0"], ["yes", "tRUE", "t", "2"]),
        (
            "date",
            ["1861-04-12", "2000-02-29"],
            ["1900-02-29", "1861-4-12", "12.4.1861", "18610412", "1861-04-12T00:00"],
        ),
        ("year", ["1861"], ["61", "18610"]),
        ("yearmonth", ["1861-04"], ["1861-13", "1861"]),
        ("string", ["anything ü"], []),
    ],
)
def test_types(kind: str, right: list[str], wrong: list[str], tmp_path: Path) -> None:
    schema = {"fields": [{"name": "a", "type": kind}, {"name": "b", "type": "any"}]}
    rows = [b"a,b\r\n", *(f'"{value}",\r\n'.encode() for value in (*right, *wrong))]
    files = bags.package({"tables/notes.csv": b"".join(rows)}, notes={"schema": schema})
    found = [f.line for f in judge(files, tmp_path / "p").findings if f.code == "F505"]
    assert found == list(range(len(right) + 2, len(right) + len(wrong) + 2))


PARTLY_EMPTY = {"fields": ["id", "text"], "reference": {"fields": ["id", "text"], "resource": ""}}
TO_PAGES = {"fields": ["n"], "reference": {"resource": "documents", "fields": ["pages"]}}


@pytest.mark.parametrize(
    ("schema", "rows", "expected"),
    [
        ({"missingValues": ["", "-"]}, b"-,-,x\r\n", ["F512"]),
        ({"missingValues": [{"value": "-", "label": "none"}]}, b"d1,-,x\r\n", ["F512"]),
        ({"primaryKey": "n"}, b"d1,7,x\r\nd1,07,x\r\n", ["F512"]),
        ({"primaryKey": ["id", "n"]}, b"d1,7,x\r\nd2,7,x\r\n", []),
        ({"foreignKeys": [TO_PAGES] * 2}, b"d1,2,x\r\n", []),
        ({"foreignKeys": [PARTLY_EMPTY]}, b"d9,8,\r\n", []),
        ({"foreignKeys": [TO_PAGES]}, b"d1,02,x\r\n", []),
        ({"foreignKeys": [TO_PAGES]}, b"d1,3,x\r\n", ["F513"]),
    ],
)
def test_keys(schema: dict[str, object], rows: bytes, expected: list[str], tmp_path: Path) -> None:
    files = bags.package({"tables/notes.csv": b"id,n,text\r\n" + rows}, notes={"schema": NOTES_SCHEMA | schema})
    assert codes_of(files, tmp_path / "p") == expected


def test_foreign_keys_may_point_at_later_rows_and_tables(tmp_path: Path) -> None:
    files = table(b"d1,letter,2,1.5,true,1962-10-22,u1,", b"d1,letter,2,1.5,true,1962-10-22,u1,d3")
    assert codes_of(files, tmp_path / "p") == []


@pytest.mark.parametrize(
    "constraints",
    [
        {"enum": []}, {"enum": "letter"}, {"enum": [None]}, {"pattern": 1}, {"minLength": -1}, {"maxLength": True},
        {"required": "yes"}, {"unique": 1},
    ],
)  # fmt: skip
def test_malformed_constraints(constraints: dict[str, object], tmp_path: Path) -> None:
    assert "F411" in codes_of(with_field(1, constraints=constraints), tmp_path / "p")


@pytest.mark.parametrize(
    ("changes", "cells", "expected"),
    [
        ({"type": "integer", "constraints": {"minimum": "x"}}, b"1", ["F411"]),
        ({"type": "integer", "constraints": {"minimum": [1]}}, b"1", ["F411"]),
        ({"type": "integer", "constraints": {"enum": [1, 2]}}, b"02", []),
        ({"type": "number", "constraints": {"exclusiveMinimum": 1}}, b"1.0", ["F510"]),
        ({"type": "number", "constraints": {"exclusiveMaximum": "2"}}, b"1.9", []),
        ({"type": "number", "constraints": {"maximum": 2}}, b"NaN", []),
        ({"type": "number", "constraints": {"maximum": 2}}, b"INF", ["F510"]),
        ({"type": "date", "constraints": {"minimum": "1861-01-01"}}, b"1860-12-31", ["F510"]),
        ({"type": "boolean", "trueValues": ["yes"], "falseValues": ["no"]}, b"yes", []),
        ({"type": "boolean", "trueValues": ["yes"], "falseValues": ["no"]}, b"true", ["F505"]),
        ({"type": "boolean", "trueValues": "yes"}, b"yes", ["F411"]),
        ({"type": "boolean", "constraints": {"enum": [True]}}, b"0", ["F508"]),
        ({"type": "boolean", "constraints": {"minimum": True}}, b"1", ["F410"]),
        ({"type": "string", "constraints": {"jsonSchema": {}}}, b"x", ["F410"]),
        ({"type": "string", "constraints": {"pattern": "(?=x)"}}, b"x", ["F410"]),
        ({"type": "date", "format": "%d.%m.%Y"}, b"1.1.1861", ["F410"]),
        ({"type": "object"}, b"{}", ["F410"]),
        ({"type": "integer", "missingValues": ["n/a"]}, b"n/a", []),
        ({"type": "integer", "missingValues": ["n/a"]}, b"", ["F505"]),
        ({"type": "integer", "constraints": {"maximum": 9}}, b"9" * 2000, ["F510"]),
        ({"constraints": 7}, b"1", ["F411"]),
    ],
)
def test_fields(changes: dict[str, object], cells: bytes, expected: list[str], tmp_path: Path) -> None:
    schema = {"fields": [{"name": "a", **changes}, {"name": "b", "type": "string"}]}
    files = bags.package({"tables/notes.csv": b"a,b\r\n" + cells + b",x\r\n"}, notes={"schema": schema})
    assert codes_of(files, tmp_path / "p") == expected


@pytest.mark.parametrize(
    "changes",
    [
        {"path": ["tables/documents.csv"]}, {"schema": "schema.json"}, {"format": "parquet"}, {"compression": "gz"},
        {"dialect": {"commentChar": "#"}}, {"dialect": {"header": False}},
        {"schema": SCHEMA | {"uniqueKeys": [["id"]]}}, {"schema": SCHEMA | {"fieldsMatch": ["subset"]}},
    ],
)  # fmt: skip
def test_what_is_not_checked_is_said(changes: dict[str, object], tmp_path: Path) -> None:
    verdict = judge(of_documents(**changes), tmp_path / "p")
    assert verdict.valid
    assert {f.code for f in verdict.findings} == {"F410"}


def test_a_table_needs_no_schema(tmp_path: Path) -> None:
    files = described(lambda d: d.update(resources=[d["resources"][2] | {"type": "table", "format": "csv"}]))
    assert [f.code for f in judge(files, tmp_path / "p").findings if f.code != "F409"] == ["F410"]


def test_a_table_of_the_first_version_needs_one(tmp_path: Path) -> None:
    bare = {"profile": "tabular-data-resource", "format": "csv"}
    files = described(lambda d: d.update(resources=[d["resources"][2] | bare]))
    assert [f.code for f in judge(files, tmp_path / "p").findings if f.code != "F409"] == ["F411"]


def test_a_resource_of_several_files(tmp_path: Path) -> None:
    def join(descriptor: dict[str, Any]) -> None:
        one, two = descriptor["resources"].pop(), descriptor["resources"].pop()
        joined = {**one, "path": [one["path"], two["path"]], "bytes": one["bytes"] + two["bytes"]}
        descriptor["resources"].append({k: v for k, v in joined.items() if k != "hash"})

    for number, content in enumerate((b'{"id": "d1"}', b'{"id": 1}')):
        files = described(join, bags.package({"documents/d1.json": content}))
        assert codes_of(files, tmp_path / str(number)) == ["F414", "F603"][: number + 1]


def test_resources_without_hash_are_counted_where_no_bag_proves_them(tmp_path: Path) -> None:
    def strip(descriptor: dict[str, Any]) -> None:
        del descriptor["resources"][0]["hash"]
        descriptor["resources"][1]["hash"] = ""
        descriptor["resources"].append({"name": "inline", "data": []})

    files = described(strip)
    (found,) = judge(files, tmp_path / "p").findings
    assert (found.code, found.message[:6]) == ("F414", "2 of 6")
    assert verify(bags.write(tmp_path / "bag", bags.bagged(files))).findings == ()


def test_dialects(tmp_path: Path) -> None:
    content = TABLE.replace(b",", b";").replace(b'"', b"'").replace(b"\r\n", b"\n")
    dialect = {"delimiter": ";", "quoteChar": "'", "lineTerminator": "\n", "header": True}
    files = bags.package({"tables/documents.csv": content}, documents={"dialect": dialect})
    assert codes_of(files, tmp_path / "p") == []


@pytest.mark.parametrize("algorithm", ["md5", "sha1", "sha256", "sha512", "sha3-256"])
def test_hashes(algorithm: str, tmp_path: Path) -> None:
    digest = hashlib.new(algorithm, TABLE).hexdigest()
    value = digest if algorithm == "md5" else f"{algorithm}:{digest}"
    assert codes_of(of_documents(hash=value), tmp_path / "right") == []
    wrong = value[:-1] + ("0" if value[-1] != "0" else "1")
    assert codes_of(of_documents(hash=wrong), tmp_path / "wrong") == ["F407"]


def test_cells_may_be_longer_than_the_csv_module_allows(tmp_path: Path) -> None:
    notes = b'id,n,text\r\nd1,1,"' + b"line\n" * 100_000 + b'"\r\n'
    assert codes_of(bags.package({"tables/notes.csv": notes}), tmp_path / "p") == []


def test_byte_order_mark_is_named(tmp_path: Path) -> None:
    (found,) = judge(bags.package({"tables/documents.csv": b"\xef\xbb\xbf" + TABLE}), tmp_path / "p").findings
    assert found.code == "F503"
    assert "byte order mark" in found.message


# ---- packages described by others


def test_packages_described_by_frictionless(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {"documents.csv": TABLE, "notes.csv": NOTES}
    monkeypatch.chdir(bags.write(tmp_path, files))
    package = frictionless.describe("*.csv", type="package", stats=True)
    package.to_json("datapackage.json")
    assert verify(tmp_path).findings == ()


def test_frictionless_agrees_on_our_packages(tmp_path: Path) -> None:
    files = bags.package()
    for resource in json.loads(files["datapackage.json"])["resources"][:2]:
        assert resource["profile"] == "tabular-data-resource"
    files = described(lambda d: d.update(resources=d["resources"][:2]), files)
    folder = bags.write(tmp_path / "p", files)
    assert frictionless.validate(str(folder / "datapackage.json")).valid
    for code in (
        "F405",
        "F406",
        "F407",
        "F503",
        "F504",
        "F505",
        "F506",
        "F508",
        "F509",
        "F510",
        "F511",
        "F512",
        "F513",
    ):
        made = described(lambda d: d.update(resources=d["resources"][:2]), MUTATIONS[code]())
        folder = bags.write(tmp_path / code, made)
        if code == "F405":
            assert not (folder / "tables/notes.csv").exists()
        assert not frictionless.validate(str(folder / "datapackage.json")).valid, code
        assert not verify(folder).valid


SEVERAL_FAULTS = """
from pipeline.verifying.records import JSONError, RecordSchema
try:
    RecordSchema({"type": "utf-16", "pattern": [], "title": 1, "$ref": 2, "required": {}, "properties": {"a": 3}})
except JSONError as error:
    print(error)
"""


def test_of_several_faults_of_a_schema_the_same_is_told_in_every_run() -> None:
    told = set()
    for seed in "123":
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        command = [sys.executable, "-c", SEVERAL_FAULTS]
        told.add(subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout)
    (message,) = told
    assert message.startswith("no JSON Schema: ")
