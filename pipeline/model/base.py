"""What the records share: closed lists of values, ids, and the columns that say where a thing stands.

Places are half-open ranges of Unicode code points, counted from 0 in the decoded source file as it stands: no newline
translation, a byte order mark counted. A TEI file has no such places: there `xml_id` says where.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

LIST_SEPARATOR = "; "
"""Joins the values of a list inside a CSV cell; a JSON record has them as a list."""

BlockKind = Literal[
    "title", "dateline", "list_head", "subject", "participant", "paragraph", "list_item", "table", "signature", "other"
]
NoteKind = Literal["source", "summary", "note"]
ReferenceKind = Literal[
    "document", "note", "relative", "volume", "page", "message", "paper", "ibid", "publication", "supplement"
]
MentionKind = Literal["person", "term"]
DatePrecision = Literal["day", "month", "year", "range", "between"]
Status = Literal["resolved", "external", "unverified", "broken", "ambiguous"]
Direction = Literal["to", "from"]
DocumentKind = Literal[
    "address", "aide-memoire", "airgram", "agreement", "circular telegram", "communique", "despatch", "draft",
    "editorial note", "instruction", "intelligence estimate", "letter", "memorandum", "memorandum for the record",
    "memorandum of conversation", "memorandum of discussion", "memorandum of telephone conversation", "message",
    "minutes", "national security memorandum", "note", "notes of meeting", "paper", "record", "report", "resolution",
    "statement", "study", "summary", "telegram", "other",
]  # fmt: skip

DOCUMENT_ID = r"^([A-Za-z0-9][A-Za-z0-9._-]*/)?[A-Za-z0-9][A-Za-z0-9._-]*$"
NOTE_ID = r"^([A-Za-z0-9][A-Za-z0-9._-]*/)?[A-Za-z0-9][A-Za-z0-9._-]*fn[A-Za-z0-9.-]+$"

DocumentId = Annotated[
    str,
    Field(
        description="The document, as VOLUME/dN: its path on history.state.gov. Without a volume, dN.",
        examples=["frus1961-63v11/d280"],
        pattern=DOCUMENT_ID,
    ),
]
VOLUME_ID = r"^[A-Za-z0-9][A-Za-z0-9._-]*$"
PERSON_ID = r"^[A-Za-z0-9][A-Za-z0-9._-]*/\S+$"

NoteId = Annotated[
    str,
    Field(
        description="The note: its document's id, then fn and its marker.",
        examples=["frus1961-63v11/d280fn1"],
        pattern=NOTE_ID,
    ),
]
Ordinal = Annotated[
    int, Field(description="Position in reading order within the document, from 1.", examples=[1], ge=1)
]
Start = Annotated[
    int | None,
    Field(description="First code point in the source file, from 0; empty for TEI.", examples=[129], ge=0),
]
End = Annotated[
    int | None,
    Field(description="Code point after the last one in the source file; empty for TEI.", examples=[136], ge=0),
]
XmlId = Annotated[
    str | None,
    Field(
        description="For TEI: the xml:id of the element, else of the nearest one around it that has one.",
        examples=["d280fn1"],
    ),
]
WORDS = "The words at this place; markers and page breaks taken out."


class Record(BaseModel):
    """A row: frozen, and strict about what it holds."""

    model_config = ConfigDict(frozen=True, extra="forbid")
