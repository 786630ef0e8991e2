"""Reads a table as a stream of rows and holds it against its schema: header, cells, keys.

Rows are taken by the block and looked at as columns: of a column each different cell is checked once. Only where one
fails, the rows are gone through for what to tell.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, BinaryIO

from pipeline.verifying.keys import Batch, Hashes, KeyColumns, Repeats, Row, Strays, Tell
from pipeline.verifying.report import Report, brief
from pipeline.verifying.rows import Rows, TooLongError
from pipeline.verifying.schema import Field

REMEMBERED = 4096
REMEMBERED_LENGTH = 200
"""How many values of a column are remembered as right, and how long they may be."""

_Columns = tuple[int, ...]


@dataclass(slots=True)
class Reference:
    """A foreign key: own columns, and the table and columns that it points at."""

    columns: _Columns
    target: Table
    target_columns: _Columns
    hashes: Hashes = field(default_factory=Hashes)
    """The keys that were read."""


class _Column:
    """A column while it is read, and values of it that are known to pass."""

    __slots__ = ("field", "index", "passed")

    def __init__(self, index: int, column_field: Field) -> None:
        self.index = index
        self.field = column_field
        self.passed: set[str] = set()

    def passes(self, cells: set[str]) -> bool:
        """Tell whether different cells of the column are all right, and remember that."""
        fresh = cells - self.passed
        if not fresh:
            return True
        missing = self.field.missing & fresh
        if (missing and self.field.required) or not self.field.passes(fresh - missing):
            return False
        if len(self.passed) >= REMEMBERED:
            self.passed.clear()
        self.passed |= {cell for cell in fresh if len(cell) <= REMEMBERED_LENGTH}
        return True


@dataclass(slots=True)
class Table:
    """A table of the package: how it is written, its fields and keys, and hashes of the keys that were read."""

    resource: str
    file: str
    fields: list[Field]
    dialect: dict[str, Any]
    encoding: str
    report: Report
    primary: _Columns = ()
    references: list[Reference] = field(default_factory=list)
    keys: dict[_Columns, Hashes] = field(default_factory=dict)
    """Keys of other rows, and columns whose values must differ."""
    complete: bool = False
    places: dict[str, int] = field(init=False)
    """The column of each field, by its name."""
    _again: bool = False
    """Whether the file can be read a second time."""
    _repeats: list[Repeats] = field(default_factory=list)
    _strays: list[tuple[Reference, Strays]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.places = {column.name: index for index, column in enumerate(self.fields)}
        self.keys.update({(index,): Hashes() for index, column in enumerate(self.fields) if column.unique})

    def read(self, stream: BinaryIO) -> None:
        """Read all rows; what is wrong is a finding. `complete` tells then whether every row could be read."""
        rows = Rows(stream, self.encoding, self.dialect)
        try:
            self.complete = self._read_rows(rows)
        except UnicodeError as error:
            self._add("F502", f"not {self.encoding}: {getattr(error, 'reason', error)}", rows.line + 1)
        except TooLongError as error:
            self._add("F501", f"no CSV from here on: {error}", rows.line + 1)
        except csv.Error as error:
            self._add("F501", f"no CSV from here on: {error}", rows.line)
        self._again = True

    def suspects(self) -> bool:
        """Tell, once all tables are read, whether rows seem to break keys, so that `read_again` is needed."""
        if not self._again:
            return False  # which has been reported
        for columns, tell in self._unique():
            repeated = self.keys[columns].repeated()
            if repeated:
                self._repeats.append(Repeats(self._key(columns), repeated, tell))
        for reference in self.references:
            stray = reference.hashes.without(reference.target.keys[reference.target_columns])
            if stray and reference.target.complete:
                self._strays.append((reference, Strays(self._key(reference.columns), stray, reference.columns)))
            elif stray:
                message = f"{self._names(reference)}: {brief(reference.target.resource)} could not be read whole"
                self._add("F410", f"the foreign key was not checked: {message}", None)
        return bool(self._repeats or self._strays)

    def read_again(self, stream: BinaryIO) -> None:
        """Read all rows and report those that break keys."""
        looks = [*(repeats.look for repeats in self._repeats), *(strays.look for _, strays in self._strays)]
        rows = Rows(stream, self.encoding, self.dialect)
        try:
            rows.header()
            for row, line in chain.from_iterable(zip(*batch, strict=True) for batch in rows):
                if len(row) == len(self.fields):
                    for look in looks:
                        look(row, line)
        except (UnicodeError, csv.Error, TooLongError):
            pass  # which has been reported
        for reference, strays in self._strays:
            target = brief(reference.target.resource)
            for words, line, count in strays.found.values():
                more = f" ({count} rows)" if count > 1 else ""
                self._add("F513", f"{self._names(reference)} is {words}, which is not in {target}{more}", line)
            for _ in range(strays.more):
                self._add("F513", f"{self._names(reference)} is not in {target}", None)

    def _names(self, reference: Reference) -> str:
        return brief(", ".join(self.fields[c].name for c in reference.columns))

    # ---- rows

    def _read_rows(self, rows: Rows) -> bool:
        names = [f.name for f in self.fields]
        header = rows.header()
        if header != names:
            self._add("F503", _header_fault(header, names), 1)
        watched = [_Column(i, f) for i, f in enumerate(self.fields) if f.checks or f.required]
        own = [(self._key(columns), hashes) for columns, hashes in self.keys.items()]
        foreign = [(self._key(reference.columns), reference.hashes) for reference in self.references]
        complete = True
        for read, places in rows:
            whole, at = read, places
            if set(map(len, read)) != {len(names)}:
                complete = False
                whole, at = self._whole(read, places)
            if not whole:
                continue
            batch = Batch(whole)
            if not all(column.passes(batch.distinct(column.index)) for column in watched):
                self._check_cells(whole, at, watched)
            if any(batch.distinct(c) & self.fields[c].missing for c in self.primary):
                self._check_empty(whole, at)
            for columns, hashes in own:
                hashes.update(columns.hashes(batch, once=False))
            for columns, hashes in foreign:
                hashes.update(columns.hashes(batch, once=True))
        return complete

    def _whole(self, rows: list[list[str]], places: Sequence[int]) -> tuple[list[list[str]], Sequence[int]]:
        """Return the rows of the right length with their lines, and report the others."""
        whole = []
        for row, line in zip(rows, places, strict=True):
            if len(row) == len(self.fields):
                whole.append((row, line))
            else:
                self._add("F504", f"the row has {len(row)} cells, the header {len(self.fields)}", line)
        return [row for row, _ in whole], [line for _, line in whole]

    def _check_cells(self, rows: list[list[str]], places: Sequence[int], watched: list[_Column]) -> None:
        for row, line in zip(rows, places, strict=True):
            for column in watched:
                if row[column.index] not in column.passed:
                    self._check_cell(row[column.index], column.field, line)

    def _check_cell(self, cell: str, cell_field: Field, line: int) -> None:
        if cell in cell_field.missing:
            if cell_field.required:
                self._add("F506", f"{brief(cell_field.name)} is empty", line)
            return
        for code, check in cell_field.checks:
            message = check(cell)
            if message:
                self._add(code, message, line)
                return

    # ---- keys

    def _key(self, columns: _Columns) -> KeyColumns:
        return KeyColumns(self.fields, columns)

    def _unique(self) -> Iterator[tuple[_Columns, Tell]]:
        """Yield what must not occur twice, and what says that it did."""
        if self.primary:
            yield (
                self.primary,
                lambda row, line: self._add("F512", f"the key occurs again: {self._named(row, self.primary)}", line),
            )
        for index, column in enumerate(self.fields):
            if column.unique:
                yield (index,), self._unique_tell(index)

    def _unique_tell(self, index: int) -> Tell:
        return lambda row, line: self._add(
            "F507", f"{brief(self.fields[index].name)} is {brief(row[index])} again", line
        )

    def _check_empty(self, rows: list[list[str]], places: Sequence[int]) -> None:
        for row, line in zip(rows, places, strict=True):
            empty = [c for c in self.primary if row[c] in self.fields[c].missing]
            if empty and not any(self.fields[c].required for c in empty):  # otherwise the empty cell has been reported
                self._add("F512", f"a part of the key is empty: {self._named(row, self.primary)}", line)

    def _named(self, row: Row, columns: _Columns) -> str:
        return ", ".join(f"{brief(self.fields[c].name)} {brief(row[c])}" for c in columns)

    def _add(self, code: str, message: str, line: int | None) -> None:
        self.report.add(code, message, self.file, resource=self.resource, line=line)


def _header_fault(header: list[str] | None, names: list[str]) -> str:
    if header is None:
        return "the table is empty: it has no header"
    if header and header[0].startswith("\ufeff"):
        return "the table begins with a byte order mark, which becomes part of the first name"
    wrong = next((i for i, pair in enumerate(zip(header, names, strict=False)) if pair[0] != pair[1]), None)
    if wrong is None:
        return f"the header has {len(header)} names, the schema {len(names)} fields"
    return f"column {wrong + 1} is {brief(header[wrong])} in the header and {brief(names[wrong])} in the schema"
