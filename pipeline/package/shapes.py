"""Write the tables in further shapes: Parquet, JSON Lines, SQLite.

The CSV tables and the records of a package come in, as they were just written; files with the same rows go out beside
them, typed by the model. Rows are read from the CSV in batches, so memory does not grow with them; an empty cell of a
column that may be empty is null. Lists are those of the records: what a cell joins may hold the separator itself.

* `parquet/TABLE.parquet`: strings, integers, numbers, booleans; lists are lists. What the columns hold stands in the
  metadata of the schema. Compressed by zstd; the same release of pyarrow gives the same bytes, another one may not, and
  it writes its own name into them: the CSV is what stays.
* `jsonl/TABLE.jsonl`: an object a line, keys as the columns, lists as lists, null for what is missing, UTF-8, LF.
* `NAME.sqlite`: one file with all tables. Lists are joined as in the CSV, so that the columns of all shapes are the
  same. What the columns hold stands as comments in the schema. No STRICT tables, which SQLite before 3.37 cannot open.
"""

from __future__ import annotations

import csv
import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from types import NoneType
from typing import Any, Literal, get_args, get_origin

from pydantic_core import from_json

from pipeline.findings import UnusableError
from pipeline.model import TABLES, Table
from pipeline.package.files import Folder, HashedFile
from pipeline.package.tables import table_path
from pipeline.progress import Progress, silent
from pipeline.schemas import table_schema

Shape = Literal["parquet", "jsonl", "sqlite"]
SHAPES: tuple[Shape, ...] = get_args(Shape)

_EXTRA = "install it with: pip install 'frus-package[shapes]'"
_NEEDS: dict[str, tuple[str, str]] = {"parquet": ("pyarrow", _EXTRA)}

_ROWS = 1 << 15
_CHARACTERS = 1 << 22
"""A batch, which is a row group of Parquet, ends at so many rows or at so many characters, whichever comes first."""
_CELL_LIMIT = (1 << 31) - 1
"""Characters of a cell: the most that csv takes on every system; real texts have more than its default of 131,072."""

_PAGE = 4096
_BLOCK = 1 << 20
_SQL_TYPES = {"integer": "INTEGER", "number": "REAL", "boolean": "INTEGER"}
_PRAGMAS = (
    f"page_size = {_PAGE}",
    "encoding = 'UTF-8'",
    "auto_vacuum = NONE",
    "secure_delete = ON",  # what is free is zero: some builds do this by themselves, others leave chance in it
    "journal_mode = OFF",  # the file is new: a build that fails leaves none
    "synchronous = OFF",
    "locking_mode = EXCLUSIVE",
    "temp_store = FILE",
    "cache_size = -32768",
    "foreign_keys = OFF",  # checked all at once at the end: tables refer to later ones
)
_INTERRUPTIBLE = 1_000_000
"""SQLite's own steps between two looks at whether the user wants to end."""


def check_available(shapes: Sequence[str]) -> None:
    """Make sure that shapes can be made here; nothing is imported for it.

    Raises:
        UnusableError: there is no such shape, or a library that it needs is not installed.
    """
    for shape in shapes:
        if shape not in SHAPES:
            raise UnusableError(f"there is no shape {shape!r} of the tables, but {', '.join(SHAPES)}")
        module, remedy = _NEEDS.get(shape, ("", ""))
        if module and find_spec(module) is None:
            raise UnusableError(f"{shape} needs {module}, which is not installed; {remedy}")


