"""The records of a documentary edition: the one definition that every schema comes from.

Nothing comes in; what goes out are frozen pydantic models and `TABLES`, which says how they lie in tables. Column
names, types, descriptions, examples, constraints, keys and foreign keys stand here and nowhere else.

Places are half-open ranges of Unicode code points, counted from 0 in the decoded source file as it stands: no newline
translation, a byte order mark counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Literal, get_args

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
Status = Literal["resolved", "external", "unverified", "broken", "ambiguous"]
Direction = Literal["to", "from"]
DateSource = Literal["package.toml", "dateline", "heading", "undated"]
DocumentKind = Literal[
    "address", "agreement", "aide-memoire", "airgram", "article", "briefing", "chronology", "circular telegram",
    "communique", "correspondence", "despatch", "diary", "directive", "editorial note", "instruction",
    "intelligence estimate", "intelligence report", "letter", "memorandum", "memorandum for the record",
    "memorandum of conversation", "memorandum of discussion", "memorandum of telephone conversation", "message",
    "minutes", "national security memorandum", "note", "notes of meeting", "paper", "plan", "press release", "proposal",
    "record", "report", "resolution", "statement", "study", "summary", "telegram", "other",
]  # fmt: skip
_DOCUMENT_KINDS = """address: speech, remarks, toast; agreement: treaty, convention, protocol or other agreement;
aide-memoire: informal summary that diplomats hand over; airgram: message in the form of a telegram, sent by pouch;
article: piece from the press; briefing: what informs an official or is to be spoken from, talking points included;
chronology: events in order of time, logs included; circular telegram: one telegram to several posts; communique: what
parties announce together; correspondence: the heading names only sender and recipient, as before 1955; despatch:
numbered report of a post; diary: entry of a diary or journal; directive: order, decree, determination or finding;
editorial note: text of the editors; instruction: orders to a post or an envoy; intelligence estimate: national
estimate; intelligence report: other intelligence; letter: letter; memorandum: memorandum of no kind named here;
memorandum for the record: set down for the files; memorandum of conversation: of a conversation, meeting or
conference; memorandum of discussion: of a meeting of the National Security Council; memorandum of telephone
conversation: of a call, transcripts included; message: message between persons, backchannel included; minutes: of a
meeting; national security memorandum: numbered memorandum or directive of the President (NSAM, NSSM, NSDM, PRM, PD,
NSDD); note: diplomatic or short note; notes of meeting: notes that somebody took; paper: position, background or other
paper; plan: plan, program, agenda or guidelines; press release: announcement to the press; proposal: proposals or
recommendations; record: of what was said or decided, transcripts and interviews included; report: report; resolution:
of an assembly or a council; statement: statement, declaration or testimony; study: study, analysis or assessment;
summary: summary or highlights; telegram: telegram or cable; other: the heading names none of these"""

_DATE_FORM = r"^[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?$"
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
    int,
    Field(description="First code point in the source file, from 0.", examples=[129], ge=0),
]
End = Annotated[int, Field(description="Code point after the last one in the source file.", examples=[136], ge=0)]
_WORDS = "The words at this place; markers and page breaks taken out."


class Record(BaseModel):
    """A row: frozen, and strict about what it holds."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Block(Record):
    """A block of a document: heading, dateline, list item, paragraph, signature."""

    ordinal: Ordinal
    kind: BlockKind = Field(description="What the block is.", examples=["paragraph"])
    text: str = Field(
        description="Reading text: note markers and page breaks taken out.",
        examples=["280. Memorandum of Conversation"],
    )
    start: Start
    end: End


