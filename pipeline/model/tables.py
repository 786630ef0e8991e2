"""How records lie in tables: columns, keys and foreign keys."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from pydantic.fields import FieldInfo

from pipeline.model.base import Holder, Record
from pipeline.model.document import (
    ArchivalSource,
    Block,
    Document,
    Mention,
    Note,
    PageBreak,
    Participant,
    Reference,
    SourceNote,
)
from pipeline.model.volume import Person, Term, Volume


@dataclass(frozen=True)
class ForeignKey:
    """Columns whose values are keys of another table, in every row where they are not empty."""

    columns: tuple[str, ...]
    table: str
    target: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """How the records of one kind lie in a table: its name, columns, key and foreign keys.

    `of` says which record holds the rows: each document, or each volume. `part` names the field of it that does; None
    means that the record itself is the row. A table of parts of a document without an id of their own begins with the
    column `document_id`.
    """

    name: str
    model: type[Holder | Record]
    title: str
    key: tuple[str, ...]
    part: str | None = None
    foreign_keys: tuple[ForeignKey, ...] = ()
    of: Literal["document", "volume"] = "document"

    @property
    def fields(self) -> dict[str, FieldInfo]:
        """Name to pydantic field of the records, in order."""
        return self.model.__pydantic_fields__

    @property
    def columns(self) -> dict[str, Any]:
        """Column name to pydantic field, in order."""
        own = {k: f for k, f in self.fields.items() if k not in PARTS}
        if self.part and "document_id" in self.key:
            return {"document_id": Document.model_fields["document_id"], **own}
        if self.part and self.part == "notes":
            return {"note_id": own.pop("note_id"), "document_id": Document.model_fields["document_id"], **own}
        return own

    def parts(self, holder: Document | Volume) -> Sequence[Holder | Record]:
        """Return the records that a document or a volume gives to this table; one of the other sort gives none."""
        if not isinstance(holder, Document if self.of == "document" else Volume):
            return ()
        if self.part is None:
            return (holder,)
        records: Sequence[Record] = getattr(holder, self.part)
        return records

    def rows(self, holder: Document | Volume) -> Iterator[dict[str, Any]]:
        """Yield the rows that a document or a volume gives to this table, as column name to value."""
        for record in self.parts(holder):
            yield {c: getattr(record if c in self.fields else holder, c) for c in self.columns}


PARTS = tuple(
    name
    for holder in (Document, Volume)
    for name, field in holder.model_fields.items()
    if any(isinstance(a, type) and issubclass(a, Record) for a in get_args(field.annotation))
)

_IN_DOCUMENT = ForeignKey(("document_id",), "documents", ("document_id",))
_IN_VOLUME = ForeignKey(("volume_id",), "volumes", ("volume_id",))
_IN_NOTE = ForeignKey(("note_id",), "notes", ("note_id",))

TABLES: tuple[Table, ...] = (
    Table("documents", Document, "Documents", ("document_id",)),
    Table("blocks", Block, "Blocks of text", ("document_id", "ordinal"), "blocks", (_IN_DOCUMENT,)),
    Table("participants", Participant, "Participants", ("document_id", "ordinal"), "participants",
          (_IN_DOCUMENT, ForeignKey(("document_id", "block_ordinal"), "blocks", ("document_id", "ordinal")))),
    Table("notes", Note, "Notes", ("note_id",), "notes", (_IN_DOCUMENT,)),
    Table("page_breaks", PageBreak, "Page breaks", ("document_id", "ordinal"), "page_breaks", (_IN_DOCUMENT,)),
    Table("source_notes", SourceNote, "Source notes", ("note_id",), "source_notes", (_IN_NOTE,)),
    Table("archival_sources", ArchivalSource, "Archival sources", ("note_id", "ordinal"), "archival_sources",
          (_IN_NOTE,)),
    Table("references", Reference, "References", ("document_id", "ordinal"), "references",
          (_IN_DOCUMENT, _IN_NOTE, ForeignKey(("target_document_id",), "documents", ("document_id",)),
           ForeignKey(("target_note_id",), "notes", ("note_id",)))),
    Table("mentions", Mention, "Mentions of persons and terms", ("document_id", "ordinal"), "mentions",
          (_IN_DOCUMENT, _IN_NOTE, ForeignKey(("person_id",), "persons", ("person_id",)),
           # No key to blocks: frictionless takes one of which a part is empty, as in a note, for broken.
           ForeignKey(("term_id",), "terms", ("term_id",)))),
    Table("volumes", Volume, "Volumes", ("volume_id",), of="volume"),
    Table("persons", Person, "Persons of the volumes' lists", ("person_id",), "persons", (_IN_VOLUME,), of="volume"),
    Table("terms", Term, "Terms and abbreviations of the volumes' lists", ("term_id",), "terms", (_IN_VOLUME,),
          of="volume"),
)  # fmt: skip
