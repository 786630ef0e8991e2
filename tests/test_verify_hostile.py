"""JSON records, and packages made to break or to stall whoever reads them: findings, and in good time."""

import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import bags
from bags import HEAD, RECORD_SCHEMA, Files, codes_of, described, judge, record
from conftest import at_least
from pipeline.findings import UnusableError

# ---- records


@pytest.mark.parametrize(
    "schema",
    [
        {"$ref": "https://example.org/schema.json"}, {"$ref": "#/absent"}, {"$ref": "file:///etc/passwd"},
        {"$ref": "#"}, {"properties": {"id": {"pattern": "^x"}}}, {"patternProperties": {"^i": False}},
        {"additionalProperties": False}, {"properties": {}, "additionalProperties": {"type": "null"}},
    ],
)  # fmt: skip
def test_records_that_fail(schema: dict[str, object], tmp_path: Path) -> None:
    files = bags.package({"record.schema.json": json.dumps(schema).encode()})
    assert "F603" in codes_of(files, tmp_path / "p")


@pytest.mark.parametrize(
    "schema", [b"{", b"7", b'{"type": 7}', b'{"unevaluatedProperties": false, "patternProperties": {}}']
)
def test_record_schemas_that_are_none(schema: bytes, tmp_path: Path) -> None:
    assert "F601" in codes_of(bags.package({"record.schema.json": schema}), tmp_path / "p")


def test_patterns_that_cannot_be_checked_are_said(tmp_path: Path) -> None:
    schema = RECORD_SCHEMA | {"properties": {"id": {"pattern": "(?=d)"}, "n": {}}}
    verdict = judge(bags.package({"record.schema.json": json.dumps(schema).encode()}), tmp_path / "p")
    assert [f.code for f in verdict.findings] == ["F410"]


@pytest.mark.parametrize("content", [b"[" * 100_000, b'"' + b"a" * 200_000 + b'"', b'{"id": ' + b"1" * 200_000 + b"}"])
def test_hostile_records(content: bytes, tmp_path: Path) -> None:
    assert set(codes_of(record(content), tmp_path / "p")) <= {"F602", "F603"}


def test_references_that_multiply_take_no_time(tmp_path: Path) -> None:
    levels = {f"d{n}": {"allOf": [{"$ref": f"#/$defs/d{n + 1}"}] * 2} for n in range(60)} | {"d60": {}}
    schema = json.dumps({"$ref": "#/$defs/d0", "$defs": levels}).encode()
    assert set(codes_of(bags.package({"record.schema.json": schema}), tmp_path / "p")) == {"F603"}


def test_references_and_nesting_end_before_the_stack(tmp_path: Path) -> None:
    def nested(schema: object, levels: int) -> object:
        return nested({"allOf": [schema]}, levels - 1) if levels else schema

    def further(steps: int, files: Files) -> set[str]:
        return further(steps - 1, files) if steps else set(codes_of(files, tmp_path / "p"))

    for levels in (0, 1, 20, 21, 22, 200):
        schema = json.dumps(nested({"$ref": "#"}, levels)).encode()
        for steps in range(12):
            assert further(steps, bags.package({"record.schema.json": schema})) <= {"F601", "F603"}


@pytest.mark.parametrize(("depth", "expected"), [(40, []), (400, ["F603"])])
def test_nested_records(depth: int, expected: list[str], tmp_path: Path) -> None:
    schema = json.dumps({"properties": {"id": {"type": "array", "items": {"$ref": "#"}}}}).encode()
    deep = b'{"id": [' * depth + b"]}" * depth
    files = bags.package({"record.schema.json": schema, "documents/d1.json": deep, "documents/d2.json": b"{}"})
    assert codes_of(files, tmp_path / "p") == expected


@pytest.mark.parametrize(
    ("items", "alike"),
    [
        ([1, 1.0], True),
        ([1, True], False),
        ([[1], [True]], False),
        ([{"a": [2]}, {"a": [2]}], True),
        ([0, False], False),
    ],
)
def test_unique_items(items: list[object], alike: bool, tmp_path: Path) -> None:
    schema = json.dumps({"properties": {"id": {"uniqueItems": True}}}).encode()
    files = bags.package({"record.schema.json": schema, "documents/d1.json": json.dumps({"id": items}).encode()})
    assert codes_of(files, tmp_path / "p") == (["F603"] if alike else [])


