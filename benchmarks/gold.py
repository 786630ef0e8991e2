"""Render a TEI volume of the series as its pages on history.state.gov read, with gold annotations.

A `div` of type document becomes the text that `site_text` lays out and the spans of what the TEI tags: the kinds are
title, dateline, list_head, subject, participant, to, from, list_item, paragraph, signature, person_from, person_to,
marker, note, page and ref. How TEI becomes a page follows the site's processing model (HistoryAtState/hsg-shell,
frus.odd): notes go into a list at the end of the page, numbered 1, 2, 3 whatever their labels are; a list shows its
head and its items, a list with labels pairs them; a page break shows as `[Page N]`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lxml import etree
from site_text import Page, Span

TEI = "{http://www.tei-c.org/ns/1.0}"
XML_ID = "{http://www.w3.org/XML/1998/namespace}id"
BLOCKS = frozenset(
    {"closer", "dateline", "div", "opener", "postscript", "floatingText", "byline", "trailer", "lg", "l"}
)
"""Elements that are blocks of their own wherever they stand."""
ITEM_KINDS = {"subject": "subject", "participants": "participant", "to": "to", "from": "from"}
UNSEEN = frozenset({"", "gap", "figDesc", "graphic"})
"""Elements without text on the page; comments, instructions and entities have no name."""
CHUNK = 1 << 16
IN_HEADING = {"from": "person_from", "to": "person_to"}
TEXT_OF = frozenset({"title", "dateline", "list_head", "subject", "participant", "to", "from", "list_item", "signature",
                     "person_from", "person_to", "marker", "page", "ref"})  # fmt: skip
"""Kinds whose annotation repeats the text."""


@dataclass(frozen=True)
class Rendered:
    """A document as its page reads: its number, the text, and spans as a line of gold annotations has them."""

    number: str
    text: str
    spans: list[dict[str, Any]]


def render_volume(path: Path, *, datelines: bool) -> Iterator[Rendered]:
    """Yield the documents of a TEI volume in order; nothing outside the file is read.

    Args:
        path: the volume.
        datelines: whether datelines are kept, or lost as the extractor loses them by default.

    Raises:
        lxml.etree.XMLSyntaxError: the file is not well-formed.
        OSError: it cannot be read.
    """
    # Some volumes repeat an xml:id, which is an error unless ids are not collected; iterparse collects them anyhow.
    parser = etree.XMLPullParser(
        events=("end",), tag=f"{TEI}div", collect_ids=False, huge_tree=True, resolve_entities=False, no_network=True,
        load_dtd=False,
    )  # fmt: skip
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            parser.feed(chunk)
            for _, division in parser.read_events():
                if isinstance(division, etree._Element) and division.get("type") == "document":  # noqa: SLF001 - the class
                    yield Renderer(division, datelines=datelines).rendered()
                    _forget(division)
    parser.close()


def _forget(division: etree._Element) -> None:
    """Free a division that is done, and what stands before it."""
    division.clear()
    while (before := division.getprevious()) is not None and (parent := before.getparent()) is not None:
        parent.remove(before)


class Renderer:
    """Renders one document."""

    def __init__(self, document: etree._Element, *, datelines: bool) -> None:
        self._document = document
        self._datelines = datelines
        self._page = Page()
        self._notes: list[etree._Element] = []
        self._spans: list[Span] = []
        self._piece: Span | None = None
        """The annotation of the paragraph that is open."""
        self._special: dict[str, Callable[[etree._Element], None]] = {
            "head": self._head, "note": self._note, "pb": self._page_break, "list": self._list, "table": self._table,
            "p": self._paragraph, "quote": self._quote, "signed": self._signed, "salute": self._signed,
            "dateline": self._dateline, "byline": self._dateline, "closer": self._closer, "ref": self._ref,
            "persName": self._person, "attachment": self._attachment,
        }  # fmt: skip

    def rendered(self) -> Rendered:
        """Return the document."""
        self._page.open("div")
        self._children(self._document)
        self._page.close("div")
        if self._notes:
            self._list_notes()
        text = self._page.text()
        return Rendered(self._number(), text, [_annotation(s, text) for s in self._in_order()])

    def _number(self) -> str:
        identifier = self._document.get(XML_ID) or ""
        return identifier.removeprefix("d") or self._document.get("n") or ""

    def _in_order(self) -> list[Span]:
        seen = [s for s in self._spans if s.start is not None and s.end > s.start]
        return sorted(seen, key=lambda s: (s.start, -s.end))

    def _children(self, element: etree._Element) -> None:
        self._page.add(element.text or "")
        for child in element:
            self._element(child)
            self._page.add(child.tail or "")

    def _element(self, element: etree._Element) -> None:
        name = _name(element)
        if name in self._special:
            self._special[name](element)
        elif name == "lb":
            self._page.line_break()
        elif name in BLOCKS:
            self._block("div", element)
        elif name not in UNSEEN:
            self._inline(element)

    def _inline(self, element: etree._Element, kind: str | None = None, **facts: Any) -> None:  # noqa: ANN401 - JSON
        self._page.separate()
        if kind:
            self._spanned(kind, lambda: self._children(element), **facts)
        else:
            self._children(element)
        self._page.separate()

    def _block(self, tag: str, element: etree._Element, kind: str | None = None, **facts: Any) -> None:  # noqa: ANN401 - JSON
        self._page.open(tag)
        if kind:
            self._spanned(kind, lambda: self._children(element), **facts)
        else:
            self._children(element)
        self._page.close(tag)

    def _spanned(self, kind: str, work: Callable[[], None], **facts: Any) -> None:  # noqa: ANN401 - JSON
        span = self._begin(kind, **facts)
        work()
        self._page.end(span)

    # ---- elements with rules of their own

    def _head(self, element: etree._Element) -> None:
        parent = element.getparent()
        if parent is self._document:
            level = sum(1 for _ in element.iterancestors(f"{TEI}div"))
            self._block(f"h{min(level, 6)}", element, "title")
        elif parent is not None and _name(parent) == "div":
            level = sum(1 for _ in element.iterancestors(f"{TEI}div"))
            self._block(f"h{min(level, 6)}", element, "head")
        else:
            self._block("div", element, "head")

    def _attachment(self, element: etree._Element) -> None:
        self._page.open("section")
        self._children(element)
        self._page.close("section")

    def _paragraph(self, element: etree._Element) -> None:
        """A paragraph that a list or table interrupts is annotated piece by piece: on the page it ends there."""
        around, self._piece = self._piece, self._begin("paragraph")
        self._block("p", element)
        self._page.end(self._piece)
        self._piece = around

    def _begin(self, kind: str, **facts: Any) -> Span:  # noqa: ANN401 - JSON
        span = self._page.begin(kind, **facts)
        self._spans.append(span)
        return span

    def _apart(self, work: Callable[[], None]) -> None:
        """Do what interrupts a paragraph, if one is open."""
        if self._piece is None:
            work()
            return
        self._page.end(self._piece)
        self._piece = None
        work()
        self._piece = self._begin("paragraph")

    def _quote(self, element: etree._Element) -> None:
        in_paragraph = next(element.iterancestors(f"{TEI}p"), None) is not None
        if in_paragraph and element.find(f".//{TEI}p") is None:
            self._inline(element)
        else:
            self._apart(lambda: self._block("div", element))

    def _closer(self, element: etree._Element) -> None:
        self._block("div", element)

    def _signed(self, element: etree._Element) -> None:
        signed = _name(element) == "signed"
        parent = element.getparent()
        in_closer = parent is not None and _name(parent) == "closer"
        kind = "signature" if signed else None
        if in_closer == signed:
            self._block("div", element, kind)
        else:
            self._inline(element, kind)

    def _dateline(self, element: etree._Element) -> None:
        if not self._datelines:
            self._notes += element.iter(f"{TEI}note")
            return
        if _name(element) == "byline":
            self._block("div", element)
            return
        days = [day for date in element.iter(f"{TEI}date") if (day := date.get("when") or date.get("from"))]
        place = element.find(f".//{TEI}placeName")
        facts = {"when": days[0] if days else None,
                 "place": _plain(place) if place is not None else None}  # fmt: skip
        self._block("div", element, "dateline", **{k: v for k, v in facts.items() if v})

    def _ref(self, element: etree._Element) -> None:
        self._page.open("a")
        self._spanned("ref", lambda: self._children(element), target=element.get("target"))
        self._page.close("a")

    def _person(self, element: etree._Element) -> None:
        kind = IN_HEADING.get(element.get("type") or "")
        heading = next(element.iterancestors(f"{TEI}head"), None)
        in_title = heading is not None and heading.getparent() is self._document
        self._inline(element, kind if in_title else None)

    def _page_break(self, element: etree._Element) -> None:
        form = {"facsimile": "Facsimile ", "typeset": "Typeset "}.get(element.get("type") or "", "")
        number = element.get("n") or ""
        self._page.add(" ")
        self._page.open("a")
        self._spanned("page", lambda: self._page.add(f"[{form}Page {number}]"), page=number)
        self._page.close("a")
        self._page.add(" ")

    def _note(self, element: etree._Element) -> None:
        if element.get("rend") == "inline":
            self._block("p", element, "paragraph", source=True)
            return
        label = self._label(element)
        self._page.separate()
        self._page.open("a")
        self._spanned("marker", lambda: self._page.add(label), marker=label)
        self._page.close("a")
        self._notes.append(element)

    def _label(self, note: etree._Element) -> str:
        return note.get("n") or str(len(self._notes) + 1)

    def _list_notes(self) -> None:
        self._page.open("div")
        self._page.open("ol")
        for note in self._notes:
            facts = {"source": True} if note.get("type") == "source" else {}
            self._block("li", note, "note", marker=self._label(note), **facts)
        self._page.close("ol")
        self._page.close("div")

    def _list(self, element: etree._Element) -> None:
        self._apart(lambda: self._list_alone(element))

    def _list_alone(self, element: etree._Element) -> None:
        kind = element.get("type") or ""
        head = element.find(f"{TEI}head")
        if head is not None:
            self._block("h4", head, "list_head", list=kind)
        items = element.findall(f"{TEI}item")
        labelled = element.find(f"{TEI}label") is not None
        tag = "dl" if labelled else "ol" if kind == "ordered" else "ul"
        self._page.open(tag)
        for item in items:
            label = next(item.itersiblings(f"{TEI}label", preceding=True), None) if labelled else None
            if label is not None:
                self._block("dt", label, "label")
            whole = item.find(f".//{TEI}list") is None  # an item that holds a list is annotated by the items of that
            self._block("dd" if label is not None else "li", item, ITEM_KINDS.get(kind, "list_item") if whole else None)
        self._page.close(tag)

    def _table(self, element: etree._Element) -> None:
        self._apart(lambda: self._table_alone(element))

    def _table_alone(self, element: etree._Element) -> None:
        self._page.open("table")
        head = element.find(f"{TEI}head")
        if head is not None:
            self._block("div", head)
        for row in element.iterfind(f"{TEI}row"):
            self._page.open("tr")
            for cell in row.iterfind(f"{TEI}cell"):
                self._block("td", cell)
            self._page.close("tr")
        self._page.close("table")


def _name(element: etree._Element) -> str:
    """Return the name of an element without its namespace; the empty one where it is none."""
    tag: object = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _plain(element: etree._Element) -> str:
    """Return the text of an element on one line."""
    return " ".join("".join(str(text) for text in element.itertext()).split())


def _annotation(span: Span, text: str) -> dict[str, Any]:
    """Return a span as gold annotations have it."""
    told = {"kind": span.kind, **span.facts, "start": span.start, "end": span.end}
    return told | {"text": text[span.start : span.end]} if span.kind in TEXT_OF else told
