"""Read what a label in the words names: a line that begins with one, and the rows of a table beside and below one.

Blocks with their reading texts come in; words, and ranges of them, go out. Memoranda before 1952 name their subject and
participants so; later ones have lists. A label ends in a colon: `Subject: Atomic Energy`, `Participants:`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import takewhile

from pipeline.model import BlockKind
from pipeline.parsing.blocks import ITEM_MAX, bare_head

CELL = "\t\t"
"""What parts the cells of a table in its reading text."""
_NEXT_LABEL = re.compile(r"\s(?:Ref(?:erence)?s?|Date|Place|Time)\s?:\s")
"""A further label in the line of a telegram: `Subject: Visit. Ref: Paris 393.`"""


def subjects(blocks: Iterable[tuple[BlockKind, str]]) -> tuple[str, ...]:
    """Return what a document is about: its list of subjects, else the line or row above the text that is labelled so.

    Args:
        blocks: kind and words of each block, in order.
    """
    given = [*blocks]
    if listed := tuple(words for kind, words in given if kind == "subject"):
        return listed
    above = takewhile(lambda block: block[0] in ("title", "table") or len(block[1]) <= ITEM_MAX, given)
    for kind, words in above:
        found = _of_table(words) if kind == "table" else _of_line(words)
        if found:
            return found
    return ()


def _of_line(words: str) -> tuple[str, ...]:
    label, colon, said = words.partition(":")
    said = _NEXT_LABEL.split(said, maxsplit=1)[0].strip()
    return (said,) if said and bare_head(label + colon) == "subject" else ()


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
        label, _, rest = line.partition(CELL)
        if label.strip():
            kind = bare_head(label) if label.rstrip().endswith(":") else None
        words = rest.strip()
        if kind and words:
            start = at + len(label) + len(CELL) + len(rest) - len(rest.lstrip())
            yield kind, start, start + len(words)
        at += len(line) + 1
