"""Group the lines of a document's body into blocks: heading, dateline, lists, paragraphs, tables, signature.

Lines come in, blocks with ranges of the source go out. Blocks are separated by blank lines; lists, tables and lines
between which the site leaves no blank are told apart by their form. Every visible character of the body lies in a
block or in a page break that stands alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.model import BlockKind
from pipeline.parsing.heading import NUMBERED
from pipeline.parsing.opening import LINE, dateline_range, is_classification, is_lead
from pipeline.parsing.participants import is_label
from pipeline.parsing.segments import BULLET, PAGE_BREAK, Line

TITLE_MAX = 400
NUMBERED_TITLE_MAX = 1000
HEAD_MAX = 80
ITEM_MAX = 200
"""Code points of a subject: longer ones of twelve volumes are sentences of the text."""

_HEADS: tuple[tuple[BlockKind, re.Pattern[str]], ...] = (
    ("subject", re.compile(r"\W*(?:subj|subjects?|topics?)\b(?!\s(?:to|which|that|we)\b)", re.IGNORECASE)),
    (
        "participant",
        re.compile(
            r"\W*(?:\w+ ){0,4}(?:(?:participa(?:nts?|tion)|principals|attend(?:ance|ees|ing))\b"
            r"|(?:(?<!\bthe\s)(?<!\bat\s)(?<!\bour\s)(?<!\btheir\s)present|participating)\b"
            r"(?!\s(?!(?:were|was|also|at|for|from|in|on|during)\b)(?-i:[a-z])))",  # and not `the present position`
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
        re.compile(
            r"(?:\w+ ){0,2}(?:participants?|participation|principals|present|attendance|attendees)\W*", re.IGNORECASE
        ),
    ),
)
"""Lines that are nothing but the head of a list of subjects or participants."""
_HEAD_WORDS = frozenset({"SUBJECT", "SUBJECTS", "PARTICIPANT", "PARTICIPANTS", "PARTICIPATION", "PRESENT", "REFERENCE"})
_LAST_SENTENCE = re.compile(r"(?:^|[.?!][\d”\"]*\s+)([^.?!]{1,80}:)$")
ITEM_NUMBER = re.compile(r"\(?\d{1,2}[.)]\s")
_ONE_ATTACHED = re.compile(
    r"\W?(?:Attachment|Tab|Enclosure|Annex|Appendix|Addendum)(?:\s[A-Z0-9]{1,3})?\W?", re.IGNORECASE
)
"""The heading of a paper that is attached: `Tab B`; it has no colon, as the head of a list of such papers may."""
_LABEL = re.compile(r"\(?(?:\d{1,3}|[A-Za-z]|[ivx]{1,5})[.)]{1,2}")
"""The number or letter of an item that stands alone on its line."""
_FIRST_LABEL = re.compile(rf"(?![B-Z]\.){_LABEL.pattern}(?=[\r\n]|\Z)")
"""One that a block begins with: an initial over a rank is a signature."""


@dataclass(slots=True)
class RawBlock:
    """A block as found: its kind, its range in the source, and for list items the level and the group they stand in."""

    kind: BlockKind
    start: int
    end: int
    indent: int = 0
    group: str | None = None


def read_body(text: str, lines: list[Line]) -> list[RawBlock]:
    """Group the lines of a body into blocks, in order; signatures are told from paragraphs afterwards, see `closing`.

    Args:
        text: the source.
        lines: the lines of the body, the notes list left out.
    """
    reader = _Reader(text, lines)
    reader.run()
    blocks = reader.blocks
    _mark_dateline(text, blocks, _mark_title(text, blocks))
    return _mark_labelled(text, blocks)


class _Reader:
    """Walks the lines once; `item` is the kind of the items of the list that was announced last."""

    def __init__(self, text: str, lines: list[Line]) -> None:
        self.text = text
        self.lines = lines
        self.blocks: list[RawBlock] = []
        self.item: BlockKind = "list_item"
        self.group: str | None = None
        self.fresh = True
        """No block is open: the line before was blank, a page break, or of another form."""

    def run(self) -> None:
        for at, line in enumerate(self.lines):
            if line.kind in ("blank", "page"):
                self.fresh = True
            elif line.kind == "bullet" and not self._stands_alone(line):
                self._bullet(at, line)
            elif line.kind == "text" and self._is_pages(line):
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
        previous = self.blocks[-1] if self.blocks else None
        opened = previous is not None and previous.kind == "list_head"
        numbered = ITEM_NUMBER.match(content) and not opened
        if numbered and previous is not None and ITEM_NUMBER.match(self.text, previous.start, previous.end):
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
                previous.kind, previous.start, previous.end = "table", self._row(previous.start), line.last
            else:
                self._open("table", line)
        elif line.kind == "number":
            self._open("list_item", line)
        else:
            self._open(self._announced(at, line) or "paragraph", line)
        self.fresh = False

    def _row(self, first: int) -> int:
        """Return where the row begins whose words begin at a place: the tabs before them are its empty cells."""
        while self.text.startswith("\t", first - 1, first):
            first -= 1
        return first

    def _is_caption(self, previous: RawBlock) -> bool:
        """A single short line that touches the first row is the caption of the table."""
        if self.fresh or previous.kind != "paragraph" or previous.end - previous.start > HEAD_MAX:
            return False
        content = self.text[previous.start : previous.end]
        return _line_end(self.text, previous) == previous.end and not dateline_range(content)

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
        content = _mended(_without_marker(content))
        if heads_attachment(content):
            return None
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
            first = self._row(first)
        self.blocks.append(RawBlock(kind, first, line.last, line.indent))


def heads_attachment(content: str) -> bool:
    """Tell whether a line is the heading of one paper that is attached.

    >>> heads_attachment("[Enclosure]"), heads_attachment("Attachments:")
    (True, False)
    """
    return _ONE_ATTACHED.fullmatch(content) is not None


def head_kind(content: str, tagged: str = "") -> BlockKind | None:
    """Return what the items of a list are whose head has no markers; None where the head says nothing.

    `RE` leads in subjects or references; where the list is `tagged` as one of subjects, it is.

    >>> head_kind("OTHERS PRESENT"), head_kind("Points agreed")
    ('participant', None)
    """
    if tagged == "subject" and content.rstrip(":.") in {"RE", "Re", "IN RE"}:
        return "subject"
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


def _mark_title(text: str, blocks: list[RawBlock]) -> int:
    """The first block is the heading, or the one under the line above it, if it is numbered or short; return which."""
    loose = [text[b.start : b.end] for b in blocks[:2] if b.kind in ("paragraph", "list_head")]
    at = 1 if len(loose) > 1 and is_lead(*loose) else 0
    if not blocks or blocks[at].kind not in ("paragraph", "list_head"):
        return 0
    title = blocks[at]
    numbered = NUMBERED.match(text, title.start, title.end)
    if title.end - title.start <= (NUMBERED_TITLE_MAX if numbered else TITLE_MAX):
        title.kind = "title"
        line_end = _line_end(text, title)
        # Lines under the heading without a blank line between are no part of it.
        _split(text, blocks, at, title.start + len(text[title.start : line_end].rstrip()))
    return at


def _split(text: str, blocks: list[RawBlock], at: int, end: int, rest: BlockKind = "paragraph") -> None:
    """End a block at a place; what is left of it becomes a block of its own."""
    block = blocks[at]
    if end < block.end:
        begin = block.end - len(text[end : block.end].lstrip())
        blocks.insert(at + 1, RawBlock(rest, begin, block.end, block.indent))
        block.end = block.start + len(text[block.start : end].rstrip())


def _line_end(text: str, block: RawBlock) -> int:
    return min((i for c in "\r\n" if (i := text.find(c, block.start, block.end)) >= 0), default=block.end)


def _mark_dateline(text: str, blocks: list[RawBlock], title: int) -> None:
    """The block after the heading is the dateline, if it begins with one; a classification may stand between.

    The lines that touch it are of the opening too: a remark of when it was received, a classification, a salutation.
    """
    if not blocks or blocks[title].kind != "title":
        return
    for at in range(title + 1, min(title + 3, len(blocks))):
        block = blocks[at]
        content = text[block.start : block.end]
        if block.kind != "paragraph":
            return
        if found := dateline_range(content):
            cut_dateline(text, blocks, at, found)
            return
        if not is_classification(content):
            return


def cut_dateline(
    text: str, blocks: list[RawBlock], at: int, found: tuple[int, int], before: BlockKind = "other"
) -> None:
    """Make the range of a block, counted from its start, a dateline, and blocks of the lines before and after it."""
    start, end = (blocks[at].start + place for place in found)
    _split(text, blocks, at, end, "other")
    if start > blocks[at].start:
        _split(text, blocks, at, start)
        blocks[at].kind = before
        at += 1
    blocks[at].kind = "dateline"


def _mark_labelled(text: str, blocks: list[RawBlock]) -> list[RawBlock]:
    """Number or letter alone on its line, the words on the next: the site so prints some lists, all in one block."""
    found: list[RawBlock] = []
    for block in blocks:
        if block.kind == "paragraph" and _FIRST_LABEL.match(text, block.start, block.end):
            found += _labelled(text, block)
        else:
            found.append(block)
    return found


def _labelled(text: str, block: RawBlock) -> Iterator[RawBlock]:
    """Yield the items of a list, each from its label on."""
    lines = [m.span() for m in LINE.finditer(text, block.start, block.end)]
    if len(lines) == 1:
        yield block
        return
    first = last = block.start
    for start, end in lines:
        if start > first and _LABEL.fullmatch(text, start, end) and not _LABEL.fullmatch(text, first, last):
            yield RawBlock("list_item", first, last, block.indent)
            first = start
        last = end
    yield RawBlock("list_item", first, block.end, block.indent)
