"""What a reference phrase is, and how the lists of numbers in one are read.

All offsets are half-open ranges of code points in the text that was given. Every function looks at a bounded stretch
of text or moves forward only, so that reading takes time linear in the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, NamedTuple

from pipeline.model import ReferenceKind

DASH = r"\-‐-―−"
"""The dashes of the series, for use inside a character class."""

LARGEST_DOCUMENT = 999
"""No volume of the series has as many documents (the largest has 885): a longer number is a range without its dash."""

_NUMBER = re.compile(rf"(\d{{1,8}})([A-Za-z])?(?![\w%]|[.,/:]\d|\s?[{DASH}]\s?\d{{5}})")
_JOIN = re.compile(rf"\s{{0,2}}(?:[{DASH}]\s{{0,2}}|,?\s{{0,2}}(?:and|or|through|to|&)\s{{1,2}}|,\s{{0,2}})(?=\d)")
_AND_FOLLOWING = re.compile(r"\sff?\b")
_PAGES = re.compile(
    rf"(?:pp?\.|pages?)\s{{0,2}}"
    rf"((?:l?\d{{1,4}}|[ivxlc]{{1,7}})\b(?:\s?[{DASH}]\s?\d{{1,4}}\b)?"
    rf"(?:(?:,|\s(?:ff\.?|passim),)?\s(?:and\s)?\d{{1,4}}\b(?!\w)(?:\s?[{DASH}]\s?\d{{1,4}}\b)?){{0,12}}(?:\sff\b)?)"
    rf"(?:,\s(?:foot)?notes?\s\d{{1,3}}\b)?"
)


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase that points at something, and the parts that it names, as printed.

    `volume` is an id made by rule, or the volume of the document that holds the text, for a place inside it; None where
    no rule makes one. `document` is a number and `note` a marker ("source" for the source note); `page` is a page, a
    range or a list of them.
    """

    kind: ReferenceKind
    start: int
    end: int
    volume: str | None = None
    document: str | None = None
    note: str | None = None
    page: str | None = None
    message_type: str | None = None
    message_number: str | None = None
    direction: Literal["to", "from"] | None = None
    post: str | None = None


class Number(NamedTuple):
    """A number of a list, and its place in the text."""

    start: int
    end: int
    value: str


def read_numbers(text: str, start: int, *, many: bool) -> list[Number]:
    """Return the numbers of the list that begins at `start`, each end of a range as one; none where no number stands.

    With `many` false one number is read, or the two ends of a range. Numbers are taken as printed. Only one that no
    document can have is something else: extraction loses a dash that stands alone between two links, so that in a list
    "346348" is the range it was. Where it can't be a range either, it is left out.
    """
    numbers: list[Number] = []
    position = start
    while match := _NUMBER.match(text, position):
        numbers.append(Number(match.start(), match.end(), match[0]))
        join = _JOIN.match(text, match.end())
        if join is None or not (many or (len(numbers) == 1 and join[0].strip() not in {",", "to"})):
            break
        position = join.end()
    found: list[Number] = []
    for number in numbers:
        if not number.value.isdigit() or int(number.value) <= LARGEST_DOCUMENT:
            found.append(number)
        elif many:
            found += _cut(number)
    return found


def read_documents(text: str, start: int, *, many: bool) -> list[Number]:
    """Return the numbers of documents at `start`, as `read_numbers`; of "Documents 79" the range it must have been.

    A plural with one number is a range that lost its dash, unless "ff." follows.
    """
    numbers = read_numbers(text, start, many=many)
    if many and len(numbers) == 1 and not _AND_FOLLOWING.match(text, numbers[0].end):
        return _cut(numbers[0]) or numbers
    return numbers


def in_order(numbers: list[Number]) -> list[Number]:
    """Return numbers that are named in their order; one that a smaller follows is a range that lost its dash."""
    found: list[Number] = []
    for number, following in pairwise([*numbers, numbers[-1]]):
        falls = number.value.isdigit() and following.value.isdigit() and int(following.value) < int(number.value)
        found += (_cut(number) if falls else []) or [number]
    return found


def _cut(number: Number) -> list[Number]:
    """Return the ends of the range a number must be, as long as each other or the second by one; none if it is none."""
    half = len(number.value) // 2
    low, high = number.value[:half], number.value[half:]
    if not (low.isdigit() and high.isdigit()) or "0" in {low[0], high[0]}:
        return []
    if not int(low) < int(high) <= LARGEST_DOCUMENT:
        return []
    cut = number.start + half
    return [Number(number.start, cut, low), Number(cut, number.end, high)]


def read_pages(text: str, start: int) -> tuple[str, int] | None:
    """Return the pages named at `start` ("pp. 12–14, 20"; a note of the page is passed over) and where they end."""
    match = _PAGES.match(text, start)
    return (match[1], match.end()) if match else None


@dataclass(slots=True)
class Scan:
    """How far a text has been read: the text, where it stands, and what was last cited in it.

    `volume` and `number` are those of the document that holds the text. `cited` is the document that "thereto" means,
    with its volume. `work` is the volume of the series that "ibid." means; None where another work or none was cited.
    """

    text: str
    volume: str | None
    number: str | None
    phrases: list[Phrase]
    cited: tuple[str | None, str] | None = None
    work: str | None = None

    def beside(self, step: int) -> str | None:
        """Return the number of the document `step` places on; None where that can't be counted."""
        if self.number is None or not self.number.isdigit() or int(self.number) + step < 1:
            return None
        return str(int(self.number) + step)
