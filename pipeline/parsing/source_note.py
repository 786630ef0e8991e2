"""Takes a source note apart: where the document is kept, its classification, who drafted, cleared and approved it.

Source of the rules: the stable order of the notes of the series – archive, classification and handling, drafting,
transmission, remarks – and their wording. What no rule takes apart is kept as it stands.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, field
from itertools import islice, takewhile

from pipeline.parsing.archives import CLASS, SOURCE, Citation, find_citations, read_sources
from pipeline.parsing.clauses import PRECEDENCE, begins_clause, joined, read_clauses, unstopped
from pipeline.parsing.reading import Span
from pipeline.parsing.sentences import sentences

__all__ = ["Citation", "SourceReading", "find_citations", "is_source_note", "read_source_note"]

_CLASSIFIED = re.compile(rf"(?P<name>{CLASS})(?:\s?[;,:]\s?|\s?\.?\s?$|\s(?=[A-Z(]))")
_HANDLING = re.compile(
    rf"(?:{PRECEDENCE}|Lim(?:it(?:ed)?\sDistribution|dis)|Exdis|Nodis"
    r"|Stadis|Roger|Cherokee|No\s(?:Other\s)?Distribution|(?:Exclusively\s|Strictly\s)?Eyes\sOnly|Sensitive|Noforn|Personal"
    r"|Private|Official\s?[-–—]\s?Informal|Presidential\sHandling|Literally\sEyes\sOnly|Controlled\sDissem|Confidential)\b.{0,60}",
    re.DOTALL,
)
_CLAUSE_BEGINS = re.compile(
    r"[;:,.]{0,2}\s(?=(?:Drafted|Redrafted|Cleared|Approved|Repeated|Also\ssent|Transmitted|Received)\s)"
)
_ELEMENT = re.compile(r"[A-Z\[“]")
_SQUARE = re.compile(r"[\[\]]")
_LATER = re.compile(r"\n[ \t]*Source:\s")
_JOINS = re.compile(r"[\s().;,\[\]]*(?:(?:[Aa]ll|[Bb]oth|[Aa]lso|[Ee]ach)\b[\s().;,\[\]]*)?(?:in\b[\s().;,\[\]]*)?")


@dataclass(frozen=True, slots=True)
class SourceReading:
    """What a source note says, as printed; `remainder` is all that no rule took apart, in order, joined by spaces."""

    classification: str | None = None
    handling: tuple[str, ...] = ()
    drafted_by: tuple[str, ...] = ()
    cleared_by: tuple[str, ...] = ()
    approved_by: tuple[str, ...] = ()
    repeated_to: tuple[str, ...] = ()
    remainder: str | None = None
    citations: tuple[Citation, ...] = ()


@dataclass(slots=True)
class _Columns:
    classification: str | None = None
    handling: list[str] = field(default_factory=list)
    drafted_by: list[str] = field(default_factory=list)
    cleared_by: list[str] = field(default_factory=list)
    approved_by: list[str] = field(default_factory=list)
    repeated_to: list[str] = field(default_factory=list)


def is_source_note(text: str) -> bool:
    """Tell whether a note says where the document is kept: it begins "Source:", which print may have in brackets.

    So does a later paragraph where a summary of the document stands before it.
    """
    return _prefix(text) is not None


def _prefix(text: str) -> re.Match[str] | None:
    """Return the words that a note, or one of its paragraphs, has before its source."""
    return SOURCE.match(text) or _LATER.search(text)


def read_source_note(text: str) -> SourceReading:
    """Take the whole text of a source note apart; every string is a verbatim part of it.

    The remainder is made of whole sentences, and of the clauses of others that no rule took apart.
    """
    prefix = _prefix(text)
    parts = sentences(text, prefix.end() if prefix else 0)
    before = sentences(text[: prefix.start()]) if prefix else []
    if not parts:
        return SourceReading()
    if prefix and "[" in prefix[0]:
        parts = _unbracketed(text, prefix.end(), parts)
    citations, reached = read_sources(text, parts)
    rest = ([(reached, parts[0][1])] if reached < parts[0][1] else []) + parts[1:]
    columns = _Columns()
    left = before + [piece for part in rest for piece in _read_sentence(text, *part, columns)]
    return SourceReading(
        columns.classification,
        tuple(columns.handling),
        tuple(columns.drafted_by),
        tuple(columns.cleared_by),
        tuple(columns.approved_by),
        tuple(columns.repeated_to),
        " ".join(text[a:b] for a, b in left if not _is_cited(text, a, b, citations)) or None,
        tuple(citations),
    )


def _unbracketed(text: str, start: int, parts: list[Span]) -> list[Span]:
    """Take the bracket that closes a note in square brackets off the sentence that it ends."""
    depth = 1
    for match in _SQUARE.finditer(text, start):
        depth += 1 if match[0] == "[" else -1
        if not depth:
            return [(a, b - 1) if b == match.end() else (a, b) for a, b in parts if (a, b) != match.span()]
    return parts


def _is_cited(text: str, start: int, end: int, citations: list[Citation]) -> bool:
    """Tell whether nothing stands from `start` to `end` but citations and what joins them."""
    at = start
    first = bisect_left(citations, start, key=lambda c: c.start)
    for citation in takewhile(lambda c: c.end <= end, islice(citations, first, None)):
        if not _JOINS.fullmatch(text, at, citation.start):
            return False
        at = citation.end
    return at > start and _JOINS.fullmatch(text, at, end) is not None


def _read_sentence(text: str, start: int, end: int, columns: _Columns) -> list[Span]:
    """Read a sentence into the columns; return what did not go there, joining words and dates aside."""
    left: list[Span] | None = None
    if columns.classification is None:
        left = _read_classification(text, start, end, columns)
    if left is None and not columns.handling and _read_handling(text, start, end, columns):
        left = []
    if left is None and begins_clause(text, start, end):
        left = _read_clauses(text, start, end, columns)
    return [(start, end)] if left is None else left


def _read_classification(text: str, start: int, end: int, columns: _Columns) -> list[Span] | None:
    """Read "Secret; Priority; Limdis."; return what was not understood, None where no classification stands."""
    match = _CLASSIFIED.match(text, start, end)
    if match is None:
        return None
    clause = _CLAUSE_BEGINS.search(text, match.end() - 1, end)
    close = clause.start() if clause else end
    words = _handling(text, match.end(), close)
    unparted = match[0] != match["name"] and match[0].strip() == match["name"]
    if unparted and words and not _HANDLING.fullmatch(words[0]) and words[0][0] != "(":
        return None
    known = list(takewhile(_ELEMENT.match, words))
    columns.classification = match["name"]
    columns.handling += known
    left: list[Span] = []
    if len(known) < len(words):
        at = match.end()
        for word in known:
            at = text.index(word, at) + len(word)
        left = joined(text, [(at, close)], end)
    if clause:
        unread = _read_clauses(text, clause.end(), end, columns)
        left += [(clause.end(), end)] if unread is None else unread
    return left


def _handling(text: str, start: int, end: int) -> list[str]:
    """Return the words on handling from `start` to `end`, between semicolons, or commas that part known ones."""
    words: list[str] = []
    for part in text[start : unstopped(text, start, end)].split(";"):
        pieces = part.split(", ")
        known = all(_HANDLING.fullmatch(p) or p.isupper() for p in map(str.strip, pieces))
        words += [p for p in (map(str.strip, pieces) if known else [part.strip()]) if p]
    return words


def _read_handling(text: str, start: int, end: int, columns: _Columns) -> bool:
    """Read a sentence of nothing but handling: "Eyes Only."; a classification may stand among it."""
    words = _handling(text, start, end)
    classes = [w for w in words if _CLASSIFIED.fullmatch(w)]
    known = [w for w in words if _HANDLING.fullmatch(w)]
    if not known or not all(w in known or w in classes or w.isupper() for w in words):
        return False
    columns.classification = columns.classification or next(iter(classes), None)
    columns.handling += [w for w in words if w != columns.classification]
    return True


def _read_clauses(text: str, start: int, end: int, columns: _Columns) -> list[Span] | None:
    """Read the clauses of a sentence into the columns; return what was not understood, None where nothing was."""
    clauses = read_clauses(text, start, end)
    for column, names in clauses.names:
        getattr(columns, column).extend(names)
    return joined(text, clauses.unread, end) if any(names for _, names in clauses.names) else None
