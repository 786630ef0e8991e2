"""Lay records out as tables: lines of CSV.

The CSV is RFC 4180 as Data Package v2 has it by default: UTF-8 without byte order mark, comma, CRLF, quotes only where
needed, the empty field for what is missing, LF within a cell.
"""

from __future__ import annotations

from collections.abc import Callable
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
    return f"{','.join(table.columns)}\r\n".encode()


def lines(table: Table, holder: Document | Volume) -> bytes:
    """Return the lines that a document or a volume gives to a table."""
    return _writer(table.name)(holder)


@cache
def _writer(name: str) -> Callable[[Any], bytes]:
    """Return what writes the lines of a table, as csv.writer does, which takes far longer over each character.

    A table has two columns or more, so that no line is empty.
    """
    table = next(t for t in TABLES if t.name == name)
    fields, columns = table.fields, list(table.columns)
    own = [c for c in columns if c in fields]
    of_record = attrgetter(*own)
    at = next((i for i, c in enumerate(columns) if c not in fields), None)
    lists = [i for i, c in enumerate(own) if get_origin(fields[c].annotation) is tuple]
    quotable = [i for i, c in enumerate(columns) if not _is_bare(table.columns[c])]

    def write(holder: Any) -> bytes:  # noqa: ANN401 - a record of the model
        records = table.parts(holder)
        if not records:
            return b""
        made: list[str] = []
        for row in map(of_record, records):
            cells = ["" if cell is None else str(cell) for cell in row]
            for i in lists:
                cells[i] = LIST_SEPARATOR.join(row[i])
            if at is not None:
                cells.insert(at, getattr(holder, columns[at]))
            for i in quotable:
                cell = cells[i]
                if '"' in cell:
                    cells[i] = '"' + cell.replace('"', '""') + '"'
                elif "," in cell or "\n" in cell or "\r" in cell:
                    cells[i] = f'"{cell}"'
            made.append(",".join(cells))
        return "\r\n".join([*made, ""]).encode()

    return write


def _is_bare(field: FieldInfo) -> bool:
    """Tell whether the cells of a column need no quotes: numbers, words of a closed list, and ids."""
    kinds = [kind for one in get_args(field.annotation) or (field.annotation,) for kind in get_args(one) or (one,)]
    words = [kind for kind in kinds if isinstance(kind, str)]
    if str in kinds and any(getattr(rule, "pattern", None) in _BARE for rule in field.metadata):
        kinds.remove(str)
    return {*kinds} <= {*words, int, float, NoneType} and _SPECIAL.isdisjoint(chain.from_iterable(words))
