"""Cuts a note into its sentences: full stops after initials, after abbreviations and within brackets end none.

All offsets are half-open ranges of code points in the text that was given. Time is linear in the text.
"""

from __future__ import annotations

import re
from functools import lru_cache

# Both begin with a set of characters, which is what lets the search pass quickly over all others.
_ENDS = re.compile(
    r"[.?!)\n](?:(?<=[.?!])[”\"’'\]]{0,3}(?=\s|$)|(?<=[a-z]{3}\.)(?=[A-Z][a-z])|(?<=\))(?=\s|$)|(?<=\n)[ \t]*\n)"
)
_BRACKETS = re.compile(r"[()\n](?:(?<=[()])|[ \t]*\n)")
_SPACE = re.compile(r"\s*")
_BEGINS = re.compile(r"\s{0,8}[(\[“\"‘]{0,2}\s?[A-Z0-9…]")
_WORD_BEFORE = re.compile(r"(?<![\w./&-])[\w.]{1,12}+$")
_ABBREVIATIONS = frozenset(
    (
        "Mr",
        "Mrs",
        "Ms",
        "Messrs",
        "Dr",
        "Gen",
        "Col",
        "Lt",
        "Maj",
        "Adm",
        "Gov",
        "Sen",
        "Rep",
        "Capt",
        "Cmdr",
        "Brig",
        "Amb",
        "Hon",
        "Rev",
        "Prof",
        "St",
        "Ft",
        "Mt",
        "No",
        "Nos",
        "Vol",
        "Vols",
        "vol",
        "vols",
        "p",
        "pp",
        "Pt",
        "pt",
        "cf",
        "e.g",
        "i.e",
        "ed",
        "eds",
        "Doc",
        "Docs",
        "doc",
        "docs",
        "Conf",
        "Cong",
        "Sess",
        "Stat",
        "Jan",
        "Feb",
        "Mar",
        "Apr",
        "Aug",
        "Sept",
        "Oct",
        "Nov",
        "Dec",
        "Cmd",
        "Cmnd",
    )
)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "Jun", "Jul", "Aug", "Sep", "Sept", "Oct", "Nov", "Dec")
"""With a number behind it, a month in a range too: `Jan.-Mar. 1965`."""
_CLASSES = ("Secret", "Confidential", "Unclassified", "Restricted")
_INITIALS = re.compile(r"(?:[A-Z]\.)*(?:[A-Z][a-z])?[A-Z]")
_NUMBERED = re.compile(r"\b(?:[Vv]ol(?:ume|s?\.)|[Pp]art|Tab|Annex|[Bb]ook|Series|in)\s{1,2}$")
_OPENER = re.compile(
    r"\s+(?:Top\sSecret|Secret|Confidential|No\s(?:classification|draft)|Unclassified|Limited\sOfficial|Official\sUse"
    r"|Drafted|Cleared|Approved|Repeated|Received|Sent|Also\s|Transmitted|Passed|Pouched|Printed|Copies|The\s|A\s|An\s"
    r"|According|There\s|This\s|Attached|For\s|See\s|Prepared|Initialed|Concurred|None\s)"
)


@lru_cache(maxsize=4)
def brackets(text: str) -> tuple[tuple[int, int], ...]:
    """Return the ranges of the outermost pairs of round brackets, in order; one without its fellow is passed over.

    The last answers are kept: a note is asked for its brackets, and for its sentences, which depend on them.
    """
    if "(" not in text:
        return ()
    opened: list[int] = []
    pairs: list[tuple[int, int]] = []
    for match in _BRACKETS.finditer(text):
        if match[0] == "(":
            opened.append(match.start())
        elif match[0] != ")":
            opened.clear()
        elif opened:
            begin = opened.pop()
            while pairs and pairs[-1][0] > begin:
                pairs.pop()
            pairs.append((begin, match.end()))
    return tuple(pairs)


def sentences(text: str, start: int = 0) -> list[tuple[int, int]]:
    """Return the ranges of the sentences of `text` from `start`, without the white space between them.

    A sentence in round brackets of its own is one sentence; within brackets none ends.
    """
    groups = brackets(text)
    found: list[tuple[int, int]] = []
    at = _after_space(text, start)
    group = 0
    for match in _ENDS.finditer(text, start):
        stop = match.start()
        if stop < at:
            continue
        while group < len(groups) and groups[group][1] <= stop:
            group += 1
        opened, shut = groups[group] if group < len(groups) else (len(text), len(text))
        paragraph = match[0].isspace()
        if match[0] == ")":
            ends = opened == at and shut == match.end() and _begins(text, shut)
        else:
            ends = paragraph or (not opened < stop < shut and _is_stop(text, match))
        if ends and at < stop:
            found.append((at, stop if paragraph else match.end()))
        if ends:
            at = _after_space(text, match.end())
    if at < len(text):
        found.append((at, len(text.rstrip())))
    return found


def _after_space(text: str, position: int) -> int:
    match = _SPACE.match(text, position)
    return match.end() if match else position


def _begins(text: str, position: int) -> bool:
    """Tell whether a sentence can begin after `position`, or the text ends there."""
    return _BEGINS.match(text, position) is not None or _after_space(text, position) == len(text)


def _is_stop(text: str, match: re.Match[str]) -> bool:
    """Tell whether a full stop, question mark or exclamation mark ends a sentence."""
    stop = match.start()
    begins = _begins(text, match.end())
    if match[0][0] != "." or not (begins or text.endswith(_CLASSES, 0, stop)):
        return begins
    begins = begins and not (text[stop + 2 : stop + 3].isdigit() and text.endswith(_MONTHS, 0, stop))
    word = _WORD_BEFORE.search(text, max(0, stop - 13), stop)
    if word is not None and word[0] in _CLASSES:
        return True
    if word is None or not begins:
        return begins
    if word[0] in _ABBREVIATIONS and len(match[0]) == 1:
        return False
    initials = word[0][-1].isupper() and _INITIALS.fullmatch(word[0])
    if initials or word[0] in {"Jr", "Sr"}:
        opens = _OPENER.match(text, match.end()) is not None or _after_space(text, match.end()) == len(text)
        return opens or _NUMBERED.search(text, max(0, word.start() - 9), word.start()) is not None
    return True
