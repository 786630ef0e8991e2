"""Reads a table as a stream of rows and holds it against its schema: header, cells, keys."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO, cast

from pipeline.verifying.report import Report, brief
from pipeline.verifying.schema import Field

CELL_LIMIT = 1 << 26
"""Characters a line or a cell may have; the longest document of the series has 138,987."""

REMEMBERED = 4096
REMEMBERED_LENGTH = 200
"""How many values of a column are remembered as right, and how long they may be."""

Key = Hashable
_Columns = tuple[int, ...]


@dataclass(slots=True)
class Reference:
    """A foreign key: own columns, and the table and columns that it points at."""

    columns: _Columns
    target: Table
    target_columns: _Columns
    waiting: dict[Key, tuple[int, int]] = field(default_factory=dict)
    """Keys not found when they were read: line of the first, and how often."""


class _Column:
    """A column while it is read: values that are known to pass, and for a unique one all values."""

    __slots__ = ("field", "index", "passed", "seen")

    def __init__(self, index: int, column_field: Field) -> None:
        self.index = index
        self.field = column_field
        self.passed: set[str] = set()
        self.seen: set[Key] = set()


@dataclass(slots=True)
class Table:
    """A table of the package: how it is written, its fields and keys, and the keys that were read."""

    resource: str
    file: str
    fields: list[Field]
    dialect: dict[str, Any]
    encoding: str
    report: Report
    primary: _Columns = ()
    references: list[Reference] = field(default_factory=list)
    keys: dict[_Columns, set[Key]] = field(default_factory=dict)
    complete: bool = False
    places: dict[str, int] = field(init=False)
    """The column of each field, by its name."""

    def __post_init__(self) -> None:
        self.places = {column.name: index for index, column in enumerate(self.fields)}

    def read(self, stream: BinaryIO) -> None:
        """Read all rows; what is wrong is a finding. `complete` tells then whether every row could be read."""
        csv.field_size_limit(CELL_LIMIT)
        text = io.TextIOWrapper(cast("io.BufferedReader", stream), encoding=self.encoding, newline="")
        rows = csv.reader(_lines(text), strict=True, **self.dialect)
        try:
            self.complete = self._read_rows(rows)
        except UnicodeError as error:
            self._add("F502", f"not {self.encoding}: {error}", rows.line_num + 1)
        except (csv.Error, _TooLongError) as error:
            self._add("F501", f"no CSV from here on: {error}", rows.line_num + 1)
        finally:
            text.detach()

    def finish(self) -> None:
        """Report foreign keys that were found nowhere, once all tables are read."""
        for reference in self.references:
            names = ", ".join(self.fields[c].name for c in reference.columns)
            target = reference.target
            if not target.complete:
                if reference.waiting:
                    message = f"the foreign key {brief(names)}: {brief(target.resource)} could not be read whole"
                    self._add("F410", message, None)
                continue
            known = target.keys[reference.target_columns]
            for key, (line, count) in reference.waiting.items():
                if key not in known:
                    more = f" ({count} rows)" if count > 1 else ""
                    message = f"{brief(names)} is {_words(key)}, which is not in {brief(target.resource)}{more}"
                    self._add("F513", message, line)

    # ---- rows

    def _read_rows(self, rows: Any) -> bool:  # noqa: ANN401 - the type of csv.reader has no public name
        names = [f.name for f in self.fields]
        header = next(rows, None)
        if header != names:
            self._add("F503", _header_fault(header, names), 1)
        watched = [_Column(i, f) for i, f in enumerate(self.fields) if f.checks or f.required or f.unique]
        check_keys = self._key_check()
        line, complete = rows.line_num + 1, True
        for row in rows:
            if len(row) == len(names):
                for column in watched:
                    if row[column.index] not in column.passed:
                        self._check_cell(row[column.index], column, line)
                check_keys(row, line)
            else:
                complete = False
                self._add("F504", f"the row has {len(row)} cells, the header {len(names)}", line)
            line = rows.line_num + 1
        return complete

    def _check_cell(self, cell: str, column: _Column, line: int) -> None:
        cell_field = column.field
        if cell in cell_field.missing:
            if cell_field.required:
                self._add("F506", f"{brief(cell_field.name)} is empty", line)
            return
        for code, check in cell_field.checks:
            message = check(cell)
            if message:
                self._add(code, message, line)
                return
        if cell_field.unique:
            key = cell_field.key(cell)
            if key in column.seen:
                self._add("F507", f"{brief(cell_field.name)} is {brief(cell)} again", line)
            column.seen.add(key)
        elif len(cell) <= REMEMBERED_LENGTH:
            if len(column.passed) >= REMEMBERED:
                column.passed.clear()
            column.passed.add(cell)

    # ---- keys

    def _key_check(self) -> Callable[[list[str], int], None]:
        """Return what takes the keys of a row in, and checks or remembers those that point elsewhere."""
        own = [(columns, keys, self._getter(columns)) for columns, keys in self.keys.items()]
        foreign = [(r.waiting, r.target.keys[r.target_columns], self._getter(r.columns)) for r in self.references]

        def check(row: list[str], line: int) -> None:
            for columns, keys, getter in own:
                key = getter(row)
                if columns == self.primary and (key is None or key in keys):
                    self._tell_key(row, columns, key, line)
                if key is not None:
                    keys.add(key)
            for waiting, known, getter in foreign:
                key = getter(row)
                if key is not None and key not in known:
                    first, count = waiting.get(key, (line, 0))
                    waiting[key] = (first, count + 1)

        return check

    def _getter(self, columns: _Columns) -> Callable[[list[str]], Key | None]:
        """Return what reads the key of a row in these columns: None where a part of it is empty.

        A foreign key with an empty part points at nothing, as in SQL (MATCH SIMPLE); the standard speaks only of keys
        that are empty as a whole.
        """
        parts = [(c, self.fields[c].missing, self.fields[c].key) for c in columns]
        if len(parts) == 1:
            index, missing, value = parts[0]
            return lambda row: None if row[index] in missing else value(row[index])

        def get(row: list[str]) -> Key | None:
            values = []
            for index, missing, value in parts:
                cell = row[index]
                if cell in missing:
                    return None
                values.append(value(cell))
            return tuple(values)

        return get

    def _tell_key(self, row: list[str], columns: _Columns, key: Key | None, line: int) -> None:
        if key is not None:
            self._add("F512", f"the key occurs again: {self._named(row, columns)}", line)
        elif not any(self.fields[c].required and row[c] in self.fields[c].missing for c in columns):
            # otherwise the empty cell has been reported
            self._add("F512", f"a part of the key is empty: {self._named(row, columns)}", line)

    def _named(self, row: list[str], columns: _Columns) -> str:
        return ", ".join(f"{brief(self.fields[c].name)} {brief(row[c])}" for c in columns)

    def _add(self, code: str, message: str, line: int | None) -> None:
        self.report.add(code, message, self.file, resource=self.resource, line=line)


class _TooLongError(Exception):
    """A line is too long to be one."""


def _lines(text: io.TextIOWrapper) -> Iterator[str]:
    while line := text.readline(CELL_LIMIT):
        if len(line) == CELL_LIMIT:
            raise _TooLongError(f"a line has more than {CELL_LIMIT} characters")
        yield line


def _words(key: Key) -> str:
    return ", ".join(brief(part) for part in key) if isinstance(key, tuple) else brief(key)


def _header_fault(header: list[str] | None, names: list[str]) -> str:
    if header is None:
        return "the table is empty: it has no header"
    if header and header[0].startswith("\ufeff"):
        return "the table begins with a byte order mark, which becomes part of the first name"
    wrong = next((i for i, pair in enumerate(zip(header, names, strict=False)) if pair[0] != pair[1]), None)
    if wrong is None:
        return f"the header has {len(header)} names, the schema {len(names)} fields"
    return f"column {wrong + 1} is {brief(header[wrong])} in the header and {brief(names[wrong])} in the schema"
