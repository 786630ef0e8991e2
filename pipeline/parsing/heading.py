"""What a heading says: number, kind of document, sender and recipient, number of the message, date.

The reading text of a heading comes in, a `Heading` goes out. Headings of FRUS have the shape `N. TYPE From X to Y`,
with a marker and sometimes place and date behind.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.model import DocumentKind
from pipeline.parsing.dates import before_date, read_date
from pipeline.parsing.participants import is_country

HEADING_MAX = 4000
"""Code points of a heading that are taken apart; the longest of twelve volumes has some 400."""

_NUMBER = re.compile(r"([0-9]{1,4}[A-Za-z]?)\.(?:\s+(?=\S)|(?=[A-Z][a-z]))")
"""A number, its full stop, and what it numbers; a file number such as `501.BB/4–1348` is none."""
_BARE_NUMBER = re.compile(r"(?!1[789]\d\d\b|20\d\d\b)([0-9]{1,4}[A-Za-z]?)\s+(?=[A-Z])")
_KINDS: tuple[tuple[DocumentKind, str], ...] = (
    ("editorial note", r"editorial note"),
    ("memorandum of telephone conversation", r"telephone conversation"),
    (
        "memorandum of telephone conversation",
        r"(?:memorand\w+|notes|record|transcript|summary) of (?:an? )?(?:\w+ )?telephone",
    ),
    ("memorandum of conversation", r"memorand(?:um|a) of (?:an? |the )?(?:\w+ )?(?:conversation|conference|meeting)"),
    ("memorandum of discussion", r"memorandum of (?:an? |the )?discussion"),
    ("memorandum for the record", r"memorandum for (?:the )?(?:\w+['’]s )?(?:record|files?)"),
    (
        "national security memorandum",
        r"(?:national security|presidential) (?:\w+ )?(?:memorandum|directive)|ns[ads]m\b",
    ),
    ("intelligence estimate", r"(?:special )?(?:national )?intelligence (?:estimate|memorandum)|s?nie\b"),
    ("circular telegram", r"circular (?:telegram|airgram)"),
    ("telegram", r"telegram|cable\b"),
    ("airgram", r"airgram"),
    ("despatch", r"d[ei]spatch"),
    ("instruction", r"instruction"),
    ("letter", r"(?:draft )?letter"),
    ("message", r"(?:backchannel |oral |draft )?message"),
    ("aide-memoire", r"aide[- ]m[eé]moire"),
    ("notes of meeting", r"(?:summary |handwritten )?notes (?:of|on|from)|\A(?:summary |handwritten )?notes by"),
    ("note", r"(?:diplomatic |draft )?note\b"),
    ("minutes", r"(?:summary |draft |agreed )*minutes"),
    ("record", r"(?:\w+ ){0,3}(?:record of|record\b|transcript)"),
    ("resolution", r"(?:draft )?resolution"),
    ("agreement", r"(?:draft )?(?:agreement|treaty|protocol|convention)"),
    ("communique", r"(?:joint |final )?communiqu[eé]"),
    ("statement", r"(?:draft |joint |policy )*(?:statement|declaration)"),
    ("address", r"(?:radio )?(?:address|speech|remarks)"),
    ("memorandum", r"(?:\w+ )?memorand(?:um|a)\b"),
    ("report", r"(?:\w+ ){0,3}report\b"),
    ("paper", r"(?:\w+ ){0,3}paper\b"),
    ("study", r"(?:\w+ ){0,3}study\b"),
    ("summary", r"summary"),
    ("draft", r"draft"),
)  # fmt: skip
_KIND = tuple((kind, re.compile(rf"\b(?:{pattern})", re.IGNORECASE)) for kind, pattern in _KINDS)
_OTHER: DocumentKind = "other"
_QUALIFIED_END = re.compile(
    r"\b(?:From|by|for|to|Between|Prepared|Submitted|With|Before|Regarding|Concerning)\b|[,:(\[]"
    r"|(?<!Department )(?<!Bureau )(?<!Office )(?<!Ministry )(?<!Board )(?<!Text )(?<!Texts )(?<!Copy )(?<!Draft )"
    r"(?<!Translation )(?<!Version )\b(?:of|on)\b"
)
"""Ends the noun that says what a document is: what stands after it says whose, of what or for whom."""
_FROM = re.compile(r"\bFrom\b|(?<=\w )\bfrom\b")
_BY = re.compile(r"\b(?:Prepared )?[Bb]y\b")
_TO = re.compile(r"\b[Tt]o\b")
_BETWEEN = re.compile(
    r"\b(?:Conversations?|Telephone|Call|Meeting|Discussion|Talk|Exchange)\b[^()]{0,40}?\b[Bb]etween\b"
)
_OFFICER = re.compile(
    r"(?:The|President|Secretary|Acting|Mr\.) [^.]{0,200}?(?:Ambassador|Secretary|Minister|Chargé|Consul|Representative"
    r"|Agent|Commissioner|President|Embassy|Legation|Delegation|Mission|Director|Chief|Adviser)\b"
)
"""Opens a heading that names no kind: `The Ambassador in France (Caffery) to the Secretary of State`."""
_AND = re.compile(r",? and (?:by )?(?=\S)")
_AND_PERSON = re.compile(
    r",? and (?=(?:the|a|an|his|President|Vice|Prime|Foreign|Secretary|Secretary-General|Under|Acting|Deputy|Assistant"
    r"|Director|Minister|Ambassador|Senator|Governor|General|Admiral|Chancellor|Chairman|Congressman|Premier|King|Mr\.|Mrs\."
    r"|Dr\.|Sir|Lord)\s)"
)
_ORGANISATION = re.compile(
    r"\b(?:Agency|Administration|Department|Bureau|Office|Division|Council|Committee|Commission|Staff|Board|Affairs|Jr|Sr"
    r"|Embassy|Mission|Delegation|Government|and)\b"
)
_FOR = re.compile(r"Memorand(?:um|a) (?:f|F)or (?!(?:the )?(?:\w+['’]s )?(?:Record|Files?)\b)", re.IGNORECASE)
_MESSAGE = re.compile(r"(?:Telegram|Airgram|Despatch|Message|Instruction)\s+((?:[A-Z][A-Za-z]*[- ]?)?\d{1,6})\b")


@dataclass(frozen=True, slots=True)
class Heading:
    """What a heading says; fields that it does not say are None."""

    number: str | None
    kind: DocumentKind
    sender: str | None
    recipient: str | None
    message_number: str | None
    date: str | None


def read_heading(title: str) -> Heading:
    """Take a heading apart; it holds no markers or page breaks.

    >>> read_heading("293. Telegram From the Department of State to the Embassy in the Soviet Union").recipient
    'the Embassy in the Soviet Union'
    """
    title = title[:HEADING_MAX]
    match = _number(title)
    rest = title[match.end() :] if match else title
    sender, recipient = _correspondents(rest)
    message = _MESSAGE.match(rest)
    return Heading(
        number=match[1] if match else None,
        kind=_kind(rest),
        sender=sender,
        recipient=recipient,
        message_number=message[1] if message else None,
        date=read_date(rest),
    )


def _number(title: str) -> re.Match[str] | None:
    """Return the number of a heading; one without a full stop counts only before a word that names a kind."""
    match = _NUMBER.match(title)
    if match:
        return match
    bare = _BARE_NUMBER.match(title)
    return bare if bare and _kind(title[bare.end() :]) != "other" else None


def _kind(rest: str) -> DocumentKind:
    """Say what a heading calls its document: by how it begins, else by the noun that its qualifiers lead to."""
    first = next((kind for kind, pattern in _KIND if pattern.match(rest)), None)
    if first is not None:
        return first
    end = next((m.start() for m in _QUALIFIED_END.finditer(rest) if m.start() > 0), len(rest))
    found = (
        (m.start(), at, kind) for at, (kind, p) in enumerate(_KIND) if (m := p.search(rest)) and m.end() <= end + 2
    )
    return min(found, default=(0, 0, _OTHER))[2]


def _correspondents(rest: str) -> tuple[str | None, str | None]:
    """Split `TYPE From X to Y`; X may itself hold a `to` in brackets, as in `(Special Assistant to the President)`."""
    plain = _blank_brackets(rest)
    between = _BETWEEN.search(plain)
    if between:
        return _parties(rest[between.end() :], plain[between.end() :])
    from_ = _FROM.search(plain)
    start = from_.end() if from_ else 0
    to = _leads_in(rest, plain, start)
    if to is None:
        for_ = None if from_ else _FOR.match(plain)
        return (_trim(rest[start:], dated=True) if from_ else None), (_trim(rest[for_.end() :]) if for_ else None)
    if from_ is None:
        by = _BY.search(plain, 0, to.start())
        if not by and not _OFFICER.match(plain, 0, to.start()) and _kind(rest) == _OTHER:
            return None, None
        start = by.end() if by else 0 if _OFFICER.match(plain, 0, to.start()) else to.start()
    return _trim(rest[start : to.start()]), _trim(rest[to.end() :], dated=True)


def _parties(rest: str, plain: str) -> tuple[str | None, str | None]:
    """Split `X and Y` of a conversation; an `and` within the name of an office is no such split.

    The split is the `and` before an office or a title, else the one after the first bracket, else the first.
    """
    closed = rest.find(")")
    split = _AND_PERSON.search(plain) or (_AND.search(plain, closed) if closed >= 0 else None) or _AND.search(plain)
    if split is None:
        return None, None
    return _trim(rest[: split.start()]), _trim(rest[split.end() :], dated=True, held=True)


def _trim(text: str, *, dated: bool = False, held: bool = False) -> str | None:
    """Return a correspondent without the place and the date that a heading ends in.

    Args:
        text: what stands in the place of the correspondent.
        dated: place and date may follow it.
        held: the heading is of a conversation; all that stands before the date is where it was held.
    """
    before = before_date(text) if dated else None
    if before is None:
        return text.strip(" ,") or None
    name, *rest = _segments(before)
    while rest and not held and _ORGANISATION.search(rest[0]):
        name += rest.pop(0)
    return name.strip(" ,") or None


def _segments(text: str) -> list[str]:
    """Split at the commas after the last bracket; those before it are of an office: `Eastern, and African Affairs`."""
    at = text.rfind(")") + 1
    first, *rest = text[at:].split(",")
    joined = [text[:at] + first]
    for part in rest:
        if _SUFFIX.match(part):
            joined[-1] += f",{part}"
        else:
            joined.append(f",{part}")
    return joined


def _blank_brackets(text: str) -> str:
    """Return the text with all that stands in brackets replaced by blanks, at the same length."""
    depth, out = 0, []
    for char in text:
        depth += char in "(["
        out.append(" " if depth else char)
        depth -= char in ")]" and depth > 0
    return "".join(out)


_OFFICE = re.compile(
    r"\b(?:Assistant|Assistants|Adviser|Advisor|Ambassador|Aide|Secretary|Representative|Delegate|Counselor|Counsel|"
    r"Deputy|Mission|Delegation|Envoy|Consultant|Liaison|Minister|Observer|Attorney)(?:\s+\w+){0,3}\s*$"
)


_POST = re.compile(
    r"\b(?:Ambassador|Minister|Envoy|Representative|Delegate|Observer|Consul|Commissioner|Mission|Delegation|Advis[eo]r"
    r"|Chargé|Assistant|Liaison|Legation|Embassy)\s*$"
)
_COUNTRY_END = re.compile(r"[(\[,]| to | and | at ")
_AIDES = ("Assistant", "Advis")
_FOR_AFFAIRS = re.compile(r" the (?:[A-Z]\w+ ){1,4}for ")
"""`Assistant to the President for National Security Affairs`."""
_SUFFIX = re.compile(r"\s*(?:Jr|Sr|II|III|IV)\b")


def _leads_in(rest: str, plain: str, start: int) -> re.Match[str] | None:
    """Return the `to` that leads the recipient in.

    A `to` that belongs to an office does not: `the Ambassador to France`, where a country follows a post, since no
    document goes to a country; `Special Assistant to the President`, where a further `to` can lead the recipient in.
    """
    ways = [m for m in _TO.finditer(plain, start) if not _is_posted(rest, plain, m.start())]
    further = (m for m in ways[:-1] if not _OFFICE.search(plain, max(0, m.start() - 60), m.start()))
    return next(further, ways[-1] if ways else None)


def _is_posted(rest: str, plain: str, at: int) -> bool:
    """Tell whether the `to` at a place stands between a post and the country it is in."""
    post = _POST.search(plain, max(0, at - 60), at)
    if post and post[0].startswith(_AIDES) and _FOR_AFFAIRS.match(plain, at + 2):
        return True
    return post is not None and is_country(_COUNTRY_END.split(rest[at + 2 : at + 80], maxsplit=1)[0])
