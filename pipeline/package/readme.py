"""Write the README of a package: what it is, its tables, how to load them, how to cite it, what was left open.

Counts, findings and the manifest come in, Markdown goes out. All that it says of columns comes from the model.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from heapq import nsmallest

from pipeline import catalogue
from pipeline.findings import Finding, Severity
from pipeline.manifest import Manifest
from pipeline.model import TABLES
from pipeline.package.tables import table_path
from pipeline.schemas import table_schema

SHOWN = 50
"""Findings listed one by one; all of them are in report.json."""

_RECIPES = """\
Every table is CSV in UTF-8 with a header; an empty cell is a missing value. Text may hold line ends and commas, so use
a CSV reader, never a split at commas.

Python, with pandas:

```python
import json
import pandas as pd

def load(folder="."):
    with open(f"{folder}/datapackage.json", encoding="utf-8") as f:
        resources = json.load(f)["resources"]
    kinds = {"integer": "Int64", "number": "Float64"}
    return {
        r["name"]: pd.read_csv(
            f"{folder}/{r['path']}",
            dtype={c["name"]: kinds.get(c["type"], "string") for c in r["schema"]["fields"]},
            keep_default_na=False,
            na_values=[""],
        )
        for r in resources
        if r.get("type") == "table"
    }

tables = load()
notes = tables["notes"].merge(tables["documents"], on="document_id", suffixes=("", "_document"))
```

DuckDB:

```sql
%DUCKDB%
SELECT d.number, d.title, n.marker, n.text AS note
FROM notes n JOIN documents d USING (document_id)
ORDER BY d.number, n.list_number;
```

R, without any package:

```r
%R%
notes <- merge(tables$notes, tables$documents, by = "document_id", suffixes = c("", "_document"))
```

R, with the package frictionless: `package <- frictionless::read_package("datapackage.json")`, then
`frictionless::read_resource(package, "notes")`.

In a spreadsheet, import with *Data > From Text/CSV* and choose UTF-8. Python's own `csv` module refuses cells of more
than 131,072 characters until `csv.field_size_limit` is raised.
"""
_SQL_TYPES = {"integer": "BIGINT", "number": "DOUBLE", "string": "VARCHAR", "boolean": "BOOLEAN"}
_R_TYPES = {"integer": "integer", "number": "numeric", "string": "character", "boolean": "logical"}


def readme(
    manifest: Manifest,
    title: str,
    counts: Mapping[str, int],
    statuses: Counter[str],
    findings: Sequence[Finding],
    paths: Collection[str],
) -> str:
    """Return the README of a package, as Markdown; `paths` are those of its rows and records."""
    parts = [
        _opening(manifest, title, counts, paths),
        _tables(counts),
        _places(),
        f"## How to load the tables\n\n{_recipes()}",
        _dictionary(),
        _references(statuses),
        _citation(manifest, title),
        _left_open(findings),
    ]
    return "\n".join(part.rstrip() + "\n" for part in parts)


def _opening(manifest: Manifest, title: str, counts: Mapping[str, int], paths: Collection[str]) -> str:
    facts = manifest.package
    documents, notes = (
        f"{counts[name]} {name[: -1 if counts[name] == 1 else None]}" for name in ("documents", "notes")
    )
    in_lines = any(path.startswith("documents/") and path.endswith(".jsonl") for path in paths)
    records = " as JSON Lines, a file a volume and a record a line" if in_lines else ", one JSON record a document"
    shapes = {path if path.endswith(".sqlite") else f"{path.partition('/')[0]}/" for path in paths}
    shapes -= {"tables/", "documents/"}
    further = "".join(f"- `{shape}`: the same tables in another shape\n" for shape in sorted(shapes))
    described = f"\n{facts.description}\n" if facts.description else ""
    return f"""# {title}
{described}
A data package of {documents} with {notes}, version {facts.version}.
It holds:

- `datapackage.json`: the description of everything here, for programs (Frictionless Data Package v2)
- `tables/`: the documents as {len(TABLES)} tables in CSV, tied by keys
- `documents/`: the same{records}, with their JSON Schema
{further}- `sources/`: the files all this was made from, byte for byte
- `report.json`: everything that was found wrong or left open
- `ro-crate-metadata.json`, `datacite.json`, `datacite.xml`, `CITATION.cff`, `metadata/`: the package described for
  repositories, registries and reference managers (RO-Crate, DataCite, Citation File Format, Dublin Core, PREMIS)
"""


def _tables(counts: Mapping[str, int]) -> str:
    rows = "\n".join(
        f"| [{t.name}]({table_path(t.name)}) | {counts[t.name]} | {', '.join(t.key)} | {_summary(t.model.__doc__)} |"
        for t in TABLES
    )
    links = "\n".join(
        f"    {key.table} ||--o{{ {t.name} : {'_'.join(key.columns)}" for t in TABLES for key in t.foreign_keys
    )
    return f"""## The tables

| table | rows | key | a row is |
|---|---:|---|---|
{rows}

