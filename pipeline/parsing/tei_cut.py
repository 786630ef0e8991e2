"""Take the documents out of a TEI file in octets, so that each can be read without the rest, and the rest without them.

The octets of a file come in; what is left of it and where its documents lie go out, or nothing where the file has
anything by which a range would not mean the same alone. What is wrong within a document is found when that is read.
Source: XML 1.0, section 2: outside of comments, CDATA sections, processing instructions and a document type
declaration, `<` begins a tag, and no `<` stands within one.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, NamedTuple

from lxml import etree

from pipeline.parsing.tei_names import TEI
from pipeline.parsing.tei_stream import LINE_MAX, MOST_AT_ONCE, Setting, Stream, parser

LARGEST = MOST_AT_ONCE >> 1
"""Octets of a document that is cut out: with the lines put before it, it is still within the limit of the stream."""

MOST = 1 << 16
"""Documents of a volume, and octets of the start tag of its root, which goes before each part; the series has 1,500
documents in a volume at most, and a root of 200 octets."""
_PREFIXES = 8
"""Prefixes that a root may give to TEI: each is looked for at every tag."""
_VALUES = r"""(?:[^<>"']++|"[^"<]*+"|'[^'<]*+')*+"""
"""What stands between the name of an element and the end of its tag; no `<` does, so that a quote left open ends."""
_ROOT = re.compile(
    rf"(?:\xef\xbb\xbf)?(?:\s|<!--.*?-->|<\?.*?\?>)*+(?P<root><(?:[^\s<>/:]*:)?TEI(?=[\s/>]){_VALUES}>)".encode(
        "latin-1"
    ),
    re.DOTALL,
)
"""How a file begins that is UTF-8 unless it declares otherwise (XML 1.0, appendix F) and has no document type."""
_MARKUP = rf"<(?:(?P<end>/?)(?P<name>(?:%s)(?:div|pb))(?=[\s/>]){_VALUES}(?P<whole>>?)|(?P<hidden>!--|!\[CDATA\[|\?))"
"""The tags that count, with the prefixes of their namespace, and what may hold the look of them."""
_HIDES = {b"!--": b"-->", b"![CDATA[": b"]]>", b"?": b"?>"}
_ATTRIBUTE = re.compile(rb"""(?<![^\s"'])([^\s=<>"'/]++)\s*+=\s*+(?:"([^"]*+)"|'([^']*+)')""")
_PLAIN = re.compile(rb"(?:[^&<]|&(?:lt|gt|amp|quot|apos|#[1-9]\d{1,3}|#x[\dA-Fa-f]{2,4});)*+")
"""A value with no reference but those that any XML may have."""
_START = re.compile(rb"<[^\s<>/]*div(?=[\s/>])[^<>]*")


class ChangedError(Exception):
    """Octets of a file are not those that were looked at."""


class Place(NamedTuple):
    """Where a document lies: octets `[start, end)` of the file; and the page breaks in it."""

    start: int
    inner: int
    """Where its start tag ends."""
    last: int
    """Where its end tag begins."""
    end: int
    pages: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Outline:
    """A file without its documents: of each there are its tags, page breaks and line ends; the rest is as it was."""

    octets: bytes
    root: bytes
    """The start tag of the root."""
    documents: tuple[Place, ...]
    """Where they lie in the file itself."""


@dataclass(frozen=True, slots=True)
class Cut:
    """One document: octets `[start, end)` of the file, the line from 1 it begins in, its setting, checksum and id."""

    start: int
    end: int
    line: int
    setting: Setting
    sha256: str
    xml_id: str | None = None


@dataclass(frozen=True, slots=True)
class Cuts:
    """Documents of a file in their order: its checksum, the start tag of its root, and where the documents lie.

    All namespaces are declared at the root, so that a document within its tags is what it is in the file.
    """

    sha256: str
    root: bytes
    documents: tuple[Cut, ...]

    def part(self, first: int, last: int | None) -> Cuts:
        """Return the documents `[first, last)`, counted from 0."""
        return replace(self, documents=self.documents[first:last])

    @property
    def start(self) -> int:
        """Where the first document begins, in octets of the file."""
        return self.documents[0].start

    @property
    def end(self) -> int:
        """Where the last document ends."""
        return self.documents[-1].end

    @property
    def above(self) -> int:
        """How many lines of the file are above what `alone` gives, which has no more before the first document."""
        return self.documents[0].line - 1 - self.root.count(b"\n")

    def pieces(self, size: int) -> Iterator[tuple[int, Cuts]]:
        """Yield the documents in parts of so many octets, or of one document; with each, how many are before it."""
        first = 0
        for at, cut in enumerate(self.documents):
            if at > first and cut.end - self.documents[first].start > size:
                yield first, self.part(first, at)
                first = at
        yield first, self.part(first, None)

    def alone(self, octets: bytes) -> bytes:
        """Return the documents as a file without anything else, `above` lines higher than in the whole file.

        Args:
            octets: what the file has in `[start, end)`.

        Raises:
            ChangedError: they are not what was looked at.
        """
        pieces = [self.root]
        line = self.documents[0].line
        for cut in self.documents:
            piece = octets[cut.start - self.start : cut.end - self.start]
            if hashlib.sha256(piece).hexdigest() != cut.sha256:
                raise ChangedError
            pieces += [b"\n" * min(cut.line - line, LINE_MAX), piece]  # beyond the parser gives no line at all
            line = cut.line + piece.count(b"\n")
        return b"".join((*pieces, b"</", self.root[1:].split(maxsplit=1)[0], b">"))  # what follows declares a namespace


class _UnclearError(Exception):
    """Where documents lie cannot be told without a parser."""


def outline(data: bytes) -> Outline | None:
    """Take the documents out of the octets of a file.

    Returns:
        None where a document may not be the same alone, or cannot be found without a parser: the file does not begin
        with a root of TEI in UTF-8, or has a document type; a namespace is declared below the root; a tag of a
        division is broken off, or a comment has another in it; a document lies in another, or is larger than `LARGEST`;
        or there is none, or there are too many.
    """
    begins = _ROOT.match(data)
    prefixes = _prefixes(begins["root"]) if begins and len(begins["root"]) <= MOST else []
    if begins is None or not 0 < len(prefixes) <= _PREFIXES or data.find(b"xmlns", begins.end()) >= 0:
        return None
    token = re.compile((_MARKUP % "|".join(map(re.escape, prefixes))).encode(), re.DOTALL)
    try:
        found = [*islice(_documents(token, data, begins.end()), MOST + 1)]
    except _UnclearError:
        return None
    if not 0 < len(found) <= MOST or any(place.end - place.start > LARGEST for place in found):
        return None
    pieces: list[bytes] = []
    at = 0
    for place in found:
        lines = data.count(b"\n", place.inner, place.last) - sum(page.count(b"\n") for page in place.pages)
        pieces += [data[at : place.inner], *place.pages, b"\n" * lines]
        at = place.last
    return Outline(b"".join([*pieces, data[at:]]), begins["root"], tuple(found))


def _prefixes(root: bytes) -> list[str]:
    """Return the prefixes of TEI that the start tag of a root declares, each with its colon."""
    try:
        element = etree.fromstring(root if root.endswith(b"/>") else root[:-1] + b"/>", parser())
    except etree.XMLSyntaxError:
        return []
    return [f"{prefix}:" if prefix else "" for prefix, space in element.nsmap.items() if space == TEI]


def _documents(token: re.Pattern[bytes], data: bytes, at: int) -> Iterator[Place]:
    """Yield the documents behind an octet; tags that do not match are left to the parser."""
    depth = 0
    inside: tuple[int, int, int] | None = None
    """Of the document at hand: how many divisions are around it, where it begins, and where its start tag ends."""
    pages: list[bytes] = []
    for match in _tags(token, data, at):
        tag, (start, end) = match[0], match.span()
        empty = tag.endswith(b"/>")
        if match["name"].endswith(b"pb"):
            if inside and match["whole"] and not match["end"]:
                pages.append(_page(match["name"], tag))
        elif not match["whole"]:
            raise _UnclearError
        elif match["end"]:
            depth -= 1
            if inside and inside[0] == depth:
                yield Place(*inside[1:], start, end, tuple(pages))
                inside = None
        elif not _is_document(tag):
            depth += not empty
        elif inside:
            raise _UnclearError
        elif empty:
            yield Place(start, end, end, end, ())
        else:
            inside, pages = (depth, start, end), []
            depth += 1


def _tags(token: re.Pattern[bytes], data: bytes, at: int) -> Iterator[re.Match[bytes]]:
    """Yield the tags that count behind an octet, but what only looks like one."""
    while match := token.search(data, at):
        at = match.end()
        if match["hidden"] is None:
            yield match
            continue
        begin, at = at, data.find(_HIDES[match["hidden"]], at)
        if at < 0 or (match["hidden"] == b"!--" and data.find(b"--", begin, at) >= 0):  # which no comment has
            raise _UnclearError


def _is_document(tag: bytes) -> bool:
    """Tell whether the start tag of a division says that it is a document."""
    if b"document" not in tag and b"&" not in tag:
        return False
    values = _values(tag)
    kind, subkind = values.get(b"type", b""), values.get(b"subtype", b"")
    if b"&" in kind + subkind:
        raise _UnclearError
    return kind == b"document" or subkind == b"historical-document"


def _values(tag: bytes) -> dict[bytes, bytes]:
    """Return the attributes of a tag, as they are written."""
    return {match[1]: match[2] or match[3] or b"" for match in _ATTRIBUTE.finditer(tag)}


def _page(name: bytes, tag: bytes) -> bytes:
    """Return a page break with what tells its page, and without the faults that its tag may have."""
    values = _values(tag)
    told = [(key, values.get(key)) for key in (b"n", b"xml:id")]
    kept = b"".join(b' %s="%s"' % (k, v.replace(b'"', b"&quot;")) for k, v in told if v and _PLAIN.fullmatch(v))
    return b"<%s%s/>" % (name, kept)


def documents_in(octets: bytes) -> int:
    """Return how many documents seem to begin in octets, also where a comment or the like hides them."""
    count = 0
    for match in _START.finditer(octets):
        try:
            count += _is_document(match[0])
        except _UnclearError:
            count += 1
    return count


def cuts_of(data: bytes, found: Outline, stream: Stream, sha256: str) -> Cuts | None:
    """Return where the documents of a file lie, if a parser has seen the same ones in what is left of it.

    Args:
        data: the file.
        found: what is left of it, and where the documents are.
        stream: what has read that to its end.
        sha256: the checksum of the file, in hexadecimal.

    Returns:
        None where what is left has a fault, another encoding than UTF-8, or documents with other start tags.
    """
    root = stream.root
    if root is None or stream.findings or not len(stream.starts) == stream.documents == len(found.documents):
        return None
    info: Any = root.getroottree().docinfo
    if (info.encoding or "UTF-8").upper() != "UTF-8" or info.xml_version != "1.0" or info.internalDTD is not None:
        return None
    cuts: list[Cut] = []
    line, at = 1, 0
    for place, seen in zip(found.documents, stream.starts, strict=True):
        line += data.count(b"\n", at, place.start)
        at = place.start
        tag = data[place.start : place.inner]
        if seen.line not in (None, line + tag.count(b"\n")) or (seen.xml_id or "").encode() not in tag:
            return None
        sha = hashlib.sha256(data[place.start : place.end]).hexdigest()
        cuts.append(Cut(place.start, place.end, line, seen.setting, sha, seen.xml_id))
    return Cuts(sha256, found.root, tuple(cuts))
