"""Datelines and the dates in headings: place and date, in the precision that is printed.

A line of text comes in; a place and an ISO 8601 date (year, month or day) go out, or nothing. The forms are those of
FRUS: `Washington, October 12, 1957, 3:30 p.m.`, `Washington, June 9–11, 1958`, `Washington, undated.`
"""

from __future__ import annotations

import re
from calendar import monthrange

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
DATELINE_MAX = 160

_MONTH = "|".join(MONTHS)
_DATE = re.compile(
    rf"\b(?P<month>{_MONTH})\b\.?"
    r"(?:\s+(?P<day>\d{1,2})(?:\s?[-–—/]\s?(?:(?:" + _MONTH + r")\s+)?\d{1,2}|(?:st|nd|rd|th))?(?!\d))?"
    r"(?:,?\s+(?P<year>1[789]\d\d|20\d\d)(?!\d{2}))?"
)
_DAY_FIRST = re.compile(
    rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?P<month>{_MONTH}),?\s+(?P<year>1[789]\d\d|20\d\d)(?!\d{{2}})"
)
_UNDATED = re.compile(r"\bundated\b", re.IGNORECASE)
_SENTENCE = re.compile(r"[a-z]{3,}\s+(?:is|was|has|have|had|were|are|that|which|will|would)\b")


def _match(text: str) -> re.Match[str] | None:
    """Return the first date in a text; one with a year goes before one without."""
    found = _DAY_FIRST.search(text)
    first = None
    for match in _DATE.finditer(text):
        if match["year"]:
            return found if found and found.start() < match.start() else match
        first = first or match
    return found or first


def read_date(text: str) -> str | None:
    """Return the first full date of a text as YYYY, YYYY-MM or YYYY-MM-DD, or None; the first day of a range counts.

    >>> read_date("Washington, June 9–11, 1958")
    '1958-06-09'
    """
    match = _match(text)
    if match is None or match["year"] is None:
        return None
    year, month = int(match["year"]), MONTHS.index(match["month"]) + 1
    if match["day"] is None:
        return f"{year}-{month:02}"
    day = int(match["day"])
    return f"{year}-{month:02}-{day:02}" if 1 <= day <= monthrange(year, month)[1] else f"{year}-{month:02}"


def read_place(text: str) -> str | None:
    """Return what a dateline says before its date, or None.

    >>> read_place("Washington, October 12, 1957, 3:30 p.m.")
    'Washington'
    """
    match = _match(text) or _UNDATED.search(text)
    if match is None:
        return None
    place = text[: match.start()].strip(" ,;:.[(—–-\u00a0")
    return place or None


def is_dateline(line: str) -> bool:
    """Tell whether a line has the form of a dateline: short, with a month or `undated`, and no sentence."""
    if len(line) > DATELINE_MAX or _SENTENCE.search(line):
        return False
    found = _match(line)
    if found is None:
        return bool(_UNDATED.search(line)) and len(line) <= DATELINE_MAX // 2
    return bool(found["year"] or found["day"]) and not line.rstrip().endswith((":", ";"))
