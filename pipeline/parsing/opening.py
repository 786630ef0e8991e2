"""How a document opens: the line above its heading, and its dateline.

Texts of blocks come in, what they are goes out. Before 1955 a line above the heading gives the number of the message
or the file that the document is in, and a word of classification may stand before or after the dateline.
"""

from __future__ import annotations

import re

from pipeline.parsing.dates import DATELINE_MAX, is_dateline
from pipeline.parsing.heading import LEAD_MAX, read_heading
from pipeline.parsing.segments import PAGE_BREAK

SECOND_MAX = 400
"""Code points of a heading under such a line."""

_FILE_LINE = re.compile(
    r"No\.\s?\d{1,5}\.?"
    r"|\[[^\[\]]{1,80}\]"
    r"|\d{3}[A-Z]?\.[\w.]{1,20}[^\r\n]{0,40}[/–-]\s?\d[^\r\n]{0,60}"
    r"|[^\r\n]{0,80}\b(?:Files?|Papers|Collection|Lot \d\d ?D ?\d{1,4})\b[^\r\n]{0,80}"
)
"""The number of a message, a remark in brackets, a file of the decimal system, or a collection of papers."""
_NUMBERED = re.compile(r"\d{1,4}[A-Za-z]?\.\s")
_CLASSIFICATION = re.compile(
    r"(?:(?:top|most|secret|confidential|restricted|unclassified|personal|plain|priority|urgent|niact|us|u\.s\.)\b"
    r"[\s,.;—–-]*){1,8}|No\.\s?\d{1,5}\.?\]?",
    re.IGNORECASE,
)
_MARKER_END = re.compile(r"[\s*†‡§]*\d{0,2}\s*$")
LINE = re.compile(r"[^\s](?:[^\r\n]*[^\s])?")
_REMARK = re.compile(r"\[[^\[\]]{1,80}\]")


def is_lead(first: str, second: str) -> bool:
    """Tell whether the first block is a line above the heading, which the second then is.

    It has the form of such a line, or says nothing that a heading says while the second does.
    """
    if len(first) > LEAD_MAX or len(second) > SECOND_MAX or "\n" in first or "\r" in first or _NUMBERED.match(first):
        return False
    heading = read_heading(_MARKER_END.sub("", second))
    if heading.kind == "other":
        return _FILE_LINE.fullmatch(first) is not None and heading.date is None and not second.rstrip().endswith(":")
    return _FILE_LINE.fullmatch(first) is not None or read_heading(first).kind == "other"


def dateline_range(block: str) -> tuple[int, int] | None:
    """Return the range of the dateline that a block begins with, or None where it begins with none.

    The dateline ends with the line of its date: `Paris, December 8, 1948—10 p.m.`; a house or a ship may have a line
    before. What stands below, `[Received December 8—8:09 p.m.]` or `secret`, is no part of it, nor is a remark or a
    classification above it.

    Args:
        block: its source text.

    Returns:
        a half-open range of code points, counted from the beginning of the block.
    """
    start = found = None
    for match in LINE.finditer(block):
        first, end = match.span()
        if first > DATELINE_MAX:
            break
        start = first if start is None else start
        if is_dateline(PAGE_BREAK.sub("", block[start:end])):
            found = start, end
            if block[end - 1] != ",":
                break
        elif start == first and (_REMARK.fullmatch(match[0]) or is_classification(match[0])):
            start = None
    return found


def is_classification(block: str) -> bool:
    """Tell whether a block is nothing but words of classification, or a number: `secret`, `us urgent`, `No. 76.]`."""
    return len(block) <= LEAD_MAX and _CLASSIFICATION.fullmatch(block) is not None
