"""The pages of the printed volume: the names of page breaks, and the page a document begins on.

Elements come in, names of pages go out. Volumes tag a page that begins with a document before its division as well as
in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property

from lxml import etree

from pipeline.numerals import is_leaf
from pipeline.parsing.tei_names import PAGE, XML_ID

_WORD, _LAST_WORD = re.compile(r"\w+"), re.compile(r"\w+\Z")
_WORD_MAX = 40
_Element = etree._Element  # noqa: SLF001 - lxml gives the class no public name


def page_name(element: _Element) -> str:
    """Return the page that begins at a page break, nothing where neither its number nor its id says so.

    Volumes before 1880 have the numbers in brackets that are not printed: `[65]`.
    """
    return (element.get("n") or (element.get(XML_ID) or "").removeprefix("pg_")).strip(" []\t\n")


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
        page = volume_page(element) or page
    return page


def volume_page(element: _Element) -> str:
    """Return the page of the volume that begins at a page break; nothing where it is a leaf of a document alone."""
    return "" if is_leaf(element.get(XML_ID)) else page_name(element)


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


class Words:
    """The words of a document, which are gathered when one is asked for."""

    def __init__(self, document: _Element) -> None:
        self.document = document

    @cached_property
    def known(self) -> frozenset[str]:
        """The words, in small letters."""
        return frozenset(_WORD.findall(" ".join(map(str, self.document.itertext())).lower()))

    def holds(self, page: _Element) -> bool:
        """Tell whether a page begins within a word, or right behind a dash: no blank stands beside its break.

        A blank may be missing, too, so that the word must stand elsewhere in the document.
        """
        previous, parent = page.getprevious(), page.getparent()
        before = (parent.text if parent is not None else "") if previous is None else previous.tail
        after = _WORD.match(page.tail or "")
        if not before or after is None:
            return False
        if before[-1] in "-–—":
            return True
        half = _LAST_WORD.search(before[-_WORD_MAX:])
        return half is not None and after[0][0].islower() and (half[0] + after[0]).lower() in self.known
