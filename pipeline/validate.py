"""The rules a careful editor checks: in one document, and in the set of them.

Documents come in, findings go out; nothing is changed and nothing guessed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from itertools import groupby, islice, pairwise

from pipeline import catalogue
from pipeline.findings import MOST, WHOLE, Finding, Locator, finding
from pipeline.index import Card
from pipeline.model import Document
from pipeline.numerals import arabic, number_of

_CONTROLS = bytes(n for n in (*range(0x20), *range(0x7F, 0xA0)) if n not in b"\t\n\r")
_MARKED = bytes.maketrans(_CONTROLS, b"?" * len(_CONTROLS))
_CONTROL = re.compile(rf"[{re.escape(_CONTROLS.decode('latin-1'))}]+")
_REPLACEMENT = re.compile("\ufffd+")
_MISREAD = re.compile(r"â€[™œ“”˜¦–—\x9d]?|Ã[\xa0-\xbf]|Â[\xa0-\xbf]")
_MISREAD_BEGINS = ("â€", "Ã", "Â")


def validate_document(document: Document, locator: Locator) -> list[Finding]:
    """Check one document against its text."""
    found: list[Finding] = []
    for rule in (_empty, _characters, _pages, _volume):
        found += rule(document, locator)
    return [f.model_copy(update={"document_id": document.document_id}) for f in found]


def _empty(document: Document, locator: Locator) -> Iterator[Finding]:
    if not document.blocks and not document.notes:
        yield locator.finding("V101", "the document is empty", WHOLE)
    elif len(document.blocks) == 1 and document.blocks[0].kind == "title" and not document.notes:
        yield locator.finding("V102", "nothing follows the heading", document.blocks[0])


def _characters(document: Document, locator: Locator) -> Iterator[Finding]:  # noqa: ARG001 - the form of a rule
    def control(text: str) -> str:
        return f"control character U+{ord(text[0]):04X}"

    text = locator.text  # most documents hold none of these, which a look at all the text shows faster than patterns
    if _has_control(text):
        yield from _each(locator, "V103", _CONTROL, control)
    if "\ufffd" in text:
        yield from _each(locator, "V104", _REPLACEMENT, lambda _: "U+FFFD stands for a letter that was lost")
    if any(map(text.__contains__, _MISREAD_BEGINS)):
        yield from _each(locator, "V105", _MISREAD, lambda text: f"{text!r} looks like a letter decoded wrongly")


def _has_control(text: str) -> bool:
    """Tell whether a text has any of the control characters, all of which Latin-1 has."""
    octets = text.encode("latin-1", "replace")
    return octets.translate(_MARKED) != octets


def _each(locator: Locator, code: str, pattern: re.Pattern[str], message: Callable[[str], str]) -> Iterator[Finding]:
    """One finding a place; those beyond the limit are counted without being made."""
    places = locator.search(pattern)
    for text, place in islice(places, MOST):
        yield locator.finding(code, message(text), place)
    following = next(places, None)
    if following:
        more = 1 + sum(1 for _ in places)
        yield locator.finding(code, f"{more} more places like this in the file", following[1])


def _page_number(page: str) -> tuple[str, int] | None:
    """Return the sequence a page belongs to and its number in it; None where the form is unknown."""
    number = number_of(page)
    if number is not None:
        return "arabic", number
    roman = arabic(page.upper())
    return ("roman", roman) if roman is not None else None


def _pages(document: Document, locator: Locator) -> Iterator[Finding]:
    numbered = [(n, p) for p in document.page_breaks if (n := _page_number(p.page))]
    for (earlier, before), (later, page) in pairwise(numbered):
        if earlier[0] != later[0]:
            continue
        if later[1] <= earlier[1]:
            message = f"page {page.page} comes after page {before.page}"
            yield locator.finding("V301", message, page, label="out of order")
        elif later[1] > earlier[1] + 1:
            missing = later[1] - earlier[1] - 1
            message = f"{missing} {'page is' if missing == 1 else 'pages are'} missing before page {page.page}"
            yield locator.finding("V302", message, page, label="pages missing before it")


def _volume(document: Document, locator: Locator) -> Iterator[Finding]:
    volume = catalogue.volumes().get(document.volume_id or "")
    if volume is None:
        return
    number = number_of(document.number or "")
    if number is not None and volume.has_document(number) is False:
        message = f"{volume.volume_id} has documents {volume.first_document} to {volume.last_document}"
        yield locator.finding("V403", f"{message}, not {document.number}", WHOLE)
    year = int(document.date[:4]) if document.date else None
    first, last = volume.coverage_from, volume.coverage_to
    if year and first and last and not first <= year <= last:
        yield locator.finding("V501", f"{document.date} lies outside {first}–{last}", WHOLE)


def validate_set(cards: Iterable[Card], *, whole: bool = True) -> list[Finding]:
    """Check the documents of a package together: ids given twice, numbers missing between them.

    Where only some documents of a source are wanted, they are not the whole, and no number is missing.
    """
    # The order of documents with one id is that of their files: the first is kept.
    ordered = sorted(cards, key=lambda c: c.document_id.casefold())
    found = [
        finding(
            "V401",
            f"this is document {b.document_id}, and so is {_another(a, b)}; this one is left out",
            b.file,
            line=b.line,
            document_id=b.document_id,
        )
        for a, b in _twins(ordered, lambda c: c.document_id.casefold())
    ]
    numbered = sorted(
        (c for c in ordered if c.number), key=lambda c: (c.volume_id or "", c.number or "", c.document_id)
    )
    found += [
        finding(
            "V404",
            f"{b.document_id} has the number {b.number}, and so has {a.document_id}",
            b.file,
            line=b.line,
            document_id=b.document_id,
        )
        for a, b in _twins(numbered, lambda c: (c.volume_id, c.number))
        if a.document_id.casefold() != b.document_id.casefold()
    ]
    for volume, group in groupby(numbered, key=lambda c: c.volume_id):
        found += _sequence(volume, list(group), whole=whole)
    return found


def _sequence(volume: str | None, cards: Sequence[Card], *, whole: bool) -> Iterator[Finding]:
    """The documents of a volume: no number is missing, and pages follow each other."""
    plain = ((number_of(card.number or ""), card) for card in cards)
    counted = sorted(((n, card) for n, card in plain if n is not None), key=lambda item: item[0])
    numbers = sorted({number for number, _ in counted})
    gaps = [f"{a + 1}" if b - a == 2 else f"{a + 1} to {b - 1}" for a, b in pairwise(numbers) if b - a > 1]  # noqa: PLR2004 - one number missing
    if gaps and whole:
        shown = ", ".join(gaps[:MOST]) + (f" and {len(gaps) - MOST} more gaps" if len(gaps) > MOST else "")
        files = {card.file for _, card in counted}
        told = f"documents {shown} {f'of {volume} ' if volume else ''}are not in this set"
        yield finding("V402", told, files.pop() if len(files) == 1 else None)
    paged = [card for _, card in counted if card.first_page is not None]
    for before, card in pairwise(paged):
        if card.first_page is not None and before.last_page is not None and card.first_page < before.last_page:
            message = (
                f"page {card.first_page} begins here, but document {before.number} already has page {before.last_page}"
            )
            yield finding("V303", message, card.file, line=card.line, document_id=card.document_id)


def _another(first: Card, other: Card) -> str:
    return first.file if first.file != other.file else "one before it in the same file"


def _twins(ordered: Sequence[Card], key: Callable[[Card], Hashable]) -> Iterator[tuple[Card, Card]]:
    """Yield the first document of a key with each later one."""
    for _, group in groupby(ordered, key=key):
        first, *others = group
        yield from ((first, other) for other in others)
