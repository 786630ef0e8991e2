"""Lay records out as tables: lines of CSV.

The CSV is RFC 4180 as Data Package v2 has it by default: UTF-8 without byte order mark, comma, CRLF, quotes only where
needed, the empty field for what is missing, LF within a cell.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from functools import cache
from operator import attrgetter
from typing import Any

from pipeline.model import LIST_SEPARATOR, TABLES, Document, Table, Volume


def table_path(name: str) -> str:
    """Return where a table lies in a package."""
    return f"tables/{name}.csv"


def header(table: Table) -> bytes:
    """Return the first line of a table."""
    return _csv([list(table.columns)])


def lines(table: Table, holders: Iterable[Document | Volume]) -> bytes:
    """Return the lines that documents or volumes give to a table, in their order."""
    cells = _cells(table.name)
    return _csv(cells(holder, record) for holder in holders for record in table.parts(holder))


def _csv(rows: Iterable[list[Any]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode()


@cache
def _cells(name: str) -> Callable[[Any, Any], list[Any]]:
    """Return what makes the cells of a row of a record and of the document or volume that holds it."""
    table = next(t for t in TABLES if t.name == name)
    getters = [(attrgetter(column), column in table.model.model_fields) for column in table.columns]

    def cells(holder: Any, record: Any) -> list[Any]:  # noqa: ANN401 - any record of the model
        row = [get(record if own else holder) for get, own in getters]
        return [LIST_SEPARATOR.join(value) if type(value) is tuple else value for value in row]

    return cells