def write_shapes(
    folder: Folder,
    shapes: Sequence[Shape],
    name: str,
    volumes: Sequence[Path],
    progress: Progress = silent,
) -> None:
    """Write the tables of a package in further shapes.

    Args:
        folder: the package, with its CSV tables and its records written and closed, the records in the order of the
            rows; the new files are added to it. Tables of the model that it does not have are left out.
        shapes: which, each once; in which order makes no difference.
        name: the name of the package, which the SQLite file takes.
        volumes: files of the records of volumes, in the order of their rows.
        progress: called with the shape, the tables that are done and their number.

    Raises:
        UnusableError: a library is not installed, or the SQLite file cannot be made: the disk is full, or the rows
            break a constraint of the model.
    """
    check_available(shapes)
    tables = tuple(t for t in TABLES if table_path(t.name) in folder.written)
    documents = [folder.root / path for path in folder.written if path.startswith("documents/")]
    for shape in (s for s in SHAPES if s in shapes):
        if shape == "sqlite":
            _write_sqlite(folder, tables, name, progress)
            continue
        for done, table in enumerate(tables, 1):
            lists = _lists(table, documents if table.of == "document" else volumes)
            (_write_parquet if shape == "parquet" else _write_jsonl)(folder, table, lists)
            progress(shape, done, len(tables))


# ---- columns and rows


def _truth(cell: str) -> bool:
    return cell in ("True", "true", "TRUE", "1")  # the trueValues of Table Schema


_PARSERS: dict[str, Callable[[str], Any]] = {"integer": int, "number": float, "boolean": _truth}


@dataclass(frozen=True, slots=True)
class _Column:
    """A column as the model has it: `type` is that of Table Schema, of a list that of its items."""

    name: str
    type: str
    description: str
    constraints: dict[str, Any]
    nullable: bool
    many: bool

    def parser(self) -> Callable[[str], Any]:
        """Return what makes a value of a cell; that of a list is not taken apart."""
        parse = _PARSERS.get(self.type, str)
        return (lambda cell: parse(cell) if cell else None) if self.nullable else parse


def _columns(table: Table) -> list[_Column]:
    columns = []
    for field in table_schema(table)["fields"]:
        name, info = field["name"], table.columns[field["name"]]
        inner = (info.annotation, *get_args(info.annotation))
        many = any(get_origin(kind) is tuple for kind in inner)
        columns.append(
            _Column(
                name,
                "string" if many else field["type"],
                " ".join((info.description or "").split()),
                field.get("constraints", {}),
                nullable=not many and NoneType in inner and name not in table.key,
                many=many,
            )
        )
    return columns


Lists = Iterator[list[list[str]]]
"""Of one row after the other, the lists in the columns that have lists."""


def _lists(table: Table, records: Sequence[Path]) -> Lists:
    """Read the lists of a table from the records that hold its rows, in their order: each a file, or a line of one."""
    columns = [column.name for column in _columns(table) if column.many]
    for path in records if columns else ():
        with path.open("rb") as stream:
            for text in stream if path.suffix == ".jsonl" else [stream.read()]:
                record = from_json(text)
                for row in (record,) if table.part is None else record[table.part]:
                    yield [row[column] for column in columns]


def _batches(
    folder: Folder, table: Table, columns: Sequence[_Column], lists: Lists | None = None
) -> Iterator[list[list[Any]]]:
    """Yield the rows of a table in batches, as a list of values for each column; without `lists`, those are joined."""
    parsers = [c.parser() for c in columns]
    many = [at for at, c in enumerate(columns) if c.many]

    def typed(rows: list[list[str]]) -> list[list[Any]]:
        values = [list(map(parse, cells)) for parse, cells in zip(parsers, zip(*rows, strict=True), strict=True)]
        if many and lists is not None:
            own = zip(*islice(lists, len(rows)), strict=True)
            for at, of_column in zip(many, own, strict=True):
                values[at] = list(of_column)
        return values

    csv.field_size_limit(_CELL_LIMIT)
    with (folder.root / table_path(table.name)).open(encoding="utf-8", newline="") as stream:
        reader = csv.reader(stream, strict=True)
        next(reader)
        rows, size = [], 0
        for row in reader:
            rows.append(row)
            size += sum(map(len, row))
            if len(rows) >= _ROWS or size >= _CHARACTERS:
                batch, rows, size = typed(rows), [], 0
                yield batch
        if rows:
            yield typed(rows)


