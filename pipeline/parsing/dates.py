"""Datelines and the dates in headings: place and date, in the precision that is printed.

A line of text comes in; a place and an ISO 8601 date (year, month or day) go out, or nothing. The forms are those of
FRUS: `Washington, October 12, 1957, 3:30 p.m.`, `Washington, June 9–11, 1958`, `Washington, undated.`
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date as day
from functools import lru_cache

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
_YEAR = r"(?P<year>1[789][0-9][0-9]|20[0-9][0-9])(?![0-9]{2})"
_DATE = re.compile(
    rf"\b(?P<month>{_MONTH})\b\.?"
    rf"(?:\s+(?P<day>[0-9]{{1,2}})(?:\s?[-–—/]\s?(?:(?P<to_month>{_MONTH})\s+)?(?P<to_day>[0-9]{{1,2}})|(?:st|nd|rd|th))?(?![0-9]))?"
    rf"(?:(?:,\s*|\s+){_YEAR})?"
)
_DAY_FIRST = re.compile(
    rf"(?P<day>[0-9](?<!\w[0-9])[0-9]?)(?:\s?/\s?(?P<new>[0-9]{{1,2}}))?(?:st|nd|rd|th|d)?"
    rf"(?:\s?[-–]\s?(?P<to_day>[0-9]{{1,2}}))?\s+(?:(?:day\s+)?of\s+)?(?P<month>{_MONTH}),?\s+{_YEAR}"
)
"""It begins with a digit, and looks at what stands before then: so the search passes quickly over all else."""
_FURTHER_DAY = re.compile(
    rf"(?:,?\s+[0-9]{{1,2}}(?=,?\s)){{0,6}}(?:,|\s)\s*(?:and|to|through)\s+(?:(?P<to_month>{_MONTH})\s+)?"
    rf"(?P<to_day>[0-9]{{1,2}}),?\s+{_YEAR}"
)
"""What follows the first of several days that share a year: `June 9 and 10, 1958`."""
_FURTHER_MONTH = re.compile(
    rf"(?:\s?[-–—/]\s?|\s+(?:and|to|through)\s+)(?P<to_month>{_MONTH})(?P<to_day>\b),?\s+{_YEAR}"
)
"""What follows the first of several months that share a year: `May–June 1962`."""
_UNTIL = re.compile(
    rf"(?:\s?[-–—]\s?|,?\s+(?:to|through)\s+)(?P<month>{_MONTH})(?:\s+(?P<day>[0-9]{{1,2}}))?,?\s+{_YEAR}"
)
"""What follows a date with a year where the last date has its own: `December 30, 1957–January 2, 1958`."""
_TIME = re.compile(
    r"[\s,.;—–-]{0,4}(?:[A-Z][a-z]{2,5}day\b[\s,]{0,3})?(?:(?:about|approximately|at|circa|ca\.|c\.)\s)?(?:"
    r"(?P<hour>1[0-2]|0?[1-9])(?:[:.](?P<minute>[0-5][0-9]))?"
    r"(?:\s?[-–—]\s?(?P<to>1[0-2]|0?[1-9])(?:[:.][0-5][0-9])?)?\s?(?P<half>[ap])\.?\s?m\b"
    r"|(?:12\s)?(?P<noon>noon)\b|(?P<clock>[01][0-9]|2[0-3]):?(?P<past>[0-5][0-9])\s?(?P<zone>Z|hours|[ap]\.?\s?m)\b)",
    re.IGNORECASE,
)
"""A time of day directly after a date; of several the first. `midnight` is none: it may begin the day or end it."""
_WEEKDAY = re.compile(r"\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day[\s,]*$")
_CALENDARS = (12, 13)
"""Days by which the calendar of Russia was behind until 1918: `May 10/22, 1863` is one day."""
_RECEIVED = re.compile(r"[\[(]\s?Rec(?:eived|['’]d)\b")
"""Leads in when a message came, which is not when it was sent: `undated. [Received August 22, 1914, 6:50 a.m.]`."""
_DONE_AT = re.compile(r"\A(?:Done|Given|Signed|Dated|Made)\s+(?:at|in)\s+")
_INITIAL = re.compile(r"(?:\A|[\s.])[A-Z]\Z")
_UNDATED = re.compile(r"\bundated\b", re.IGNORECASE)
_UNDATED_END = re.compile(r",\sundated\.?\Z")
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
class Dates:
    """The date of a text, ISO 8601 in the precision that is printed, the last of several, and the time of day.

    `date` and `end` are YYYY-MM-DD, YYYY-MM or YYYY; `time` is HH:MM, with a Z where it is Greenwich time.
    """

    date: str
    end: str | None = None
    time: str | None = None


@dataclass(frozen=True, slots=True)
class _Found:
    """A date and where in the text it stands, with the last of several; what is not printed is None."""

    start: int
    end: int
    month: str
    day: str | None
    year: str | None
    last: tuple[str, str | None, str | None] | None = None
    """Month, day and year."""


def _match(text: str) -> _Found | None:
    """Return the first date in a text; one with a year goes before one without."""
    return _first_date(text[:HEADING_MAX])


@lru_cache(maxsize=16)
def _first_date(text: str) -> _Found | None:
    """Return the first date of a text; the last answers are kept: a line is asked for its place, and for its date."""
    if not any(map(text.__contains__, MONTHS)):
        return None
    if received := _RECEIVED.search(text):
        text = text[: received.start()]
    reverse = _DAY_FIRST.search(text)
    first = None
    for match in _DATE.finditer(text):
        further = None if match["year"] else (_FURTHER_DAY if match["day"] else _FURTHER_MONTH).match(text, match.end())
        if further:
            last = (further["to_month"] or match["month"], further["to_day"] or None, further["year"])
            return _Found(match.start(), further.end(), match["month"], match["day"], further["year"], last)
        if match["year"]:
            return _of(reverse) if reverse and reverse.start() < match.start() else _until(text, _of(match))
        first = first or match
    found = reverse or first
    return _of(found) if found else None


def _of(match: re.Match[str]) -> _Found:
    groups = match.groupdict()
    day = match["to_day"]
    last = (groups.get("to_month") or match["month"], day, match["year"]) if day else None
    first = groups.get("new") or match["day"]  # of two calendars that of the later day
    return _Found(match.start(), match.end(), match["month"], first, match["year"], last)


def _until(text: str, found: _Found) -> _Found:
    match = _UNTIL.match(text, found.end)
    return replace(found, end=match.end(), last=(match["month"], match["day"], match["year"])) if match else found


def _iso(month: str, day: str | None, year: str | None) -> str | None:
    """Return a date as YYYY-MM-DD, or as YYYY-MM without a day or with one that the month has not."""
    if year is None:
        return None
    number = MONTHS.index(month) + 1
    whole = day is not None and 1 <= int(day) <= monthrange(int(year), number)[1]
    return f"{year}-{number:02}-{int(day or 0):02}" if whole else f"{year}-{number:02}"


def read_dates(text: str) -> Dates | None:
    """Return the first full date of a text with the last of several and the time of day, or None.

    >>> read_dates("Washington, June 9–11, 1958")
    Dates(date='1958-06-09', end='1958-06-11', time=None)
    >>> read_dates("Bonn, April 27, 1957—5 p.m.")
    Dates(date='1957-04-27', end=None, time='17:00')
    """
    found = _match(text)
    date = _iso(found.month, found.day, found.year) if found else None
    if found is None or date is None:
        return None
    end = _iso(*found.last) if found.last else None
    time = _time(text[:HEADING_MAX], found.end)
    if end is None or len(end) != len(date) or end <= date:
        return Dates(date, None, time)
    if "/" in text[found.start : found.end] and _apart(date, end) in _CALENDARS:
        return Dates(end, None, time)
    return Dates(date, end, time)


def _apart(first: str, last: str) -> int:
    """Return the days between two dates in ISO 8601; of months, none."""
    if len(first) < len("1957-05-03"):
        return 0
    return (day.fromisoformat(last) - day.fromisoformat(first)).days


def _time(text: str, at: int) -> str | None:
    """Return the time of day that stands at a place, or None.

    One `a.m.` or `p.m.` after two hours is that of both, unless the first would then be the later: 11–1 p.m.
    """
    match = _TIME.match(text, at)
    if match is None:
        return None
    if match["noon"]:
        return "12:00"
    if match["clock"]:
        return f"{match['clock']}:{match['past']}{'Z' if match['zone'] in 'Zz' else ''}"
    hour, to = int(match["hour"]) % 12, int(match["to"] or match["hour"]) % 12
    after = (match["half"] in "pP") != (hour > to)
    return f"{hour + 12 * after:02}:{match['minute'] or '00'}"


def read_date(text: str) -> str | None:
    """Return the first full date of a text as YYYY, YYYY-MM or YYYY-MM-DD, or None; the first day of a range counts.

    >>> read_date("Washington, June 9–11, 1958")
    '1958-06-09'
    """
    dates = read_dates(text)
    return dates.date if dates else None


def read_place(text: str) -> str | None:
    """Return what a dateline says before its date, in one line, or None.

    >>> read_place("Washington, October 12, 1957, 3:30 p.m.")
    'Washington'
    """
    found = _place_and_rest(text)
    if found is None:
        return None
    return bare_place(_WEEKDAY.sub("", found[0]))


def bare_place(text: str) -> str | None:
    """Return a place without the marks around it; the stop of an abbreviation stays: `Washington, D. C.`."""
    place = _DONE_AT.sub("", text.strip(" ,;:.[(—–-\u00a0"))
    if "[" not in place:
        place = place.rstrip(" ,]")
    behind = text[text.find(place) + len(place) :]
    if behind.startswith(".,") or (behind.startswith(".") and _INITIAL.search(place)):
        place += "."
    return " ".join(place.split()) or None


def is_prose(place: str) -> bool:
    """Tell whether what stands before a date is more than a place: `Done at Washington, this 3d of`."""
    return any(word[0].islower() and word.strip(",.;:") not in _PLACE_WORDS for word in place.split())


def before_date(text: str) -> str | None:
    """Return what a text says before its first date with a year, or before `undated` at its end; None without either.

    >>> before_date("the British Ambassador (Caccia), Washington, May 4, 1957, 11 a.m.")
    'the British Ambassador (Caccia), Washington, '
    """
    match = _match(text)
    if match and match.year:
        return text[: match.start]
    undated = _UNDATED_END.search(text)
    return text[: undated.start()] if undated else None


def is_undated(text: str) -> bool:
    """Tell whether a text says of itself that it is undated, and gives no full date.

    >>> is_undated("Washington, undated."), is_undated("Washington, undated [May 1957].")
    (True, False)
    """
    return _UNDATED.search(text[:HEADING_MAX]) is not None and read_dates(text) is None


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