```mermaid
erDiagram
{links}
```
"""


def _summary(docstring: str | None) -> str:
    first = (docstring or "").split("\n", 1)[0].rstrip(".")
    return first[:1].lower() + first[1:]


def _places() -> str:
    return """## Places

What was read from text says where it stands: `start` and `end` are a range of characters (Unicode code points) of the
source file, the first counted as 0, the last not included, line ends and a byte order mark counted. With a document's
`source_path`:

```python
with open(source_path, encoding="utf-8", newline="") as f:
    words = f.read()[start:end]
```

What was read from TEI has no such range: there `xml_id` names the element, or the nearest one around it that has an id.
"""


def _recipes() -> str:
    tables, frames = [], []
    for table in TABLES:
        fields = table_schema(table)["fields"]
        columns = ", ".join(f"'{f['name']}': '{_SQL_TYPES[f['type']]}'" for f in fields)
        tables.append(
            f"CREATE TABLE \"{table.name}\" AS SELECT * FROM read_csv('{table_path(table.name)}',\n"  # noqa: S608 - a recipe
            f"  header = true, quote = '\"', escape = '\"', max_line_size = 100000000,\n  columns = {{{columns}}});"
        )
        classes = ", ".join(f'"{_R_TYPES[f["type"]]}"' for f in fields)
        frames.append(f'  {table.name} = read("{table.name}", c({classes}))')
    r_code = (
        "read <- function(name, classes) read.csv(\n"
        '  file.path("tables", paste0(name, ".csv")), colClasses = classes, na.strings = "", encoding = "UTF-8",\n'
        "  check.names = FALSE\n)\n"
        "tables <- list(\n" + ",\n".join(frames) + "\n)"
    )
    return _RECIPES.replace("%DUCKDB%", "\n".join(tables)).replace("%R%", r_code)


def _dictionary() -> str:
    parts = ["## Data dictionary\n"]
    for table in TABLES:
        parts.append(f"### {table.name}\n\n| column | type | | description | example |\n|---|---|---|---|---|")
        for field in table_schema(table)["fields"]:
            constraints = field.get("constraints", {})
            choices = f" One of: {', '.join(constraints['enum'])}." if "enum" in constraints else ""
            needed = "required" if constraints.get("required") else ""
            description = _cell(field["description"] + choices)
            parts.append(
                f"| {field['name']} | {field['type']} | {needed} | {description} | {_cell(field.get('example', ''))} |"
            )
        parts.append("")
    return "\n".join(parts)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _references(statuses: Counter[str]) -> str:
    rows = "\n".join(f"| {status} | {count} |" for status, count in sorted(statuses.items()))
    return f"""## References

A reference is `resolved` where its target is in this package, `external` where the catalogue of the series knows it,
`unverified` where nothing here can tell, `broken` where it must exist and does not, `ambiguous` where it may mean
several things. No number is ever guessed into a target.

| status | references |
|---|---:|
{rows}
"""


def _citation(manifest: Manifest, title: str) -> str:
    facts = manifest.package
    licences = ", ".join(f"[{x.name}]({x.path})" if x.path else x.name for x in facts.licenses) or "not given"
    cite = f"{title}. Data package, version {facts.version}. {manifest.identifier}"
    return f"""## Citation and licence

Cite this package as: {cite}

Cite a document by its volume: {_volume_citation(facts.volume)}

Licence: {licences}
"""


def _volume_citation(volume_id: str | None) -> str:
    """The form that history.state.gov recommends; the general editor is left out."""
    volume = catalogue.volumes().get(volume_id or "")
    if volume is None:
        return "the volume is not known here."
    *others, last = volume.editors or ("",)
    editors = f"{', '.join(others)}{',' * (len(others) > 1)} and {last}" if others else last
    plural = "s" * bool(others)
    series, rest = "Foreign Relations of the United States", volume.title
    shown = f"*{series}*{rest.removeprefix(series)}" if rest.startswith(series) else f"*{rest}*"
    by = f", ed{plural}. {editors}" if last else ""
    printed = f" (Washington: Government Printing Office, {volume.published})" if volume.published else ""
    return f"{shown}{by}{printed}, Document *N*. {catalogue.url(volume.volume_id)}"


def _left_open(findings: Sequence[Finding]) -> str:
    order = list(Severity)
    told = nsmallest(SHOWN, findings, key=lambda f: (bool(f.accepted), order.index(f.severity)))
    counts = Counter(f.severity.value for f in findings if not f.accepted)
    total = ", ".join(f"{counts[s.value]} {s.value}" for s in Severity if counts[s.value]) or "none"
    lines = [f"## What was left open\n\nFindings of this build: {total}. All are in `report.json`.\n"]
    for item in told:
        place = f"{item.file}:{item.line}" if item.file and item.line else item.file or "the set"
        accepted = f" (accepted: {item.accepted})" if item.accepted else ""
        lines.append(f"- {item.code} {item.rule.slug}, {place}: {_cell(item.message)}{accepted}")
    if len(findings) > SHOWN:
        lines.append(f"- and {len(findings) - SHOWN} more")
    return "\n".join(lines)
