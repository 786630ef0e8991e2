"""Read the list of notes at the end of a document.

Lines come in, notes with ranges go out. Each note begins with two blanks and a number; further paragraphs of a note are
indented by four. The numbers of the list run 1, 2, 3 … whatever the markers are: a note belongs to its position.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from pipeline.parsing.segments import Line

_SOURCE = "Source:"


@dataclass(slots=True)
class RawNote:
    """A note as found: the number of the list, its range without the number, and the range of the number."""

    number: int
    start: int
    end: int
    number_start: int
    inner: list[tuple[int, int]] = field(default_factory=list)
    """The numbers of a list within the note."""


@dataclass(slots=True)
class NoteList:
    """The notes in order, and the ranges after them that belong to no note."""

    notes: list[RawNote]
    strays: list[tuple[int, int]]


def find_list(text: str, lines: list[Line]) -> int:
    """Return the index of the line where the notes list begins, or `len(lines)`.

    The list is the last thing in a file. Of several lines `1.` it begins with the last one that opens a source note,
    else with the last: an earlier one would be a list in the body. Where no line says `1.`, the list is the last run of
    numbered lines, and its first number was lost.
    """
    numbered = [i for i, line in enumerate(lines) if line.kind == "number"]
    if not numbered:
        return len(lines)
    ones = [i for i in numbered if lines[i].number == 1]
    if ones:
        sources = [i for i in ones if text.startswith(_SOURCE, lines[i].first)] if len(ones) > 1 else []
        return sources[-1] if sources else ones[-1]
    at = numbered[-1]
    for index in range(at - 1, -1, -1):
        line = lines[index]
        if line.kind == "number":
            at = index
        elif line.kind != "blank" and line.indent == 0:
            break
    return at


def read_list(text: str, lines: list[Line]) -> NoteList:
    """Read notes from the lines of the list; a line at the margin that continues no note is a stray.

    A number that begins again at 1, and those that follow it, are of a list within a note.
    """
    found = NoteList([], [])
    blank = lost = False
    inner = 0
    for line in lines:
        if line.kind == "blank":
            blank = True
            continue
        if line.kind == "page":
            continue
        if line.kind == "number" and line.number is not None:
            due = found.notes[-1].number + 1 if found.notes else 1
            number_start = line.first - len(text[line.start : line.first].lstrip())
            if line.number != due and found.notes and line.number == (inner + 1 if inner else 1):
                inner = line.number
                found.notes[-1].end = line.last
                found.notes[-1].inner.append((number_start, line.first))
            else:
                inner = 0
                found.notes.append(RawNote(line.number, line.first, line.last, number_start))
            lost = False
        elif lost or (line.indent == 0 and blank):
            found.strays.append((line.first, line.last))
            lost = True
        else:
            found.notes[-1].end = line.last
        blank = False
    return found
