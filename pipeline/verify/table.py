"""Reads a table as a stream of rows and holds it against its schema: header, cells, keys."""

from __future__ import annotations

import csv
import io
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO, cast

from pipeline.verify.report import Report, brief
from pipeline.verify.schema import Field

CELL_LIMIT = 1 << 26
"""Characters a line or a cell may have; the longest document of the series has 138,987."""

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
        watched: list[tuple[int, Field, set[Key]]] = [
            (i, f, set()) for i, f in enumerate(self.fields) if f.checks or f.required or f.unique
        ]
        line, complete = rows.line_num + 1, True
        for row in rows:
            if len(row) != len(names):
                complete = False
                self._add("F504", f"the row has {len(row)} cells, the header {len(names)}", line)
            else:
                for index, cell_field, seen in watched:
                    self._check_cell(row[index], cell_field, seen, line)
                self._check_keys(row, line)
            line = rows.line_num + 1
        return complete

    def _check_cell(self, cell: str, cell_field: Field, seen: set[Key], line: int) -> None:
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
            if key in seen:
                self._add("F507", f"{brief(cell_field.name)} is {brief(cell)} again", line)
            seen.add(key)

    # ---- keys

    def _check_keys(self, row: list[str], line: int) -> None:
        for columns, keys in self.keys.items():
            key = self._key(row, columns)
            if columns == self.primary:
                if key is None and not self._is_told(row, columns):
                    self._add("F512", f"a part of the key is empty: {self._named(row, columns)}", line)
                elif key is not None and key in keys:
                    self._add("F512", f"the key occurs again: {self._named(row, columns)}", line)
            if key is not None:
                keys.add(key)
        for reference in self.references:
            key = self._key(row, reference.columns)
            if key is None or key in reference.target.keys[reference.target_columns]:
                continue
            first, count = reference.waiting.get(key, (line, 0))
            reference.waiting[key] = (first, count + 1)

    def _is_told(self, row: list[str], columns: _Columns) -> bool:
        """Tell whether an empty part of a key has been reported as an empty cell already."""
        return any(self.fields[c].required and row[c] in self.fields[c].missing for c in columns)

    def _key(self, row: list[str], columns: _Columns) -> Key | None:
        """Return the key in these columns, or None where a part of it is empty.

        A foreign key with an empty part points at nothing, as in SQL (MATCH SIMPLE); the standard speaks only of keys
        that are empty as a whole.
        """
        values = []
        for column in columns:
            cell = row[column]
            if cell in self.fields[column].missing:
                return None
            values.append(self.fields[column].key(cell))
        return values[0] if len(values) == 1 else tuple(values)

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
