"""The pages of the printed volume: the names of page breaks, and the page a document begins on.

Elements come in, names of pages go out. Volumes tag a page that begins with a document before its division as well as
in it.
"""

from __future__ import annotations

from collections.abc import Iterable

from lxml import etree

from pipeline.numerals import is_leaf
from pipeline.parsing.tei_names import PAGE, XML_ID

_Element = etree._Element  # noqa: SLF001 - lxml gives the class no public name


def page_name(number: str | None, xml_id: str | None) -> str:
    """Return the page that begins at a page break, nothing where neither its number nor its id says so.

    Volumes before 1880 have the numbers in brackets that are not printed: `[65]`.
    """
    return (number or (xml_id or "").removeprefix("pg_")).strip(" []\t\n")


def first_page(document: _Element, breaks: Iterable[_Element], before: str | None) -> str | None:
    """Return the page that the words of a document begin on.

    Args:
        document: its division.
        breaks: the page breaks in it, in order.
        before: the page that the division begins on; None where none was tagged.
    """
    page = before
    for element in breaks:
        if not _leads(element, document):
            break
        page = volume_page(element.get("n"), element.get(XML_ID)) or page
    return page


def volume_page(number: str | None, xml_id: str | None) -> str:
    """Return the page of the volume that begins at a page break; nothing where it is a leaf of a document alone."""
    return "" if is_leaf(xml_id) else page_name(number, xml_id)


def _leads(element: _Element, document: _Element) -> bool:
    """Tell whether nothing but page breaks stands before an element of a document."""
    at: _Element | None = element
    while at is not None and at is not document:
        before, parent = at.getprevious(), at.getparent()
        while before is not None and before.tag == PAGE and not (before.tail or "").strip():
            before = before.getprevious()
        if before is not None or ((parent is not None and parent.text) or "").strip():
            return False
        at = parent
    return True