# ---- JSON Lines


def _write_jsonl(folder: Folder, table: Table, lists: Lists) -> None:
    columns = _columns(table)
    names = [c.name for c in columns]
    encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode
    with folder.open(f"jsonl/{table.name}.jsonl") as stream:
        for batch in _batches(folder, table, columns, lists):
            for row in zip(*batch, strict=True):
                stream.write(f"{encode(dict(zip(names, row, strict=True)))}\n".encode())


# ---- Parquet


class _Sink:
    """The file that pyarrow writes to."""

    closed = False

    def __init__(self, stream: HashedFile) -> None:
        self._stream = stream
        self._octets = 0

    def write(self, data: bytes) -> int:
        self._stream.write(data)
        self._octets += len(data)
        return len(data)

    def tell(self) -> int:
        return self._octets

    def flush(self) -> None:
        """Do nothing: the folder flushes its files."""

    def close(self) -> None:
        self.closed = True


def _write_parquet(folder: Folder, table: Table, lists: Lists) -> None:
    import pyarrow as arrow  # type: ignore[import-untyped] # noqa: PLC0415 - ships no types; is not always there
    from pyarrow import parquet  # noqa: PLC0415 - as above

    kinds = {"integer": arrow.int64(), "number": arrow.float64(), "boolean": arrow.bool_()}
    columns = _columns(table)
    fields = []
    for column in columns:
        kind = kinds.get(column.type, arrow.string())
        kind = arrow.list_(arrow.field("element", kind, nullable=False)) if column.many else kind
        fields.append(arrow.field(column.name, kind, column.nullable, {"description": column.description}))
    # Metadata of fields is seen by readers of Arrow only; that of the file by all.
    described = {"title": table.title, "columns": json.dumps({c.name: c.description for c in columns})}
    schema = arrow.schema(fields, described)
    with (
        folder.open(f"parquet/{table.name}.parquet") as stream,
        parquet.ParquetWriter(arrow.PythonFile(_Sink(stream), mode="w"), schema, compression="zstd") as writer,
    ):
        for batch in _batches(folder, table, columns, lists):
            arrays = [arrow.array(values, field.type) for values, field in zip(batch, fields, strict=True)]
            writer.write_batch(arrow.record_batch(arrays, schema=schema), row_group_size=_ROWS)


# ---- SQLite


def _write_sqlite(folder: Folder, tables: Sequence[Table], name: str, progress: Progress) -> None:
    """Make the database aside, for SQLite writes here and there in its file; then copy it, hashed."""
    aside = folder.root / f".{name}.sqlite.part"
    try:
        try:
            with closing(sqlite3.connect(aside, isolation_level=None)) as database:
                _fill(database, folder, tables, progress)
        except sqlite3.Error as error:
            if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_INTERRUPT:
                raise KeyboardInterrupt from None  # what was raised in `_heed` and lost on its way through SQLite
            raise UnusableError(f"{name}.sqlite cannot be made: {error}") from error
        _copy(aside, folder, f"{name}.sqlite")
    finally:
        aside.unlink(missing_ok=True)


def _heed() -> int:
    """Go on; but before this is run, Python raises what the user asked for."""
    return 0


def _fill(database: sqlite3.Connection, folder: Folder, tables: Sequence[Table], progress: Progress) -> None:
    database.set_progress_handler(_heed, _INTERRUPTIBLE)
    for pragma in _PRAGMAS:
        database.execute(f"PRAGMA {pragma}")
    database.execute("BEGIN")
    for table in tables:
        database.execute(_create(table, tables))
    for done, table in enumerate(tables, 1):
        columns = [replace(c, nullable=True) if c.many else c for c in _columns(table)]
        insert = f"INSERT INTO {_quoted(table.name)} VALUES ({', '.join('?' * len(columns))})"  # noqa: S608 - quoted
        for batch in _batches(folder, table, columns):
            database.executemany(insert, zip(*batch, strict=True))
        progress("sqlite", done, len(tables))
    for table in tables:
        for statement in _indexes(table, tables):
            database.execute(statement)
    database.execute("COMMIT")
    broken = database.execute("PRAGMA foreign_key_check").fetchone()
    if broken:
        raise sqlite3.IntegrityError(f"row {broken[1]} of {broken[0]} points at no row of {broken[2]}")


