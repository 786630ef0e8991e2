"""References to published works other than the series itself.

Italics are lost in the text, so that a title can't be told from other words: the works known here are the serials and
collections of documents that the editors of the series name as their sources.
"""

from __future__ import annotations

import re

from pipeline.parsing.phrases import DASH, Phrase, Scan, read_numbers, read_pages

_SERIES = r"(?:(?:TIAS|TS|EAS|UST|UNTS|Stat)\b\.?|Treaties\sand\sOther\sInternational\sActs\sSeries(?:\s\(TIAS\))?)"
_SERIAL = r"\s(?:No\.\s)?\d{1,5}(?::\d{1,4})?\b"
_COMMAND = r"(?:Cmd|Cmnd|Command)\."
"""Series of treaties, statutes and papers of parliament, which are cited by number: `TIAS 4792`, `76 Stat. 261`."""
_TITLES = re.compile(
    r"Department\sof\sState\s(?:Bulletin|Newsletter)\b"
    r"|Public\sPapers\b(?:\sof\sthe\sPresidents\b)?"
    r"|American\sForeign\sPolicy\b(?=[,:;]|\s\d)"
    r"|Current\sDocuments\b|Documents\so[nf]\s[A-Z]\w*"
    r"|Congressional\sRecord\b|Weekly\sCompilation\sof\sPresidential\sDocuments\b"
    r"|Yearbook\sof\sthe\sUnited\sNations\b"
    rf"|{_SERIES}{_SERIAL}"
    r"|Treaties\sand\sOther\sInternational\b"
    r"|Bulletin(?=,\s[A-Z][a-z]{2,8}\s\d)"
    r"|(?:Times|Tribune)(?=,\s[A-Z][a-z]{2,8}\s\d{1,2},(?:\s\d{4},)?\s(?:[Ss]ection\s\w{1,4},\s)?(?:pp?\.|pages?)\s?\d)"
    rf"|{_COMMAND}\s\d{{2,5}}\b"
)
_NUMBERED = re.compile(rf"(?P<series>{_SERIES}|{_COMMAND})\s(?:No\.\s)?(?P<number>\d+(?::\d+)?)")
_PLACE_BEFORE = re.compile(r"(?:(?!(?:See|In|From|The)\s)[A-Z][a-z]+\s){1,3}$")
"""What the name of a newspaper begins with: `New York Times`."""
_VOLUME_BEFORE = re.compile(r"(?<![\w.,/:])\d{1,4}\s$")
_TO_PAGES = re.compile(
    r"(?:(?!Foreign\sRel|Documents?\s\d|footnote)[^.;()\[\]“”]|(?<=\b[Vv]ol)\.|(?<=\bN[or])\.|(?<=\b[A-Z])\.){0,140}?"
    r"(?:,|\bat)?\s(?=(?:pp?\.|pages?)\s?\d)"
)
_TO_DOCUMENTS = re.compile(rf"[,:]?[\w\s,:{DASH}]{{0,80}}?,\s(?:Documents?|[Dd]ocs?\.)\s(?=\d)")
_OF_NATIONS = re.compile(r"\b(?:U\.?N\.?|United\sNations)\s$")
_SYMBOLS = re.compile(rf"\.?\s(?=[A-Z]/)[\w/.{DASH}]{{2,40}}\w(?:(?:,|\sand)\s(?=[A-Z]/)[\w/.{DASH}]{{2,40}}\w){{0,6}}")
_YEARS = re.compile(rf"(?:[,:]?\s(?:[A-Z]\w*\s){{0,4}}?\d{{4}}(?:\s?[{DASH}]\s?\d{{2,4}})?\b)?")
_OF_DOCUMENTS = re.compile("American|Current|Documents")
_MORE_PAGES = re.compile(rf"\s?[{DASH}]\s?\d{{1,5}}\b")
_NEWSPAPERS = ("Times", "Tribune")
_PLACE_ROOM = 40
_ROOM = 200
_VOLUME_ROOM = 6


def read_publication(scan: Scan, start: int) -> int:
    """Read the title of a publication at `start`, to the last page or document named in it.

    Returns where the phrase ends, or `start` where none stands here.
    """
    text = scan.text
    title = _TITLES.match(text, start)
    if title is None:
        return start
    start, end, kind, number = _numbered(scan, start, title.end())
    if years := _YEARS.match(text, end):
        end = years.end()
    room = title.end() + _ROOM
    pages = _TO_PAGES.match(text, title.end(), room)
    documents = _TO_DOCUMENTS.match(text, title.end(), room) if _OF_DOCUMENTS.match(title[0]) else None
    if documents and (pages is None or documents.end() <= pages.end()):
        numbers = read_numbers(text, documents.end(), many=True)
        end = numbers[-1].end if numbers else end
    elif pages and (read := read_pages(text, pages.end())):
        end = read[1]
    scan.phrases.append(Phrase("publication", start, end, message_type=kind, message_number=number))
    scan.work = None
    return end


def _numbered(scan: Scan, start: int, end: int) -> tuple[int, int, str, str | None]:
    """Return the range of a title from `start` to `end`, what it is called, and the number of one that is cited by it.

    In "76 Stat. 261" the volume stands before the name of the series, and the page after it: both are the number.
    """
    text = scan.text
    reached = scan.phrases[-1].end if scan.phrases else 0
    named = _NUMBERED.fullmatch(text, start, end)
    if named is None:
        is_paper = text.startswith(_NEWSPAPERS, start)
        place = _PLACE_BEFORE.search(text, max(reached, start - _PLACE_ROOM), start) if is_paper else None
        start = place.start() if place else start
        return start, end, text[start:end], None
    volume = _VOLUME_BEFORE.search(text, max(reached, start - _VOLUME_ROOM), start)
    if volume is None:
        return start, end, named["series"], named["number"]
    number = text[volume.start() : end]
    pages = _MORE_PAGES.match(text, end)
    return volume.start(), pages.end() if pages else end, named["series"], number


def read_symbols(scan: Scan, start: int, end: int) -> int:
    """Read "U.N. doc. S/3575 and S/3576", where the word "doc" stands from `start` to `end`; return where it ends."""
    before = _OF_NATIONS.search(scan.text, max(0, start - 16), start)
    symbols = _SYMBOLS.match(scan.text, end) if before else None
    if before is None or symbols is None:
        return start
    phrase = Phrase("publication", before.start(), symbols.end(), message_type=scan.text[before.start() : end])
    scan.phrases.append(phrase)
    scan.work = None
    return symbols.end()
