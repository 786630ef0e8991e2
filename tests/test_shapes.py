"""The tables in further shapes, read back by the tools that analysts use, hold what the CSV tables hold."""

import csv
import json
import shutil
import sqlite3
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory
from types import NoneType
from typing import Any, Literal, get_args, get_origin

import duckdb
import pandas as pd
import pyarrow.parquet as pq  # type: ignore[import-untyped] # ships no types
import pytest
from frictionless import Package
from hypothesis import given
from hypothesis import strategies as st

from pipeline.findings import UnusableError
from pipeline.model import LIST_SEPARATOR, TABLES, Table
from pipeline.package.descriptor import resource
from pipeline.package.files import Folder, Written
from pipeline.package.shapes import SHAPES, Shape, check_available, write_shapes
from pipeline.package.tables import table_path
from pipeline.verifying import verify

Rows = dict[str, list[dict[str, Any]]]
"""The rows of each table, as the model types them."""

NAME = "p"
TABLE = {table.name: table for table in TABLES}


# ---- the model, read anew


def is_list(table: Table, column: str) -> bool:
    annotation = table.columns[column].annotation
    return any(get_origin(a) is tuple for a in (annotation, *get_args(annotation)))


def may_be_null(table: Table, column: str) -> bool:
    return NoneType in get_args(table.columns[column].annotation) and column not in table.key


def kind(table: Table, column: str) -> Any:
    annotation = table.columns[column].annotation
    if get_origin(annotation) is Literal:
        return annotation
    return next(a for a in (*get_args(annotation), annotation) if a is not NoneType)


def typed(table: Table, column: str, cell: str) -> Any:
    if is_list(table, column):
        return cell or None
    if not cell and may_be_null(table, column):
        return None
    return {int: int, float: float}.get(kind(table, column), str)(cell)


# ---- rows as odd as the model allows

ODD = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from('\x00\x1a\r\n\t\\",;\u2028\ufeff\U0001f600'))
LISTS = st.lists((ODD | st.sampled_from(["a; b", "; ", "c;"])).filter(bool), max_size=3)


def key_value(table: Table, column: str, number: int) -> Any:
    """The value that a column has in the row of that number, as a key or as what points at one."""
    for key in table.foreign_keys:
        if column in key.columns:
            return key_value(TABLE[key.table], key.target[key.columns.index(column)], number)
    example = table.columns[column].examples[0]
    return number if isinstance(example, int) else f"{example}{number}"


class Pool:
    """Odd values, given out in turn."""

    def __init__(self, draw: st.DrawFn) -> None:
        texts = draw(st.lists(ODD, min_size=3, max_size=12))
        self.texts = cycle(texts)
        self.texts_or_none = cycle([*filter(bool, texts), None])
        self.lists = cycle(draw(st.lists(LISTS, min_size=2, max_size=4)))
        self.integers = cycle(draw(st.lists(st.integers(1, 2**53), min_size=1, max_size=3)))
        self.floats = cycle(draw(st.lists(st.floats(0, 1), min_size=1, max_size=3)))
        self.nulls = cycle(draw(st.lists(st.booleans(), min_size=1, max_size=7)))

    def value(self, table: Table, column: str, number: int) -> Any:
        info, nullable = table.columns[column], may_be_null(table, column)
        pointing = {c for k in table.foreign_keys for c in k.columns}
        if is_list(table, column):
            return next(self.lists)
        bound = any(getattr(m, "pattern", None) or getattr(m, "min_length", None) for m in info.metadata)
        of_kind = kind(table, column)
        if of_kind is str and not bound and column not in pointing | set(table.key):
            return next(self.texts_or_none if nullable else self.texts)
        if nullable and next(self.nulls):
            return None
        if column in pointing | set(table.key):
            return key_value(table, column, number)
        if get_origin(of_kind) is Literal:
            return get_args(of_kind)[number % len(get_args(of_kind))]
        return {int: next(self.integers), float: next(self.floats)}.get(of_kind, info.examples[0])


@st.composite
def tables(draw: st.DrawFn, max_rows: int = 3) -> Rows:
    """Rows of all tables; the nth of each points at the nth of others."""
    pool, numbers = Pool(draw), range(1, draw(st.integers(0, max_rows)) + 1)
    return {t.name: [{c: pool.value(t, c, n) for c in t.columns} for n in numbers] for t in TABLES}


# ---- writing and reading


