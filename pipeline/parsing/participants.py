"""Take a line of a list of participants apart: name, role, or the heading of a group.

The reading text of a line comes in, a name and a role go out, each as printed. What cannot be told stays None; a line
that is only a role (`The Secretary`) has no name.
"""

from __future__ import annotations

import re

_HONORIFIC = re.compile(
    r"(?:The Honorable|Honorable|Hon|H\.E|His Excellency|Mr|Mrs|Miss|Ms|Dr|Prof|Professor|Messrs|Sir|Lord|Lady|Herr"
    r"|Frau|M|Mme|Monsieur|Señor|Sr|Gen|General|Lt|Lieutenant|Maj|Major|Col|Colonel|Capt|Captain|Cdr|Commander|Adm|Admiral|Rear"
    r"|Vice|Brig|Brigadier|Air|Marshal|Field|Ambassador|Amb|Senator|Congressman|Representative|Governor|Judge|Justice"
    r"|Secretary|Minister|President|Chancellor|Premier|Prince|King|Queen|Baron|Count|Viscount|Under|Deputy|Assistant|Acting"
    r"|Foreign|Prime|Chief|Chairman|Director|Counselor|Consul)\b\.?"
)
_OFFICE_WORD = re.compile(
    r"\b(?:Secretary|Ambassador|Minister|President|Director|Chief|Chargé|Counselor|Officer|Assistant|Adviser|Advisor"
    r"|Representative|Delegate|Attaché|Embassy|Department|Office|Division|Bureau|Under|Chairman|Chancellor|Commander"
    r"|General|Admiral|Interpreter|Consul|Deputy|Premier|Administrator|Governor|Affairs|Staff|Desk|Agency|Council"
    r"|Mission|Delegation|Ministry|Marshal|Attorney|Senator|Premier|King|Shah)\b"
)
_CODE = r"[A-Z][A-Z0-9]{0,5}(?:[/–-][A-Z0-9]{1,6})*"
_DASH_CODE = re.compile(r"(?P<name>.{3,80}?)\s?[—–]\s?(?P<role>.+)")
_CODE_DASH = re.compile(rf"(?P<role>{_CODE})\s?[—–-]\s?(?P<name>(?:[A-Z][a-z.]).+)")
_BRACKET = re.compile(r"(?P<name>[^()]{2,80}?)\s*\((?P<role>[^()]{1,80})\)")
_GLUED_CODE = re.compile(r"(?P<name>.*[a-z.])(?P<role>" + _CODE + r")")
_NAME = re.compile(
    r"(?:[A-ZÀ-Þ][\w’'.-]*\.?|d[eiu]|de[lrn]|la|von|van|der|al|el|bin|ibn|ben|y|da|dos|ter|ten)"
    r"(?:[ \u00a0-](?:[A-ZÀ-Þ][\w’'.-]*\.?|d[eiu]|de[lrn]|la|von|van|der|al|el|bin|ibn|ben|y|da|dos|ter|ten))*"
    r"(?:, (?:Jr|Sr|II|III|IV)\.?)?"
)


def read_participant(text: str) -> tuple[str | None, str | None]:
    """Return name and role of a participant, each verbatim, None where there is none.

    >>> read_participant("Anatoliy F. Dobrynin, Soviet Ambassador")
    ('Anatoliy F. Dobrynin', 'Soviet Ambassador')
    """
    text = text.strip()
    name, comma, role = _split_comma(text)
    if comma and name and role:
        if _is_role(name) and not _is_role(role) and _is_name(role):
            return role, name
        return (None, text) if _is_role(name) else (name, role)
    for pattern in (_BRACKET, _CODE_DASH, _DASH_CODE, _GLUED_CODE):
        match = pattern.fullmatch(text)
        if match:
            return match["name"], match["role"]
    return (None, text) if _is_role(text) else (text or None, None)


def _split_comma(text: str) -> tuple[str, str, str]:
    """Split at the first comma that does not lead in Jr. or a numeral."""
    at = -1
    while (at := text.find(",", at + 1)) >= 0:
        rest = text[at + 1 :].lstrip()
        if not re.match(r"(?:Jr|Sr|II|III|IV)\b", rest):
            return text[:at].strip(), ",", rest.strip()
    return text, "", ""


def _is_role(text: str) -> bool:
    """Tell whether a phrase is an office without a person: `The Secretary`, `Soviet Ambassador`."""
    words = text.split()
    if not words:
        return False
    if words[0] in ("The", "the") and not re.match(r"The (?:Honorable|Rt|Right|Reverend)\b", text):
        return bool(_OFFICE_WORD.search(text)) or len(words) > 1
    return bool(_OFFICE_WORD.search(words[-1])) or (" of " in text and bool(_OFFICE_WORD.search(text)))


def _is_name(text: str) -> bool:
    return bool(_NAME.fullmatch(text)) or bool(_HONORIFIC.match(text))
