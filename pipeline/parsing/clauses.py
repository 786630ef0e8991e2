"""Reads the clauses of a source note: who drafted, cleared and approved a document, and where it was repeated to.

Source of the rules: the wording of the notes of the series, "Drafted by X, cleared by Y and Z, and approved by W.
Repeated to London." All offsets are half-open ranges of code points in the given text; time is linear in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from pipeline.parsing.reading import Span
from pipeline.parsing.vocabulary import MONTH, any_of, any_word

PRECEDENCE = r"(?:Operational\s)?(?:Immediate|Priority|Niact|Flash|Routine)|Emergency"
"""The words that say how soon a message had to be handled, as a pattern."""

_VERBS = (
    "Drafted", "Redrafted", "ReDrafted", "Cleared", "Approved", "Repeated", "Sent", "Passed", "Pouched", "Transmitted",
    "Relayed", "Initialed", "Signed", "Revised", "Prepared", "Typed", "Received", "Concurred", "Authorized", "Reviewed",
)  # fmt: skip
_BOTH = [form for verb in _VERBS for form in (verb, f"{verb[0].lower()}{verb[1:]}")]
_VERB = any_of(_BOTH)
_ONE_VERB = re.compile(_VERB)
_DATE = rf"(?:on\s)?(?:or\sabout\s)?{MONTH}\s\d{{1,2}}(?:\s?[-–]\s?\d{{1,2}})?(?:,\s\d{{4}})?"
_HASTE = rf"(?i:(?:{PRECEDENCE})(?:\s(?:{PRECEDENCE}))?)"
_CLAUSE = re.compile(
    rf"(?P<verbs>(?:{any_word(_BOTH)})(?:(?:,\s|,?\sand\s|\sor\s)(?:{_VERB})){{0,3}})"
    rf"(?P<middle>(?:\s(?:in\s(?:draft|substance)|for\s(?:transmission|information|action)|jointly|orally|unnumbered"
    rf"|{_HASTE}|{_DATE})){{0,3}})"
    r"\s(?P<with>[Bb]y|[Ww]ith|[Ii]n|[Tt]o|[Aa]t)\s"
)
_BEGINS = re.compile(rf"(?:{_VERB})\b|Also\s|No\sdraft")
_GROUP = rf"(?:and\s)?(?:also\s)?{_HASTE}\sto\s"
"""What begins another group of posts in a list: "; and Operational Immediate to"."""
_ENDS_NAMES = re.compile(
    rf";(?!\s{_GROUP})|:\s|,?\swho\s|(?:,\s|\s)?(?:and\s|but\s)?(?:also\s)?\b(?:{_VERB})\b|,\swith\s"
)
_BETWEEN = re.compile(r"[\s,;.]*(?:(?:and|but)\b\s*)?")
_ALSO = re.compile(r"\b[Aa]lso\s$")
_APART = re.compile(r"(?:[;:,.]|\b(?:and|but))\s*$")
_RANK = r"(?:(?:Jr|Sr)\b|(?:I{2,3}|USA|USN|USAF|USMC)(?=\.?$|,|;|\s(?:\(|and\b)))"
_JOINT = re.compile(
    rf"(?P<comma>,\s)(?:and\s)?(?!{_RANK})(?:also\s)?(?:(?:in\s(?:draft|substance|part)\s)?(?:by|with|in|to)\s)?"
    rf"|\s(?:and|&)\s(?:also\s)?(?:(?:in\s(?:draft|substance|part)\s)?(?:by|with|in|to)\s)?"
    rf"|;\s(?={_GROUP})(?:and\s)?|\sas\swell\sas\s|[()\[\]]"
)
_TO_GROUP = re.compile(rf"(?:also\s)?{_HASTE}\sto\s(?=\S)")
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
_ONLY_DATE = re.compile(rf"\s?{_DATE}")
_IN_OFFICE = re.compile(r"[A-Z][A-Z/]{0,8}\sby\s(?=[A-Z])")
_UNSPLIT = re.compile(r"(?:the\s)?(?:Departments|Offices|Bureaus|Divisions)\sof\s|(?:the\s)?(?:Embassies|Missions)\s")
_NAME = re.compile(r"[A-Z0-9“\"\[]|the\s|all\s|(?:de|von|van)\s|d[’']")
_PLACE = r"(?:Office|Bureau|Division|Branch|Section|Desk)"
_POSITION = (
    r"(?:Director|Chief|Officer|Secretary|Assistant|Advis[eo]r|Counsel(?:or)?|Chairman|Coordinator|Administrator|Attaché"
    r"|Consul|Deputy|Head|Representative|Aide|Consultant|Member)s?"
)
_OFFICE_BEGINS = re.compile(
    rf"(?:[A-Z][\w’'.-]*\s){{0,3}}{_POSITION}(?:$|-?\s?(?:of|for|in|to|at|on)\b|-in-|\s\(|\s(?={_PLACE}))"
    rf"|{_PLACE}\sof\s|Agency\sfor\s|(?:[A-Z][\w’'-]*\s){{1,4}}(?:Affairs|Staff|Center|{_PLACE})$"
)
"""An office without an article: "Special Assistant to", "Office of", "First Secretary", "Far East Division"."""
_FIELD = (
    r"(?:Affairs|Relations|Resources|Research|Analysis|Intelligence|Plan(?:s|ning)|Programs?|Operations|Development"
    r"|Finance|Trade|Security|Policy|Coordination|Cooperation|Assistance|Liaison|Organizations?|Nations|Defense|State"
    r"|Treasury|Commerce|Agriculture|Labor|Interior|Justice|Navy|Army)"
)
_OFFICE_ENDS = re.compile(
    rf"(?:\b(?:{_FIELD}|{_POSITION}|{_PLACE}|Charge|Staff|Center|Department|Embassy|Agency|President|Commission|Council"
    r"|Committee|Board)|\b(?:of|for|in|to)\s(?:(?:President|Secretary|Ambassador)\s)?[A-Z][\w/-]*)$"
)
"""The end of an office that no name follows: a noun of offices, or a word that a preposition governs."""
_BRACKET_ENDS = re.compile(r"\s\([^()]*\)$")
_OF_AFFAIRS = re.compile(r"(?:[A-Z][\w-]*\s){1,3}Affairs\b")
_NAMES_OFFICE = re.compile(rf"\b(?:{_POSITION}|{_PLACE}s?|Affairs)\b")
_OF_OFFICE = re.compile(rf"\b(?:{_POSITION}|{_PLACE}|Agency)(?:\s(?:of|to)\s(?:the\s)?(?:[A-Z][\w-]*\s?){{1,3}})?$")
_OF_FIELD = re.compile(rf"{_PLACE}\sof\s(?:[A-Z][\w-]*\s?){{1,3}}$")
_IS_FIELD = re.compile(rf"(?:[A-Z][\w-]*\s){{0,2}}{_FIELD}(?![\w-])")
_OFFICE_ROOM = 160
_COLUMNS = {
    "draft": "drafted_by",
    "redra": "drafted_by",
    "clear": "cleared_by",
    "appro": "approved_by",
    "repea": "repeated_to",
}


class Clauses(NamedTuple):
    """What the clauses of a sentence say: names by column, in order, and the clauses that were not understood whole."""

    names: list[tuple[str, list[str]]]
    unread: list[Span]


class _Item(NamedTuple):
    """An item of a list of names: the words that join it to the one before, and its range."""

    joint: str
    start: int
    end: int


def begins_clause(text: str, start: int, end: int) -> bool:
    """Tell whether a sentence begins as one that is made of clauses."""
    return _BEGINS.match(text, start, end) is not None


def read_clauses(text: str, start: int, end: int) -> Clauses:
    """Read "Drafted by X, cleared by Y and Z, and approved by W." from `start` to `end`.

    Joining words and dates count as understood. A clause whose verb has no column is not.
    """
    found = Clauses([], [])
    at = start
    match = _CLAUSE.search(text, start, end)
    while match:
        also = _ALSO.search(text, at, match.start())
        begin = also.start() if also else match.start()
        if not _BETWEEN.fullmatch(text, at, begin):
            # "it was" before "approved by" is of the same clause: then no part of the sentence stands by itself.
            found.unread.append((at, begin) if _APART.search(text, at, begin) else (start, end))
        following = _CLAUSE.search(text, match.end(), end)
        stop = _ENDS_NAMES.search(text, match.end(), end)
        until = stop.start() if stop else end
        verbs = [v[:5].lower() for v in _ONE_VERB.findall(match["verbs"])]
        to = match["with"].lower() == "to"
        names, clean = _read_names(text, match.end(), unstopped(text, match.end(), until), persons=not to)
        known = [c for c in map(_COLUMNS.get, verbs) if c and (c == "repeated_to") == to]
        found.names.extend((column, names) for column in known)
        if not clean or len(known) < len(verbs):
            found.unread.append((begin, until))
        at, match = until, following
    if not _BETWEEN.fullmatch(text, at, end):
        found.unread.append((at, end))
    return found


def joined(text: str, unread: list[Span], end: int) -> list[Span]:
    """Return what is left of a sentence that ends at `end`: ranges, with those made one that only "and" parts.

    Each goes without the words and signs that join it to what stands before, and with the stop that follows.
    """
    left: list[Span] = []
    for first, last in sorted(unread):
        if left and (first <= left[-1][1] or _BETWEEN.fullmatch(text, left[-1][1], first)):
            left[-1] = (left[-1][0], max(last, left[-1][1]))
        else:
            left.append((first, last))
    return [span for first, last in left if (span := _trimmed(text, first, last, end))]


def _trimmed(text: str, first: int, last: int, end: int) -> Span | None:
    begin = _BETWEEN.match(text, first, last)
    first = begin.end() if begin else first
    last = first + len(text[first:last].rstrip(" ,"))
    if last < end and text[last] in ".;":
        last += 1
    return (first, last) if last > first else None


def unstopped(text: str, start: int, end: int) -> int:
    """Return where the words from `start` to `end` end without the full stop and the bracket that close them."""
    words = text[start:end].rstrip()
    if words.endswith("]") and words.count("]") > words.count("["):
        words = words[:-1].rstrip()
    words = words if words.endswith(("Jr.", "Sr.")) else words.removesuffix(".").rstrip(" :,")
    return start + len(words)


def _read_names(text: str, start: int, end: int, *, persons: bool) -> tuple[list[str], bool]:
    """Return the names of a list, and whether nothing but names and dates stood in it.

    Names are parted by commas and "and", but not within brackets; what follows a name – a date, "in draft", "for
    POLAD", "who signed for Dulles" – is no part of it, but the office of a person is. The list ends where something
    that is no name begins.
    """
    names: list[Span] = []
    clean = True
    items = list(_items(text, start, end))
    purpose: re.Match[str] | None = None
    office_to = 0  # where the office ends that was read last
    for item, following in zip(items, [*items[1:], None], strict=True):
        first, last = item.start, item.end
        further = following is not None and following.joint.endswith("to ")
        if purpose and item.joint == " and " and (further or _is_of(purpose, text[first:last])):
            purpose = None  # "to Saigon for Bunker and Abrams and to CINCPAC", "to London for Ball and Bruce"
            continue
        lead = _IN_OFFICE.match(text, first, last) or _TO_GROUP.match(text, first, last)
        first = lead.end() if lead else first
        tail = _TAIL.search(text, first, last)
        close = tail.start() if tail else last
        purpose = _FOR.search(text, first, close)
        if purpose and (
            _TITLE.match(text, first, close) or (persons and _OF_OFFICE.search(text, first, purpose.start()))
        ):
            purpose = None  # it belongs to the office: "Deputy Under Secretary for Political Affairs"
        close = purpose.start() if purpose else close
        dated = tail is None or _ONLY_DATE.fullmatch(tail[0]) is not None
        clean = clean and purpose is None and dated and (lead is None or lead.re is _TO_GROUP)
        if first == last or text[first:last].isdigit() or _ONLY_DATE.fullmatch(text, first, last):
            continue
        if not _NAME.match(text, first, close):
            return [text[a:b] for a, b in names], False
        beside = names and names[-1][1] + len(item.joint) == first
        if persons and beside and _is_office(text, first, close) and _has_office(text, names[-1], item, office_to):
            names[-1] = (names[-1][0], close)
            office_to = close
        else:
            names.append((first, close))
    return [text[a:b] for a, b in names], clean


def _is_of(purpose: re.Match[str], words: str) -> bool:
    """Tell whether words behind "for X and" may be of the purpose too: both are names, or both acronyms.

    Those with a purpose of their own are not: "to Manila for Jones and CINCPAC for POLAD".
    """
    return _FOR.search(words) is None and words.isupper() == purpose[0].removeprefix(" for ").isupper()


def _has_office(text: str, name: Span, item: _Item, office_to: int) -> bool:
    """Tell whether an office that follows a name is that person's, who is named in full and has none before the name.

    "First Secretary and Political Officer" are the offices of one person.
    """
    if office_to == name[1]:
        return item.joint in {", ", " and "}
    return item.joint == ", " and text.find(" ", *name) >= 0 and not _NAMES_OFFICE.search(text, *name)


def _items(text: str, start: int, end: int) -> Iterator[_Item]:
    """Yield the items of a list; "and" within a name parts none."""
    at, depth, joint = start, 0, ""
    for match in _JOINT.finditer(text, start, end):
        if match[0] in "()[]":
            depth = depth + 1 if match[0] in "([" else max(0, depth - 1)
        elif not depth and not (match[0].strip() == "and" and _is_one(text, at, match)):
            yield _item(text, joint, at, match.start())
            at, joint = match.end(), match[0]
    yield _item(text, joint, at, end)


def _item(text: str, joint: str, start: int, end: int) -> _Item:
    words = text[start:end]
    return (
        _Item(joint, end - len(words.lstrip()), start + len(words.rstrip()))
        if words.strip()
        else _Item(joint, end, end)
    )


def _is_one(text: str, start: int, joint: re.Match[str]) -> bool:
    """Tell whether "and" stands within a name, as in "the Departments of State and Defense"."""
    if _UNSPLIT.match(text, start):
        return True
    before = text[start : joint.start()] if joint.start() - start <= _OFFICE_ROOM else ""
    if _OF_AFFAIRS.match(text, joint.end()) and "Affairs" not in before and _NAMES_OFFICE.search(before):
        return True
    return _OF_FIELD.search(before) is not None and _IS_FIELD.match(text, joint.end()) is not None


def _is_office(text: str, start: int, end: int) -> bool:
    """Tell whether an item is the office of the person before it: a noun of office, no article, no name at its end."""
    if end - start > _OFFICE_ROOM or not _OFFICE_BEGINS.match(text, start, end):
        return False
    return _OFFICE_ENDS.search(_BRACKET_ENDS.sub("", text[start:end])) is not None
