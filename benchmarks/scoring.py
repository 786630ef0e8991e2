"""Score parsed documents against gold annotations: exact places, exact labels.

A document and its annotations come in; a tally of what is there, what was found and what of it is right goes out.
A thing is right only where its kind, its label and its place agree. Two kinds count documents: `document`, right where
its number is, and `all anchors`, right where every marker is found and none is invented, of the documents that have
markers. A sender or recipient is right where the field holds the name that the heading is annotated with, a date or
place where the field begins with the annotated one. A reference is right where it overlaps an annotated one of the same
volume, document and note; those annotated with other targets (pages, whole volumes) are left aside.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from pipeline.model import Document

BLOCKS = frozenset({"title", "dateline", "subject", "participant", "paragraph", "signature"})
"""Kinds of blocks that the annotations have too."""
PERSONS = {"person_from": "sender", "person_to": "recipient"}
DATELINE = {"when": "date", "place": "place"}
DAY = len("1961-01-31")

_TARGET = re.compile(r"(frus[\w.-]+)?#d([0-9]+)(?:fn([0-9]+))?")

Annotation = Mapping[str, Any]


class Item(NamedTuple):
    """A thing with a place: kind, label where the kind has one, half-open range of code points."""

    kind: str
    label: str
    start: int
    end: int


class Target(NamedTuple):
    """A reference with a place, and what it points at."""

    start: int
    end: int
    label: tuple[str | None, str, str]


class Difference(NamedTuple):
    """Something that is not as annotated; `detail` is the item, or the annotated value and the field's."""

    kind: str
    number: str
    what: Literal["missed", "wrong"]
    detail: tuple[Any, ...]


@dataclass
class Tally:
    """Counts by kind: annotated (gold), found (got), right (hit); and the differences."""

    gold: Counter[str] = field(default_factory=Counter)
    got: Counter[str] = field(default_factory=Counter)
    hit: Counter[str] = field(default_factory=Counter)
    differences: list[Difference] = field(default_factory=list)

    def add(self, kind: str, gold: int, got: int, hit: int) -> None:
        """Count."""
        self.gold[kind] += gold
        self.got[kind] += got
        self.hit[kind] += hit

    def merge(self, other: Tally) -> None:
        """Add what another tally counted."""
        for mine, theirs in ((self.gold, other.gold), (self.got, other.got), (self.hit, other.hit)):
            mine.update(theirs)
        self.differences += other.differences

    @property
    def kinds(self) -> list[str]:
        """All kinds, in alphabetical order."""
        return sorted(self.gold.keys() | self.got.keys())

    def recall(self, kind: str) -> float:
        """Return the share of the annotated that is right; 1 where nothing is annotated."""
        return self.hit[kind] / self.gold[kind] if self.gold[kind] else 1.0

    def precision(self, kind: str) -> float:
        """Return the share of the found that is right; 1 where nothing is annotated nor found."""
        if not self.got[kind]:
            return 0.0 if self.gold[kind] else 1.0
        return self.hit[kind] / self.got[kind]

    def f1(self, kind: str) -> float:
        """Return the harmonic mean of recall and precision."""
        recall, precision = self.recall(kind), self.precision(kind)
        return 2 * recall * precision / (recall + precision) if recall + precision else 0.0


def score(tally: Tally, number: str, spans: Iterable[Annotation], document: Document | None, volume: str) -> None:
    """Count one document.

    Args:
        tally: what the counts are added to.
        number: the document's number by its annotations.
        spans: its annotations.
        document: as it was read; None where it could not be.
        volume: id of the volume, which references without a volume of their own point into.
    """
    spans = list(spans)
    right = document is not None and document.number == number
    tally.add("document", 1, document is not None, right)
    if not right:
        tally.differences.append(Difference("document", number, "missed", (number, document and document.number)))
    _fields(tally, number, spans, document)
    gold, mine = annotated(spans), found(document) if document else set()
    for item in gold | mine:
        hit = item in gold and item in mine
        tally.add(item.kind, item in gold, item in mine, hit)
        if not hit:
            tally.differences.append(Difference(item.kind, number, "missed" if item in gold else "wrong", item[1:]))
    anchors = {i for i in gold if i.kind == "anchor"}
    if anchors:
        have = {i for i in mine if i.kind == "anchor"}
        tally.add("all anchors", 1, bool(have), anchors == have)
    _references(tally, number, _annotated_targets(spans, volume), _targets(document) if document else [])


