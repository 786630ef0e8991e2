"""What is found in one TEI document, in order: blocks, notes and page breaks, as they are tagged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from lxml import etree

from pipeline.model import BlockKind
from pipeline.parsing.blocks import HEAD_MAX, head_kind
from pipeline.parsing.tei_flow import Run

_Element = etree._Element  # noqa: SLF001 - lxml gives the class no public name


@dataclass(slots=True)
class TeiBlock:
    """A block: its kind, its words, and for list items the group they stand in."""

    kind: BlockKind
    run: Run
    group: str | None


_WORDLESS = Run("", (), (), (), None)


@dataclass(slots=True)
class TeiNote:
    """A note as tagged; `block` is the ordinal of the block it hangs in. One set inline hangs nowhere."""

    element: _Element
    inline: bool
    nested: bool
    run: Run = _WORDLESS
    block: int | None = None
    offset: int | None = None


@dataclass(slots=True)
class TeiPage:
    """A page break as tagged."""

    element: _Element
    block: int | None = None
    offset: int | None = None


@dataclass(slots=True)
class Body:
    """What stands in a document, in order."""

    blocks: list[TeiBlock] = field(default_factory=list)
    notes: list[TeiNote] = field(default_factory=list)
    pages: list[TeiPage] = field(default_factory=list)
    dateline: _Element | None = None
    """The first dateline of the document itself, not of an attachment."""
    empty: list[_Element] = field(default_factory=list)
    """Names without words."""
    unknown: list[_Element] = field(default_factory=list)
    deep: list[_Element] = field(default_factory=list)
    repeated: list[_Element] = field(default_factory=list)
    """Notes without words that point at another, whose mark stands here once more."""

    def paragraphs_below(self) -> Iterator[str]:
        """Return the words of the paragraphs below the heading, or of all where there is none."""
        kinds = [block.kind for block in self.blocks]
        first = kinds.index("title") + 1 if "title" in kinds else 0
        return (block.run.text for block in self.blocks[first:] if block.kind == "paragraph")


def said_above(blocks: Sequence[TeiBlock]) -> BlockKind | None:
    """Return what the line above a list without a head says its items are: subjects, participants, or nothing."""
    last = blocks[-1] if blocks else None
    if last is None or last.kind != "paragraph" or len(last.run.text) > HEAD_MAX:
        return None
    said = head_kind(last.run.text)
    return said if said in ("subject", "participant") else None