class Participant(Record):
    """One line of a list of participants, as printed and as read."""

    ordinal: Ordinal
    name: str | None = Field(
        default=None, description="The person, with honorific, as printed.", examples=["Anatoliy F. Dobrynin"]
    )
    role: str | None = Field(default=None, description="Title or office, as printed.", examples=["Soviet Ambassador"])
    group: str | None = Field(
        default=None,
        description="The heading this line stands under (a country or a side).",
        examples=["United States"],
    )
    text: str = Field(description=_WORDS, examples=["Anatoliy F. Dobrynin, Soviet Ambassador"])
    start: Start
    end: End
    block_ordinal: int = Field(description="The block that is this line.", examples=[5], ge=1)


class Note(Record):
    """A note and the place in the text that it belongs to."""

    note_id: NoteId
    marker: str = Field(description="The marker as printed in the text.", examples=["1"], min_length=1)
    list_number: int | None = Field(
        default=None, description="Number of the note in the list at the end, which need not be its marker.",
        examples=[2], ge=0,
    )  # fmt: skip
    kind: NoteKind = Field(description="source: where the document is kept; summary; note.", examples=["note"])
    text: str = Field(description="The note without its number.", examples=["No other record found."])
    start: Start
    end: End
    anchor_start: int | None = Field(
        default=None, description="First code point of the marker in the source file; empty where none was found.",
        examples=[491], ge=0,
    )  # fmt: skip
    anchor_end: int | None = Field(default=None, description="Code point after the marker.", examples=[492], ge=0)
    block_ordinal: int | None = Field(
        default=None, description="The block the marker stands in (blocks.ordinal of the same document).",
        examples=[7], ge=1,
    )  # fmt: skip
    anchor_offset: int | None = Field(
        default=None, description="Where in that block's reading text the marker stood, in code points from 0.",
        examples=[270], ge=0,
    )  # fmt: skip
    confidence: float | None = Field(
        default=None, description="How sure the place of the marker is, from 0 to 1.", examples=[0.99], ge=0, le=1
    )


class PageBreak(Record):
    """The place where a page of the printed volume begins."""

    ordinal: Ordinal
    page: str = Field(
        description="The page that begins here, as printed: arabic or roman.", examples=["697"], min_length=1
    )
    start: Start
    end: End
    block_ordinal: int | None = Field(
        default=None, description="The block it falls in; empty where it stands alone.", examples=[7], ge=1
    )
    offset: int | None = Field(
        default=None, description="Where in that block's reading text the page begins, in code points from 0.",
        examples=[700], ge=0,
    )  # fmt: skip


class SourceNote(Record):
    """What a source note says of the document, taken apart."""

    note_id: NoteId
    classification: str | None = Field(default=None, description="Security classification.", examples=["Secret"])
    handling: tuple[str, ...] = Field(default=(), description="Precedence and distribution.", examples=[["Priority"]])
    drafted_by: tuple[str, ...] = Field(default=(), description="Who drafted it.", examples=[["U. Alexis Johnson"]])
    cleared_by: tuple[str, ...] = Field(default=(), description="Who cleared it.", examples=[["Ball", "Martin"]])
    approved_by: tuple[str, ...] = Field(
        default=(), description="Who approved it, or the office that did.", examples=[["Rusk", "Johnson"]]
    )
    repeated_to: tuple[str, ...] = Field(default=(), description="Posts it was repeated to.", examples=[["London"]])
    remainder: str | None = Field(
        default=None, description=(
            "What no rule took apart, verbatim. Dates of drafting and approval stand in the text of the note."
        ),
        examples=["The meeting took place in Rusk’s office and lasted approximately 45 minutes."],
    )  # fmt: skip


class ArchivalSource(Record):
    """A place in an archive that a note cites."""

    note_id: NoteId
    ordinal: Annotated[int, Field(description="Position in reading order within the note, from 1.", examples=[1], ge=1)]
    repository: str = Field(
        description="The archive or agency, as printed.", examples=["Department of State"], min_length=1
    )
    collection: str | None = Field(
        default=None,
        description="The collection, as printed; after Ibid., the file or box that follows.",
        examples=["Central Files"],
    )
    location: str | None = Field(
        default=None, description="File, lot or box in the collection, as printed.", examples=["POL 27 CUBA-US"]
    )
    text: str = Field(description=_WORDS, examples=["Department of State, Central Files, POL 27 CUBA-US"])
    start: Start
    end: End
    resolved_repository: str | None = Field(
        default=None, description="The repository, Ibid. replaced by what it stands for where that is certain.",
        examples=["Department of State"],
    )  # fmt: skip


