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
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.parsing.candidates import (
    SELF_EVIDENT,
    SKIP,
    Candidate,
    Zoned,
    digit_runs,
    endings,
    printed,
    put_in_zones,
    score,
    scored,
)
from pipeline.parsing.evidence import NO_NOTE, NoteText, Zone, weights
from pipeline.parsing.loose import find_chain, options
from pipeline.parsing.reading import Span

DOUBTFUL = 1.0
"""Margin of an anchor up to which another kind of chain is tried."""
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
class Alignment:
    """For each note, in the order of the list, its marker and where it stands; `total` says how likely all of it is."""

    markers: tuple[str, ...]
    anchors: tuple[Anchor | None, ...]
    total: float

    @property
    def is_whole(self) -> bool:
        """Every note has its place."""
        return None not in self.anchors


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
    runs = digit_runs(text)
    zoned, within_notes = put_in_zones(zones, runs), put_in_zones(inner, runs)
    best = _best_alignment(text, zoned, within_notes, notes, table)
    again = next((i for i in range(1, len(notes)) if not best.anchors[i] and notes[i].text == notes[i - 1].text), 0)
    if not again:
        return best
    fewer = [*notes[:again], *notes[again + 1 :]]
    rest = _best_alignment(text, zoned, [*within_notes[:again], *within_notes[again + 1 :]], fewer, table)
    return _with_again(text, zoned, again, rest, table) if rest.is_whole else best


def _with_again(
    text: str, zoned: Sequence[Zoned], again: int, rest: Alignment, table: Mapping[str, float]
) -> Alignment:
    """A note without a marker that says what the note before it says is that note again: it has the same marker."""
    marker = rest.markers[again - 1]
    around = [*rest.anchors[again - 1 : again + 1], None][:2]
    after, limit = around[0].end if around[0] else 0, around[1].start if around[1] else len(text)
    same = (digits for _, digits in endings(text, zoned, {marker: 1}) if after < digits.end <= limit)
    valued = ((score(text, digits, NO_NOTE, False, table), digits) for digits in same)
    found = next((Anchor(digits.start, digits.end, value) for value, digits in valued if value > SELF_EVIDENT), None)
    markers = (*rest.markers[:again], marker, *rest.markers[again:])
    return Alignment(markers, (*rest.anchors[:again], found, *rest.anchors[again:]), rest.total)


def _best_alignment(
    text: str, zoned: Sequence[Zoned], inner: Sequence[Zoned], notes: Sequence[NoteText], table: Mapping[str, float]
) -> Alignment:
    """Align with the chain from 1 or 0; where a note is left over, with another kind of chain, if that is better.

    So it is where the source note is listed twice: a document has one, and its marker is printed twice, then.
    """
    heading = next((zone for zone, _ in zoned if zone.kind == "title"), None)
    bases = (0, 1) if heading and text.endswith("0", heading.start, heading.end) else (1,)
    best = max((_align(text, zoned, inner, notes, base, table) for base in bases), key=lambda a: a.total)
    source_again = len(notes) > 1 and notes[1].is_source and notes[1].text == notes[0].text
    if not source_again and best.is_whole and min(a.margin for a in best.anchors if a) > DOUBTFUL:
        return best
    found = find_chain(options(text, zoned, len(notes), table), len(notes))
    if found is None or found[1] <= best.total:
        return best
    anchors = tuple(Anchor(o.start, o.end, max(o.score, 0.0)) for o in found[0])
    return Alignment(tuple(text[a.start : a.end] for a in anchors), anchors, found[1])


def _align(
    text: str, zoned: Sequence[Zoned], inner: Sequence[Zoned], notes: Sequence[NoteText], first: int,
    table: Mapping[str, float],
) -> Alignment:  # fmt: skip
    markers = printed(first, len(notes))
    found = [scored(text, m, digits, notes, first, table) for m, digits in endings(text, zoned, markers)]
    chain, total = _best_chain(found, first, len(notes))
    if len(chain) < len(notes):
        strays = [
            scored(text, m, digits, notes, first, table)
            for holder, zone in enumerate(inner, first)
            for m, digits in endings(text, [zone], markers)
            if m > holder
        ]
        holders = {zone.start: holder for holder, (zone, _) in enumerate(inner, first)}
        return _with_strays(chain, [*found, *strays], first, len(notes), total, holders)
    return _in_order(chain, first, len(notes), total)


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
    return Alignment(tuple(map(str, range(first, first + count))), tuple(anchors), total)


def _anchor(link: _Link) -> Anchor:
    return Anchor(link.candidate.start, link.candidate.end, link.margin)


def _with_strays(
    chain: Sequence[_Link], found: Sequence[Candidate], first: int, count: int, total: float, holders: Mapping[int, int]
) -> Alignment:  # fmt: skip
    """Look for the markers that the chain has missed where they are self-evident: out of order, or printed twice.

    `holders` has the marker of each note by the place where its text begins.
    """
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
        return _by_place([*links, *repeats[: len(tail)]], total, holders)
    if not missing:
        return _by_place(links, total, holders)
    return _in_order(links, first, count, total)


def _by_place(links: Sequence[_Link], total: float, holders: Mapping[int, int]) -> Alignment:
    """The list stands in the order of the text: its notes belong to the markers by place, whatever their numbers.

    A marker within a note counts at the place of that note's marker.
    """
    places = {link.candidate.marker: link.candidate.start for link in links}

    def place(link: _Link) -> Span:
        start = link.candidate.start
        holder = holders.get(link.candidate.digits.zone.start)
        return (start if holder is None else places.get(holder, start)), start

    ordered = sorted(links, key=place)
    markers = tuple(str(link.candidate.marker) for link in ordered)
    return Alignment(markers, tuple(_anchor(link) for link in ordered), total)


def unclaimed(text: str, zones: Sequence[Zone], first: int, after: int = 0) -> list[tuple[int, int, int]]:
    """Return markers without a note, as (marker, start, end): used where the notes list is lost or too short.

    Only digits glued to the end of a sentence or of the heading count, and only while they rise one by one from
    `first`.

    Args:
        text: the source.
        zones: where markers may stand, in order.
        first: the marker that is due next.
        after: markers before this place have their notes.
    """
    found, due = [], str(first)
    for zone in zones:
        end = max(zone.start, after)
        while (at := text.find(due, end, zone.end)) >= 0:
            end = at + len(due)
            closes = text[at - 1 : at] in _BEFORE and _closes_sentence(text, zone, at, end)
            if closes or (zone.kind == "title" and _closes_heading(text, zone, at, end)):
                found.append((int(due), at, end))
                due = str(int(due) + 1)
    return found


def _closes_sentence(text: str, zone: Zone, start: int, end: int) -> bool:
    before = text[max(zone.start, start - 2) : start]
    if len(before) < 2 or before[1] not in _BEFORE or not (before[0].isalpha() or before[0] in ".”)]"):  # noqa: PLR2004 - two characters
        return False
    rest = text[end : min(zone.end, end + 3)]
    following = rest.lstrip()
    return not rest or (rest != following and (not following or following[0].isupper() or following[0] in "“[(\"'"))


def _closes_heading(text: str, zone: Zone, start: int, end: int) -> bool:
    before = text[max(zone.start, start - 1) : start]
    return end == zone.end and (before.isalpha() or before in (")", "]"))
