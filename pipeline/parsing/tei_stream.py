"""Stream the divisions of a TEI file: one at a time is in memory, or as many as are held, and hostile XML is refused.

A file comes in; its header and its divisions go out as elements, each good only until the next one is asked for, or
until those held are released. No entity is expanded, no other file or address is read, and what passes the limits of
depth and size ends the reading.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from lxml import etree

from pipeline.findings import Finding, finding
from pipeline.parsing.tei_header import words
from pipeline.parsing.tei_names import DIV, HEADER, NOTE, PAGE, TEI, XML_ID, is_document, tei
from pipeline.parsing.tei_pages import volume_page

CHUNK = 1 << 16
MOST_AT_ONCE = 1 << 26
"""Octets of a file that may pass without the end of a division; the largest of the series has some 2 million."""
CHAPTERS_MAX = 4000
"""Code points that the headings around a document may have together: every document repeats them."""
MOST_PAGES = 1000
"""Page breaks that are kept at a time."""
LINE_MAX = 65535
"""The line from which on the parser keeps none of an element."""

_SAFE: dict[str, Any] = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "collect_ids": False,
    "huge_tree": False,
    "remove_pis": True,
}
"""How XML from outside is parsed: nothing else is read, and limits of depth and size hold."""
_ROOT = f"{{{TEI}}}TEI"
_WHOLE = (HEADER, DIV)
"""What is yielded when it ends."""
_HOSTILE = ("Excessive depth", "amplification", "entity reference loop", "XML_PARSE_HUGE")
"""In the parser's messages for what passes its limits."""
_BODY, _HEAD = f"{{{TEI}}}body", f"{{{TEI}}}head"
_PROSE = tei("p", "list", "table", "quote", "note", "lg", "figure", "closer", "opener", "postscript", "ab")
_Element = etree._Element  # noqa: SLF001 - lxml gives the class no public name


@dataclass(frozen=True, slots=True)
class Setting:
    """What a document stands in, which its division does not say."""

    page: str | None = None
    """The page that it begins on, as the last page break before it tells."""
    chapters: tuple[str, ...] = ()
    """The headings of the divisions around it, outermost first."""


@dataclass(frozen=True, slots=True)
class Seen:
    """The start tag of a document: the line it ends in, its id and its setting."""

    line: int | None
    """From 1; None from LINE_MAX on."""
    xml_id: str | None
    setting: Setting


@dataclass(slots=True)
class _Chapter:
    """A division at hand that is no document; its heading is known as soon as another division begins in it."""

    element: _Element
    in_body: bool
    heading: str | None = None


@dataclass(frozen=True, slots=True)
class _Ended:
    """An element that was yielded."""

    element: _Element
    is_chapter: bool
    """Whether it is a division of the body that is no document."""
    is_last: bool
    """Whether nothing before it is needed any more."""
    in_body: bool
    """Whether what stands before it is of the body."""


