"""The evidence for and against digits being the marker of a note: what stands around them, and what the note says.

Digits of a text come in, names of features go out; `weights()` gives each its weight, a logarithm of odds, as
`benchmarks/fit_anchors.py` fitted it. A feature says what is true of the series: numbers stand before units and after
counting words, markers stand at the ends of words, sentences, headings and signatures, and a note speaks of what it
hangs on.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from pipeline.model import BlockKind

REACH = 40
"""Code points to the left that are looked at."""

_MONTHS = frozenset({
    "apr", "april", "aug", "august", "dec", "december", "feb", "february", "jan", "january", "jul", "july", "jun",
    "june", "mar", "march", "may", "nov", "november", "oct", "october", "sep", "sept", "september",
})  # fmt: skip
_UNITS = frozenset({
    "a.m", "am", "billion", "day", "days", "divisions", "dollars", "hour", "hours", "hundred", "kilometers", "men",
    "miles", "million", "month", "months", "o'clock", "o’clock", "p.m", "per", "percent", "pm", "thousand", "tons",
    "votes", "week", "weeks", "year", "years",
})  # fmt: skip
_LABELLED = re.compile(
    r"\b(?:Annex|Appendix|Attachment|Enclosure|Tab|paragraphs?|paras?\.?|pages?|Article|Section|Chapter)[ \u00a0]$",
    re.IGNORECASE,
)
_LABEL_REACH = 14
_WORD = re.compile(r"([^\W\d_]+)[.’'s]{0,2}[ \u00a0]?$")
_NEXT = re.compile(r"[ \u00a0]?([^\W\d_]+(?:[.’'][a-z])?)")
_TOKEN = re.compile(r"(?:\d+[.,:/–-])*\d+$")
_NUMBERS = re.compile(r"\d\d+")
_SIGNED = re.compile(r"(?:printed|transcribed|reproduced) from|signed the|signature|initial", re.IGNORECASE)
_YEAR = re.compile(r"1[789]\d\d")


@dataclass(frozen=True, slots=True)
class NoteText:
    """What of a note bears on where its marker stands."""

    numbers: frozenset[str]
    text: str
    is_source: bool
    on_signature: bool


NO_NOTE = NoteText(frozenset(), "", is_source=False, on_signature=False)
"""Stands for a note of which nothing is known."""


def note_text(text: str, *, is_source: bool) -> NoteText:
    """Look at the beginning of a note."""
    head = text[:400]
    numbers = frozenset(_NUMBERS.findall(head))
    return NoteText(numbers, head, is_source, len(text) < 120 and bool(_SIGNED.search(head)))  # noqa: PLR2004 - such notes are short


@cache
def weights() -> dict[str, float]:
    """Return the weight of each feature."""
    table: dict[str, float] = json.loads(files("pipeline").joinpath("data/anchors.json").read_text(encoding="utf-8"))
    return table


class Zone(NamedTuple):
    """A range of the text that may hold markers, and the kind of block it lies in."""

    start: int
    end: int
    kind: BlockKind


class Digits(NamedTuple):
    """Digits `[start, end)` that may be a marker: the last of the run of digits that begins at `run`."""

    zone: Zone
    run: int
    start: int
    end: int


def is_label(text: str, start: int, end: int, zone: Zone) -> bool:
    """Tell whether a number is a label, and so no marker.

    It stands alone on its line, as that of an item, `(3)`, or after a word that numbers stand behind, `Annex 1`, and
    not at the end of a line.
    """
    if end < zone.end and text[end] in ".)":
        after, before = text[end + 1 : end + 2], text[max(0, start - 2) : start].removesuffix("(")[-1:]
        if (end + 1 == zone.end or after in "\r\n") and (before in "\r\n" or not before):
            return True
    if start == zone.start or text[start - 1] not in " \u00a0" or end == zone.end or text[end] in "\r\n":
        return False
    return _LABELLED.search(text, max(zone.start, start - _LABEL_REACH), start) is not None


def features(text: str, digits: Digits, note: NoteText, *, first: bool) -> list[str]:
    """Return the features of digits that may be a marker.

    Args:
        text: the source.
        digits: the digits and the zone they stand in.
        note: the note of that marker.
        first: it is the first marker of the chain.
    """
    zone, run, start, end = digits
    kind = zone.kind
    left = _left(text, digits, note)
    right, word = _right(text, end, zone.end)
    coarse = left[0].split(":", 1)[0]
    found = [*left, f"right:{right}", f"{coarse}|{right}"]
    if word:
        found.append(f"next:{word}")
    found.append(f"kind:{kind}|{coarse}")
    if right == "end" or start == zone.start:
        found.append(f"kind:{kind}|{right}|{'alone' if start == zone.start else 'after'}")
    if first:
        found.append(f"first:{'source' if note.is_source else 'note'}|{kind}")
    if note.on_signature:
        found.append(f"signed:{kind}|{right == 'end'}")
    found.append(f"digits:{end - start}|{run == start}")
    return found


def _left(text: str, digits: Digits, note: NoteText) -> list[str]:
    """What stands before: the first name tells its class."""
    zone, start = digits.zone.start, digits.start
    if start == zone:
        return ["start"]
    before = text[max(zone, start - REACH) : start]
    if digits.run < start:
        return _in_number(text, digits, note)
    last = before[-1]
    if last.isspace():
        return _after_space(before, note)
    if last.isalpha():
        name = _word(before) or last
        shape = "low" if last.islower() else "caps" if len(name) > 1 and name.isupper() else "cap"
        return [f"letter:{shape}", f"letter:{shape}:{min(len(name), 5)}", *_overlap(name, note, "letter")]
    return _after_sign(before)


def _word(before: str) -> str:
    """Return the word that a text ends with, or nothing; it holds no blank, so it is looked for after the last one."""
    word = _WORD.search(before, before.rfind(" ", 0, -2) + 1)
    return word[1] if word else ""


def _after_space(before: str, note: NoteText) -> list[str]:
    stripped = before.rstrip()
    if not stripped:
        return ["space:start"]
    last = stripped[-1]
    if last.isalpha() or (last == "." and stripped[-2:-1].isalpha()):
        name = _word(stripped) or last
        if last == ".":
            return ["space:dot", f"space:dot:{name.lower() if len(name) < 6 else 'word'}"]  # noqa: PLR2004 - abbreviations
        shape = "low" if name.islower() else "caps" if name.isupper() else "cap"
        month = ["space:month"] if name.lower() in _MONTHS else []
        return [f"space:{shape}", f"word:{name.lower()}", *month, *_overlap(name, note, f"space:{shape}")]
    if last.isdigit():
        token = _TOKEN.search(stripped)
        number = token[0] if token else ""
        told = "told" if number in note.numbers else "untold"
        return ["space:digit", f"space:digit:{min(len(number), 5)}|{told}"]
    return ["space:sign", f"space:sign:{last}"]


def _after_sign(before: str) -> list[str]:
    last, prior = before[-1], before[-2:-1]
    if last in ".,:" and prior.isdigit():
        token = _TOKEN.search(before[:-1])
        number = token[0] if token else prior
        shape = "year" if _YEAR.fullmatch(number) else str(min(len(number), 4))
        return ["fraction", f"fraction:{last}:{shape}", f"fraction:{last}|{_sign_before(before, number)}"]
    kind = "digit" if prior.isdigit() else "low" if prior.islower() else "up" if prior.isupper() else "sign"
    return [f"sign:{last}", f"sign:{last}:{kind}"]


def _sign_before(before: str, number: str) -> str:
    at = len(before) - 2 - len(number)
    return before[at] if at >= 0 and before[at] in "$£(" else "none"


def _in_number(text: str, digits: Digits, note: NoteText) -> list[str]:
    """The marker would be cut off a number: is the rest the likelier number?"""
    run = digits.run
    before = text[max(digits.zone.start, run - REACH) : run]
    rest, whole = text[run : digits.start], text[run : digits.end]
    name = _word(before).lower()
    found = ["number", f"number:{min(len(rest), 6)}|{'told' if rest in note.numbers else 'untold'}"]
    if whole in note.numbers:
        found.append("number:whole-told")
    if name in _MONTHS:
        as_rest, as_whole = len(rest) < 3 and int(rest) <= 31, len(whole) < 3 and int(whole) <= 31  # noqa: PLR2004 - days
        found.append(f"number:day|{as_rest}|{as_whole}")
    elif _YEAR.fullmatch(whole):
        found.append("number:whole-year")
    elif _YEAR.fullmatch(rest):
        found.append("number:rest-year")
    elif before[-1:] in (".", ":", ",") and before[-2:-1].isdigit():
        found += ["number:fraction", f"number:fraction:{before[-1]}:{min(len(rest), 4)}"]
    elif before[-1:] and before[-1] in "$£/–-(":
        found.append(f"number:after:{before[-1]}")
    else:
        found.append(f"number:word:{'message' if _is_message(name) else 'other'}|{min(len(rest), 5)}")
    return found


def _is_message(name: str) -> bool:
    return name.endswith(
        ("tel", "tels", "telegram", "telegrams", "gram", "to", "pol", "airgram", "despatch", "message")
    )


def _overlap(name: str, note: NoteText, where: str) -> list[str]:
    """The note speaks of the word that its marker hangs on."""
    if len(name) < 4 or not name[0].isupper():  # noqa: PLR2004 - names and offices are longer
        return []
    return [f"{where}|{'told' if name in note.text else 'untold'}"]


def _right(text: str, end: int, limit: int) -> tuple[str, str]:
    """What stands after, and the word that follows where it is one of those that numbers stand before."""
    after = text[end : min(limit, end + 16)]
    if not after:
        return "end", ""
    first = after[0]
    if first.isspace():
        return _right_of_space(after)
    if first.isalpha():
        return ("unit", "") if first.islower() else ("letter", "")
    if first in ".,:" and after[1:2].isdigit():
        return f"{first}digit", ""
    if first in ".,;:)":
        return first, ""
    return ("close", "") if first in "]”’\"'?!" else (f"sign{first}", "")


def _right_of_space(after: str) -> tuple[str, str]:
    rest = after.lstrip()
    blank = after[: len(after) - len(rest)]
    if "\n" in blank or "\r" in blank:
        return "line", ""
    word = _NEXT.match(after)
    name = word[1].lower() if word else ""
    if name in _MONTHS:
        return "month", ""
    if name.rstrip(".") in _UNITS:
        return "unit", ""
    follows = rest[:1]
    shape = "up" if follows.isupper() else "low" if follows.islower() else "digit" if follows.isdigit() else "sign"
    return f"space:{shape}", name if len(name) < 4 else ""  # noqa: PLR2004 - the words of grammar are short
