"""Reads CSV as a stream: blocks of octets become blocks of lines, and these rows.

Lines of the usual form are split at quotes, line ends and commas, which is faster than to look at every character. Any
other is left to the csv module, of which the usual ones would give the same.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from itertools import accumulate, chain, islice
from typing import Any, BinaryIO

from pipeline.verifying.streams import UnreadableError

CELL_LIMIT = 1 << 26
"""Characters a line or a cell may have; the longest document of the series has 138,987."""

BLOCK = 1 << 15
"""Octets whose rows are looked at together; the last row may go beyond them."""

Row = list[str]
Batch = tuple[list[Row], Sequence[int]]
"""Rows, at least one, and the lines they begin in."""

SHORT = 2 * BLOCK
"""Characters of lines up to which it is tried whether they are of the usual form, for which they are copied."""

_USUAL = {"delimiter": ",", "quotechar": '"', "doublequote": True}


class TooLongError(Exception):
    """A line is too long to be one."""


class Rows:
    """The rows of a table, in batches.

    Args:
        stream: its octets.
        encoding: their encoding.
        dialect: what the csv module is told of it.
    """

    def __init__(self, stream: BinaryIO, encoding: str, dialect: dict[str, Any]) -> None:
        self._stream = stream
        self._encoding = encoding
        self._dialect = dialect
        self._usual = {**_USUAL, **dialect} == _USUAL
        self.line = 0
        """The lines that were read."""
        self._given = 0
        """The lines that the csv module can read before it needs a further block."""
        self._texts = self._read_texts()
        self._batches = self._read()

    def header(self) -> Row | None:
        """Read the first row; None where there is none. What is raised by reading others is raised here, too."""
        rows, places = next(self._batches, ([], []))
        if rows[1:]:
            self._batches = chain([(rows[1:], places[1:])], self._batches)
        return rows[0] if rows else None

    def __iter__(self) -> Iterator[Batch]:
        """Return the rows that follow; also those before a fault, which is raised after them.

        Raises:
            UnicodeError: what follows is in another encoding.
            csv.Error: what follows is no CSV.
            TooLongError: it has no line ends.
        """
        return self._batches

    def _read(self) -> Iterator[Batch]:
        for text in self._texts:
            split = split_rows(text) if self._usual and len(text) <= SHORT else None
            if split is None:
                yield from self._read_otherwise(text)
            elif split[0]:
                rows, heights = split
                places = [*accumulate(heights, initial=self.line + 1)]
                self.line = places.pop() - 1
                yield rows, places
                del rows, places
            del split  # it takes more than its text

    def _read_otherwise(self, text: str) -> Iterator[Batch]:
        """Yield the rows of a text, and of further ones up to one that ends with a row."""
        csv.field_size_limit(CELL_LIMIT)
        before = self._given = self.line
        reader = csv.reader(chain.from_iterable(self._give(text)), strict=True, **self._dialect)
        rows: list[Row] = []
        places: list[int] = []
        given = before + _lines_of(text)
        fault = None
        try:
            for row in reader:
                rows.append(row)
                places.append(self.line + 1)
                self.line = before + reader.line_num
                if self.line == self._given:
                    break
                if self._given != given:
                    yield rows, places
                    rows, places, given = [], [], self._given
        except (UnicodeError, csv.Error, TooLongError, UnreadableError, OSError) as error:
            fault = error
            self.line = before + reader.line_num
        if rows:
            yield rows, places
        if fault is not None:
            raise fault

    def _give(self, text: str) -> Iterator[io.StringIO]:
        for one in chain([text], self._texts):
            self._given += _lines_of(one)
            yield io.StringIO(one, newline="")

    def _read_texts(self) -> Iterator[str]:
        """Yield texts of whole lines."""
        begun: list[str] = []  # pieces of a line whose end was not seen
        for text in self._decoded():
            end = text.rfind("\n") + 1 or text.rfind("\r", 0, -1) + 1
            if not end:
                begun.append(text)
                if sum(map(len, begun)) >= CELL_LIMIT:
                    raise TooLongError(f"a line has more than {CELL_LIMIT} characters")
                continue
            yield "".join((*begun, text[:end]))
            begun = [text[end:]]
        yield "".join(begun)

    def _decoded(self) -> Iterator[str]:
        """Yield decoded blocks; before a fault, what can be decoded up to it."""
        decoder = codecs.getincrementaldecoder(self._encoding)()
        while block := self._stream.read(BLOCK):
            try:
                yield decoder.decode(block)
            except UnicodeDecodeError as error:
                if self._encoding == "utf-8":  # whose characters do not depend on those before
                    yield error.object[: error.start].decode()
                raise
        yield decoder.decode(b"", final=True)


def split_rows(text: str) -> tuple[list[Row], list[int]] | None:
    """Split whole lines of CSV that are all of the usual form; None where one is not.

    Returns:
        The rows, and how many lines each has.
    """
    pieces = text.split('"')
    if len(pieces) % 2 == 0:
        return None
    bare = '"'.join(pieces[::2]).replace("\r\n", "\n")  # instead of what is quoted stands one quote
    lines = bare.removesuffix("\n").split("\n") if bare else []
    if "\r" in bare or "" in lines:
        return None
    rows = [line.split(",") for line in lines]
    heights = [1] * len(rows)
    quoted = iter(pieces[1::2])
    for number in [number for number, line in enumerate(lines) if '"' in line]:
        row = rows[number]
        for index, cell in enumerate(row):
            if '"' in cell:
                if cell.strip('"'):
                    return None
                row[index] = '"'.join(islice(quoted, len(cell)))  # two quotes in a row were one within
                heights[number] += _line_ends(row[index])
    return rows, heights


def _line_ends(text: str) -> int:
    if "\r" in text:
        return text.count("\n") + text.count("\r") - text.count("\r\n")
    return text.count("\n") if "\n" in text else 0


def _lines_of(text: str) -> int:
    return _line_ends(text) + (text[-1:] not in ("\r", "\n", ""))