def filled(root: Path, rows: Rows) -> Folder:
    """A folder with these rows as CSV tables, and with records that have their lists."""
    folder = Folder(root, ("sha256",))
    records = [
        {"subject": row["subject"], "chapters": row["chapters"], "source_notes": []} for row in rows["documents"]
    ]
    if records:
        records[-1]["source_notes"] = rows["source_notes"]
    folder.write("documents/all.jsonl", "".join(json.dumps(r) + "\n" for r in records).encode())
    (root / "volumes").mkdir()
    for number, row in enumerate(rows["volumes"], 1):
        (root / f"volumes/{number:03}.json").write_text(json.dumps(row), "utf-8")
    for table in TABLES:
        path = root / table_path(table.name)
        path.parent.mkdir(exist_ok=True, parents=True)
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(table.columns)
            for row in rows[table.name]:
                writer.writerow(LIST_SEPARATOR.join(v) if isinstance(v, list) else v for v in row.values())
        folder.written[table_path(table.name)] = Written(table_path(table.name), path.stat().st_size, {})
    return folder


def write(folder: Folder, shapes: Sequence[Shape] = SHAPES, **options: Any) -> None:
    write_shapes(folder, shapes, NAME, sorted(folder.root.glob("volumes/*")), **options)


def from_csv(root: Path) -> Rows:
    found = {}
    for table in TABLES:
        with (root / table_path(table.name)).open(encoding="utf-8", newline="") as stream:
            found[table.name] = [{c: typed(table, c, v) for c, v in r.items()} for r in csv.DictReader(stream)]
    return found


def from_parquet(root: Path) -> Rows:
    return {t.name: pq.read_table(root / f"parquet/{t.name}.parquet").to_pylist() for t in TABLES}


def from_jsonl(root: Path) -> Rows:
    lines = {t.name: (root / f"jsonl/{t.name}.jsonl").read_bytes().decode().split("\n") for t in TABLES}
    assert {found.pop() for found in lines.values()} == {""}
    return {name: [json.loads(line) for line in found] for name, found in lines.items()}


def from_sqlite(root: Path) -> Rows:
    with closing(sqlite3.connect(root / f"{NAME}.sqlite")) as database:
        database.row_factory = sqlite3.Row
        return {t.name: [dict(r) for r in database.execute(f'SELECT * FROM "{t.name}"')] for t in TABLES}  # noqa: S608 - names of the model


def joined(rows: Rows) -> Rows:
    """Lists as a cell holds them; none is null."""

    def cell(value: Any) -> Any:
        return (LIST_SEPARATOR.join(value) or None) if isinstance(value, list) else value

    return {name: [{c: cell(v) for c, v in row.items()} for row in found] for name, found in rows.items()}


def shape_files(root: Path) -> dict[str, bytes]:
    paths = [*root.glob("parquet/*"), *root.glob("jsonl/*"), *root.glob("*.sqlite")]
    return {p.relative_to(root).as_posix(): p.read_bytes() for p in paths}


@pytest.fixture(scope="module")
def shaped(package: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Folder]:
    """A copy of the package of the seeds with all shapes."""
    root = tmp_path_factory.mktemp("shaped") / "package"
    shutil.copytree(package, root)
    records = sorted(p.relative_to(root).as_posix() for p in root.glob("documents/d*.json") if "schema" not in p.name)
    folder = Folder(root, ("sha256",), {p: Written(p, 0, {}) for p in (*map(table_path, TABLE), *records)})
    write(folder)
    return root, folder


@pytest.fixture
def database(shaped: tuple[Path, Folder], tmp_path: Path) -> Iterator[sqlite3.Connection]:
    shutil.copy(shaped[0] / f"{NAME}.sqlite", tmp_path)
    with closing(sqlite3.connect(tmp_path / f"{NAME}.sqlite", isolation_level=None)) as opened:
        opened.execute("PRAGMA foreign_keys = ON")
        yield opened


# ---- the same rows


@given(tables())
def test_odd_rows_come_back_in_every_shape(rows: Rows) -> None:
    with TemporaryDirectory() as name:
        root = Path(name)
        write(filled(root, rows))
        assert from_csv(root) == joined(rows)
        assert from_parquet(root) == rows
        assert from_jsonl(root) == rows
        assert from_sqlite(root) == joined(rows)