def test_hostile_patterns_take_no_time(tmp_path: Path) -> None:
    bomb = "(a+)+$"
    files = bags.package(
        {
            "tables/notes.csv": b"id,n,text\r\nd1,1," + b"a" * 200_000 + b"!\r\n",
            "record.schema.json": json.dumps({"properties": {"id": {"pattern": bomb}}}).encode(),
            "documents/d1.json": b'{"id": "' + b"a" * 200_000 + b'!"}',
        },
        notes={
            "schema": {
                "fields": [{"name": "id"}, {"name": "n"}, {"name": "text", "constraints": {"pattern": bomb}}],
            }
        },
    )
    assert set(codes_of(files, tmp_path / "p")) == {"F509", "F603"}


# ---- hostile input


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
PLACES = st.sampled_from(
    [
        ["resources"], ["resources", 0], ["resources", 0, "path"], ["resources", 0, "name"], ["resources", 0, "schema"],
        ["resources", 0, "hash"], ["resources", 0, "dialect"], ["resources", 0, "encoding"], ["resources", 0, "format"],
        ["resources", 0, "schema", "fields"], ["resources", 0, "schema", "fields", 0],
        ["resources", 0, "schema", "fields", 0, "constraints"], ["resources", 0, "schema", "fields", 2, "type"],
        ["resources", 0, "schema", "fields", 2, "constraints", "minimum"],
        ["resources", 0, "schema", "fields", 2, "constraints", "enum"],
        ["resources", 0, "schema", "fields", 0, "constraints", "pattern"],
        ["resources", 0, "schema", "fields", 4, "trueValues"], ["resources", 0, "schema", "missingValues"],
        ["resources", 0, "schema", "primaryKey"], ["resources", 0, "schema", "foreignKeys"],
        ["resources", 0, "schema", "foreignKeys", 0], ["resources", 0, "schema", "foreignKeys", 0, "reference"],
        ["resources", 1, "schema", "foreignKeys", 0, "reference", "resource"], ["resources", 3, "recordSchema"],
        *([name] for name in HEAD), *(["resources", 0, name] for name in ("licenses", "sources", "mediatype", "bytes")),
        ["licenses", 0], ["licenses", 0, "path"], ["contributors", 0], ["contributors", 0, "roles"], ["sources", 0],
    ]
)  # fmt: skip


@at_least(300)
@given(PLACES, JSON_VALUES)
@example(["resources", 0, "schema", "fields", 2, "constraints", "minimum"], 1e400)
def test_any_value_anywhere_in_the_descriptor(place: list[Any], value: object) -> None:
    def edit(descriptor: Any) -> None:
        for step in place[:-1]:
            descriptor = descriptor[step]
        descriptor[place[-1]] = value

    with tempfile.TemporaryDirectory() as folder:
        judge(described(edit), Path(folder))


@at_least(300)
@given(st.sampled_from(sorted(bags.package())), bags.EDITS)
def test_damaged_packages_never_raise_anything_else(name: str, edits: list[bags.Edit]) -> None:
    files = bags.package()
    content = bags.damaged(files[name], edits)
    with tempfile.TemporaryDirectory() as folder:
        try:
            verdict = judge(files | {name: content}, Path(folder))
        except UnusableError:
            return
        if content != files[name] and name.startswith(("tables", "record.")):
            assert not verdict.valid


def test_a_value_nested_past_printing(tmp_path: Path) -> None:
    nested = json.loads("[" * 900 + "]" * 900)
    for number, key in enumerate(("name", "path", "hash", "encoding", "recordSchema", "schema", "dialect")):

        def edit(descriptor: dict[str, Any], key: str = key) -> None:
            descriptor["resources"][0][key] = nested

        assert not judge(described(edit), tmp_path / str(number)).valid