def annotated(spans: Iterable[Annotation]) -> set[Item]:
    """Return the things with a place that are annotated; blocks within notes belong to their note."""
    spans = list(spans)
    notes = [(s["start"], s["end"]) for s in spans if s["kind"] == "note"]
    items = set()
    for span in spans:
        kind, start, end = span["kind"], span["start"], span["end"]
        if kind in {"marker", "note"}:
            items.add(Item("anchor" if kind == "marker" else kind, span["marker"], start, end))
        elif kind == "page":
            items.add(Item(kind, span.get("page", ""), start, end))
        elif kind in BLOCKS and not any(a <= start and end <= b for a, b in notes):
            items.add(Item(kind, "", start, end))
    return items


def found(document: Document) -> set[Item]:
    """Return the things with a place that a document was read to have."""
    told: list[tuple[str, str, int | None, int | None]]
    told = [(b.kind, "", b.start, b.end) for b in document.blocks if b.kind in BLOCKS]
    told += [("note", n.marker or "", n.start, n.end) for n in document.notes]
    told += [("page", p.page, p.start, p.end) for p in document.page_breaks]
    told += [("anchor", n.marker or "", n.anchor_start, n.anchor_end) for n in document.notes]
    return {Item(kind, label, a, b) for kind, label, a, b in told if a is not None and b is not None}


def _fields(tally: Tally, number: str, spans: Iterable[Annotation], document: Document | None) -> None:
    """Count the columns of the document: sender and recipient, date and place."""
    named: dict[str, str] = {}
    for span in spans:
        if span["kind"] in PERSONS:
            named.setdefault(span["kind"], " ".join(span["text"].split()))
        elif span["kind"] == "dateline" and document is not None:
            for key, column in DATELINE.items():
                if wanted := span.get(key):
                    wanted = wanted[:DAY] if key == "when" else wanted
                    value = getattr(document, column) or ""
                    _field(tally, number, column, wanted, value, right=value.startswith(wanted))
    for kind, wanted in named.items():
        value = (getattr(document, PERSONS[kind]) if document else None) or ""
        _field(tally, number, PERSONS[kind], wanted, value, right=wanted in value)


def _field(tally: Tally, number: str, column: str, wanted: str, value: str, *, right: bool) -> None:
    tally.add(column, 1, bool(value), right)
    if not right:
        tally.differences.append(Difference(column, number, "missed", (wanted, value)))


def _annotated_targets(spans: Iterable[Annotation], volume: str) -> list[Target]:
    return [
        Target(span["start"], span["end"], (m[1] or volume, m[2], m[3] or ""))
        for span in spans
        if span["kind"] == "ref" and (m := _TARGET.fullmatch(span.get("target") or ""))
    ]


def _targets(document: Document) -> list[Target]:
    return [
        Target(r.start, r.end, (r.target_volume, r.target_document, r.target_note or ""))
        for r in document.references
        if r.target_document and r.start is not None and r.end is not None
    ]


def _references(tally: Tally, number: str, gold: list[Target], mine: list[Target]) -> None:
    """Pair each reference found with the first annotated one that it overlaps and agrees with."""
    by_label: dict[tuple[str | None, str, str], list[Target]] = {}
    for target in gold:
        by_label.setdefault(target.label, []).append(target)
    hits = 0
    for target in mine:
        rest = by_label.get(target.label, [])
        at = next((i for i, t in enumerate(rest) if target.start < t.end and t.start < target.end), None)
        if at is None:
            tally.differences.append(Difference("reference", number, "wrong", target))
        else:
            del rest[at]
            hits += 1
    missed = (t for rest in by_label.values() for t in rest)
    tally.differences += [Difference("reference", number, "missed", target) for target in missed]
    tally.add("reference", len(gold), len(mine), hits)
