"""Find where the documents of a TEI file lie in octets, so that some of them can be read without the rest.

The octets of a file that the parser has found well-formed come in; ranges go out, or none where the file has anything
by which a range would not mean the same alone. Source: XML 1.0, section 2: outside of comments, CDATA sections,
processing instructions and a document type declaration, `<` begins a tag, and no `<` stands within one.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

from pipeline.parsing.tei_names import TEI
from pipeline.parsing.tei_stream import LINE_MAX, MOST_AT_ONCE, Setting, Stream

LARGEST = MOST_AT_ONCE >> 1
"""Octets of a document that is cut out: with the lines put before it, it is still within the limit of the stream."""

_UTF8 = re.compile(rb"(?:\xef\xbb\xbf)?<[^\0]")
"""How a file begins that is UTF-8 unless it declares otherwise (XML 1.0, appendix F)."""
_MARKUP = (
    r"<(?:!--.*?-->|!\[CDATA\[.*?\]\]>|\?.*?\?>"
    r"""|(?P<end>/?)(?:%s)(?P<name>TEI|div)(?=[\s/>])(?:[^<>"']++|"[^"]*+"|'[^']*+')*+>)"""
)
"""What may hold the look of a tag, and the tags that count, with the prefixes of their namespace."""
_Element = etree._Element  # noqa: SLF001 - lxml gives the class no public name


@dataclass(frozen=True, slots=True)
class Cut:
    """One document: octets `[start, end)` of the file, the line from 1 that it begins in, its setting and checksum."""

    start: int
    end: int
    line: int
    setting: Setting
    sha256: str


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

    def alone(self, octets: bytes) -> bytes | None:
        """Return the documents as a file without anything else, `above` lines higher than in the whole file.

        Args:
            octets: what the file has in `[start, end)`; None comes back if it is not what was looked at.
        """
        root = self.root[1:].split(maxsplit=1)[0].decode()  # what follows it declares the namespace
        pieces = [self.root]
        line = self.documents[0].line
        for cut in self.documents:
            piece = octets[cut.start - self.start : cut.end - self.start]
            if hashlib.sha256(piece).hexdigest() != cut.sha256:
                return None
            missing = b"\n" * min(cut.line - line, LINE_MAX)  # beyond the parser gives no line at all
            before, after = _around(cut.setting, root.removesuffix("TEI"))
            pieces += [missing, before.encode(), piece, after.encode()]
            line = cut.line + piece.count(b"\n")
        return b"".join((*pieces, f"</{root}>".encode()))


def _around(setting: Setting, prefix: str) -> tuple[str, str]:
    """Return what stands before and behind a document, that it may be in its setting; `prefix` is that of TEI."""
    page = f"<{prefix}pb n={quoteattr(setting.page)}/>" if setting.page else ""
    chapters = [f"<{prefix}div><{prefix}head>{escape(heading)}</{prefix}head>" for heading in setting.chapters]
    return "".join([*chapters, page]), f"</{prefix}div>" * len(chapters)


def cut(data: bytes, stream: Stream, sha256: str) -> Cuts | None:
    """Find the documents in the octets of a file.

    Args:
        data: the file.
        stream: what has read it to its end.
        sha256: its checksum, in hexadecimal.

    Returns:
        None where a document may not be the same alone, or is not found where the parser has seen it: the XML has a
        fault, a document type declaration or another encoding than UTF-8; a namespace is declared below the root; a
        document lies in another, or is larger than `LARGEST`.
    """
    top = _plain_root(stream)
    if top is None or not _UTF8.match(data):
        return None
    prefixes = "|".join(re.escape(f"{p}:" if p else "") for p, space in top.nsmap.items() if space == TEI)
    root, *divisions = _divisions(re.compile((_MARKUP % prefixes).encode(), re.DOTALL), data)
    if len(divisions) != stream.divisions or data.find(b"xmlns", root[1]) >= 0:
        return None
    found = [divisions[seen.ordinal] for seen in stream.starts]
    is_nested = any(end > start for (_, _, end), (start, _, _) in pairwise(found))
    if is_nested or any(end - start > LARGEST for start, _, end in found):
        return None
    cuts = _checked(data, found, stream)
    return Cuts(sha256, data[root[0] : root[1]], cuts) if cuts else None


def _plain_root(stream: Stream) -> _Element | None:
    """Return the root, if the parser has seen documents, no fault, and nothing that bears upon what octets mean."""
    root = stream.root
    if root is None or root.getparent() is not None or stream.findings or len(stream.starts) != stream.documents:
        return None
    info: Any = root.getroottree().docinfo
    is_utf8 = (info.encoding or "UTF-8").upper() == "UTF-8" and info.xml_version == "1.0"
    return root if stream.starts and is_utf8 and info.internalDTD is None else None


def _divisions(token: re.Pattern[bytes], data: bytes) -> list[tuple[int, int, int]]:
    """Return the root and every division: where it begins, where its start tag ends, and where it ends."""
    found: list[tuple[int, int, int]] = []
    open_: list[int] = []
    for match in token.finditer(data):
        if match["name"] is None or (match["name"] == b"TEI" and found):
            continue
        if match["end"]:
            at = open_.pop()
            found[at] = (*found[at][:2], match.end())
        else:
            if match["name"] == b"div" and not match[0].endswith(b"/>"):
                open_.append(len(found))
            found.append((match.start(), match.end(), match.end()))
    return found


def _checked(data: bytes, found: Sequence[tuple[int, int, int]], stream: Stream) -> tuple[Cut, ...] | None:
    """Return the cuts, if each start tag is on the line and has the id that the parser has seen."""
    cuts: list[Cut] = []
    line, at = 1, 0
    for (start, inner, end), seen in zip(found, stream.starts, strict=True):
        line += data.count(b"\n", at, start)
        at = start
        tag = data[start:inner]
        if seen.line not in (None, line + tag.count(b"\n")) or (seen.xml_id or "").encode() not in tag:
            return None
        cuts.append(Cut(start, end, line, seen.setting, hashlib.sha256(data[start:end]).hexdigest()))
    return tuple(cuts)
