"""What a heading says: number, kind of document, sender and recipient, number of the message, date.

The reading text of a heading comes in, a `Heading` goes out. Headings of FRUS have the shape `N. TYPE From X to Y`,
with a marker and sometimes place and date behind.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.model import DocumentKind
from pipeline.parsing.dates import read_date

_NUMBER = re.compile(r"(\d{1,4}[A-Za-z]?)\.\s+(?=\S)")
_KINDS: tuple[tuple[DocumentKind, str], ...] = (
    ("editorial note", r"editorial note"),
    ("memorandum of telephone conversation", r"telephone conversation"),
    (
        "memorandum of telephone conversation",
        r"(?:memorand\w+|notes|record|transcript|summary) of (?:an? )?(?:\w+ )?telephone",
    ),
    ("memorandum of conversation", r"memorand(?:um|a) of (?:an? |the )?(?:\w+ )?(?:conversation|conference|meeting)"),
    ("memorandum of discussion", r"memorandum of (?:an? |the )?discussion"),
    ("memorandum for the record", r"memorandum for (?:the )?(?:record|files?)"),
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
    ("notes of meeting", r"(?:summary |handwritten )?notes (?:of|on|from|by)"),
    ("note", r"(?:diplomatic |draft )?note\b"),
    ("minutes", r"(?:summary |draft |agreed )*minutes"),
    ("record", r"(?:summary |draft )*record of|transcript"),
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
_KIND = tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in _KINDS)
_FROM = re.compile(r"\bFrom\b|(?<=\w )\bfrom\b")
_TO = re.compile(r"\b[Tt]o\b")
_TAIL = re.compile(r",? ?(?:\d{1,2}|[*†‡§])$")
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
    match = _NUMBER.match(title)
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


def _kind(rest: str) -> DocumentKind:
    return next((kind for kind, pattern in _KIND if pattern.match(rest)), "other")


def _correspondents(rest: str) -> tuple[str | None, str | None]:
    """Split `TYPE From X to Y`; X may itself hold a `to` in brackets, as in `(Special Assistant to the President)`."""
    plain = _blank_brackets(rest)
    from_ = _FROM.search(plain)
    if from_ is None:
        to = _TO.search(plain)
        return (
            (None, rest[to.end() :].strip(" ,") or None) if to and not _is_title_to(plain, to.start()) else (None, None)
        )
    to = next((m for m in _TO.finditer(plain, from_.end()) if not _is_title_to(plain, m.start())), None)
    if to is None:
        return rest[from_.end() :].strip(" ,") or None, None
    return rest[from_.end() : to.start()].strip(" ,") or None, rest[to.end() :].strip(" ,") or None


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


def _is_title_to(plain: str, at: int) -> bool:
    """Tell whether a `to` belongs to an office: `the Ambassador to France`, `Special Assistant to the President`.

    It does where another `to` follows that can lead the recipient in.
    """
    return bool(_OFFICE.search(plain, max(0, at - 60), at)) and bool(_TO.search(plain, at + 2))
