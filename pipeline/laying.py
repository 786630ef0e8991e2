"""Lay a document out as it will be in a package, all but references that wait until every target is known.

A document comes in, octets go out that are kept aside. `Laid` takes them up again: its lines of the tables, and its
record. Of a document with references that wait these lack them, until it is told what they resolve to.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import get_args

from pydantic import TypeAdapter
from pydantic_core import from_json, to_json

from pipeline.model import PARTS, TABLES, Document, Reference
from pipeline.model.base import Status
from pipeline.package.tables import lines
from pipeline.package.writer import RecordForm

_TABLES = tuple(t for t in TABLES if t.of == "document")
(_REFERENCES,) = (t for t in TABLES if t.part == "references")
_STATUSES: tuple[Status, ...] = get_args(Status)
_GAP = b'"references":[]'
"""What stands for the references in a record: a quote within a string has a backslash, so this is nowhere else."""
_DOCUMENT = TypeAdapter(Document)
_LISTED = TypeAdapter(tuple[Reference, ...])
_OWN_PARTS = tuple(part for part in PARTS if part in Document.model_fields)
_NO_PARTS: dict[str, tuple[()]] = dict.fromkeys(_OWN_PARTS, ())
_PARTS_BEGIN = f'"{_OWN_PARTS[0]}":['.encode()
"""Where the parts begin in a record, which come last."""


def lay_out(document: Document, *, waits: bool) -> bytes:
    """Return what is kept of a document: a line of numbers, and what they are the sizes of.

    Args:
        document: the document.
        waits: whether its references, of which there are some, are yet to be resolved; else they are laid out as they
            are.
    """
    waiting = _LISTED.dump_json(document.references, exclude_defaults=True) if waits else b""
    shown = document.model_copy(update={"references": ()}) if waits else document
    pieces = [waiting, _DOCUMENT.dump_json(shown) + b"\n", *(lines(table, shown) for table in _TABLES)]
    statuses = Counter(r.status for r in shown.references)
    told = [*map(len, pieces), *(len(t.parts(shown)) for t in _TABLES), *(statuses[s] for s in _STATUSES)]
    return b"".join([" ".join(map(str, told)).encode(), b"\n", *pieces])


@dataclass(frozen=True, slots=True)
class Laid:
    """A document that was kept."""

    tables: Mapping[str, bytes]
    """Its lines of each table."""
    rows: Mapping[str, int]
    """How many they are."""
    statuses: Mapping[str, int]
    """How many of its references have each status that any has."""
    _waiting: bytes
    """Its references, if they are in none of these yet."""
    _record: bytes

    @property
    def waits(self) -> bool:
        """Whether its references are to be resolved."""
        return bool(self._waiting)

    def document(self) -> Document:
        """Return the document with the references that wait, and without its other parts."""
        own = self._record[: self._record.index(_PARTS_BEGIN)]
        return Document.model_validate_json(b'%s"references":%s}' % (own, self._waiting or b"[]"))

    def resolved(self, document: Document) -> Laid:
        """Return the same with the references of a document, which wait for nothing any more."""
        told = b'"references":' + _LISTED.dump_json(document.references)
        return replace(
            self,
            tables={**self.tables, _REFERENCES.name: lines(_REFERENCES, document)},
            rows={**self.rows, _REFERENCES.name: len(document.references)},
            statuses=Counter(r.status for r in document.references),
            _waiting=b"",
            _record=self._record.replace(_GAP, told, 1),
        )

    def record(self, form: RecordForm) -> bytes:
        """Return its record: a line of JSON, or a file that people can read."""
        return self._record if form == "lines" else to_json(from_json(self._record), indent=2) + b"\n"

    def whole(self) -> Document:
        """Return the document with all its parts."""
        one = self.resolved(self.document()) if self.waits else self
        return Document.model_validate_json(one.record("lines"))


def take_up(kept: bytes) -> Laid:
    """Return what `lay_out` kept."""
    line, _, rest = kept.partition(b"\n")
    numbers = [*map(int, line.split())]
    sizes = numbers[: 2 + len(_TABLES)]
    rows = numbers[len(sizes) : len(sizes) + len(_TABLES)]
    waiting, record, *tables = (rest[end - size : end] for size, end in zip(sizes, accumulate(sizes), strict=True))
    names = [table.name for table in _TABLES]
    return Laid(
        dict(zip(names, tables, strict=True)),
        dict(zip(names, rows, strict=True)),
        {status: n for status, n in zip(_STATUSES, numbers[-len(_STATUSES) :], strict=True) if n},
        waiting,
        record,
    )


def without_parts(document: Document) -> Document:
    """Return a document without its parts."""
    return document.model_copy(update=_NO_PARTS)
