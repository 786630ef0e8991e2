"""The records of a documentary edition: the one definition that every schema comes from.

Nothing comes in; what goes out are frozen pydantic dataclasses and models, and `TABLES`, which says how they lie in
tables. Column names, types, descriptions, examples, constraints, keys and foreign keys stand here and nowhere else.
"""

from pipeline.model.base import (
    DOCUMENT_ID,
    LIST_SEPARATOR,
    NOTE_ID,
    BlockKind,
    DatePrecision,
    DateSource,
    Direction,
    DocumentKind,
    Holder,
    MentionKind,
    NoteKind,
    Record,
    ReferenceKind,
    Status,
)
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
from pipeline.model.tables import PARTS, TABLES, ForeignKey, Table
from pipeline.model.volume import Person, Term, Volume

__all__ = [
    "DOCUMENT_ID",
    "LIST_SEPARATOR",
    "NOTE_ID",
    "PARTS",
    "TABLES",
    "ArchivalSource",
    "Block",
    "BlockKind",
    "DatePrecision",
    "DateSource",
    "Direction",
    "Document",
    "DocumentKind",
    "ForeignKey",
    "Holder",
    "Mention",
    "MentionKind",
    "Note",
    "NoteKind",
    "PageBreak",
    "Participant",
    "Person",
    "Record",
    "Reference",
    "ReferenceKind",
    "SourceNote",
    "Status",
    "Table",
    "Term",
    "Volume",
]