def test_rows_of_the_seeds_come_back_in_every_shape(shaped: tuple[Path, Folder]) -> None:
    root, _ = shaped
    rows = from_parquet(root)
    assert from_jsonl(root) == rows
    assert from_csv(root) == from_sqlite(root) == joined(rows)
    records = [json.loads(p.read_bytes()) for p in sorted(root.glob("documents/d2*.json"))]
    assert [row["subject"] for row in rows["documents"]] == [record["subject"] for record in records]
    notes = [note for record in records for note in record["source_notes"]]
    assert [row["drafted_by"] for row in rows["source_notes"]] == [note["drafted_by"] for note in notes]


def test_pandas_and_duckdb_read_them_without_being_told_how(shaped: tuple[Path, Folder]) -> None:
    root, _ = shaped
    with duckdb.connect() as engine:
        for name, rows in from_csv(root).items():
            frame = pd.read_parquet(root / f"parquet/{name}.parquet")
            assert list(frame.columns) == list(TABLE[name].columns)
            assert len(frame) == len(rows)
            for path in (f"parquet/{name}.parquet", f"jsonl/{name}.jsonl") if rows else (f"parquet/{name}.parquet",):
                found = engine.sql(f"SELECT * FROM '{root / path}'")  # noqa: S608 - a path of this test
                assert found.columns == list(rows[0] if rows else TABLE[name].columns)
                texts = [c for c in TABLE[name].columns if kind(TABLE[name], c) is str and c in ("text", "remainder")]
                for column in texts:
                    values = [row[found.columns.index(column)] for row in found.fetchall()]
                    assert values == [row[column] for row in rows]


def test_long_cells_and_many_batches(tmp_path: Path) -> None:
    name, column = next((t.name, c) for t in TABLES for c in t.columns if c == "text")
    rows: Rows = {t.name: [] for t in TABLES}
    table = TABLE[name]
    base = {c: None if may_be_null(table, c) else table.columns[c].examples[0] for c in table.columns}
    for number in range(1, 41):
        own = {c: number for c in table.key if isinstance(base[c], int)}
        rows[name].append(base | {column: f"{number} " * 60_000} | own)
    for parent in (TABLE[k.table] for k in table.foreign_keys):
        rows[parent.name].append({
            c: [] if is_list(parent, c) else None if may_be_null(parent, c) else i.examples[0]
            for c, i in parent.columns.items()
        })  # fmt: skip
    write(filled(tmp_path, rows))
    assert pq.ParquetFile(tmp_path / f"parquet/{name}.parquet").num_row_groups > 1
    assert from_parquet(tmp_path) == from_jsonl(tmp_path) == rows
    assert from_sqlite(tmp_path) == joined(rows)


def test_the_same_rows_give_the_same_bytes(shaped: tuple[Path, Folder], tmp_path: Path) -> None:
    rows, made = from_parquet(shaped[0]), []
    for place, order in (("one", SHAPES), ("other", SHAPES[::-1] * 2)):
        write(filled(tmp_path / place, rows), order)
        made.append(shape_files(tmp_path / place))
    assert made[0] == made[1]
    assert len(made[0]) == 2 * len(TABLES) + 1


# ---- Parquet


def test_parquet_tells_types_and_what_columns_hold(shaped: tuple[Path, Folder]) -> None:
    types = {str: "string", int: "int64", float: "double"}
    for table in TABLES:
        schema = pq.read_schema(shaped[0] / f"parquet/{table.name}.parquet")
        told = json.loads(schema.metadata[b"columns"])
        for column, info in table.columns.items():
            field = schema.field(column)
            listed = "list<element: string not null>"
            assert str(field.type) == (listed if is_list(table, column) else types.get(kind(table, column), "string"))
            assert field.nullable == may_be_null(table, column)
            assert told[column] == field.metadata[b"description"].decode() == info.description


# ---- SQLite


def test_sqlite_is_sound_and_has_the_keys_of_the_model(database: sqlite3.Connection) -> None:
    assert database.execute("PRAGMA foreign_key_check").fetchall() == []
    assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    for table in TABLES:
        columns = database.execute(f'PRAGMA table_info("{table.name}")').fetchall()
        assert tuple(c[1] for c in sorted(columns, key=lambda c: c[5]) if c[5]) == table.key
        assert all(bool(c[3]) != (may_be_null(table, c[1]) or is_list(table, c[1])) for c in columns)
        keys: dict[int, list[tuple[str, str, str]]] = {}
        for number, _, target, own, theirs, *_ in database.execute(f'PRAGMA foreign_key_list("{table.name}")'):
            keys.setdefault(number, []).append((target, own, theirs))
        expected = [[(k.table, *p) for p in zip(k.columns, k.target, strict=True)] for k in table.foreign_keys]
        assert sorted(keys.values()) == sorted(expected)


