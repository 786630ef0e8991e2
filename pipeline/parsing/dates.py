"""Datelines and the dates in headings: place and date, in the precision that is printed.

A line of text comes in; a place and an ISO 8601 date (year, month or day) go out, or nothing. The forms are those of
FRUS: `Washington, October 12, 1957, 3:30 p.m.`, `Washington, June 9–11, 1958`, `Washington, undated.`
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
DATELINE_MAX = 160
PLACE_MAX = 80
"""Code points before the date of a dateline: in twelve volumes a whole dateline has 70 at most."""
HEADING_MAX = 4000
"""Code points of a heading that are searched for a date; the longest known heading has some 400."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_MONTH = "|".join(MONTHS)
_YEAR = r"(?P<year>1[789]\d\d|20\d\d)(?!\d{2})"
_DATE = re.compile(
    rf"\b(?P<month>{_MONTH})\b\.?"
    r"(?:\s+(?P<day>\d{1,2})(?:\s?[-–—/]\s?(?:(?:" + _MONTH + r")\s+)?\d{1,2}|(?:st|nd|rd|th))?(?!\d))?"
    rf"(?:(?:,\s*|\s+){_YEAR})?"
)
_DAY_FIRST = re.compile(rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?P<month>{_MONTH}),?\s+{_YEAR}")
_FURTHER_DAY = re.compile(rf"(?:,|\s)\s*(?:and|to|through)\s+(?:(?:{_MONTH})\s+)?\d{{1,2}},?\s+{_YEAR}")
"""What follows the first of two days that share a year: `June 9 and 10, 1958`."""
_UNDATED = re.compile(r"\bundated\b", re.IGNORECASE)
_SENTENCE = re.compile(r"[a-z]{3,}\s+(?:is|was|has|have|had|were|are|that|which|will|would)\b")
_STOP = re.compile(r"(?:[a-z]{4}|\d)[.!?:;]\s")
_WORD = re.compile(r"[^\W\d_][\w’'-]*")
_PLACE_WORDS = _words(
    "a al am an and at bei board da das de dei del della den der des di do dos du el en et in la las le les los lès"
    " near of off on route sur ten the to u und upon van via von y zu aboard"
)
"""Words in lower case that stand within the names of places, and between a ship or a house and its place."""
_TIME_WORDS = _words(
    "a about am and approximately at afternoon approx c ca circa continued date day est edt cst cdt mst mdt pst pdt"
    " evening gmt hour hours hrs local m meridian midday midnight morning night noon o o’clock o'clock of p pm received"
    " recd rec’d rec'd sic the time through to undated until z zulu monday tuesday wednesday thursday friday saturday"
    " sunday"
) | {month.casefold() for month in MONTHS}


@dataclass(frozen=True, slots=True)
class _Found:
    """A date and where in the text it stands; what is not printed is None."""

    start: int
    end: int
    month: str
    day: str | None
    year: str | None


def _match(text: str) -> _Found | None:
    """Return the first date in a text; one with a year goes before one without."""
    text = text[:HEADING_MAX]
    reverse = _DAY_FIRST.search(text)
    first = None
    for match in _DATE.finditer(text):
        further = _FURTHER_DAY.match(text, match.end()) if match["day"] and not match["year"] else None
        if further:
            return _Found(match.start(), further.end(), match["month"], match["day"], further["year"])
        if match["year"]:
            return _of(reverse) if reverse and reverse.start() < match.start() else _of(match)
        first = first or match
    found = reverse or first
    return _of(found) if found else None


def _of(match: re.Match[str]) -> _Found:
    return _Found(match.start(), match.end(), match["month"], match["day"], match["year"])


def read_date(text: str) -> str | None:
    """Return the first full date of a text as YYYY, YYYY-MM or YYYY-MM-DD, or None; the first day of a range counts.

    >>> read_date("Washington, June 9–11, 1958")
    '1958-06-09'
    """
    match = _match(text)
    if match is None or match.year is None:
        return None
    year, month = int(match.year), MONTHS.index(match.month) + 1
    if match.day is None:
        return f"{year}-{month:02}"
    day = int(match.day)
    return f"{year}-{month:02}-{day:02}" if 1 <= day <= monthrange(year, month)[1] else f"{year}-{month:02}"


def read_place(text: str) -> str | None:
    """Return what a dateline says before its date, or None.

    >>> read_place("Washington, October 12, 1957, 3:30 p.m.")
    'Washington'
    """
    found = _place_and_rest(text)
    if found is None:
        return None
    place = found[0].strip(" ,;:.[(—–-\u00a0")
    return place or None


def before_date(text: str) -> str | None:
    """Return what a text says before its first date with a year, or None where it has no such date.

    >>> before_date("the British Ambassador (Caccia), Washington, May 4, 1957, 11 a.m.")
    'the British Ambassador (Caccia), Washington, '
    """
    match = _match(text)
    return text[: match.start] if match and match.year else None


def lacks_date(dateline: str) -> bool:
    """Tell whether a dateline gives neither a date that can be read, day included, nor the word `undated`.

    >>> lacks_date("Paris, May 3."), lacks_date("Paris, undated."), lacks_date("Paris, May 3, 1957.")
    (True, False, False)
    """
    match, date = _match(dateline), read_date(dateline)
    if date is None or match is None:
        return not _UNDATED.search(dateline)
    return match.day is not None and len(date) < len("1957-05-03")


def is_dateline(line: str) -> bool:
    """Tell whether a line is a dateline: the name of a place or nothing, a date or `undated`, at most a time after it.

    >>> is_dateline("Washington, October 12, 1957, 3:30 p.m."), is_dateline("Secto 94. Session held May 21.")
    (True, False)
    """
    if len(line) > DATELINE_MAX or _SENTENCE.search(line) or line.rstrip().endswith((":", ";")):
        return False
    found = _place_and_rest(line)
    return found is not None and _is_place(found[0]) and _is_time(found[1])


def _place_and_rest(line: str) -> tuple[str, str] | None:
    """Split a line before and after its date, or None where it has none; a month alone is no date."""
    match = _match(line)
    if match is not None and (match.year or match.day):
        return line[: match.start], line[match.end :]
    undated = _UNDATED.search(line)
    return (line[: undated.start()], line[undated.end() :]) if undated else None


def _is_place(text: str) -> bool:
    """Tell whether a text can be the name of a place: no number, no end of a sentence, no word but names."""
    if len(text) > PLACE_MAX or any(char.isdigit() for char in text) or _STOP.search(text) or "(" in text:
        return False
    return all(word[0].isupper() or word in _PLACE_WORDS for word in _WORD.findall(text))


def _is_time(text: str) -> bool:
    """Tell whether a text holds nothing but times, further days and marks."""
    return all(word.casefold() in _TIME_WORDS for word in _WORD.findall(text))
