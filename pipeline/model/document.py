"""The records of one document: its blocks, participants, notes, page breaks, sources, references and mentions."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from pipeline.model.base import (
    DOCUMENT_ID,
    DOCUMENT_KINDS,
    NOTE_ID,
    PERSON_ID,
    WORDS,
    BlockKind,
    DatePrecision,
    DateSource,
    Direction,
    DocumentId,
    DocumentKind,
    End,
    Holder,
    MentionKind,
    NoteId,
    NoteKind,
    Ordinal,
    Record,
    ReferenceKind,
    Start,
    Status,
    XmlId,
    record,
)

_DATE_FORM = r"^[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?$"


@record
class Block(Record):
    """A block of a document: heading, dateline, list item, paragraph, signature."""

    ordinal: Ordinal
    kind: BlockKind = Field(description="What the block is.", examples=["paragraph"])
    text: str = Field(
        description="Reading text: note markers and page breaks taken out.",
        examples=["280. Memorandum of Conversation"],
    )
    start: Start = None
    end: End = None
    xml_id: XmlId = None


@record
class Participant(Record):
    """One line of a list of participants, or row of a table labelled so, as printed and as read."""

    ordinal: Ordinal
    name: str | None = Field(
        default=None, description="The person, with honorific, as printed.", examples=["Anatoliy F. Dobrynin"]
    )
    role: str | None = Field(default=None, description="Title or office, as printed.", examples=["Soviet Ambassador"])
    group: str | None = Field(
        default=None,
        description="The heading this line stands under (a country or a side); empty where two stand side by side.",
        examples=["United States"],
    )
    text: str = Field(description=WORDS, examples=["Anatoliy F. Dobrynin, Soviet Ambassador"])
    start: Start = None
    end: End = None
    xml_id: XmlId = None
    block_ordinal: int = Field(
        description="The block that is this line, or the table it is a row of.", examples=[5], ge=1
    )


@record
class Note(Record):
    """A note and the place in the text that it belongs to."""

    note_id: NoteId
    marker: str | None = Field(
        default=None, description="The marker as printed in the text; empty where none is printed.", examples=["1"],
        min_length=1,
    )  # fmt: skip
    list_number: int | None = Field(
        default=None, description="Number of the note in the list at the end, which need not be its marker.",
        examples=[2], ge=0,
    )  # fmt: skip
    kind: NoteKind = Field(description="source: where the document is kept; summary; note.", examples=["note"])
    text: str = Field(description="The note without its number.", examples=["No other record found."])
    start: Start = None
    end: End = None
    xml_id: XmlId = None
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


@record
class PageBreak(Record):
    """The place where a page of the printed volume begins."""

    ordinal: Ordinal
    page: str = Field(
        description="The page that begins here, as printed: arabic or roman.", examples=["697"], min_length=1
    )
    start: Start = None
    end: End = None
    xml_id: XmlId = None
    block_ordinal: int | None = Field(
        default=None, description="The block it falls in; empty where it stands alone.", examples=[7], ge=1
    )
    offset: int | None = Field(
        default=None, description="Where in that block's reading text the page begins, in code points from 0.",
        examples=[700], ge=0,
    )  # fmt: skip


@record
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


@record
class ArchivalSource(Record):
    """A place in an archive that a note cites."""

    note_id: NoteId
    ordinal: Annotated[int, Field(description="Position in reading order within the note, from 1.", examples=[1], ge=1)]
    repository: str | None = Field(
        default=None, examples=["Department of State"], min_length=1,
        description="The archive or agency, as printed; empty where only the number of a file is.",
    )  # fmt: skip
    collection: str | None = Field(
        default=None,
        description="The collection, as printed; after Ibid., the file or box that follows.",
        examples=["Central Files"],
    )
    location: str | None = Field(
        default=None, description="File, lot or box in the collection, as printed.", examples=["POL 27 CUBA-US"]
    )
    text: str = Field(description=WORDS, examples=["Department of State, Central Files, POL 27 CUBA-US"])
    start: Start = None
    end: End = None
    xml_id: XmlId = None
    resolved_repository: str | None = Field(
        default=None, description="The repository, Ibid. replaced by what it stands for where that is certain.",
        examples=["Department of State"],
    )  # fmt: skip


@record
class Reference(Record):
    """A phrase that points at something else, what it points at, and whether that exists."""

    ordinal: Ordinal
    note_id: str | None = Field(
        default=None, description="The note the phrase stands in; empty in the body.",
        examples=["frus1961-63v11/d293fn1"], pattern=NOTE_ID,
    )  # fmt: skip
    kind: ReferenceKind = Field(description="What is pointed at.", examples=["note"])
    text: str = Field(description=WORDS, examples=["telegram 1950 to Moscow"])
    start: Start = None
    end: End = None
    xml_id: XmlId = None
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


@record
class Mention(Record):
    """A place where a person or a term of the volume's own lists is named, as the TEI tags it."""

    ordinal: Ordinal
    kind: MentionKind = Field(description="Whether a person or a term is named.", examples=["person"])
    person_id: str | None = Field(
        default=None, description="The person (persons.person_id); empty where no list says who.",
        examples=["frus1961-63v12/p_GRN2"], pattern=PERSON_ID,
    )  # fmt: skip
    term_id: str | None = Field(
        default=None, description="The term (terms.term_id); empty where the volume's list does not have it.",
        examples=["frus1961-63v12/t_ICA1"], pattern=PERSON_ID,
    )  # fmt: skip
    block_ordinal: int | None = Field(
        default=None, description="The block it stands in; empty in a note.", examples=[7], ge=1
    )
    note_id: str | None = Field(
        default=None, description="The note it stands in; empty in the body.", examples=["frus1961-63v12/d2fn1"],
        pattern=NOTE_ID,
    )  # fmt: skip
    offset: int = Field(
        description="Where in the reading text of that block or note it begins, in code points from 0.",
        examples=[24], ge=0,
    )  # fmt: skip
    text: str = Field(description=WORDS, examples=["Goodwin"])
    role: Direction | None = Field(
        default=None, description="`from` where it is the sender, `to` where it is the recipient of the document.",
        examples=["from"],
    )  # fmt: skip


