"""Roman numerals, as the series numbers its volumes, parts and first pages."""

from __future__ import annotations

import re

_NUMERAL = re.compile(r"M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})", re.IGNORECASE)
_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}


def arabic(roman: str) -> int | None:
    """Return the value of a Roman numeral in upper or lower case, 1 to 3999; None for a word that is none.

    >>> arabic("XIV"), arabic("xl"), arabic("IXX")
    (14, 40, None)
    """
    if not roman or not _NUMERAL.fullmatch(roman):
        return None
    values = [_VALUES[c] for c in roman.upper()]
    following = [*values[1:], 0]
    return sum(-v if v < w else v for v, w in zip(values, following, strict=True))
