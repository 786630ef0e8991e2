"""References to volumes of the series, with the documents or pages that are named in them.

Source of the rules: how the series cites itself ("Foreign Relations, 1955–1957, vol. X, Part 2, Document 12"), and how
it names its volumes (frus1955-57v10p2, frus1969-76ve14). No rule makes the id of a volume that is known by its subject
(frus1945Malta): it is the one that the vocabulary gives, or None.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from pipeline.numerals import arabic
from pipeline.parsing.phrases import DASH, Number, Phrase, Scan, read_documents, read_pages
from pipeline.parsing.vocabulary import SUBJECTS

_YEARS = rf"(?P<first>1[89]\d\d)(?:\s?[{DASH}]\s?(?P<last>(?:1[89])?\d\d))?(?!\d)"
_VOLUME = (
    rf"[Vv]ol(?:s?\.?|umes?)\s{{1,2}}(?P<volume>[IVXLC]{{1,8}}|[ivxlc]{{1,8}}|E\s?[{DASH}]\s?\d{{1,2}}|\d{{1,2}})\b"
)
_PART = r",?\s\(?(?:[Pp]arts?|[Pp]t\.)\s(?P<part>\d|[IVX]{1,4}|[ivx]{1,4}|One|Two|Three)\b\)?"
_SERIES = re.compile(
    rf"Foreign\sRelations(?:\sof\sthe\sUnited\sStates)?[,;.]{{0,2}}\s{{1,2}}(?:{_YEARS}|(?={_VOLUME}))"
)
_CONTINUED = re.compile(rf"[,;]?\s(?:and\s|or\s|see\salso\s)?{_YEARS}(?=,?\s(?:[Vv]ol))")
_NAMED = re.compile(rf"[,;. (]{{0,4}}{_VOLUME}(?:{_PART})?")
_ISSUE = re.compile(r",\s(?:[Nn]os?\.|[Nn]umbers?)\s?\d")
"""The issue of a periodical, to which the volume then belongs: `(vol. XIX, No. 470)`."""
_AGAIN = re.compile(r"(?:,\s(?:and\s)?|\sand\s|/)(?P<volume>[IVXLC]{1,8})\b(?!\.)(?:" + _PART + ")?")
_BARE = re.compile(rf"{_VOLUME}(?:{_PART})?")
_TITLE_WORD = (
    r"\s(?!Documents?\s\d|Part\s\d|pp?\.\s?\d|Foreign\sRelations|[Vv]ol)"
    rf"\(?(?:[A-Z][\w’'&/{DASH}]*(?:\.[\w’'&/{DASH}]+)*|\d[\w{DASH}]*|and|of|the|in|for|on|to|with|at)\)?(?=[\s,:;.)]|$)"
)
_TITLE = re.compile(rf"[,:;]{_TITLE_WORD}(?:[,:;]?{_TITLE_WORD}){{0,29}}")
_DOCUMENTS = re.compile(r"(?:[,:;]{0,2}|\sas)\s{1,2}\(?Document(?P<many>s?)\s{1,2}(?=\d)")
_AT_PAGES = re.compile(r",{0,2}\s{1,2}\(?(?=(?:pp?\.|pages?)\s{0,2}[\divxlc])")
_AFTER_IBID = re.compile(rf",?\s(?:{_YEARS},\s)?{_VOLUME}(?:{_PART})?")
_ALSO_DOCUMENT = re.compile(r"\s\(Documents?\s(\d{1,3})\)")
_SUBJECT_WORD = rf"(?P<subject>{'|'.join(sorted({s for _, s in SUBJECTS}, reverse=True))})\b"
_SUBJECT_LEADS = r"[,;:.]{0,2}\s{1,2}(?:[Tt]he\s)?(?:Conferences?\s(?:at|of|in)\s|Emergence\sof\sthe\s)?"
_SUBJECT = re.compile(_SUBJECT_LEADS + _SUBJECT_WORD)
_SUBJECT_FIRST = re.compile(
    rf"Foreign\sRelations(?:\sof\sthe\sUnited\sStates)?{_SUBJECT_LEADS}{_SUBJECT_WORD}[^.;\n]{{0,60}}?,\s{_YEARS}"
)
_SUPPLEMENT = re.compile(r",?\s(?:[Mm]icrofiche\s)?[Ss]upplement\b")
_SUPPLEMENTARY = re.compile(r",\s[Ss]upp(?:\.|lement)(?:\s(?P<number>\d))?(?=[,.;)]|$)")
"""A supplement of a year, as volumes before 1930 cite it: `Foreign Relations, 1918, supp. 1, vol. I, p. 125`."""
_OF_YEAR = re.compile(rf"{_PART}(?!,?\s[Vv]ol)")
"""A part of a year that has no volumes: `Foreign Relations, 1906, pt. 2, p. 1601`."""
_STANDS_APART = re.compile(r"(?:^|[.;(—]\s?|\b(?:[Ss]ee|[Ii]n|also|and|[Tt]o|of|as|the))\s{0,2}$")
_SUBSERIES = re.compile(r"(frus\d{4}(?:-\d{2})?[A-Z]\w*?)v\d+(?:p\d)?$|(frus\d{4}(?:-\d{2})?)")
_WORDS = {"One": 1, "Two": 2, "Three": 3}
_TITLE_ROOM = 240
_LARGEST_VOLUME = 99


class _Target(NamedTuple):
    """What follows the name of a volume: the first thing pointed at, the further documents, and the end of it all."""

    end: int
    number: str | None = None
    page: str | None = None
    more: tuple[Number, ...] = ()


def volume_id(subseries: str, volume: str, part: str | None) -> str | None:
    """Return the id of a volume ("frus1955-57", "X", "2": frus1955-57v10p2); None where its number makes no sense."""
    digits = re.sub(r"\D", "", volume)
    number = int(digits) if digits else arabic(volume)
    side = None if part is None else _side(part)
    if number is None or not 0 < number <= _LARGEST_VOLUME or (part is not None and side is None):
        return None
    kind = "ve" if volume.startswith("E") else "v"
    return f"{subseries}{kind}{number:02}" + (f"p{side}" if side else "")


def read_series(scan: Scan, start: int) -> int:
    """Read "Foreign Relations, …" at `start`: one phrase for each volume, and one for each further document in it.

    Returns where the phrases end, or `start` where none stands here.
    """
    match = _SERIES.match(scan.text, start)
    if match is None:
        return _read_subject_first(scan, start)
    position = start
    while match is not None:
        subseries = _subseries(match) or _family(scan.volume)
        position = _read_volumes(scan, start, match.end(), subseries)
        match = _CONTINUED.match(scan.text, position)
        start = match.start("first") if match else position
    return position


def read_bare_volume(scan: Scan, start: int) -> int:
    """Read "vol. X, Document 12" at `start`: a volume of the own subseries, if it is not that of another work."""
    text = scan.text
    match = _BARE.match(text, start)
    if match is None or match["volume"].isdigit() or text[start] == "V" or _ISSUE.match(text, match.end()):
        return start
    if not _STANDS_APART.search(text, max(0, start - 12), start) and not _DOCUMENTS.match(text, match.end()):
        return start
    return _read_volumes(scan, start, start, _family(scan.volume))


def read_ibid(scan: Scan, start: int, end: int) -> None:
    """Add the phrase of the "ibid." at `start`, and of the volume, documents and pages it stands for.

    `end` is the end of the word. Where the work last cited is not a volume of the series, nothing is made of a number
    that follows: the phrase spans it, and that is all.
    """
    text = scan.text
    end += text.startswith(".", end)
    named = _AFTER_IBID.match(text, end)
    work = scan.work
    if named and work:
        subseries = _subseries(named) or _family(work)
        work = volume_id(subseries, named["volume"], named["part"]) if subseries else None
    target = _read_target(text, named.end() if named and work else end, titled=False)
    if target.number is None and target.page is None:
        scan.phrases.append(Phrase("ibid", start, end))
        return
    if work is None:
        scan.phrases.append(Phrase("ibid", start, target.end, page=target.page))
        return
    scan.work = work
    _add(scan, Phrase("ibid", start, target.end, work, target.number, page=target.page), target)


def _subseries(match: re.Match[str]) -> str | None:
    """Return "frus1955-57" of the years matched."""
    if match["first"] is None:
        return None
    return f"frus{match['first']}" + (f"-{match['last'][-2:]}" if match["last"] else "")


def _family(volume: str | None) -> str | None:
    """Return what the ids of the volumes begin with that are counted together with one.

    It is the subseries, or the years and a subject: `frus1955-57` of frus1955-57v10p2, `frus1919Paris` of
    frus1919Parisv05.
    """
    match = _SUBSERIES.match(volume or "")
    return (match[1] or match[2]) if match else None


def _read_volumes(scan: Scan, start: int, position: int, subseries: str | None) -> int:
    """Read the number of a volume at `position`, what is named in it, and further volumes of the same years."""
    text = scan.text
    named = _BARE.match(text, position) or _NAMED.match(text, position)
    if named is None:
        if found := _supplement_or_part(text, position, subseries):
            return _read_volume(scan, start, found[1], found[0])
        title = _TITLE.match(text, position, position + _TITLE_ROOM)
        if title is None:
            return _read_volume(scan, start, position, None)
        subject = _SUBJECT.match(text, position, title.end())
        late = _NAMED.match(text, title.end())
        volume = _of_subject(subseries, subject["subject"] if subject else None, late)
        return _read_volume(scan, start, late.end() if late else title.end(), volume)
    while named is not None:
        volume = volume_id(subseries, named["volume"], named["part"]) if subseries else None
        end = _read_volume(scan, start, named.end(), volume)
        again = _AGAIN.match(text, named.end()) if end == named.end() else None
        named, start = again, again.start("volume") if again else end
    return end


def _supplement_or_part(text: str, position: int, subseries: str | None) -> tuple[str, int] | None:
    """Read the supplement or the part of a year at `position`: the id of its volume, and where its name ends."""
    if match := _SUPPLEMENTARY.match(text, position):
        late = _NAMED.match(text, match.end())
        subject = f"Supplement {match['number']}" if match["number"] else "Supplement"
        volume = _of_subject(subseries, subject, late)
        return (volume, (late or match).end()) if volume else None
    part = _OF_YEAR.match(text, position)
    side = _side(part["part"]) if part else None
    is_year = subseries is not None and "-" not in subseries
    return (f"{subseries}p{side}", part.end()) if part and side and is_year else None


def _side(part: str) -> int | None:
    """Return the number of a part: `2`, `II` or `Two`."""
    return _WORDS.get(part) or (int(part) if part.isdigit() else arabic(part))


def _read_subject_first(scan: Scan, start: int) -> int:
    """Read "Foreign Relations, The Conferences at Malta and Yalta, 1945", a volume that is known by its subject."""
    match = _SUBJECT_FIRST.match(scan.text, start)
    if match is None:
        return start
    late = _NAMED.match(scan.text, match.end())
    volume = _of_subject(_subseries(match), match["subject"], late)
    return _read_volume(scan, start, late.end() if late else match.end(), volume) if volume else start


def _of_subject(subseries: str | None, subject: str | None, named: re.Match[str] | None) -> str | None:
    """Return the id of a volume known by its years and its subject; None where the vocabulary has none."""
    found = SUBJECTS.get((subseries or "", subject or ""))
    if found is None or (named is None) == found.endswith("v"):
        return None
    return volume_id(found.removesuffix("v"), named["volume"], named["part"]) if named else found


def _read_volume(scan: Scan, start: int, position: int, volume: str | None) -> int:
    """Add the phrases of one volume, whose name ends at `position`; return where they end."""
    supplement = _SUPPLEMENT.match(scan.text, position)
    scan.work = None if supplement else volume
    if supplement:
        scan.phrases.append(Phrase("supplement", start, supplement.end()))
        return _read_target(scan.text, supplement.end(), titled=False).end
    target = _read_target(scan.text, position, titled=True)
    _add(scan, Phrase("volume", start, target.end, volume, target.number, page=target.page), target)
    return scan.phrases[-1].end


def _add(scan: Scan, first: Phrase, target: _Target) -> None:
    scan.phrases.append(first)
    scan.phrases += [Phrase("volume", n.start, n.end, first.volume, n.value) for n in target.more]
    number = target.more[-1].value if target.more else target.number
    scan.cited = (first.volume, number) if number is not None and first.volume is not None else None


def _read_target(text: str, position: int, *, titled: bool) -> _Target:
    """Read the documents or pages named after a volume; its title may stand between."""
    end = position
    if titled and (title := _TITLE.match(text, position, position + _TITLE_ROOM)):
        follows = _DOCUMENTS.match(text, title.end()) or _AT_PAGES.match(text, title.end())
        closes = title.end() == len(text) or text[title.end()] in ".;)]"
        if follows or closes:
            end = title.end()
    if documents := _DOCUMENTS.match(text, end):
        numbers = read_documents(text, documents.end(), many=bool(documents["many"]))
        if numbers:
            return _Target(numbers[0].end, numbers[0].value, None, tuple(numbers[1:]))
    if (pages := _AT_PAGES.match(text, end)) and (read := read_pages(text, pages.end())):
        also = _ALSO_DOCUMENT.match(text, read[1])
        return _Target(also.end() if also else read[1], also[1] if also else None, read[0])
    return _Target(end)
