"""Makes tables of resources: dialect, encoding, fields, primary and foreign keys."""

from __future__ import annotations

import codecs
import csv
from typing import Any

from pipeline.verifying.keys import Hashes
from pipeline.verifying.report import Report, brief
from pipeline.verifying.schema import SchemaError, read_fields
from pipeline.verifying.table import Reference, Table

MAX_KEYS = 100
"""Foreign keys of a table that are checked; each is looked up in every row."""

_DIALECT = {
    "delimiter": "delimiter",
    "quoteChar": "quotechar",
    "doubleQuote": "doublequote",
    "escapeChar": "escapechar",
    "skipInitialSpace": "skipinitialspace",
}
"""Properties of a dialect, and what the csv module calls them."""

_WITHOUT_EFFECT = frozenset({"$schema", "lineTerminator", "title", "description", "type", "csvddfVersion"})
_DEFAULTS = {"header": True, "headerRows": [1], "caseSensitiveHeader": True}


class _NotCheckedError(Exception):
    """Something is used that is not checked here."""


class _KeyFieldError(Exception):
    """A key names a field or a table that does not exist."""


_PROBLEMS = (SchemaError, _KeyFieldError, _NotCheckedError)
_CODES: dict[type[Exception], str] = {SchemaError: "F411", _KeyFieldError: "F412", _NotCheckedError: "F410"}


def read_table(resource: dict[str, Any], paths: list[str], prefix: str, report: Report) -> Table | None:
    """Make the table of a resource, without its foreign keys.

    Args:
        resource: the resource, with a name.
        paths: its files that are there.
        prefix: where the package lies in the container; empty or ending with `/`.
        report: takes the findings.

    Returns:
        The table, or None where it cannot be checked, which is a finding.
    """
    name, place = resource["name"], f"{prefix}datapackage.json"
    if not paths:
        return None  # a missing file has been reported
    try:
        table, unchecked = _table(resource, prefix + paths[0], report)
    except _PROBLEMS as error:
        report.add(_CODES[type(error)], f"table {brief(name)}: {error}", place, resource=name)
        return None
    for what in unchecked:
        report.add("F410", f"table {brief(name)}: {what} was not checked", place, resource=name)
    return table


def _table(resource: dict[str, Any], file: str, report: Report) -> tuple[Table, list[str]]:
    """Make a table; return it with the parts of its schema that are not checked."""
    if "schema" not in resource and resource.get("type") == "table":
        raise _NotCheckedError("it has no schema")  # which 2.0 allows; the profile of 1.0 wants one
    if "schema" not in resource:
        raise SchemaError("it has no schema")
    schema, dialect = resource["schema"], resource.get("dialect", {})
    if isinstance(schema, str) or isinstance(dialect, str):
        raise _NotCheckedError("its schema or dialect is in another file")
    _refuse_unusual(resource, schema, dialect, file)
    fields = read_fields(schema)
    table = Table(resource["name"], file, fields, _dialect(dialect), _encoding(resource), report)
    table.primary = _columns(table, schema.get("primaryKey", []), "primaryKey")
    if table.primary:
        table.keys.setdefault(table.primary, Hashes())
    unchecked = [what for field in fields for what in field.unchecked]
    return table, [*unchecked, *(["`uniqueKeys`"] if "uniqueKeys" in schema else [])]


def link(table: Table, schema: dict[str, Any], tables: dict[str, Table], resources: set[str], place: str) -> None:
    """Read the foreign keys of a table and tie them to the tables they point at; what is wrong is a finding.

    Args:
        table: the table.
        schema: its schema.
        tables: all tables that are checked, by name.
        resources: names of all resources.
        place: the descriptor, for findings.
    """
    keys = schema.get("foreignKeys", [])
    if len(keys) > MAX_KEYS:
        message = f"table {brief(table.resource)} has {len(keys)} foreign keys; {MAX_KEYS} were checked"
        table.report.add("F410", message, place, resource=table.resource)
    for key in keys[:MAX_KEYS]:
        try:
            reference = _reference(table, key, tables, resources)
        except _PROBLEMS as error:
            message = f"a foreign key of {brief(table.resource)}: {error}"
            table.report.add(_CODES[type(error)], message, place, resource=table.resource)
        else:
            reference.target.keys.setdefault(reference.target_columns, Hashes())
            table.references.append(reference)


def _reference(table: Table, key: dict[str, Any], tables: dict[str, Table], resources: set[str]) -> Reference:
    target = key["reference"]
    name = target.get("resource", "") or table.resource  # v1 has an empty name for the table itself, v2 none
    if name not in resources:
        raise _KeyFieldError(f"a foreign key points at {brief(name)}, and there is no such resource")
    columns = _columns(table, key["fields"], "foreignKeys")
    if name not in tables:
        raise _NotCheckedError(f"{brief(name)} is no table that was checked")
    target_columns = _columns(tables[name], target["fields"], "foreignKeys")
    if not columns or len(columns) != len(target_columns):
        raise SchemaError("a foreign key has other numbers of fields on its two sides, or none")
    return Reference(columns, tables[name], target_columns)


def _columns(table: Table, names: str | list[str], what: str) -> tuple[int, ...]:
    names = [names] if isinstance(names, str) else names
    absent = next((name for name in names if name not in table.places), None)
    if absent is not None:
        raise _KeyFieldError(f"`{what}` names {brief(absent)}, which is no field of {brief(table.resource)}")
    return tuple(table.places[name] for name in names)


def _refuse_unusual(resource: dict[str, Any], schema: dict[str, Any], dialect: dict[str, Any], file: str) -> None:
    if isinstance(resource.get("path"), list):
        raise _NotCheckedError("it consists of several files")
    if str(resource.get("format", file.rpartition(".")[2])).lower() != "csv" or resource.get("compression"):
        raise _NotCheckedError("it is no plain CSV")
    known = _DIALECT.keys() | _WITHOUT_EFFECT
    unusual = [k for k, v in dialect.items() if k not in known and v is not None and v != _DEFAULTS.get(k)]
    if unusual:
        raise _NotCheckedError(f"its dialect has `{brief(unusual[0])}`")
    if schema.get("fieldsMatch", "exact") not in ("exact", ["exact"]):
        raise _NotCheckedError("its `fieldsMatch` is not exact")


def _dialect(dialect: dict[str, Any]) -> dict[str, Any]:
    options = {option: dialect[name] for name, option in _DIALECT.items() if name in dialect}
    try:
        csv.reader((), strict=True, **options)
    except (TypeError, ValueError, csv.Error) as error:
        raise SchemaError(f"the dialect cannot be used: {error}") from error
    return options


def _encoding(resource: dict[str, Any]) -> str:
    name = resource.get("encoding", "utf-8")
    try:
        encoding = codecs.lookup(name).name
        "".encode(encoding)  # refuses codecs that turn octets into octets
        codecs.getincrementaldecoder(encoding)  # some have none
    except (LookupError, ValueError, TypeError) as error:
        raise SchemaError(f"the encoding {brief(name)} is not known") from error
    return encoding