class Reference(Record):
    """A phrase that points at something else, what it points at, and whether that exists."""

    ordinal: Ordinal
    note_id: str | None = Field(
        default=None, description="The note the phrase stands in; empty in the body.",
        examples=["frus1961-63v11/d293fn1"], pattern=NOTE_ID,
    )  # fmt: skip
    kind: ReferenceKind = Field(description="What is pointed at.", examples=["note"])
    text: str = Field(description=_WORDS, examples=["telegram 1950 to Moscow"])
    start: Start
    end: End
    target_volume: str | None = Field(
        default=None, description="Id of the volume pointed at.", examples=["frus1961-63v11"]
    )
    target_document: str | None = Field(
        default=None, description="Number of the document pointed at, as printed.", examples=["292"]
    )
    target_note: str | None = Field(
        default=None, description="Marker of the note pointed at, as printed; `source` for the source note.",
        examples=["3"],
    )  # fmt: skip
    target_page: str | None = Field(default=None, description="Page or pages pointed at.", examples=["12–14"])
    message_type: str | None = Field(
        default=None, description="Kind or series of the message, paper or publication, as printed.",
        examples=["telegram"],
    )  # fmt: skip
    message_number: str | None = Field(
        default=None, description="Number of the message, paper or publication, as printed.", examples=["1950"]
    )
    direction: Direction | None = Field(
        default=None, description="Whether the message went to or came from the post.", examples=["to"]
    )
    post: str | None = Field(default=None, description="Post or delegation of the message.", examples=["Moscow"])
    status: Status = Field(
        default="unverified",
        description=(
            "resolved: the target is in this package; external: outside, and the catalogue of the series knows it; "
            "unverified: outside, and nothing here can tell; broken: it must exist and does not; ambiguous."
        ),
        examples=["external"],
    )
    target_document_id: str | None = Field(
        default=None, description="The document of this package that is pointed at.",
        examples=["frus1961-63v11/d280"], pattern=DOCUMENT_ID,
    )  # fmt: skip
    target_note_id: str | None = Field(
        default=None, description="The note of this package that is pointed at.",
        examples=["frus1961-63v11/d280fn1"], pattern=NOTE_ID,
    )  # fmt: skip
    url: str | None = Field(
        default=None, description="Address of the target on history.state.gov.",
        examples=["https://history.state.gov/historicaldocuments/frus1961-63v11/d292"],
    )  # fmt: skip


