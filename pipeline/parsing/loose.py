"""Find a chain of markers that does not run 1, 2, 3: it begins higher, begins again, leaves a number out, has symbols.

Options with their scores come in; the best chain with one marker for each note goes out, or nothing. Before 1955 notes
were numbered anew on each page, and notes of the source itself had symbols; the list of notes has them all in the
order of the text. Each step that is not to the next number has its cost, as the logarithm of odds.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from itertools import groupby, pairwise
from typing import NamedTuple

from pipeline.parsing.candidates import MARKERS, SELF_EVIDENT, SKIP, Zoned, endings, printed, score
from pipeline.parsing.evidence import NO_NOTE, Digits
from pipeline.parsing.segments import PAGE_BREAK

FIRST_COST = 3.0
"""Of a chain whose first number is not 1."""
AGAIN_COST = 1.0
"""Of beginning again at 1 after a page break."""
AGAIN_ON_PAGE_COST = 4.0
"""Of beginning again at 1 on the same page, or where page breaks are lost."""
GAP_COST = 3.0
"""Of one number left out: print skips one now and then."""
WORK_MAX = 40_000
"""Options times notes that are tried; more of them are given up."""
SYMBOL_SCORE = 3.0
"""Log odds that a symbol on a word is a marker, where the list has notes without a number in the text."""
_SYMBOL = re.compile(r"(?<=[^\W\d_]|[.,;:)\]”’\"'])[*†‡§]{1,3}(?![\w*†‡§])|(?<![^\s])[*†‡§]{1,3}(?=[A-Z][a-z])")
_ENDS = frozenset(")]}”’\"'")


class Option(NamedTuple):
    """A place that may be a marker: its range, its number or None for a symbol, its score, and the page it is on."""

    start: int
    end: int
    number: int | None
    score: float
    page: int
    is_evident: bool
    """It needs no number before it to be taken: where a number is left out, the last one is such."""


class _State(NamedTuple):
    """The best chain that ends in a number: its total, its last option, that one's page, and the chain before."""

    total: float
    option: Option
    page: int
    before: _State | None


def options(text: str, zoned: Sequence[Zoned], count: int, table: Mapping[str, float]) -> list[Option]:
    """Return the places that may be markers whatever their numbers, in the order of their ends.

    Args:
        text: the source.
        zoned: where markers may stand, with the runs of digits there.
        count: the number of notes.
        table: weights of features.
    """
    pages = [match.start() for match in PAGE_BREAK.finditer(text)]
    found = []
    for marker, digits in endings(text, zoned, printed(0, MARKERS)):
        ends_title = digits.zone.kind == "title" and digits.end == digits.zone.end
        value = score(text, digits, NO_NOTE, False, table)
        if value > -SKIP and (marker or ends_title):
            evident = value > SELF_EVIDENT and (_is_glued(text, digits) or (ends_title and count > 1))
            found.append(Option(digits.start, digits.end, marker, value, bisect_left(pages, digits.start), evident))
    symbols = (match.span() for zone, _ in zoned for match in _SYMBOL.finditer(text, zone.start, zone.end))
    found += [Option(start, end, None, SYMBOL_SCORE, bisect_left(pages, start), True) for start, end in symbols]
    return sorted(found, key=lambda option: option.end)


def _is_glued(text: str, digits: Digits) -> bool:
    """Tell whether digits are a whole run that hangs on a letter, a closing bracket or the end of a sentence."""
    before = text[max(digits.zone.start, digits.start - 2) : digits.start]
    if digits.run < digits.start or not before:
        return False
    return before[-1].isalpha() or before[-1] in _ENDS or (before[-1] == "." and not before[0].isdigit())


def find_chain(found: Sequence[Option], count: int) -> tuple[list[Option], float] | None:
    """Return the best chain with exactly `count` markers and its total, or None where there is none.

    Args:
        found: options in the order of their ends; of those that end at one place at most one is taken.
        count: the number of notes.
    """
    if not 0 < count <= len(found) or len(found) * count > WORK_MAX:
        return None
    best: list[dict[int, _State]] = [{} for _ in range(count + 1)]
    for index, (_, group) in enumerate(groupby(found, key=lambda o: o.end)):
        same = list(group)
        for length in range(min(index + 1, count), 0, -1):
            for option in same:
                for number, state in _steps(option, length, best[length - 1]):
                    if number not in best[length] or state.total > best[length][number].total:
                        best[length][number] = state
    if not best[count]:
        return None
    state = max(best[count].values(), key=lambda s: s.total)
    total, chain = state.total, [state.option]
    while state.before:
        state = state.before
        chain.append(state.option)
    chain.reverse()
    gaps = sum(b.number == a.number + 2 for a, b in pairwise(chain) if a.number is not None and b.number is not None)
    return (chain, total) if not gaps or (gaps == 1 and chain[-1].is_evident) else None


def _steps(option: Option, length: int, before: dict[int, _State]) -> list[tuple[int, _State]]:
    """Return the number that each chain ends in which an option can end, and that chain."""
    number = option.number
    if number is None:
        if length == 1:
            return [(0, _State(option.score, option, option.page, None))]
        return [(n, s._replace(total=s.total + option.score, option=option, before=s)) for n, s in before.items()]
    if length == 1:
        if number > 1 and not option.is_evident:
            return []
        cost = FIRST_COST if number > 1 else 0.0
        return [(number, _State(option.score - cost, option, option.page, None))]
    ways = []
    if number - 1 in before:
        ways.append((before[number - 1], 0.0))
    if option.score > 0 and number > 1 and number - 2 in before:
        ways.append((before[number - 2], GAP_COST))
    if option.is_evident and number == 1:
        ways += [(s, AGAIN_COST if s.page < option.page else AGAIN_ON_PAGE_COST) for n, s in before.items() if n]
    if not ways:
        return []
    state, cost = max(ways, key=lambda way: way[0].total - way[1])
    return [(number, _State(state.total - cost + option.score, option, option.page, state))]