class Document(Holder):
    """One document of the edition: what its heading and dateline say. In a record, all its parts follow."""

    document_id: DocumentId
    volume_id: str | None = Field(default=None, description="Id of the volume.", examples=["frus1961-63v11"])
    number: str | None = Field(default=None, description="Number of the document in the volume.", examples=["280"])
    title: str | None = Field(
        default=None, description="The heading, without its marker.", examples=["280. Memorandum of Conversation"]
    )
    kind: DocumentKind = Field(
        default="other", examples=["telegram"],
        description=f"The genre that its heading names first. {' '.join(DOCUMENT_KINDS.split())}.",
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
        default=(), description="Subjects, from the list of that name or a line labelled so.", examples=[["Cuba"]]
    )
    date: str | None = Field(
        default=None, pattern=_DATE_FORM, examples=["1957-04-27"],
        description="Date of the document in the precision that is printed: YYYY-MM-DD, YYYY-MM or YYYY (ISO 8601), "
        "the first of several; from package.toml, else the dateline, else the heading, never from a note.",
    )  # fmt: skip
    date_end: str | None = Field(
        default=None, pattern=_DATE_FORM, examples=["1957-04-29"],
        description="The last of several dates, as in “April 27–29, 1957”, or the latest of one that is not certain.",
    )  # fmt: skip
    date_precision: DatePrecision | None = Field(
        default=None, examples=["day"],
        description="day, month or year: so much is known; range: from date to date_end; between: some day from the "
        "one to the other.",
    )  # fmt: skip
    time: str | None = Field(
        default=None, examples=["15:30"],
        pattern=r"^([01][0-9]|2[0-4]):[0-5][0-9](Z|[+-][0-9]{2}:[0-9]{2})?$",
        description="Time of day beside the date, the first of several: HH:MM at the place, or with Z in Greenwich, or "
        "with the offset from there.",
    )  # fmt: skip
    date_source: DateSource | None = Field(
        default=None, examples=["dateline"],
        description="Where the date is from. division: the editors of the TEI say it of the document; undated: the "
        "dateline says so; empty: nothing tells a date.",
    )  # fmt: skip
    place: str | None = Field(default=None, description="Place, from the dateline.", examples=["Washington"])
    chapters: tuple[str, ...] = Field(
        default=(), examples=[["Cuba"]],
        description="The headings of the parts of the volume that it stands in, outermost first; TEI only.",
    )  # fmt: skip
    first_page: str | None = Field(
        default=None, examples=["696"],
        description="The page it begins on, as printed; of a text only where that opens with a page break.",
    )  # fmt: skip
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
    participants: tuple[Participant, ...] = Field(default=(), description="The participants, a line each.")
    notes: tuple[Note, ...] = Field(default=(), description="The notes, in order.")
    page_breaks: tuple[PageBreak, ...] = Field(default=(), description="The page breaks, in order.")
    source_notes: tuple[SourceNote, ...] = Field(default=(), description="The source note, taken apart.")
    archival_sources: tuple[ArchivalSource, ...] = Field(default=(), description="Places in archives that notes cite.")
    references: tuple[Reference, ...] = Field(default=(), description="Phrases that point elsewhere.")
    mentions: tuple[Mention, ...] = Field(default=(), description="Persons and terms that the TEI tags.")
