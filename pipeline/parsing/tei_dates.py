"""The date of a document as its dateline is tagged: day, precision, last day, time.

A `dateline` comes in, columns of a document go out. TEI P5, att.datable: `when`, `from` and `to`, `notBefore` and
`notAfter`, as W3C dates or dates with a time.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from typing import Literal

from lxml import etree

from pipeline.model import DatePrecision, DateSource
from pipeline.parsing.dates import Dates, bare_place, is_prose, is_undated, read_dates, read_place
from pipeline.parsing.parts import precision
from pipeline.parsing.tei_header import words
from pipeline.parsing.tei_names import TEI

_CLOCK = r"(?P<time>(?:[01][0-9]|2[0-4]):[0-5][0-9])(?::[0-5][0-9](?:\.[0-9]+)?)?(?P<zone>Z|[+-][0-9]{2}:[0-9]{2})?"
_W3C = re.compile(rf"(?P<date>[0-9]{{4}}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12][0-9]|3[01]))?)?)(?:T{_CLOCK})?")
_TIME = re.compile(rf"(?:[0-9-]*T)?{_CLOCK}")
_A_DAY = datetime.timedelta(days=1)
_PLACE, _DATE, _CLOCKED = (f"{{{TEI}}}{name}" for name in ("placeName", "date", "time"))
_MARKS = " ,;:[](—–-\u00a0"
_WAYS: tuple[tuple[str, str, Literal["range", "between"]], ...] = (
    ("from", "to", "range"), ("notBefore", "notAfter", "between"),
)  # fmt: skip
_Element = etree._Element  # noqa: SLF001 - lxml gives the class no public name


@dataclass(frozen=True, slots=True)
class Dateline:
    """What a dateline says; `faults` are values that are no dates, and dates that are not those printed."""

    place: str | None = None
    date: str | None = None
    date_end: str | None = None
    precision: DatePrecision | None = None
    time: str | None = None
    source: DateSource | None = None
    faults: tuple[str, ...] = ()


def read_dateline(element: _Element, text: str) -> Dateline:
    """Read a dateline; `text` is its reading text, which gives what its attributes do not."""
    name = read_place(text)
    place = _first(element, _PLACE)
    if place is not None and (name is None or is_prose(name)):
        name = bare_place(words(place)) or name
    date = _first(element, _DATE)
    faults: list[str] = []
    first = last = how = time = None
    if date is not None:
        first, last, how = _days(date, faults)
        time = _time(date) or _time(_first(element, _CLOCKED))
    printed = read_dates(text)
    if printed is not None:
        time = time or printed.time
        if first is None:
            first, last, how = printed.date, printed.end, precision(printed.date, printed.end)
        elif how == "day" and len(printed.date) == len(first) and printed.date != first:
            faults.append(f"the dateline is tagged {first}, but {printed.date} is printed, and kept")
            first = printed.date
    source: DateSource | None = "dateline" if first else "undated" if is_undated(text) else None
    return Dateline((name or "").strip(_MARKS) or None, first, last, how, time, source, tuple(faults))


def _first(element: _Element, tag: str) -> _Element | None:
    """Return the first element of a name in another of another name."""
    return next(element.iter(tag), None)


def _days(date: _Element, faults: list[str]) -> tuple[str | None, str | None, DatePrecision | None]:
    """Return first day, last day and precision of a `date`."""
    when = _day(date, "when", faults)
    if when:
        return when, None, precision(when)
    for begin, end, how in _WAYS:
        first, last = _day(date, begin, faults), _day(date, end, faults)
        if first and last:
            return (first, None, precision(first)) if first == last else (first, last, how)
        if first or last:
            return first, last, how
    return None, None, None


def _day(date: _Element, name: str, faults: list[str]) -> str | None:
    """Return the day, month or year that an attribute gives; a value that is no date is a fault."""
    value = date.get(name)
    if not value:
        return None
    match = _W3C.fullmatch(value)
    if match is None or not is_day(match["date"]):
        faults.append(f"{name}=“{value[:40]}” is no date")
        return None
    return match["date"]


def is_day(date: str) -> bool:
    """Tell whether the calendar has a day, month or year of the form YYYY-MM-DD, YYYY-MM or YYYY."""
    try:
        datetime.date.fromisoformat(date + "-01-01"[: 10 - len(date)])
    except ValueError:
        return False
    return True


def may_be(dates: Dates, day: str) -> bool:
    """Tell whether a day may be one of some: no other is given, give or take one, as editors count in Washington."""
    if len(dates.date) < len(day):
        return True
    first, last, at = (datetime.date.fromisoformat(d) for d in (dates.date, dates.end or dates.date, day))
    return first - _A_DAY <= at <= last + _A_DAY


def _time(element: _Element | None) -> str | None:
    """Return the time of an element, with its offset from UTC where there is one.

    A bound is no time, and from midnight to a second before it the editors mean whole days.
    """
    if element is None or "T23:59:59" in element.get("to", ""):
        return None
    for name in ("when", "from"):
        value = element.get(name)
        match = _TIME.fullmatch(value) if value else None
        if match:
            return match["time"] + (match["zone"] or "")
    return None
