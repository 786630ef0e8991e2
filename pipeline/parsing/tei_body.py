"""Walk the elements of one TEI document: blocks, notes, page breaks, and what is tagged in them.

An element comes in, a `Body` goes out. Whatever stands in the document is kept: an element of no known name gives its
words to the block it stands in, and is reported.
"""

from __future__ import annotations

from collections.abc import Callable

from lxml import etree

from pipeline.model import BlockKind
from pipeline.parsing.blocks import bare_head, head_kind
from pipeline.parsing.participants import is_label
from pipeline.parsing.tei_flow import Flow, Mark, Run
from pipeline.parsing.tei_header import words
from pipeline.parsing.tei_names import HOLDERS, INLINE, XML_ID, frus, local, tei
from pipeline.parsing.tei_parts import Body, TeiBlock, TeiNote, TeiPage, said_above
from pipeline.parsing.tei_places import BETWEEN, follows_signature, is_line, is_office, is_stop, opens_item, repeats

DEPTH = 100
"""Elements within each other that are told apart; deeper ones give their words only. The series has some 15."""

_ITEMS: frozenset[BlockKind] = frozenset({"list_item", "subject", "participant"})
_LISTED: frozenset[BlockKind] = frozenset({"subject", "participant"})
_TYPES: dict[str, BlockKind] = {"participants": "participant", "subject": "subject"}
_BLOCKS = tei("p", "list", "table", "quote", "ab", "lg", "closer", "opener", "head", "signed", "dateline")
_Element = etree._Element  # noqa: SLF001 - lxml gives the class no public name


def read_body(document: _Element) -> Body:
    """Read a document, given as its `div`; see TEI P5, chapters 3 and 4."""
    walker = _Walker(document)
    walker.holder(document)
    return walker.body


