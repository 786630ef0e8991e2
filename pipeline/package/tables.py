"""Lay records out as tables: lines of CSV.

The CSV is RFC 4180 as Data Package v2 has it by default: UTF-8 without byte order mark, comma, CRLF, quotes only where
needed, the empty field for what is missing, LF within a cell.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from itertools import chain
from types import NoneType
from typing import Any, get_args, get_origin

from pydantic.fields import FieldInfo

from pipeline.model import LIST_SEPARATOR, TABLES, Document, Table, Volume
from pipeline.model.base import DOCUMENT_ID, NOTE_ID, VOLUME_ID

_SPECIAL = '",\n\r'
"""A cell with one of these needs quotes."""
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
    records = table.parts(holder)
    return _writer(table.name)(records, holder) if records else b""


@cache
def _writer(name: str) -> Callable[[Sequence[Any], Any], bytes]:
    """Return what writes records, and what is of their holder, as the lines of a table.

    It is made for the columns, as a dataclass has its methods made for its fields: to ask of every cell what it may be
    takes twice as long, and csv.writer, which looks at every character, longer still.
    """
    table = next(t for t in TABLES if t.name == name)
    names: dict[str, Any] = {"joined": LIST_SEPARATOR.join, "quoted": _quoted}
    exec(_code(table), names)  # noqa: S102 - nothing goes into the code but names of fields of the model
    write: Callable[[Sequence[Any], Any], bytes] = names["write"]
    return write


def _code(table: Table) -> str:
    """Return the code of a function that writes the lines of a table: cells are looked at only if they may need it.

    A table has two columns or more, so that no line is empty.
    """
    steps: list[str] = []
    cells: list[str] = []
    for column, field in table.columns.items():
        if column not in table.fields:
            cells.append(f"{{holder.{column}}}")
            continue
        cell, value = f"c_{column}", f"r.{column}"
        if get_origin(field.annotation) is tuple:
            value = f"joined({value})"
        bare, empty = _is_bare(field), NoneType in _kinds(field)
        if bare and not empty:
            cells.append(f"{{{value}}}")
            continue
        cells.append(f"{{{cell}}}")
        steps.append(f"{cell} = {value}")
        if empty:
            steps.append(f"if {cell} is None: {cell} = ''")
        if not bare:
            special = " or ".join(f"{character!r} in {cell}" for character in _SPECIAL)
            steps.append(f"{'elif' if empty else 'if'} {special}: {cell} = quoted({cell})")
    add = f'made.append(f"{",".join(cells)}\\r\\n")'
    loop = "".join(f"        {step}\n" for step in (*steps, add))
    return (
        f"def write(records, holder):\n    made = []\n    for r in records:\n{loop}    return ''.join(made).encode()\n"
    )


def _quoted(cell: str) -> str:
    """Return a cell that needs quotes within them."""
    return '"' + cell.replace('"', '""') + '"'


def _is_bare(field: FieldInfo) -> bool:
    """Tell whether the cells of a column need no quotes: numbers, words of a closed list, and ids."""
    kinds = _kinds(field)
    words = [kind for kind in kinds if isinstance(kind, str)]
    if str in kinds and any(getattr(rule, "pattern", None) in _BARE for rule in field.metadata):
        kinds.remove(str)
    return {*kinds} <= {*words, int, float, NoneType} and frozenset(_SPECIAL).isdisjoint(chain.from_iterable(words))


def _kinds(field: FieldInfo) -> list[Any]:
    """Return the types that a field may have, and the words of a closed list."""
    return [kind for one in get_args(field.annotation) or (field.annotation,) for kind in get_args(one) or (one,)]
