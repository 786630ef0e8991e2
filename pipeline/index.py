"""What is kept of every document while a package is made: enough to check the set of them and to find targets.

Documents come in one by one; a `Card` of each, by which the set is checked, and an `Entry` with its notes and pages go
out. `Index` keeps entries in files, one a volume, and finds targets in them.
"""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from pipeline.model import Document
from pipeline.numerals import is_leaf, number_of

OPEN_VOLUMES = 8
"""Volumes whose targets are held in memory at a time: documents cite their own volume, and few others."""


class Card(NamedTuple):
    """What the set of documents is checked by."""

    document_id: str
    volume_id: str | None
    number: str | None
    file: str
    """The source file, as findings name it."""
    sha256: str
    """Its checksum, in hexadecimal."""
    first_page: int | None
    last_page: int | None
    """The first and the largest arabic page that begins in the document."""
    line: int | None = None
    """Where it begins in a file of several, from 1."""


SEVERAL = ""
"""Stands for the id of a note whose marker, or place as source note, another note of the document has too."""


class Entry(NamedTuple):
    """What references can resolve to in a document: note ids by marker (`source` for the source note), and pages.

    The page that it begins on is one of them, also where the page break is before it.
    """

    document_id: str
    number: str | None
    notes: dict[str, str]
    pages: tuple[str, ...]


def card_of(document: Document, line: int | None = None) -> Card:
    """Return the card of a document that begins in a line of its file."""
    pages = [number for page in _pages(document) if (number := number_of(page)) is not None]
    return Card(
        document_id=document.document_id,
        volume_id=document.volume_id,
        number=document.number,
        file=document.source_path.removeprefix("sources/"),
        sha256=document.source_sha256,
        first_page=pages[0] if pages else None,
        last_page=max(pages) if pages else None,
        line=line,
    )


def entry_of(document: Document) -> Entry:
    """Return what references can resolve to in a document."""
    notes: dict[str, str] = {}
    for note in document.notes:
        for name in dict.fromkeys((note.marker, "source" if note.kind == "source" else None)):  # each once, in order
            if name is not None:
                notes[name] = SEVERAL if name in notes else note.note_id
    pages = dict.fromkeys((*filter(None, [document.first_page]), *_pages(document)))
    return Entry(document.document_id, document.number, notes, tuple(pages))


def _pages(document: Document) -> list[str]:
    """Return the pages of the volume that begin in a document, without leaves of its own."""
    return [p.page for p in document.page_breaks if not is_leaf(p.xml_id)]


@dataclass(slots=True)
class Targets:
    """What references can resolve to within a volume: documents by printed number, notes by document, pages."""

    documents: dict[str, list[str]] = field(default_factory=dict)
    notes: dict[str, dict[str, str]] = field(default_factory=dict)
    pages: set[str] = field(default_factory=set)

    def add(self, entry: Entry) -> None:
        """Enter a document."""
        if entry.number:
            self.documents.setdefault(entry.number, []).append(entry.document_id)
        self.notes[entry.document_id] = entry.notes
        self.pages.update(entry.pages)


class Index:
    """The targets of a package, in one file a volume; those of few volumes are held in memory at a time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._open: OrderedDict[str | None, Targets] = OrderedDict()

    def add(self, volume: str | None, entries: Sequence[Entry]) -> None:
        """Enter documents of a volume; to be done before anything is looked up."""
        with self._path(volume).open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(entries, ensure_ascii=False) + "\n")

    def of(self, volume: str | None) -> Targets:
        """Return the targets in a volume; none where the package has nothing of it."""
        if volume in self._open:
            self._open.move_to_end(volume)
            return self._open[volume]
        targets = Targets()
        path = self._path(volume)
        if not path.exists():
            return targets
        with path.open(encoding="utf-8") as stream:
            for line in stream:
                for entry in json.loads(line):
                    targets.add(Entry(*entry))
        self._open[volume] = targets
        if len(self._open) > OPEN_VOLUMES:
            self._open.popitem(last=False)
        return targets

    def _path(self, volume: str | None) -> Path:
        # A name of fixed form, whatever the volume is called.
        return self.folder / hashlib.sha256(json.dumps(volume).encode()).hexdigest()[:32]