class _Walker:
    """Goes through the elements once, in document order."""

    def __init__(self, document: _Element) -> None:
        self.document = document
        self.body = Body()
        self.flow = Flow(document.get(XML_ID))
        self.kind: BlockKind = "paragraph"
        self.paragraph: BlockKind = "paragraph"
        """What a `p` is here: within an item of a list, an item."""
        self.item: BlockKind | None = None
        """What the items of the list around are; None outside lists."""
        self.group: str | None = None
        self.joiner: str | None = None
        """Within notes and cells: what parts the paragraphs of the one run; None in the body."""
        self.celled = False
        """Whether it is within a row of a table."""
        self.titled = False
        self.attached = 0
        self.notes_around = 0
        self.depth = 0

    # ---- runs of words

    def content(self, element: _Element) -> None:
        """Add what is in an element to the words at hand."""
        if self.depth == DEPTH:
            self.body.deep.append(element)
            if words := "".join(str(t) for t in element.itertext()):
                self.flow.text(words)
            return
        if text := element.text:
            self.flow.text(text)
        if len(element):  # most have no child, and to begin with none costs ten times as much as to ask
            self.depth += 1
            for child in element:
                _HANDLERS.get(child.tag, _OTHER)(self, child)
                if text := child.tail:
                    self.flow.text(text)
            self.depth -= 1

    def other(self, element: _Element) -> None:
        """Add an element of no known name; comments and processing instructions say nothing."""
        if isinstance(element.tag, str):
            self.body.unknown.append(element)
            self.content(element)

    def flush(self, kind: BlockKind | None = None) -> str:
        """End the block at hand, if it has words, and return them; what follows begins another."""
        flow = self.flow
        if flow.discard():
            return ""
        self.flow = Flow(flow.xml_id)
        return self.end(flow, kind)

    def end(self, flow: Flow, kind: BlockKind | None = None) -> str:
        """Make a block of what a flow holds, and return its words; marks without words belong to no block."""
        run = flow.run()
        block = None
        if self.kind == "other" and is_stop(run, self.body.blocks):
            self.body.blocks[-1].run.text += run.text
        elif run.text:
            kind = kind or self.kind
            if kind in _LISTED and run.text.isupper() and (said := bare_head(run.text)):
                kind, self.item, self.kind = "list_head", said, said
            elif kind == "paragraph" and run.text.isupper() and bare_head(run.text) == "participant":
                kind = "list_head"  # of persons who are not tagged as a list
            group = self.group if kind in _ITEMS else None
            if kind == "participant" and is_label(run.text):
                self.group, group = run.text, None
            self.body.blocks.append(TeiBlock(kind, run, group))
            block = len(self.body.blocks)
        if run.marks:
            self.settle(run, block)
        return run.text

    def settle(self, run: Run, block: int | None) -> None:
        """Tell notes and pages where they are."""
        for mark in run.marks:
            target: TeiNote | TeiPage = (self.body.notes if mark.kind == "note" else self.body.pages)[mark.index]
            target.block, target.offset = block, mark.offset if block else None

    def block(self, element: _Element, kind: BlockKind) -> None:
        """Read an element that is a block of its own; within a note or a cell it is a part of the one run."""
        if self.joiner is not None:
            self.flow.gap(self.joiner)
            self.content(element)
            self.flow.gap(self.joiner)
            return
        self.flush()
        outer, around = self.kind, self.flow
        self.kind, self.flow = kind, Flow(element.get(XML_ID) or around.xml_id)
        self.content(element)
        if not self.flow.discard():
            self.end(self.flow)
        self.kind, self.flow = outer, around

    # ---- elements

    def holder(self, element: _Element) -> None:
        """Read an element that holds blocks; words that stand in it directly are a paragraph."""
        self.block(element, "paragraph")

    def attachment(self, element: _Element) -> None:
        self.attached += 1
        self.holder(element)
        self.attached -= 1

    def head(self, element: _Element) -> None:
        is_title = not self.titled and element.getparent() is self.document
        self.titled = self.titled or is_title
        self.block(element, "title" if is_title else "paragraph")

    def p(self, element: _Element) -> None:
        """Read a paragraph; the first of an item with a label stands under the label, as the words of others do."""
        if self.item and self.joiner is None and self.flow.visible and opens_item(element):
            self.content(element)
            self.flush()
        else:
            self.block(element, self.paragraph)

    def quote(self, element: _Element) -> None:
        parent = element.getparent()
        if (parent is not None and parent.tag in HOLDERS) or any(child.tag in _BLOCKS for child in element):
            self.holder(element)
        else:
            self.content(element)

    def seg(self, element: _Element) -> None:
        parent = element.getparent()
        if element.get("type") == "source" and not self.notes_around:
            self.aside(element, inline=True)
        elif element.get("type") == "margin":
            self.margin(element)
        elif parent is not None and local(parent.tag) == "opener":
            self.p(element)
        else:
            self.content(element)

    def margin(self, element: _Element) -> None:
        """Read words printed in the margin: a block before the one beside them, whose words they do not part."""
        if self.joiner is not None:
            self.block(element, "other")
            return
        outer, around = self.kind, self.flow
        self.kind, self.flow = "other", Flow(around.xml_id)
        self.content(element)
        self.flush()
        self.kind, self.flow = outer, around

    def dateline(self, element: _Element) -> None:
        if self.body.dateline is None and not self.attached and self.joiner is None:
            self.body.dateline = element
        self.block(element, "dateline")

    def signed(self, element: _Element) -> None:
        """Read the name that signs; what else the closer has below it, as an office, is no part of it."""
        self.block(element, "signature")
        parent = element.getparent()
        if self.joiner is None and parent is not None and parent.tag in _CLOSER:
            self.kind = "other"

    def hi(self, element: _Element) -> None:
        """Read words in another type; of a signature they are a line of their own, where no blank parts them."""
        if self.kind == "signature" and is_office(element):
            self.flow.gap("\n")
        self.content(element)

    def page(self, element: _Element) -> None:
        self.flow.mark(Mark("page", len(self.body.pages)))
        self.body.pages.append(TeiPage(element))

    def line(self, _element: _Element) -> None:
        self.flow.gap("\n")

    def mention(self, element: _Element) -> None:
        """Read a tagged name; one without words is kept apart."""
        flow = self.flow
        span = flow.open(element, flow.mentions)
        self.content(element)
        flow.close(span)
        if span.start < 0:
            self.body.empty.append(element)

    def link(self, element: _Element) -> None:
        flow = self.flow
        span = flow.open(element, flow.links)
        self.content(element)
        flow.close(span)

    def note(self, element: _Element) -> None:
        if repeats(element):
            self.body.repeated.append(element)
        elif is_line(element, attached=self.attached > 0):
            self.p(element)
        else:
            self.aside(element, inline=element.get("rend") == "inline")

    def aside(self, element: _Element, *, inline: bool) -> None:
        """Read a note; its words are a run of their own."""
        note, blocks = TeiNote(element, inline, nested=self.notes_around > 0), self.body.blocks
        if not inline and follows_signature(element) and blocks and blocks[-1].kind in ("signature", "dateline"):
            note.block, note.offset = len(blocks), len(blocks[-1].run.text)
        elif not inline:
            self.flow.mark(Mark("note", len(self.body.notes)))
        self.body.notes.append(note)
        around, joiner = self.flow, self.joiner
        self.flow, self.joiner = Flow(element.get(XML_ID) or element.get("target") or around.xml_id), "\n\n"
        self.notes_around += not inline
        self.content(element)
        self.notes_around -= not inline
        note.run = self.flow.run()
        self.settle(note.run, None)
        self.flow, self.joiner = around, joiner

    def items(self, element: _Element) -> None:
        """Read a list: its head, its items, and labels, which stand in a line of their own above their item."""
        if self.joiner is not None:
            self.block(element, "list_item")
            return
        nested = self.item is not None
        outer = self.kind, self.paragraph, self.item, self.group
        labelled = nested and self.flow.visible and self.kind in _ITEMS
        signed = self.kind == "signature"
        label = self.flush("list_head" if labelled else None)
        label = "" if bare_head(label) else label
        kind, heading = self.items_of(element)
        self.group = (label if labelled else heading or self.group) if nested else None
        self.item = self.paragraph = self.kind = "signature" if signed else kind
        self.content(element)
        self.flush()
        self.kind, self.paragraph, self.item, self.group = outer
        self.group = None if nested else self.group

    def items_of(self, element: _Element) -> tuple[BlockKind, str]:
        """Say what the items of a list are, by its head, its type or the list around it; and what group they are."""
        # The type `subject` is tagged where the head says COUNTRY, DATE or PRESENT too.
        kind = element.get("type", "")
        heading = next((words(child) for child in element if child.tag in _HEAD), "")
        if said := head_kind(heading, kind):
            return said, "" if bare_head(heading) else heading
        if (kind == "participants" and not heading.endswith((".", ";"))) or (kind == "subject" and not heading):
            return _TYPES[kind], heading
        if kind in ("", "simple") and not (heading or self.item) and (said := said_above(self.body.blocks)):
            self.body.blocks[-1].kind = "list_head"
            return said, ""
        return "list_item" if kind or (heading and self.item != "participant") else self.item or "list_item", heading

    def items_head(self, element: _Element) -> None:
        """A `head` is that of a list or table where it stands in one."""
        parent = element.getparent()
        if parent is not None and parent.tag in _LIST and self.joiner is None:
            self.block(element, "list_head")
        else:
            self.head(element)

    def list_item(self, element: _Element) -> None:
        before = next((e.tag for e in element.itersiblings("*", preceding=True) if e.tag not in BETWEEN), None)
        if self.joiner is None and before in _LABEL:
            self.content(element)
            self.flush()
        else:
            self.block(element, self.item or "list_item")

    def label(self, element: _Element) -> None:
        parent = element.getparent()
        if parent is None or parent.tag not in _LIST:
            self.content(element)
            return
        if self.joiner is None:
            self.flush()
        else:
            self.flow.gap(self.joiner)
        if len(element) or (element.text or "").strip():  # a no-break space alone is none
            self.content(element)
            self.flow.gap("\n")

    def table(self, element: _Element) -> None:
        """Read a table: the caption is a line, each row is one, two tabs part its cells; names that sign stay so."""
        if self.joiner is not None:
            self.rows(element)
            return
        self.flush()
        outer, self.joiner = self.kind, " "
        self.kind = outer if outer == "signature" else "table"
        self.rows(element)
        self.joiner = None
        self.flush()
        self.kind = outer

    def rows(self, element: _Element) -> None:
        """Read the rows of a table, and whatever stands between them; those of a table in a cell are words of it."""
        nested = self.celled
        self.stray(element.text, between=not nested)
        for child in element:
            if child.tag in _ROW:
                if nested:
                    self.flow.gap(" ")
                elif self.flow.visible:
                    self.flow.row()
                self.cells(child)
            else:
                _HANDLERS.get(child.tag, _OTHER)(self, child)
            self.stray(child.tail, between=not nested)

    def cells(self, row: _Element) -> None:
        """Read the cells of a row; two tabs part them, whatever else stands there."""
        nested, self.celled = self.celled, True
        self.stray(row.text)
        first = next(row.iterchildren(*_CELL), None)
        for child in row:
            if child.tag in _CELL:
                if nested:
                    self.flow.gap(" ")
                elif child is not first:
                    self.flow.literal("\t\t")
                self.content(child)
            else:
                _HANDLERS.get(child.tag, _OTHER)(self, child)
            self.stray(child.tail)
        self.celled = nested

    def stray(self, text: str | None, *, between: bool = False) -> None:
        """Add words that stand between rows or within one, where only elements should; white space says nothing."""
        if text and not text.isspace():
            self.flow.row() if between and self.flow.visible else self.flow.gap(" ")
            self.flow.text(text)
            self.flow.gap(" ")


