"""What a careful editor of TEI checks: rules of the schema of the series that one document can show.

Source: the Schematron of the series, and faults that its users report. Elements come in, faults go out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from lxml import etree

from pipeline.model import Note
from pipeline.parsing.anchors import unclaimed
from pipeline.parsing.evidence import Zone
from pipeline.parsing.tei_names import TEI, local
from pipeline.parsing.tei_parts import Body

LIST_TYPES = frozenset(
    (
        "subject", "participants", "to", "from", "references", "memo", "simple", "names", "terms", "toc", "index",
        "bulleted", "numbered", "ordered", "gloss", "sources", "unordered", "inline",
    )
)  # fmt: skip
RENDITIONS = frozenset(
    (
        "italic", "smallcaps", "strong", "bold", "roman", "underline", "superscript", "subscript", "strikethrough",
        "sectiontitle", "sectiontitleital", "sectiontitlebold", "center", "right", "left", "flushleft", "hanging",
        "inline", "blockquote", "sub", "sup", "allcaps",
    )
)  # fmt: skip
_VALUED = {
    f"{{{TEI}}}{name}": (name, key, allowed)
    for name, key, allowed in (("p", "rend", RENDITIONS), ("hi", "rend", RENDITIONS), ("list", "type", LIST_TYPES))
}
"""Elements with an attribute of few values: for each its short name, the attribute, and the values."""
_LAST = 99
"""The last number of notes that are counted through a chapter; the next is 1 again."""
_TABLE, _ROW, _HEAD = (f"{{{TEI}}}{name}" for name in ("table", "row", "head"))
_Element = etree._Element  # noqa: SLF001 - lxml gives the class no public name


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong at an element, still without its line; `shown` are the excerpt and its columns."""

    code: str
    message: str
    element: _Element
    label: str | None = None
    shown: dict[str, Any] = field(default_factory=dict)


def check_element(document: _Element, faults: list[Fault]) -> None:
    """Check the elements of a document: no empty paragraph, values of closed lists, rows counted, one heading."""
    told: set[tuple[str, str]] = set()
    for element in document.iter(*_VALUED, _TABLE):
        if element.tag == _TABLE:
            _check_rows(element, faults)
            continue
        name, key, allowed = _VALUED[element.tag]
        value = element.get(key)
        if value is not None and value not in allowed and (name, value) not in told:
            told.add((name, value))
            faults.append(Fault("P613", f"{name}/@{key} has the value “{value[:40]}”, which is no known one", element))
        if name == "p" and len(element) == 0 and (not (text := element.text) or text.isspace()):
            faults.append(Fault("P617", "an empty paragraph", element))
    heads = [child for child in document if child.tag == _HEAD]
    if len(heads) > 1:
        faults.append(Fault("P616", f"the document has {len(heads)} headings", heads[1]))


def _check_rows(table: _Element, faults: list[Fault]) -> None:
    said = table.get("rows")
    if said is None:
        return
    rows = sum(1 for _ in table.iterchildren(_ROW))
    if said != str(rows):
        faults.append(Fault("P614", f"table/@rows is {said[:20]}, but the table has {rows} rows", table))


def check_body(document: _Element, body: Body, notes: Sequence[Note], title: str | None, faults: list[Fault]) -> None:
    """Check what was read: a heading, notes with words, markers that go on by one, no name unknown."""
    if title is None and body.blocks:
        faults.append(Fault("P203", "the document has no heading", document))
    faults += [Fault("P617", f"an empty {local(e.tag)}", e) for e in body.empty]
    faults += [Fault("P607", "a note stands in a note", n.element) for n in body.notes if n.nested]
    faults += [Fault("P608", "the note has no words", n.element) for n in body.notes if not n.run.text]
    faults += [
        Fault("P605", f"{e.get('target', '')[:40]} is marked once more; only its first place is kept", e)
        for e in body.repeated
    ]
    seen: set[str] = set()
    for element in body.unknown:
        name = local(element.tag)
        if name not in seen:
            seen.add(name)
            faults.append(Fault("P609", f"the element {name} is not known; its words are kept", element))
    faults += [Fault("P620", "elements lie too deep within each other; only words are kept", e) for e in body.deep[:1]]
    faults += _markers(body, notes)


def _markers(body: Body, notes: Sequence[Note]) -> Iterator[Fault]:
    """Markers out of order, and markers in the words whose note is missing.

    Where a page begins between two notes their numbers may begin again at 1, as older volumes count, and after 99. A
    note that is given again, with its number and its words, is one note that is marked twice.
    """
    numbered: list[tuple[int, _Element]] = []
    given: set[tuple[str, str]] = set()
    for note, tagged in zip(notes, body.notes, strict=True):
        if not (note.marker and note.marker.isascii() and note.marker.isdigit()) or tagged.nested:
            continue
        marker, before = int(note.marker), numbered[-1][0] if numbered else None
        if before is not None and marker != before + 1 and not (marker == 1 and (body.pages or before == _LAST)):
            if (note.marker, note.text) in given:
                continue
            yield Fault("P404", f"marker {marker} does not follow marker {before} in the text", tagged.element)
        given.add((note.marker, note.text))
        numbered.append((marker, tagged.element))
    missing = [n for (a, _), (b, _) in pairwise(numbered) for n in range(a + 1, min(b, a + 4))]
    missing += [numbered[-1][0] + 1] if numbered else []
    for due in missing:
        yield from _strays(body, due, numbered[-1][1])


def _strays(body: Body, due: int, element: _Element) -> Iterator[Fault]:
    """Yield the digits in the words that are the marker of a note that is missing."""
    for block in body.blocks:
        text = block.run.text
        if str(due) not in text:
            continue
        for marker, start, end in unclaimed(text, [Zone(0, len(text), block.kind)], due):
            if marker == due:
                left = max(0, start - 60)
                shown: dict[str, Any] = {"excerpt": text[left : end + 20].replace("\n", " ")}
                shown |= {"excerpt_start": start - left, "excerpt_length": end - start}
                yield Fault("P403", f"marker {marker} has no note", element, "no note in the TEI", shown)
