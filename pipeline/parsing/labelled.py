"""Read what a label in the words names: a line that begins with one, and the rows of a table beside and below one.

Blocks with their reading texts come in; words, and ranges of them, go out. Most memoranda of 1945 to 1951 name their
subject and participants so, and some later ones; others have lists. A label ends in a colon: `Subject: Atomic Energy`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import takewhile

from pipeline.model import BlockKind
from pipeline.parsing.blocks import ITEM_MAX, ITEM_NUMBER, heads_attachment
from pipeline.parsing.sentences import sentences

CELL = "\t\t"
"""What parts the cells of a table in its reading text."""
_LABELS: tuple[tuple[BlockKind, re.Pattern[str]], ...] = (
    ("subject", re.compile(r"subj(?:ect)?s?\s?:", re.IGNORECASE)),
    (
        "participant",
        re.compile(
            r"(?:(?:(?!total\b|number\b)\w+ )?(?:participants?|participation|attendees)"
            r"|(?:(?:those|also|others?|persons|members|officials|delegates) )?present|(?:in )?attendance)\s?:",
            re.IGNORECASE,
        ),
    ),
)
_NEXT_LABEL = re.compile(
    r"\s(?:Ref(?:erence)?s?|Info)\s?:\s|(?:\n|(?<=[.,;])\s)(?:Date|Place|Time|Participants?|Present|To|From|Through)\s?:\s"
)
"""A further label in the line of a telegram: `Subject: Visit. Ref: Paris 393.`"""


def subjects(blocks: Iterable[tuple[BlockKind, str]]) -> tuple[str, ...]:
    """Return what a document is about: its list of subjects, else the line or row above the text that is labelled so.

    Args:
        blocks: kind and words of each block, in order.
    """
    given = [*blocks]
    if listed := tuple(words for kind, words in given if kind == "subject"):
        return listed
    for kind, words in takewhile(_is_above, given):
        found = _of_table(words) if kind == "table" else _of_line(words)
        if found:
            return found
    return ()


def _is_above(block: tuple[BlockKind, str]) -> bool:
    """Tell whether a block may stand above the text: that has longer ones, or numbered ones, or is signed."""
    kind, words = block
    if kind in ("title", "table"):
        return True
    short = kind != "signature" and len(words) <= ITEM_MAX
    return short and not ITEM_NUMBER.match(words) and not heads_attachment(words)


def _of_line(words: str) -> tuple[str, ...]:
    label, colon, said = words.partition(":")
    said = _NEXT_LABEL.split(said, maxsplit=1)[0].strip()
    if not any(map(str.isalpha, said)) or _kind(label + colon) != "subject":
        return ()
    lines = said.split("\n")
    if all(map(ITEM_NUMBER.match, lines)):
        return tuple(lines)
    return tuple(said[start:end] for start, end in sentences(said)[:1])  # what follows is of the text


def _of_table(words: str) -> tuple[str, ...]:
    return tuple(words[start:end] for kind, start, end in labelled_rows(words) if kind == "subject")


def labelled_rows(table: str) -> Iterator[tuple[BlockKind, int, int]]:
    r"""Yield what stands in the rows beside a label and, up to the next words in the first column, in those below it.

    Args:
        table: the reading text of a table.

    Yields:
        What the label says the row is, a subject or a participant, and the range of the row's words but the label.

    >>> list(labelled_rows("Participants:\t\tMr. Lie\n\t\tMr. Jessup\nPlace:\t\tParis"))
    [('participant', 15, 22), ('participant', 25, 35)]
    """
    kind: BlockKind | None = None
    at = 0
    for line in table.split("\n"):
        label, cell, rest = line.partition(CELL)
        if label.strip() and (cell or label.rstrip().endswith(":")):  # else it is a line within a cell
            kind = _kind(label)
        words = rest.strip()
        if kind and any(map(str.isalpha, words)):
            start = at + len(label) + len(CELL) + len(rest) - len(rest.lstrip())
            yield kind, start, start + len(words)
        at += len(line) + 1


def _kind(label: str) -> BlockKind | None:
    """Return what a label says of the words beside it; None of any other words."""
    return next((kind for kind, pattern in _LABELS if pattern.fullmatch(label.strip())), None)
