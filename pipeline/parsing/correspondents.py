"""Who sends a document and who receives it, as its heading says: `TYPE From X to Y`, `X to Y`, `Between X and Y`.

A heading without its number comes in, two names go out; offices that hold a `to` or an `and` stay whole.
"""

from __future__ import annotations

import re

from pipeline.model import DocumentKind
from pipeline.parsing.dates import MONTHS, before_date
from pipeline.parsing.participants import is_country

_OTHER: DocumentKind = "other"
_KEPT: frozenset[DocumentKind] = frozenset({
    "agreement", "chronology", "communique", "diary", "editorial note", "memorandum for the record",
    "memorandum of conversation", "memorandum of discussion", "memorandum of telephone conversation", "minutes",
    "notes of meeting", "record", "resolution", "summary",
})  # fmt: skip
"""What nobody sends, unless the heading says from whom and to whom: a `to` alone is of an office or a conference."""
_FROM = re.compile(r"\bFrom\b|(?<=\w )\bfrom\b")
_BY = re.compile(r"\b(?:Prepared )?[Bb]y\b")
_TO = re.compile(r"\b[Tt]o\b(?! [Bb]e\b)")
_BETWEEN = re.compile(
    r"\b(?:Conversations?|Telephone|Telecon|Call|Meeting|Discussion|Talk|Exchange)\b[^()]{0,40}?\b[Bb]etween\b"
)
_OFFICER = re.compile(
    r"\b(?:Ambassador|Secretary|Minister|Charg[eé]|Consul|Consulate|Representative|Agent|Commissioner|President|Premier"
    r"|Chancellor|Embassy|Legation|Delegation|Mission|Director|Chief|Advis[eo]r|Department|Government|Governor|Office"
    r"|Commander|Commanding|Chairman|Counsel[ol]*r|Attaché|General|Admiral|Marshal|King|Emperor|Prince|Division|House"
    r"|Commission(?= to [A-Z]))s?\b(?!['’])"
    r"|\A(?:Mr|Mrs|Messrs|Dr|M|Señor|Baron|Count|Lord|Sir|Prince|Professor)\b"
)
"""Is in a heading that names no kind: `The Ambassador in France (Caffery) to the Secretary of State`."""
_POSSESSIVE = re.compile(r"['’]s?\s")
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
_BRACKET = re.compile(r"[()\[\]]")
_OFFICE = re.compile(
    r"\b(?:Assistant|Assistants|Adviser|Advisor|Ambassador|Aide|Secretary|Representative|Delegate|Counselor|Counsel|"
    r"Deputy|Mission|Delegation|Envoy|Consultant|Liaison|Minister|Observer|Attorney)(?:\s+\w+){0,3}\s*$"
)
_POST = re.compile(
    r"\b(?:Ambassador|Minister|Envoy|Representative|Delegate|Observer|Consul|Commissioner|Mission|Delegation|Advis[eo]r"
    r"|Charg[eé]|Assistant|Liaison|Legation|Embassy)\s*$"
)
_COUNTRY_END = re.compile(r"[(\[,]| to | and | at ")
_YEARLESS = re.compile(rf",\s(?:{'|'.join(MONTHS)})\s[0-9]{{1,2}}\Z")
_STOP = re.compile(
    r"\.\Z(?:(?<=[a-z]{3}\.)|(?<=\b[A-Z][a-z]{2}\.)(?<!Esq\.|Ltd\.|Inc\.)|(?<=\b[A-Z][aeiouy]\.)(?<!Co\.|No\.))"
)
"""The full stop that ends a heading before 1910, and not an abbreviation: `Mr. Hay to Mr. Wu.`"""
_SEAT = re.compile(r"(?:Delegation|Delegates?|Mission|Representatives?|Observer)\s*\Z")
_BODY = re.compile(
    r" (?:the )?(?:[\w-]+ ){0,5}?(?:Assembly|Conference|Nations|Council|Commission|Committee|Organi[sz]ation|Agency"
    r"|Communit(?:y|ies)|Session|Talks|Meeting)\b"
)
"""Where a delegation sits: `the United States Delegation to the General Assembly`."""
_PURPOSE = re.compile(
    r" (?:Advise|Assist|Combat|Conclude|Consider|Control|Coordinate|Determine|Discuss|Draft|Establish|Examine|Implement"
    r"|Investigate|Negotiate|Observe|Organize|Plan|Prepare|Promote|Study|Supervise)\b"
)
_OF_PURPOSE = re.compile(r"(?:Commission|Committee|Conference|Delegation|Delegates|Mission|Board|Group|Council)\s*\Z")
"""A body that is named by what it is to do: `the Commission to Negotiate Peace`."""
_AIDES = ("Assistant", "Advis")
_FOR_AFFAIRS = re.compile(r" the (?:[A-Z]\w+ ){1,4}for ")
"""`Assistant to the President for National Security Affairs`."""
_SUFFIX = re.compile(r"\s*(?:Jr|Sr|II|III|IV)\b")


