"""Finds the phrases of a text that point at something else: documents, notes, volumes, messages, papers, publications.

The text is read once, word by word: a word that can begin a phrase calls the rule for it, which looks at what follows.
The words are looked for in an outline of the text, where every word stands after a blank and every digit is a 0.
Source of the rules: the printed forms of the series and their frequencies. A number is never guessed into a target.

* "Documents 95 and 102" is two phrases, of which the first spans "Documents 95"; a range is one phrase for each end.
* A volume of the series is of the kind `volume`, with the document or page that is named in it; further documents in it
  are phrases of the same kind. A document without a volume is of the text's own.
* "Document 45 and footnote 2 thereto" is a document and a note; "footnote 2, Document 45" is one note, and so is
  "Document 45, footnote 2".
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import accumulate, pairwise

from pipeline.parsing.archives import Citation, find_citations
from pipeline.parsing.messages import is_series, opening_end, read_message, read_paper, read_resolution
from pipeline.parsing.phrases import DASH, Phrase, Scan, in_order, read_documents, read_numbers, read_pages
from pipeline.parsing.publications import read_publication, read_symbols
from pipeline.parsing.vocabulary import COMMON, FIRST_WORDS, PAPERS, SERIES, any_of
from pipeline.parsing.volumes import read_bare_volume, read_ibid, read_series

_Document = tuple[str | None, str | None]  # volume, number

__all__ = ["Phrase", "find_references", "last_cited", "outlines"]

_SPACE = re.compile(r"\s{1,2}")
_OTHER_SERIES = re.compile(r"(?<=[\w,’]\s)[A-Z][\w.’'/-]{0,20}\s$")
_OF_DOCUMENT = re.compile(r"[,;.]?\s{1,2}(?:(?:to|of|in)\s)?Document(?P<many>s)?\s{1,2}(?=\d)")
_CLOSED = re.compile(r"\s?(?:[.;)\]]|$)")
_SUPRA = re.compile(r",?\s(?P<where>supra|infra)\b")
_THERETO = re.compile(r",?\s?thereto\b")
_IBID = re.compile(r",?\sibid\b\.?+(?!,\s(?:pp?\.|[Vv]ol|Documents?\s\d))")
_OF_OTHER = re.compile(
    r",?\s(?:(?:to|of|in)\s(?!the\ssource\stext)|(?:see\s)?(?:ibid\b|Foreign\sRelations\b|[Vv]ols?\.\s))"
)
_JOINED = re.compile(r"(?P<comma>,|\s?\()?\s?(?:and\s)?(?:see\s)?(?:the\s)?$")
_JOINED_ROOM = 16
_OF_WORK = re.compile(r"\b[Vv]ols?\.\s[\dIVXLCivxlc]{1,6},\s(?:[A-Z“][^.;:()]{0,80},\s)?$")
"""A volume that no rule read as one of the series, and its title: `Verbatim Record, vol. 2, `."""
_OF_WORK_ROOM = 110
_WORKS = frozenset(("volume", "ibid", "publication", "supplement"))
_YEAR = re.compile(r"frus(\d{4})")
_FIRST_CITED_BY_NUMBER = 1955
_ITS_PAGE = re.compile(r"\s(?:also\s)?(?=pp?\.\s?\d)")
_OF_PAGE = re.compile(rf"\bpp?\.\s?[\d\s,{DASH}]{{1,40}}(?:and\s)?$")
_NOTE_WORD = re.compile(r"\snote\b")
_SUPPLEMENT = re.compile(r"(?P<start>\b[Mm]icrofiche\s|(?<=\bthe\s))$")
_CIRCULAR_AIRGRAM = re.compile(rf"\s?[{DASH}]\s?\d{{2,5}}(?![\w/])")
_OWN_PAGE = re.compile(r",?\s(?=(?:pp?\.|pages?)\s?\d)")
_NOTES_PAGE = re.compile(r",?\s(?:(?:ante|post|supra|infra),\s)?(?=(?:pp?\.|pages?)\s?\d)")


def find_references(  # noqa: PLR0913 - all of them but the text by name
    text: str,
    *,
    volume: str | None,
    number: str | None,
    marker: str | None = None,
    antecedent: Phrase | None = None,
    opening: bool = False,
    archives: Sequence[Citation] | None = None,
    outline: str | None = None,
) -> list[Phrase]:
    """Return the reference phrases of a reading text, in order and not overlapping.

    `volume` is the id of the volume that holds the text ("frus1961-63v11"), `number` the number of its document, and
    `marker` that of the note which holds it, None in the body: a note that points at itself is no reference.
    `antecedent` is what `last_cited` gives for the notes before: the work that "ibid." means where the text names none.
    `opening` is true for the first paragraph of a body: the number that a message opens with is its own. `archives` are
    the citations of archives in the text, if they are known: a source note begins with one. `outline` is what
    `outlines` gives for the text, if it was asked.
    """
    if outline is None:
        (outline,) = outlines([text])
    if not outline:
        return []
    scan = Scan(text, volume, number, [])
    if antecedent is not None and antecedent.volume is not None:
        scan.work = antecedent.volume if antecedent.volume != volume else None
        scan.cited = (antecedent.volume, antecedent.document) if antecedent.document else None
    reached = opening_end(text) if opening else 0
    for match in _WORD.finditer(outline):
        start, end = match.start(), match.end() - 1
        if start < reached:
            continue
        word = match[1]
        rule = _RULES.get(word)
        if rule is not None:
            reached = rule(scan, start, end)
        elif is_series(word):
            reached = read_message(scan, start, end)
    if not scan.phrases:
        return []
    phrases = _outside_archives(text, scan.phrases, archives)
    return [p for p in phrases if p.note is None or (p.note, p.document, p.volume) != (marker, number, volume)]


def outlines(texts: Sequence[str]) -> list[str]:
    """Return for each text a blank and the text, code point by code point: letters stay, digits are 0, all else blank.

    A pattern that begins with a blank passes over the rest several times as fast as one that begins with a class.
    Letters beyond ASCII are blanks too: no word of the rules has any, and every rule reads the text itself. All texts
    are taken together, which takes half of the time of one by one. Where no phrase can begin, the outline is empty.
    """
    every = " ".join(["", *texts]).encode("ascii", "replace").translate(_OUTLINE).decode("ascii")
    ends = [*accumulate([len(text) + 1 for text in texts])]
    found = [every[start:end] for start, end in pairwise([0, *ends])]
    return [one if "0" in one or _WITHOUT_NUMBER.search(one) else "" for one in found]


def last_cited(phrases: Sequence[Phrase], before: Phrase | None = None) -> Phrase | None:
    """Return the phrase of the last work or document cited, which "ibid." in the next note means; else `before`."""
    works = ("document", "note", "volume", "ibid", "page", "publication", "supplement", "relative")
    for phrase in reversed(phrases):
        if phrase.kind in works and not (phrase.kind == "ibid" and phrase.volume is None):
            return phrase
    return before


def _outside_archives(text: str, phrases: list[Phrase], archives: Sequence[Citation] | None) -> list[Phrase]:
    """Leave out messages, papers and publications that are part of the name of a file in an archive."""
    named = ("message", "paper", "publication")
    last = next((p for p in reversed(phrases) if p.kind in named), None)
    if last is None or text.find(", ", 0, last.start) < 0:  # a comma parts the name of an archive from that of the file
        return phrases
    if archives is None:
        archives = find_citations(text) if "(" in text or "Files" in text or "Source" in text else ()
    if not archives:
        return phrases
    known = archives

    def inside(phrase: Phrase) -> bool:
        i = bisect_right(known, phrase.start, key=lambda c: c.start) - 1
        return i >= 0 and phrase.start < known[i].end

    return [p for p in phrases if p.kind not in named or not inside(p)]


def _document(scan: Scan, start: int, end: int) -> int:
    """Read "Document 12" or "Documents 12 and 14", which belong to the own volume."""
    text = scan.text
    space = _SPACE.match(text, end)
    if space is None or _OTHER_SERIES.search(text, max(0, start - 24), start) or _is_of_work(scan, start):
        return start
    position = start
    for n in read_documents(text, space.end(), many=text[end - 1] == "s"):
        at = start if position == start else n.start
        scan.phrases.append(Phrase("document", at, n.end, scan.volume, n.value))
        scan.cited = (scan.volume, n.value)
        position = n.end
    return position


def _footnote(scan: Scan, start: int, end: int) -> int:
    """Read "footnote 3, Document 12" and the like, one phrase for each number."""
    text = scan.text
    space = _SPACE.match(text, end)
    many = text[end - 1] == "s"
    if space is None or _OF_PAGE.search(text, max(0, start - 50), start) or _is_of_work(scan, start):
        return start
    numbers = read_numbers(text, space.end(), many=many)
    if not numbers:
        return start
    documents = _OF_DOCUMENT.match(text, numbers[-1].end)
    if documents is None or not documents["many"]:  # the notes of one document are named in their order
        numbers = in_order(numbers)
    return _notes(scan, start, [(n.start, n.end, n.value) for n in numbers])


def _is_of_work(scan: Scan, start: int) -> bool:
    """Tell whether what stands at a place is in a volume named just before, which is none of the series."""
    reached = max(0, start - _OF_WORK_ROOM, scan.phrases[-1].end if scan.phrases else 0)
    return scan.text.startswith(", ", start - 2) and _OF_WORK.search(scan.text, reached, start) is not None


def _source_note(scan: Scan, start: int, end: int) -> int:
    """Read "source note, Document 12", or "source note" for the one of the own document."""
    note = _NOTE_WORD.match(scan.text, end)
    return _notes(scan, start, [(start, note.end(), "source")]) if note else start


def _notes(scan: Scan, start: int, numbers: list[tuple[int, int, str]]) -> int:
    """Add the phrases of the notes at `numbers`: of the document or page beside them, else of the own document."""
    text, end = scan.text, numbers[-1][1]
    page = None
    pages = _NOTES_PAGE.match(text, end)
    if pages and (read := read_pages(text, pages.end())):
        page, end = read
        documents: list[_Document] = [(_work_before(scan, start), None)]
    else:
        end, documents = _documents_of(scan, start, end)
    if len(numbers) == 1 and _document_before(scan, start) == ",":
        cited = scan.phrases[-1]
        if text[cited.end : start] == ", " and documents == [(cited.volume, cited.document)]:
            start = scan.phrases.pop().start
    pairs = len(documents) == len(numbers)
    for i, (at, until, value) in enumerate(numbers):
        volume, document = documents[i if pairs else 0]
        last = end if i == len(numbers) - 1 else until
        scan.phrases.append(Phrase("note", start if i == 0 else at, last, volume, document, value, page))
    return end


def _documents_of(scan: Scan, start: int, end: int) -> tuple[int, list[_Document]]:
    """Return where the phrase of the notes from `start` to `end` ends, and the documents that they belong to."""
    text = scan.text
    before = _document_before(scan, start)
    after = None if before == "," else _documents_after(text, end)
    if after is not None:
        end, found = after
        scan.cited = (scan.volume, found[-1])
        return end, [(scan.volume, n) for n in found]
    if match := _THERETO.match(text, end):
        return match.end(), [scan.cited or (None, None)]
    if scan.cited is not None and (match := _IBID.match(text, end)):
        return match.end(), [scan.cited]
    if match := _SUPRA.match(text, end):
        return match.end(), [(scan.volume, scan.beside(-1 if match["where"] == "supra" else 1))]
    if before is not None and scan.cited is not None:
        return end, [scan.cited]
    others = _OF_OTHER.match(text, end) is not None or _work_before(scan, start) != scan.volume
    return end, [(None, None) if others else (scan.volume, scan.number)]


def _work_before(scan: Scan, start: int) -> str | None:
    """Return the volume of the work named just before `start`, the own one where none is, None where it has no id."""
    last = scan.phrases[-1] if scan.phrases else None
    if last is None or last.kind not in _WORKS or not _JOINED.fullmatch(scan.text, last.end, start):
        return scan.volume
    return last.volume if last.volume != scan.volume else None


def _document_before(scan: Scan, start: int) -> str | None:
    """Tell how a note at `start` is joined to a document just cited: by a comma or bracket, by "and", or not at all."""
    last = scan.phrases[-1] if scan.phrases else None
    if last is None or last.document is None or start - last.end > _JOINED_ROOM:
        return None
    if last.kind not in {"document", "volume", "ibid"}:
        return None
    joined = _JOINED.fullmatch(scan.text, last.end, start)
    return None if joined is None else "," if "and" not in joined[0] else "and"


def _documents_after(text: str, end: int) -> tuple[int, list[str]] | None:
    """Return where the documents end that are named after a note, and their numbers.

    A full stop between the two is a fault of print only where nothing follows the document.
    """
    match = _OF_DOCUMENT.match(text, end)
    if match is None:
        return None
    numbers = read_documents(text, match.end(), many=bool(match["many"]))
    if not numbers or (text[end] in ".;" and not _CLOSED.match(text, numbers[-1].end)):
        return None
    return numbers[-1].end, [n.value for n in numbers]


def _relative(scan: Scan, start: int, end: int) -> int:
    """Read "supra" or "infra": a page of the own volume, or the document just before or after, without its number.

    Which number that is, is not printed, and depends on what documents there are.
    """
    reached = _own_page(scan, start, end)
    if reached > start:
        return reached
    scan.phrases.append(Phrase("relative", start, end, scan.volume))
    return end


def _own_page(scan: Scan, start: int, end: int) -> int:
    """Read "ante, p. 12": a page of the own volume."""
    pages = _OWN_PAGE.match(scan.text, end)
    found = read_pages(scan.text, pages.end()) if pages else None
    if found is None:
        return start
    scan.phrases.append(Phrase("page", start, found[1], scan.volume, page=found[0]))
    return found[1]


def _ibid(scan: Scan, start: int, end: int) -> int:
    read_ibid(scan, start, end)
    return scan.phrases[-1].end


def _series(scan: Scan, start: int, _end: int) -> int:
    return read_series(scan, start)


def _volume(scan: Scan, start: int, _end: int) -> int:
    return read_bare_volume(scan, start)


def _publication(scan: Scan, start: int, _end: int) -> int:
    return read_publication(scan, start)


def _documents(scan: Scan, start: int, end: int) -> int:
    """Read "Documents on Disarmament", or "Documents 12 and 14"."""
    return read_publication(scan, start) if scan.text[end : end + 2] == " o" else _document(scan, start, end)


def _supplement(scan: Scan, start: int, end: int) -> int:
    """Read "the Supplement" or "Microfiche Supplement": the volume of further documents of the own volume."""
    match = _SUPPLEMENT.search(scan.text, max(0, start - 22), start)
    if match is None or (match[0] == "" and scan.text[start] == "s"):
        return start
    scan.phrases.append(Phrase("supplement", match.start("start"), end))
    return end


def _circular_airgram(scan: Scan, start: int, end: int) -> int:
    """Read "CA–8084": a circular airgram, which needs no word for it."""
    match = _CIRCULAR_AIRGRAM.match(scan.text, end)
    if match is None:
        return start
    number = scan.text[start : match.end()]
    scan.phrases.append(Phrase("message", start, match.end(), message_type="airgram", message_number=number))
    return match.end()


def _see(scan: Scan, start: int, end: int) -> int:
    """Read "see p. 12" in a volume from the years when the series cited its own documents by their pages."""
    year = _YEAR.match(scan.volume or "")
    if year is None or int(year[1]) >= _FIRST_CITED_BY_NUMBER:
        return start
    match = _ITS_PAGE.match(scan.text, end)
    found = read_pages(scan.text, match.end()) if match else None
    if match is None or found is None:
        return start
    scan.phrases.append(Phrase("page", match.end(), found[1], scan.volume, page=found[0]))
    return found[1]


_Rule = Callable[[Scan, int, int], int]
_RULES: dict[str, _Rule] = {
    "Document": _document,
    "Documents": _documents,
    **dict.fromkeys(("footnote", "footnotes", "Footnote", "Footnotes"), _footnote),
    **dict.fromkeys(("source", "Source"), _source_note),
    **dict.fromkeys(("supra", "Supra", "infra", "Infra"), _relative),
    **dict.fromkeys(("ante", "Ante", "post", "Post"), _own_page),
    **dict.fromkeys(("Ibid", "ibid", "IBID"), _ibid),
    **dict.fromkeys(("see", "See"), _see),
    "Foreign": _series,
    **dict.fromkeys(("vol", "vols", "volume", "volumes"), _volume),
    **dict.fromkeys(("supplement", "Supplement"), _supplement),
    **dict.fromkeys(FIRST_WORDS, _publication),
    **dict.fromkeys(("doc", "docs", "document", "documents"), read_symbols),
    "CA": _circular_airgram,
    **dict.fromkeys(PAPERS | {f"{p}s" for p in PAPERS}, read_paper),
    **dict.fromkeys(("resolution", "Resolution", "resolutions", "Resolutions"), read_resolution),
    **{form: read_message for w in SERIES for s in (w, w.capitalize(), w.upper()) for form in (s, f"{s}s")},
    **{form: read_message for w in COMMON for s in (w, w.capitalize()) for form in (s, f"{s}s", f"{s}es")},
}
_OUTLINE = bytes(ord(c if c.isalpha() else "0" if c.isdecimal() else " ") for c in map(chr, range(128))) + bytes(128)
_BEFORE_NUMBER = r"(?= {1,3}(?:Nos? {1,2}|[A-Z]{1,2} {1,3})?0)"
_NO_LETTER = "(?![A-Za-z])"
_SMALL = (any_of(w for w in _RULES if w[0] == letter) for letter in sorted({w[0] for w in _RULES if w[0].islower()}))
_LARGE = any_of(w for w in _RULES if w[0].isupper())
# Most words are small. Each branch for those begins with its letter, so that one look passes it over.
_WORD = re.compile(
    rf" ({'|'.join(f'{words}{_NO_LETTER}' for words in _SMALL)}|(?=[A-Z])(?:{_LARGE}{_NO_LETTER}"
    rf"|T[A-Za-z]++{_BEFORE_NUMBER}|[A-Z][A-Za-z]*+(?<=[osOS]){_BEFORE_NUMBER}))"
)
"""A word that may begin a phrase: one that a rule knows, or one before a number that may be a series of telegrams."""
_STEMS = ("ibid", "supra", "infra", "supplement", "source note")
_WITHOUT_NUMBER = re.compile(rf" {any_of((*_STEMS, *map(str.capitalize, _STEMS), 'IBID', *FIRST_WORDS))}\b")
"""A phrase without a number begins with one of these."""
