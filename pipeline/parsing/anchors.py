"""Find where the notes of a document belong: align the chain of markers with the digits of the text.

The text, the zones that markers may stand in and the notes come in; out goes, for each note, its marker and the place
of it with a confidence, or no place. Markers are bare digits, often glued to a word or a number, so no single place
decides: every run of digits that ends in a number of the chain is a candidate with a score, the logarithm of the odds
that such a context holds a marker (see `evidence`). The chain that rises through the text with the best total is taken;
a marker may be missing at a cost. Time is linear in the digits of the text, but for the logarithm of the notes.

Markers out of order, within notes, or printed twice are looked for afterwards, and taken only where the place speaks
for itself.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.parsing.evidence import NoteText, Place, Zone, features, weights

SKIP = 6.0
"""Cost of a note without a marker, as the logarithm of odds: in twelve volumes 1 of 300 has none."""
SELF_EVIDENT = 2.0
"""Log odds from which a place is taken without the chain speaking for it."""

_RUN = re.compile(r"\d+")
_MAX_DIGITS = 3
_BEFORE = frozenset(".”)’\"'")


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where a marker stands, and by how much that is better than the next best choice, as the logarithm of odds."""

    start: int
    end: int
    margin: float

    @property
    def confidence(self) -> float:
        """The probability that the choice is right, from 0 to 1.

        The curve was fitted with the weights, on volumes that the weights had not seen: benchmarks/fit_anchors.py.
        """
        likely = 1 / (1 + math.exp(-weights()["confidence:scale"] * min(self.margin, 30.0)))
        return min(round(likely, 4), 0.9999)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Digits that may be the marker of a note; `score` is the logarithm of the odds that they are."""

    marker: int
    place: Place
    score: float

    @property
    def start(self) -> int:
        """Where the digits begin."""
        return self.place.start

    @property
    def end(self) -> int:
        """Where they end."""
        return self.place.end


@dataclass(frozen=True, slots=True)
class Alignment:
    """For each note, in the order of the list, its marker and where it stands; `total` says how likely all of it is."""

    markers: tuple[int, ...]
    anchors: tuple[Anchor | None, ...]
    total: float


def align(
    text: str, zones: Sequence[Zone], inner: Sequence[Zone], notes: Sequence[NoteText],
    table: Mapping[str, float] | None = None,
) -> Alignment:  # fmt: skip
    """Align the notes of a document with its text.

    The first marker is 1, or 0 where the heading ends in 0 and the chain from 0 is the better one.

    Args:
        text: the source.
        zones: where markers may stand, in order.
        inner: the texts of the notes, which may hold markers of later notes.
        notes: what is known of each note.
        table: weights of features, those of the series if not given.
    """
    table = weights() if table is None else table
    if not notes:
        return Alignment((), (), 0.0)
    heading = next((z for z in zones if z.kind == "title"), None)
    bases = (0, 1) if heading and text[heading.start : heading.end].endswith("0") else (1,)
    return max((_align(text, zones, inner, notes, base, table) for base in bases), key=lambda a: a.total)


def _align(
    text: str, zones: Sequence[Zone], inner: Sequence[Zone], notes: Sequence[NoteText], first: int,
    table: Mapping[str, float],
) -> Alignment:  # fmt: skip
    found = candidates(text, zones, notes, first, table)
    chain, total = _best_chain(found, first, len(notes))
    if len(chain) < len(notes):
        strays = [
            c
            for index, zone in enumerate(inner)
            for c in candidates(text, [zone], notes, first, table)
            if c.marker > first + index
        ]
        return _with_strays(chain, [*found, *strays], first, len(notes), total)
    return _in_order(chain, first, len(notes), total)


def candidates(
    text: str, zones: Sequence[Zone], notes: Sequence[NoteText], first: int, table: Mapping[str, float]
) -> list[Candidate]:
    """Return every number of the chain that a run of digits ends in; in a heading, two markers side by side too."""
    found: list[Candidate] = []
    for zone in zones:
        for run in _RUN.finditer(text, zone.start, zone.end):
            for marker, place in _places(text, zone, run.start(), run.end(), (first, first + len(notes) - 1)):
                found.append(
                    Candidate(marker, place, score(text, place, notes[marker - first], marker == first, table))
                )
    return found


def score(text: str, place: Place, note: NoteText, first: bool, table: Mapping[str, float]) -> float:
    """Return the log odds that a place holds the marker of a note."""
    return table["bias"] + sum(table.get(name, 0.0) for name in features(text, place, note, first=first))


def _places(text: str, zone: Zone, start: int, end: int, chain: tuple[int, int]) -> Iterator[tuple[int, Place]]:
    first, last = chain
    if zone.kind == "title" and end == zone.end and first < last and text[start:end].endswith(f"{first}{first + 1}"):
        yield first, Place(Zone(zone.start, end - 1, zone.kind), start, end - 2, end - 1)
    for length in range(min(_MAX_DIGITS, end - start), 0, -1):
        at = end - length
        if (length > 1 and text[at] == "0") or not text[at:end].isascii():
            continue
        marker = int(text[at:end])
        if first <= marker <= last:
            yield marker, Place(zone, start, at, end)


class _PrefixMax:
    """Best value and its candidate among markers up to a given one (a Fenwick tree over maxima)."""

    def __init__(self, size: int) -> None:
        self._best: list[tuple[float, int]] = [(-math.inf, -1)] * (size + 1)

    def update(self, at: int, value: float, which: int) -> None:
        at += 1
        while at < len(self._best):
            if value > self._best[at][0]:
                self._best[at] = (value, which)
            at += at & -at

    def query(self, upto: int) -> tuple[float, int]:
        best, at = (-math.inf, -1), upto + 1
        while at > 0:
            if self._best[at][0] > best[0]:
                best = self._best[at]
            at -= at & -at
        return best


def _forward(steps: Sequence[tuple[int, float]], count: int) -> tuple[list[float], list[int]]:
    """Best total of a chain that ends in each candidate, skips before it paid for, and the candidate before it.

    A candidate is given as its position in the chain, from 1, and its score.
    """
    best = _PrefixMax(count + 1)
    best.update(0, 0.0, -1)
    totals, previous = [], []
    for index, (step, value) in enumerate(steps):
        before, which = best.query(step - 1)
        total = before - SKIP * (step - 1) + value
        totals.append(total)
        previous.append(which)
        best.update(step, total + SKIP * step, index)
    return totals, previous


@dataclass(frozen=True, slots=True)
class _Link:
    """A candidate that was taken, and how much better the chain is with it than with the best other choice."""

    candidate: Candidate
    margin: float


def _best_chain(found: Sequence[Candidate], first: int, count: int) -> tuple[list[_Link], float]:
    """Return the chain with the best total, and that total."""
    nothing = -SKIP * count
    if not found:
        return [], nothing
    steps = [(c.marker - first + 1, c.score) for c in found]
    forward, previous = _forward(steps, count)
    backward = _forward([(count + 1 - step, value) for step, value in reversed(steps)], count)[0][::-1]
    through = [f + b - c.score for f, b, c in zip(forward, backward, found, strict=True)]
    at = max(range(len(found)), key=lambda i: forward[i] - SKIP * (count - steps[i][0]))
    total = forward[at] - SKIP * (count - steps[at][0])
    if total <= nothing:
        return [], nothing
    rivals = _rivals(found, through)
    chain = []
    while at >= 0:
        chosen = found[at]
        rival = max(rivals[at], total - chosen.score - SKIP)
        chain.append(_Link(chosen, total - rival))
        at = previous[at]
    return chain[::-1], total


def _rivals(found: Sequence[Candidate], through: Sequence[float]) -> list[float]:
    """For each candidate, the best total of a chain with its marker at another place."""
    best: dict[int, list[tuple[float, int]]] = {}
    for candidate, total in zip(found, through, strict=True):
        top = best.setdefault(candidate.marker, [])
        top.append((total, candidate.start))
        top.sort(reverse=True)
        del top[2:]
    return [next((t for t, start in best[c.marker] if start != c.start), -math.inf) for c in found]


def _in_order(chain: Sequence[_Link], first: int, count: int, total: float) -> Alignment:
    """Each note has the marker of its position."""
    anchors: list[Anchor | None] = [None] * count
    for link in chain:
        anchors[link.candidate.marker - first] = _anchor(link)
    return Alignment(tuple(range(first, first + count)), tuple(anchors), total)


def _anchor(link: _Link) -> Anchor:
    return Anchor(link.candidate.start, link.candidate.end, link.margin)


def _with_strays(chain: Sequence[_Link], found: Sequence[Candidate], first: int, count: int, total: float) -> Alignment:
    """Look for the markers that the chain has missed where they are self-evident: out of order, or printed twice."""
    missing = set(range(first, first + count)) - {link.candidate.marker for link in chain}
    last = max((link.candidate.marker for link in chain), default=first - 1)
    taken = [(link.candidate.start, link.candidate.end) for link in chain]
    links = list(chain)
    repeats: list[_Link] = []
    for candidate in sorted(found, key=lambda c: -c.score):
        if candidate.score < SELF_EVIDENT:
            break
        if any(a < candidate.end and candidate.start < b for a, b in taken):
            continue
        if candidate.marker in missing:
            missing.remove(candidate.marker)
            links.append(_Link(candidate, candidate.score))
            taken.append((candidate.start, candidate.end))
        elif candidate.marker <= last and len(repeats) < count:
            repeats.append(_Link(candidate, candidate.score))
    tail = sorted(m for m in missing if m > last)
    if tail and tail == sorted(missing) and len(repeats) >= len(tail):
        return _by_place([*links, *repeats[: len(tail)]], total)
    return _in_order(links, first, count, total)


def _by_place(links: Sequence[_Link], total: float) -> Alignment:
    """A marker is printed twice: the notes belong to the markers in the order of the text."""
    ordered = sorted(links, key=lambda link: link.candidate.start)
    return Alignment(tuple(link.candidate.marker for link in ordered), tuple(_anchor(link) for link in ordered), total)


def unclaimed(text: str, zones: Sequence[Zone], first: int, after: int = 0) -> list[tuple[int, int, int]]:
    """Return markers without a note, as (marker, start, end): used where the notes list is lost or too short.

    Only digits glued to the end of a sentence count, and only while they rise one by one from `first`.

    Args:
        text: the source.
        zones: where markers may stand, in order.
        first: the marker that is due next.
        after: markers before this place have their notes.
    """
    found, marker = [], first
    for zone in zones:
        for run in _RUN.finditer(text, max(zone.start, after), zone.end):
            if run[0] == str(marker) and _closes_sentence(text, zone, run.start(), run.end()):
                found.append((marker, run.start(), run.end()))
                marker += 1
    return found


def _closes_sentence(text: str, zone: Zone, start: int, end: int) -> bool:
    before = text[max(zone.start, start - 2) : start]
    if len(before) < 2 or before[1] not in _BEFORE or not (before[0].isalpha() or before[0] in ".”)]"):  # noqa: PLR2004 - two characters
        return False
    rest = text[end : min(zone.end, end + 3)]
    following = rest.lstrip()
    return not rest or (rest != following and (not following or following[0].isupper() or following[0] in "“[(\"'"))
