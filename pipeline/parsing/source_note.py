"""Takes a source note apart: where the document is kept, its classification, who drafted, cleared and approved it.

Source of the rules: the stable order of the notes of the series – archive, classification and handling, drafting,
transmission, remarks – and their wording. What no rule takes apart is kept as it stands.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, field
from itertools import islice, takewhile

from pipeline.parsing.archives import CLASS, SOURCE, Citation, find_citations, further_citations, read_source
from pipeline.parsing.sentences import sentences
from pipeline.parsing.vocabulary import MONTH

__all__ = ["Citation", "SourceReading", "find_citations", "is_source_note", "read_source_note"]

_CLASSIFIED = re.compile(rf"(?P<name>{CLASS})(?:\s?[;,:]\s?|\s?\.?\s?$|\s(?=[A-Z(]))")
_HANDLING = re.compile(
    r"(?:(?:Operational\s)?(?:Immediate|Priority|Niact|Flash|Routine)|Emergency|Lim(?:it(?:ed)?\sDistribution|dis)|Exdis|Nodis"
    r"|Stadis|Roger|Cherokee|No\s(?:Other\s)?Distribution|(?:Exclusively\s|Strictly\s)?Eyes\sOnly|Sensitive|Noforn|Personal"
    r"|Private|Official\s?[-–—]\s?Informal|Presidential\sHandling|Literally\sEyes\sOnly|Controlled\sDissem|Confidential)\b.{0,60}",
    re.DOTALL,
)
_VERB = (
    r"(?:[Rr]e)?[Dd]rafted|[Cc]leared|[Aa]pproved|[Rr]epeated|[Ss]ent|[Pp]assed|[Pp]ouched|[Tt]ransmitted|[Rr]elayed"
    r"|[Ii]nitialed|[Ss]igned|[Rr]evised|[Pp]repared|[Tt]yped|[Rr]eceived|[Cc]oncurred|[Aa]uthorized|[Rr]eviewed"
)
_DATE = rf"(?:on\s)?(?:or\sabout\s)?{MONTH}\s\d{{1,2}}(?:\s?[-–]\s?\d{{1,2}})?(?:,\s\d{{4}})?"
_CLAUSE = re.compile(
    rf"\b(?P<verbs>(?:{_VERB})(?:(?:,\s|,?\sand\s|\sor\s)(?:{_VERB})){{0,3}})"
    rf"(?P<middle>(?:\s(?:in\s(?:draft|substance)|for\s(?:transmission|information|action)|jointly|orally|priority|niact"
    rf"|immediate|unnumbered|{_DATE})){{0,3}})"
    r"\s(?P<with>by|with|in|to|at)\s"
)
_ENDS_NAMES = re.compile(rf";|:\s|,?\swho\s|(?:,\s|\s)?(?:and\s|but\s)?(?:also\s)?\b(?:{_VERB})\b|,\swith\s")
_TAKEN_APART = re.compile(rf"(?:{_VERB})\b|Also\s|No\sdraft")
_BETWEEN = re.compile(r"[\s,;.]*(?:(?:and|but)\b\s*)?")
_JOINT = re.compile(
    r"(?:,\s(?:and\s)?|\s(?:and|&)\s)(?:also\s)?(?:(?:in\s(?:draft|substance|part)\s)?(?:by|with|in|to)\s)?"
    r"|\sas\swell\sas\s|[()\[\]]"
)
_TAIL = re.compile(
    rf"\s(?P<date>{_DATE})\b.*|\s?\((?:in\s)?(?:draft|substance)\).*"
    r"|\s\((?:where|who|for\sthe|in\s)[^)]*\)?"
    r"|\s(?:in\s(?:draft|substance|principle|part)|eyes\sonly|also|exclusive|unnumbered)\b.*"
    r"|\s(?:who|as|at|where|through|via|under|from|during|on|after|before|while|that|which|by|with|following"
    r"|was|were|is)\s.*",
    re.DOTALL,
)
_FOR = re.compile(r"\sfor\s.*", re.DOTALL)
_TITLE = re.compile(
    r"(?:the\s)?(?:Deputy|Assistant|Acting|Special|Under|Director|Officers?|Chief|Chairman|Adviser|Legal|Public)\b"
)
_OF_AFFAIRS = re.compile(r"(?:[A-Z][\w-]*\s){1,3}Affairs\b")
_ONLY_DATE = re.compile(rf"\s?{_DATE}")
_CLAUSE_BEGINS = re.compile(
    r"[;:,.]{0,2}\s(?=(?:Drafted|Redrafted|Cleared|Approved|Repeated|Also\ssent|Transmitted|Received)\s)"
)
_ELEMENT = re.compile(r"[A-Z\[“]")
_IN_OFFICE = re.compile(r"[A-Z][A-Z/]{0,8}\sby\s(?=[A-Z])")
_JOINS = re.compile(r"[\s().;,\[\]]*(?:(?:[Aa]ll|[Bb]oth|[Aa]lso|[Ee]ach)\b[\s().;,\[\]]*)?(?:in\b[\s().;,\[\]]*)?")
_RANK = re.compile(r"(?:Jr|Sr)\.?|I{2,3}|USA|USN|USAF|USMC")
_UNSPLIT = re.compile(r"(?:the\s)?(?:Departments|Offices|Bureaus|Divisions)\sof\s|(?:the\s)?(?:Embassies|Missions)\s")
_NAME = re.compile(r"[A-Z0-9“\"\[]|the\s|all\s|(?:de|von|van)\s|d[’']")
_COLUMNS = {
    "draft": "drafted_by",
    "redra": "drafted_by",
    "clear": "cleared_by",
    "appro": "approved_by",
    "repea": "repeated_to",
}


@dataclass(frozen=True, slots=True)
class SourceReading:
    """What a source note says, as printed; `remainder` is every sentence that no rule took apart, joined by a space."""

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
    """Tell whether a note says where the document is kept: it begins "Source:", which print may have in brackets."""
    return SOURCE.match(text) is not None


def read_source_note(text: str) -> SourceReading:
    """Take the whole text of a source note apart; every string is a verbatim part of it."""
    prefix = SOURCE.match(text)
    parts = sentences(text, prefix.end() if prefix else 0)
    if not parts:
        return SourceReading()
    archive, reached = read_source(text, *parts[0])
    citations = further_citations(text, reached if archive else parts[0][1], archive)
    rest = ([(reached, parts[0][1])] if reached < parts[0][1] else []) + parts[1:]
    columns = _Columns()
    left = [p for p in rest if not _read_sentence(text, *p, columns) and not _is_cited(text, *p, citations)]
    return SourceReading(
        columns.classification,
        tuple(columns.handling),
        tuple(columns.drafted_by),
        tuple(columns.cleared_by),
        tuple(columns.approved_by),
        tuple(columns.repeated_to),
        " ".join(text[a:b] for a, b in left) or None,
        tuple(citations),
    )


def _is_cited(text: str, start: int, end: int, citations: list[Citation]) -> bool:
    """Tell whether nothing stands from `start` to `end` but citations and what joins them."""
    at = start
    first = bisect_left(citations, start, key=lambda c: c.start)
    for citation in takewhile(lambda c: c.end <= end, islice(citations, first, None)):
        if not _JOINS.fullmatch(text, at, citation.start):
            return False
        at = citation.end
    return at > start and _JOINS.fullmatch(text, at, end) is not None


def _read_sentence(text: str, start: int, end: int, columns: _Columns) -> bool:
    """Read a sentence into the columns; tell whether every word of it went there, joining words and dates aside."""
    if columns.classification is None and _read_classification(text, start, end, columns):
        return True
    if not columns.handling and _read_handling(text, start, end, columns):
        return True
    return _TAKEN_APART.match(text, start, end) is not None and _read_clauses(text, start, end, columns)


def _read_classification(text: str, start: int, end: int, columns: _Columns) -> bool:
    """Read "Secret; Priority; Limdis."."""
    match = _CLASSIFIED.match(text, start, end)
    if match is None:
        return False
    clause = _CLAUSE_BEGINS.search(text, match.end() - 1, end)
    words = _handling(text, match.end(), clause.start() if clause else end)
    unparted = match[0] != match["name"] and match[0].strip() == match["name"]
    if unparted and words and not _HANDLING.fullmatch(words[0]) and words[0][0] != "(":
        return False
    known = list(takewhile(_ELEMENT.match, words))
    columns.classification = match["name"]
    columns.handling += known
    return len(known) == len(words) and (clause is None or _read_clauses(text, clause.end(), end, columns))


def _handling(text: str, start: int, end: int) -> list[str]:
    """Return the words on handling from `start` to `end`, between semicolons, or commas that part known ones."""
    words: list[str] = []
    for part in _unstopped(text, start, end).split(";"):
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


def _unstopped(text: str, start: int, end: int) -> str:
    """Return the words from `start` to `end` without the full stop and the bracket that end them."""
    words = text[start:end].rstrip()
    if words.endswith("]") and words.count("]") > words.count("["):
        words = words[:-1].rstrip()
    return words if words.endswith(("Jr.", "Sr.")) else words.removesuffix(".").rstrip(" :,")


def _read_clauses(text: str, start: int, end: int, columns: _Columns) -> bool:
    """Read "Drafted by X, cleared by Y and Z, and approved by W."; tell whether that was all of the sentence."""
    whole = True
    at = start
    match = _CLAUSE.search(text, start, end)
    while match:
        whole = whole and _BETWEEN.fullmatch(text, at, match.start()) is not None
        following = _CLAUSE.search(text, match.end(), end)
        stop = _ENDS_NAMES.search(text, match.end(), end)
        until = stop.start() if stop else end
        verbs = [v[:5].lower() for v in re.findall(_VERB, match["verbs"])]
        names, clean = _read_names(_unstopped(text, match.end(), until))
        columned = [_COLUMNS.get(v) for v in verbs]
        known = [c for c in columned if c and (c == "repeated_to") == (match["with"] == "to")]
        whole = whole and clean and len(known) == len(verbs)
        for column in known:
            getattr(columns, column).extend(names)
        at, match = until, following
    return whole and at > start and _BETWEEN.fullmatch(text, at, end) is not None


def _read_names(text: str) -> tuple[list[str], bool]:
    """Return the names of a list, and whether nothing but names and dates stood in it.

    Names are parted by commas and "and", but not within brackets; what follows a name – a date, "in draft", "for
    POLAD", "who signed for Dulles" – is no part of it. The list ends where something that is no name begins.
    """
    names: list[str] = []
    clean = True
    at = depth = 0
    for match in [*_JOINT.finditer(text), None]:
        if match is not None and match[0] in "()[]":
            depth = depth + 1 if match[0] in "([" else max(0, depth - 1)
            continue
        if match is not None and (depth or (match[0].strip() == "and" and _is_one(text, at, match))):
            continue
        item = text[at : match.start() if match else len(text)].strip()
        at = match.end() if match else len(text)
        if _RANK.fullmatch(item) and names:
            begin = text.rfind(names[-1], 0, at)
            names[-1] = text[begin : begin + len(names[-1])] + text[begin + len(names[-1]) : at].rstrip(", and")
            continue
        if office := _IN_OFFICE.match(item):
            item = item[office.end() :]
            clean = False
        tail = _TAIL.search(item)
        name = item[: tail.start()] if tail else item
        purpose = None if _TITLE.match(name) else _FOR.search(name)
        name = name[: purpose.start()] if purpose else name
        clean = clean and purpose is None and (tail is None or _ONLY_DATE.fullmatch(tail[0]) is not None)
        if item.isdigit() or _ONLY_DATE.fullmatch(item):
            continue
        if not _NAME.match(name):
            return names, False
        names.append(name)
    return names, clean


def _is_one(text: str, start: int, joint: re.Match[str]) -> bool:
    """Tell whether "and" stands within a name, as in "the Departments of State and Defense"."""
    if _UNSPLIT.match(text, start):
        return True
    titled = _TITLE.match(text, start, joint.start()) and "Affairs" not in text[start : joint.start()]
    return bool(titled) and _OF_AFFAIRS.match(text, joint.end()) is not None
