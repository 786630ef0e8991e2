"""Lay records out as tables: lines of CSV.

The CSV is RFC 4180 as Data Package v2 has it by default: UTF-8 without byte order mark, comma, CRLF, quotes only where
needed, the empty field for what is missing, LF within a cell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from itertools import chain
from operator import attrgetter
from types import NoneType
from typing import Any, get_args, get_origin

from pydantic.fields import FieldInfo

from pipeline.model import LIST_SEPARATOR, TABLES, Document, Table, Volume
from pipeline.model.base import DOCUMENT_ID, NOTE_ID, VOLUME_ID

_SPECIAL = frozenset(',"\r\n')
_BARE = frozenset((DOCUMENT_ID, NOTE_ID, VOLUME_ID))
"""Patterns of text that takes no quotes."""


def table_path(name: str) -> str:
    """Return where a table lies in a package."""
    return f"tables/{name}.csv"


def header(table: Table) -> bytes:
    """Return the first line of a table."""
    return _csv([table.columns], range(len(table.columns)))


def lines(table: Table, holders: Iterable[Document | Volume]) -> bytes:
    """Return the lines that documents or volumes give to a table, in their order."""
    rows = _rows(table.name)
    given = ((holder, records) for holder in holders if (records := table.parts(holder)))
    return _csv(chain.from_iterable(rows(holder, records) for holder, records in given), _quotable(table.name))


def _csv(rows: Iterable[Iterable[Any]], quotable: Iterable[int]) -> bytes:
    """Return rows of two cells or more as csv.writer writes them, which takes far longer over each character.

    `quotable` are the places of the cells that may need quotes.
    """
    made: list[str] = []
    for row in rows:
        cells = ["" if cell is None else str(cell) for cell in row]
        for at in quotable:
            cell = cells[at]
            if '"' in cell:
                cells[at] = '"' + cell.replace('"', '""') + '"'
            elif "," in cell or "\n" in cell or "\r" in cell:
                cells[at] = f'"{cell}"'
        made.append(",".join(cells))
    return "\r\n".join([*made, ""]).encode() if made else b""


@cache
def _quotable(name: str) -> tuple[int, ...]:
    """Return the places of the columns whose cells may need quotes: not numbers, words of a closed list, or ids."""
    return tuple(at for at, field in enumerate(_table(name).columns.values()) if not _is_bare(field))


def _is_bare(field: FieldInfo) -> bool:
    kinds = [kind for one in get_args(field.annotation) or (field.annotation,) for kind in get_args(one) or (one,)]
    words = [kind for kind in kinds if isinstance(kind, str)]
    if str in kinds and any(getattr(rule, "pattern", None) in _BARE for rule in field.metadata):
        kinds.remove(str)
    return {*kinds} <= {*words, int, float, NoneType} and _SPECIAL.isdisjoint(chain.from_iterable(words))


def _table(name: str) -> Table:
    return next(t for t in TABLES if t.name == name)


@cache
def _rows(name: str) -> Callable[[Any, Iterable[Any]], Iterable[tuple[Any, ...]]]:
    """Return what makes the rows of records and of the document or volume that holds them."""
    table = _table(name)
    fields, columns = table.fields, list(table.columns)
    of_record = attrgetter(*(c for c in columns if c in fields))
    at = next((i for i, c in enumerate(columns) if c not in fields), None)
    lists = [i for i, c in enumerate(columns) if c in fields and get_origin(fields[c].annotation) is tuple]

    def rows(holder: Any, records: Iterable[Any]) -> Iterable[tuple[Any, ...]]:  # noqa: ANN401 - any record of the model
        found: Iterable[tuple[Any, ...]] = map(of_record, records)
        if at is not None:
            given = (getattr(holder, columns[at]),)
            found = [given + row for row in found] if at == 0 else [row[:at] + given + row[at:] for row in found]
        return [_joined(row, lists) for row in found] if lists else found

    return rows


def _joined(row: tuple[Any, ...], lists: list[int]) -> tuple[Any, ...]:
    """Return a row with each list in one cell."""
    cells = list(row)
    for at in lists:
        cells[at] = LIST_SEPARATOR.join(cells[at])
    return tuple(cells)