class Document(Record):
    """One document of the edition: what its heading and dateline say. In a record, all its parts follow."""

    document_id: DocumentId
    volume_id: str | None = Field(default=None, description="Id of the volume.", examples=["frus1961-63v11"])
    number: str | None = Field(default=None, description="Number of the document in the volume.", examples=["280"])
    title: str | None = Field(
        default=None, description="The heading, without its marker.", examples=["280. Memorandum of Conversation"]
    )
    kind: DocumentKind = Field(
        default="other", examples=["telegram"],
        description=f"The genre that its heading names first. {' '.join(_DOCUMENT_KINDS.split())}.",
    )  # fmt: skip
    sender: str | None = Field(
        default=None, description="Who sent it, from the heading.", examples=["the Department of State"]
    )
    recipient: str | None = Field(
        default=None, description="Who it went to, from the heading.", examples=["the Embassy in the Soviet Union"]
    )
    message_number: str | None = Field(
        default=None, description="Number of the message, which opens its text.", examples=["1933"]
    )
    subject: tuple[str, ...] = Field(
        default=(), description="Subjects, from the list of that name.", examples=[["Cuba"]]
    )
    date: str | None = Field(
        default=None, pattern=_DATE_FORM, examples=["1957-04-27"],
        description="Date of the document in the precision that is printed: YYYY-MM-DD, YYYY-MM or YYYY (ISO 8601), "
        "the first of several; from package.toml, else the dateline, else the heading, never from a note.",
    )  # fmt: skip
    date_end: str | None = Field(
        default=None, pattern=_DATE_FORM, examples=["1957-04-29"],
        description="The last of several dates, as in “April 27–29, 1957”; empty for a single date.",
    )  # fmt: skip
    time: str | None = Field(
        default=None, pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]Z?$", examples=["15:30"],
        description="Time of day beside the date, the first of several: HH:MM at the place, or with Z in Greenwich.",
    )  # fmt: skip
    date_source: DateSource | None = Field(
        default=None, examples=["dateline"],
        description="Where the date is from. undated: the dateline says so; empty: nothing tells a date.",
    )  # fmt: skip
    place: str | None = Field(default=None, description="Place, from the dateline.", examples=["Washington"])
    url: str | None = Field(
        default=None, description="Address of the document on history.state.gov.",
        examples=["https://history.state.gov/historicaldocuments/frus1961-63v11/d280"],
    )  # fmt: skip
    source_path: str = Field(
        description="The source file within the package.", examples=["sources/d280.txt"], min_length=1
    )
    source_sha256: str = Field(
        description="SHA-256 of the source file, in hexadecimal.", examples=["0" * 64], pattern=r"^[0-9a-f]{64}$"
    )
    blocks: tuple[Block, ...] = Field(default=(), description="The blocks, in reading order.")
    participants: tuple[Participant, ...] = Field(default=(), description="The lines of lists of participants.")
    notes: tuple[Note, ...] = Field(default=(), description="The notes, in order.")
    page_breaks: tuple[PageBreak, ...] = Field(default=(), description="The page breaks, in order.")
    source_notes: tuple[SourceNote, ...] = Field(default=(), description="The source note, taken apart.")
    archival_sources: tuple[ArchivalSource, ...] = Field(default=(), description="Places in archives that notes cite.")
    references: tuple[Reference, ...] = Field(default=(), description="Phrases that point elsewhere.")


@dataclass(frozen=True)
class ForeignKey:
    """Columns whose values are keys of another table, in every row where they are not empty."""

    columns: tuple[str, ...]
    table: str
    target: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """How the records of one kind lie in a table: its name, columns, key and foreign keys.

    `part` names the field of `Document` that holds the rows; None means that the document itself is the row. A table
    of parts without an id of their own begins with the column `document_id`.
    """

    name: str
    model: type[Record]
    title: str
    key: tuple[str, ...]
    part: str | None = None
    foreign_keys: tuple[ForeignKey, ...] = ()

    @property
    def columns(self) -> dict[str, Any]:
        """Column name to pydantic field, in order."""
        own = {k: f for k, f in self.model.model_fields.items() if k not in PARTS}
        if self.part and "document_id" in self.key:
            return {"document_id": Document.model_fields["document_id"], **own}
        if self.part and self.part == "notes":
            return {"note_id": own.pop("note_id"), "document_id": Document.model_fields["document_id"], **own}
        return own

    def rows(self, document: Document) -> Iterator[dict[str, Any]]:
        """Yield the rows that a document gives to this table, as column name to value."""
        for record in (document,) if self.part is None else getattr(document, self.part):
            yield {c: getattr(record if c in type(record).model_fields else document, c) for c in self.columns}


PARTS = tuple(
    name
    for name, field in Document.model_fields.items()
    if any(isinstance(a, type) and issubclass(a, Record) for a in get_args(field.annotation))
)

_IN_DOCUMENT = ForeignKey(("document_id",), "documents", ("document_id",))
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
)  # fmt: skip
