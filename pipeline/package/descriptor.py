"""Write datapackage.json: Data Package v2, and readable by tools of v1.

What the manifest says and the files as they were written come in; the descriptor goes out, with hash and octets of
every file of the package but itself.
"""

from __future__ import annotations

import re
from typing import Any

from pipeline.manifest import Manifest, as_json
from pipeline.model import TABLES
from pipeline.package.description.facts import summary, uri
from pipeline.package.files import Folder, Written
from pipeline.package.formats import format_of
from pipeline.package.tables import table_path
from pipeline.schemas import DOCUMENT_SCHEMA, table_schema

FILE = "datapackage.json"
PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
RECORD_SCHEMA = f"documents/{DOCUMENT_SCHEMA}"

_DIALECT = {"delimiter": ",", "lineTerminator": "\r\n", "quoteChar": '"', "doubleQuote": True, "header": True}

_CAPITALS = ("csv", "json", "jsonl", "parquet")
"""Formats in upper case: frictionless takes json whose name or keys it knows for metadata of its own, and guesses the
types of a csv that is no table of the package; jsonl and parquet it takes for tables, whatever the descriptor says."""
_BINARY = ("parquet", "sqlite")


def descriptor(manifest: Manifest, title: str, date: str, folder: Folder) -> dict[str, Any]:
    """Return the descriptor of a package.

    Args:
        manifest: package.toml.
        title: the title of the package.
        date: the date of the package, ISO 8601.
        folder: the package as written so far; it holds sha256 digests.
    """
    facts = manifest.package
    told = as_json(facts)
    head = {
        "$schema": PROFILE,
        "name": facts.name.lower(),
        "id": manifest.identifier,
        "title": title,
        "description": summary(manifest, title),
        "version": facts.version,
        "created": f"{date}T00:00:00Z",
    }
    if address := uri(facts.homepage):
        told["homepage"] = address
    told_keys = ("homepage", "keywords", "licenses", "contributors", "sources")
    tables = {table_path(t.name): t for t in TABLES}
    resources = []
    for path, table in tables.items():
        entry = resource(folder.written[path], table.name, table=True)
        # `profile` is what tools of v1 look for, `type` those of v2.
        entry |= {"title": table.title, "type": "table", "profile": "tabular-data-resource"}
        entry |= {"mediatype": "text/csv", "dialect": _DIALECT, "schema": table_schema(table)}
        resources.append(entry)
    taken = {r["name"] for r in resources}
    for path in sorted(set(folder.written) - set(tables)):
        entry = resource(folder.written[path], _name(path, taken))
        if path.startswith("documents/") and path != RECORD_SCHEMA:
            entry["recordSchema"] = RECORD_SCHEMA
        resources.append(entry)
    return {**head, **{k: told[k] for k in told_keys if k in told}, "resources": resources}


def resource(file: Written, name: str, *, table: bool = False) -> dict[str, Any]:
    """Return what the descriptor says of a file; `table` is for those whose schema will be told."""
    suffix = file.path.rpartition(".")[2]
    return {
        "name": name,
        "path": file.path,
        "format": "csv" if table else suffix.upper() if suffix in _CAPITALS else suffix,
        "mediatype": format_of(file.path).media_type,
        **({} if suffix in _BINARY else {"encoding": "utf-8"}),
        "bytes": file.octets,
        "hash": f"sha256:{file.digests['sha256']}",
    }


def _name(path: str, taken: set[str]) -> str:
    """A name that no other resource has, of the letters that v1 allows."""
    base = re.sub(r"[^a-z0-9._-]+", "-", path.lower().replace("/", "-")).strip("-")
    name, count = base, 1
    while name in taken:
        count += 1
        name = f"{base}-{count}"
    taken.add(name)
    return name
