"""How a document closes: the signatures of it, and of the letters within it, told from paragraphs.

Blocks of a body come in; those that hold a name that signs become signatures, and what stands with them is parted off.
The site leaves no blank line between a closer and what follows it: the notes list, the end of the page, or the next
paper.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from pipeline.parsing.blocks import RawBlock, cut_dateline
from pipeline.parsing.dates import is_dateline, read_dates
from pipeline.parsing.heading import read_heading
from pipeline.parsing.opening import LINE
from pipeline.parsing.participants import is_full_name, is_signed, names_office
from pipeline.parsing.reading import Span
from pipeline.parsing.segments import PAGE_BREAK, Line

SIGNATURE_MAX = 60
"""Code points of a line of a signature: in twelve volumes the 95th percentile is 20."""
_CLOSER_MAX = 12 * SIGNATURE_MAX

_ATTACHED = re.compile(r"\W?(?:Attachments?|Tabs?|Enclosures?|Inclosures?|Annex|Appendix|Addendum)\b", re.IGNORECASE)
_SYMBOLS = "*†‡§"
_MARKER_END = re.compile(rf"[\s{_SYMBOLS}]*\d{{0,2}}$")
_BLANK_LINE = re.compile(r"(?:\r\n|\r|\n)[^\S\r\n]*(?:\r\n|\r|\n)")
_PERSON = re.compile(r"(?=.*\b[A-Z]\.)(?=.*[A-Z][a-z]{2})")
"""An initial, and a name that is written out: no office has both."""
_INITIALS = re.compile(r"(?:[A-Z][a-z]{0,2}\.?){2,5}")
_HEAD_LINES = 4
"""Lines of a closer, or of the heading of a paper, that touch each other."""


def mark_signatures(text: str, blocks: list[RawBlock], lines: Sequence[Line], *, before_notes: bool) -> None:
    """Find the signatures: of the last closer, and of letters that another paper touches.

    A name that stands between blank lines before an attachment has no form of its own, and upstream does not tag it:
    it stays a paragraph.

    Args:
        text: the source.
        blocks: the blocks of the body, in order; changed in place.
        lines: the lines of the body.
        before_notes: a notes list follows the last line.
    """
    blocks[:] = _part_papers(text, blocks)
    if len(blocks) < 2 or (before_notes and not _touches_end(lines, blocks[-1].end)):  # noqa: PLR2004 - a heading, and more
        return
    _part_last_line(text, blocks)
    last = blocks[-1]
    if last.kind == "paragraph" and _is_signature(text, last, named=not before_notes):
        last.kind = "signature"
        _leave_marker(text, blocks)
        first = _extend_closer(text, blocks)
        blocks[first:] = _share_out(text, blocks[first:])


def _part_papers(text: str, blocks: Sequence[RawBlock]) -> Iterator[RawBlock]:
    """Part blocks in which a signature touches the next paper, or the heading of a paper its dateline."""
    for at, block in enumerate(blocks):
        paper = _next_paper(text, blocks, at) if block.kind == "paragraph" and at else None
        if paper is None:
            yield block
            continue
        lines = [(start, end, _content(text, start, end)) for start, end in _lines(text, block)]
        if paper:
            yield RawBlock("signature", block.start, lines[paper - 1][1])
        if lines[paper:]:
            rest = RawBlock("paragraph", lines[paper][0], block.end)
            yield from _part_dateline(text, rest, lines[paper + 1 : paper + _HEAD_LINES])


def _next_paper(text: str, blocks: Sequence[RawBlock], at: int) -> int | None:
    """Return in which line of a block another paper begins, or None; where it is not the first, a name stands before.

    A block of one line ends with the paper before, if the next block touches it.
    """
    block = blocks[at]
    head = text[block.start : min(block.end, block.start + SIGNATURE_MAX + 1)]
    if len(head.rstrip()) > SIGNATURE_MAX and "\n" not in head and "\r" not in head:
        return None  # as nearly all paragraphs
    first = LINE.match(head)
    if first is None or len(first[0]) > SIGNATURE_MAX:
        return None
    if _ATTACHED.match(first[0]):
        return 0
    if not _signs(_name(first[0])):
        return None
    lines = [_content(text, start, end) for start, end in _lines(text, block)[:_HEAD_LINES]]
    if len(lines) == 1 and _touches_paper(text, block, blocks[at + 1 : at + 2]):
        return 1
    return next((i for i, line in enumerate(lines) if i and _begins_paper(line)), None)


def _part_dateline(text: str, block: RawBlock, lines: Sequence[tuple[int, int, str]]) -> list[RawBlock]:
    """Return the heading of a paper, its dateline, and what stands below, or the block itself without a dateline."""
    parts = [block]
    found = next(((a, b) for a, b, line in lines if is_dateline(line) and read_dates(line)), None)
    if found:
        cut_dateline(text, parts, 0, (found[0] - block.start, found[1] - block.start), before="paragraph")
    return parts


def _begins_paper(line: str) -> bool:
    """Tell whether a line is the heading of a further paper: `[Enclosure]`, `The Ambassador (Bay) to the Secretary`."""
    if _ATTACHED.match(line):
        return True
    heading = read_heading(_MARKER_END.sub("", line))
    if heading.sender and heading.recipient:
        return True
    return heading.kind != "other" and len(line) > SIGNATURE_MAX


def _touches_paper(text: str, block: RawBlock, following: Sequence[RawBlock]) -> bool:
    """Tell whether no blank line stands between a block and the heading of a further paper."""
    if not following or _BLANK_LINE.search(text, block.end, following[0].start):
        return False
    first = LINE.match(text, following[0].start, following[0].end)
    return first is not None and _begins_paper(first[0])


def _part_last_line(text: str, blocks: list[RawBlock]) -> None:
    """A name that touches the end of a long last line is parted off: the site leaves no blank line after some lists."""
    last = blocks[-1]
    at = max(text.rfind(eol, last.start, last.end) for eol in "\r\n") + 1
    if last.kind not in ("paragraph", "list_item") or not last.start < at >= last.end - SIGNATURE_MAX:
        return
    if not is_signed(_name(text[at : last.end]).rstrip(".")):
        return
    end = last.start + len(text[last.start : at].rstrip())
    before = max(last.start, *(text.rfind(eol, last.start, end) + 1 for eol in "\r\n"))
    if end - before > SIGNATURE_MAX:
        blocks.append(RawBlock("paragraph", last.end - len(text[at : last.end].lstrip()), last.end))
        last.end = end


def _extend_closer(text: str, blocks: Sequence[RawBlock]) -> int:
    """The names directly before the last lines of a closer belong to it: a name over its office, or several signers.

    Return which block is the first of the closer.
    """
    last = _contents(text, blocks[-1])
    office = not any(is_signed(line) for line in last) or names_office(last)
    for at in range(len(blocks) - 2, 0, -1):
        block = blocks[at]
        if block.kind != "paragraph" or not _is_signer(text, block):
            return at + 1
        if not office and not any(is_full_name(line) or _is_bracketed(text, block) for line in _contents(text, block)):
            return at + 1
        block.kind = "signature"
    return 1


def _share_out(text: str, closer: Sequence[RawBlock]) -> Iterator[RawBlock]:
    """Give each person of a closer a signature: the next name begins the next one; an office alone is none."""
    signed = False
    for block in closer:
        lines = [(start, _name(_content(text, start, end))) for start, end in _lines(text, block)]
        names = [i for i, (_, line) in enumerate(lines) if _signs(line)]
        begins = [lines[i][0] for i in names if i == names[0] or _is_person(lines[i][1])]
        if not names:
            yield RawBlock("other" if signed else "signature", block.start, block.end)
            continue
        if not signed:
            begins[0] = block.start
        if begins[0] > block.start:
            yield RawBlock("other", block.start, _before(text, block, begins[0]))
        for start, following in pairwise([*begins, block.end]):
            yield RawBlock("signature", start, _before(text, block, following))
        signed = True


def _before(text: str, block: RawBlock, end: int) -> int:
    """Return where the visible text of a block ends that stands before a place."""
    return block.start + len(text[block.start : end].rstrip())


def _signs(line: str) -> bool:
    """Tell whether a line is the name of a person, or the initials of one, and no heading of an attachment."""
    return (is_signed(line) or _INITIALS.fullmatch(line) is not None) and not _ATTACHED.match(line)


def _is_person(line: str) -> bool:
    """Tell a name with an initial from the name of an office."""
    return _PERSON.match(line) is not None and is_signed(line)


def _lines(text: str, block: RawBlock) -> list[Span]:
    """Return the lines of a block that are more than page breaks; only of a block short enough for a closer."""
    if block.end - block.start > _CLOSER_MAX:
        return []
    spans = (match.span() for match in LINE.finditer(text, block.start, block.end))
    return [(start, end) for start, end in spans if _content(text, start, end)]


def _content(text: str, start: int, end: int) -> str:
    """Return a line without its page breaks."""
    return PAGE_BREAK.sub("", text[start:end]).strip()


def _contents(text: str, block: RawBlock) -> list[str]:
    """Return the lines of a block without page breaks and the markers behind them."""
    return [_name(_content(text, start, end)) for start, end in _lines(text, block)]


def _name(line: str) -> str:
    """Return a line as a name is printed: without the marker behind it, and the brackets of what editors supplied."""
    last = line[-1:]
    if last.isspace() or last.isdecimal() or last in _SYMBOLS:
        line = _MARKER_END.sub("", line)
    line = line.strip()
    if "[" in line and not _ATTACHED.match(line):
        line = line.replace("[", "").replace("]", "")
    return line


def _is_bracketed(text: str, block: RawBlock) -> bool:
    """Tell whether a block is a name in brackets: the editors give the signer of what is quoted."""
    return text.startswith("[", block.start) and text.endswith("]", block.start, block.end)


def _is_signature(text: str, block: RawBlock, *, named: bool) -> bool:
    """Tell whether all lines of a block are short and one has letters, and, if asked for, the first is a name."""
    lines = [_content(text, start, end) for start, end in _lines(text, block)]
    if not lines or any(len(line) > SIGNATURE_MAX for line in lines):
        return False
    return _signs(_name(lines[0])) if named else any(c.isalpha() for line in lines for c in line)


def _is_signer(text: str, block: RawBlock) -> bool:
    """Tell whether a block is the name of a person, alone or with short unstopped lines around it."""
    lines = _contents(text, block)
    if any(len(line) > SIGNATURE_MAX or line.endswith((",", ";")) or _ATTACHED.match(line) for line in lines):
        return False
    return any(is_signed(line) for line in lines)


def _touches_end(lines: Sequence[Line], end: int) -> bool:
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
    (start, end), *more = _lines(text, last)
    if more and text[start:end].isdigit():
        blocks.insert(len(blocks) - 1, RawBlock("other", start, end))
        last.start = more[0][0]
