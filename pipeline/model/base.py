"""What the records share: closed lists of values, ids, and the columns that say where a thing stands.

Places are half-open ranges of Unicode code points, counted from 0 in the decoded source file as it stands: no newline
translation, a byte order mark counted. A TEI file has no such places: there `xml_id` says where.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Annotated, Any, ClassVar, Literal, Self, TypeVar, cast, dataclass_transform

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter
from pydantic.dataclasses import dataclass
from pydantic.fields import FieldInfo

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
DateSource = Literal["package.toml", "dateline", "heading", "division", "undated"]
DocumentKind = Literal[
    "address", "agreement", "aide-memoire", "airgram", "article", "briefing", "chronology", "circular telegram",
    "communique", "correspondence", "despatch", "diary", "directive", "editorial note", "instruction",
    "intelligence estimate", "intelligence report", "letter", "memorandum", "memorandum for the record",
    "memorandum of conversation", "memorandum of discussion", "memorandum of telephone conversation", "message",
    "minutes", "national security memorandum", "note", "notes of meeting", "paper", "plan", "press release", "proposal",
    "record", "report", "resolution", "statement", "study", "summary", "telegram", "other",
]  # fmt: skip
DOCUMENT_KINDS = """address: speech, remarks, toast; agreement: treaty, convention, protocol or other agreement;
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
"""What each kind of document is, for descriptions."""

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


Row = TypeVar("Row", bound="Record")


class Record:
    """A row: frozen, strict about what it holds, and small, since a document has hundreds; see `record`."""

    __slots__ = ()
    __pydantic_fields__: ClassVar[dict[str, FieldInfo]]

    @classmethod
    def many(cls, rows: Sequence[dict[str, Any]]) -> tuple[Self, ...]:
        """Return a record of each row, all made in one call: half of the time of as many calls.

        Args:
            rows: the values of the fields by their names.

        Raises:
            ValidationError: a row breaks a rule of the fields.
        """
        records: tuple[Self, ...] = _adapter(cls).validate_python(rows)  # type: ignore[arg-type]  # a class can be hashed
        return records

    def values(self) -> dict[str, Any]:
        """Return the values of the fields by their names."""
        return {name: getattr(self, name) for name in self.__pydantic_fields__}


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(Field,))
def record(fields: type[Row]) -> type[Row]:
    """Return a class of `Record` with the fields that one names; with slots each takes a tenth of a model's memory."""
    made: Any = dataclass(frozen=True, slots=True, config=ConfigDict(extra="forbid"))(fields)
    return cast("type[Row]", made)


class Holder(BaseModel):
    """A row that holds rows of other tables."""

    model_config = ConfigDict(frozen=True, extra="forbid")


@cache
def _adapter(model: type[Record]) -> TypeAdapter[Any]:
    return TypeAdapter(tuple[model, ...])  # type: ignore[valid-type]  # the class is a value here