def _quoted(*names: str) -> str:
    return ", ".join('"' + n.replace('"', '""') + '"' for n in names)


def _literal(value: object) -> str:
    return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else str(value)


def _create(table: Table, tables: Sequence[Table]) -> str:
    """Return the statement that makes a table; what its columns hold stands beside them."""
    lines = [(_column_sql(c), c.description) for c in _columns(table)]
    lines.append((f"PRIMARY KEY ({_quoted(*table.key)})", ""))
    # SQLite demands that what is referred to is unique.
    wanted = {k.target for t in tables for k in t.foreign_keys if k.table == table.name} - {table.key}
    lines += [(f"UNIQUE ({_quoted(*target)})", "") for target in sorted(wanted)]
    for key in _foreign_keys(table, tables):
        target = f"{_quoted(key.table)} ({_quoted(*key.target)})"
        lines.append((f"FOREIGN KEY ({_quoted(*key.columns)}) REFERENCES {target}", ""))
    body = "\n".join(
        f"  {line}{',' if number < len(lines) else ''}{f' -- {comment}' if comment else ''}"
        for number, (line, comment) in enumerate(lines, 1)
    )
    return f"CREATE TABLE {_quoted(table.name)} ( -- {table.title}\n{body}\n)"


def _column_sql(column: _Column) -> str:
    name = _quoted(column.name)
    rules = column.constraints
    checks = []
    if not column.many:
        if "enum" in rules:
            checks.append(f"{name} IN ({', '.join(map(_literal, rules['enum']))})")
        checks += [
            f"{name} {sign} {rules[rule]}" for rule, sign in (("minimum", ">="), ("maximum", "<=")) if rule in rules
        ]
        if rules.get("minLength"):
            checks.append(f"{name} <> ''")  # length() of SQLite ends at a NUL
        if column.type == "boolean":
            checks.append(f"{name} IN (0, 1)")
    parts = [name, _SQL_TYPES.get(column.type, "TEXT")]
    parts += [] if column.nullable or column.many else ["NOT NULL"]
    parts += [f"CHECK ({' AND '.join(checks)})"] if checks else []
    return " ".join(parts)


def _foreign_keys(table: Table, tables: Sequence[Table]) -> list[Any]:
    there = {t.name for t in tables}
    return [k for k in table.foreign_keys if k.table in there]


def _indexes(table: Table, tables: Sequence[Table]) -> Iterator[str]:
    """Yield the indexes of foreign keys, but of those that begin the primary key or an index before."""
    indexed = [table.key]
    for columns in sorted({k.columns for k in _foreign_keys(table, tables)}, key=lambda c: (-len(c), c)):
        if any(other[: len(columns)] == columns for other in indexed):
            continue
        indexed.append(columns)
        name = _quoted("_".join(("by", table.name, *columns)))
        yield f"CREATE INDEX {name} ON {_quoted(table.name)} ({_quoted(*columns)})"


def _copy(made: Path, folder: Folder, path: str) -> None:
    """Copy a database into the folder without what tells one build of SQLite from another.

    Database File Format, 1.3: the change counter (offset 24) and the version-valid-for number (92) must be equal for
    the size in the header to count; 96 is the version of the library that wrote last: here the first that did so.
    """
    with made.open("rb") as source, folder.open(path) as target:
        head = bytearray(source.read(100))
        head[24:28] = head[92:96] = (1).to_bytes(4)
        head[96:100] = (3_007_000).to_bytes(4)
        target.write(bytes(head))
        shutil.copyfileobj(source, target, _BLOCK)
