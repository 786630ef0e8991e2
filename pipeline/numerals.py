"""Numbers as the series prints them: Roman numerals of volumes, parts and first pages, and Arabic ones."""

from __future__ import annotations

import re

_NUMERAL = re.compile(r"M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})", re.IGNORECASE)
_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}


_DIGITS_MAX = 9
"""Digits of the largest number that is one: Python refuses thousands of them, and nothing here has more than six."""
_LEAF = re.compile(r"d[0-9]+[A-Za-z]?[-_]")


def is_leaf(xml_id: str | None) -> bool:
    """Tell whether the id of a page break is made of that of a document, whose own leaves it then counts.

    Electronic volumes have no pages of the volume.

    >>> is_leaf("d91-02"), is_leaf("d6_pg1"), is_leaf("pg_91"), is_leaf("d91")
    (True, True, False, False)
    """
    return _LEAF.match(xml_id or "") is not None


def number_of(text: str) -> int | None:
    """Return the number that a text of nothing but the digits 0 to 9 writes; None for others, and for very large ones.

    >>> number_of("012"), number_of("-1"), number_of("9" * 5000)
    (12, None, None)
    """
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS_MAX else None


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