_HEAD, _LIST, _LABEL, _CLOSER, _ROW, _CELL = map(tei, ("head", "list", "label", "closer", "row", "cell"))
_ITEM = tei("item")
_IMAGES = frus("file", "pdf", "page-count-according-to-citation")
_W = _Walker
_OTHER = _W.other
_HANDLERS: dict[object, Callable[[_Walker, _Element], None]] = {
    **dict.fromkeys(INLINE, _W.content),
    **dict.fromkeys(tei("hi"), _W.hi),
    **dict.fromkeys(_IMAGES, lambda *_: None),
    **dict.fromkeys(HOLDERS, _W.holder),
    **dict.fromkeys(frus("attachment"), _W.attachment),
    **dict.fromkeys(tei("p", "ab", "salute", "byline", "trailer", "argument", "epigraph", "l", "lg", "figDesc"), _W.p),
    **dict.fromkeys(_HEAD, _W.items_head),
    **dict.fromkeys(tei("quote", "cit"), _W.quote),
    **dict.fromkeys(tei("seg"), _W.seg),
    **dict.fromkeys(tei("opener") | _CLOSER, _W.holder),
    **dict.fromkeys(tei("dateline"), _W.dateline),
    **dict.fromkeys(tei("signed"), _W.signed),
    **dict.fromkeys(tei("pb"), _W.page),
    **dict.fromkeys(tei("lb"), _W.line),
    **dict.fromkeys(tei("persName", "gloss"), _W.mention),
    **dict.fromkeys(tei("ref"), _W.link),
    **dict.fromkeys(tei("note"), _W.note),
    **dict.fromkeys(_LIST, _W.items),
    **dict.fromkeys(_ITEM, _W.list_item),
    **dict.fromkeys(_LABEL, _W.label),
    **dict.fromkeys(tei("table"), _W.table),
}