def correspondents(rest: str, kind: DocumentKind, *, parted: bool = False) -> tuple[str | None, str | None]:
    """Split `TYPE From X to Y`; X may itself hold a `to` in brackets, as in `(Special Assistant to the President)`.

    Args:
        rest: the heading without its number.
        kind: what it calls the document.
        parted: whether it is known to name sender and recipient, so that a heading `X to Y` needs no office for X.
    """
    plain = _blank_brackets(rest)
    between = _BETWEEN.search(plain)
    if between:
        return _parties(rest[between.end() :], plain[between.end() :])
    from_ = _FROM.search(plain)
    if kind in _KEPT and (from_ is None or not _TO.search(plain, from_.end())):
        return None, None
    start = from_.end() if from_ else 0
    to = _leads_in(rest, plain, start)
    if to is None:
        for_ = None if from_ else _FOR.match(plain)
        sender = _trim(rest[start:], dated=True) if from_ else None
        return _by_behind(rest, plain, for_.end()) if for_ else (sender, None)
    if from_ is None:
        by = _BY.search(plain, 0, to.start())
        if by is None and kind != _OTHER and _BY.search(plain, to.end()):
            return _by_behind(rest, plain, to.end())
        officer = kind == _OTHER and (parted or _is_officer(plain[: to.start()]))
        if not by and not officer and kind == _OTHER:
            return None, None
        start = 0 if officer else by.end() if by else to.start()
    return _trim(rest[start : to.start()]), _trim(rest[to.end() :], dated=True)


def _by_behind(rest: str, plain: str, at: int) -> tuple[str | None, str | None]:
    """Split `X by Y`, where the recipient stands first: `Report to the Council by the Secretary (Lay)`."""
    by = _BY.search(plain, at)
    return _trim(rest[by.end() :], dated=True) if by else None, _trim(rest[at : by.start() if by else None])


def _is_officer(text: str) -> bool:
    """Tell whether a text names an officer or an office, and not what belongs to one: `The President's Visit`."""
    owner = list(_POSSESSIVE.finditer(text))
    return _OFFICER.search(text, owner[-1].end() if owner else 0) is not None


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
    text = _YEARLESS.sub("", text) if dated else text
    before = before_date(text) if dated else None
    if before is None:
        return _STOP.sub("", text.strip(" ,")) or None
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
    depth, at, out = 0, 0, []
    for match in _BRACKET.finditer(text):
        end = match.end()
        if match[0] in "([":
            out.append(" " * (end - at) if depth else f"{text[at : end - 1]} ")
            depth += 1
        else:
            out.append(" " * (end - at) if depth else text[at:end])
            depth -= depth > 0
        at = end
    out.append(" " * (len(text) - at) if depth else text[at:])
    return "".join(out)


def _leads_in(rest: str, plain: str, start: int) -> re.Match[str] | None:
    """Return the `to` that leads the recipient in.

    A `to` that belongs to an office does not: `the Ambassador to France`, where a country follows a post, since no
    document goes to a country; `Special Assistant to the President`, where a further `to` can lead the recipient in.
    """
    ways = [m for m in _TO.finditer(plain, start) if not _is_posted(rest, plain, m.start())]
    further = (m for m in ways[:-1] if not _OFFICE.search(plain, max(0, m.start() - 60), m.start()))
    return next(further, ways[-1] if ways else None)


def _is_posted(rest: str, plain: str, at: int) -> bool:
    """Tell whether the `to` at a place stands between a post and the country it is in, or a body and its purpose."""
    post = _POST.search(plain, max(0, at - 60), at)
    if _SEAT.search(plain[max(0, at - 60) : at]) and _BODY.match(plain, at + 2):
        return True
    if _PURPOSE.match(plain, at + 2) and _OF_PURPOSE.search(plain[max(0, at - 60) : at]):
        return True
    if post and post[0].startswith(_AIDES) and _FOR_AFFAIRS.match(plain, at + 2):
        return True
    return post is not None and is_country(_COUNTRY_END.split(rest[at + 2 : at + 80], maxsplit=1)[0])
