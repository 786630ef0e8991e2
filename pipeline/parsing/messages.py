"""References to messages (telegrams, airgrams, despatches) and to numbered papers (NSC 5412/2, NIE 85–62).

Source of the rules: the Department of State's telegram series, most of whose names join "to" with the office or mission
at the other end (Secto and Tosec, Polto and Topol, Cahto and Tocah), and the abbreviations that the volumes explain.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Literal

from pipeline.parsing.phrases import DASH, Phrase, Scan
from pipeline.parsing.vocabulary import CITED, COMMON, MONTH, NO_SERIES, PAPERS, SERIES

_JOINED_WITH_TO = re.compile(r"To(?!kyo|tal|day|night|ry|nn|wn|wer|ward|mm|geth)[a-z]{2,5}|[A-Z][a-z]{2,3}to")
_ENDS = rf"(?![\w%]|[.,:/]\d|\s?[{DASH}]\s?\d)"
_CODE = rf"(?:[A-Z]{{1,9}}(?:\s?[{DASH}]\s?[A-Z]{{1,2}})?(?:\s?[{DASH}]\s?|\s))?\d{{1,8}}[A-Z]?"
_NUMBER = re.compile(
    rf"(?P<many>e?s)?\s{{1,2}}(?:(?:Nos?\.|[Nn]umbers?)\s{{0,2}})?(?P<number>{_CODE}(?:/\d{{1,5}})?){_ENDS}"
)
_NEXT = re.compile(
    rf"(?:;|,|\s[{DASH}]|[{DASH}])?\s{{0,2}}(?:(?:and|or|through|to|&)\s{{1,2}})?(?P<number>{_CODE}){_ENDS}"
)
_ONE_MORE = re.compile(rf"\s(?:and|or)\s(?P<number>\d{{1,8}})(?=[.,;:)]|$|\s(?:to|from|of|re)\b){_ENDS}")
_NO_POST = rf"(?!(?:{MONTH}|(?:Sun|Mon|Tues|Wednes|Thurs|Fri|Satur)day|I)\b|Document|Embtel|Deptel)"
_NAME = rf"{_NO_POST}(?:St\.\s(?=[A-Z]))?[A-Z][\w’'-]*"
_PLACE = rf"{_NAME}(?:\s(?:(?:de|da|do|del|es|of|the|in|au|at)\s){{0,3}}{_NAME}){{0,4}}"
_MANY = r"(?:Embassies|Legations|Missions|Consulates|Stations)\s(?:in|at)\s"
_POST = re.compile(
    rf"\s(?P<direction>to|from)\s(?P<post>(?:the\s)?(?:{_MANY}{_PLACE}(?:(?:,\s{_PLACE}){{0,12}},?\sand\s{_PLACE})?"
    rf"|{_PLACE}(?:\s(?:diplomatic\s|consular\s)?(?:posts|missions)\b)?))"
)
_PASSED_ON = re.compile(
    r"\b(?:forward|transmit|convey|pass|send|sent|give|gave|deliver|hand|read|show|communicate)\w*\b[^.;]{0,40}?\s"
    r"(?:texts?|cop(?:y|ies)|substance|contents?)\sof\s(?:(?!(?:in|by|with)\b)[\w’]+\s){0,3}$"
)
_PASSED_ROOM = 100
_ONWARD = re.compile(r"\sto\s")
_DATE = re.compile(rf"(?:,|\sof)?\s(?:(?:both|all|dated)\s)?{MONTH}\s\d{{1,2}}\b(?:,\s\d{{4}}\b)?")
_CIRCULAR = re.compile(r"\b[Cc]ircular\s$")
_PAPER = re.compile(
    rf"(?P<many>s)?(?P<name>(?:/NSC)?(?:\s(?:Record\sof\s)?Actions?)?)(?:\s{{0,2}}[{DASH}]\s?|\s{{1,2}})(?:Nos?\.\s{{0,2}})?"
    rf"(?P<number>\d{{1,5}}(?:\s?[{DASH}/.]\s?\d{{1,4}}){{0,4}}(?:\s?[{DASH}]\s?[a-z])?)(?![\w%])"
)
_NEXT_PAPER = re.compile(
    rf"(?:,|,?\s(?:and|or))\s(?P<number>\d{{1,5}}(?:\s?[{DASH}/.]\s?\d{{1,4}}){{0,4}}(?:\s?[{DASH}]\s?[a-z])?)(?![\w%])"
)
_BODY = re.compile(
    r"\b(?P<body>(?:(?:U\.?N\.?|United\sNations)\s)?(?:(?:General\s)?Assembly|(?:Security|Trusteeship|OAS)\sCouncil"
    r"|Economic\sand\sSocial\sCouncil|ECOSOC)|U\.?N\.?|United\sNations|(?:House|Senate)(?:\s(?:Joint|Concurrent))?"
    r"|Joint|Concurrent)\s$"
)
_BODY_ROOM = 50
_RESOLUTION = re.compile(rf"s?\s(?:Nos?\.\s)?(?P<number>\d{{1,5}}(?:\s?\([\w{DASH}]{{1,10}}\))?)(?![\w%]|\sto\s\d)")
_OPENS = re.compile(
    rf"\s*(?:(?P<no>No\.\s)?(?P<plain>\d{{1,6}})(?=\.(?:\s|$|\d{{1,2}}\.\s)|(?(no)\s*$|(?!)))"
    rf"|(?P<number>(?P<series>[A-Za-z]{{1,9}})(?:\s?[{DASH}]\s?[A-Z]{{1,2}})?(?:\s?(?P<dash>[{DASH}])\s?|\s)\d{{1,8}}[A-Z]?(?:[/{DASH}]\d{{1,6}})?)(?=\.(?:\s|$)|\s*$))"
)
_FIRST_PARAGRAPH = "1"
_DAYS_IN_MONTH = 31


def is_series(word: str) -> bool:
    """Tell whether a word names a series of telegrams (Embtel, Secto, TOSEC, Topols)."""
    name = _singular(word.capitalize() if word.isupper() else word)
    if name.lower() in SERIES:
        return True
    return name not in NO_SERIES and _JOINED_WITH_TO.fullmatch(name) is not None


def _singular(word: str) -> str:
    """Return a word for a message without the ending of its plural (Embdes and Confe are no plurals)."""
    if word.lower() in SERIES:
        return word
    return word[:-2] if word.endswith("tches") else word.removesuffix("s").removesuffix("S")


def own_number(text: str) -> str | None:
    """Return the number that the text of a message opens with as its own, as printed: "Secto 6", "A-261", "1933".

    `text` is the first paragraph of the body. The number is followed by a full stop, or by nothing. None where there is
    none: "1" is the first of numbered paragraphs, "Embtel 12" the telegram of another, "NSC 68" a paper.
    """
    match = _opening(text)
    return (match["plain"] or match["number"]) if match else None


def opening_end(text: str) -> int:
    """Return where the own number ends that a text opens with, as `own_number` has it; 0 without one."""
    match = _opening(text)
    return match.end() if match else 0


def _opening(text: str) -> re.Match[str] | None:
    match = _OPENS.match(text)
    if match is None or match["plain"]:
        return None if match is None or match["plain"] == _FIRST_PARAGRAPH else match
    series = match["series"]
    if series.lower() in CITED | COMMON or series in PAPERS:
        return None
    return match if (series.isupper() and (match["dash"] or len(series) > 1)) or is_series(series) else None


def read_message(scan: Scan, start: int, end: int) -> int:
    """Read the messages named from `start`, where a word for one stands that ends at `end`.

    One phrase for each number; its post and direction are those printed after it, or after the last of a list. Returns
    where the phrases end, or `start` where no number follows.
    """
    text = scan.text
    word = text[start:end]
    plural = word[-1] == "s" or text[end : end + 2] == "s "
    series = _singular(word.lower()) not in COMMON
    following = _NUMBER.match(text, end)
    if following is None or (not series and is_series(following["number"].split()[0])):
        return start
    kind = _singular(word if series else word.lower())
    circular = _CIRCULAR.search(text, max(0, start - 9), start)
    if circular:
        start, kind = circular.start(), f"circular {kind}"
    phrases, position = _read_list(text, start, kind, following, many=plural)
    if not plural and series and (more := _ONE_MORE.match(text, position)):
        further, position = _read_list(text, more.start("number"), kind, more, many=False)
        phrases += further
    scan.phrases += _with_posts(phrases)
    return position


def _read_list(text: str, start: int, kind: str, match: re.Match[str], *, many: bool) -> tuple[list[Phrase], int]:
    """Read the numbers of a list with their posts; dates are passed over, and the days in them are no numbers.

    In "forwarded the text of telegram 507 to Dulles" the telegram may have gone elsewhere: then it has no post, unless
    another "to" follows.
    """
    phrases: list[Phrase] = []
    first, after_date = start, False
    found: re.Match[str] | None = match
    position = match.end()
    while found:
        position = found.end()
        post = _POST.match(text, position)
        if post and post["direction"] == "to" and not _ONWARD.match(text, post.end()) and _is_passed_on(text, first):
            post = None
        if after_date and post is None and _is_day(found["number"]):
            break
        date = None
        if post is None and (date := _DATE.match(text, position)):
            post = _POST.match(text, date.end() + text.startswith(",", date.end()))
        direction: Literal["to", "from"] | None = None
        if post:
            direction = "to" if post["direction"] == "to" else "from"
        phrases.append(
            Phrase(
                "message",
                start,
                post.end() if post and not date else position,
                message_type=kind,
                message_number=found["number"],
                direction=direction,
                post=post["post"] if post else None,
            )
        )
        reached = max(position, post.end() if post else 0, date.end() if date else 0)
        later = _DATE.match(text, reached) if post and not date else None
        reached = later.end() if later else reached
        after_date = after_date or post is not None or date is not None
        found = _NEXT.match(text, reached) if many else None
        start = found.start("number") if found else position
    return phrases, phrases[-1].end if phrases else position


def _is_passed_on(text: str, start: int) -> bool:
    return _PASSED_ON.search(text, max(0, start - _PASSED_ROOM), start) is not None


def _is_day(number: str) -> bool:
    return number.isdigit() and int(number) <= _DAYS_IN_MONTH


def _with_posts(phrases: list[Phrase]) -> list[Phrase]:
    """Give numbers without a post the one that is printed at the end of their list."""
    posts: list[Phrase] = []
    last: Phrase | None = None
    for phrase in reversed(phrases):
        if phrase.post:
            last = phrase
        elif last is not None:
            posts.append(replace(phrase, direction=last.direction, post=last.post))
            continue
        posts.append(phrase)
    return posts[::-1]


def read_paper(scan: Scan, start: int, end: int) -> int:
    """Read the numbered papers named from `start`, where the abbreviation of their series stands that ends at `end`.

    Returns where the phrases end, or `start` where no number follows.
    """
    text = scan.text
    match = _PAPER.match(text, end)
    if match is None:
        return start
    kind = f"{text[start:end]}{match['name']}".removesuffix("s")
    many = match["many"] is not None or "s" in text[end : match.start("number")]
    while match is not None:
        scan.phrases.append(Phrase("paper", start, match.end(), message_type=kind, message_number=match["number"]))
        end = match.end()
        match = _NEXT_PAPER.match(text, end) if many else None
        start = match.start("number") if match else end
    return end


def read_resolution(scan: Scan, start: int, end: int) -> int:
    """Read a numbered resolution ("Resolution 1001 (ES–I)") at `start`; return where it ends, or `start`.

    The body that passed it belongs to it where it stands before: "General Assembly Resolution 194 (III)".
    """
    match = _RESOLUTION.match(scan.text, end)
    if match is None:
        return start
    reached = scan.phrases[-1].end if scan.phrases else 0
    body = _BODY.search(scan.text, max(reached, start - _BODY_ROOM), start)
    kind = f"{body['body']} resolution" if body else "resolution"
    begin = body.start() if body else start
    scan.phrases.append(Phrase("paper", begin, match.end(), message_type=kind, message_number=match["number"]))
    return match.end()
