"""Keys of tables in little memory: sorted hashes of eight octets, and who broke a rule is named in a second reading.

A key becomes Python's `hash` of its cells: 64 bits that depend on a secret of the process (SipHash), so that nobody can
make two keys fall together on purpose. Equal hashes are a suspicion only; the second reading compares the keys
themselves, so that no key is called a repeat by chance. A foreign key that leads nowhere is overlooked if its hash is
by chance one of the n hashes in the other table: the odds are n to 2^64, for 100,000 rows less than 1 to 10^14.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from heapq import merge
from itertools import compress, islice, repeat
from operator import eq

from pipeline.verifying.report import brief
from pipeline.verifying.schema import Field

RUN = 1 << 18
"""Hashes that are sorted at once."""

LOOKED_UP = 1 << 12
"""Hashes that are looked up at once."""

NAMED = 1000
"""Keys that are kept as they are in a second reading; beyond them a hash stands for its key."""

Row = Sequence[str]
Key = str | tuple[str, ...]
Tell = Callable[[Row, int], None]
"""Reports a row and its line."""


class Batch:
    """Some rows of a table, all of the right length, as columns.

    Args:
        rows: the rows, at least one.
    """

    def __init__(self, rows: Sequence[Row]) -> None:
        self.columns: list[tuple[str, ...]] = list(zip(*rows, strict=True))
        self._distinct: dict[int, set[str]] = {}

    def distinct(self, index: int) -> set[str]:
        """Return the different cells of a column; not to be changed."""
        if index not in self._distinct:
            self._distinct[index] = set(self.columns[index])
        return self._distinct[index]


class Hashes:
    """Hashes of keys; where one was added twice, it counts twice."""

    def __init__(self) -> None:
        self._fresh = array("q")
        self._runs: list[array[int]] = []

    def update(self, hashes: Iterable[int]) -> None:
        """Add hashes."""
        self._fresh.extend(hashes)
        if len(self._fresh) >= RUN:
            self._runs.append(array("q", sorted(self._fresh)))
            self._fresh = array("q")

    def ascending(self) -> array[int]:
        """Return all hashes in ascending order."""
        if self._fresh or not self._runs:
            self._runs.append(array("q", sorted(self._fresh)))
            self._fresh = array("q")
        if len(self._runs) > 1:
            self._runs = [array("q", merge(*self._runs))]
        return self._runs[0]

    def repeated(self) -> array[int]:
        """Return the hashes that were added more than once, in ascending order, each once."""
        hashes = self.ascending()
        if not any(map(eq, hashes, islice(hashes, 1, None))):
            return array("q")
        twice = (one for one, following in zip(hashes, islice(hashes, 1, None), strict=False) if one == following)
        return _once(twice)

    def without(self, known: Hashes) -> array[int]:
        """Return the hashes that are not among the known, in ascending order, each once."""
        return _once(_missing(self.ascending(), known.ascending()))


def _once(ascending: Iterable[int]) -> array[int]:
    found = array("q")
    for one in ascending:
        if not found or found[-1] != one:
            found.append(one)
    return found


def _missing(ascending: array[int], known: array[int]) -> Iterator[int]:
    """Yield those that are not among the known, in ascending order; both come so."""
    there = memoryview(known)
    begin = 0
    for start in range(0, len(ascending), LOOKED_UP):
        some = ascending[start : start + LOOKED_UP]
        begin = bisect_left(there, some[0], begin)
        end = bisect_left(there, some[-1], begin) + 1  # of equal ones the first is enough
        yield from sorted(set(some).difference(there[begin:end]))


def _among(ascending: array[int], wanted: int) -> bool:
    at = bisect_left(ascending, wanted)
    return at < len(ascending) and ascending[at] == wanted


class KeyColumns:
    """The columns of a key: reads keys and their hashes from rows.

    Cells of equal value give equal keys (1 and 01 of an integer); those of a number and of a text never do.

    A key with an empty part is none: it points at nothing, as in SQL (MATCH SIMPLE); the standard speaks only of keys
    that are empty as a whole.
    """

    def __init__(self, fields: Sequence[Field], columns: tuple[int, ...]) -> None:
        self._parts = [(c, fields[c].missing, fields[c].canonical) for c in columns]
        families = [fields[c].family for c in columns]
        self._head = (" ".join(families),) if any(families) else ()
        """Stands before the parts of a key that is not of texts alone."""

    def key(self, row: Row) -> Key | None:
        """Return the key of a row."""
        found = []
        for index, missing, canonical in self._parts:
            cell = row[index]
            if cell in missing:
                return None
            found.append(canonical(cell) if canonical else cell)
        return found[0] if len(found) == 1 and not self._head else (*self._head, *found)

    def hashes(self, batch: Batch, *, once: bool) -> Iterable[int]:
        """Return the hashes of the keys of a batch: with `once` those of different keys, else one for each key."""
        empty = [(index, missing) for index, missing, _ in self._parts if batch.distinct(index) & missing]
        if len(self._parts) == 1 and not self._head:
            index, missing, _ = self._parts[0]
            if once:
                return map(hash, batch.distinct(index) - missing)
            cells = batch.columns[index]
            return map(hash, (cell for cell in cells if cell not in missing) if empty else cells)
        parts = [self._canonical(batch, index, canonical) for index, _, canonical in self._parts]
        rows: Iterable[Key] = zip(*(repeat(head) for head in self._head), *parts, strict=False)
        if empty:
            there = ([cell not in missing for cell in batch.columns[index]] for index, missing in empty)
            rows = compress(rows, map(all, zip(*there, strict=True)))
        return map(hash, set(rows) if once else rows)

    @staticmethod
    def _canonical(batch: Batch, index: int, canonical: Callable[[str], str] | None) -> Sequence[str]:
        cells = batch.columns[index]
        if canonical is None:
            return cells
        forms = {cell: canonical(cell) for cell in batch.distinct(index)}
        return cells if all(map(eq, forms, forms.values())) else [forms[cell] for cell in cells]


class Repeats:
    """Finds in a second reading the rows whose key occurs again.

    Args:
        columns: the key.
        suspects: hashes that occur more than once.
        tell: is called with every row but the first of a key.
    """

    def __init__(self, columns: KeyColumns, suspects: array[int], tell: Tell) -> None:
        self._columns = columns
        self._suspects = suspects
        self._tell = tell
        self._seen = bytearray(len(suspects))
        self._keys: set[Key] = set()

    def look(self, row: Row, line: int) -> None:
        """Look at a row."""
        key = self._columns.key(row)
        if key is None or not _among(self._suspects, hash(key)):
            return
        at = bisect_left(self._suspects, hash(key))
        full = len(self._keys) >= NAMED
        if key in self._keys or (full and self._seen[at]):
            self._tell(row, line)
        elif not full:
            self._keys.add(key)
        self._seen[at] = 1


class Strays:
    """Finds in a second reading the foreign keys that lead nowhere.

    Args:
        columns: the key.
        suspects: hashes that are not in the other table.
        names: the positions of the columns.
    """

    def __init__(self, columns: KeyColumns, suspects: array[int], names: tuple[int, ...]) -> None:
        self._columns = columns
        self._suspects = suspects
        self._names = names
        self._seen = bytearray(len(suspects))
        self.found: dict[Key, tuple[str, int, int]] = {}
        """Keys: how they are written, the line of the first, and how often they occur."""
        self.more = 0
        """Further keys, which are not kept."""

    def look(self, row: Row, line: int) -> None:
        """Look at a row."""
        key = self._columns.key(row)
        if key is None or not _among(self._suspects, hash(key)):
            return
        at = bisect_left(self._suspects, hash(key))
        if key in self.found:
            words, first, count = self.found[key]
            self.found[key] = (words, first, count + 1)
        elif len(self.found) < NAMED:
            self.found[key] = (", ".join(brief(row[c]) for c in self._names), line, 1)
        elif not self._seen[at]:
            self.more += 1
        self._seen[at] = 1
