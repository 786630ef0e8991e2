"""Write the tables: documents come in, one CSV file a table goes out, row by row.

The CSV is RFC 4180 as Data Package v2 has it by default: UTF-8 without byte order mark, comma, CRLF, quotes only where
needed, the empty field for what is missing, LF within a cell.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable
from contextlib import ExitStack
from typing import Any

from pipeline.model import LIST_SEPARATOR, TABLES, Document
from pipeline.package.files import Folder, HashedFile


class _Encoder:
    """The file that csv writes to: text in, UTF-8 out."""

    def __init__(self, stream: HashedFile) -> None:
        self._stream = stream

    def write(self, text: str) -> None:
        self._stream.write(text.encode())


def table_path(name: str) -> str:
    """Return where a table lies in a package."""
    return f"tables/{name}.csv"


def cell(value: Any) -> Any:  # noqa: ANN401 - any value of a record
    """Return a value as a CSV cell; None and the empty list are the empty cell."""
    if isinstance(value, tuple):
        return LIST_SEPARATOR.join(value)
    return value


def write_tables(folder: Folder, documents: Iterable[Document]) -> Counter[str]:
    """Write all tables, documents in the order given; return the number of rows of each."""
    counts: Counter[str] = Counter({table.name: 0 for table in TABLES})
    with ExitStack() as stack:
        writers = {}
        for table in TABLES:
            stream = stack.enter_context(folder.open(table_path(table.name)))
            writers[table.name] = csv.writer(_Encoder(stream), lineterminator="\r\n")
            writers[table.name].writerow(table.columns)
        for document in documents:
            for table in TABLES:
                rows = [[cell(v) for v in row.values()] for row in table.rows(document)]
                writers[table.name].writerows(rows)
                counts[table.name] += len(rows)
    return counts
