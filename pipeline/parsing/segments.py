"""Cut a text into lines that tile it exactly: the lossless ground of the text reader.

A decoded file comes in; out go `Line`s. Nothing is lost: the lines lie end to end from 0 to the length of the text,
and each is cut into a lead (white space, byte order mark, bullet or list number), its visible content, and a tail
(white space and the line end). Everything later keeps ranges into the text.
"""

from __future__ import annotations

import re
from io import StringIO
from typing import Literal, NamedTuple

LineKind = Literal["blank", "page", "bullet", "number", "text"]

BOM = "\ufeff"
BULLET = "•"
PAGE_BREAK = re.compile(
    r"\[(?:Facsimile |Typeset )?Page[ \u00a0](?=\[?[^\S\r\n]*[^\s\[\]])([^\[\]\r\n]{1,16}|\[[^\[\]\r\n]{1,14}\])\]"
)
"""A page break as history.state.gov prints it; the group is the page, in brackets if it was not printed."""

_NUMBER = re.compile(r"(\d{1,5})\.(?=\s|$)\s*")
_LIST_INDENT = 2


class Line(NamedTuple):
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


def cut(text: str) -> list[Line]:
    """Cut a text into lines; line ends are LF, CRLF and CR, and nothing else that Unicode counts as one."""
    lines, start = [], 0
    for content in StringIO(text, newline=""):
        lines.append(_line(content, start, start + len(content)))
        start += len(content)
    return lines


def _line(content: str, start: int, end: int) -> Line:
    if content == "\n":
        return Line("blank", start, end, end, end, 0)
    begin = start
    if start == 0 and content.startswith(BOM):
        begin, content = len(BOM), content[len(BOM) :]
    content = content.rstrip()
    visible = content.lstrip()
    if not visible:
        return Line("blank", start, end, end, end, 0)
    last = begin + len(content)
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
