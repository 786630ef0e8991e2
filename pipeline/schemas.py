"""Schemas made from the model: Table Schemas, the JSON Schema of a document record, the BagIt profiles.

`python -m pipeline.schemas DIR` writes them all; nothing reads them from there at run time.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from pipeline.model import LIST_SEPARATOR, TABLES, Document, Table
from pipeline.profiles import PROFILES

JSON_SCHEMA_DIALECT = "https://json-schema.org/draft/2020-12/schema"
TABLE_SCHEMA_DIALECT = "https://datapackage.org/profiles/2.0/tableschema.json"
DOCUMENT_SCHEMA = "document.schema.json"

_TYPES = {str: "string", int: "integer", float: "number", bool: "boolean"}
_CONSTRAINTS = {"ge": "minimum", "le": "maximum", "pattern": "pattern", "min_length": "minLength"}


def table_schema(table: Table) -> dict[str, Any]:
    """Return the Table Schema (Data Package v2) of a table: fields, primary key, foreign keys."""
    keys = [
        {
            "fields": list(key.columns),
            # A table that points at itself leaves `resource` out (Data Package v2, Table Schema, foreignKeys).
            "reference": {"fields": list(key.target)} | ({"resource": key.table} if key.table != table.name else {}),
        }
        for key in table.foreign_keys
    ]
    return {
        "fields": [_field(name, info, in_key=name in table.key) for name, info in table.columns.items()],
        "missingValues": [""],
        "primaryKey": list(table.key),
        **({"foreignKeys": keys} if keys else {}),
    }


def _field(name: str, info: FieldInfo, *, in_key: bool) -> dict[str, Any]:
    python_type, nullable = _unwrap(info.annotation)
    is_list = get_origin(python_type) is tuple
    is_choice = get_origin(python_type) is Literal
    constraints: dict[str, Any] = {"enum": list(get_args(python_type))} if is_choice else {}
    for part in info.metadata:
        for ours, theirs in _CONSTRAINTS.items():
            value = getattr(part, ours, None)
            if value is not None:
                constraints[theirs] = value
    # An empty string and a missing value are one in CSV: only text that is never empty can be required.
    certain = in_key or (python_type is not str or bool(constraints))
    if not nullable and not is_list and certain:
        constraints["required"] = True
    example = (info.examples or [None])[0]
    description = info.description or ""
    if is_list:
        description += f" Several are joined by “{LIST_SEPARATOR}”, which may also stand in one of them."
        example = LIST_SEPARATOR.join(example or ())
    return {
        "name": name,
        "type": _TYPES.get(python_type, "string"),
        "description": description,
        **({"example": str(example)} if example is not None else {}),
        **({"constraints": dict(sorted(constraints.items()))} if constraints else {}),
    }


def _unwrap(annotation: Any) -> tuple[Any, bool]:  # noqa: ANN401 - any annotation of a field
    """Return the type within `X | None`, and whether None is allowed."""
    if get_origin(annotation) in (Union, UnionType):
        inner = [a for a in get_args(annotation) if a is not NoneType]
        return inner[0], len(inner) < len(get_args(annotation))
    return annotation, False


def document_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a document record."""
    schema = Document.model_json_schema(mode="serialization")
    return {"$schema": JSON_SCHEMA_DIALECT, **schema}


def all_schemas() -> dict[str, dict[str, Any]]:
    """Return every published schema by its path in schemas/."""
    schemas = {DOCUMENT_SCHEMA: document_schema()}
    for table in TABLES:
        schemas[f"tables/{table.name}.json"] = {"$schema": TABLE_SCHEMA_DIALECT, **table_schema(table)}
    for name, profile in PROFILES.items():
        schemas[f"bagit-profiles/{name}.json"] = dict(profile.document)
    schemas["bagit-profile.json"] = schemas.pop("bagit-profiles/frus-package.json")
    return schemas


def as_json(value: Any) -> bytes:  # noqa: ANN401 - any JSON value
    """Return JSON as this project writes it: two blanks of indent, UTF-8, a final line end."""
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()


def main(folder: str = "schemas") -> None:
    """Write every schema into a folder."""
    for path, schema in all_schemas().items():
        target = Path(folder, path)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(as_json(schema))


if __name__ == "__main__":
    main(*sys.argv[1:])
