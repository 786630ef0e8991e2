"""What a heading says: number, kind of document, sender and recipient, number of the message, date.

The reading text of a heading comes in, a `Heading` goes out. Headings of FRUS have the shape `N. TYPE From X to Y`,
with a marker and sometimes place and date behind.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from pipeline.model import DocumentKind
from pipeline.parsing.correspondents import correspondents
from pipeline.parsing.dates import Dates, read_dates
from pipeline.parsing.messages import own_number
from pipeline.parsing.sentences import sentences

HEADING_MAX = 4000
"""Code points of a heading that are taken apart; the longest of twelve volumes has some 400."""
LEAD_MAX = 200
"""Code points of the line above a heading that are looked at."""

NUMBERED = re.compile(r"([0-9]{1,4}[A-Za-z]?)\.(?:\s+(?=\S)|(?=[A-Z][a-z]))")
"""A number, its full stop, and what it numbers; a file number such as `501.BB/4–1348` is none."""
_NUMBER_ABOVE = re.compile(r"No\.\s?[0-9]{1,4}(?:\s*\n\s*|\.\s+(?=[A-Z]))")
"""A number in a line above, `No. 47`: of the document, or of the message."""
_BARE_NUMBER = re.compile(r"(?!1[789]\d\d\b|20\d\d\b)([0-9]{1,4}[A-Za-z]?)\s+(?=[A-Z])")
_MEMORANDUM = r"memorand(?:um|urn|a|ums)"
_BY_AND_OF = rf"{_MEMORANDUM} by [^,;:]{{1,160}}? of (?:an? |his )?"
"""Before what was recorded, where the author stands first: `Memorandum by the Minister (Hale) of a Conversation`."""
_KINDS: dict[DocumentKind, str] = {
    "editorial note": r"editorial note",
    "memorandum of telephone conversation": rf"telephone (?:conversation|call)s?|telecons?"
    rf"|(?:{_MEMORANDUM}|notes|record|transcript|summary) of (?:an? |the )?(?:\w+ ){{0,2}}telephone"
    rf"|{_BY_AND_OF}(?:[\w-]+ ){{0,2}}telephone",
    "memorandum of discussion": rf"{_MEMORANDUM} of (?:an? |the )?(?:\w+ )?discussions?",
    "agreement": rf"{_MEMORANDUM} of (?:understanding|agreement)|modus vivendi|(?:final|general) act"
    r"|(?:agreement|protocol|convention|armistice|covenant|accord|pact|charter)s?|treat(?:y|ies)",
    "memorandum of conversation": rf"{_MEMORANDUM} of (?:an? |the )?"
    rf"(?:[\w.’'–-]+ ){{0,5}}?(?:conversation|conference|meeting|talk|interview)s?"
    rf"|{_BY_AND_OF}(?:[\w-]+ ){{0,2}}?conversations?",
    "memorandum for the record": rf"{_MEMORANDUM} (?:for|to) (?:the )?(?:\w+['’]s )?(?:records?|files?)",
    "national security memorandum": rf"national security (?:\w+ )?(?:{_MEMORANDUM}|directive)"
    rf"|presidential (?:\w+ )?(?:directive|review {_MEMORANDUM})|ns[ads]m|ns[ds]d|p[rd]m?/nsc",
    "intelligence estimate": r"(?:special|national|intelligence) (?:\w+ )?estimates?|s?nie",
    "intelligence report": rf"intelligence (?:\w+ )?(?:{_MEMORANDUM}|report|note|cable|brief|assessment|appraisal"
    r"|summary|bulletin|digest|study|review|paper)s?",
    "circular telegram": r"circular telegrams?",
    "telegram": r"(?:telegram|cable|cablegram|radiogram)s?",
    "airgram": r"(?:circular )?airgrams?",
    "despatch": r"d[ei]spatch(?:es)?",
    "instruction": r"(?:circular )?instructions?",
    "aide-memoire": r"aide[-–— ]m[eé]moires?",
    "note": r"notes? verbales?|exchange of (?:\w+ )?notes|note",
    "briefing": r"(?:briefing|staff|talking|speaking) (?:notes|points|books?)|talking papers?|briefings?|brief",
    "notes of meeting": r"notes",
    "minutes": r"minutes",
    "press release": r"(?:press|news) (?:release|statement|announcement)s?|announcements?",
    "communique": r"communiqu[eé]s?",
    "record": r"(?:record|transcript|interview)s?|proceedings|oral histor(?:y|ies)|(?:news|press) conferences?"
    r"|(?<!.)conversations?",
    "resolution": r"resolutions?",
    "directive": r"(?:directive|proclamation|decree|determination|finding)s?|(?:executive|general|military) orders?",
    "diary": r"diar(?:y|ies)|journal",
    "chronology": r"chronolog(?:y|ies)|logs?|calendar|itinerary",
    "statement": r"(?:statement|declaration)s?|testimony",
    "address": r"address(?:es)?|speech(?:es)?|remarks|toasts?|lecture|broadcast",
    "article": r"articles?|editorial",
    "letter": r"exchange of (?:\w+ )?letters|letters?",
    "message": r"exchange of (?:\w+ )?messages|messages?",
    "memorandum": rf"{_MEMORANDUM}|memo",
    "report": r"reports?",
    "paper": r"papers?",
    "study": r"stud(?:y|ies)|analys[ie]s|(?:assessment|appraisal|survey|evaluation|review|estimate)s?",
    "plan": r"(?:plan|program|programme|agenda|guideline|strateg(?:y|ie))s?|guidance|course of action"
    r"|terms of reference",
    "proposal": r"(?:proposal|recommendation)s?",
    "summary": r"summar(?:y|ies)|highlights?|digest|synopsis",
}  # fmt: skip
"""The words for each kind; of those that begin at one place the first counts, so that longer ones stand first."""
_BODIES = (
    r"(?-i:(?:[A-Z]\w+ )?(?:Organi[sz]ation|Committee|Commission|Council|Board|Staff|Agency|Center|Office|Group)\b)"
)
_GENRE = re.compile(
    rf"\b(?:{'|'.join(f'(?P<k{i}>{words})' for i, words in enumerate(_KINDS.values()))})\b(?! {_BODIES})",
    re.IGNORECASE,
)
"""A genre word; within the name of a body it is none: `Trade Agreements Committee`."""
_OF_GROUP: dict[str, DocumentKind] = {f"k{i}": kind for i, kind in enumerate(_KINDS)}
_OTHER: DocumentKind = "other"
_CORRESPONDENCE: DocumentKind = "correspondence"
_PART = re.compile(
    r"(?:(?:the|partial|unofficial|rough|informal|draft|revised|oral) )*(?:texts?|cop(?:y|ies)|drafts?|translations?"
    r"|versions?|extracts?|excerpts?|entr(?:y|ies)|passages?|portions?|paraphrases?|substance|series)"
    r" (?:of|from) (?!notes\b)(?:an? |the )?",
    re.IGNORECASE,
)
"""Names a part or a state of a document, whose kind follows: `Text of Telegram`, `Extracts From Minutes`."""
_QUALIFIED_END = re.compile(
    r"\b(?:From|by|for|to|Between|Prepared|Submitted|With|Before|Regarding|Concerning)\b|[,:(\[]"
    r"|(?<!Department )(?<!Bureau )(?<!Office )(?<!Ministry )(?<!Board )(?<!Chiefs )(?<!Council )(?<!Director )"
    r"\b(?:of|on)\b"
)
"""Ends the noun that says what a document is: what stands after it says whose, of what or for whom."""
_MESSAGE = re.compile(
    r"(?:Circular )?(?:[Tt]elegram|Airgram|D[ei]spatch|Message|Instruction)\s+(?:Nos?\. ?)?"
    r"((?:[A-Z][A-Za-z]*[-–— ]?)?\d{1,6}(?:/\d{1,3})?)\b"
)
_SERIES = re.compile(r"[A-Z][a-z]+ [0-9]{1,4} (?:from|to)\b")
_CLAUSE = re.compile(r"(?<=[0-9]), (?=[a-z]{3,}ing\b)")
"""Where it says, after the date, what a document does: `Memorandum From Mann, May 2, 1961, transmitting a letter`."""
_NUMBERED: frozenset[DocumentKind] = frozenset(
    {"telegram", "circular telegram", "airgram", "despatch", "message", "instruction", "correspondence"}
)
_NUMBER_ALONE = re.compile(r"\s*No\.\s?(\d{1,5})\.?\]?\s*")
"""The number of a despatch in a line of its own, also below the classification: `No. 76.]`, `No. 721`."""
_REMARK = re.compile(r"\s*\[[^\[\]]{0,400}\][\s,.]*|[^\d.!?:]{1,40}")
"""What may stand before the text of a message: a remark of the editors, or the classification."""


@dataclass(frozen=True, slots=True)
class Heading:
    """What a heading says; fields that it does not say are None."""

    number: str | None
    kind: DocumentKind
    sender: str | None
    recipient: str | None
    message_number: str | None
    dates: Dates | None

    @property
    def date(self) -> str | None:
        """The date, the first of several."""
        return self.dates.date if self.dates else None


def read_heading(title: str, lead: str = "", below: str = "", *, parted: bool = False) -> Heading:
    """Take a heading apart; it holds no markers or page breaks.

    No-break spaces in it are read, and given back, as blanks.

    Args:
        title: the heading.
        lead: the line printed above it, as before 1955: `501.BB/4–1348: Telegram`; it tells what a heading that names
            only sender and recipient is of.
        below: the block printed below it, which tells the same where it is a remark in brackets: `[Telegram]`.
        parted: whether it is known to name sender and recipient, if its words do not tell.

    >>> read_heading("293. Telegram From the Department of State to the Embassy in the Soviet Union").recipient
    'the Embassy in the Soviet Union'
    """
    title = title[:HEADING_MAX].replace("\u00a0", " ")
    match = _number(title)
    above = match or _NUMBER_ABOVE.match(title)
    heading = _unnumbered(title[above.end() :] if above else title, parted=parted)
    is_bare = heading.kind == _OTHER and (parted or (heading.sender and heading.recipient))
    return Heading(
        number=match[1] if match else None,
        kind=_sent_as(lead, below) if is_bare else heading.kind,
        sender=heading.sender,
        recipient=heading.recipient,
        message_number=heading.message_number,
        dates=heading.dates,
    )


@lru_cache(maxsize=64)
def _unnumbered(rest: str, *, parted: bool) -> Heading:
    """Take a heading without its number apart; the last answers are kept, since half of those of a volume are alike."""
    rest = _stated(_whole(rest))
    kind = _kind(rest)
    sender, recipient = correspondents(rest, kind, parted=parted)
    message = _MESSAGE.match(rest)
    return Heading(None, kind, sender, recipient, message[1] if message else None, read_dates(rest))


def _stated(rest: str) -> str:
    """Return a heading without the summary behind it that microfiche supplements have: `Letter, May 2. He accepts`.

    A first sentence counts that names a kind, or is that of a message: `Disto 727 from Geneva, August 16.`
    """
    if ". " in rest:
        first = rest[: sentences(rest)[0][1]]
        if len(first) < len(rest) and (_kind(first) != _OTHER or _SERIES.match(first)):
            rest = first.removesuffix(".")
    clause = _CLAUSE.search(rest)
    return rest[: clause.start()] if clause else rest


def _sent_as(lead: str, below: str) -> DocumentKind:
    """Return the kind of message that ends the line above a heading, or is the remark below: `[Telegram—Extract]`."""
    for line in (lead, below if below.startswith("[") and _REMARK.fullmatch(below) else ""):
        kind = _kind(line[-LEAD_MAX:].rpartition(":")[2].strip(" []().\u00a0"))
        if kind in _NUMBERED:
            return kind
    return _CORRESPONDENCE


def message_number(heading: Heading, paragraphs: Iterable[str]) -> str | None:
    """Return the number of a message: from its heading, else the one that its text opens with, or None.

    Args:
        heading: its heading; only of kinds that are numbered is the text looked at.
        paragraphs: the reading text of its paragraphs; remarks in brackets and short lines before the
            text are passed over.
    """
    if heading.message_number or heading.kind not in _NUMBERED:
        return heading.message_number
    for text in paragraphs:
        lines = text[:LEAD_MAX].splitlines()
        if alone := next(filter(None, map(_NUMBER_ALONE.fullmatch, lines)), None):
            return alone[1]
        if not _REMARK.fullmatch(text):
            return own_number(text)
    return None


def _number(title: str) -> re.Match[str] | None:
    """Return the number of a heading; one without a full stop counts only before a word that names a kind."""
    match = NUMBERED.match(title)
    if match:
        return match
    bare = _BARE_NUMBER.match(title)
    return bare if bare and _kind(title[bare.end() :]) != _OTHER else None


def _whole(rest: str) -> str:
    """Return a heading without the words that name a part or a state of the document: `Extract From`."""
    at = 0
    while part := _PART.match(rest, at):
        at = part.end()
    return rest[at:]


def _kind(rest: str) -> DocumentKind:
    """Say what a heading calls its document: the first genre words before those that say whose, of what or for whom.

    Of two genre words side by side the second is the noun: `Summary Record`, `Briefing Paper`.
    """
    found = _GENRE.search(rest)
    if found is None:
        return _OTHER
    end = next((m.start() for m in _QUALIFIED_END.finditer(rest) if m.start() > 0), len(rest))
    if found.start() >= end:
        return _OTHER
    while " " not in found[0] and (noun := _GENRE.match(rest, found.end() + 1)):
        found = noun
    return _OF_GROUP[found.lastgroup or ""]