class Stream:
    """The divisions of one file; after the end, `findings` says why it ended early, and `sha256` what was read.

    Only with `checksum` is `sha256` reckoned, which costs half as much as to parse.

    `root` is the root element, `is_tei` tells whether it is one of TEI; `starts` are the documents that have begun.
    `setting` is that of the document yielded last. `outside` counts the paragraphs, lists, tables and notes of the body
    that stand in no document, the first of them in `outside_line`. A fault says what is `lost` by it: what follows, or
    less where it is read on behind it.

    With `hold` elements stay until `release` is called: `held` is how many octets were read since, and `nested` tells
    whether the document yielded last lies in another, which must not be yielded before that is released.
    """

    def __init__(
        self,
        source: Path | bytes,
        name: str,
        *,
        checksum: bool = False,
        hold: bool = False,
        lost: str = "what follows is lost",
    ) -> None:
        self._source = source
        self.name = name
        self.findings: list[Finding] = []
        self.is_tei = False
        self.root: _Element | None = None
        self.documents = 0
        self.starts: list[Seen] = []
        self.setting = Setting()
        self.held = 0
        self.nested = False
        self.outside = 0
        self.outside_line: int | None = None
        self._pages: list[tuple[str | None, str | None]] = []
        """Number and id of the page breaks since a document began, and of the last before that which has a name."""
        self._chapters: list[_Chapter] = []
        self._settings: list[Setting] = []
        """Those of the documents at hand, each within the one before it."""
        self._hold = hold
        self._lost = lost
        self._ended: list[_Ended] = []
        self._checksum = checksum
        self._sha256 = hashlib.sha256()

    @property
    def sha256(self) -> str:
        """SHA-256 of what was read so far, in hexadecimal."""
        return self._sha256.hexdigest()

    def __iter__(self) -> Iterator[_Element]:
        """Yield the header and every division that lies in no document, when it ends; documents within it come before.

        Well-formed divisions before an error are yielded.
        """
        events = etree.XMLPullParser(("start", "end"), tag=(_ROOT, HEADER, DIV, PAGE), **_SAFE)
        with ExitStack() as stack:
            try:
                stream = stack.enter_context(self._open())
                yield from self._read(stream, events)
                while self._checksum and (chunk := stream.read(CHUNK)):  # what follows a fault is of the file too
                    self._sha256.update(chunk)
            except OSError as error:
                self._end("P103", f"the file cannot be read: {error.strerror}")

    def _open(self) -> BinaryIO:
        return BytesIO(self._source) if isinstance(self._source, bytes) else self._source.open("rb")

    def _read(self, stream: BinaryIO, parser: etree.XMLPullParser) -> Iterator[_Element]:
        passed = 0
        while not self.findings:
            chunk = stream.read(CHUNK)
            if self._checksum:
                self._sha256.update(chunk)
            error = None
            try:
                parser.feed(chunk) if chunk else parser.close()
            except etree.XMLSyntaxError as raised:
                error = raised
            self._look_for_faults(parser, error, at_end=not chunk)
            passed += len(chunk)
            self.held += len(chunk)
            events: Iterable[tuple[str, Any]] = parser.read_events()
            for event, element in events:
                if event == "start":
                    self._begin(element)
                elif element.tag in _WHOLE:
                    passed = 0
                    yield from self._done(element)
                if self.findings and any(f.code == "P602" for f in self.findings):
                    return
            if passed > MOST_AT_ONCE:
                self._end("P602", f"{passed:,} octets pass without the end of a division")
            if not chunk:
                return

    def _begin(self, element: _Element) -> None:
        """Look at the root before anything in it is read, and note where documents begin."""
        if element.tag == PAGE:
            self._pages.append((element.get("n"), element.get(XML_ID)))
            if len(self._pages) > MOST_PAGES:
                self._page()
            return
        if element.tag == DIV:
            self._begin_division(element)
        if element.tag != _ROOT or self.root is not None:
            return
        self.root, self.is_tei = element, True
        info: Any = element.getroottree().docinfo
        internal = info.internalDTD
        if internal is not None and (info.system_url or any(True for _ in internal.iterentities())):
            self._end("P602", "its document type declaration declares entities or names another file")

    def _begin_division(self, element: _Element) -> None:
        around = self._chapters[-1] if self._chapters else None
        if around and around.heading is None:
            around.heading = _heading(around.element)
        if is_document(element):
            headings = tuple(c.heading for c in self._chapters if c.heading)
            setting = Setting(self._page(), headings if sum(map(len, headings)) <= CHAPTERS_MAX else ())
            self.starts.append(Seen(line(element), element.get(XML_ID), setting))
            self._settings.append(setting)
        else:
            self._chapters.append(_Chapter(element, around.in_body if around else _is_body(element.getparent())))

    def _page(self) -> str | None:
        """Return the page at hand, and forget the breaks before it."""
        for last in reversed(self._pages):
            if name := volume_page(*last):
                self._pages = [last]
                return name
        self._pages = []
        return None

    def _done(self, element: _Element) -> Iterator[_Element]:
        """Yield an element that has ended; it is forgotten when it is released."""
        counted = is_document(element)
        in_body = False
        if element.tag == DIV and counted:
            self.setting = self._settings.pop()
        elif element.tag == DIV:
            in_body = self._chapters.pop().in_body
        self.nested = bool(self._settings)
        if self.nested and not counted:
            return
        parent = element.getparent()
        is_last = not self.nested and parent is not None
        body = self._chapters[-1].in_body if self._chapters else _is_body(parent)
        self._ended.append(_Ended(element, in_body, is_last, is_last and body))
        yield element
        self.documents += counted
        if not self._hold:
            self.release()

    def release(self) -> None:
        """Forget the elements that were yielded, and what stands before them."""
        for ended in self._ended:
            self._forget(ended)
        self._ended.clear()
        self.held = 0

    def _forget(self, ended: _Ended) -> None:
        element = ended.element
        if ended.is_chapter:
            self._pass_over(element)
        # Words that follow a document within another are of that one.
        element.clear(keep_tail=True)  # type: ignore[call-arg]  # the stubs do not know it yet
        parent = element.getparent()
        if not ended.is_last or parent is None:
            return
        if ended.in_body:
            self._pass_over(element.itersiblings(preceding=True))
        while (previous := element.getprevious()) is not None:
            parent.remove(previous)

    def _pass_over(self, children: Iterable[_Element]) -> None:
        """Count what of some children of a division of the body, or of itself, is in no document."""
        for child in children:
            prose = [child] if child.tag in _PROSE else child.iter(NOTE) if child.tag == _HEAD else ()
            for element in prose:
                self.outside += 1
                self.outside_line = min(filter(None, (self.outside_line, line(element))), default=None)

    def _look_for_faults(
        self, parser: etree.XMLPullParser, error: etree.XMLSyntaxError | None, *, at_end: bool
    ) -> None:
        """Tell of the first fault that ends the reading; what the parser raises, some chunks later, may be another."""
        entries: Any = parser.feed_error_log  # that of the error goes on from file to file
        log = [(entry.message or "", entry.line) for entry in entries if entry.level >= etree.ErrorLevels.FATAL]
        if not log and error is None:
            return
        message, line = log[0] if log else ((error and error.msg) or "the XML cannot be read", error and error.lineno)
        hostile = next((told for told, _ in log if any(word in told for word in _HOSTILE)), None)
        if hostile:
            self._end("P602", hostile, line or None)
        else:
            lost = "" if at_end and not log else f"; {self._lost}"  # all was read where only names are wrong
            self._end("P601", f"{' '.join(message.split(', line ')[0].split())}{lost}", line or None)

    def _end(self, code: str, message: str, line: int | None = None) -> None:
        self.findings.append(finding(code, message, self.name, line=line))


def parser() -> etree.XMLParser:
    """Return a parser that reads as a `Stream` does."""
    return etree.XMLParser(**_SAFE)


def _is_body(element: _Element | None) -> bool:
    return element is not None and element.tag == _BODY


def _heading(division: _Element) -> str:
    """Return the heading of a division, nothing where it has none."""
    return next((words(head) for head in division.iterchildren(_HEAD)), "")


def line(element: _Element, above: int = 0) -> int | None:
    """Return the line of an element, from 1, with so many above what was parsed; None where the parser lost count."""
    found: Any = element.sourceline
    return above + found if found and 0 < found < LINE_MAX else None
