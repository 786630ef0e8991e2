"""Group the lines of a document's body into blocks: heading, dateline, lists, paragraphs, tables, signature.

Lines come in, blocks with ranges of the source go out. Blocks are separated by blank lines; lists, tables and lines
between which the site leaves no blank are told apart by their form. Every visible character of the body lies in a
block or in a page break that stands alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.model import BlockKind
from pipeline.parsing.dates import is_dateline
from pipeline.parsing.participants import is_full_name, is_label, is_signed, names_office
from pipeline.parsing.segments import BULLET, PAGE_BREAK, Line

TITLE_MAX = 400
NUMBERED_TITLE_MAX = 1000
HEAD_MAX = 80
SIGNATURE_MAX = 60
"""Code points of a line of a signature: in twelve volumes the 95th percentile is 20."""

ITEM_MAX = 200
"""Code points of a subject: longer ones of twelve volumes are sentences of the text."""

NUMBERED = re.compile(r"([0-9]{1,4}[A-Za-z]?)\.(?:\s+(?=\S)|(?=[A-Z][a-z]))")

_HEADS: tuple[tuple[BlockKind, re.Pattern[str]], ...] = (
    ("subject", re.compile(r"\W*(?:subj|subjects?|topics?)\b", re.IGNORECASE)),
    (
        "participant",
        re.compile(
            r"\W*(?:\w+ ){0,4}(?:participa(?:nts?|tion|ting)|present|attend(?:ance|ees|ing))\b",
            re.IGNORECASE,
        ),
    ),
    (
        "list_item",
        re.compile(
            r"\W*(?:to|from|fm|info|action|through|thru|via|for|cc|copies|copy|attention|refs?|references?|re|dates?"
            r"|place|time|memorandum (?:for|to)|distribution|enclosures?|tabs?|attachments?)\b",
            re.IGNORECASE,
        ),
    ),
)


_BARE_HEADS: tuple[tuple[BlockKind, re.Pattern[str]], ...] = (
    ("subject", re.compile(r"(?:subj|subjects?|topics?)\W*", re.IGNORECASE)),
    (
        "participant",
        re.compile(r"(?:\w+ ){0,2}(?:participants?|participation|present|attendance|attendees)\W*", re.IGNORECASE),
    ),
)
"""Lines that are nothing but the head of a list of subjects or participants."""
_HEAD_WORDS = frozenset({"SUBJECT", "SUBJECTS", "PARTICIPANT", "PARTICIPANTS", "PARTICIPATION", "PRESENT", "REFERENCE"})
_LAST_SENTENCE = re.compile(r"(?:^|[.?!][\d”\"]*\s+)([^.?!]{1,80}:)$")
_ITEM_NUMBER = re.compile(r"\(?\d{1,2}[.)]\s")
_ATTACHED = re.compile(r"\W?(?:Attachments?|Tabs?|Enclosures?|Annex|Appendix|Addendum)\b", re.IGNORECASE)
_MARKER_END = re.compile(r"[\s*†‡§]*\d{0,2}$")


@dataclass(slots=True)
class RawBlock:
    """A block as found: its kind, its range in the source, and for list items the level and the group they stand in."""

    kind: BlockKind
    start: int
    end: int
    indent: int = 0
    group: str | None = None


@dataclass(slots=True)
class Body:
    """The blocks of a body in order, and the page breaks that stand alone."""

    blocks: list[RawBlock]
    pages: list[tuple[int, int]]


def read_body(text: str, lines: list[Line], *, before_notes: bool) -> Body:
    """Group the lines of a body into blocks.

    Args:
        text: the source.
        lines: the lines of the body, the notes list left out.
        before_notes: a notes list follows the last line.
    """
    reader = _Reader(text, lines)
    reader.run()
    blocks = reader.blocks
    _mark_title(text, blocks)
    _mark_dateline(text, blocks)
    _mark_signature(text, blocks, lines, before_notes=before_notes)
    return Body(blocks, reader.pages)


class _Reader:
    """Walks the lines once; `item` is the kind of the items of the list that was announced last."""

    def __init__(self, text: str, lines: list[Line]) -> None:
        self.text = text
        self.lines = lines
        self.blocks: list[RawBlock] = []
        self.pages: list[tuple[int, int]] = []
        self.item: BlockKind = "list_item"
        self.group: str | None = None
        self.fresh = True
        """No block is open: the line before was blank, a page break, or of another form."""

    def run(self) -> None:
        for at, line in enumerate(self.lines):
            if line.kind == "blank":
                self.fresh = True
            elif line.kind == "page":
                self.pages.append((line.first, line.last))
                self.fresh = True
            elif line.kind == "bullet" and not self._stands_alone(line):
                self._bullet(at, line)
            elif line.kind == "text" and self._is_pages(line):
                self.pages += [m.span() for m in PAGE_BREAK.finditer(self.text, line.first, line.last)]
                self.fresh = True
            else:
                self._text(at, line)

    def _is_pages(self, line: Line) -> bool:
        """Several page breaks in one line, and nothing else."""
        content = self.text[line.first : line.last]
        return content.startswith("[") and not PAGE_BREAK.sub("", content).strip()

    def _stands_alone(self, line: Line) -> bool:
        """A paragraph that opens with a bullet: the items of a list are indented, or follow a head or an item."""
        previous = self.blocks[-1].kind if self.blocks else "paragraph"
        return line.indent == 0 and self.fresh and previous in ("title", "dateline", "paragraph", "table")

    def _bullet(self, at: int, line: Line) -> None:
        content = self.text[line.first : line.last]
        following = self._next_visible(at)
        if following is not None and following.kind == "bullet" and following.indent > line.indent:
            self.group = _without_marker(content)
            self._open("list_head", line)
        elif content.isupper() and self.item in ("subject", "participant") and (kind := bare_head(content)):
            self.item, self.group = kind, None
            self._open("list_head", line)
        else:
            self._item(line, content)
        self.fresh = False

    def _item(self, line: Line, content: str) -> None:
        if self.item == "subject" and self._is_no_subject(content):
            self.item = "list_item"
        if line.indent < self._group_indent():
            self.group = None
        self._open(self.item, line)
        if self.item == "participant" and is_label(_without_marker(content)):
            self.group = _without_marker(content)
        else:
            self.blocks[-1].group = self.group

    def _is_no_subject(self, content: str) -> bool:
        """A numbered point among subjects that are not numbered, or a sentence too long for one, is of the text."""
        first = self.blocks[-1] if self.blocks else None
        opened = first is not None and first.kind == "list_head"
        numbered = _ITEM_NUMBER.match(content) and not opened
        if numbered and first is not None and _ITEM_NUMBER.match(self.text, first.start, first.end):
            numbered = None
        return bool(numbered) or (
            not opened and len(content) > ITEM_MAX and content.rstrip("0123456789 ").endswith(".")
        )

    def _group_indent(self) -> int:
        previous = self.blocks[-1] if self.blocks else None
        return previous.indent if previous is not None else 0

    def _text(self, at: int, line: Line) -> None:
        previous = self.blocks[-1] if self.blocks else None
        if not self.fresh and previous is not None and self._continues(previous, line):
            previous.end = line.last
            return
        if "\t" in self.text[line.first : line.last]:
            if previous is not None and self._is_caption(previous):
                previous.kind, previous.end = "table", line.last
            else:
                self._open("table", line)
        elif line.kind == "number":
            self._open("list_item", line)
        else:
            self._open(self._announced(at, line) or "paragraph", line)
        self.fresh = False

    def _is_caption(self, previous: RawBlock) -> bool:
        """A single short line that touches the first row is the caption of the table."""
        if self.fresh or previous.kind != "paragraph" or previous.end - previous.start > HEAD_MAX:
            return False
        return _line_end(self.text, previous) == previous.end

    def _continues(self, previous: RawBlock, line: Line) -> bool:
        if line.kind == "number":
            return False
        if previous.kind == "table" or "\t" in self.text[line.first : line.last]:
            return previous.kind == "table"
        if previous.kind == "paragraph":
            return True
        return previous.indent > 0 and line.indent > previous.indent

    def _announced(self, at: int, line: Line) -> BlockKind | None:
        """Return list_head where a list of a known name follows, and remember what its items are."""
        following = self._next_visible(at)
        self.item, self.group = "list_item", None
        content = self.text[line.first : line.last]
        if following is None or following.kind != "bullet":
            return "list_head" if content.isupper() and bare_head(content) == "participant" else None
        if len(content) > HEAD_MAX:
            sentence = _LAST_SENTENCE.search(content[-HEAD_MAX - 8 :])
            if sentence and _HEADS[1][1].match(sentence[1]):
                self.item = "participant"
            return None
        content = _without_marker(content)
        if kind := head_kind(content):
            self.item = kind
            return "list_head"
        return "list_head" if content.isupper() else None

    def _next_visible(self, at: int) -> Line | None:
        for line in self.lines[at + 1 : at + 4]:
            if line.kind not in ("blank", "page"):
                return line
        return None

    def _open(self, kind: BlockKind, line: Line) -> None:
        first = line.first
        if line.kind == "bullet" and kind == "paragraph":
            first = self.text.rindex(BULLET, line.start, first)
        if kind == "table":
            # The tabs that a row begins with are its empty cells.
            lead = self.text[line.start : line.first]
            first -= len(lead) - len(lead.rstrip("\t"))
        self.blocks.append(RawBlock(kind, first, line.last, line.indent))


def head_kind(content: str) -> BlockKind | None:
    """Return what the items of a list are whose head has no markers; None where the head says nothing.

    >>> head_kind("OTHERS PRESENT"), head_kind("Points agreed")
    ('participant', None)
    """
    content = _mended(content)
    found = (kind for kind, pattern in _HEADS if pattern.match(content))
    return None if content.endswith((".", ";")) else next(found, None)


def bare_head(content: str) -> BlockKind | None:
    """Return the kind of list that a line is the bare head of, in capitals or with a colon; None for any other line."""
    if len(content) > HEAD_MAX or not (content.isupper() or content.rstrip().endswith(":")):
        return None
    return next((kind for kind, pattern in _BARE_HEADS if pattern.fullmatch(_mended(content))), None)


def _mended(content: str) -> str:
    """Return a head with two neighbouring letters put right: `SUJBECT`."""
    word = content.rstrip(": \u00a0")
    if word in _HEAD_WORDS or not 6 < len(word) < 16:  # noqa: PLR2004 - the lengths of the words
        return content
    swapped = (word[:i] + word[i + 1] + word[i] + word[i + 2 :] for i in range(len(word) - 1))
    return next((w for w in swapped if w in _HEAD_WORDS), content)


def _without_marker(content: str) -> str:
    """Return a line without the page breaks in it and the marker behind it."""
    content = PAGE_BREAK.sub("", content)
    return re.sub(r"(?<=[^\d\s])\s?\d{1,2}$", "", content).strip()


def _mark_title(text: str, blocks: list[RawBlock]) -> None:
    """The first block is the heading, if it is numbered or short enough to be one."""
    if not blocks or blocks[0].kind not in ("paragraph", "list_head"):
        return
    first = blocks[0]
    numbered = NUMBERED.match(text, first.start, first.end)
    if first.end - first.start <= (NUMBERED_TITLE_MAX if numbered else TITLE_MAX):
        first.kind = "title"
        if _line_end(text, first) < first.end:
            _split_first_line(text, blocks)


def _split_first_line(text: str, blocks: list[RawBlock]) -> None:
    """Lines under the heading without a blank line between are no part of it."""
    first = blocks[0]
    line_end = _line_end(text, first)
    begin = first.end - len(text[line_end : first.end].lstrip())
    blocks.insert(1, RawBlock("paragraph", begin, first.end))
    first.end = first.start + len(text[first.start : line_end].rstrip())


def _line_end(text: str, block: RawBlock) -> int:
    return min((i for c in "\r\n" if (i := text.find(c, block.start, block.end)) >= 0), default=block.end)


def _mark_dateline(text: str, blocks: list[RawBlock]) -> None:
    """The block after the heading is the dateline, if its first line is a place and a date."""
    if len(blocks) > 1 and blocks[0].kind == "title" and blocks[1].kind == "paragraph":
        second = blocks[1]
        line_end = _line_end(text, second)
        if is_dateline(PAGE_BREAK.sub("", text[second.start : line_end])):
            second.kind = "dateline"
            if line_end < second.end:
                rest = text[line_end : second.end]
                begin = second.end - len(rest.lstrip())
                blocks.insert(2, RawBlock("paragraph", begin, second.end))
                second.end = line_end


def _mark_signature(text: str, blocks: list[RawBlock], lines: list[Line], *, before_notes: bool) -> None:
    """Find the signature that ends the body, with the lines of the closer before it.

    The site leaves no blank line between a closer and what follows it: the notes list, or page breaks and the list.
    Names before an attachment have no such form, and upstream does not tag them: they stay paragraphs.
    """
    if before_notes and len(blocks) > 1 and blocks[-1].kind == "paragraph":
        last = blocks[-1]
        if _is_signature(text, last) and _touches_end(lines, last.end):
            last.kind = "signature"
            _leave_marker(text, blocks)
            _extend_closer(text, blocks)


def _extend_closer(text: str, blocks: list[RawBlock]) -> None:
    """The names directly before the last lines of a closer belong to it: a name over its office, or several signers."""
    last = _content_lines(text, blocks[-1])
    office = not any(is_signed(_MARKER_END.sub("", line)) for line in last) or names_office(last)
    for block in reversed(blocks[1:-1]):
        lines = [_MARKER_END.sub("", line) for line in _content_lines(text, block)]
        if block.kind != "paragraph" or not _is_signer(text, block):
            return
        if not office and not any(is_full_name(line) for line in lines):
            return
        block.kind = "signature"


def _content_lines(text: str, block: RawBlock) -> list[str]:
    """Return the lines of a block without page breaks; only of a block short enough for a closer."""
    if block.end - block.start > SIGNATURE_MAX * 12:
        return []
    content = PAGE_BREAK.sub("", text[block.start : block.end])
    return [line.strip() for line in re.split(r"[\r\n]+", content) if line.strip()]


def _is_signature(text: str, block: RawBlock) -> bool:
    """Tell whether all lines of a block are short, and one has letters."""
    lines = _content_lines(text, block)
    return bool(lines) and all(len(x) <= SIGNATURE_MAX for x in lines) and any(c.isalpha() for x in lines for c in x)


def _is_signer(text: str, block: RawBlock) -> bool:
    """Tell whether a block is the name of a person, alone or with short unstopped lines around it."""
    lines = [_MARKER_END.sub("", line) for line in _content_lines(text, block)]
    if any(len(line) > SIGNATURE_MAX or line.endswith((",", ";")) or _ATTACHED.match(line) for line in lines):
        return False
    return any(is_signed(line) for line in lines)


def _touches_end(lines: list[Line], end: int) -> bool:
    """Tell whether nothing but page breaks, and no blank line, stands between a place and the last of the lines."""
    for line in reversed(lines):
        if line.first < end:
            return line.last >= end
        if line.kind == "blank":
            return False
    return False


def _leave_marker(text: str, blocks: list[RawBlock]) -> None:
    """A number that stands in a line of its own before a signature is no part of it."""
    last = blocks[-1]
    line_end = _line_end(text, last)
    if line_end < last.end and text[last.start : line_end].strip().isdigit():
        begin = last.end - len(text[line_end : last.end].lstrip())
        blocks.insert(len(blocks) - 1, RawBlock("paragraph", last.start, line_end))
        last.start = begin
