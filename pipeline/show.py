"""Show one document as it was read: the text with what was found marked in it, the fields beside.

A document and its text come in, a string goes out. Marks are put at the places of the records in the source,
so that what is shown is what the rows say: `⟦1⟧` a note's marker, `⟪Page 697⟫` a page break, `‹…›` a reference.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator

from pipeline.findings import Placed
from pipeline.model import Document, Holder, Note, Record, Reference
from pipeline.render import visible

_WIDTH = 100
_MARGIN = 13
_ANCHOR, _PAGE, _REFERENCE, _LABEL = "1;36", "1;35", "1;33", "2"
_QUIET = frozenset({"document_id", "note_id", "ordinal", "start", "end", "block_ordinal", "text", "kind"})

Mark = tuple[int, int, str, str]
"""First and last place in the source, what opens and closes the mark, its colour."""


def show(document: Document, text: str, *, colour: bool = False) -> str:
    """Return a document as it was read, for a terminal."""
    painter = _Painter(text, list(_marks(document)), colour=colour)
    parts = [painter.heading(document)]
    inside = [_range(n) for n in document.notes]
    alone = [
        ("page break", *_range(p))
        for p in document.page_breaks
        if p.block_ordinal is None and not any(a <= _range(p)[0] < b for a, b in inside)
    ]
    rows = [*((block.kind, *_range(block)) for block in document.blocks), *alone]
    parts += [painter.row(*row) for row in sorted(rows, key=lambda row: row[1])]
    for note in document.notes:
        parts.append(painter.row(f"note {note.marker or ''}", *_range(note)))
        parts += painter.fields(document, note)
    references = [_told(reference) for reference in document.references]
    if references:
        parts += ["", "references:", *(f"  {line}" for line in references)]
    return "\n".join(parts)


def _marks(document: Document) -> Iterator[Mark]:
    for note in document.notes:
        if note.anchor_start is not None and note.anchor_end is not None:
            yield note.anchor_start, note.anchor_end, "⟦", "⟧"
    for item in document.page_breaks:
        yield *_range(item), "⟪", "⟫"
    for reference in document.references:
        yield *_range(reference), "‹", "›"


def _range(record: Placed) -> tuple[int, int]:
    """Return the place of a record; nothing is shown of one that has none."""
    return (0, 0) if record.start is None or record.end is None else (record.start, record.end)


def _told(reference: Reference) -> str:
    """`document "Document 12" -> frus1961-63v11 d12: external`."""
    target = " ".join(
        str(value)
        for value in (
            reference.target_volume,
            f"d{reference.target_document}" if reference.target_document else None,
            f"fn{reference.target_note}" if reference.target_note else None,
            f"p. {reference.target_page}" if reference.target_page else None,
            reference.message_type,
            reference.message_number,
            f"{reference.direction} {reference.post}" if reference.direction and reference.post else reference.post,
        )
        if value
    )
    where = f"note {reference.note_id.rpartition('fn')[2]}" if reference.note_id else "body"
    return visible(
        f"{where}: {reference.kind} “{reference.text}”{f' -> {target}' if target else ''}: {reference.status}"
    )


def _values(record: Holder | Record, skip: Iterable[str] = _QUIET) -> str:
    """The fields of a record that say something, as `name: value`."""
    told = []
    for name in record.__pydantic_fields__:
        value = getattr(record, name)
        if name not in skip and value not in (None, (), ""):
            told.append(f"{name}: {'; '.join(value) if isinstance(value, tuple) else value}")
    return visible(" · ".join(told))


class _Painter:
    """Marks a text; `_marks` are in the order of their places."""

    def __init__(self, text: str, marks: list[Mark], *, colour: bool) -> None:
        self._text = text
        self._marks = sorted(marks)
        self._colour = colour

    def heading(self, document: Document) -> str:
        parts = {name for name, value in document if isinstance(value, tuple) and name != "subject"}
        facts = _values(document, parts | {"title", "document_id"})
        return f"{document.document_id}\n{textwrap.fill(facts, _WIDTH, subsequent_indent='  ')}\n"

    def row(self, label: str, start: int, end: int) -> str:
        """One block or note, with its label in the margin."""
        lines = []
        for paragraph in re.split(r"(?:\r\n|\n|\r)\s*", self._marked(start, end)):
            lines += textwrap.wrap(paragraph, _WIDTH - _MARGIN, break_long_words=False, break_on_hyphens=False) or [""]
        margin = f"{label:{_MARGIN}}"
        body = f"\n{' ' * _MARGIN}".join(lines)
        return self._paint(_LABEL, margin) + self._coloured(body)

    def fields(self, document: Document, note: Note) -> list[str]:
        """What a note says, taken apart."""
        told = [_values(n) for n in document.source_notes if n.note_id == note.note_id]
        told += [f"archive: {_values(s)}" for s in document.archival_sources if s.note_id == note.note_id]
        indent = " " * (_MARGIN + 2)
        return [
            self._paint(_LABEL, textwrap.fill(line, _WIDTH, initial_indent=indent, subsequent_indent=indent))
            for line in told
            if line
        ]

    def _marked(self, start: int, end: int) -> str:
        pieces, at = [], start
        for first, last, opening, closing in self._marks:
            if at <= first and last <= end:
                inside = self._text[first:last]
                if opening == "⟪":  # takes the place of the brackets around it, and of none within: [Page [506]]
                    inside = inside.removeprefix("[").removesuffix("]")
                pieces += [self._clean(at, first), opening, visible(inside), closing]
                at = last
        return "".join([*pieces, self._clean(at, end)])

    def _clean(self, start: int, end: int) -> str:
        """The source without what would steer a terminal, line ends kept."""
        return "\n".join(visible(line) for line in re.split(r"\r\n|\n|\r", self._text[start:end]))

    def _coloured(self, text: str) -> str:
        for opening, closing, code in (("⟦", "⟧", _ANCHOR), ("⟪", "⟫", _PAGE), ("‹", "›", _REFERENCE)):
            marked = self._paint(code, rf"{opening}\1{closing}")
            text = re.sub(f"{opening}([^{closing}]*){closing}", marked, text)
        return text

    def _paint(self, code: str, text: str) -> str:
        return f"\033[{code}m{text}\033[0m" if self._colour else text