def test_sqlite_finds_rows_by_foreign_key_through_an_index(database: sqlite3.Connection) -> None:
    for table in TABLES:
        for key in table.foreign_keys:
            where = " AND ".join(f'"{c}" = ?' for c in key.columns)
            question = f'EXPLAIN QUERY PLAN SELECT * FROM "{table.name}" WHERE {where}'  # noqa: S608 - names of the model
            plan = str(database.execute(question, ["x"] * len(key.columns)).fetchall())
            assert "SEARCH" in plan, (table.name, key)
            assert all(f"{c}=?" in plan for c in key.columns), (table.name, key)


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO blocks SELECT * FROM blocks LIMIT 1",
        "UPDATE blocks SET document_id = 'nowhere'",
        "UPDATE notes SET document_id = NULL",
        "UPDATE blocks SET kind = 'poem'",
        "UPDATE page_breaks SET page = ''",
        "UPDATE notes SET confidence = 1.5",
        "UPDATE blocks SET ordinal = -1",
        "DELETE FROM documents",
    ],
)
def test_sqlite_refuses_what_the_model_refuses(statement: str, database: sqlite3.Connection) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        database.execute(statement)


def test_sqlite_can_be_written_on_and_does_not_tell_its_library(database: sqlite3.Connection, tmp_path: Path) -> None:
    head = (tmp_path / f"{NAME}.sqlite").read_bytes()[:100]
    assert head[24:28] == head[92:96]
    assert int.from_bytes(head[96:100]) == 3_007_000
    assert int.from_bytes(head[28:32]) * 4096 == (tmp_path / f"{NAME}.sqlite").stat().st_size
    database.execute("CREATE TABLE more AS SELECT * FROM blocks")
    assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_rows_that_break_a_key_give_no_database(shaped: tuple[Path, Folder], tmp_path: Path) -> None:
    rows = from_parquet(shaped[0])
    for name, wrong in (("twice", rows["notes"] * 2), ("orphans", [r | {"document_id": "d0"} for r in rows["notes"]])):
        folder = filled(tmp_path / name, rows | {"notes": wrong})
        with pytest.raises(UnusableError, match=r"p\.sqlite cannot be made: .*notes"):
            write(folder, ["sqlite"])
        assert shape_files(tmp_path / name) == {}


def test_an_interrupted_database_leaves_nothing(shaped: tuple[Path, Folder], tmp_path: Path) -> None:
    def interrupt(_stage: str, _done: int, _total: int) -> None:
        raise KeyboardInterrupt

    folder = filled(tmp_path, from_parquet(shaped[0]))
    with pytest.raises(KeyboardInterrupt):
        write(folder, ["sqlite"], progress=interrupt)
    assert shape_files(tmp_path) == {}


# ---- the package


def test_a_package_with_all_shapes_is_valid_and_their_damage_is_noticed(shaped: tuple[Path, Folder]) -> None:
    root, folder = shaped
    path = root / "datapackage.json"
    descriptor = json.loads(path.read_text("utf-8"))
    for file in (f for path, f in folder.written.items() if not path.startswith(("tables/", "documents/"))):
        descriptor["resources"].append(resource(file, file.path.replace("/", "-").lower()))
    path.write_text(json.dumps(descriptor), "utf-8")
    report = Package(str(path)).validate()
    assert report.valid, report.to_summary()
    assert not verify(root).findings
    for damaged in (f"{NAME}.sqlite", "parquet/notes.parquet", "jsonl/notes.jsonl"):
        whole = (root / damaged).read_bytes()
        (root / damaged).write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
        assert not Package(str(path)).validate().valid
        assert [f.code for f in verify(root).findings] == ["F407"]
        (root / damaged).write_bytes(whole)


def test_a_missing_library_is_named_before_any_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    check_available(SHAPES)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    check_available(["jsonl", "sqlite"])
    with pytest.raises(UnusableError, match=r"parquet needs pyarrow.*pip install 'frus-package\[shapes\]'"):
        write(filled(tmp_path, {t.name: [] for t in TABLES}), ["jsonl", "parquet"])
    assert shape_files(tmp_path) == {}


def test_an_unknown_shape_is_refused() -> None:
    with pytest.raises(UnusableError, match="there is no shape 'xlsx'"):
        check_available(["xlsx"])
