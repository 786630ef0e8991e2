"""Find the digits of a text that may be markers, and score each by what stands around it.

A text, the zones that markers may stand in and the notes come in; candidates with their scores go out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

from pipeline.parsing.evidence import Digits, NoteText, Zone, features, is_label
from pipeline.parsing.reading import Span, within

SKIP = 6.0
"""Cost of a note without a marker, as the logarithm of odds: in twelve volumes 1 of 300 has none."""
SELF_EVIDENT = 2.0
"""Log odds from which digits are taken without the chain speaking for it."""
MARKERS = 1000
"""Markers are below this: no note of the series has four digits."""

Zoned = tuple[Zone, Sequence[Span]]
"""A zone and the runs of digits in it."""


class Candidate(NamedTuple):
    """Digits that may be the marker of a note; `score` is the logarithm of the odds that they are."""

    marker: int
    digits: Digits
    score: float

    @property
    def start(self) -> int:
        """Where the digits begin."""
        return self.digits.start

    @property
    def end(self) -> int:
        """Where they end."""
        return self.digits.end


def printed(first: int, count: int) -> dict[str, int]:
    """Return the markers of a chain as they are printed; none has more than three digits."""
    return {str(marker): marker for marker in range(first, min(first + count, MARKERS))}


def scored(
    text: str, marker: int, digits: Digits, notes: Sequence[NoteText], first: int, table: Mapping[str, float]
) -> Candidate:
    """Return a candidate with its score, for the note that has its marker in the chain from `first`."""
    return Candidate(marker, digits, score(text, digits, notes[marker - first], marker == first, table))


def put_in_zones(zones: Iterable[Zone], runs: Sequence[Span]) -> list[Zoned]:
    """Return zones, each with the runs of digits in it."""
    return [(zone, within(runs, zone.start, zone.end)) for zone in zones]


def digit_runs(text: str) -> list[Span]:
    """Return the ranges of the runs of digits which end in an ASCII digit, in order: no marker ends in another."""
    found: list[Span] = []
    for at in _digits(text):
        if found and found[-1][1] == at:
            found[-1] = (found[-1][0], at + 1)
        else:
            found.append((at, at + 1))
    if text.isascii():
        return found
    return [(_run_start(text, a), b) for a, b in found if not text[b : b + 1].isdecimal()]


def _digits(text: str) -> list[int]:
    """Return the places of ASCII digits in order; a search for each of them takes a fifth of the time of a pattern."""
    found = []
    for digit in "0123456789":
        at = text.find(digit)
        while at >= 0:
            found.append(at)
            at = text.find(digit, at + 1)
    found.sort()
    return found


def _run_start(text: str, start: int) -> int:
    """Return where a run of digits begins that goes on to the left with digits of other scripts."""
    while start and text[start - 1].isdecimal():
        start -= 1
    return start


def score(text: str, digits: Digits, note: NoteText, first: bool, table: Mapping[str, float]) -> float:
    """Return the log odds that digits are the marker of a note."""
    return table["bias"] + sum([table[name] for name in features(text, digits, note, first=first) if name in table])


def endings(text: str, zoned: Iterable[Zoned], markers: Mapping[str, int]) -> Iterator[tuple[int, Digits]]:
    """Yield the markers that the runs of digits in zones end in, and where."""
    most = len(max(markers, key=len, default=""))
    for zone, runs in zoned:
        for start, end in runs:
            if zone.kind == "title" and end == zone.end:
                yield from _side_by_side(text, Digits(zone, start, end - 2, end), markers)
            for at in range(max(start, end - most), end):
                marker = markers.get(text[at:end])
                if marker is not None and not (at == start and is_label(text, start, end, zone)):
                    yield marker, Digits(zone, start, at, end)


def _side_by_side(text: str, digits: Digits, markers: Mapping[str, int]) -> Iterator[tuple[int, Digits]]:
    """Yield the first marker of the chain, where the second one stands behind it at the end of a heading."""
    first, second = (*islice(markers, 2), "", "")[:2]
    if second and text.endswith(first + second, digits.run, digits.end):
        zone, run, start, end = digits
        yield markers[first], Digits(Zone(zone.start, end - 1, zone.kind), run, start, end - 1)
