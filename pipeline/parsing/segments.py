"""Cut a text into lines that tile it exactly: the lossless ground of the text reader.

A decoded file comes in; out go `Line`s. Nothing is lost: the lines lie end to end from 0 to the length of the text,
and each is cut into a lead (white space, byte order mark, bullet or list number), its visible content, and a tail
(white space and the line end). Everything later keeps ranges into the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

LineKind = Literal["blank", "page", "bullet", "number", "text"]

BOM = "\ufeff"
BULLET = "•"
PAGE_BREAK = re.compile(r"\[(?:Facsimile |Typeset )?Page[ \u00a0]([^\[\]\r\n]{1,16})\]")
"""A page break as history.state.gov prints it; the group is the page."""

_LINE = re.compile(r"[^\r\n]*(\r\n|\r|\n)?")
_NUMBER = re.compile(r"(\d{1,5})\.(?=\s|$)\s*")
_LIST_INDENT = 2


@dataclass(frozen=True, slots=True)
class Line:
    """One line: `[start, end)` with its line end, `[first, last)` its visible content.

    `indent` counts the white space before the content, bullet or number; `number` is the list number.
    """

    kind: LineKind
    start: int
    first: int
    last: int
    end: int
    indent: int
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of the text; the segments of a text tile it."""

    kind: Literal["lead", "content", "tail"]
    start: int
    end: int


def cut(text: str) -> list[Line]:
    """Cut a text into lines; line ends are LF, CRLF and CR, and nothing else that Unicode counts as one."""
    lines, start = [], 0
    while start < len(text):
        match = _LINE.match(text, start)
        end = match.end() if match else len(text)
        lines.append(_line(text, start, end))
        start = end
    return lines


def _line(text: str, start: int, end: int) -> Line:
    begin = start + 1 if start == 0 and text.startswith(BOM) else start
    content = text[begin:end].rstrip()
    last = begin + len(content)
    visible = content.lstrip()
    if not visible:
        return Line("blank", start, end, end, end, 0)
    first = last - len(visible)
    indent = first - begin
    if visible[0] == "[":
        page = PAGE_BREAK.fullmatch(visible)
        if page:
            return Line("page", start, first, last, end, indent)
    if visible[0] == BULLET:
        item = last - len(visible[1:].lstrip())
        return Line("bullet", start, item, last, end, indent)
    if indent >= _LIST_INDENT and visible[0].isdigit():
        number = _NUMBER.match(visible)
        if number and number[1].isascii():
            return Line("number", start, first + number.end(), last, end, indent, int(number[1]))
    return Line("text", start, first, last, end, indent)


def segments(lines: list[Line]) -> Iterator[Segment]:
    """Yield the non-empty pieces of lines, in order."""
    for line in lines:
        if line.first > line.start:
            yield Segment("lead", line.start, line.first)
        if line.last > line.first:
            yield Segment("content", line.first, line.last)
        if line.end > line.last:
            yield Segment("tail", line.last, line.end)
