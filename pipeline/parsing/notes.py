"""Read the list of notes at the end of a document.

Lines come in, notes with ranges go out. Each note begins with two blanks and a number; further paragraphs of a note are
indented by four. The numbers of the list run 1, 2, 3 … whatever the markers are: a note belongs to its position.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.parsing.segments import Line


@dataclass(slots=True)
class RawNote:
    """A note as found: the number of the list, its range without the number, and the range of the number."""

    number: int
    start: int
    end: int
    number_start: int


@dataclass(slots=True)
class NoteList:
    """The notes in order, and the ranges after them that belong to no note."""

    notes: list[RawNote]
    strays: list[tuple[int, int]]
    pages: list[tuple[int, int]]
    """Page breaks that stand alone among the notes."""


def find_list(lines: list[Line]) -> int:
    """Return the index of the line where the notes list begins, or `len(lines)`.

    The list is the last thing in a file, so a later `1.` goes before an earlier one: that would be a list in the
    body. Where no line says `1.`, the list is the last run of numbered lines, and its first number was lost.
    """
    numbered = [i for i, line in enumerate(lines) if line.kind == "number"]
    if not numbered:
        return len(lines)
    ones = [i for i in numbered if lines[i].number == 1]
    if ones:
        return ones[-1]
    at = numbered[-1]
    for index in range(at - 1, -1, -1):
        line = lines[index]
        if line.kind == "number":
            at = index
        elif line.kind != "blank" and line.indent == 0:
            break
    return at


def read_list(text: str, lines: list[Line]) -> NoteList:
    """Read notes from the lines of the list; a line at the margin that continues no note is a stray."""
    notes: list[RawNote] = []
    strays: list[tuple[int, int]] = []
    pages: list[tuple[int, int]] = []
    blank = lost = False
    for line in lines:
        if line.kind == "blank":
            blank = True
            continue
        if line.kind == "page":
            pages.append((line.first, line.last))
            continue
        if line.kind == "number" and line.number is not None:
            number_start = line.first - len(text[line.start : line.first].lstrip())
            notes.append(RawNote(line.number, line.first, line.last, number_start))
            lost = False
        elif line.indent == 0 and (blank or lost):
            strays.append((line.first, line.last))
            lost = True
        elif lost:
            strays.append((line.first, line.last))
        else:
            notes[-1].end = line.last
        blank = False
    return NoteList(notes, strays, pages)
