"""Find where the notes of a document belong: align the chain of markers with the digits of the text.

The text, the ranges that markers may stand in and the number of notes come in; out goes, for each note, the range of
its marker with a confidence, or nothing. Markers are bare digits, often glued to a word or a number, so no single place
decides: every run of digits that ends in a number of the chain is a candidate with a score from its context, and the
chain that rises through the text with the best total is taken. A marker may be missing at a cost. Time is linear in the
digits of the text, but for the logarithm of the number of notes.

The scores are logarithms of odds: how much more often that context holds a marker than a number of the text.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

SKIP = 2.6
"""Cost of a note without a marker, about the logarithm of the odds that a marker is found."""

_RUN = re.compile(r"\d+")
_STRONG = frozenset(".,;)”]?!’\"'")
_AFTER = frozenset(" \n\r\t\u00a0)—”.;,:]?!’\"'")
_NUMBER_WORD = re.compile(
    r"(?:\b(?:no|nos|p|pp|page|pages|vol|part|paragraph|para|paras|paragraphs|article|articles|section|chapter|point"
    r"|points|item|items|tab|annex|enclosure|telegram|tel|deptel|embtel|document|documents|footnote|nsc|nsam|nie|snie"
    r"|about|some|than|over|nearly|approximately|least|of|to|by|in|at|for|from|and|or|the|lot|box|rg|list|january"
    r"|february|march|april|may|june|july|august|september|october|november|december)\.?|[$£#§&])\s*$",
    re.IGNORECASE,
)
_MONTH = re.compile(
    r"\b(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\.?[ \u00a0]*$",
    re.IGNORECASE,
)
_MAX_DIGITS = 3


@dataclass(frozen=True, slots=True)
class Zone:
    """A range of the text that may hold markers; `heading` says that it is the document's heading."""

    start: int
    end: int
    heading: bool = False


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where a marker stands; `confidence` is from 0 to 1."""

    start: int
    end: int
    confidence: float


@dataclass(frozen=True, slots=True)
class _Candidate:
    marker: int
    start: int
    end: int
    score: float


def align(text: str, zones: Sequence[Zone], first: int, count: int, *, source_first: bool) -> list[Anchor | None]:
    """Return the anchor of each note `first`, `first + 1` …, None where no place is likely enough.

    Args:
        text: the source.
        zones: where markers may stand, in order.
        first: the first marker of the chain, 0 or 1.
        count: how many notes there are.
        source_first: the first note is a source note, whose marker stands in the heading.
    """
    candidates = _candidates(text, zones, first, count, source_first=source_first)
    return _best_chain(candidates, first, count)[0]


def choose_base(text: str, zones: Sequence[Zone], count: int, *, source_first: bool) -> int:
    """Return the first marker, 0 or 1: 0 only where the heading ends in 0 and the chain from 0 is the better one."""
    heading = next((z for z in zones if z.heading), None)
    if heading is None or not text[heading.start : heading.end].endswith("0"):
        return 1
    totals = [
        _best_chain(_candidates(text, zones, base, count, source_first=source_first), base, count)[1] for base in (0, 1)
    ]
    return 0 if totals[0] >= totals[1] else 1


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
    if len(before) < 2 or before[1] not in ".”)" or not (before[0].isalpha() or before[0] in ".”)]"):  # noqa: PLR2004 - two characters
        return False
    rest = text[end : min(zone.end, end + 3)]
    following = rest.lstrip()
    return not rest or (rest != following and (not following or following[0].isupper() or following[0] in "“[(\"'"))


def _candidates(text: str, zones: Sequence[Zone], first: int, count: int, *, source_first: bool) -> list[_Candidate]:
    last = first + count - 1
    found: list[_Candidate] = []
    for zone in zones:
        for run in _RUN.finditer(text, zone.start, zone.end):
            found += _of_run(text, zone, run.start(), run.end(), (first, last), source_first=source_first)
    return found


def _of_run(
    text: str, zone: Zone, start: int, end: int, chain: tuple[int, int], *, source_first: bool
) -> list[_Candidate]:
    """Every number of the chain that a run of digits ends in, and in a heading two markers side by side."""
    first, last = chain
    found = []
    for length in range(min(_MAX_DIGITS, end - start), 0, -1):
        at = end - length
        if (length > 1 and text[at] == "0") or not text[at:end].isascii():
            continue
        marker = int(text[at:end])
        if first <= marker <= last:
            score = _score(text, zone, start, at, end)
            if score is not None:
                score += _position(zone, marker, first, source_first=source_first)
                found.append(_Candidate(marker, at, end, score))
    if zone.heading and end == zone.end and last > first and text[start:end].endswith(f"{first}{first + 1}"):
        found.insert(0, _Candidate(first, end - 2, end - 1, 3.0))
    return sorted(found, key=lambda c: c.start)


def _position(zone: Zone, marker: int, first: int, *, source_first: bool) -> float:
    """A source note hangs on the heading; no note but the first or second does."""
    if zone.heading:
        return (1.5 if source_first else 0.0) if marker == first else -2.0
    return -3.0 if source_first and marker == first else 0.0


def _score(text: str, zone: Zone, run: int, start: int, end: int) -> float | None:
    """Log odds that the digits `[start, end)`, the last of the run from `run`, are a marker; None: they are not."""
    after = text[end] if end < zone.end else ""
    after_next = text[end + 1] if end + 1 < zone.end else ""
    continues = after in "%/-–$°½¼¾" or (after in ".," and after_next.isdigit()) or after.isalpha()
    if start == zone.start or (after and continues):
        return None
    if run < start:
        return _after_digit(text, zone, run, start, at_end=not after)
    before = text[start - 1]
    if before.isspace():
        return _after_space(text, zone, start, after, after_next)
    if before.isalpha():
        return _after_letter(text, zone, start, after)
    return _after_mark(text, zone, start, after)


def _after_mark(text: str, zone: Zone, start: int, after: str) -> float | None:
    before, before2 = text[start - 1], text[start - 2] if start - 2 >= zone.start else ""
    if before in "$#£/-–—(+=§":
        return None
    if before not in _STRONG:
        return 3.0 if before == ":" else 0.5
    if before in ".," and before2.isdigit() and after and not after.isspace():
        return -2.0
    if before == "." and before2.isupper():
        return 2.5
    return 5.0 if not after or after in _AFTER else 2.0


def _after_digit(text: str, zone: Zone, run: int, start: int, *, at_end: bool) -> float:
    """`July 301` is July 30 and marker 1; `19581` is 1958 and marker 1."""
    rest = text[run:start]
    if zone.heading:
        return 4.0 if at_end else -1.0
    dated = bool(_MONTH.search(text, max(zone.start, run - 12), run))
    if len(rest) == 4 and rest[:2] in ("17", "18", "19", "20"):  # noqa: PLR2004 - digits of a year
        return 3.0
    if dated and 1 <= int(rest) <= 31:  # noqa: PLR2004 - days of a month
        return 3.0
    return 0.4 if len(rest) <= 4 else -1.0  # noqa: PLR2004 - telegram numbers have four digits at most


def _after_space(text: str, zone: Zone, start: int, after: str, after_next: str) -> float:
    left = max(zone.start, start - 24)
    context = text[left:start].rstrip()
    if not after:
        return 4.0 if zone.heading else 3.0
    closed = context[-1:] in frozenset(".,;)”]?!’\"'")
    if after == ")":
        return 0.5
    if _NUMBER_WORD.search(context):
        return -3.0
    upper = after_next.isupper() or after_next in "“(["
    if closed:
        return 2.0 if after.isspace() and upper else 0.6
    if after in ".,;:":
        return 1.0
    return -0.5 if after.isspace() and after_next.islower() else 0.0


def _after_letter(text: str, zone: Zone, start: int, after: str) -> float:
    word = start - 1
    while word > zone.start and start - word < 4 and text[word - 1].isalpha():  # noqa: PLR2004 - a short code
        word -= 1
    if text[start - 1].isupper() and after:
        return 1.0 if start - word > 2 else -1.5  # noqa: PLR2004 - F4, MIG21
    return 4.5 if not after or after in _AFTER else 2.0


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
            best = max(best, self._best[at], key=lambda b: b[0])
            at -= at & -at
        return best


def _forward(candidates: Sequence[_Candidate], first: int, count: int) -> tuple[list[float], list[int]]:
    """Best total of a chain that ends in each candidate, skips before it paid for, and the candidate before it."""
    best = _PrefixMax(count + 1)
    best.update(0, 0.0, -1)
    totals, previous = [], []
    for index, candidate in enumerate(candidates):
        step = candidate.marker - first + 1
        value, which = best.query(step - 1)
        total = value - SKIP * (step - 1) + candidate.score
        totals.append(total)
        previous.append(which)
        best.update(step, total + SKIP * step, index)
    return totals, previous


def _best_chain(candidates: Sequence[_Candidate], first: int, count: int) -> tuple[list[Anchor | None], float]:
    """Return the anchors of the best chain and its total."""
    anchors: list[Anchor | None] = [None] * count
    if not candidates:
        return anchors, -SKIP * count
    forward, previous = _forward(candidates, first, count)
    mirrored = [_Candidate(count - 1 - c.marker + 2 * first, -c.end, -c.start, c.score) for c in reversed(candidates)]
    backward = _forward(mirrored, first, count)[0][::-1]
    through = [f + b - c.score for f, b, c in zip(forward, backward, candidates, strict=True)]
    tail = [f - SKIP * (first + count - 1 - c.marker) for f, c in zip(forward, candidates, strict=True)]
    at = max(range(len(candidates)), key=lambda i: tail[i])
    total = tail[at]
    if total <= -SKIP * count:
        return anchors, -SKIP * count
    rivals = _rivals(candidates, through)
    while at >= 0:
        chosen = candidates[at]
        rival = max(rivals[chosen.marker, chosen.start], total - chosen.score - SKIP)
        anchors[chosen.marker - first] = Anchor(chosen.start, chosen.end, _confidence(total - rival))
        at = previous[at]
    return anchors, total


def _rivals(candidates: Sequence[_Candidate], through: Sequence[float]) -> dict[tuple[int, int], float]:
    """For each candidate, the best total of a chain with its marker at another place."""
    best: dict[int, list[tuple[float, int]]] = {}
    for candidate, total in zip(candidates, through, strict=True):
        top = best.setdefault(candidate.marker, [])
        top.append((total, candidate.start))
        top.sort(reverse=True)
        del top[2:]
    return {
        (c.marker, c.start): next((t for t, start in best[c.marker] if start != c.start), -math.inf) for c in candidates
    }


def _confidence(margin: float) -> float:
    """Turn the margin to the next best chain into a probability; see benchmarks for the curve."""
    return round(1 / (1 + math.exp(-margin)), 4)
