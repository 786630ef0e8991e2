"""Schemas are made from the model, and what is published is what the model says."""

import json
from dataclasses import FrozenInstanceError, asdict
from pathlib import Path
from typing import Any, get_args

import pytest
from frictionless import Schema
from frictionless import validate as frictionless_validate
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pydantic import ValidationError

from conftest import ROOT
from pipeline.model import PARTS, TABLES, Block, BlockKind, Document, PageBreak
from pipeline.schemas import all_schemas, as_json, document_schema, main, table_schema


def test_published_schemas_are_those_of_the_model(tmp_path: Path) -> None:
    main(str(tmp_path))
    made = {p.relative_to(tmp_path): p.read_bytes() for p in tmp_path.rglob("*.json")}
    published = {p.relative_to(ROOT / "schemas"): p.read_bytes() for p in (ROOT / "schemas").rglob("*.json")}
    assert made == published


def test_schemas_are_schemas() -> None:
    Draft202012Validator.check_schema(document_schema())
    for table in TABLES:
        Schema.from_descriptor(table_schema(table))
    assert all(json.loads(as_json(s)) == s for s in all_schemas().values())


@pytest.mark.parametrize("table", TABLES, ids=lambda t: t.name)
def test_every_column_is_described_with_an_example(table: Any) -> None:
    for field in table_schema(table)["fields"]:
        assert field["description"].endswith(".") or field["description"].endswith("”."), field
        assert field["example"], field


def test_keys_name_columns_that_exist() -> None:
    tables = {t.name: t for t in TABLES}
    assert {t.part for t in TABLES} == {None, *PARTS}
    for table in TABLES:
        assert set(table.key) <= set(table.columns)
        for key in table.foreign_keys:
            assert set(key.columns) <= set(table.columns)
            assert key.target == tables[key.table].key


def test_records_are_frozen_and_refuse_what_they_do_not_know() -> None:
    block = Block(ordinal=1, kind="title", text="T", start=0, end=1)
    with pytest.raises(FrozenInstanceError):
        block.text = "x"  # type: ignore[misc] # this is what is refused
    with pytest.raises(ValidationError):
        Block(**{**asdict(block), "colour": "red"})


VALUES = {
    "ordinal": st.integers(-2, 5),
    "kind": st.sampled_from([*get_args(BlockKind), "chapter"]),
    "text": st.sampled_from(["a", "a\nb", 'q"', "  x"]),
    "start": st.integers(-2, 5),
    "end": st.integers(-2, 5),
    "xml_id": st.sampled_from([None, "d1"]),
}


@given(st.fixed_dictionaries(VALUES))
def test_pydantic_and_frictionless_agree_on_a_row(row: dict[str, Any]) -> None:
    try:
        Block(**row)
        ours = True
    except ValidationError:
        ours = False
    schema = table_schema(next(t for t in TABLES if t.name == "blocks"))
    values = {"document_id": "frus1961-63v11/d1"} | {name: row[name] for name in VALUES}
    report = frictionless_validate([list(values), list(values.values())], schema=Schema.from_descriptor(
        {k: v for k, v in schema.items() if k != "foreignKeys"}
    ))  # fmt: skip
    assert bool(report.valid) == ours


def test_document_is_read_back_from_its_record(package: Path) -> None:
    record = (package / "documents/d280.json").read_bytes()
    document = Document.model_validate_json(record)
    assert document.model_dump_json(indent=2).encode() + b"\n" == record
    assert isinstance(document.page_breaks[0], PageBreak)
